#include "text/csv.h"

#include <string.h>

/* What separates the fields of the line that begins at `at`. */
static char separator_of(ons_str text, size_t at)
{
    bool quoted = false, semicolon = false, tab = false;
    for (size_t i = at; i < text.len && (quoted || text.ptr[i] != '\n'); i++) {
        const char c = text.ptr[i];
        if (c == '"') quoted = !quoted;
        if (quoted) continue;
        if (c == ',') return ',';
        semicolon = semicolon || c == ';';
        tab = tab || c == '\t';
    }
    if (semicolon) return ';';
    return (char)(tab ? '\t' : ',');
}

static void next_line(ons_csv *r, size_t at);

/* "sep=;", a line by which spreadsheets tell each other. */
static bool take_separator_line(ons_csv *r)
{
    static const char separators[] = ",;\t";
    const size_t at = r->at;
    if (r->text.len - at < 6 || memcmp(r->text.ptr + at, "sep=", 4) != 0) return false;
    const char c = r->text.ptr[at + 4];
    const size_t end = at + 5 + (r->text.ptr[at + 5] == '\r');
    if (c == '\0' || !strchr(separators, c) || end >= r->text.len || r->text.ptr[end] != '\n')
        return false;
    r->separator = c;
    r->at = end + 1;
    next_line(r, r->at);
    return true;
}

ons_status ons_csv_open(ons_csv *r, ons_str text, ons_arena *a, ons_err *err)
{
    *r = (ons_csv){.text = text, .line = 1, .arena = a};
    if (text.len >= 2 &&
        (memcmp(text.ptr, "\xFF\xFE", 2) == 0 || memcmp(text.ptr, "\xFE\xFF", 2) == 0))
        return ons_err_hint(err,
                            ONS_FAIL_AT(err, ONS_FORMAT, 0, "the text is UTF-16, allowed is UTF-8"),
                            "saving it as UTF-8");
    if (text.len >= 3 && memcmp(text.ptr, "\xEF\xBB\xBF", 3) == 0) r->at = r->line_at = 3;
    if (!take_separator_line(r)) r->separator = separator_of(text, r->at);
    return ONS_NEW(a, ONS_CSV_FIELDS_MAX, &r->field, err);
}

/* Characters between the beginning of the line and `at`, from 1. */
static uint32_t column_of(const ons_csv *r, size_t at)
{
    uint32_t n = 1;
    for (size_t i = r->line_at; i < at; i++) n += ((unsigned char)r->text.ptr[i] & 0xC0) != 0x80;
    return n;
}

static void next_line(ons_csv *r, size_t at)
{
    r->line++;
    r->line_at = at;
}

/* The place of the error, for people and for the caller. */
static ons_status bad(ons_csv *r, size_t at, ons_status s, ons_err *err)
{
    r->bad_line = r->line;
    r->bad_column = column_of(r, at);
    return ons_err_where(err, s, "line %u, column %u", r->bad_line, r->bad_column);
}

static bool at_line_end(const ons_csv *r, size_t at)
{
    if (at == r->text.len || r->text.ptr[at] == '\n') return true;
    return r->text.ptr[at] == '\r' && at + 1 < r->text.len && r->text.ptr[at + 1] == '\n';
}

static ons_status plain_field(ons_csv *r, ons_csv_field *f, ons_err *err)
{
    size_t from = r->at;
    while (!at_line_end(r, r->at) && r->text.ptr[r->at] != r->separator) {
        char c = r->text.ptr[r->at];
        if (c == '"')
            return bad(r, r->at, ONS_FAIL(err, ONS_FORMAT, "a quote inside an unquoted field"),
                       err);
        if (c == '\0') return bad(r, r->at, ONS_FAIL(err, ONS_FORMAT, "a NUL byte"), err);
        r->at++;
    }
    f->text = (ons_str){r->text.ptr + from, r->at - from};
    return ONS_OK;
}

/* Finds the closing quote; counts doubled ones, and lines on the way. */
static ons_status quoted_end(ons_csv *r, size_t *ret_end, size_t *ret_doubled, ons_err *err)
{
    ons_csv start = *r;
    *ret_doubled = 0;
    for (size_t i = r->at + 1; i < r->text.len; i++) {
        char c = r->text.ptr[i];
        if (c == '\0') return bad(r, i, ONS_FAIL(err, ONS_FORMAT, "a NUL byte"), err);
        if (c == '\n') next_line(r, i + 1);
        if (c != '"') continue;
        if (i + 1 < r->text.len && r->text.ptr[i + 1] == '"') {
            ++*ret_doubled;
            i++;
            continue;
        }
        *ret_end = i;
        return ONS_OK;
    }
    ons_status s = ONS_FAIL(err, ONS_FORMAT, "a quoted field without its closing quote");
    s = bad(&start, start.at, s, err);
    r->bad_line = start.bad_line;
    r->bad_column = start.bad_column;
    return s;
}

static ons_status quoted_field(ons_csv *r, ons_csv_field *f, ons_err *err)
{
    size_t from = r->at + 1, end = from, doubled = 0;
    ONS_TRY(quoted_end(r, &end, &doubled, err));
    f->quoted = true;
    f->text = (ons_str){r->text.ptr + from, end - from};
    if (doubled) {
        char *out = NULL;
        ONS_TRY(ONS_NEW(r->arena, f->text.len - doubled, &out, err));
        size_t n = 0;
        for (size_t i = from; i < end; i++) {
            out[n++] = r->text.ptr[i];
            if (r->text.ptr[i] == '"') i++;
        }
        f->text = (ons_str){out, n};
    }
    r->at = end + 1;
    if (!at_line_end(r, r->at) && r->text.ptr[r->at] != r->separator)
        return bad(r, r->at,
                   ONS_FAIL(err, ONS_FORMAT, "text behind a closing quote, allowed is a %s",
                            r->separator == ','   ? "comma"
                            : r->separator == ';' ? "semicolon"
                                                  : "tab"),
                   err);
    return ONS_OK;
}

/* All fields of the row that begins at r->at; leaves r->at behind its line end. */
static ons_status read_row(ons_csv *r, ons_csv_row *row, ons_err *err)
{
    for (;;) {
        if (row->n_fields == ONS_CSV_FIELDS_MAX)
            return bad(
                r, r->at,
                ONS_FAIL(err, ONS_LIMIT, "more than %zu fields in a row", ONS_CSV_FIELDS_MAX), err);
        ons_csv_field *f = &r->field[row->n_fields++];
        size_t from = r->at;
        *f = (ons_csv_field){.line = r->line, .column = column_of(r, from)};
        bool quoted = r->at < r->text.len && r->text.ptr[r->at] == '"';
        ONS_TRY(quoted ? quoted_field(r, f, err) : plain_field(r, f, err));
        if (f->text.len > ONS_CSV_FIELD_BYTES_MAX)
            return bad(r, from,
                       ONS_FAIL(err, ONS_LIMIT, "a field of %zu bytes, at most %zu are allowed",
                                f->text.len, ONS_CSV_FIELD_BYTES_MAX),
                       err);
        if (r->at == r->text.len) return ONS_OK;
        if (r->text.ptr[r->at] == r->separator) {
            r->at++;
            continue;
        }
        r->at += r->text.ptr[r->at] == '\r' ? 2 : 1;
        next_line(r, r->at);
        return ONS_OK;
    }
}

ons_status ons_csv_next(ons_csv *r, ons_csv_row *ret_row, bool *ret_more, ons_err *err)
{
    while (r->at < r->text.len && at_line_end(r, r->at)) {
        r->at += r->text.ptr[r->at] == '\r' ? 2 : 1;
        next_line(r, r->at);
    }
    *ret_more = r->at < r->text.len;
    if (!*ret_more) return ONS_OK;
    size_t begin = r->at;
    ons_csv_row row = {.field = r->field, .line = r->line};
    ons_status s = read_row(r, &row, err);
    if (s == ONS_FORMAT || s == ONS_LIMIT) { /* go on behind the line where the row began */
        const char *end = memchr(r->text.ptr + begin, '\n', r->text.len - begin);
        r->at = end ? (size_t)(end - r->text.ptr) + 1 : r->text.len;
        r->line = row.line;
        next_line(r, r->at);
    }
    if (s == ONS_OK) *ret_row = row;
    return s;
}

void ons_csv_put(ons_buf *b, ons_str s)
{
    bool plain = true;
    for (size_t i = 0; i < s.len; i++)
        plain = plain && !strchr(",;\t\"\r\n", s.ptr[i] ? s.ptr[i] : 'x');
    if (s.len && (s.ptr[0] == ' ' || s.ptr[s.len - 1] == ' ')) plain = false;
    if (plain) {
        ons_buf_str_add(b, s);
        return;
    }
    ons_buf_char(b, '"');
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '"') ons_buf_char(b, '"');
        ons_buf_char(b, s.ptr[i]);
    }
    ons_buf_char(b, '"');
}
