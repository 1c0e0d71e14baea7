/* The section of the method: what was done, how often it errs, the commands, how to cite. */
#include <math.h>

#include "base/parse.h"
#include "report/html.h"
#include "report/human.h"
#include "report/page.h"

/* The error rates of the procedure, as docs/method.md states them ("Few scales", "Replicates") from
 * `onset selftest --statistics` on simulated series whose truth is known. Change both together. */
static const struct {
    const char *of, *rate;
} rates[] = {
    {"called emergent, gradual curves of every class (worst: arctan)", "at most 1.0 %"},
    {"called emergent, at the border: a rise exactly W0 wide", "1.9 %"},
    {"several runs a size that learn all or nothing: gradual shares called a jump", "1.55 %"},
    {"the same at the border, a rise W0 wide", "7 %"},
    {"jumps found, guesses never right: 5, 6, 8, 12 sizes", "77, 82, 85, 92 %"},
    {"jumps found, guesses right in one of four: 5, 6, 8, 12 sizes", "48, 56, 66, 79 %"},
    {"95 % interval of a threshold holds it", "97.7 %"},
};

void ons_page_pairs(const ons_report_pair *p, size_t n, const char *head, ons_buf *b)
{
    ons_html_raw(b, "<div class=\"scroll\"><table><thead><tr><th>");
    ons_html_cstr(b, head);
    ons_html_raw(b, "</th><th class=\"w\">value</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < n; i++) {
        ons_html_raw(b, "<tr><td>");
        ons_html_text(b, p[i].key);
        ons_html_raw(b, "</td><td class=\"w\">");
        ons_html_text(b, p[i].value);
        ons_html_raw(b, "</td></tr>\n");
    }
    ons_html_raw(b, "</tbody></table></div>\n");
}

static void method_text(const ons_view *v, ons_buf *b)
{
    ons_html_raw(
        b,
        "<p>Scores were modelled over the logarithm of scale with a beta-binomial likelihood "
        "(continuous metrics: Gaussian), every training run a row, with the scatter between runs "
        "averaged over rather than estimated. An ability is called emergent only if four tests "
        "hold together (intersection-union, α = .05): models beyond the threshold score above "
        "chance; models below it do not; the best sharp curve beats the best curve whose rise from "
        "10 to 90 % takes W0 or more; and a forecast from the models below the threshold "
        "did not contain what came.");
    char n[ONS_HUMAN_MAX];
    if (isfinite(v->r->w0) && v->r->w0 > 0) {
        ons_html_raw(b, " W0 was ");
        ons_html_cstr(b, ons_human_number(v->r->w0, 2, n));
        bool nats = v->n_primary && v->item[0]->s->axis == ONS_REPORT_LOSS;
        ons_html_cstr(b, nats ? " nats." : " decades.");
    }
    ons_html_raw(
        b, " Whether the metric made a jump was judged on a continuous metric of the same answers. "
           "Thresholds are the scale at which a tenth of the rise is made, with 95 % profile "
           "likelihood intervals; p-values of ");
    ons_html_cstr(b, ons_human_exact((double)v->n_primary, n));
    ons_html_cstr(b, v->n_primary == 1 ? " ability" : " abilities");
    ons_html_raw(b, " were adjusted by Benjamini and Hochberg.");
    if (v->r->version.len) {
        ons_html_raw(b, " Computed by ");
        ons_html_text(b, v->r->version);
        ons_html_raw(b, ".");
    }
    ons_html_raw(b, "</p>\n");
}

static void error_rates(ons_buf *b)
{
    ons_html_raw(b, "<p class=\"note\">How often this procedure errs, measured on simulated series "
                    "whose truth is known. A jump that it misses is told as undetermined or "
                    "candidate.</p>\n<div class=\"scroll\"><table id=\"rates\"><thead><tr><th "
                    "class=\"w\">of</th>"
                    "<th class=\"w\">measured</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        ons_html_raw(b, "<tr><td class=\"w\">");
        ons_html_prose(b, ons_str_of(rates[i].of));
        ons_html_raw(b, "</td><td class=\"w\">");
        ons_html_prose(b, ons_str_of(rates[i].rate));
        ons_html_raw(b, "</td></tr>\n");
    }
    ons_html_raw(b, "</tbody></table></div>\n<p>Measured anew, in about a minute: "
                    "<code>onset selftest --statistics</code></p>\n");
}

/* The year is that of the release, not of the run: equal input gives an equal page. */
static void cite(ons_str version, ons_buf *b)
{
    const ons_str name = ONS_S("onset ");
    if (ons_str_starts(version, name))
        version = (ons_str){version.ptr + name.len, version.len - name.len};
    ons_html_raw(b, "<h3 id=\"cite\">How to cite</h3>\n<p>The Onset authors. Onset");
    if (version.len) ons_html_raw(b, ", version ");
    ons_html_text(b, version);
    ons_html_raw(b, " (2026). Computer program.</p>\n<p class=\"said\">@software{onset,\n"
                    "  author  = {{The Onset authors}},\n  title   = {Onset: which abilities of "
                    "language models emerge with scale},\n");
    if (version.len) {
        ons_html_raw(b, "  version = {");
        ons_html_text(b, version);
        ons_html_raw(b, "},\n");
    }
    ons_html_raw(b, "  year    = {2026}\n}</p>\n");
}

void ons_page_method(const ons_view *v, ons_buf *b)
{
    ons_html_raw(b, "<section id=\"method\">\n<h2>Method and error rates</h2>\n");
    method_text(v, b);
    error_rates(b);
    if (v->r->n_method) ons_page_pairs(v->r->method, v->r->n_method, "measured", b);
    if (v->r->command.len) {
        ons_html_raw(b, "<p>This page again: <code>");
        ons_html_text(b, v->r->command);
        ons_html_raw(b, "</code></p>\n");
    }
    cite(v->r->version, b);
    ons_html_raw(b, "</section>\n");
}
