/* Plan → request → response → score, on a small checkpoint of our own: nothing is asked
 * twice, batches and interruptions change no row, scores come from the store alone. */
#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tst_num.h"

#include "base/parse.h"
#include "run/evaluate.h"
#include "run/plan.h"
#include "task/metric.h"

enum { ITEMS = 40 };

typedef struct fixture {
    char dir[64];
    ons_model *model;
    ons_arena arena;
    ons_task task[2];
} fixture;

static int setup(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    const char *root = getenv("ONS_SOURCE_DIR");
    char path[4096];
    *state = f;
    if (!f) return 1;
    (void)snprintf(f->dir, sizeof f->dir, "/tmp/ons-run-XXXXXX");
    (void)snprintf(path, sizeof path, "%s/tests/golden/hf_checkpoint/2k-s1", root ? root : ".");
    if (!mkdtemp(f->dir)) return 1;
    if (ons_model_open(path, &f->model, NULL) != ONS_OK) return 1;
    ons_arena_init(&f->arena, 0);
    static const char *const name[] = {"copy", "digit_sum_steps"};
    for (size_t i = 0; i < 2; i++)
        if (ons_task_of_skill(ons_skill_find(ons_str_of(name[i])), 0, ITEMS, &f->arena, &f->task[i],
                              NULL) != ONS_OK)
            return 1;
    return 0;
}

static int teardown(void **state)
{
    fixture *f = *state;
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf '%s'", f->dir);
    int rc = system(command); /* NOLINT(cert-env33-c): a folder of our own */
    ons_model_close(f->model);
    ons_arena_clear(&f->arena);
    free(f);
    return rc;
}

/* All rows of the tables that hold no times, as one hash. */
static ons_id dump(const char *path)
{
    static const char *const query[] = {"SELECT * FROM model ORDER BY hash",
                                        "SELECT * FROM task ORDER BY hash",
                                        "SELECT * FROM response ORDER BY id",
                                        "SELECT * FROM score ORDER BY family, model, task, metric"};
    ons_hasher h;
    sqlite3 *db;
    ons_hasher_init(&h);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    for (size_t q = 0; q < sizeof query / sizeof *query; q++) {
        sqlite3_stmt *s;
        assert_int_equal(sqlite3_prepare_v2(db, query[q], -1, &s, NULL), SQLITE_OK);
        while (sqlite3_step(s) == SQLITE_ROW)
            for (int c = 0; c < sqlite3_column_count(s); c++)
                ons_hasher_bytes(&h, sqlite3_column_blob(s, c), (size_t)sqlite3_column_bytes(s, c));
        (void)sqlite3_finalize(s);
    }
    (void)sqlite3_close(db);
    return ons_hasher_end(&h);
}

static ons_status evaluate(const fixture *f, const char *db, size_t batch, const ons_monitor *m)
{
    ons_store *s;
    ONS_TRY(ons_store_open(db, ONS_STORE_WRITE, &s, NULL));
    const ons_evaluate_options o = {.batch_tokens = batch};
    ons_status st = ons_evaluate(s, f->model, f->task, 2, &o, m, NULL);
    ons_store_close(s);
    return st;
}

static void db_of(const fixture *f, const char *name, char *buf, size_t cap)
{
    (void)snprintf(buf, cap, "%s/%s.db", f->dir, name);
}

static void test_nothing_is_asked_twice(void **state)
{
    const fixture *f = *state;
    char db[128];
    ons_store *s;
    ons_plan plan;
    ons_arena a;
    db_of(f, "a", db, sizeof db);
    assert_int_equal(ons_store_open(db, ONS_STORE_WRITE, &s, NULL), ONS_OK);
    ons_arena_init(&a, 0);
    assert_int_equal(ons_plan_make(s, f->model, f->task, 2, &a, &plan, NULL), ONS_OK);
    assert_int_equal(plan.n_requests, 2 * ITEMS + ONS_RUN_EXAMPLES + ITEMS);
    assert_int_equal(plan.n_known, 0);
    ons_store_close(s);
    assert_int_equal(evaluate(f, db, 1024, NULL), ONS_OK);
    assert_int_equal(ons_store_open(db, ONS_STORE_WRITE, &s, NULL), ONS_OK);
    assert_int_equal(ons_plan_make(s, f->model, f->task, 2, &a, &plan, NULL), ONS_OK);
    assert_int_equal(plan.n_requests, 0);
    assert_int_equal(plan.n_known, 3 * ITEMS + ONS_RUN_EXAMPLES);
    ons_store_close(s);
    ons_arena_clear(&a);
}

/* The same questions in a larger set of items, and another evaluation on the same store: what
 * belongs to one task is not taken for the other's. */
static void test_sets_of_two_sizes_share_a_store(void **state)
{
    const fixture *f = *state;
    enum { FEW = 24 };
    char db[128];
    ons_store *s;
    ons_arena a;
    ons_task small[2];
    const ons_evaluate_options o = {.batch_tokens = 1024};
    db_of(f, "sizes", db, sizeof db);
    ons_arena_init(&a, 0);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(ons_task_of_skill(ons_skill_find(ons_str_of(f->task[i].name)), 0, FEW, &a,
                                           &small[i], NULL),
                         ONS_OK);
    assert_int_equal(ons_store_open(db, ONS_STORE_WRITE, &s, NULL), ONS_OK);
    assert_int_equal(ons_evaluate(s, f->model, small, 2, &o, NULL, NULL), ONS_OK);
    assert_int_equal(ons_evaluate(s, f->model, f->task, 2, &o, NULL, NULL), ONS_OK);
    assert_int_equal(ons_evaluate(s, f->model, small, 2, &o, NULL, NULL), ONS_OK);
    ons_store_close(s);
    ons_arena_clear(&a);
}

static ons_status count_rows(void *ctx, const ons_score *v, ons_err *err)
{
    (void)err;
    assert_true(v->shots == 1 || v->shots == 4);
    assert_true(v->n_items == (v->shots == 1 ? ITEMS : 24));
    (*(size_t *)ctx)++;
    return ONS_OK;
}

/* The largest set of items counts, but for every number of shots. */
static void test_shots_are_scored_apart(void **state)
{
    const fixture *f = *state;
    char db[128];
    ons_store *s;
    ons_arena a;
    ons_task task[3];
    static const struct {
        uint32_t shots;
        size_t items;
    } set[] = {{1, ITEMS}, {4, 24}, {1, 24}};
    const ons_skill *skill = ons_skill_find(ONS_S("few_shot_rule"));
    const ons_evaluate_options o = {.batch_tokens = 1024};
    size_t rows = 0;
    db_of(f, "shots", db, sizeof db);
    ons_arena_init(&a, 0);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(ons_task_of_skill(skill, set[i].shots, set[i].items, &a, &task[i], NULL),
                         ONS_OK);
    assert_int_equal(ons_store_open(db, ONS_STORE_WRITE, &s, NULL), ONS_OK);
    assert_int_equal(ons_evaluate(s, f->model, task, 3, &o, NULL, NULL), ONS_OK);
    assert_int_equal(ons_store_each_score(s, count_rows, &rows, NULL), ONS_OK);
    assert_int_equal(rows, 4); /* exact match and log-probability, with 1 and with 4 shots */
    ons_store_close(s);
    ons_arena_clear(&a);
}

/* Two items of one task that read the same are two questions. */
static void test_equal_items_are_answered_each(void **state)
{
    const fixture *f = *state;
    char db[128];
    ons_store *s;
    ons_task_item twice[2] = {f->task[0].item[0], f->task[0].item[0]};
    ons_task t = f->task[0];
    const ons_evaluate_options o = {.batch_tokens = 1024};
    t.item = twice;
    t.n_items = 2;
    db_of(f, "twice", db, sizeof db);
    assert_int_equal(ons_store_open(db, ONS_STORE_WRITE, &s, NULL), ONS_OK);
    assert_int_equal(ons_evaluate(s, f->model, &t, 1, &o, NULL, NULL), ONS_OK);
    ons_store_close(s);
}

/* Says stop at its n-th question. */
static bool stop_at(void *ctx)
{
    int *left = ctx;
    return (*left)-- <= 0;
}

static void test_batches_and_interruptions_change_no_row(void **state)
{
    const fixture *f = *state;
    char a[128], b[128], c[128];
    db_of(f, "whole", a, sizeof a);
    db_of(f, "small", b, sizeof b);
    db_of(f, "cut", c, sizeof c);
    assert_int_equal(evaluate(f, a, 4096, NULL), ONS_OK);
    assert_int_equal(evaluate(f, b, 64, NULL), ONS_OK);
    int left = 1;
    const ons_monitor m = {.stop = stop_at, .ctx = &left};
    assert_int_equal(evaluate(f, c, 1024, &m), ONS_INTERRUPTED);
    assert_int_equal(evaluate(f, c, 1024, NULL), ONS_OK);
    assert_true(ons_id_eq(dump(a), dump(b)));
    assert_true(ons_id_eq(dump(a), dump(c)));
    assert_int_equal(evaluate(f, a, 1024, NULL), ONS_OK); /* again: the same rows */
    assert_true(ons_id_eq(dump(a), dump(b)));
}

static void test_metrics_by_hand(void **state)
{
    const fixture *f = *state;
    const ons_task *t = &f->task[1]; /* target "2142": answer the last character */
    static const float lp[] = {-1, -2, -3, -.5f, -9};
    const ons_task_item *item = &t->item[0];
    char right[8];
    (void)snprintf(right, sizeof right, "??%.*s", 1, item->target.ptr + item->answer_at);
    ons_task_answer a = {.token_logprob = lp,
                         .n_tokens = 5,
                         .greedy = false,
                         .text = ons_str_of(right),
                         .ended = true};
    tst_close(ons_metric_item(t, &t->metric[0], 0, &a), 1, 0, 0); /* final answer */
    tst_close(ons_metric_item(t, &t->metric[1], 0, &a), -.5, 0, 0);
    tst_close(ons_metric_item(t, &t->metric[2], 0, &a), 0, 0, 0); /* whole chain */
    tst_close(ons_metric_item(t, &t->metric[3], 0, &a), -1.625, 0, 0);
    a.ended = false; /* an answer without an end is none */
    tst_close(ons_metric_item(t, &t->metric[0], 0, &a), 0, 0, 0);
    const double share[] = {1, 0, 0, 1}, real[] = {1, 2, 3, 4};
    ons_task_score s = ons_metric_score(&t->metric[0], share, 4);
    tst_close(s.score, .5, 1e-15, 0);
    tst_close(s.std_err, .25, 1e-15, 0);
    s = ons_metric_score(&t->metric[1], real, 4);
    tst_close(s.score, 2.5, 1e-15, 0);
    tst_close(s.std_err, sqrt(5.0 / 3 / 4), 1e-15, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_asked_twice),
        cmocka_unit_test(test_sets_of_two_sizes_share_a_store),
        cmocka_unit_test(test_shots_are_scored_apart),
        cmocka_unit_test(test_equal_items_are_answered_each),
        cmocka_unit_test(test_batches_and_interruptions_change_no_row),
        cmocka_unit_test(test_metrics_by_hand),
    };
    return cmocka_run_group_tests_name("run", tests, setup, teardown);
}
