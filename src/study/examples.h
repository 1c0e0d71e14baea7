/* The same question answered by a small, a middle and a large model. */
#ifndef ONS_STUDY_EXAMPLES_H
#define ONS_STUDY_EXAMPLES_H

#include "study/results.h"

/* Fills r->example of the primary series whose questions and answers the store holds. */
ons_status ons_examples_fetch(ons_results *r, ons_store *s, ons_err *err);

#endif
