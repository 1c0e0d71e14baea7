/* The four tests at the threshold of the best sharp curve (2.4), and what few scales add. */
#include <math.h>

#include "analysis/decide_priv.h"
#include "analysis/forecast_priv.h"
#include "stats/special.h"

#define RHO_FORECAST 0.004 /* least scatter of a forecast (2.7) */
/* A sharp curve is that much better than a long-tailed one: with few scales; with more; where the
 * tests as designed do not pass. */
#define LR_TAILED_FEW  2.0
#define LR_TAILED      3.0
#define LR_TAILED_MORE 4.0
#define LEARNED_CHANCE 0.05 /* share of runs that count as learned by accident (2.14) */
/* Of the learned share beyond: fewer learn below. Half, where answers need a quarter: runs are few,
 * and a quarter asks for eleven of them that all failed. */
#define LEARNED_BEFORE 0.5
#define FEW_LEAST      5
#define FEW_MOST       6
#define FEW_GAP        .5 /* least mean gap, of W0 */

void ons_decision_learned(const ons_decision *d, size_t begin, size_t end, double *ret_k,
                          double *ret_n)
{
    *ret_k = 0;
    for (size_t i = d->rows.begin[begin]; i < d->rows.begin[end]; i++)
        *ret_k += d->replicates.learned[i];
    *ret_n = (double)(d->rows.begin[end] - d->rows.begin[begin]);
}

/* Tests 1 and 2 on runs instead of answers (2.14). */
static void test_runs(ons_decision *d)
{
    const ons_split *s = &d->split;
    double k, n;
    d->v->flags |= ONS_FLAG_BIMODAL_SEEDS;
    if (s->first_post >= d->rows.n_scales) return;
    ons_decision_learned(d, s->first_post, d->rows.n_scales, &k, &n);
    d->v->learned_share = k / n;
    d->v->p_above = k > 0 ? ons_beta_inc(k, n - k + 1, LEARNED_CHANCE) : 1;
    if (s->n_pre < 2) return;
    double level = LEARNED_BEFORE * d->v->learned_share;
    ons_decision_learned(d, 0, s->n_pre, &k, &n);
    d->v->p_absent = n > k ? ons_beta_inc(n - k, k + 1, 1 - level) : 1;
}

/* Where the calibration for few scales holds: one accuracy a scale, five or six scales, apart so
 * far that a slope of width W0 has few of them on its way. */
static bool few_scales(const ons_decision *d)
{
    const ons_rows *r = &d->rows;
    return !r->gaussian && !r->pooled && r->n_rows == r->n_scales && r->n_scales >= FEW_LEAST &&
           r->n_scales <= FEW_MOST &&
           r->x[r->n_scales - 1] - r->x[0] >= FEW_GAP * r->w0 * (double)(r->n_scales - 1);
}

/* The last test, where all others passed: not a gradual curve with a steep core either. */
static void test_long_tailed(ons_decision *d, double least)
{
    ons_verdict *v = d->v;
    if (!(v->p_emergent < ONS_ALPHA) || d->all_or_none) return;
    double lr = ons_fit_long_tailed(&d->rows, &d->scatter, d->like);
    if (lr >= least) return;
    v->p_sharp = v->p_emergent = fmax(ONS_ALPHA, ons_test_sharp(lr));
}

static ons_status test_unforeseen(ons_decision *d, bool few, ons_err *err)
{
    const ons_split *s = &d->split;
    if (s->n_pre < 2 || s->first_post >= d->rows.n_scales) return ONS_OK;
    size_t target[2], n = 0;
    for (size_t i = s->first_post; i < d->rows.n_scales && n < 2; i++) target[n++] = i;
    double p[2] = {1, 1};
    double scatter = d->rows.gaussian ? d->two.scatter : fmax(d->two.scatter, RHO_FORECAST);
    ONS_TRY(ons_forecast_make(&d->rows, s->n_pre, target, n, scatter, p, &d->v->forecast, err));
    double least = n > 1 ? fmin(p[0], p[1]) : p[0];
    d->v->p_unforeseen = few ? least : fmin(1, (double)n * least);
    return ONS_OK;
}

static double sharp_p(const ons_decision *d, bool few)
{
    return few ? ons_test_sharp_few(d->two.lr) : ons_test_sharp(d->two.lr);
}

/* The four tests at the threshold of the sharp curve at hand. */
static ons_status test_split(ons_decision *d, bool few, ons_err *err)
{
    ons_verdict *v = d->v;
    v->p_above = v->p_absent = v->p_unforeseen = 1;
    d->split = ons_split_make(&d->rows, &d->two.sharp);
    if (d->all_or_none) {
        test_runs(d);
    } else {
        v->p_above = ons_test_above(&d->rows, &d->split, d->two.scatter);
        v->p_absent = ons_test_absent(&d->rows, &d->split, d->two.scatter);
    }
    ONS_TRY(test_unforeseen(d, few, err));
    v->p_sharp = sharp_p(d, few);
    v->p_emergent = fmax(fmax(v->p_above, v->p_absent), fmax(v->p_sharp, v->p_unforeseen));
    return ONS_OK;
}

/* The same with what is known of few scales, in place of what stands there if it makes a threshold
 * with two scales above it. */
static ons_status test_again(ons_decision *d, bool inside, bool few, ons_err *err)
{
    /* No curve inside is better than the best of all. */
    if (d->v->p_emergent < ONS_ALPHA || sharp_p(d, few) >= ONS_ALPHA) return ONS_OK;
    const ons_two two = d->two;
    const ons_split split = d->split;
    const ons_verdict v = *d->v;
    if (inside) ons_sharp_inside(&d->rows, &d->scatter, d->like, &d->two);
    ONS_TRY(test_split(d, few, err));
    test_long_tailed(d, LR_TAILED_MORE);
    if (d->v->p_emergent < ONS_ALPHA && ons_all_above(&d->rows, &d->split, d->two.scatter) &&
        ons_count_above(&d->rows, &d->split, d->two.scatter) >= 2)
        return ONS_OK;
    d->two = two;
    d->split = split;
    *d->v = v;
    return ONS_OK;
}

ons_status ons_decision_test(ons_decision *d, ons_err *err)
{
    ons_verdict *v = d->v;
    bool few = few_scales(d);
    ONS_TRY(test_split(d, false, err));
    test_long_tailed(d, d->rows.n_scales <= FEW_MOST ? LR_TAILED_FEW : LR_TAILED);
    if (few) ONS_TRY(test_again(d, false, true, err));
    /* A threshold counts with two scales on either side. Where noise draws the best sharp curve
     * past them, the best one that keeps inside may pass. */
    bool outside = d->split.n_pre < 2 || d->split.first_post + 2 > d->rows.n_scales;
    if (outside && !d->rows.gaussian && !d->replicated) ONS_TRY(test_again(d, true, few, err));
    ons_decision_test_families(d);
    v->sharp = ons_fit_curve(&d->two.sharp);
    v->lr = d->two.lr;
    if (!d->rows.gaussian) v->rho = d->two.scatter;
    v->n_below = d->split.n_pre;
    v->n_above = ons_count_above(&d->rows, &d->split, d->two.scatter);
    return ONS_OK;
}
