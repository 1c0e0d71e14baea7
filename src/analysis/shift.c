#include "analysis/shift.h"

#include <math.h>

#include "analysis/interval_priv.h"
#include "analysis/replicates_priv.h"
#include "stats/special.h"

#define LIKELIEST 0.1 /* nats: places that are as good as the best */

/* ---- one series ---- */

/* Runs that learned, of all runs, a row per scale: chance is 0 then. */
static ons_status count_runs(ons_rows *r, ons_err *err)
{
    ons_replicates b;
    ONS_TRY(ons_replicates_fit(r, &b, err));
    for (size_t s = 0; s < r->n_scales; s++) {
        double k = 0, n = (double)(r->begin[s + 1] - r->begin[s]);
        for (size_t i = r->begin[s]; i < r->begin[s + 1]; i++) k += b.learned[i];
        r->k[s] = k;
        r->n[s] = n;
        r->y[s] = k / n;
    }
    for (size_t s = 0; s <= r->n_scales; s++) r->begin[s] = s;
    for (size_t i = r->n_scales; i < r->n_rows; i++) r->k[i] = r->n[i] = r->y[i] = 0;
    r->n_rows = r->n_scales;
    r->chance = 0;
    r->headroom = 1;
    return ONS_OK;
}

ons_status ons_places_make(const ons_series *s, bool runs, bool onset, ons_places *ret_p,
                           ons_err *err)
{
    ons_rows r;
    ONS_TRY(ons_rows_make(s, &r, err));
    if (!r.chance_known || r.n_scales < 2)
        return ONS_FAIL(err, ONS_USAGE, "%s, so there is no place where it rises",
                        r.n_scales < 2 ? "fewer than two scales" : "chance is unknown");
    if (runs && ons_replicates_apply(&r)) ONS_TRY(count_runs(&r, err));
    ons_scatter scatter = ons_scatter_prior(&r);
    ons_like like[ONS_SCATTER_MAX];
    for (size_t i = 0; i < scatter.n; i++) ons_like_init(&like[i], &r, scatter.at[i]);
    ons_interval_places(&r, &scatter, like, onset, ret_p);
    return ONS_OK;
}

static double last_of(const ons_places *p) { return p->first + p->step * (ONS_PLACES - 1); }

static double highest(const ons_places *p)
{
    double best = fmax(p->before, p->beyond);
    for (size_t i = 0; i < ONS_PLACES; i++) best = fmax(best, p->ll[i]);
    return best;
}

/* Between two points of the grid in a straight line. */
static double at(const ons_places *p, double x)
{
    double g = (x - p->first) / p->step;
    if (g < -1e-9) return p->before;
    if (g > ONS_PLACES - 1 + 1e-9) return p->beyond;
    size_t i = g > 0 ? (size_t)g : 0;
    if (i >= ONS_PLACES - 1) return p->ll[ONS_PLACES - 1];
    double t = g - (double)i;
    return p->ll[i] * (1 - t) + p->ll[i + 1] * t;
}

/* Ends of the places whose likelihood is at least `least`, widened by a cell. */
static void ends(const ons_places *p, double least, double widen, ons_interval *ret_i)
{
    size_t lo = 0, hi = ONS_PLACES - 1;
    while (lo < ONS_PLACES && p->ll[lo] < least) lo++;
    while (hi > 0 && p->ll[hi] < least) hi--;
    ret_i->lo = p->first + (double)lo * p->step - widen;
    ret_i->hi = p->first + (double)hi * p->step + widen;
    if (p->before >= least) ret_i->lo = -INFINITY;
    if (p->beyond >= least) ret_i->hi = INFINITY;
}

static void set_middle(const ons_interval *likeliest, ons_interval *i)
{
    bool bounded = isfinite(i->lo) && isfinite(i->hi);
    i->x = bounded ? .5 * (likeliest->lo + likeliest->hi) : (double)NAN;
}

ons_interval ons_places_interval(const ons_places *p)
{
    ons_interval i, near;
    double best = highest(p);
    ends(p, best - ONS_INTERVAL_DROP, p->step, &i);
    ends(p, best - LIKELIEST, 0, &near);
    set_middle(&near, &i);
    return i;
}

/* ---- two ---- */

/* Both outside their grids: where that leaves room for a shift of d. */
static double both_outside(const ons_places *a, const ons_places *b, double d)
{
    double best = fmax(a->before + b->before, a->beyond + b->beyond);
    if (d > last_of(b) - a->first) best = fmax(best, a->before + b->beyond);
    if (d < b->first - last_of(a)) best = fmax(best, a->beyond + b->before);
    return best;
}

/* Highest likelihood of two places d apart. */
static double apart(const ons_places *a, const ons_places *b, double d)
{
    double best = both_outside(a, b, d);
    for (size_t i = 0; i < ONS_PLACES; i++) {
        best = fmax(best, a->ll[i] + at(b, a->first + (double)i * a->step + d));
        best = fmax(best, b->ll[i] + at(a, b->first + (double)i * b->step - d));
    }
    return best;
}

typedef struct shifts {
    const ons_places *a, *b;
    double first, step;
    size_t n;
} shifts;

/* Beyond both ends nothing changes any more: they stand for everything outside. */
static shifts shifts_of(const ons_places *a, const ons_places *b)
{
    shifts s = {.a = a, .b = b, .step = fmin(a->step, b->step)};
    s.first = b->first - last_of(a) - s.step;
    s.n = (size_t)ceil((last_of(b) - a->first - s.first) / s.step) + 2;
    return s;
}

static double value(const shifts *s, size_t i)
{
    return apart(s->a, s->b, s->first + (double)i * s->step);
}

/* Of the shifts of the grid: two highest places need not lie a whole number of steps apart. */
static double highest_shift(const shifts *s)
{
    double best = value(s, 0);
    for (size_t i = 1; i < s->n; i++) best = fmax(best, value(s, i));
    return best;
}

static void ends_of_shift(const shifts *s, double least, double widen, ons_interval *ret_i)
{
    size_t lo = 0, hi = s->n - 1;
    while (lo + 1 < s->n && value(s, lo) < least) lo++;
    while (hi > lo && value(s, hi) < least) hi--;
    ret_i->lo = lo == 0 ? -(double)INFINITY : s->first + (double)lo * s->step - widen;
    ret_i->hi = hi == s->n - 1 ? (double)INFINITY : s->first + (double)hi * s->step + widen;
}

ons_shift ons_shift_make(const ons_places *base, const ons_places *other)
{
    const shifts s = shifts_of(base, other);
    ons_shift r = {.base = ons_places_interval(base), .other = ons_places_interval(other)};
    ons_interval near;
    const double here = apart(base, other, 0), best = fmax(here, highest_shift(&s));
    const double loss = fmax(0, best - here);
    r.p = ons_chi2_tail(2 * loss / ONS_ALLOWANCE, 1);
    ends_of_shift(&s, best - ONS_INTERVAL_DROP, fmax(base->step, other->step), &r.by);
    ends_of_shift(&s, best - LIKELIEST, 0, &near);
    set_middle(&near, &r.by);
    return r;
}
