/* Unit tests of task/exchange/scores_csv, and a pass over the published tables. */
#include <stdio.h>
#include <string.h>

#include "tst_num.h"

#include "base/parse.h"
#include "os/file.h"
#include "task/exchange/scores_csv.h"

#define HEADER "score,family,task,metric,params,shots,n_items,colour\n"

static ons_status read(const char *text, bool strict, ons_arena *a, ons_scores *ret, ons_err *err)
{
    return ons_scores_csv_read(ons_str_of(text), "t.csv", &(ons_scores_options){.strict = strict},
                               a, ret, err);
}

static void test_columns_in_any_order(void **state)
{
    (void)state;
    ons_arena a;
    ons_arena_init(&a, 4 << 20);
    ons_scores all = {0};
    assert_int_equal(read(HEADER ".5,F,t,acc,1.5k,,100,red\n,F,t,acc,2e3,3,,\nnan,F,t,acc,3,3,,\n",
                          false, &a, &all, NULL),
                     ONS_OK);
    assert_int_equal(all.n_rows, 3);
    tst_close(all.row[0].score, .5, 0, 0);
    tst_close(all.row[0].params, 1500, 0, 0);
    assert_true(isnan(all.row[0].shots) && isnan(all.row[0].tokens) && isnan(all.row[1].score));
    assert_true(isnan(all.row[2].score));
    assert_int_equal(all.row[0].model.len, 0);
    assert_int_equal(all.row[0].primary, ONS_UNKNOWN);
    ons_arena_clear(&a);
}

/* A column that series are split by: a stranger's, or one of the known. */
static void test_a_column_becomes_the_group(void **state)
{
    (void)state;
    ons_arena a;
    ons_arena_init(&a, 4 << 20);
    ons_scores all = {0};
    ons_scores_options o = {.group = "colour"};
    const char *text = HEADER ".5,F,t,acc,1,,, red \n.5,F,t,acc,x,,,red\n.5,F,t,acc,1,,,blue\n";
    assert_int_equal(ons_scores_csv_read(ons_str_of(text), "t.csv", &o, &a, &all, NULL),
                     ONS_PARTIAL);
    assert_int_equal(all.n_rows, 1); /* the malformed row takes its group with it, not the other */
    assert_true(all.has_group && ons_str_eq(all.row[0].group, ONS_S("blue")));
    all = (ons_scores){0};
    o.group = "family";
    text = HEADER ".5,F,t,acc,1,,,red\n";
    assert_int_equal(ons_scores_csv_read(ons_str_of(text), "t.csv", &o, &a, &all, NULL), ONS_OK);
    assert_true(ons_str_eq(all.row[0].group, ONS_S("F")));
    all = (ons_scores){0};
    o.group = "nosuch";
    assert_int_equal(ons_scores_csv_read(ons_str_of(text), "t.csv", &o, &a, &all, NULL), ONS_OK);
    assert_true(!all.has_group && all.row[0].group.len == 0);
    ons_arena_clear(&a);
}

static void test_malformed_rows_take_their_series_with_them(void **state)
{
    (void)state;
    ons_arena a;
    ons_arena_init(&a, 4 << 20);
    ons_scores all = {0};
    ons_err err = ONS_ERR_INIT;
    const char *text = HEADER ".1,F,a,acc,10,,,\n"
                              ".1,F,b,acc,10,,,\n"
                              "abc,F,a,acc,20,,,\n"
                              ".2,F,b,acc,20,,,\n"
                              ".3,F,c,acc,20,0\n"
                              ".3,F,c,acc,30,0,,\n"
                              ".3,F,d,acc,30,0,\"x\"y,\n"
                              ".3,F,b,acc,-1,1,,\n"
                              ".3,F,b,acc,1,1,0,\n";
    assert_int_equal(read(text, false, &a, &all, &err), ONS_PARTIAL);
    assert_int_equal(all.n_rows, 2); /* b without shots */
    assert_true(ons_str_eq(all.row[0].task, ONS_S("b")));
    assert_int_equal(all.n_errors, 5);
    static const struct {
        uint32_t line, column;
        const char *message;
        bool known;
    } want[] = {
        {4, 1, "'abc' in column score, allowed is a finite number or nothing", true},
        {6, 15, "6 fields in the row, 8 in the header", true},
        {8, 20, "text behind a closing quote, allowed is a comma", false},
        {9, 12, "'-1' in column params, allowed is a number above 0", true},
        {10, 16, "'0' in column n_items, allowed is a number from 1", true},
    };
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(all.error[i].line, want[i].line);
        assert_true(ons_str_eq(all.error[i].message, ons_str_of(want[i].message)));
        assert_int_equal(all.error[i].column, want[i].column);
        assert_int_equal(all.error[i].series_known, want[i].known);
    }
    assert_string_equal(err.where, "t.csv:4:1");
    /* A second file: its rows of a series that was left out stay out. */
    assert_int_equal(read(HEADER ".1,F,a,acc,90,,,\n.1,F,e,acc,90,,,\n", false, &a, &all, NULL),
                     ONS_OK);
    assert_int_equal(all.n_rows, 3);
    ons_arena_clear(&a);
}

static void test_strict_stops_at_once(void **state)
{
    (void)state;
    ons_arena a;
    ons_arena_init(&a, 4 << 20);
    ons_scores all = {0};
    ons_err err = ONS_ERR_INIT;
    assert_int_equal(read(HEADER ".1,F,a,acc,10,,,\n.1,F,a,acc,1O,,,\n", true, &a, &all, &err),
                     ONS_FORMAT);
    assert_string_equal(err.where, "t.csv:3:12");
    assert_string_equal(err.what, "'1O' in column params, allowed is a finite number or nothing");
    ons_arena_clear(&a);
}

/* "few" is no number: the shots are unknown, and the word names the prompt. */
static void test_shots_in_words(void **state)
{
    (void)state;
    ons_arena a;
    ons_arena_init(&a, 4 << 20);
    ons_scores all = {0};
    const ons_scores_options o = {false};
    ons_str text = ONS_S("family,task,metric,shots,score,params,prompt\n"
                         "F,t,acc,few,.5,1e9,\nF,t,acc,5,.5,1e9,\nF,t,acc,few,.5,1e9,chat\n");
    assert_int_equal(ons_scores_csv_read(text, "w.csv", &o, &a, &all, NULL), ONS_OK);
    assert_int_equal(all.n_rows, 3);
    assert_true(isnan(all.row[0].shots) && ons_str_eq(all.row[0].prompt, ONS_S("few")));
    tst_close(all.row[1].shots, 5, 0, 0);
    assert_true(ons_str_eq(all.row[2].prompt, ONS_S("chat")));
    ons_arena_clear(&a);
}

static void test_headers_that_cannot_do(void **state)
{
    (void)state;
    static const struct {
        const char *text, *what;
    } c[] = {
        {"", "the file is empty"},
        {"family,task,metric,params\n", "no column 'score'"},
        {"family,tsk,metric,params,score\n", "no column 'task'"},
        {"family,task,metric,score\n", "no scale"},
        {"family,task,metric,score,params,score\n", "'score' stands twice"},
    };
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        ons_arena a;
        ons_arena_init(&a, 4 << 20);
        ons_scores all = {0};
        ons_err err = ONS_ERR_INIT;
        assert_int_equal(read(c[i].text, false, &a, &all, &err), ONS_FORMAT);
        assert_non_null(strstr(err.what, c[i].what));
        ons_arena_clear(&a);
    }
}

static void test_written_rows_read_back(void **state)
{
    (void)state;
    ons_arena a;
    ons_arena_init(&a, 4 << 20);
    ons_scores one = {0}, two = {0};
    const char *text =
        "family,task,metric,score,flops,prompt,note,higher_is_better,primary,stderr\n"
        "\"F, f\",t,\"q\"\"m\",0.1,1e22,cot,\"a\nb\",no,TRUE,.01\n";
    assert_int_equal(read(text, true, &a, &one, NULL), ONS_OK);
    ons_buf b, again;
    ons_buf_init(&b, 1 << 16);
    ons_buf_init(&again, 1 << 16);
    ons_scores_csv_write(one.row, one.n_rows, &b);
    assert_int_equal(read(ons_buf_cstr(&b), true, &a, &two, NULL), ONS_OK);
    ons_scores_csv_write(two.row, two.n_rows, &again);
    assert_string_equal(ons_buf_cstr(&b), ons_buf_cstr(&again));
    assert_true(ons_str_eq(two.row[0].family, ONS_S("F, f")));
    assert_int_equal(two.row[0].higher_is_better, ONS_NO);
    assert_int_equal(two.row[0].primary, ONS_YES);
    tst_close(two.row[0].std_err, .01, 0, 0);
    ons_buf_release(&b);
    ons_buf_release(&again);
    ons_arena_clear(&a);
}

static void test_published_tables(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t n_rows;
    } c[] = {
        {"bigbench_scores.csv", 16118},    {"bnsl_4digit_addition.csv", 17},
        {"cerebras_gpt_card.csv", 534},    {"cot_wei2022.csv", 338},
        {"gpt3_table_h1.csv", 712},        {"pythia_final.csv", 4864},
        {"flamingo_alayrac2022.csv", 243}, {"truthfulqa_lin2021.csv", 133},
    };
    const char *shared = getenv("ONS_SHARED");
    char path[4096];
    if (!shared || !ons_dir_exists(shared)) {
        print_message("ONS_SHARED is no directory: no published tables\n");
        skip();
    }
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        (void)snprintf(path, sizeof path, "%s/data/results/%s", shared, c[i].name);
        ons_buf text;
        ons_buf_init(&text, 64 << 20);
        assert_int_equal(ons_file_read(path, &text, NULL), ONS_OK);
        ons_arena a;
        ons_arena_init(&a, 0);
        ons_scores all = {0};
        assert_int_equal(read(ons_buf_cstr(&text), true, &a, &all, NULL), ONS_OK);
        assert_int_equal(all.n_rows, c[i].n_rows);
        ons_arena_clear(&a);
        ons_buf_release(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns_in_any_order),
        cmocka_unit_test(test_a_column_becomes_the_group),
        cmocka_unit_test(test_malformed_rows_take_their_series_with_them),
        cmocka_unit_test(test_strict_stops_at_once),
        cmocka_unit_test(test_shots_in_words),
        cmocka_unit_test(test_headers_that_cannot_do),
        cmocka_unit_test(test_written_rows_read_back),
        cmocka_unit_test(test_published_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
