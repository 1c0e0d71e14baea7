/* Ladder files: what is read, and where a mistake is said to be. */
#include <math.h>
#include <string.h>

#include "tst_num.h"

#include "base/parse.h"
#include "study/ladder_file.h"

#define REST                                                                            \
    "sizes: [{width: 8, head_dim: 4}, {width: 16, head_dim: 8}]\ntokens: 10 * params\n" \
    "skills: {copy: 1}\n"

static ons_arena arena; /* of all ladders of all tests */

static void test_the_demo(void **state)
{
    (void)state;
    ons_ladder_file f;
    ons_err err = ONS_ERR_INIT;
    if (ons_ladder_parse(ons_ladder_pocket_text(), "pocket", NULL, &arena, &f, &err) != ONS_OK)
        fail_msg("%s (%s)", err.what, err.where);
    assert_string_equal(f.name, "pocket");
    assert_int_equal(f.n_ladders, 1);
    const ons_ladder l = f.ladder[0];
    assert_string_equal(l.group, "");
    assert_int_equal(l.n_sizes, 8);
    assert_int_equal(l.size[7].seeds.n, 3);
    assert_int_equal(l.n_skills, 15);
    assert_int_equal(l.size[7].width, 64);
    tst_close(l.size[7].tokens, 2668568, 0, 0);
    tst_close(l.size[0].tokens, 52845, 0, 0);
    assert_int_equal(l.optimizer.kind, ONS_OPTIMIZER_MUON);
    tst_close(l.schedule.decay, .3, 1e-12, 0);
    assert_int_equal(l.evaluate_items, 256);
    assert_true(isnan(f.w0) && f.axes == 0);
}

static void test_all_keys(void **state)
{
    (void)state;
    static const char text[] =
        "ladder: x\nfamily: y\n" REST
        "layers: 3\nrope_base: 10k\ninit: {output: .5}\nseeds: [4, 9]\nbatch: 256\n"
        "optimizer: {name: adamw, rate: .004, beta2: .99, weight_decay: .1}\n"
        "schedule: {kind: cosine, warmup: .1}\nloss: all\n"
        "data: {label_noise: .1, pool: 5k}\ncheckpoints: [.25, .5, 1]\n"
        "evaluate: {items: 32, shots: [8, 0, 2]}\naxis: params\nw0: 1.2\n";
    ons_ladder_file f;
    ons_err err = ONS_ERR_INIT;
    if (ons_ladder_parse(ONS_S(text), "t", NULL, &arena, &f, &err) != ONS_OK)
        fail_msg("%s (%s)", err.what, err.where);
    const ons_ladder l = f.ladder[0];
    assert_string_equal(l.family, "y");
    assert_int_equal(l.size[1].layers, 3);
    tst_close(l.rope_base, 1e4, 0, 0);
    tst_close(l.init_output, .5, 0, 0);
    assert_int_equal(l.size[0].seeds.seed[1], 9);
    assert_int_equal(l.pool, 5000);
    assert_int_equal(l.n_checkpoints, 2);
    assert_int_equal(l.evaluate_items, 32);
    assert_int_equal(l.n_evaluate_shots, 3);
    assert_int_equal(l.evaluate_shots[0], 8);
    assert_int_equal(l.evaluate_shots[1], 0);
    tst_close(l.checkpoint[1], .5, 0, 0);
    assert_int_equal(l.optimizer.kind, ONS_OPTIMIZER_ADAMW);
    tst_close(l.optimizer.weight_decay, .1, 0, 0);
    assert_int_equal(l.schedule.kind, ONS_SCHEDULE_COSINE);
    assert_true(l.loss_on_all_tokens);
    tst_close(l.label_noise, .1, 0, 0);
    tst_close(f.w0, 1.2, 0, 0);
    assert_int_equal(f.axes, 1u << ONS_AXIS_PARAMS);
}

static void parse(const char *text, ons_ladder_file *f)
{
    ons_err err = ONS_ERR_INIT;
    if (ons_ladder_parse(ons_str_of(text), "t", NULL, &arena, f, &err) != ONS_OK)
        fail_msg("%s (%s)", err.what, err.where);
}

static void test_keys_of_a_size(void **state)
{
    (void)state;
    ons_ladder_file f;
    parse("sizes: [{width: 8, head_dim: 4, layers: 1, tokens: 5k, seeds: 4},\n"
          "        {width: 8, head_dim: 4}, {width: 16, head_dim: 8, seeds: [7]}]\n"
          "tokens: 10 * params\nseeds: [3, 5]\nskills: {copy: 1}\naxis: [loss, tokens]\n",
          &f);
    const ons_ladder *l = &f.ladder[0];
    assert_int_equal(l->size[0].layers, 1);
    assert_int_equal(l->size[1].layers, 2);
    tst_close(l->size[0].tokens, 5000, 0, 0);
    tst_close(l->size[1].tokens, 24320, 0, 0);
    assert_int_equal(l->size[0].seeds.n, 4);
    assert_int_equal(l->size[0].seeds.seed[3], 4);
    assert_int_equal(l->size[1].seeds.seed[1], 5);
    assert_int_equal(l->size[2].seeds.seed[0], 7);
    assert_int_equal(f.axes, 1u << ONS_AXIS_LOSS | 1u << ONS_AXIS_TOKENS);
}

static void test_groups(void **state)
{
    (void)state;
    ons_ladder_file f;
    parse("ladder: x\n" REST "data: {label_noise: .1}\ngroups:\n"
          "- {family: clean, data: {label_noise: 0}}\n- {family: as it is}\n"
          "- {family: deep, layers: 4, tokens: 1e9 / flops_per_token, seeds: 2}\n",
          &f);
    assert_int_equal(f.n_ladders, 3);
    assert_string_equal(f.ladder[0].name, "x");
    assert_string_equal(f.ladder[0].family, "clean");
    assert_string_equal(f.ladder[0].group, "clean");
    assert_true(f.ladder[0].label_noise == 0 && f.ladder[1].label_noise == .1);
    assert_int_equal(f.ladder[1].size[0].layers, 2);
    const ons_ladder *deep = &f.ladder[2];
    assert_int_equal(deep->size[0].layers, 4);
    assert_int_equal(deep->size[0].seeds.n, 2);
    for (size_t i = 0; i < deep->n_sizes; i++)
        tst_close(deep->size[i].tokens * ons_ladder_flops_per_token(deep, i), 1e9, 1e-3, 0);
}

static void test_sweep(void **state)
{
    (void)state;
    ons_ladder_file f;
    parse(REST "seeds: [4, 5]\ncheckpoints: [.5]\n"
               "sweep: {rate: [.003, .01], widths: [16], tokens: 2 * params}\n",
          &f);
    assert_int_equal(f.n_sweep, 2);
    assert_string_equal(f.sweep[1].group, "rate-0.01");
    assert_int_equal(f.sweep[1].n_sizes, 1);
    assert_int_equal(f.sweep[1].size[0].seeds.n, 1);
    assert_int_equal(f.sweep[1].size[0].seeds.seed[0], 4);
    tst_close(f.sweep[1].optimizer.rate, .01, 0, 0);
    tst_close(f.sweep[1].size[0].tokens, 2 * 8192, 0, 0);
    assert_int_equal(f.sweep[0].n_checkpoints, 0);
    assert_int_equal(f.ladder[0].n_checkpoints, 1);
    parse(REST, &f);
    assert_int_equal(f.n_sweep, 0);
}

static void test_mistakes_are_placed(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        ons_status code;
        const char *where, *what;
    } c[] = {
        {"laders: x\n" REST, ONS_FORMAT, "t:1:1", "laders"},
        {REST "seeds: [1, 1]\n", ONS_FORMAT, "t:4:12", "stands twice"},
        {"sizes: [{width: 10, head_dim: 4}]\ntokens: 1k\nskills: {copy: 1}\n", ONS_FORMAT, "t:1:9",
         "must be a multiple of 4 and divide width"},
        {"sizes: [{width: 8, head_dim: 4}]\ntokens: 1 / 0\nskills: {copy: 1}\n", ONS_FORMAT,
         "t:2:9", "zero"},
        {"sizes: [{width: 8, head_dim: 4}]\ntokens: 1k\nskills: {coppy: 1}\n", ONS_FORMAT, "t:3:10",
         "no skill 'coppy'"},
        {"tokens: 1k\nskills: {copy: 1}\n", ONS_FORMAT, "t:1:1", "sizes are missing"},
        {REST "data: {pool: -1}\n", ONS_FORMAT, "t:4:14", ""},
        {REST "data: {pool: 5, duplicates: 2}\n", ONS_FORMAT, "t:4:7", "one of the two"},
        {REST "mlp: gelu\n", ONS_UNSUPPORTED, "t:4:6", "swiglu"},
        {REST "skills_file: mine.jsonl\n", ONS_UNSUPPORTED, "t:4:14", "skills_file"},
        {REST "optimizer: {name: adam}\n", ONS_FORMAT, "t:4:19", "muon"},
        {REST "optimizer: {name: muon, beta1: .9}\n", ONS_FORMAT, "t:4:25", "beta1"},
        {REST "checkpoints: [0.5, 0.4]\n", ONS_FORMAT, "t:4:20", "ascending"},
        {REST "checkpoints: [2]\n", ONS_FORMAT, "t:4:15", ""},
        {REST "groups: [{width: 3}]\n", ONS_FORMAT, "t:4:11", "width"},
        {REST "groups: [{layers: 3}]\n", ONS_FORMAT, "t:4:10", "family"},
        {REST "groups: [{family: a}, {family: a}]\n", ONS_FORMAT, "t:4:32", "stands twice"},
        {REST "groups: [{family: a, tokens: 0}]\n", ONS_FORMAT, "t:4:30", "tokens"},
        {REST "axis: [params, params]\n", ONS_FORMAT, "t:4:16", "stands twice"},
        {REST "axis: [auto]\n", ONS_FORMAT, "t:4:8", "auto"},
        {REST "seeds: 300\n", ONS_FORMAT, "t:4:8", ""},
        {REST "sweep: {rate: 2, widths: [8]}\n", ONS_FORMAT, "t:4:15", ""},
        {REST "sweep: {rate: [.1]}\n", ONS_FORMAT, "t:4:8", "list of widths"},
        {REST "sweep: {rate: [.1], widths: [9]}\n", ONS_FORMAT, "t:4:30", "no size of width 9"},
        {REST "sweep: {rate: [.1, .1], widths: [8]}\n", ONS_FORMAT, "t:4:20", "twice"},
        {REST "sweep: {rate: [.1], widths: [8, 8]}\n", ONS_FORMAT, "t:4:33", "twice"},
        {REST "sweep: {rate: [.1], widths: [8], tokens: 0}\n", ONS_FORMAT, "t:4:42", "tokens"},
        {REST "data: {duplicates: .5}\n", ONS_FORMAT, "t:4:20", ""},
        {REST "optimizer: {name: muon, rate: 0}\n", ONS_FORMAT, "t:4:31", ""},
        {REST "seeds: []\n", ONS_LIMIT, "t:4:8", "0 seeds"},
        {"sizes: [{width: 8, head_dim: 4}, {width: 8, head_dim: 8}]\ntokens: 1k\n"
         "skills: {copy: 1}\n",
         ONS_FORMAT, "t:1:34", "width 8 with 2 layers stands twice"},
        {"sizes: [{width: 12, head_dim: 6}]\ntokens: 1k\nskills: {copy: 1}\n", ONS_FORMAT, "t:1:9",
         "multiple of 4"},
        {"sizes: [{width: 256, head_dim: 256}]\ntokens: 1k\nskills: {copy: 1}\n", ONS_FORMAT,
         "t:1:32", ""},
        {"sizes: [{width: 8, head_dim: 4}]\ntokens: 3 * parms\nskills: {copy: 1}\n", ONS_FORMAT,
         "t:2:9", "parms"},
        {"sizes: [{width: 8, head_dim: 4}]\ntokens: 1k\nskills: {copy: 1, copy: 2}\n", ONS_FORMAT,
         "t:3:19", "copy"},
        {REST "evaluate: {shots: 3}\n", ONS_FORMAT, "t:4:19", ""},
        {REST "evaluate: {shots: []}\n", ONS_LIMIT, "t:4:19", "0 numbers of shots"},
        {REST "evaluate: {shots: [1, 9]}\n", ONS_FORMAT, "t:4:23", ""},
        {REST "evaluate: {shots: [2, 2]}\n", ONS_FORMAT, "t:4:23", "2 shots stand twice"},
        {REST "batch: 1\n", ONS_FORMAT, "t:4:8", ""},
        {"[1, 2]\n", ONS_FORMAT, "t:1:1", ""},
        {"", ONS_FORMAT, "", ""},
    };
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        ons_ladder_file f;
        ons_err err = ONS_ERR_INIT;
        ons_status s = ons_ladder_parse(ons_str_of(c[i].text), "t", NULL, &arena, &f, &err);
        if (s != c[i].code || !strstr(err.what, c[i].what) || !strstr(err.where, c[i].where))
            fail_msg("case %zu: %s '%s' at '%s'", i, ons_status_name(s), err.what, err.where);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_demo),       cmocka_unit_test(test_all_keys),
        cmocka_unit_test(test_keys_of_a_size), cmocka_unit_test(test_groups),
        cmocka_unit_test(test_sweep),          cmocka_unit_test(test_mistakes_are_placed),
    };
    ons_arena_init(&arena, 0);
    const int failed = cmocka_run_group_tests_name("study, ladder files", tests, NULL, NULL);
    ons_arena_clear(&arena);
    return failed;
}
