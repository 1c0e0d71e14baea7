/* Tasks: items with prompts and gold answers, and the metrics that score them.
 *
 * Today every task is a skill (task/skill.h); a task file will fill the same values.
 * Pure; the task borrows its arena. */
#ifndef ONS_TASK_TASK_H
#define ONS_TASK_TASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/slice.h"
#include "base/status.h"
#include "task/skill.h"

#define ONS_TASK_METRICS_MAX 4

typedef struct ons_task_item {
    ons_str prompt;
    ons_str target;   /* what should follow the prompt, before end-of-text */
    size_t answer_at; /* the answer is target[answer_at..]; 0 unless there are steps */
} ons_task_item;

typedef struct ons_task_metric {
    const char *name;
    const char *partner; /* continuous metric of the same answers; NULL: it is one itself */
    const char *unit;    /* of a continuous one: "nats" */
    bool primary;
    bool chain; /* of the whole target, not of the answer at its end */
} ons_task_metric;

typedef struct ons_task {
    const char *name;
    const char *about;
    uint32_t version; /* raised when the same name asks other questions */
    uint32_t shots;   /* examples in the prompt */
    bool steps;       /* answers come at the end of a chain that is really decoded */
    double chance;    /* of the primary metric, exact for these items */
    const ons_task_item *item;
    size_t n_items;
    ons_task_metric metric[ONS_TASK_METRICS_MAX];
    size_t n_metrics;
    ons_id hash; /* of name, version, items */
} ons_task;

/* A task again from what a store kept of it: name, about, version, chance, items and hash are given,
 * steps, shots and metrics follow. Borrows the texts. False: these are not the items of that
 * hash. */
bool ons_task_remake(ons_task *t);
/* Up to n_items held-out items of a skill, with `shots` examples in the prompt (0 but for few-shot
 * skills). Errors: those of ons_skill_test_set. */
ons_status ons_task_of_skill(const ons_skill *s, uint32_t shots, size_t n_items, ons_arena *a,
                             ons_task *ret_task, ons_err *err);

#endif
