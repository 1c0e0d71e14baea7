/* The loss of every model over its scale, family by family. */
#include <math.h>
#include <stdlib.h>

#include "base/parse.h"
#include "report/figure.h"
#include "report/human.h"
#include "report/plot.h"

#define WIDE           420.0
#define HIGH           300.0
#define SAME_FLOPS     .03 /* relative: steps are whole */
#define FAMILIES_DRAWN 8   /* beyond that lines and names would hide the points */

typedef struct drawing {
    const ons_report *r;
    const ons_report_model **model; /* those with a place: by family, then scale */
    size_t n;
    bool by_params; /* the models of a family cost the same: sizes tell them apart */
    ons_plot p;
} drawing;

static double scale_of(const drawing *d, const ons_report_model *m)
{
    return log10(d->by_params ? m->params : m->flops);
}

static bool has_place(const ons_report_model *m)
{
    return m->flops > 0 && isfinite(m->flops) && isfinite(m->loss);
}

static int in_order(const void *pa, const void *pb)
{
    const ons_report_model *a = *(const ons_report_model *const *)pa,
                           *b = *(const ons_report_model *const *)pb;
    const int c = ons_str_cmp(a->family, b->family);
    if (c) return c;
    if (a->params != b->params) return a->params < b->params ? -1 : 1;
    return (a->flops > b->flops) - (a->flops < b->flops);
}

static bool same_family(const drawing *d, size_t i, size_t j)
{
    return ons_str_eq(d->model[i]->family, d->model[j]->family);
}

/* Budgets: within every family the compute is one, and the sizes are not. */
static bool one_budget_each(const drawing *d)
{
    bool sizes = false;
    for (size_t i = 1; i < d->n; i++) {
        const ons_report_model *a = d->model[i - 1], *b = d->model[i];
        if (!same_family(d, i - 1, i)) continue;
        if (!(a->params > 0) || fabs(a->flops / b->flops - 1) > SAME_FLOPS) return false;
        sizes = sizes || a->params != b->params;
    }
    return sizes;
}

static void ranges(drawing *d)
{
    double x_lo = (double)INFINITY, x_hi = -x_lo, y_lo = x_lo, y_hi = -x_lo;
    for (size_t i = 0; i < d->n; i++) {
        const double x = scale_of(d, d->model[i]), y = d->model[i]->loss;
        x_lo = fmin(x_lo, x);
        x_hi = fmax(x_hi, x);
        y_lo = fmin(y_lo, y);
        y_hi = fmax(y_hi, y);
    }
    const double px = x_hi > x_lo ? .06 * (x_hi - x_lo) : .5, py = y_hi > y_lo ? y_hi - y_lo : 1;
    d->p.x = (ons_map){x_lo - px, x_hi + px, 52, WIDE - 12};
    d->p.y = (ons_map){y_lo - .08 * py, y_hi + .16 * py, HIGH - 46, 24};
}

static void dots(drawing *d, ons_buf *b)
{
    for (size_t i = 0; i < d->n; i++) {
        const double x = ons_map_at(&d->p.x, scale_of(d, d->model[i]));
        const double y = ons_map_at(&d->p.y, d->model[i]->loss);
        ons_svg_circle(b, "d0", x, y, 3.2);
        (void)ons_boxes_add(&d->p.boxes, (ons_box){x - 3.2, y - 3.2, 6.4, 6.4});
    }
}

/* A line through the mean loss of each size of one family, with its name at the end. */
static void family_line(drawing *d, size_t first, size_t end, ons_buf *b)
{
    double x[ONS_POINTS_MAX], y[ONS_POINTS_MAX];
    size_t n = 0;
    for (size_t i = first, next; i < end && n < ONS_POINTS_MAX; i = next, n++) {
        double loss = 0;
        for (next = i; next < end && d->model[next]->params == d->model[i]->params; next++)
            loss += d->model[next]->loss;
        if (next == i) next = i + 1; /* parameters not known: each its own */
        x[n] = ons_map_at(&d->p.x, scale_of(d, d->model[i]));
        y[n] = ons_map_at(&d->p.y, next > i + 1 ? loss / (double)(next - i) : d->model[i]->loss);
        if (n > 0) ons_plot_avoid(&d->p, x[n - 1], y[n - 1], x[n], y[n]);
    }
    ons_svg_polyline(b, "md", x, y, n);
}

static void family_name(drawing *d, size_t first, size_t end, ons_buf *b)
{
    ons_buf name;
    ons_buf_init(&name, 256);
    ons_text_shorten(d->model[first]->family, 24, &name);
    for (size_t k = end; k-- > first;) {
        const double x = ons_map_at(&d->p.x, scale_of(d, d->model[k]));
        const double y = ons_map_at(&d->p.y, d->model[k]->loss);
        if (ons_label_near(&d->p.boxes, b, "tk", d->p.size, x, y, 6, ons_buf_str(&name))) break;
    }
    ons_buf_end_part(b, &name);
}

static void families(drawing *d, void (*draw)(drawing *, size_t, size_t, ons_buf *), ons_buf *b)
{
    for (size_t i = 0, end; i < d->n; i = end) {
        for (end = i; end < d->n && same_family(d, i, end);) end++;
        draw(d, i, end, b);
    }
}

static size_t count_families(const drawing *d)
{
    size_t n = 0;
    for (size_t i = 0; i < d->n; i++) n += i == 0 || !same_family(d, i - 1, i);
    return n;
}

/* The highest of the runs of one size carries the size's label. */
static bool topmost(const drawing *d, size_t i)
{
    const ons_report_model *m = d->model[i];
    if (!(m->params > 0)) return false;
    for (size_t j = 0; j < d->n; j++) {
        const ons_report_model *o = d->model[j];
        if (o->params == m->params && (o->loss > m->loss || (o->loss == m->loss && j < i)))
            return false;
    }
    return true;
}

static void sizes(drawing *d, ons_buf *b)
{
    for (size_t i = 0; i < d->n; i++) {
        const ons_report_model *m = d->model[i];
        char count[ONS_HUMAN_MAX];
        if (!topmost(d, i)) continue;
        (void)ons_label_near(&d->p.boxes, b, "tk", d->p.size, ons_map_at(&d->p.x, scale_of(d, m)),
                             ons_map_at(&d->p.y, m->loss), 7,
                             ons_str_of(ons_human_count(m->params, 2, count)));
    }
}

static void draw(drawing *d, ons_buf *b)
{
    const size_t n = count_families(d);
    d->by_params = one_budget_each(d);
    d->p = (ons_plot){.axis = d->by_params ? ONS_REPORT_PARAMS : ONS_REPORT_FLOPS, .size = 14.5};
    ranges(d);
    ons_svg_open(b, "f-large", WIDE, HIGH,
                 d->by_params ? ONS_S("Loss of every model against its parameters")
                              : ONS_S("Loss of every model against its training compute"));
    ons_plot_frame(&d->p, b, 6, 5);
    ons_svg_text(b, "tx", 's', 4, d->p.size + 2, ONS_S("loss, nats per scored token"));
    ons_svg_text(b, "tk", 'e', d->p.x.to + 8, HIGH - 5,
                 d->by_params ? ONS_S("parameters; a line is one budget of compute")
                 : n > 1      ? ONS_S("training compute, FLOPs; a line is a family")
                              : ONS_S("training compute, FLOPs; at the points: parameters"));
    const bool named = n > 1 && n <= FAMILIES_DRAWN;
    if (named || n == 1) families(d, family_line, b);
    dots(d, b);
    if (named) families(d, family_name, b);
    if (n == 1 && !d->by_params) sizes(d, b);
    ons_svg_close(b);
}

void ons_figure_models(const ons_view *v, ons_buf *b)
{
    drawing d = {.r = v->r};
    ons_arena a;
    ons_arena_init(&a, 0);
    if (ons_arena_alloc(&a, v->r->n_models + 1, sizeof(void *), _Alignof(void *), (void *)&d.model,
                        NULL) != ONS_OK) {
        b->state = ONS_NOMEM;
        return;
    }
    for (size_t i = 0; i < v->r->n_models; i++)
        if (has_place(&v->r->model[i])) d.model[d.n++] = &v->r->model[i];
    if (d.n > 1) {
        qsort(d.model, d.n, sizeof(void *), in_order);
        draw(&d, b);
    }
    ons_arena_clear(&a);
}
