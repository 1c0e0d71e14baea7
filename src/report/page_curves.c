/* Folded below a series: how well the usual curves fit, and other numbers that decide nothing. */
#include <math.h>

#include "report/html.h"
#include "report/human.h"
#include "report/page.h"

/* For readers; the words of ons_form_text are for programs. */
static const char *form_words(ons_form f)
{
    switch (f) {
    case ONS_FORM_CHANCE:
        return "constant at chance";
    case ONS_FORM_CONSTANT:
        return "constant";
    case ONS_FORM_LINEAR:
        return "straight line";
    case ONS_FORM_LOGIT_LINEAR:
        return "logistic from chance to 100 %";
    case ONS_FORM_GOMPERTZ:
        return "Gompertz from chance to 100 %";
    case ONS_FORM_LOGISTIC:
        return "logistic from chance, free ceiling";
    case ONS_FORM_FOUR:
        return "logistic, free floor and ceiling";
    case ONS_FORM_HINGE:
        return "hinge: floor, then a line";
    case ONS_FORM_STEP:
        return "step";
    case ONS_FORM_QUADRATIC:
        return "quadratic in the log odds";
    case ONS_FORM_BROKEN:
        return "broken neural scaling law, one break";
    case ONS_FORM_ISOTONIC:
        return "any curve that never falls";
    case ONS_FORM_COUNT:
    default:
        return "";
    }
}

static void number_cell(double v, int decimals, ons_buf *b)
{
    char n[ONS_HUMAN_MAX];
    ons_html_raw(b, "<td>");
    /* A curve that is far off is only that: its digits do not matter. */
    if (isfinite(v))
        ons_html_cstr(b,
                      fabs(v) >= 1e5 ? ons_human_power(v, 2, n) : ons_human_fixed(v, decimals, n));
    ons_html_raw(b, "</td>");
}

static void form_row(ons_form f, const ons_form_fit *fit, ons_buf *b)
{
    ons_html_raw(b, "<tr><td>");
    ons_html_cstr(b, form_words(f));
    ons_html_raw(b, "</td>");
    number_cell((double)fit->n_parameters, 0, b);
    number_cell(fit->log_likelihood, 1, b);
    number_cell(fit->aicc, 1, b);
    number_cell(fit->bic, 1, b);
    number_cell(fit->loo, 1, b);
    ons_html_raw(b, "</tr>\n");
}

static void forms_table(const ons_forms *t, ons_buf *b)
{
    ons_html_raw(b, "<div class=\"scroll\"><table><caption>Descriptions, not decisions. "
                    "Criteria as AICc do not decide here: “a step fits better than a logistic” "
                    "calls 10 % of gradual series sharp, and 30 % of those with a dip or a cap."
                    "</caption><thead><tr><th>curve</th><th>parameters</th><th>ln likelihood</th>"
                    "<th>AICc</th><th>BIC</th><th>leave one scale out</th></tr></thead><tbody>\n");
    for (int i = 0; i < ONS_FORM_COUNT; i++)
        if (t->form[i].fitted) form_row((ons_form)i, &t->form[i], b);
    ons_html_raw(b, "</tbody></table></div>\n");
}

static void fact(const char *name, const char *value, ons_buf *b)
{
    ons_html_raw(b, "<tr><td>");
    ons_html_cstr(b, name);
    ons_html_raw(b, "</td><td>");
    ons_html_cstr(b, value);
    ons_html_raw(b, "</td></tr>\n");
}

static void facts_table(const ons_report_series *s, ons_buf *b)
{
    const ons_description *d = s->description;
    const ons_verdict *v = &s->verdict;
    char n[ONS_HUMAN_MAX];
    const bool nats = s->axis == ONS_REPORT_LOSS;
    ons_html_raw(b, "<div class=\"scroll\"><table><caption>Other descriptions</caption><tbody>\n");
    if (d->steepness != ONS_STEEPNESS_NONE) fact("steepness", ons_steepness_text(d->steepness), b);
    if (isfinite(d->width))
        fact(nats ? "from a tenth to nine tenths of the rise, nats"
                  : "from a tenth to nine tenths of the rise, decades",
             ons_human_number(d->width, 2, n), b);
    if (isfinite(d->odds_ratio))
        fact(nats ? "odds ratio a nat" : "odds ratio a decade",
             ons_human_number(d->odds_ratio, 2, n), b);
    if (isfinite(d->d_prime)) fact("d′", ons_human_number(d->d_prime, 2, n), b);
    if (isfinite(d->d_prime_per_unit))
        fact(nats ? "d′ a nat" : "d′ a decade", ons_human_number(d->d_prime_per_unit, 2, n), b);
    if (isfinite(d->gap_share))
        fact("largest step between neighbours, of the range", ons_human_percent(d->gap_share, 2, n),
             b);
    if (isfinite(d->sampling_sd))
        fact("sampling error of one score", ons_human_number(d->sampling_sd, 2, n), b);
    if (!isnan(v->breakthroughness))
        fact("breakthroughness (BIG-bench)", ons_human_number(v->breakthroughness, 2, n), b);
    if (!isnan(v->linearity))
        fact("linearity (BIG-bench)", ons_human_number(v->linearity, 2, n), b);
    ons_html_raw(b, "</tbody></table></div>\n");
}

void ons_page_curves(const ons_report_series *s, ons_buf *b)
{
    if (!s->forms || !s->description || s->forms->n_scales < 3) return;
    ons_html_raw(b, "<details><summary>Curves and other descriptions</summary>\n");
    forms_table(s->forms, b);
    facts_table(s, b);
    ons_html_raw(b, "</details>\n");
}
