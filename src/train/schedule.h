/* The learning rate over a run, as a factor of the rates of the recipe. */
#ifndef ONS_TRAIN_SCHEDULE_H
#define ONS_TRAIN_SCHEDULE_H

#include <stdint.h>

#include "train/ladder.h"

/* Step 1 .. n_steps. Rises in a straight line over the share `warmup`, then stays (linear) until
 * it falls in a straight line over the last share `decay`, or follows half a cosine from the first
 * step on (cosine; `decay` unused). The line ends at ONS_SCHEDULE_FLOOR, so the last step counts. */
#define ONS_SCHEDULE_FLOOR 1e-3
double ons_schedule_factor(const ons_ladder *l, uint64_t step, uint64_t n_steps);

#endif
