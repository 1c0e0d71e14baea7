/* Items that hang together (questions on one text, variants of one puzzle) say less than as many
 * independent ones: n items count as n / deff, where deff is the variance of the score over that of
 * n independent items (2.1). In this order, deff is
 *   what the row says,
 *   what its standard error says where it is declared a clustered one (n_clusters): at least 1,
 *   and for a whole series the middle of what its standard errors say where that is clearly above
 *   binomial: 1.5 or more over at least three rows. Most files print the binomial error itself, where
 *   nothing changes; an error below it is no reason to count more items than there are. */
#include <math.h>

#include "study/series_priv.h"

#define CLEARLY_ABOVE 1.5
#define ROWS_LEAST    3
#define HITS_LEAST    5.0 /* n y (1 - y): below, the binomial error is too rough a measure */
#define ITEMS_LEAST \
    10.0 /* a standard error that leaves fewer is in other units, or of something else */

/* Variance over that of n independent items; NaN where that cannot be told. */
static double implied(const ons_score *r)
{
    const double high = r->high_score > 0 ? r->high_score : 1;
    const double y = r->score / high, se = r->std_err / high, n = r->n_items;
    if (!(n > 1 && se > 0 && n * y * (1 - y) >= HITS_LEAST)) return (double)NAN;
    const double deff = se * se / (y * (1 - y) / (n - 1));
    return n / deff >= ITEMS_LEAST ? deff : (double)NAN;
}

static double middle(const ons_study_series *s, bool declared, double *work)
{
    size_t n = 0;
    for (size_t i = 0; i < s->series.n_points; i++) {
        const ons_score *r = s->row[i];
        if (isnan(implied(r)) || (r->n_clusters >= 1) != declared || r->deff > 0) continue;
        work[n++] = implied(r);
    }
    return declared || n >= ROWS_LEAST ? ons_median(work, n) : (double)NAN;
}

void ons_series_count_clusters(ons_study_series *s, ons_point *p, double *work)
{
    const double declared = middle(s, true, work), shown = middle(s, false, work);
    for (size_t i = 0; i < s->series.n_points; i++) {
        const ons_score *r = s->row[i];
        double deff = r->deff;
        if (!(r->n_items >= 1))
            continue; /* told by the standard error: that is the number already */
        if (!(deff > 0) && r->n_clusters >= 1)
            deff = fmax(1, isnan(implied(r)) ? declared : implied(r));
        if (!(deff > 0) && shown >= CLEARLY_ABOVE) deff = shown;
        if (!(deff > 0)) continue;
        const double asked = p[i].n;
        p[i].n = fmax(1, asked / deff);
        p[i].deff = asked / p[i].n;
    }
}
