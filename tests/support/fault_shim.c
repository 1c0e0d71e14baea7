/* A machine that fails on demand: loaded before the C library (LD_PRELOAD) into the release
 * binary, it lets one chosen call fail, moves the clock, counts calls or writes down what was
 * done to the disk.
 *
 *   ONS_FAULT=KIND:N[+][:ERRNO]  alloc, write, sync, rename, open: the N-th call fails (with a
 *                                plus: that one and all after it)
 *   ONS_FAULT=clock:N:SECONDS    every clock is SECONDS ahead from the N-th reading on
 *   ONS_FAULT_CLOCK_STEP=S       each reading of the monotonic clock is S seconds after the last
 *   ONS_FAULT_COUNT=FILE         "alloc 812 write 90 …" at the end of the process
 *   ONS_FAULT_LOG=FILE           each change of the disk, for powercut (disk_log.h says the form)
 *
 * Only calls of the program and its libraries count, after the loader is done; standard input,
 * output and error are left alone. One process, one fault: set it for that process alone. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "disk_log.h"

enum { ALLOC, WRITE, SYNC, RENAME, OPEN, CLOCK, KINDS };
static const char *const KIND[KINDS] = {"alloc", "write", "sync", "rename", "open", "clock"};

/* The C library's own, under names that cannot be replaced. */
extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t n);
extern void *__libc_memalign(size_t align, size_t n);

#define FD_MAX 1024
static struct {
    atomic_bool on;
    atomic_long count[KINDS];
    int kind; /* KINDS: none fails */
    long at;
    bool onwards;
    long value; /* errno, or seconds */
    double clock_step;
    atomic_long clock_steps;
    int log_fd;
    char count_file[256];
    char cwd[256];
    size_t cwd_len;
    pthread_mutex_t lock;
    char path[FD_MAX][256]; /* what each descriptor was opened as; "": not ours */
} shim = {.kind = KINDS, .log_fd = -1, .lock = PTHREAD_MUTEX_INITIALIZER};

/* ---- what was asked for ---- */

static long errno_of(const char *name)
{
    static const struct {
        const char *name;
        int value;
    } known[] = {{"ENOSPC", ENOSPC}, {"EIO", EIO}, {"EROFS", EROFS}, {"EACCES", EACCES}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(name, known[i].name) == 0) return known[i].value;
    return strtol(name, NULL, 10);
}

static void read_fault(const char *text)
{
    static const int usual[KINDS] = {ENOMEM, ENOSPC, EIO, EIO, EROFS, 0};
    const char *n = strchr(text, ':');
    for (int k = 0; n && k < KINDS; k++) {
        if (strlen(KIND[k]) != (size_t)(n - text) || strncmp(text, KIND[k], (size_t)(n - text)))
            continue;
        char *end;
        shim.kind = k;
        shim.at = strtol(n + 1, &end, 10);
        shim.onwards = *end == '+';
        if (shim.onwards) end++;
        shim.value = *end == ':' ? errno_of(end + 1) : usual[k];
        return;
    }
    (void)dprintf(STDERR_FILENO, "fault_shim: ONS_FAULT=%s is not understood\n", text);
    _exit(99);
}

__attribute__((constructor)) static void begin(void)
{
    const char *fault = getenv("ONS_FAULT"), *step = getenv("ONS_FAULT_CLOCK_STEP"),
               *count = getenv("ONS_FAULT_COUNT"), *log = getenv("ONS_FAULT_LOG");
    if (fault) read_fault(fault);
    if (step) shim.clock_step = strtod(step, NULL);
    if (count) (void)snprintf(shim.count_file, sizeof shim.count_file, "%s", count);
    if (getcwd(shim.cwd, sizeof shim.cwd)) shim.cwd_len = strlen(shim.cwd);
    if (log)
        shim.log_fd = (int)syscall(SYS_openat, AT_FDCWD, log,
                                   O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    atomic_store(&shim.on, true);
}

__attribute__((destructor)) static void end(void)
{
    atomic_store(&shim.on, false);
    if (!shim.count_file[0]) return;
    int fd =
        (int)syscall(SYS_openat, AT_FDCWD, shim.count_file, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    for (int k = 0; k < KINDS; k++)
        (void)dprintf(fd, "%s %ld\n", KIND[k], atomic_load(&shim.count[k]));
    (void)close(fd);
}

/* Counts a call; true: it is the one that fails, and errno is set. */
static bool fails(int kind)
{
    if (!atomic_load(&shim.on)) return false;
    const long n = atomic_fetch_add(&shim.count[kind], 1) + 1;
    if (kind != shim.kind || (shim.onwards ? n < shim.at : n != shim.at)) return false;
    errno = (int)shim.value;
    return true;
}

/* ---- memory ---- */

void *malloc(size_t n) { return fails(ALLOC) ? NULL : __libc_malloc(n); }
void *calloc(size_t n, size_t size) { return fails(ALLOC) ? NULL : __libc_calloc(n, size); }
void *realloc(void *p, size_t n) { return fails(ALLOC) ? NULL : __libc_realloc(p, n); }
void *aligned_alloc(size_t align, size_t n)
{
    return fails(ALLOC) ? NULL : __libc_memalign(align, n);
}
int posix_memalign(void **ret_p, size_t align, size_t n)
{
    if (fails(ALLOC)) return ENOMEM;
    void *p = __libc_memalign(align, n);
    if (!p) return ENOMEM;
    *ret_p = p;
    return 0;
}

/* ---- the log ---- */

static const char *path_of(int fd) { return fd > 2 && fd < FD_MAX ? shim.path[fd] : ""; }

/* As seen from the working directory, which the program never changes. */
static const char *local(const char *path)
{
    const size_t n = shim.cwd_len;
    return n && strncmp(path, shim.cwd, n) == 0 && path[n] == '/' ? path + n + 1 : path;
}

static void log_op(char op, const char *path, const char *to, uint64_t offset, const void *data,
                   size_t n)
{
    if (shim.log_fd < 0 || !path[0]) return;
    path = local(path);
    to = local(to);
    disk_log_head h = {.op = op,
                       .path_len = (uint32_t)strlen(path),
                       .to_len = (uint32_t)strlen(to),
                       .offset = offset,
                       .data_len = n};
    const struct iovec v[4] = {{&h, sizeof h},
                               {(void *)(uintptr_t)path, h.path_len},
                               {(void *)(uintptr_t)to, h.to_len},
                               {(void *)(uintptr_t)data, n}};
    (void)syscall(SYS_writev, shim.log_fd, v, 4);
}

/* ---- files ---- */

static int opened(int fd, const char *path, int flags, bool was_there)
{
    if (fd < 0 || fd >= FD_MAX) return fd;
    (void)snprintf(shim.path[fd], sizeof shim.path[fd], "%s", path);
    if ((flags & O_CREAT) && !was_there) log_op(DISK_CREATE, path, "", 0, NULL, 0);
    if ((flags & O_TRUNC) && was_there) log_op(DISK_TRUNCATE, path, "", 0, NULL, 0);
    return fd;
}

static int do_open(int at, const char *path, int flags, mode_t mode)
{
    const bool writes = (flags & O_ACCMODE) != O_RDONLY;
    if (writes && fails(OPEN)) return -1;
    (void)pthread_mutex_lock(&shim.lock);
    struct stat st;
    const bool was_there = stat(path, &st) == 0;
    const int fd = opened((int)syscall(SYS_openat, at, path, flags, mode), path, flags, was_there);
    (void)pthread_mutex_unlock(&shim.lock);
    return fd;
}

#define MODE_OF(flags, mode)                              \
    do {                                                  \
        va_list ap;                                       \
        va_start(ap, flags);                              \
        if ((flags)&O_CREAT) (mode) = va_arg(ap, mode_t); \
        va_end(ap);                                       \
    } while (0)

int open(const char *path, int flags, ...)
{
    mode_t mode = 0;
    MODE_OF(flags, mode);
    return do_open(AT_FDCWD, path, flags, mode);
}
int open64(const char *path, int flags, ...)
{
    mode_t mode = 0;
    MODE_OF(flags, mode);
    return do_open(AT_FDCWD, path, flags, mode);
}
int openat(int at, const char *path, int flags, ...)
{
    mode_t mode = 0;
    MODE_OF(flags, mode);
    return do_open(at, path, flags, mode);
}

int close(int fd)
{
    if (fd > 2 && fd < FD_MAX) shim.path[fd][0] = '\0';
    return (int)syscall(SYS_close, fd);
}

static ssize_t do_pwrite(int fd, const void *data, size_t n, off_t at)
{
    if (fails(WRITE)) return -1;
    const ssize_t r = syscall(SYS_pwrite64, fd, data, n, at);
    if (r > 0) log_op(DISK_WRITE, path_of(fd), "", (uint64_t)at, data, (size_t)r);
    return r;
}
ssize_t pwrite(int fd, const void *data, size_t n, off_t at) { return do_pwrite(fd, data, n, at); }
ssize_t pwrite64(int fd, const void *data, size_t n, off_t at)
{
    return do_pwrite(fd, data, n, at);
}

ssize_t write(int fd, const void *data, size_t n)
{
    if (fd <= 2) return syscall(SYS_write, fd, data, n);
    if (fails(WRITE)) return -1;
    const off_t at = lseek(fd, 0, SEEK_CUR);
    const ssize_t r = syscall(SYS_write, fd, data, n);
    if (r > 0) log_op(DISK_WRITE, path_of(fd), "", (uint64_t)at, data, (size_t)r);
    return r;
}

ssize_t writev(int fd, const struct iovec *v, int n)
{
    if (fd > 2 && fails(WRITE)) return -1;
    if (fd > 2 && shim.log_fd >= 0) abort(); /* nobody does; the log would miss it */
    return syscall(SYS_writev, fd, v, n);
}

static int do_truncate(int fd, off_t n)
{
    if (fails(WRITE)) return -1;
    const int r = (int)syscall(SYS_ftruncate, fd, n);
    if (r == 0) log_op(DISK_TRUNCATE, path_of(fd), "", (uint64_t)n, NULL, 0);
    return r;
}
int ftruncate(int fd, off_t n) { return do_truncate(fd, n); }
int ftruncate64(int fd, off_t n) { return do_truncate(fd, n); }

/* Not passed on: what a disk keeps is powercut's to say, and waiting for one takes time. */
static int do_sync(int fd)
{
    if (fails(SYNC)) return -1;
    log_op(DISK_SYNC, path_of(fd), "", 0, NULL, 0);
    return 0;
}
int fsync(int fd) { return do_sync(fd); }
int fdatasync(int fd) { return do_sync(fd); }

int rename(const char *from, const char *to)
{
    if (fails(RENAME)) return -1;
    const int r = (int)syscall(SYS_rename, from, to);
    if (r == 0) log_op(DISK_RENAME, from, to, 0, NULL, 0);
    return r;
}

int unlink(const char *path)
{
    const int r = (int)syscall(SYS_unlink, path);
    if (r == 0) log_op(DISK_UNLINK, path, "", 0, NULL, 0);
    return r;
}

int mkdir(const char *path, mode_t mode)
{
    if (fails(OPEN)) return -1;
    const int r = (int)syscall(SYS_mkdir, path, mode);
    if (r == 0) log_op(DISK_MKDIR, path, "", 0, NULL, 0);
    return r;
}

/* ---- time ---- */

int clock_gettime(clockid_t id, struct timespec *ret_t)
{
    const int r = (int)syscall(SYS_clock_gettime, id, ret_t);
    if (r != 0 || !atomic_load(&shim.on)) return r;
    const long n = atomic_fetch_add(&shim.count[CLOCK], 1) + 1;
    if (shim.kind == CLOCK && n >= shim.at) ret_t->tv_sec += shim.value;
    if (shim.clock_step > 0 && id == CLOCK_MONOTONIC)
        ret_t->tv_sec += (time_t)(shim.clock_step * (double)atomic_fetch_add(&shim.clock_steps, 1));
    return 0;
}
