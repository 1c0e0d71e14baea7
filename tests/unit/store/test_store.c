/* The store: rows by content, one transaction a batch, and what it refuses. */
#include <math.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "place.h"

#include "base/parse.h"

typedef struct seen {
    size_t n;
    double sum;
} seen;

static ons_status look(void *ctx, const ons_response *r, ons_err *err)
{
    (void)err;
    seen *s = ctx;
    assert_int_equal(r->item, s->n);
    assert_int_equal(r->n_values, 2);
    s->n++;
    s->sum += (double)r->values[0] + (double)r->values[1];
    return ONS_OK;
}

static void test_responses_are_kept_once(void **state)
{
    const place *p = *state;
    ons_store *s;
    assert_int_equal(ons_store_open(p->db, ONS_STORE_WRITE, &s, NULL), ONS_OK);
    put_subjects(s);
    ons_response r[2] = {response("b", 1), response("a", 0)};
    assert_int_equal(ons_store_put_responses(s, r, 2, NULL), ONS_OK);
    assert_int_equal(ons_store_put_responses(s, r, 2, NULL), ONS_OK);
    bool has;
    assert_int_equal(ons_store_has_response(s, id_of("a"), &has, NULL), ONS_OK);
    assert_true(has);
    ons_store_close(s);
    assert_int_equal(ons_store_open(p->db, ONS_STORE_READ, &s, NULL), ONS_OK);
    seen found = {0, 0};
    assert_int_equal(ons_store_each_response(s, id_of("model"), id_of("task"), look, &found, NULL),
                     ONS_OK);
    assert_int_equal(found.n, 2);
    tst_close(found.sum, -1.5, 0, 0);
    ons_store_close(s);
}

/* Another content under a known id: MISMATCH, and nothing of the batch is kept. */
static void test_other_bytes_stop_the_run(void **state)
{
    const place *p = *state;
    ons_store *s;
    ons_err err = ONS_ERR_INIT;
    bool has;
    assert_int_equal(ons_store_open(p->db, ONS_STORE_WRITE, &s, NULL), ONS_OK);
    put_subjects(s);
    ons_response r[2] = {response("new", 1), response("a", 0)};
    assert_int_equal(ons_store_put_responses(s, &r[1], 1, NULL), ONS_OK);
    static const float other[] = {-.5f, -.26f};
    r[1].values = other;
    assert_int_equal(ons_store_put_responses(s, r, 2, &err), ONS_MISMATCH);
    assert_non_null(strstr(err.what, "not deterministic"));
    assert_string_equal(err.where, p->db);
    assert_int_equal(ons_store_has_response(s, id_of("new"), &has, NULL), ONS_OK);
    assert_false(has);
    ons_store_close(s);
}

/* Whatever differs is named, not only the values. */
static void test_every_field_of_a_response_is_compared(void **state)
{
    const place *p = *state;
    ons_store *s;
    static const float other[] = {-.5f, -.26f};
    const ons_response first = response("a", 0);
    assert_int_equal(ons_store_open(p->db, ONS_STORE_WRITE, &s, NULL), ONS_OK);
    put_subjects(s);
    assert_int_equal(ons_store_put_responses(s, &first, 1, NULL), ONS_OK);
    struct {
        const char *field;
        ons_response r;
    } t[] = {{"token_logprobs", first}, {"text", first},    {"greedy", first}, {"ended", first},
             {"logprob", first},        {"logprob", first}, {"item", first},   {"kind", first}};
    t[0].r.values = other;
    t[1].r.text = ONS_S("x");
    t[2].r.greedy = false;
    t[3].r.ended = true;
    t[4].r.logprob = -.7500000000000001;
    t[5].r.logprob = (double)NAN;
    t[6].r.item = 1;
    t[7].r.kind = ONS_RESPONSE_GENERATION;
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        ons_err err = ONS_ERR_INIT;
        assert_int_equal(ons_store_put_responses(s, &t[i].r, 1, &err), ONS_MISMATCH);
        if (!strstr(err.what, t[i].field)) fail_msg("'%s' names no %s", err.what, t[i].field);
    }
    assert_int_equal(ons_store_put_responses(s, &first, 1, NULL), ONS_OK);
    ons_store_close(s);
}

static void test_a_response_needs_its_model(void **state)
{
    const place *p = *state;
    ons_store *s;
    assert_int_equal(ons_store_open(p->db, ONS_STORE_WRITE, &s, NULL), ONS_OK);
    ons_response r = response("a", 0);
    assert_int_equal(ons_store_put_responses(s, &r, 1, NULL), ONS_IO); /* foreign key */
    ons_store_close(s);
}

static ons_status count_score(void *ctx, const ons_score *v, ons_err *err)
{
    (void)err;
    size_t *n = ctx;
    (*n)++;
    tst_close(v->score, .5, 0, 0);
    assert_true(isnan(v->loss) && isnan(v->shots));
    assert_true(ons_str_eq(v->task, ONS_S("t")));
    assert_int_equal(v->primary, ONS_YES);
    assert_int_equal(v->higher_is_better, ONS_UNKNOWN);
    return ONS_OK;
}

static ons_status take_model(void *ctx, const ons_store_model *m, ons_err *err)
{
    (void)err;
    double *sum = ctx;
    assert_true(ons_str_eq(m->name, ONS_S("2k-s1")));
    *sum += m->tokens;
    return ONS_OK;
}

/* One model, one row, whoever came first: what a second writer says of it must be the same. */
static void test_a_model_is_one_row_whoever_writes_it(void **state)
{
    const place *p = *state;
    ons_store *s;
    assert_int_equal(ons_store_open(p->db, ONS_STORE_WRITE, &s, NULL), ONS_OK);
    put_subjects(s);
    struct {
        const char *field;
        ons_store_model m;
    } t[8];
    for (size_t i = 0; i < 8; i++) t[i].m = model_row();
    t[0].field = "family", t[0].m.family = ONS_S("g");
    t[1].field = "name", t[1].m.name = ONS_S("other");
    t[2].field = "seed", t[2].m.seed = ONS_S("2");
    t[3].field = "recipe", t[3].m.recipe = ONS_S("{1}");
    t[4].field = "tokens", t[4].m.tokens = 48641;
    t[5].field = "flops", t[5].m.flops = (double)NAN;
    t[6].field = "loss", t[6].m.loss = 2.5;
    t[7].field = "params", t[7].m.params = 1;
    for (size_t i = 0; i < 8; i++) {
        ons_err err = ONS_ERR_INIT;
        assert_int_equal(ons_store_put_model(s, &t[i].m, &err), ONS_MISMATCH);
        if (!strstr(err.what, t[i].field)) fail_msg("'%s' names no %s", err.what, t[i].field);
        assert_string_equal(err.where, p->db);
        assert_true(err.hint[0] != '\0');
    }
    double tokens = 0;
    assert_int_equal(ons_store_each_model(s, take_model, &tokens, NULL), ONS_OK);
    tst_close(tokens, 48640, 0, 0);
    ons_store_close(s);
}

static void test_scores_come_back_as_they_went_in(void **state)
{
    const place *p = *state;
    ons_store *s;
    const double no = (double)NAN;
    const ons_score v = {.family = ONS_S("f"),
                         .model = ONS_S("m"),
                         .task = ONS_S("t"),
                         .metric = ONS_S("acc"),
                         .prompt = ONS_S(""),
                         .seed = ONS_S(""),
                         .note = ONS_S(""),
                         .params = 1e9,
                         .tokens = no,
                         .flops = no,
                         .loss = no,
                         .shots = no,
                         .n_items = 100,
                         .score = .5,
                         .std_err = no,
                         .random_baseline = .25,
                         .high_score = 1,
                         .higher_is_better = ONS_UNKNOWN,
                         .primary = ONS_YES};
    assert_int_equal(ons_store_open(p->db, ONS_STORE_WRITE, &s, NULL), ONS_OK);
    assert_int_equal(ons_store_put_table_score(s, &v, NULL), ONS_OK);
    assert_int_equal(ons_store_put_table_score(s, &v, NULL), ONS_OK); /* the same key: one row */
    size_t n = 0;
    assert_int_equal(ons_store_each_score(s, count_score, &n, NULL), ONS_OK);
    assert_int_equal(n, 1);
    ons_store_close(s);
}

static ons_status add_params(void *ctx, const ons_score *v, ons_err *err)
{
    (void)err;
    double *sum = ctx;
    *sum += isnan(v->params) ? 100 * v->loss : v->params;
    return ONS_OK;
}

/* Rows of tables often have no model: then the scale tells them apart, whichever it is. */
static void test_rows_without_a_model_differ_by_scale(void **state)
{
    const place *p = *state;
    ons_store *s;
    const double no = (double)NAN;
    ons_score v = {.family = ONS_S("f"),
                   .model = ONS_S(""),
                   .task = ONS_S("t"),
                   .metric = ONS_S("acc"),
                   .prompt = ONS_S(""),
                   .seed = ONS_S(""),
                   .note = ONS_S(""),
                   .tokens = no,
                   .flops = no,
                   .shots = no,
                   .score = .5,
                   .higher_is_better = ONS_UNKNOWN,
                   .primary = ONS_UNKNOWN};
    const double scale[][2] = {{1, no}, {2, no}, {no, 3}, {no, 4}};
    assert_int_equal(ons_store_open(p->db, ONS_STORE_WRITE, &s, NULL), ONS_OK);
    for (size_t twice = 0; twice < 2; twice++)
        for (size_t i = 0; i < 4; i++) {
            v.params = scale[i][0];
            v.loss = scale[i][1];
            assert_int_equal(ons_store_put_table_score(s, &v, NULL), ONS_OK);
        }
    double sum = 0;
    assert_int_equal(ons_store_each_score(s, add_params, &sum, NULL), ONS_OK);
    tst_close(sum, 1 + 2 + 300 + 400, 0, 0);
    ons_store_close(s);
}

/* A database of the first schema is brought up to date and keeps its rows. */
static ons_status expect_end(void *ctx, const ons_store_model *m, ons_err *err)
{
    (void)ctx, (void)err;
    assert_false(m->intermediate);
    return ONS_OK;
}

static ons_status expect_no_item(void *ctx, const ons_store_item *item, ons_err *err)
{
    (void)ctx, (void)item;
    return ONS_FAIL(err, ONS_FORMAT, "there is an item");
}

static ons_status check_item(void *ctx, const ons_store_item *item, ons_err *err)
{
    (void)err;
    size_t *n = ctx;
    assert_true(ons_str_eq(item->prompt, *n ? ONS_S("s:21=") : ONS_S("c:ab=")));
    assert_true(ons_str_eq(item->target, *n ? ONS_S("132") : ONS_S("ab")));
    assert_int_equal(item->answer_at, *n ? 2 : 0);
    ++*n;
    return ONS_OK;
}

static ons_status check_pair(void *ctx, ons_id model, ons_id task, ons_err *err)
{
    (void)err;
    assert_true(ons_id_eq(model, id_of("model")) && ons_id_eq(task, id_of("task")));
    ++*(size_t *)ctx;
    return ONS_OK;
}

static void test_questions_are_kept_and_who_answered_them(void **state)
{
    const place *p = *state;
    ons_store *s;
    size_t n = 0;
    const ons_store_item item[] = {{ONS_S("c:ab="), ONS_S("ab"), 0},
                                   {ONS_S("s:21="), ONS_S("132"), 2}};
    assert_int_equal(ons_store_open(p->db, ONS_STORE_WRITE, &s, NULL), ONS_OK);
    put_subjects(s);
    for (int again = 0; again < 2; again++)
        assert_int_equal(ons_store_put_items(s, id_of("task"), item, 2, NULL), ONS_OK);
    assert_int_equal(ons_store_count_items(s, id_of("task"), &n, NULL), ONS_OK);
    assert_int_equal(n, 2);
    n = 0;
    assert_int_equal(ons_store_each_item(s, id_of("task"), check_item, &n, NULL), ONS_OK);
    assert_int_equal(n, 2);
    n = 0;
    assert_int_equal(ons_store_each_answered(s, check_pair, &n, NULL), ONS_OK);
    assert_int_equal(n, 0);
    const ons_response r[] = {response("a", 0), response("b", 1)};
    assert_int_equal(ons_store_put_responses(s, r, 2, NULL), ONS_OK);
    assert_int_equal(ons_store_each_answered(s, check_pair, &n, NULL), ONS_OK);
    assert_int_equal(n, 1);
    ons_store_close(s);
}

static void test_an_older_schema_is_migrated(void **state)
{
    const place *p = *state;
    ons_store *s;
    sqlite3 *db;
    bool has;
    assert_int_equal(ons_store_open(p->db, ONS_STORE_WRITE, &s, NULL), ONS_OK);
    put_subjects(s);
    const ons_response r = response("a", 0);
    assert_int_equal(ons_store_put_responses(s, &r, 1, NULL), ONS_OK);
    ons_store_close(s);
    assert_int_equal(sqlite3_open(p->db, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db,
                     "DROP INDEX score_key; CREATE UNIQUE INDEX score_key ON score (family, task, "
                     "metric, prompt, ifnull(shots, -1), model, seed, ifnull(tokens, -1), "
                     "ifnull(flops, -1), note, ifnull(model_hash, x''), ifnull(task_hash, x''));"
                     "DROP TABLE decision; DROP TABLE item; DROP TABLE sweep;"
                     "ALTER TABLE model DROP COLUMN intermediate;"
                     "ALTER TABLE score DROP COLUMN intermediate;"
                     "ALTER TABLE score DROP COLUMN recipe; ALTER TABLE score DROP COLUMN deff;"
                     "ALTER TABLE score DROP COLUMN n_clusters;"
                     "PRAGMA user_version=1",
                     0, 0, 0),
        SQLITE_OK);
    (void)sqlite3_close(db);
    assert_int_equal(ons_store_open(p->db, ONS_STORE_READ, &s, NULL), ONS_OK); /* as it is */
    assert_int_equal(ons_store_each_model(s, expect_end, NULL, NULL), ONS_OK);
    size_t n = 1; /* a table it does not have yet */
    assert_int_equal(ons_store_count_items(s, id_of("task"), &n, NULL), ONS_OK);
    assert_int_equal(n, 0);
    assert_int_equal(ons_store_each_item(s, id_of("task"), expect_no_item, NULL, NULL), ONS_OK);
    ons_store_close(s);
    assert_int_equal(ons_store_open(p->db, ONS_STORE_WRITE, &s, NULL), ONS_OK);
    assert_int_equal(ons_store_has_response(s, id_of("a"), &has, NULL), ONS_OK);
    assert_true(has);
    ons_store_close(s);
    test_rows_without_a_model_differ_by_scale(state);
}

static void expect_refusal(const char *db, ons_store_access access, ons_status code,
                           const char *what)
{
    ons_store *s;
    ons_err err = ONS_ERR_INIT;
    assert_int_equal(ons_store_open(db, access, &s, &err), code);
    if (!strstr(err.what, what)) fail_msg("'%s', expected '%s'", err.what, what);
    assert_string_equal(err.where, db);
}

static void test_foreign_newer_damaged_and_missing_files(void **state)
{
    const place *p = *state;
    sqlite3 *db;
    expect_refusal(p->db, ONS_STORE_READ, ONS_IO, "no such database");
    assert_int_equal(sqlite3_open(p->db, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "CREATE TABLE t (x)", 0, 0, 0), SQLITE_OK);
    (void)sqlite3_close(db);
    expect_refusal(p->db, ONS_STORE_WRITE, ONS_FORMAT, "not an onset database");
    (void)remove(p->db);
    ons_store *s;
    assert_int_equal(ons_store_open(p->db, ONS_STORE_WRITE, &s, NULL), ONS_OK);
    ons_store_close(s);
    assert_int_equal(sqlite3_open(p->db, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA user_version=99", 0, 0, 0), SQLITE_OK);
    (void)sqlite3_close(db);
    expect_refusal(p->db, ONS_STORE_WRITE, ONS_UNSUPPORTED, "schema version 99");
    static const char text[] = "this is no database at all, but it is long enough to look like one"
                               ".....................................................";
    assert_int_equal(ons_file_write(p->db, (ons_bytes){(const uint8_t *)text, sizeof text}, NULL),
                     ONS_OK);
    expect_refusal(p->db, ONS_STORE_READ, ONS_FORMAT, "not a database");
}

/* A limit on the size of files stands for a full disk: the batch fails with a clear
 * error, and what was there before stays. */
static void test_full_disk_keeps_what_was_there(void **state)
{
    const place *p = *state;
    ons_store *s;
    bool has;
    assert_int_equal(ons_store_open(p->db, ONS_STORE_WRITE, &s, NULL), ONS_OK);
    put_subjects(s);
    ons_response r = response("a", 0);
    assert_int_equal(ons_store_put_responses(s, &r, 1, NULL), ONS_OK);
    ons_store_close(s);
    pid_t child = fork();
    if (child == 0) {
        static char text[1 << 20];
        const struct rlimit small = {131072, 131072};
        (void)signal(SIGXFSZ, SIG_IGN);
        (void)setrlimit(RLIMIT_FSIZE, &small);
        ons_response big = response("big", 1);
        big.text = (ons_str){text, sizeof text};
        if (ons_store_open(p->db, ONS_STORE_WRITE, &s, NULL) != ONS_OK) _exit(2);
        ons_status put = ons_store_put_responses(s, &big, 1, NULL);
        ons_store_close(s);
        _exit(put == ONS_IO ? 0 : 1);
    }
    int code;
    assert_int_equal(waitpid(child, &code, 0), child);
    assert_int_equal(code, 0);
    assert_int_equal(ons_store_open(p->db, ONS_STORE_READ, &s, NULL), ONS_OK);
    assert_int_equal(ons_store_has_response(s, id_of("a"), &has, NULL), ONS_OK);
    assert_true(has);
    assert_int_equal(ons_store_has_response(s, id_of("big"), &has, NULL), ONS_OK);
    assert_false(has);
    ons_store_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_responses_are_kept_once, make_place, drop_place),
        cmocka_unit_test_setup_teardown(test_other_bytes_stop_the_run, make_place, drop_place),
        cmocka_unit_test_setup_teardown(test_every_field_of_a_response_is_compared, make_place,
                                        drop_place),
        cmocka_unit_test_setup_teardown(test_a_response_needs_its_model, make_place, drop_place),
        cmocka_unit_test_setup_teardown(test_a_model_is_one_row_whoever_writes_it, make_place,
                                        drop_place),
        cmocka_unit_test_setup_teardown(test_scores_come_back_as_they_went_in, make_place,
                                        drop_place),
        cmocka_unit_test_setup_teardown(test_rows_without_a_model_differ_by_scale, make_place,
                                        drop_place),
        cmocka_unit_test_setup_teardown(test_questions_are_kept_and_who_answered_them, make_place,
                                        drop_place),
        cmocka_unit_test_setup_teardown(test_an_older_schema_is_migrated, make_place, drop_place),
        cmocka_unit_test_setup_teardown(test_foreign_newer_damaged_and_missing_files, make_place,
                                        drop_place),
        cmocka_unit_test_setup_teardown(test_full_disk_keeps_what_was_there, make_place,
                                        drop_place),
    };
    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
