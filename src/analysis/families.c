/* Families taken together (--pool): does the jump hang on one of them?
 *
 * Families lie apart on the scale: one recipe needs more compute than another for the same ability.
 * Where one of them has the small models and another the large ones, such a distance looks like a
 * jump of a curve that is gradual in each. A scatter common to all models does not describe that, as
 * the models of a family err together. So the sharpness test must also pass, at .10, without any
 * one family: what remains is a common jump, or two such accidents at one place.
 * Of two families each must show it alone. */
#include <math.h>
#include <string.h>

#include "analysis/decide_priv.h"

#define ALPHA_WITHOUT 0.10
#define P_OPEN        0.5

/* The rows of all families but one; scales that have no others are gone. */
static void leave_out(const ons_rows *r, unsigned family, ons_rows *ret_r)
{
    ons_rows *q = ret_r;
    *q = *r;
    q->n_rows = q->n_scales = 0;
    for (size_t s = 0; s < r->n_scales; s++) {
        const size_t begin = q->n_rows;
        for (size_t i = r->begin[s]; i < r->begin[s + 1]; i++) {
            if (r->family[i] == family) continue;
            const size_t n = q->n_rows++;
            q->y[n] = r->y[i];
            q->n[n] = r->n[i];
            q->k[n] = r->k[i];
            q->se[n] = r->se[i];
            q->family[n] = r->family[i];
        }
        if (q->n_rows == begin) continue;
        q->x[q->n_scales] = r->x[s];
        q->begin[q->n_scales++] = begin;
    }
    q->begin[q->n_scales] = q->n_rows;
    /* The likelihood works on whole vectors: rows beyond the last have no items. */
    for (size_t i = q->n_rows; i < ONS_POINTS_MAX; i++) q->k[i] = q->n[i] = q->y[i] = 0;
}

static double p_without(const ons_decision *d, unsigned family)
{
    ons_rows rows;
    ons_like like[ONS_SCATTER_MAX];
    ons_two two;
    leave_out(&d->rows, family, &rows);
    if (rows.n_rows == 0) return 0; /* nobody said which is which */
    if (rows.n_scales < ONS_SCALES_LEAST) return 1;
    for (size_t v = 0; v < d->scatter.n; v++) ons_like_init(&like[v], &rows, d->scatter.at[v]);
    ons_two_class(&rows, &d->scatter, like, true, &two);
    return ons_test_sharp(two.lr);
}

static double worst_of(const ons_decision *d)
{
    double worst = 0;
    for (size_t i = 0; i < d->rows.n_rows; i++) {
        bool seen = false;
        for (size_t j = 0; j < i; j++) seen = seen || d->rows.family[j] == d->rows.family[i];
        if (!seen) worst = fmax(worst, p_without(d, d->rows.family[i]));
    }
    return worst;
}

void ons_decision_test_families(ons_decision *d)
{
    ons_verdict *v = d->v;
    if (!d->rows.pooled || !(v->p_emergent < ONS_ALPHA)) return;
    const double p = worst_of(d);
    if (p < ALPHA_WITHOUT) return;
    /* Without that family nothing is shown either way, and all together do look sharp. */
    v->p_sharp = fmin(fmax(ONS_ALPHA, p), P_OPEN);
    v->p_emergent = fmax(v->p_emergent, v->p_sharp);
}
