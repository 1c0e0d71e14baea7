#include "os/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LOCK_WAIT_MS 500
#define LOCK_LOOK_MS 10
#define READ_BLOCK   ((size_t)64 * 1024)

static ons_status fail_io(ons_err *err, const char *what, const char *path)
{
    int e = errno;
    ons_status s = ONS_FAIL(err, ONS_IO, "%s", what);
    if (err) err->sys_errno = e;
    return ons_err_where(err, s, "%s", path);
}

void ons_std_files_hold(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF) /* the lowest free one is fd itself */
            (void)open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

ons_status ons_path_format(char *buf, size_t cap, ons_err *err, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(buf, cap, fmt, ap);
    va_end(ap);
    if (n < 0 || (size_t)n >= cap)
        return ONS_FAIL(err, ONS_LIMIT, "a path of %d bytes, at most %zu", n, cap - 1);
    return ONS_OK;
}

static ons_status read_fd(int fd, const char *path, ons_buf *buf, ons_err *err)
{
    char block[READ_BLOCK];
    for (;;) {
        ssize_t n = read(fd, block, sizeof block);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return fail_io(err, "cannot read", path);
        if (n == 0) return ons_err_where(err, ons_buf_status(buf, err), "%s", path);
        ons_buf_add(buf, block, (size_t)n);
        if (buf->state != ONS_OK) return ons_err_where(err, ons_buf_status(buf, err), "%s", path);
    }
}

ons_status ons_file_read(const char *path, ons_buf *buf, ons_err *err)
{
    if (strcmp(path, "-") == 0) return read_fd(STDIN_FILENO, "standard input", buf, err);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return fail_io(err, "cannot open", path);
    ons_status s = read_fd(fd, path, buf, err);
    (void)close(fd);
    return s;
}

ons_status ons_file_map(const char *path, ons_mapping *ret_m, ons_err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return fail_io(err, "cannot open", path);
    struct stat st;
    ons_status s = ONS_OK;
    ons_mapping m = {{NULL, 0}};
    if (fstat(fd, &st) != 0) {
        s = fail_io(err, "cannot stat", path);
    } else if (!S_ISREG(st.st_mode)) {
        s = ons_err_where(err, ONS_FAIL(err, ONS_IO, "not a regular file"), "%s", path);
    } else if (st.st_size > 0) {
        void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (p == MAP_FAILED)
            s = fail_io(err, "cannot map", path);
        else
            m.bytes = (ons_bytes){p, (size_t)st.st_size};
    }
    (void)close(fd);
    if (s == ONS_OK) *ret_m = m;
    return s;
}

void ons_file_unmap(ons_mapping *m)
{
    if (!m || !m->bytes.ptr) return;
    (void)munmap((void *)(uintptr_t)m->bytes.ptr, m->bytes.len);
    m->bytes = (ons_bytes){NULL, 0};
}

static ons_status write_all(int fd, ons_bytes b, const char *path, ons_err *err)
{
    for (size_t at = 0; at < b.len;) {
        ssize_t n = write(fd, b.ptr + at, b.len - at);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return fail_io(err, "cannot write", path);
        at += (size_t)n;
    }
    return ONS_OK;
}

static ons_status write_synced(const char *path, ons_bytes bytes, ons_err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) return fail_io(err, "cannot create", path);
    ons_status s = write_all(fd, bytes, path, err);
    if (s == ONS_OK && fsync(fd) != 0) s = fail_io(err, "cannot sync", path);
    if (close(fd) != 0 && s == ONS_OK) s = fail_io(err, "cannot close", path);
    return s;
}

/* The rename itself is on disk only when its directory is. */
static ons_status sync_parent(const char *path, ons_err *err)
{
    char dir[ONS_PATH_MAX];
    ONS_TRY(ons_path_format(dir, sizeof dir, err, "%s", path));
    char *slash = strrchr(dir, '/');
    if (!slash) {
        dir[0] = '.';
        dir[1] = '\0';
    } else {
        slash[slash == dir] = '\0';
    }
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return fail_io(err, "cannot open", dir);
    ons_status s = fsync(fd) == 0 ? ONS_OK : fail_io(err, "cannot sync", dir);
    (void)close(fd);
    return s;
}

ons_status ons_file_write(const char *path, ons_bytes bytes, ons_err *err)
{
    char tmp[ONS_PATH_MAX];
    ONS_TRY(ons_path_format(tmp, sizeof tmp, err, "%s.tmp", path));
    ons_status s = write_synced(tmp, bytes, err);
    if (s == ONS_OK && rename(tmp, path) != 0) s = fail_io(err, "cannot rename to", path);
    if (s != ONS_OK) {
        (void)unlink(tmp);
        return s;
    }
    return sync_parent(path, err);
}

bool ons_file_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

bool ons_dir_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool ons_file_is_regular(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* Fine if it is there; a new one is on disk when its parent is. */
static ons_status make_one(const char *path, ons_err *err)
{
    if (mkdir(path, 0777) == 0) return sync_parent(path, err);
    return errno == EEXIST ? ONS_OK : fail_io(err, "cannot create", path);
}

ons_status ons_dir_make(const char *path, ons_err *err)
{
    char p[ONS_PATH_MAX];
    ONS_TRY(ons_path_format(p, sizeof p, err, "%s", path));
    for (char *c = p + 1; *c; c++) {
        if (*c != '/') continue;
        *c = '\0';
        ONS_TRY(make_one(p, err));
        *c = '/';
    }
    ONS_TRY(make_one(p, err));
    if (!ons_dir_exists(path)) {
        errno = ENOTDIR;
        return fail_io(err, "cannot create", path);
    }
    return ONS_OK;
}

ons_status ons_file_rename(const char *from, const char *to, ons_err *err)
{
    return rename(from, to) == 0 ? ONS_OK : fail_io(err, "cannot rename to", to);
}

ons_status ons_file_remove(const char *path, ons_err *err)
{
    if (unlink(path) != 0 && errno != ENOENT) return fail_io(err, "cannot remove", path);
    return ONS_OK;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool list_add(ons_dir_list *l, size_t *cap, const char *name)
{
    if (l->n_names == *cap) {
        size_t more = *cap ? *cap * 2 : 16;
        char **p = realloc(l->name, more * sizeof *p);
        if (!p) return false;
        l->name = p;
        *cap = more;
    }
    l->name[l->n_names] = strdup(name);
    if (!l->name[l->n_names]) return false;
    l->n_names++;
    return true;
}

ons_status ons_dir_list_read(const char *path, ons_dir_list *ret_list, ons_err *err)
{
    DIR *d = opendir(path);
    if (!d) return fail_io(err, "cannot list", path);
    ons_dir_list l = {NULL, 0};
    size_t cap = 0;
    ons_status s = ONS_OK;
    for (struct dirent *e; s == ONS_OK && (e = readdir(d));) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) continue;
        if (!list_add(&l, &cap, e->d_name))
            s = ONS_FAIL(err, ONS_NOMEM, "no memory for %zu names", l.n_names + 1);
    }
    (void)closedir(d);
    if (s != ONS_OK) {
        ons_dir_list_release(&l);
        return s;
    }
    if (l.n_names > 1) qsort(l.name, l.n_names, sizeof *l.name, by_bytes);
    *ret_list = l;
    return ONS_OK;
}

void ons_dir_list_release(ons_dir_list *l)
{
    if (!l) return;
    for (size_t i = 0; i < l->n_names; i++) free(l->name[i]);
    free(l->name);
    *l = (ons_dir_list){NULL, 0};
}

/* Processes that were killed with their parent hold it for a moment longer. */
static bool lock_soon(int fd)
{
    const struct timespec pause = {0, LOCK_LOOK_MS * 1000000L};
    for (int ms = 0; flock(fd, LOCK_EX | LOCK_NB) != 0; ms += LOCK_LOOK_MS) {
        if (errno != EWOULDBLOCK || ms >= LOCK_WAIT_MS) return false;
        (void)nanosleep(&pause, NULL);
    }
    return true;
}

ons_status ons_lock_take(const char *dir, ons_lock *ret_lock, ons_err *err)
{
    char path[ONS_PATH_MAX];
    ONS_TRY(ons_path_format(path, sizeof path, err, "%s/.lock", dir));
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0) return fail_io(err, "cannot create", path);
    if (!lock_soon(fd)) {
        bool busy = errno == EWOULDBLOCK;
        ons_status s = busy ? ONS_FAIL(err, ONS_BUSY, "another onset works in this directory")
                            : fail_io(err, "cannot lock", path);
        (void)close(fd);
        if (!busy) return s;
        s = ons_err_where(err, s, "%s", dir);
        return ons_err_hint(err, s, "wait for it, or give another directory with -o");
    }
    *ret_lock = (ons_lock){fd};
    return ONS_OK;
}

void ons_lock_drop(ons_lock *l)
{
    if (!l || l->fd < 0) return;
    (void)close(l->fd); /* closing drops the flock */
    l->fd = -1;
}
