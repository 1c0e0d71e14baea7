/* Every ability at every size: a table whose ground deepens with the score. */
#include <math.h>
#include <stdlib.h>

#include "base/parse.h"
#include "report/html.h"
#include "report/human.h"
#include "report/look.h"
#include "report/page.h"

#define COLUMNS_MOST 40 /* of more sizes no table that one can read is made */
#define STEPS        9  /* shades; page_style.c has their classes */

typedef struct heat {
    const ons_view *v;
    ons_report_axis axis;
    double x[COLUMNS_MOST], params[COLUMNS_MOST];
    size_t n_columns, n_rows;
    bool by_params; /* columns are named by parameters */
} heat;

static bool has_row(const heat *h, const ons_item *it)
{
    return it->s->primary && it->s->axis == h->axis && !it->s->continuous && it->g.n > 0 &&
           !(it->g.least < -.02) && !(it->g.most > 1.02);
}

/* False: too many columns. */
static bool add_column(heat *h, const ons_scale *q)
{
    size_t k = 0;
    while (k < h->n_columns && h->x[k] < q->x - ONS_SAME_SCALE) k++;
    if (k < h->n_columns && fabs(h->x[k] - q->x) <= ONS_SAME_SCALE) {
        if (!(h->params[k] == q->params)) h->params[k] = (double)NAN;
        return true;
    }
    if (h->n_columns == COLUMNS_MOST) return false;
    for (size_t i = h->n_columns++; i > k; i--) {
        h->x[i] = h->x[i - 1];
        h->params[i] = h->params[i - 1];
    }
    h->x[k] = q->x;
    h->params[k] = q->params;
    return true;
}

static bool gather(heat *h)
{
    for (size_t i = 0; i < h->v->n_views; i++) {
        const ons_item *it = h->v->item[i];
        if (!has_row(h, it)) continue;
        h->n_rows++;
        for (size_t k = 0; k < it->g.n; k++)
            if (!add_column(h, &it->g.scale[k])) return false;
    }
    h->by_params = true;
    for (size_t k = 0; k < h->n_columns; k++)
        if (!(h->params[k] > 0)) h->by_params = false;
    return h->n_rows > 1 && h->n_columns > 1;
}

static void column_head(const heat *h, size_t k, ons_buf *b)
{
    char n[ONS_HUMAN_MAX];
    const double v = pow(10, h->x[k]);
    ons_html_raw(b, "<th>");
    ons_html_cstr(b, h->by_params                  ? ons_human_count(h->params[k], 2, n)
                     : h->axis == ONS_REPORT_LOSS  ? ons_human_number(-h->x[k], 3, n)
                     : h->axis == ONS_REPORT_FLOPS ? ons_human_power(v, 2, n)
                                                   : ons_human_count(v, 2, n));
    ons_html_raw(b, "</th>");
}

/* The way made from guessing to all right, in steps. */
static int shade(const ons_report_series *s, double y)
{
    const double chance = isfinite(s->chance) && s->chance < 1 ? s->chance : 0;
    const double way = (y - chance) / (1 - chance);
    return way > 0 ? (int)(STEPS * fmin(way, 1) + .5) : 0;
}

static void score_cell(const heat *h, const ons_item *it, size_t k, ons_buf *b)
{
    char n[ONS_HUMAN_MAX];
    const ons_scale *q = NULL;
    for (size_t i = 0; i < it->g.n && !q; i++)
        if (fabs(it->g.scale[i].x - h->x[k]) <= ONS_SAME_SCALE) q = &it->g.scale[i];
    if (!q) {
        ons_html_raw(b, "<td></td>");
        return;
    }
    if (ons_series_divided(it->s) && q->n > 1) { /* runs that learned it, of all */
        const size_t some = ons_scale_learned(&it->g, q, it->s->chance);
        ons_buf_printf(b, "<td class=\"q%d\">%zu/%zu</td>",
                       (int)((double)(STEPS * some) / (double)q->n + .5), some, q->n);
        return;
    }
    ons_buf_printf(b, "<td class=\"q%d\">", shade(it->s, q->median));
    ons_html_cstr(b, ons_human_fixed(100 * q->median, 0, n));
    ons_html_raw(b, "</td>");
}

static bool divided(const heat *h)
{
    bool some = false;
    for (size_t i = 0; i < h->v->n_views; i++)
        some = some || (has_row(h, h->v->item[i]) && ons_series_divided(h->v->item[i]->s));
    return some;
}

void ons_page_heat(const ons_view *v, ons_report_axis axis, ons_buf *b)
{
    heat h = {.v = v, .axis = axis};
    if (v->detail != ONS_DETAIL_FULL || !gather(&h)) return;
    ons_html_raw(b, "<div class=\"scroll\"><table class=\"heat\"><caption>Percent right by ");
    ons_html_cstr(b, h.by_params ? "parameters" : ons_axis_word(axis));
    ons_html_raw(b, ", median of the runs; the deeper, the farther from guessing");
    if (divided(&h)) ons_html_raw(b, "; 2/3: where runs divide, how many learned it");
    ons_html_raw(b, "</caption><thead><tr><th>ability</th>");
    for (size_t k = 0; k < h.n_columns; k++) column_head(&h, k, b);
    ons_html_raw(b, "</tr></thead><tbody>\n");
    for (size_t i = 0; i < v->n_views; i++) {
        const ons_item *it = v->item[i];
        if (!has_row(&h, it)) continue;
        ons_html_raw(b, "<tr><td><a href=\"#");
        ons_html_cstr(b, it->id);
        ons_html_raw(b, "\">");
        ons_page_name(v, it->s, b);
        ons_html_raw(b, "</a></td>");
        for (size_t k = 0; k < h.n_columns; k++) score_cell(&h, it, k, b);
        ons_html_raw(b, "</tr>\n");
    }
    ons_html_raw(b, "</tbody></table></div>\n");
}
