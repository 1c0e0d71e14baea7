/* Two small sizes, two skills, a few dozen steps: what the tests of the trainer train. */
#ifndef TINY_LADDER_H
#define TINY_LADDER_H

#include "base/slice.h"
#include "train/ladder.h"

static inline ons_ladder tiny_ladder(void)
{
    static const uint64_t seed[] = {1, 7};
    ons_ladder l = {
        .name = "tiny",
        .family = "tiny",
        .n_sizes = 2,
        .rope_base = 1000,
        .init_output = 0,
        .batch_tokens = 128,
        .optimizer = {.kind = ONS_OPTIMIZER_MUON,
                      .rate = 0.006,
                      .momentum = 0.95,
                      .embedding_rate = 0.05,
                      .beta1 = 0.9,
                      .beta2 = 0.98},
        .schedule = {.kind = ONS_SCHEDULE_LINEAR, .warmup = 0.05, .decay = 0.3},
        .n_skills = 2,
    };
    l.size[0].width = 8;
    l.size[0].head_dim = 4;
    l.size[0].tokens = 3000;
    l.size[1].width = 12;
    l.size[1].head_dim = 4;
    l.size[1].tokens = 4000;
    for (size_t i = 0; i < l.n_sizes; i++) {
        l.size[i].layers = 2;
        l.size[i].seeds = (ons_ladder_seeds){seed, 2};
    }
    l.skill[0] = (ons_skill_weight){ons_skill_find(ONS_S("copy")), 1};
    l.skill[1] = (ons_skill_weight){ons_skill_find(ONS_S("digit_sum_steps")), 2};
    return l;
}

#endif
