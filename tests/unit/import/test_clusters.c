/* Clustered standard errors: the formula, and where the clusters come from. */
#include <math.h>
#include <string.h>

#include "tst_num.h"

#include "base/parse.h"
#include "import/samples.h"

static void the_formula(void **state)
{
    (void)state;
    /* Three clusters, by hand: mean 4/6, sums of deviations 2/3, -2/3 and 0. */
    static const uint64_t c[] = {1, 1, 2, 2, 3, 3};
    static const double v[] = {1, 1, 0, 0.6666666666666667, 0.6666666666666667, 0.6666666666666667};
    double mean;
    size_t n;
    double se = ons_clusters_error(c, v, 6, &mean, &n);
    tst_close(mean, 4.0 / 6, 1e-12, 0);
    assert_int_equal(n, 3);
    tst_close(se, sqrt(3.0 / 2 * 8 / 9) / 6, 1e-12, 0);
    /* Clusters of one: the usual error. */
    static const uint64_t one[] = {1, 2, 3, 4};
    static const double w[] = {1, 0, 1, 1};
    se = ons_clusters_error(one, w, 4, &mean, &n);
    tst_close(se, sqrt(.75 / 3 / 4), 1e-12, 0);
    assert_true(isnan(ons_clusters_error(c, v, 2, &mean, &n))); /* one cluster says nothing */
}

static ons_json *document(const char *text)
{
    char json[512];
    ons_json *doc;
    size_t n = strlen(text);
    assert_true(n < sizeof json);
    for (size_t i = 0; i <= n; i++) json[i] = (char)(text[i] == '\'' ? '"' : text[i]);
    assert_int_equal(ons_json_parse_python(ons_str_of(json), &doc, NULL), ONS_OK);
    return doc;
}

/* Four items of task t, acc 1 1 0 0 and acc_norm 1 0 1 0; the file says acc .5, acc_norm .4. */
static ons_score import(const char *const *doc_text, const char *metric)
{
    static const double acc[] = {1, 1, 0, 0}, norm[] = {1, 0, 1, 0};
    ons_models models = {0};
    ons_benchmarks benchmarks = {0};
    ons_import in;
    ons_arena a;
    ons_lm_eval_run run;
    ons_samples s;
    ons_arena_init(&a, 0);
    assert_int_equal(ons_models_add(&models, ons_models_builtin(), "m", &a, NULL), ONS_OK);
    ons_import_init(&in, &models, &benchmarks);
    ons_json *doc = document("{'results':{'t':{'acc':0.5,'acc_stderr':0.25,'acc_norm':0.4,"
                             "'acc_norm_stderr':0.25}},'config':{'model_args':'pretrained=gpt2'}}");
    const ons_json_at root = ons_json_root(doc);
    assert_int_equal(ons_import_file(&in, "r.json", NULL), ONS_OK);
    assert_int_equal(ons_lm_eval_open(&root, ONS_S(""), &in, &run, NULL), ONS_OK);
    assert_int_equal(ons_lm_eval_rows(&run, NULL), ONS_OK);
    ons_samples_begin(&s, &run, "t");
    for (size_t i = 0; i < 4; i++) {
        char line[400];
        (void)snprintf(line, sizeof line,
                       "{'doc_id':%zu,'doc':%s,'target':'0','acc':%g,'acc_norm':%g,"
                       "'resps':[[['-1','False']],[['-2','False']]]}",
                       i, doc_text[i], acc[i], norm[i]);
        ons_json *one = document(line);
        const ons_json_at at = ons_json_root(one);
        assert_int_equal(ons_samples_line(&s, &at, NULL), ONS_OK);
        ons_json_free(one);
    }
    assert_int_equal(ons_samples_end(&s, NULL), ONS_OK);
    ons_samples_release(&s);
    ons_score found = ons_import_score();
    for (size_t i = 0; i < in.n_rows; i++)
        if (ons_str_eq(in.row[i].metric, ons_str_of(metric))) found = in.row[i];
    ons_json_free(doc);
    ons_import_release(&in);
    ons_arena_clear(&a);
    return found;
}

static void clusters_of_documents(void **state)
{
    (void)state;
    /* Right as pairs: deviations +1 and -1, so sqrt(2 * 2) / 4. */
    static const char *const by_name[] = {"{'cluster':'a'}", "{'cluster':'a'}", "{'cluster':'b'}",
                                          "{'cluster':'b'}"};
    static const char *const by_passage[] = {
        "{'idx':{'paragraph':7,'question':0}}", "{'idx':{'paragraph':7,'question':1}}",
        "{'idx':{'paragraph':9,'question':2}}", "{'idx':{'paragraph':9,'question':3}}"};
    static const char *const alone[] = {"{'cluster':1}", "{'cluster':2}", "{'cluster':3}",
                                        "{'cluster':4}"};
    static const char *const missing[] = {"{'cluster':1}", "{'cluster':1}", "{'cluster':2}", "{}"};
    static const char *const *const known[] = {by_name, by_passage};
    static const char *const *const unknown[] = {alone, missing};
    for (size_t i = 0; i < 2; i++) {
        ons_score s = import(known[i], "acc");
        tst_close(s.std_err, .5, 1e-12, 0);
        tst_close(s.n_clusters, 2, 0, 0);
        s = import(known[i], "acc_norm"); /* the file's score is not the mean of these items */
        tst_close(s.std_err, .25, 1e-12, 0);
        assert_true(isnan(s.n_clusters));
        s = import(unknown[i], "acc"); /* nothing hangs together, or who knows */
        tst_close(s.std_err, .25, 1e-12, 0);
        assert_true(isnan(s.n_clusters));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_formula),
        cmocka_unit_test(clusters_of_documents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
