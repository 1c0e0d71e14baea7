/* The table of abilities as text: names, a block for every size, the verdict. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "report/figure.h"
#include "report/human.h"
#include "report/look.h"
#include "report/sentence.h"
#include "report/terminal_priv.h"

#define NAME_LEAST     15
#define NAME_LEAST_40  10 /* of a narrow sheet */
#define NAME_MOST      60
#define TASK_LEAST     8
#define SHOTS_COLUMNS  7 /* "shots" and a space on both sides */
#define SIZES_WIDE     8 /* sizes that get a column each */
#define CELL_LEAST     3 /* columns of such a size; 1 on a narrow sheet */
#define CELL_MOST      5
#define STRIP_LEAST    16 /* columns of one character for scales that differ */
#define STRIP_LEAST_40 8
#define STRIP_MOST     32
#define CHANCE_COLUMNS 6
#define VERDICT_MOST   24 /* of a verdict with its place; beyond that the place has to fit in */
#define VERDICT_40     12 /* of a verdict on a narrow sheet, more is cut */
#define SIGN_COLUMNS   4  /* two spaces, the sign, a space */

static bool narrow(const ons_sheet *p) { return p->t.columns < ONS_SHEET_NARROW; }

size_t ons_sheet_column(double x, double lo, double hi, size_t n)
{
    double k = floor((x - lo) / (hi - lo) * (double)n);
    return k < 0 ? 0 : k >= (double)n ? n - 1 : (size_t)k;
}

void ons_sheet_sign(const ons_sheet *p, const ons_report_series *s)
{
    const ons_look *look = ons_look_of(s);
    const ons_term *t = &p->t;
    if (t->colour) ons_buf_printf(t->out, "\x1b[38;5;%um", (unsigned)look->ansi);
    if (t->unicode)
        ons_buf_text(t->out, look->glyph);
    else
        ons_buf_char(t->out, look->ascii);
    if (t->colour) ons_buf_text(t->out, "\x1b[0m");
}

void ons_sheet_name(const ons_sheet *p, const ons_report_series *s)
{
    const ons_naming *q = &p->name;
    ons_buf b;
    ons_buf_init(&b, ONS_SHEET_TEXT_MAX);
    if (q->task == q->all)
        ons_item_name(p->v, s, &b);
    else
        ons_item_name_short(p->v, s, &b);
    ons_term_name(&p->t, ons_buf_str(&b), q->task);
    ons_buf_end_part(p->t.out, &b);
    if (q->family) {
        ons_buf_char(p->t.out, ' ');
        ons_term_name(&p->t, s->family, q->family - 1);
    }
    if (q->shots) {
        char shots[24] = "";
        if (s->shots >= 0) (void)snprintf(shots, sizeof shots, "%.0f", fmin(s->shots, 99999));
        ons_term_field(&p->t, ons_str_of(shots), q->shots - 1, true);
        ons_buf_char(p->t.out, ' ');
    }
}

/* ---- layout ---- */

static ons_grid grid_make(const ons_sheet *p)
{
    ons_grid q = {.n = STRIP_MOST, .cell = narrow(p) ? 1 : CELL_MOST};
    if (!ons_axis_range(p->v, p->axis, &q.lo, &q.hi)) return (ons_grid){0};
    bool same = true;
    for (size_t i = 0; i < p->n_items; i++) {
        const ons_item *it = ons_sheet_item(p, i);
        if (!ons_sheet_has(p, it)) continue;
        if (!q.sizes) q.sizes = &it->g;
        same = same && it->g.n == q.sizes->n;
        for (size_t k = 0; same && k < q.sizes->n; k++)
            same = fabs(it->g.scale[k].x - q.sizes->scale[k].x) <= ONS_SAME_SCALE;
    }
    if (!same || (q.sizes && q.sizes->n > SIZES_WIDE)) q.sizes = NULL;
    return q;
}

static size_t grid_columns(const ons_grid *q)
{
    return q->sizes ? q->cell * q->sizes->n + (q->cell == 1) : 1 + q->n;
}

static size_t chance_columns(const ons_sheet *p) { return narrow(p) ? 0 : CHANCE_COLUMNS; }

void ons_sheet_verdict(const ons_item *it, bool with_place, ons_buf *out)
{
    ons_buf_text(out, ons_verdict_label(it->s));
    if (with_place && it->s->known.kind == ONS_KNOWN_RISE_BETWEEN &&
        it->s->verdict.verdict == ONS_VERDICT_UNDETERMINED) {
        ons_buf_text(out, ": ");
        ons_known_words(it->s, &it->g, out);
        return;
    }
    if (!with_place || !ons_series_has_onset(it->s)) return;
    ons_buf where;
    ons_buf_init(&where, 256);
    ons_scale_words(&it->g, it->s->axis, it->s->verdict.onset.x, true, &where);
    size_t unit = strlen(ons_scale_unit(&it->g, it->s->axis)) + 1;
    ons_buf_text(out, " at ");
    if (where.len > unit) ons_buf_add(out, where.ptr, where.len - unit);
    ons_buf_end_part(out, &where);
}

static void widen(size_t *most, size_t n) { *most = n > *most ? n : *most; }

typedef struct widths {
    size_t name, task, family, verdict;
} widths;

/* The widest of the rows. */
static widths measure(const ons_sheet *p)
{
    widths w = {.verdict = strlen("verdict")};
    ons_buf b;
    ons_buf_init(&b, ONS_SHEET_TEXT_MAX);
    for (size_t i = 0; i < p->n_rows; i++) {
        const ons_item *it = ons_sheet_item(p, i);
        ons_buf_reset(&b);
        ons_item_name(p->v, it->s, &b);
        widen(&w.name, ons_term_width(&p->t, ons_buf_str(&b)));
        ons_buf_reset(&b);
        ons_item_name_short(p->v, it->s, &b);
        widen(&w.task, ons_term_width(&p->t, ons_buf_str(&b)));
        widen(&w.family, ons_term_width(&p->t, it->s->family));
        ons_buf_reset(&b);
        ons_sheet_verdict(it, true, &b);
        const size_t full = ons_term_width(&p->t, ons_buf_str(&b));
        const size_t word = strlen(ons_verdict_label(it->s));
        widen(&w.verdict, narrow(p)             ? (word < VERDICT_40 ? word : VERDICT_40)
                          : full > VERDICT_MOST ? word
                                                : full);
    }
    ons_buf_end_part(p->t.out, &b);
    return w;
}

/* In one piece where that fits, else with family and shots apart, where that helps. */
static ons_naming naming_make(const ons_sheet *p, const widths *w, size_t room)
{
    const size_t all = w->name < NAME_MOST ? w->name : NAME_MOST;
    if (all <= room) return (ons_naming){.all = all, .task = all};
    ons_naming q = {.family = p->v->many_families && w->family ? w->family + 1 : 0,
                    .shots = p->v->names_need_shots ? SHOTS_COLUMNS : 0};
    const size_t left = room > q.shots ? room - q.shots : 0;
    const size_t beside = left > w->task ? left - w->task : 0;
    const size_t family_most = beside > left / 2 ? beside : left / 2;
    if (q.family > family_most) q.family = family_most;
    if (q.family + q.shots == 0 || left < q.family + TASK_LEAST)
        return (ons_naming){.all = room, .task = room};
    q.task = left - q.family < w->task ? left - q.family : w->task;
    if (q.task < strlen("ability")) q.task = strlen("ability");
    q.all = q.task + q.family + q.shots;
    return q;
}

void ons_sheet_lay_out(ons_sheet *p)
{
    p->grid = grid_make(p);
    ons_grid *q = &p->grid;
    const widths w = measure(p);
    const size_t name_least = narrow(p) ? NAME_LEAST_40 : NAME_LEAST;
    const size_t strip_least = narrow(p) ? STRIP_LEAST_40 : STRIP_LEAST;
    const size_t longest = w.name < name_least  ? name_least
                           : w.name < NAME_MOST ? w.name
                                                : NAME_MOST;
    p->verdict = w.verdict;
    const size_t fixed = chance_columns(p) + SIGN_COLUMNS + p->verdict;
    /* Long names take room from the scales first, then they are cut. */
    while (longest + fixed + grid_columns(q) > p->t.columns) {
        if (q->sizes && q->cell > CELL_LEAST)
            q->cell--;
        else if (!q->sizes && q->n > strip_least)
            q->n--;
        else
            break;
    }
    const size_t used = fixed + grid_columns(q);
    const size_t room = used + name_least < p->t.columns ? p->t.columns - used : name_least;
    p->name = naming_make(p, &w, room);
    if (p->name.all < name_least) {
        p->name.task += name_least - p->name.all;
        p->name.all = name_least;
    }
}

/* ---- headings ---- */

/* "28k", "1e22", "2.35": what a column of the table is called; digits: 1 or 2. */
static void size_title(const ons_sheet *p, size_t k, int digits, char *out)
{
    const ons_scale *g = &p->grid.sizes->scale[k];
    double v = pow(10, g->x);
    bool params = p->grid.sizes->by_params;
    if (!params && p->axis == ONS_REPORT_LOSS) {
        (void)ons_human_number(-g->x, 1 + digits, out);
    } else if (!params && p->axis == ONS_REPORT_FLOPS) {
        (void)snprintf(out, ONS_HUMAN_MAX, "%.*e", digits - 1, v);
        char *plus = strchr(out, '+'); /* 1e+22 as 1e22 */
        if (plus) memmove(plus, plus + 1, strlen(plus));
    } else if (digits == 1) {
        (void)ons_human_count_tight(params ? g->params : v, out);
    } else {
        (void)ons_human_count(params ? g->params : v, digits, out);
        char *space = strchr(out, ' '); /* 1.4 B as 1.4B */
        if (space) memmove(space, space + 1, strlen(space));
    }
}

typedef char title_text[ONS_HUMAN_MAX];

/* Two sizes of one name get another digit. */
static void titles_make(const ons_sheet *p, title_text *title)
{
    title_text tight[SIZES_WIDE];
    const size_t n = p->grid.sizes->n;
    for (size_t k = 0; k < n; k++) size_title(p, k, 1, tight[k]);
    for (size_t k = 0; k < n; k++) {
        bool twin = (k > 0 && strcmp(tight[k - 1], tight[k]) == 0) ||
                    (k + 1 < n && strcmp(tight[k + 1], tight[k]) == 0);
        size_title(p, k, twin ? 2 : 1, title[k]);
    }
}

/* Which titles stand in a line that takes every step-th one, the last one first; before: room
 * at the left of the cells. False where one of them would touch another. */
static bool titles_fit(const ons_sheet *p, title_text *title, size_t last, size_t step,
                       size_t before, bool *shown)
{
    const size_t cell = p->grid.cell;
    size_t limit = before + (last + 1) * cell;
    bool all = true;
    for (size_t k = last + 1; k > 0; k = k > step ? k - step : 0) {
        const size_t w = ons_term_width(&p->t, ons_str_of(title[k - 1])), end = before + k * cell;
        shown[k - 1] = end <= limit && w < end + (before > 0);
        if (shown[k - 1]) limit = end - w > 0 ? end - w - 1 : 0;
        all = all && shown[k - 1];
    }
    return all;
}

/* Returns the columns that were written. */
static size_t titles_put(const ons_sheet *p, title_text *title, const bool *shown, size_t before)
{
    const size_t n = p->grid.sizes->n, cell = p->grid.cell;
    size_t used = 0;
    for (size_t k = 0; k < n; k++) {
        if (!shown[k]) continue;
        const size_t end = before + (k + 1) * cell;
        ons_term_field(&p->t, ons_str_of(title[k]), end - used, true);
        used = end;
    }
    return used;
}

static void names_head(const ons_sheet *p)
{
    ons_term_field(&p->t, ONS_S("ability"), p->name.task, false);
    if (p->name.family) {
        ons_buf_char(p->t.out, ' ');
        ons_term_field(&p->t, ONS_S("family"), p->name.family - 1, false);
    }
    if (p->name.shots) ons_term_field(&p->t, ONS_S(" shots "), p->name.shots, true);
}

/* Where the sizes' names do not fit side by side, every other one stands a line higher. */
static void table_head(const ons_sheet *p)
{
    const ons_grid *q = &p->grid;
    title_text title[SIZES_WIDE];
    bool low[SIZES_WIDE] = {false}, high[SIZES_WIDE] = {false};
    const bool titles = q->sizes && q->cell >= CELL_LEAST;
    if (titles) titles_make(p, title);
    if (titles && !titles_fit(p, title, q->sizes->n - 1, 1, 0, low) && q->sizes->n > 1) {
        memset(low, 0, sizeof low);
        (void)titles_fit(p, title, q->sizes->n - 1, 2, 0, low);
        (void)titles_fit(p, title, q->sizes->n - 2, 2, CHANCE_COLUMNS, high);
        ons_term_spaces(&p->t, p->name.all);
        (void)titles_put(p, title, high, CHANCE_COLUMNS);
        ons_buf_char(p->t.out, '\n');
    }
    names_head(p);
    ons_term_field(&p->t, ONS_S("chance"), chance_columns(p), true);
    if (titles) {
        ons_term_spaces(&p->t, q->sizes->n * q->cell - titles_put(p, title, low, 0));
    } else if (grid_columns(q) > 1) {
        ons_buf_char(p->t.out, ' ');
        const size_t n = grid_columns(q) - 1;
        const ons_str words = ONS_S("small to large");
        ons_term_field(&p->t, words.len <= n ? words : ONS_S(""), n, false);
    }
    ons_buf_text(p->t.out, "  verdict\n");
}

/* ---- rows ---- */

/* How far a score is on its way from chance to the top. */
static void block(const ons_term *t, const ons_report_series *s, double y, double least,
                  double most)
{
    double c = s->continuous ? least : isfinite(s->chance) ? s->chance : 0;
    double top = s->continuous ? most : 1;
    double share = top > c ? (y - c) / (top - c) : 0;
    if (!(share > .05)) {
        ons_buf_char(t->out, '.');
    } else if (t->unicode) {
        int k = (int)(share * 8);
        (void)ons_term_put(t, 0x2581 + (uint32_t)(k > 7 ? 7 : k), 0);
    } else {
        int k = (int)(share * 10);
        ons_buf_char(t->out, (char)('0' + (k > 9 ? 9 : k < 1 ? 1 : k)));
    }
}

static void table_cells(const ons_sheet *p, const ons_grid *q, const ons_item *it)
{
    const ons_scales *g = &it->g;
    if (!q->sizes || q->cell == 1) ons_buf_char(p->t.out, ' ');
    for (size_t k = 0; q->sizes && k < q->sizes->n; k++) {
        ons_term_spaces(&p->t, q->cell - 1);
        block(&p->t, it->s, g->scale[k].median, g->least, g->most);
    }
    for (size_t k = 0; !q->sizes && k < q->n; k++) {
        double sum = 0;
        size_t n = 0;
        for (size_t i = 0; i < g->n; i++) {
            if (ons_sheet_column(g->scale[i].x, q->lo, q->hi, q->n) != k) continue;
            sum += g->scale[i].median;
            n++;
        }
        if (n)
            block(&p->t, it->s, sum / (double)n, g->least, g->most);
        else
            ons_buf_char(p->t.out, ' ');
    }
}

/* The verdict in what is left of the line, without its place where that does not fit. */
static void table_verdict(const ons_sheet *p, const ons_item *it, size_t left)
{
    ons_buf b;
    ons_buf_init(&b, 4096);
    ons_sheet_verdict(it, true, &b);
    if (ons_term_width(&p->t, ons_buf_str(&b)) > left) { /* the verdict is worth more */
        ons_buf_reset(&b);
        ons_sheet_verdict(it, false, &b);
    }
    size_t w = ons_term_width(&p->t, ons_buf_str(&b));
    ons_term_field(&p->t, ons_buf_str(&b), w < left ? w : left, false);
    ons_buf_end_part(p->t.out, &b);
}

static void table_row(const ons_sheet *p, const ons_grid *q, const ons_item *it)
{
    char n[ONS_HUMAN_MAX];
    bool chance = isfinite(it->s->chance) && !it->s->continuous;
    ons_sheet_name(p, it->s);
    (void)snprintf(n, sizeof n, "%.0f%%", 100 * (chance ? it->s->chance : 0));
    ons_term_field(&p->t, chance ? ons_str_of(n) : ONS_S(""), chance_columns(p), true);
    table_cells(p, q, it);
    ons_term_spaces(&p->t, 2);
    ons_sheet_sign(p, it->s);
    ons_buf_char(p->t.out, ' ');
    size_t used = p->name.all + chance_columns(p) + grid_columns(q) + SIGN_COLUMNS;
    table_verdict(p, it, p->t.columns > used ? p->t.columns - used : 1);
    ons_buf_char(p->t.out, '\n');
}

/* What the blocks mean, where they are about a level of chance. */
static void table_key(const ons_sheet *p)
{
    bool any = false;
    for (size_t i = 0; i < p->n_rows; i++) any = any || !ons_sheet_item(p, i)->s->continuous;
    if (!any) return;
    const bool little = narrow(p);
    ons_buf_printf(p->t.out, ". %s chance, %s %s100 %%\n", little ? "at" : "no better than",
                   p->t.unicode ? "▁ to █" : "1 to 9", little ? "up to " : "from there to ");
}

void ons_sheet_table(const ons_sheet *p)
{
    size_t here = 0;
    for (size_t i = 0; i < p->n_rows; i++) here += ons_sheet_has(p, ons_sheet_item(p, i));
    if (here) table_head(p);
    for (size_t i = 0; i < p->n_rows; i++)
        if (ons_sheet_has(p, ons_sheet_item(p, i))) table_row(p, &p->grid, ons_sheet_item(p, i));
    if (here) table_key(p);
    if (here == p->n_rows) return;
    ons_buf_text(p->t.out,
                 here ? "\non another axis, or without a scale:\n" : "without a scale:\n");
    const ons_grid none = {0};
    for (size_t i = 0; i < p->n_rows; i++)
        if (!ons_sheet_has(p, ons_sheet_item(p, i))) table_row(p, &none, ons_sheet_item(p, i));
}
