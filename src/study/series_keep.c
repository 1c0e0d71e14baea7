/* Series of chosen tasks alone, after all have been decided together. */
#include <fnmatch.h>
#include <string.h>

#include "base/parse.h"
#include "study/series.h"

#define PATTERN_MAX 256
#define NAMES_MAX   64 /* names that are looked through for the nearest one */

/* fnmatch takes C strings: of a name with a NUL the part before it counts. */
static bool matches(ons_str pattern, ons_str name, ons_arena *a, ons_err *err, ons_status *st)
{
    char p[PATTERN_MAX];
    char *n;
    memcpy(p, pattern.ptr, pattern.len);
    p[pattern.len] = '\0';
    *st = ONS_NEW(a, name.len + 1, &n, err);
    if (*st != ONS_OK) return false;
    if (name.len) memcpy(n, name.ptr, name.len);
    return fnmatch(p, n, 0) == 0;
}

/* Any of the patterns, which commas separate. */
static ons_status wanted(ons_str patterns, ons_str name, ons_arena *a, bool *ret_yes, ons_err *err)
{
    ons_str one;
    ons_status st = ONS_OK;
    *ret_yes = false;
    while (patterns.len && !*ret_yes && st == ONS_OK) {
        (void)ons_str_cut(&patterns, ',', &one);
        *ret_yes = matches(ons_str_trim(one), name, a, err, &st);
    }
    return st;
}

static bool wild(ons_str pattern)
{
    for (size_t i = 0; i < pattern.len; i++)
        if (strchr("*?[", pattern.ptr[i]) && pattern.ptr[i]) return true;
    return false;
}

static ons_status fail_none(const ons_series_set *set, ons_str patterns, ons_arena *a, ons_err *err)
{
    const char *name[NAMES_MAX] = {NULL};
    size_t n = 0;
    for (size_t i = 0; i < set->n && n < NAMES_MAX; i++) {
        const ons_str task = set->series[i].task;
        char *copy;
        if (i && ons_str_eq(task, set->series[i - 1].task)) continue;
        ONS_TRY(ONS_NEW(a, task.len + 1, &copy, err));
        if (task.len) memcpy(copy, task.ptr, task.len);
        name[n++] = copy;
    }
    const bool one = !memchr(patterns.ptr, ',', patterns.len);
    const bool plain = one && !wild(patterns);
    const char *near = plain ? ons_str_nearest(patterns, name, n) : NULL;
    const ons_status s =
        ONS_FAIL(err, ONS_USAGE, "no task is named '" ONS_STR_FMT "'", ONS_STR(patterns));
    if (near) return ons_err_hint(err, s, "%s", near);
    if (n && plain)
        return ons_err_hint(err, s, "a pattern such as '" ONS_STR_FMT "*'; the first task is %s",
                            ONS_STR(patterns), name[0]);
    return n ? ons_err_hint(err, s, "the first task is %s", name[0]) : s;
}

static ons_status check_patterns(ons_str patterns, ons_err *err)
{
    ons_str one;
    while (patterns.len) {
        (void)ons_str_cut(&patterns, ',', &one);
        if (one.len >= PATTERN_MAX)
            return ONS_FAIL(err, ONS_LIMIT, "a pattern of %zu bytes, allowed below %d", one.len,
                            PATTERN_MAX);
    }
    return ONS_OK;
}

ons_status ons_series_set_keep(ons_series_set *set, ons_str patterns, ons_arena *a, ons_err *err)
{
    size_t *now, n = 0;
    bool yes = false;
    ONS_TRY(check_patterns(patterns, err));
    ONS_TRY(ONS_NEW(a, set->n + 1, &now, err));
    for (size_t i = 0; i < set->n; i++) {
        const bool same = i && ons_str_eq(set->series[i].task, set->series[i - 1].task);
        if (!same) ONS_TRY(wanted(patterns, set->series[i].task, a, &yes, err));
        now[i] = yes ? n++ : ONS_NO_PARTNER;
    }
    if (n == 0 && set->n > 0) return fail_none(set, patterns, a, err);
    for (size_t i = 0; i < set->n; i++) {
        if (now[i] == ONS_NO_PARTNER) continue;
        ons_study_series *s = &set->series[now[i]];
        *s = set->series[i];
        if (s->partner != ONS_NO_PARTNER) s->partner = now[s->partner]; /* of the same task */
    }
    set->n = n;
    return ONS_OK;
}
