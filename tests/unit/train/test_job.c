/* The trainer end to end: the same bytes twice, side by side, interrupted, damaged. */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/parse.h"
#include "base/rng.h"
#include "model/model.h"
#include "os/file.h"
#include "tiny_ladder.h"
#include "tst_num.h"

/* ---- a monitor that counts and stops ---- */

typedef struct watcher {
    atomic_int asked;
    int stop_at; /* the n-th question is answered with yes; 0: never */
    atomic_int begins, ends, warnings, taken_up, already;
    char warning[512];
} watcher;

static void watch(void *ctx, const ons_event *e)
{
    watcher *w = ctx;
    if (e->kind == ONS_EVENT_BEGIN) atomic_fetch_add(&w->begins, 1);
    if (e->kind == ONS_EVENT_BEGIN && e->text) atomic_fetch_add(&w->taken_up, 1);
    if (e->kind == ONS_EVENT_END) {
        atomic_fetch_add(&w->ends, 1);
        if (e->text) atomic_fetch_add(&w->already, 1);
        if (e->done != e->total || !(e->weight > 0)) abort();
    }
    if (e->kind == ONS_EVENT_WARN) {
        atomic_fetch_add(&w->warnings, 1);
        (void)snprintf(w->warning, sizeof w->warning, "%s", e->text);
    }
}

static bool stop(void *ctx)
{
    watcher *w = ctx;
    const int n = atomic_fetch_add(&w->asked, 1) + 1;
    return w->stop_at > 0 && n >= w->stop_at;
}

static ons_monitor monitor_of(watcher *w, int stop_at)
{
    memset(w, 0, sizeof *w);
    w->stop_at = stop_at;
    return (ons_monitor){.event = watch, .stop = stop, .ctx = w};
}

/* ---- directories ---- */

static char root[] = "/tmp/onset-train-XXXXXX";

static const char *dir_of(const char *name, char *buf)
{
    assert_int_equal(ons_path_format(buf, ONS_PATH_MAX, NULL, "%s/%s", root, name), ONS_OK);
    return buf;
}

static void remove_dir(const char *dir) /* one level of models below it */
{
    char path[ONS_PATH_MAX];
    ons_dir_list l;
    if (!ons_dir_exists(dir)) return;
    assert_int_equal(ons_dir_list_read(dir, &l, NULL), ONS_OK);
    for (size_t i = 0; i < l.n_names; i++) {
        (void)ons_path_format(path, sizeof path, NULL, "%s/%s", dir, l.name[i]);
        if (ons_dir_exists(path))
            remove_dir(path); /* NOLINT(misc-no-recursion) */
        else
            assert_int_equal(unlink(path), 0);
    }
    ons_dir_list_release(&l);
    assert_int_equal(rmdir(dir), 0);
}

static ons_buf read_all(const char *path)
{
    ons_buf b;
    ons_buf_init(&b, 1 << 24);
    ons_err err = ONS_ERR_INIT;
    if (ons_file_read(path, &b, &err) != ONS_OK) fail_msg("%s (%s)", err.what, err.where);
    return b;
}

static void assert_same_dir(const char *a, const char *b)
{
    ons_dir_list l, m;
    assert_int_equal(ons_dir_list_read(a, &l, NULL), ONS_OK);
    assert_int_equal(ons_dir_list_read(b, &m, NULL), ONS_OK);
    assert_int_equal(l.n_names, m.n_names);
    for (size_t i = 0; i < l.n_names; i++) {
        char p[ONS_PATH_MAX], q[ONS_PATH_MAX];
        assert_string_equal(l.name[i], m.name[i]);
        (void)ons_path_format(p, sizeof p, NULL, "%s/%s", a, l.name[i]);
        (void)ons_path_format(q, sizeof q, NULL, "%s/%s", b, l.name[i]);
        if (ons_dir_exists(p)) {
            assert_same_dir(p, q); /* NOLINT(misc-no-recursion) */
            continue;
        }
        ons_buf x = read_all(p), y = read_all(q);
        if (x.len != y.len || memcmp(x.ptr, y.ptr, x.len) != 0) fail_msg("%s and %s differ", p, q);
        ons_buf_release(&x);
        ons_buf_release(&y);
    }
    ons_dir_list_release(&l);
    ons_dir_list_release(&m);
}

static ons_status train_ladder(const ons_ladder *l, const char *dir, size_t n_threads,
                               const ons_monitor *m, ons_err *err)
{
    ons_arena a;
    ons_train_job *j;
    size_t n;
    ons_arena_init(&a, 0);
    assert_int_equal(ons_ladder_jobs(l, 1, &a, &j, &n, NULL), ONS_OK);
    const ons_status s = ons_train_jobs(j, n, dir, n_threads, m, err);
    ons_arena_clear(&a);
    return s;
}

static void train_all(const ons_ladder *l, const char *dir, size_t n_threads)
{
    ons_err err = ONS_ERR_INIT;
    if (train_ladder(l, dir, n_threads, NULL, &err) != ONS_OK)
        fail_msg("%s (%s)", err.what, err.where);
}

static int setup(void **state)
{
    (void)state;
    if (!mkdtemp(root)) return -1;
    char ref[ONS_PATH_MAX];
    const ons_ladder l = tiny_ladder();
    train_all(&l, dir_of("ref", ref), 1);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    remove_dir(root);
    return 0;
}

/* ---- tests ---- */

static void test_same_bytes(void **state)
{
    (void)state;
    const ons_ladder l = tiny_ladder();
    char ref[ONS_PATH_MAX], again[ONS_PATH_MAX];
    train_all(&l, dir_of("again", again), 3); /* side by side */
    assert_same_dir(dir_of("ref", ref), again);

    /* What is finished is found, not trained, and stays as it is. */
    watcher w;
    const ons_monitor m = monitor_of(&w, 0);
    assert_int_equal(train_ladder(&l, again, 2, &m, NULL), ONS_OK);
    assert_int_equal(w.begins, 0);
    assert_int_equal(w.already, 4);
    assert_same_dir(ref, again);
    remove_dir(again);
}

static void test_model_opens(void **state)
{
    (void)state;
    char path[ONS_PATH_MAX];
    ons_model *m;
    assert_int_equal(ons_model_open(dir_of("ref/5k-s7", path), &m, NULL), ONS_OK);
    const ons_model_info *i = ons_model_info_of(m);
    assert_string_equal(i->name, "5k-s7");
    assert_string_equal(i->seed, "7");
    assert_string_equal(i->family, "tiny");
    assert_true(i->tokens == 4000 && i->params == 4608 && i->loss_nats > 0 && i->loss_nats < 6);
    ons_model_close(m);
}

/* Stopped again and again at random steps, in one job after the other. */
static void test_interrupted(void **state)
{
    (void)state;
    const ons_ladder l = tiny_ladder();
    char ref[ONS_PATH_MAX], dir[ONS_PATH_MAX];
    ons_rng r = ons_rng_make(1, 1);
    for (size_t n_threads = 1; n_threads <= 2; n_threads++) {
        dir_of("cut", dir);
        int stops = 0, taken_up = 0;
        for (;;) {
            watcher w;
            const ons_monitor m = monitor_of(&w, 2 + (int)ons_rng_below(&r, 14));
            ons_err err = ONS_ERR_INIT;
            const ons_status s = train_ladder(&l, dir, n_threads, &m, &err);
            taken_up += w.taken_up;
            if (s == ONS_OK) break;
            assert_int_equal(s, ONS_INTERRUPTED);
            assert_non_null(strstr(err.hint, "the same command"));
            assert_true(++stops < 200);
        }
        assert_true(stops > 5 && taken_up > 5);
        assert_same_dir(dir_of("ref", ref), dir);
        remove_dir(dir);
    }
}

static void flip(const char *path, size_t byte)
{
    ons_buf b = read_all(path);
    assert_true(byte < b.len);
    b.ptr[byte] ^= 1;
    assert_int_equal(ons_file_write(path, ons_buf_bytes(&b), NULL), ONS_OK);
    ons_buf_release(&b);
}

/* Runs the first job (5k-s1) and stops it after `asked` questions (0: to the end). */
static ons_status first_job(const ons_ladder *l, const char *dir, watcher *w, int asked,
                            ons_err *err)
{
    ons_arena a;
    ons_arena_init(&a, 0);
    ons_train_job *j;
    size_t n;
    assert_int_equal(ons_ladder_jobs(l, 1, &a, &j, &n, NULL), ONS_OK);
    const ons_monitor m = monitor_of(w, asked);
    *err = ONS_ERR_INIT;
    const ons_status s = ons_train_job_run(&j[0], dir, &m, err);
    ons_arena_clear(&a);
    return s;
}

static void assert_first_as_ref(const char *dir)
{
    char p[ONS_PATH_MAX], q[ONS_PATH_MAX];
    (void)ons_path_format(p, sizeof p, NULL, "%s/5k-s1", dir);
    assert_same_dir(dir_of("ref/5k-s1", q), p);
}

static void test_damaged_state(void **state)
{
    (void)state;
    const ons_ladder l = tiny_ladder();
    char dir[ONS_PATH_MAX], file[ONS_PATH_MAX];
    watcher w;
    ons_err err;
    dir_of("damaged", dir);
    dir_of("damaged/5k-s1/trainer.state", file);
    for (int kind = 0; kind < 3; kind++) {
        assert_int_equal(first_job(&l, dir, &w, 9, &err), ONS_INTERRUPTED);
        if (kind == 0) flip(file, 1000);
        if (kind == 1) assert_int_equal(truncate(file, 500), 0);
        if (kind == 2) assert_int_equal(truncate(file, 0), 0);
        assert_int_equal(first_job(&l, dir, &w, 0, &err), ONS_OK);
        assert_int_equal(w.warnings, 1);
        assert_int_equal(w.taken_up, 0);
        assert_non_null(strstr(w.warning, "trainer.state"));
        assert_first_as_ref(dir);
        remove_dir(dir);
    }
}

/* The state before the newest is kept until the model is finished, and taken up where the newest is
 * damaged; both damaged: anew. */
static void test_state_before(void **state)
{
    (void)state;
    const ons_ladder l = tiny_ladder();
    char dir[ONS_PATH_MAX], newest[ONS_PATH_MAX], before[ONS_PATH_MAX];
    watcher w;
    ons_err err;
    dir_of("before", dir);
    dir_of("before/5k-s1/trainer.state", newest);
    dir_of("before/5k-s1/trainer.state.before", before);
    for (int kind = 0; kind < 3; kind++) {
        assert_int_equal(first_job(&l, dir, &w, 9, &err), ONS_INTERRUPTED);
        assert_false(ons_file_exists(before));
        assert_int_equal(first_job(&l, dir, &w, 9, &err), ONS_INTERRUPTED);
        assert_true(ons_file_exists(before));
        if (kind == 0) flip(newest, 1000);
        if (kind == 1) assert_int_equal(unlink(newest), 0); /* killed between two renames */
        if (kind == 2) flip(newest, 1000);
        if (kind == 2) flip(before, 1000);
        /* The damaged one must not take the place of the good one before it. */
        assert_int_equal(first_job(&l, dir, &w, 3, &err), ONS_INTERRUPTED);
        assert_int_equal(w.warnings, kind == 0 ? 1 : kind == 1 ? 0 : 2);
        assert_int_equal(w.taken_up, kind < 2);
        if (kind == 0) assert_non_null(strstr(w.warning, "the state before it is taken up"));
        if (kind == 2) assert_non_null(strstr(w.warning, "trained anew"));
        assert_int_equal(first_job(&l, dir, &w, 0, &err), ONS_OK);
        assert_int_equal(w.warnings, 0);
        assert_int_equal(w.taken_up, 1);
        assert_first_as_ref(dir); /* and no trainer.state.before */
        remove_dir(dir);
    }
}

/* A finished directory: a bit anywhere, in any file, is found, named, and all is as it was. */
static void test_any_bit(void **state)
{
    (void)state;
    const ons_ladder l = tiny_ladder();
    char dir[ONS_PATH_MAX], job[ONS_PATH_MAX], file[ONS_PATH_MAX];
    watcher w;
    ons_err err;
    ons_dir_list list;
    ons_rng r = ons_rng_make(3, 1);
    dir_of("bits", dir);
    dir_of("bits/5k-s1", job);
    assert_int_equal(first_job(&l, dir, &w, 0, &err), ONS_OK);
    assert_int_equal(ons_dir_list_read(job, &list, NULL), ONS_OK);
    assert_int_equal(list.n_names, 7);
    for (size_t i = 0; i < 8 * list.n_names; i++) {
        (void)ons_path_format(file, sizeof file, NULL, "%s/%s", job, list.name[i % list.n_names]);
        ons_buf b = read_all(file);
        const size_t at = ons_rng_below(&r, (uint32_t)b.len);
        b.ptr[at] = (char)(b.ptr[at] ^ (1 << ons_rng_below(&r, 8)));
        assert_int_equal(ons_file_write(file, ons_buf_bytes(&b), NULL), ONS_OK);
        ons_buf_release(&b);
        assert_int_equal(first_job(&l, dir, &w, 0, &err), ONS_OK);
        if (w.warnings == 0) fail_msg("byte %zu of %s went unseen", at, file);
        assert_first_as_ref(dir);
    }
    ons_dir_list_release(&list);
    remove_dir(dir);
}

/* Two jobs in step: each of their first questions waits for the other job's (a trainer that ran
 * one after the other would stand still here, and the test's time run out). */
enum { MEETINGS = 20 };
typedef struct pair {
    watcher watcher;
    pthread_barrier_t both;
} pair;

static void watch_pair(void *ctx, const ons_event *e) { watch(&((pair *)ctx)->watcher, e); }

static bool meet(void *ctx)
{
    pair *p = ctx;
    if (atomic_fetch_add(&p->watcher.asked, 1) < 2 * MEETINGS) (void)pthread_barrier_wait(&p->both);
    return false;
}

static void test_side_by_side(void **state)
{
    (void)state;
    const ons_ladder l = tiny_ladder();
    char ref[ONS_PATH_MAX], dir[ONS_PATH_MAX];
    pair p;
    memset(&p, 0, sizeof p);
    assert_int_equal(pthread_barrier_init(&p.both, NULL, 2), 0);
    const ons_monitor m = {.event = watch_pair, .stop = meet, .ctx = &p};
    assert_int_equal(train_ladder(&l, dir_of("side", dir), 2, &m, NULL), ONS_OK);
    assert_int_equal(p.watcher.begins, 4);
    assert_same_dir(dir_of("ref", ref), dir);
    (void)pthread_barrier_destroy(&p.both);
    remove_dir(dir);
}

static void test_damaged_model(void **state)
{
    (void)state;
    const ons_ladder l = tiny_ladder();
    char dir[ONS_PATH_MAX], file[ONS_PATH_MAX];
    watcher w;
    ons_err err;
    dir_of("broken", dir);
    assert_int_equal(first_job(&l, dir, &w, 0, &err), ONS_OK);
    static const char *const FILES[] = {"model.safetensors", "config.json", "onset.json",
                                        "tokenizer.json"};
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        (void)ons_path_format(file, sizeof file, NULL, "%s/5k-s1/%s", dir, FILES[i]);
        flip(file, i == 2 ? 25 : 200); /* onset.json: in the name */
        assert_int_equal(first_job(&l, dir, &w, 0, &err), ONS_OK);
        assert_int_equal(w.warnings, 1);
        assert_int_equal(w.taken_up, 1); /* from the last state: no step is done again */
        assert_first_as_ref(dir);
        assert_int_equal(unlink(file), 0);
        assert_int_equal(first_job(&l, dir, &w, 0, &err), ONS_OK);
        assert_first_as_ref(dir);
    }
    (void)ons_path_format(file, sizeof file, NULL, "%s/5k-s1/model.safetensors.tmp", dir);
    assert_int_equal(ons_file_write(file, (ons_bytes){(const uint8_t *)"x", 1}, NULL), ONS_OK);
    assert_int_equal(first_job(&l, dir, &w, 0, &err), ONS_OK);
    assert_first_as_ref(dir); /* what a killed write left is gone */
    remove_dir(dir);
}

/* ---- checkpoints on the way ---- */

static ons_ladder with_checkpoints(void)
{
    ons_ladder l = tiny_ladder();
    l.checkpoint[l.n_checkpoints++] = .25;
    l.checkpoint[l.n_checkpoints++] = .5;
    return l;
}

static void check_way(const char *dir, const char *name, double tokens, double *loss)
{
    char path[ONS_PATH_MAX];
    ons_model *m;
    (void)ons_path_format(path, sizeof path, NULL, "%s/%s", dir, name);
    assert_int_equal(ons_model_open(path, &m, NULL), ONS_OK);
    const ons_model_info *i = ons_model_info_of(m);
    assert_string_equal(i->name, name);
    assert_true(i->intermediate == (strstr(name, "step") != NULL));
    tst_close(i->tokens, tokens, 1e-12, 0);
    *loss = i->loss_nats;
    ons_model_close(m);
}

/* The end of the run is what it is without them, each is what a run stopped there would be, and
 * interruptions change none of it. */
static void test_checkpoints(void **state)
{
    (void)state;
    const ons_ladder l = with_checkpoints();
    char ref[ONS_PATH_MAX], dir[ONS_PATH_MAX], end[ONS_PATH_MAX], a[ONS_PATH_MAX];
    double loss[3];
    train_all(&l, dir_of("way", dir), 2);
    assert_same_dir(dir_of("ref/5k-s1", ref), dir_of("way/5k-s1", end));
    check_way(dir, "5k-s1-step8", 4000 * 8.0 / 31, &loss[0]);
    check_way(dir, "5k-s1-step16", 4000 * 16.0 / 31, &loss[1]);
    check_way(dir, "5k-s1", 4000, &loss[2]);
    assert_true(loss[0] > loss[1] && loss[1] > loss[2]);
    ons_rng r = ons_rng_make(4, 1);
    dir_of("waycut", a);
    for (ons_status s = ONS_INTERRUPTED; s != ONS_OK;) {
        watcher w;
        const ons_monitor m = monitor_of(&w, 2 + (int)ons_rng_below(&r, 14));
        s = train_ladder(&l, a, 1, &m, NULL);
        assert_true(s == ONS_OK || s == ONS_INTERRUPTED);
    }
    assert_same_dir(dir, a);
    remove_dir(a);
    remove_dir(dir);
}

/* One that is lost or damaged cannot be had from a state behind it: the run begins anew. */
static void test_lost_checkpoint(void **state)
{
    (void)state;
    const ons_ladder l = with_checkpoints();
    char ref[ONS_PATH_MAX], dir[ONS_PATH_MAX], lost[ONS_PATH_MAX], file[ONS_PATH_MAX];
    watcher w;
    ons_err err;
    dir_of("lost", dir);
    train_all(&l, dir_of("whole", ref), 2);
    assert_int_equal(first_job(&l, dir, &w, 0, &err), ONS_OK);
    remove_dir(dir_of("lost/5k-s1-step8", lost));
    assert_int_equal(first_job(&l, dir, &w, 0, &err), ONS_OK);
    assert_int_equal(w.taken_up, 0);
    assert_int_equal(w.warnings, 1);
    assert_same_dir(dir_of("whole/5k-s1-step8", ref), lost);
    flip(dir_of("lost/5k-s1-step16/onset.json", file), 140);
    assert_int_equal(first_job(&l, dir, &w, 0, &err), ONS_OK);
    assert_int_equal(w.warnings, 1);
    assert_same_dir(dir_of("whole/5k-s1-step16", ref), dir_of("lost/5k-s1-step16", lost));
    /* stopped on the way: those passed are kept, the state is taken up */
    remove_dir(dir);
    assert_int_equal(first_job(&l, dir, &w, 14, &err), ONS_INTERRUPTED);
    assert_int_equal(first_job(&l, dir, &w, 0, &err), ONS_OK);
    assert_int_equal(w.taken_up, 1);
    assert_int_equal(w.warnings, 0);
    remove_dir(dir);
    remove_dir(dir_of("whole", ref));
}

static void test_other_recipe(void **state)
{
    (void)state;
    ons_ladder l = tiny_ladder();
    char dir[ONS_PATH_MAX];
    watcher w;
    ons_err err;
    dir_of("other", dir);
    assert_int_equal(first_job(&l, dir, &w, 9, &err), ONS_INTERRUPTED);
    l.optimizer.rate = 0.005;
    assert_int_equal(first_job(&l, dir, &w, 0, &err), ONS_MISMATCH);
    assert_non_null(strstr(err.where, "5k-s1"));
    assert_true(err.hint[0] != '\0');
    l = tiny_ladder();
    assert_int_equal(first_job(&l, dir, &w, 0, &err), ONS_OK); /* it was left as it was */
    assert_first_as_ref(dir);
    l.skill[1].weight = 1;
    assert_int_equal(first_job(&l, dir, &w, 0, &err), ONS_MISMATCH);
    assert_int_equal(train_ladder(&l, dir, 2, NULL, &err), ONS_MISMATCH);
    assert_non_null(strstr(err.where, "5k-s1")); /* the cause, not the jobs that stopped for it */
    remove_dir(dir);
}

static void test_no_directory(void **state)
{
    (void)state;
    const ons_ladder l = tiny_ladder();
    watcher w;
    ons_err err;
    assert_int_equal(first_job(&l, "/proc/no", &w, 0, &err), ONS_IO);
    assert_int_equal(first_job(&l, "/dev/null", &w, 0, &err), ONS_IO);
}

/* A rate that breaks the model is told, not written. */
static void test_divergence(void **state)
{
    (void)state;
    ons_ladder l = tiny_ladder();
    char dir[ONS_PATH_MAX];
    watcher w;
    ons_err err;
    l.optimizer.kind = ONS_OPTIMIZER_ADAMW;
    l.schedule.warmup = 0;
    l.optimizer.embedding_rate = 10;
    l.optimizer.rate = 10;
    l.init_output = 100;
    const ons_status s = first_job(&l, dir_of("diverged", dir), &w, 0, &err);
    assert_true(s == ONS_OK || s == ONS_LIMIT); /* float32 may bear it */
    remove_dir(dir);
}

/* Loss falls, with either optimiser. */
static void test_learns(void **state)
{
    (void)state;
    char dir[ONS_PATH_MAX], path[ONS_PATH_MAX];
    for (int k = 0; k < 2; k++) {
        ons_ladder l = tiny_ladder();
        watcher w;
        ons_err err;
        ons_model *m;
        if (k == 1) {
            l.optimizer.kind = ONS_OPTIMIZER_ADAMW;
            l.optimizer.rate = 0.004;
            l.schedule.kind = ONS_SCHEDULE_COSINE;
        }
        l.size[1].tokens = 30000;
        assert_int_equal(first_job(&l, dir_of("learns", dir), &w, 0, &err), ONS_OK);
        assert_int_equal(ons_model_open(dir_of("learns/5k-s1", path), &m, NULL), ONS_OK);
        print_message("loss %.3f\n", ons_model_info_of(m)->loss_nats);
        assert_true(ons_model_info_of(m)->loss_nats < 2.7);
        ons_model_close(m);
        remove_dir(dir);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_bytes),      cmocka_unit_test(test_model_opens),
        cmocka_unit_test(test_interrupted),     cmocka_unit_test(test_damaged_state),
        cmocka_unit_test(test_damaged_model),   cmocka_unit_test(test_checkpoints),
        cmocka_unit_test(test_lost_checkpoint), cmocka_unit_test(test_other_recipe),
        cmocka_unit_test(test_no_directory),    cmocka_unit_test(test_divergence),
        cmocka_unit_test(test_learns),          cmocka_unit_test(test_state_before),
        cmocka_unit_test(test_any_bit),         cmocka_unit_test(test_side_by_side),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
