/* One model, from nothing or from where it stood, to a finished directory. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "os/clock.h"
#include "os/file.h"
#include "train/backward.h"
#include "train/checkpoint.h"
#include "train/init.h"
#include "train/ladder.h"
#include "train/optimizer.h"
#include "train/recipe.h"
#include "train/schedule.h"
#include "train/state.h"
#include "train/stream.h"

#define SAVE_EVERY_S    5.0 /* a kill costs this much work at most, and the writing of one state */
#define TELL_EVERY_S    0.25
#define LOSS_KEEP       0.98 /* of the running mean, per step */
#define RECIPE_LEN_MAX  ((size_t)1 << 18)
#define STATE_BYTES_MAX ((size_t)16 << 30)

typedef struct trainer {
    const ons_ladder *ladder;
    const ons_train_job *job;
    const ons_monitor *monitor;
    const ons_kernels *kernels;
    ons_arena arena; /* all of the arrays */
    const char *parent;
    ons_checkpoint checkpoint; /* the end of the run */
    size_t n_checkpoints;      /* on the way */
    size_t next_checkpoint;    /* the first one not yet reached */
    ons_train_state state;
    float *grad; /* [n_params] */
    float *work; /* of the optimiser */
    ons_activations *acts;
    ons_stream stream;
    ons_train_batch batch;
    ons_buf recipe;
    ons_buf file; /* the state as bytes, kept between writes */
    double saved_at, told_at;
    uint64_t told_step;
    char state_path[ONS_PATH_MAX];
    char before_path[ONS_PATH_MAX]; /* the state before that one */
    bool state_is_good;             /* what lies at state_path was read or written by us */
} trainer;

/* ---- telling ---- */

static void tell(trainer *t, ons_event_kind kind, const char *text, double rate)
{
    const double batch = t->ladder->batch_tokens;
    const bool end = kind == ONS_EVENT_END;
    ons_monitor_event(t->monitor,
                      &(ons_event){.kind = kind,
                                   .job = t->job->name,
                                   .text = text,
                                   .unit = "tokens",
                                   .done = batch * (double)(end ? t->job->n_steps : t->state.step),
                                   .total = batch * (double)t->job->n_steps,
                                   .weight = t->job->flops,
                                   .rate = rate,
                                   .loss_nats = t->state.step ? t->state.loss_nats : (double)NAN});
}

static void warn(trainer *t, const char *what, const ons_err *why)
{
    char reason[1024], text[1280];
    ons_err_format(why, reason, sizeof reason);
    (void)snprintf(text, sizeof text, "%s: %s", what, reason);
    ons_monitor_event(t->monitor, &(ons_event){.kind = ONS_EVENT_WARN,
                                               .job = t->job->name,
                                               .text = text,
                                               .loss_nats = (double)NAN});
}

static void tell_progress(trainer *t)
{
    const double now = ons_clock_monotonic(), elapsed = now - t->told_at;
    if (elapsed < TELL_EVERY_S) return;
    const double steps = (double)(t->state.step - t->told_step);
    tell(t, ONS_EVENT_PROGRESS, NULL, steps * t->ladder->batch_tokens / elapsed);
    t->told_at = now;
    t->told_step = t->state.step;
}

/* ---- memory ---- */

static ons_status new_floats(trainer *t, size_t n, float **ret_p, ons_err *err)
{
    return ons_arena_alloc(&t->arena, n, sizeof **ret_p, 64, (void *)ret_p, err);
}

static ons_status trainer_init(trainer *t, ons_err *err)
{
    const ons_decoder_config *c = &t->job->config;
    ons_decoder_layout lay;
    ons_decoder_layout_of(c, &lay);
    ons_train_state *s = &t->state;
    s->n_params = lay.n_params;
    s->n_moments = ons_optimizer_state_floats(c, t->ladder->optimizer.kind);
    s->recipe = t->checkpoint.recipe_hash;
    ONS_TRY(new_floats(t, s->n_params, &s->params, err));
    ONS_TRY(new_floats(t, s->n_moments, &s->moments, err));
    ONS_TRY(new_floats(t, s->n_params, &t->grad, err));
    ONS_TRY(new_floats(t, ons_optimizer_work_floats(c), &t->work, err));
    ONS_TRY(ons_train_batch_init(t->ladder, &t->arena, &t->batch, err));
    return ons_activations_new(c, ons_train_batch_cap(t->ladder), &t->acts, err);
}

static void trainer_release(trainer *t)
{
    ons_activations_free(t->acts);
    ons_buf_release(&t->recipe);
    ons_buf_release(&t->file);
    ons_arena_clear(&t->arena);
}

/* ---- the directory ---- */

static ons_status make_checkpoint(trainer *t, size_t k, ons_checkpoint *ret_c, ons_err *err)
{
    return ons_checkpoint_make(t->job, k, t->parent, ons_buf_cstr(&t->recipe), ret_c, err);
}

static ons_status open_directory(trainer *t, ons_err *err)
{
    ons_recipe_write(t->job, &t->recipe);
    ONS_TRY(ons_buf_status(&t->recipe, err));
    ONS_TRY(make_checkpoint(t, t->n_checkpoints, &t->checkpoint, err));
    const char *dir = t->checkpoint.dir;
    ONS_TRY(ons_path_format(t->state_path, sizeof t->state_path, err, "%s/trainer.state", dir));
    ONS_TRY(
        ons_path_format(t->before_path, sizeof t->before_path, err, "%s.before", t->state_path));
    return ons_checkpoint_open(&t->checkpoint, err);
}

/* Whether all models up to a step are there and whole; *ret_why: what is wrong with one. */
static ons_status models_done(trainer *t, uint64_t up_to, bool *ret_done, ons_err *ret_why,
                              ons_err *err)
{
    *ret_done = true;
    *ret_why = ONS_ERR_INIT;
    for (size_t k = 0; *ret_done && k <= t->n_checkpoints; k++) {
        ons_checkpoint c;
        ONS_TRY(make_checkpoint(t, k, &c, err));
        if (c.model.step > up_to) break;
        ONS_TRY(ons_checkpoint_check(&c, ret_done, ret_why, err));
    }
    return ONS_OK;
}

/* The model of the step that was just done, if one is kept. */
static ons_status keep_checkpoint(trainer *t, ons_err *err)
{
    ons_checkpoint c;
    if (t->next_checkpoint == t->n_checkpoints) return ONS_OK;
    ONS_TRY(make_checkpoint(t, t->next_checkpoint, &c, err));
    if (c.model.step != t->state.step) return ONS_OK;
    t->next_checkpoint++;
    ONS_TRY(ons_checkpoint_open(&c, err));
    return ons_checkpoint_write(&c, t->state.params, err);
}

/* A good state becomes the one before; a damaged one is only overwritten. */
static ons_status save_state(trainer *t, ons_err *err)
{
    t->state.rng = t->stream.rng.state;
    ons_buf_reset(&t->file);
    ons_train_state_write(&t->state, &t->file);
    ONS_TRY(ons_buf_status(&t->file, err));
    if (t->state_is_good) ONS_TRY(ons_file_rename(t->state_path, t->before_path, err));
    t->state_is_good = false;
    ONS_TRY(ons_file_write(t->state_path, ons_buf_bytes(&t->file), err));
    t->state_is_good = true;
    t->saved_at = ons_clock_monotonic();
    return ONS_OK;
}

static void begin_anew(trainer *t)
{
    ons_train_state *s = &t->state;
    ons_params_init(&t->job->config, t->ladder->init_output, t->job->seed, s->params);
    memset(s->moments, 0, s->n_moments * sizeof *s->moments);
    s->step = 0;
    s->loss_nats = 0;
    t->stream = ons_stream_make(t->ladder, t->job->seed, t->job->documents);
    t->next_checkpoint = 0;
}

/* *ret_read: the file is there and whole. One that is damaged is told of (WARN), not an error. */
static ons_status read_state(trainer *t, const char *path, const char *instead, bool *ret_read,
                             ons_err *err)
{
    *ret_read = false;
    if (!ons_file_exists(path)) return ONS_OK;
    ons_mapping file;
    ons_err why = ONS_ERR_INIT;
    ONS_TRY(ons_file_map(path, &file, err));
    const ons_status s = ons_train_state_read(file.bytes, &t->state, &why);
    ons_file_unmap(&file);
    *ret_read = s == ONS_OK;
    if (s == ONS_OK) return ONS_OK;
    if (s == ONS_FORMAT) {
        (void)ons_err_where(&why, s, "%s", path);
        warn(t, instead, &why);
        return ONS_OK;
    }
    if (err) *err = why;
    return ons_checkpoint_hint(err, s, t->checkpoint.dir);
}

/* Those on the way that the state has passed: all there? */
static ons_status passed_checkpoints(trainer *t, bool *ret_done, ons_err *err)
{
    const uint64_t end = t->job->n_steps;
    ons_err why; /* told of already */
    while (t->next_checkpoint < t->n_checkpoints &&
           ons_trained_model_of(t->job, t->next_checkpoint).step <= t->state.step)
        t->next_checkpoint++;
    ONS_TRY(models_done(t, t->state.step < end ? t->state.step : end - 1, ret_done, &why, err));
    if (*ret_done || why.code != ONS_OK) return ONS_OK;
    (void)ONS_FAIL(&why, ONS_IO, "a checkpoint on the way is not there any more");
    warn(t, "this model is trained anew", &why);
    return ONS_OK;
}

/* Takes up a state that is there, or the one before. Damage costs work, not the run. */
static ons_status take_up(trainer *t, ons_err *err)
{
    static const char anew[] = "this model is trained anew";
    const bool before = ons_file_exists(t->before_path);
    bool found;
    begin_anew(t);
    ONS_TRY(read_state(t, t->state_path, before ? "the state before it is taken up" : anew, &found,
                       err));
    t->state_is_good = found;
    if (!found) ONS_TRY(read_state(t, t->before_path, anew, &found, err));
    if (!found) return ONS_OK;
    bool done; /* a checkpoint that the state has left behind is not made again from it */
    ONS_TRY(passed_checkpoints(t, &done, err));
    if (!done)
        begin_anew(t);
    else
        t->stream.rng.state = t->state.rng;
    return ONS_OK;
}

/* ---- the steps ---- */

static ons_status step(trainer *t, ons_err *err)
{
    const ons_decoder_config *c = &t->job->config;
    ons_train_state *s = &t->state;
    const ons_batch *b = &t->batch.batch;
    ons_stream_next(&t->stream, &t->batch);
    memset(t->grad, 0, s->n_params * sizeof *t->grad);
    (void)ons_decoder_forward(c, t->kernels, s->params, b, t->acts);
    const double sum =
        ons_decoder_backward(c, t->kernels, s->params, b, t->batch.target, NULL, t->acts, t->grad);
    const double loss = sum / (double)b->n_rows;
    if (!isfinite(loss))
        return ons_err_hint(
            err, ONS_FAIL(err, ONS_LIMIT, "the loss is %g after %" PRIu64 " steps", loss, s->step),
            "a lower learning rate");
    s->step++;
    const ons_optimizer_step_args args = {
        .spec = &t->ladder->optimizer,
        .step = s->step,
        .schedule = ons_schedule_factor(t->ladder, s->step, t->job->n_steps),
        .grad_scale = 1 / (double)b->n_rows,
    };
    ons_optimizer_step(c, t->kernels, &args, t->grad, s->params, s->moments, t->work);
    s->loss_nats = s->step == 1 ? loss : LOSS_KEEP * s->loss_nats + (1 - LOSS_KEEP) * loss;
    return ONS_OK;
}

static ons_status interrupted(trainer *t, ons_err *err)
{
    ONS_TRY(save_state(t, err));
    const ons_status s =
        ONS_FAIL(err, ONS_INTERRUPTED, "stopped after step %" PRIu64 " of %" PRIu64, t->state.step,
                 t->job->n_steps);
    return ons_err_hint(err, s, "the same command again goes on from there");
}

static ons_status all_steps(trainer *t, ons_err *err)
{
    t->saved_at = t->told_at = ons_clock_monotonic();
    t->told_step = t->state.step;
    while (t->state.step < t->job->n_steps) {
        if (ons_monitor_stop(t->monitor)) return interrupted(t, err);
        ONS_TRY(step(t, err));
        ONS_TRY(keep_checkpoint(t, err));
        tell_progress(t);
        if (ons_clock_monotonic() - t->saved_at >= SAVE_EVERY_S) ONS_TRY(save_state(t, err));
    }
    return save_state(t, err);
}

static ons_status train(trainer *t, ons_err *err)
{
    bool done;
    ons_err why;
    ONS_TRY(open_directory(t, err));
    ONS_TRY(models_done(t, t->job->n_steps, &done, &why, err));
    if (done) {
        tell(t, ONS_EVENT_END, "already trained", 0);
        return ONS_OK;
    }
    if (why.code != ONS_OK) warn(t, "a finished model is written again", &why);
    if (ons_monitor_stop(t->monitor)) /* not begun: nothing to keep, nothing to write */
        return ons_err_hint(err, ONS_FAIL(err, ONS_INTERRUPTED, "stopped before the first step"),
                            "the same command again goes on from there");
    ONS_TRY(trainer_init(t, err));
    ONS_TRY(take_up(t, err));
    tell(t, ONS_EVENT_BEGIN, t->state.step ? "taken up again" : NULL, 0);
    ONS_TRY(all_steps(t, err));
    ONS_TRY(ons_file_remove(t->before_path, err)); /* the files that follow sync the directory */
    ONS_TRY(ons_checkpoint_write(&t->checkpoint, t->state.params, err));
    tell(t, ONS_EVENT_END, NULL, 0);
    return ONS_OK;
}

ons_status ons_train_job_run(const ons_train_job *job, const char *dir, const ons_monitor *m,
                             ons_err *err)
{
    trainer t = {.ladder = job->ladder,
                 .job = job,
                 .parent = dir,
                 .n_checkpoints = job->ladder->n_checkpoints,
                 .monitor = m,
                 .kernels = ons_kernels_best()};
    ons_arena_init(&t.arena, 0);
    ons_buf_init(&t.recipe, RECIPE_LEN_MAX);
    ons_buf_init(&t.file, STATE_BYTES_MAX);
    ons_status s = train(&t, err);
    trainer_release(&t);
    if (s != ONS_OK) return ons_err_where(err, s, "%s", job->name);
    return ONS_OK;
}
