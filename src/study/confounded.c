/* Does something else change where the threshold lies (2.1)?
 *
 * Three things are looked at, each by itself; one is enough.
 *   parts of the recipe  (data, tokenizer, …) no value that stands below the threshold also stands
 *                        above it. A part whose values are all different is a name and counts not.
 *   families             taken together: none has models on both sides.
 *   training tokens      over parameters jump, by a factor of three or more, off the line that both
 *                        sides share. Tokens that grow with size, however fast, do not.
 * Rows whose value is not known are left out; nothing is said where a side has none left. */
#include <math.h>

#include "base/parse.h"
#include "study/series_priv.h"

#define TOKENS_LEAST 0.5 /* decades that the tokens jump */
#define TOKENS_T     4.0 /* and that many standard errors of the jump */
enum { PARTS_MAX = 16 };

static bool claims_threshold(ons_verdict_word v)
{
    return v == ONS_VERDICT_EMERGENT || v == ONS_VERDICT_CANDIDATE ||
           v == ONS_VERDICT_SHARP_FORESEEABLE;
}

/* -1 below, +1 above, 0 on the slope between them. */
static int side_of(const ons_study_series *s, size_t i)
{
    const double x = s->series.point[i].x;
    if (x <= s->verdict.onset.x) return -1;
    return x >= s->verdict.midpoint.x ? 1 : 0;
}

/* The part'th piece between semicolons, empty beyond the last. */
static ons_str part_of(ons_str recipe, size_t part)
{
    ons_str piece = ONS_S("");
    for (size_t i = 0; i <= part; i++) {
        if (recipe.len == 0) return ONS_S("");
        (void)ons_str_cut(&recipe, ';', &piece);
    }
    return ons_str_trim(piece);
}

typedef ons_str value_fn(const ons_score *r, size_t part);
static ons_str recipe_value(const ons_score *r, size_t part) { return part_of(r->recipe, part); }
static ons_str family_value(const ons_score *r, size_t part)
{
    (void)part;
    return r->origin;
}

/* Known on both sides, and no value on both. repeats: some value stands at two scales. */
static bool is_disjoint(const ons_study_series *s, value_fn *value, size_t part, bool *ret_repeats)
{
    bool side[2] = {false, false}, shared = false;
    *ret_repeats = false;
    for (size_t i = 0; i < s->series.n_points; i++) {
        const ons_str v = value(s->row[i], part);
        const int here = side_of(s, i);
        if (v.len == 0) continue;
        if (here != 0) side[here > 0] = true;
        for (size_t j = 0; j < i; j++) {
            if (!ons_str_eq(value(s->row[j], part), v)) continue;
            const int there = side_of(s, j);
            shared = shared || here * there < 0;
            *ret_repeats = *ret_repeats || s->series.point[i].x != s->series.point[j].x;
        }
    }
    return side[0] && side[1] && !shared;
}

static bool recipe_changes(const ons_study_series *s)
{
    for (size_t part = 0; part < PARTS_MAX; part++) {
        bool repeats;
        if (is_disjoint(s, recipe_value, part, &repeats) && repeats) return true;
    }
    return false;
}

static bool families_change(const ons_study_series *s)
{
    bool repeats;
    return is_disjoint(s, family_value, 0, &repeats);
}

/* Least squares of y on u within both sides (one slope, two levels): the step between the levels. */
typedef struct step_fit {
    double n[2], u[2], y[2], uu, uy, yy; /* sums; then about the means of the sides */
} step_fit;

static void add(step_fit *f, bool above, double u, double y)
{
    f->n[above]++;
    f->u[above] += u;
    f->y[above] += y;
    f->uu += u * u;
    f->uy += u * y;
    f->yy += y * y;
}

static bool is_step(step_fit *f)
{
    const double n = f->n[0] + f->n[1];
    if (f->n[0] < 2 || f->n[1] < 2 || n < 5) return false;
    for (int i = 0; i < 2; i++) {
        f->uu -= f->u[i] * f->u[i] / f->n[i];
        f->uy -= f->u[i] * f->y[i] / f->n[i];
        f->yy -= f->y[i] * f->y[i] / f->n[i];
    }
    if (!(f->uu > 1e-9)) return false;
    const double slope = f->uy / f->uu, apart = f->u[1] / f->n[1] - f->u[0] / f->n[0];
    const double step = f->y[1] / f->n[1] - f->y[0] / f->n[0] - slope * apart;
    const double left = fmax(f->yy - slope * f->uy, 0) / (n - 3);
    const double se = sqrt(left * (1 / f->n[0] + 1 / f->n[1] + apart * apart / f->uu));
    return fabs(step) >= TOKENS_LEAST && fabs(step) >= TOKENS_T * se;
}

static bool tokens_jump(const ons_study_series *s)
{
    step_fit f = {0};
    if (s->axis == ONS_AXIS_TOKENS) return false;
    for (size_t i = 0; i < s->series.n_points; i++) {
        const ons_score *r = s->row[i];
        const int side = side_of(s, i);
        if (side != 0 && r->params > 0 && r->tokens > 0)
            add(&f, side > 0, log10(r->params), log10(r->tokens));
    }
    return is_step(&f);
}

bool ons_series_is_confounded(const ons_study_series *s)
{
    if (!claims_threshold(s->verdict.verdict) || s->too_long || isnan(s->verdict.onset.x))
        return false;
    return recipe_changes(s) || families_change(s) || tokens_jump(s);
}
