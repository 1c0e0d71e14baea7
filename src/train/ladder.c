#include "train/ladder.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/hf/tokenizer.h"
#include "train/stream.h"

#define NORM_EPS         1e-6f
#define BATCH_TOKENS_MAX 65536u
#define TOKENS_MAX       1e12

ons_decoder_config ons_ladder_config(const ons_ladder *l, size_t size)
{
    const uint32_t width = l->size[size].width, head_dim = l->size[size].head_dim;
    return (ons_decoder_config){
        .n_layers = l->layers,
        .width = width,
        .n_heads = head_dim ? width / head_dim : 0,
        .head_dim = head_dim,
        .mlp_width = (width * 8 / 3 + 7) / 8 * 8,
        .vocab = ONS_HF_VOCAB,
        .max_len = ONS_SKILL_DOC_MAX,
        .rope_base = (float)l->rope_base,
        .norm_eps = NORM_EPS,
        .final_gain = 1.0f / sqrtf((float)width),
    };
}

/* "28k", "1.3M": what is trained. */
static void size_name(double params, uint64_t seed, char *buf, size_t cap)
{
    if (params < 999500)
        (void)snprintf(buf, cap, "%.0fk-s%" PRIu64, params / 1e3, seed);
    else
        (void)snprintf(buf, cap, params < 1e7 ? "%.1fM-s%" PRIu64 : "%.0fM-s%" PRIu64, params / 1e6,
                       seed);
}

static bool in_range(double v, double lo, double hi) { return v >= lo && v <= hi; }

static ons_status check_optimizer(const ons_optimizer_spec *o, ons_err *err)
{
    if (!in_range(o->rate, 0, 10) || !in_range(o->embedding_rate, 0, 10) ||
        !in_range(o->weight_decay, 0, 1))
        return ONS_FAIL(err, ONS_USAGE,
                        "rate %g, embedding_rate %g: allowed 0 to 10; weight_decay %g: 0 to 1",
                        o->rate, o->embedding_rate, o->weight_decay);
    if (!(o->momentum >= 0 && o->momentum < 1) || !(o->beta1 >= 0 && o->beta1 < 1) ||
        !(o->beta2 >= 0 && o->beta2 < 1))
        return ONS_FAIL(err, ONS_USAGE, "momentum %g, beta1 %g, beta2 %g: allowed 0 to below 1",
                        o->momentum, o->beta1, o->beta2);
    return ONS_OK;
}

static ons_status check_recipe(const ons_ladder *l, ons_err *err)
{
    if (l->n_sizes == 0 || l->n_seeds == 0 || l->n_skills == 0)
        return ONS_FAIL(err, ONS_USAGE, "%zu sizes, %zu seeds, %zu skills: at least one of each",
                        l->n_sizes, l->n_seeds, l->n_skills);
    if (l->batch_tokens < ONS_SKILL_DOC_MAX || l->batch_tokens > BATCH_TOKENS_MAX)
        return ONS_FAIL(err, ONS_USAGE, "batch is %" PRIu32 " tokens, allowed %d to %u",
                        l->batch_tokens, ONS_SKILL_DOC_MAX, BATCH_TOKENS_MAX);
    for (size_t i = 0; i < l->n_skills; i++)
        if (!in_range(l->skill[i].weight, 1e-6, 1e6))
            return ONS_FAIL(err, ONS_USAGE, "weight of skill %s is %g, allowed 1e-6 to 1e6",
                            l->skill[i].skill->name, l->skill[i].weight);
    if (!in_range(l->schedule.warmup, 0, 1) || !in_range(l->schedule.decay, 0, 1) ||
        !in_range(l->label_noise, 0, 1))
        return ONS_FAIL(err, ONS_USAGE, "warmup %g, decay %g, label_noise %g: allowed 0 to 1",
                        l->schedule.warmup, l->schedule.decay, l->label_noise);
    if (!in_range(l->init_output, 0, 100))
        return ONS_FAIL(err, ONS_USAGE, "init of the output projections is %g, allowed 0 to 100",
                        l->init_output);
    return check_optimizer(&l->optimizer, err);
}

static ons_status make_job(const ons_ladder *l, size_t size, uint64_t seed, double scored_share,
                           ons_train_job *ret_job, ons_err *err)
{
    ons_train_job j = {.size = size, .seed = seed, .config = ons_ladder_config(l, size)};
    ons_status s = ons_decoder_config_check(&j.config, err);
    if (s != ONS_OK) return ons_err_where(err, s, "size %zu of the ladder", size + 1);
    ons_decoder_layout lay;
    ons_decoder_layout_of(&j.config, &lay);
    j.params = (double)lay.n_params;
    j.params_non_embedding = (double)lay.n_non_embedding;
    j.tokens = l->size[size].tokens;
    if (!in_range(j.tokens, 1, TOKENS_MAX))
        return ONS_FAIL(err, ONS_USAGE, "size %zu of the ladder has %g tokens, allowed 1 to %g",
                        size + 1, j.tokens, TOKENS_MAX);
    j.n_steps = (uint64_t)(j.tokens / (double)l->batch_tokens);
    if (j.n_steps == 0) j.n_steps = 1;
    j.flops = 6 * j.params_non_embedding * j.tokens +
              6 * (double)j.config.vocab * (double)j.config.width * scored_share * j.tokens;
    size_name(j.params, seed, j.name, sizeof j.name);
    *ret_job = j;
    return ONS_OK;
}

/* The same name would be the same directory. */
static ons_status check_names(const ons_train_job *jobs, size_t n, ons_err *err)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(jobs[i].name, jobs[k].name) == 0)
                return ons_err_hint(err,
                                    ONS_FAIL(err, ONS_USAGE,
                                             "two models of the ladder would be named '%s' (sizes "
                                             "%zu and %zu)",
                                             jobs[i].name, jobs[k].size + 1, jobs[i].size + 1),
                                    "sizes that differ by more parameters, seeds that differ");
    return ONS_OK;
}

static int longest_first(const void *a, const void *b)
{
    const ons_train_job *x = a, *y = b;
    if (x->flops != y->flops) return x->flops > y->flops ? -1 : 1;
    if (x->seed != y->seed) return x->seed < y->seed ? -1 : 1;
    return (x->size > y->size) - (x->size < y->size);
}

ons_status ons_ladder_jobs(const ons_ladder *l, ons_arena *a, ons_train_job **ret_jobs,
                           size_t *ret_n, ons_err *err)
{
    ONS_TRY(check_recipe(l, err));
    const double share = ons_stream_measure(l).scored_share;
    ons_train_job *jobs;
    const size_t n = l->n_sizes * l->n_seeds; /* at most 64 * 256 */
    ONS_TRY(ONS_NEW(a, n, &jobs, err));
    for (size_t i = 0; i < l->n_sizes; i++)
        for (size_t k = 0; k < l->n_seeds; k++)
            ONS_TRY(make_job(l, i, l->seed[k], share, &jobs[i * l->n_seeds + k], err));
    ONS_TRY(check_names(jobs, n, err));
    qsort(jobs, n, sizeof *jobs, longest_first);
    *ret_jobs = jobs;
    *ret_n = n;
    return ONS_OK;
}
