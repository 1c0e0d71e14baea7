#include "cli/table.h"

#include <string.h>

#include "report/term.h"

#define COLUMNS_MAX    16
#define GAP            2  /* columns between two of the table */
#define TEXT_LEAST     8  /* columns that a text keeps */
#define WRAP_LEAST     24 /* of the last one */
#define TEXT_BYTES_MAX ((size_t)64 << 20)

void ons_table_init(ons_table *t, const ons_column *columns)
{
    *t = (ons_table){.column = columns};
    while (columns[t->n_columns].title && t->n_columns < COLUMNS_MAX) t->n_columns++;
    ons_buf_init(&t->text, TEXT_BYTES_MAX);
    ons_buf_init(&t->ends, TEXT_BYTES_MAX);
}

void ons_table_release(ons_table *t)
{
    ons_buf_release(&t->text);
    ons_buf_release(&t->ends);
}

void ons_table_cell(ons_table *t, ons_str s)
{
    ons_buf_str_add(&t->text, s);
    ons_buf_add(&t->ends, &t->text.len, sizeof t->text.len);
    t->n_cells++;
}

static ons_str cell(const ons_table *t, size_t i)
{
    size_t from = 0, to;
    if (i) memcpy(&from, t->ends.ptr + (i - 1) * sizeof from, sizeof from);
    memcpy(&to, t->ends.ptr + i * sizeof to, sizeof to);
    return (ons_str){ons_buf_str(&t->text).ptr + from, to - from};
}

static ons_str title(const ons_table *t, size_t c)
{
    return (ons_str){t->column[c].title, strlen(t->column[c].title)};
}

/* Words in lines of `wide` columns, the second and further ones below the first. */
static void put_wrapped(const ons_term *term, ons_str s, size_t indent, size_t wide)
{
    size_t used = 0;
    while (s.len > 0) {
        size_t n = 0;
        while (n < s.len && s.ptr[n] != ' ') n++;
        const ons_str word = {s.ptr, n};
        const size_t w = ons_term_width(term, word);
        const bool next = used > 0 && used + 1 + w > wide;
        if (next) {
            ons_buf_char(term->out, '\n');
            ons_term_spaces(term, indent);
        } else if (used > 0) {
            ons_buf_char(term->out, ' ');
        }
        ons_term_field(term, word, w < wide ? w : wide, false);
        used = next ? w : used + (used > 0) + w;
        s.ptr += n < s.len ? n + 1 : n;
        s.len -= n < s.len ? n + 1 : n;
    }
}

static void put_row(const ons_table *t, const ons_term *term, const ons_str *s, const size_t *wide)
{
    size_t at = 0;
    for (size_t c = 0; c < t->n_columns; c++) {
        const bool last = c + 1 == t->n_columns;
        if (t->column[c].right)
            ons_term_field(term, s[c], wide[c], true);
        else if (!last)
            ons_term_name(term, s[c], wide[c]);
        else
            put_wrapped(term, s[c], at, wide[c]);
        ons_buf_text(term->out, last ? "\n" : "  ");
        at += wide[c] + GAP;
    }
}

/* The last text goes into several lines; then the widest gives way first. */
static void squeeze(const ons_table *t, size_t columns, size_t *wide)
{
    const size_t last = t->n_columns - 1;
    size_t sum = GAP * last;
    for (size_t c = 0; c < t->n_columns; c++) sum += wide[c];
    while (!t->column[last].right && wide[last] > WRAP_LEAST && sum > columns) {
        wide[last]--;
        sum--;
    }
    for (; sum > columns; sum--) {
        size_t widest = t->n_columns;
        for (size_t c = 0; c < t->n_columns; c++)
            if (!t->column[c].right && wide[c] > TEXT_LEAST &&
                (widest == t->n_columns || wide[c] > wide[widest]))
                widest = c;
        if (widest == t->n_columns) return;
        wide[widest]--;
    }
}

void ons_table_print(const ons_table *t, const ons_cli *cli, ons_buf *out)
{
    size_t wide[COLUMNS_MAX] = {0}, n = t->n_columns;
    const ons_term term = {.columns = cli->columns,
                           .prose = cli->columns,
                           .unicode = cli->unicode,
                           .letters = cli->letters,
                           .out = out};
    if (n == 0) return;
    for (size_t c = 0; c < n; c++) wide[c] = ons_term_width(&term, title(t, c));
    for (size_t i = 0; i < t->n_cells; i++) {
        size_t w = ons_term_width(&term, cell(t, i));
        if (w > wide[i % n]) wide[i % n] = w;
    }
    if (cli->terminal) squeeze(t, cli->columns, wide);
    ons_str row[COLUMNS_MAX];
    for (size_t c = 0; c < n; c++) row[c] = title(t, c);
    put_row(t, &term, row, wide);
    for (size_t i = 0; i + n <= t->n_cells; i += n) {
        for (size_t c = 0; c < n; c++) row[c] = cell(t, i + c);
        put_row(t, &term, row, wide);
    }
}
