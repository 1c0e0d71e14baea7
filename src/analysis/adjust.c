/* Benjamini & Hochberg (1995): adjusted p of the i-th smallest of m is
 * min over j >= i of m p_(j) / j (2.11). */
#include <math.h>
#include <stdlib.h>

#include "analysis/verdict.h"

static int compare(const void *pa, const void *pb)
{
    double a = *(const double *)pa, b = *(const double *)pb;
    return (a > b) - (a < b);
}

/* Rank of the largest p that is at most v: ties share the largest rank. */
static size_t rank_of(const double *sorted, size_t n, double v)
{
    size_t lo = 0, hi = n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (sorted[mid] <= v)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

void ons_adjust_bh(double *p, size_t n, double *work)
{
    double *sorted = work, *adjusted = work + n, least = 1;
    size_t m = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(p[i])) sorted[m++] = p[i];
    if (m > 1) qsort(sorted, m, sizeof *sorted, compare);
    for (size_t i = m; i-- > 0;) {
        least = fmin(least, (double)m * sorted[i] / (double)(i + 1));
        adjusted[i] = least;
    }
    for (size_t i = 0; i < n; i++)
        if (!isnan(p[i])) p[i] = adjusted[rank_of(sorted, m, p[i]) - 1];
}
