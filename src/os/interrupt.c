#include "os/interrupt.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

static sigset_t stop_signals(void)
{
    sigset_t s;
    (void)sigemptyset(&s);
    (void)sigaddset(&s, SIGINT);
    (void)sigaddset(&s, SIGTERM);
    struct sigaction hup;
    /* Linux keeps a blocked signal even if it is ignored: nohup would not hold. */
    if (sigaction(SIGHUP, NULL, &hup) != 0 || hup.sa_handler != SIG_IGN)
        (void)sigaddset(&s, SIGHUP);
    return s;
}

void ons_interrupt_no_pipe_signal(void)
{
    struct sigaction a = {.sa_handler = SIG_IGN};
    (void)sigemptyset(&a.sa_mask);
    (void)sigaction(SIGPIPE, &a, NULL);
}

void ons_interrupt_block(void)
{
    sigset_t s = stop_signals();
    (void)pthread_sigmask(SIG_BLOCK, &s, NULL);
}

void ons_interrupt_unblock(void)
{
    sigset_t s = stop_signals();
    (void)pthread_sigmask(SIG_UNBLOCK, &s, NULL);
}

bool ons_interrupt_pending(ons_interrupt *i)
{
    if (atomic_load(&i->signal)) return true;
    sigset_t s = stop_signals();
    const struct timespec now = {0, 0};
    int sig = sigtimedwait(&s, NULL, &now);
    if (sig <= 0) return false;
    atomic_store(&i->signal, sig);
    (void)pthread_sigmask(SIG_UNBLOCK, &s, NULL);
    return true;
}
