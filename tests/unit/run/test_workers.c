/* Several processes on one store: every job once, whoever dies. */
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "tst_num.h"

#include "os/file.h"
#include "run/workers.h"

enum { JOBS = 12 };

/* What the workers and the test both see. */
typedef struct board {
    atomic_int done[JOBS], killed, failing, hanging;
    atomic_int kill_at, kills, fail_at, hang_at; /* -1: no job */
    pid_t parent;
} board;

typedef struct place {
    char dir[64], db[96];
    ons_store *store;
    board *board;
    size_t n_events, n_warnings;
    bool stop;
    char warning[512];
} place;

static int make_place(void **state)
{
    place *p = calloc(1, sizeof *p);
    *state = p;
    if (!p) return 1;
    (void)snprintf(p->dir, sizeof p->dir, "/tmp/ons-workers-XXXXXX");
    if (!mkdtemp(p->dir)) return 1;
    (void)snprintf(p->db, sizeof p->db, "%s/onset.db", p->dir);
    FILE *shared = tmpfile();
    if (!shared || ftruncate(fileno(shared), sizeof *p->board) != 0) return 1;
    p->board = mmap(NULL, sizeof *p->board, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(shared), 0);
    (void)fclose(shared);
    if (p->board == MAP_FAILED) return 1;
    p->board->kill_at = p->board->fail_at = p->board->hang_at = -1;
    p->board->parent = getpid();
    return ons_store_open(p->db, ONS_STORE_WRITE, &p->store, NULL) == ONS_OK ? 0 : 1;
}

static int drop_place(void **state)
{
    place *p = *state;
    ons_store_close(p->store);
    (void)unlink(p->db);
    (void)rmdir(p->dir);
    (void)munmap(p->board, sizeof *p->board);
    free(p);
    return 0;
}

static void hear(void *ctx, const ons_event *e)
{
    place *p = ctx;
    assert_int_equal(getpid(), p->board->parent);
    p->n_events += e->kind == ONS_EVENT_BEGIN;
    if (e->kind == ONS_EVENT_BEGIN) {
        assert_int_equal(strncmp(e->job, "job", 3), 0);
        assert_string_equal(e->unit, "things");
        assert_null(e->text);
        tst_close(e->total, 5, 0, 0);
    }
    if (e->kind != ONS_EVENT_WARN) return;
    p->n_warnings++;
    (void)snprintf(p->warning, sizeof p->warning, "%s", e->text);
}

static bool stopping(void *ctx)
{
    const place *p = ctx;
    return p->stop && p->board->hanging > 0;
}

static void wait_ms(long ms)
{
    const struct timespec t = {0, ms * 1000000L};
    (void)nanosleep(&t, NULL);
}

static ons_status put_row(const place *p, size_t job, ons_err *err)
{
    char name[16];
    (void)snprintf(name, sizeof name, "s%zu", job);
    const ons_store_study row = {{name, strlen(name)}, ONS_S("r")};
    return ons_store_put_study(p->store, &row, err);
}

static ons_status work(void *ctx, size_t job, const ons_monitor *m, ons_err *err)
{
    place *p = ctx;
    board *b = p->board;
    char name[16];
    (void)snprintf(name, sizeof name, "job%zu", job);
    ons_monitor_event(
        m, &(ons_event){.kind = ONS_EVENT_BEGIN, .job = name, .unit = "things", .total = 5});
    if ((int)job == b->kill_at && atomic_fetch_sub(&b->kills, 1) > 0) {
        b->killed++;
        (void)raise(SIGKILL);
    }
    if ((int)job == b->hang_at && atomic_fetch_add(&b->hanging, 1) == 0)
        for (;;) wait_ms(1000); /* asks nobody whether to stop */
    wait_ms(5);
    if ((int)job == b->fail_at) {
        b->failing++;
        return ONS_FAIL(err, ONS_LIMIT, "job %zu is too much", job);
    }
    if (p->stop) {
        b->hanging++;
        while (!ons_monitor_stop(m)) wait_ms(2);
        return ONS_FAIL(err, ONS_INTERRUPTED, "job %zu was stopped", job);
    }
    ONS_TRY(put_row(p, job, err));
    b->done[job]++;
    return ONS_OK;
}

static const char *const names[] = {"job0", "job1", "job2", "job3", "job4",  "job5",
                                    "job6", "job7", "job8", "job9", "job10", "job11"};

static ons_status go(place *p, size_t n_processes, size_t n_threads, ons_err *err)
{
    const ons_workers w = {.store = p->store,
                           .stage = "test",
                           .job = names,
                           .n_jobs = JOBS,
                           .n_processes = n_processes,
                           .n_threads = n_threads,
                           .lease_ms = p->board->hang_at >= 0 ? 600 : 0,
                           .work = work,
                           .ctx = p};
    const ons_monitor m = {.event = hear, .stop = stopping, .ctx = p};
    return ons_workers_run(&w, &m, err);
}

static ons_status count_row(void *ctx, const ons_store_study *row, ons_err *err)
{
    (void)row;
    (void)err;
    (*(size_t *)ctx)++;
    return ONS_OK;
}

static void expect_all_done(place *p)
{
    size_t rows = 0;
    for (int i = 0; i < JOBS; i++) assert_int_equal(p->board->done[i], 1);
    assert_int_equal(ons_store_each_study(p->store, count_row, &rows, NULL), ONS_OK);
    assert_int_equal(rows, JOBS); /* what the workers wrote is seen from here */
}

static void test_every_job_once(void **state)
{
    place *p = *state;
    ons_err err = ONS_ERR_INIT;
    if (go(p, 3, 2, &err) != ONS_OK) fail_msg("%s", err.what);
    expect_all_done(p);
    assert_int_equal(p->n_events, JOBS);
    assert_int_equal(p->n_warnings, 0);
}

static void test_one_is_killed(void **state)
{
    place *p = *state;
    ons_err err = ONS_ERR_INIT;
    p->board->kill_at = 4;
    p->board->kills = 1;
    if (go(p, 3, 1, &err) != ONS_OK) fail_msg("%s", err.what);
    expect_all_done(p);
    assert_int_equal(p->board->killed, 1);
    assert_int_equal(p->n_warnings, 1);
    assert_non_null(strstr(p->warning, "signal 9; job4 is given to another"));
}

static void test_a_job_that_kills_whoever_takes_it(void **state)
{
    place *p = *state;
    ons_err err = ONS_ERR_INIT;
    p->board->kill_at = 2;
    p->board->kills = 99;
    assert_int_equal(go(p, 5, 1, &err), ONS_PARTIAL);
    assert_non_null(strstr(err.what, "1 of 12 jobs"));
    assert_non_null(strstr(err.what, "signal 9"));
    assert_int_equal(p->board->killed, 3); /* then it is left out, and the others go on */
    for (int i = 0; i < JOBS; i++) assert_int_equal(p->board->done[i], i != 2);
}

static void test_all_die(void **state)
{
    place *p = *state;
    ons_err err = ONS_ERR_INIT;
    p->board->kill_at = 0;
    p->board->kills = 99;
    assert_int_equal(go(p, 2, 1, &err), ONS_PARTIAL);
    p->board->kill_at = -1;
    if (go(p, 2, 1, &err) != ONS_OK) fail_msg("%s", err.what); /* and it can be done again */
}

static void test_one_hangs(void **state)
{
    place *p = *state;
    ons_err err = ONS_ERR_INIT;
    p->board->hang_at = 5;
    if (go(p, 3, 1, &err) != ONS_OK) fail_msg("%s", err.what);
    /* Taken by another past its lease; a slow machine may see more than one that seems to hang. */
    assert_true(p->board->hanging >= 2);
    assert_true(p->n_warnings >= 1);
    assert_non_null(strstr(p->warning, "ended with signal 9"));
    for (int i = 0; i < JOBS; i++) assert_true(p->board->done[i] >= 1);
}

static void test_a_failure_stops_the_others(void **state)
{
    place *p = *state;
    ons_err err = ONS_ERR_INIT;
    p->board->fail_at = 3;
    assert_int_equal(go(p, 2, 1, &err), ONS_LIMIT);
    assert_string_equal(err.what, "job 3 is too much");
    assert_int_equal(p->board->done[JOBS - 1], 0);
}

static void test_ctrl_c(void **state)
{
    place *p = *state;
    ons_err err = ONS_ERR_INIT;
    p->stop = true;
    assert_int_equal(go(p, 3, 1, &err), ONS_INTERRUPTED);
    assert_non_null(strstr(err.what, "was stopped"));
    assert_in_range(p->board->hanging, 1, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_job_once, make_place, drop_place),
        cmocka_unit_test_setup_teardown(test_one_is_killed, make_place, drop_place),
        cmocka_unit_test_setup_teardown(test_a_job_that_kills_whoever_takes_it, make_place,
                                        drop_place),
        cmocka_unit_test_setup_teardown(test_all_die, make_place, drop_place),
        cmocka_unit_test_setup_teardown(test_one_hangs, make_place, drop_place),
        cmocka_unit_test_setup_teardown(test_a_failure_stops_the_others, make_place, drop_place),
        cmocka_unit_test_setup_teardown(test_ctrl_c, make_place, drop_place),
    };
    return cmocka_run_group_tests_name("workers", tests, NULL, NULL);
}
