/* The table of public models and the table of benchmarks. */
#include <string.h>

#include "tst_num.h"

#include "base/parse.h"
#include "import/benchmarks.h"
#include "import/models.h"
#include "text/csv.h"

typedef struct fixture {
    ons_arena arena;
    ons_models t;
} fixture;

static int set_up(void **state)
{
    static fixture f;
    ons_arena_init(&f.arena, 0);
    f.t = (ons_models){0};
    *state = &f;
    return ons_models_add(&f.t, ons_models_builtin(), "models.csv", &f.arena, NULL);
}

static int tear_down(void **state)
{
    fixture *f = *state;
    ons_arena_clear(&f->arena);
    return 0;
}

static ons_model_known find(fixture *f, const char *written, ons_model_scale *m)
{
    ons_model_known known;
    assert_int_equal(ons_models_find(&f->t, ons_str_of(written), &f->arena, &known, m, NULL),
                     ONS_OK);
    return known;
}

/* A name that two rows claim would put scores under the wrong model. */
static void test_every_name_leads_to_its_own_row(void **state)
{
    fixture *f = *state;
    ons_csv csv;
    ons_csv_row row;
    bool more;
    size_t n = 0;
    assert_int_equal(ons_csv_open(&csv, ons_models_builtin(), &f->arena, NULL), ONS_OK);
    assert_int_equal(ons_csv_next(&csv, &row, &more, NULL), ONS_OK);
    assert_true(ons_str_eq(row.field[2].text, ONS_S("aliases")));
    while (ons_csv_next(&csv, &row, &more, NULL) == ONS_OK && more) {
        assert_int_equal(row.n_fields, 10);
        assert_true(row.field[8].text.len > 0); /* the source of its figures */
        ons_str rest = row.field[2].text, name = row.field[1].text;
        for (;;) {
            ons_model_scale m;
            ons_model_known known;
            assert_int_equal(ons_models_find(&f->t, name, &f->arena, &known, &m, NULL), ONS_OK);
            if (known != ONS_MODEL_KNOWN || !ons_str_eq(m.model, row.field[1].text))
                print_error("%.*s\n", ONS_STR(name));
            assert_int_equal(known, ONS_MODEL_KNOWN);
            assert_true(ons_str_eq(m.model, row.field[1].text));
            assert_true(ons_str_eq(m.family, row.field[0].text));
            if (rest.len == 0) break;
            (void)ons_str_cut(&rest, '|', &name);
        }
        n++;
    }
    assert_true(n == f->t.n_rows && n > 200);
}

static void test_figures_that_papers_print(void **state)
{
    fixture *f = *state;
    static const struct {
        const char *written, *family;
        double params, tokens, flops;
    } c[] = {
        {"EleutherAI/pythia-1.4b", "Pythia", 1414647808, 299892736000, 2.54546e21},
        {"EleutherAI/pythia-1.4b-deduped", "Pythia-deduped", 1414647808, 299892736000, 2.54546e21},
        {"pretrained=EleutherAI/pythia-70m,revision=step143000", "Pythia", 70426624, 299892736000,
         1.2672e20},
        {"gpt2-xl", "GPT-2", 1557611200, (double)NAN, (double)NAN},
        {"GPT-3 175B", "GPT-3", 174.6e9, 300e9, 3.14e23},
        {"facebook/opt-350m", "OPT", 331196416, 300e9, 5.9615e20},
        {"bigscience/bloom", "BLOOM", 176247271424, 366e9, 3.8704e23},
        {"huggyllama/llama-65b", "LLaMA", 65285660672, 1.4e12, 5.484e23},
        {"meta-llama/Llama-2-7b-hf", "Llama-2", 6738415616, 2e12, 8.0861e22},
        {"meta-llama/Llama-2-7b-chat-hf", "Llama-2-chat", 6738415616, 2e12, 8.0861e22},
        {"Qwen/Qwen2.5-0.5B-Instruct", "Qwen2.5-Instruct", 494032768, 18e12, 5.3356e22},
        {"HuggingFaceTB/SmolLM2-135M", "SmolLM2", 134515008, 2e12, 1.6142e21},
        {"SmolLM2-135M-Instruct.Q4_1.gguf", "SmolLM2-Instruct Q4_1", 134515008, 2e12, 1.6142e21},
        {"PaLM 540B", "PaLM", 540.35e9, 780e9, 2.53e24},
        {"google/flan-t5-xl", "Flan-T5", 2849757184, (double)NAN, 9.056e21},
        {"allenai/OLMo-7B-hf", "OLMo", 6888095744, 2.46e12, 1.01668e23},
        {"allenai/OLMo-7B-0724-hf", "OLMo-0724", 6888095744, 2.75e12, 1.13654e23},
        {"models--EleutherAI--pythia-70m", "Pythia", 70426624, 299892736000, 1.2672e20},
        {"LaMDA 68B", "LaMDA", 68e9, (double)NAN, 1.3e23},
        {"Qwen/Qwen1.5-7B", "Qwen1.5", 7721324544, 4e12, 1.8531e23},
        {"tiiuae/falcon-rw-1b", "Falcon-RW", 1.3e9, 350e9, 2.73e21},
    };
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        ons_model_scale m;
        assert_int_equal(find(f, c[i].written, &m), ONS_MODEL_KNOWN);
        assert_true(ons_str_eq(m.family, ons_str_of(c[i].family)));
        assert_false(m.on_the_way);
        tst_close(m.params, c[i].params, 0, 0);
        tst_close(m.tokens, c[i].tokens, 0, 0);
        tst_close(m.flops, c[i].flops, 1e-3, 0);
    }
}

static void test_checkpoints_count_their_tokens(void **state)
{
    fixture *f = *state;
    ons_model_scale m;
    assert_int_equal(find(f, "EleutherAI/pythia-1.4b@step3000", &m), ONS_MODEL_KNOWN);
    assert_true(m.on_the_way);
    tst_close(m.tokens, 3000. * 2097152, 0, 0);
    tst_close(m.flops, 6 * 1414647808. * 3000 * 2097152, 1e-12, 0);
    assert_true(ons_str_eq(m.model, ONS_S("pythia-1.4b@step3000")));
    assert_int_equal(find(f, "allenai/OLMo-7B@step1000-tokens4B", &m), ONS_MODEL_KNOWN);
    tst_close(m.tokens, 1000. * 4423680, 0, 0);
    assert_int_equal(find(f, "pythia-1.4b@step0", &m), ONS_MODEL_KNOWN);
    tst_close(m.tokens, 0, 0, 0);
    assert_int_equal(find(f, "TinyLlama/TinyLlama-1.1B-intermediate-step-240k-503b", &m),
                     ONS_MODEL_KNOWN);
    tst_close(m.tokens, 503e9, 0, 0);
    /* its steps have no stated number of tokens */
    assert_int_equal(find(f, "gpt-j-6b@step1000", &m), ONS_MODEL_REVISION_NOT_KNOWN);
    assert_int_equal(find(f, "pythia-1.4b@new-data", &m), ONS_MODEL_REVISION_NOT_KNOWN);
    assert_int_equal(find(f, "pythia-1.5b", &m), ONS_MODEL_NOT_KNOWN);
    assert_int_equal(find(f, "", &m), ONS_MODEL_NOT_KNOWN);
}

static void test_a_table_of_ones_own(void **state)
{
    fixture *f = *state;
    ons_model_scale m;
    ons_str mine = ONS_S("params,family,model,tokens,aliases\n"
                         "1.5B,Mine,my-1.5b,300B,me-1.5b|org/other\n"
                         "7B,Mine,pythia-1.4b@new-data,1T,\n2B,Mine,gpt2,,\n");
    assert_int_equal(ons_models_add(&f->t, mine, "mine.csv", &f->arena, NULL), ONS_OK);
    assert_int_equal(find(f, "me/My_1.5B", &m), ONS_MODEL_KNOWN);
    tst_close(m.flops, 6 * 1.5e9 * 300e9, 1e-12, 0);
    assert_int_equal(find(f, "pythia-1.4b@new-data", &m), ONS_MODEL_KNOWN);
    tst_close(m.params, 7e9, 0, 0);
    assert_int_equal(find(f, "gpt2", &m), ONS_MODEL_KNOWN); /* the later table wins */
    tst_close(m.params, 2e9, 0, 0);
}

/* A name may be copied into the table as it stands in the results, owner and all. */
static void test_names_with_an_owner(void **state)
{
    fixture *f = *state;
    ons_model_scale m;
    ons_str mine = ONS_S("family,model,params,tokens,aliases\n"
                         "Foo,me/foo-1b,1e9,2e12,\nFoo,you/foo-1b,3e9,2e12,\n"
                         "Foo,me/bar_2b@step500,2e9,5e9,models--we--bar_2.1b|we__bar-2.2b\n"
                         "Foo,\"pretrained=me/baz,revision=step7\",4e9,1e9,\n");
    assert_int_equal(ons_models_add(&f->t, mine, "mine.csv", &f->arena, NULL), ONS_OK);
    static const struct {
        const char *written;
        double params; /* 0: not known */
    } c[] = {{"pretrained=me/foo-1b", 1e9},
             {"pretrained=Me/Foo_1B,dtype=float32", 1e9},
             {"models--me--foo-1b/snapshots/0a1b", 1e9},
             {"me__foo-1b", 1e9},
             {"you/foo-1b", 3e9},
             {"foo-1b", 3e9}, /* of two rows the last */
             {"/data/models/foo-1b", 3e9},
             {"me/bar-2b@step500", 2e9},
             {"bar-2b-step500", 2e9}, /* written otherwise than the row */
             {"me/bar-2b", 0},
             {"we/bar-2.1b", 2e9},
             {"bar-2.2b", 2e9},
             {"me/baz@step7", 4e9},
             {"me/baz", 0}};
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        const ons_model_known k = find(f, c[i].written, &m);
        const double got = k == ONS_MODEL_KNOWN ? m.params : 0;
        if (got != c[i].params) print_error("%s: %g\n", c[i].written, got);
        assert_true(got == c[i].params);
    }
}

static void test_bad_tables_name_the_place(void **state)
{
    fixture *f = *state;
    static const struct {
        const char *text, *where;
    } c[] = {
        {"", "t.csv"},
        {"family,model\nF,m\n", "t.csv:1:1"},
        {"family,model,params\nF,m,big\n", "t.csv:2:5"},
        {"family,model,params\nF,,1B\n", "t.csv:2:1"},
        {"family,model,params,tokens\nF,m,1B,-3\n", "t.csv:2:8"},
        {"family,model,params\nF,\"m,1\n", "t.csv"},
    };
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        ons_err err = ONS_ERR_INIT;
        assert_int_equal(ons_models_add(&f->t, ons_str_of(c[i].text), "t.csv", &f->arena, &err),
                         ONS_FORMAT);
        assert_memory_equal(err.where, c[i].where, strlen(c[i].where));
    }
}

static void test_chance_and_items(void **state)
{
    fixture *f = *state;
    ons_benchmarks b;
    assert_int_equal(
        ons_benchmarks_read(ons_benchmarks_builtin(), "benchmarks.csv", &f->arena, &b, NULL),
        ONS_OK);
    const double no = (double)NAN;
    const struct {
        const char *task, *metric;
        double chance, n;
    } c[] = {
        {"hendrycksTest-anatomy", "acc", .25, 135},
        {"mmlu_anatomy", "acc_norm", .25, 135},
        {"mmlu_pro_law", "exact_match,custom-extract", no, no},
        {"arithmetic_2da", "acc", 0, 2000},
        {"lambada_openai", "acc", 0, 5153},
        {"lambada_openai", "ppl", no, 5153},
        {"gsm8k", "exact_match,strict-match", 0, 1319},
        {"truthfulqa_mc1", "acc", .2225, 817},
        {"truthfulqa_mc", "mc2", no, 817},
        {"bbq_age", "acc", 1. / 3, no},
        {"a task of mine", "acc", no, no},
    };
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        const ons_benchmark x =
            ons_benchmarks_find(&b, ons_str_of(c[i].task), ons_str_of(c[i].metric));
        tst_close(x.chance, c[i].chance, 1e-9, 0);
        tst_close(x.n_items, c[i].n, 0, 0);
    }
    for (size_t i = 0; i < b.n_rows; i++)
        assert_true(!(b.row[i].chance < 0) && !(b.row[i].chance >= 1) && !(b.row[i].n_items < 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_name_leads_to_its_own_row, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_figures_that_papers_print, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_checkpoints_count_their_tokens, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_table_of_ones_own, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_names_with_an_owner, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bad_tables_name_the_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_chance_and_items, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
