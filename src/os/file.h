/* Files: whole reads, mapped reads, writes that are there whole or not at all,
 * directories and the lock of a working directory. Paths are C strings. */
#ifndef ONS_OS_FILE_H
#define ONS_OS_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/slice.h"
#include "base/status.h"

#define ONS_PATH_MAX ((size_t)4096)

/* Descriptors 0 to 2 that are closed would be given to the next files opened, and messages be
 * written into a database: holds them, so that reading or writing them fails. Once, at the start. */
void ons_std_files_hold(void);

/* Appends the whole of a file to `buf` (whose limit is the most it may hold).
 * path "-" reads standard input. Errors: IO, LIMIT, NOMEM. */
ons_status ons_file_read(const char *path, ons_buf *buf, ons_err *err);

/* A file mapped read-only. Empty files give {NULL, 0}. */
typedef struct ons_mapping {
    ons_bytes bytes;
} ons_mapping;
ons_status ons_file_map(const char *path, ons_mapping *ret_m, ons_err *err);
void ons_file_unmap(ons_mapping *m);

/* Writes path.tmp, fsync, rename over path, fsync of the directory: after a
 * crash or power cut the old or the new content is there, never a part.
 * A failure removes path.tmp and leaves path as it was. Errors: IO. */
ons_status ons_file_write(const char *path, ons_bytes bytes, ons_err *err);

bool ons_file_exists(const char *path);
bool ons_dir_exists(const char *path);
/* A file with contents of its own: no directory, pipe or device, which may never end. */
bool ons_file_is_regular(const char *path);
/* mkdir -p; fine if it is there. What is new is on disk with its name. */
ons_status ons_dir_make(const char *path, ons_err *err);
/* Not synced: the next ons_file_write in the directory does that. */
ons_status ons_file_rename(const char *from, const char *to, ons_err *err);
/* Removes a file; fine if it is not there. */
ons_status ons_file_remove(const char *path, ons_err *err);

/* The names in a directory without "." and "..", sorted by bytes, as one block:
 * name[i] are C strings. Free with ons_dir_list_release. */
typedef struct ons_dir_list {
    char **name;
    size_t n_names;
} ons_dir_list;
ons_status ons_dir_list_read(const char *path, ons_dir_list *ret_list, ons_err *err);
void ons_dir_list_release(ons_dir_list *l);

/* The lock of a working directory (DIR/.lock, flock): one `onset` works in it.
 * The kernel drops it when the process and those it forked are dead, however they die.
 * Errors: BUSY (another process holds it), IO. */
typedef struct ons_lock {
    int fd;
} ons_lock;
ons_status ons_lock_take(const char *dir, ons_lock *ret_lock, ons_err *err);
void ons_lock_drop(ons_lock *l);

/* snprintf that says no instead of cutting: LIMIT if it does not fit. */
ons_status ons_path_format(char *buf, size_t cap, ons_err *err, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

#endif
