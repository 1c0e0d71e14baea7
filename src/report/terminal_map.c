/* The map of thresholds as text. */
#include <math.h>

#include "base/parse.h"
#include "report/figure.h"
#include "report/look.h"
#include "report/plot.h"
#include "report/terminal_priv.h"

#define MAP_COLUMNS 120

/* One ability on the map: where it was tested, the interval, the sign. */
static void map_row(const ons_sheet *p, const ons_item *it, double lo, double hi, size_t n)
{
    const ons_interval *on = &it->s->verdict.onset;
    uint32_t cell[MAP_COLUMNS];
    for (size_t k = 0; k < n; k++) cell[k] = ' ';
    const ons_scales *g = &it->g;
    size_t from = ons_sheet_column(g->scale[0].x, lo, hi, n);
    size_t to = ons_sheet_column(g->scale[g->n - 1].x, lo, hi, n);
    for (size_t k = from; k <= to; k++) cell[k] = 0x2500;
    if (isfinite(on->lo) && isfinite(on->hi)) {
        size_t last = ons_sheet_column(on->hi, lo, hi, n);
        for (size_t k = ons_sheet_column(on->lo, lo, hi, n); k <= last; k++) cell[k] = 0x2501;
    }
    size_t at = ons_sheet_column(on->x, lo, hi, n), end = to > at ? to : at;
    ons_sheet_name(p, it->s);
    ons_term_spaces(&p->t, 1);
    for (size_t k = 0; k < n && (k <= end || cell[k] != ' '); k++) {
        if (k == at)
            ons_sheet_sign(p, it->s);
        else
            (void)ons_term_put(&p->t, cell[k], 0);
    }
    ons_buf_char(p->t.out, '\n');
}

static void map_ticks(const ons_sheet *p, double lo, double hi, size_t n)
{
    ons_tick tick[ONS_TICKS_MAX];
    size_t n_ticks = ons_ticks_x(p->axis, lo, hi, 6, tick), used = 0;
    ons_term_spaces(&p->t, p->name.all + 1);
    for (size_t i = 0; i < n_ticks; i++) {
        ons_str text = ons_str_of(tick[i].text);
        size_t w = ons_term_width(&p->t, text), at = ons_sheet_column(tick[i].at, lo, hi, n);
        at = at >= w / 2 ? at - w / 2 : 0;
        if (at < used + (used > 0) || at + w > n) continue;
        ons_term_spaces(&p->t, at - used);
        ons_term_field(&p->t, text, w, false);
        used = at + w;
    }
    ons_buf_char(p->t.out, '\n');
}

/* "training compute, FLOPs   ━ threshold, 95 %", at the right where it does not fit below. */
static void map_title(const ons_sheet *p, size_t n)
{
    ons_buf b;
    ons_buf_init(&b, 256);
    ons_buf_text(&b, ons_axis_title(p->axis));
    size_t w = ons_term_width(&p->t, ons_buf_str(&b));
    const ons_str key = ONS_S("   ━ threshold (95 %)");
    if (w + ons_term_width(&p->t, key) <= p->name.all + 1 + n) ons_buf_str_add(&b, key);
    w = ons_term_width(&p->t, ons_buf_str(&b));
    size_t at = w <= n ? p->name.all + 1 : w < p->name.all + 1 + n ? p->name.all + 1 + n - w : 0;
    ons_term_spaces(&p->t, at);
    ons_term_field(&p->t, ons_buf_str(&b), w < p->t.columns ? w : p->t.columns, false);
    ons_buf_text(p->t.out, "\n\n");
    ons_buf_end_part(p->t.out, &b);
}

void ons_sheet_map(const ons_sheet *p)
{
    double lo, hi;
    size_t columns = p->t.columns < MAP_COLUMNS ? p->t.columns : MAP_COLUMNS;
    size_t n = columns - p->name.all - 1;
    bool any = false;
    if (!ons_axis_range(p->v, p->axis, &lo, &hi)) return;
    for (size_t i = 0; i < p->n_rows; i++) {
        const ons_item *it = ons_sheet_item(p, i);
        if (!ons_sheet_has(p, it) || !ons_series_has_onset(it->s)) continue;
        any = true;
        map_row(p, it, lo, hi, n);
    }
    if (!any) return;
    map_ticks(p, lo, hi, n);
    map_title(p, n);
}
