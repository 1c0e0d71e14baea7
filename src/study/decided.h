/* Decisions that a store keeps, known by a hash of everything they were made from: the points, the
 * settings, the seed, and the sources of the procedure. Deciding is most of the work of a report on
 * thousands of series, and the same series is decided the same.
 *
 *   ons_decided *d;
 *   ONS_TRY(ons_decided_load(store, &d, err));
 *   … if (!ons_decided_find_verdict(d, key, &v)) { decide; ons_decided_add_verdict(d, key, &v, err) }
 *   … ONS_TRY(ons_decided_keep(d, store, err));
 *   ons_decided_free(d); */
#ifndef ONS_STUDY_DECIDED_H
#define ONS_STUDY_DECIDED_H

#include "analysis/verdict.h"
#include "base/hash.h"
#include "store/store.h"

typedef struct ons_decided ons_decided;

/* Everything that ons_series_decide, ons_metric_check_decide is given. */
ons_id ons_decided_verdict_key(const ons_series *s, uint64_t seed);
ons_id ons_decided_check_key(const ons_series *continuous, const ons_verdict *of);

/* What the store keeps of this program's procedure. Errors: NOMEM, the store's. */
ons_status ons_decided_load(ons_store *s, ons_decided **ret_d, ons_err *err);
/* NULL is fine. */
void ons_decided_free(ons_decided *d);

/* False: not kept, or damaged. Any thread. */
bool ons_decided_find_verdict(const ons_decided *d, ons_id key, ons_verdict *ret_v);
bool ons_decided_find_check(const ons_decided *d, ons_id key, ons_metric_result *ret_r);
/* Any thread. Errors: NOMEM. */
ons_status ons_decided_add_verdict(ons_decided *d, ons_id key, const ons_verdict *v, ons_err *err);
ons_status ons_decided_add_check(ons_decided *d, ons_id key, const ons_metric_result *r,
                                 ons_err *err);
/* Puts what was added into the store; nothing to add: nothing is written. Errors: those of
 * ons_store_put_decisions. */
ons_status ons_decided_keep(const ons_decided *d, ons_store *s, ons_err *err);

#endif
