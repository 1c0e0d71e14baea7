#include "study/import_files.h"

#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "os/file.h"

typedef struct lister {
    ons_import_format format;
    ons_arena *arena;
    ons_import_items items;
} lister;

static ons_status add(lister *l, const char *path, bool asked_for, ons_err *err)
{
    ons_import_items *x = &l->items;
    if (x->n >= ONS_IMPORT_FILES_MAX)
        return ONS_FAIL(err, ONS_LIMIT, "more than %zu files", ONS_IMPORT_FILES_MAX);
    if (x->n == x->cap) {
        const size_t cap = x->cap ? x->cap * 2 : 256;
        ons_import_item *more = realloc(x->item, cap * sizeof *more);
        if (!more) return ONS_FAIL(err, ONS_NOMEM, "no memory for %zu files", cap);
        x->item = more;
        x->cap = cap;
    }
    char *copy;
    const size_t n = strlen(path) + 1;
    ONS_TRY(ONS_NEW(l->arena, n, &copy, err));
    memcpy(copy, path, n);
    x->item[x->n++] = (ons_import_item){copy, asked_for};
    return ONS_OK;
}

static bool ends_with(const char *s, const char *end)
{
    const size_t n = strlen(s), m = strlen(end);
    return n >= m && strcmp(s + n - m, end) == 0;
}

/* Of a run of HELM only stats.json is looked at; some of the others are very large. */
static bool is_passed_over(const char *name)
{
    static const char *const names[] = {"per_instance_stats.json", "scenario_state.json",
                                        "instances.json", "scenario.json", "run_spec.json"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0) return true;
    return strncmp(name, "display_", 8) == 0;
}

static bool may_be(const lister *l, const char *name)
{
    switch (l->format) {
    case ONS_IMPORT_CSV:
        return ends_with(name, ".csv");
    case ONS_IMPORT_HELM:
        return strcmp(name, "stats.json") == 0;
    case ONS_IMPORT_AUTO:
        if (ends_with(name, ".csv")) return true;
        return ends_with(name, ".json") && !is_passed_over(name);
    case ONS_IMPORT_LM_EVAL:
    case ONS_IMPORT_BIGBENCH:
    default:
        return ends_with(name, ".json") && !is_passed_over(name);
    }
}

static ons_status list_folder(lister *l, const char *dir,
                              size_t depth, /* NOLINT(misc-no-recursion) */
                              ons_err *err)
{
    ons_dir_list names;
    char path[ONS_PATH_MAX];
    if (depth > ONS_IMPORT_DEPTH_MAX)
        return ons_err_where(
            err,
            ONS_FAIL(err, ONS_LIMIT, "folders nested deeper than %d levels", ONS_IMPORT_DEPTH_MAX),
            "%s", dir);
    ONS_TRY(ons_dir_list_read(dir, &names, err));
    ons_status s = ONS_OK;
    for (size_t i = 0; s == ONS_OK && i < names.n_names; i++) {
        const char *slash = ends_with(dir, "/") ? "" : "/";
        s = ons_path_format(path, sizeof path, err, "%s%s%s", dir, slash, names.name[i]);
        if (s != ONS_OK) break;
        if (ons_dir_exists(path)) {
            s = list_folder(l, path, depth + 1, err);
        } else if (may_be(l, names.name[i]) && ons_file_is_regular(path)) {
            s = add(l, path, false, err);
        }
    }
    ons_dir_list_release(&names);
    return s;
}

static ons_status list_path(lister *l, const char *path, ons_err *err)
{
    const size_t before = l->items.n;
    if (!ons_dir_exists(path)) return add(l, path, true, err);
    ONS_TRY(list_folder(l, path, 0, err));
    if (l->items.n > before) return ONS_OK;
    return ons_err_where(err, ONS_FAIL(err, ONS_IO, "no result files in this folder"), "%s", path);
}

ons_status ons_import_list(const char *const *path, size_t n_paths, ons_import_format format,
                           ons_arena *a, ons_import_items *ret_items, ons_err *err)
{
    lister l = {.format = format, .arena = a};
    ons_status s = ONS_OK;
    for (size_t i = 0; s == ONS_OK && i < n_paths; i++) s = list_path(&l, path[i], err);
    if (s != ONS_OK) {
        free(l.items.item);
        return s;
    }
    *ret_items = l.items;
    return ONS_OK;
}

/* ---- tables among other tables ---- */

/* Without blanks and quotes around it. */
static ons_str bare(ons_str cell)
{
    cell = ons_str_trim(cell);
    if (cell.len < 2 || cell.ptr[0] != '"') return cell;
    return ons_str_trim((ons_str){cell.ptr + 1, cell.len - 2});
}

bool ons_import_is_score_table(ons_str text)
{
    static const char *const needed[] = {"task", "metric", "score"};
    unsigned found = 0;
    size_t from = ons_str_starts(text, ONS_S("\xef\xbb\xbf")) ? 3 : 0;
    for (size_t i = from; i <= text.len; i++) {
        const int c = i < text.len ? text.ptr[i] : '\n';
        if (c != ',' && c != ';' && c != '\t' && c != '\r' && c != '\n') continue;
        const ons_str cell = bare((ons_str){text.ptr + from, i - from});
        for (unsigned k = 0; k < 3; k++)
            if (ons_str_eq(cell, ons_str_of(needed[k]))) found |= 1u << k;
        if (c == '\r' || c == '\n') break;
        from = i + 1;
    }
    return found == 7;
}
