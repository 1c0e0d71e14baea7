/* The table of work: who has a job, until when, and what happens when he is lost. */
#include "place.h"

#include "store/work.h"

static const char *const jobs[] = {"large", "middle", "small"};

static ons_store *store_with_jobs(const place *p)
{
    ons_store *s;
    assert_int_equal(ons_store_open(p->db, ONS_STORE_WRITE, &s, NULL), ONS_OK);
    assert_int_equal(ons_work_list(s, "train", jobs, 3, NULL), ONS_OK);
    return s;
}

static ons_work_claim take(ons_store *s, const char *owner, int64_t now, ons_work_answer want)
{
    ons_work_claim c = {99, 99};
    ons_work_answer answer;
    assert_int_equal(ons_work_take(s, owner, now, 100, &c, &answer, NULL), ONS_OK);
    assert_int_equal(answer, want);
    return c;
}

static void end(ons_store *s, ons_work_claim c, ons_work_state state)
{
    assert_int_equal(ons_work_end(s, &c, state, 0, NULL), ONS_OK);
}

static size_t left(ons_store *s)
{
    size_t n;
    assert_int_equal(ons_work_left(s, &n, NULL), ONS_OK);
    return n;
}

static void test_jobs_are_taken_once_in_order(void **state)
{
    ons_store *s = store_with_jobs(*state);
    const ons_work_claim a = take(s, "0.0", 0, ONS_WORK_TAKEN);
    const ons_work_claim b = take(s, "1.0", 0, ONS_WORK_TAKEN);
    assert_int_equal(a.job, 0);
    assert_int_equal(b.job, 1);
    end(s, a, ONS_WORK_DONE);
    const ons_work_claim c = take(s, "0.0", 0, ONS_WORK_TAKEN);
    assert_int_equal(c.job, 2);
    (void)take(s, "0.1", 0, ONS_WORK_WAIT);
    assert_int_equal(left(s), 2);
    end(s, b, ONS_WORK_OPEN); /* given back */
    assert_int_equal(take(s, "0.1", 0, ONS_WORK_TAKEN).job, 1);
    end(s, c, ONS_WORK_FAILED);
    (void)take(s, "0.0", 0, ONS_WORK_WAIT);
    assert_int_equal(left(s), 2);
    ons_store_close(s);
}

static void test_a_lease_that_ran_out_goes_to_another(void **state)
{
    ons_store *s = store_with_jobs(*state);
    bool mine;
    const ons_work_claim a = take(s, "0.0", 1000, ONS_WORK_TAKEN);
    assert_int_equal(take(s, "1.0", 1100, ONS_WORK_TAKEN).job, 1); /* not yet */
    assert_int_equal(ons_work_renew(s, &a, 1300, &mine, NULL), ONS_OK);
    assert_true(mine);
    assert_int_equal(take(s, "2.0", 1250, ONS_WORK_TAKEN).job, 1); /* not renewed */
    const ons_work_claim b = take(s, "1.0", 1301, ONS_WORK_TAKEN);
    assert_int_equal(b.job, 0);
    assert_int_equal(b.fence, a.fence + 1);
    assert_int_equal(ons_work_renew(s, &a, 9999, &mine, NULL), ONS_OK);
    assert_false(mine);
    end(s, a, ONS_WORK_DONE); /* too late: it is another's */
    assert_int_equal(left(s), 3);
    assert_int_equal(ons_work_renew(s, &b, 9999, &mine, NULL), ONS_OK);
    assert_true(mine);
    end(s, b, ONS_WORK_DONE);
    assert_int_equal(left(s), 2);
    ons_store_close(s);
}

typedef struct lost {
    size_t n, n_again;
    char job[32];
} lost;

static void note_lost(void *ctx, const char *job, bool again)
{
    lost *l = ctx;
    l->n++;
    l->n_again += again;
    (void)snprintf(l->job, sizeof l->job, "%s", job);
}

static void test_what_a_dead_process_had_is_open_again(void **state)
{
    ons_store *s = store_with_jobs(*state);
    for (int died = 1; died <= 3; died++) {
        lost l = {0};
        assert_int_equal(take(s, "1.1", 0, ONS_WORK_TAKEN).job, 0);
        assert_int_equal(take(s, "11.0", 0, ONS_WORK_TAKEN).job, 1);
        assert_int_equal(ons_work_release(s, "1", note_lost, &l, NULL), ONS_OK);
        assert_int_equal(l.n, 1); /* not those of process 11 */
        assert_string_equal(l.job, "large");
        assert_int_equal(l.n_again, died < 3); /* three died of it */
        assert_int_equal(ons_work_release(s, "1", note_lost, &l, NULL), ONS_OK);
        assert_int_equal(l.n, 1);
        if (died < 3) assert_int_equal(ons_work_release(s, "11", note_lost, &l, NULL), ONS_OK);
    }
    assert_int_equal(take(s, "2.0", 0, ONS_WORK_TAKEN).job, 2);
    assert_int_equal(left(s), 3);
    ons_store_close(s);
}

static void test_none_is_left(void **state)
{
    ons_store *s = store_with_jobs(*state);
    for (int i = 0; i < 3; i++)
        end(s, take(s, "0.0", 0, ONS_WORK_TAKEN), i == 1 ? ONS_WORK_FAILED : ONS_WORK_DONE);
    (void)take(s, "0.0", 0, ONS_WORK_NONE);
    assert_int_equal(left(s), 1);
    assert_int_equal(ons_work_list(s, "evaluate", jobs, 2, NULL), ONS_OK);
    assert_int_equal(left(s), 2); /* a stage takes the place of the one before */
    ons_store_close(s);
}

static void test_a_handle_that_is_suspended(void **state)
{
    ons_store *s = store_with_jobs(*state);
    ons_work_claim c;
    ons_work_answer answer;
    ons_store_suspend(s);
    assert_int_equal(ons_work_take(s, "0.0", 0, 100, &c, &answer, NULL), ONS_IO);
    assert_int_equal(ons_work_list(s, "train", jobs, 1, NULL), ONS_IO);
    assert_int_equal(ons_work_release(s, "0", note_lost, NULL, NULL), ONS_IO);
    assert_int_equal(ons_store_resume(s, NULL), ONS_OK);
    assert_int_equal(left(s), 3);
    ons_store_suspend(s);
    ons_store_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_jobs_are_taken_once_in_order, make_place, drop_place),
        cmocka_unit_test_setup_teardown(test_a_lease_that_ran_out_goes_to_another, make_place,
                                        drop_place),
        cmocka_unit_test_setup_teardown(test_what_a_dead_process_had_is_open_again, make_place,
                                        drop_place),
        cmocka_unit_test_setup_teardown(test_none_is_left, make_place, drop_place),
        cmocka_unit_test_setup_teardown(test_a_handle_that_is_suspended, make_place, drop_place),
    };
    return cmocka_run_group_tests_name("store work", tests, NULL, NULL);
}
