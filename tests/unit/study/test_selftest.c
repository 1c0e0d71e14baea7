/* The measured error rates: inside their bands, the same whatever the threads, and the same
 * where a run was stopped and taken up again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tst_num.h"

#include "os/file.h"
#include "study/selftest.h"

enum { CHOSEN_MAX = 128 };

static ons_selftest run(const char *const *names, const char *path, size_t threads)
{
    bool chosen[CHOSEN_MAX] = {false};
    for (; *names; names++) chosen[ons_selftest_find(*names, strlen(*names))] = true;
    ons_selftest_options o = {
        .seed = 77, .repeat = 1, .chosen = chosen, .n_threads = threads, .path = path};
    ons_selftest t;
    ons_err err = ONS_ERR_INIT;
    ons_status s = ons_selftest_run(&o, NULL, &t, &err);
    if (s != ONS_OK) print_error("%s (%s)\n", err.what, err.where);
    assert_int_equal(s, ONS_OK);
    return t;
}

/* A step, chance, a slope, the border between both, and a gradual curve with a steep core: the smallest set on which a wrong
 * constant of the tests shows. */
static void rates_lie_in_their_bands(void **state)
{
    (void)state;
    const char *const names[] = {"chance", "boundary", "width-3", "arctan", "jump-.05-.8", NULL};
    ons_selftest t = run(names, NULL, 2);
    assert_int_equal(t.n_rows, 5);
    for (size_t i = 0; i < t.n_rows; i++) {
        const ons_selftest_row *r = &t.row[i];
        if (!r->in_band) print_error("%s: %.3f +- %.3f\n", r->of->name, r->rate, r->se);
        assert_true(r->in_band);
        assert_true(r->tally.n >= 120);
        tst_close(r->se, sqrt(r->rate * (1 - r->rate) / r->n), 1e-12, 0);
    }
    const ons_tally *jump = &t.row[4].tally;
    assert_true(jump->midpoint_held >= jump->intervals * 93 / 100);
    ons_selftest_release(&t);
}

static void assert_same(const ons_selftest *a, const ons_selftest *b)
{
    assert_int_equal(a->n_rows, b->n_rows);
    for (size_t i = 0; i < a->n_rows; i++)
        assert_memory_equal(&a->row[i].tally, &b->row[i].tally, sizeof a->row[i].tally);
}

/* Keeps the header and every line from the third on: as if the run had been stopped. */
static void drop_a_block(const char *path)
{
    ons_buf text, out;
    ons_buf_init(&text, 1 << 20);
    ons_buf_init(&out, 1 << 20);
    assert_int_equal(ons_file_read(path, &text, NULL), ONS_OK);
    size_t line = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (line != 1) ons_buf_char(&out, text.ptr[i]);
        line += text.ptr[i] == '\n';
    }
    assert_int_equal(ons_file_write(path, ons_buf_bytes(&out), NULL), ONS_OK);
    ons_buf_release(&text);
    ons_buf_release(&out);
}

static void threads_and_stops_change_nothing(void **state)
{
    (void)state;
    char dir[] = "/tmp/ons-selftest-XXXXXX", path[64];
    assert_non_null(mkdtemp(dir));
    (void)snprintf(path, sizeof path, "%s/t.jsonl", dir);
    const char *const names[] = {"saturated", "inverse", NULL};
    ons_selftest one = run(names, NULL, 1), two = run(names, path, 2);
    assert_same(&one, &two);
    drop_a_block(path);
    ons_selftest again = run(names, path, 2);
    assert_same(&one, &again);
    ons_selftest_release(&one);
    ons_selftest_release(&two);
    ons_selftest_release(&again);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(dir), 0);
}

static ons_status run_on(const char *text, ons_err *err)
{
    char dir[] = "/tmp/ons-selftest-XXXXXX", path[64];
    assert_non_null(mkdtemp(dir));
    (void)snprintf(path, sizeof path, "%s/t.jsonl", dir);
    const ons_bytes bytes = {(const unsigned char *)text, strlen(text)};
    assert_int_equal(ons_file_write(path, bytes, NULL), ONS_OK);
    bool chosen[CHOSEN_MAX] = {true};
    ons_selftest_options o = {
        .seed = 77, .repeat = 1, .chosen = chosen, .n_threads = 1, .path = path};
    ons_selftest t;
    ons_status s = ons_selftest_run(&o, NULL, &t, err);
    if (s == ONS_OK) ons_selftest_release(&t);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(dir), 0);
    return s;
}

static void files_of_other_runs_are_refused(void **state)
{
    (void)state;
    ons_err err = ONS_ERR_INIT;
    assert_int_equal(run_on("{\"selftest\":\"statistics\",\"seed\":78}\n", &err), ONS_MISMATCH);
    assert_non_null(strstr(err.what, "78"));
    assert_int_equal(run_on("{\"selftest\":\"statistics\",\"seed\":77}\n"
                            "{\"class\":\"chance\",\"block\":0,\"counts\":[1,2]}\n",
                            &err),
                     ONS_MISMATCH);
    assert_non_null(strstr(err.where, ":2"));
    /* Counts of another build: nothing that this one gives. */
    assert_int_equal(run_on("{\"selftest\":\"statistics\",\"seed\":77}\n{\"class\":\"chance\","
                            "\"block\":0,\"counts\":[40,40,0,0,0,0,0,40,0,0,0,0,0,0,0,0,0,0,0,0,"
                            "0,0,0,0,0]}\n",
                            &err),
                     ONS_MISMATCH);
    assert_non_null(strstr(err.what, "block 0 of chance"));
    assert_int_equal(run_on("no json\n", &err), ONS_FORMAT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rates_lie_in_their_bands),
        cmocka_unit_test(threads_and_stops_change_nothing),
        cmocka_unit_test(files_of_other_runs_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
