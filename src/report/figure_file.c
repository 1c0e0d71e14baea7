/* Figures as files: what the page draws, cut out and given its style. */
#include <stdio.h>
#include <string.h>

#include "report/compare.h"
#include "report/export.h"
#include "report/figure.h"
#include "report/html.h"
#include "report/page.h"

#define FIGURE_BYTES_MAX ((size_t)64 << 20)

typedef struct files {
    const ons_view *v;
    ons_figure_take take;
    void *ctx;
    ons_buf drawn, style, file;
} files;

static const char opening[] = "<svg role=\"img\"", closing[] = "</svg>\n";

/* "W" and "H" out of viewBox="0 0 W H". */
static bool size_of(const char *tag, ons_str *ret_w, ons_str *ret_h)
{
    static const char box[] = "viewBox=\"0 0 ";
    const char *p = strstr(tag, box);
    if (!p) return false;
    p += sizeof box - 1;
    const size_t w = strcspn(p, " ");
    *ret_w = (ons_str){p, w};
    *ret_h = (ons_str){p + w + 1, strcspn(p + w + 1, "\"")};
    return true;
}

/* The first drawing of `drawn` (the map draws a second for narrow windows) as a file. */
static void dress(files *f)
{
    ons_buf_reset(&f->file);
    const char *at = strstr(ons_buf_cstr(&f->drawn), opening);
    const char *end = at ? strstr(at, closing) : NULL;
    const char *body = at ? strchr(at, '\n') : NULL;
    ons_str w, h;
    if (!end || !body || !size_of(at, &w, &h)) return;
    ons_buf *b = &f->file;
    ons_html_raw(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"");
    ons_buf_str_add(b, w);
    ons_html_raw(b, "\" height=\"");
    ons_buf_str_add(b, h);
    ons_html_raw(b, "\" ");
    ons_buf_str_add(b, (ons_str){at + 5, (size_t)(body + 1 - (at + 5))});
    ons_buf_str_add(b, ons_buf_str(&f->style));
    ons_buf_str_add(b, (ons_str){body + 1, (size_t)(end - (body + 1))});
    ons_buf_text(b, closing);
}

/* Hands over what was drawn, if anything was. */
static ons_status hand_over(files *f, const char *stem, const char *kind, ons_err *err)
{
    char name[ONS_FIGURE_NAME_MAX];
    ONS_TRY(ons_buf_status(&f->drawn, err));
    dress(f);
    ons_buf_reset(&f->drawn);
    ONS_TRY(ons_buf_status(&f->file, err));
    if (f->file.len == 0) return ONS_OK;
    (void)snprintf(name, sizeof name, "%s%s.svg", stem, kind);
    return f->take(f->ctx, name, ons_buf_str(&f->file), err);
}

static ons_status maps(files *f, ons_err *err)
{
    const ons_view *v = f->v;
    for (ons_report_axis axis = ONS_REPORT_FLOPS; axis <= ONS_REPORT_LOSS; axis++) {
        const bool first = v->n_primary && axis == v->item[0]->s->axis;
        char kind[32];
        (void)snprintf(kind, sizeof kind, "-by-%s", ons_axis_word(axis));
        ons_figure_map(v, axis, &f->drawn);
        ONS_TRY(hand_over(f, "map", first ? "" : kind, err));
    }
    return ONS_OK;
}

static ons_status of_series(files *f, const ons_item *it, ons_err *err)
{
    ons_figure_score(f->v, it, &f->drawn);
    ONS_TRY(hand_over(f, it->id, "", err));
    if (it->partner.n) ons_figure_partner(f->v, it, &f->drawn);
    ONS_TRY(hand_over(f, it->id, "--partner", err));
    if (it->s->primary && ons_figure_has_learned(it)) ons_figure_learned(f->v, it, &f->drawn);
    ONS_TRY(hand_over(f, it->id, "--learned", err));
    if (it->s->primary) ons_figure_panel(f->v, it, true, &f->drawn);
    return hand_over(f, it->id, "--panel", err);
}

/* The same ability side by side: named by the first series of the group. */
static ons_status beside(files *f, bool by_family, ons_err *err)
{
    ons_beside g;
    for (size_t i = 0; i < f->v->n_primary; i++) {
        ons_beside_of(f->v, i, by_family, &g);
        if (g.n < 2) continue;
        ons_figure_beside(f->v, &g, &f->drawn);
        ONS_TRY(hand_over(f, g.item[0]->id, by_family ? "--families" : "--prompts", err));
        if (ons_beside_has_shots(&g)) ons_figure_shots(f->v, &g, &f->drawn);
        ONS_TRY(hand_over(f, g.item[0]->id, "--shots", err));
    }
    return ONS_OK;
}

static ons_status all(files *f, ons_err *err)
{
    ONS_TRY(maps(f, err));
    ons_figure_models(f->v, &f->drawn);
    ONS_TRY(hand_over(f, "models", "", err));
    for (size_t i = 0; i < f->v->n; i++) ONS_TRY(of_series(f, f->v->item[i], err));
    ONS_TRY(beside(f, false, err));
    return beside(f, true, err);
}

ons_status ons_report_figures(const ons_report *r, ons_figure_take take, void *ctx, ons_err *err)
{
    ons_arena a;
    ons_view v;
    ons_arena_init(&a, 0);
    ons_status st = ons_view_make(r, &a, &v, err);
    if (st == ONS_OK) {
        v.no_links = true;
        files f = {.v = &v, .take = take, .ctx = ctx};
        ons_buf_init(&f.drawn, FIGURE_BYTES_MAX);
        ons_buf_init(&f.style, 1 << 16);
        ons_buf_init(&f.file, FIGURE_BYTES_MAX);
        ons_figure_style(&f.style);
        st = ons_buf_status(&f.style, err);
        if (st == ONS_OK) st = all(&f, err);
        ons_buf_release(&f.drawn);
        ons_buf_release(&f.style);
        ons_buf_release(&f.file);
    }
    ons_arena_clear(&a);
    return st;
}
