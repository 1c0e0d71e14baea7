#include "report/sweep.h"

#include <math.h>
#include <stdbool.h>

#include "report/html.h"
#include "report/human.h"

ons_sweep_size ons_sweep_size_at(const ons_sweep_point *p, size_t n, size_t first)
{
    ons_sweep_size s = {.first = first, .best = first};
    while (first + s.n < n && p[first + s.n].params == p[first].params) s.n++;
    const size_t end = first + s.n;
    for (size_t i = first; i < end; i++)
        if (p[i].loss_nats < p[s.best].loss_nats) s.best = i;
    const double most = p[s.best].loss_nats + ONS_SWEEP_FLAT_NATS;
    s.lo = s.hi = s.best;
    while (s.lo > first && p[s.lo - 1].loss_nats <= most) s.lo--;
    while (s.hi + 1 < end && p[s.hi + 1].loss_nats <= most) s.hi++;
    return s;
}

void ons_sweep_words(const ons_sweep_point *p, size_t n, const ons_sweep_size *s, ons_buf *out)
{
    char size[ONS_HUMAN_MAX], rate[ONS_HUMAN_MAX], loss[ONS_HUMAN_MAX], more[ONS_HUMAN_MAX];
    const size_t last = s->first + s->n - 1;
    (void)n;
    ons_buf_printf(out, "%s parameters: the best rate is %s (%s nats)",
                   ons_human_count(p[s->first].params, 2, size),
                   ons_human_number(p[s->best].rate, 2, rate),
                   ons_human_number(p[s->best].loss_nats, 3, loss));
    if (s->lo < s->hi)
        ons_buf_printf(out, "; %s to %s lose less than 0.05.",
                       ons_human_number(p[s->lo].rate, 2, rate),
                       ons_human_number(p[s->hi].rate, 2, more));
    else
        ons_buf_text(out, s->n > 1 ? "; its neighbours lose more than 0.05." : ".");
    if (s->n > 1 && (s->best == s->first || s->best == last))
        ons_buf_printf(out, " It is the %s of the sweep: the best may lie beyond.",
                       s->best == last ? "highest" : "lowest");
}

void ons_sweep_text(const ons_sweep_point *p, size_t n, ons_buf *out)
{
    char size[ONS_HUMAN_MAX], rate[ONS_HUMAN_MAX], loss[ONS_HUMAN_MAX];
    if (n == 0) return;
    ons_buf_text(out, "learning-rate sweep, held-out loss in nats (* the best of a size):\n");
    for (size_t i = 0; i < n;) {
        const ons_sweep_size s = ons_sweep_size_at(p, n, i);
        ons_buf_printf(out, "%-8s", ons_human_count_tight(p[i].params, size));
        for (size_t k = i; k < i + s.n; k++)
            ons_buf_printf(out, "  %s: %s%s", ons_human_number(p[k].rate, 2, rate),
                           ons_human_number(p[k].loss_nats, 3, loss), k == s.best ? "*" : "");
        ons_buf_char(out, '\n');
        i += s.n;
    }
    for (size_t i = 0; i < n;) {
        const ons_sweep_size s = ons_sweep_size_at(p, n, i);
        ons_sweep_words(p, n, &s, out);
        ons_buf_char(out, '\n');
        i += s.n;
    }
}

static void html_row(const ons_sweep_point *p, size_t at, bool best, ons_buf *b)
{
    char text[ONS_HUMAN_MAX];
    ons_html_raw(b, "<tr><td>");
    ons_html_cstr(b, ons_human_exact(p[at].params, text));
    ons_html_raw(b, "</td><td>");
    ons_html_cstr(b, ons_human_number(p[at].rate, 2, text));
    ons_html_raw(b, "</td><td>");
    if (best) ons_html_raw(b, "<b>");
    ons_html_cstr(b, ons_human_number(p[at].loss_nats, 3, text));
    if (best) ons_html_raw(b, "</b> (best)");
    ons_html_raw(b, "</td></tr>\n");
}

void ons_sweep_html(const ons_sweep_point *p, size_t n, ons_buf *out)
{
    if (n == 0) return;
    ons_html_raw(out, "<h3 id=\"sweep\">Learning-rate sweep</h3>\n<div class=\"scroll\"><table>"
                      "<thead><tr><th>parameters</th><th>rate</th><th>held-out loss, nats</th>"
                      "</tr></thead><tbody>\n");
    for (size_t i = 0; i < n;) {
        const ons_sweep_size s = ons_sweep_size_at(p, n, i);
        for (size_t k = i; k < i + s.n; k++) html_row(p, k, k == s.best, out);
        i += s.n;
    }
    ons_html_raw(out, "</tbody></table></div>\n");
    for (size_t i = 0; i < n;) {
        const ons_sweep_size s = ons_sweep_size_at(p, n, i);
        ons_html_raw(out, "<p>");
        ons_sweep_words(p, n, &s, out);
        ons_html_raw(out, "</p>\n");
        i += s.n;
    }
}
