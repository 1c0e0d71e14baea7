#include "report/terminal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "report/figure.h"
#include "report/html.h"
#include "report/human.h"
#include "report/look.h"
#include "report/plot.h"
#include "report/sentence.h"
#include "report/view.h"

#define TEXT_MAX     ((size_t)1 << 24)
#define NAME_COLUMNS 15
#define SIZES_WIDE   8 /* sizes that get a column of four */

typedef struct term {
    const ons_view *v;
    size_t columns;
    bool unicode, colour;
    ons_buf *out;
} term;

/* Columns that a character takes. */
static size_t columns_of(uint32_t c)
{
    bool wide = (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) ||
                (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
                (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
                (c >= 0x1F300 && c <= 0x1FAFF) || (c >= 0x20000 && c <= 0x3FFFD);
    bool none = (c >= 0x300 && c <= 0x36F) || c == 0x200B || c == 0x200C || c == 0x200D ||
                (c >= 0xFE00 && c <= 0xFE0F);
    return none ? 0 : wide ? 2 : 1;
}

/* 10⁹ becomes 10^9: whether a power begins here. */
static bool is_superscript(uint32_t c)
{
    return c == 0x2070 || c == 0xB9 || c == 0xB2 || c == 0xB3 || (c >= 0x2074 && c <= 0x2079) ||
           c == 0x207B;
}

/* Our own signs in ASCII; of anybody else's, a question mark. */
static const char *ascii_of(uint32_t c, uint32_t before, char one[3])
{
    static const struct {
        uint32_t c;
        const char *text;
    } sign[] = {{0x2013, "-"}, {0x2212, "-"},   {0xD7, "x"},   {0x2192, ">"},
                {0x2026, "."}, {0x221E, "inf"}, {0x2500, "-"}, {0x2501, "="},
                {0x2502, "|"}, {0x2191, "^"},   {0xB7, "."}};
    one[0] = (char)c;
    one[1] = '\0';
    if (c < 0x80) return one;
    if (is_superscript(c)) {
        uint32_t v = c == 0xB9 ? 1 : c == 0xB2 ? 2 : c == 0xB3 ? 3 : c - 0x2070;
        size_t at = 0;
        if (!is_superscript(before)) one[at++] = '^';
        one[at++] = "0123456789-"[c == 0x207B ? 10 : v % 10];
        one[at] = '\0';
        return one;
    }
    for (size_t i = 0; i < sizeof sign / sizeof *sign; i++)
        if (sign[i].c == c) return sign[i].text;
    one[0] = '?';
    return one;
}

/* One character, newlines as spaces; the columns it took. */
static size_t put(const term *t, uint32_t c, uint32_t before)
{
    if (c == '\n' || c == '\t') c = ' ';
    if (!t->unicode) {
        char one[3];
        const char *text = ascii_of(c, before, one);
        ons_buf_text(t->out, text);
        return strlen(text);
    }
    ons_glyph_add(t->out, c);
    return columns_of(c);
}

static void spaces(const term *t, size_t n)
{
    for (size_t i = 0; i < n; i++) ons_buf_char(t->out, ' ');
}

/* The columns that a text would take. */
static size_t width_of(const term *t, ons_str s)
{
    size_t n = 0;
    char one[3];
    for (uint32_t c = 0, before = 0; s.len > 0; before = c) {
        c = ons_glyph_next(&s);
        n += t->unicode ? columns_of(c) : strlen(ascii_of(c, before, one));
    }
    return n;
}

/* A text in exactly n columns: cut with an ellipsis, or filled; right: filled before. */
static void field(const term *t, ons_str s, size_t n, bool right)
{
    size_t w = width_of(t, s);
    if (right && w < n) spaces(t, n - w);
    size_t used = 0;
    for (uint32_t c = 0, before = 0; s.len > 0; before = c) {
        c = ons_glyph_next(&s);
        char one[3];
        size_t need = t->unicode ? columns_of(c) : strlen(ascii_of(c, before, one));
        if (used + need > n || (w > n && used + need + 1 > n)) {
            if (used < n) used += put(t, 0x2026, 0);
            break;
        }
        used += put(t, c, before);
    }
    if (!right && used < n) spaces(t, n - used);
}

/* Words wrapped at the width, newline at the end. */
static void paragraph(const term *t, ons_str s)
{
    size_t used = 0;
    while (s.len > 0) {
        ons_str word = s;
        size_t n = 0;
        while (n < s.len && s.ptr[n] != ' ' && s.ptr[n] != '\n') n++;
        word.len = n;
        s.ptr += n < s.len ? n + 1 : n;
        s.len -= n < s.len ? n + 1 : n;
        size_t w = width_of(t, word);
        if (w == 0) continue;
        if (used > 0 && used + 1 + w > t->columns) {
            ons_buf_char(t->out, '\n');
            used = 0;
        } else if (used > 0) {
            ons_buf_char(t->out, ' ');
            used++;
        }
        field(t, word, w < t->columns ? w : t->columns, false);
        used += w;
    }
    ons_buf_char(t->out, '\n');
}

static void colour(const term *t, const ons_look *look)
{
    if (t->colour) ons_buf_printf(t->out, "\x1b[38;5;%um", (unsigned)look->ansi);
}

static void plain(const term *t)
{
    if (t->colour) ons_buf_text(t->out, "\x1b[0m");
}

static void sign(const term *t, const ons_report_series *s)
{
    const ons_look *look = ons_look_of(s);
    colour(t, look);
    if (t->unicode)
        ons_buf_text(t->out, look->glyph);
    else
        ons_buf_char(t->out, look->ascii);
    plain(t);
}

static void name(const term *t, const ons_report_series *s, size_t n)
{
    ons_buf b;
    ons_buf_init(&b, TEXT_MAX);
    ons_item_name(t->v, s, &b);
    field(t, ons_buf_str(&b), n, false);
    ons_buf_end_part(t->out, &b);
}

/* The axis of most abilities: what map and table are about. */
static ons_report_axis main_axis(const ons_view *v)
{
    size_t n[4] = {0};
    for (size_t i = 0; i < v->n_primary; i++)
        if (v->item[i]->g.n > 0) n[v->item[i]->s->axis]++;
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

/* One ability on the map: where it was tested, the interval, the sign. */
static void map_row(const term *t, const ons_item *it, double lo, double hi, size_t n)
{
    const ons_interval *on = &it->s->verdict.onset;
    uint32_t cell[256];
    for (size_t k = 0; k < n; k++) cell[k] = ' ';
    const ons_scales *g = &it->g;
    size_t from = column_at(g->scale[0].x, lo, hi, n);
    size_t to = column_at(g->scale[g->n - 1].x, lo, hi, n);
    for (size_t k = from; k <= to; k++) cell[k] = 0x2500;
    if (isfinite(on->lo) && isfinite(on->hi))
        for (size_t k = column_at(on->lo, lo, hi, n); k <= column_at(on->hi, lo, hi, n); k++)
            cell[k] = 0x2501;
    size_t at = column_at(on->x, lo, hi, n);
    name(t, it->s, NAME_COLUMNS);
    spaces(t, 1);
    for (size_t k = 0; k < n; k++) {
        if (k == at)
            sign(t, it->s);
        else
            (void)put(t, cell[k], 0);
    }
    ons_buf_char(t->out, '\n');
}

static void map(const term *t, ons_report_axis axis)
{
    double lo, hi;
    size_t n = t->columns - NAME_COLUMNS - 1;
    if (n > 256) n = 256;
    bool any = false;
    if (!ons_axis_range(t->v, axis, &lo, &hi)) return;
    for (size_t i = 0; i < t->v->n_primary; i++) {
        const ons_item *it = t->v->item[i];
        if (it->s->axis != axis || it->g.n == 0 || !ons_series_has_onset(it->s)) continue;
        any = true;
        map_row(t, it, lo, hi, n);
    }
    if (!any) return;
    ons_tick tick[ONS_TICKS_MAX];
    size_t n_ticks = ons_ticks_x(axis, lo, hi, 6, tick), used = 0;
    spaces(t, NAME_COLUMNS + 1);
    for (size_t i = 0; i < n_ticks; i++) {
        ons_str text = ons_str_of(tick[i].text);
        size_t w = width_of(t, text), at = column_at(tick[i].at, lo, hi, n);
        at = at >= w / 2 ? at - w / 2 : 0;
        if (at < used + (used > 0) || at + w > n) continue;
        spaces(t, at - used);
        field(t, text, w, false);
        used = at + w;
    }
    ons_buf_char(t->out, '\n');
    spaces(t, NAME_COLUMNS + 1);
    ons_buf_text(t->out, ons_axis_title(axis));
    ons_buf_text(t->out, "\n\n");
}

/* How far a score is on its way from chance to the top. */
static void block(const term *t, const ons_report_series *s, double y, double least, double most)
{
    double c = s->continuous ? least : isfinite(s->chance) ? s->chance : 0;
    double top = s->continuous ? most : 1;
    double share = top > c ? (y - c) / (top - c) : 0;
    if (!(share > .05)) {
        ons_buf_char(t->out, '.');
    } else if (t->unicode) {
        int k = (int)(share * 8);
        (void)put(t, 0x2581 + (uint32_t)(k > 7 ? 7 : k), 0);
    } else {
        int k = (int)(share * 10);
        ons_buf_char(t->out, (char)('0' + (k > 9 ? 9 : k < 1 ? 1 : k)));
    }
}

/* The scales that all columns of the table stand for. */
typedef struct grid {
    const ons_scales *sizes; /* up to SIZES_WIDE: one column each; else NULL */
    double lo, hi;
    size_t n; /* columns of one character where sizes is NULL */
} grid;

static grid grid_make(const term *t, ons_report_axis axis)
{
    grid q = {.n = 32};
    if (!ons_axis_range(t->v, axis, &q.lo, &q.hi)) return (grid){0};
    bool same = true;
    for (size_t i = 0; i < t->v->n_primary; i++) {
        const ons_item *it = t->v->item[i];
        if (it->s->axis != axis || it->g.n == 0) continue;
        if (!q.sizes) q.sizes = &it->g;
        same = same && it->g.n == q.sizes->n;
        for (size_t k = 0; same && k < q.sizes->n; k++)
            same = fabs(it->g.scale[k].x - q.sizes->scale[k].x) <= ONS_SAME_SCALE;
    }
    if (!same || (q.sizes && q.sizes->n > SIZES_WIDE)) q.sizes = NULL;
    return q;
}

static void table_head(const term *t, const grid *q, ons_report_axis axis)
{
    field(t, ONS_S("ability"), NAME_COLUMNS, false);
    field(t, ONS_S("chance"), 6, true);
    if (!q->sizes) ons_buf_char(t->out, ' ');
    for (size_t k = 0; q->sizes && k < q->sizes->n; k++) {
        char n[ONS_HUMAN_MAX];
        double v = pow(10, q->sizes->scale[k].x);
        if (q->sizes->by_params)
            (void)ons_human_count_tight(q->sizes->scale[k].params, n);
        else if (axis == ONS_REPORT_LOSS)
            (void)ons_human_number(-q->sizes->scale[k].x, 2, n);
        else if (axis == ONS_REPORT_FLOPS)
            (void)snprintf(n, sizeof n, "%.0e", v);
        else
            (void)ons_human_count_tight(v, n);
        if (axis == ONS_REPORT_FLOPS && !q->sizes->by_params) { /* 1e+22 as 1e22 */
            char *plus = strchr(n, '+');
            if (plus) memmove(plus, plus + 1, strlen(plus));
        }
        field(t, ons_str_of(n), 4, true);
    }
    if (!q->sizes && q->n) field(t, ONS_S("small to large"), q->n, false);
    ons_buf_text(t->out, "  verdict\n");
}

static void table_cells(const term *t, const grid *q, const ons_item *it)
{
    const ons_scales *g = &it->g;
    for (size_t k = 0; q->sizes && k < q->sizes->n; k++) {
        spaces(t, 3);
        block(t, it->s, g->scale[k].median, g->least, g->most);
    }
    if (q->sizes) return;
    for (size_t k = 0; k < q->n; k++) {
        double sum = 0;
        size_t n = 0;
        for (size_t i = 0; i < g->n; i++) {
            if (column_at(g->scale[i].x, q->lo, q->hi, q->n) != k) continue;
            sum += g->scale[i].median;
            n++;
        }
        if (n)
            block(t, it->s, sum / (double)n, g->least, g->most);
        else
            ons_buf_char(t->out, ' ');
    }
}

static void table_row(const term *t, const grid *q, const ons_item *it)
{
    char n[ONS_HUMAN_MAX];
    bool chance = isfinite(it->s->chance) && !it->s->continuous;
    name(t, it->s, NAME_COLUMNS);
    (void)snprintf(n, sizeof n, "%.0f%%", 100 * (chance ? it->s->chance : 0));
    field(t, chance ? ons_str_of(n) : ONS_S(""), 6, true);
    if (!q->sizes) ons_buf_char(t->out, ' ');
    table_cells(t, q, it);
    spaces(t, 2);
    sign(t, it->s);
    ons_buf_char(t->out, ' ');
    ons_buf b;
    ons_buf_init(&b, 4096);
    ons_buf_text(&b, ons_verdict_label(it->s));
    if (ons_series_has_onset(it->s)) {
        ons_buf_text(&b, " at ");
        ons_buf where;
        ons_buf_init(&where, 256);
        ons_scale_words(&it->g, it->s->axis, it->s->verdict.onset.x, true, &where);
        size_t unit = strlen(ons_scale_unit(&it->g, it->s->axis)) + 1;
        if (where.len > unit) ons_buf_add(&b, where.ptr, where.len - unit);
        ons_buf_end_part(t->out, &where);
    }
    size_t used = NAME_COLUMNS + 6 + (q->sizes ? 4 * q->sizes->n : 1 + q->n) + 4;
    size_t w = width_of(t, ons_buf_str(&b)), left = t->columns > used ? t->columns - used : 1;
    if (w > left) { /* the verdict is worth more than the place */
        ons_buf_reset(&b);
        ons_buf_text(&b, ons_verdict_label(it->s));
        w = width_of(t, ons_buf_str(&b));
    }
    field(t, ons_buf_str(&b), w < left ? w : left, false);
    ons_buf_end_part(t->out, &b);
    ons_buf_char(t->out, '\n');
}

static void words(const term *t, void (*say)(const ons_view *, ons_buf *))
{
    ons_buf b;
    ons_buf_init(&b, TEXT_MAX);
    say(t->v, &b);
    paragraph(t, ons_buf_str(&b));
    ons_buf_end_part(t->out, &b);
    ons_buf_char(t->out, '\n');
}

static void table(const term *t, ons_report_axis axis)
{
    grid q = grid_make(t, axis);
    table_head(t, &q, axis);
    bool others = false;
    for (size_t i = 0; i < t->v->n_primary; i++) {
        const ons_item *it = t->v->item[i];
        bool here = it->s->axis == axis && it->g.n > 0;
        others = others || !here;
        if (here) table_row(t, &q, it);
    }
    if (!others) return;
    ons_buf_text(t->out, "\non another axis, or without a scale:\n");
    grid none = {0};
    for (size_t i = 0; i < t->v->n_primary; i++) {
        const ons_item *it = t->v->item[i];
        if (it->s->axis != axis || it->g.n == 0) table_row(t, &none, it);
    }
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
        term t = {&v, columns, o->unicode, o->colour, out};
        words(&t, ons_facts_words);
        words(&t, ons_answer_words);
        if (v.n_primary) {
            ons_report_axis axis = main_axis(&v);
            map(&t, axis);
            table(&t, axis);
        }
        st = ons_buf_status(out, err);
    }
    ons_arena_clear(&a);
    return st;
}
