/* Did the metric make the jump (2.9)? The same models under a continuous metric: is it
 * sharp too, and did it move while the discontinuous one still stood at chance? */
#include <math.h>

#include "analysis/fit_priv.h"
#include "analysis/tests_priv.h"
#include "stats/special.h"

#define ALPHA         0.05
#define SHARE_LEAST   0.15 /* of the whole rise: a precursor of less says nothing */
#define LR_NOT_SHARP  1.0  /* metric-induced needs a curve that is clearly no jump */
#define SCALES_LEAST  3    /* at chance, for a slope */
#define SCATTER_LEAST 0.02 /* of the range */

/* Weighted straight line through the rows of the first n scales. */
typedef struct line {
    double slope, slope_se;
} line;

static line fit_line(const ons_rows *r, size_t n_scales, double tau)
{
    double sw = 0, sx = 0, sy = 0, sxx = 0, sxy = 0, chi2 = 0;
    size_t n = r->begin[n_scales];
    for (size_t s = 0; s < n_scales; s++) {
        for (size_t i = r->begin[s]; i < r->begin[s + 1]; i++) {
            double w = 1 / (r->se[i] * r->se[i] + tau * tau);
            sw += w;
            sx += w * r->x[s];
            sy += w * r->y[i];
        }
    }
    double mx = sx / sw, my = sy / sw;
    for (size_t s = 0; s < n_scales; s++) {
        for (size_t i = r->begin[s]; i < r->begin[s + 1]; i++) {
            double w = 1 / (r->se[i] * r->se[i] + tau * tau);
            sxx += w * (r->x[s] - mx) * (r->x[s] - mx);
            sxy += w * (r->x[s] - mx) * (r->y[i] - my);
        }
    }
    line l = {.slope = sxy / sxx};
    for (size_t s = 0; s < n_scales; s++) {
        for (size_t i = r->begin[s]; i < r->begin[s + 1]; i++) {
            double w = 1 / (r->se[i] * r->se[i] + tau * tau);
            double residual = r->y[i] - my - l.slope * (r->x[s] - mx);
            chi2 += w * residual * residual;
        }
    }
    double inflation = n > 2 ? fmax(1, chi2 / (double)(n - 2)) : 1;
    l.slope_se = sqrt(inflation / sxx);
    return l;
}

/* Mean of the two best scales less the first one. */
static double whole_rise(const ons_rows *r)
{
    double best = -INFINITY, second = -INFINITY;
    for (size_t s = 0; s < r->n_scales; s++) {
        double y = ons_rows_score(r, s);
        if (y > best) {
            second = best;
            best = y;
        } else if (y > second) {
            second = y;
        }
    }
    return .5 * (best + second) - ons_rows_score(r, 0);
}

static void find_precursor(const ons_rows *r, double onset, double tau, ons_metric_result *m)
{
    size_t n = 0;
    while (n < r->n_scales && r->x[n] < onset + 1e-9) n++;
    m->p_precursor = 1;
    m->share_before = 0;
    if (n < SCALES_LEAST) return;
    line l = fit_line(r, n, fmax(tau, SCATTER_LEAST * r->range));
    m->p_precursor = ons_normal_tail(l.slope / l.slope_se);
    m->share_before = l.slope * (r->x[n - 1] - r->x[0]) / fmax(1e-12, whole_rise(r));
}

static ons_curve curve_of(const ons_fit *f)
{
    return (ons_curve){f->shape, f->x50, f->width, f->level.lower, f->level.upper};
}

ons_status ons_metric_check_decide(const ons_series *continuous, const ons_verdict *of,
                                   ons_metric_result *ret_r, ons_err *err)
{
    ons_metric_result m = {.check = ONS_CHECK_INCONCLUSIVE,
                           .lr = NAN,
                           .p_sharp = 1,
                           .p_precursor = 1,
                           .midpoint = {NAN, NAN, NAN}};
    m.sharp.shape = m.smooth.shape = -1;
    ons_series s = *continuous;
    s.continuous = true;
    s.chance = NAN; /* floors are free: chance on this metric is not asked */
    ons_rows r;
    ONS_TRY(ons_rows_make(&s, &r, err));
    if (r.n_scales < 4 || !(r.range > 0)) {
        *ret_r = m;
        return ONS_OK;
    }
    ons_scatter scatter = ons_scatter_prior(&r);
    ons_like like[ONS_SCATTER_MAX];
    for (size_t v = 0; v < scatter.n; v++) ons_like_init(&like[v], &r, scatter.at[v]);
    ons_two two;
    ons_two_class(&r, &scatter, like, false, &two);
    m.lr = two.lr;
    m.p_sharp = ons_test_sharp(two.lr);
    m.midpoint.x = two.sharp.x50;
    m.sharp = curve_of(&two.sharp);
    m.smooth = curve_of(&two.smooth);
    if (of->sharp.shape >= 0) {
        double onset = of->sharp.x50 + ons_shape_onset(of->sharp.shape) * of->sharp.width;
        find_precursor(&r, onset, two.scatter, &m);
    }
    bool precursor = m.p_precursor < ALPHA && m.share_before >= SHARE_LEAST;
    bool sharp = m.p_sharp < ALPHA;
    if (sharp) {
        m.check = precursor ? ONS_CHECK_MIXED : ONS_CHECK_ROBUST;
    } else if (precursor && m.lr < LR_NOT_SHARP) {
        m.check = ONS_CHECK_METRIC_INDUCED;
    }
    *ret_r = m;
    return ONS_OK;
}
