#include "study/ladder_file.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/parse.h"
#include "study/axis_keys.h"
#include "text/expr.h"
#include "text/yaml.h"

#define WIDTH_MAX    8192
#define HEAD_DIM_MAX 128
#define TOKENS_MAX   1e12
#define ITEMS_MAX    4096
#define N(array)     (sizeof(array) / sizeof *(array))

extern const unsigned char ons_pocket_yaml[];
extern const size_t ons_pocket_yaml_len;

ons_str ons_ladder_pocket_text(void)
{
    return (ons_str){(const char *)ons_pocket_yaml, ons_pocket_yaml_len};
}

static ons_ladder defaults(void)
{
    return (ons_ladder){
        .name = "ladder",
        .family = "ladder",
        .layers = 2,
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
        .w0 = NAN,
        .axis = "auto",
    };
}

static ons_status unsupported(const ons_yaml_node *n, const char *key, const char *works,
                              ons_err *err)
{
    return ONS_YAML_FAIL(err, ONS_UNSUPPORTED, n, "%s: this version can only do %s", key, works);
}

/* A name that becomes part of paths and texts. */
static ons_status read_name(const ons_yaml_node *n, char *buf, ons_err *err)
{
    if (!n) return ONS_OK;
    ONS_TRY(ons_yaml_expect(n, ONS_YAML_SCALAR, err));
    bool plain = n->text.len > 0 && n->text.len < ONS_NAME_MAX;
    for (size_t i = 0; i < n->text.len && plain; i++)
        plain = (unsigned char)n->text.ptr[i] >= ' ' && n->text.ptr[i] != '/';
    if (!plain)
        return ONS_YAML_FAIL(err, ONS_FORMAT, n, "a name of 1 to %d characters without '/' is due",
                             ONS_NAME_MAX - 1);
    memcpy(buf, n->text.ptr, n->text.len);
    buf[n->text.len] = '\0';
    return ONS_OK;
}

static ons_status read_f64(const ons_yaml_node *map, const char *key, double lo, double hi,
                           double *v, ons_err *err)
{
    const ons_yaml_node *n = ons_yaml_get(map, key);
    return n ? ons_yaml_f64(n, lo, hi, v, err) : ONS_OK;
}

static ons_status read_size(const ons_yaml_node *n, ons_ladder *l, ons_err *err)
{
    static const char *const keys[] = {"width", "head_dim"};
    uint64_t width = 0, head_dim = 0;
    ONS_TRY(ons_yaml_expect_keys(n, keys, N(keys), err));
    const ons_yaml_node *w = ons_yaml_get(n, "width"), *h = ons_yaml_get(n, "head_dim");
    if (!w || !h) return ONS_YAML_FAIL(err, ONS_FORMAT, n, "a size needs width and head_dim");
    ONS_TRY(ons_yaml_u64(w, 4, WIDTH_MAX, &width, err));
    ONS_TRY(ons_yaml_u64(h, 4, HEAD_DIM_MAX, &head_dim, err));
    if (head_dim % 4 != 0 || width % head_dim != 0)
        return ONS_YAML_FAIL(err, ONS_FORMAT, n,
                             "width %" PRIu64 ", head_dim %" PRIu64
                             ": head_dim must be a multiple of 4 and divide width",
                             width, head_dim);
    for (size_t i = 0; i < l->n_sizes; i++)
        if (l->size[i].width == width)
            return ONS_YAML_FAIL(err, ONS_FORMAT, n, "width %" PRIu64 " stands twice", width);
    l->size[l->n_sizes].width = (uint32_t)width;
    l->size[l->n_sizes++].head_dim = (uint32_t)head_dim;
    return ONS_OK;
}

static ons_status read_sizes(const ons_yaml_node *root, ons_ladder *l, ons_err *err)
{
    const ons_yaml_node *n = ons_yaml_get(root, "sizes");
    if (!n) return ONS_YAML_FAIL(err, ONS_FORMAT, root, "sizes are missing");
    ONS_TRY(ons_yaml_expect(n, ONS_YAML_SEQUENCE, err));
    if (n->n_entries < 1 || n->n_entries > ONS_LADDER_SIZES_MAX)
        return ONS_YAML_FAIL(err, ONS_LIMIT, n, "%zu sizes, allowed 1 to %d", n->n_entries,
                             ONS_LADDER_SIZES_MAX);
    for (const ons_yaml_entry *e = n->first; e; e = e->next) ONS_TRY(read_size(e->value, l, err));
    return ONS_OK;
}

/* A number, or an expression in the number of parameters of each size. */
static ons_status read_tokens(const ons_yaml_node *root, ons_ladder *l, ons_err *err)
{
    const ons_yaml_node *n = ons_yaml_get(root, "tokens");
    if (!n) return ONS_YAML_FAIL(err, ONS_FORMAT, root, "tokens are missing");
    ONS_TRY(ons_yaml_expect(n, ONS_YAML_SCALAR, err));
    for (size_t i = 0; i < l->n_sizes; i++) {
        ons_decoder_config c = ons_ladder_config(l, i);
        ons_decoder_layout lay;
        ons_status s = ons_decoder_config_check(&c, err);
        if (s != ONS_OK) return ons_yaml_where(ons_yaml_get(root, "sizes"), s, err);
        ons_decoder_layout_of(&c, &lay);
        const ons_expr_var params = {"params", (double)lay.n_params};
        double tokens;
        s = ons_expr_eval(n->text, &params, 1, &tokens, err);
        if (s != ONS_OK) return ons_yaml_where(n, s, err);
        if (tokens < 1 || tokens > TOKENS_MAX)
            return ONS_YAML_FAIL(err, ONS_FORMAT, n,
                                 "%g tokens at width %" PRIu32 ", allowed 1 to %g", tokens,
                                 l->size[i].width, TOKENS_MAX);
        l->size[i].tokens = floor(tokens);
    }
    return ONS_OK;
}

static ons_status read_seeds(const ons_yaml_node *root, ons_ladder *l, ons_err *err)
{
    const ons_yaml_node *n = ons_yaml_get(root, "seeds");
    if (!n) {
        l->seed[l->n_seeds++] = 1;
        return ONS_OK;
    }
    ONS_TRY(ons_yaml_expect(n, ONS_YAML_SEQUENCE, err));
    if (n->n_entries < 1 || n->n_entries > ONS_LADDER_SEEDS_MAX)
        return ONS_YAML_FAIL(err, ONS_LIMIT, n, "%zu seeds, allowed 1 to %d", n->n_entries,
                             ONS_LADDER_SEEDS_MAX);
    for (const ons_yaml_entry *e = n->first; e; e = e->next) {
        uint64_t seed;
        ONS_TRY(ons_yaml_u64(e->value, 0, (uint64_t)1 << 53, &seed, err));
        for (size_t i = 0; i < l->n_seeds; i++)
            if (l->seed[i] == seed)
                return ONS_YAML_FAIL(err, ONS_FORMAT, e->value, "seed %" PRIu64 " stands twice",
                                     seed);
        l->seed[l->n_seeds++] = seed;
    }
    return ONS_OK;
}

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
    double pool = 0, duplicates = 1;
    ONS_TRY(read_f64(n, "label_noise", 0, 1, &l->label_noise, err));
    ONS_TRY(read_f64(n, "pool", 0, 1e12, &pool, err));
    ONS_TRY(read_f64(n, "duplicates", 1, 1e6, &duplicates, err));
    if (pool != 0) return unsupported(ons_yaml_get(n, "pool"), "pool", "0 (endless)", err);
    if (duplicates != 1) return unsupported(ons_yaml_get(n, "duplicates"), "duplicates", "1", err);
    return ONS_OK;
}

static ons_status fail_skill(const ons_yaml_node *key, const ons_skill_list *own, ons_err *err)
{
    const char *near = ons_skill_nearest(own, key->text);
    ons_status s =
        ONS_YAML_FAIL(err, ONS_FORMAT, key, "no skill '" ONS_STR_FMT "'", ONS_STR(key->text));
    return near ? ons_err_hint(err, s, "%s", near) : ons_err_hint(err, s, "onset ls skills");
}

static ons_status read_skills(const ons_yaml_node *root, const ons_skill_list *own, ons_ladder *l,
                              ons_err *err)
{
    const ons_yaml_node *n = ons_yaml_get(root, "skills");
    if (!n) return ONS_YAML_FAIL(err, ONS_FORMAT, root, "skills are missing");
    ONS_TRY(ons_yaml_expect(n, ONS_YAML_MAPPING, err));
    if (n->n_entries < 1 || n->n_entries > ONS_LADDER_SKILLS_MAX)
        return ONS_YAML_FAIL(err, ONS_LIMIT, n, "%zu skills, allowed 1 to %d", n->n_entries,
                             ONS_LADDER_SKILLS_MAX);
    for (const ons_yaml_entry *e = n->first; e; e = e->next) {
        ons_skill_weight *w = &l->skill[l->n_skills];
        w->skill = ons_skill_lookup(own, e->key->text);
        if (!w->skill) return fail_skill(e->key, own, err);
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

static ons_status read_axis(const ons_yaml_node *root, ons_ladder *l, ons_err *err)
{
    ons_axis axis = ONS_AXIS_AUTO;
    ONS_TRY(ons_axis_keys_read(root, &axis, &l->w0, err));
    (void)snprintf(l->axis, sizeof l->axis, "%s", ons_axis_names[axis]);
    return ONS_OK;
}

/* Keys of the format that this version does not do, unless they ask for what it does. */
static ons_status refuse(const ons_yaml_node *root, const ons_skill_list *own, ons_err *err)
{
    const ons_yaml_node *mlp = ons_yaml_get(root, "mlp");
    if (mlp && !ons_str_eq(mlp->text, ONS_S("swiglu")))
        return unsupported(mlp, "mlp", "swiglu", err);
    const ons_yaml_node *file = ons_yaml_get(root, "skills_file");
    if (file && !ons_yaml_is_null(file) && !own)
        return unsupported(file, "skills_file", "the built-in skills here, without a file", err);
    const ons_yaml_node *kept = ons_yaml_get(root, "checkpoints");
    if (kept && !ons_yaml_is_null(kept)) {
        double share = 0;
        bool end = kept->kind == ONS_YAML_SEQUENCE && kept->n_entries == 1 &&
                   ons_yaml_f64(kept->first->value, 1, 1, &share, NULL) == ONS_OK;
        if (!end) return unsupported(kept, "checkpoints", "[1], the end of the run", err);
    }
    const ons_yaml_node *sweep = ons_yaml_get(root, "sweep");
    if (sweep && !ons_yaml_is_null(sweep))
        return unsupported(sweep, "sweep", "one learning rate per ladder", err);
    return ONS_OK;
}

static ons_status read_model(const ons_yaml_node *root, ons_ladder *l, ons_err *err)
{
    static const char *const init_keys[] = {"output"};
    const ons_yaml_node *layers = ons_yaml_get(root, "layers"),
                        *batch = ons_yaml_get(root, "batch");
    const ons_yaml_node *init = ons_yaml_get(root, "init"), *loss = ons_yaml_get(root, "loss");
    uint64_t n_layers = l->layers, n_batch = l->batch_tokens;
    if (layers) ONS_TRY(ons_yaml_u64(layers, 1, ONS_LAYERS_MAX, &n_layers, err));
    if (batch) ONS_TRY(ons_yaml_u64(batch, ONS_SKILL_DOC_MAX, 65536, &n_batch, err));
    l->layers = (uint32_t)n_layers;
    l->batch_tokens = (uint32_t)n_batch;
    ONS_TRY(read_f64(root, "rope_base", 1, 1e9, &l->rope_base, err));
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

static ons_status read_parts(const ons_yaml_node *root, const ons_skill_list *own, ons_ladder *l,
                             ons_err *err)
{
    ONS_TRY(read_model(root, l, err));
    ONS_TRY(read_sizes(root, l, err));
    ONS_TRY(read_tokens(root, l, err));
    ONS_TRY(read_seeds(root, l, err));
    ONS_TRY(read_optimizer(ons_yaml_get(root, "optimizer"), &l->optimizer, err));
    ONS_TRY(read_schedule(ons_yaml_get(root, "schedule"), l, err));
    ONS_TRY(read_data(ons_yaml_get(root, "data"), l, err));
    ONS_TRY(read_skills(root, own, l, err));
    ONS_TRY(read_evaluate(ons_yaml_get(root, "evaluate"), l, err));
    return read_axis(root, l, err);
}

static ons_status read_root(const ons_yaml_node *root, const ons_skill_list *own, ons_ladder *l,
                            ons_err *err)
{
    static const char *const keys[] = {
        "ladder", "family",      "sizes",       "layers",   "mlp",  "rope_base", "init",
        "tokens", "seeds",       "batch",       "loss",     "data", "optimizer", "schedule",
        "skills", "skills_file", "checkpoints", "evaluate", "axis", "w0",        "sweep"};
    ONS_TRY(ons_yaml_expect(root, ONS_YAML_MAPPING, err));
    ONS_TRY(ons_yaml_expect_keys(root, keys, N(keys), err));
    ONS_TRY(refuse(root, own, err));
    ONS_TRY(read_name(ons_yaml_get(root, "ladder"), l->name, err));
    memcpy(l->family, l->name, sizeof l->family);
    ONS_TRY(read_name(ons_yaml_get(root, "family"), l->family, err));
    return read_parts(root, own, l, err);
}

ons_status ons_ladder_parse(ons_str text, const char *file, const ons_skill_list *own,
                            ons_ladder *ret_ladder, ons_err *err)
{
    ons_arena arena;
    ons_arena_init(&arena, (size_t)64 << 20);
    const ons_yaml_node *root;
    ons_ladder l = defaults();
    ons_status s = ons_yaml_parse(text, file, &arena, &root, err);
    if (s == ONS_OK) s = read_root(root, own, &l, err);
    if (s == ONS_OK) *ret_ladder = l;
    ons_arena_clear(&arena);
    return s;
}

static ons_status read_skills_file(const ons_yaml_node *root, ons_ladder_head *h, ons_err *err)
{
    const ons_yaml_node *n = ons_yaml_get(root, "skills_file");
    if (!n || ons_yaml_is_null(n)) return ONS_OK;
    ONS_TRY(ons_yaml_expect(n, ONS_YAML_SCALAR, err));
    if (n->text.len == 0 || n->text.len >= sizeof h->skills_file ||
        strlen(n->text.ptr) < n->text.len)
        return ONS_YAML_FAIL(err, ONS_FORMAT, n, "a path of 1 to %zu characters is due",
                             sizeof h->skills_file - 1);
    memcpy(h->skills_file, n->text.ptr, n->text.len + 1);
    return ONS_OK;
}

static ons_status read_head(const ons_yaml_node *root, ons_ladder_head *h, ons_err *err)
{
    ons_ladder l = defaults();
    ONS_TRY(ons_yaml_expect(root, ONS_YAML_MAPPING, err));
    ONS_TRY(read_name(ons_yaml_get(root, "ladder"), l.name, err));
    ONS_TRY(read_axis(root, &l, err));
    memcpy(h->name, l.name, sizeof h->name);
    memcpy(h->axis, l.axis, sizeof h->axis);
    h->w0 = l.w0;
    return read_skills_file(root, h, err);
}

ons_status ons_ladder_parse_head(ons_str text, const char *file, ons_ladder_head *ret_head,
                                 ons_err *err)
{
    ons_arena arena;
    ons_arena_init(&arena, (size_t)64 << 20);
    const ons_yaml_node *root;
    ons_ladder_head h = {.w0 = (double)NAN};
    ons_status s = ons_yaml_parse(text, file, &arena, &root, err);
    if (s == ONS_OK) s = read_head(root, &h, err);
    if (s == ONS_OK) *ret_head = h;
    ons_arena_clear(&arena);
    return s;
}
