#include "report/terminal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "report/figure.h"
#include "report/human.h"
#include "report/look.h"
#include "report/plot.h"
#include "report/sentence.h"
#include "report/sweep.h"
#include "report/term.h"
#include "report/view.h"

#define TEXT_MAX       ((size_t)1 << 24)
#define PROSE_COLUMNS  100
#define MAP_COLUMNS    120
#define NAME_LEAST     15
#define NAME_MOST      60
#define SIZES_WIDE     8 /* sizes that get a column each */
#define CELL_LEAST     3 /* columns of such a size */
#define CELL_MOST      5
#define STRIP_LEAST    16 /* columns of one character for scales that differ */
#define STRIP_MOST     32
#define CHANCE_COLUMNS 6
#define VERDICT_MOST   24 /* of a verdict with its place; beyond that the place has to fit in */
#define SIGN_COLUMNS   4  /* two spaces, the sign, a space */

/* The scales that all columns of the table stand for. */
typedef struct grid {
    const ons_scales *sizes; /* up to SIZES_WIDE: one column each; else NULL */
    double lo, hi;
    size_t n;    /* columns of one character where sizes is NULL */
    size_t cell; /* columns of one size */
} grid;

typedef struct sheet {
    ons_term t;
    const ons_view *v;
    size_t first, n_rows; /* items of the view: the primary ones; where there are none, all */
    ons_report_axis axis;
    size_t name, verdict; /* columns for the names and the verdicts */
    grid grid;
} sheet;

static const ons_item *item_at(const sheet *p, size_t i) { return p->v->item[p->first + i]; }

static void colour(const ons_term *t, const ons_look *look)
{
    if (t->colour) ons_buf_printf(t->out, "\x1b[38;5;%um", (unsigned)look->ansi);
}

static void plain(const ons_term *t)
{
    if (t->colour) ons_buf_text(t->out, "\x1b[0m");
}

static void sign(const ons_term *t, const ons_report_series *s)
{
    const ons_look *look = ons_look_of(s);
    colour(t, look);
    if (t->unicode)
        ons_buf_text(t->out, look->glyph);
    else
        ons_buf_char(t->out, look->ascii);
    plain(t);
}

static void name(const sheet *p, const ons_report_series *s)
{
    ons_buf b;
    ons_buf_init(&b, TEXT_MAX);
    ons_item_name(p->v, s, &b);
    ons_term_name(&p->t, ons_buf_str(&b), p->name);
    ons_buf_end_part(p->t.out, &b);
}

/* Has the series a place on the main axis? */
static bool on_axis(const sheet *p, const ons_item *it)
{
    return it->s->axis == p->axis && it->g.n > 0;
}

/* The axis of most abilities: what map and table are about. */
static ons_report_axis main_axis(const sheet *p)
{
    size_t n[4] = {0};
    for (size_t i = 0; i < p->n_rows; i++)
        if (item_at(p, i)->g.n > 0) n[item_at(p, i)->s->axis]++;
    ons_report_axis best = ONS_REPORT_FLOPS;
    for (ons_report_axis a = ONS_REPORT_FLOPS; a <= ONS_REPORT_LOSS; a++)
        if (n[a] > n[best]) best = a;
    return best;
}

static size_t column_at(double x, double lo, double hi, size_t n)
{
    double k = floor((x - lo) / (hi - lo) * (double)n);
    return k < 0 ? 0 : k >= (double)n ? n - 1 : (size_t)k;
}

/* ---- the map ---- */

/* One ability on the map: where it was tested, the interval, the sign. */
static void map_row(const sheet *p, const ons_item *it, double lo, double hi, size_t n)
{
    const ons_interval *on = &it->s->verdict.onset;
    uint32_t cell[MAP_COLUMNS];
    for (size_t k = 0; k < n; k++) cell[k] = ' ';
    const ons_scales *g = &it->g;
    size_t from = column_at(g->scale[0].x, lo, hi, n);
    size_t to = column_at(g->scale[g->n - 1].x, lo, hi, n);
    for (size_t k = from; k <= to; k++) cell[k] = 0x2500;
    if (isfinite(on->lo) && isfinite(on->hi))
        for (size_t k = column_at(on->lo, lo, hi, n); k <= column_at(on->hi, lo, hi, n); k++)
            cell[k] = 0x2501;
    size_t at = column_at(on->x, lo, hi, n), end = to > at ? to : at;
    name(p, it->s);
    ons_term_spaces(&p->t, 1);
    for (size_t k = 0; k < n && (k <= end || cell[k] != ' '); k++) {
        if (k == at)
            sign(&p->t, it->s);
        else
            (void)ons_term_put(&p->t, cell[k], 0);
    }
    ons_buf_char(p->t.out, '\n');
}

static void map_ticks(const sheet *p, double lo, double hi, size_t n)
{
    ons_tick tick[ONS_TICKS_MAX];
    size_t n_ticks = ons_ticks_x(p->axis, lo, hi, 6, tick), used = 0;
    ons_term_spaces(&p->t, p->name + 1);
    for (size_t i = 0; i < n_ticks; i++) {
        ons_str text = ons_str_of(tick[i].text);
        size_t w = ons_term_width(&p->t, text), at = column_at(tick[i].at, lo, hi, n);
        at = at >= w / 2 ? at - w / 2 : 0;
        if (at < used + (used > 0) || at + w > n) continue;
        ons_term_spaces(&p->t, at - used);
        ons_term_field(&p->t, text, w, false);
        used = at + w;
    }
    ons_buf_char(p->t.out, '\n');
    ons_term_spaces(&p->t, p->name + 1);
    ons_buf_text(p->t.out, ons_axis_title(p->axis));
    ons_buf_text(p->t.out, "\n\n");
}

static void map(const sheet *p)
{
    double lo, hi;
    size_t columns = p->t.columns < MAP_COLUMNS ? p->t.columns : MAP_COLUMNS;
    size_t n = columns - p->name - 1;
    bool any = false;
    if (!ons_axis_range(p->v, p->axis, &lo, &hi)) return;
    for (size_t i = 0; i < p->n_rows; i++) {
        const ons_item *it = item_at(p, i);
        if (!on_axis(p, it) || !ons_series_has_onset(it->s)) continue;
        any = true;
        map_row(p, it, lo, hi, n);
    }
    if (any) map_ticks(p, lo, hi, n);
}

/* ---- the table: its layout ---- */

static grid grid_make(const sheet *p)
{
    grid q = {.n = STRIP_MOST, .cell = CELL_MOST};
    if (!ons_axis_range(p->v, p->axis, &q.lo, &q.hi)) return (grid){0};
    bool same = true;
    for (size_t i = 0; i < p->n_rows; i++) {
        const ons_item *it = item_at(p, i);
        if (!on_axis(p, it)) continue;
        if (!q.sizes) q.sizes = &it->g;
        same = same && it->g.n == q.sizes->n;
        for (size_t k = 0; same && k < q.sizes->n; k++)
            same = fabs(it->g.scale[k].x - q.sizes->scale[k].x) <= ONS_SAME_SCALE;
    }
    if (!same || (q.sizes && q.sizes->n > SIZES_WIDE)) q.sizes = NULL;
    return q;
}

static size_t grid_columns(const grid *q) { return q->sizes ? q->cell * q->sizes->n : 1 + q->n; }

/* "emergent at 19 k", or without its place. */
static void verdict_text(const ons_item *it, bool with_place, ons_buf *out)
{
    ons_buf_text(out, ons_verdict_label(it->s));
    if (!with_place || !ons_series_has_onset(it->s)) return;
    ons_buf where;
    ons_buf_init(&where, 256);
    ons_scale_words(&it->g, it->s->axis, it->s->verdict.onset.x, true, &where);
    size_t unit = strlen(ons_scale_unit(&it->g, it->s->axis)) + 1;
    ons_buf_text(out, " at ");
    if (where.len > unit) ons_buf_add(out, where.ptr, where.len - unit);
    ons_buf_end_part(out, &where);
}

/* Widest name and widest verdict of the rows. */
static void widths(const sheet *p, size_t *ret_name, size_t *ret_verdict)
{
    ons_buf b;
    ons_buf_init(&b, TEXT_MAX);
    *ret_name = NAME_LEAST;
    *ret_verdict = strlen("verdict");
    for (size_t i = 0; i < p->n_rows; i++) {
        ons_buf_reset(&b);
        ons_item_name(p->v, item_at(p, i)->s, &b);
        size_t w = ons_term_width(&p->t, ons_buf_str(&b));
        *ret_name = w > *ret_name ? w : *ret_name;
        ons_buf_reset(&b);
        verdict_text(item_at(p, i), true, &b);
        w = ons_term_width(&p->t, ons_buf_str(&b));
        if (w > VERDICT_MOST) w = strlen(ons_verdict_label(item_at(p, i)->s));
        *ret_verdict = w > *ret_verdict ? w : *ret_verdict;
    }
    ons_buf_end_part(p->t.out, &b);
    if (*ret_name > NAME_MOST) *ret_name = NAME_MOST;
}

/* Long names take room from the scales first, then they are cut. */
static void lay_out(sheet *p)
{
    size_t longest, fixed = CHANCE_COLUMNS + SIGN_COLUMNS;
    grid *q = &p->grid;
    widths(p, &longest, &p->verdict);
    fixed += p->verdict;
    while (longest + fixed + grid_columns(q) > p->t.columns) {
        if (q->sizes && q->cell > CELL_LEAST)
            q->cell--;
        else if (!q->sizes && q->n > STRIP_LEAST)
            q->n--;
        else
            break;
    }
    size_t used = fixed + grid_columns(q);
    p->name = used + NAME_LEAST < p->t.columns ? p->t.columns - used : NAME_LEAST;
    if (p->name > longest) p->name = longest;
}

/* ---- the table: its rows ---- */

/* How far a score is on its way from chance to the top. */
static void block(const ons_term *t, const ons_report_series *s, double y, double least,
                  double most)
{
    double c = s->continuous ? least : isfinite(s->chance) ? s->chance : 0;
    double top = s->continuous ? most : 1;
    double share = top > c ? (y - c) / (top - c) : 0;
    if (!(share > .05)) {
        ons_buf_char(t->out, '.');
    } else if (t->unicode) {
        int k = (int)(share * 8);
        (void)ons_term_put(t, 0x2581 + (uint32_t)(k > 7 ? 7 : k), 0);
    } else {
        int k = (int)(share * 10);
        ons_buf_char(t->out, (char)('0' + (k > 9 ? 9 : k < 1 ? 1 : k)));
    }
}

/* "28k", "1e22", "2.35": what a column of the table is called; digits: 1 or 2. */
static void size_title(const sheet *p, size_t k, int digits, char *out)
{
    const ons_scale *g = &p->grid.sizes->scale[k];
    double v = pow(10, g->x);
    bool params = p->grid.sizes->by_params;
    if (!params && p->axis == ONS_REPORT_LOSS) {
        (void)ons_human_number(-g->x, 1 + digits, out);
    } else if (!params && p->axis == ONS_REPORT_FLOPS) {
        (void)snprintf(out, ONS_HUMAN_MAX, "%.*e", digits - 1, v);
        char *plus = strchr(out, '+'); /* 1e+22 as 1e22 */
        if (plus) memmove(plus, plus + 1, strlen(plus));
    } else if (digits == 1) {
        (void)ons_human_count_tight(params ? g->params : v, out);
    } else {
        (void)ons_human_count(params ? g->params : v, digits, out);
        char *space = strchr(out, ' '); /* 1.4 B as 1.4B */
        if (space) memmove(space, space + 1, strlen(space));
    }
}

/* Titles that would touch are left out, the largest size's last; two of one name get another
 * digit. */
static void size_titles(const sheet *p)
{
    char tight[SIZES_WIDE][ONS_HUMAN_MAX], title[SIZES_WIDE][ONS_HUMAN_MAX];
    size_t n = p->grid.sizes->n, cell = p->grid.cell, limit = n * cell;
    bool shown[SIZES_WIDE] = {false};
    for (size_t k = 0; k < n; k++) size_title(p, k, 1, tight[k]);
    for (size_t k = 0; k < n; k++) {
        bool twin = (k > 0 && strcmp(tight[k - 1], tight[k]) == 0) ||
                    (k + 1 < n && strcmp(tight[k + 1], tight[k]) == 0);
        size_title(p, k, twin ? 2 : 1, title[k]);
    }
    for (size_t k = n; k-- > 0;) {
        size_t w = ons_term_width(&p->t, ons_str_of(title[k])), end = (k + 1) * cell;
        shown[k] = end <= limit && w < end;
        if (shown[k]) limit = end - w - 1;
    }
    size_t used = 0;
    for (size_t k = 0; k < n; k++) {
        if (!shown[k]) continue;
        ons_term_field(&p->t, ons_str_of(title[k]), (k + 1) * cell - used, true);
        used = (k + 1) * cell;
    }
    ons_term_spaces(&p->t, n * cell - used);
}

static void table_head(const sheet *p)
{
    const grid *q = &p->grid;
    ons_term_field(&p->t, ONS_S("ability"), p->name, false);
    ons_term_field(&p->t, ONS_S("chance"), CHANCE_COLUMNS, true);
    if (q->sizes) {
        size_titles(p);
    } else if (q->n) {
        ons_buf_char(p->t.out, ' ');
        ons_term_field(&p->t, ONS_S("small to large"), q->n, false);
    }
    ons_buf_text(p->t.out, "  verdict\n");
}

static void table_cells(const sheet *p, const grid *q, const ons_item *it)
{
    const ons_scales *g = &it->g;
    for (size_t k = 0; q->sizes && k < q->sizes->n; k++) {
        ons_term_spaces(&p->t, q->cell - 1);
        block(&p->t, it->s, g->scale[k].median, g->least, g->most);
    }
    if (q->sizes) return;
    ons_buf_char(p->t.out, ' ');
    for (size_t k = 0; k < q->n; k++) {
        double sum = 0;
        size_t n = 0;
        for (size_t i = 0; i < g->n; i++) {
            if (column_at(g->scale[i].x, q->lo, q->hi, q->n) != k) continue;
            sum += g->scale[i].median;
            n++;
        }
        if (n)
            block(&p->t, it->s, sum / (double)n, g->least, g->most);
        else
            ons_buf_char(p->t.out, ' ');
    }
}

static void table_row(const sheet *p, const grid *q, const ons_item *it)
{
    char n[ONS_HUMAN_MAX];
    bool chance = isfinite(it->s->chance) && !it->s->continuous;
    name(p, it->s);
    (void)snprintf(n, sizeof n, "%.0f%%", 100 * (chance ? it->s->chance : 0));
    ons_term_field(&p->t, chance ? ons_str_of(n) : ONS_S(""), CHANCE_COLUMNS, true);
    table_cells(p, q, it);
    ons_term_spaces(&p->t, 2);
    sign(&p->t, it->s);
    ons_buf_char(p->t.out, ' ');
    size_t used = p->name + CHANCE_COLUMNS + grid_columns(q) + SIGN_COLUMNS;
    size_t left = p->t.columns > used ? p->t.columns - used : 1;
    ons_buf b;
    ons_buf_init(&b, 4096);
    verdict_text(it, true, &b);
    if (ons_term_width(&p->t, ons_buf_str(&b)) > left) { /* the verdict is worth more */
        ons_buf_reset(&b);
        verdict_text(it, false, &b);
    }
    size_t w = ons_term_width(&p->t, ons_buf_str(&b));
    ons_term_field(&p->t, ons_buf_str(&b), w < left ? w : left, false);
    ons_buf_end_part(p->t.out, &b);
    ons_buf_char(p->t.out, '\n');
}

static void table(const sheet *p)
{
    size_t here = 0;
    for (size_t i = 0; i < p->n_rows; i++) here += on_axis(p, item_at(p, i));
    if (here) table_head(p);
    for (size_t i = 0; i < p->n_rows; i++)
        if (on_axis(p, item_at(p, i))) table_row(p, &p->grid, item_at(p, i));
    if (here == p->n_rows) return;
    ons_buf_text(p->t.out,
                 here ? "\non another axis, or without a scale:\n" : "without a scale:\n");
    const grid none = {0};
    for (size_t i = 0; i < p->n_rows; i++)
        if (!on_axis(p, item_at(p, i))) table_row(p, &none, item_at(p, i));
}

static void words(const sheet *p, void (*say)(const ons_view *, ons_buf *))
{
    ons_buf b;
    ons_buf_init(&b, TEXT_MAX);
    say(p->v, &b);
    ons_term_paragraph(&p->t, ons_buf_str(&b));
    ons_buf_end_part(p->t.out, &b);
    ons_buf_char(p->t.out, '\n');
}

/* Map and table of the rows. */
static void axis_part(sheet *p)
{
    p->grid = grid_make(p);
    lay_out(p);
    map(p);
    table(p);
}

/* The same abilities on another axis: the items from `first` on. */
static void other_axis(sheet *p, size_t first)
{
    p->first = first;
    p->axis = p->v->item[first]->s->axis;
    p->n_rows = 0;
    while (first + p->n_rows < p->v->n_views && item_at(p, p->n_rows)->s->axis == p->axis)
        p->n_rows++;
    ons_buf_printf(p->t.out, "\nthe same by %s:\n", ons_axis_word(p->axis));
    axis_part(p);
}

ons_status ons_report_terminal(const ons_report *r, const ons_terminal_options *o, ons_buf *out,
                               ons_err *err)
{
    ons_arena a;
    ons_arena_init(&a, 0);
    ons_view v;
    ons_status st = ons_view_make(r, &a, &v, err);
    if (st == ONS_OK) {
        size_t columns = o->columns == 0 ? 80 : o->columns < 60 ? 60 : o->columns;
        sheet p = {.t = {.columns = columns,
                         .prose = columns < PROSE_COLUMNS ? columns : PROSE_COLUMNS,
                         .unicode = o->unicode,
                         .colour = o->colour,
                         .out = out},
                   .v = &v,
                   .n_rows = v.n_primary ? v.n_primary : v.n};
        if (v.n) words(&p, ons_facts_words);
        words(&p, ons_answer_words);
        if (p.n_rows) {
            p.axis = main_axis(&p);
            axis_part(&p);
        }
        if (r->n_sweep) ons_buf_char(out, '\n');
        ons_sweep_text(r->sweep, r->n_sweep, out);
        for (size_t i = v.n_primary; i < v.n_views; i += p.n_rows) other_axis(&p, i);
        st = ons_buf_status(out, err);
    }
    ons_arena_clear(&a);
    return st;
}
