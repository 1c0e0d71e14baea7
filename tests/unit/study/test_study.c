/* A whole study on a tiny ladder: what it leaves, and what it records of itself. */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tst_num.h"

#include "base/buf.h"
#include "base/parse.h"
#include "os/file.h"
#include "study/ladder_file.h"
#include "study/study.h"

static const char recipe[] = "ladder: tiny\nfamily: tiny\n"
                             "sizes: [{width: 8, head_dim: 4}, {width: 12, head_dim: 4}]\n"
                             "layers: 2\ntokens: 3k\nseeds: [1, 2]\nbatch: 256\n"
                             "optimizer: {name: muon, rate: 0.006, momentum: 0.95, "
                             "embedding_rate: 0.05}\n"
                             "skills: {copy: 1}\nevaluate: {items: 16}\n";

static int64_t number(const char *db, const char *query)
{
    sqlite3 *s;
    sqlite3_stmt *q;
    assert_int_equal(sqlite3_open_v2(db, &s, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(s, query, -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    int64_t v = sqlite3_column_int64(q, 0);
    (void)sqlite3_finalize(q);
    (void)sqlite3_close(s);
    return v;
}

static void count_progress(void *ctx, const ons_event *e)
{
    _Atomic int *n = ctx;
    if (e->kind == ONS_EVENT_PROGRESS) (*n)++;
}

static bool stop_at_once(void *ctx)
{
    (void)ctx;
    return true;
}

static void test_a_run_and_its_events_are_recorded(void **state)
{
    (void)state;
    char dir[] = "/tmp/ons-study-XXXXXX", db[64], command[64];
    ons_arena a;
    ons_ladder_file l;
    _Atomic int progress = 0;
    ons_arena_init(&a, 0);
    assert_non_null(mkdtemp(dir));
    (void)snprintf(db, sizeof db, "%s/onset.db", dir);
    assert_int_equal(ons_ladder_parse(ons_str_of(recipe), "tiny", NULL, &a, &l, NULL), ONS_OK);
    const ons_study study = ons_study_of_ladder(&l, ons_str_of(recipe));
    const ons_study_options o = {
        .dir = dir, .n_threads = 2, .seed = 5, .command_line = "onset demo", .command = "c"};
    const ons_monitor stopping = {.stop = stop_at_once};
    const ons_monitor counting = {.event = count_progress, .ctx = &progress};
    assert_int_equal(ons_study_run(&study, &o, &stopping, NULL), ONS_INTERRUPTED);
    assert_int_equal(number(db, "SELECT exit_status FROM run"), 130);
    assert_int_equal(number(db, "SELECT count(*) FROM event WHERE kind='stage'"), 1);
    assert_int_equal(ons_study_run(&study, &o, &counting, NULL), ONS_OK);
    assert_int_equal(number(db, "SELECT count(*) FROM run"), 2);
    assert_int_equal(number(db, "SELECT exit_status FROM run WHERE id=2"), 0);
    assert_int_equal(number(db, "SELECT end_ms >= start_ms FROM run WHERE id=2"), 1);
    /* train, evaluate, decide; every job of the first two begins and ends */
    assert_int_equal(number(db, "SELECT count(*) FROM event WHERE run=2 AND kind='stage'"), 3);
    assert_int_equal(number(db, "SELECT count(*) FROM event WHERE run=2 AND kind='begin'"), 8);
    assert_int_equal(number(db, "SELECT count(*) FROM event WHERE run=2 AND kind='end'"), 8);
    assert_int_equal(number(db, "SELECT count(*) FROM event WHERE run=2"), 20); /* and the plan */
    assert_int_equal(number(db, "SELECT count(*) FROM event JOIN run ON run.id=event.run WHERE "
                                "time_ms < start_ms OR time_ms > end_ms"),
                     0);
    assert_true(progress > 0); /* handed on, not written */
    ons_arena_clear(&a);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", dir);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): a folder of our own */
}

/* A few-shot skill is asked with every number of shots, each a series; other skills once. */
static void test_shots_are_series_of_their_own(void **state)
{
    (void)state;
    static const char few[] = "sizes: [{width: 8, head_dim: 4}]\ntokens: 3k\nbatch: 256\n"
                              "skills: {copy: 1, few_shot_rule: 1}\n"
                              "evaluate: {items: 16, shots: [0, 3, 8]}\n";
    char dir[] = "/tmp/ons-study-XXXXXX", db[64], page[64], command[64];
    ons_arena a;
    ons_ladder_file l;
    ons_arena_init(&a, 0);
    assert_non_null(mkdtemp(dir));
    (void)snprintf(db, sizeof db, "%s/onset.db", dir);
    (void)snprintf(page, sizeof page, "%s/report.html", dir);
    assert_int_equal(ons_ladder_parse(ons_str_of(few), "few", NULL, &a, &l, NULL), ONS_OK);
    const ons_study study = ons_study_of_ladder(&l, ons_str_of(few));
    const ons_study_options o = {
        .dir = dir, .n_threads = 1, .command_line = "onset demo", .command = "c"};
    assert_int_equal(ons_study_run(&study, &o, NULL, NULL), ONS_OK);
    assert_int_equal(number(db, "SELECT count(*) FROM task"), 4);
    assert_int_equal(number(db, "SELECT count(*) FROM verdict WHERE metric='exact_match'"), 4);
    assert_int_equal(number(db, "SELECT sum(shots) FROM verdict WHERE task='few_shot_rule' AND "
                                "metric='exact_match'"),
                     11);
    assert_int_equal(access(page, R_OK), 0);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", dir);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): a folder of our own */
    ons_arena_clear(&a);
}

/* Two rates at one size: rows in the store, and what page and table say of them. */
static void test_a_sweep_is_reported(void **state)
{
    (void)state;
    static const char swept[] = "sizes: [{width: 8, head_dim: 4}]\ntokens: 3k\nbatch: 256\n"
                                "skills: {copy: 1}\nevaluate: {items: 16}\n"
                                "sweep: {rate: [0.0001, 0.006], widths: [8]}\n";
    char dir[] = "/tmp/ons-study-XXXXXX", db[64], page[64], command[128];
    ons_arena a;
    ons_ladder_file l;
    ons_buf html;
    ons_arena_init(&a, 0);
    ons_buf_init(&html, (size_t)16 << 20);
    assert_non_null(mkdtemp(dir));
    (void)snprintf(db, sizeof db, "%s/onset.db", dir);
    (void)snprintf(page, sizeof page, "%s/report.html", dir);
    assert_int_equal(ons_ladder_parse(ons_str_of(swept), "swept", NULL, &a, &l, NULL), ONS_OK);
    const ons_study study = ons_study_of_ladder(&l, ons_str_of(swept));
    const ons_study_options o = {
        .dir = dir, .n_threads = 1, .command_line = "onset demo", .command = "c"};
    assert_int_equal(ons_study_run(&study, &o, NULL, NULL), ONS_OK);
    assert_int_equal(number(db, "SELECT count(*) FROM sweep"), 2);
    assert_int_equal(number(db, "SELECT min(loss) = (SELECT loss FROM sweep WHERE rate=0.006) "
                                "FROM sweep"),
                     1);
    assert_int_equal(number(db, "SELECT count(*) FROM model"), 1); /* of the ladder alone */
    assert_int_equal(ons_file_read(page, &html, NULL), ONS_OK);
    assert_non_null(strstr(ons_buf_cstr(&html), "Learning-rate sweep"));
    assert_non_null(strstr(ons_buf_cstr(&html), "the highest of the sweep"));
    (void)snprintf(command, sizeof command, "rm -rf '%s'", dir);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): a folder of our own */
    ons_buf_release(&html);
    ons_arena_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_run_and_its_events_are_recorded),
        cmocka_unit_test(test_shots_are_series_of_their_own),
        cmocka_unit_test(test_a_sweep_is_reported),
    };
    return cmocka_run_group_tests_name("study", tests, NULL, NULL);
}
