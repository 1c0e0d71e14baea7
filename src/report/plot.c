#include "report/plot.h"

#include <math.h>
#include <stdio.h>

#include "base/parse.h"
#include "report/human.h"

/* Room for ticks at a step that a reader can add up: 1, 2, 5 times a power of ten. */
static double nice_step(double span, size_t most)
{
    double raw = span / (double)(most ? most : 1);
    double unit = pow(10, floor(log10(raw)));
    double m = raw / unit;
    return unit * (m <= 1 ? 1 : m <= 2 ? 2 : m <= 5 ? 5 : 10);
}

static void tick_text(ons_tick *t, const char *words)
{
    (void)snprintf(t->text, sizeof t->text, "%.23s", words);
}

static size_t round_ticks(double lo, double hi, size_t most, int sign, ons_tick *t)
{
    char buf[ONS_HUMAN_MAX];
    if (!(hi > lo) || !isfinite(hi - lo)) return 0;
    double step = nice_step(hi - lo, most);
    size_t n = 0;
    double first = ceil(lo / step - 1e-9);
    while (n < ONS_TICKS_MAX) {
        double v = (first + (double)n) * step;
        if (v > hi + 1e-9 * step) break;
        t[n].at = v;
        int decimals = step >= 1 ? 0 : (int)ceil(-log10(step) - 1e-9);
        (void)ons_human_fixed(fabs(v) < step / 2 ? 0 : fabs(v), decimals, buf);
        bool minus = sign * v < -step / 2;
        char with[ONS_HUMAN_MAX + 4];
        (void)snprintf(with, sizeof with, "%s%s", minus ? "−" : "", buf);
        tick_text(&t[n++], with);
    }
    return n;
}

static void scale_tick(ons_report_axis axis, double at, ons_tick *t)
{
    char buf[ONS_HUMAN_MAX];
    t->at = at;
    double v = pow(10, at);
    tick_text(t,
              axis == ONS_REPORT_FLOPS ? ons_human_power(v, 1, buf) : ons_human_count(v, 1, buf));
}

size_t ons_ticks_x(ons_report_axis axis, double lo, double hi, size_t most, ons_tick *ret_t)
{
    if (!isfinite(lo) || !isfinite(hi) || hi < lo) return 0;
    if (most > ONS_TICKS_MAX) most = ONS_TICKS_MAX;
    if (axis == ONS_REPORT_LOSS) return round_ticks(lo, hi, most, -1, ret_t);
    double first = ceil(lo - 1e-9), last = floor(hi + 1e-9);
    size_t n = 0;
    if (last - first >= 1) {
        double step = ceil((last - first + 1) / (double)most);
        while (n < most && first + (double)n * step <= last) {
            scale_tick(axis, first + (double)n * step, &ret_t[n]);
            n++;
        }
        return n;
    }
    static const double part[] = {0, .30103, .69897}, decade[] = {0, 1, 2};
    for (size_t k = 0; k < 9 && n < most; k++) { /* three decades are more than there can be */
        double at = floor(lo) + decade[k / 3] + part[k % 3];
        if (at >= lo - 1e-9 && at <= hi + 1e-9) scale_tick(axis, at, &ret_t[n++]);
    }
    return n;
}

size_t ons_ticks_y(bool percent, double lo, double hi, size_t most, ons_tick *ret_t)
{
    if (!percent) return round_ticks(lo, hi, most, 1, ret_t);
    char buf[ONS_HUMAN_MAX];
    size_t n = most >= 5 ? 4 : 2; /* quarters or halves */
    for (size_t i = 0; i <= n; i++) {
        ret_t[i].at = (double)i / (double)n;
        tick_text(&ret_t[i], ons_human_percent(ret_t[i].at, 2, buf));
    }
    return n + 1;
}

void ons_plot_frame(ons_plot *p, ons_buf *b, size_t x_ticks, size_t y_ticks)
{
    double left = p->x.from, right = p->x.to, bottom = p->y.from, top = p->y.to;
    ons_boxes_init(&p->boxes, left + 1, top, right - left, bottom - top - 1);
    ons_tick t[ONS_TICKS_MAX];
    size_t n = ons_ticks_y(p->percent, p->y.lo, p->y.hi, y_ticks, t);
    ons_svg_lines_open(b, "gr");
    for (size_t i = 0; i < n; i++) {
        double y = ons_map_at(&p->y, t[i].at);
        ons_svg_lines_add(b, left, y, right, y);
    }
    ons_svg_lines_close(b);
    for (size_t i = 0; i < n; i++)
        ons_svg_text(b, "tk", 'e', left - 6, ons_map_at(&p->y, t[i].at) + .34 * p->size,
                     ons_str_of(t[i].text));
    n = ons_ticks_x(p->axis, p->x.lo, p->x.hi, x_ticks, t);
    ons_svg_lines_open(b, "ax");
    ons_svg_lines_add(b, left, bottom, right, bottom);
    for (size_t i = 0; i < n; i++) {
        double x = ons_map_at(&p->x, t[i].at);
        ons_svg_lines_add(b, x, bottom, x, bottom + 4);
    }
    ons_svg_lines_close(b);
    for (size_t i = 0; i < n; i++) {
        double x = ons_map_at(&p->x, t[i].at);
        double half = ons_text_width(ons_str_of(t[i].text), p->size) / 2;
        char anchor = x + half > right + 8 ? 'e' : 'm';
        ons_svg_text(b, "tk", anchor, anchor == 'e' ? right + 8 : x, bottom + 6 + p->size,
                     ons_str_of(t[i].text));
    }
}

void ons_plot_avoid(ons_plot *p, double x1, double y1, double x2, double y2)
{
    double length = hypot(x2 - x1, y2 - y1);
    if (!isfinite(length)) return;
    size_t n = 1 + (size_t)(length / 6);
    if (n > 200) n = 200;
    for (size_t i = 0; i <= n; i++) {
        double t = (double)i / (double)n;
        (void)ons_boxes_add(&p->boxes,
                            (ons_box){x1 + t * (x2 - x1) - 1.5, y1 + t * (y2 - y1) - 1.5, 3, 3});
    }
}

double ons_plot_curve_y(const ons_plot *p, const ons_curve *c, double x)
{
    if (c->shape < 0) return (double)NAN;
    double v = ons_curve_at(c, x);
    if (!(v >= p->y.lo && v <= p->y.hi)) return (double)NAN;
    return ons_map_at(&p->y, v);
}

/* Leaves out (as NaN, not at ends) points that a straight line passes within a tenth of a pixel;
 * x is evenly spaced. Returns how many are left. */
static size_t straighten(const double *x, const double *y, size_t n, double *kept_x, double *kept_y)
{
    size_t m = 0, last = 0;
    for (size_t i = 0; i < n; i++) {
        bool keep = i == 0 || i + 1 == n || isnan(y[i]) || isnan(y[i - 1]) || isnan(y[i + 1]);
        for (size_t k = last + 1; !keep && k <= i; k++) { /* would the line to the next one miss? */
            const double t = (double)(k - last) / (double)(i + 1 - last);
            keep = fabs(y[last] + t * (y[i + 1] - y[last]) - y[k]) > .1;
        }
        if (!keep) continue;
        kept_x[m] = x[i];
        kept_y[m++] = y[i];
        last = i;
    }
    return m;
}

void ons_plot_curve(ons_plot *p, ons_buf *b, const char *css, const ons_curve *c)
{
    enum { N = 97 };
    double x[N], y[N], kept_x[N], kept_y[N];
    if (c->shape < 0) return;
    for (size_t i = 0; i < N; i++) {
        double v = p->x.lo + (p->x.hi - p->x.lo) * (double)i / (N - 1);
        x[i] = ons_map_at(&p->x, v);
        y[i] = ons_plot_curve_y(p, c, v);
    }
    const size_t n = straighten(x, y, N, kept_x, kept_y);
    ons_svg_polyline(b, css, kept_x, kept_y, n);
    for (size_t i = 1; i < N; i++)
        if (isfinite(y[i - 1]) && isfinite(y[i])) ons_plot_avoid(p, x[i - 1], y[i - 1], x[i], y[i]);
}
