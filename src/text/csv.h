/* Reading comma-separated values: RFC 4180 with LF or CRLF, an optional byte
 * order mark, quoted fields, and the line and column of every field. Where the first
 * line has no comma, semicolons or tabs separate instead, as spreadsheets write them
 * where the comma is the decimal mark; a first line "sep=;" says so itself.
 *
 *   ons_csv r;
 *   ONS_TRY(ons_csv_open(&r, text, &arena, err));
 *   for (;;) {
 *       ons_csv_row row;
 *       bool more;
 *       ONS_TRY(ons_csv_next(&r, &row, &more, err));
 *       if (!more) break;
 *       … row.field[i].text …
 *   }
 *
 * After FORMAT one may go on: the next call reads the line after the one where
 * the broken row began. Fields borrow the text, or the arena where quotes had to
 * be taken out; `row.field` is overwritten by the next call. Empty lines are
 * skipped. Not thread-safe. */
#ifndef ONS_TEXT_CSV_H
#define ONS_TEXT_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/slice.h"
#include "base/status.h"

#define ONS_CSV_FIELDS_MAX      ((size_t)1024)
#define ONS_CSV_FIELD_BYTES_MAX ((size_t)1 << 20)

typedef struct ons_csv_field {
    ons_str text;
    uint32_t line, column; /* from 1; columns count characters */
    bool quoted;           /* "" is an empty text, not a missing one */
} ons_csv_field;

typedef struct ons_csv_row {
    const ons_csv_field *field;
    size_t n_fields; /* at least 1 */
    uint32_t line;
} ons_csv_row;

typedef struct ons_csv {
    ons_str text;
    char separator; /* ',', ';' or a tab */
    size_t at;
    uint32_t line;
    size_t line_at; /* where the current line begins */
    ons_arena *arena;
    ons_csv_field *field;          /* [ONS_CSV_FIELDS_MAX] */
    uint32_t bad_line, bad_column; /* of the last FORMAT or LIMIT */
} ons_csv;

/* Errors: FORMAT (UTF-16), NOMEM. */
ons_status ons_csv_open(ons_csv *r, ons_str text, ons_arena *a, ons_err *err);
/* *ret_more false at the end. Errors: FORMAT and LIMIT (quotes, NUL, sizes; err->where is
 * "line L, column C"), NOMEM. */
ons_status ons_csv_next(ons_csv *r, ons_csv_row *ret_row, bool *ret_more, ons_err *err);

/* Appends a field, quoted where it must be: also where it holds another separator, so that what
 * is written is read back the same. */
void ons_csv_put(ons_buf *b, ons_str s);

#endif
