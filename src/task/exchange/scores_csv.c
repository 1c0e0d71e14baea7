#include "task/exchange/scores_csv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "text/csv.h"

typedef enum column_kind { TEXT, NAME, POSITIVE, COUNT, NOT_NEGATIVE, REAL, TRISTATE } column_kind;

/* In the order of writing. NAME: a text that may not be empty; COUNT: at least 1. */
#define COLUMNS(X)                \
    X(family, NAME)               \
    X(model, TEXT)                \
    X(params, POSITIVE)           \
    X(tokens, POSITIVE)           \
    X(flops, POSITIVE)            \
    X(loss, REAL)                 \
    X(task, NAME)                 \
    X(metric, NAME)               \
    X(prompt, TEXT)               \
    X(shots, NOT_NEGATIVE)        \
    X(n_items, COUNT)             \
    X(score, REAL)                \
    X(stderr, NOT_NEGATIVE)       \
    X(random_baseline, REAL)      \
    X(high_score, POSITIVE)       \
    X(seed, TEXT)                 \
    X(note, TEXT)                 \
    X(higher_is_better, TRISTATE) \
    X(intermediate, TRISTATE)     \
    X(primary, TRISTATE)          \
    X(recipe, TEXT)               \
    X(deff, POSITIVE)             \
    X(n_clusters, COUNT)

/* <stdio.h> makes a macro of stderr, and ons_score calls it std_err. */
#undef stderr
typedef enum column {
#define X(name, kind) COLUMN_##name,
    COLUMNS(X)
#undef X
        COLUMN_COUNT
} column;

static const struct {
    const char *name;
    column_kind kind;
} column_info[COLUMN_COUNT] = {
#define X(name, kind) {#name, kind},
    COLUMNS(X)
#undef X
};

enum { RECIPE_COLUMNS_MAX = 16 };

typedef struct reader {
    ons_csv csv;
    const char *file;
    const ons_scores_options *o;
    ons_arena *arena;
    ons_scores *out;
    size_t at[COLUMN_COUNT];           /* field of the column, SIZE_MAX where there is none */
    size_t recipe[RECIPE_COLUMNS_MAX]; /* fields of the columns of the recipe, in their order */
    size_t n_recipe;
    size_t group;    /* field of the column o->group, SIZE_MAX: none */
    size_t n_fields; /* of the header */
} reader;

/* Where column c of a row lives; one of the three is set. */
typedef struct place {
    ons_str *text;
    double *number;
    ons_tristate *tristate;
} place;

static place place_of(ons_score *s, column c)
{
    switch (c) {
    case COLUMN_family:
        return (place){.text = &s->family};
    case COLUMN_model:
        return (place){.text = &s->model};
    case COLUMN_task:
        return (place){.text = &s->task};
    case COLUMN_metric:
        return (place){.text = &s->metric};
    case COLUMN_prompt:
        return (place){.text = &s->prompt};
    case COLUMN_seed:
        return (place){.text = &s->seed};
    case COLUMN_note:
        return (place){.text = &s->note};
    case COLUMN_params:
        return (place){.number = &s->params};
    case COLUMN_tokens:
        return (place){.number = &s->tokens};
    case COLUMN_flops:
        return (place){.number = &s->flops};
    case COLUMN_loss:
        return (place){.number = &s->loss};
    case COLUMN_shots:
        return (place){.number = &s->shots};
    case COLUMN_n_items:
        return (place){.number = &s->n_items};
    case COLUMN_score:
        return (place){.number = &s->score};
    case COLUMN_stderr:
        return (place){.number = &s->std_err};
    case COLUMN_random_baseline:
        return (place){.number = &s->random_baseline};
    case COLUMN_high_score:
        return (place){.number = &s->high_score};
    case COLUMN_higher_is_better:
        return (place){.tristate = &s->higher_is_better};
    case COLUMN_intermediate:
        return (place){.tristate = &s->intermediate};
    case COLUMN_primary:
        return (place){.tristate = &s->primary};
    case COLUMN_recipe:
        return (place){.text = &s->recipe};
    case COLUMN_deff:
        return (place){.number = &s->deff};
    case COLUMN_n_clusters:
        return (place){.number = &s->n_clusters};
    case COLUMN_COUNT:
    default:
        return (place){0};
    }
}

ons_id ons_score_series_id(const ons_score *s)
{
    ons_hasher h;
    ons_hasher_init(&h);
    ons_hasher_str(&h, s->family);
    ons_hasher_str(&h, s->task);
    ons_hasher_str(&h, s->metric);
    ons_hasher_f64(&h, isnan(s->shots) ? -1 : s->shots);
    ons_hasher_str(&h, s->prompt);
    if (s->group.len) ons_hasher_str(&h, s->group);
    return ons_hasher_end(&h);
}

/* Room for one more item of an array that lives in an arena. */
static ons_status grow(ons_arena *a, void *array, size_t item_bytes, size_t n, size_t *cap,
                       ons_err *err)
{
    if (n < *cap) return ONS_OK;
    size_t more = *cap ? *cap * 2 : 64;
    void *fresh, *old;
    ONS_TRY(ons_arena_alloc(a, more, item_bytes, 16, &fresh, err));
    memcpy(&old, array, sizeof old);
    if (n) memcpy(fresh, old, n * item_bytes);
    memcpy(array, &fresh, sizeof fresh);
    *cap = more;
    return ONS_OK;
}

/* Notes a malformed row; `bad` says what is wrong with it. */
static ons_status note_error(reader *r, uint32_t line, uint32_t col, const ons_err *bad,
                             const ons_score *whose, ons_err *err)
{
    ons_scores *out = r->out;
    if (r->o->strict) {
        ons_status s = ONS_FAIL(err, ONS_FORMAT, "%s", bad->what);
        return ons_err_where(err, s, "%s:%u:%u", r->file, line, col);
    }
    ONS_TRY(grow(r->arena, &out->error, sizeof *out->error, out->n_errors, &out->cap_errors, err));
    size_t n = strlen(bad->what);
    char *text;
    ONS_TRY(ONS_NEW(r->arena, n + 1, &text, err));
    memcpy(text, bad->what, n);
    out->error[out->n_errors++] = (ons_scores_error){.file = r->file,
                                                     .line = line,
                                                     .column = col,
                                                     .message = {text, n},
                                                     .series_known = whose != NULL};
    if (!whose) return ONS_OK;
    ONS_TRY(grow(r->arena, &out->left_out, sizeof *out->left_out, out->n_left_out,
                 &out->cap_left_out, err));
    out->left_out[out->n_left_out++] = ons_score_series_id(whose);
    return ONS_OK;
}

/* recipe, tokenizer, data, then what is asked for. */
static size_t recipe_rank(const reader *r, ons_str name)
{
    static const char *const usual[] = {"recipe", "tokenizer", "data"};
    size_t rank = 0;
    for (; rank < 3; rank++)
        if (ons_str_eq(name, ons_str_of(usual[rank]))) return rank;
    ons_str rest = ons_str_of(r->o->recipe ? r->o->recipe : ""), word;
    for (; rest.len > 0 && rank < RECIPE_COLUMNS_MAX; rank++) {
        (void)ons_str_cut(&rest, ',', &word);
        if (ons_str_eq(name, ons_str_trim(word))) return rank;
    }
    return SIZE_MAX;
}

/* Of what is asked for, which words are there. */
static void note_recipe_found(reader *r, ons_str name)
{
    ons_str rest = ons_str_of(r->o->recipe ? r->o->recipe : ""), word;
    for (unsigned i = 0; rest.len > 0 && i < 64; i++) {
        (void)ons_str_cut(&rest, ',', &word);
        if (ons_str_eq(name, ons_str_trim(word))) r->out->recipe_found |= UINT64_C(1) << i;
    }
}

static void note_recipe_column(reader *r, ons_str name, size_t field)
{
    note_recipe_found(r, name);
    size_t rank = recipe_rank(r, name);
    if (rank >= RECIPE_COLUMNS_MAX || r->recipe[rank] != SIZE_MAX) return;
    r->recipe[rank] = field;
    if (rank >= r->n_recipe) r->n_recipe = rank + 1;
}

static ons_status header_column(reader *r, const ons_csv_field *f, size_t i, ons_err *err)
{
    ons_str name = ons_str_trim(f->text);
    note_recipe_column(r, name, i);
    if (r->o->group && r->group == SIZE_MAX && ons_str_eq(name, ons_str_of(r->o->group)))
        r->group = i;
    for (size_t c = 0; c < COLUMN_COUNT; c++) {
        if (!ons_str_eq(name, ons_str_of(column_info[c].name))) continue;
        if (r->at[c] != SIZE_MAX) {
            ons_status s =
                ONS_FAIL(err, ONS_FORMAT, "the column '%s' stands twice", column_info[c].name);
            return ons_err_where(err, s, "%s:%u:%u", r->file, f->line, f->column);
        }
        r->at[c] = i;
    }
    return ONS_OK;
}

/* A name of the header that is no known column but near to the one that is missing. */
static const ons_csv_field *near_miss(const ons_csv_row *row, const char *want)
{
    for (size_t i = 0; i < row->n_fields; i++)
        if (ons_str_nearest(row->field[i].text, &want, 1)) return &row->field[i];
    return NULL;
}

static ons_status check_columns(const reader *r, const ons_csv_row *row, ons_err *err)
{
    static const column needed[] = {COLUMN_family, COLUMN_task, COLUMN_metric, COLUMN_score};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        if (r->at[needed[i]] != SIZE_MAX) continue;
        const char *want = column_info[needed[i]].name;
        const ons_csv_field *near = near_miss(row, want);
        ons_status s = ONS_FAIL(err, ONS_FORMAT, "the header has no column '%s'", want);
        if (near)
            (void)ons_err_hint(err, s, "writing '%s' for '" ONS_STR_FMT "'", want,
                               ONS_STR(near->text));
        (void)ons_err_hint(err, s,
                           "a header with family, task, metric, score and one of params, "
                           "tokens, flops, loss");
        return ons_err_where(err, s, "%s:%u:%u", r->file, row->line, near ? near->column : 1);
    }
    bool scale = r->at[COLUMN_params] != SIZE_MAX || r->at[COLUMN_tokens] != SIZE_MAX ||
                 r->at[COLUMN_flops] != SIZE_MAX || r->at[COLUMN_loss] != SIZE_MAX;
    if (scale) return ONS_OK;
    ons_status s =
        ONS_FAIL(err, ONS_FORMAT, "the header has no scale: params, tokens, flops or loss");
    return ons_err_where(err, s, "%s:%u:1", r->file, row->line);
}

static ons_status read_header(reader *r, ons_err *err)
{
    ons_csv_row row;
    bool more = false;
    for (size_t c = 0; c < COLUMN_COUNT; c++) r->at[c] = SIZE_MAX;
    r->group = SIZE_MAX;
    r->n_recipe = 0;
    for (size_t i = 0; i < RECIPE_COLUMNS_MAX; i++) r->recipe[i] = SIZE_MAX;
    ons_status s = ons_csv_next(&r->csv, &row, &more, err);
    if (s != ONS_OK) return ons_err_where(err, s, "%s", r->file);
    if (!more)
        return ons_err_where(err, ONS_FAIL(err, ONS_FORMAT, "the file is empty, not even a header"),
                             "%s", r->file);
    r->n_fields = row.n_fields;
    for (size_t i = 0; i < row.n_fields; i++) ONS_TRY(header_column(r, &row.field[i], i, err));
    r->out->has_group = r->out->has_group || r->group != SIZE_MAX;
    return check_columns(r, &row, err);
}

static ons_status wrong(column c, ons_str seen, const char *allowed, ons_err *err)
{
    if (seen.len > 40) seen.len = 40;
    return ONS_FAIL(err, ONS_FORMAT, "'" ONS_STR_FMT "' in column %s, allowed is %s", ONS_STR(seen),
                    column_info[c].name, allowed);
}

static bool same_word(ons_str s, const char *lower)
{
    size_t n = strlen(lower);
    if (s.len != n) return false;
    for (size_t i = 0; i < n; i++) {
        char c = s.ptr[i];
        if ((c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) != lower[i]) return false;
    }
    return true;
}

static ons_status parse_tristate(column c, ons_str s, ons_tristate *ret_v, ons_err *err)
{
    if (same_word(s, "1") || same_word(s, "true") || same_word(s, "yes")) {
        *ret_v = ONS_YES;
    } else if (same_word(s, "0") || same_word(s, "false") || same_word(s, "no")) {
        *ret_v = ONS_NO;
    } else {
        return wrong(c, s, "true, false or nothing", err);
    }
    return ONS_OK;
}

#define NUMBER_MAX 64

/* "0,25" where semicolons separate: the comma is the decimal mark. False where it is none. */
static bool decimal_comma(ons_str s, char buf[NUMBER_MAX])
{
    size_t commas = 0;
    if (s.len >= NUMBER_MAX) return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '.') return false;
        commas += s.ptr[i] == ',';
        buf[i] = (char)(s.ptr[i] == ',' ? '.' : s.ptr[i]);
    }
    return commas == 1;
}

static ons_status parse_number(column c, ons_str s, char separator, double *ret_v, ons_err *err)
{
    char buf[NUMBER_MAX];
    double v = NAN;
    const ons_str seen = s;
    if (separator != ',' && decimal_comma(s, buf)) s.ptr = buf;
    if (same_word(s, "nan")) { /* what other programs write for unknown */
        *ret_v = v;
        return ONS_OK;
    }
    if (!ons_parse_count(s, &v)) return wrong(c, seen, "a finite number or nothing", err);
    column_kind kind = column_info[c].kind;
    if (kind == POSITIVE && !(v > 0)) return wrong(c, seen, "a number above 0", err);
    if (kind == COUNT && !(v >= 1)) return wrong(c, seen, "a number from 1", err);
    if (kind == NOT_NEGATIVE && !(v >= 0)) return wrong(c, seen, "a number from 0", err);
    *ret_v = v;
    return ONS_OK;
}

static bool is_word(ons_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!((s.ptr[i] >= 'a' && s.ptr[i] <= 'z') || (s.ptr[i] >= 'A' && s.ptr[i] <= 'Z') ||
              s.ptr[i] == '-' || s.ptr[i] == '_'))
            return false;
    return s.len > 0;
}

/* Published tables say "few" where the number of shots was never printed: the number is
 * unknown then, and the word tells the prompt apart. */
static bool shots_in_words(ons_str text, ons_score *row)
{
    if (!is_word(text) || same_word(text, "nan")) return false;
    if (row->prompt.len == 0) row->prompt = text;
    return true;
}

static ons_status parse_field(column c, ons_str text, char separator, ons_score *row, ons_err *err)
{
    place p = place_of(row, c);
    if (c == COLUMN_shots && shots_in_words(ons_str_trim(text), row)) return ONS_OK;
    if (c == COLUMN_prompt && text.len == 0) return ONS_OK; /* the shots may have named it */
    if (p.text) {
        *p.text = text;
        if (column_info[c].kind == NAME && ons_str_trim(text).len == 0)
            return wrong(c, text, "a name", err);
        return ONS_OK;
    }
    text = ons_str_trim(text);
    if (text.len == 0) return ONS_OK; /* unknown */
    return p.tristate ? parse_tristate(c, text, p.tristate, err)
                      : parse_number(c, text, separator, p.number, err);
}

static ons_score unknown_score(void)
{
    ons_score s = {.origin = ONS_S(""),
                   .group = ONS_S(""),
                   .higher_is_better = ONS_UNKNOWN,
                   .primary = ONS_UNKNOWN};
    for (column c = 0; c < COLUMN_COUNT; c++) {
        place p = place_of(&s, c);
        if (p.text) *p.text = ONS_S("");
        if (p.number) *p.number = NAN;
    }
    return s;
}

/* The fields that say whose row it is, as far as they are there. */
static bool read_identity(const reader *r, const ons_csv_row *row, ons_score *s)
{
    static const column key[] = {COLUMN_family, COLUMN_task, COLUMN_metric, COLUMN_prompt,
                                 COLUMN_shots};
    for (size_t i = 0; i < sizeof key / sizeof *key; i++) {
        size_t at = r->at[key[i]];
        if (at == SIZE_MAX) continue;
        if (at >= row->n_fields) return false;
        if (parse_field(key[i], row->field[at].text, r->csv.separator, s, NULL) != ONS_OK)
            return false;
    }
    if (r->group == SIZE_MAX) return true;
    if (r->group >= row->n_fields) return false;
    s->group = ons_str_trim(row->field[r->group].text);
    return true;
}

/* "web;bpe": values of the columns between semicolons. Those of the column recipe may hold
 * several parts already (a table that was written by us); in others a semicolon is no end. */
static ons_status read_recipe(const reader *r, const ons_csv_row *row, ons_str *ret_s, ons_err *err)
{
    size_t len = r->n_recipe, n = 0;
    bool any = false;
    char *text;
    for (size_t c = 0; c < r->n_recipe; c++)
        if (r->recipe[c] != SIZE_MAX) len += row->field[r->recipe[c]].text.len;
    ONS_TRY(ONS_NEW(r->arena, len + 1, &text, err));
    for (size_t c = 0; c < r->n_recipe; c++) {
        if (c) text[n++] = ';';
        if (r->recipe[c] == SIZE_MAX) continue;
        const ons_str v = ons_str_trim(row->field[r->recipe[c]].text);
        for (size_t i = 0; i < v.len; i++)
            text[n++] = (char)(v.ptr[i] == ';' && c ? ',' : v.ptr[i]);
        any = any || v.len > 0;
    }
    while (n > 0 && text[n - 1] == ';') n--;
    *ret_s = any ? (ons_str){text, n} : ONS_S("");
    return ONS_OK;
}

static ons_status read_row(reader *r, const ons_csv_row *row, ons_err *err)
{
    ons_err bad = ONS_ERR_INIT;
    ons_score s = unknown_score();
    bool known = read_identity(r, row, &s);
    if (row->n_fields != r->n_fields) {
        (void)ONS_FAIL(&bad, ONS_FORMAT, "%zu fields in the row, %zu in the header", row->n_fields,
                       r->n_fields);
        uint32_t col = row->field[row->n_fields - 1].column;
        return note_error(r, row->line, col, &bad, known ? &s : NULL, err);
    }
    for (column c = 0; c < COLUMN_COUNT; c++) {
        if (r->at[c] == SIZE_MAX) continue;
        const ons_csv_field *f = &row->field[r->at[c]];
        if (parse_field(c, f->text, r->csv.separator, &s, &bad) != ONS_OK)
            return note_error(r, f->line, f->column, &bad, known ? &s : NULL, err);
    }
    if (r->n_recipe) ONS_TRY(read_recipe(r, row, &s.recipe, err));
    if (r->o->take) return r->o->take(r->o->ctx, &s, row->line, err);
    ons_scores *out = r->out;
    size_t cap = out->cap_rows; /* both arrays grow in step */
    ONS_TRY(grow(r->arena, &out->line, sizeof *out->line, out->n_rows, &cap, err));
    ONS_TRY(grow(r->arena, &out->row, sizeof *out->row, out->n_rows, &out->cap_rows, err));
    out->line[out->n_rows] = row->line;
    out->row[out->n_rows++] = s;
    return ONS_OK;
}

static int by_id(const void *a, const void *b) { return memcmp(a, b, sizeof(ons_id)); }

static void sort_left_out(ons_scores *out)
{
    if (out->n_left_out == 0) return;
    qsort(out->left_out, out->n_left_out, sizeof *out->left_out, by_id);
    size_t n = 1;
    for (size_t i = 1; i < out->n_left_out; i++)
        if (!ons_id_eq(out->left_out[i], out->left_out[n - 1]))
            out->left_out[n++] = out->left_out[i];
    out->n_left_out = n;
}

static void leave_out(ons_scores *out)
{
    sort_left_out(out);
    if (out->n_left_out == 0) return;
    size_t kept = 0;
    for (size_t i = 0; i < out->n_rows; i++) {
        ons_id id = ons_score_series_id(&out->row[i]);
        if (bsearch(&id, out->left_out, out->n_left_out, sizeof id, by_id)) continue;
        out->line[kept] = out->line[i];
        out->row[kept++] = out->row[i];
    }
    out->n_rows = kept;
}

static ons_status read_rows(reader *r, ons_err *err)
{
    for (;;) {
        ons_csv_row row;
        bool more = true;
        ons_err bad = ONS_ERR_INIT;
        ons_status s = ons_csv_next(&r->csv, &row, &more, &bad);
        if (s == ONS_OK && !more) return ONS_OK;
        if (s == ONS_OK) {
            ONS_TRY(read_row(r, &row, err));
        } else if (s == ONS_FORMAT) {
            ONS_TRY(note_error(r, r->csv.bad_line, r->csv.bad_column, &bad, NULL, err));
        } else {
            if (err) *err = bad;
            return ons_err_where(err, s, "%s", r->file);
        }
    }
}

ons_status ons_scores_csv_read(ons_str text, const char *file, const ons_scores_options *o,
                               ons_arena *a, ons_scores *ret, ons_err *err)
{
    if (text.len > ONS_SCORES_BYTES_MAX)
        return ONS_FAIL(err, ONS_LIMIT, "%zu bytes, at most %zu are allowed", text.len,
                        ONS_SCORES_BYTES_MAX);
    reader r = {.file = file, .o = o, .arena = a, .out = ret};
    size_t errors_before = ret->n_errors;
    ons_status s = ons_csv_open(&r.csv, text, a, err);
    if (s != ONS_OK) return ons_err_where(err, s, "%s", file);
    ONS_TRY(read_header(&r, err));
    s = read_rows(&r, err);
    leave_out(ret);
    ONS_TRY(s);
    size_t n = ret->n_errors - errors_before;
    if (n == 0) return ONS_OK;
    const ons_scores_error *e = &ret->error[errors_before];
    s = ONS_FAIL(err, ONS_PARTIAL, "%zu malformed row%s, the first: " ONS_STR_FMT, n,
                 n == 1 ? "" : "s", ONS_STR(e->message));
    return ons_err_where(err, s, "%s:%u:%u", file, e->line, e->column);
}

static void write_field(const ons_score *row, column c, ons_buf *out)
{
    ons_score copy = *row;
    place p = place_of(&copy, c);
    char number[32];
    if (p.text) {
        ons_csv_put(out, *p.text);
    } else if (p.number) {
        if (isfinite(*p.number))
            ons_buf_text(out, ons_number_text(*p.number, number, sizeof number));
    } else if (p.tristate && *p.tristate != ONS_UNKNOWN) {
        ons_buf_text(out, *p.tristate == ONS_YES ? "true" : "false");
    }
}

void ons_scores_csv_write(const ons_score *row, size_t n_rows, ons_buf *out)
{
    for (column c = 0; c < COLUMN_COUNT; c++) {
        if (c) ons_buf_char(out, ',');
        ons_buf_text(out, column_info[c].name);
    }
    ons_buf_char(out, '\n');
    for (size_t i = 0; i < n_rows; i++) {
        for (column c = 0; c < COLUMN_COUNT; c++) {
            if (c) ons_buf_char(out, ',');
            write_field(&row[i], c, out);
        }
        ons_buf_char(out, '\n');
    }
}
