#include "study/metrics.h"

#include <string.h>

#include "base/parse.h"

#define FRACTION(rank_, exact_)                               \
    {                                                         \
        .has_range = true, .exact = (exact_), .rank = (rank_) \
    }
#define MORE(partner_)        \
    {                         \
        .partner = (partner_) \
    }
#define LESS(partner_)                                 \
    {                                                  \
        .lower_is_better = true, .partner = (partner_) \
    }

static const struct known {
    const char *name;
    ons_metric_traits traits;
} table[] = {
    {"exact_match", FRACTION(ONS_RANK_EXACT, true)},
    {"em", FRACTION(ONS_RANK_EXACT, true)},
    {"exact_str_match", FRACTION(ONS_RANK_EXACT, true)},
    {"exact_match_str", FRACTION(ONS_RANK_EXACT, true)},
    {"pass_at_1", FRACTION(ONS_RANK_EXACT, true)},
    {"pass@1", FRACTION(ONS_RANK_EXACT, true)},
    {"chain_exact_match", FRACTION(ONS_RANK_OTHER, true)}, /* of the steps, not the answer */
    {"acc", FRACTION(ONS_RANK_ACCURACY, false)},
    {"acc_norm", FRACTION(ONS_RANK_CHOICE, false)},
    {"acc_bytes", FRACTION(ONS_RANK_CHOICE, false)},
    {"acc_mutual_info", FRACTION(ONS_RANK_CHOICE, false)},
    {"mc1", FRACTION(ONS_RANK_CHOICE, false)},
    /* of HELM: whether the answers were open is not in the name */
    {"quasi_exact_match", FRACTION(ONS_RANK_CHOICE, false)},
    {"prefix_exact_match", FRACTION(ONS_RANK_CHOICE, false)},
    {"quasi_prefix_exact_match", FRACTION(ONS_RANK_CHOICE, false)},
    {"case_insensitive_str_match", FRACTION(ONS_RANK_OTHER, true)},
    {"f1", FRACTION(ONS_RANK_OVERLAP, false)},
    {"f1_score", FRACTION(ONS_RANK_OVERLAP, false)},
    {"sequence_f1", FRACTION(ONS_RANK_OVERLAP, false)},
    {"multiple_choice_grade", FRACTION(ONS_RANK_CHOICE, false)},
    {"meteor", FRACTION(ONS_RANK_OVERLAP, false)},
    {"chrf", FRACTION(ONS_RANK_OVERLAP, false)},
    {"cider", FRACTION(ONS_RANK_OVERLAP, false)},
    {"pct_stereotype", FRACTION(ONS_RANK_BIAS, false)},
    {"logprob", MORE(ONS_PARTNER_LIKELIHOOD)},
    {"choice_logprob", MORE(ONS_PARTNER_LIKELIHOOD)},
    {"chain_logprob", MORE(ONS_PARTNER_LIKELIHOOD)},
    {"logprob_per_byte", MORE(ONS_PARTNER_LIKELIHOOD)},
    {"weighted_probabilities", MORE(ONS_PARTNER_DISTANCE)}, /* of the right choice */
    {"log_likelihood", MORE(ONS_PARTNER_LIKELIHOOD)},
    {"weighted_log_probabilities", MORE(ONS_PARTNER_LIKELIHOOD)},
    {"mean_logodds_difference", MORE(ONS_PARTNER_LIKELIHOOD)},
    {"mean_loss", LESS(ONS_PARTNER_LIKELIHOOD)},
    {"loss", LESS(ONS_PARTNER_LIKELIHOOD)},
    {"cross_entropy", LESS(ONS_PARTNER_LIKELIHOOD)},
    {"nll", LESS(ONS_PARTNER_LIKELIHOOD)},
    {"ppl", LESS(ONS_PARTNER_LIKELIHOOD)},
    {"perplexity", LESS(ONS_PARTNER_LIKELIHOOD)},
    {"word_perplexity", LESS(ONS_PARTNER_LIKELIHOOD)},
    {"byte_perplexity", LESS(ONS_PARTNER_LIKELIHOOD)},
    {"bits_per_byte", LESS(ONS_PARTNER_LIKELIHOOD)},
    {"bpb", LESS(ONS_PARTNER_LIKELIHOOD)},
    {"brier", LESS(ONS_PARTNER_DISTANCE)},
    {"brier_score", LESS(ONS_PARTNER_DISTANCE)},
    {"tc_brier_loss", LESS(ONS_PARTNER_DISTANCE)},
    {"multiple_choice_brier_score", LESS(ONS_PARTNER_DISTANCE)},
    {"calibration_multiple_choice_brier_score", LESS(ONS_PARTNER_DISTANCE)},
    {"ter", LESS(ONS_PARTNER_ERRORS)},
    {"wer", LESS(ONS_PARTNER_ERRORS)},
    {"gain", MORE(ONS_PARTNER_NONE)}, /* of one method over another, below 0 where it harms */
    {"mcc", MORE(ONS_PARTNER_NONE)},  /* -1 to 1 */
    {"likelihood_diff", LESS(ONS_PARTNER_NONE)},
    {"likelihood_difference", LESS(ONS_PARTNER_NONE)},
    {"ece_1_bin", LESS(ONS_PARTNER_NONE)},
    {"ece_10_bin", LESS(ONS_PARTNER_NONE)},
    {"ece", LESS(ONS_PARTNER_NONE)},
    {"expected_calibration_error", LESS(ONS_PARTNER_NONE)},
};

static bool ends(ons_str s, ons_str end)
{
    return s.len >= end.len && ons_str_eq((ons_str){s.ptr + s.len - end.len, end.len}, end);
}

ons_metric_traits ons_metric_traits_of(ons_str name)
{
    ons_str rest = name; /* a filter behind a comma, as in exact_match,strict-match, is dropped */
    (void)ons_str_cut(&rest, ',', &name);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (ons_str_eq(name, ons_str_of(table[i].name))) return table[i].traits;
    /* Families with endings of many kinds: rouge1, rougeLsum, bleu_sb, bleurt20. */
    if (ends(name, ONS_S("_diff"))) return (ons_metric_traits)MORE(ONS_PARTNER_NONE);
    bool overlap = ons_str_starts(name, ONS_S("bleu")) || ons_str_starts(name, ONS_S("rouge"));
    return (ons_metric_traits){.has_range = true,
                               .rank = overlap ? ONS_RANK_OVERLAP : ONS_RANK_OTHER};
}
