/* 420 simulated series of known truth, decided by independent software: verdicts,
 * p-values, thresholds and intervals must agree as far as that software states. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tst_num.h"

#include "analysis/verdict.h"
#include "base/buf.h"
#include "base/parse.h"
#include "os/file.h"
#include "text/json.h"

enum { SERIES_MAX = 1000 };

typedef struct golden {
    ons_point point[ONS_POINTS_MAX];
    size_t n_points;
    double chance, p_sharp, lr, x50, x10, width;
    double x50_lo, x50_hi, x10_lo, x10_hi; /* NaN where not given */
    double true_gap_lo, true_gap_hi;       /* scales on either side of the reference's midpoint */
    ons_verdict_word verdict;
    ons_verdict ours;
} golden;

static double number(const ons_json_at *at, const char *key)
{
    ons_json_at v;
    double x;
    if (!ons_json_find(at, key, &v) || ons_json_f64(&v, &x, NULL) != ONS_OK) return (double)NAN;
    return x;
}

static void read_points(const ons_json_at *at, golden *g)
{
    ons_json_at x, k;
    assert_int_equal(ons_json_member(at, "x", &x, NULL), ONS_OK);
    assert_int_equal(ons_json_member(at, "k", &k, NULL), ONS_OK);
    double n = number(at, "n");
    g->n_points = ons_json_len(&x);
    for (size_t i = 0; i < g->n_points; i++) {
        ons_json_at xi = ons_json_item(&x, i), ki = ons_json_item(&k, i);
        double hits;
        assert_int_equal(ons_json_f64(&xi, &g->point[i].x, NULL), ONS_OK);
        assert_int_equal(ons_json_f64(&ki, &hits, NULL), ONS_OK);
        g->point[i].y = hits / n;
        g->point[i].n = n;
        g->point[i].se = g->point[i].params = (double)NAN;
    }
}

static void read_golden(const ons_json_at *at, golden *g)
{
    ons_str word;
    char text[32];
    memset(g, 0, sizeof *g);
    read_points(at, g);
    g->chance = number(at, "chance");
    g->p_sharp = number(at, "p_sharp");
    g->lr = number(at, "LR");
    g->x50 = number(at, "x50");
    g->x10 = number(at, "x10");
    g->width = number(at, "W");
    g->x50_lo = number(at, "x50_lo");
    g->x50_hi = number(at, "x50_hi");
    g->x10_lo = number(at, "x10_lo");
    g->x10_hi = number(at, "x10_hi");
    assert_int_equal(ons_json_get_str(at, "verdict", &word, NULL), ONS_OK);
    (void)snprintf(text, sizeof text, "%.*s", (int)word.len, word.ptr);
    assert_true(ons_verdict_parse(text, &g->verdict));
}

/* A rise that fits between two scales may lie anywhere there. */
static double misplaced(const golden *g, double ours, double reference)
{
    double below = -INFINITY, above = INFINITY;
    for (size_t i = 0; i < g->n_points; i++) {
        if (g->point[i].x <= g->x50) below = fmax(below, g->point[i].x);
        if (g->point[i].x > g->x50) above = fmin(above, g->point[i].x);
    }
    if (g->width >= above - below || isinf(above - below)) return fabs(ours - reference);
    return fmax(fmax(fmin(below, reference) - ours, ours - above), 0);
}

static int ascending(const void *pa, const void *pb)
{
    double a = *(const double *)pa, b = *(const double *)pb;
    return (a > b) - (a < b);
}

static double quantile(double *v, size_t n, double f)
{
    qsort(v, n, sizeof *v, ascending);
    return v[(size_t)ceil(f * (double)n) - 1];
}

static bool has_threshold(ons_verdict_word v)
{
    return v == ONS_VERDICT_EMERGENT || v == ONS_VERDICT_CANDIDATE ||
           v == ONS_VERDICT_SHARP_FORESEEABLE;
}

static void decide_all(golden *g, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        ons_series s = {.point = g[i].point,
                        .n_points = g[i].n_points,
                        .chance = g[i].chance,
                        .ceiling = 1,
                        .w0 = 1.5};
        assert_int_equal(ons_series_decide(&s, 0, &g[i].ours, NULL), ONS_OK);
    }
}

static void compare_all(const golden *g, size_t n)
{
    static double sharp[SERIES_MAX], place[SERIES_MAX], ends[SERIES_MAX];
    size_t agree = 0, n_long = 0, n_more = 0, n_gradual = 0, n_sharp = 0, n_place = 0, n_ends = 0;
    for (size_t i = 0; i < n; i++) {
        const ons_verdict *v = &g[i].ours;
        agree += v->verdict == g[i].verdict;
        bool tailed = v->verdict == ONS_VERDICT_CANDIDATE && g[i].verdict == ONS_VERDICT_EMERGENT;
        n_long += tailed;
        bool gradual = v->verdict == ONS_VERDICT_SMOOTH || v->verdict == ONS_VERDICT_DELAYED;
        n_gradual += gradual && g[i].verdict == ONS_VERDICT_CANDIDATE;
        bool more =
            v->verdict == ONS_VERDICT_EMERGENT &&
            (g[i].verdict == ONS_VERDICT_CANDIDATE || g[i].verdict == ONS_VERDICT_UNDETERMINED);
        n_more += more;
        if (v->verdict != g[i].verdict)
            print_message("series %zu: %s, reference %s\n", i, ons_verdict_text(v->verdict),
                          ons_verdict_text(g[i].verdict));
        if (g[i].p_sharp > 1e-6 && g[i].p_sharp < .5 && !more && !tailed)
            sharp[n_sharp++] = fabs(log(v->p_sharp / g[i].p_sharp));
        if (!has_threshold(v->verdict) || !has_threshold(g[i].verdict)) continue;
        if (g[i].lr > 3)
            place[n_place++] = fmax(misplaced(&g[i], v->midpoint.x, g[i].x50),
                                    misplaced(&g[i], v->onset.x, g[i].x10));
        double cell = (g[i].point[g[i].n_points - 1].x - g[i].point[0].x + 1) / 120;
        ends[n_ends++] =
            fmax(fmax(fabs(v->midpoint.lo - g[i].x50_lo), fabs(v->midpoint.hi - g[i].x50_hi)),
                 fmax(fabs(v->onset.lo - g[i].x10_lo), fabs(v->onset.hi - g[i].x10_hi))) /
            cell;
    }
    /* docs/method.md: a long-tailed curve may fit as well as a jump, and the reference has none; it
     * also calls candidates what it has shown to be gradual; and a jump may be shown where its power
     * is low. */
    double share = (double)(agree + n_long + n_more + n_gradual) / (double)n,
           p95 = quantile(sharp, n_sharp, .95);
    double place95 = quantile(place, n_place, .95), ends90 = quantile(ends, n_ends, .9);
    print_message("verdicts equal %.3f; |ln p_sharp| p95 %.3f; places p95 %.3f (%zu); ends p90 "
                  "%.2f cells (%zu)\n",
                  share, p95, place95, n_place, ends90, n_ends);
    assert_true(share >= .97);
    assert_true(n_long <= 5);
    assert_true(n_gradual <= 2);
    assert_true(n_more <= 6);
    assert_true(p95 < .25);
    assert_true(place95 < .05);
    assert_true(ends90 <= 2);
}

static void test_agrees_with_the_reference(void **state)
{
    (void)state;
    const char *shared = getenv("ONS_SHARED");
    char path[ONS_PATH_MAX];
    (void)snprintf(path, sizeof path, "%s/golden/verdict/series.jsonl", shared ? shared : "");
    if (!shared || !ons_dir_exists(shared)) {
        print_message("ONS_SHARED is no directory: no golden series\n");
        skip();
    }
    ons_buf b;
    ons_buf_init(&b, 64 << 20);
    assert_int_equal(ons_file_read(path, &b, NULL), ONS_OK);
    golden *g = calloc(SERIES_MAX, sizeof *g);
    assert_non_null(g);
    size_t n = 0;
    ons_str rest = ons_buf_str(&b), line;
    while (rest.len && n < SERIES_MAX) {
        (void)ons_str_cut(&rest, '\n', &line);
        if (line.len == 0) continue;
        ons_json *doc;
        assert_int_equal(ons_json_parse(line, &doc, NULL), ONS_OK);
        ons_json_at root = ons_json_root(doc);
        read_golden(&root, &g[n++]);
        ons_json_free(doc);
    }
    assert_true(n > 100);
    decide_all(g, n);
    compare_all(g, n);
    free(g);
    ons_buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_agrees_with_the_reference)};
    return cmocka_run_group_tests_name("analysis, golden series", tests, NULL, NULL);
}
