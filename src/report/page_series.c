/* One series: figure, sentence, tests, forecast, models, one question answered. */
#include <math.h>
#include <stdio.h>

#include "base/parse.h"
#include "report/figure.h"
#include "report/html.h"
#include "report/human.h"
#include "report/look.h"
#include "report/page.h"
#include "report/sentence.h"
#include "report/svg.h"

#define TEXT_MAX     ((size_t)1 << 20)
#define SEEDS_ACROSS 5 /* more runs of a size are told as a range */

void ons_page_mark(const ons_report_series *s, ons_buf *b)
{
    ons_html_raw(b, "<svg class=\"mark\" viewBox=\"0 0 16 16\" aria-hidden=\"true\">");
    ons_svg_mark(b, ons_look_of(s), 8, 8, 6.5);
    ons_html_raw(b, "</svg>");
}

void ons_page_name(const ons_view *v, const ons_report_series *s, ons_buf *b)
{
    ons_buf t;
    ons_buf_init(&t, TEXT_MAX);
    ons_item_name(v, s, &t);
    ons_html_text(b, ons_buf_str(&t));
    ons_buf_end_part(b, &t);
}

static void score(const ons_item *it, double y, int digits, ons_buf *b)
{
    ons_buf t;
    ons_buf_init(&t, 4096);
    ons_score_words(y, it->s->continuous, it->s->unit, digits, &t);
    ons_html_prose(b, ons_buf_str(&t));
    ons_buf_end_part(b, &t);
}

static void scale(const ons_item *it, double x, bool rounded, ons_buf *b)
{
    ons_buf t;
    ons_buf_init(&t, 4096);
    ons_scale_words(&it->g, it->s->axis, x, rounded, &t);
    ons_html_prose(b, ons_buf_str(&t));
    ons_buf_end_part(b, &t);
}

static void test_row(ons_buf *b, const char *name, const char *words, double p)
{
    char number[ONS_HUMAN_MAX];
    ons_html_raw(b, "<tr><td>");
    ons_html_cstr(b, name);
    ons_html_raw(b, "</td><td class=\"w\">");
    ons_html_cstr(b, words);
    ons_html_raw(b, "</td><td>");
    ons_html_cstr(b, ons_human_p(p, number));
    ons_html_raw(b, "</td></tr>\n");
}

static void tests(const ons_item *it, ons_buf *b)
{
    const ons_verdict *d = &it->s->verdict;
    if (isnan(d->p_above) && isnan(d->p_absent) && isnan(d->p_sharp) && isnan(d->p_unforeseen))
        return;
    char words[200];
    ons_buf width;
    ons_buf_init(&width, 128);
    ons_width_words(it->s->w0, it->s->axis, &width);
    ons_html_raw(b, "<h4>Four tests that emergence has to pass</h4>\n<div class=\"scroll\"><table>"
                    "<thead><tr><th>test</th><th class=\"w\">says</th><th>p</th></tr></thead>"
                    "<tbody>\n");
    test_row(b, "above", "beyond the threshold the models can do it", d->p_above);
    test_row(b, "absent", "below the threshold they cannot", d->p_absent);
    (void)snprintf(words, sizeof words, "no curve that rises over %s or more explains it",
                   ons_buf_cstr(&width));
    test_row(b, "sharp", words, d->p_sharp);
    test_row(b, "unforeseen", "the smaller models did not show it coming", d->p_unforeseen);
    test_row(b, "all four", "the largest of the four; below .05 the ability emerged",
             d->p_emergent);
    if (isfinite(it->s->p_adjusted))
        test_row(b, "adjusted", "the same, allowing for all abilities tested here",
                 it->s->p_adjusted);
    ons_html_raw(b, "</tbody></table></div>\n");
    ons_buf_end_part(b, &width);
}

static void threshold(const ons_item *it, ons_buf *b)
{
    const ons_verdict *d = &it->s->verdict;
    if (!ons_series_has_onset(it->s)) return;
    char n[ONS_HUMAN_MAX], m[ONS_HUMAN_MAX];
    ons_html_raw(b, "<h4>Where</h4>\n<p>The rise begins at about ");
    scale(it, d->onset.x, true, b);
    if (isfinite(d->onset.lo) && isfinite(d->onset.hi)) {
        ons_html_raw(b, " (95 % interval ");
        ons_buf t;
        ons_buf_init(&t, 256);
        ons_scale_words(&it->g, it->s->axis, d->onset.lo, true, &t);
        size_t u = t.len, unit = ons_str_of(ons_scale_unit(&it->g, it->s->axis)).len + 1;
        ons_html_text(b, (ons_str){ons_buf_cstr(&t), u > unit ? u - unit : u});
        ons_buf_end_part(b, &t);
        ons_html_raw(b, " to ");
        scale(it, d->onset.hi, true, b);
        ons_html_raw(b, ")");
    }
    if (isfinite(d->midpoint.x)) {
        ons_html_raw(b, " and has made half of its way at ");
        scale(it, d->midpoint.x, true, b);
    }
    if (isfinite(d->width.x)) {
        ons_buf t;
        ons_buf_init(&t, 256);
        ons_width_words(d->width.x, it->s->axis, &t);
        ons_html_raw(b, ". From a tenth to nine tenths it takes ");
        ons_html_text(b, ons_buf_str(&t));
        ons_buf_end_part(b, &t);
        if (isfinite(d->width.lo) && isfinite(d->width.hi)) {
            ons_html_raw(b, " (");
            ons_html_cstr(b, ons_human_number(d->width.lo, 2, n));
            ons_html_raw(b, " to ");
            ons_html_cstr(b, ons_human_number(d->width.hi, 2, m));
            ons_html_raw(b, ")");
        }
    }
    ons_html_raw(b, ".</p>\n");
}

static void forecast(const ons_item *it, ons_buf *b)
{
    const ons_forecast *f = &it->s->verdict.forecast;
    if (!f->made) return;
    char n[ONS_HUMAN_MAX];
    ons_html_raw(b, "<h4>Forecast and what came</h4>\n<p>From the ");
    ons_html_cstr(b, ons_human_exact((double)f->n_below, n));
    ons_html_raw(b, " runs below the threshold, the forecast for ");
    scale(it, f->x, false, b);
    ons_html_raw(b, " was ");
    score(it, f->median, 2, b);
    if (isfinite(f->lo) && isfinite(f->hi)) {
        ons_html_raw(b, " (95 % interval ");
        score(it, f->lo, 2, b);
        ons_html_raw(b, " to ");
        score(it, f->hi, 2, b);
        ons_html_raw(b, ")");
    }
    ons_html_raw(b, ". What came was ");
    score(it, f->observed, 2, b);
    if (isfinite(f->z) && fabs(f->z) < 1e4) {
        ons_html_raw(b, ", ");
        ons_html_cstr(b, ons_human_number(fabs(f->z), 2, n));
        ons_html_cstr(b, f->z >= 0 ? " standard deviations above" : " standard deviations below");
    }
    ons_html_raw(b, ".</p>\n");
}

static size_t most_runs(const ons_scales *g)
{
    size_t most = 0;
    for (size_t i = 0; i < g->n; i++) most = g->scale[i].n > most ? g->scale[i].n : most;
    return most;
}

static void run_cell(const ons_item *it, const ons_point *p, ons_buf *b)
{
    double lo, hi;
    char n[ONS_HUMAN_MAX];
    ons_html_raw(b, "<td>");
    if (it->s->continuous)
        ons_html_cstr(b, ons_human_number(p->y, 3, n));
    else
        ons_html_cstr(b, ons_human_percent(p->y, 3, n));
    if (ons_point_interval(p, it->s->continuous, &lo, &hi)) {
        ons_html_raw(b, " <small>");
        for (int k = 0; k < 2; k++) {
            if (k) ons_html_raw(b, " to ");
            double y = k ? hi : lo;
            ons_html_cstr(b, it->s->continuous ? ons_human_number(y, 3, n)
                                               : ons_human_fixed(100 * y, 1, n));
        }
        ons_html_raw(b, "</small>");
    }
    ons_html_raw(b, "</td>");
}

static void range_cell(const ons_item *it, const ons_scale *g, ons_buf *b)
{
    ons_html_raw(b, "<td>");
    score(it, g->median, 3, b);
    ons_html_raw(b, " <small>");
    score(it, g->least, 3, b);
    ons_html_raw(b, " to ");
    score(it, g->most, 3, b);
    ons_html_raw(b, "</small></td>");
}

/* The partner's median at the same scale. */
static void partner_cell(const ons_item *it, double x, ons_buf *b)
{
    char n[ONS_HUMAN_MAX];
    ons_html_raw(b, "<td>");
    for (size_t i = 0; i < it->partner.n; i++) {
        if (fabs(it->partner.scale[i].x - x) > ONS_SAME_SCALE) continue;
        ons_html_cstr(b, ons_human_number(it->partner.scale[i].median, 3, n));
        break;
    }
    ons_html_raw(b, "</td>");
}

static void model_head(const ons_item *it, size_t across, bool by_params, ons_buf *b)
{
    ons_html_raw(b, "<thead><tr>");
    if (by_params && it->s->axis != ONS_REPORT_PARAMS) ons_html_raw(b, "<th>parameters</th>");
    ons_html_raw(b, "<th>");
    ons_html_cstr(b, it->s->axis == ONS_REPORT_FLOPS    ? "compute, FLOPs"
                     : it->s->axis == ONS_REPORT_PARAMS ? "parameters"
                     : it->s->axis == ONS_REPORT_TOKENS ? "tokens"
                                                        : "loss, nats");
    ons_html_raw(b, "</th>");
    if (across > SEEDS_ACROSS) ons_html_raw(b, "<th>runs</th><th>median and range</th>");
    for (size_t k = 0; across <= SEEDS_ACROSS && k < across; k++) {
        const ons_scale *full = NULL; /* a scale with all runs names them */
        for (size_t i = 0; i < it->g.n && !full; i++)
            if (it->g.scale[i].n == across) full = &it->g.scale[i];
        ons_html_raw(b, "<th>");
        const char *seed = full ? it->g.point[full->first + k].seed : "";
        if (across == 1) {
            ons_html_raw(b, "score, 95 % interval");
        } else if (seed[0]) {
            ons_html_raw(b, "seed ");
            ons_html_text(b, (ons_str){seed, strnlen(seed, sizeof it->g.point->seed)});
        } else {
            char n[ONS_HUMAN_MAX];
            ons_html_raw(b, "run ");
            ons_html_cstr(b, ons_human_exact((double)k + 1, n));
        }
        ons_html_raw(b, "</th>");
    }
    if (!it->s->continuous) ons_html_raw(b, "<th>questions</th>");
    if (it->partner.n) {
        ons_buf t;
        ons_buf_init(&t, TEXT_MAX);
        ons_metric_words(it->s->partner.metric, &t);
        ons_html_raw(b, "<th>");
        ons_html_text(b, ons_buf_str(&t));
        ons_html_raw(b, ", median</th>");
        ons_buf_end_part(b, &t);
    }
    ons_html_raw(b, "</tr></thead>\n");
}

static void cell(const char *text, ons_buf *b)
{
    ons_html_raw(b, "<td>");
    ons_html_cstr(b, text);
    ons_html_raw(b, "</td>");
}

static void scale_cells(const ons_item *it, const ons_scale *q, ons_buf *b)
{
    char n[ONS_HUMAN_MAX];
    ons_report_axis axis = it->s->axis;
    double v = pow(10, q->x);
    if (it->g.by_params && axis != ONS_REPORT_PARAMS)
        cell(q->params < 1e6 ? ons_human_exact(q->params, n) : ons_human_count(q->params, 3, n), b);
    cell(axis == ONS_REPORT_FLOPS  ? ons_human_power(v, 3, n)
         : axis == ONS_REPORT_LOSS ? ons_human_number(-q->x, 3, n)
         : v < 1e6                 ? ons_human_exact(v, n)
                                   : ons_human_count(v, 3, n),
         b);
}

static void run_cells(const ons_item *it, const ons_scale *q, size_t across, ons_buf *b)
{
    char n[ONS_HUMAN_MAX];
    if (across > SEEDS_ACROSS) {
        cell(ons_human_exact((double)q->n, n), b);
        range_cell(it, q, b);
        return;
    }
    for (size_t k = 0; k < across; k++) {
        if (k < q->n)
            run_cell(it, &it->g.point[q->first + k], b);
        else
            cell("", b);
    }
}

static void models(const ons_item *it, ons_buf *b)
{
    const ons_scales *g = &it->g;
    if (g->n == 0) return;
    char n[ONS_HUMAN_MAX];
    size_t across = most_runs(g);
    ons_html_raw(b, "<div class=\"scroll\"><table><caption>Every model");
    if (across <= SEEDS_ACROSS) ons_html_raw(b, "; small: 95 % interval of one run");
    ons_html_raw(b, "</caption>");
    model_head(it, across, g->by_params, b);
    ons_html_raw(b, "<tbody>\n");
    for (size_t i = 0; i < g->n; i++) {
        const ons_scale *q = &g->scale[i];
        ons_html_raw(b, "<tr>");
        scale_cells(it, q, b);
        run_cells(it, q, across, b);
        if (!it->s->continuous) cell(ons_human_exact(q->items, n), b);
        if (it->partner.n) partner_cell(it, q->x, b);
        ons_html_raw(b, "</tr>\n");
    }
    ons_html_raw(b, "</tbody></table></div>\n");
}

static void example(const ons_report_example *e, ons_buf *b)
{
    if (e->n_answers == 0) return;
    char n[ONS_HUMAN_MAX];
    ons_html_raw(b, "<h4>One question</h4>\n<p><span class=\"asked\">");
    ons_html_text(b, e->question);
    ons_html_raw(b, "</span><span class=\"sub\">right answer: </span><code>");
    ons_html_text(b, e->gold);
    ons_html_raw(b, "</code></p>\n<div class=\"answers\">\n");
    for (size_t i = 0; i < e->n_answers; i++) {
        const ons_report_answer *a = &e->answer[i];
        ons_html_raw(b, "<div><span class=\"sub\">");
        ons_html_text(b, a->model);
        if (a->params > 0) {
            ons_html_raw(b, ", ");
            ons_html_cstr(b, a->params < 1e6 ? ons_human_exact(a->params, n)
                                             : ons_human_count(a->params, 3, n));
            ons_html_raw(b, " parameters");
        }
        ons_html_cstr(b, a->right == ONS_YES ? " · right" : a->right == ONS_NO ? " · wrong" : "");
        ons_html_raw(b, "</span><span class=\"said\">");
        if (a->text.len)
            ons_html_text(b, a->text);
        else
            ons_html_raw(b, "(nothing)");
        ons_html_raw(b, "</span></div>\n");
    }
    ons_html_raw(b, "</div>\n");
}

static void sub_line(const ons_item *it, ons_buf *b)
{
    const ons_report_series *s = it->s;
    char n[ONS_HUMAN_MAX];
    ons_buf t;
    ons_buf_init(&t, TEXT_MAX);
    if (s->about.len) {
        ons_buf_str_add(&t, s->about);
        char last = s->about.ptr[s->about.len - 1];
        ons_buf_text(&t, last == '.' || last == '!' || last == '?' ? " " : ". ");
    }
    size_t at = t.len;
    ons_metric_words(s->metric, &t);
    if (t.len > at && t.ptr[at] >= 'a' && t.ptr[at] <= 'z')
        t.ptr[at] = (char)(t.ptr[at] - 'a' + 'A');
    if (s->shots > 0)
        ons_buf_printf(&t, ", %s %s in the prompt", ons_human_exact(s->shots, n),
                       s->shots == 1 ? "example" : "examples");
    if (s->prompt.len) {
        ons_buf_text(&t, ", prompt ");
        ons_buf_str_add(&t, s->prompt);
    }
    if (s->family.len) {
        ons_buf_text(&t, ", family ");
        ons_buf_str_add(&t, s->family);
    }
    ons_buf_char(&t, '.');
    ons_html_raw(b, "<p class=\"sub\">");
    ons_html_text(b, ons_buf_str(&t));
    ons_html_raw(b, "</p>\n");
    ons_buf_end_part(b, &t);
}

static void verdict_line(const ons_item *it, ons_buf *b)
{
    ons_html_raw(b, "<p class=\"verdict\"><b>");
    ons_page_mark(it->s, b);
    ons_html_cstr(b, ons_verdict_label(it->s));
    ons_html_raw(b, ".</b> ");
    ons_buf t;
    ons_buf_init(&t, TEXT_MAX);
    ons_sentence_verdict_of(it->s, &it->g, &it->partner, &t);
    ons_html_prose(b, ons_buf_str(&t));
    ons_buf_end_part(b, &t);
    ons_html_raw(b, "</p>\n");
}

static void change(const ons_item *it, ons_buf *b)
{
    ons_buf t;
    ons_buf_init(&t, TEXT_MAX);
    ons_sentence_change_of(it->s, &it->g, &t);
    ons_html_prose(b, ons_buf_str(&t));
    ons_buf_end_part(b, &t);
}

/* What the filters of the page ask for; ends within the last value. */
static void facts(const ons_report_series *s, ons_buf *b)
{
    ons_html_raw(b, "\" data-t=\"");
    ons_html_text(b, s->task);
    ons_html_raw(b, "\" data-f=\"");
    ons_html_text(b, s->family);
    ons_html_raw(b, "\" data-m=\"");
    ons_html_text(b, s->metric);
    ons_html_raw(b, "\" data-p=\"");
    ons_html_text(b, s->prompt);
    ons_html_raw(b, "\" data-v=\"");
    ons_html_cstr(b, ons_verdict_label(s));
    ons_html_raw(b, "\" data-a=\"");
    ons_html_cstr(b, ons_axis_word(s->axis));
}

/* In place of figure and table, where series are too many for them: the median of each size. */
static void scores_line(const ons_item *it, ons_buf *b)
{
    ons_buf t;
    ons_buf_init(&t, TEXT_MAX);
    for (size_t i = 0; i < it->g.n; i++) {
        ons_buf_text(&t, i ? ", " : "");
        ons_scale_short(&it->g, it->s->axis, it->g.scale[i].x, &t);
        ons_buf_text(&t, ": ");
        ons_score_words(it->g.scale[i].median, it->s->continuous, it->s->unit, 2, &t);
    }
    ons_html_raw(b, "<p class=\"sub\">");
    ons_html_prose(b, ons_buf_str(&t));
    ons_html_raw(b, "</p>\n");
    ons_buf_end_part(b, &t);
}

void ons_page_series(const ons_view *v, const ons_item *it, ons_buf *b)
{
    bool primary = it->s->primary && (v->detail == ONS_DETAIL_FULL || ons_series_has_onset(it->s));
    if (primary)
        ons_html_raw(b, "<section class=\"series\" id=\"");
    else
        ons_html_raw(b, "<section class=\"more\" id=\"");
    ons_html_cstr(b, it->id);
    facts(it->s, b);
    ons_html_raw(b, "\">\n<h3>");
    ons_page_name(v, it->s, b);
    ons_html_raw(b, "</h3>\n");
    sub_line(it, b);
    verdict_line(it, b);
    if (!it->drawn) {
        scores_line(it, b);
        ons_html_raw(b, "</section>\n");
        return;
    }
    ons_html_raw(b, "<figure class=\"two\">\n");
    ons_figure_score(v, it, b);
    if (it->partner.n) ons_figure_partner(v, it, b);
    ons_html_raw(b, "</figure>\n");
    if (primary && ons_figure_has_learned(it)) {
        ons_html_raw(b, "<figure class=\"two\">\n");
        ons_figure_learned(v, it, b);
        ons_html_raw(b, "</figure>\n");
    }
    if (!primary && v->compact) {
        scores_line(it, b);
    } else if (!primary) {
        ons_html_raw(b, "<details><summary>Numbers</summary>\n");
        models(it, b);
        ons_html_raw(b, "</details>\n");
    } else {
        threshold(it, b);
        tests(it, b);
        forecast(it, b);
        ons_html_raw(b, "<h4>What would change the verdict</h4>\n<p>");
        change(it, b);
        ons_html_raw(b, "</p>\n");
        models(it, b);
        ons_page_curves(it->s, b);
        example(&it->s->example, b);
    }
    ons_html_raw(b, "<p class=\"up\"><a href=\"#abilities\">↑ all abilities</a></p>\n</section>\n");
}
