#include "study/ladder_file.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/parse.h"
#include "study/axis_keys.h"
#include "study/ladder_priv.h"

#define TREE_BYTES_MAX ((size_t)64 << 20)
#define N(array)       (sizeof(array) / sizeof *(array))

extern const unsigned char ons_pocket_yaml[];
extern const size_t ons_pocket_yaml_len;

ons_str ons_ladder_pocket_text(void)
{
    return (ons_str){(const char *)ons_pocket_yaml, ons_pocket_yaml_len};
}

const ons_yaml_node *ons_ladder_key(const ons_ladder_source *s, const char *name)
{
    const ons_yaml_node *own = s->group ? ons_yaml_get(s->group, name) : NULL;
    return own ? own : ons_yaml_get(s->root, name);
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

/* ---- groups: one recipe is one family ---- */

static const char *const recipe_keys[] = {"family",   "sizes",  "layers", "mlp",   "rope_base",
                                          "init",     "tokens", "seeds",  "batch", "optimizer",
                                          "schedule", "skills", "loss",   "data",  "checkpoints"};
static const char *const root_keys[] = {
    "ladder",    "groups",   "skills_file", "evaluate",  "axis", "w0",         "sweep", "family",
    "sizes",     "layers",   "mlp",         "rope_base", "init", "tokens",     "seeds", "batch",
    "optimizer", "schedule", "skills",      "loss",      "data", "checkpoints"};

typedef struct reader {
    const ons_yaml_node *root;
    const ons_skill_list *own;
    ons_arena *arena;
    ons_ladder_file *file;
} reader;

static ons_status read_group(const reader *r, const ons_yaml_node *group, ons_err *err)
{
    const ons_ladder_source source = {group, r->root, r->own};
    ons_ladder_file *f = r->file;
    ons_ladder *l = &f->ladder[f->n_ladders];
    memcpy(l->name, f->name, sizeof l->name);
    memcpy(l->family, f->name, sizeof l->family);
    if (group) {
        ONS_TRY(ons_yaml_expect_keys(group, recipe_keys, N(recipe_keys), err));
        const ons_yaml_node *family = ons_yaml_get(group, "family");
        if (!family)
            return ONS_YAML_FAIL(err, ONS_FORMAT, group, "a group needs the name of its family");
        ONS_TRY(read_name(family, l->group, err));
        for (size_t i = 0; i < f->n_ladders; i++)
            if (strcmp(f->ladder[i].group, l->group) == 0)
                return ONS_YAML_FAIL(err, ONS_FORMAT, family, "family '%s' stands twice", l->group);
    }
    ONS_TRY(read_name(ons_ladder_key(&source, "family"), l->family, err));
    ONS_TRY(ons_ladder_read_recipe(&source, r->arena, l, err));
    f->n_ladders++;
    return ONS_OK;
}

static ons_status read_groups(const reader *r, ons_err *err)
{
    const ons_yaml_node *n = ons_yaml_get(r->root, "groups");
    const bool any = n && !ons_yaml_is_null(n);
    if (any) ONS_TRY(ons_yaml_expect(n, ONS_YAML_SEQUENCE, err));
    if (any && (n->n_entries < 1 || n->n_entries > ONS_LADDER_GROUPS_MAX))
        return ONS_YAML_FAIL(err, ONS_LIMIT, n, "%zu groups, allowed 1 to %d", n->n_entries,
                             ONS_LADDER_GROUPS_MAX);
    ONS_TRY(ONS_NEW(r->arena, any ? n->n_entries : 1, &r->file->ladder, err));
    if (!any) return read_group(r, NULL, err);
    for (const ons_yaml_entry *e = n->first; e; e = e->next) ONS_TRY(read_group(r, e->value, err));
    return ONS_OK;
}

/* ---- the sweep ---- */

/* The sizes of `widths`, with the first seed, as long as the sweep's tokens say. */
static ons_status take_widths(const ons_yaml_node *n, const ons_yaml_node *tokens, ons_ladder *l,
                              ons_err *err)
{
    const ons_ladder all = *l;
    l->n_sizes = 0;
    for (const ons_yaml_entry *e = n->first; e; e = e->next) {
        uint64_t width;
        size_t i = 0;
        ONS_TRY(ons_yaml_u64(e->value, 1, UINT32_MAX, &width, err));
        while (i < all.n_sizes && all.size[i].width != width) i++;
        if (i == all.n_sizes)
            return ONS_YAML_FAIL(err, ONS_FORMAT, e->value, "no size of width %" PRIu64, width);
        for (size_t k = 0; k < l->n_sizes; k++)
            if (l->size[k].width == width)
                return ONS_YAML_FAIL(err, ONS_FORMAT, e->value, "width %" PRIu64 " stands twice",
                                     width);
        l->size[l->n_sizes] = all.size[i];
        l->size[l->n_sizes].seeds.n = 1;
        l->n_sizes++;
        if (tokens) ONS_TRY(ons_ladder_eval_tokens(tokens, l, l->n_sizes - 1, err));
    }
    return ONS_OK;
}

static ons_status sweep_ladder(const ons_yaml_node *sweep, const ons_yaml_node *rate,
                               ons_ladder_file *f, ons_err *err)
{
    ons_ladder *l = &f->sweep[f->n_sweep];
    *l = f->ladder[0];
    l->n_checkpoints = 0;
    ONS_TRY(ons_yaml_f64(rate, 1e-9, 10, &l->optimizer.rate, err));
    for (size_t i = 0; i < f->n_sweep; i++)
        if (f->sweep[i].optimizer.rate == l->optimizer.rate)
            return ONS_YAML_FAIL(err, ONS_FORMAT, rate, "rate %g stands twice", l->optimizer.rate);
    (void)snprintf(l->group, sizeof l->group, "rate-%g", l->optimizer.rate);
    ONS_TRY(take_widths(ons_yaml_get(sweep, "widths"), ons_yaml_get(sweep, "tokens"), l, err));
    f->n_sweep++;
    return ONS_OK;
}

static ons_status expect_list(const ons_yaml_node *n, const ons_yaml_node *sweep, const char *key,
                              size_t most, ons_err *err)
{
    if (!n) return ONS_YAML_FAIL(err, ONS_FORMAT, sweep, "a sweep needs a list of %s", key);
    ONS_TRY(ons_yaml_expect(n, ONS_YAML_SEQUENCE, err));
    if (n->n_entries < 1 || n->n_entries > most)
        return ONS_YAML_FAIL(err, ONS_LIMIT, n, "%zu of %s, allowed 1 to %zu", n->n_entries, key,
                             most);
    return ONS_OK;
}

static ons_status read_sweep(const reader *r, ons_err *err)
{
    static const char *const keys[] = {"rate", "widths", "tokens"};
    const ons_yaml_node *n = ons_yaml_get(r->root, "sweep");
    if (!n || ons_yaml_is_null(n)) return ONS_OK;
    ONS_TRY(ons_yaml_expect_keys(n, keys, N(keys), err));
    const ons_yaml_node *rate = ons_yaml_get(n, "rate");
    ONS_TRY(expect_list(rate, n, "rate", ONS_SWEEP_RATES_MAX, err));
    ONS_TRY(expect_list(ons_yaml_get(n, "widths"), n, "widths", ONS_LADDER_SIZES_MAX, err));
    ONS_TRY(ONS_NEW(r->arena, rate->n_entries, &r->file->sweep, err));
    for (const ons_yaml_entry *e = rate->first; e; e = e->next)
        ONS_TRY(sweep_ladder(n, e->value, r->file, err));
    return ONS_OK;
}

static ons_status read_root(const reader *r, ons_err *err)
{
    ONS_TRY(ons_yaml_expect(r->root, ONS_YAML_MAPPING, err));
    ONS_TRY(ons_yaml_expect_keys(r->root, root_keys, N(root_keys), err));
    ONS_TRY(read_name(ons_yaml_get(r->root, "ladder"), r->file->name, err));
    ONS_TRY(ons_axis_keys_read(r->root, &r->file->axes, &r->file->w0, err));
    const ons_yaml_node *file = ons_yaml_get(r->root, "skills_file");
    if (file && !ons_yaml_is_null(file) && !r->own)
        return ONS_YAML_FAIL(err, ONS_UNSUPPORTED, file,
                             "skills_file: the built-in skills here, without a file");
    ONS_TRY(read_groups(r, err));
    return read_sweep(r, err);
}

ons_status ons_ladder_parse(ons_str text, const char *file, const ons_skill_list *own, ons_arena *a,
                            ons_ladder_file *ret_file, ons_err *err)
{
    ons_arena tree;
    ons_ladder_file f = {.name = "ladder", .w0 = (double)NAN};
    reader r = {.own = own, .arena = a, .file = &f};
    ons_arena_init(&tree, TREE_BYTES_MAX);
    ons_status s = ons_yaml_parse(text, file, &tree, &r.root, err);
    if (s == ONS_OK) s = read_root(&r, err);
    if (s == ONS_OK) *ret_file = f;
    ons_arena_clear(&tree);
    return s;
}

/* ---- the head alone ---- */

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
    ONS_TRY(ons_yaml_expect(root, ONS_YAML_MAPPING, err));
    ONS_TRY(read_name(ons_yaml_get(root, "ladder"), h->name, err));
    ONS_TRY(ons_axis_keys_read(root, &h->axes, &h->w0, err));
    return read_skills_file(root, h, err);
}

ons_status ons_ladder_parse_head(ons_str text, const char *file, ons_ladder_head *ret_head,
                                 ons_err *err)
{
    ons_arena tree;
    const ons_yaml_node *root;
    ons_ladder_head h = {.name = "ladder", .w0 = (double)NAN};
    ons_arena_init(&tree, TREE_BYTES_MAX);
    ons_status s = ons_yaml_parse(text, file, &tree, &root, err);
    if (s == ONS_OK) s = read_head(root, &h, err);
    if (s == ONS_OK) *ret_head = h;
    ons_arena_clear(&tree);
    return s;
}
