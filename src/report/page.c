/* The page, top to bottom: ten seconds, ten minutes, an afternoon. */
#include "report/page.h"

#include <math.h>

#include "base/parse.h"
#include "base/sha256.h"
#include "report/compare.h"
#include "report/figure.h"
#include "report/html.h"
#include "report/human.h"
#include "report/look.h"
#include "report/report.h"
#include "report/sentence.h"
#include "report/sweep.h"

#define TEXT_MAX ((size_t)1 << 24)

static void built(const ons_view *v, void (*words)(const ons_view *, ons_buf *), ons_buf *b)
{
    ons_buf t;
    ons_buf_init(&t, TEXT_MAX);
    words(v, &t);
    ons_html_prose(b, ons_buf_str(&t));
    ons_buf_end_part(b, &t);
}

static ons_str study_name(const ons_report *r) { return r->study.len ? r->study : ONS_S("Onset"); }

static void page_head(const ons_view *v, ons_buf *b)
{
    ons_buf style;
    char hash[2][ONS_SHA256_BASE64];
    ons_buf_init(&style, 1 << 16);
    ons_page_style(&style);
    ons_html_raw(b, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                    "img-src data:; base-uri 'none'; form-action 'none'; style-src 'sha256-");
    ons_html_cstr(b, ons_sha256_base64(ons_buf_bytes(&style), hash[0]));
    ons_html_raw(b, "'; script-src 'sha256-");
    ons_html_cstr(b, ons_sha256_base64((ons_bytes){ons_page_js, ons_page_js_len}, hash[1]));
    ons_html_raw(b,
                 "'\">\n<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                 "<title>");
    ons_html_text(b, study_name(v->r));
    ons_html_raw(b, ": what emerges</title>\n<link rel=\"icon\" href=\"data:,\">\n");
    ons_html_raw(b, "<style>");
    ons_buf_str_add(b, ons_buf_str(&style));
    ons_buf_end_part(b, &style);
    ons_html_raw(b, "</style>\n</head>\n<body>\n<main>\n");
}

static void title(const ons_view *v, ons_buf *b)
{
    ons_html_raw(b, "<h1>");
    ons_html_text(b, study_name(v->r));
    ons_html_raw(b, "</h1>\n<p class=\"facts\">");
    built(v, ons_facts_words, b);
    ons_html_raw(b, ".</p>\n<p class=\"answer\">");
    built(v, ons_answer_words, b);
    ons_html_raw(b, "</p>\n<nav aria-label=\"contents\">");
    if (v->n_primary)
        ons_html_raw(b, "<a href=\"#map\">Thresholds</a> "
                        "<a href=\"#abilities\">All abilities</a> ");
    if (ons_page_has_beside(v)) ons_html_raw(b, "<a href=\"#beside\">Side by side</a> ");
    if (v->n_primary)
        ons_html_raw(b, "<a href=\"#table\">Table</a> "
                        "<a href=\"#evidence\">Evidence</a> ");
    if (v->n > v->n_views) ons_html_raw(b, "<a href=\"#further\">Further metrics</a> ");
    if (v->r->n_models || v->r->n_recipe) ons_html_raw(b, "<a href=\"#models\">Models</a> ");
    ons_html_raw(b, "<a href=\"#method\">Method</a></nav>\n");
}

/* The signs that occur, with their words. */
static void key(const ons_view *v, ons_buf *b)
{
    ons_html_raw(b, "<ul class=\"key\">");
    for (size_t i = 0; i < v->n_views; i++) {
        const ons_report_series *s = v->item[i]->s;
        const char *label = ons_verdict_label(s);
        bool seen = false;
        for (size_t j = 0; j < i && !seen; j++)
            seen = ons_str_eq(ons_str_of(ons_verdict_label(v->item[j]->s)), ons_str_of(label));
        if (seen) continue;
        ons_html_raw(b, "<li>");
        ons_page_mark(s, b);
        ons_html_cstr(b, label);
        ons_html_raw(b, "</li>");
    }
    ons_html_raw(b, "</ul>\n");
}

/* A part of the page that belongs to one axis: the reader may ask for one at a time. */
static void open_part(const ons_view *v, const char *tag, ons_report_axis axis, ons_buf *b)
{
    ons_html_raw(b, "<");
    ons_html_cstr(b, tag);
    if (v->r->by_axis) {
        ons_html_raw(b, " data-by=\"");
        ons_html_cstr(b, ons_axis_word(axis));
        ons_html_raw(b, "\"");
    }
    ons_html_raw(b, ">");
}

static void map(const ons_view *v, ons_buf *b)
{
    bool alone = false;
    if (v->n_primary == 0) return;
    for (size_t i = 0; i < v->n_primary; i++)
        alone = alone || ons_series_emerged_alone(v->item[i]->s);
    ons_html_raw(b, "<section id=\"map\">\n<h2>Where abilities begin</h2>\n"
                    "<p class=\"note\">A bar is the 95 % interval of the threshold, a tick a size "
                    "that was tested.");
    if (alone)
        ons_html_raw(b, " A sign is the verdict on its series alone; the headline counts those "
                        "that stand when the number of abilities tested is allowed for.");
    ons_html_raw(b, "</p>\n");
    key(v, b);
    ons_html_raw(b, "<figure>\n");
    for (ons_report_axis axis = ONS_REPORT_FLOPS; axis <= ONS_REPORT_LOSS; axis++) {
        open_part(v, "div", axis, b);
        ons_figure_map(v, axis, b);
        ons_html_raw(b, "</div>\n");
    }
    ons_html_raw(b, "</figure>\n</section>\n");
}

static void panel(const ons_view *v, const ons_item *it, bool tell, ons_buf *b)
{
    ons_html_raw(b, "<a href=\"#");
    ons_html_cstr(b, it->id);
    ons_html_raw(b, "\"><figure><figcaption><b>");
    ons_page_mark(it->s, b);
    ons_page_name(v, it->s, b);
    ons_html_raw(b, "</b><br>");
    ons_html_cstr(b, ons_verdict_label(it->s));
    if (ons_series_divided(it->s)) ons_html_raw(b, "; dotted: share of the runs that learned it");
    if (it->s->continuous) {
        ons_html_raw(b, "; own scale");
        if (it->s->unit.len) {
            ons_html_raw(b, ", ");
            ons_html_text(b, it->s->unit);
        }
    }
    ons_html_raw(b, "</figcaption>\n");
    ons_figure_panel(v, it, tell, b);
    ons_html_raw(b, "</figure></a>\n");
}

/* Panels from..to of the view; chance is told once. */
static void panels(const ons_view *v, size_t from, size_t to, ons_buf *b)
{
    bool chance_told = false;
    ons_html_raw(b, "<div class=\"multiples\">\n");
    for (size_t i = from; i < to; i++) {
        const ons_item *it = v->item[i];
        if (!it->drawn) continue;
        bool tell = !chance_told && !it->s->continuous && it->s->chance >= .02 && it->g.n > 0;
        chance_told = chance_told || tell;
        panel(v, it, tell, b);
    }
    ons_html_raw(b, "</div>\n");
}

/* Where the items of the axis of item i end. */
static size_t end_of_axis(const ons_view *v, size_t i)
{
    size_t end = i;
    while (end < v->n_views && v->item[end]->s->axis == v->item[i]->s->axis) end++;
    return end;
}

static void axis_heading(const ons_view *v, size_t i, const char *id, ons_buf *b)
{
    ons_html_raw(b, "<h3 id=\"");
    ons_html_cstr(b, id);
    ons_html_cstr(b, ons_axis_word(v->item[i]->s->axis));
    ons_html_raw(b, "\">The same by ");
    ons_html_cstr(b, ons_axis_word(v->item[i]->s->axis));
    ons_html_raw(b, "</h3>\n");
}

static void multiples(const ons_view *v, ons_buf *b)
{
    if (v->n_primary == 0) return;
    bool one_axis = true;
    for (size_t i = 1; i < v->n_primary; i++)
        one_axis = one_axis && v->item[i]->s->axis == v->item[0]->s->axis;
    ons_html_raw(b, "<section id=\"abilities\">\n<h2>All abilities</h2>\n<p class=\"note\">");
    if (one_axis) {
        ons_html_raw(b, "Score over ");
        ons_html_cstr(b, ons_axis_title(v->item[0]->s->axis));
    } else {
        ons_html_raw(b, "Score over scale, axes as written");
    }
    ons_html_raw(b, ". A dot is one run, the blue line joins the medians, the thin one is the "
                    "fitted curve; dashed: chance; pale: the threshold. Choose one to see its "
                    "evidence.");
    if (v->detail == ONS_DETAIL_GROUPED)
        ons_html_raw(b, " So many series are here that only those with a threshold are drawn; the "
                        "others stand in the table and, by verdict, in the evidence.");
    ons_html_raw(b, "</p>\n");
    open_part(v, "div", v->item[0]->s->axis, b);
    panels(v, 0, v->n_primary, b);
    ons_html_raw(b, "</div>\n");
    for (size_t i = v->n_primary; i < v->n_views; i = end_of_axis(v, i)) {
        open_part(v, "div", v->item[i]->s->axis, b);
        axis_heading(v, i, "abilities-by-", b);
        panels(v, i, end_of_axis(v, i), b);
        ons_html_raw(b, "</div>\n");
    }
    const size_t before = b->len;
    ons_html_raw(b, "<h3 id=\"heat\">Every ability at every size</h3>\n");
    const size_t heading = b->len;
    for (ons_report_axis axis = ONS_REPORT_FLOPS; axis <= ONS_REPORT_LOSS; axis++) {
        const size_t at = b->len;
        open_part(v, "div", axis, b);
        const size_t opened = b->len;
        ons_page_heat(v, axis, b);
        if (b->len == opened)
            b->len = at;
        else
            ons_html_raw(b, "</div>\n");
    }
    if (b->len == heading) b->len = before;
    ons_html_raw(b, "</section>\n");
}

/* Where series are too many to be drawn, those of one verdict are a group that opens. */
static bool in_group(const ons_view *v, size_t i) { return i < v->n && !v->item[i]->drawn; }

static bool same_group(const ons_view *v, size_t i, size_t j)
{
    return in_group(v, i) && in_group(v, j) && v->item[i]->place == v->item[j]->place &&
           ons_series_rank(v->item[i]->s) == ons_series_rank(v->item[j]->s);
}

static void open_group(const ons_view *v, size_t i, ons_buf *b)
{
    char n[ONS_HUMAN_MAX];
    if (!in_group(v, i) || (i > 0 && same_group(v, i - 1, i))) return;
    size_t end = i;
    while (same_group(v, i, end)) end++;
    ons_html_raw(b, "<details class=\"group\"><summary>");
    ons_html_cstr(b, ons_verdict_text(v->item[i]->s->verdict.verdict));
    ons_html_raw(b, ": ");
    ons_html_cstr(b, ons_human_exact((double)(end - i), n));
    ons_html_raw(b, " series</summary>\n");
}

static bool any_partner(const ons_view *v)
{
    bool some = false;
    for (size_t i = 0; i < v->n_primary; i++) some = some || v->item[i]->partner.n > 0;
    return some;
}

static void evidence(const ons_view *v, ons_buf *b)
{
    for (size_t i = 0; i < v->n; i++) {
        if (i == 0 && v->n_primary) {
            ons_html_raw(b, "<h2 id=\"evidence\">Evidence, one ability after the other</h2>\n");
            if (any_partner(v))
                ons_html_raw(b, "<p class=\"note\">Left the score, right the same models under a "
                                "continuous metric, over the same scale. A jump in both is in the "
                                "models; a jump in the left alone is in the metric. An upright bar "
                                "is what the models below the threshold foresaw.</p>\n");
        }
        if (i >= v->n_primary && i < v->n_views && v->item[i]->s->axis != v->item[i - 1]->s->axis) {
            open_part(v, "div", v->item[i]->s->axis, b);
            axis_heading(v, i, "evidence-by-", b);
            ons_html_raw(b, "</div>\n");
        }
        if (i == v->n_views) {
            ons_html_raw(b, "<h2 id=\"further\">Further metrics</h2>\n<p class=\"note\">The same "
                            "answers, scored otherwise. They are replications: the headline does "
                            "not count them.</p>\n");
        }
        open_group(v, i, b);
        ons_page_series(v, v->item[i], b);
        if (in_group(v, i) && !same_group(v, i, i + 1)) ons_html_raw(b, "</details>\n");
    }
}

static void count_cell(double v, ons_buf *b)
{
    char n[ONS_HUMAN_MAX];
    ons_html_raw(b, "<td>");
    ons_html_cstr(b, fabs(v) < 1e6 ? ons_human_exact(v, n) : ons_human_count(v, 3, n));
    ons_html_raw(b, "</td>");
}

static void model_table(const ons_report *r, ons_buf *b)
{
    char n[ONS_HUMAN_MAX];
    ons_html_raw(b, "<div class=\"scroll\"><table><thead><tr><th>model</th><th>family</th>"
                    "<th>seed</th><th>parameters</th><th>tokens</th><th>compute, FLOPs</th>"
                    "<th>loss, nats</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < r->n_models; i++) {
        const ons_report_model *m = &r->model[i];
        ons_html_raw(b, "<tr><td>");
        ons_html_text(b, m->name);
        ons_html_raw(b, "</td><td>");
        ons_html_text(b, m->family);
        ons_html_raw(b, "</td><td>");
        ons_html_text(b, m->seed);
        ons_html_raw(b, "</td>");
        count_cell(m->params, b);
        count_cell(m->tokens, b);
        ons_html_raw(b, "<td>");
        ons_html_cstr(b, ons_human_power(m->flops, 3, n));
        ons_html_raw(b, "</td><td>");
        ons_html_cstr(b, ons_human_number(m->loss, 3, n));
        ons_html_raw(b, "</td></tr>\n");
    }
    ons_html_raw(b, "</tbody></table></div>\n");
}

static void models(const ons_view *v, ons_buf *b)
{
    const ons_report *r = v->r;
    if (r->n_models == 0 && r->n_recipe == 0) return;
    double flops = 0, tokens = 0;
    for (size_t i = 0; i < r->n_models; i++) {
        flops += r->model[i].flops;
        tokens += r->model[i].tokens;
    }
    char n[ONS_HUMAN_MAX];
    ons_html_raw(b, "<section id=\"models\">\n<h2>The models</h2>\n");
    if (flops > 0 && isfinite(flops)) {
        ons_html_raw(b, "<p>All training together took ");
        ons_html_cstr(b, ons_human_power(flops, 2, n));
        ons_html_raw(b, " FLOPs");
        if (tokens > 0 && isfinite(tokens)) {
            ons_html_raw(b, " on ");
            ons_html_cstr(b, ons_human_count(tokens, 2, n));
            ons_html_raw(b, " tokens");
        }
        ons_html_raw(b, ".</p>\n");
    }
    ons_html_raw(b, "<figure>\n");
    ons_figure_models(v, b);
    ons_html_raw(b, "</figure>\n");
    if (r->n_models) model_table(r, b);
    if (r->n_recipe) {
        ons_html_raw(b, "<h3>Recipe</h3>\n");
        ons_page_pairs(r->recipe, r->n_recipe, "setting", b);
    }
    ons_sweep_html(r->sweep, r->n_sweep, b);
    ons_html_raw(b, "</section>\n");
}

ons_status ons_report_html(const ons_report *r, ons_buf *out, ons_err *err)
{
    ons_arena a;
    ons_arena_init(&a, 0);
    ons_view v;
    ons_status st = ons_view_make(r, &a, &v, err);
    if (st == ONS_OK) {
        page_head(&v, out);
        title(&v, out);
        map(&v, out);
        ons_page_families(&v, out);
        multiples(&v, out);
        ons_page_beside(&v, out);
        ons_page_table(&v, out);
        evidence(&v, out);
        models(&v, out);
        ons_page_method(&v, out);
        ons_html_raw(out, "</main>\n<script>");
        ons_buf_add(out, ons_page_js, ons_page_js_len);
        ons_html_raw(out, "</script>\n</body>\n</html>\n");
        st = ons_buf_status(out, err);
    }
    ons_arena_clear(&a);
    return st;
}
