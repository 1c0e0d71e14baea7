/* Verdicts as sentences for people, built from values: one function per verdict.
 *
 * UTF-8 except where a text of the caller (a metric's name) is not. Pure, thread-safe. */
#ifndef ONS_REPORT_SENTENCE_H
#define ONS_REPORT_SENTENCE_H

#include "report/report.h"
#include "report/scale.h"

/* Why a series has its verdict, metric check and flags merged in: the `reason` of
 * `verdict --json` and the text under the figure. Needs of the series: family,
 * metric, axis, points, continuous, unit, chance, w0, verdict, partner.
 * Errors: LIMIT (too many points), NOMEM. */
ons_status ons_sentence_verdict(const ons_report_series *s, ons_buf *out, ons_err *err);
/* What would change the verdict: more questions, more sizes, where. */
ons_status ons_sentence_change(const ons_report_series *s, ons_buf *out, ons_err *err);
/* The whole study in two sentences for laymen: what emerged and where; what only
 * looked like it, and what never came. */
ons_status ons_sentence_study(const ons_report *r, ons_buf *out, ons_err *err);
/* "8 models, 2,432 to 106,496 parameters, 3 seeds, 8 abilities." */
ons_status ons_sentence_facts(const ons_report *r, ons_buf *out, ons_err *err);

/* The same with the points already gathered; partner: those of s->partner, n = 0: none. */
void ons_sentence_verdict_of(const ons_report_series *s, const ons_scales *g,
                             const ons_scales *partner, ons_buf *out);
void ons_sentence_change_of(const ons_report_series *s, const ons_scales *g, ons_buf *out);

/* "rises between 13 B and 175 B": what is known where the verdict leaves it open, in a few words
 * without the unit; nothing where nothing is. */
void ons_known_words(const ons_report_series *s, const ons_scales *g, ons_buf *out);
/* The scales that `known` speaks of; false where it has not both. */
bool ons_known_gap(const ons_report_series *s, const ons_scales *g, size_t *ret_below,
                   size_t *ret_above);

/* The sizes on either side of the threshold: index of the last below, of the first
 * that has made half of the rise (or lies beyond, where none has). False where
 * there is no threshold or no size on one side. */
bool ons_gap_of(const ons_report_series *s, const ons_scales *g, size_t *ret_below,
                size_t *ret_above);

#endif
