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
        .n_layers = l->size[size].layers,
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

/* "28k-s1", "noisy-1.3M-s2": the group, what is trained, the seed. */
static void name_job(ons_train_job *j)
{
    const char *group = j->ladder->group;
    const bool small = j->params < 999500;
    const int digits = !small && j->params < 1e7;
    (void)snprintf(j->name, sizeof j->name, "%s%s%.*f%c-s%" PRIu64, group, *group ? "-" : "",
                   digits, j->params / (small ? 1e3 : 1e6), small ? 'k' : 'M', j->seed);
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
    if (l->n_sizes == 0 || l->n_skills == 0)
        return ONS_FAIL(err, ONS_USAGE, "%zu sizes, %zu skills: at least one of each", l->n_sizes,
                        l->n_skills);
    for (size_t i = 0; i < l->n_sizes; i++)
        if (l->size[i].seeds.n == 0)
            return ONS_FAIL(err, ONS_USAGE, "size %zu of the ladder has no seeds", i + 1);
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
    if (l->pool > 0 && l->duplicates > 1)
        return ONS_FAIL(err, ONS_USAGE, "pool %" PRIu32 " and duplicates %g: one of the two",
                        l->pool, l->duplicates);
    return check_optimizer(&l->optimizer, err);
}

static double flops_per_token(const ons_decoder_config *c, const ons_stream_facts *facts)
{
    ons_decoder_layout lay;
    ons_decoder_layout_of(c, &lay);
    return 6 * (double)lay.n_non_embedding +
           6 * (double)c->vocab * (double)c->width * facts->scored_share;
}

double ons_ladder_flops_per_token(const ons_ladder *l, size_t size)
{
    const ons_decoder_config c = ons_ladder_config(l, size);
    const ons_stream_facts facts = ons_stream_measure(l);
    return flops_per_token(&c, &facts);
}

/* Every checkpoint is a step of its own before the end. */
static ons_status check_checkpoints(const ons_train_job *j, ons_err *err)
{
    uint64_t last = 0;
    for (size_t k = 0; k <= j->ladder->n_checkpoints; k++) {
        const uint64_t step = ons_trained_model_of(j, k).step;
        if (step <= last || step > j->n_steps)
            return ONS_FAIL(err, ONS_USAGE,
                            "checkpoint %zu of model %s is step %" PRIu64 " of %" PRIu64
                            ", as late as the next: fewer checkpoints, or more tokens",
                            k, j->name, last, j->n_steps);
        last = step;
    }
    return ONS_OK;
}

static ons_status make_job(const ons_ladder *l, size_t size, uint64_t seed,
                           const ons_stream_facts *facts, ons_train_job *ret_job, ons_err *err)
{
    ons_train_job j = {
        .ladder = l, .size = size, .seed = seed, .config = ons_ladder_config(l, size)};
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
    j.flops = flops_per_token(&j.config, facts) * j.tokens;
    j.documents = j.tokens / facts->document_tokens;
    name_job(&j);
    *ret_job = j;
    return check_checkpoints(&j, err);
}

/* The same name would be the same directory. */
static ons_status check_names(const ons_train_job *jobs, size_t n, ons_err *err)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(jobs[i].name, jobs[k].name) == 0)
                return ons_err_hint(err,
                                    ONS_FAIL(err, ONS_USAGE,
                                             "two models would be named '%s' (sizes %zu and %zu)",
                                             jobs[i].name, jobs[k].size + 1, jobs[i].size + 1),
                                    "sizes that differ by more parameters, seeds that differ");
    return ONS_OK;
}

static int longest_first(const void *a, const void *b)
{
    const ons_train_job *x = a, *y = b;
    if (x->flops != y->flops) return x->flops > y->flops ? -1 : 1;
    if (x->ladder != y->ladder) return x->ladder < y->ladder ? -1 : 1; /* of one array */
    if (x->seed != y->seed) return x->seed < y->seed ? -1 : 1;
    return (x->size > y->size) - (x->size < y->size);
}

static size_t count_jobs(const ons_ladder *l, size_t n_ladders)
{
    size_t n = 0;
    for (size_t i = 0; i < n_ladders; i++)
        for (size_t k = 0; k < l[i].n_sizes; k++) n += l[i].size[k].seeds.n;
    return n;
}

static ons_status add_jobs(const ons_ladder *l, ons_train_job *jobs, size_t *n, ons_err *err)
{
    ONS_TRY(check_recipe(l, err));
    const ons_stream_facts facts = ons_stream_measure(l);
    for (size_t i = 0; i < l->n_sizes; i++)
        for (size_t k = 0; k < l->size[i].seeds.n; k++)
            ONS_TRY(make_job(l, i, l->size[i].seeds.seed[k], &facts, &jobs[(*n)++], err));
    return ONS_OK;
}

ons_status ons_ladder_jobs(const ons_ladder *l, size_t n_ladders, ons_arena *a,
                           ons_train_job **ret_jobs, size_t *ret_n, ons_err *err)
{
    ons_train_job *jobs;
    size_t n = 0;
    ONS_TRY(ONS_NEW(a, count_jobs(l, n_ladders) + 1, &jobs, err));
    for (size_t i = 0; i < n_ladders; i++) {
        const ons_status s = add_jobs(&l[i], jobs, &n, err);
        if (s != ONS_OK) return l[i].group[0] ? ons_err_where(err, s, "%s", l[i].group) : s;
    }
    ONS_TRY(check_names(jobs, n, err));
    if (n > 1) qsort(jobs, n, sizeof *jobs, longest_first);
    *ret_jobs = jobs;
    *ret_n = n;
    return ONS_OK;
}

ons_trained_model ons_trained_model_of(const ons_train_job *job, size_t k)
{
    ons_trained_model m = {.job = job, .step = job->n_steps};
    if (k >= job->ladder->n_checkpoints) {
        (void)snprintf(m.name, sizeof m.name, "%s", job->name);
        return m;
    }
    m.step = (uint64_t)llround(job->ladder->checkpoint[k] * (double)job->n_steps);
    (void)snprintf(m.name, sizeof m.name, "%s-step%" PRIu64, job->name, m.step);
    return m;
}

ons_status ons_trained_models(const ons_train_job *jobs, size_t n_jobs, ons_arena *a,
                              ons_trained_model **ret_models, size_t *ret_n, ons_err *err)
{
    ons_trained_model *m;
    size_t n = 0;
    for (size_t i = 0; i < n_jobs; i++) n += jobs[i].ladder->n_checkpoints + 1;
    ONS_TRY(ONS_NEW(a, n + 1, &m, err));
    n = 0;
    for (size_t i = 0; i < n_jobs; i++)
        for (size_t k = 0; k <= jobs[i].ladder->n_checkpoints; k++)
            m[n++] = ons_trained_model_of(&jobs[i], k);
    *ret_models = m;
    *ret_n = n;
    return ONS_OK;
}
