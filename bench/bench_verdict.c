/* Verdicts per second on one core: eight models a series, all included (intervals,
 * forecast, bootstrap). Checked first: a step is emergent, chance is flat. */
#include <math.h>
#include <stdint.h>

#include "analysis/verdict.h"
#include "base/rng.h"
#include "bench.h"
#include "os/clock.h"

enum { N_MODELS = 8, N_SERIES = 1000, REPEATS = 5 };

/* A third each: at chance, a gradual rise, a step; 250 items. */
static void make_series(size_t i, ons_point *p)
{
    ons_rng r = ons_rng_make(20261, i);
    double middle = 1 + 2 * ons_rng_f64(&r), top = .4 + .6 * ons_rng_f64(&r);
    double slope = i % 3 == 1 ? 1.5 : 60;
    for (size_t j = 0; j < N_MODELS; j++) {
        double x = (double)j * 4 / (N_MODELS - 1);
        double mean = i % 3 == 0 ? 0.02 : .02 + top * .97 / (1 + exp(-slope * (x - middle)));
        size_t hits = 0;
        for (int q = 0; q < 250; q++) hits += ons_rng_f64(&r) < mean;
        p[j] = (ons_point){.x = 18 + x, .y = (double)hits / 250, .n = 250};
    }
}

static ons_verdict decide(size_t i)
{
    ons_point p[N_MODELS];
    make_series(i, p);
    ons_series s = {.point = p, .n_points = N_MODELS, .chance = 0, .ceiling = 1, .w0 = 1.5};
    ons_verdict v;
    ons_err err = ONS_ERR_INIT;
    if (ons_series_decide(&s, 0, &v, &err) == ONS_OK) return v;
    (void)fprintf(stderr, "%s\n", err.what);
    exit(1);
}

static void check(void)
{
    size_t right = 0, n = 0;
    for (size_t i = 0; i < 60; i++) {
        if (i % 3 == 1) continue;
        ons_verdict_word w = decide(i).verdict;
        right += i % 3 == 0 ? w == ONS_VERDICT_FLAT : w == ONS_VERDICT_EMERGENT;
        n++;
    }
    (void)printf("checked: %zu of %zu steps and flat series are called so\n\n", right, n);
    if (right * 10 < n * 8) exit(1);
}

int main(void)
{
    bench_print_machine("verdicts: series of eight models, one core");
    check();
    double seconds[REPEATS];
    for (int r = 0; r < REPEATS; r++) {
        double begin = ons_clock_thread_cpu();
        for (size_t i = 0; i < N_SERIES; i++) (void)decide(i);
        seconds[r] = ons_clock_thread_cpu() - begin;
    }
    double median = bench_median(seconds, REPEATS);
    (void)printf("%d verdicts: %.2f CPU s (%.2f to %.2f), %.1f ms each\n", N_SERIES, median,
                 seconds[0], seconds[REPEATS - 1], median * 1e3 / N_SERIES);
    return 0;
}
