/* The recipe of one family, from a ladder file and the group that overrides it. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/parse.h"
#include "study/ladder_priv.h"
#include "text/expr.h"

#define WIDTH_MAX    8192
#define HEAD_DIM_MAX 128
#define TOKENS_MAX   1e12
#define ITEMS_MAX    4096
#define POOL_MAX     4000000000u
#define N(array)     (sizeof(array) / sizeof *(array))

static ons_ladder defaults(void)
{
    return (ons_ladder){
        .rope_base = 1000,
        .init_output = 0,
        .batch_tokens = 512,
        .optimizer = {.kind = ONS_OPTIMIZER_MUON,
                      .rate = .006,
                      .momentum = .95,
                      .embedding_rate = .05,
                      .beta1 = .9,
                      .beta2 = .98},
        .schedule = {ONS_SCHEDULE_LINEAR, .05, .30},
        .evaluate_items = 256,
    };
}

static ons_status unsupported(const ons_yaml_node *n, const char *key, const char *works,
                              ons_err *err)
{
    return ONS_YAML_FAIL(err, ONS_UNSUPPORTED, n, "%s: this version can only do %s", key, works);
}

static ons_status read_f64(const ons_yaml_node *map, const char *key, double lo, double hi,
                           double *v, ons_err *err)
{
    const ons_yaml_node *n = ons_yaml_get(map, key);
    return n ? ons_yaml_f64(n, lo, hi, v, err) : ONS_OK;
}

/* ---- sizes, their tokens and seeds ---- */

typedef struct reader {
    const ons_ladder_source *source;
    ons_arena *arena;
    ons_ladder *ladder;
} reader;

static const ons_yaml_node *key(const reader *r, const char *name)
{
    return ons_ladder_key(r->source, name);
}

/* [1, 2, 5], or how many: 3 is [1, 2, 3]. */
static ons_status read_seeds(const reader *r, const ons_yaml_node *n, ons_ladder_seeds *ret_seeds,
                             ons_err *err)
{
    const bool list = n && n->kind == ONS_YAML_SEQUENCE;
    uint64_t *seed, count = list ? n->n_entries : 1;
    if (n && !list) ONS_TRY(ons_yaml_u64(n, 1, ONS_LADDER_SEEDS_MAX, &count, err));
    if (count < 1 || count > ONS_LADDER_SEEDS_MAX)
        return ONS_YAML_FAIL(err, ONS_LIMIT, n, "%" PRIu64 " seeds, allowed 1 to %d", count,
                             ONS_LADDER_SEEDS_MAX);
    ONS_TRY(ONS_NEW(r->arena, (size_t)count, &seed, err));
    for (size_t i = 0; i < count; i++) seed[i] = i + 1;
    size_t i = 0;
    for (const ons_yaml_entry *e = list ? n->first : NULL; e; e = e->next, i++) {
        ONS_TRY(ons_yaml_u64(e->value, 0, (uint64_t)1 << 53, &seed[i], err));
        for (size_t k = 0; k < i; k++)
            if (seed[k] == seed[i])
                return ONS_YAML_FAIL(err, ONS_FORMAT, e->value, "seed %" PRIu64 " stands twice",
                                     seed[i]);
    }
    *ret_seeds = (ons_ladder_seeds){seed, (size_t)count};
    return ONS_OK;
}

static ons_status read_layers(const ons_yaml_node *n, uint32_t *layers, ons_err *err)
{
    uint64_t v = *layers;
    if (n) ONS_TRY(ons_yaml_u64(n, 1, ONS_LAYERS_MAX, &v, err));
    *layers = (uint32_t)v;
    return ONS_OK;
}

static ons_status read_shape(const reader *r, const ons_yaml_node *n, ons_err *err)
{
    ons_ladder *l = r->ladder;
    uint64_t width = 0, head_dim = 0;
    uint32_t layers = 2;
    const ons_yaml_node *w = ons_yaml_get(n, "width"), *h = ons_yaml_get(n, "head_dim");
    if (!w || !h) return ONS_YAML_FAIL(err, ONS_FORMAT, n, "a size needs width and head_dim");
    ONS_TRY(ons_yaml_u64(w, 4, WIDTH_MAX, &width, err));
    ONS_TRY(ons_yaml_u64(h, 4, HEAD_DIM_MAX, &head_dim, err));
    if (head_dim % 4 != 0 || width % head_dim != 0)
        return ONS_YAML_FAIL(err, ONS_FORMAT, n,
                             "width %" PRIu64 ", head_dim %" PRIu64
                             ": head_dim must be a multiple of 4 and divide width",
                             width, head_dim);
    ONS_TRY(read_layers(key(r, "layers"), &layers, err));
    ONS_TRY(read_layers(ons_yaml_get(n, "layers"), &layers, err));
    for (size_t i = 0; i < l->n_sizes; i++)
        if (l->size[i].width == width && l->size[i].layers == layers)
            return ONS_YAML_FAIL(err, ONS_FORMAT, n,
                                 "width %" PRIu64 " with %" PRIu32 " layers stands twice", width,
                                 layers);
    l->size[l->n_sizes].width = (uint32_t)width;
    l->size[l->n_sizes].head_dim = (uint32_t)head_dim;
    l->size[l->n_sizes].layers = layers;
    return ONS_OK;
}

static ons_status read_size(const reader *r, const ons_yaml_node *n, ons_err *err)
{
    static const char *const keys[] = {"width", "head_dim", "layers", "tokens", "seeds"};
    ons_ladder *l = r->ladder;
    ONS_TRY(ons_yaml_expect_keys(n, keys, N(keys), err));
    ONS_TRY(read_shape(r, n, err));
    const ons_yaml_node *own = ons_yaml_get(n, "seeds");
    ONS_TRY(read_seeds(r, own ? own : key(r, "seeds"), &l->size[l->n_sizes].seeds, err));
    l->n_sizes++;
    const ons_decoder_config c = ons_ladder_config(l, l->n_sizes - 1);
    const ons_status s = ons_decoder_config_check(&c, err);
    return s == ONS_OK ? s : ons_yaml_where(n, s, err);
}

static const ons_yaml_node *sizes_of(const reader *r) { return key(r, "sizes"); }

static ons_status read_sizes(const reader *r, ons_err *err)
{
    const ons_yaml_node *n = sizes_of(r);
    if (!n) return ONS_YAML_FAIL(err, ONS_FORMAT, r->source->root, "sizes are missing");
    ONS_TRY(ons_yaml_expect(n, ONS_YAML_SEQUENCE, err));
    if (n->n_entries < 1 || n->n_entries > ONS_LADDER_SIZES_MAX)
        return ONS_YAML_FAIL(err, ONS_LIMIT, n, "%zu sizes, allowed 1 to %d", n->n_entries,
                             ONS_LADDER_SIZES_MAX);
    for (const ons_yaml_entry *e = n->first; e; e = e->next) ONS_TRY(read_size(r, e->value, err));
    return ONS_OK;
}

/* A number, or an expression in what a size has: parameters, the cost of a token. */
ons_status ons_ladder_eval_tokens(const ons_yaml_node *n, ons_ladder *l, size_t size, ons_err *err)
{
    const ons_decoder_config c = ons_ladder_config(l, size);
    ons_decoder_layout lay;
    double tokens;
    ONS_TRY(ons_yaml_expect(n, ONS_YAML_SCALAR, err));
    ons_decoder_layout_of(&c, &lay);
    /* Measured only where it is wanted: thousands of documents are drawn for it. */
    const bool cost = ons_str_contains(n->text, ONS_S("flops_per_token"));
    const ons_expr_var var[] = {
        {"params", (double)lay.n_params},
        {"flops_per_token", cost ? ons_ladder_flops_per_token(l, size) : 0}};
    ons_status s = ons_expr_eval(n->text, var, N(var), &tokens, err);
    if (s != ONS_OK) return ons_yaml_where(n, s, err);
    if (tokens < 1 || tokens > TOKENS_MAX)
        return ONS_YAML_FAIL(err, ONS_FORMAT, n, "%g tokens at width %" PRIu32 ", allowed 1 to %g",
                             tokens, l->size[size].width, TOKENS_MAX);
    l->size[size].tokens = floor(tokens);
    return ONS_OK;
}

static ons_status read_tokens(const reader *r, ons_err *err)
{
    const ons_yaml_node *all = key(r, "tokens");
    size_t i = 0;
    for (const ons_yaml_entry *e = sizes_of(r)->first; e; e = e->next, i++) {
        const ons_yaml_node *own = ons_yaml_get(e->value, "tokens");
        if (!own && !all)
            return ONS_YAML_FAIL(err, ONS_FORMAT, r->source->root, "tokens are missing");
        ONS_TRY(ons_ladder_eval_tokens(own ? own : all, r->ladder, i, err));
    }
    return ONS_OK;
}

/* ---- training ---- */

static ons_status read_rates(const ons_yaml_node *n, ons_optimizer_spec *o, ons_err *err)
{
    ONS_TRY(read_f64(n, "rate", 1e-9, 10, &o->rate, err));
    ONS_TRY(read_f64(n, "embedding_rate", 1e-9, 10, &o->embedding_rate, err));
    ONS_TRY(read_f64(n, "weight_decay", 0, 1, &o->weight_decay, err));
    ONS_TRY(read_f64(n, "momentum", 0, .9999, &o->momentum, err));
    ONS_TRY(read_f64(n, "beta1", 0, .9999, &o->beta1, err));
    return read_f64(n, "beta2", 0, .999999, &o->beta2, err);
}

static ons_status read_optimizer(const ons_yaml_node *n, ons_optimizer_spec *o, ons_err *err)
{
    static const char *const muon[] = {"name", "rate", "momentum", "embedding_rate",
                                       "weight_decay"};
    static const char *const adamw[] = {"name",         "rate",  "embedding_rate",
                                        "weight_decay", "beta1", "beta2"};
    static const char *const names[] = {"muon", "adamw"};
    if (!n) return ONS_OK;
    ONS_TRY(ons_yaml_expect(n, ONS_YAML_MAPPING, err));
    const ons_yaml_node *name = ons_yaml_get(n, "name");
    size_t kind;
    if (!name) return ONS_YAML_FAIL(err, ONS_FORMAT, n, "name is missing: muon or adamw");
    ONS_TRY(ons_yaml_word(name, names, N(names), &kind, err));
    if (kind == 0) {
        ONS_TRY(ons_yaml_expect_keys(n, muon, N(muon), err));
    } else {
        ONS_TRY(ons_yaml_expect_keys(n, adamw, N(adamw), err));
        o->rate = .008;
    }
    o->kind = kind == 0 ? ONS_OPTIMIZER_MUON : ONS_OPTIMIZER_ADAMW;
    return read_rates(n, o, err);
}

static ons_status read_schedule(const ons_yaml_node *n, ons_ladder *l, ons_err *err)
{
    static const char *const keys[] = {"kind", "warmup", "decay"};
    static const char *const kinds[] = {"linear", "cosine"};
    if (!n) return ONS_OK;
    size_t kind = 0;
    ONS_TRY(ons_yaml_expect_keys(n, keys, N(keys), err));
    const ons_yaml_node *k = ons_yaml_get(n, "kind");
    if (k) ONS_TRY(ons_yaml_word(k, kinds, N(kinds), &kind, err));
    l->schedule.kind = kind == 0 ? ONS_SCHEDULE_LINEAR : ONS_SCHEDULE_COSINE;
    ONS_TRY(read_f64(n, "warmup", 0, 1, &l->schedule.warmup, err));
    return read_f64(n, "decay", 0, 1, &l->schedule.decay, err);
}

static ons_status read_data(const ons_yaml_node *n, ons_ladder *l, ons_err *err)
{
    static const char *const keys[] = {"label_noise", "pool", "duplicates"};
    if (!n) return ONS_OK;
    ONS_TRY(ons_yaml_expect_keys(n, keys, N(keys), err));
    const ons_yaml_node *pool = ons_yaml_get(n, "pool");
    uint64_t documents = 0;
    ONS_TRY(read_f64(n, "label_noise", 0, 1, &l->label_noise, err));
    if (pool) ONS_TRY(ons_yaml_u64(pool, 0, POOL_MAX, &documents, err));
    ONS_TRY(read_f64(n, "duplicates", 1, 1e9, &l->duplicates, err));
    l->pool = (uint32_t)documents;
    if (l->pool > 0 && l->duplicates > 1)
        return ONS_YAML_FAIL(err, ONS_FORMAT, n,
                             "pool %" PRIu32 " and duplicates %g: one of the two", l->pool,
                             l->duplicates);
    return ONS_OK;
}

/* Shares of the run; 1, its end, is always kept. */
static ons_status read_checkpoints(const ons_yaml_node *n, ons_ladder *l, ons_err *err)
{
    if (!n || ons_yaml_is_null(n)) return ONS_OK;
    ONS_TRY(ons_yaml_expect(n, ONS_YAML_SEQUENCE, err));
    if (n->n_entries > ONS_CHECKPOINTS_MAX)
        return ONS_YAML_FAIL(err, ONS_LIMIT, n, "%zu checkpoints, allowed are up to %d",
                             n->n_entries, ONS_CHECKPOINTS_MAX);
    double before = 0;
    for (const ons_yaml_entry *e = n->first; e; e = e->next) {
        double share;
        ONS_TRY(ons_yaml_f64(e->value, 1e-6, 1, &share, err));
        if (share <= before)
            return ONS_YAML_FAIL(err, ONS_FORMAT, e->value,
                                 "checkpoint %g after %g: shares of the run in ascending order",
                                 share, before);
        if (share < 1) l->checkpoint[l->n_checkpoints++] = share;
        before = share;
    }
    return ONS_OK;
}

static ons_status fail_skill(const ons_yaml_node *name, const ons_skill_list *own, ons_err *err)
{
    const char *near = ons_skill_nearest(own, name->text);
    ons_status s =
        ONS_YAML_FAIL(err, ONS_FORMAT, name, "no skill '" ONS_STR_FMT "'", ONS_STR(name->text));
    return near ? ons_err_hint(err, s, "%s", near) : ons_err_hint(err, s, "onset ls skills");
}

static ons_status read_skills(const reader *r, ons_err *err)
{
    const ons_yaml_node *n = key(r, "skills");
    ons_ladder *l = r->ladder;
    if (!n) return ONS_YAML_FAIL(err, ONS_FORMAT, r->source->root, "skills are missing");
    ONS_TRY(ons_yaml_expect(n, ONS_YAML_MAPPING, err));
    if (n->n_entries < 1 || n->n_entries > ONS_LADDER_SKILLS_MAX)
        return ONS_YAML_FAIL(err, ONS_LIMIT, n, "%zu skills, allowed 1 to %d", n->n_entries,
                             ONS_LADDER_SKILLS_MAX);
    for (const ons_yaml_entry *e = n->first; e; e = e->next) {
        ons_skill_weight *w = &l->skill[l->n_skills];
        w->skill = ons_skill_lookup(r->source->own, e->key->text);
        if (!w->skill) return fail_skill(e->key, r->source->own, err);
        ONS_TRY(ons_yaml_f64(e->value, 1e-6, 1e6, &w->weight, err));
        l->n_skills++;
    }
    return ONS_OK;
}

/* Numbers of examples that few-shot skills are asked with, each a series of its own. */
static ons_status read_shots(const ons_yaml_node *n, ons_ladder *l, ons_err *err)
{
    if (!n) return ONS_OK;
    ONS_TRY(ons_yaml_expect(n, ONS_YAML_SEQUENCE, err));
    if (n->n_entries < 1 || n->n_entries > ONS_LADDER_SHOTS_MAX)
        return ONS_YAML_FAIL(err, ONS_LIMIT, n, "%zu numbers of shots, allowed 1 to %d",
                             n->n_entries, ONS_LADDER_SHOTS_MAX);
    for (const ons_yaml_entry *e = n->first; e; e = e->next) {
        uint64_t shots;
        ONS_TRY(ons_yaml_u64(e->value, 0, ONS_SHOTS_MAX, &shots, err));
        for (size_t i = 0; i < l->n_evaluate_shots; i++)
            if (l->evaluate_shots[i] == shots)
                return ONS_YAML_FAIL(err, ONS_FORMAT, e->value, "%" PRIu64 " shots stand twice",
                                     shots);
        l->evaluate_shots[l->n_evaluate_shots++] = (uint32_t)shots;
    }
    return ONS_OK;
}

static ons_status read_evaluate(const ons_yaml_node *n, ons_ladder *l, ons_err *err)
{
    static const char *const keys[] = {"items", "shots"};
    if (!n) return ONS_OK;
    ONS_TRY(ons_yaml_expect_keys(n, keys, N(keys), err));
    const ons_yaml_node *items = ons_yaml_get(n, "items");
    uint64_t v = l->evaluate_items;
    if (items) ONS_TRY(ons_yaml_u64(items, 1, ITEMS_MAX, &v, err));
    l->evaluate_items = (size_t)v;
    return read_shots(ons_yaml_get(n, "shots"), l, err);
}

/* Keys of the format that this version does not do, unless they ask for what it does. */
static ons_status refuse(const ons_ladder_source *source, ons_err *err)
{
    const ons_yaml_node *mlp = ons_ladder_key(source, "mlp");
    if (mlp && !ons_str_eq(mlp->text, ONS_S("swiglu")))
        return unsupported(mlp, "mlp", "swiglu", err);
    return ONS_OK;
}

static ons_status read_model(const reader *r, ons_err *err)
{
    static const char *const init_keys[] = {"output"};
    const ons_yaml_node *batch = key(r, "batch"), *init = key(r, "init"), *loss = key(r, "loss");
    const ons_yaml_node *rope = key(r, "rope_base");
    ons_ladder *l = r->ladder;
    uint64_t n_batch = l->batch_tokens;
    if (batch) ONS_TRY(ons_yaml_u64(batch, ONS_SKILL_DOC_MAX, 65536, &n_batch, err));
    l->batch_tokens = (uint32_t)n_batch;
    if (rope) ONS_TRY(ons_yaml_f64(rope, 1, 1e9, &l->rope_base, err));
    if (init) {
        ONS_TRY(ons_yaml_expect_keys(init, init_keys, N(init_keys), err));
        ONS_TRY(read_f64(init, "output", 0, 100, &l->init_output, err));
    }
    static const char *const losses[] = {"answer", "all"};
    size_t which = 0;
    if (loss) ONS_TRY(ons_yaml_word(loss, losses, N(losses), &which, err));
    l->loss_on_all_tokens = which == 1;
    return ONS_OK;
}

static ons_status read_training(const reader *r, ons_err *err)
{
    ons_ladder *l = r->ladder;
    ONS_TRY(read_optimizer(key(r, "optimizer"), &l->optimizer, err));
    ONS_TRY(read_schedule(key(r, "schedule"), l, err));
    ONS_TRY(read_data(key(r, "data"), l, err));
    return read_checkpoints(key(r, "checkpoints"), l, err);
}

ons_status ons_ladder_read_recipe(const ons_ladder_source *source, ons_arena *a,
                                  ons_ladder *ret_ladder, ons_err *err)
{
    ons_ladder l = defaults();
    const reader r = {source, a, &l};
    memcpy(l.name, ret_ladder->name, sizeof l.name);
    memcpy(l.family, ret_ladder->family, sizeof l.family);
    memcpy(l.group, ret_ladder->group, sizeof l.group);
    ONS_TRY(refuse(source, err));
    ONS_TRY(read_model(&r, err));
    ONS_TRY(read_skills(&r, err));
    ONS_TRY(read_sizes(&r, err));
    ONS_TRY(read_tokens(&r, err)); /* what a token costs depends on all of the above */
    ONS_TRY(read_training(&r, err));
    ONS_TRY(read_evaluate(key(&r, "evaluate"), &l, err));
    *ret_ladder = l;
    return ONS_OK;
}
