#include "train/speed.h"

#include <string.h>

#include "model/activations.h"
#include "os/clock.h"
#include "train/backward.h"
#include "train/init.h"
#include "train/optimizer.h"
#include "train/state.h"
#include "train/stream.h"

#define STEPS_MAX  64
#define SHORTEST_S 1e-6

typedef struct trial {
    const ons_train_job *job;
    const ons_kernels *kernels;
    ons_arena arena;
    size_t n_params;
    float *params, *moments, *grad, *work;
    ons_activations *acts;
    ons_train_batch batch;
    ons_stream stream;
} trial;

static ons_status new_floats(trial *t, size_t n, float **ret_p, ons_err *err)
{
    return ons_arena_alloc(&t->arena, n, sizeof **ret_p, 64, (void *)ret_p, err);
}

static ons_status prepare(trial *t, ons_err *err)
{
    const ons_decoder_config *c = &t->job->config;
    const ons_ladder *l = t->job->ladder;
    ons_decoder_layout lay;
    ons_decoder_layout_of(c, &lay);
    t->n_params = lay.n_params;
    ONS_TRY(new_floats(t, lay.n_params, &t->params, err));
    ONS_TRY(new_floats(t, ons_optimizer_state_floats(c, l->optimizer.kind), &t->moments, err));
    ONS_TRY(new_floats(t, lay.n_params, &t->grad, err));
    ONS_TRY(new_floats(t, ons_optimizer_work_floats(c), &t->work, err));
    ONS_TRY(ons_train_batch_init(l, &t->arena, &t->batch, err));
    ONS_TRY(ons_activations_new(c, ons_train_batch_cap(l), &t->acts, err));
    ons_params_init(c, l->init_output, t->job->seed, t->params);
    t->stream = ons_stream_make(l, t->job->seed, t->job->documents);
    return ONS_OK;
}

static void step(trial *t, uint64_t i)
{
    const ons_decoder_config *c = &t->job->config;
    const ons_batch *b = &t->batch.batch;
    ons_stream_next(&t->stream, &t->batch);
    memset(t->grad, 0, t->n_params * sizeof *t->grad);
    (void)ons_decoder_forward(c, t->kernels, t->params, b, t->acts);
    (void)ons_decoder_backward(c, t->kernels, t->params, b, t->batch.target, NULL, t->acts,
                               t->grad);
    const ons_optimizer_step_args args = {.spec = &t->job->ladder->optimizer,
                                          .step = i,
                                          .schedule = 0, /* the rates are 0: no number runs away */
                                          .grad_scale = 1 / (double)b->n_rows};
    ons_optimizer_step(c, t->kernels, &args, t->grad, t->params, t->moments, t->work);
}

/* The first one is not counted: it is the one that touches new memory. Steps are counted too: a
 * clock may jump. */
static double mean_step(trial *t, double budget_s)
{
    step(t, 1);
    const double begin = ons_clock_monotonic();
    double now = begin;
    uint64_t n = 0;
    while (n < 1 || (n < STEPS_MAX && now - begin < budget_s)) {
        step(t, ++n + 1);
        now = ons_clock_monotonic();
    }
    const double mean = (now - begin) / (double)n;
    return mean > SHORTEST_S ? mean : SHORTEST_S;
}

ons_status ons_train_step_seconds(const ons_train_job *job, double budget_s, double *ret_seconds,
                                  ons_err *err)
{
    trial t = {.job = job, .kernels = ons_kernels_best()};
    ons_arena_init(&t.arena, 0);
    const ons_status s = prepare(&t, err);
    if (s == ONS_OK) *ret_seconds = mean_step(&t, budget_s);
    ons_activations_free(t.acts);
    ons_arena_clear(&t.arena);
    return s;
}

double ons_train_job_bytes(const ons_train_job *job)
{
    const ons_decoder_config *c = &job->config;
    ons_decoder_layout lay;
    ons_decoder_layout_of(c, &lay);
    const size_t moments = ons_optimizer_state_floats(c, job->ladder->optimizer.kind);
    const size_t floats = 2 * lay.n_params + moments + ons_optimizer_work_floats(c);
    return (double)floats * sizeof(float) +
           (double)ons_train_state_bytes(lay.n_params, moments) + /* as it is written */
           (double)ons_activations_bytes(c, ons_train_batch_cap(job->ladder));
}
