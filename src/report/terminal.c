#include "report/terminal.h"

#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "report/look.h"
#include "report/scale.h"
#include "report/sweep.h"
#include "report/terminal_priv.h"

#define PROSE_COLUMNS  100
#define GROUP_COLUMNS  120
#define COLUMNS_LEAST  40
#define COUNT_COLUMNS  6
#define LAST_THRESHOLD 3 /* rank of the verdicts up to which there is a threshold */

/* The axis of most abilities: what map and table are about. */
static ons_report_axis main_axis(const ons_sheet *p)
{
    size_t n[4] = {0};
    for (size_t i = 0; i < p->n_items; i++)
        if (ons_sheet_item(p, i)->g.n > 0) n[ons_sheet_item(p, i)->s->axis]++;
    ons_report_axis best = ONS_REPORT_FLOPS;
    for (ons_report_axis a = ONS_REPORT_FLOPS; a <= ONS_REPORT_LOSS; a++)
        if (n[a] > n[best]) best = a;
    return best;
}

static void words(const ons_sheet *p, void (*say)(const ons_view *, ons_buf *))
{
    ons_buf b;
    ons_buf_init(&b, ONS_SHEET_TEXT_MAX);
    say(p->v, &b);
    ons_term_paragraph(&p->t, ons_buf_str(&b));
    ons_buf_end_part(p->t.out, &b);
    ons_buf_char(p->t.out, '\n');
}

/* ---- abilities without a row of their own ---- */

/* Thresholds come first; where there are too many rows, the others go without. */
static size_t rows_of(const ons_sheet *p, const ons_terminal_options *o)
{
    size_t n = 0;
    if (o->rows_most == 0 || p->n_items <= o->rows_most) return p->n_items;
    while (n < o->rows_most && ons_series_rank(ons_sheet_item(p, n)->s) <= LAST_THRESHOLD) n++;
    return n;
}

/* The end of the items that have the verdict of item i. */
static size_t group_end(const ons_sheet *p, size_t i)
{
    const int rank = ons_series_rank(ons_sheet_item(p, i)->s);
    while (i < p->n_items && ons_series_rank(ons_sheet_item(p, i)->s) == rank) i++;
    return i;
}

/* "arc_easy, lambada, piqa, …" in at most n columns. */
static void group_names(const ons_sheet *p, size_t from, size_t to, size_t n)
{
    size_t used = 0;
    for (size_t i = from; i < to; i++) {
        const ons_str task = ons_sheet_item(p, i)->s->task;
        if (i > from && ons_str_eq(task, ons_sheet_item(p, i - 1)->s->task)) continue;
        const size_t w = ons_term_width(&p->t, task), comma = used ? 2 : 0;
        const size_t rest = i + 1 < to ? 3 : 0; /* ", …" */
        if (used + comma + w + rest > n) {
            if (used == 0) ons_term_name(&p->t, task, n > rest ? n - rest : n);
            if (rest + used > 0) ons_buf_text(p->t.out, ", ");
            if (rest + used > 0) (void)ons_term_put(&p->t, 0x2026, 0);
            return;
        }
        if (comma) ons_buf_text(p->t.out, ", ");
        ons_term_field(&p->t, task, w, false);
        used += comma + w;
    }
}

/* A line for each verdict: sign, word, how many, which tasks. */
static void groups(const ons_sheet *p, const char *more)
{
    const size_t columns = p->t.columns < GROUP_COLUMNS ? p->t.columns : GROUP_COLUMNS;
    size_t word = 0;
    for (size_t i = p->n_rows; i < p->n_items; i = group_end(p, i)) {
        const size_t w = strlen(ons_verdict_text(ons_sheet_item(p, i)->s->verdict.verdict));
        word = w > word ? w : word;
    }
    if (p->n_rows) ons_buf_char(p->t.out, '\n');
    for (size_t i = p->n_rows, end; i < p->n_items; i = end) {
        const ons_report_series *s = ons_sheet_item(p, i)->s;
        char count[24];
        end = group_end(p, i);
        (void)snprintf(count, sizeof count, "%zu", end - i);
        ons_sheet_sign(p, s);
        ons_buf_char(p->t.out, ' ');
        ons_term_field(&p->t, ons_str_of(ons_verdict_text(s->verdict.verdict)), word, false);
        ons_term_field(&p->t, ons_str_of(count), COUNT_COLUMNS, true);
        ons_term_spaces(&p->t, 2);
        const size_t used = 2 + word + COUNT_COLUMNS + 2;
        group_names(p, i, end, columns > used ? columns - used : 1);
        ons_buf_char(p->t.out, '\n');
    }
    if (!more) return;
    ons_buf_char(p->t.out, '\n');
    ons_term_paragraph(&p->t, ons_str_of(more));
}

/* ---- the whole ---- */

/* Its lines, wrapped. */
static void sweep(const ons_sheet *p, const ons_report *r)
{
    ons_buf b;
    ons_str rest, line;
    ons_buf_init(&b, ONS_SHEET_TEXT_MAX);
    ons_sweep_text(r->sweep, r->n_sweep, &b);
    rest = ons_buf_str(&b);
    ons_buf_char(p->t.out, '\n');
    while (rest.len) {
        (void)ons_str_cut(&rest, '\n', &line);
        const size_t w = ons_term_width(&p->t, line);
        if (w > p->t.columns) {
            ons_term_paragraph(&p->t, line);
        } else {
            ons_term_field(&p->t, line, w, false);
            ons_buf_char(p->t.out, '\n');
        }
    }
    ons_buf_end_part(p->t.out, &b);
}

/* Map and table of the rows. */
static void axis_part(ons_sheet *p, const ons_terminal_options *o)
{
    p->n_rows = rows_of(p, o);
    if (p->n_rows) {
        ons_sheet_lay_out(p);
        ons_sheet_map(p);
        ons_sheet_table(p);
    }
    if (p->n_rows < p->n_items) groups(p, o->more);
}

/* The same abilities on another axis: the items from `first` on. */
static void other_axis(ons_sheet *p, size_t first, const ons_terminal_options *o)
{
    p->first = first;
    p->axis = p->v->item[first]->s->axis;
    p->n_items = 0;
    while (first + p->n_items < p->v->n_views && ons_sheet_item(p, p->n_items)->s->axis == p->axis)
        p->n_items++;
    ons_buf_printf(p->t.out, "\nthe same by %s:\n", ons_axis_word(p->axis));
    axis_part(p, o);
}

static ons_sheet sheet_make(const ons_view *v, const ons_terminal_options *o, ons_buf *out)
{
    const size_t given = o->columns == 0 ? 80 : o->columns;
    const size_t columns = given < COLUMNS_LEAST ? COLUMNS_LEAST : given;
    return (ons_sheet){.t = {.columns = columns,
                             .prose = columns < PROSE_COLUMNS ? columns : PROSE_COLUMNS,
                             .unicode = o->unicode,
                             .letters = o->letters,
                             .colour = o->colour,
                             .out = out},
                       .v = v,
                       .n_items = v->n_primary ? v->n_primary : v->n};
}

ons_status ons_report_terminal(const ons_report *r, const ons_terminal_options *o, ons_buf *out,
                               ons_err *err)
{
    ons_arena a;
    ons_arena_init(&a, 0);
    ons_view v;
    ons_status st = ons_view_make(r, &a, &v, err);
    if (st == ONS_OK) {
        ons_sheet p = sheet_make(&v, o, out);
        if (v.n) words(&p, ons_facts_words);
        words(&p, ons_answer_words);
        if (p.n_items) {
            p.axis = main_axis(&p);
            axis_part(&p, o);
        }
        for (size_t i = 0; p.n_items <= o->plot_most && i < p.n_rows; i++)
            ons_sheet_plot(&p, ons_sheet_item(&p, i));
        if (r->n_sweep) sweep(&p, r);
        for (size_t i = v.n_primary; i < v.n_views; i += p.n_items) other_axis(&p, i, o);
        st = ons_buf_status(out, err);
    }
    ons_arena_clear(&a);
    return st;
}
