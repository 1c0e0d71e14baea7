/* Promises: every call moves on; a failure has a message and a place; fields written
 * again read back the same. */
#include <stdlib.h>

#include "text/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void round_trip(const ons_csv_row *row)
{
    ons_arena a;
    ons_arena_init(&a, 64 << 20);
    ons_buf b;
    ons_buf_init(&b, 8 << 20);
    for (size_t i = 0; i < row->n_fields; i++) {
        if (i) ons_buf_char(&b, ',');
        ons_csv_put(&b, row->field[i].text);
    }
    bool empty = row->n_fields == 1 && row->field[0].text.len == 0;
    ons_csv again;
    ons_csv_row copy;
    bool more = false;
    if (!empty) {
        ons_str text = ons_buf_str(&b);
        bool marked = text.len >= 2 && (uint8_t)text.ptr[0] >= 0xEF; /* may look like a BOM */
        if (!marked) {
            if (ons_csv_open(&again, text, &a, NULL) != ONS_OK) abort();
            if (ons_csv_next(&again, &copy, &more, NULL) != ONS_OK || !more) abort();
            if (copy.n_fields != row->n_fields) abort();
            for (size_t i = 0; i < copy.n_fields; i++)
                if (!ons_str_eq(copy.field[i].text, row->field[i].text)) abort();
        }
    }
    ons_buf_release(&b);
    ons_arena_clear(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ons_arena a;
    ons_arena_init(&a, 64 << 20);
    ons_csv r;
    bool more = ons_csv_open(&r, (ons_str){(const char *)data, size}, &a, NULL) == ONS_OK;
    while (more) {
        size_t before = r.at;
        ons_csv_row row;
        ons_err err = ONS_ERR_INIT;
        ons_status s = ons_csv_next(&r, &row, &more, &err);
        if (s == ONS_OK && more) {
            if (row.n_fields == 0 || row.line == 0) abort();
            round_trip(&row);
        } else if (s != ONS_OK) {
            if (err.code != s || !err.what[0] || !err.where[0] || !r.bad_line || !r.bad_column)
                abort();
        }
        if (more && r.at <= before) abort();
    }
    ons_arena_clear(&a);
    return 0;
}
