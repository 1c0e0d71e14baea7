#include "os/process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROCESSES_MAX 1024

_Static_assert(ONS_PROCESS_MESSAGE_MAX <= PIPE_BUF, "writes of a message are atomic");

static ons_status fail_io(ons_err *err, const char *what)
{
    const int e = errno;
    const ons_status s = ONS_FAIL(err, ONS_IO, "%s", what);
    if (err) err->sys_errno = e;
    return s;
}

/* Never returns. */
static void be_child(ons_process_main *main, void *ctx, size_t index, int fd, pid_t parent)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127); /* it died before we asked */
    _exit(main(ctx, index, fd) & 127);
}

ons_status ons_process_start(ons_process_main *main, void *ctx, size_t index, ons_process *ret_p,
                             ons_err *err)
{
    int fd[2];
    if (pipe2(fd, O_CLOEXEC) != 0) return fail_io(err, "cannot make a pipe");
    const pid_t parent = getpid(), pid = fork();
    if (pid == 0) {
        (void)close(fd[0]);
        be_child(main, ctx, index, fd[1], parent);
    }
    const ons_status s = pid > 0 ? ONS_OK : fail_io(err, "cannot start a process");
    (void)close(fd[1]);
    if (s != ONS_OK) {
        (void)close(fd[0]);
        return s;
    }
    *ret_p = (ons_process){.pid = pid, .fd = fd[0]};
    return ONS_OK;
}

ons_status ons_process_wait(const ons_process *p, size_t n, int timeout_ms, size_t *ret_ready,
                            ons_err *err)
{
    struct pollfd fd[PROCESSES_MAX];
    if (n > PROCESSES_MAX)
        return ONS_FAIL(err, ONS_LIMIT, "%zu processes, at most %d", n, PROCESSES_MAX);
    for (size_t i = 0; i < n; i++) fd[i] = (struct pollfd){.fd = p[i].fd, .events = POLLIN};
    const int rc = poll(fd, n, timeout_ms);
    if (rc < 0 && errno != EINTR) return fail_io(err, "cannot wait for a process");
    *ret_ready = n;
    for (size_t i = n; rc > 0 && i-- > 0;)
        if (p[i].fd >= 0 && fd[i].revents) *ret_ready = i;
    return ONS_OK;
}

ons_status ons_process_read(const ons_process *p, void *buf, size_t n, bool *ret_end, ons_err *err)
{
    unsigned char *to = buf;
    *ret_end = false;
    for (size_t at = 0; at < n;) {
        const ssize_t got = read(p->fd, to + at, n - at);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail_io(err, "cannot read what a process says");
        if (got == 0) {
            *ret_end = true; /* messages are whole or not at all */
            return ONS_OK;
        }
        at += (size_t)got;
    }
    return ONS_OK;
}

bool ons_process_write(int fd, const void *bytes, size_t n)
{
    ssize_t put;
    do put = write(fd, bytes, n);
    while (put < 0 && errno == EINTR);
    return put >= 0 && (size_t)put == n;
}

ons_process_end ons_process_reap(ons_process *p)
{
    int status = 0;
    pid_t got;
    do got = waitpid((pid_t)p->pid, &status, 0);
    while (got < 0 && errno == EINTR);
    (void)close(p->fd);
    p->fd = -1;
    ons_process_end end = {-1, 0};
    if (got > 0 && WIFEXITED(status)) end.code = WEXITSTATUS(status);
    if (got > 0 && WIFSIGNALED(status)) end.signal = WTERMSIG(status);
    return end;
}

void ons_process_kill(const ons_process *p)
{
    if (p->fd >= 0) (void)kill((pid_t)p->pid, SIGKILL);
}

struct ons_shared_flag {
    atomic_int up;
};

ons_shared_flag *ons_shared_flag_new(void)
{
    void *p = mmap(NULL, sizeof(ons_shared_flag), PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return p == MAP_FAILED ? NULL : p; /* zeros: it is down */
}

void ons_shared_flag_free(ons_shared_flag *f)
{
    if (f) (void)munmap(f, sizeof *f);
}

void ons_shared_flag_raise(ons_shared_flag *f) { atomic_store(&f->up, 1); }
bool ons_shared_flag_is_up(const ons_shared_flag *f) { return atomic_load(&f->up) != 0; }
