/* The study in one line of facts and two sentences that a layman understands. */
#include <math.h>

#include "report/human.h"
#include "report/look.h"
#include "report/sentence.h"
#include "report/view.h"

void ons_facts_words(const ons_view *v, ons_buf *out)
{
    const ons_facts *f = &v->facts;
    char a[ONS_HUMAN_MAX], b[ONS_HUMAN_MAX];
    ons_buf_printf(out, "%s %s", ons_human_exact((double)f->n_sizes, a),
                   f->n_sizes == 1 ? "model" : "models");
    if (f->params_least > 0) {
        bool small = f->params_most < 1e6;
        ons_buf_printf(out, " of %s",
                       small ? ons_human_exact(f->params_least, a)
                             : ons_human_count(f->params_least, 3, a));
        if (f->params_most > f->params_least) {
            ons_buf_printf(out, " to %s",
                           small ? ons_human_exact(f->params_most, b)
                                 : ons_human_count(f->params_most, 3, b));
        }
        ons_buf_text(out, " parameters");
    }
    if (f->n_families > 1) ons_buf_printf(out, ", %zu families", f->n_families);
    if (f->n_seeds > 1) ons_buf_printf(out, ", %zu seeds", f->n_seeds);
    ons_buf_printf(out, ", %s %s", ons_human_exact((double)f->n_abilities, a),
                   f->n_abilities == 1 ? "ability" : "abilities");
    if (f->items_least > 0) {
        ons_buf_printf(out, ", %s", ons_human_exact(f->items_least, a));
        if (f->items_most > f->items_least)
            ons_buf_printf(out, " to %s", ons_human_exact(f->items_most, b));
        ons_buf_text(out, " questions each");
    }
}

typedef bool (*ons_of_kind)(const ons_report_series *s);

static bool is_candidate(const ons_report_series *s)
{
    ons_verdict_word w = s->verdict.verdict;
    return !ons_series_metric_jump(s) &&
           (w == ONS_VERDICT_CANDIDATE || ons_series_emerged_alone(s));
}
static bool is_foreseeable(const ons_report_series *s)
{
    return s->verdict.verdict == ONS_VERDICT_SHARP_FORESEEABLE && !ons_series_metric_jump(s);
}
static bool is_gradual(const ons_report_series *s)
{
    return s->verdict.verdict == ONS_VERDICT_SMOOTH || s->verdict.verdict == ONS_VERDICT_DELAYED;
}
static bool is_flat(const ons_report_series *s) { return s->verdict.verdict == ONS_VERDICT_FLAT; }
static bool is_steady(const ons_report_series *s)
{
    return s->verdict.verdict == ONS_VERDICT_SATURATED ||
           s->verdict.verdict == ONS_VERDICT_CONSTANT;
}
static bool is_odd(const ons_report_series *s)
{
    ons_verdict_word w = s->verdict.verdict;
    return w == ONS_VERDICT_INVERSE || w == ONS_VERDICT_U_SHAPED || w == ONS_VERDICT_INVERTED_U ||
           w == ONS_VERDICT_NON_MONOTONE;
}
static bool is_open(const ons_report_series *s)
{
    return s->verdict.verdict == ONS_VERDICT_UNDETERMINED;
}

static size_t count(const ons_view *v, ons_of_kind kind)
{
    size_t n = 0;
    for (size_t i = 0; i < v->n_primary; i++) n += kind(v->item[i]->s);
    return n;
}

#define NAMED_MOST 24 /* of more abilities only those that jumped are named */

/* "a, b and c"; beyond four "a, b, c and 7 others", or only how many. */
static void names(const ons_view *v, ons_of_kind kind, bool with_place, ons_buf *out)
{
    size_t n = count(v, kind), shown = n <= 4 ? n : 3, k = 0;
    if (!with_place && n > 4 && v->n_primary > NAMED_MOST) {
        ons_buf_printf(out, "%zu", n);
        return;
    }
    for (size_t i = 0; i < v->n_primary && k < shown; i++) {
        const ons_item *it = v->item[i];
        if (!kind(it->s)) continue;
        if (k > 0) ons_buf_text(out, k + 1 == n ? " and " : ", ");
        ons_item_name(v, it->s, out);
        k++;
        if (!with_place || !ons_series_has_onset(it->s)) continue;
        ons_buf_text(out, " (at about ");
        ons_scale_words(&it->g, it->s->axis, it->s->verdict.onset.x, true, out);
        ons_buf_char(out, ')');
    }
    if (n > shown) ons_buf_printf(out, " and %zu others", n - shown);
}

/* "2 to 12 %", or "12 %": least and greatest score of the scales [from, to). */
static void score_range(const ons_item *it, size_t from, size_t to, ons_buf *out)
{
    const ons_report_series *s = it->s;
    double lo = it->g.scale[from].mean, hi = lo;
    for (size_t i = from; i < to; i++) {
        lo = fmin(lo, it->g.scale[i].mean);
        hi = fmax(hi, it->g.scale[i].mean);
    }
    ons_buf a, b;
    ons_buf_init(&a, 256);
    ons_buf_init(&b, 256);
    ons_score_words(lo, s->continuous, s->unit, 2, &a);
    ons_score_words(hi, s->continuous, s->unit, 2, &b);
    if (!ons_str_eq(ons_buf_str(&a), ons_buf_str(&b))) {
        ons_str number = ons_buf_str(&a); /* without the unit, which the greater one has */
        if (s->continuous) {
            ons_score_words(lo, true, (ons_str){0}, 2, out);
        } else {
            number.len -= number.len > 2 && number.ptr[number.len - 1] == '%' ? 2 : 0;
            ons_buf_str_add(out, number);
        }
        ons_buf_text(out, " to ");
    }
    ons_buf_str_add(out, ons_buf_str(&b));
    ons_buf_end_part(out, &a);
    ons_buf_end_part(out, &b);
}

static const ons_item *first_emerged(const ons_view *v)
{
    for (size_t i = 0; i < v->n_primary; i++)
        if (ons_series_emerged(v->item[i]->s)) return v->item[i];
    return v->item[0];
}

/* " is right in 2 to 12 % up to 6.66 B parameters and in 56 to 100 % from 12.9 B on"; nothing
 * where no two scales enclose the threshold. */
static void from_what_to_what(const ons_item *it, ons_buf *out)
{
    size_t below, above;
    const ons_report_series *s = it->s;
    if (!ons_gap_of(s, &it->g, &below, &above)) return;
    const bool guessing = !s->continuous && s->chance > 0;
    ons_buf_text(out, guessing        ? " is no better than guessing up to "
                      : s->continuous ? " stays near "
                                      : " is right in ");
    if (!guessing) {
        score_range(it, 0, below + 1, out);
        ons_buf_text(out, " up to ");
    }
    ons_scale_words(&it->g, s->axis, it->g.scale[below].x, false, out);
    ons_buf_text(out, s->continuous ? " and at " : guessing ? " and right in " : " and in ");
    score_range(it, above, it->g.n, out);
    ons_buf_text(out, above + 1 == it->g.n ? " at " : " from ");
    ons_scale_short(&it->g, s->axis, it->g.scale[above].x, out);
    ons_buf_text(out, above + 1 == it->g.n ? "" : " on");
}

/* The only ability there is: "NAME emerged at about 19 k parameters: it is …" */
static void the_one_emerged(const ons_view *v, const ons_item *it, ons_buf *out)
{
    size_t below, above;
    ons_item_name(v, it->s, out);
    ons_buf_text(out, " emerged");
    if (ons_series_has_onset(it->s)) {
        ons_buf_text(out, " at about ");
        ons_scale_words(&it->g, it->s->axis, it->s->verdict.onset.x, true, out);
    }
    if (!ons_gap_of(it->s, &it->g, &below, &above)) return;
    ons_buf_text(out, ": it");
    from_what_to_what(it, out);
}

static void capital(ons_buf *out, size_t at)
{
    if (at < out->len && out->ptr[at] >= 'a' && out->ptr[at] <= 'z')
        out->ptr[at] = (char)(out->ptr[at] - 'a' + 'A');
}

static void first_sentence(const ons_view *v, ons_buf *out)
{
    char a[ONS_HUMAN_MAX], b[ONS_HUMAN_MAX];
    size_t n = count(v, ons_series_emerged), at = out->len;
    if (n == 0) {
        ons_buf_text(out, v->n_primary == 1 ? "The one ability measured did not emerge"
                                            : "Nothing emerged: of ");
        if (v->n_primary > 1) {
            ons_buf_printf(out, "%s abilities, none appeared suddenly as models grew",
                           ons_human_cardinal(v->n_primary, a));
        }
        ons_buf_text(out, ".");
        return;
    }
    if (v->n_primary == 1) {
        the_one_emerged(v, v->item[0], out);
        ons_buf_char(out, '.');
        return;
    }
    ons_buf_printf(out, "%s of %s abilities emerged: ", ons_human_cardinal(n, a),
                   ons_human_cardinal(v->n_primary, b));
    capital(out, at);
    if (n == 1) {
        const ons_item *it = first_emerged(v);
        ons_item_name(v, it->s, out);
        from_what_to_what(it, out);
    } else {
        names(v, ons_series_emerged, true, out);
    }
    ons_buf_text(out, ".");
}

/* Tables show the sign of the verdict on a series alone: why the headline does not count it. */
static void alone_sentence(const ons_view *v, ons_buf *out)
{
    const size_t n = count(v, ons_series_emerged_alone);
    if (n == 0) return;
    ons_buf_char(out, ' ');
    names(v, ons_series_emerged_alone, false, out);
    ons_buf_printf(out,
                   " %s emergent taken alone, but not when the number of abilities tested is "
                   "allowed for.",
                   n == 1 ? "is" : "are");
}

/* Why there is no answer; NULL: there is one. */
static const char *no_answer(const ons_view *v)
{
    size_t blind = 0;
    if (v->n == 0) return "There are no scores, so there is nothing to decide.";
    for (size_t i = 0; i < v->n; i++)
        blind += (v->item[i]->s->verdict.flags & ONS_FLAG_NO_SCALE) != 0;
    if (blind == v->n) {
        return "No scale is known for any of these models (parameters, tokens, FLOPs or loss), so "
               "nothing can be said about growth.";
    }
    if (v->n_primary == 0) {
        return "None of these metrics counts right answers, so there is no ability to judge, only "
               "further metrics.";
    }
    return NULL;
}

void ons_answer_words(const ons_view *v, ons_buf *out)
{
    static const struct {
        ons_of_kind kind;
        const char *before, *one, *many;
    } part[] = {
        {ons_series_metric_jump, "what looked like a jump in ", " was made by the way of scoring",
         " was made by the way of scoring"},
        {is_candidate, "", " may have jumped, but the sizes measured cannot prove it",
         " may have jumped, but the sizes measured cannot prove it"},
        {is_foreseeable, "", " rose fast, but smaller models announced it",
         " rose fast, but smaller models announced it"},
        {is_gradual, "", " grew gradually", " grew gradually"},
        {is_steady, "", " stood equally high at every size", " stood equally high at every size"},
        {is_odd, "", " did not grow with size", " did not grow with size"},
        {is_flat, "", " never came", " never came"},
        {is_open, "", " cannot be decided yet", " cannot be decided yet"},
    };
    const char *none = no_answer(v);
    if (none) {
        ons_buf_text(out, none);
        return;
    }
    first_sentence(v, out);
    size_t at = out->len;
    bool any = false;
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        size_t n = count(v, part[i].kind);
        if (n == 0) continue;
        ons_buf_text(out, any ? "; " : " ");
        if (!any) at = out->len;
        ons_buf_text(out, part[i].before);
        size_t name_at = out->len;
        names(v, part[i].kind, false, out);
        if (!any && name_at == at) at = out->len; /* a name keeps its spelling */
        ons_buf_text(out, n == 1 ? part[i].one : part[i].many);
        any = true;
    }
    capital(out, at);
    if (any) ons_buf_text(out, ".");
    alone_sentence(v, out);
}

static ons_status with_view(const ons_report *r, void (*words)(const ons_view *, ons_buf *),
                            ons_buf *out, ons_err *err)
{
    ons_arena a;
    ons_arena_init(&a, 0);
    ons_view v;
    ons_status st = ons_view_make(r, &a, &v, err);
    if (st == ONS_OK) {
        words(&v, out);
        st = ons_buf_status(out, err);
    }
    ons_arena_clear(&a);
    return st;
}

ons_status ons_sentence_study(const ons_report *r, ons_buf *out, ons_err *err)
{
    return with_view(r, ons_answer_words, out, err);
}

ons_status ons_sentence_facts(const ons_report *r, ons_buf *out, ons_err *err)
{
    return with_view(r, ons_facts_words, out, err);
}
