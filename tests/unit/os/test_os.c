/* Unit tests of os/: files that are whole or absent, locks, the pool, interrupts. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tst_num.h"

#include "os/file.h"
#include "os/interrupt.h"
#include "os/pool.h"

static int make_dir(void **state)
{
    char *dir = strdup("/tmp/ons-os-XXXXXX");
    *state = dir;
    return dir && mkdtemp(dir) ? 0 : 1;
}

static int drop_dir(void **state)
{
    ons_dir_list l;
    if (ons_dir_list_read(*state, &l, NULL) == ONS_OK) {
        for (size_t i = 0; i < l.n_names; i++) {
            char p[ONS_PATH_MAX];
            (void)ons_path_format(p, sizeof p, NULL, "%s/%s", (char *)*state, l.name[i]);
            (void)remove(p);
        }
        ons_dir_list_release(&l);
    }
    (void)rmdir(*state);
    free(*state);
    return 0;
}

static void test_write_then_read_and_map(void **state)
{
    char p[ONS_PATH_MAX];
    (void)ons_path_format(p, sizeof p, NULL, "%s/a", (char *)*state);
    assert_int_equal(ons_file_write(p, (ons_bytes){(const uint8_t *)"abc\0d", 5}, NULL), ONS_OK);
    ons_buf b;
    ons_buf_init(&b, 100);
    assert_int_equal(ons_file_read(p, &b, NULL), ONS_OK);
    assert_int_equal(b.len, 5);
    assert_memory_equal(b.ptr, "abc\0d", 5);
    ons_buf_release(&b);
    ons_buf_init(&b, 4);
    ons_err err = ONS_ERR_INIT;
    assert_int_equal(ons_file_read(p, &b, &err), ONS_LIMIT);
    assert_string_equal(err.where, p);
    ons_buf_release(&b);
    ons_mapping m;
    assert_int_equal(ons_file_map(p, &m, NULL), ONS_OK);
    assert_int_equal(m.bytes.len, 5);
    ons_file_unmap(&m);
    ons_dir_list l;
    assert_int_equal(ons_dir_list_read(*state, &l, NULL), ONS_OK);
    assert_int_equal(l.n_names, 1); /* no a.tmp is left */
    ons_dir_list_release(&l);
}

static void test_missing_file_names_path_and_reason(void **state)
{
    (void)state;
    ons_buf b;
    ons_buf_init(&b, 100);
    ons_err err = ONS_ERR_INIT;
    assert_int_equal(ons_file_read("/nowhere/x", &b, &err), ONS_IO);
    char line[1024];
    ons_err_format(&err, line, sizeof line);
    assert_string_equal(line, "error: cannot open (/nowhere/x): No such file or directory");
    assert_int_equal(ons_file_write("/nowhere/x", (ons_bytes){NULL, 0}, &err), ONS_IO);
    ons_buf_release(&b);
}

static void test_lock_is_for_one_process_and_dies_with_it(void **state)
{
    ons_lock mine;
    assert_int_equal(ons_lock_take(*state, &mine, NULL), ONS_OK);
    pid_t child = fork();
    if (child == 0) {
        ons_lock other;
        _exit(ons_lock_take(*state, &other, NULL) == ONS_BUSY ? 0 : 1);
    }
    int code;
    assert_int_equal(waitpid(child, &code, 0), child);
    assert_int_equal(code, 0);
    ons_lock_drop(&mine);
    child = fork();
    if (child == 0) {
        ons_lock other;
        _exit(ons_lock_take(*state, &other, NULL) == ONS_OK ? 0 : 1); /* not dropped: dies */
    }
    assert_int_equal(waitpid(child, &code, 0), child);
    assert_int_equal(code, 0);
    assert_int_equal(ons_lock_take(*state, &mine, NULL), ONS_OK);
    ons_lock_drop(&mine);
}

static ons_status square(void *ctx, size_t job, size_t worker, ons_err *err)
{
    (void)worker;
    ((size_t *)ctx)[job] = job * job;
    if (job == 37 || job == 61) return ONS_FAIL(err, ONS_FORMAT, "job %zu", job);
    return ONS_OK;
}

static void test_pool_runs_all_and_reports_the_lowest_failure(void **state)
{
    (void)state;
    size_t out[30] = {0};
    assert_int_equal(ons_pool_run(4, 30, square, out, NULL), ONS_OK);
    for (size_t i = 0; i < 30; i++) assert_int_equal(out[i], i * i);
    size_t many[100];
    ons_err err = ONS_ERR_INIT;
    assert_int_equal(ons_pool_run(3, 100, square, many, &err), ONS_FORMAT);
    assert_string_equal(err.what, "job 37");
    assert_int_equal(ons_pool_run(3, 0, square, many, NULL), ONS_OK);
}

static void test_interrupt_is_seen_once_blocked(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        ons_interrupt_block();
        ons_interrupt i = {0};
        bool before = ons_interrupt_pending(&i);
        (void)raise(SIGTERM);
        bool after = ons_interrupt_pending(&i);
        bool again = ons_interrupt_pending(&i);
        if (before || !after || !again || atomic_load(&i.signal) != SIGTERM) _exit(1);
        (void)raise(SIGTERM); /* the second one has its usual effect */
        _exit(2);
    }
    int code;
    assert_int_equal(waitpid(child, &code, 0), child);
    assert_true(WIFSIGNALED(code) && WTERMSIG(code) == SIGTERM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_write_then_read_and_map, make_dir, drop_dir),
        cmocka_unit_test(test_missing_file_names_path_and_reason),
        cmocka_unit_test_setup_teardown(test_lock_is_for_one_process_and_dies_with_it, make_dir,
                                        drop_dir),
        cmocka_unit_test(test_pool_runs_all_and_reports_the_lowest_failure),
        cmocka_unit_test(test_interrupt_is_seen_once_blocked),
    };
    return cmocka_run_group_tests_name("os", tests, NULL, NULL);
}
