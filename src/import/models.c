#include "import/models.h"

#include <math.h>
#include <stdlib.h>

#include "base/parse.h"
#include "import/name.h"
#include "text/csv.h"

#define SAME_TOKENS 0.005 /* a last checkpoint may be named by its step: the plan was rounded */

extern const unsigned char ons_models_csv[];
extern const size_t ons_models_csv_len;

typedef struct ons_model_alias {
    const char *key; /* "pythia-1.4b", or "pythia-1.4b@step3000" of a row of its own */
    size_t row;
} alias;

enum { FAMILY, MODEL, ALIASES, PARAMS, NON_EMBEDDING, TOKENS, FLOPS, PER_STEP, SOURCE, N_COLUMNS };
static const char *const column_name[N_COLUMNS] = {
    "family", "model", "aliases",         "params", "params_non_embedding",
    "tokens", "flops", "tokens_per_step", "source"};

ons_str ons_models_builtin(void)
{
    return (ons_str){(const char *)ons_models_csv, ons_models_csv_len};
}

static ons_status grow(ons_arena *a, void *array, size_t item_bytes, size_t n, size_t *cap,
                       ons_err *err)
{
    if (n < *cap) return ONS_OK;
    const size_t more = *cap ? *cap * 2 : 256;
    void *fresh, *old;
    ONS_TRY(ons_arena_alloc(a, more, item_bytes, 16, &fresh, err));
    memcpy(&old, array, sizeof old);
    if (n) memcpy(fresh, old, n * item_bytes);
    memcpy(array, &fresh, sizeof fresh);
    *cap = more;
    return ONS_OK;
}

/* ---- reading ---- */

typedef struct reader {
    ons_models *t;
    ons_arena *arena;
    const char *file;
    size_t at[N_COLUMNS]; /* field of the column; SIZE_MAX: none */
} reader;

static ons_status fail_at(const reader *r, const ons_csv_field *f, ons_status s, ons_err *err)
{
    return ons_err_where(err, s, "%s:%u:%u", r->file, f->line, f->column);
}

static ons_status read_header(reader *r, const ons_csv_row *row, ons_err *err)
{
    for (size_t c = 0; c < N_COLUMNS; c++) {
        r->at[c] = SIZE_MAX;
        for (size_t i = 0; i < row->n_fields; i++)
            if (ons_str_eq(ons_str_trim(row->field[i].text), ons_str_of(column_name[c])))
                r->at[c] = i;
    }
    static const int needed[] = {FAMILY, MODEL, PARAMS};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        if (r->at[needed[i]] != SIZE_MAX) continue;
        ons_status s =
            ONS_FAIL(err, ONS_FORMAT, "the header has no column '%s'", column_name[needed[i]]);
        (void)ons_err_hint(err, s, "a header such as family,model,params,tokens");
        return fail_at(r, &row->field[0], s, err);
    }
    return ONS_OK;
}

static ons_str field(const reader *r, const ons_csv_row *row, int c)
{
    return r->at[c] < row->n_fields ? ons_str_trim(row->field[r->at[c]].text) : ONS_S("");
}

static ons_status number(const reader *r, const ons_csv_row *row, int c, double *ret_v,
                         ons_err *err)
{
    const ons_str s = field(r, row, c);
    *ret_v = (double)NAN;
    if (s.len == 0) return ONS_OK;
    if (ons_parse_count(s, ret_v) && *ret_v > 0) return ONS_OK;
    ons_status st = ONS_FAIL(err, ONS_FORMAT,
                             "'" ONS_STR_FMT "' in column %s, allowed is a number above 0, also "
                             "with k, M, B, T, or nothing",
                             ONS_STR(s), column_name[c]);
    return fail_at(r, &row->field[r->at[c]], st, err);
}

static ons_status add_key(reader *r, const char *key, size_t row, ons_err *err)
{
    ons_models *t = r->t;
    char *copy;
    if (key[0] == '\0') return ONS_OK;
    const size_t n = strlen(key);
    ONS_TRY(ONS_NEW(r->arena, n + 1, &copy, err));
    memcpy(copy, key, n + 1);
    ONS_TRY(grow(r->arena, &t->alias, sizeof *t->alias, t->n_aliases, &t->cap_aliases, err));
    t->alias[t->n_aliases++] = (alias){copy, row};
    return ONS_OK;
}

/* The key of x, the character, y; false: too long for a key. */
static bool joined_key(ons_str x, char between, ons_str y, char key[ONS_MODEL_KEY_MAX])
{
    char name[ONS_MODEL_KEY_MAX];
    if (x.len + y.len + 2 > sizeof name) return false;
    if (x.len) memcpy(name, x.ptr, x.len);
    name[x.len] = between;
    if (y.len) memcpy(name + x.len + 1, y.ptr, y.len);
    ons_model_key((ons_str){name, x.len + 1 + y.len}, key);
    return true;
}

/* A name in the table is read as one in results is: owner and folders are no part of it. Where
 * two owners have a model of one name, the key with the owner tells them apart. */
static ons_status add_alias(reader *r, ons_str name, size_t row, ons_err *err)
{
    char key[ONS_MODEL_KEY_MAX], owned[ONS_MODEL_KEY_MAX];
    ons_model_name n;
    ons_model_name_parse(name, &n);
    ons_model_key(n.whole, key);
    /* the revision stood apart: "pretrained=NAME,revision=R" */
    if (n.revision.len && strcmp(key, n.key) == 0 && !joined_key(n.whole, '@', n.revision, key))
        return ONS_OK;
    ONS_TRY(add_key(r, key, row, err));
    if (n.owner.len == 0 || !joined_key(n.owner, '/', ons_str_of(key), owned)) return ONS_OK;
    return add_key(r, owned, row, err);
}

static ons_status keep(const reader *r, ons_str s, ons_str *ret_s, ons_err *err)
{
    char *p;
    ONS_TRY(ONS_NEW(r->arena, s.len + 1, &p, err));
    if (s.len) memcpy(p, s.ptr, s.len);
    *ret_s = (ons_str){p, s.len};
    return ONS_OK;
}

static ons_status read_numbers(const reader *r, const ons_csv_row *row, ons_model_row *m,
                               ons_err *err)
{
    ONS_TRY(number(r, row, PARAMS, &m->params, err));
    ONS_TRY(number(r, row, NON_EMBEDDING, &m->params_non_embedding, err));
    ONS_TRY(number(r, row, TOKENS, &m->tokens, err));
    ONS_TRY(number(r, row, FLOPS, &m->flops, err));
    ONS_TRY(number(r, row, PER_STEP, &m->tokens_per_step, err));
    if (isnan(m->flops)) m->flops = 6 * m->params * m->tokens;
    return ONS_OK;
}

static ons_status read_row(reader *r, const ons_csv_row *row, ons_err *err)
{
    ons_models *t = r->t;
    ons_model_row m;
    ONS_TRY(keep(r, field(r, row, FAMILY), &m.family, err));
    ONS_TRY(keep(r, field(r, row, MODEL), &m.model, err));
    ONS_TRY(keep(r, field(r, row, SOURCE), &m.source, err));
    if (m.family.len == 0 || m.model.len == 0)
        return fail_at(r, &row->field[0],
                       ONS_FAIL(err, ONS_FORMAT, "a row needs a family and a model"), err);
    ONS_TRY(read_numbers(r, row, &m, err));
    ONS_TRY(grow(r->arena, &t->row, sizeof *t->row, t->n_rows, &t->cap_rows, err));
    t->row[t->n_rows] = m;
    ONS_TRY(add_alias(r, m.model, t->n_rows, err));
    ons_str rest = field(r, row, ALIASES), name;
    while (rest.len) {
        (void)ons_str_cut(&rest, '|', &name);
        ONS_TRY(add_alias(r, name, t->n_rows, err));
    }
    t->n_rows++;
    return ONS_OK;
}

static int by_key_then_row(const void *pa, const void *pb)
{
    const alias *a = pa, *b = pb;
    const int c = strcmp(a->key, b->key);
    return c ? c : (a->row > b->row) - (a->row < b->row);
}

ons_status ons_models_add(ons_models *t, ons_str text, const char *file, ons_arena *a, ons_err *err)
{
    reader r = {.t = t, .arena = a, .file = file};
    ons_csv csv;
    ons_csv_row row;
    bool more = false, header = true;
    ons_status s = ons_csv_open(&csv, text, a, err);
    for (; s == ONS_OK; header = false) {
        s = ons_csv_next(&csv, &row, &more, err);
        if (s != ONS_OK) break;
        if (!more) break;
        ONS_TRY(header ? read_header(&r, &row, err) : read_row(&r, &row, err));
    }
    if (s != ONS_OK) return ons_err_where(err, s, "%s", file);
    if (header)
        return ons_err_where(err, ONS_FAIL(err, ONS_FORMAT, "the file is empty, not even a header"),
                             "%s", file);
    if (t->n_aliases) qsort(t->alias, t->n_aliases, sizeof *t->alias, by_key_then_row);
    return ONS_OK;
}

/* ---- looking up ---- */

/* Of several rows of one name the last one; NULL: none. */
static const ons_model_row *find_key(const ons_models *t, const char *key)
{
    size_t lo = 0, hi = t->n_aliases; /* the first alias behind the key */
    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;
        if (strcmp(t->alias[mid].key, key) <= 0) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    if (lo == 0 || strcmp(t->alias[lo - 1].key, key) != 0) return NULL;
    return &t->row[t->alias[lo - 1].row];
}

/* The row of the owner's model, else of any of that name. */
static const ons_model_row *find_owned(const ons_models *t, ons_str owner, const char *key)
{
    char owned[ONS_MODEL_KEY_MAX];
    const ons_model_row *r =
        owner.len && joined_key(owner, '/', ons_str_of(key), owned) ? find_key(t, owned) : NULL;
    return r ? r : find_key(t, key);
}

static const ons_model_row *find_name(const ons_models *t, const ons_model_name *n)
{
    const ons_model_row *r = find_owned(t, n->owner, n->key);
    const size_t len = strlen(n->key);
    if (r || len < 4 || strcmp(n->key + len - 3, "-hf") != 0) return r;
    char key[ONS_MODEL_KEY_MAX]; /* the conversion of a model is the model */
    memcpy(key, n->key, len - 3);
    key[len - 3] = '\0';
    return find_owned(t, n->owner, key);
}

/* A row of its own for the whole name or for name@revision says more than any rule. */
static const ons_model_row *find_revision(const ons_models *t, const ons_model_name *n)
{
    char key[ONS_MODEL_KEY_MAX];
    ons_model_key(n->whole, key);
    const ons_model_row *whole = strcmp(key, n->key) != 0 ? find_owned(t, n->owner, key) : NULL;
    if (whole) return whole;
    if (n->revision.len == 0 || !joined_key(ons_str_of(n->key), '@', n->revision, key)) return NULL;
    return find_owned(t, n->owner, key);
}

static ons_status join(ons_arena *a, ons_str x, const char *between, ons_str y, ons_str *ret_s,
                       ons_err *err)
{
    const size_t n = strlen(between);
    char *p;
    ONS_TRY(ONS_NEW(a, x.len + n + y.len + 1, &p, err));
    if (x.len) memcpy(p, x.ptr, x.len);
    memcpy(p + x.len, between, n + 1);
    if (y.len) memcpy(p + x.len + n, y.ptr, y.len);
    *ret_s = (ons_str){p, x.len + n + y.len};
    return ONS_OK;
}

/* Tokens that a revision had seen; NaN: not known. *ret_final: training had ended. */
static double tokens_of(const ons_model_row *r, ons_str revision, bool *ret_final)
{
    double step, tokens;
    *ret_final = false;
    switch (ons_revision_parse(revision, &step, &tokens)) {
    case ONS_REVISION_FINAL:
        *ret_final = true;
        return r->tokens;
    case ONS_REVISION_STEP:
        if (isfinite(step) && isfinite(r->tokens_per_step)) tokens = step * r->tokens_per_step;
        *ret_final = fabs(tokens - r->tokens) <= SAME_TOKENS * r->tokens;
        return *ret_final ? r->tokens : tokens;
    case ONS_REVISION_UNKNOWN:
    default:
        return (double)NAN;
    }
}

ons_status ons_models_find(const ons_models *t, ons_str written, ons_arena *a,
                           ons_model_known *ret_known, ons_model_scale *ret_m, ons_err *err)
{
    ons_model_name n;
    bool final = true;
    ons_model_name_parse(written, &n);
    *ret_known = ONS_MODEL_NOT_KNOWN;
    const ons_model_row *r = find_revision(t, &n);
    const bool own_row = r != NULL;
    if (!r) r = find_name(t, &n);
    if (!r) return ONS_OK;
    const double tokens = own_row ? r->tokens : tokens_of(r, n.revision, &final);
    *ret_known = ONS_MODEL_REVISION_NOT_KNOWN;
    if (!final && isnan(tokens)) return ONS_OK;
    ons_model_scale m = {.family = r->family,
                         .model = r->model,
                         .params = r->params,
                         .params_non_embedding = r->params_non_embedding,
                         .tokens = tokens,
                         .flops = final ? r->flops : r->flops * (tokens / r->tokens),
                         .on_the_way = !final};
    if (!final) ONS_TRY(join(a, r->model, "@", n.revision, &m.model, err));
    if (n.variant.len) {
        ONS_TRY(join(a, m.family, " ", n.variant, &m.family, err));
        ONS_TRY(join(a, m.model, " ", n.variant, &m.model, err));
    }
    *ret_known = ONS_MODEL_KNOWN;
    *ret_m = m;
    return ONS_OK;
}
