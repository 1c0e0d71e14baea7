#include "trial.h"

#include <ftw.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/parse.h"
#include "os/file.h"

#define LIMIT_S 60

/* ---- running ---- */

static void read_errors(const char *cwd, trial_end *e)
{
    char path[ONS_PATH_MAX], line[sizeof e->error];
    (void)snprintf(path, sizeof path, "%s/stderr", cwd);
    FILE *f = fopen(path, "re");
    if (!f) return;
    while (fgets(line, sizeof line, f)) {
        if (strncmp(line, "error: ", 7) != 0 || strlen(line) < 15) continue;
        e->n_errors++;
        line[strcspn(line, "\n")] = '\0';
        memcpy(e->error, line, sizeof line);
    }
    (void)fclose(f);
}

static void become(char *const argv[], const char *cwd, const char *const env[])
{
    if (chdir(cwd) != 0 || !freopen("stderr", "w", stderr) || !freopen("/dev/null", "w", stdout))
        _exit(98);
    (void)alarm(LIMIT_S); /* outlives exec: a hang is a signal */
    for (size_t i = 0; env && env[i]; i++) {
        char name[64];
        const char *eq = strchr(env[i], '=');
        (void)snprintf(name, sizeof name, "%.*s", (int)(eq - env[i]), env[i]);
        (void)setenv(name, eq + 1, 1);
    }
    (void)execv(argv[0], argv);
    _exit(98);
}

trial_end trial_run(char *const argv[], const char *cwd, const char *const env[])
{
    trial_end e = {.exit_code = -1};
    int status;
    (void)fflush(stdout); /* or the child writes it too */
    const pid_t pid = fork();
    if (pid == 0) become(argv, cwd, env);
    if (pid < 0 || waitpid(pid, &status, 0) != pid) {
        perror("fork");
        exit(98);
    }
    if (WIFEXITED(status)) e.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) e.signal = WTERMSIG(status);
    if (e.exit_code == 98) {
        (void)fprintf(stderr, "cannot run %s in %s\n", argv[0], cwd);
        exit(98);
    }
    read_errors(cwd, &e);
    return e;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *f)
{
    (void)st, (void)type, (void)f;
    return remove(path);
}

void trial_remove(const char *path) { (void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS); }

/* ---- what is left ---- */

static void put_table(sqlite3 *db, const char *table, ons_buf *out)
{
    char sql[256];
    sqlite3_stmt *q;
    (void)snprintf(sql, sizeof sql, "SELECT * FROM %s ORDER BY 1, 2, 3, 4, 5, 6", table);
    if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK) {
        ons_buf_printf(out, "db %s: %s\n", table, sqlite3_errmsg(db));
        return;
    }
    while (sqlite3_step(q) == SQLITE_ROW) {
        ons_hasher h;
        ons_hasher_init(&h);
        for (int i = 0; i < sqlite3_column_count(q); i++) {
            const void *p = sqlite3_column_blob(q, i);
            const int n = sqlite3_column_bytes(q, i);
            ons_hasher_u64(&h, (uint64_t)sqlite3_column_type(q, i));
            ons_hasher_bytes(&h, p ? p : "", (size_t)n);
        }
        ons_buf_printf(out, "db %s %s\n", table, ons_id_hex(ons_hasher_end(&h)).hex);
    }
    (void)sqlite3_finalize(q);
}

static bool put_database(const char *path, ons_buf *out)
{
    sqlite3 *db;
    sqlite3_stmt *q;
    bool ok = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
              sqlite3_prepare_v2(db,
                                 "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND "
                                 "name NOT IN ('run', 'event', 'work') ORDER BY name",
                                 -1, &q, NULL) == SQLITE_OK;
    if (ok) {
        while (sqlite3_step(q) == SQLITE_ROW)
            put_table(db, (const char *)sqlite3_column_text(q, 0), out);
        (void)sqlite3_finalize(q);
    } else {
        ons_buf_printf(out, "db cannot be read: %s\n", sqlite3_errmsg(db));
    }
    (void)sqlite3_close(db);
    return ok;
}

static bool put_file(const char *path, const char *name, ons_buf *out)
{
    ons_buf b;
    ons_buf_init(&b, (size_t)1 << 28);
    const bool ok = ons_file_read(path, &b, NULL) == ONS_OK;
    ons_buf_printf(out, "%s %s\n", name,
                   ok ? ons_id_hex(ons_hash(ons_buf_bytes(&b))).hex : "cannot be read");
    ons_buf_release(&b);
    return ok;
}

static bool put_dir(const char *dir, const char *name, ons_buf *out)
{
    ons_dir_list l;
    bool ok = true;
    if (ons_dir_list_read(dir, &l, NULL) != ONS_OK) return false;
    for (size_t i = 0; i < l.n_names; i++) {
        char path[ONS_PATH_MAX], inner[ONS_PATH_MAX];
        const bool db = strncmp(l.name[i], "onset.db", 8) == 0;
        if (strcmp(l.name[i], ".lock") == 0 || (db && l.name[i][8] != '\0')) continue;
        ok = ons_path_format(path, sizeof path, NULL, "%s/%s", dir, l.name[i]) == ONS_OK &&
             ons_path_format(inner, sizeof inner, NULL, "%s/%s", name, l.name[i]) == ONS_OK && ok;
        if (ons_dir_exists(path))
            ok = put_dir(path, inner, out) && ok; /* NOLINT(misc-no-recursion) */
        else
            ok = (db ? put_database(path, out) : put_file(path, inner, out)) && ok;
    }
    ons_dir_list_release(&l);
    return ok;
}

bool trial_fingerprint(const char *cwd, ons_buf *ret_text)
{
    char path[ONS_PATH_MAX];
    ons_buf_reset(ret_text);
    return ons_path_format(path, sizeof path, NULL, "%s/%s", cwd, TRIAL_OUT) == ONS_OK &&
           put_dir(path, TRIAL_OUT, ret_text) && ret_text->state == ONS_OK;
}

void trial_difference(const ons_buf *want, const ons_buf *got, char *buf, size_t cap)
{
    ons_str a = ons_buf_str(want), b = ons_buf_str(got), x = {0}, y = {0};
    buf[0] = '\0';
    while (a.len || b.len) {
        if (a.len) (void)ons_str_cut(&a, '\n', &x);
        if (b.len) (void)ons_str_cut(&b, '\n', &y);
        if (ons_str_eq(x, y)) continue;
        (void)snprintf(buf, cap, "expected '" ONS_STR_FMT "', found '" ONS_STR_FMT "'", ONS_STR(x),
                       ONS_STR(y));
        return;
    }
}
