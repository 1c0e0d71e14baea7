/* Others at the same file: who waits, who is told "busy", and directories that only others
 * may write. */
#include <pthread.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <time.h>

#include "place.h"

#include "base/buf.h"
#include "store/store_priv.h" /* the time to wait, which no test has */

enum { NOBODY = 65534 };

static void make_store(const place *p)
{
    ons_store *s;
    assert_int_equal(ons_store_open(p->db, ONS_STORE_WRITE, &s, NULL), ONS_OK);
    put_subjects(s);
    const ons_response r = response("a", 0);
    assert_int_equal(ons_store_put_responses(s, &r, 1, NULL), ONS_OK);
    ons_store_close(s);
}

static void sql(sqlite3 *db, const char *text)
{
    if (sqlite3_exec(db, text, 0, 0, 0) != SQLITE_OK) fail_msg("%s: %s", text, sqlite3_errmsg(db));
}

static void *commit_soon(void *db)
{
    const struct timespec wait = {0, 300000000L};
    (void)nanosleep(&wait, NULL);
    (void)sqlite3_exec(db, "COMMIT", 0, 0, 0);
    return NULL;
}

/* While another program holds the whole file for a moment: `access` waits, and gets it. */
static void expect_patience(const place *p, ons_store_access access)
{
    sqlite3 *db;
    pthread_t other;
    ons_store *s = NULL;
    bool has;
    make_store(p);
    assert_int_equal(sqlite3_open(p->db, &db), SQLITE_OK);
    sql(db, "BEGIN EXCLUSIVE");
    assert_int_equal(pthread_create(&other, NULL, commit_soon, db), 0);
    ons_err err = ONS_ERR_INIT;
    ons_status st = ons_store_open(p->db, access, &s, &err);
    (void)pthread_join(other, NULL);
    (void)sqlite3_close(db);
    if (st != ONS_OK) fail_msg("%s", err.what);
    assert_int_equal(ons_store_has_response(s, id_of("a"), &has, NULL), ONS_OK);
    assert_true(has);
    ons_store_close(s);
}

static void test_a_reader_waits_for_a_writer(void **state)
{
    expect_patience(*state, ONS_STORE_READ);
}

static void test_a_writer_waits_for_a_writer(void **state)
{
    expect_patience(*state, ONS_STORE_WRITE);
}

static void test_past_the_time_to_wait_it_is_busy(void **state)
{
    const place *p = *state;
    sqlite3 *db;
    ons_store *s;
    ons_err err = ONS_ERR_INIT;
    bool has;
    make_store(p);
    assert_int_equal(ons_store_open(p->db, ONS_STORE_WRITE, &s, NULL), ONS_OK);
    (void)sqlite3_busy_timeout(s->db, 50);
    assert_int_equal(sqlite3_open(p->db, &db), SQLITE_OK);
    sql(db, "BEGIN IMMEDIATE");
    const ons_response r = response("b", 1);
    assert_int_equal(ons_store_put_responses(s, &r, 1, &err), ONS_BUSY);
    assert_string_equal(err.where, p->db);
    assert_non_null(strstr(err.hint, "other program"));
    assert_int_equal(ons_store_has_response(s, id_of("a"), &has, NULL),
                     ONS_OK); /* reading goes on */
    assert_true(has);
    sql(db, "ROLLBACK");
    assert_int_equal(ons_store_put_responses(s, &r, 1, NULL), ONS_OK);
    (void)sqlite3_close(db);
    ons_store_close(s);
}

/* What `look` returns in a child that may not write into the directory: root may write
 * anywhere, so root becomes nobody. */
static int as_stranger(const place *p, int (*look)(const char *db))
{
    int code;
    (void)chmod(p->dir, 0555);
    pid_t child = fork();
    if (child == 0) {
        if (geteuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0)) _exit(100);
        if (access(p->dir, W_OK) == 0) _exit(100);
        _exit(look(p->db));
    }
    assert_int_equal(waitpid(child, &code, 0), child);
    (void)chmod(p->dir, 0755);
    if (WIFEXITED(code) && WEXITSTATUS(code) == 100) {
        print_message("root cannot become another user here\n");
        skip();
    }
    return WIFEXITED(code) ? WEXITSTATUS(code) : -1;
}

/* 0: it opens and holds the response. */
static int look_inside(const char *db)
{
    ons_store *s;
    ons_err err = ONS_ERR_INIT;
    bool has = false;
    ons_status st = ons_store_open(db, ONS_STORE_READ, &s, &err);
    if (st != ONS_OK) return st;
    st = ons_store_has_response(s, id_of("a"), &has, &err);
    ons_store_close(s);
    return st != ONS_OK ? (int)st : has ? 0 : 99;
}

static int open_for_writing(const char *db)
{
    ons_store *s;
    ons_err err = ONS_ERR_INIT;
    ons_status st = ons_store_open(db, ONS_STORE_WRITE, &s, &err);
    if (st == ONS_OK) ons_store_close(s);
    return st == ONS_IO && err.hint[0] ? 0 : 1;
}

static void test_a_directory_that_cannot_be_written(void **state)
{
    const place *p = *state;
    sqlite3 *db;
    make_store(p);
    assert_int_equal(as_stranger(p, look_inside), 0);
    assert_int_equal(as_stranger(p, open_for_writing), 0);
    /* In write-ahead mode, as a killed writer leaves it, SQLite wants a file beside it. */
    assert_int_equal(sqlite3_open(p->db, &db), SQLITE_OK);
    sql(db, "PRAGMA journal_mode=WAL");
    (void)sqlite3_close(db);
    assert_int_equal(as_stranger(p, look_inside), 0);
}

/* A log with rows that cannot be seen without writing: refused, never shown without them. */
static void test_a_log_that_cannot_be_read_is_no_empty_log(void **state)
{
    const place *p = *state;
    sqlite3 *db;
    ons_buf log;
    char wal[160];
    make_store(p);
    (void)snprintf(wal, sizeof wal, "%s-wal", p->db);
    ons_buf_init(&log, 1 << 20);
    assert_int_equal(sqlite3_open(p->db, &db), SQLITE_OK);
    sql(db, "PRAGMA journal_mode=WAL; DELETE FROM response");
    assert_int_equal(ons_file_read(wal, &log, NULL), ONS_OK);
    (void)sqlite3_close(db); /* removes the log; a writer that is killed leaves it */
    assert_int_equal(ons_file_write(wal, ons_buf_bytes(&log), NULL), ONS_OK);
    ons_buf_release(&log);
    int code = as_stranger(p, look_inside);
    if (code != ONS_IO && code != ONS_BUSY) fail_msg("code %d", code);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_reader_waits_for_a_writer, make_place, drop_place),
        cmocka_unit_test_setup_teardown(test_a_writer_waits_for_a_writer, make_place, drop_place),
        cmocka_unit_test_setup_teardown(test_past_the_time_to_wait_it_is_busy, make_place,
                                        drop_place),
        cmocka_unit_test_setup_teardown(test_a_directory_that_cannot_be_written, make_place,
                                        drop_place),
        cmocka_unit_test_setup_teardown(test_a_log_that_cannot_be_read_is_no_empty_log, make_place,
                                        drop_place),
    };
    return cmocka_run_group_tests_name("store access", tests, NULL, NULL);
}
