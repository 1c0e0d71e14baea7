/* RFC 8259 into an arena. Not a packaged parser: the usual one (jansson 2.14) crashes, or hands out
 * a text with a letter less, where an allocation fails; what is read here ends in model files. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/parse.h"
#include "text/json_priv.h"
#include "text/utf8.h"

typedef struct document {
    ons_json root; /* first: the caller's handle is this address */
    ons_arena arena;
} document;

typedef struct parser {
    ons_str text;
    size_t at;
    size_t depth;
    bool python; /* what Python's json module writes beyond RFC 8259 */
    ons_arena *arena;
} parser;

/* ---- errors and signs ---- */

static ons_status fail(const parser *p, size_t at, const char *what, ons_err *err)
{
    size_t line = 1, begin = 0;
    for (size_t i = 0; i < at; i++)
        if (p->text.ptr[i] == '\n') {
            line++;
            begin = i + 1;
        }
    return ONS_FAIL_AT(err, ONS_FORMAT, at, "no JSON: %s, line %zu column %zu", what, line,
                       at - begin + 1);
}

static bool ended(const parser *p) { return p->at >= p->text.len; }

/* The next sign, '\0' at the end (and for a NUL, which nothing allows). */
static char peek_at(const parser *p, size_t at)
{
    if (at >= p->text.len) return '\0';
    return p->text.ptr[at];
}
static char peek(const parser *p) { return peek_at(p, p->at); }

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static void skip_space(parser *p)
{
    while (!ended(p) && is_space(p->text.ptr[p->at])) p->at++;
}

static bool take(parser *p, char c)
{
    skip_space(p);
    if (peek(p) != c) return false;
    p->at++;
    return true;
}

/* ---- strings ---- */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The four digits behind "\u" at `at`. */
static bool code_unit(const parser *p, size_t at, uint32_t *ret_u)
{
    uint32_t u = 0;
    if (p->text.len - at < 6 || p->text.ptr[at] != '\\' || p->text.ptr[at + 1] != 'u') return false;
    for (size_t i = 2; i < 6; i++) {
        const int d = hex_digit(p->text.ptr[at + i]);
        if (d < 0) return false;
        u = u << 4 | (uint32_t)d;
    }
    *ret_u = u;
    return true;
}

static size_t put_utf8(uint32_t c, char *out)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    const size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const uint32_t lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = n; i-- > 1; c >>= 6) out[i] = (char)(0x80 | (c & 0x3F));
    out[0] = (char)(lead[n] | c);
    return n;
}

static ons_status escape(parser *p, char *out, size_t *n, ons_err *err)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char c = peek_at(p, p->at + 1);
    const char *simple = c ? strchr(from, c) : NULL;
    uint32_t u, low;
    if (simple) {
        out[(*n)++] = to[simple - from];
        p->at += 2;
        return ONS_OK;
    }
    if (!code_unit(p, p->at, &u)) return fail(p, p->at, "an unknown escape in a string", err);
    size_t used = 6;
    if (u >= 0xD800 && u < 0xE000) {
        const bool whole =
            u < 0xDC00 && code_unit(p, p->at + 6, &low) && low >= 0xDC00 && low < 0xE000;
        if (!whole && !p->python)
            return fail(p, p->at, "half of a surrogate pair in a string", err);
        u = whole ? 0x10000 + ((u - 0xD800) << 10) + (low - 0xDC00) : 0xFFFD;
        used = whole ? 12 : 6;
    }
    *n += put_utf8(u, out + *n);
    p->at += used;
    return ONS_OK;
}

/* Bytes up to the quote that ends the string, so that room is taken once. */
static size_t raw_len(const parser *p)
{
    size_t i = p->at;
    while (i < p->text.len && p->text.ptr[i] != '"') i += p->text.ptr[i] == '\\' ? 2 : 1;
    return (i < p->text.len ? i : p->text.len) - p->at;
}

/* p->at stands on the opening quote. */
static ons_status parse_string(parser *p, const char **ret_text, size_t *ret_n, ons_err *err)
{
    char *out;
    size_t n = 0;
    p->at++;
    ONS_TRY(ONS_NEW(p->arena, raw_len(p) + 1, &out, err)); /* decoded, it is never longer */
    for (;;) {
        if (ended(p)) return fail(p, p->at, "a string without end", err);
        const char c = p->text.ptr[p->at];
        if (c == '"') break;
        if (c == '\\') {
            ONS_TRY(escape(p, out, &n, err));
            continue;
        }
        const size_t len = ons_utf8_at(p->text, p->at, NULL);
        if (len == 0) return fail(p, p->at, "no UTF-8 in a string", err);
        if ((unsigned char)c < 0x20) return fail(p, p->at, "a control character in a string", err);
        memcpy(out + n, p->text.ptr + p->at, len);
        n += len;
        p->at += len;
    }
    p->at++;
    *ret_text = out;
    *ret_n = n;
    return ONS_OK;
}

/* ---- numbers and words ---- */

static bool digits(parser *p)
{
    const size_t begin = p->at;
    while (peek(p) >= '0' && peek(p) <= '9') p->at++;
    return p->at > begin;
}

/* -?(0|[1-9][0-9]*)(.[0-9]+)?([eE][+-]?[0-9]+)?; *ret_whole: only the first part. */
static bool scan_number(parser *p, bool *ret_whole)
{
    if (peek(p) == '-') p->at++;
    const bool zero = peek(p) == '0';
    const size_t begin = p->at;
    if (!digits(p) || (zero && p->at - begin > 1)) return false;
    *ret_whole = true;
    if (peek(p) == '.') {
        *ret_whole = false;
        p->at++;
        if (!digits(p)) return false;
    }
    if (peek(p) == 'e' || peek(p) == 'E') {
        *ret_whole = false;
        p->at++;
        if (peek(p) == '+' || peek(p) == '-') p->at++;
        return digits(p);
    }
    return true;
}

static bool whole_number(ons_str s, int64_t *ret_v)
{
    const bool minus = s.ptr[0] == '-';
    uint64_t v;
    if (!ons_parse_u64((ons_str){s.ptr + minus, s.len - minus}, &v)) return false;
    if (v > (uint64_t)INT64_MAX) return false;
    *ret_v = minus ? -(int64_t)v : (int64_t)v;
    return true;
}

/* Python's words for what is no finite number; false where none stands here. */
static bool not_finite(parser *p, ons_json *v)
{
    static const struct {
        const char *word;
        double value;
    } known[] = {{"NaN", NAN}, {"Infinity", INFINITY}, {"-Infinity", -INFINITY}};
    const ons_str rest = {p->text.ptr + p->at, p->text.len - p->at};
    for (size_t i = 0; p->python && i < sizeof known / sizeof *known; i++) {
        if (!ons_str_starts(rest, ons_str_of(known[i].word))) continue;
        v->kind = ONS_JSON_NUMBER;
        v->as.number = known[i].value;
        p->at += strlen(known[i].word);
        return true;
    }
    return false;
}

static ons_status parse_number(parser *p, ons_json *v, ons_err *err)
{
    const size_t begin = p->at;
    v->kind = ONS_JSON_NUMBER;
    if (!scan_number(p, &v->whole)) return fail(p, begin, "no number", err);
    const ons_str s = {p->text.ptr + begin, p->at - begin};
    if (v->whole && whole_number(s, &v->as.integer)) return ONS_OK;
    const bool exact = v->whole; /* as written; Python's integers have no limit */
    if (!exact || p->python) {
        v->whole = false;
        if (ons_parse_f64(s, &v->as.number)) return ONS_OK;
    }
    return fail(p, begin, "a number that is too large", err);
}

static ons_status parse_word(parser *p, ons_json *v, ons_err *err)
{
    static const struct {
        const char *word;
        ons_json_kind kind;
        bool truth;
    } known[] = {{"true", ONS_JSON_BOOL, true},
                 {"false", ONS_JSON_BOOL, false},
                 {"null", ONS_JSON_NULL, false}};
    const ons_str rest = {p->text.ptr + p->at, p->text.len - p->at};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (!ons_str_starts(rest, ons_str_of(known[i].word))) continue;
        v->kind = known[i].kind;
        v->truth = known[i].truth;
        p->at += strlen(known[i].word);
        return ONS_OK;
    }
    return fail(p, p->at, ended(p) ? "the text ends where a value must stand" : "no value", err);
}

/* ---- containers ---- */

static int by_key(const void *a, const void *b)
{
    const ons_json *x = *(ons_json *const *)a, *y = *(ons_json *const *)b;
    const int c = strcmp(x->key, y->key);
    return c ? c : (x->key_at > y->key_at) - (x->key_at < y->key_at);
}

/* From the list to the arrays; a key that stands there twice is refused. */
static ons_status close_container(parser *p, ons_json *v, ons_json *first, ons_err *err)
{
    const bool object = v->kind == ONS_JSON_OBJECT;
    size_t i = 0;
    const ons_json *twice = NULL;
    /* NOLINTBEGIN(bugprone-sizeof-expression): arrays of pointers */
    ONS_TRY(ONS_NEW(p->arena, v->n * (object ? 2 : 1) + 1, &v->as.item, err));
    for (ons_json *x = first; x; x = x->next) v->as.item[i++] = x;
    if (!object || v->n == 0) return ONS_OK;
    ons_json **sorted = v->as.item + v->n;
    memcpy(sorted, v->as.item, v->n * sizeof *sorted);
    qsort(sorted, v->n, sizeof *sorted, by_key);
    /* NOLINTEND(bugprone-sizeof-expression) */
    for (i = 1; i < v->n; i++)
        if (strcmp(sorted[i - 1]->key, sorted[i]->key) == 0 &&
            (!twice || sorted[i]->key_at < twice->key_at))
            twice = sorted[i];
    if (!twice) return ONS_OK;
    char what[96];
    (void)snprintf(what, sizeof what, "the key '%.60s' stands there twice", twice->key);
    return fail(p, twice->key_at, what, err);
}

static ons_status parse_value(parser *p, ons_json *v, ons_err *err);

static ons_status parse_key(parser *p, ons_json *v, ons_err *err)
{
    size_t n = 0;
    skip_space(p);
    v->key_at = p->at;
    if (peek(p) != '"') return fail(p, p->at, "a key in quotes must stand here", err);
    ONS_TRY(parse_string(p, &v->key, &n, err));
    if (strlen(v->key) != n) return fail(p, v->key_at, "a NUL in a key", err);
    return take(p, ':') ? ONS_OK : fail(p, p->at, "':' must stand here", err);
}

static ons_status parse_container(parser *p, ons_json *v, ons_err *err)
{
    const bool object = peek(p) == '{';
    const char end = object ? '}' : ']';
    ons_json *first = NULL, **link = &first;
    if (p->depth == ONS_JSON_DEPTH_MAX)
        return ONS_FAIL_AT(err, ONS_LIMIT, p->at, "JSON nested deeper than %d levels",
                           ONS_JSON_DEPTH_MAX);
    p->depth++;
    p->at++;
    v->kind = object ? ONS_JSON_OBJECT : ONS_JSON_ARRAY;
    if (!take(p, end)) {
        do {
            ons_json *x;
            ONS_TRY(ONS_NEW(p->arena, 1, &x, err));
            if (object) ONS_TRY(parse_key(p, x, err));
            ONS_TRY(parse_value(p, x, err));
            *link = x;
            link = &x->next;
            v->n++;
        } while (take(p, ','));
        if (!take(p, end))
            return fail(p, p->at,
                        object ? "',' or '}' must stand here" : "',' or ']' must stand here", err);
    }
    p->depth--;
    return close_container(p, v, first, err);
}

/* Recursion is as deep as ONS_JSON_DEPTH_MAX. */
static ons_status parse_value(parser *p, ons_json *v, ons_err *err) /* NOLINT(misc-no-recursion) */
{
    skip_space(p);
    const char c = peek(p);
    if (c == '{' || c == '[') return parse_container(p, v, err);
    if (c == '"') {
        v->kind = ONS_JSON_STRING;
        return parse_string(p, &v->as.text, &v->n, err);
    }
    if (not_finite(p, v)) return ONS_OK;
    if (c == '-' || (c >= '0' && c <= '9')) return parse_number(p, v, err);
    return parse_word(p, v, err);
}

static ons_status parse_document(ons_str text, bool python, ons_json **ret_doc, ons_err *err)
{
    document *d = calloc(1, sizeof *d);
    if (!d) return ONS_FAIL(err, ONS_NOMEM, "no memory for %zu bytes of JSON", text.len);
    ons_arena_init(&d->arena, 0);
    parser p = {.text = text, .python = python, .arena = &d->arena};
    ons_status s = parse_value(&p, &d->root, err);
    skip_space(&p);
    if (s == ONS_OK && !ended(&p)) s = fail(&p, p.at, "more than one value", err);
    if (s != ONS_OK) {
        ons_json_free(&d->root);
        return s;
    }
    *ret_doc = &d->root;
    return ONS_OK;
}

ons_status ons_json_parse(ons_str text, ons_json **ret_doc, ons_err *err)
{
    return parse_document(text, false, ret_doc, err);
}

ons_status ons_json_parse_python(ons_str text, ons_json **ret_doc, ons_err *err)
{
    return parse_document(text, true, ret_doc, err);
}

void ons_json_free(ons_json *doc)
{
    if (!doc) return;
    document *d = (document *)(void *)doc;
    ons_arena_clear(&d->arena);
    free(d);
}
