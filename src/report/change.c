/* What would change a verdict: more questions, more sizes, more seeds, and where. */
#include <math.h>

#include "report/human.h"
#include "report/look.h"
#include "report/sentence.h"

/* "Two more sizes between A and B" */
static void more_sizes(const ons_report_series *s, const ons_scales *g, size_t below, size_t above,
                       ons_buf *out)
{
    ons_buf_text(out, "more sizes between ");
    ons_scale_short(g, s->axis, g->scale[below].x, out);
    ons_buf_text(out, " and ");
    ons_scale_short(g, s->axis, g->scale[above].x, out);
    ons_buf_printf(out, " %s", ons_scale_unit(g, s->axis));
}

static void more_items(const ons_report_series *s, ons_buf *out)
{
    char n[ONS_HUMAN_MAX];
    if (s->verdict.items_needed > 0 && isfinite(s->verdict.items_needed))
        ons_buf_printf(out, "%s questions a model", ons_human_exact(s->verdict.items_needed, n));
    else
        ons_buf_text(out, "more questions a model");
}

/* "Two more sizes between A and B (and one beyond C) would show a jump, if it is one; so would 800
 * questions a model at these sizes." False: nothing is known. */
static bool change_of_open(const ons_report_series *s, const ons_scales *g, ons_buf *out)
{
    char n[ONS_HUMAN_MAX];
    const ons_needs *d = &s->known.needs;
    size_t below, above, at = out->len;
    if (!ons_known_gap(s, g, &below, &above) || !isfinite(d->items)) return false;
    if (d->between == 0) {
        ons_buf_text(out, "Many more sizes, or another task: at these scores eight sizes more ");
        ons_buf_text(out, "between the two would not tell a jump from a slope.");
        return true;
    }
    ons_buf_printf(out, "%s more %s between ", ons_human_cardinal(d->between, n),
                   d->between == 1 ? "size" : "sizes");
    if (out->len > at && out->ptr[at] >= 'a') out->ptr[at] = (char)(out->ptr[at] - 'a' + 'A');
    ons_scale_short(g, s->axis, g->scale[below].x, out);
    ons_buf_text(out, " and ");
    ons_scale_words(g, s->axis, g->scale[above].x, false, out);
    if (d->below)
        ons_buf_printf(out, ", %s smaller than those measured", ons_human_cardinal(d->below, n));
    if (d->above)
        ons_buf_printf(out, "%s %s larger", d->below ? " and" : ", and",
                       ons_human_cardinal(d->above, n));
    if (d->items > g->scale[below].items * 1.5)
        ons_buf_printf(out, ", each with %s questions,", ons_human_exact(d->items, n));
    ons_buf_text(out, " would show a jump, if it is one, in four of five cases");
    if (isfinite(d->items_instead) && !d->below && !d->above)
        ons_buf_printf(out, "; so would %s questions a model at the sizes there are",
                       ons_human_exact(d->items_instead, n));
    ons_buf_text(out, ".");
    return true;
}

static void change_of_jump(const ons_report_series *s, const ons_scales *g, ons_buf *out)
{
    size_t below, above;
    if (s->verdict.verdict == ONS_VERDICT_CANDIDATE && change_of_open(s, g, out)) return;
    if (!ons_gap_of(s, g, &below, &above)) {
        ons_buf_text(out, "More sizes around the threshold would say more.");
        return;
    }
    if (ons_series_metric_jump(s)) {
        ons_buf_text(out, "A continuous metric that also stands still up to ");
        ons_scale_words(g, s->axis, g->scale[below].x, false, out);
        ons_buf_text(out, " and then jumps.");
        return;
    }
    if (s->verdict.verdict == ONS_VERDICT_EMERGENT) {
        ons_buf_text(out, "A slow rise inside the gap: ");
        more_sizes(s, g, below, above, out);
        ons_buf_text(out, " whose scores fill the jump evenly would make it gradual");
        if (s->partner.result.check == ONS_CHECK_NONE)
            ons_buf_text(out, "; a continuous metric could show that scoring made it");
        ons_buf_text(out, ".");
        return;
    }
    if (s->verdict.flags & ONS_FLAG_SINGLE_POINT) {
        ons_buf_text(out, "One more size above ");
        ons_scale_words(g, s->axis, g->scale[above].x, false, out);
        ons_buf_text(out, " that can do it too would make it emergent, if the other tests hold.");
        return;
    }
    ons_buf_text(out, "Two ");
    more_sizes(s, g, below, above, out);
    ons_buf_text(out, s->verdict.verdict == ONS_VERDICT_CANDIDATE
                          ? " would tell a jump from a slope."
                          : " would show how early it announces itself.");
}

static void change_of_undetermined(const ons_report_series *s, const ons_scales *g, ons_buf *out)
{
    size_t below, above;
    if (s->verdict.flags & ONS_FLAG_NO_SCALE || g->n == 0) {
        ons_buf_text(out, "The parameters, tokens or compute of these models.");
    } else if (change_of_open(s, g, out)) {
        return;
    } else if (g->n < 4 || s->verdict.flags & ONS_FLAG_INSUFFICIENT) {
        ons_buf_text(out, "More sizes: six over two decades decide most series.");
    } else if (ons_gap_of(s, g, &below, &above)) {
        ons_buf_text(out, "Two ");
        more_sizes(s, g, below, above, out);
        ons_buf_text(out, ", or ");
        more_items(s, out);
        ons_buf_text(out, ".");
    } else {
        size_t at = out->len;
        more_items(s, out);
        if (out->len > at && out->ptr[at] == 'm') out->ptr[at] = 'M';
        ons_buf_text(out, ", or larger models.");
    }
}

void ons_sentence_change_of(const ons_report_series *s, const ons_scales *g, ons_buf *out)
{
    char n[ONS_HUMAN_MAX];
    switch (s->verdict.verdict) {
    case ONS_VERDICT_EMERGENT:
    case ONS_VERDICT_SHARP_FORESEEABLE:
    case ONS_VERDICT_CANDIDATE:
        change_of_jump(s, g, out);
        break;
    case ONS_VERDICT_SMOOTH:
        ons_buf_text(out, "A flat beginning: smaller models at the level of guessing, and a step "
                          "where the rise is now.");
        break;
    case ONS_VERDICT_DELAYED:
        ons_buf_text(out, "A step: sizes within the rise that stand either at its foot or at its "
                          "top.");
        break;
    case ONS_VERDICT_FLAT:
    case ONS_VERDICT_CONSTANT:
    case ONS_VERDICT_INVERSE:
        ons_buf_text(out, "Larger models than ");
        if (g->n > 0)
            ons_scale_words(g, s->axis, g->scale[g->n - 1].x, false, out);
        else
            ons_buf_text(out, "these");
        if (s->verdict.verdict == ONS_VERDICT_INVERSE)
            ons_buf_text(out, " that recover");
        else
            ons_buf_text(out, ", or another recipe, that rise above this level");
        ons_buf_text(out, "; more questions only narrow what may hide below it.");
        break;
    case ONS_VERDICT_SATURATED:
        ons_buf_text(out, "Smaller models, down to where it fails; or harder questions.");
        break;
    case ONS_VERDICT_U_SHAPED:
    case ONS_VERDICT_INVERTED_U:
    case ONS_VERDICT_NON_MONOTONE:
        ons_buf_printf(out,
                       "More seeds a size: with %s the ups and downs may be those of single "
                       "runs.",
                       g->n > 0 && g->n_points > g->n ? "so few" : ons_human_cardinal(1, n));
        break;
    case ONS_VERDICT_UNDETERMINED:
    case ONS_VERDICT_COUNT:
        change_of_undetermined(s, g, out);
        break;
    }
    if (s->verdict.verdict == ONS_VERDICT_EMERGENT &&
        s->verdict.flags & ONS_FLAG_RESOLUTION_LIMITED && s->verdict.items_needed > 0 &&
        isfinite(s->verdict.items_needed)) {
        ons_buf_printf(out, " %s questions a model would show the absence below the threshold.",
                       ons_human_exact(s->verdict.items_needed, n));
    }
}

ons_status ons_sentence_change(const ons_report_series *s, ons_buf *out, ons_err *err)
{
    ons_arena a;
    ons_arena_init(&a, 0);
    ons_scales g;
    ons_status st = ons_scales_make(s->point, s->n_points, s->axis, &a, &g, err);
    if (st == ONS_OK) {
        ons_sentence_change_of(s, &g, out);
        st = ons_buf_status(out, err);
    }
    ons_arena_clear(&a);
    return st;
}
