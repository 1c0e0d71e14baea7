/* What every benchmark prints first, and how it sums up repeats. */
#ifndef ONS_BENCH_H
#define ONS_BENCH_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline int bench_ascending(const void *pa, const void *pb)
{
    double a = *(const double *)pa, b = *(const double *)pb;
    return (a > b) - (a < b);
}

/* Sorts v. */
static inline double bench_median(double *v, size_t n)
{
    qsort(v, n, sizeof *v, bench_ascending);
    return n % 2 ? v[n / 2] : .5 * (v[n / 2 - 1] + v[n / 2]);
}

static inline void bench_print_machine(const char *what)
{
    char line[256], model[200] = "unknown processor";
    FILE *f = fopen("/proc/cpuinfo", "r");
    while (f && fgets(line, sizeof line, f)) {
        char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) != 0 || !colon) continue;
        (void)snprintf(model, sizeof model, "%.*s", (int)strcspn(colon + 2, "\n"), colon + 2);
        break;
    }
    if (f) (void)fclose(f);
    const char *commit = getenv("ONS_COMMIT");
    (void)printf("%s\nmachine: %s\ncompiler: %s\nversion: %s%s%s\n\n", what, model, __VERSION__,
                 ONS_VERSION, commit ? ", commit " : "", commit ? commit : "");
}

#endif
