#include "import/clusters.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"

#define SAME 1e-6 /* a score as it was printed, and the mean of its items */

static const char *const metric_names[ONS_CLUSTER_METRICS] = {"acc", "acc_norm", "exact_match"};

typedef struct ons_cluster_item {
    uint64_t cluster;
    double value[ONS_CLUSTER_METRICS]; /* NaN: the line has no such metric */
} cluster_item;

/* ---- items ---- */

static uint64_t hash_of(ons_str s)
{
    const ons_id id = ons_hash((ons_bytes){(const uint8_t *)s.ptr, s.len});
    uint64_t h;
    memcpy(&h, id.byte, sizeof h);
    return h;
}

static bool find_cluster(const ons_json_at *line, uint64_t *ret_c)
{
    static const char *const key[] = {"cluster",  "cluster_id", "group_id", "passage_id",
                                      "story_id", "paragraph",  "passage"};
    ons_json_at doc, idx, at;
    ons_str text;
    char number[32];
    double v;
    if (!ons_json_find(line, "doc", &doc)) return false;
    for (size_t i = 0; i < sizeof key / sizeof *key; i++) {
        const bool inner = i >= 5; /* of "idx" */
        if (inner && !ons_json_find(&doc, "idx", &idx)) return false;
        if (!ons_json_find(inner ? &idx : &doc, key[i], &at)) continue;
        if (ons_json_str(&at, &text, NULL) != ONS_OK) {
            if (ons_json_f64(&at, &v, NULL) != ONS_OK) continue;
            text = ons_str_of(ons_f64_text(v, number, sizeof number));
        }
        *ret_c = hash_of(text);
        return true;
    }
    return false;
}

static double value_of(const ons_json_at *line, const char *name)
{
    ons_json_at at;
    ons_str text;
    double v;
    if (!ons_json_find(line, name, &at)) return (double)NAN;
    if (ons_json_f64(&at, &v, NULL) == ONS_OK) return v;
    if (ons_json_str(&at, &text, NULL) == ONS_OK && ons_parse_f64(text, &v)) return v;
    return (double)NAN;
}

ons_status ons_clusters_add(ons_clusters *c, const ons_json_at *line, ons_err *err)
{
    cluster_item it;
    if (c->incomplete) return ONS_OK;
    if (!find_cluster(line, &it.cluster)) {
        c->incomplete = true;
        return ONS_OK;
    }
    for (size_t m = 0; m < ONS_CLUSTER_METRICS; m++) it.value[m] = value_of(line, metric_names[m]);
    if (c->n == c->cap) {
        const size_t more = c->cap ? 2 * c->cap : 256;
        cluster_item *fresh = realloc(c->item, more * sizeof *fresh);
        if (!fresh) return ONS_FAIL(err, ONS_NOMEM, "no memory for %zu items", more);
        c->item = fresh;
        c->cap = more;
    }
    c->item[c->n++] = it;
    return ONS_OK;
}

void ons_clusters_release(ons_clusters *c)
{
    free(c->item);
    *c = (ons_clusters){0};
}

/* ---- errors ---- */

double ons_clusters_error(const uint64_t *cluster, const double *v, size_t n, double *ret_mean,
                          size_t *ret_clusters)
{
    double mean = 0, squares = 0, part = 0;
    size_t count = 0;
    for (size_t i = 0; i < n; i++) mean += v[i];
    mean /= (double)n;
    for (size_t i = 0; i < n; i++) {
        part += v[i] - mean;
        if (i + 1 < n && cluster[i + 1] == cluster[i]) continue;
        squares += part * part;
        part = 0;
        count++;
    }
    *ret_mean = mean;
    *ret_clusters = count;
    if (count < 2) return (double)NAN;
    return sqrt((double)count / (double)(count - 1) * squares) / (double)n;
}

static int by_cluster(const void *pa, const void *pb)
{
    const cluster_item *a = pa, *b = pb;
    return (a->cluster > b->cluster) - (a->cluster < b->cluster);
}

static void set_error(ons_import *in, ons_str task, ons_str metric, double mean, double se,
                      size_t n_clusters)
{
    for (size_t i = in->n_rows; i-- > 0 && in->origin[i].file + 1 == in->n_sources;) {
        ons_score *r = &in->row[i];
        if (!ons_str_eq(r->task, task) || !ons_str_eq(r->metric, metric)) continue;
        if (!(fabs(r->score - mean) < SAME)) continue; /* of another filter, or of other items */
        r->std_err = se;
        r->n_clusters = (double)n_clusters;
    }
}

void ons_clusters_apply(ons_clusters *c, ons_import *in, ons_str task)
{
    if (c->incomplete || c->n < 2) return;
    uint64_t *cluster = calloc(c->n, sizeof *cluster);
    double *v = calloc(c->n, sizeof *v);
    qsort(c->item, c->n, sizeof *c->item, by_cluster);
    for (size_t m = 0; m < ONS_CLUSTER_METRICS && cluster && v; m++) {
        double mean;
        size_t n_clusters;
        for (size_t i = 0; i < c->n; i++) {
            cluster[i] = c->item[i].cluster;
            v[i] = c->item[i].value[m];
        }
        const double se = ons_clusters_error(cluster, v, c->n, &mean, &n_clusters);
        if (isfinite(se) && n_clusters < c->n)
            set_error(in, task, ons_str_of(metric_names[m]), mean, se, n_clusters);
    }
    free(cluster); /* no memory: the plain errors stand */
    free(v);
}
