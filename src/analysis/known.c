#include "analysis/known.h"

#include <math.h>
#include <string.h>

#include "analysis/tests_priv.h"
#include "stats/dist.h"
#include "stats/special.h"

#define ALPHA        0.05
#define MARGIN       0.05  /* of the headroom: above chance means more than this */
#define PRESENT      0.25  /* of the rise: absent means less than this */
#define SCATTER      0.004 /* where none was measured */
#define TAU          0.03  /* of the range, for continuous scores */
#define X_TIE        1e-9
#define BETWEEN_MOST 8
#define ITEMS_MOST   20000.0
#define SCALES_AT    (ONS_POINTS_MAX / 2)
/* Ratios of exact scores: samples of them show a step in four of five cases (docs/method.md).
 * Without a new size the other tests stand where they stood, and take more. */
#define LR_SHOWN      9.0
#define LR_SHOWN_SAME 14.0
#define PLACES        13 /* of a slope's midpoint, around the jump */
#define MIDDLE        6
#define RISE_LEAST    1e-3

const char *ons_known_text(ons_known_kind k)
{
    static const char *const text[] = {
#define X(name, text) text,
        ONS_KNOWN_MAP(X)
#undef X
    };
    return (size_t)k < ONS_KNOWN_COUNT ? text[k] : "?";
}

/* One series on its way to what is known of it. */
typedef struct open_series {
    const ons_rows *rows;
    double scatter;
    size_t n_low, first_high; /* scales at chance; first that is clearly above */
    double upper;             /* pooled score from there on */
} open_series;

static double p_at_most(const ons_rows *r, size_t begin, size_t end, double scatter, double level)
{
    ons_pooled q = ons_rows_pool(r, begin, end, scatter);
    if (r->gaussian) return ons_normal_cdf((q.mean - level) / q.se);
    return q.trials > q.hits ? ons_beta_inc(q.trials - q.hits, q.hits + 1, 1 - level) : 1;
}

/* The largest scales that are all clearly above chance. */
static size_t find_high(const ons_rows *r, double scatter)
{
    size_t first = r->n_scales;
    for (size_t i = r->n_scales; i-- > 0;) {
        const ons_split s = {.onset = r->x[i], .n_pre = i, .first_post = i};
        if (!ons_all_above(r, &s, scatter)) break;
        first = i;
    }
    return first;
}

/* The smallest scales up to one that is shown to have less than a quarter of the rise: how many.
 * (All of them together say too little of the last: the smallest ones make up for it.) */
static size_t find_low(const open_series *o)
{
    const ons_rows *r = o->rows;
    double level = r->chance + PRESENT * (o->upper - r->chance);
    size_t n = 0;
    for (size_t i = 0; i < o->first_high && ons_rows_score(r, i) <= level; i++)
        if (p_at_most(r, i, i + 1, o->scatter, level) < ALPHA) n = i + 1;
    return n;
}

static double logit(double p) { return log(p / (1 - p)); }

/* The design rule of 2.10: shares of the rise below and above as far as these scores bound them. */
static double widest_gap(const open_series *o)
{
    const ons_rows *r = o->rows;
    double rise = o->upper - r->chance;
    double up = ons_bound_upper(r, 0, o->n_low, o->scatter, ALPHA);
    double down = ons_bound_lower(r, o->first_high, o->first_high + 1, o->scatter, ALPHA);
    double lo = ons_clip((up - r->chance) / rise, RISE_LEAST, 1 - RISE_LEAST);
    double hi = ons_clip((down - r->chance) / rise, RISE_LEAST, 1 - RISE_LEAST);
    return fmax(0, r->w0 / (2 * log(9)) * (logit(hi) - logit(lo)));
}

/* ---- what would decide ---- */

static void insert(double *x, size_t *n, size_t at, double v)
{
    memmove(x + at + 1, x + at, (*n - at) * sizeof *x);
    x[at] = v;
    (*n)++;
}

/* The widest gap inside [lo, hi]: index of its upper end. */
static size_t widest(const double *x, size_t n, double lo, double hi)
{
    size_t best = 0;
    double most = 0;
    for (size_t i = 1; i < n; i++) {
        if (x[i - 1] < lo - X_TIE || x[i] > hi + X_TIE || x[i] - x[i - 1] <= most) continue;
        most = x[i] - x[i - 1];
        best = i;
    }
    return best;
}

/* Rows of a planned series: the scales there are, those that a threshold lacks on a side, and
 * `between` more; exact scores of a jump in the middle of the widest gap. */
static size_t plan(const open_series *o, const ons_needs *needs, double items, ons_rows *p)
{
    const ons_rows *r = o->rows;
    double lo = r->x[o->n_low - 1], hi = r->x[o->first_high];
    double step = (r->x[r->n_scales - 1] - r->x[0]) / (double)(r->n_scales - 1);
    size_t n = r->n_scales;
    *p = (ons_rows){.chance_known = true, .chance = r->chance, .headroom = r->headroom};
    p->ceiling = r->ceiling;
    p->w0 = r->w0;
    p->unit = r->unit;
    memcpy(p->x, r->x, n * sizeof *p->x);
    for (size_t i = 0; i < needs->below; i++) insert(p->x, &n, 0, p->x[0] - step);
    for (size_t i = 0; i < needs->above; i++, n++) p->x[n] = p->x[n - 1] + step;
    for (size_t i = 0; i < needs->between; i++) {
        size_t at = widest(p->x, n, lo, hi);
        insert(p->x, &n, at, .5 * (p->x[at - 1] + p->x[at]));
    }
    size_t jump = widest(p->x, n, lo, hi);
    p->n_scales = p->n_rows = n;
    for (size_t i = 0; i <= n; i++) p->begin[i] = i;
    for (size_t i = 0; i < n; i++) {
        p->y[i] = i < jump ? r->chance : o->upper;
        p->n[i] = items;
        p->k[i] = items * p->y[i];
    }
    return jump;
}

/* 2 ln of the jump over the best slope of width W0, both at exact scores. */
static double ratio(const open_series *o, const ons_rows *p, size_t jump)
{
    static const int shape[] = {0, 3, 4, 5};
    ons_like like;
    double f[ONS_POINTS_MAX], best = -INFINITY;
    ons_box box = ons_box_free(p);
    ons_like_init(&like, p, o->scatter);
    double middle = .5 * (p->x[jump - 1] + p->x[jump]);
    for (size_t s = 0; s < sizeof shape / sizeof *shape; s++) {
        double w = shape[s] < 4 ? p->w0 : 2 * p->w0;
        for (int i = 0; i < PLACES; i++) {
            ons_levels at = {p->chance, o->upper};
            ons_shape_fill(shape[s], middle + w * .08 * (i - MIDDLE), w, p->n_scales, p->x, f);
            ons_like_levels(&like, f, &box, 1e-4, &at);
            best = fmax(best, ons_like_value(&like, f, &at));
        }
    }
    for (size_t i = 0; i < p->n_scales; i++) f[i] = i < jump ? 0 : 1;
    const ons_levels exact = {p->chance, o->upper};
    return 2 * (ons_like_value(&like, f, &exact) - best);
}

static bool shows(const open_series *o, const ons_needs *needs, double items)
{
    ons_rows p;
    size_t jump = plan(o, needs, items, &p);
    return ratio(o, &p, jump) >= (needs->between ? LR_SHOWN : LR_SHOWN_SAME);
}

static double fewest_items(const ons_rows *r)
{
    double least = r->n[0];
    for (size_t i = 1; i < r->n_rows; i++) least = fmin(least, r->n[i]);
    return least;
}

static ons_needs find_needs(const open_series *o)
{
    const ons_rows *r = o->rows;
    size_t n_high = r->n_scales - o->first_high;
    ons_needs n = {.below = o->n_low < 2 ? 2 - o->n_low : 0, .above = n_high < 2 ? 2 - n_high : 0};
    n.items = fewest_items(r);
    n.items_instead = (double)NAN;
    /* Sizes first, with as many questions as there are; then more questions. */
    double items = n.items;
    do {
        ons_needs m = n;
        for (m.between = 1; m.between <= BETWEEN_MOST; m.between++)
            if (shows(o, &m, items)) break;
        if (m.between <= BETWEEN_MOST) {
            n.between = m.between;
            n.items = items;
        }
        items *= 4;
    } while (n.between == 0 && items <= ITEMS_MOST);
    ons_needs same = n;
    same.between = 0;
    if (fewest_items(r) >= ITEMS_MOST || !shows(o, &same, ITEMS_MOST)) return n;
    items = 2 * fewest_items(r);
    while (items < ITEMS_MOST && !shows(o, &same, items)) items *= 2;
    n.items_instead = fmin(items, ITEMS_MOST);
    return n;
}

/* Does the largest scale do better than the smallest? */
static bool grows(const ons_rows *r, double scatter)
{
    size_t n = r->n_scales;
    return n > 1 &&
           ons_bound_lower(r, n - 1, n, scatter, ALPHA) > ons_bound_upper(r, 0, 1, scatter, ALPHA);
}

static void describe(const open_series *o, ons_known *k)
{
    const ons_rows *r = o->rows;
    size_t n = r->n_scales;
    if (o->first_high == n) {
        k->kind = ONS_KNOWN_NOTHING_SEEN;
        k->upper_bound = ons_bound_upper(r, n - 1, n, o->scatter, ALPHA);
        return;
    }
    const ons_split s = {.first_post = o->first_high};
    k->p_above = ons_test_above(r, &s, o->scatter);
    k->hi = r->x[o->first_high];
    if (o->n_low == 0) {
        k->kind = grows(r, o->scatter) ? ONS_KNOWN_RISE_SEEN : ONS_KNOWN_ABOVE_CHANCE;
        return;
    }
    double level = r->chance + PRESENT * (o->upper - r->chance);
    k->kind = ONS_KNOWN_RISE_BETWEEN;
    k->lo = r->x[o->n_low - 1];
    k->gap = k->hi - k->lo;
    k->p_absent = p_at_most(r, o->n_low - 1, o->n_low, o->scatter, level);
    k->gap_most = widest_gap(o);
    if (!r->gaussian && n < SCALES_AT) k->needs = find_needs(o);
}

ons_status ons_series_known(const ons_series *s, const ons_verdict *of, ons_known *ret_k,
                            ons_err *err)
{
    *ret_k = (ons_known){.lo = NAN, .hi = NAN, .p_absent = NAN, .p_above = NAN, .gap = NAN};
    ret_k->gap_most = ret_k->upper_bound = ret_k->needs.items = ret_k->needs.items_instead = NAN;
    if (of->verdict != ONS_VERDICT_UNDETERMINED && of->verdict != ONS_VERDICT_CANDIDATE)
        return ONS_OK;
    ons_rows rows;
    ONS_TRY(ons_rows_make(s, &rows, err));
    if (rows.n_scales == 0 || of->flags & ONS_FLAG_NO_SCALE) return ONS_OK;
    open_series o = {.rows = &rows, .scatter = isfinite(of->rho) ? of->rho : SCATTER};
    if (rows.gaussian) o.scatter = TAU * rows.range;
    if (!rows.chance_known) {
        if (!rows.se_assumed && grows(&rows, o.scatter)) ret_k->kind = ONS_KNOWN_RISE_SEEN;
        return ONS_OK;
    }
    o.first_high = find_high(&rows, o.scatter);
    if (o.first_high < rows.n_scales) {
        ons_pooled top = ons_rows_pool(&rows, o.first_high, rows.n_scales, o.scatter);
        o.upper = top.mean;
        o.n_low = find_low(&o);
    }
    describe(&o, ret_k);
    return ONS_OK;
}
