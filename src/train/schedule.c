#include "train/schedule.h"

#define HALF_PI 1.57079632679489661923

/* cos(pi x) for x in [0, 1], by its series: the same bits whatever the C library. */
static double cos_pi(double x)
{
    if (x > 0.5) return -cos_pi(1 - x);
    const double t = 2 * HALF_PI * x, t2 = t * t;
    double term = 1, sum = 1;
    for (int k = 1; k <= 12; k++) {
        term *= -t2 / (double)((2 * k - 1) * (2 * k));
        sum += term;
    }
    return sum;
}

double ons_schedule_factor(const ons_ladder *l, uint64_t step, uint64_t n_steps)
{
    const double warmup = l->schedule.warmup, decay = l->schedule.decay;
    const double at = (double)step / (double)n_steps;
    double f = at < warmup ? at / warmup : 1;
    if (l->schedule.kind == ONS_SCHEDULE_COSINE) return f * 0.5 * (1 + cos_pi(at));
    if (decay > 0 && at > 1 - decay) f *= (1 - at) / decay + ONS_SCHEDULE_FLOOR;
    return f;
}
