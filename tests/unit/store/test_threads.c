/* One handle, many threads: every call is whole, and the rows are those of one thread. */
#include "place.h"

#include "os/pool.h"

enum { THREADS = 8, JOBS = 64, BATCH = 5 };

typedef struct work {
    ons_store *store;
    int64_t run;
} work;

static ons_status count_response(void *ctx, const ons_response *r, ons_err *err)
{
    (void)err;
    size_t *n = ctx;
    if (r->n_values != 2) return ONS_FORMAT;
    (*n)++;
    return ONS_OK;
}

static ons_status count_score(void *ctx, const ons_score *v, ons_err *err)
{
    (void)err;
    double *sum = ctx;
    *sum += v->score;
    return ONS_OK;
}

static ons_status put_score(const work *w, size_t job, ons_err *err)
{
    char metric[32];
    (void)snprintf(metric, sizeof metric, "m%zu", job % 7);
    const ons_score v = {.family = ONS_S("f"),
                         .model = ONS_S("2k-s1"),
                         .task = ONS_S("copy"),
                         .metric = {metric, strlen(metric)},
                         .prompt = ONS_S(""),
                         .seed = ONS_S("1"),
                         .note = ONS_S(""),
                         .params = 2432,
                         .tokens = 48640,
                         .flops = 5.8e8,
                         .loss = (double)NAN,
                         .n_items = 2,
                         .score = (double)(job % 7)};
    return ons_store_put_score(w->store, id_of("model"), id_of("task"), &v, err);
}

static ons_status one_job(void *ctx, size_t job, size_t worker, ons_err *err)
{
    (void)worker;
    const work *w = ctx;
    ons_response r[BATCH];
    char id[32];
    bool has;
    for (size_t i = 0; i < BATCH; i++) { /* every response by two jobs */
        (void)snprintf(id, sizeof id, "%zu", job / 2 * BATCH + i);
        r[i] = response(id, job / 2 * BATCH + i);
    }
    ONS_TRY(ons_store_put_responses(w->store, r, BATCH, err));
    ONS_TRY(ons_store_has_response(w->store, r[0].id, &has, err));
    if (!has) return ONS_FAIL(err, ONS_FORMAT, "response of job %zu is gone", job);
    ONS_TRY(put_score(w, job, err));
    ONS_TRY(ons_store_put_event(w->store, w->run, 1, "begin", "job", err));
    size_t seen = 0;
    return ons_store_each_response(w->store, id_of("model"), id_of("task"), count_response, &seen,
                                   err);
}

static void test_threads_share_a_store(void **state)
{
    const place *p = *state;
    work w;
    ons_err err = ONS_ERR_INIT;
    ons_store_run run = {.version = ONS_S("v"), .command = ONS_S("c"), .start_ms = 1};
    assert_int_equal(ons_store_open(p->db, ONS_STORE_WRITE, &w.store, NULL), ONS_OK);
    put_subjects(w.store);
    assert_int_equal(ons_store_begin_run(w.store, &run, NULL), ONS_OK);
    w.run = run.id;
    if (ons_pool_run(THREADS, JOBS, one_job, &w, &err) != ONS_OK) fail_msg("%s", err.what);
    size_t n = 0;
    double sum = 0;
    assert_int_equal(
        ons_store_each_response(w.store, id_of("model"), id_of("task"), count_response, &n, NULL),
        ONS_OK);
    assert_int_equal(n, JOBS / 2 * BATCH);
    assert_int_equal(ons_store_each_score(w.store, count_score, &sum, NULL), ONS_OK);
    tst_close(sum, 0 + 1 + 2 + 3 + 4 + 5 + 6, 0, 0);
    ons_store_close(w.store);
}

/* Each thread with a handle of its own on the same file, as several programs would. */
static ons_status one_opener(void *ctx, size_t job, size_t worker, ons_err *err)
{
    (void)worker;
    const place *p = ctx;
    work w;
    ONS_TRY(ons_store_open(p->db, ONS_STORE_WRITE, &w.store, err));
    ons_response r = response("same", 0);
    ons_status s = ons_store_put_responses(w.store, &r, 1, err);
    if (s == ONS_OK) s = put_score(&w, job, err);
    ons_store_close(w.store);
    return s;
}

static void test_handles_share_a_file(void **state)
{
    place *p = *state;
    ons_store *s;
    ons_err err = ONS_ERR_INIT;
    double sum = 0;
    assert_int_equal(ons_store_open(p->db, ONS_STORE_WRITE, &s, NULL), ONS_OK);
    put_subjects(s);
    ons_store_close(s);
    if (ons_pool_run(4, 28, one_opener, p, &err) != ONS_OK) fail_msg("%s", err.what);
    assert_int_equal(ons_store_open(p->db, ONS_STORE_READ, &s, NULL), ONS_OK);
    assert_int_equal(ons_store_each_score(s, count_score, &sum, NULL), ONS_OK);
    tst_close(sum, 0 + 1 + 2 + 3 + 4 + 5 + 6, 0, 0);
    ons_store_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_threads_share_a_store, make_place, drop_place),
        cmocka_unit_test_setup_teardown(test_handles_share_a_file, make_place, drop_place),
    };
    return cmocka_run_group_tests_name("store threads", tests, NULL, NULL);
}
