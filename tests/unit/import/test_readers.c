/* Result files of other programs to rows; what stands there twice or contradicts itself. */
#include <stdio.h>
#include <string.h>

#include "tst_num.h"

#include "base/parse.h"
#include "import/bigbench.h"
#include "import/export.h"
#include "import/helm.h"
#include "import/lm_eval.h"
#include "import/rows.h"
#include "import/samples.h"

typedef struct fixture {
    ons_arena arena;
    ons_models models;
    ons_benchmarks benchmarks;
    ons_import in;
} fixture;

static int set_up(void **state)
{
    static fixture f;
    memset(&f, 0, sizeof f);
    ons_arena_init(&f.arena, 0);
    *state = &f;
    ons_import_init(&f.in, &f.models, &f.benchmarks);
    if (ons_models_add(&f.models, ons_models_builtin(), "m", &f.arena, NULL) != ONS_OK) return 1;
    return ons_benchmarks_read(ons_benchmarks_builtin(), "b", &f.arena, &f.benchmarks, NULL);
}

static int tear_down(void **state)
{
    fixture *f = *state;
    ons_import_release(&f->in);
    ons_arena_clear(&f->arena);
    return 0;
}

/* Single quotes for double ones. */
static ons_status read(fixture *f, const char *path, const char *text, ons_err *err)
{
    char json[4096];
    ons_json *doc;
    const size_t n = strlen(text);
    assert_true(n < sizeof json);
    for (size_t i = 0; i <= n; i++) json[i] = (char)(text[i] == '\'' ? '"' : text[i]);
    assert_int_equal(ons_json_parse_python(ons_str_of(json), &doc, err), ONS_OK);
    assert_int_equal(ons_import_file(&f->in, path, NULL), ONS_OK);
    const ons_json_at root = ons_json_root(doc);
    ons_status s = ons_bigbench_is(&root) ? ons_bigbench_read(&root, &f->in, err)
                                          : ons_lm_eval_read(&root, ONS_S("folder"), &f->in, err);
    ons_json_free(doc);
    return s;
}

static const ons_score *row(const fixture *f, const char *task, const char *metric)
{
    for (size_t i = 0; i < f->in.n_rows; i++)
        if (ons_str_eq(f->in.row[i].task, ons_str_of(task)) &&
            ons_str_eq(f->in.row[i].metric, ons_str_of(metric)))
            return &f->in.row[i];
    return NULL;
}

static void test_lm_eval_before_0_4(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        read(f, "a.json",
             "{'results':{'arc_easy':{'acc':0.5,'acc_stderr':0.01,'acc_norm':0.25},"
             "'wikitext':{'word_perplexity':Infinity,'byte_perplexity':NaN,'bits_per_byte':1.5},"
             "'hendrycksTest-anatomy':{'acc':0.2,'acc_stderr':0.03}},'versions':{'arc_easy':0},"
             "'config':{'model':'hf-causal','model_args':'pretrained=EleutherAI/pythia-1b,"
             "revision=step143000','num_fewshot':5,'limit':null}}",
             NULL),
        ONS_OK);
    assert_int_equal(f->in.n_rows, 4);
    assert_int_equal(f->in.n_not_finite, 2);
    const ons_score *s = row(f, "arc_easy", "acc");
    assert_non_null(s);
    assert_true(ons_str_eq(s->family, ONS_S("Pythia")) && ons_str_eq(s->model, ONS_S("pythia-1b")));
    tst_close(s->score, .5, 0, 0);
    tst_close(s->std_err, .01, 0, 0);
    tst_close(s->shots, 5, 0, 0);
    tst_close(s->random_baseline, .25, 0, 0);
    tst_close(s->n_items, 2376, 0, 0);
    tst_close(s->tokens, 299892736000., 0, 0);
    tst_close(row(f, "arc_easy", "acc_norm")->std_err, (double)NAN, 0, 0);
    tst_close(row(f, "hendrycksTest-anatomy", "acc")->n_items, 135, 0, 0);
}

static void test_lm_eval_0_4(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        read(f, "results_2024.json",
             "{'results':{'gsm8k':{'alias':'gsm8k','exact_match,strict-match':0.1,"
             "'exact_match_stderr,strict-match':0.02,'exact_match,flexible-extract':0.2,"
             "'exact_match_stderr,flexible-extract':'N/A'},"
             "'piqa':{'acc,none':0.6,'acc_stderr,none':0.05,'sample_len':60},"
             "'mmlu':{'acc,none':0.3}},'groups':{'mmlu':{'acc,none':0.3},'other':{'acc,none':0.4}},"
             "'n-shot':{'gsm8k':8,'piqa':0},'higher_is_better':{'piqa':{'acc':true}},"
             "'n-samples':{'gsm8k':{'original':1319,'effective':100}},"
             "'config':{'model_args':{'pretrained':'gpt2','dtype':'float32'},'limit':100},"
             "'date':1.5,'chat_template':'{{x}}','fewshot_as_multiturn':true,"
             "'system_instruction':'s','model_name':'gpt2'}",
             NULL),
        ONS_OK);
    const ons_score *s = row(f, "gsm8k", "exact_match,strict-match");
    assert_non_null(s);
    tst_close(s->std_err, .02, 0, 0);
    tst_close(s->n_items, 100, 0, 0);
    tst_close(s->shots, 8, 0, 0);
    assert_true(ons_str_eq(s->prompt, ONS_S("chat-turns-system")));
    tst_close(row(f, "gsm8k", "exact_match,flexible-extract")->std_err, (double)NAN, 0, 0);
    s = row(f, "piqa", "acc");
    tst_close(s->n_items, 60, 0, 0);
    assert_int_equal(s->higher_is_better, ONS_YES);
    assert_non_null(row(f, "other", "acc")); /* a group that stands in "groups" only */
    /* a limit counts for every task of a group: how many that makes is not said */
    tst_close(row(f, "mmlu", "acc")->n_items, (double)NAN, 0, 0);
    assert_int_equal(f->in.n_rows, 5);
}

static void test_items_of_groups_and_limits(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        read(
            f, "a.json",
            "{'results':{'g':{'acc,none':0.5},'piqa':{'acc,none':0.5},'h':{'acc,none':0.5}},"
            "'group_subtasks':{'g':['a','h'],'h':['b'],'piqa':[],'loop':['loop']},'n-samples':{"
            "'a':{'effective':10},'b':{'effective':5}},'config':{'limit':0.1},'model_name':'gpt2'}",
            NULL),
        ONS_OK);
    tst_close(row(f, "g", "acc")->n_items, 15, 0, 0);
    tst_close(row(f, "h", "acc")->n_items, 5, 0, 0);
    tst_close(row(f, "piqa", "acc")->n_items, 184, 0, 0); /* a tenth of 1838 */
    assert_int_equal(read(f, "b.json",
                          "{'results':{'wic':{'acc':0.5}},'config':{'limit':20},"
                          "'model_name':'gpt2'}",
                          NULL),
                     ONS_OK);
    tst_close(row(f, "wic", "acc")->n_items, 20, 0, 0);
    assert_int_equal(read(f, "c.json",
                          "{'results':{'loop':{'acc':0.5}},'group_subtasks':{'loop':['loop']},"
                          "'model_name':'gpt2'}",
                          NULL),
                     ONS_OK);
    tst_close(row(f, "loop", "acc")->n_items, (double)NAN, 0, 0);
}

static void test_unknown_models_are_asked_for_once(void **state)
{
    fixture *f = *state;
    ons_buf b;
    const char *text = "{'results':{'piqa':{'acc,none':0.6,'acc_stderr,none':0.05}},"
                       "'config':{'model_args':'pretrained=me/my-1b','model_num_parameters':12}}";
    assert_int_equal(read(f, "a.json", text, NULL), ONS_OK);
    assert_int_equal(read(f, "b.json", text, NULL), ONS_OK);
    assert_int_equal(read(f, "c.json",
                          "{'results':{'piqa':{'acc':0.6}},'config':{'model_args':"
                          "'pretrained=EleutherAI/gpt-j-6b,revision=step7'}}",
                          NULL),
                     ONS_OK);
    assert_int_equal(f->in.n_rows, 0);
    ons_buf_init(&b, 1 << 16);
    ons_import_ask(&f->in, &b);
    assert_non_null(strstr(ons_buf_cstr(&b), "2 models are not"));
    assert_non_null(strstr(ons_buf_cstr(&b), "so 3 rows are left out"));
    assert_non_null(strstr(ons_buf_cstr(&b), "FAMILY,my-1b,12,TRAINING_TOKENS\n"));
    assert_non_null(strstr(ons_buf_cstr(&b), "FAMILY,gpt-j-6b@step7,PARAMETERS,TRAINING_TOKENS\n"));
    ons_buf_release(&b);
}

static void test_another_model_of_the_same_name(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        read(f, "a.json",
             "{'results':{'piqa':{'acc':0.6}},'config':{'model_args':'pretrained=gpt2',"
             "'model_num_parameters':1000000}}",
             NULL),
        ONS_OK);
    assert_int_equal(f->in.n_rows, 0);
    assert_int_equal(f->in.n_unknown, 1);
    assert_non_null(strstr(f->in.note[0].message.ptr, "gpt2 has 1e+06 parameters here"));
    assert_int_equal(
        read(f, "b.json",
             "{'results':{'piqa':{'acc':0.6}},'config':{'model_args':'pretrained=gpt2',"
             "'model_num_parameters':124439808}}",
             NULL),
        ONS_OK);
    assert_int_equal(f->in.n_rows, 1);
}

static void test_the_model_may_be_named_elsewhere(void **state)
{
    fixture *f = *state;
    ons_err err = ONS_ERR_INIT;
    ons_json *doc;
    assert_int_equal(read(f, "a.json",
                          "{'results':{'piqa':{'acc':0.6}},'model_name':'EleutherAI/pythia-70m'}",
                          NULL),
                     ONS_OK);
    assert_int_equal(f->in.n_rows, 1);
    assert_int_equal(read(f, "b.json", "{'results':{'piqa':{'acc':0.6}}}", NULL), ONS_OK);
    assert_int_equal(f->in.n_unknown, 1); /* the folder's name */
    assert_true(ons_str_eq(f->in.unknown[0].name, ONS_S("folder")));
    assert_int_equal(ons_json_parse(ONS_S("{\"results\":{}}"), &doc, NULL), ONS_OK);
    const ons_json_at root = ons_json_root(doc);
    assert_int_equal(ons_lm_eval_read(&root, ONS_S(""), &f->in, &err), ONS_FORMAT);
    assert_non_null(strstr(err.what, "$.config.model_args"));
    ons_json_free(doc);
}

static void file_of(fixture *f, const char *path, const char *model, double acc, double date)
{
    char text[512], when[32] = "NaN";
    if (isfinite(date)) (void)snprintf(when, sizeof when, "%.17g", date);
    (void)snprintf(text, sizeof text,
                   "{'results':{'piqa':{'acc':%.17g},'wic':{'acc':0.5}},'date':%s,"
                   "'config':{'model_args':'pretrained=%s'}}",
                   acc, when, model);
    assert_int_equal(read(f, path, text, NULL), ONS_OK);
}

static void test_two_scores_of_one_thing(void **state)
{
    fixture *f = *state;
    file_of(f, "a.json", "EleutherAI/pythia-70m", .5, (double)NAN);
    file_of(f, "b.json", "EleutherAI__pythia-70m", .6, (double)NAN);
    file_of(f, "c.json", "EleutherAI/pythia-160m", .6, (double)NAN);
    assert_int_equal(ons_import_finish(&f->in, NULL), ONS_OK);
    assert_null(row(f, "piqa", "acc")); /* the whole series */
    assert_int_equal(f->in.n_rows, 2);
    assert_int_equal(f->in.n_same, 1);
    assert_int_equal(f->in.n_errors, 1);
    assert_true(ons_str_eq(f->in.note[0].file, ONS_S("b.json")));
    assert_non_null(strstr(f->in.note[0].message.ptr, "0.6 here, 0.5 in a.json"));
}

/* Tables print fewer digits than the files that they come from. */
static void test_a_score_with_fewer_digits_is_the_same(void **state)
{
    fixture *f = *state;
    file_of(f, "a.json", "pythia-70m", .3740234, (double)NAN);
    file_of(f, "b.json", "pythia-70m", .374023438, (double)NAN);
    assert_int_equal(ons_import_finish(&f->in, NULL), ONS_OK);
    assert_int_equal(f->in.n_errors, 0);
    assert_int_equal(f->in.n_same, 2); /* that of wic, too */
    assert_non_null(row(f, "piqa", "acc"));
}

static void test_of_two_runs_the_later_counts(void **state)
{
    fixture *f = *state;
    file_of(f, "a.json", "pythia-70m", .5, 30);
    file_of(f, "b.json", "pythia-70m", .6, 10);
    file_of(f, "c.json", "pythia-70m", .7, 20);
    assert_int_equal(ons_import_finish(&f->in, NULL), ONS_OK);
    assert_int_equal(f->in.n_errors, 0);
    assert_int_equal(f->in.n_rows, 2);
    tst_close(row(f, "piqa", "acc")->score, .5, 0, 0);
}

static void test_a_score_outside_its_range(void **state)
{
    fixture *f = *state;
    file_of(f, "a.json", "pythia-70m", 1.7, (double)NAN);
    file_of(f, "b.json", "pythia-160m", .7, (double)NAN);
    assert_int_equal(ons_import_finish(&f->in, NULL), ONS_OK);
    assert_null(row(f, "piqa", "acc"));
    assert_non_null(row(f, "wic", "acc"));
    assert_non_null(strstr(f->in.note[0].message.ptr, "acc of piqa is 1.7, allowed is 0 to 1"));
}

static void test_checkpoints_are_marked(void **state)
{
    fixture *f = *state;
    size_t on_the_way = 0;
    file_of(f, "a.json", "pythia-70m@step1000", .5, (double)NAN);
    file_of(f, "b.json", "pythia-70m@step143000", .6, (double)NAN);
    file_of(f, "c.json", "pythia-160m", .6, (double)NAN);
    file_of(f, "d.json", "pythia-70m@step0", .6, (double)NAN);
    assert_int_equal(ons_import_finish(&f->in, NULL), ONS_OK);
    assert_int_equal(f->in.n_rows, 6);
    for (size_t i = 0; i < f->in.n_rows; i++) {
        assert_true(ons_str_eq(f->in.row[i].family, ONS_S("Pythia")));
        on_the_way += f->in.row[i].intermediate == ONS_YES;
    }
    assert_int_equal(on_the_way, 2); /* of the last step the model itself */
    assert_int_equal(f->in.n_untrained, 2);
    assert_int_equal(f->in.n_errors, 0);
    assert_non_null(strstr(f->in.note[0].message.ptr, "2 scores are of checkpoints"));
}

/* Six models, right answers of so many questions: printed in full, they say how many. */
static void bigbench_of(fixture *f, size_t of, int digits)
{
    static const int right[6] = {33, 20, 15, 41, 7, 28};
    for (size_t i = 0; i < 6; i++) {
        char text[512], path[16], score[32];
        (void)snprintf(score, sizeof score, "%.*g", digits, (double)right[i] / (double)of);
        (void)snprintf(text, sizeof text,
                       "{'scores':[{'score_dict':{'multiple_choice_grade':%s},"
                       "'number_of_shots':0}],'task':{'task_name':'t%zu'},'model':{"
                       "'model_family':'New','model_name':'%zum','total_params':%zu000000}}",
                       score, of, i + 1, i + 1);
        (void)snprintf(path, sizeof path, "%zu.json", i);
        assert_int_equal(read(f, path, text, NULL), ONS_OK);
    }
}

static void test_bigbench_items_by_the_fineness_of_scores(void **state)
{
    fixture *f = *state;
    bigbench_of(f, 56, 17);
    bigbench_of(f, 1009, 17);
    bigbench_of(f, 57, 5); /* rounded: they say nothing */
    assert_int_equal(ons_import_finish(&f->in, NULL), ONS_OK);
    tst_close(row(f, "t56", "multiple_choice_grade")->n_items, 56, 0, 0);
    tst_close(row(f, "t1009", "multiple_choice_grade")->n_items, 1009, 0, 0);
    assert_true(isnan(row(f, "t57", "multiple_choice_grade")->n_items));
}

static void test_bigbench_says_its_scale(void **state)
{
    fixture *f = *state;
    ons_err err = ONS_ERR_INIT;
    const char *text =
        "{'scores':[{'score_dict':{'multiple_choice_grade':0.5,'normalized_aggregate_score':25,"
        "'rougeLsum':12.5},'preferred_score':'multiple_choice_grade','number_of_shots':2,"
        "'low_score':0.25,'high_score':1.0,'subtask_description':'t:sub'}],"
        "'task':{'task_name':'t'},'model':{'model_family':'New','model_name':'3m',"
        "'total_params':3000000,'non_embedding_params':2000000,"
        "'flop_matched_non_embedding_params':1000000,'training_batch_size':262144,"
        "'training_steps':1000}}";
    assert_int_equal(read(f, "scores_new.json", text, NULL), ONS_OK);
    const ons_score *s = row(f, "t:sub", "multiple_choice_grade");
    assert_non_null(s);
    assert_true(ons_str_eq(s->model, ONS_S("New 3m")));
    tst_close(s->params, 3e6, 0, 0);
    tst_close(s->tokens, 262144e3, 0, 0);
    tst_close(s->flops, 6 * 1e6 * 262144e3, 0, 0);
    tst_close(s->random_baseline, .25, 0, 0);
    tst_close(s->high_score, 1, 0, 0);
    tst_close(s->shots, 2, 0, 0);
    assert_int_equal(s->primary, ONS_YES);
    tst_close(row(f, "t:sub", "rougeLsum")->high_score, 100, 0, 0);
    assert_int_equal(read(f, "x.json",
                          "{'scores':[3],'task':{'task_name':'t'},'model':{"
                          "'model_family':'N','model_name':'a'}}",
                          &err),
                     ONS_FORMAT);
    assert_non_null(strstr(err.what, "$.scores[0]"));
}

/* Single quotes for double ones; the document lives as long as the test. */
static ons_json *document(const char *text)
{
    char json[4096];
    ons_json *doc;
    const size_t n = strlen(text);
    assert_true(n < sizeof json);
    for (size_t i = 0; i <= n; i++) json[i] = (char)(text[i] == '\'' ? '"' : text[i]);
    assert_int_equal(ons_json_parse_python(ons_str_of(json), &doc, NULL), ONS_OK);
    return doc;
}

static void test_helm_by_its_schema(void **state)
{
    fixture *f = *state;
    ons_err err = ONS_ERR_INIT;
    ons_json *stats = document(
        "[{'name':{'name':'num_instances','split':'test'},'count':1,'mean':135},"
        "{'name':{'name':'exact_match','split':'test'},'count':1,'mean':0.26,'sum':0.26},"
        "{'name':{'name':'exact_match','split':'valid'},'count':1,'mean':0.9},"
        "{'name':{'name':'exact_match','split':'test','perturbation':{'name':'typos'}},'count':1,"
        "'mean':0.1},{'name':{'name':'ece_10_bin','split':'test'},'count':1,'mean':0.2},"
        "{'name':{'name':'logprob','split':'test'},'count':0},"
        "{'name':{'name':'inference_runtime','split':'test'},'count':1,'mean':3}]");
    ons_json *spec = document("{'name':'mmlu:subject=anatomy,model=eleutherai_pythia-6.9b',"
                              "'adapter_spec':{'method':'multiple_choice_joint','model':"
                              "'eleutherai/pythia-6.9b','max_train_instances':5}}");
    ons_json *bare = document("{'adapter_spec':{}}");
    ons_json_at a = ons_json_root(stats), b = ons_json_root(spec), c = ons_json_root(bare);
    assert_true(ons_helm_is(&a));
    assert_false(ons_helm_is(&b));
    assert_int_equal(ons_import_file(&f->in, "stats.json", NULL), ONS_OK);
    assert_int_equal(ons_helm_read(&a, &b, &f->in, NULL), ONS_OK);
    assert_int_equal(f->in.n_rows, 2);
    const ons_score *s = row(f, "mmlu:subject=anatomy", "acc"); /* given answers: no open match */
    assert_non_null(s);
    tst_close(s->score, .26, 0, 0);
    tst_close(s->n_items, 135, 0, 0);
    tst_close(s->shots, 5, 0, 0);
    assert_true(ons_str_eq(s->family, ONS_S("Pythia")));
    assert_non_null(row(f, "mmlu:subject=anatomy", "ece_10_bin"));
    assert_int_equal(ons_helm_read(&a, &c, &f->in, &err), ONS_FORMAT);
    assert_non_null(strstr(err.what, "$.name"));
    ons_json_free(stats);
    ons_json_free(spec);
    ons_json_free(bare);
}

typedef struct taken {
    size_t n, generated;
    double last;
} taken;

static ons_status take_answer(void *ctx, const ons_import_answer *a, ons_err *err)
{
    taken *t = ctx;
    (void)err;
    t->n++;
    t->generated += a->generated;
    t->last = a->logprob;
    return ONS_OK;
}

static void samples_of(fixture *f, const char *const *line, size_t n, taken *t)
{
    ons_json *doc =
        document("{'results':{'t':{'acc':0.5}},'config':{'model_args':'pretrained=gpt2',"
                 "'num_fewshot':3}}");
    const ons_json_at root = ons_json_root(doc);
    ons_lm_eval_run run;
    ons_samples s;
    f->in.answer = take_answer;
    f->in.answer_ctx = t;
    assert_int_equal(ons_import_file(&f->in, "r.json", NULL), ONS_OK);
    assert_int_equal(ons_lm_eval_open(&root, ONS_S(""), &f->in, &run, NULL), ONS_OK);
    ons_samples_begin(&s, &run, "t");
    for (size_t i = 0; i < n; i++) {
        ons_json *one = document(line[i]);
        const ons_json_at at = ons_json_root(one);
        assert_int_equal(ons_samples_line(&s, &at, NULL), ONS_OK);
        ons_json_free(one);
    }
    assert_int_equal(ons_samples_end(&s, NULL), ONS_OK);
    ons_samples_release(&s);
    ons_json_free(doc);
}

static void test_answers_give_a_continuous_measure(void **state)
{
    fixture *f = *state;
    taken t = {0};
    static const char *const line[] = {
        /* the right choice by number, and by text in the older form */
        "{'doc_id':0,'target':'1','acc':1.0,'resps':[[['-2.0','False']],[['-1.0','True']]]}",
        "{'doc_id':0,'target':'1','acc':1.0,'resps':[[['-9','False']],[['-1.0','True']]]}",
        "{'doc_id':1,'target':' b','acc':0,'arguments':[['q',' b'],['q',' c']],"
        "'resps':[[[-3.5,false]],[[-0.5,true]]]}",
    };
    samples_of(f, line, 3, &t);
    assert_int_equal(t.n, 4); /* the second line is the first one through another filter */
    tst_close(t.last, -.5, 0, 0);
    const ons_score *s = row(f, "t", "choice_logprob");
    assert_non_null(s);
    const double a = -1 - log(exp(-1) + exp(-2)), b = -3.5 - log(exp(-3.5) + exp(-.5));
    tst_close(s->score, (a + b) / 2, 1e-12, 0);
    tst_close(s->std_err, fabs(a - b) / 2, 1e-12, 0);
    tst_close(s->n_items, 2, 0, 0);
    tst_close(s->shots, 3, 0, 0);
}

static void test_a_right_answer_that_explains_nothing_is_not_believed(void **state)
{
    fixture *f = *state;
    taken t = {0};
    static const char *const line[] = {
        "{'doc_id':0,'target':'1','acc':1.0,'resps':[[['-2.0','False']],[['-1.0','True']]]}",
        "{'doc_id':1,'target':'0','acc':1.0,'resps':[[['-2.0','False']],[['-1.0','True']]]}",
    };
    samples_of(f, line, 2, &t);
    assert_null(row(f, "t", "choice_logprob"));
    assert_int_equal(t.n, 4);
}

static void test_generated_answers_and_lone_continuations(void **state)
{
    fixture *f = *state;
    taken t = {0};
    static const char *const text[] = {"{'doc_id':0,'target':'7','resps':[['so 7','or 8']]}",
                                       "{'doc_id':1,'target':'7','resps':[['no']]}"};
    static const char *const lone[] = {"{'doc_id':0,'target':' x','acc':1,'resps':[[[-1,true]]]}",
                                       "{'doc_id':1,'target':' y','acc':0,'resps':[[[-3,false]]]}"};
    samples_of(f, text, 2, &t);
    assert_int_equal(t.generated, 3);
    assert_int_equal(f->in.n_rows, 0);
    samples_of(f, lone, 2, &t);
    tst_close(row(f, "t", "logprob")->score, -2, 1e-12, 0);
}

static void test_what_is_written_is_read_back(void **state)
{
    fixture *f = *state;
    ons_buf b, name;
    ons_json *doc;
    ons_score r[3];
    for (size_t i = 0; i < 3; i++) {
        r[i] = ons_import_score();
        r[i].family = ONS_S("My family");
        r[i].model = ONS_S("a/b");
        r[i].seed = ONS_S("7");
        r[i].task = i ? ONS_S("t") : ONS_S("u");
        r[i].metric = i == 2 ? ONS_S("exact_match,flexible-extract") : ONS_S("acc");
        r[i].prompt = ONS_S("steps");
        r[i].shots = 4;
        r[i].params = 3e6;
        r[i].tokens = 1e9;
        r[i].flops = 1.8e16;
        r[i].loss = 2.5;
        r[i].score = .25 * (double)i;
        r[i].std_err = i ? .01 : (double)NAN;
        r[i].n_items = 50;
        r[i].higher_is_better = ONS_YES;
        r[i].intermediate = ONS_YES;
    }
    ons_buf_init(&b, 1 << 20);
    ons_buf_init(&name, 1 << 10);
    ons_lm_eval_sort(r, 3);
    assert_true(ons_lm_eval_same_document(&r[0], &r[2]));
    ons_lm_eval_write(r, 3, &b);
    ons_lm_eval_file_name(r, &name);
    assert_string_equal(ons_buf_cstr(&name), "a__b_seed7/results_steps_4shot.json");
    assert_int_equal(ons_json_parse(ons_buf_str(&b), &doc, NULL), ONS_OK);
    const ons_json_at root = ons_json_root(doc);
    assert_true(ons_lm_eval_is(&root));
    assert_int_equal(ons_import_file(&f->in, "r.json", NULL), ONS_OK);
    assert_int_equal(ons_lm_eval_read(&root, ONS_S(""), &f->in, NULL), ONS_OK);
    assert_int_equal(f->in.n_rows, 3);
    ons_lm_eval_sort(f->in.row, 3);
    for (size_t i = 0; i < 3; i++) {
        const ons_score *x = &f->in.row[i];
        assert_true(ons_str_eq(x->family, r[i].family) && ons_str_eq(x->model, r[i].model));
        assert_true(ons_str_eq(x->seed, r[i].seed) && ons_str_eq(x->prompt, r[i].prompt));
        assert_true(ons_str_eq(x->task, r[i].task) && ons_str_eq(x->metric, r[i].metric));
        tst_close(x->score, r[i].score, 0, 0);
        tst_close(x->std_err, r[i].std_err, 0, 0);
        tst_close(x->tokens, r[i].tokens, 0, 0);
        tst_close(x->loss, r[i].loss, 0, 0);
        tst_close(x->shots, 4, 0, 0);
        tst_close(x->n_items, 50, 0, 0);
        assert_int_equal(x->higher_is_better, ONS_YES);
        assert_int_equal(x->intermediate, ONS_YES);
    }
    ons_json_free(doc);
    ons_buf_release(&name);
    ons_buf_release(&b);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_lm_eval_before_0_4),
        TEST(test_lm_eval_0_4),
        TEST(test_items_of_groups_and_limits),
        TEST(test_unknown_models_are_asked_for_once),
        TEST(test_another_model_of_the_same_name),
        TEST(test_the_model_may_be_named_elsewhere),
        TEST(test_two_scores_of_one_thing),
        TEST(test_a_score_with_fewer_digits_is_the_same),
        TEST(test_of_two_runs_the_later_counts),
        TEST(test_a_score_outside_its_range),
        TEST(test_checkpoints_are_marked),
        TEST(test_bigbench_says_its_scale),
        TEST(test_bigbench_items_by_the_fineness_of_scores),
        TEST(test_helm_by_its_schema),
        TEST(test_answers_give_a_continuous_measure),
        TEST(test_a_right_answer_that_explains_nothing_is_not_believed),
        TEST(test_generated_answers_and_lone_continuations),
        TEST(test_what_is_written_is_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
