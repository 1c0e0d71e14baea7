/* A comparison as a line of JSON and as a sentence. */
#include <math.h>

#include "base/parse.h"
#include "report/human.h"
#include "study/compare.h"
#include "text/json_out.h"

#define SENTENCE_BYTES_MAX ((size_t)64 * 1024)

/* ---- sentences ---- */

static const char *unit_of(ons_axis a)
{
    static const char *const unit[] = {"", " FLOPs", " parameters", " tokens", " nats of loss"};
    return unit[a];
}

static void put_place(const ons_study_series *s, double x, ons_buf *out)
{
    char text[ONS_HUMAN_MAX];
    double v = ons_series_scale(s, x);
    ons_buf_text(out, s->axis == ONS_AXIS_LOSS ? ons_human_number(v, 3, text)
                                               : ons_human_count(v, 2, text));
}

/* "noisy", "5 shots", "tuned 1" */
static void put_name(ons_str column, ons_str name, ons_buf *out)
{
    double number;
    const bool shots = ons_str_eq(column, ONS_S("shots"));
    if (!ons_compare_is_known(column)) {
        ons_buf_str_add(out, column);
        ons_buf_char(out, ' ');
    }
    ons_buf_str_add(out, name);
    if (shots && ons_parse_f64(name, &number)) ons_buf_text(out, " shots");
}

/* "… rises at 11 k parameters (9.8 k to 13 k)", "… does not rise before 14 k parameters" */
static void put_group(const ons_study_series *s, const ons_interval *i, ons_buf *out)
{
    bool lo = isfinite(i->lo), hi = isfinite(i->hi);
    if (lo && hi) {
        ons_buf_text(out, " rises at ");
        put_place(s, i->x, out);
        ons_buf_text(out, unit_of(s->axis));
        ons_buf_text(out, " (");
        put_place(s, i->lo, out);
        ons_buf_text(out, " to ");
        put_place(s, i->hi, out);
        ons_buf_char(out, ')');
    } else if (lo || hi) {
        ons_buf_text(out, lo ? " does not rise before " : " rises before ");
        put_place(s, lo ? i->lo : i->hi, out);
        ons_buf_text(out, unit_of(s->axis));
    } else {
        ons_buf_text(out, " has no place");
    }
}

static void put_number(double v, ons_buf *out)
{
    char text[ONS_HUMAN_MAX];
    ons_buf_text(out, ons_human_fixed(v, 2, text));
}

/* "0.35 decades later (0.10 to 0.62)" */
static void put_shift(const ons_comparison *c, ons_buf *out)
{
    const ons_interval *i = &c->onset.by;
    const char *unit = c->base->axis == ONS_AXIS_LOSS ? " nats" : " decades";
    const bool lo = isfinite(i->lo), hi = isfinite(i->hi);
    if (c->result == ONS_COMPARED_NOT_SHOWN) {
        ons_buf_text(out, "no shift is shown");
        if (lo && hi) {
            ons_buf_text(out, " (");
            put_number(i->lo, out);
            ons_buf_text(out, " to ");
            put_number(i->hi, out);
            ons_buf_text(out, unit);
            ons_buf_char(out, ')');
        }
        return;
    }
    const bool later = c->result == ONS_COMPARED_LATER;
    const double near = later ? i->lo : -i->hi, far = later ? i->hi : -i->lo;
    if (!lo || !hi) ons_buf_text(out, "at least ");
    put_number(lo && hi ? fabs(i->x) : near, out);
    ons_buf_text(out, unit);
    ons_buf_text(out, later ? " later" : " earlier");
    if (!lo || !hi) return;
    ons_buf_text(out, " (");
    put_number(near, out);
    ons_buf_text(out, " to ");
    put_number(far, out);
    ons_buf_char(out, ')');
}

void ons_compare_sentence(const ons_comparison *c, ons_str column, ons_buf *out)
{
    char p[ONS_HUMAN_MAX];
    if (c->why_not) {
        ons_buf_text(out, "Not compared: ");
        ons_buf_text(out, c->why_not);
        ons_buf_char(out, '.');
        return;
    }
    put_name(column, c->base_name, out);
    put_group(c->base, &c->onset.base, out);
    ons_buf_text(out, ", ");
    put_name(column, c->other_name, out);
    put_group(c->other, &c->onset.other, out);
    ons_buf_text(out, ": ");
    put_shift(c, out);
    ons_buf_text(out, ", ");
    ons_buf_text(out, ons_human_p_equals(c->onset.p, p));
    ons_buf_char(out, '.');
}

/* ---- JSON ---- */

static void put_interval(ons_json_out *w, const char *key, double x, double lo, double hi)
{
    ons_json_key(w, key);
    if (isnan(lo)) {
        ons_json_put_null(w);
        return;
    }
    ons_json_open(w, '{');
    ons_json_member_f64(w, "x", x);
    ons_json_member_f64(w, "lo", lo);
    ons_json_member_f64(w, "hi", hi);
    ons_json_close(w);
}

/* Loss falls where x rises: the ends change places. An end that is not bounded is null. */
static void put_place_json(ons_json_out *w, const char *key, const ons_study_series *s,
                           const ons_interval *i)
{
    double lo = isfinite(i->lo) ? ons_series_scale(s, i->lo) : (double)INFINITY;
    double hi = isfinite(i->hi) ? ons_series_scale(s, i->hi) : (double)INFINITY;
    if (isnan(i->lo)) lo = (double)NAN;
    bool turned = s->axis == ONS_AXIS_LOSS;
    put_interval(w, key, isnan(i->x) ? (double)NAN : ons_series_scale(s, i->x), turned ? hi : lo,
                 turned ? lo : hi);
}

static void put_side(ons_json_out *w, const char *key, const ons_study_series *s, ons_str group,
                     const ons_interval *onset, const ons_interval *midpoint)
{
    ons_json_key(w, key);
    ons_json_open(w, '{');
    ons_json_member_str(w, "group", group);
    ons_json_member_text(w, "verdict", ons_verdict_text(s->verdict.verdict));
    ons_json_member_u64(w, "n_models", s->verdict.n_models);
    ons_json_member_u64(w, "n_scales", s->verdict.n_scales);
    put_place_json(w, "onset", s, onset);
    put_place_json(w, "midpoint", s, midpoint);
    ons_json_close(w);
}

static void put_identity(ons_json_out *w, const ons_comparison *c, ons_str column)
{
    const ons_study_series *a = c->base, *b = c->other;
    ons_json_member_str(w, "compare", column);
    ons_json_key(w, "family");
    if (ons_str_eq(a->family, b->family))
        ons_json_put_str(w, a->family);
    else
        ons_json_put_null(w);
    ons_json_member_str(w, "task", c->ability);
    ons_json_member_str(w, "metric", a->metric);
    ons_json_member_f64(w, "shots", ons_same_number(a->shots, b->shots) ? a->shots : (double)NAN);
    ons_json_member_str(w, "prompt", ons_str_eq(a->prompt, b->prompt) ? a->prompt : ONS_S(""));
    ons_json_member_text(w, "axis", ons_axis_names[a->axis]);
}

void ons_compare_json(const ons_comparison *c, ons_str column, ons_buf *out)
{
    ons_json_out json = ons_json_out_make(out), *w = &json;
    ons_buf sentence;
    ons_json_open(w, '{');
    put_identity(w, c, column);
    put_side(w, "base", c->base, c->base_name, &c->onset.base, &c->midpoint.base);
    put_side(w, "other", c->other, c->other_name, &c->onset.other, &c->midpoint.other);
    ons_json_member_text(w, "result", ons_compared_text(c->result));
    put_interval(w, "shift", c->onset.by.x, c->onset.by.lo, c->onset.by.hi);
    ons_json_member_f64(w, "p", c->onset.p);
    ons_json_member_f64(w, "p_adjusted", c->p_adjusted);
    put_interval(w, "midpoint_shift", c->midpoint.by.x, c->midpoint.by.lo, c->midpoint.by.hi);
    ons_json_member_f64(w, "midpoint_p", c->midpoint.p);
    ons_buf_init(&sentence, SENTENCE_BYTES_MAX);
    ons_compare_sentence(c, column, &sentence);
    ons_json_member_str(w, "reason", ons_buf_str(&sentence));
    ons_buf_release(&sentence);
    ons_json_close(w);
    ons_buf_char(out, '\n');
}
