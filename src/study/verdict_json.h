/* A verdict as one line of JSON: the columns that scripts rely on (man onset-verdict). */
#ifndef ONS_STUDY_VERDICT_JSON_H
#define ONS_STUDY_VERDICT_JSON_H

#include "base/buf.h"
#include "study/series.h"

/* Appends the object and a newline. x of onset and midpoint in units of the axis (plain
 * numbers, not logarithms; the loss itself on the axis of loss), width in decades (nats on
 * the axis of loss); null where not fitted. reason: the sentence for people.
 * forms: with the table of curves, if it was made. */
void ons_verdict_json(const ons_study_series *s, ons_str reason, bool forms, ons_buf *out);

#endif
