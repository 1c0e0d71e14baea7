/* Ctrl-C and its kin without a handler and without a global: SIGINT, SIGTERM
 * and SIGHUP are blocked while work runs that looks for them between two steps.
 *
 * A SIGHUP that was ignored when the program began (nohup) stays ignored.
 *
 * Once seen, the signal is taken and the default action is restored, so a
 * second Ctrl-C ends a program that does not stop. */
#ifndef ONS_OS_INTERRUPT_H
#define ONS_OS_INTERRUPT_H

#include <stdatomic.h>
#include <stdbool.h>

/* Zero-initialise; one per process, owned by cli/. Thread-safe. */
typedef struct ons_interrupt {
    atomic_int signal; /* 0, or the signal that asked to stop */
} ons_interrupt;

/* A reader that goes away is an error of the write (EPIPE), not the end of the process: training
 * whose output nobody reads goes on. Once, at the start. */
void ons_interrupt_no_pipe_signal(void);

/* Before work that polls, and before its threads are made: threads inherit the mask. */
void ons_interrupt_block(void);
/* After it: the signals have their usual effect again. */
void ons_interrupt_unblock(void);
/* True from the first such signal on. Costs one system call while none came. */
bool ons_interrupt_pending(ons_interrupt *i);

#endif
