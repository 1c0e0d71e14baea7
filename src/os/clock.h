/* Time for progress and rates; results never depend on it. */
#ifndef ONS_OS_CLOCK_H
#define ONS_OS_CLOCK_H

#include <stdint.h>

/* Seconds of a clock that never jumps. */
double ons_clock_monotonic(void);
/* CPU seconds of the calling thread. */
double ons_clock_thread_cpu(void);
/* Milliseconds since 1970-01-01 UTC, for records. */
int64_t ons_clock_utc_ms(void);

#endif
