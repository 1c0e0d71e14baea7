/* Fails one call after the other of a command and looks whether it bears it:
 *
 *   faults SHIM.so SCRATCH KIND[:ERRNO] FIRST EXTRA SEED -- COMMAND… (which makes ./out)
 *
 * For n = 1…FIRST, and EXTRA places drawn from those beyond, the n-th call of the kind fails. The
 * command must end in an exit code that fits, with one line that says what failed, or in 0 with the
 * right bytes; and the same command without a fault must then leave the bytes of an undisturbed
 * run. KIND+ lets all calls from the n-th on fail, as a full disk does. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/parse.h"
#include "base/rng.h"
#include "os/file.h"
#include "trial.h"

#define TEXT_MAX ((size_t)1 << 24)

typedef struct trials {
    char *const *argv;
    const char *shim, *scratch;
    char kind[32], rest[32]; /* "write", ":ENOSPC" */
    bool onwards;
    ons_buf want, got;
    long passed, failed;
    char out[ONS_PATH_MAX];
} trials;

static void fresh(const trials *t) { trial_remove(t->out); }

/* The number of calls of the kind in an undisturbed run, whose bytes are kept in t->want. */
static long measure(trials *t)
{
    char preload[ONS_PATH_MAX], path[ONS_PATH_MAX], line[64];
    (void)snprintf(preload, sizeof preload, "LD_PRELOAD=%s", t->shim);
    (void)snprintf(path, sizeof path, "%s/count", t->scratch);
    const char *const env[] = {preload, "ONS_FAULT_COUNT=count", NULL};
    fresh(t);
    const trial_end e = trial_run(t->argv, t->scratch, env);
    FILE *f = fopen(path, "re");
    if (e.exit_code != 0 || !f || !trial_fingerprint(t->scratch, &t->want)) {
        (void)printf("undisturbed, the command ended in %d: %s\n", e.exit_code, e.error);
        exit(1);
    }
    long n = 0;
    const size_t len = strlen(t->kind);
    while (fgets(line, sizeof line, f))
        if (strncmp(line, t->kind, len) == 0 && line[len] == ' ') n = strtol(line + len, NULL, 10);
    (void)fclose(f);
    return n;
}

static bool fits(const trials *t, int exit_code)
{
    if (strcmp(t->kind, "clock") == 0) return false; /* time never makes it fail */
    if (exit_code == 3) return strcmp(t->kind, "alloc") == 0;
    return exit_code == 4;
}

static bool same(trials *t, char *why, size_t cap)
{
    if (!trial_fingerprint(t->scratch, &t->got)) {
        (void)snprintf(why, cap, "what it left cannot be read");
        return false;
    }
    trial_difference(&t->want, &t->got, why, cap);
    return why[0] == '\0';
}

static bool judge_faulty(trials *t, const trial_end *e, char *why, size_t cap)
{
    if (e->signal) {
        (void)snprintf(why, cap, "ended by signal %d", e->signal);
    } else if (e->exit_code == 0) {
        return same(t, why, cap);
    } else if (!fits(t, e->exit_code)) {
        (void)snprintf(why, cap, "exit %d: %s", e->exit_code, e->error);
    } else if (e->n_errors != 1) {
        (void)snprintf(why, cap, "exit %d with %d error lines", e->exit_code, e->n_errors);
    } else {
        return true;
    }
    return false;
}

static bool judge_again(trials *t, char *why, size_t cap)
{
    char preload[ONS_PATH_MAX];
    (void)snprintf(preload, sizeof preload, "LD_PRELOAD=%s", t->shim);
    const char *const env[] = {preload, NULL}; /* no fault: it only does not wait for the disk */
    const trial_end e = trial_run(t->argv, t->scratch, env);
    if (e.exit_code == 0) return same(t, why, cap);
    (void)snprintf(why, cap, "exit %d, signal %d: %s", e.exit_code, e.signal, e.error);
    return false;
}

static void one(trials *t, long n)
{
    char preload[ONS_PATH_MAX], fault[128], why[1024] = "";
    (void)snprintf(preload, sizeof preload, "LD_PRELOAD=%s", t->shim);
    (void)snprintf(fault, sizeof fault, "ONS_FAULT=%s:%ld%s%s", t->kind, n, t->onwards ? "+" : "",
                   t->rest);
    const char *const env[] = {preload, fault, NULL};
    fresh(t);
    const trial_end e = trial_run(t->argv, t->scratch, env);
    const char *which = "with the fault";
    bool ok = judge_faulty(t, &e, why, sizeof why);
    if (ok) {
        which = "and then again";
        ok = judge_again(t, why, sizeof why);
    }
    t->passed += ok;
    t->failed += !ok;
    if (!ok) (void)printf("%s, %s: %s\n", fault, which, why);
}

static void read_kind(trials *t, const char *text)
{
    const size_t n = strcspn(text, ":+");
    (void)snprintf(t->kind, sizeof t->kind, "%.*s", (int)n, text);
    t->onwards = text[n] == '+';
    (void)snprintf(t->rest, sizeof t->rest, "%s", text + n + t->onwards);
}

int main(int argc, char **argv)
{
    uint64_t first, extra, seed;
    if (argc < 9 || strcmp(argv[7], "--") != 0 || !ons_parse_u64(ons_str_of(argv[4]), &first) ||
        !ons_parse_u64(ons_str_of(argv[5]), &extra) || !ons_parse_u64(ons_str_of(argv[6]), &seed)) {
        (void)fprintf(stderr,
                      "usage: faults SHIM SCRATCH KIND[+][:ERRNO] FIRST EXTRA SEED -- COMMAND\n");
        return 2;
    }
    trials t = {.argv = argv + 8, .shim = argv[1], .scratch = argv[2]};
    read_kind(&t, argv[3]);
    ons_buf_init(&t.want, TEXT_MAX);
    ons_buf_init(&t.got, TEXT_MAX);
    (void)snprintf(t.out, sizeof t.out, "%s/%s", t.scratch, TRIAL_OUT);
    (void)mkdir(t.scratch, 0777);
    const long total = measure(&t), all = (long)first < total ? (long)first : total;
    for (long n = 1; n <= all; n++) one(&t, n);
    ons_rng r = ons_rng_make(seed, 0);
    for (uint64_t i = 0; i < extra && all < total; i++)
        one(&t, all + 1 + (long)ons_rng_below(&r, (uint32_t)(total - all)));
    (void)printf("%s: %ld calls\n%ld passed, %ld failed\n", argv[3], total, t.passed, t.failed);
    ons_buf_release(&t.want);
    ons_buf_release(&t.got);
    return t.failed ? 1 : 0;
}
