/* The table of curves: every one by maximum likelihood at one common scatter, and by leaving out
 * every scale in turn. */
#include <math.h>
#include <string.h>

#include "analysis/fit_priv.h"
#include "analysis/forms_priv.h"
#include "analysis/shape_priv.h"
#include "stats/minimise.h"
#include "stats/special.h"

enum { REFINED = 10, CALLS = 250, NONE = ONS_POINTS_MAX, LANES = 4 };

#define TOLERANCE    1e-11
#define MEAN_MIN     1e-4 /* no test is known to be free of errors better than this */
#define BROKEN_LEAST 10   /* scales that a curve of six parameters asks for */
#define HALF_LN_2PI  .91893853320467274178

typedef struct table {
    ons_form_data data;
    double scatter, big_m;
    double base[ONS_POINTS_MAX]; /* per row: terms that no curve changes */
} table;

/* ---- likelihood ---- */

static void fill_base(table *t)
{
    const ons_rows *r = t->data.rows;
    t->big_m = 1 / t->scatter - 1;
    for (size_t i = 0; i < r->n_rows; i++) {
        const double n = r->n[i], k = r->k[i];
        t->base[i] = r->gaussian
                         ? -.5 * log(r->se[i] * r->se[i] + t->scatter * t->scatter) - HALF_LN_2PI
                         : ons_lgamma(n + 1) - ons_lgamma(k + 1) - ons_lgamma(n - k + 1) +
                               ons_lgamma(t->big_m) - ons_lgamma(n + t->big_m);
    }
}

static void row_log_likelihood(const table *t, const double *mean, double *ret_ll)
{
    const ons_rows *r = t->data.rows;
    const size_t whole = (r->n_rows + LANES - 1) / LANES * LANES; /* rows beyond the last: n = 0 */
    double mu[ONS_POINTS_MAX];
    for (size_t s = 0; s < r->n_scales; s++)
        for (size_t i = r->begin[s]; i < r->begin[s + 1]; i++)
            mu[i] = t->data.bounded ? fmin(fmax(mean[s], MEAN_MIN), 1 - MEAN_MIN) : mean[s];
    for (size_t i = r->n_rows; i < whole; i++) mu[i] = .5;
    if (!r->gaussian) ons_beta_binomial_fill(whole, r->k, r->n, mu, t->big_m, ret_ll);
    for (size_t i = 0; i < r->n_rows; i++) {
        /* NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): rows have a scale */
        const double d = r->y[i] - mu[i];
        if (r->gaussian) ret_ll[i] = -.5 * d * d / (r->se[i] * r->se[i] + t->scatter * t->scatter);
        ret_ll[i] += t->base[i];
    }
}

/* Of all scales but one; and, apart, of that one. */
static double log_likelihood(const table *t, const double *mean, size_t without, double *ret_left)
{
    const ons_rows *r = t->data.rows;
    double ll[ONS_POINTS_MAX], sum = 0, left = 0;
    row_log_likelihood(t, mean, ll);
    for (size_t s = 0; s < r->n_scales; s++)
        for (size_t i = r->begin[s]; i < r->begin[s + 1]; i++)
            *(s == without ? &left : &sum) += ll[i];
    if (ret_left) *ret_left = left;
    return sum;
}

/* ---- curves with parameters to search for ---- */

typedef struct search {
    const table *table;
    ons_form form;
    size_t without; /* scale that is left out; NONE */
    size_t cut;     /* step: first scale beyond it */
} search;

/* Step: p is the level beyond, and the floor where no chance level is known. */
static double mean_of(const search *s, const double *p, size_t scale)
{
    const ons_form_data *d = &s->table->data;
    if (s->form != ONS_FORM_STEP) return ons_form_at(d, s->form, p, d->t[scale]);
    return scale >= s->cut ? p[0] : isfinite(d->floor) ? d->floor : p[1];
}

static void fill_means(const search *s, const double *p, double *ret_mean)
{
    for (size_t i = 0; i < s->table->data.rows->n_scales; i++) ret_mean[i] = mean_of(s, p, i);
}

static double objective(void *ctx, const double *p)
{
    const search *s = ctx;
    double mean[ONS_POINTS_MAX];
    fill_means(s, p, mean);
    const double v = -log_likelihood(s->table, mean, s->without, NULL);
    return isnan(v) ? 1e300 : v;
}

/* Downhill, and once more with a new simplex: the first may have collapsed. */
static double descend(search *s, size_t n, const double *step, double *at)
{
    const int calls = CALLS * (int)n;
    (void)ons_minimise(objective, s, n, step, TOLERANCE, calls, at);
    return ons_minimise(objective, s, n, step, TOLERANCE, calls, at);
}

typedef struct start {
    double value, p[ONS_FORM_PARAMETERS_MAX], step[ONS_FORM_PARAMETERS_MAX];
} start;

/* From the best few of all starts; returns the log-likelihood. */
static double search_all(search *s, size_t n, start *ret_best)
{
    start best[REFINED + 1];
    size_t n_best = 0;
    for (size_t i = 0;; i++) {
        start at = {0};
        if (!ons_form_start(&s->table->data, s->form, i, at.p, at.step)) break;
        at.value = objective(s, at.p);
        size_t j = n_best < REFINED ? n_best++ : REFINED;
        for (; j > 0 && best[j - 1].value > at.value; j--) best[j] = best[j - 1];
        best[j] = at;
    }
    *ret_best = best[0];
    for (size_t i = 0; i < n_best; i++) {
        best[i].value = descend(s, n, best[i].step, best[i].p);
        if (best[i].value < ret_best->value) *ret_best = best[i];
    }
    return -ret_best->value;
}

static void fit_curve(search *s, size_t n, ons_form_fit *fit)
{
    start best, again;
    const size_t n_scales = s->table->data.rows->n_scales;
    fit->log_likelihood = search_all(s, n, &best);
    for (s->without = 0; s->without < n_scales; s->without++) {
        double mean[ONS_POINTS_MAX], left;
        again = best;
        if (n > 0) (void)descend(s, n, again.step, again.p);
        fill_means(s, again.p, mean);
        (void)log_likelihood(s->table, mean, s->without, &left);
        fit->loo += left;
    }
}

static void fit_chance(const table *t, ons_form_fit *fit)
{
    double mean[ONS_POINTS_MAX];
    for (size_t i = 0; i < t->data.rows->n_scales; i++) mean[i] = t->data.floor;
    fit->log_likelihood = fit->loo = log_likelihood(t, mean, NONE, NULL);
}

/* ---- step ---- */

/* Mean score of scales [begin, end) but one; NaN: there are none. */
static double level_between(const search *s, size_t begin, size_t end)
{
    const ons_form_data *d = &s->table->data;
    double sum = 0, n = 0;
    for (size_t i = begin; i < end; i++) {
        if (i == s->without) continue;
        sum += d->y[i];
        n++;
    }
    return n > 0 ? sum / n : (double)NAN;
}

/* The best cut, its levels in p. A cut beside the scale that is left out could lie on either side of
 * it: the threshold is taken to be the middle of the gap. */
static double search_cut(search *s, double *p)
{
    const ons_form_data *d = &s->table->data;
    const size_t n_scales = d->rows->n_scales;
    double least = INFINITY, reach = .1 * fmax(d->hi - d->lo, 1e-3);
    size_t best = 1;
    for (size_t cut = 1; cut < n_scales; cut++) {
        const double below = level_between(s, 0, cut), above = level_between(s, cut, n_scales);
        if (isnan(below) || isnan(above)) continue;
        double at[2] = {above, below}, step[2] = {reach, reach};
        s->cut = cut;
        const double v = descend(s, isfinite(d->floor) ? 1 : 2, step, at);
        if (v >= least) continue;
        least = v;
        best = cut;
        memcpy(p, at, sizeof at);
    }
    s->cut = best;
    return -least;
}

static void fit_step(search *s, ons_form_fit *fit)
{
    const ons_form_data *d = &s->table->data;
    double p[2], left;
    fit->n_parameters = isfinite(d->floor) ? 2 : 3;
    fit->log_likelihood = search_cut(s, p);
    for (s->without = 0; s->without < d->rows->n_scales; s->without++) {
        double mean[ONS_POINTS_MAX];
        const size_t w = s->without;
        (void)search_cut(s, p);
        if (w > 0 && w + 1 < d->rows->n_scales && (s->cut == w || s->cut == w + 1))
            s->cut = d->t[w] >= .5 * (d->t[w - 1] + d->t[w + 1]) ? w : w + 1;
        fill_means(s, p, mean);
        (void)log_likelihood(s->table, mean, w, &left);
        fit->loo += left;
    }
}

/* ---- isotonic ---- */

/* Fitted means of all scales but one, which gets what lies between its neighbours. Returns how many
 * levels there are. */
static size_t isotonic(const table *t, size_t without, double *ret_mean)
{
    const ons_rows *r = t->data.rows;
    ons_shape_data d = {.gaussian = r->gaussian, .scatter = t->scatter};
    double f[ONS_POINTS_MAX];
    size_t levels = 0;
    for (size_t s = 0; s < r->n_scales; s++) {
        if (s == without) continue;
        const ons_pooled q = ons_rows_pool(r, s, s + 1, t->scatter);
        d.y[d.n_scales] = q.mean;
        d.weight[d.n_scales] = q.trials;
        d.n[d.n_scales++] = q.trials;
    }
    (void)ons_shape_fit(&d, ONS_ORDER_RISING, f);
    for (size_t i = 0, s = 0; i < d.n_scales; i++, s++) {
        s += s == without;
        ret_mean[s] = f[i];
        levels += i == 0 || f[i] > f[i - 1];
    }
    if (without == NONE) return levels;
    const double *x = t->data.t;
    if (without == 0) {
        ret_mean[0] = ret_mean[1];
    } else if (without + 1 == r->n_scales) {
        ret_mean[without] = ret_mean[without - 1];
    } else {
        const double share = (x[without] - x[without - 1]) / (x[without + 1] - x[without - 1]);
        ret_mean[without] =
            ret_mean[without - 1] + share * (ret_mean[without + 1] - ret_mean[without - 1]);
    }
    return levels;
}

static void fit_isotonic(const table *t, ons_form_fit *fit)
{
    double mean[ONS_POINTS_MAX] = {0}, left;
    fit->n_parameters = isotonic(t, NONE, mean);
    fit->log_likelihood = log_likelihood(t, mean, NONE, NULL);
    for (size_t w = 0; w < t->data.rows->n_scales; w++) {
        (void)isotonic(t, w, mean);
        (void)log_likelihood(t, mean, w, &left);
        fit->loo += left;
    }
}

/* ---- all ---- */

static void fit_form(const table *t, ons_form f, ons_form_fit *fit)
{
    const size_t k = t->data.rows->n_scales;
    const int n = ons_form_parameters(&t->data, f);
    search s = {.table = t, .form = f, .without = NONE};
    *fit = (ons_form_fit){.aicc = NAN, .bic = NAN};
    fit->n_parameters = n > 0 ? (size_t)n : 0;
    if (n < 0 || k <= fit->n_parameters + 1 || (f == ONS_FORM_BROKEN && k < BROKEN_LEAST)) return;
    if (f == ONS_FORM_STEP && k <= 3 + !isfinite(t->data.floor)) return;
    fit->fitted = true;
    if (f == ONS_FORM_CHANCE)
        fit_chance(t, fit);
    else if (f == ONS_FORM_STEP)
        fit_step(&s, fit);
    else if (f == ONS_FORM_ISOTONIC)
        fit_isotonic(t, fit);
    else
        fit_curve(&s, (size_t)n, fit);
    const double q = (double)fit->n_parameters, l2 = -2 * fit->log_likelihood;
    if ((double)k > q + 1) fit->aicc = l2 + 2 * q + 2 * q * (q + 1) / ((double)k - q - 1);
    fit->bic = l2 + q * log((double)k);
}

static void fill_data(const ons_series *s, const ons_rows *r, ons_form_data *d)
{
    *d = (ons_form_data){.rows = r,
                         .bounded = !s->continuous || s->n_assumed,
                         .floor = r->chance_known ? r->chance : (double)NAN,
                         .lo = INFINITY,
                         .hi = -INFINITY};
    for (size_t i = 0; i < r->n_scales; i++) {
        d->t[i] = (r->x[i] - r->x[0]) / (r->x[r->n_scales - 1] - r->x[0]);
        d->y[i] = ons_rows_score(r, i);
        d->lo = fmin(d->lo, d->y[i]);
        d->hi = fmax(d->hi, d->y[i]);
    }
}

/* The posterior mean of the scatter under the two classes of 2.3. */
static double scatter_of(const ons_rows *r)
{
    const ons_scatter prior = ons_scatter_prior(r);
    ons_like like[ONS_SCATTER_MAX];
    ons_two two;
    for (size_t i = 0; i < prior.n; i++) ons_like_init(&like[i], r, prior.at[i]);
    ons_two_class(r, &prior, like, r->chance_known, &two);
    return two.scatter;
}

ons_status ons_series_fit_forms(const ons_series *s, ons_forms *ret_f, ons_err *err)
{
    ons_rows r;
    table t;
    ONS_TRY(ons_rows_make(s, &r, err));
    ons_forms f = {.n_scales = r.n_scales, .scatter = NAN};
    if (r.n_scales >= 3) {
        fill_data(s, &r, &t.data);
        f.scatter = t.scatter = scatter_of(&r);
        fill_base(&t);
        for (int i = 0; i < ONS_FORM_COUNT; i++) fit_form(&t, (ons_form)i, &f.form[i]);
    }
    *ret_f = f;
    return ONS_OK;
}
