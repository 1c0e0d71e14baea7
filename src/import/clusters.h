/* Standard errors of scores whose items fall into clusters: questions on one passage, variants of
 * one puzzle. Items of a cluster are right or wrong together, so the usual error is too small.
 *
 *   ons_clusters c = {0};
 *   for each item: ONS_TRY(ons_clusters_add(&c, line, err));
 *   ons_clusters_apply(&c, in, task);
 *   ons_clusters_release(&c);
 *
 * The cluster of an item is what its document says under cluster, cluster_id, group_id, passage_id
 * or story_id, or under idx.paragraph or idx.passage. Source of the formula: Miller 2024
 * (arXiv 2411.00640), with the factor C / (C - 1) of few clusters. Not thread-safe. */
#ifndef ONS_IMPORT_CLUSTERS_H
#define ONS_IMPORT_CLUSTERS_H

#include "import/rows.h"
#include "text/json.h"

enum { ONS_CLUSTER_METRICS = 3 };

typedef struct ons_clusters {
    struct ons_cluster_item *item;
    size_t n, cap;
    bool incomplete; /* an item without a cluster: nothing is said */
} ons_clusters;

/* line: of a samples file. Errors: NOMEM. */
ons_status ons_clusters_add(ons_clusters *c, const ons_json_at *line, ons_err *err);
/* Rows of the present file and this task whose score is the mean of the items get the clustered
 * standard error, and the number of clusters. Sorts the items. */
void ons_clusters_apply(ons_clusters *c, ons_import *in, ons_str task);
void ons_clusters_release(ons_clusters *c);

/* sqrt(C / (C - 1) sum_c (sum_{i in c} (v_i - mean))^2) / n; NaN for fewer than two clusters.
 * cluster: [n], ascending; *ret_mean, *ret_clusters are set anyway. */
double ons_clusters_error(const uint64_t *cluster, const double *v, size_t n, double *ret_mean,
                          size_t *ret_clusters);

#endif
