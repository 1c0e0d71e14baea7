/* Cleaning, canonical order and scales (2.1). */
#include "analysis/series_priv.h"

#include <math.h>
#include <string.h>

#include "base/hash.h"

#define SAME_SCALE      0.0021660617565076304 /* log10(1.005) */
#define CHANCE_SE       0.02                  /* of the headroom, where no error is known (2.1) */
#define DECADES_DEFAULT 1.5

static int compare_f64(double a, double b) { return (a > b) - (a < b); }

static int compare_points(const void *pa, const void *pb)
{
    const ons_point *a = pa, *b = pb;
    /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): only filled points are sorted */
    int c = compare_f64(a->x, b->x);
    if (c == 0) c = compare_f64(a->y, b->y);
    if (c == 0) c = compare_f64(a->n, b->n);
    if (c == 0) c = compare_f64(a->se, b->se);
    if (c == 0) c = (a->family > b->family) - (a->family < b->family);
    if (c == 0) c = memcmp(a->seed, b->seed, sizeof a->seed);
    return c;
}

static bool usable(const ons_point *p, bool continuous)
{
    if (!isfinite(p->x) || !isfinite(p->y)) return false;
    if (continuous) return !(p->se < 0) && !isinf(p->se);
    return p->n > 0 && isfinite(p->n) && p->y >= -1e-9 && p->y <= 1 + 1e-9;
}

/* Equal points must sort equal: an unknown becomes one value, seeds are padded with zeros. */
static ons_point canonical(const ons_point *p, bool continuous)
{
    ons_point q = {.x = p->x, .y = p->y, .n = continuous ? 0 : p->n, .se = -1, .family = p->family};
    if (continuous && p->se >= 0) q.se = p->se;
    if (!continuous) q.y = fmin(fmax(q.y, 0), 1);
    for (size_t i = 0; i + 1 < sizeof q.seed && p->seed[i] != '\0'; i++) q.seed[i] = p->seed[i];
    return q;
}

/* Insertion sort: at most 256 points, no allocation, stable. */
static void sort_points(ons_point *p, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        ons_point t = p[i];
        size_t j = i;
        for (; j > 0 && compare_points(&p[j - 1], &t) > 0; j--) p[j] = p[j - 1];
        p[j] = t;
    }
}

static void group_scales(ons_rows *r, const ons_point *p)
{
    size_t begin = 0;
    for (size_t i = 1; i <= r->n_rows; i++) {
        if (i < r->n_rows && p[i].x - p[begin].x <= SAME_SCALE + 1e-12) continue;
        double sum = 0;
        /* NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): filled */
        for (size_t j = begin; j < i; j++) sum += p[j].x - p[begin].x;
        r->x[r->n_scales] = p[begin].x + sum / (double)(i - begin);
        r->begin[r->n_scales++] = begin;
        begin = i;
    }
    r->begin[r->n_scales] = r->n_rows;
}

/* Rows of one scale in an order that does not depend on their slightly different x. */
static void sort_within_scales(ons_rows *r, ons_point *p)
{
    for (size_t s = 0; s < r->n_scales; s++) {
        for (size_t i = r->begin[s]; i < r->begin[s + 1]; i++) p[i].x = r->x[s];
        sort_points(p + r->begin[s], r->begin[s + 1] - r->begin[s]);
    }
}

static void fill_errors(ons_rows *r, const ons_point *p)
{
    double fallback = CHANCE_SE * (r->chance_known ? r->headroom : r->range);
    double floor_se = 1e-6 * (r->range > 0 ? r->range : 1);
    for (size_t i = 0; i < r->n_rows; i++) {
        bool known = p[i].se >= 0;
        r->se_assumed = r->se_assumed || !known;
        r->se[i] = fmax(known ? p[i].se : fallback, floor_se);
    }
}

static void fill_counts(ons_rows *r, const ons_point *p)
{
    for (size_t i = 0; i < r->n_rows; i++) {
        double k = p[i].y * p[i].n, whole = round(k);
        r->n[i] = p[i].n;
        /* A score printed with few digits still means a whole number of answers. */
        if (fabs(k - whole) < 1e-3 && p[i].n == round(p[i].n)) k = whole;
        r->k[i] = fmin(fmax(k, 0), p[i].n);
        r->y[i] = r->k[i] / r->n[i];
    }
}

static uint64_t content_hash(const ons_rows *r)
{
    ons_hasher h;
    ons_hasher_init(&h);
    ons_hasher_u64(&h, r->gaussian ? 1 : 0);
    for (size_t s = 0; s < r->n_scales; s++) {
        ons_hasher_f64(&h, r->x[s]);
        for (size_t i = r->begin[s]; i < r->begin[s + 1]; i++) {
            ons_hasher_f64(&h, r->y[i]);
            ons_hasher_f64(&h, r->gaussian ? r->se[i] : r->n[i]);
        }
    }
    ons_id id = ons_hasher_end(&h);
    uint64_t v = 0;
    for (size_t i = 0; i < 8; i++) v = v << 8 | id.byte[i];
    return v;
}

static ons_status check_options(const ons_series *s, ons_err *err)
{
    if (s->n_points > ONS_POINTS_MAX) {
        return ONS_FAIL(err, ONS_LIMIT, "series has %zu points, allowed at most %d", s->n_points,
                        ONS_POINTS_MAX);
    }
    if (!(s->w0 > 0) || isinf(s->w0)) {
        return ONS_FAIL(err, ONS_USAGE, "w0 is %g, allowed: a width above 0", s->w0);
    }
    if (isinf(s->chance) || (!s->continuous && (s->chance < 0 || s->chance >= 1))) {
        return ONS_FAIL(err, ONS_USAGE, "chance is %g, allowed 0 up to below 1, or unknown",
                        s->chance);
    }
    if (s->continuous && !isnan(s->chance) && isfinite(s->ceiling) && s->ceiling <= s->chance) {
        return ONS_FAIL(err, ONS_USAGE, "best score %g is not above chance %g", s->ceiling,
                        s->chance);
    }
    return ONS_OK;
}

static void fill_levels(ons_rows *r, const ons_series *s, const ons_point *p)
{
    double lo = INFINITY, hi = -INFINITY;
    for (size_t i = 0; i < r->n_rows; i++) {
        lo = fmin(lo, p[i].y);
        hi = fmax(hi, p[i].y);
        r->y[i] = p[i].y;
        r->family[i] = p[i].family;
    }
    r->range = r->n_rows > 0 ? hi - lo : 0;
    r->chance_known = !isnan(s->chance);
    r->chance = s->chance;
    r->ceiling = 1;
    if (r->gaussian) {
        r->ceiling = s->ceiling;
        double top = r->chance_known ? fmax(hi, s->chance + 1e-9) : hi;
        if (!isfinite(r->ceiling) || r->ceiling < hi) r->ceiling = top;
    }
    r->headroom = r->chance_known ? r->ceiling - r->chance : r->range;
}

ons_status ons_rows_make(const ons_series *s, ons_rows *ret_rows, ons_err *err)
{
    ONS_TRY(check_options(s, err));
    ons_rows *r = ret_rows;
    memset(r, 0, sizeof *r);
    r->gaussian = s->continuous;
    r->pooled = s->pooled;
    r->se_assumed = s->continuous && s->n_assumed;
    r->w0 = s->w0;
    r->unit = s->w0 / DECADES_DEFAULT;
    ons_point p[ONS_POINTS_MAX];
    for (size_t i = 0; i < s->n_points; i++) {
        if (usable(&s->point[i], s->continuous)) {
            p[r->n_rows++] = canonical(&s->point[i], s->continuous);
        } else {
            r->n_dropped++;
        }
    }
    if (r->n_rows == 0) return ONS_OK;
    sort_points(p, r->n_rows);
    group_scales(r, p);
    sort_within_scales(r, p);
    fill_levels(r, s, p);
    if (r->gaussian)
        fill_errors(r, p);
    else
        fill_counts(r, p);
    r->content = content_hash(r);
    return ONS_OK;
}

ons_pooled ons_rows_pool(const ons_rows *r, size_t scale_begin, size_t scale_end, double scatter)
{
    ons_pooled q = {0};
    for (size_t i = r->begin[scale_begin]; i < r->begin[scale_end]; i++) {
        double w = r->gaussian ? 1 / (r->se[i] * r->se[i] + scatter * scatter)
                               : ons_effective_n(r->n[i], scatter);
        q.trials += w;
        q.hits += w * r->y[i];
    }
    q.mean = q.hits / q.trials;
    q.se = 1 / sqrt(q.trials);
    return q;
}

double ons_rows_score(const ons_rows *r, size_t scale)
{
    double k = 0, n = 0;
    for (size_t i = r->begin[scale]; i < r->begin[scale + 1]; i++) {
        k += r->gaussian ? r->y[i] : r->k[i];
        n += r->gaussian ? 1 : r->n[i];
    }
    return k / n;
}
