#include "cli/table.h"

#include <string.h>

#define COLUMNS_MAX    16
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
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        bool control = c < ' ' || c == 0x7f;
        ons_buf_add(&t->text, control ? "?" : s.ptr + i, 1);
    }
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

/* Characters, not bytes. */
static size_t width(ons_str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) n += ((unsigned char)s.ptr[i] & 0xC0) != 0x80;
    return n;
}

static void put(ons_buf *out, ons_str s, size_t wide, bool right, bool last)
{
    size_t pad = wide - width(s);
    if (right) ons_buf_printf(out, "%*s", (int)pad, "");
    ons_buf_str_add(out, s);
    if (!right && !last) ons_buf_printf(out, "%*s", (int)pad, "");
    ons_buf_text(out, last ? "\n" : "  ");
}

void ons_table_print(const ons_table *t, ons_buf *out)
{
    size_t wide[COLUMNS_MAX] = {0}, n = t->n_columns;
    if (n == 0) return;
    for (size_t c = 0; c < n; c++) wide[c] = strlen(t->column[c].title);
    for (size_t i = 0; i < t->n_cells; i++) {
        size_t w = width(cell(t, i));
        if (w > wide[i % n]) wide[i % n] = w;
    }
    for (size_t c = 0; c < n; c++) {
        ons_str title = {t->column[c].title, strlen(t->column[c].title)};
        put(out, title, wide[c], t->column[c].right, c + 1 == n);
    }
    for (size_t i = 0; i < t->n_cells; i++)
        put(out, cell(t, i), wide[i % n], t->column[i % n].right, i % n + 1 == n);
}
