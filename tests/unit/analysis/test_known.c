/* What is said of series that stay open, and whether what is said to decide does decide. */
#include <math.h>
#include <string.h>

#include "tst_num.h"

#include "analysis/curve_priv.h"
#include "analysis/known.h"
#include "base/rng.h"
#include "stats/draw.h"

typedef struct example {
    const char *name;
    double x[8], y[8];
    size_t n_points;
    double n, chance;
    ons_known_kind kind;
    double lo, hi;
} example;

static const example examples[] = {
    {"three sizes", {21, 22, 23}, {0, .01, .7}, 3, 500, 0, ONS_KNOWN_RISE_BETWEEN, 22, 23},
    {"chance, a half-way size between",
     {20, 21, 22, 23},
     {.25, .26, .33, .7},
     4,
     200,
     .25,
     ONS_KNOWN_RISE_BETWEEN,
     21,
     23},
    {"above chance at once",
     {20, 21, 22},
     {.4, .55, .7},
     3,
     500,
     .25,
     ONS_KNOWN_RISE_SEEN,
     (double)NAN,
     20},
    {"above chance, all alike",
     {20, 21, 22},
     {.5, .52, .51},
     3,
     200,
     .25,
     ONS_KNOWN_ABOVE_CHANCE,
     (double)NAN,
     20},
    {"nothing",
     {20, 21, 22},
     {.25, .26, .24},
     3,
     200,
     .25,
     ONS_KNOWN_NOTHING_SEEN,
     (double)NAN,
     (double)NAN},
    {"chance unknown",
     {20, 21, 22},
     {.1, .1, .9},
     3,
     200,
     (double)NAN,
     ONS_KNOWN_RISE_SEEN,
     (double)NAN,
     (double)NAN},
    {"chance unknown, all alike",
     {20, 21, 22},
     {.5, .52, .51},
     3,
     200,
     (double)NAN,
     ONS_KNOWN_NOTHING,
     (double)NAN,
     (double)NAN},
};

static void point(ons_point *p, double x, double y, double n)
{
    memset(p, 0, sizeof *p);
    p->x = x;
    p->y = y;
    p->n = n;
    p->se = p->params = (double)NAN;
}

static ons_series series(const ons_point *p, size_t n, double chance)
{
    return (ons_series){.point = p, .n_points = n, .chance = chance, .ceiling = 1, .w0 = 1.5};
}

static ons_known known(const ons_series *s, ons_verdict *v)
{
    ons_known k;
    assert_int_equal(ons_series_decide(s, 0, v, NULL), ONS_OK);
    assert_int_equal(ons_series_known(s, v, &k, NULL), ONS_OK);
    return k;
}

static void same(double a, double b)
{
    if (isnan(b))
        assert_true(isnan(a));
    else
        assert_true(fabs(a - b) < 1e-9);
}

static void test_examples(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        const example *e = &examples[i];
        ons_point p[8];
        ons_verdict v;
        for (size_t j = 0; j < e->n_points; j++) point(&p[j], e->x[j], e->y[j], e->n);
        const ons_series s = series(p, e->n_points, e->chance);
        ons_known k = known(&s, &v);
        if (k.kind != e->kind) print_message("%s: %s\n", e->name, ons_known_text(k.kind));
        assert_int_equal(k.kind, e->kind);
        same(k.lo, e->lo);
        same(k.hi, e->hi);
    }
}

/* A verdict says enough; seven sizes of a clear step are one. */
static void test_nothing_beside_a_verdict(void **state)
{
    (void)state;
    ons_point p[7];
    ons_verdict v;
    for (size_t i = 0; i < 7; i++) point(&p[i], 20 + .5 * (double)i, i < 3 ? 0 : .9, 500);
    const ons_series s = series(p, 7, 0);
    ons_known k = known(&s, &v);
    assert_int_equal(v.verdict, ONS_VERDICT_EMERGENT);
    assert_int_equal(k.kind, ONS_KNOWN_NOTHING);
    assert_true(isnan(k.lo) && isnan(k.needs.items));
}

/* A threshold needs two sizes on either side, and one of three at most is wanting each. */
static void test_needs_sizes_on_both_sides(void **state)
{
    (void)state;
    ons_point p[2];
    ons_verdict v;
    point(&p[0], 21, 0, 500);
    point(&p[1], 22, .8, 500);
    const ons_series s = series(p, 2, 0);
    ons_known k = known(&s, &v);
    assert_int_equal(k.kind, ONS_KNOWN_RISE_BETWEEN);
    assert_int_equal(k.needs.below, 1);
    assert_int_equal(k.needs.above, 1);
    assert_true(k.needs.between > 0 && k.needs.items == 500);
    same(k.gap, 1);
    assert_true(k.gap_most > 1);
}

/* At more items than any plan goes up to, the present number is tried all the same, and fewer are
 * no advice. */
static void test_many_items(void **state)
{
    (void)state;
    ons_point p[4];
    ons_verdict v;
    const double y[] = {.25, .25, .45, .6};
    for (size_t i = 0; i < 4; i++) point(&p[i], 20 + (double)i, y[i], 200);
    ons_series s = series(p, 4, .25);
    ons_known few = known(&s, &v);
    for (size_t i = 0; i < 4; i++) p[i].n = 25000;
    ons_known many = known(&s, &v);
    assert_int_equal(many.kind, ONS_KNOWN_RISE_BETWEEN);
    assert_true(many.needs.between > 0 && many.needs.between <= few.needs.between);
    same(many.needs.items, 25000);
    same(many.needs.items_instead, (double)NAN);
}

/* ---- does it decide? ---- */

typedef struct study {
    ons_rng rng;
    double chance, upper, middle, n;
    double x[32];
    size_t n_scales;
} study;

static double draw(study *t, double x)
{
    double f = ons_shape_at(0, t->middle, .05, x);
    double mu = t->chance + (t->upper - t->chance) * f;
    return ons_draw_beta_binomial(&t->rng, t->n, mu, .001) / t->n;
}

static void add(study *t, double x)
{
    size_t i = t->n_scales++;
    for (; i > 0 && t->x[i - 1] > x; i--) t->x[i] = t->x[i - 1];
    t->x[i] = x;
}

static void follow(study *t, const ons_known *k)
{
    double step = 3.0 / (double)(t->n_scales - 1);
    for (size_t i = 0; i < k->needs.below; i++) add(t, t->x[0] - step);
    for (size_t i = 0; i < k->needs.above; i++) add(t, t->x[t->n_scales - 1] + step);
    for (size_t i = 0; i < k->needs.between; i++) {
        size_t at = 0;
        for (size_t j = 1; j < t->n_scales; j++) {
            bool in = t->x[j - 1] > k->lo - 1e-9 && t->x[j] < k->hi + 1e-9;
            if (in && (at == 0 || t->x[j] - t->x[j - 1] > t->x[at] - t->x[at - 1])) at = j;
        }
        add(t, .5 * (t->x[at - 1] + t->x[at]));
    }
    t->n = k->needs.items;
}

static ons_verdict_word decide(study *t, ons_known *ret_k)
{
    ons_point p[32];
    ons_verdict v;
    for (size_t i = 0; i < t->n_scales; i++) point(&p[i], t->x[i], draw(t, t->x[i]), t->n);
    const ons_series s = series(p, t->n_scales, t->chance);
    *ret_k = known(&s, &v);
    return v.verdict;
}

static void test_what_is_advised_decides(void **state)
{
    (void)state;
    size_t n = 0, shown = 0;
    for (uint64_t i = 0; n < 60 && i < 1000; i++) {
        study t = {.rng = ons_rng_make(77, i), .n = 200};
        t.chance = i % 2 ? .25 : 0;
        t.upper = t.chance + (.3 + .6 * ons_rng_f64(&t.rng)) * (1 - t.chance);
        size_t scales = 3 + i % 4;
        for (size_t j = 0; j < scales; j++) add(&t, 20 + 3.0 * (double)j / (double)(scales - 1));
        t.middle = 20.2 + 2.6 * ons_rng_f64(&t.rng);
        ons_known k, after;
        (void)decide(&t, &k);
        if (k.kind != ONS_KNOWN_RISE_BETWEEN || k.needs.between == 0) continue;
        n++;
        follow(&t, &k);
        shown += decide(&t, &after) == ONS_VERDICT_EMERGENT;
    }
    print_message("%zu of %zu steps shown\n", shown, n);
    assert_int_equal(n, 60);
    assert_true((double)shown >= ONS_NEEDS_SHARE * (double)n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examples),
        cmocka_unit_test(test_nothing_beside_a_verdict),
        cmocka_unit_test(test_needs_sizes_on_both_sides),
        cmocka_unit_test(test_many_items),
        cmocka_unit_test(test_what_is_advised_decides),
    };
    return cmocka_run_group_tests_name("analysis, what is known", tests, NULL, NULL);
}
