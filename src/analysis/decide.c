/* The order of verdicts (2.6): all the parts put together. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/decide_priv.h"
#include "analysis/interval_priv.h"
#include "stats/dist.h"
#include "stats/special.h"

/* Scores without errors stand still only where there are enough of them to measure the scatter
 * that hides a slope, and no hint of one. */
#define SCALES_CONSTANT 6
#define P_CONSTANT      0.5
#define RHO_SHAPE       0.002 /* scatter of the shape test (2.5) */
#define TAU_SHAPE       0.03  /* of the range, for continuous scores */
#define LR_SMOOTH       (-2.71)
#define P_GRADUAL       0.975 /* of sharpness, against any smooth curve: shown to be gradual */
#define FLAT            0.1   /* of the headroom: less above chance is nothing */
#define SATURATED       0.9
#define SATURATED_HALF  0.85
#define POOLED_SCALES   15 /* enough scales to measure the scatter itself */

static void blank(ons_verdict *v)
{
    memset(v, 0, sizeof *v);
    const ons_interval none = {NAN, NAN, NAN};
    v->verdict = ONS_VERDICT_UNDETERMINED;
    v->p_emergent = v->p_above = v->p_absent = v->p_sharp = v->p_unforeseen = 1;
    v->p_shape = v->lr = v->rho = v->first = v->last = v->upper_bound = NAN;
    v->learned_share = v->breakthroughness = v->linearity = v->items_needed = NAN;
    v->onset = v->midpoint = v->width = none;
    v->sharp.shape = v->smooth.shape = -1;
    v->forecast = (ons_forecast){
        .x = NAN, .observed = NAN, .median = NAN, .lo = NAN, .hi = NAN, .z = NAN, .nats = NAN};
}

/* BIG-bench's B and L (1.2): the signed range over the root of the median, resp. the mean,
 * squared step. A single step has median 0: infinity, NaN where nothing moves. */
static void describe_steps(ons_decision *d)
{
    const ons_rows *r = &d->rows;
    double y[ONS_POINTS_MAX], step[ONS_POINTS_MAX], sum = 0;
    size_t n = r->n_scales - 1, lo = 0, hi = 0;
    for (size_t s = 0; s < r->n_scales; s++) {
        y[s] = ons_rows_score(r, s);
        if (y[s] < y[lo]) lo = s;
        if (y[s] > y[hi]) hi = s;
    }
    for (size_t s = 0; s < n; s++) {
        step[s] = (y[s + 1] - y[s]) * (y[s + 1] - y[s]);
        sum += step[s];
    }
    qsort(step, n, sizeof *step, ons_ascending);
    double median = n % 2 ? step[n / 2] : .5 * (step[n / 2 - 1] + step[n / 2]);
    double range = (hi > lo ? 1 : -1) * (y[hi] - y[lo]);
    d->v->breakthroughness = range / sqrt(median);
    d->v->linearity = range / sqrt(sum / (double)n);
}

/* A jump under both readings; the sharp curve of the likelier. */
static ons_status average_readings(ons_decision *d, ons_err *err)
{
    d->replicated = ons_replicates_apply(&d->rows);
    if (!d->replicated) return ONS_OK;
    ons_replicates *b = &d->replicates;
    ONS_TRY(ons_replicates_fit(&d->rows, b, err));
    double graded = ons_log_add_exp(d->two.ll_smooth, d->two.ll_sharp);
    d->all_or_none = ons_log_add_exp(b->ll_smooth, b->ll_sharp) > graded;
    d->two.lr = ons_replicates_lr(&d->two, b);
    if (d->all_or_none) d->two.sharp = b->sharp;
    return ONS_OK;
}

/* Effective numbers of trials. Families together scatter by their recipes more than any curve
 * with a scatter of the grid allows: that is no shape, and their many scales can measure it. */
static void weigh(const ons_decision *d, ons_shape_data *s)
{
    if (d->rows.pooled || s->n_scales >= POOLED_SCALES)
        s->scatter = fmax(RHO_SHAPE, fmax(d->two.scatter, ons_shape_neighbour_scatter(s)));
    for (size_t i = 0; i < s->n_scales; i++) s->weight[i] = ons_effective_n(s->n[i], s->scatter);
}

static ons_status classify_shape(ons_decision *d, ons_err *err)
{
    const ons_rows *r = &d->rows;
    ons_shape_data s = {
        .n_scales = r->n_scales, .gaussian = r->gaussian, .measure_scatter = r->se_assumed};
    s.scatter = r->gaussian ? TAU_SHAPE * r->range : RHO_SHAPE;
    for (size_t i = 0; i < r->n_scales; i++) {
        double k = 0, n = 0;
        s.x[i] = r->x[i];
        if (r->gaussian) {
            ons_pooled q = ons_rows_pool(r, i, i + 1, s.scatter);
            s.y[i] = q.mean;
            s.weight[i] = q.trials;
            continue;
        }
        if (d->all_or_none) {
            ons_decision_learned(d, i, i + 1, &k, &n);
        } else {
            for (size_t j = r->begin[i]; j < r->begin[i + 1]; j++) {
                k += r->k[j];
                n += r->n[j];
            }
        }
        s.y[i] = k / n;
        s.n[i] = n;
    }
    if (!r->gaussian) weigh(d, &s);
    ONS_TRY(ons_shape_decide(&s, d->rows.content ^ d->seed, &d->shape, err));
    d->v->p_shape = d->shape.p;
    return ONS_OK;
}

static ons_verdict_word constant_word(ons_decision *d)
{
    const ons_rows *r = &d->rows;
    size_t k = r->n_scales;
    double c = r->chance, h = r->headroom;
    double up = ons_bound_upper(r, 0, k, d->two.scatter, ONS_ALPHA);
    double lo = ons_bound_lower(r, 0, k, d->two.scatter, ONS_ALPHA);
    double last_up = ons_bound_upper(r, k - 1, k, d->two.scatter, ONS_ALPHA);
    bool near_top = !r->gaussian && lo >= SATURATED;
    bool measured = !r->se_assumed || (k >= SCALES_CONSTANT && d->shape.p >= P_CONSTANT);
    if (!r->chance_known && !measured) return ONS_VERDICT_UNDETERMINED;
    if (!r->chance_known) return near_top ? ONS_VERDICT_SATURATED : ONS_VERDICT_CONSTANT;
    if (up < c + FLAT * h && last_up < c + 2 * FLAT * h) {
        d->v->upper_bound = up;
        return ONS_VERDICT_FLAT;
    }
    if (measured && lo > c + .05 * h)
        return near_top ? ONS_VERDICT_SATURATED : ONS_VERDICT_CONSTANT;
    return ONS_VERDICT_UNDETERMINED;
}

/* Rising, no threshold shown: already high, late and gradual, or simply smooth. */
static ons_verdict_word gradual_word(ons_decision *d)
{
    const ons_rows *r = &d->rows;
    size_t half = r->n_scales / 2 > 2 ? r->n_scales / 2 : 2;
    double sum = 0;
    for (size_t i = 0; i < r->begin[half]; i++) sum += r->y[i];
    if (!r->gaussian && sum / (double)r->begin[half] > SATURATED_HALF) return ONS_VERDICT_SATURATED;
    if (r->chance_known && d->v->p_above < ONS_ALPHA && ons_knee_test(r, &d->scatter, d->like))
        return ONS_VERDICT_DELAYED;
    return ONS_VERDICT_SMOOTH;
}

static ons_verdict_word rising_word(ons_decision *d)
{
    const ons_verdict *v = d->v;
    const ons_rows *r = &d->rows;
    bool there = v->p_above < ONS_ALPHA && v->p_absent < ONS_ALPHA;
    if (v->p_emergent < ONS_ALPHA) return ONS_VERDICT_EMERGENT;
    if (there && v->p_sharp < ONS_ALPHA) return ONS_VERDICT_SHARP_FORESEEABLE;
    /* A curve that is shown to be gradual cannot have jumped, however late it rose. */
    bool gradual = v->p_sharp > P_GRADUAL;
    if (there && v->p_unforeseen < ONS_ALPHA && !gradual) return ONS_VERDICT_CANDIDATE;
    bool above_at_once = r->chance_known && ons_bound_lower(r, 0, 1, d->two.scatter, ONS_ALPHA) >
                                                r->chance + .05 * r->headroom;
    if (gradual || d->two.lr < LR_SMOOTH || above_at_once) return gradual_word(d);
    return ONS_VERDICT_UNDETERMINED;
}

/* Ups and downs that stay within what counts as flat: nothing is there at any size. */
static bool only_ripples(ons_decision *d)
{
    const ons_rows *r = &d->rows;
    if (!r->chance_known) return false;
    double lo = INFINITY, hi = -INFINITY, most = FLAT * r->headroom;
    for (size_t s = 0; s < r->n_scales; s++) {
        lo = fmin(lo, ons_rows_score(r, s));
        hi = fmax(hi, ons_rows_score(r, s));
    }
    if (hi - lo >= most || hi >= r->chance + most) return false;
    d->v->upper_bound = ons_bound_upper(r, 0, r->n_scales, d->two.scatter, ONS_ALPHA);
    return d->v->upper_bound < r->chance + most;
}

static ons_verdict_word choose_word(ons_decision *d)
{
    ons_order o = d->shape.order;
    if (o == ONS_ORDER_CONSTANT) return constant_word(d);
    bool candidate_shape = o == ONS_ORDER_RISING || o == ONS_ORDER_CAP || o == ONS_ORDER_NONE;
    bool all_above = d->all_or_none || ons_all_above(&d->rows, &d->split, d->two.scatter);
    if (d->rows.chance_known && d->v->p_emergent < ONS_ALPHA && candidate_shape && all_above) {
        if (o != ONS_ORDER_RISING) d->v->flags |= ONS_FLAG_THEN_NON_MONOTONE;
        return ONS_VERDICT_EMERGENT;
    }
    if (o >= ONS_ORDER_U && only_ripples(d)) return ONS_VERDICT_FLAT;
    switch (o) {
    case ONS_ORDER_FALLING:
        return ONS_VERDICT_INVERSE;
    case ONS_ORDER_U:
        return ONS_VERDICT_U_SHAPED;
    case ONS_ORDER_CAP:
        return ONS_VERDICT_INVERTED_U;
    case ONS_ORDER_NONE:
        return ONS_VERDICT_NON_MONOTONE;
    case ONS_ORDER_CONSTANT:
    case ONS_ORDER_RISING:
    default:
        break;
    }
    if (d->rows.chance_known) return rising_word(d);
    /* Without a chance level nothing can be called a jump; a slope can be called one. */
    return d->two.lr < LR_SMOOTH ? gradual_word(d) : ONS_VERDICT_UNDETERMINED;
}

/* The interval must hold the place, which may come from another reading. */
static void include(ons_interval *i)
{
    i->lo = fmin(i->lo, i->x);
    i->hi = fmax(i->hi, i->x);
}

/* Where seeds learn or do not, the graded reading knows the place too well: runs are fewer than
 * answers. */
static void widen(ons_interval *i, const ons_interval *runs)
{
    i->lo = fmin(i->lo, runs->lo);
    i->hi = fmax(i->hi, runs->hi);
}

/* Threshold, width and their intervals; what the items could have shown below. */
static void locate(ons_decision *d)
{
    ons_verdict *v = d->v;
    v->midpoint.x = d->two.sharp.x50;
    v->onset.x = d->split.onset;
    v->width.x = d->two.sharp.width;
    ons_interval_profile(&d->rows, &d->scatter, d->like, &v->onset, &v->midpoint, &v->width);
    if (d->all_or_none) {
        widen(&v->onset, &d->replicates.onset);
        widen(&v->midpoint, &d->replicates.midpoint);
    }
    include(&v->onset);
    include(&v->midpoint);
    include(&v->width);
    double log_p =
        ons_resolution(&d->rows, &d->split, &d->two.smooth, d->two.scatter, &v->items_needed);
    if (d->split.n_pre > 0 && log_p >= log(ONS_ALPHA)) {
        v->flags |= ONS_FLAG_RESOLUTION_LIMITED;
    } else {
        v->items_needed = NAN;
    }
}

static bool has_threshold(ons_verdict_word w)
{
    return w == ONS_VERDICT_EMERGENT || w == ONS_VERDICT_CANDIDATE ||
           w == ONS_VERDICT_SHARP_FORESEEABLE;
}

static ons_status decide(ons_decision *d, ons_err *err)
{
    ons_verdict *v = d->v;
    d->scatter = ons_scatter_prior(&d->rows);
    for (size_t i = 0; i < d->scatter.n; i++)
        ons_like_init(&d->like[i], &d->rows, d->scatter.at[i]);
    ons_two_class(&d->rows, &d->scatter, d->like, d->rows.chance_known, &d->two);
    v->smooth = ons_fit_curve(&d->two.smooth);
    ONS_TRY(average_readings(d, err));
    v->sharp = ons_fit_curve(&d->two.sharp);
    v->lr = d->two.lr;
    v->rho = d->rows.gaussian ? (double)NAN : d->two.scatter;
    if (d->rows.chance_known) {
        ONS_TRY(ons_decision_test(d, err));
    } else {
        v->p_sharp = ons_test_sharp(d->two.lr);
        v->flags |= ONS_FLAG_CHANCE_UNKNOWN;
    }
    ONS_TRY(classify_shape(d, err));
    v->verdict = choose_word(d);
    if (v->verdict == ONS_VERDICT_EMERGENT && v->n_above < 2) {
        v->verdict = ONS_VERDICT_CANDIDATE;
        v->flags |= ONS_FLAG_SINGLE_POINT;
    }
    if (has_threshold(v->verdict)) {
        locate(d);
    }
    return ONS_OK;
}

ons_status ons_series_decide(const ons_series *s, uint64_t seed, ons_verdict *ret_v, ons_err *err)
{
    ons_decision d = {.series = s, .seed = seed, .v = ret_v};
    blank(ret_v);
    ONS_TRY(ons_rows_make(s, &d.rows, err));
    const ons_rows *r = &d.rows;
    ret_v->n_models = r->n_rows;
    ret_v->n_scales = r->n_scales;
    ret_v->n_dropped = r->n_dropped;
    if (s->n_assumed) ret_v->flags |= ONS_FLAG_N_ASSUMED;
    if (r->n_scales > 0) {
        ret_v->first = ons_rows_score(r, 0);
        ret_v->last = ons_rows_score(r, r->n_scales - 1);
    }
    if (r->n_scales > 1) describe_steps(&d);
    /* W0 scales the rule where it is narrower than 1.5 decades: fewer decades are enough. */
    double span = r->n_scales > 0 ? r->x[r->n_scales - 1] - r->x[0] : 0;
    if (r->n_scales < ONS_SCALES_LEAST || span < fmin(1, r->unit)) {
        ret_v->flags |= ONS_FLAG_INSUFFICIENT;
        return ONS_OK;
    }
    return decide(&d, err);
}
