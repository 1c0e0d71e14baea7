/* The words that all sentences share, for the files that make them. Private to report/.
 *
 * Short names, because every line of a sentence uses them. */
#ifndef ONS_REPORT_SENTENCE_SAY_H
#define ONS_REPORT_SENTENCE_SAY_H

#include <math.h>
#include <string.h>

#include "report/human.h"
#include "report/look.h"
#include "report/sentence.h"

/* What every sentence is made of. */
typedef struct say {
    ons_buf *out;
    const ons_report_series *s;
    const ons_scales *g;
    const ons_scales *partner;
} say;

static inline void text(const say *t, const char *words) { ons_buf_text(t->out, words); }

static inline void score(const say *t, double y)
{
    ons_score_words(y, t->s->continuous, t->s->unit, 2, t->out);
}

static inline void scale(const say *t, size_t i)
{
    ons_scale_words(t->g, t->s->axis, t->g->scale[i].x, false, t->out);
}

/* "16,128 and 28,160 parameters" */
static inline void two_scales(const say *t, size_t a, const char *between, size_t b)
{
    ons_buf one;
    ons_buf_init(&one, 256);
    ons_scale_words(t->g, t->s->axis, t->g->scale[a].x, false, &one);
    const char *unit = ons_scale_unit(t->g, t->s->axis);
    size_t u = strlen(unit) + 1;
    if (one.len > u) ons_buf_add(t->out, one.ptr, one.len - u);
    ons_buf_end_part(t->out, &one);
    text(t, between);
    scale(t, b);
}

static inline void p_value(const say *t, double p)
{
    char number[ONS_HUMAN_MAX];
    text(t, ons_human_p_equals(p, number));
}

static inline bool knows_chance(const say *t) { return isfinite(t->s->chance); }

/* "9 to 12 %", or "10 %" where both ends are said alike. */
static inline void score_range(const say *t, double lo, double hi)
{
    ons_buf a, b;
    ons_buf_init(&a, 256);
    ons_buf_init(&b, 256);
    ons_score_words(lo, t->s->continuous, t->s->unit, 2, &a);
    ons_score_words(hi, t->s->continuous, t->s->unit, 2, &b);
    text(t, ons_buf_cstr(&a));
    if (!ons_str_eq(ons_buf_str(&a), ons_buf_str(&b))) {
        text(t, " to ");
        text(t, ons_buf_cstr(&b));
    }
    ons_buf_end_part(t->out, &a);
    ons_buf_end_part(t->out, &b);
}

/* "(10 %, chance 10 %)": a range of scales beside chance. */
static inline void range_and_chance(const say *t, double lo, double hi)
{
    score_range(t, lo, hi);
    if (knows_chance(t) && !t->s->continuous) {
        char number[ONS_HUMAN_MAX];
        ons_buf_printf(t->out, ", chance %s", ons_human_percent(t->s->chance, 2, number));
    }
}

/* Least and greatest pooled score of the scales [from, to). */
static inline void range_of(const ons_scales *g, size_t from, size_t to, double *ret_lo,
                            double *ret_hi)
{
    *ret_lo = (double)INFINITY;
    *ret_hi = -(double)INFINITY;
    for (size_t i = from; i < to; i++) {
        if (g->scale[i].mean < *ret_lo) *ret_lo = g->scale[i].mean;
        if (g->scale[i].mean > *ret_hi) *ret_hi = g->scale[i].mean;
    }
}

/* "Exact match", capital where a sentence begins with it. */
static inline void metric(const say *t, ons_str name, bool begins)
{
    size_t at = t->out->len;
    ons_metric_words(name, t->out);
    if (begins && t->out->len > at && t->out->ptr[at] >= 'a' && t->out->ptr[at] <= 'z')
        t->out->ptr[at] = (char)(t->out->ptr[at] - 'a' + 'A');
}

/* Verdicts that claim a threshold, and the jump that a metric made (sentence_threshold.c). */
void ons_say_emergent(const say *t);
void ons_say_sharp_foreseeable(const say *t);
void ons_say_candidate(const say *t);
void ons_say_metric_induced(const say *t);
/* What is known of a series that stays open, as whole sentences; nothing where nothing is. */
void ons_say_known(const say *t);
/* Verdicts on the shape alone (sentence_shape.c). */
void ons_say_smooth(const say *t);
void ons_say_delayed(const say *t);
void ons_say_flat(const say *t);
void ons_say_constant(const say *t);
void ons_say_saturated(const say *t);
void ons_say_inverse(const say *t);
void ons_say_u_shaped(const say *t);
void ons_say_inverted_u(const say *t);
void ons_say_non_monotone(const say *t);

#endif
