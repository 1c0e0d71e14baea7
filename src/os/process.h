/* Processes of our own: forked, with a pipe to the parent and a flag that all of them see.
 *
 * A child is killed when its parent dies, however it dies. Fork while one thread is alive, with
 * nothing open that two processes must not share (a database). A lock of a directory is shared:
 * it is free when the last of them is gone. */
#ifndef ONS_OS_PROCESS_H
#define ONS_OS_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* Longest write to the pipe that is never mixed with another one. */
#define ONS_PROCESS_MESSAGE_MAX ((size_t)4096)

typedef struct ons_process {
    int64_t pid;
    int fd; /* what the child writes; -1: it was waited for */
} ons_process;

/* What the child does; fd: its end of the pipe. It ends with what is returned (0 to 127), without
 * flushing or freeing what it shares with the parent. */
typedef int ons_process_main(void *ctx, size_t index, int fd);

/* Errors: IO (no more processes or descriptors). */
ons_status ons_process_start(ons_process_main *main, void *ctx, size_t index, ons_process *ret_p,
                             ons_err *err);

/* One of the processes has written or ended: its index; n: none did within the time. Those with
 * fd -1 are passed over. Errors: IO. */
ons_status ons_process_wait(const ons_process *p, size_t n, int timeout_ms, size_t *ret_ready,
                            ons_err *err);
/* Exactly n bytes, one message; *ret_end: it has ended and nothing is left. Errors: IO. */
ons_status ons_process_read(const ons_process *p, void *buf, size_t n, bool *ret_end, ons_err *err);
/* In the child: one message of n <= ONS_PROCESS_MESSAGE_MAX bytes, whole, from any thread.
 * False: the parent is gone. */
bool ons_process_write(int fd, const void *bytes, size_t n);

/* Waits for the end. code: what main returned, -1 if it did not; signal: what ended it, else 0. */
typedef struct ons_process_end {
    int code, signal;
} ons_process_end;
ons_process_end ons_process_reap(ons_process *p);
void ons_process_kill(const ons_process *p);

/* A flag in memory that a process shares with those it forks; NULL: no memory. Thread-safe. */
typedef struct ons_shared_flag ons_shared_flag;
ons_shared_flag *ons_shared_flag_new(void);
void ons_shared_flag_free(ons_shared_flag *f); /* NULL is fine */
void ons_shared_flag_raise(ons_shared_flag *f);
bool ons_shared_flag_is_up(const ons_shared_flag *f);

#endif
