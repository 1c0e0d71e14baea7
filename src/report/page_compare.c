/* Which series stand beside each other, and their section. */
#include <math.h>

#include "base/parse.h"
#include "report/compare.h"
#include "report/html.h"
#include "report/human.h"
#include "report/page.h"

#define GROUPS_MOST 60 /* more would be a page of its own */
#define OPEN_MOST   8

static bool fits(const ons_item *it) { return it->s->primary && it->g.n > 1; }

/* The same question to the same models, asked otherwise; or asked alike of another family. */
static bool belongs(const ons_item *a, const ons_item *b, bool by_family)
{
    const ons_report_series *s = a->s, *t = b->s;
    if (!ons_str_eq(s->task, t->task) || !ons_str_eq(s->metric, t->metric) || s->axis != t->axis ||
        s->continuous != t->continuous || !fits(b))
        return false;
    const bool alike = ons_same_number(s->shots, t->shots) && ons_str_eq(s->prompt, t->prompt);
    const bool family = ons_str_eq(s->family, t->family);
    return by_family ? alike && !family : family && !alike;
}

static int way_cmp(const ons_item *a, const ons_item *b)
{
    if (a->s->shots != b->s->shots && !isnan(a->s->shots) && !isnan(b->s->shots))
        return a->s->shots < b->s->shots ? -1 : 1;
    const int c = ons_str_cmp(a->s->prompt, b->s->prompt);
    return c ? c : ons_str_cmp(a->s->family, b->s->family);
}

static void add(ons_beside *g, const ons_item *it)
{
    size_t at = g->n;
    if (g->n == ONS_BESIDE_MOST) return;
    for (; at > 0 && way_cmp(it, g->item[at - 1]) < 0; at--) g->item[at] = g->item[at - 1];
    g->item[at] = it;
    g->n++;
}

void ons_beside_of(const ons_view *v, size_t i, bool by_family, ons_beside *g)
{
    *g = (ons_beside){.by_family = by_family};
    const ons_item *first = v->item[i];
    if (!fits(first)) return;
    for (size_t j = 0; j < i; j++)
        if (fits(v->item[j]) && belongs(first, v->item[j], by_family))
            return; /* of an earlier one */
    add(g, first);
    for (size_t j = i + 1; j < v->n_primary; j++)
        if (belongs(first, v->item[j], by_family)) add(g, v->item[j]);
}

static void group_figures(const ons_view *v, const ons_beside *g, ons_buf *b)
{
    ons_buf name;
    ons_buf_init(&name, 1 << 16);
    ons_beside_name(v, g, &name);
    ons_html_raw(b, "<h4>");
    ons_html_text(b, ons_buf_str(&name));
    ons_buf_end_part(b, &name);
    ons_html_raw(b, "</h4>\n<figure class=\"two\">\n");
    ons_figure_beside(v, g, b);
    if (ons_beside_has_shots(g)) ons_figure_shots(v, g, b);
    ons_html_raw(b, "</figure>\n");
}

/* One kind of comparison, in the order of the abilities; how many groups there are. */
static size_t kind(const ons_view *v, bool by_family, size_t most, ons_buf *b)
{
    ons_beside g;
    size_t n = 0;
    for (size_t i = 0; i < v->n_primary; i++) {
        ons_beside_of(v, i, by_family, &g);
        if (g.n < 2) continue;
        if (n++ < most && b) group_figures(v, &g, b);
    }
    return n;
}

static void of_kind(const ons_view *v, bool by_family, ons_buf *b)
{
    char few[ONS_HUMAN_MAX], all[ONS_HUMAN_MAX];
    const size_t n = kind(v, by_family, 0, NULL);
    if (n == 0) return;
    ons_html_raw(b, "<details");
    if (n <= OPEN_MOST) ons_html_raw(b, " open");
    ons_html_raw(b, "><summary>");
    ons_html_cstr(b, by_family ? "Family beside family: " : "Prompt beside prompt: ");
    ons_html_cstr(b, ons_human_exact((double)n, all));
    ons_html_cstr(b, n == 1 ? " ability" : " abilities");
    if (n > GROUPS_MOST) {
        ons_html_raw(b, ", the first ");
        ons_html_cstr(b, ons_human_exact(GROUPS_MOST, few));
        ons_html_raw(b, " are drawn");
    }
    ons_html_raw(b, "</summary>\n");
    (void)kind(v, by_family, GROUPS_MOST, b);
    ons_html_raw(b, "</details>\n");
}

bool ons_page_has_beside(const ons_view *v)
{
    if (v->detail != ONS_DETAIL_FULL) return false; /* the table of families tells of them */
    return kind(v, false, 0, NULL) + kind(v, true, 0, NULL) > 0;
}

void ons_page_beside(const ons_view *v, ons_buf *b)
{
    if (!ons_page_has_beside(v)) return;
    ons_html_raw(b, "<section id=\"beside\">\n<h2>Side by side</h2>\n<p class=\"note\">The same "
                    "ability asked in several ways, or of several families. A line joins the "
                    "medians of the runs (dotted: the share of the runs that learned it, where "
                    "they divide).</p>\n");
    of_kind(v, false, b);
    of_kind(v, true, b);
    ons_html_raw(b, "</section>\n");
}
