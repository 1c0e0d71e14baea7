#include "report/look.h"

#include <math.h>

static const ons_look look[] = {
    [ONS_MARK_DOT] = {"v-e", "●", ONS_MARK_DOT, '*', 166},
    [ONS_MARK_HALF] = {"v-c", "◐", ONS_MARK_HALF, '%', 178},
    [ONS_MARK_DIAMOND] = {"v-s", "◆", ONS_MARK_DIAMOND, '#', 175},
    [ONS_MARK_UP] = {"v-g", "▲", ONS_MARK_UP, '/', 32},
    [ONS_MARK_SQUARE] = {"v-f", "■", ONS_MARK_SQUARE, '-', 244},
    [ONS_MARK_DOWN] = {"v-d", "▼", ONS_MARK_DOWN, '\\', 36},
    [ONS_MARK_RING] = {"v-u", "○", ONS_MARK_RING, '?', 250},
    [ONS_MARK_HOLLOW] = {"v-m", "◎", ONS_MARK_HOLLOW, 'o', 166},
};

bool ons_series_metric_jump(const ons_report_series *s)
{
    ons_verdict_word v = s->verdict.verdict;
    return s->partner.result.check == ONS_CHECK_METRIC_INDUCED &&
           (v == ONS_VERDICT_EMERGENT || v == ONS_VERDICT_CANDIDATE ||
            v == ONS_VERDICT_SHARP_FORESEEABLE);
}

bool ons_series_emerged(const ons_report_series *s)
{
    return s->verdict.verdict == ONS_VERDICT_EMERGENT && !ons_series_metric_jump(s) &&
           !(s->p_adjusted >= .05);
}

bool ons_series_emerged_alone(const ons_report_series *s)
{
    return s->verdict.verdict == ONS_VERDICT_EMERGENT && !ons_series_metric_jump(s) &&
           s->p_adjusted >= .05;
}

const ons_look *ons_look_of(const ons_report_series *s)
{
    ons_mark m = ONS_MARK_RING;
    switch (s->verdict.verdict) {
    case ONS_VERDICT_EMERGENT:
        m = ons_series_metric_jump(s) ? ONS_MARK_HOLLOW : ONS_MARK_DOT;
        break;
    case ONS_VERDICT_CANDIDATE:
        m = ONS_MARK_HALF;
        break;
    case ONS_VERDICT_SHARP_FORESEEABLE:
        m = ONS_MARK_DIAMOND;
        break;
    case ONS_VERDICT_SMOOTH:
    case ONS_VERDICT_DELAYED:
        m = ONS_MARK_UP;
        break;
    case ONS_VERDICT_FLAT:
    case ONS_VERDICT_CONSTANT:
    case ONS_VERDICT_SATURATED:
        m = ONS_MARK_SQUARE;
        break;
    case ONS_VERDICT_INVERSE:
    case ONS_VERDICT_U_SHAPED:
    case ONS_VERDICT_INVERTED_U:
    case ONS_VERDICT_NON_MONOTONE:
        m = ONS_MARK_DOWN;
        break;
    case ONS_VERDICT_UNDETERMINED:
    case ONS_VERDICT_COUNT:
        break;
    }
    return &look[m];
}

int ons_series_rank(const ons_report_series *s)
{
    static const int rank[ONS_VERDICT_COUNT] = {
        [ONS_VERDICT_EMERGENT] = 0,      [ONS_VERDICT_SHARP_FORESEEABLE] = 1,
        [ONS_VERDICT_CANDIDATE] = 2,     [ONS_VERDICT_DELAYED] = 4,
        [ONS_VERDICT_SMOOTH] = 5,        [ONS_VERDICT_SATURATED] = 6,
        [ONS_VERDICT_CONSTANT] = 7,      [ONS_VERDICT_INVERTED_U] = 8,
        [ONS_VERDICT_U_SHAPED] = 9,      [ONS_VERDICT_NON_MONOTONE] = 10,
        [ONS_VERDICT_INVERSE] = 11,      [ONS_VERDICT_FLAT] = 12,
        [ONS_VERDICT_UNDETERMINED] = 13,
    };
    if (s->verdict.verdict == ONS_VERDICT_EMERGENT && ons_series_metric_jump(s)) return 3;
    return s->verdict.verdict < ONS_VERDICT_COUNT ? rank[s->verdict.verdict] : ONS_VERDICT_COUNT;
}

const char *ons_verdict_label(const ons_report_series *s)
{
    ons_verdict_word v = s->verdict.verdict;
    if (v == ONS_VERDICT_EMERGENT && ons_series_metric_jump(s)) return "jump made by the metric";
    if (s->partner.result.check == ONS_CHECK_METRIC_INDUCED) {
        if (v == ONS_VERDICT_SMOOTH) return "smooth (jump by metric)";
        if (v == ONS_VERDICT_DELAYED) return "delayed (by metric)";
        if (v == ONS_VERDICT_CANDIDATE) return "candidate (by metric)";
        if (v == ONS_VERDICT_SHARP_FORESEEABLE) return "sharp (jump by metric)";
    }
    return ons_verdict_text(v);
}

bool ons_series_has_onset(const ons_report_series *s)
{
    ons_verdict_word v = s->verdict.verdict;
    return isfinite(s->verdict.onset.x) &&
           (v == ONS_VERDICT_EMERGENT || v == ONS_VERDICT_CANDIDATE ||
            v == ONS_VERDICT_SHARP_FORESEEABLE);
}

bool ons_series_divided(const ons_report_series *s)
{
    return (s->verdict.flags & ONS_FLAG_BIMODAL_SEEDS) && !s->continuous;
}
