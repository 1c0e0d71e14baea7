#include "study/study_file.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/parse.h"
#include "os/file.h"
#include "os/glob.h"
#include "study/axis_keys.h"
#include "study/ladder_file.h"
#include "text/yaml.h"

#define FILE_BYTES_MAX ((size_t)4 << 20)
#define NAME_BYTES_MAX ((size_t)200)
#define MODELS_MAX     ((size_t)4096)
#define TASKS_MAX      ((size_t)256)
#define ITEMS_DEFAULT  256
#define ITEMS_MAX      4096
#define LADDER_FOLLOWS "--- # the ladder that it trains\n"
#define N(array)       (sizeof(array) / sizeof *(array))

typedef struct reader {
    ons_arena *arena;
    const char *path;
    ons_study study;
    const char **model; /* [MODELS_MAX] */
} reader;

/* ---- texts and paths ---- */

static ons_status read_text(const char *path, ons_arena *a, ons_str *ret_text, ons_err *err)
{
    ons_buf b;
    char *copy;
    ons_buf_init(&b, FILE_BYTES_MAX);
    ons_status s = ons_file_read(path, &b, err);
    if (s == ONS_OK) s = ONS_NEW(a, b.len + 1, &copy, err);
    if (s == ONS_OK && b.len) memcpy(copy, b.ptr, b.len);
    if (s == ONS_OK) *ret_text = (ons_str){copy, b.len};
    ons_buf_release(&b);
    return s;
}

/* A path of the file is looked up beside the file. */
static ons_status beside(const reader *r, const ons_yaml_node *n, char *buf, ons_err *err)
{
    ONS_TRY(ons_yaml_expect(n, ONS_YAML_SCALAR, err));
    if (n->text.len == 0 || strlen(n->text.ptr) != n->text.len)
        return ONS_YAML_FAIL(err, ONS_FORMAT, n, "a path is due");
    const char *slash = strrchr(r->path, '/');
    const size_t dir = slash && n->text.ptr[0] != '/' ? (size_t)(slash + 1 - r->path) : 0;
    const ons_status s =
        ons_path_format(buf, ONS_PATH_MAX, err, "%.*s%s", (int)dir, r->path, n->text.ptr);
    return s == ONS_OK ? s : ons_yaml_where(n, s, err);
}

static ons_status keep_path(reader *r, const ons_yaml_node *n, const char *path, ons_err *err)
{
    char *copy;
    for (size_t i = 0; i < r->study.n_models; i++)
        if (strcmp(r->model[i], path) == 0) return ONS_OK; /* named twice, asked once */
    if (r->study.n_models == MODELS_MAX)
        return ONS_YAML_FAIL(err, ONS_LIMIT, n, "more than %zu models", MODELS_MAX);
    const size_t size = strlen(path) + 1;
    ONS_TRY(ONS_NEW(r->arena, size, &copy, err));
    memcpy(copy, path, size);
    r->model[r->study.n_models++] = copy;
    return ONS_OK;
}

/* ---- models ---- */

static bool is_checkpoint(const char *dir)
{
    char card[ONS_PATH_MAX];
    return ons_path_format(card, sizeof card, NULL, "%s/onset.json", dir) == ONS_OK &&
           ons_file_exists(card);
}

static bool ends_in(ons_str s, ons_str end)
{
    return s.len >= end.len && ons_str_eq((ons_str){s.ptr + s.len - end.len, end.len}, end);
}

static ons_status refuse_foreign(const ons_yaml_node *n, ons_err *err)
{
    const bool gguf = ends_in(n->text, ONS_S(".gguf"));
    const bool url =
        ons_str_starts(n->text, ONS_S("http://")) || ons_str_starts(n->text, ONS_S("https://"));
    if (!gguf && !url) return ONS_OK;
    return ONS_YAML_FAIL(err, ONS_UNSUPPORTED, n, "%s: this version takes checkpoints of its own",
                         gguf ? "a GGUF file" : "an endpoint");
}

static ons_status add_path(reader *r, const ons_yaml_node *n, ons_err *err)
{
    char path[ONS_PATH_MAX];
    ONS_TRY(refuse_foreign(n, err));
    ONS_TRY(beside(r, n, path, err));
    if (!ons_dir_exists(path))
        return ONS_YAML_FAIL(err, ONS_IO, n, "there is no directory '%.120s'", path);
    if (!is_checkpoint(path))
        return ONS_YAML_FAIL(err, ONS_UNSUPPORTED, n,
                             "'%.80s' has no onset.json: this version takes finished checkpoints "
                             "of its own",
                             path);
    return keep_path(r, n, path, err);
}

/* What matches and is no finished checkpoint is left out: a pattern means the models in a place,
 * whatever else lies there. */
static ons_status add_glob(reader *r, const ons_yaml_node *n, ons_err *err)
{
    char pattern[ONS_PATH_MAX];
    const char **path;
    size_t n_paths, n_found = 0;
    ONS_TRY(refuse_foreign(n, err));
    ONS_TRY(beside(r, n, pattern, err));
    const ons_status s = ons_path_glob(pattern, r->arena, &path, &n_paths, err);
    if (s != ONS_OK) return ons_yaml_where(n, s, err);
    for (size_t i = 0; i < n_paths; i++) {
        if (!is_checkpoint(path[i])) continue;
        ONS_TRY(keep_path(r, n, path[i], err));
        n_found++;
    }
    if (n_found > 0) return ONS_OK;
    return ONS_YAML_FAIL(err, ONS_IO, n, "no finished checkpoint matches '%.100s' (%zu other %s)",
                         pattern, n_paths, n_paths == 1 ? "name does" : "names do");
}

static ons_status add_model(reader *r, const ons_yaml_node *n, ons_err *err)
{
    static const char *const keys[] = {"path",   "glob",   "endpoint", "family",
                                       "params", "tokens", "flops",    "loss"};
    ONS_TRY(ons_yaml_expect_keys(n, keys, N(keys), err));
    const ons_yaml_node *path = ons_yaml_get(n, "path"), *glob = ons_yaml_get(n, "glob");
    for (const ons_yaml_entry *e = n->first; e; e = e->next)
        if (e->value != path && e->value != glob)
            return ONS_YAML_FAIL(err, ONS_UNSUPPORTED, e->key,
                                 ONS_STR_FMT ": this version takes checkpoints of its own, which "
                                             "know their family and scale",
                                 ONS_STR(e->key->text));
    if (!path == !glob)
        return ONS_YAML_FAIL(err, ONS_FORMAT, n, "a model has either a path or a glob");
    return path ? add_path(r, path, err) : add_glob(r, glob, err);
}

static ons_status read_models(reader *r, const ons_yaml_node *n, ons_err *err)
{
    if (!n) return ONS_OK;
    ONS_TRY(ons_yaml_expect(n, ONS_YAML_SEQUENCE, err));
    ONS_TRY(ONS_NEW(r->arena, MODELS_MAX, &r->model, err));
    for (const ons_yaml_entry *e = n->first; e; e = e->next) ONS_TRY(add_model(r, e->value, err));
    r->study.model = r->model;
    return ONS_OK;
}

/* ---- tasks ---- */

static const ons_skill *find_skill(const reader *r, ons_str name)
{
    const ons_ladder_file *f = r->study.ladder;
    for (size_t g = 0; f && g < f->n_ladders; g++) {
        const ons_ladder *l = &f->ladder[g];
        for (size_t i = 0; i < l->n_skills; i++)
            if (ons_str_eq(name, ons_str_of(l->skill[i].skill->name))) return l->skill[i].skill;
    }
    return ons_skill_find(name);
}

static ons_status fail_task(const ons_yaml_node *n, ons_err *err)
{
    const char *near = ons_skill_nearest(NULL, n->text);
    const ons_status s =
        ONS_YAML_FAIL(err, ONS_FORMAT, n,
                      "no task '" ONS_STR_FMT "': this version asks skills, built in or of the "
                      "ladder",
                      ONS_STR(n->text));
    return ons_err_hint(err, s, "%s", near ? near : "onset ls skills");
}

static ons_status read_tasks(reader *r, const ons_yaml_node *n, ons_err *err)
{
    const ons_skill **skill;
    if (!n) return ONS_OK;
    ONS_TRY(ons_yaml_expect(n, ONS_YAML_SEQUENCE, err));
    if (n->n_entries < 1 || n->n_entries > TASKS_MAX)
        return ONS_YAML_FAIL(err, ONS_LIMIT, n, "%zu tasks, allowed 1 to %zu", n->n_entries,
                             TASKS_MAX);
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): a list of pointers */
    ONS_TRY(ONS_NEW(r->arena, n->n_entries, &skill, err));
    for (const ons_yaml_entry *e = n->first; e; e = e->next) {
        ONS_TRY(ons_yaml_expect(e->value, ONS_YAML_SCALAR, err));
        const ons_skill *found = find_skill(r, e->value->text);
        if (!found) return fail_task(e->value, err);
        for (size_t i = 0; i < r->study.n_skills; i++)
            if (skill[i] == found)
                return ONS_YAML_FAIL(err, ONS_FORMAT, e->value, "'%s' stands twice", found->name);
        skill[r->study.n_skills++] = found;
    }
    r->study.skill = skill;
    return ONS_OK;
}

/* ---- the whole ---- */

static ons_status read_name(reader *r, const ons_yaml_node *root, ons_err *err)
{
    const ons_yaml_node *n = ons_yaml_get(root, "study");
    if (!n) return ONS_YAML_FAIL(err, ONS_FORMAT, root, "the key 'study', its name, is missing");
    ONS_TRY(ons_yaml_expect(n, ONS_YAML_SCALAR, err));
    bool plain = n->text.len > 0 && n->text.len <= NAME_BYTES_MAX;
    for (size_t i = 0; i < n->text.len && plain; i++)
        plain = (unsigned char)n->text.ptr[i] >= ' ' && n->text.ptr[i] != 0x7f;
    if (!plain)
        return ONS_YAML_FAIL(err, ONS_FORMAT, n,
                             "a name of 1 to %zu bytes without control characters is due",
                             NAME_BYTES_MAX);
    r->study.name = n->text;
    return ONS_OK;
}

static ons_status read_ladder(ons_str text, const char *path, ons_arena *a,
                              const ons_ladder_file **ret_l, ons_err *err)
{
    ons_ladder_file *l;
    ONS_TRY(ONS_NEW(a, 1, &l, err));
    ONS_TRY(ons_ladder_of_text(text, path, a, l, err));
    *ret_l = l;
    return ONS_OK;
}

/* What the page of the study shows and decides by must be in its store: the ladder's text follows
 * the study's. */
static ons_status join_texts(reader *r, ons_str ladder, ons_err *err)
{
    const ons_str study = r->study.recipe, between = ONS_S(LADDER_FOLLOWS);
    char *text;
    ONS_TRY(ONS_NEW(r->arena, study.len + 1 + between.len + ladder.len + 1, &text, err));
    size_t len = study.len;
    memcpy(text, study.ptr, study.len);
    if (len == 0 || text[len - 1] != '\n') text[len++] = '\n';
    memcpy(text + len, between.ptr, between.len);
    len += between.len;
    memcpy(text + len, ladder.ptr, ladder.len);
    r->study.recipe = (ons_str){text, len + ladder.len};
    return ONS_OK;
}

static ons_status read_train(reader *r, const ons_yaml_node *n, ons_err *err)
{
    char path[ONS_PATH_MAX];
    ons_str text;
    if (!n || ons_yaml_is_null(n)) return ONS_OK;
    ONS_TRY(beside(r, n, path, err));
    const ons_status s = read_text(path, r->arena, &text, err);
    if (s != ONS_OK) return ons_yaml_where(n, s, err);
    ONS_TRY(read_ladder(text, path, r->arena, &r->study.ladder, err));
    return join_texts(r, text, err);
}

static ons_status check_keys(const ons_yaml_node *root, ons_err *err)
{
    static const char *const keys[] = {"study",   "train",        "models",      "tasks",
                                       "limit",   "seed",         "axis",        "w0",
                                       "prompts", "models_table", "include_path"};
    static const char *const later[] = {"prompts", "models_table", "include_path"};
    ONS_TRY(ons_yaml_expect_keys(root, keys, N(keys), err));
    for (const ons_yaml_entry *e = root->first; e; e = e->next)
        for (size_t i = 0; i < N(later); i++)
            if (ons_str_eq(e->key->text, ons_str_of(later[i])))
                return ONS_YAML_FAIL(err, ONS_UNSUPPORTED, e->key,
                                     "%s: this version asks built-in skills of checkpoints of its "
                                     "own",
                                     later[i]);
    return ONS_OK;
}

/* The file ends here where it is read from a store: the rest names files. */
static ons_status read_decisions(const ons_yaml_node *root, ons_study_decisions *d, ons_err *err)
{
    const ons_yaml_node *seed = ons_yaml_get(root, "seed");
    if (seed) ONS_TRY(ons_yaml_u64(seed, 0, UINT64_MAX, &d->seed, err));
    return ons_axis_keys_read(root, &d->axes, &d->w0, err);
}

static ons_status read_study(reader *r, const ons_yaml_node *root, ons_err *err)
{
    ons_study_decisions d = {.axes = 0};
    const ons_yaml_node *limit = ons_yaml_get(root, "limit");
    uint64_t items = 0;
    ONS_TRY(check_keys(root, err));
    ONS_TRY(read_name(r, root, err));
    ONS_TRY(read_decisions(root, &d, err));
    if (limit) ONS_TRY(ons_yaml_u64(limit, 1, ITEMS_MAX, &items, err));
    ONS_TRY(read_train(r, ons_yaml_get(root, "train"), err));
    ONS_TRY(read_models(r, ons_yaml_get(root, "models"), err));
    ONS_TRY(read_tasks(r, ons_yaml_get(root, "tasks"), err));
    if (!r->study.ladder && r->study.n_models == 0)
        return ONS_YAML_FAIL(err, ONS_FORMAT, root,
                             "no models: 'train' (a ladder file) or 'models' must name some");
    if (!r->study.ladder && r->study.n_skills == 0)
        return ONS_YAML_FAIL(err, ONS_FORMAT, root, "'tasks' must say what the models are asked");
    if (!r->study.ladder && items == 0) items = ITEMS_DEFAULT;
    r->study.n_items = (size_t)items;
    return ONS_OK;
}

/* A file without the key is one all the same if it has what only studies have: its typos are
 * then told of. */
static bool is_study(const ons_yaml_node *root)
{
    if (ons_yaml_get(root, "study")) return true;
    if (ons_yaml_get(root, "ladder") || ons_yaml_get(root, "sizes")) return false;
    return ons_yaml_get(root, "train") || ons_yaml_get(root, "models") ||
           ons_yaml_get(root, "tasks");
}

ons_status ons_study_read(const char *path, ons_arena *a, ons_study *ret_study, ons_err *err)
{
    reader r = {.arena = a, .path = path};
    const ons_yaml_node *root;
    ONS_TRY(read_text(path, a, &r.study.recipe, err));
    ONS_TRY(ons_yaml_parse(r.study.recipe, path, a, &root, err));
    if (is_study(root)) {
        ONS_TRY(read_study(&r, root, err));
        *ret_study = r.study;
        return ONS_OK;
    }
    const ons_ladder_file *l;
    ONS_TRY(read_ladder(r.study.recipe, path, a, &l, err));
    *ret_study = ons_study_of_ladder(l, r.study.recipe);
    return ONS_OK;
}

/* ---- what a store says ---- */

/* The two texts of a recipe; no ladder: empty. */
static void split_texts(ons_str recipe, ons_str *ret_first, ons_str *ret_ladder)
{
    const ons_str between = ONS_S("\n" LADDER_FOLLOWS);
    *ret_first = recipe;
    *ret_ladder = ONS_S("");
    for (size_t i = 0; i + between.len <= recipe.len; i++) {
        if (memcmp(recipe.ptr + i, between.ptr, between.len) != 0) continue;
        *ret_first = (ons_str){recipe.ptr, i + 1};
        *ret_ladder = (ons_str){recipe.ptr + i + between.len, recipe.len - i - between.len};
        return;
    }
}

static ons_status ladder_decisions(ons_str text, ons_study_decisions *d, ons_err *err)
{
    ons_ladder_head l; /* the files that the recipe names may be gone */
    if (text.len == 0) return ONS_OK;
    ONS_TRY(ons_ladder_parse_head(text, "ladder", &l, err));
    d->axes = l.axes;
    d->w0 = l.w0;
    return ONS_OK;
}

static ons_status decisions_of(ons_str recipe, ons_arena *a, ons_study_decisions *d, ons_err *err)
{
    const ons_yaml_node *root;
    ons_str first, ladder;
    split_texts(recipe, &first, &ladder);
    ONS_TRY(ons_yaml_parse(first, "study", a, &root, err));
    if (!is_study(root)) return ladder_decisions(recipe, d, err);
    ONS_TRY(ladder_decisions(ladder, d, err)); /* the study's own word comes after */
    return read_decisions(root, d, err);
}

ons_status ons_study_recipe_decisions(ons_str recipe, ons_study_decisions *ret_d, ons_err *err)
{
    ons_arena a;
    ons_study_decisions d = {.w0 = (double)NAN};
    ons_arena_init(&a, (size_t)64 << 20);
    const ons_status s = recipe.len ? decisions_of(recipe, &a, &d, err) : ONS_OK;
    ons_arena_clear(&a);
    if (s == ONS_NOMEM) return s;
    if (s == ONS_OK) *ret_d = d;
    return ONS_OK;
}
