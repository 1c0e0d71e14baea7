#include "import/benchmarks.h"

#include <math.h>

#include "base/parse.h"
#include "text/csv.h"

#define ROWS_MAX 1024

extern const unsigned char ons_benchmarks_csv[];
extern const size_t ons_benchmarks_csv_len;

enum { TASK, METRICS, CHANCE, ITEMS, SOURCE, N_COLUMNS };
static const char *const column_name[N_COLUMNS] = {"task", "metrics", "chance", "n_items",
                                                   "source"};
static const char choice[] =
    "acc|acc_norm|acc_bytes|acc_mutual_info|multiple_choice_grade|exact_match|em|"
    "quasi_exact_match|prefix_exact_match|quasi_prefix_exact_match|mc1";

ons_str ons_benchmarks_builtin(void)
{
    return (ons_str){(const char *)ons_benchmarks_csv, ons_benchmarks_csv_len};
}

static ons_status bad_field(const ons_csv_row *row, int c, const char *file, ons_err *err)
{
    ons_status s = ONS_FAIL(err, ONS_FORMAT, "'" ONS_STR_FMT "' in column %s is no number",
                            ONS_STR(row->field[c].text), column_name[c]);
    return ons_err_where(err, s, "%s:%u:%u", file, row->line, row->field[c].column);
}

static ons_status read_row(const ons_csv_row *row, const char *file, ons_benchmark *b, ons_err *err)
{
    if (row->n_fields != N_COLUMNS)
        return ons_err_where(err,
                             ONS_FAIL(err, ONS_FORMAT, "%zu fields in the row, %d are needed",
                                      row->n_fields, (int)N_COLUMNS),
                             "%s:%u:1", file, row->line);
    *b = (ons_benchmark){.task = row->field[TASK].text,
                         .metrics = row->field[METRICS].text,
                         .chance = (double)NAN,
                         .n_items = (double)NAN};
    if (b->metrics.len == 0) b->metrics = ons_str_of(choice);
    if (row->field[CHANCE].text.len && !ons_parse_f64(row->field[CHANCE].text, &b->chance))
        return bad_field(row, CHANCE, file, err);
    if (row->field[ITEMS].text.len && !ons_parse_f64(row->field[ITEMS].text, &b->n_items))
        return bad_field(row, ITEMS, file, err);
    return ONS_OK;
}

ons_status ons_benchmarks_read(ons_str text, const char *file, ons_arena *a, ons_benchmarks *ret_b,
                               ons_err *err)
{
    ons_csv csv;
    ons_csv_row row;
    bool more = false;
    ons_benchmarks b = {0};
    ONS_TRY(ONS_NEW(a, ROWS_MAX, &b.row, err));
    ons_status s = ons_csv_open(&csv, text, a, err);
    if (s == ONS_OK) s = ons_csv_next(&csv, &row, &more, err); /* the header */
    while (s == ONS_OK && more) {
        s = ons_csv_next(&csv, &row, &more, err);
        if (s != ONS_OK || !more) break;
        if (b.n_rows == ROWS_MAX)
            return ONS_FAIL(err, ONS_LIMIT, "more than %d benchmarks", ROWS_MAX);
        ONS_TRY(read_row(&row, file, &b.row[b.n_rows++], err));
    }
    if (s != ONS_OK) return ons_err_where(err, s, "%s", file);
    *ret_b = b;
    return ONS_OK;
}

static bool ends(ons_str s, ons_str end)
{
    return s.len >= end.len && ons_str_eq((ons_str){s.ptr + s.len - end.len, end.len}, end);
}

static bool fits(ons_str pattern, ons_str task)
{
    if (pattern.len && pattern.ptr[pattern.len - 1] == '*')
        return ons_str_starts(task, (ons_str){pattern.ptr, pattern.len - 1});
    if (pattern.len && pattern.ptr[0] == '*')
        return ends(task, (ons_str){pattern.ptr + 1, pattern.len - 1});
    return ons_str_eq(pattern, task);
}

static bool among(ons_str list, ons_str word)
{
    ons_str one;
    while (list.len) {
        (void)ons_str_cut(&list, '|', &one);
        if (ons_str_eq(one, word)) return true;
    }
    return false;
}

static ons_str without_filter(ons_str metric)
{
    ons_str name;
    (void)ons_str_cut(&metric, ',', &name);
    return name;
}

ons_benchmark ons_benchmarks_find(const ons_benchmarks *b, ons_str task, ons_str metric)
{
    ons_benchmark found = {task, metric, (double)NAN, (double)NAN};
    const ons_str name = without_filter(metric);
    bool said = false; /* also that it is not known */
    for (size_t i = 0; i < b->n_rows; i++) {
        const ons_benchmark *r = &b->row[i];
        if (!fits(r->task, task)) continue;
        if (isnan(found.n_items)) found.n_items = r->n_items;
        if (said || !among(r->metrics, name)) continue;
        found.chance = r->chance;
        said = true;
    }
    return found;
}

bool ons_metric_is_share(ons_str metric)
{
    static const char shares[] =
        "acc|acc_norm|acc_bytes|acc_mutual_info|acc_all|exact_match|em|mc1|mc2|pass@1|"
        "multiple_choice_grade|exact_str_match|case_insensitive_str_match|quasi_exact_match|"
        "prefix_exact_match|quasi_prefix_exact_match|prompt_level_strict_acc|"
        "inst_level_strict_acc|prompt_level_loose_acc|inst_level_loose_acc|pct_stereotype";
    return among(ons_str_of(shares), without_filter(metric));
}
