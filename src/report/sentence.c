#include "report/sentence.h"

#include "report/sentence_say.h"

static void say_undetermined(const say *t)
{
    char n[ONS_HUMAN_MAX];
    const ons_scales *g = t->g;
    if (t->s->verdict.flags & ONS_FLAG_NO_SCALE || g->n == 0) {
        text(t, t->s->verdict.flags & ONS_FLAG_NO_SCALE
                    ? "No scale is known for these models, so nothing can be said about growth."
                    : "There is no score to decide on.");
        return;
    }
    double span = g->scale[g->n - 1].x - g->scale[0].x;
    if (t->s->verdict.flags & ONS_FLAG_INSUFFICIENT || g->n < 4) {
        ons_buf_printf(t->out, "Too little to decide on: %s %s", ons_human_cardinal(g->n, n),
                       g->n == 1 ? "size" : "sizes");
        if (g->n > 1) {
            text(t, " over ");
            ons_width_words(span, t->s->axis, t->out);
        }
        text(t, "; four sizes over one decade are the least.");
        ons_say_known(t);
        return;
    }
    if (t->s->known.kind != ONS_KNOWN_NOTHING) {
        ons_say_known(t);
        return;
    }
    size_t below, above;
    if (ons_gap_of(t->s, g, &below, &above)) {
        text(t, "Rises somewhere between ");
        two_scales(t, below, " and ", above);
        ons_buf_printf(t->out, " (");
        score(t, g->scale[below].mean);
        text(t, " to ");
        score(t, g->scale[above].mean);
        ons_buf_printf(t->out, "); %s sizes cannot tell a jump from a slope.",
                       ons_human_cardinal(g->n, n));
        return;
    }
    double lo, hi;
    range_of(g, 0, g->n, &lo, &hi);
    text(t, "The scores (");
    range_and_chance(t, lo, hi);
    text(t, ") fit both standing still and a slow rise; these questions cannot tell which.");
}

static void say_flags(const say *t)
{
    unsigned f = t->s->verdict.flags;
    char n[ONS_HUMAN_MAX];
    if (f & ONS_FLAG_THEN_NON_MONOTONE)
        text(t, " Beyond the threshold the score does not keep rising.");
    if (f & ONS_FLAG_BIMODAL_SEEDS) {
        text(t, " Runs of one size either learn it or do not");
        if (isfinite(t->s->verdict.learned_share)) {
            ons_buf_printf(t->out, "; beyond the threshold %s of them do",
                           ons_human_percent(t->s->verdict.learned_share, 2, n));
        }
        text(t, ".");
    }
    if (f & ONS_FLAG_RESOLUTION_LIMITED) {
        text(t, " With so few questions a slow rise would also look like nothing below the "
                "threshold.");
    }
    if (f & ONS_FLAG_CONFOUNDED)
        text(t, " The recipe changes together with the size, so size alone may not be the cause.");
    if (f & ONS_FLAG_CHANCE_UNKNOWN)
        text(t, " The level of guessing is not known, so only the shape was judged.");
    if (f & ONS_FLAG_CONTAMINATION)
        text(t, " The verdict hangs on questions that may have been in the training data.");
    if (f & ONS_FLAG_N_ASSUMED)
        text(t, " The number of questions was not given and had to be assumed.");
}

void ons_sentence_verdict_of(const ons_report_series *s, const ons_scales *g,
                             const ons_scales *partner, ons_buf *out)
{
    static void (*const of_verdict[ONS_VERDICT_COUNT])(const say *) = {
        [ONS_VERDICT_EMERGENT] = ons_say_emergent,
        [ONS_VERDICT_SHARP_FORESEEABLE] = ons_say_sharp_foreseeable,
        [ONS_VERDICT_CANDIDATE] = ons_say_candidate,
        [ONS_VERDICT_SMOOTH] = ons_say_smooth,
        [ONS_VERDICT_DELAYED] = ons_say_delayed,
        [ONS_VERDICT_FLAT] = ons_say_flat,
        [ONS_VERDICT_CONSTANT] = ons_say_constant,
        [ONS_VERDICT_SATURATED] = ons_say_saturated,
        [ONS_VERDICT_INVERSE] = ons_say_inverse,
        [ONS_VERDICT_U_SHAPED] = ons_say_u_shaped,
        [ONS_VERDICT_INVERTED_U] = ons_say_inverted_u,
        [ONS_VERDICT_NON_MONOTONE] = ons_say_non_monotone,
        [ONS_VERDICT_UNDETERMINED] = say_undetermined,
    };
    say t = {out, s, g, partner};
    ons_verdict_word v = s->verdict.verdict;
    bool rises = v == ONS_VERDICT_SMOOTH || v == ONS_VERDICT_DELAYED || ons_series_metric_jump(s);
    if (g->n == 0 || v >= ONS_VERDICT_COUNT) {
        say_undetermined(&t);
    } else if (rises && s->partner.result.check == ONS_CHECK_METRIC_INDUCED) {
        ons_say_metric_induced(&t);
    } else {
        of_verdict[v](&t);
    }
    say_flags(&t);
}

ons_status ons_sentence_verdict(const ons_report_series *s, ons_buf *out, ons_err *err)
{
    ons_arena a;
    ons_arena_init(&a, 0);
    ons_scales g, partner;
    ons_status st = ons_scales_make(s->point, s->n_points, s->axis, &a, &g, err);
    if (st == ONS_OK)
        st = ons_scales_make(s->partner.point, s->partner.n_points, s->axis, &a, &partner, err);
    if (st == ONS_OK) {
        ons_sentence_verdict_of(s, &g, &partner, out);
        st = ons_buf_status(out, err);
    }
    ons_arena_clear(&a);
    return st;
}
