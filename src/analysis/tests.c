#include "analysis/tests_priv.h"

#include <math.h>

#include "stats/dist.h"
#include "stats/special.h"

#define ALPHA     0.05
#define MARGIN    0.05 /* of the headroom: above chance means more than this */
#define PRESENT   0.25 /* of the rise: absent means less than this */
#define INFLATION 1.1  /* of the likelihood ratio's null distribution (2.4) */
#define X_TIE     1e-9

/* With five or six scales and the three other tests passed, gradual curves are called sharp from
 * this ratio on no oftener than with more scales from the 5 % point on (docs/method.md). */
#define CRITICAL_FEW 1.5

ons_split ons_split_make(const ons_rows *r, const ons_fit *sharp)
{
    ons_split s = {.onset = ons_fit_onset(sharp), .upper = sharp->level.upper};
    while (s.n_pre < r->n_scales && r->x[s.n_pre] < s.onset + X_TIE) s.n_pre++;
    s.first_post = r->n_scales;
    for (size_t i = r->n_scales; i-- > 0;) {
        if (ons_shape_at(sharp->shape, sharp->x50, sharp->width, r->x[i]) < .5) break;
        s.first_post = i;
    }
    return s;
}

double ons_test_sharp(double lr)
{
    double z = lr / INFLATION;
    return z > 0 ? .5 * ons_chi2_tail(z, 1) : 1 - .5 * ons_chi2_tail(-z, 1);
}

double ons_test_sharp_few(double lr)
{
    return ons_test_sharp(lr) * (ALPHA / ons_test_sharp(CRITICAL_FEW));
}

double ons_test_above(const ons_rows *r, const ons_split *s, double scatter)
{
    if (s->first_post >= r->n_scales) return 1;
    ons_pooled q = ons_rows_pool(r, s->first_post, r->n_scales, scatter);
    double level = r->chance + MARGIN * r->headroom;
    if (r->gaussian) return ons_normal_tail((q.mean - level) / q.se);
    return q.hits > 0 ? ons_beta_inc(q.hits, q.trials - q.hits + 1, level) : 1;
}

double ons_test_absent(const ons_rows *r, const ons_split *s, double scatter)
{
    if (s->n_pre < 2) return 1;
    ons_pooled q = ons_rows_pool(r, 0, s->n_pre, scatter);
    double level = r->chance + PRESENT * (s->upper - r->chance);
    if (r->gaussian) return ons_normal_cdf((q.mean - level) / q.se);
    return q.trials > q.hits ? ons_beta_inc(q.trials - q.hits, q.hits + 1, 1 - level) : 1;
}

double ons_bound_lower(const ons_rows *r, size_t begin, size_t end, double scatter, double alpha)
{
    ons_pooled q = ons_rows_pool(r, begin, end, scatter);
    if (r->gaussian) return q.mean + ons_normal_quantile(alpha) * q.se;
    return ons_cp_lower(q.hits, q.trials, alpha);
}

double ons_bound_upper(const ons_rows *r, size_t begin, size_t end, double scatter, double alpha)
{
    ons_pooled q = ons_rows_pool(r, begin, end, scatter);
    if (r->gaussian) return q.mean - ons_normal_quantile(alpha) * q.se;
    return ons_cp_upper(q.hits, q.trials, alpha);
}

/* lower bound > level, without the inverse: P(X >= k | level) < alpha. */
static bool scale_above(const ons_rows *r, size_t scale, double scatter, double alpha)
{
    ons_pooled q = ons_rows_pool(r, scale, scale + 1, scatter);
    double level = r->chance + .5 * MARGIN * r->headroom;
    if (r->gaussian) return ons_normal_tail((q.mean - level) / q.se) < alpha;
    if (q.hits <= 0) return false;
    return ons_beta_inc(q.hits, q.trials - q.hits + 1, level) < alpha;
}

size_t ons_count_above(const ons_rows *r, const ons_split *s, double scatter)
{
    size_t n = 0;
    for (size_t i = 0; i < r->n_scales; i++) {
        if (r->x[i] >= s->onset - X_TIE && scale_above(r, i, scatter, ALPHA)) n++;
    }
    return n;
}

bool ons_all_above(const ons_rows *r, const ons_split *s, double scatter)
{
    double share = (double)(r->n_scales - s->first_post);
    for (size_t i = s->first_post; i < r->n_scales; i++) {
        if (!scale_above(r, i, scatter, ALPHA / share)) return false;
    }
    return true;
}

bool ons_knee_test(const ons_rows *r, const ons_scatter *scatter, const ons_like *like)
{
    double tolerance = MARGIN * r->headroom, last = r->x[r->n_scales - 1];
    ons_box box = {r->chance - tolerance, r->chance + tolerance, r->chance, r->gaussian ? 1e9 : 1};
    if (!r->gaussian && box.lower_min < 0) box.lower_min = 0;
    double first = 0, best = -INFINITY, knee = r->x[0];
    for (size_t j = 0; j + 1 < 2 * r->n_scales - 1; j++) {
        /* Knees at every scale and half way between. */
        double at = j % 2 == 0 ? r->x[j / 2] : .5 * (r->x[j / 2] + r->x[j / 2 + 1]);
        if (at >= last - .15 * r->unit) break;
        double f[ONS_POINTS_MAX], ll[ONS_SCATTER_MAX];
        ons_shape_fill(3, .5 * (at + last), .8 * (last - at), r->n_scales, r->x, f);
        for (size_t v = 0; v < scatter->n; v++) {
            ons_levels level = {fmin(fmax(r->chance, box.lower_min), box.lower_max),
                                fmax(ons_rows_score(r, r->n_scales - 1), box.upper_min)};
            ons_like_levels(&like[v], f, &box, 1e-5, &level);
            ll[v] = scatter->log_prior[v] + ons_like_value(&like[v], f, &level);
        }
        double total = ons_log_sum_exp(ll, scatter->n);
        if (j == 0) first = total;
        if (total > best) {
            best = total;
            knee = at;
        }
    }
    size_t below = 0;
    while (below < r->n_scales && r->x[below] <= knee + X_TIE) below++;
    return 2 * (best - first) > 3.84 && below >= 2;
}

double ons_resolution(const ons_rows *r, const ons_split *s, const ons_fit *smooth, double scatter,
                      double *ret_needed)
{
    double sum = 0, all_missed = 0, hits = 0;
    *ret_needed = NAN;
    if (r->gaussian) return NAN;
    for (size_t i = 0; i < s->n_pre; i++) {
        double mu = fmin(fmax(ons_fit_mean(smooth, r->x[i]), 1e-9), 1 - 1e-9);
        for (size_t j = r->begin[i]; j < r->begin[i + 1]; j++) {
            double n = ons_effective_n(r->n[j], scatter), k = n * r->y[j];
            if (n > k) sum += ons_beta_inc_log(n - k, k + 1, 1 - mu);
            hits += k;
        }
        all_missed += log1p(-mu);
    }
    if (hits == 0 && all_missed < 0) *ret_needed = log(ALPHA) / all_missed;
    return sum;
}
