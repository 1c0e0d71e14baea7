/* The map of thresholds: one row per ability, one axis of scale for all. */
#include <math.h>
#include <stdio.h>

#include "base/parse.h"
#include "report/figure.h"
#include "report/html.h"
#include "report/human.h"
#include "report/plot.h"
#include "report/sentence.h"

/* Published size and training compute of well-known models: GPT-3 arXiv:2005.14165 table D.1,
 * PaLM arXiv:2204.02311, LLaMA arXiv:2302.13971 table 2 and Pythia (EleutherAI/pythia), the
 * last two as 6 x parameters x tokens. */
static const struct {
    const char *name;
    double flops, params;
} known[] = {
    {"Pythia 12B", 2.1e22, 1.2e10}, {"LLaMA 7B", 4.0e22, 6.7e9}, {"GPT-3", 3.1e23, 1.75e11},
    {"LLaMA 65B", 5.5e23, 6.5e10},  {"PaLM", 2.5e24, 5.4e11},
};

typedef struct map_layout {
    bool wide;
    double width, left, right; /* of the drawing; of the axis */
    double row, top, size;
    size_t name_most; /* characters */
    bool two_lines;   /* the name has a line of its own, the reason or the scores the one below */
    bool three_lines; /* and what stands in brackets behind the task one between */
} map_layout;

static const map_layout wide_layout = {true, 1100, 240, 760, 30, 46, 14, 27, false, false};
static const map_layout narrow_layout = {false, 340, 12, 328, 44, 46, 12, 28, false, false};

bool ons_axis_range(const ons_view *v, ons_report_axis axis, double *ret_lo, double *ret_hi)
{
    double lo = (double)INFINITY, hi = -(double)INFINITY;
    for (size_t i = 0; i < v->n; i++) {
        const ons_scales *g = &v->item[i]->g;
        if (v->item[i]->s->axis != axis || g->n == 0) continue;
        if (g->scale[0].x < lo) lo = g->scale[0].x;
        if (g->scale[g->n - 1].x > hi) hi = g->scale[g->n - 1].x;
    }
    if (!(hi >= lo)) return false;
    double pad = hi > lo ? .05 * (hi - lo) : .5;
    *ret_lo = lo - pad;
    *ret_hi = hi + pad;
    return true;
}

static const char *why_not(const ons_report_series *s)
{
    switch (s->verdict.verdict) {
    case ONS_VERDICT_FLAT:
        return s->chance > 0 ? "flat: guesses at every size" : "flat: never right";
    case ONS_VERDICT_SMOOTH:
        return s->partner.result.check == ONS_CHECK_METRIC_INDUCED ? "smooth: the metric jumps"
                                                                   : "smooth: grows gradually";
    case ONS_VERDICT_DELAYED:
        return s->partner.result.check == ONS_CHECK_METRIC_INDUCED ? "delayed: the metric jumps"
                                                                   : "delayed: late, gradual";
    case ONS_VERDICT_CONSTANT:
        return "constant above chance";
    case ONS_VERDICT_SATURATED:
        return "solved by all";
    case ONS_VERDICT_INVERSE:
        return "falls with size";
    case ONS_VERDICT_U_SHAPED:
        return "falls, then recovers";
    case ONS_VERDICT_INVERTED_U:
        return "rises, then falls";
    case ONS_VERDICT_NON_MONOTONE:
        return "up and down";
    case ONS_VERDICT_UNDETERMINED:
        if (s->verdict.flags & ONS_FLAG_NO_SCALE) return "undetermined: no scale";
        return s->verdict.flags & ONS_FLAG_INSUFFICIENT ? "undetermined: too few sizes"
                                                        : "undetermined";
    case ONS_VERDICT_EMERGENT:
    case ONS_VERDICT_SHARP_FORESEEABLE:
    case ONS_VERDICT_CANDIDATE:
    case ONS_VERDICT_COUNT:
        break;
    }
    return "threshold not located";
}

/* The name, its middle left out until it fits. */
static void squeeze_into(ons_str name, double size, double room, ons_buf *out)
{
    enum { MOST = 90 }; /* of the narrowest letters no more fit in any row */
    for (size_t n = name.len < MOST ? name.len : MOST; n > 0; n--) {
        ons_buf_reset(out);
        ons_text_squeeze(name, n, out);
        if (n <= 10 || ons_text_width(ons_buf_str(out), size) <= room) return;
    }
}

/* Why there is no threshold, and what is known all the same; without the verdict, which its sign
 * tells too, where both have no room. */
static void put_why_not(const map_layout *l, const ons_item *it, const char *css, double x,
                        double y, ons_buf *b)
{
    const double room = l->right - x;
    ons_buf words;
    ons_buf_init(&words, 256);
    if (it->s->known.kind == ONS_KNOWN_NOTHING) {
        ons_buf_text(&words, why_not(it->s));
    } else {
        ons_buf_printf(&words, "%s: ", ons_verdict_text(it->s->verdict.verdict));
        ons_known_words(it->s, &it->g, &words);
        if (!l->wide && ons_text_width(ons_buf_str(&words), l->size) > room) {
            ons_buf_reset(&words);
            ons_known_words(it->s, &it->g, &words);
        }
    }
    ons_svg_text(b, css, 's', x, y, ons_buf_str(&words));
    ons_buf_end_part(b, &words);
}

/* "10 → 95 %" */
static void first_to_last(const ons_item *it, ons_buf *out)
{
    if (it->g.n == 0) return;
    ons_score_words(it->g.scale[0].mean, it->s->continuous, (ons_str){0}, 2, out);
    if (!it->s->continuous && out->len > 2) out->len -= 2; /* one "%" is enough */
    ons_buf_text(out, " → ");
    ons_score_words(it->g.scale[it->g.n - 1].mean, it->s->continuous, (ons_str){0}, 2, out);
}

static void known_models(const map_layout *l, const ons_plot *p, ons_boxes *boxes, ons_buf *b)
{
    if (p->axis != ONS_REPORT_FLOPS && p->axis != ONS_REPORT_PARAMS) return;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        double v = log10(p->axis == ONS_REPORT_FLOPS ? known[i].flops : known[i].params);
        if (v < p->x.lo || v > p->x.hi) continue;
        double x = ons_map_at(&p->x, v);
        ons_str name = ons_str_of(known[i].name);
        double w = ons_text_width(name, l->size) + 6;
        ons_box box = {x - w / 2, 2, w, l->size * 1.2};
        if (!ons_boxes_free(boxes, box)) continue;
        (void)ons_boxes_add(boxes, box);
        ons_svg_text(b, "tk", 'm', x, 2 + l->size, name);
        ons_svg_line(b, "ax", x, 6 + l->size, x, 12 + l->size);
    }
}

static void axis_ticks(const map_layout *l, const ons_plot *p, double y, double bottom, ons_buf *b)
{
    ons_tick t[ONS_TICKS_MAX];
    size_t n = ons_ticks_x(p->axis, p->x.lo, p->x.hi, l->wide ? 10 : 5, t);
    for (size_t i = 0; i < n; i++) {
        double x = ons_map_at(&p->x, t[i].at);
        ons_svg_line(b, "gr", x, y + 6, x, bottom);
        ons_svg_text(b, "tk", 'm', x, y, ons_str_of(t[i].text));
    }
}

/* The sizes that were tested, written under the axis where they fit. */
static void size_labels(const map_layout *l, const ons_plot *p, const ons_item *it, double y,
                        ons_buf *b)
{
    ons_boxes boxes;
    ons_boxes_init(&boxes, l->wide ? l->left - 30 : 0, y - 20, l->wide ? l->right + 60 : l->width,
                   40);
    ons_buf text;
    ons_buf_init(&text, 64);
    for (size_t i = it->g.n; i-- > 0;) {
        ons_buf_reset(&text);
        char count[ONS_HUMAN_MAX];
        ons_buf_text(&text, ons_human_count(it->g.scale[i].params, 2, count));
        double x = ons_map_at(&p->x, it->g.scale[i].x);
        double w = ons_text_width(ons_buf_str(&text), l->size) + 4;
        ons_box box = {x - w / 2, y - l->size, w, l->size};
        if (!ons_boxes_free(&boxes, box)) continue;
        (void)ons_boxes_add(&boxes, box);
        ons_svg_text(b, "tk", 'm', x, y, ons_buf_str(&text));
    }
    ons_buf_end_part(b, &text);
}

static void tested(const ons_plot *p, const ons_item *it, double y, bool grey, ons_buf *b)
{
    const ons_scales *g = &it->g;
    if (g->n == 0) return;
    ons_svg_lines_open(b, grey ? "hl pale" : "hl");
    ons_svg_lines_add(b, ons_map_at(&p->x, g->scale[0].x), y,
                      ons_map_at(&p->x, g->scale[g->n - 1].x), y);
    for (size_t i = 0; i < g->n; i++) {
        double x = ons_map_at(&p->x, g->scale[i].x);
        ons_svg_lines_add(b, x, y - 3, x, y + 3);
    }
    ons_svg_lines_close(b);
}

static double inside(const ons_map *m, double v)
{
    double x = ons_map_at(m, v);
    return x < m->from ? m->from : x > m->to ? m->to : x;
}

static void threshold(const ons_plot *p, const ons_item *it, double y, ons_buf *b)
{
    const ons_interval *on = &it->s->verdict.onset;
    char css[32];
    (void)snprintf(css, sizeof css, "bar %s", ons_look_of(it->s)->css);
    if (isfinite(on->lo) && isfinite(on->hi)) {
        double x = inside(&p->x, on->lo);
        ons_svg_rect(b, css, x, y - 4, inside(&p->x, on->hi) - x, 8);
    }
    ons_svg_mark(b, ons_look_of(it->s), inside(&p->x, on->x), y, 7.5);
}

static void row_text(const map_layout *l, const ons_item *it, double y, bool has, ons_buf *b)
{
    ons_buf t;
    ons_buf_init(&t, 4096);
    first_to_last(it, &t);
    const char *css = has ? "tx" : "tk";
    if (!l->wide) {
        if (!has)
            put_why_not(l, it, css, l->left, y - 13, b);
        else if (l->two_lines)
            ons_svg_text(b, css, 's', l->left, y - 13, ons_buf_str(&t));
        else
            ons_svg_text(b, css, 'e', l->right, y - 13, ons_buf_str(&t));
        ons_buf_end_part(b, &t);
        return;
    }
    ons_svg_text(b, css, 'e', l->right + 145, y + 5, ons_buf_str(&t));
    char number[ONS_HUMAN_MAX];
    ons_buf_reset(&t);
    if (!it->s->continuous && isfinite(it->s->chance))
        ons_buf_text(&t, ons_human_percent(it->s->chance, 2, number));
    ons_svg_text(b, "tk", 'e', l->right + 218, y + 5, ons_buf_str(&t));
    if (has && isfinite(it->s->verdict.width.x)) {
        ons_buf_reset(&t);
        ons_buf_text(&t, ons_human_number(it->s->verdict.width.x, 2, number));
        ons_svg_text(b, css, 'e', l->right + 328, y + 5, ons_buf_str(&t));
    }
    ons_buf_end_part(b, &t);
}

/* Where one points at a row: a ground to hit, and the threshold in words. */
static void row_ground(const map_layout *l, const ons_item *it, size_t i, ons_buf *b)
{
    const ons_interval *on = &it->s->verdict.onset;
    if (ons_series_has_onset(it->s)) {
        ons_buf t;
        ons_buf_init(&t, 1024);
        ons_buf_text(&t, "threshold at ");
        ons_scale_words(&it->g, it->s->axis, on->x, true, &t);
        if (isfinite(on->lo) && isfinite(on->hi)) {
            ons_buf_text(&t, ", 95 % interval ");
            ons_scale_words(&it->g, it->s->axis, on->lo, true, &t);
            ons_buf_text(&t, " to ");
            ons_scale_words(&it->g, it->s->axis, on->hi, true, &t);
        }
        ons_html_raw(b, "<title>");
        ons_html_text(b, ons_buf_str(&t));
        ons_html_raw(b, "</title>");
        ons_buf_end_part(b, &t);
    }
    ons_svg_rect(b, "hit", 0, l->top + l->row * (double)i, l->width, l->row);
}

/* Where " (Pythia, 5 shots)" begins behind the task; the length where there is none. */
static size_t before_brackets(ons_str name)
{
    if (name.len == 0 || name.ptr[name.len - 1] != ')') return name.len;
    for (size_t i = name.len - 1; i-- > 1;)
        if (name.ptr[i] == ' ' && name.ptr[i + 1] == '(') return i;
    return name.len;
}

static void one_row(const ons_view *v, const map_layout *l, const ons_plot *p, const ons_item *it,
                    double y, ons_buf *b)
{
    bool has = ons_series_has_onset(it->s);
    ons_buf name, cut;
    ons_buf_init(&name, 1 << 20);
    ons_buf_init(&cut, 4096);
    ons_item_name(v, it->s, &name);
    const ons_str whole = ons_buf_str(&name);
    const size_t task = l->three_lines ? before_brackets(whole) : whole.len;
    if (l->two_lines)
        squeeze_into((ons_str){whole.ptr, task}, l->size, l->right - l->left, &cut);
    else
        ons_text_squeeze(whole, l->name_most, &cut);
    if (!v->no_links) {
        ons_html_raw(b, "<a href=\"#");
        ons_html_cstr(b, it->id);
        ons_html_raw(b, "\" tabindex=\"-1\">");
    }
    const char *css = has ? "nm" : "nm pale";
    const double x = l->wide ? 4 : l->left, up = l->three_lines ? 42 : l->two_lines ? 28 : 13;
    ons_svg_text(b, css, 's', x, l->wide ? y + 5 : y - up, ons_buf_str(&cut));
    if (task < whole.len) {
        ons_buf_reset(&cut);
        squeeze_into((ons_str){whole.ptr + task + 1, whole.len - task - 1}, l->size,
                     l->right - l->left, &cut);
        ons_svg_text(b, css, 's', x, y - 28, ons_buf_str(&cut));
    }
    if (!v->no_links) ons_html_raw(b, "</a>\n");
    tested(p, it, y, !has, b);
    if (has) {
        threshold(p, it, y, b);
    } else {
        double at = it->g.n ? ons_map_at(&p->x, it->g.scale[0].x) : l->left;
        ons_svg_mark(b, ons_look_of(it->s), at, y, 5.5);
        if (l->wide) put_why_not(l, it, "tk halo", at + 16, y + 5, b);
    }
    row_text(l, it, y, has, b);
    ons_buf_end_part(b, &cut);
    ons_buf_end_part(b, &name);
}

static int row_before(const ons_item *a, const ons_item *b)
{
    bool ha = ons_series_has_onset(a->s), hb = ons_series_has_onset(b->s);
    if (ha != hb) return ha;
    return ha && a->s->verdict.onset.x < b->s->verdict.onset.x;
}

static void head(const map_layout *l, ons_report_axis axis, ons_buf *b)
{
    if (!l->wide) return;
    double y = l->top - 14;
    ons_svg_text(b, "tk", 'e', l->right + 145, y, ONS_S("smallest → largest"));
    ons_svg_text(b, "tk", 'e', l->right + 218, y, ONS_S("chance"));
    ons_svg_text(b, "tk", 'e', l->right + 328, y,
                 ons_str_of(axis == ONS_REPORT_LOSS ? "rise, nats" : "rise, decades"));
}

static void map_words(const ons_view *v, const ons_item *const *row, size_t n, ons_buf *out)
{
    ons_buf_text(out, "Map of thresholds.");
    for (size_t i = 0; i < n; i++) {
        ons_buf_char(out, ' ');
        ons_item_name(v, row[i]->s, out);
        ons_buf_printf(out, ": %s", ons_verdict_label(row[i]->s));
        if (ons_series_has_onset(row[i]->s)) {
            ons_buf_text(out, " at ");
            ons_scale_words(&row[i]->g, row[i]->s->axis, row[i]->s->verdict.onset.x, true, out);
        }
        ons_buf_char(out, '.');
    }
}

static void draw(const ons_view *v, const map_layout *l, const ons_item *const *row, size_t n,
                 ons_plot *p, ons_buf *b)
{
    double bottom = l->top + l->row * (double)n + 4;
    const ons_item *sized =
        row[0]->g.by_params && p->axis != ONS_REPORT_PARAMS && !v->many_families ? row[0] : NULL;
    p->x.from = l->left + (l->wide ? 0 : 8);
    p->x.to = l->right - (l->wide ? 0 : 8);
    double height = bottom + (sized ? 2.6 : 1.4) * l->size + 14;
    ons_buf words;
    ons_buf_init(&words, 1 << 20);
    map_words(v, row, n, &words);
    ons_svg_open(b, l->wide ? "f-wide" : "f-narrow", l->width, height, ons_buf_str(&words));
    ons_buf_end_part(b, &words);
    ons_boxes boxes;
    ons_boxes_init(&boxes, 0, 0, l->width, height);
    head(l, p->axis, b);
    known_models(l, p, &boxes, b);
    axis_ticks(l, p, l->top - 14, bottom, b);
    ons_html_raw(b, "<g class=\"rows\" data-h=\"");
    ons_html_num(b, l->row);
    ons_html_raw(b, "\">\n");
    for (size_t i = 0; i < n; i++) {
        double y = l->top + l->row * ((double)i + (l->wide ? .5 : .72));
        ons_html_raw(b, "<g class=\"r\">");
        if (!v->no_links) row_ground(l, row[i], i, b);
        one_row(v, l, p, row[i], y, b);
        ons_html_raw(b, "</g>\n");
    }
    ons_html_raw(b, "</g>\n<g class=\"foot\">\n");
    double y = bottom + 6 + l->size;
    if (sized) {
        if (l->wide) ons_svg_text(b, "tk", 's', 4, y, ONS_S("parameters of the models"));
        size_labels(l, p, sized, y, b);
        y += 1.3 * l->size;
    }
    ons_buf title;
    ons_buf_init(&title, 256);
    ons_buf_text(&title, ons_axis_title(p->axis));
    if (sized && !l->wide) ons_buf_text(&title, " (below: parameters)");
    ons_svg_text(b, "tk", l->wide ? 's' : 'm', l->wide ? 4 : l->width / 2,
                 l->wide ? l->top - 14 : y, l->wide ? ONS_S("") : ons_buf_str(&title));
    if (l->wide) ons_svg_text(b, "tk", 's', 4, l->top - 14, ons_str_of(ons_axis_title(p->axis)));
    ons_buf_end_part(b, &title);
    ons_html_raw(b, "</g>\n");
    ons_svg_close(b);
}

/* Long names get more room, of the axis. */
static map_layout wide_enough(const ons_view *v, const ons_item *const *row, size_t n)
{
    enum { MOST = 42 };
    map_layout l = wide_layout;
    ons_buf name;
    ons_buf_init(&name, 1 << 20);
    for (size_t i = 0; i < n; i++) {
        ons_buf_reset(&name);
        ons_item_name(v, row[i]->s, &name);
        const size_t len = name.len < MOST ? name.len : MOST;
        if (len > l.name_most) l.name_most = len;
    }
    ons_buf_release(&name);
    l.left += 8 * (double)(l.name_most - wide_layout.name_most);
    return l;
}

/* On a small screen a reason or a long name needs a line of its own, a very long name two;
 * then every row has as many. */
static map_layout narrow_enough(const ons_view *v, const ons_item *const *row, size_t n)
{
    map_layout l = narrow_layout;
    ons_buf name;
    ons_buf_init(&name, 1 << 20);
    for (size_t i = 0; i < n && !l.three_lines; i++) {
        ons_buf_reset(&name);
        ons_item_name(v, row[i]->s, &name);
        const ons_str s = ons_buf_str(&name);
        if (!ons_series_has_onset(row[i]->s) || s.len > l.name_most) l.two_lines = true;
        l.three_lines = s.len > l.name_most && ons_text_width(s, l.size) > l.right - l.left &&
                        before_brackets(s) < s.len;
    }
    ons_buf_release(&name);
    l.row += l.three_lines ? 28 : l.two_lines ? 14 : 0;
    return l;
}

void ons_figure_map(const ons_view *v, ons_report_axis axis, ons_buf *b)
{
    ons_plot p = {.axis = axis};
    if (!ons_axis_range(v, axis, &p.x.lo, &p.x.hi)) return;
    ons_arena a;
    ons_arena_init(&a, 0);
    const ons_item **row;
    size_t n = 0;
    if (ons_arena_alloc(&a, v->n_views + 1, sizeof(void *), _Alignof(void *), (void *)&row, NULL) !=
        ONS_OK) {
        b->state = ONS_NOMEM;
        return;
    }
    for (size_t i = 0; i < v->n_views; i++) {
        if (v->item[i]->s->axis != axis || !v->item[i]->drawn) continue;
        size_t k = n++;
        while (k > 0 && row_before(v->item[i], row[k - 1])) {
            row[k] = row[k - 1];
            k--;
        }
        row[k] = v->item[i];
    }
    if (n > 0) {
        const map_layout wide = wide_enough(v, row, n);
        draw(v, &wide, row, n, &p, b);
        const map_layout narrow = narrow_enough(v, row, n);
        draw(v, &narrow, row, n, &p, b);
    }
    ons_arena_clear(&a);
}
