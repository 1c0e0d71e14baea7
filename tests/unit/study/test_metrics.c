/* What is known of metrics by their names. */
#include <string.h>

#include "tst_num.h"

#include "base/parse.h"
#include "study/metrics.h"

static void test_names_of_the_field(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool lower, range, exact;
        ons_metric_rank rank;
        ons_partner_rank partner;
    } c[] = {
        {"acc", false, true, false, ONS_RANK_ACCURACY, ONS_PARTNER_NONE},
        {"acc,none", false, true, false, ONS_RANK_ACCURACY, ONS_PARTNER_NONE},
        {"exact_match,flexible-extract", false, true, true, ONS_RANK_EXACT, ONS_PARTNER_NONE},
        {"acc_bytes", false, true, false, ONS_RANK_CHOICE, ONS_PARTNER_NONE},
        {"quasi_exact_match", false, true, false, ONS_RANK_CHOICE, ONS_PARTNER_NONE},
        {"f1", false, true, false, ONS_RANK_OVERLAP, ONS_PARTNER_NONE},
        {"rougeL_max", false, true, false, ONS_RANK_OVERLAP, ONS_PARTNER_NONE},
        {"rougeL_diff", false, false, false, 0, ONS_PARTNER_NONE},
        {"mcc", false, false, false, 0, ONS_PARTNER_NONE},
        {"choice_logprob", false, false, false, 0, ONS_PARTNER_LIKELIHOOD},
        {"word_perplexity", true, false, false, 0, ONS_PARTNER_LIKELIHOOD},
        {"ece_10_bin", true, false, false, 0, ONS_PARTNER_NONE},
        {"something new", false, true, false, ONS_RANK_OTHER, ONS_PARTNER_NONE},
    };
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        const ons_metric_traits t = ons_metric_traits_of(ons_str_of(c[i].name));
        assert_int_equal(t.lower_is_better, c[i].lower);
        assert_int_equal(t.has_range, c[i].range);
        assert_int_equal(t.exact, c[i].exact);
        assert_int_equal(t.rank, c[i].rank);
        assert_int_equal(t.partner, c[i].partner);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_names_of_the_field)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
