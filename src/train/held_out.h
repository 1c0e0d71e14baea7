/* The loss on documents that no run has seen: the model's place on the axis of loss. */
#ifndef ONS_TRAIN_HELD_OUT_H
#define ONS_TRAIN_HELD_OUT_H

#include "base/status.h"
#include "model/model.h"
#include "train/ladder.h"

/* Mean negative log-likelihood, nats per scored token, over held-out documents of the mixture
 * without label noise; the same documents for every model of one mixture, so losses compare
 * between sizes, recipes and checkpoints. A function of the weights and the mixture alone.
 * Errors: the model's, NOMEM. */
ons_status ons_held_out_loss(const ons_ladder *l, const ons_model *m, double *ret_nats,
                             ons_err *err);

#endif
