/* One series over scale: the large figure, its partner, and the small panel. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "report/figure.h"
#include "report/html.h"
#include "report/human.h"
#include "report/plot.h"

#define LARGE_W 420.0
#define LARGE_H 300.0
#define SMALL_W 160.0
#define SMALL_H 118.0

void ons_figure_words(const ons_view *v, const ons_item *it, ons_buf *out)
{
    const ons_scales *g = &it->g;
    ons_item_name(v, it->s, out);
    ons_buf_text(out, ", ");
    ons_metric_words(it->s->metric, out);
    ons_buf_text(out, " over scale");
    if (g->n > 0) {
        ons_buf_text(out, ": ");
        ons_score_words(g->scale[0].mean, it->s->continuous, it->s->unit, 2, out);
        ons_buf_text(out, " at ");
        ons_scale_words(g, it->s->axis, g->scale[0].x, false, out);
        ons_buf_text(out, ", ");
        ons_score_words(g->scale[g->n - 1].mean, it->s->continuous, it->s->unit, 2, out);
        ons_buf_text(out, " at ");
        ons_scale_words(g, it->s->axis, g->scale[g->n - 1].x, false, out);
    }
    ons_buf_printf(out, "; verdict: %s", ons_verdict_label(it->s));
}

/* A y range for real numbers, with room for labels above. */
static void real_range(const ons_scales *g, bool continuous, ons_plot *p, bool room)
{
    double lo = g->least, hi = g->most;
    for (size_t i = 0; room && i < g->n_points; i++) {
        double a, b;
        if (!ons_point_interval(&g->point[i], continuous, &a, &b)) continue;
        lo = a < lo ? a : lo;
        hi = b > hi ? b : hi;
    }
    double span = hi > lo ? hi - lo : fabs(hi) > 0 ? fabs(hi) : 1;
    p->y.lo = lo - .06 * span;
    p->y.hi = hi + (room ? .14 : .06) * span;
}

/* Fractions share 0 to 100 % unless a score lies outside. */
static void y_range(const ons_scales *g, bool continuous, ons_plot *p, bool room)
{
    p->percent = !continuous && !(g->least < -.02) && !(g->most > 1.02);
    if (p->percent) {
        p->y.lo = -.04;
        p->y.hi = room ? 1.13 : 1.05;
    } else if (g->n > 0) {
        real_range(g, continuous, p, room);
    } else {
        p->y.lo = 0;
        p->y.hi = 1;
    }
}

static void band(const ons_item *it, const ons_plot *p, ons_buf *b)
{
    const ons_interval *on = &it->s->verdict.onset;
    if (!ons_series_has_onset(it->s)) return;
    double lo = isfinite(on->lo) ? on->lo : on->x, hi = isfinite(on->hi) ? on->hi : on->x;
    double x1 = ons_map_at(&p->x, lo), x2 = ons_map_at(&p->x, hi);
    if (x1 < p->x.from) x1 = p->x.from;
    if (x2 > p->x.to) x2 = p->x.to;
    if (x2 < x1) return;
    if (x2 - x1 < 2) x2 = x1 + 2;
    ons_svg_rect(b, "bd", x1, p->y.to, x2 - x1, p->y.from - p->y.to);
}

/* Runs of one scale stand side by side so that equal scores are seen. */
static double beside(const ons_scale *g, size_t k, double step)
{
    if (g->n < 2) return 0;
    double most = step * (double)(g->n - 1);
    if (most > 4 * step) step = 4 * step / (double)(g->n - 1);
    return step * ((double)k - (double)(g->n - 1) / 2);
}

/* "28,160 parameters: 95.3 %, seed 2" */
static void dot_told(const ons_scales *g, const ons_point *q, bool continuous, const ons_plot *p,
                     ons_buf *out)
{
    ons_buf_reset(out);
    ons_scale_words(g, p->axis, q->x, false, out);
    ons_buf_text(out, ": ");
    ons_score_words(q->y, continuous, (ons_str){0}, 3, out);
    if (!q->seed[0]) return;
    ons_buf_text(out, ", seed ");
    ons_buf_str_add(out, (ons_str){q->seed, strnlen(q->seed, sizeof q->seed)});
}

/* Where a run stands in the figure. */
static void place_of(const ons_scale *s, const ons_point *q, size_t k, const ons_plot *p, double r,
                     double *ret_x, double *ret_y)
{
    *ret_x = ons_map_at(&p->x, q->x) + beside(s, k, .8 * r);
    *ret_y = ons_map_at(&p->y, q->y);
}

static void intervals(const ons_scales *g, bool continuous, const ons_plot *p, double r, ons_buf *b)
{
    const size_t before = b->len;
    ons_svg_lines_open(b, "iv");
    const size_t opened = b->len;
    for (size_t i = 0; i < g->n; i++) {
        for (size_t k = 0; k < g->scale[i].n; k++) {
            const ons_point *q = &g->point[g->scale[i].first + k];
            double x, y, lo, hi;
            if (!ons_point_interval(q, continuous, &lo, &hi)) continue;
            place_of(&g->scale[i], q, k, p, r, &x, &y);
            if (lo < p->y.lo) lo = p->y.lo;
            if (hi > p->y.hi) hi = p->y.hi;
            ons_svg_lines_add(b, x, ons_map_at(&p->y, lo), x, ons_map_at(&p->y, hi));
        }
    }
    if (b->len == opened)
        b->len = before;
    else
        ons_svg_lines_close(b);
}

#define SHADES 4

/* All dots of one shade in one element, where a page has too many of them. */
static void dots_at_once(const ons_scales *g, const ons_plot *p, double r, ons_buf *b)
{
    static const char *const shade[SHADES] = {"p p0", "p p1", "p p2", "p p3"};
    for (size_t c = 0; c < SHADES; c++) {
        const size_t before = b->len;
        ons_svg_lines_open(b, shade[c]);
        const size_t opened = b->len;
        for (size_t i = 0; i < g->n; i++) {
            for (size_t k = c; k < g->scale[i].n; k += SHADES) {
                double x, y;
                place_of(&g->scale[i], &g->point[g->scale[i].first + k], k, p, r, &x, &y);
                ons_svg_lines_dot(b, x, y);
            }
        }
        if (b->len == opened)
            b->len = before;
        else
            ons_svg_lines_close(b);
    }
}

/* told: NULL where the dots do not say their values. */
static void dots_one_by_one(const ons_scales *g, bool continuous, const ons_plot *p, double r,
                            ons_buf *told, ons_buf *b)
{
    static const char *const shade[SHADES] = {"d0", "d1", "d2", "d3"};
    for (size_t i = 0; i < g->n; i++) {
        for (size_t k = 0; k < g->scale[i].n; k++) {
            const ons_point *q = &g->point[g->scale[i].first + k];
            double x, y;
            place_of(&g->scale[i], q, k, p, r, &x, &y);
            if (told) {
                dot_told(g, q, continuous, p, told);
                ons_svg_circle_told(b, shade[k % SHADES], x, y, r, ons_buf_str(told));
            } else {
                ons_svg_circle(b, shade[k % SHADES], x, y, r);
            }
        }
    }
}

static void dots(const ons_view *v, const ons_scales *g, bool continuous, ons_plot *p, double r,
                 ons_buf *told, ons_buf *b)
{
    if (v->compact)
        dots_at_once(g, p, r, b);
    else
        dots_one_by_one(g, continuous, p, r, told, b);
    for (size_t i = 0; i < g->n; i++) {
        for (size_t k = 0; k < g->scale[i].n; k++) {
            double x, y;
            place_of(&g->scale[i], &g->point[g->scale[i].first + k], k, p, r, &x, &y);
            (void)ons_boxes_add(&p->boxes, (ons_box){x - r, y - r, 2 * r, 2 * r});
        }
    }
}

static void line(const ons_scales *g, ons_plot *p, const char *css, const double *value, ons_buf *b)
{
    double x[ONS_POINTS_MAX], y[ONS_POINTS_MAX];
    for (size_t i = 0; i < g->n; i++) {
        x[i] = ons_map_at(&p->x, g->scale[i].x);
        y[i] = ons_map_at(&p->y, value[i]);
        if (i > 0) ons_plot_avoid(p, x[i - 1], y[i - 1], x[i], y[i]);
    }
    ons_svg_polyline(b, css, x, y, g->n);
}

static void median(const ons_scales *g, ons_plot *p, ons_buf *b)
{
    double y[ONS_POINTS_MAX];
    for (size_t i = 0; i < g->n; i++) y[i] = g->scale[i].median;
    line(g, p, "md", y, b);
}

/* Between runs that learned it and runs that did not lies no run: their share, dotted. */
static void share_learned(const ons_item *it, ons_plot *p, ons_buf *b)
{
    double y[ONS_POINTS_MAX];
    const ons_scales *g = &it->g;
    for (size_t i = 0; i < g->n; i++)
        y[i] = (double)ons_scale_learned(g, &g->scale[i], it->s->chance) / (double)g->scale[i].n;
    line(g, p, "md sh", y, b);
}

/* Sizes at the points, largest first so that the ends are kept where it is tight. */
static void sizes(const ons_scales *g, ons_plot *p, ons_buf *b)
{
    if (!g->by_params || p->axis == ONS_REPORT_PARAMS) return;
    for (size_t i = g->n; i-- > 0;) {
        char count[ONS_HUMAN_MAX];
        double x = ons_map_at(&p->x, g->scale[i].x);
        ons_str text = ons_str_of(ons_human_count(g->scale[i].params, 2, count));
        if (!ons_label_near(&p->boxes, b, "tk", p->size, x, ons_map_at(&p->y, g->scale[i].most), 7,
                            text))
            (void)ons_label_near(&p->boxes, b, "tk", p->size, x,
                                 ons_map_at(&p->y, g->scale[i].least), 7, text);
    }
}

static void chance_line(const ons_report_series *s, ons_plot *p, bool label, ons_buf *b)
{
    if (!isfinite(s->chance) || s->continuous || s->chance < p->y.lo || s->chance > p->y.hi) return;
    double y = ons_map_at(&p->y, s->chance);
    if (!label) {
        ons_svg_line(b, "ch", p->x.from, y, p->x.to, y);
        return;
    }
    char number[ONS_HUMAN_MAX], text[ONS_HUMAN_MAX + 16];
    bool small = p->x.to < SMALL_W;
    if (small)
        (void)snprintf(text, sizeof text, "chance");
    else
        (void)snprintf(text, sizeof text, "chance %s", ons_human_percent(s->chance, 2, number));
    double half = ons_text_width(ons_str_of(text), p->size) / 2 + 2;
    static const double place[] = {1, .75, .5, .3, 0};
    for (size_t i = 0; i < sizeof place / sizeof *place; i++) {
        double x = p->x.from + half + place[i] * (p->x.to - p->x.from - 2 * half);
        if (ons_label_near(&p->boxes, b, "tk", p->size, x, y, 3, ons_str_of(text))) return;
    }
}

/* Writes a curve's name where it is farthest from the other one and there is room. */
static void curve_label(ons_plot *p, ons_buf *b, const ons_curve *c, const ons_curve *other,
                        const char *text)
{
    enum { N = 16 };
    double gap[N + 1];
    if (c->shape < 0) return;
    for (size_t i = 0; i <= N; i++) {
        double x = p->x.lo + (p->x.hi - p->x.lo) * (double)i / N;
        double y = ons_plot_curve_y(p, c, x), o = ons_plot_curve_y(p, other, x);
        gap[i] = isnan(y) ? -1 : isnan(o) ? 0 : fabs(y - o);
    }
    for (size_t tries = 0; tries <= N; tries++) {
        size_t best = 0;
        for (size_t i = 1; i <= N; i++)
            if (gap[i] > gap[best]) best = i;
        if (gap[best] < 3) return;
        gap[best] = -1;
        double x = p->x.lo + (p->x.hi - p->x.lo) * (double)best / N;
        if (ons_label_near(&p->boxes, b, "tk it", p->size, ons_map_at(&p->x, x),
                           ons_plot_curve_y(p, c, x), 5, ons_str_of(text)))
            return;
    }
}

static void onset_label(const ons_item *it, ons_plot *p, ons_buf *b)
{
    if (!ons_series_has_onset(it->s)) return;
    double x = ons_map_at(&p->x, it->s->verdict.onset.x);
    double half = ons_text_width(ONS_S("threshold"), p->size) / 2;
    if (x + half > p->x.to) x = p->x.to - half;
    if (x - half < p->x.from + 2) x = p->x.from + 2 + half;
    (void)ons_label_near(&p->boxes, b, "tk", p->size, x, p->y.to + p->size * .6, 0,
                         ONS_S("threshold"));
}

static void headings(const ons_item *it, const ons_plot *p, ons_str metric, ons_str unit,
                     bool with_sizes, ons_buf *b)
{
    ons_buf t;
    ons_buf_init(&t, 1 << 16);
    ons_metric_words(metric, &t);
    if (unit.len) {
        ons_buf_text(&t, ", ");
        ons_buf_str_add(&t, unit);
    }
    ons_buf cut;
    ons_buf_init(&cut, 1024);
    ons_text_shorten(ons_buf_str(&t), 42, &cut);
    ons_svg_text(b, "tx", 's', 4, p->size + 2, ons_buf_str(&cut));
    ons_buf_reset(&t);
    ons_buf_text(&t, ons_axis_title(it->s->axis));
    if (with_sizes && it->g.by_params && it->s->axis != ONS_REPORT_PARAMS)
        ons_buf_text(&t, "; at the points: parameters");
    ons_svg_text(b, "tk", 'e', p->x.to + 8, LARGE_H - 5, ons_buf_str(&t));
    ons_buf_end_part(b, &cut);
    ons_buf_end_part(b, &t);
}

/* The frame of a large figure; false (nothing drawn) where there is no x. */
static bool large_begin(const ons_view *v, const ons_item *it, const ons_scales *g, bool continuous,
                        ons_plot *p, ons_buf *b)
{
    *p = (ons_plot){.axis = it->s->axis, .size = 14.5};
    double lo, hi;
    if (g->n == 0 || !ons_axis_range(v, it->s->axis, &lo, &hi)) return false;
    if (v->many_families) { /* each series has models of its own */
        double pad = g->n > 1 ? .05 * (g->scale[g->n - 1].x - g->scale[0].x) : .5;
        lo = it->g.n ? it->g.scale[0].x - pad : lo;
        hi = it->g.n ? it->g.scale[it->g.n - 1].x + pad : hi;
    }
    p->x = (ons_map){lo, hi, 52, LARGE_W - 12};
    y_range(g, continuous, p, true);
    p->y.from = LARGE_H - 46;
    p->y.to = 24;
    (void)b;
    return true;
}

/* What the models below the threshold foresaw of the first one beyond it: beside what came. */
static void forecast(const ons_item *it, ons_plot *p, ons_buf *b)
{
    const ons_forecast *f = &it->s->verdict.forecast;
    if (!f->made || !isfinite(f->lo) || !isfinite(f->hi) || !ons_series_has_onset(it->s)) return;
    const double lo = fmax(f->lo, p->y.lo), hi = fmin(f->hi, p->y.hi);
    const double x = ons_map_at(&p->x, f->x) + 9; /* clear of the dots */
    const double top = ons_map_at(&p->y, hi), bottom = ons_map_at(&p->y, lo),
                 middle = ons_map_at(&p->y, fmin(fmax(f->median, lo), hi));
    if (x > p->x.to || !(hi >= lo)) return;
    ons_svg_lines_open(b, "fc");
    ons_svg_lines_add(b, x, bottom, x, top);
    ons_svg_lines_add(b, x - 4, top, x + 4, top);
    ons_svg_lines_add(b, x - 4, bottom, x + 4, bottom);
    ons_svg_lines_add(b, x - 4, middle, x + 4, middle);
    ons_svg_lines_close(b);
    ons_plot_avoid(p, x, bottom, x, top);
    (void)ons_label_near(&p->boxes, b, "tk it", p->size, x, top, 4, ONS_S("forecast"));
}

void ons_figure_score(const ons_view *v, const ons_item *it, ons_buf *b)
{
    ons_plot p;
    if (!large_begin(v, it, &it->g, it->s->continuous, &p, b)) return;
    ons_buf words;
    ons_buf_init(&words, 1 << 20);
    ons_figure_words(v, it, &words);
    ons_svg_open(b, "f-large", LARGE_W, LARGE_H, ons_buf_str(&words));
    band(it, &p, b);
    ons_plot_frame(&p, b, 6, 5);
    headings(it, &p, it->s->metric, it->s->continuous ? it->s->unit : ONS_S("share right"), true,
             b);
    chance_line(it->s, &p, false, b);
    ons_plot_curve(&p, b, "cg", &it->s->verdict.smooth);
    ons_plot_curve(&p, b, "cs", &it->s->verdict.sharp);
    if (!ons_series_divided(it->s)) median(&it->g, &p, b); /* else the share has its own figure */
    intervals(&it->g, it->s->continuous, &p, 4, b);
    dots(v, &it->g, it->s->continuous, &p, 4, &words, b);
    ons_buf_end_part(b, &words);
    onset_label(it, &p, b);
    sizes(&it->g, &p, b);
    forecast(it, &p, b);
    chance_line(it->s, &p, true, b);
    curve_label(&p, b, &it->s->verdict.sharp, &it->s->verdict.smooth, "sharp fit");
    curve_label(&p, b, &it->s->verdict.smooth, &it->s->verdict.sharp, "gradual fit");
    ons_svg_close(b);
}

void ons_figure_partner(const ons_view *v, const ons_item *it, ons_buf *b)
{
    ons_plot p;
    const ons_report_partner *q = &it->s->partner;
    if (!large_begin(v, it, &it->partner, true, &p, b)) return;
    ons_buf words;
    ons_buf_init(&words, 1 << 20);
    ons_item_name(v, it->s, &words);
    ons_buf_text(&words, ", the same models under a continuous metric, ");
    ons_metric_words(q->metric, &words);
    ons_buf_printf(&words, "; metric check: %s", ons_check_text(q->result.check));
    ons_svg_open(b, "f-large", LARGE_W, LARGE_H, ons_buf_str(&words));
    band(it, &p, b);
    ons_plot_frame(&p, b, 6, 5);
    headings(it, &p, q->metric, q->unit, !v->compact, b);
    ons_plot_curve(&p, b, "cg", &q->result.smooth);
    ons_plot_curve(&p, b, "cs", &q->result.sharp);
    median(&it->partner, &p, b);
    intervals(&it->partner, true, &p, 4, b);
    dots(v, &it->partner, true, &p, 4, &words, b);
    ons_buf_end_part(b, &words);
    onset_label(it, &p, b);
    if (!v->compact) sizes(&it->partner, &p, b); /* else the figure on the left has them */
    curve_label(&p, b, &q->result.sharp, &q->result.smooth, "sharp fit");
    curve_label(&p, b, &q->result.smooth, &q->result.sharp, "gradual fit");
    ons_svg_close(b);
}

bool ons_figure_has_learned(const ons_item *it)
{
    size_t most = 0;
    for (size_t i = 0; i < it->g.n; i++)
        if (it->g.scale[i].n > most) most = it->g.scale[i].n;
    const size_t least = ons_series_divided(it->s) ? 2 : ONS_LEARNED_RUNS;
    return !it->s->continuous && it->g.n > 1 && most >= least;
}

void ons_figure_learned(const ons_view *v, const ons_item *it, ons_buf *b)
{
    ons_plot p;
    double x[ONS_POINTS_MAX], y[ONS_POINTS_MAX], lo, hi;
    const ons_scales *g = &it->g;
    if (!large_begin(v, it, g, false, &p, b)) return;
    ons_buf words;
    ons_buf_init(&words, 1 << 20);
    ons_item_name(v, it->s, &words);
    ons_buf_text(&words, ": share of the runs of one size that learned it");
    ons_svg_open(b, "f-large", LARGE_W, LARGE_H, ons_buf_str(&words));
    ons_buf_end_part(b, &words);
    const double pad = .07 * (p.x.hi - p.x.lo); /* room for "0/20" at both ends */
    p.x.lo -= pad;
    p.x.hi += pad;
    p.percent = true;
    p.y.lo = -.04;
    p.y.hi = 1.13;
    band(it, &p, b);
    ons_plot_frame(&p, b, 6, 5);
    headings(it, &p, ONS_S("runs that learned it, 95 % interval"), ONS_S(""), false, b);
    for (size_t i = 0; i < g->n; i++) {
        const ons_scale *q = &g->scale[i];
        const ons_point share = {.x = q->x,
                                 .y = (double)ons_scale_learned(g, q, it->s->chance) / (double)q->n,
                                 .n = (double)q->n,
                                 .se = (double)NAN};
        x[i] = ons_map_at(&p.x, q->x);
        y[i] = ons_map_at(&p.y, share.y);
        if (ons_point_interval(&share, false, &lo, &hi))
            ons_svg_line(b, "iv", x[i], ons_map_at(&p.y, lo), x[i], ons_map_at(&p.y, hi));
        if (i > 0) ons_plot_avoid(&p, x[i - 1], y[i - 1], x[i], y[i]);
    }
    ons_svg_polyline(b, "md", x, y, g->n);
    for (size_t i = 0; i < g->n; i++) {
        ons_svg_circle(b, "d0", x[i], y[i], 4);
        (void)ons_boxes_add(&p.boxes, (ons_box){x[i] - 4, y[i] - 4, 8, 8});
    }
    for (size_t i = 0; i < g->n; i++) {
        char text[2 * ONS_HUMAN_MAX];
        (void)snprintf(text, sizeof text, "%zu/%zu",
                       ons_scale_learned(g, &g->scale[i], it->s->chance), g->scale[i].n);
        (void)ons_label_near(&p.boxes, b, "tk", p.size, x[i], p.y.to + .6 * p.size, 0,
                             ons_str_of(text)); /* in one row above all points */
    }
    ons_svg_close(b);
}

void ons_figure_panel(const ons_view *v, const ons_item *it, bool label_chance, ons_buf *b)
{
    ons_plot p = {.axis = it->s->axis, .size = 11.8};
    double lo = 0, hi = 1;
    bool drawn = ons_axis_range(v, it->s->axis, &lo, &hi) && it->g.n > 0;
    p.x = (ons_map){lo, hi, 47, SMALL_W - 4}; /* letters are larger in narrow windows */
    y_range(&it->g, it->s->continuous, &p, false);
    p.y.from = SMALL_H - 20;
    p.y.to = 8;
    ons_buf words;
    ons_buf_init(&words, 1 << 20);
    ons_figure_words(v, it, &words);
    ons_svg_open(b, "f-small", SMALL_W, SMALL_H, ons_buf_str(&words));
    ons_buf_end_part(b, &words);
    if (!drawn) {
        ons_svg_text(b, "tk", 'm', SMALL_W / 2, SMALL_H / 2, ONS_S("no scale known"));
        ons_svg_close(b);
        return;
    }
    band(it, &p, b);
    ons_plot_frame(&p, b, 3, 3);
    chance_line(it->s, &p, false, b);
    const ons_curve *c =
        ons_series_has_onset(it->s) ? &it->s->verdict.sharp : &it->s->verdict.smooth;
    if (ons_series_divided(it->s)) {
        share_learned(it, &p, b); /* the curve would be a middle too */
    } else {
        ons_plot_curve(&p, b, "cs", c);
        median(&it->g, &p, b);
    }
    dots(v, &it->g, it->s->continuous, &p, 2.2, NULL, b);
    if (label_chance) chance_line(it->s, &p, true, b); /* the word, clear of the dots */
    ons_svg_close(b);
}
