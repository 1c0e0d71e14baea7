/* The likelihood of run i is (1 - q_i) BB(k_i | n_i, L) + q_i BB(k_i | n_i, U) with
 * q_i = (1 - lapse) F(x_i).
 *
 * A dozen runs say little about a curve, and the largest likelihood of either class says less
 * than its mean: seeds that agree at every size fit a step best, and yet a gradual curve makes
 * them agree often. So the classes are compared by their likelihoods averaged over midpoints
 * (uniform in x), shapes, scatter and the share of runs that fail even far above the threshold;
 * the sharp class over its widths too, the smooth one at its best width. */
#include "analysis/replicates_priv.h"

#include <math.h>

#include "base/arena.h"
#include "stats/fast.h"
#include "stats/special.h"

enum {
    NODES_IN_GAPS = 80, /* midpoints between scales, about */
    NODES_IN_GAP = 8,   /* at most */
    NODES_BEYOND = 4,   /* on either side */
    NODES_MAX = NODES_IN_GAPS + 2 * NODES_BEYOND + ONS_POINTS_MAX,
    WIDTHS_SHARP = 6,
    WIDTHS_SMOOTH = 5,
    SHAPES_SMOOTH = 5,
    SCATTERS = 4,
    LAPSES = 3,
    CASES = SCATTERS * LAPSES,
    FACTORS = 32, /* rows multiplied before a logarithm: each factor is at least 1e-4 */
    CELLS = 192,  /* of a profile over places */
    STARTS = 3,
    ROUNDS = 12 /* of expectation and maximisation for the levels */
};

#define BEYOND        0.5   /* of W0: midpoints outside the scales */
#define SHARE_MIN     1e-4  /* least probability of either level */
#define AS_GOOD       1e-3  /* nats: midpoints that cannot be told apart */
#define WITHIN        2.112 /* nats: half of 3.84 times 1.1, as for other intervals */
#define REACH         1.5   /* of W0: profiles go so far outside the scales */
#define READING_NOISE 2.0   /* nats by which equally good readings may differ */
/* From ln Bayes to a likelihood ratio whose p-value is .7 of the share of all-or-none families of
 * width W0 that reach it, from p of .1 down to .0005 (docs/method.md, Replicates). */
#define BAYES_SLOPE 3.4
#define BAYES_BASE  (-0.72)

static const double scatter_at[SCATTERS] = {1e-3, 8e-3, 3e-2, 1e-1};
static const double scatter_prior[SCATTERS] = {.35, .3, .2, .15};
static const double lapse_at[LAPSES] = {0, .1, .25};
static const double lapse_prior[LAPSES] = {.5, .3, .2};
/* In W0. A few runs cannot tell a step from a rise over a fifth of W0: the mean is taken over the
 * widths from MEAN_FIRST to MEAN_LAST, the maximum over all. */
static const double narrow[WIDTHS_SHARP] = {.03, .1, .2, .35, .5, .7};
enum { MEAN_FIRST = 2, MEAN_LAST = 4 };
static const double wide[WIDTHS_SMOOTH] = {1, 1.25, 1.65, 2.7, 5.3};
static const int smooth_shape[SHAPES_SMOOTH] = {0, 1, 2, 3, ONS_LONG_TAILED};

/* ln of a sum of exponentials, term by term. */
typedef struct log_sum {
    double top, sum;
} log_sum;

/* Midpoints with the stretch of x that each stands for. */
typedef struct nodes {
    size_t n;
    double x50[NODES_MAX], weight[NODES_MAX];
} nodes;

/* Best ln likelihood with the midpoint, resp. the onset, in a cell of x. */
typedef struct profile {
    double from, step;
    double midpoint[CELLS], onset[CELLS];
} profile;

typedef struct best_node {
    double ll;
    size_t at, n_as_good; /* midpoint; how many from there on are as good */
    size_t kase;          /* scatter and lapse */
    int shape;
    double width;
} best_node;

typedef struct work {
    const ons_rows *rows;
    nodes nodes;
    profile *places;
    double lo[SCATTERS], hi[SCATTERS]; /* levels that fit best */
    /* Per row and case: likelihood at the low level, and the high one less that; the larger is 1. */
    double e_lo[ONS_POINTS_MAX][CASES], e_more[ONS_POINTS_MAX][CASES];
    double base[CASES]; /* what was divided out, and the prior */
} work;

bool ons_replicates_apply(const ons_rows *r)
{
    size_t n = 0;
    for (size_t s = 0; s < r->n_scales; s++) n += r->begin[s + 1] - r->begin[s] > 1;
    return !r->gaussian && !r->pooled && r->chance_known && n >= 3;
}

static void add_exp(log_sum *s, double v)
{
    if (v > s->top) {
        s->sum = s->sum * exp(s->top - v) + 1;
        s->top = v;
    } else if (v > s->top - 40) {
        s->sum += ons_fast_exp(v - s->top);
    }
}

static double log_of(const log_sum *s) { return s->top + log(s->sum); }

static void add_stretch(nodes *t, double from, double to, size_t n)
{
    double step = (to - from) / (double)n;
    for (size_t i = 0; i < n; i++, t->n++) {
        t->x50[t->n] = from + step * ((double)i + .5);
        t->weight[t->n] = step;
    }
}

static void fill_nodes(const ons_rows *r, nodes *t)
{
    size_t gaps = r->n_scales - 1, each = NODES_IN_GAPS / gaps;
    each = each < 1 ? 1 : each > NODES_IN_GAP ? NODES_IN_GAP : each;
    t->n = 0;
    add_stretch(t, r->x[0] - BEYOND * r->w0, r->x[0], NODES_BEYOND);
    for (size_t i = 0; i < gaps; i++) add_stretch(t, r->x[i], r->x[i + 1], each);
    add_stretch(t, r->x[gaps], r->x[gaps] + BEYOND * r->w0, NODES_BEYOND);
}

/* ---- levels ---- */

static void fill_level(const ons_rows *r, double mean, double rho, double *ret_ll)
{
    double mu[ONS_POINTS_MAX];
    for (size_t i = 0; i < r->n_rows; i++) mu[i] = mean;
    ons_beta_binomial_fill(r->n_rows, r->k, r->n, mu, 1 / rho - 1, ret_ll);
}

/* One round: who has learned, then the two levels. Every scale has a share of its own, pulled to
 * a half by one run. Returns the ln likelihood at the levels as they came. */
static double improve_levels(const ons_rows *r, double rho, const ons_box *box, double *share,
                             double *lo, double *hi)
{
    double low[ONS_POINTS_MAX], high[ONS_POINTS_MAX], ll = 0;
    double k_lo = 0, n_lo = 1e-9, k_hi = 0, n_hi = 1e-9;
    fill_level(r, *lo, rho, low);
    fill_level(r, *hi, rho, high);
    for (size_t s = 0; s < r->n_scales; s++) {
        double learned = .5, odds = log(share[s] / (1 - share[s]));
        for (size_t i = r->begin[s]; i < r->begin[s + 1]; i++) {
            double w = 1 / (1 + exp(ons_clip(low[i] - high[i] - odds, -500, 500)));
            double n = ons_effective_n(r->n[i], rho);
            ll += ons_log_add_exp(log(1 - share[s]) + low[i], log(share[s]) + high[i]);
            learned += w;
            k_lo += (1 - w) * n * r->y[i];
            n_lo += (1 - w) * n;
            k_hi += w * n * r->y[i];
            n_hi += w * n;
        }
        share[s] = learned / (double)(r->begin[s + 1] - r->begin[s] + 1);
    }
    *lo = ons_clip(n_lo > 1 ? k_lo / n_lo : r->chance, box->lower_min, box->lower_max);
    *hi = ons_clip(n_hi > 1 ? k_hi / n_hi : *hi, box->upper_min, box->upper_max);
    return ll;
}

static void fit_levels(work *w, size_t v)
{
    static const double start[STARTS] = {.25, .6, .95};
    const ons_rows *r = w->rows;
    ons_box box = ons_box_sharp(r, true);
    double best = -INFINITY;
    for (size_t j = 0; j < STARTS; j++) {
        double lo = ons_clip(r->chance, box.lower_min, box.lower_max), share[ONS_POINTS_MAX];
        double hi = r->chance + start[j] * r->headroom, at_lo = lo, at_hi = hi, ll = -INFINITY;
        for (size_t s = 0; s < r->n_scales; s++) share[s] = .5;
        for (int round = 0; round < ROUNDS; round++) {
            at_lo = lo;
            at_hi = hi;
            ll = improve_levels(r, scatter_at[v], &box, share, &lo, &hi);
        }
        if (ll <= best) continue;
        best = ll;
        w->lo[v] = at_lo;
        w->hi[v] = at_hi;
    }
}

static void fill_cases(work *w)
{
    const ons_rows *r = w->rows;
    double low[ONS_POINTS_MAX], high[ONS_POINTS_MAX];
    for (size_t v = 0; v < SCATTERS; v++) {
        double base = 0, m = 1 / scatter_at[v] - 1;
        fit_levels(w, v);
        fill_level(r, w->lo[v], scatter_at[v], low);
        fill_level(r, w->hi[v], scatter_at[v], high);
        for (size_t i = 0; i < r->n_rows; i++) {
            double top = fmax(low[i], high[i]), lo = ons_fast_exp(fmax(low[i] - top, -500));
            double more = ons_fast_exp(fmax(high[i] - top, -500)) - lo;
            base += top + ons_lgamma(m) - ons_lgamma(r->n[i] + m);
            for (size_t l = 0; l < LAPSES; l++) {
                w->e_lo[i][v * LAPSES + l] = lo;
                w->e_more[i][v * LAPSES + l] = more;
            }
        }
        for (size_t l = 0; l < LAPSES; l++)
            w->base[v * LAPSES + l] = base + log(scatter_prior[v] * lapse_prior[l]);
    }
}

/* ---- curves ---- */

static inline double share_of(double f, double keep)
{
    double q = keep * f;
    q = q < SHARE_MIN ? SHARE_MIN : q;
    return q > 1 - SHARE_MIN ? 1 - SHARE_MIN : q;
}

/* ln likelihood of every case under F per scale. */
ONS_FAST_CLONES
static void evaluate(const work *w, const double *restrict f, double *restrict ret_ll)
{
    const ons_rows *r = w->rows;
    double product[CASES], q[CASES];
    size_t factors = 0;
    for (size_t c = 0; c < CASES; c++) {
        ret_ll[c] = w->base[c];
        product[c] = 1;
    }
    for (size_t s = 0; s < r->n_scales; s++) {
        for (size_t c = 0; c < CASES; c++) q[c] = share_of(f[s], 1 - lapse_at[c % LAPSES]);
        for (size_t i = r->begin[s]; i < r->begin[s + 1]; i++) {
            for (size_t c = 0; c < CASES; c++) product[c] *= w->e_lo[i][c] + q[c] * w->e_more[i][c];
            if (++factors % FACTORS) continue;
            for (size_t c = 0; c < CASES; c++) {
                ret_ll[c] += ons_fast_log(product[c]);
                product[c] = 1;
            }
        }
    }
    for (size_t c = 0; c < CASES; c++) ret_ll[c] += ons_fast_log(product[c]);
}

static size_t cell_of(const profile *p, double x)
{
    return (size_t)ons_clip((x - p->from) / p->step, 0, CELLS - 1);
}

/* A node stands for its stretch of x. */
static void note(const profile *p, double *top, double x, double stretch, double ll)
{
    size_t last = cell_of(p, x + .5 * stretch);
    for (size_t c = cell_of(p, x - .5 * stretch); c <= last; c++) top[c] = fmax(top[c], ll);
}

static void clear_places(const ons_rows *r, profile *p)
{
    double last = r->x[r->n_scales - 1] + REACH * r->w0;
    p->from = r->x[0] - REACH * r->w0;
    p->step = (last - p->from) / CELLS;
    for (size_t c = 0; c < CELLS; c++) p->midpoint[c] = p->onset[c] = -INFINITY;
}

static ons_interval interval_of(const profile *p, const double *top)
{
    double most = -INFINITY;
    for (size_t c = 0; c < CELLS; c++) most = fmax(most, top[c]);
    size_t lo = 0, hi = CELLS - 1;
    while (top[lo] < most - WITHIN) lo++;
    while (top[hi] < most - WITHIN) hi--;
    return (ons_interval){.x = (double)NAN,
                          .lo = p->from + p->step * (double)lo,
                          .hi = p->from + p->step * (double)(hi + 1)};
}

/* All midpoints of one shape and width. */
static void scan(const work *w, int shape, double width, double from, double to, log_sum *sum,
                 double *top, best_node *best) /* sum: NULL: none */
{
    const ons_rows *r = w->rows;
    for (size_t m = 0; m < w->nodes.n; m++) {
        double f[ONS_POINTS_MAX], ll[CASES], x50 = w->nodes.x50[m];
        ons_shape_fill(shape, x50, width, r->n_scales, r->x, f);
        evaluate(w, f, ll);
        bool counted = sum && x50 > from && x50 < to;
        double log_weight = log(w->nodes.weight[m]), most = -INFINITY;
        size_t kase = 0;
        for (size_t c = 0; c < CASES; c++) {
            if (counted) add_exp(sum, ll[c] + log_weight);
            top[c] = fmax(top[c], ll[c]);
            if (ll[c] > most) {
                most = ll[c];
                kase = c;
            }
        }
        double stretch = w->nodes.weight[m];
        note(w->places, w->places->midpoint, x50, stretch, most);
        note(w->places, w->places->onset, x50 + ons_shape_onset(shape) * width, stretch, most);
        if (most > best->ll + AS_GOOD)
            *best = (best_node){most, m, 1, kase, shape, width};
        else if (shape == best->shape && width == best->width && most > best->ll - AS_GOOD &&
                 m == best->at + best->n_as_good)
            best->n_as_good++;
    }
}

static void fit_smooth(const work *w, ons_replicates *b)
{
    double top[CASES];
    best_node best = {.ll = -INFINITY};
    for (size_t c = 0; c < CASES; c++) top[c] = -INFINITY;
    double most = -INFINITY;
    for (size_t i = 0; i < WIDTHS_SMOOTH; i++) {
        log_sum sum = {-INFINITY, 0};
        for (size_t s = 0; s < SHAPES_SMOOTH; s++)
            scan(w, smooth_shape[s], wide[i] * w->rows->w0, -INFINITY, INFINITY, &sum, top, &best);
        most = fmax(most, log_of(&sum));
    }
    b->ll_smooth = ons_log_sum_exp(top, CASES);
    b->log_bayes = -(most - log(SHAPES_SMOOTH));
}

static void fit_sharp(const work *w, ons_replicates *b, best_node *ret_best)
{
    double top[CASES];
    log_sum sum = {-INFINITY, 0};
    const ons_rows *r = w->rows;
    ret_best->ll = -INFINITY;
    for (size_t c = 0; c < CASES; c++) top[c] = -INFINITY;
    for (int s = 0; s < ONS_SHARP_SHAPES; s++)
        for (size_t i = 0; i < WIDTHS_SHARP; i++)
            scan(w, s, narrow[i] * r->w0, r->x[1], r->x[r->n_scales - 1],
                 i < MEAN_FIRST || i > MEAN_LAST ? NULL : &sum, top, ret_best);
    b->ll_sharp = ons_log_sum_exp(top, CASES);
    b->log_bayes += log_of(&sum) - log((double)ONS_SHARP_SHAPES * (MEAN_LAST - MEAN_FIRST + 1));
}

static void fill_learned(const work *w, size_t kase, ons_replicates *b)
{
    const ons_rows *r = w->rows;
    for (size_t s = 0; s < r->n_scales; s++) {
        double f = ons_shape_at(b->sharp.shape, b->sharp.x50, b->sharp.width, r->x[s]);
        double q = share_of(f, 1 - lapse_at[kase % LAPSES]);
        for (size_t i = r->begin[s]; i < r->begin[s + 1]; i++) {
            double lo = w->e_lo[i][kase], hi = lo + w->e_more[i][kase];
            b->learned[i] = q * hi / ((1 - q) * lo + q * hi);
        }
    }
}

static void fit_both(work *w, const ons_rows *r, ons_replicates *ret_b)
{
    profile places;
    w->rows = r;
    w->places = &places;
    clear_places(r, &places);
    fill_nodes(r, &w->nodes);
    fill_cases(w);
    best_node best;
    fit_smooth(w, ret_b);
    fit_sharp(w, ret_b, &best);
    size_t v = best.kase / LAPSES, last = best.at + best.n_as_good - 1;
    ret_b->sharp = (ons_fit){.ll = best.ll,
                             .x50 = .5 * (w->nodes.x50[best.at] + w->nodes.x50[last]),
                             .width = best.width,
                             .level = {w->lo[v], w->hi[v]},
                             .shape = best.shape};
    ret_b->midpoint = interval_of(&places, places.midpoint);
    ret_b->onset = interval_of(&places, places.onset);
    fill_learned(w, best.kase, ret_b);
}

ons_status ons_replicates_fit(const ons_rows *r, ons_replicates *ret_b, ons_err *err)
{
    ons_arena arena;
    ons_arena_init(&arena, 0);
    work *w;
    ons_status s = ONS_NEW(&arena, 1, &w, err);
    if (s == ONS_OK) fit_both(w, r, ret_b);
    ons_arena_clear(&arena);
    return s;
}

double ons_replicates_lr(const ons_two *graded, const ons_replicates *b)
{
    double sharp = fmax(graded->ll_sharp, b->ll_sharp);
    double better = fmax(0, graded->ll_sharp - b->ll_sharp - READING_NOISE);
    return fmin(2 * (sharp - graded->ll_smooth),
                BAYES_SLOPE * (b->log_bayes + better) + BAYES_BASE);
}
