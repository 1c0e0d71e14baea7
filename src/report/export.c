/* Verdicts as tables: CSV for programs, LaTeX for papers. */
#include "report/export.h"

#include <math.h>

#include "base/parse.h"
#include "report/html.h"
#include "report/human.h"
#include "report/look.h"
#include "report/view.h"

#define TEXT_MAX ((size_t)1 << 20)

/* ---- CSV ---- */

/* Each field ends with a comma; end_row makes the last one a line's end. */
static void field(ons_buf *b, ons_str s)
{
    bool plain = true;
    for (size_t i = 0; i < s.len && plain; i++)
        plain = s.ptr[i] != ',' && s.ptr[i] != '"' && s.ptr[i] != '\n' && s.ptr[i] != '\r';
    if (!plain) ons_buf_char(b, '"');
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '"') ons_buf_char(b, '"');
        ons_buf_char(b, s.ptr[i]);
    }
    ons_buf_text(b, plain ? "," : "\",");
}

static void end_row(ons_buf *b)
{
    if (b->len) b->ptr[b->len - 1] = '\n';
}

static void number(ons_buf *b, double v)
{
    char text[32];
    field(b, isfinite(v) ? ons_str_of(ons_number_text(v, text, sizeof text)) : ONS_S(""));
}

/* From the axis of points to the units of the user. */
static double plain_x(const ons_report_series *s, double x)
{
    return s->axis == ONS_REPORT_LOSS ? -x : pow(10, x);
}

static void place(ons_buf *b, const ons_report_series *s, const ons_interval *i)
{
    const double lo = plain_x(s, i->lo), hi = plain_x(s, i->hi);
    number(b, plain_x(s, i->x));
    number(b, isnan(i->x) ? (double)NAN : fmin(lo, hi));
    number(b, isnan(i->x) ? (double)NAN : fmax(lo, hi));
}

static void flags(ons_buf *b, unsigned set, ons_buf *work)
{
    ons_buf_reset(work);
    for (int f = 0; f < ONS_FLAG_COUNT; f++) {
        if (!(set & (1u << f))) continue;
        if (work->len) ons_buf_char(work, ' ');
        ons_buf_text(work, ons_flag_text((ons_flag_bit)f));
    }
    field(b, ons_buf_str(work));
}

static void forecast(ons_buf *b, const ons_report_series *s)
{
    const ons_forecast *f = &s->verdict.forecast;
    const double v[] = {plain_x(s, f->x), f->observed, f->median, f->lo, f->hi, f->z, f->nats};
    for (size_t i = 0; i < sizeof v / sizeof *v; i++) number(b, f->made ? v[i] : (double)NAN);
    number(b, f->made ? (double)f->n_below : (double)NAN);
}

static void csv_row(const ons_item *it, ons_buf *work, ons_buf *b)
{
    static const char *const axis[] = {"flops", "params", "tokens", "loss"};
    const ons_report_series *s = it->s;
    const ons_verdict *d = &s->verdict;
    field(b, s->family);
    field(b, s->task);
    field(b, s->metric);
    number(b, s->shots);
    field(b, s->prompt);
    field(b, ons_str_of(axis[s->axis]));
    field(b, s->primary ? ONS_S("yes") : ONS_S("no"));
    number(b, s->chance);
    number(b, s->w0);
    number(b, (double)d->n_models);
    number(b, (double)d->n_scales);
    field(b, ons_str_of(ons_verdict_text(d->verdict)));
    field(b, ons_str_of(ons_check_text(s->partner.result.check)));
    flags(b, d->flags, work);
    const double p[] = {d->p_emergent, s->p_adjusted, d->p_above,
                        d->p_absent,   d->p_sharp,    d->p_unforeseen};
    for (size_t i = 0; i < sizeof p / sizeof *p; i++) number(b, p[i]);
    place(b, s, &d->onset);
    place(b, s, &d->midpoint);
    number(b, d->width.x);
    number(b, d->width.lo);
    number(b, d->width.hi);
    number(b, it->g.n ? it->g.scale[0].mean : (double)NAN);
    number(b, it->g.n ? it->g.scale[it->g.n - 1].mean : (double)NAN);
    forecast(b, s);
    end_row(b);
}

static void csv(const ons_view *v, ons_buf *b)
{
    ons_buf work;
    ons_buf_init(&work, TEXT_MAX);
    ons_buf_text(b, "family,task,metric,shots,prompt,axis,primary,chance,w0,n_models,n_scales,"
                    "verdict,metric_check,flags,p_emergent,p_adjusted,p_above,p_absent,p_sharp,"
                    "p_unforeseen,onset_x,onset_lo,onset_hi,midpoint_x,midpoint_lo,midpoint_hi,"
                    "width_x,width_lo,width_hi,score_smallest,score_largest,forecast_x,"
                    "forecast_observed,forecast_median,forecast_lo,forecast_hi,forecast_z,"
                    "forecast_nats,forecast_n_below\n");
    for (size_t i = 0; i < v->n; i++) csv_row(v->item[i], &work, b);
    ons_buf_end_part(b, &work);
}

/* ---- LaTeX ---- */

static const char *latex_of(uint32_t c)
{
    static const struct {
        uint32_t c;
        const char *text;
    } known[] = {
        {'\\', "\\textbackslash{}"},
        {'~', "\\textasciitilde{}"},
        {'^', "\\textasciicircum{}"},
        {'&', "\\&"},
        {'%', "\\%"},
        {'$', "\\$"},
        {'#', "\\#"},
        {'_', "\\_"},
        {'{', "\\{"},
        {'}', "\\}"},
        {'<', "$<$"},
        {'>', "$>$"},
        {'|', "$|$"},
        {'"', "\\textquotedbl{}"},
        {'\n', " "},
        {'\t', " "},
        {0xD7, "$\\times$"},
        {0x2212, "$-$"},
        {0x2013, "--"},
        {0x221E, "$\\infty$"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].c == c) return known[i].text;
    return NULL;
}

/* '2' for a raised two, 0 for what is not raised. */
static char raised(uint32_t c)
{
    if (c == 0xB9) return '1';
    if (c == 0xB2 || c == 0xB3) return (char)('2' + (c - 0xB2));
    if (c == 0x2070 || (c >= 0x2074 && c <= 0x2079)) return (char)('0' + (c - 0x2070));
    return c == 0x207B ? '-' : '\0';
}

static void latex_text(ons_buf *b, ons_str text)
{
    bool up = false;
    while (text.len > 0) {
        const uint32_t c = ons_glyph_next(&text);
        const char high = raised(c);
        if (high && !up) ons_buf_text(b, "$^{");
        if (!high && up) ons_buf_text(b, "}$");
        up = high != 0;
        const char *known = latex_of(c);
        if (high)
            ons_buf_char(b, high);
        else if (known)
            ons_buf_text(b, known);
        else
            ons_glyph_add(b, c);
    }
    if (up) ons_buf_text(b, "}$");
}

/* Escapes what was built in `work` and empties it; `end` is markup. */
static void latex_cell(ons_buf *work, const char *end, ons_buf *b)
{
    latex_text(b, ons_buf_str(work));
    ons_buf_reset(work);
    ons_buf_text(b, end);
}

static void latex_scores(const ons_item *it, ons_buf *w, ons_buf *b)
{
    const ons_report_series *s = it->s;
    char n[ONS_HUMAN_MAX];
    if (!s->continuous && isfinite(s->chance)) ons_buf_text(w, ons_human_percent(s->chance, 2, n));
    latex_cell(w, " & ", b);
    if (it->g.n) ons_score_words(it->g.scale[0].mean, s->continuous, s->unit, 2, w);
    latex_cell(w, " & ", b);
    if (it->g.n) ons_score_words(it->g.scale[it->g.n - 1].mean, s->continuous, s->unit, 2, w);
    latex_cell(w, " & ", b);
}

static void latex_place(const ons_item *it, double x, const char *end, ons_buf *w, ons_buf *b)
{
    char n[ONS_HUMAN_MAX];
    const double v = plain_x(it->s, x);
    if (ons_series_has_onset(it->s) && isfinite(v))
        ons_buf_text(w, it->s->axis == ONS_REPORT_LOSS ? ons_human_number(v, 2, n)
                        : v < 1e15                     ? ons_human_count(v, 2, n)
                                                       : ons_human_power(v, 2, n));
    latex_cell(w, end, b);
}

static void latex_row(const ons_view *v, const ons_item *it, ons_buf *w, ons_buf *b)
{
    const ons_report_series *s = it->s;
    const ons_interval *on = &s->verdict.onset;
    const bool turned = s->axis == ONS_REPORT_LOSS; /* a larger x is a smaller loss */
    char n[ONS_HUMAN_MAX];
    ons_item_name(v, s, w);
    latex_cell(w, " & ", b);
    latex_scores(it, w, b);
    ons_buf_text(w, ons_verdict_label(s));
    latex_cell(w, " & ", b);
    latex_place(it, on->x, " & ", w, b);
    const bool has = ons_series_has_onset(s) && isfinite(on->lo) && isfinite(on->hi);
    latex_place(it, turned ? on->hi : on->lo, has ? "--" : "", w, b);
    latex_place(it, turned ? on->lo : on->hi, " & ", w, b);
    const double p = isfinite(s->p_adjusted) ? s->p_adjusted : s->verdict.p_emergent;
    if (isfinite(p)) ons_buf_text(w, ons_human_p(p, n));
    latex_cell(w, " \\\\\n", b);
}

static void latex(const ons_view *v, ons_buf *b)
{
    ons_buf w;
    ons_buf_init(&w, TEXT_MAX);
    ons_buf_text(b, "% \\usepackage{booktabs} in the preamble. ");
    ons_buf_str_add(&w, v->r->version);
    latex_cell(&w,
               "\n\\begin{tabular}{lrrrlrrr}\n\\toprule\n"
               "ability & chance & smallest & largest & verdict & threshold & 95\\,\\% "
               "interval & $p$ \\\\\n",
               b);
    for (size_t i = 0; i < v->n_views; i++) {
        const ons_item *it = v->item[i];
        if (i == 0 || it->s->axis != v->item[i - 1]->s->axis) {
            ons_buf_text(b, "\\midrule\n\\multicolumn{8}{l}{\\emph{threshold: ");
            ons_buf_text(&w, ons_axis_title(it->s->axis));
            latex_cell(&w, "}} \\\\\n", b);
        }
        latex_row(v, it, &w, b);
    }
    ons_buf_text(b, "\\bottomrule\n\\end{tabular}\n");
    ons_buf_end_part(b, &w);
}

/* ---- both ---- */

static ons_status of_view(const ons_report *r, void (*write)(const ons_view *, ons_buf *),
                          ons_buf *out, ons_err *err)
{
    ons_arena a;
    ons_view v;
    ons_arena_init(&a, 0);
    ons_status st = ons_view_make(r, &a, &v, err);
    if (st == ONS_OK) {
        write(&v, out);
        st = ons_buf_status(out, err);
    }
    ons_arena_clear(&a);
    return st;
}

ons_status ons_report_csv(const ons_report *r, ons_buf *out, ons_err *err)
{
    return of_view(r, csv, out, err);
}

ons_status ons_report_latex(const ons_report *r, ons_buf *out, ons_err *err)
{
    return of_view(r, latex, out, err);
}
