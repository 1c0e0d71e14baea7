/* One series as text: every run a dot over scale, the fitted curve, chance, the threshold. */
#include <math.h>
#include <string.h>

#include "base/parse.h"
#include "report/canvas.h"
#include "report/figure.h"
#include "report/human.h"
#include "report/look.h"
#include "report/plot.h"
#include "report/sentence.h"
#include "report/terminal_priv.h"

#define LEFT_COLUMNS    8 /* "100 %" and the axis */
#define PLOT_COLUMNS    100
#define SCORE_ROWS      13
#define PARTNER_ROWS    9
#define SMALL_SCORE     .2 /* below that a quarter of the axis is enough */
#define SMALL_SHARE     .25
#define FINEST          2 /* dots of a curve between two of the picture's */
#define DASHES_PER_SIGN 2

/* Signs of our own; term.c knows their ASCII. */
enum {
    RUN = 0x2022,       /* • */
    RUNS = 0x25CF,      /* ● several in one cell */
    DASH = 0x254C,      /* ╌ chance */
    EDGE = 0x250A,      /* ┊ of the threshold */
    LINE = 0x2500,      /* ─ */
    THICK = 0x2501,     /* ━ */
    WALL = 0x2502,      /* │ */
    CORNER = 0x2514,    /* └ */
    TICK_LEFT = 0x2524, /* ┤ */
    TICK_BELOW = 0x252C /* ┬ */
};

typedef struct plot {
    const ons_sheet *p;
    const ons_item *it;
    const ons_scales *g; /* of the score, or of the partner */
    const ons_curve *curve;
    bool continuous, percent;
    double x_lo, x_hi, y_lo, y_hi;
    ons_canvas c;
} plot;

/* ---- where ---- */

static double share_x(const plot *q, double x) { return (x - q->x_lo) / (q->x_hi - q->x_lo); }
static double share_y(const plot *q, double y) { return (q->y_hi - y) / (q->y_hi - q->y_lo); }

static size_t cell_at(double share, size_t n)
{
    double k = floor(share * (double)n);
    return k < 0 ? 0 : k >= (double)n ? n - 1 : (size_t)k;
}

static size_t column_of(const plot *q, double x) { return cell_at(share_x(q, x), q->c.width); }
static size_t row_of(const plot *q, double y) { return cell_at(share_y(q, y), q->c.height); }

/* As the page: fractions from 0 to 100 %, but a quarter of that where all is small. */
static void range_y(plot *q)
{
    const ons_scales *g = q->g;
    const double chance = q->it->s->chance;
    q->percent = !q->continuous && !(g->least < -.02) && !(g->most > 1.02);
    if (q->percent) {
        const double top = g->most < SMALL_SCORE && !(chance >= SMALL_SCORE) ? SMALL_SHARE : 1;
        q->y_lo = -.04 * top;
        q->y_hi = 1.04 * top;
        return;
    }
    const double span = g->most > g->least  ? g->most - g->least
                        : fabs(g->most) > 0 ? fabs(g->most)
                                            : 1;
    q->y_lo = g->least - .06 * span;
    q->y_hi = g->most + .06 * span;
}

/* Of the series itself, as a plot stands alone; a threshold beyond it is drawn at the edge. */
static void range_x(plot *q)
{
    const ons_scales *g = q->g;
    const double lo = g->scale[0].x, hi = g->scale[g->n - 1].x;
    const double pad = hi > lo ? .04 * (hi - lo) : .5;
    q->x_lo = lo - pad;
    q->x_hi = hi + pad;
}

/* ---- what is drawn, from below ---- */

static bool has_chance(const plot *q)
{
    const double chance = q->it->s->chance;
    return !q->continuous && isfinite(chance) && chance >= q->y_lo && chance <= q->y_hi;
}

static void draw_chance(plot *q)
{
    if (!has_chance(q)) return;
    const size_t row = row_of(q, q->it->s->chance);
    for (size_t k = 0; k < q->c.width; k += q->p->t.unicode ? 1 : DASHES_PER_SIGN)
        ons_canvas_put(&q->c, k, row, DASH, ONS_CANVAS_UNDER);
}

/* The columns of the interval of the threshold; false where there is none. */
static bool threshold(const plot *q, size_t *ret_from, size_t *ret_to)
{
    const ons_interval *on = &q->it->s->verdict.onset;
    if (!ons_series_has_onset(q->it->s)) return false;
    *ret_from = column_of(q, isfinite(on->lo) ? on->lo : on->x);
    *ret_to = column_of(q, isfinite(on->hi) ? on->hi : on->x);
    return *ret_from <= *ret_to;
}

static void draw_threshold(plot *q)
{
    size_t from, to;
    if (!threshold(q, &from, &to)) return;
    for (size_t row = 0; row < q->c.height; row++) {
        ons_canvas_put(&q->c, from, row, EDGE, ONS_CANVAS_UNDER);
        ons_canvas_put(&q->c, to, row, EDGE, ONS_CANVAS_UNDER);
    }
}

/* y of the curve, or of the line through the medians where nothing was fitted. */
static double curve_y(const plot *q, double x)
{
    const ons_scales *g = q->g;
    if (q->curve->shape >= 0) return ons_curve_at(q->curve, x);
    for (size_t i = 1; i < g->n; i++) {
        const ons_scale *a = &g->scale[i - 1], *b = &g->scale[i];
        if (x >= a->x && x <= b->x)
            return a->median + (b->median - a->median) * (x - a->x) / (b->x - a->x);
    }
    return (double)NAN;
}

/* Steep parts are joined from dot to dot. */
static void draw_curve(plot *q)
{
    const size_t n = 2 * q->c.width * FINEST;
    size_t before = SIZE_MAX;
    for (size_t i = 0; i <= n; i++) {
        const double part = (double)i / (double)n;
        const double y = share_y(q, curve_y(q, q->x_lo + part * (q->x_hi - q->x_lo)));
        if (!(y >= 0 && y < 1)) {
            before = SIZE_MAX;
            continue;
        }
        const size_t at = cell_at(y, 4 * q->c.height), x = cell_at(part, 2 * q->c.width);
        const size_t from = before == SIZE_MAX ? at : before;
        for (size_t k = from < at ? from : at; k <= (from < at ? at : from); k++)
            ons_canvas_dot(&q->c, x, k);
        before = at;
    }
}

static void draw_runs(plot *q)
{
    const unsigned char colour = ons_look_of(q->it->s)->ansi;
    for (size_t i = 0; i < q->g->n_points; i++) {
        const ons_point *r = &q->g->point[i];
        const size_t column = column_of(q, r->x), row = row_of(q, r->y);
        const uint32_t there = q->c.cell[row][column];
        ons_canvas_put(&q->c, column, row, there == RUN || there == RUNS ? RUNS : RUN, colour);
    }
}

/* ---- around it ---- */

static void text_field(const plot *q, const char *text, size_t n, bool right)
{
    ons_term_field(&q->p->t, ons_str_of(text), n, right);
}

static void put_rows(const plot *q)
{
    ons_tick tick[ONS_TICKS_MAX];
    const ons_term *t = &q->p->t;
    const size_t n = ons_ticks_y(q->percent && q->y_hi > 1, q->percent ? 0 : q->y_lo,
                                 q->percent ? q->y_hi / 1.04 : q->y_hi, 5, tick);
    for (size_t row = 0; row < q->c.height; row++) {
        const char *text = NULL;
        char percent[ONS_HUMAN_MAX];
        for (size_t i = 0; i < n; i++) {
            if (row_of(q, tick[i].at) != row) continue;
            text = q->percent ? ons_human_percent(tick[i].at, 2, percent) : tick[i].text;
        }
        text_field(q, text ? text : "", LEFT_COLUMNS - 2, true);
        ons_buf_char(t->out, ' ');
        (void)ons_term_put(t, text ? TICK_LEFT : WALL, 0);
        ons_canvas_row(&q->c, row, t);
        ons_buf_char(t->out, '\n');
    }
}

/* The ticks in words. */
static void put_ticks(const plot *q, const ons_tick *tick, size_t n)
{
    const ons_term *t = &q->p->t;
    size_t used = 0;
    ons_term_spaces(t, LEFT_COLUMNS);
    for (size_t i = 0; i < n; i++) {
        const size_t w = ons_term_width(t, ons_str_of(tick[i].text));
        size_t at = column_of(q, tick[i].at);
        at = at >= w / 2 ? at - w / 2 : 0;
        if (at + w > q->c.width) at = q->c.width > w ? q->c.width - w : 0;
        if (at < used + (used > 0)) continue;
        ons_term_spaces(t, at - used);
        text_field(q, tick[i].text, w, false);
        used = at + w;
    }
    ons_buf_char(t->out, '\n');
}

/* The axis: hair line, ticks, the threshold as on the map. */
static void put_axis(const plot *q)
{
    ons_tick tick[ONS_TICKS_MAX];
    const ons_term *t = &q->p->t;
    uint32_t cell[ONS_CANVAS_WIDTH];
    size_t from = 0, to = 0;
    const size_t most = q->c.width / 9,
                 n = ons_ticks_x(q->it->s->axis, q->x_lo, q->x_hi, most, tick);
    for (size_t k = 0; k < q->c.width; k++) cell[k] = LINE;
    for (size_t i = 0; i < n; i++) cell[column_of(q, tick[i].at)] = TICK_BELOW;
    const bool has = threshold(q, &from, &to);
    for (size_t k = from; has && k <= to; k++) cell[k] = THICK;
    ons_term_spaces(t, LEFT_COLUMNS - 1);
    (void)ons_term_put(t, CORNER, 0);
    const size_t onset = has ? column_of(q, q->it->s->verdict.onset.x) : SIZE_MAX;
    for (size_t k = 0; k < q->c.width; k++) {
        if (k == onset)
            ons_sheet_sign(q->p, q->it->s);
        else
            (void)ons_term_put(t, cell[k], 0);
    }
    ons_buf_char(t->out, '\n');
    put_ticks(q, tick, n);
}

/* Parameters above the points of another axis: both ends, and what fits between. */
static void put_sizes(const plot *q)
{
    const ons_scales *g = q->g;
    const ons_term *t = &q->p->t;
    if (!g->by_params || q->it->s->axis == ONS_REPORT_PARAMS) return;
    char text[ONS_HUMAN_MAX];
    size_t used = 0;
    const char *last = ons_human_count_tight(g->scale[g->n - 1].params, text);
    const size_t last_w = strlen(last);
    size_t last_at = column_of(q, g->scale[g->n - 1].x);
    last_at = last_at + 1 > last_w ? last_at + 1 - last_w : 0;
    text_field(q, "", LEFT_COLUMNS, false);
    for (size_t i = 0; i < g->n; i++) {
        char size[ONS_HUMAN_MAX];
        const size_t w = strlen(ons_human_count_tight(g->scale[i].params, size));
        size_t at = column_of(q, g->scale[i].x);
        at = at >= w / 2 ? at - w / 2 : 0;
        if (i + 1 == g->n) at = last_at;
        if (at < used + (used > 0)) continue;
        if (i + 1 < g->n && at + w + 1 > last_at) continue;
        ons_term_spaces(t, at - used);
        text_field(q, size, w, false);
        used = at + w;
    }
    ons_buf_char(t->out, '\n');
}

/* "training compute, FLOPs (above: parameters)   ╌ chance 25 %   ━ threshold" */
static void put_key(const plot *q)
{
    char number[ONS_HUMAN_MAX];
    ons_buf b;
    size_t from, to;
    ons_buf_init(&b, 1024);
    ons_buf_text(&b, ons_axis_title(q->it->s->axis));
    if (q->g->by_params && q->it->s->axis != ONS_REPORT_PARAMS)
        ons_buf_text(&b, "; above: parameters");
    if (has_chance(q))
        ons_buf_printf(&b, "; ╌ chance %s", ons_human_percent(q->it->s->chance, 2, number));
    if (threshold(q, &from, &to)) ons_buf_text(&b, "; ━ threshold (95 %)");
    ons_term t = q->p->t;
    t.prose = t.columns - LEFT_COLUMNS;
    t.indent = LEFT_COLUMNS;
    ons_term_paragraph(&t, ons_buf_str(&b));
    ons_buf_end_part(q->p->t.out, &b);
}

static void put_metric(const plot *q, ons_str metric, ons_str unit)
{
    ons_buf b;
    ons_buf_init(&b, ONS_SHEET_TEXT_MAX);
    ons_metric_words(metric, &b);
    if (unit.len) {
        ons_buf_text(&b, ", ");
        ons_buf_str_add(&b, unit);
    }
    const size_t w = ons_term_width(&q->p->t, ons_buf_str(&b)), most = q->p->t.columns - 1;
    ons_term_field(&q->p->t, ons_buf_str(&b), w < most ? w : most, false);
    ons_buf_char(q->p->t.out, '\n');
    ons_buf_end_part(q->p->t.out, &b);
}

static void put_plot(plot *q, size_t rows, ons_str metric, ons_str unit)
{
    const size_t columns = q->p->t.columns < PLOT_COLUMNS ? q->p->t.columns : PLOT_COLUMNS;
    ons_canvas_init(&q->c, columns - LEFT_COLUMNS - 1, rows);
    range_x(q);
    range_y(q);
    draw_threshold(q);
    draw_chance(q);
    draw_curve(q);
    draw_runs(q);
    put_metric(q, metric, unit);
    put_sizes(q);
    put_rows(q);
    put_axis(q);
}

/* ---- a series ---- */

static void put_title(const ons_sheet *p, const ons_item *it)
{
    ons_buf b;
    ons_buf_init(&b, ONS_SHEET_TEXT_MAX);
    ons_sheet_sign(p, it->s);
    ons_buf_char(p->t.out, ' ');
    ons_item_name(p->v, it->s, &b);
    ons_buf_text(&b, ": ");
    ons_sheet_verdict(it, true, &b);
    const size_t w = ons_term_width(&p->t, ons_buf_str(&b)), most = p->t.columns - 2;
    ons_term_name(&p->t, ons_buf_str(&b), w < most ? w : most);
    ons_buf_text(p->t.out, "\n");
    ons_buf_end_part(p->t.out, &b);
}

static void put_words(const ons_sheet *p, const ons_item *it)
{
    ons_buf b;
    ons_buf_init(&b, ONS_SHEET_TEXT_MAX);
    ons_sentence_verdict_of(it->s, &it->g, &it->partner, &b);
    ons_term_paragraph(&p->t, ons_buf_str(&b));
    ons_buf_reset(&b);
    ons_buf_text(&b, "What would change this: ");
    const size_t before = b.len;
    ons_sentence_change_of(it->s, &it->g, &b);
    if (b.len > before) ons_term_paragraph(&p->t, ons_buf_str(&b));
    ons_buf_end_part(p->t.out, &b);
}

void ons_sheet_plot(const ons_sheet *p, const ons_item *it)
{
    const ons_report_series *s = it->s;
    const bool jump = ons_series_has_onset(s);
    ons_buf_char(p->t.out, '\n');
    put_title(p, it);
    if (it->g.n > 0) {
        plot q = {.p = p,
                  .it = it,
                  .g = &it->g,
                  .curve = jump ? &s->verdict.sharp : &s->verdict.smooth,
                  .continuous = s->continuous};
        put_plot(&q, SCORE_ROWS, s->metric, s->continuous ? s->unit : (ons_str){0});
        if (it->partner.n > 0) {
            plot r = {.p = p,
                      .it = it,
                      .g = &it->partner,
                      .curve = jump ? &s->partner.result.sharp : &s->partner.result.smooth,
                      .continuous = true};
            ons_buf_char(p->t.out, '\n');
            put_plot(&r, PARTNER_ROWS, s->partner.metric, s->partner.unit);
        }
        put_key(&q);
        ons_buf_char(p->t.out, '\n');
    }
    put_words(p, it);
}
