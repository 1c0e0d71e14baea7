#include "study/verdict_json.h"

#include <math.h>

#include "analysis/describe.h"
#include "text/json_out.h"

/* The scale of a row as it was given: through the logarithm and back its last digits change. */
static double given(const ons_study_series *s, double x)
{
    for (size_t i = 0; i < s->series.n_points; i++)
        if (s->series.point[i].x == x) return ons_score_scale(s->row[i], s->axis);
    return ons_series_scale(s, x);
}

static void put_interval(ons_json_out *w, const char *key, double x, double lo, double hi)
{
    ons_json_key(w, key);
    if (isnan(x)) {
        ons_json_put_null(w);
        return;
    }
    ons_json_open(w, '{');
    ons_json_member_f64(w, "x", x);
    ons_json_member_f64(w, "lo", fmin(lo, hi));
    ons_json_member_f64(w, "hi", fmax(lo, hi));
    ons_json_close(w);
}

static void put_place(ons_json_out *w, const char *key, const ons_study_series *s, ons_interval i)
{
    put_interval(w, key, ons_series_scale(s, i.x), ons_series_scale(s, i.lo),
                 ons_series_scale(s, i.hi));
}

static void put_flags(ons_json_out *w, unsigned flags)
{
    ons_json_key(w, "flags");
    ons_json_open(w, '[');
    for (int f = 0; f < ONS_FLAG_COUNT; f++)
        if (flags & (1u << f)) ons_json_put_text(w, ons_flag_text((ons_flag_bit)f));
    ons_json_close(w);
}

static void put_forecast(ons_json_out *w, const ons_study_series *s)
{
    const ons_forecast *f = &s->verdict.forecast;
    ons_json_key(w, "forecast");
    if (!f->made) {
        ons_json_put_null(w);
        return;
    }
    ons_json_open(w, '{');
    ons_json_member_f64(w, "x", ons_series_scale(s, f->x));
    ons_json_member_f64(w, "observed", f->observed);
    ons_json_member_f64(w, "median", f->median);
    ons_json_member_f64(w, "lo", f->lo);
    ons_json_member_f64(w, "hi", f->hi);
    ons_json_member_f64(w, "z", f->z);
    ons_json_member_f64(w, "nats", f->nats);
    ons_json_member_u64(w, "n_below", f->n_below);
    ons_json_close(w);
}

static void put_tests(ons_json_out *w, const ons_verdict *v)
{
    ons_json_member_f64(w, "p_emergent", v->p_emergent);
    ons_json_key(w, "p");
    ons_json_open(w, '{');
    ons_json_member_f64(w, "above", v->p_above);
    ons_json_member_f64(w, "absent", v->p_absent);
    ons_json_member_f64(w, "sharp", v->p_sharp);
    ons_json_member_f64(w, "unforeseen", v->p_unforeseen);
    ons_json_close(w);
}

/* Not tests: B and L of BIG-bench, how steep, how far above noise, and what it would take to show
 * the absence below. */
static void put_descriptive(ons_json_out *w, const ons_study_series *s)
{
    const ons_verdict *v = &s->verdict;
    const ons_description *d = &s->description;
    ons_json_key(w, "descriptive");
    ons_json_open(w, '{');
    ons_json_member_f64(w, "breakthroughness", v->breakthroughness);
    ons_json_member_f64(w, "linearity", v->linearity);
    ons_json_member_f64(w, "items_needed", v->items_needed);
    ons_json_member_f64(w, "sampling_sd", d->sampling_sd);
    ons_json_member_f64(w, "gap_share", d->gap_share);
    ons_json_key(w, "steepness");
    if (d->steepness == ONS_STEEPNESS_NONE)
        ons_json_put_null(w);
    else
        ons_json_put_text(w, ons_steepness_text(d->steepness));
    ons_json_member_f64(w, "x10", ons_series_scale(s, d->x10));
    ons_json_member_f64(w, "x90", ons_series_scale(s, d->x90));
    ons_json_member_f64(w, "width", d->width);
    ons_json_member_f64(w, "odds_ratio", d->odds_ratio);
    ons_json_key(w, "d_prime");
    if (isnan(d->d_prime)) {
        ons_json_put_null(w);
    } else {
        ons_json_open(w, '{');
        ons_json_member_f64(w, "value", d->d_prime);
        ons_json_member_f64(w, "per_unit", d->d_prime_per_unit);
        ons_json_member_u64(w, "choices", d->n_choices);
        ons_json_member_f64(w, "from", d->low);
        ons_json_member_f64(w, "to", d->high);
        ons_json_close(w);
    }
    ons_json_close(w);
}

static void put_form(ons_json_out *w, const char *name, const ons_form_fit *f)
{
    ons_json_open(w, '{');
    ons_json_member_text(w, "curve", name);
    ons_json_member_u64(w, "parameters", f->n_parameters);
    ons_json_member_f64(w, "log_likelihood", f->log_likelihood);
    ons_json_member_f64(w, "aicc", f->aicc);
    ons_json_member_f64(w, "bic", f->bic);
    ons_json_member_f64(w, "loo", f->loo);
    ons_json_close(w);
}

/* Those that were fitted. */
static void put_forms(ons_json_out *w, const ons_forms *t)
{
    ons_json_key(w, "curves");
    ons_json_open(w, '{');
    ons_json_member_text(w, "note", "descriptions, not decisions");
    ons_json_member_f64(w, "scatter", t->scatter);
    ons_json_key(w, "fits");
    ons_json_open(w, '[');
    for (int i = 0; i < ONS_FORM_COUNT; i++)
        if (t->form[i].fitted) put_form(w, ons_form_text((ons_form)i), &t->form[i]);
    ons_json_close(w);
    ons_json_close(w);
}

static void put_needs(ons_json_out *w, const ons_needs *n)
{
    ons_json_key(w, "needs");
    if (!isfinite(n->items)) {
        ons_json_put_null(w);
        return;
    }
    ons_json_open(w, '{');
    ons_json_member_u64(w, "sizes_below", n->below);
    ons_json_key(w, "sizes_between");
    if (n->between)
        ons_json_put_u64(w, n->between);
    else
        ons_json_put_null(w); /* no number of sizes would do */
    ons_json_member_u64(w, "sizes_above", n->above);
    ons_json_member_u64(w, "items", (size_t)n->items);
    ons_json_key(w, "or_items");
    if (isfinite(n->items_instead))
        ons_json_put_u64(w, (uint64_t)n->items_instead);
    else
        ons_json_put_null(w);
    ons_json_member_f64(w, "share", ONS_NEEDS_SHARE);
    ons_json_close(w);
}

/* Of a verdict that leaves it open: what can be said all the same. */
static void put_known(ons_json_out *w, const ons_study_series *s)
{
    const ons_known *k = &s->known;
    ons_json_key(w, "known");
    if (k->kind == ONS_KNOWN_NOTHING) {
        ons_json_put_null(w);
        return;
    }
    ons_json_open(w, '{');
    ons_json_member_text(w, "kind", ons_known_text(k->kind));
    ons_json_member_f64(w, "chance_to", given(s, k->lo));
    ons_json_member_f64(w, "above_from", given(s, k->hi));
    ons_json_member_f64(w, "p_absent", k->p_absent);
    ons_json_member_f64(w, "p_above", k->p_above);
    ons_json_member_f64(w, "gap", k->gap);
    ons_json_member_f64(w, "gap_most", k->gap_most);
    ons_json_member_f64(w, "upper_bound", k->upper_bound);
    put_needs(w, &k->needs);
    ons_json_close(w);
}

void ons_verdict_json(const ons_study_series *s, ons_str reason, bool forms, ons_buf *out)
{
    const ons_verdict *v = &s->verdict;
    ons_json_out json = ons_json_out_make(out), *w = &json;
    ons_json_open(w, '{');
    ons_json_member_str(w, "family", s->family);
    ons_json_member_str(w, "task", s->task);
    ons_json_member_str(w, "metric", s->metric);
    ons_json_member_f64(w, "shots", s->shots);
    ons_json_member_str(w, "prompt", s->prompt);
    ons_json_member_text(w, "axis", ons_axis_names[s->axis]);
    ons_json_member_f64(w, "w0", s->series.w0);
    ons_json_member_u64(w, "n_models", v->n_models);
    ons_json_member_u64(w, "n_scales", v->n_scales);
    ons_json_member_text(w, "verdict", ons_verdict_text(v->verdict));
    ons_json_member_text(w, "metric_check", ons_check_text(s->metric_result.check));
    put_flags(w, v->flags);
    put_tests(w, v);
    ons_json_member_f64(w, "p_adjusted", s->p_adjusted);
    put_place(w, "onset", s, v->onset);
    put_place(w, "midpoint", s, v->midpoint);
    put_interval(w, "width", v->width.x, v->width.lo, v->width.hi);
    put_forecast(w, s);
    put_descriptive(w, s);
    ons_json_member_str(w, "reason", reason);
    if (forms && s->forms) put_forms(w, s->forms);
    put_known(w, s);
    ons_json_close(w);
    ons_buf_char(out, '\n');
}
