/* Every series as a row: what the map draws, to be read and sorted. */
#include <math.h>

#include "base/parse.h"
#include "report/html.h"
#include "report/human.h"
#include "report/look.h"
#include "report/page.h"

#define OPEN_MOST 40 /* a longer table is closed at first */

static void cell(const char *text, ons_buf *b)
{
    ons_html_raw(b, "<td>");
    ons_html_cstr(b, text);
    ons_html_raw(b, "</td>");
}

static void score_cell(const ons_item *it, size_t i, ons_buf *b)
{
    char n[ONS_HUMAN_MAX];
    const double y = it->g.n ? it->g.scale[i].mean : (double)NAN;
    cell(it->s->continuous ? ons_human_number(y, 2, n) : ons_human_percent(y, 2, n), b);
}

/* In the units of the axis, so that a column sorts. */
static void threshold_cell(const ons_item *it, ons_buf *b)
{
    char n[ONS_HUMAN_MAX];
    const double x = it->s->verdict.onset.x, v = pow(10, x);
    if (!ons_series_has_onset(it->s))
        cell("", b);
    else if (it->s->axis == ONS_REPORT_LOSS)
        cell(ons_human_number(-x, 2, n), b);
    else
        cell(v < 1e15 ? ons_human_count(v, 2, n) : ons_human_power(v, 2, n), b);
}

static void row(const ons_view *v, const ons_item *it, bool axes, ons_buf *b)
{
    const ons_report_series *s = it->s;
    char n[ONS_HUMAN_MAX];
    ons_html_raw(b, "<tr><td class=\"w\"><a href=\"#");
    ons_html_cstr(b, it->id);
    ons_html_raw(b, "\">");
    ons_page_name(v, s, b);
    ons_html_raw(b, "</a></td><td class=\"w\">");
    ons_html_cstr(b, ons_verdict_label(s));
    ons_html_raw(b, "</td>");
    threshold_cell(it, b);
    if (axes) cell(ons_axis_word(s->axis), b);
    const double p = isfinite(s->p_adjusted) ? s->p_adjusted : s->verdict.p_emergent;
    cell(isfinite(p) ? ons_human_p(p, n) : "", b);
    cell(!s->continuous && isfinite(s->chance) ? ons_human_percent(s->chance, 2, n) : "", b);
    score_cell(it, 0, b);
    score_cell(it, it->g.n ? it->g.n - 1 : 0, b);
    ons_html_raw(b, "</tr>\n");
}

void ons_page_table(const ons_view *v, ons_buf *b)
{
    bool axes = false;
    if (v->n == 0) return;
    for (size_t i = 1; i < v->n; i++) axes = axes || v->item[i]->s->axis != v->item[0]->s->axis;
    ons_html_raw(b, "<section id=\"table\">\n<h2>All verdicts</h2>\n<details");
    if (v->n <= OPEN_MOST) ons_html_raw(b, " open");
    ons_html_raw(b, "><summary>The table</summary>\n<div class=\"scroll\"><table><thead><tr>"
                    "<th class=\"w\">series</th><th class=\"w\">verdict</th><th>threshold");
    if (!axes) {
        ons_html_raw(b, ", ");
        ons_html_cstr(b, v->item[0]->s->axis == ONS_REPORT_FLOPS
                             ? "FLOPs"
                             : ons_axis_word(v->item[0]->s->axis));
    }
    ons_html_raw(b, "</th>");
    if (axes) ons_html_raw(b, "<th>axis</th>");
    ons_html_raw(b, "<th>p</th><th>chance</th><th>smallest</th><th>largest</th></tr></thead>"
                    "<tbody>\n");
    for (size_t i = 0; i < v->n; i++) row(v, v->item[i], axes, b);
    ons_html_raw(b, "</tbody></table></div></details>\n</section>\n");
}

/* ---- families against each other ---- */

#define FAMILIES_MOST 60

static bool same_family(const ons_item *a, const ons_item *b)
{
    return ons_str_eq(a->s->family, b->s->family);
}

static size_t count_of(const ons_view *v, const ons_item *family, int rank)
{
    size_t n = 0;
    for (size_t i = 0; i < v->n_primary; i++)
        n += (!family || same_family(v->item[i], family)) &&
             (rank < 0 || ons_series_rank(v->item[i]->s) == rank);
    return n;
}

/* The first item of each family, by name. */
static size_t families_of(const ons_view *v, const ons_item *first[FAMILIES_MOST])
{
    size_t n = 0;
    for (size_t i = 0; i < v->n_primary; i++) {
        size_t k = 0;
        while (k < n && !same_family(first[k], v->item[i])) k++;
        if (k < n) continue;
        if (n == FAMILIES_MOST) return 0;
        for (k = n++; k > 0 && ons_str_cmp(v->item[i]->s->family, first[k - 1]->s->family) < 0; k--)
            first[k] = first[k - 1];
        first[k] = v->item[i];
    }
    return n;
}

static void family_row(const ons_view *v, const ons_item *family, ons_buf *b)
{
    char n[ONS_HUMAN_MAX];
    ons_html_raw(b, "<tr><td class=\"w\">");
    ons_html_text(b, family->s->family);
    ons_html_raw(b, "</td>");
    cell(ons_human_exact((double)count_of(v, family, -1), n), b);
    for (int rank = 0; rank <= ONS_VERDICT_COUNT; rank++) {
        const size_t k = count_of(v, family, rank);
        if (count_of(v, NULL, rank)) cell(k ? ons_human_exact((double)k, n) : "", b);
    }
    ons_html_raw(b, "</tr>\n");
}

void ons_page_families(const ons_view *v, ons_buf *b)
{
    const ons_item *first[FAMILIES_MOST];
    const size_t n = families_of(v, first);
    if (n < 2) return;
    ons_html_raw(b,
                 "<section id=\"families\">\n<h2>The families</h2>\n<div class=\"scroll\"><table>"
                 "<caption>How many abilities of each have which verdict</caption><thead><tr>"
                 "<th class=\"w\">family</th><th>all</th>");
    for (int rank = 0; rank <= ONS_VERDICT_COUNT; rank++) {
        for (size_t i = 0; i < v->n_primary; i++) {
            if (ons_series_rank(v->item[i]->s) != rank) continue;
            ons_html_raw(b, "<th>");
            ons_page_mark(v->item[i]->s, b);
            ons_html_cstr(b, ons_verdict_label(v->item[i]->s));
            ons_html_raw(b, "</th>");
            break;
        }
    }
    ons_html_raw(b, "</tr></thead><tbody>\n");
    for (size_t i = 0; i < n; i++) family_row(v, first[i], b);
    ons_html_raw(b, "</tbody></table></div>\n</section>\n");
}
