/* The same ability beside itself: over scale, a line each way of asking or each family; over the
 * examples in the prompt, a line each size. */
#include <math.h>
#include <stdlib.h>

#include "base/parse.h"
#include "report/compare.h"
#include "report/figure.h"
#include "report/html.h"
#include "report/human.h"
#include "report/look.h"
#include "report/plot.h"

#define WIDE       420.0
#define HIGH       300.0
#define ROOM       78.0 /* for the names at the ends of the lines */
#define NAME_CHARS 14
#define TEXT_MAX   ((size_t)1 << 16)

/* What a line goes through: the median of the runs, or the share that learned where they divide. */
static double level(const ons_item *it, const ons_scale *q)
{
    if (!ons_series_divided(it->s)) return q->median;
    return (double)ons_scale_learned(&it->g, q, it->s->chance) / (double)q->n;
}

static void y_range(const ons_beside *g, ons_plot *p)
{
    double lo = (double)INFINITY, hi = -lo;
    p->percent = true;
    for (size_t i = 0; i < g->n; i++) {
        const ons_item *it = g->item[i];
        p->percent = p->percent && !it->s->continuous;
        lo = fmin(lo, it->g.least);
        hi = fmax(hi, it->g.most);
    }
    p->percent = p->percent && !(lo < -.02) && !(hi > 1.02);
    const double span = hi > lo ? hi - lo : 1;
    p->y.lo = p->percent ? -.04 : lo - .06 * span;
    p->y.hi = p->percent ? 1.08 : hi + .1 * span;
    p->y.from = HIGH - 46;
    p->y.to = 24;
}

static void titles(const ons_plot *p, const ons_beside *g, const char *below, ons_buf *b)
{
    ons_buf t, cut;
    ons_buf_init(&t, TEXT_MAX);
    ons_buf_init(&cut, 1024);
    ons_metric_words(g->item[0]->s->metric, &t);
    if (g->item[0]->s->unit.len) {
        ons_buf_text(&t, ", ");
        ons_buf_str_add(&t, g->item[0]->s->unit);
    }
    ons_text_shorten(ons_buf_str(&t), 42, &cut);
    ons_svg_text(b, "tx", 's', 4, p->size + 2, ons_buf_str(&cut));
    ons_svg_text(b, "tk", 'e', p->x.to + 8, HIGH - 5, ons_str_of(below));
    ons_buf_end_part(b, &t);
    ons_buf_end_part(b, &cut);
}

/* A line with its dots. */
static void line(ons_plot *p, size_t shade, bool dotted, const double *x, const double *y, size_t n,
                 ons_buf *b)
{
    static const char *const dot[] = {"d0", "d1", "d2", "d3"};
    static const char *const css[2][4] = {{"ln l0", "ln l1", "ln l2", "ln l3"},
                                          {"ln sh l0", "ln sh l1", "ln sh l2", "ln sh l3"}};
    ons_svg_polyline(b, css[dotted][shade % 4], x, y, n);
    for (size_t k = 0; k < n; k++) {
        ons_svg_circle(b, dot[shade % 4], x[k], y[k], 3);
        (void)ons_boxes_add(&p->boxes, (ons_box){x[k] - 3, y[k] - 3, 6, 6});
        if (k > 0) ons_plot_avoid(p, x[k - 1], y[k - 1], x[k], y[k]);
    }
}

/* A line that waits for its name. */
typedef struct line_end {
    double x, y;
    ons_buf name;
} line_end;

static int from_top(const void *pa, const void *pb)
{
    const line_end *a = pa, *b = pb;
    return (a->y > b->y) - (a->y < b->y);
}

/* Beside the end, or a little lower: from the top down, so that names stand in the order of their
 * lines. A name without room is left out. */
static void end_name(ons_plot *p, const line_end *e, ons_buf *b)
{
    ons_buf cut;
    ons_buf_init(&cut, 256);
    ons_text_squeeze(ons_buf_str(&e->name), NAME_CHARS, &cut);
    const ons_str text = ons_buf_str(&cut);
    for (int lower = 0; lower < 13; lower++) { /* by tenths of a line */
        const double top = e->y + (.1 * lower - .5) * p->size;
        const ons_box box = {e->x + 6, top, ons_text_width(text, p->size), p->size};
        if (!ons_boxes_free(&p->boxes, box)) continue;
        ons_svg_text(b, "tk", 's', box.x, top + .84 * p->size, text);
        (void)ons_boxes_add(&p->boxes, box);
        break;
    }
    ons_buf_end_part(b, &cut);
}

/* Names all lines and lets go of the names. */
static void end_names(ons_plot *p, line_end *e, size_t n, ons_buf *b)
{
    p->boxes.frame.w += ROOM + 8; /* names stand right of the frame */
    qsort(e, n, sizeof *e, from_top);
    for (size_t i = 0; i < n; i++) {
        end_name(p, &e[i], b);
        ons_buf_end_part(b, &e[i].name);
    }
}

/* Where all series are guessed alike: the line below everything, its word where there is room. */
static void chance(const ons_beside *g, ons_plot *p, bool word, ons_buf *b)
{
    const double y = g->item[0]->s->chance;
    bool one = y > 0 && !g->item[0]->s->continuous;
    for (size_t i = 1; i < g->n; i++) one = one && g->item[i]->s->chance == y;
    if (!one) return;
    const double at = ons_map_at(&p->y, y);
    if (!word) {
        ons_svg_line(b, "ch", p->x.from, at, p->x.to, at);
        return;
    }
    for (int k = 3; 10 * k < p->x.to - p->x.from - 30; k++)
        if (ons_label_near(&p->boxes, b, "tk", p->size, p->x.to - 10 * k, at, 3, ONS_S("chance")))
            return;
}

/* What tells one of the group from the others. */
static void way_words(const ons_beside *g, const ons_item *it, ons_buf *out)
{
    bool shots = false, prompt = false;
    if (g->by_family) {
        ons_buf_str_add(out, it->s->family);
        return;
    }
    for (size_t i = 1; i < g->n; i++) {
        const ons_report_series *a = g->item[0]->s, *c = g->item[i]->s;
        shots = shots || !ons_same_number(a->shots, c->shots);
        prompt = prompt || !ons_str_eq(a->prompt, c->prompt);
    }
    if (prompt) ons_buf_str_add(out, it->s->prompt.len ? it->s->prompt : ONS_S("plain"));
    if (shots && it->s->shots >= 0)
        ons_buf_printf(out, "%s%.0f %s", prompt ? ", " : "", it->s->shots,
                       it->s->shots == 1 ? "shot" : "shots");
}

void ons_beside_name(const ons_view *v, const ons_beside *g, ons_buf *out)
{
    const ons_report_series *s = g->item[0]->s;
    ons_buf_str_add(out, s->task.len ? s->task : ONS_S("(no name)"));
    if (!g->by_family && v->many_families) {
        ons_buf_text(out, " (");
        ons_buf_str_add(out, s->family);
        ons_buf_char(out, ')');
    } else if (g->by_family && s->shots > 0) {
        ons_buf_printf(out, " (%.0f %s)", s->shots, s->shots == 1 ? "shot" : "shots");
    }
}

static void open_figure(const ons_view *v, const ons_beside *g, const char *what, ons_buf *b)
{
    ons_buf words;
    ons_buf_init(&words, TEXT_MAX);
    ons_beside_name(v, g, &words);
    ons_buf_text(&words, what);
    for (size_t i = 0; i < g->n; i++) {
        ons_buf_text(&words, i ? ", " : ": ");
        way_words(g, g->item[i], &words);
    }
    ons_svg_open(b, "f-large", WIDE, HIGH, ons_buf_str(&words));
    ons_buf_end_part(b, &words);
}

void ons_figure_beside(const ons_view *v, const ons_beside *g, ons_buf *b)
{
    ons_plot p = {.axis = g->item[0]->s->axis, .size = 14.5};
    double lo = (double)INFINITY, hi = -lo;
    for (size_t i = 0; i < g->n; i++) {
        lo = fmin(lo, g->item[i]->g.scale[0].x);
        hi = fmax(hi, g->item[i]->g.scale[g->item[i]->g.n - 1].x);
    }
    const double pad = hi > lo ? .04 * (hi - lo) : .5;
    p.x = (ons_map){lo - pad, hi + pad, 52, WIDE - 12 - ROOM};
    y_range(g, &p);
    open_figure(v, g,
                g->by_family ? ", family beside family over scale"
                             : ", one way of asking beside the other over scale",
                b);
    ons_plot_frame(&p, b, 5, 5);
    titles(&p, g, ons_axis_title(p.axis), b);
    chance(g, &p, false, b);
    line_end end[ONS_BESIDE_MOST];
    for (size_t i = 0; i < g->n; i++) {
        const ons_item *it = g->item[i];
        double x[ONS_POINTS_MAX], y[ONS_POINTS_MAX];
        for (size_t k = 0; k < it->g.n; k++) {
            x[k] = ons_map_at(&p.x, it->g.scale[k].x);
            y[k] = ons_map_at(&p.y, level(it, &it->g.scale[k]));
        }
        line(&p, i, ons_series_divided(it->s), x, y, it->g.n, b);
        end[i] = (line_end){.x = x[it->g.n - 1], .y = y[it->g.n - 1]};
        ons_buf_init(&end[i].name, TEXT_MAX);
        way_words(g, it, &end[i].name);
    }
    chance(g, &p, true, b);
    end_names(&p, end, g->n, b);
    ons_svg_close(b);
}

/* ---- over the examples in the prompt ---- */

static const ons_scale *at_scale(const ons_item *it, double x)
{
    for (size_t k = 0; k < it->g.n; k++)
        if (fabs(it->g.scale[k].x - x) <= ONS_SAME_SCALE) return &it->g.scale[k];
    return NULL;
}

bool ons_beside_has_shots(const ons_beside *g)
{
    size_t n = 0;
    if (g->by_family) return false;
    for (size_t i = 0; i < g->n; i++) {
        const ons_report_series *s = g->item[i]->s;
        if (!(s->shots >= 0) || !ons_str_eq(s->prompt, g->item[0]->s->prompt)) return false;
        n += i == 0 || s->shots != g->item[i - 1]->s->shots;
    }
    if (n < 3) return false;
    for (size_t k = 0; k < g->item[0]->g.n; k++)
        if (at_scale(g->item[1], g->item[0]->g.scale[k].x)) return true;
    return false;
}

static double place_of_shots(double shots) { return log2(1 + shots); }

/* Grid and ticks: 0, 1, 2, 4, … stand evenly. */
static void shots_frame(ons_plot *p, const ons_beside *g, ons_buf *b)
{
    ons_plot_frame(p, b, 0, 5);
    double end = -(double)INFINITY;
    for (size_t i = 0; i < g->n; i++) {
        char n[ONS_HUMAN_MAX];
        const double x = ons_map_at(&p->x, place_of_shots(g->item[i]->s->shots));
        const ons_str text = ons_str_of(ons_human_exact(g->item[i]->s->shots, n));
        const double half = ons_text_width(text, p->size) / 2;
        ons_svg_line(b, "ax", x, p->y.from, x, p->y.from + 4);
        if (x - half < end + 4) continue; /* labels never overlap */
        ons_svg_text(b, "tk", 'm', x, p->y.from + 6 + p->size, text);
        end = x + half;
    }
}

/* The line of one size: shots of the group at which it was asked. */
static size_t line_of_size(const ons_beside *g, const ons_plot *p, double scale, double *x,
                           double *y)
{
    size_t n = 0;
    for (size_t i = 0; i < g->n; i++) {
        const ons_scale *q = at_scale(g->item[i], scale);
        if (!q) continue;
        x[n] = ons_map_at(&p->x, place_of_shots(g->item[i]->s->shots));
        y[n++] = ons_map_at(&p->y, level(g->item[i], q));
    }
    return n;
}

void ons_figure_shots(const ons_view *v, const ons_beside *g, ons_buf *b)
{
    ons_plot p = {.axis = ONS_REPORT_PARAMS, .size = 14.5};
    const ons_scales *sizes = &g->item[0]->g; /* those asked with the fewest */
    const double lo = place_of_shots(g->item[0]->s->shots),
                 hi = place_of_shots(g->item[g->n - 1]->s->shots);
    double x[ONS_BESIDE_MOST], y[ONS_BESIDE_MOST];
    p.x = (ons_map){lo - .04 * (hi - lo), hi + .04 * (hi - lo), 52, WIDE - 12 - ROOM};
    y_range(g, &p);
    open_figure(v, g, ", every size over the examples in the prompt", b);
    shots_frame(&p, g, b);
    titles(&p, g, "examples in the prompt; a line is a size", b);
    chance(g, &p, false, b);
    line_end end[ONS_POINTS_MAX];
    size_t n_ends = 0;
    for (size_t k = 0; k < sizes->n; k++) {
        const size_t n = line_of_size(g, &p, sizes->scale[k].x, x, y);
        if (n == 0) continue;
        line(&p, sizes->n - 1 - k, ons_series_divided(g->item[0]->s), x, y, n, b);
        line_end *e = &end[n_ends++];
        *e = (line_end){.x = x[n - 1], .y = y[n - 1]};
        ons_buf_init(&e->name, 256);
        ons_scale_short(sizes, g->item[0]->s->axis, sizes->scale[k].x, &e->name);
    }
    chance(g, &p, true, b);
    end_names(&p, end, n_ends, b);
    ons_svg_close(b);
}
