#include "os/clock.h"

#include <time.h>

static double seconds(clockid_t id)
{
    struct timespec t;
    (void)clock_gettime(id, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double ons_clock_monotonic(void) { return seconds(CLOCK_MONOTONIC); }
double ons_clock_thread_cpu(void) { return seconds(CLOCK_THREAD_CPUTIME_ID); }

int64_t ons_clock_utc_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}
