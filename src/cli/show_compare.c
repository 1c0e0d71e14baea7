#include "cli/show_compare.h"

#include <math.h>
#include <string.h>

#include "base/parse.h"
#include "cli/show.h"
#include "cli/table.h"
#include "report/human.h"

#define OUTPUT_BYTES_MAX ((size_t)1 << 30)
#define WHYS_MAX         8 /* reasons there are */

ons_status ons_show_compare_options(const ons_args *args, ons_compare_options *ret_o, ons_err *err)
{
    *ret_o = (ons_compare_options){0};
    if (!ons_args_has(args, "compare")) return ONS_OK;
    ons_str rest = ons_str_of(ons_args_text(args, "compare", ""));
    if (ons_str_cut(&rest, '=', &ret_o->column)) ret_o->base = rest;
    return ons_compare_check(ret_o->column, err);
}

/* ---- for people ---- */

static void put_x(ons_buf *b, const ons_study_series *s, double x)
{
    char text[ONS_HUMAN_MAX];
    ons_buf_text(b, s->axis == ONS_AXIS_LOSS ? ons_human_number(ons_series_scale(s, x), 3, text)
                                             : ons_human_count_tight(ons_series_scale(s, x), text));
}

/* "9k", "> 14k" (not before), "< 2k" (before that) */
static void place(ons_table *t, const ons_study_series *s, const ons_interval *i)
{
    ons_buf b;
    ons_buf_init(&b, 256);
    const bool lo = isfinite(i->lo), hi = isfinite(i->hi);
    if (lo && hi) {
        put_x(&b, s, i->x);
    } else if (lo || hi) {
        ons_buf_text(&b, lo ? "> " : "< ");
        put_x(&b, s, lo ? i->lo : i->hi);
    } else {
        ons_buf_char(&b, '-');
    }
    ons_table_cell(t, ons_buf_str(&b));
    ons_buf_release(&b);
}

static void put_end(ons_buf *b, double v)
{
    if (isfinite(v))
        ons_buf_printf(b, "%+.2f", v);
    else
        ons_buf_text(b, "?");
}

static const char *unit(const ons_comparison *c)
{
    return c->base->axis == ONS_AXIS_LOSS ? "nats" : "decades";
}

/* NULL: the pairs have different axes. */
static const char *unit_of_all(const ons_comparisons *c)
{
    const char *one = NULL;
    for (size_t i = 0; i < c->n; i++) {
        if (c->pair[i].why_not) continue;
        if (one && strcmp(one, unit(&c->pair[i])) != 0) return NULL;
        one = unit(&c->pair[i]);
    }
    return one;
}

/* of: its unit, where rows have different ones. */
static void shift(ons_table *t, const ons_interval *i, const char *of)
{
    ons_buf b;
    ons_buf_init(&b, 64);
    if (isfinite(i->x)) ons_buf_printf(&b, "%+.2f%s%s", i->x, of ? " " : "", of ? of : "");
    ons_table_cell(t, ons_buf_str(&b));
    ons_buf_reset(&b);
    if (isfinite(i->lo) || isfinite(i->hi)) {
        put_end(&b, i->lo);
        ons_buf_text(&b, " to ");
        put_end(&b, i->hi);
        if (of) ons_buf_printf(&b, " %s", of);
    }
    ons_table_cell(t, ons_buf_str(&b));
    ons_buf_release(&b);
}

static void probability(ons_table *t, double p)
{
    char text[ONS_HUMAN_MAX];
    ons_table_cell(t, isnan(p) ? ONS_S("") : ons_str_of(ons_human_p(p, text)));
}

/* families, axes: there are several of them. */
static void ability(ons_table *t, const ons_comparison *c, bool families, bool axes)
{
    ons_buf b;
    ons_buf_init(&b, (size_t)64 << 10);
    if (families) {
        ons_buf_str_add(&b, c->base->family);
        ons_buf_text(&b, ": ");
    }
    ons_buf_str_add(&b, c->ability);
    if (!c->base->primary) {
        ons_buf_text(&b, ", ");
        ons_buf_str_add(&b, c->base->metric);
    }
    const double shots = c->base->shots;
    if (shots > 0 && ons_same_number(shots, c->other->shots))
        ons_buf_printf(&b, ", %g shots", shots);
    if (axes) ons_buf_printf(&b, ", over %s", ons_axis_names[c->base->axis]);
    ons_table_cell(t, ons_buf_str(&b));
    ons_buf_release(&b);
}

static bool several_axes(const ons_comparisons *c)
{
    for (size_t i = 1; i < c->n; i++)
        if (c->pair[i].base->axis != c->pair[0].base->axis) return true;
    return false;
}

static void print_pairs(const ons_cli *cli, const ons_comparisons *c, bool families, ons_buf *out)
{
    static const ons_column columns[] = {
        {"ability", false}, {"base", false}, {"onset", true}, {"group", false},   {"onset", true},
        {"shift", true},    {"95 %", true},  {"p", true},     {"adjusted", true}, {NULL, false}};
    const bool mixed = unit_of_all(c) == NULL, axes = several_axes(c);
    ons_table t;
    ons_table_init(&t, columns);
    for (size_t i = 0; i < c->n; i++) {
        const ons_comparison *p = &c->pair[i];
        if (p->why_not) continue; /* told together, below */
        ability(&t, p, families, axes);
        ons_table_cell(&t, p->base_name);
        place(&t, p->base, &p->onset.base);
        ons_table_cell(&t, p->other_name);
        place(&t, p->other, &p->onset.other);
        shift(&t, &p->onset.by, mixed ? unit(p) : NULL);
        probability(&t, p->onset.p);
        probability(&t, p->p_adjusted);
    }
    ons_table_print(&t, cli, out);
    ons_table_release(&t);
}

/* "3 cannot be compared: the chance level is not known (2), one of them … (1)." */
static void print_left_out(const ons_comparisons *c, size_t n_left_out, ons_buf *out)
{
    const char *said[WHYS_MAX];
    size_t n = 0;
    if (n_left_out == 0) return;
    ons_buf_printf(out, "%zu pair%s cannot be compared:", n_left_out, n_left_out == 1 ? "" : "s");
    for (size_t i = 0; i < c->n && n < WHYS_MAX; i++) {
        const char *why = c->pair[i].why_not;
        size_t at = 0, count = 0;
        while (why && at < n && strcmp(said[at], why) != 0) at++;
        if (!why || at < n) continue;
        for (size_t j = i; j < c->n; j++)
            count += c->pair[j].why_not && strcmp(c->pair[j].why_not, why) == 0;
        ons_buf_printf(out, "%s %s (%zu)", n ? "," : "", why, count);
        said[n++] = why;
    }
    ons_buf_text(out, ".\n");
}

static void print_summary(const ons_cli *cli, const ons_comparisons *c, ons_buf *out)
{
    size_t n[4] = {0}, sure = 0;
    for (size_t i = 0; i < c->n; i++) {
        n[c->pair[i].result]++;
        sure += c->pair[i].p_adjusted < .05;
    }
    const size_t left_out = n[ONS_COMPARED_NOT_COMPARABLE];
    const char *of_all = unit_of_all(c);
    if (c->n == 0)
        ons_buf_text(out, "No ability has series in two groups, so there is nothing to compare.\n");
    if (c->n > left_out)
        ons_cli_prose(cli, out,
                      "\n%zu pair%s compared: %zu later and %zu earlier than the base, %zu without "
                      "a shift that shows; %zu with an adjusted p below .05.\n"
                      "Onset: 10 %% of the rise (> not before, < before). Shifts in %s, + is "
                      "later, with 95 %% intervals.\n",
                      c->n - left_out, c->n - left_out == 1 ? "" : "s", n[ONS_COMPARED_LATER],
                      n[ONS_COMPARED_EARLIER], n[ONS_COMPARED_NOT_SHOWN], sure,
                      !of_all          ? "decades, of loss in nats"
                      : *of_all == 'n' ? "nats of loss"
                                       : "decades");
    print_left_out(c, left_out, out);
}

static bool any_compared(const ons_comparisons *c)
{
    for (size_t i = 0; i < c->n; i++)
        if (!c->pair[i].why_not) return true;
    return false;
}

/* Families are named where there are several, and they are not what is compared. */
static bool several_families(const ons_comparisons *c)
{
    bool several = false;
    for (size_t i = 0; i < c->n; i++) {
        if (!ons_str_eq(c->pair[i].base->family, c->pair[i].other->family)) return false;
        several = several || !ons_str_eq(c->pair[i].base->family, c->pair[0].base->family);
    }
    return several;
}

ons_status ons_show_compare(const ons_cli *cli, ons_results *r, const ons_compare_options *o,
                            ons_err *err)
{
    ons_comparisons c;
    ons_buf out;
    ons_show_left_out(cli, r);
    ONS_TRY(ons_compare_make(&r->set, o, cli->threads, &r->arena, &c, err));
    ons_buf_init(&out, OUTPUT_BYTES_MAX);
    for (size_t i = 0; cli->json && i < c.n; i++) ons_compare_json(&c.pair[i], o->column, &out);
    if (!cli->json) {
        if (any_compared(&c)) print_pairs(cli, &c, several_families(&c), &out);
        print_summary(cli, &c, &out);
    }
    ons_status s = ons_cli_print(&out, err);
    ons_buf_release(&out);
    return s;
}
