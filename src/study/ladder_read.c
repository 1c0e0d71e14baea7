/* Ladder files and the skills they name, from disk. */
#include <stdlib.h>
#include <string.h>

#include "os/file.h"
#include "study/ladder_file.h"
#include "task/exchange/skills_jsonl.h"

#define LADDER_BYTES_MAX ((size_t)4 << 20)
#define APART_DRAWS      4096 /* of a built-in skill */

ons_status ons_own_skills_read(const char *path, ons_arena *a, ons_skill_list *ret_list,
                               ons_err *err)
{
    ons_buf text;
    ons_buf_init(&text, ONS_SKILLS_BYTES_MAX);
    ons_status s = ons_file_read(path, &text, err);
    if (s == ONS_OK) s = ons_skills_jsonl_read(ons_buf_str(&text), path, a, ret_list, err);
    ons_buf_release(&text);
    return s;
}

/* Where the skills_file of a ladder is: as named from here, else beside the ladder file. */
static ons_status find(const char *name, const char *ladder, char *buf, size_t cap, ons_err *err)
{
    ONS_TRY(ons_path_format(buf, cap, err, "%s", name));
    if (ons_file_exists(buf)) return ONS_OK;
    const char *slash = strrchr(ladder, '/');
    if (slash && name[0] != '/') {
        ONS_TRY(ons_path_format(buf, cap, err, "%.*s/%s", (int)(slash - ladder), ladder, name));
        if (ons_file_exists(buf)) return ONS_OK;
    }
    const ons_status s = ONS_FAIL(err, ONS_IO, "no skills_file '%.150s', here or beside it", name);
    return ons_err_where(err, s, "%s", ladder);
}

/* ---- nothing that is asked is taught by another skill of the ladder ---- */

typedef struct own_prompt {
    const char *prompt;
    const ons_skill *skill;
    bool asked;
} own_prompt;

typedef struct own_prompts {
    own_prompt *at; /* sorted by prompt */
    size_t n;
} own_prompts;

static int by_prompt(const void *a, const void *b)
{
    const own_prompt *x = a, *y = b;
    return strcmp(x->prompt, y->prompt);
}

/* The skills of all ladders of a file, each once. */
typedef struct skill_set {
    ons_skill_weight *at; /* the weights are of no account */
    size_t n, items;      /* asked of each, at most */
} skill_set;

static ons_status collect_skills(const ons_ladder_file *f, ons_arena *a, skill_set *ret,
                                 ons_err *err)
{
    skill_set set = {.n = 0};
    ONS_TRY(ONS_NEW(a, f->n_ladders * ONS_LADDER_SKILLS_MAX, &set.at, err));
    for (size_t i = 0; i < f->n_ladders; i++) {
        const ons_ladder *l = &f->ladder[i];
        if (l->evaluate_items > set.items) set.items = l->evaluate_items;
        for (size_t k = 0; k < l->n_skills; k++) {
            size_t at = 0;
            while (at < set.n && set.at[at].skill != l->skill[k].skill) at++;
            if (at == set.n) set.at[set.n++] = l->skill[k];
        }
    }
    *ret = set;
    return ONS_OK;
}

static ons_status collect_prompts(const skill_set *set, ons_arena *a, own_prompts *ret,
                                  ons_err *err)
{
    size_t n = 0;
    for (size_t i = 0; i < set->n; i++)
        if (set->at[i].skill->own)
            n += set->at[i].skill->own->n_train + set->at[i].skill->own->n_test;
    own_prompts p = {.n = 0};
    ONS_TRY(ONS_NEW(a, n + 1, &p.at, err));
    for (size_t i = 0; i < set->n; i++) {
        const ons_skill *s = set->at[i].skill;
        if (!s->own) continue;
        for (size_t k = 0; k < s->own->n_train; k++)
            p.at[p.n++] = (own_prompt){s->own->train[k].prompt.ptr, s, false};
        for (size_t k = 0; k < s->own->n_test; k++)
            p.at[p.n++] = (own_prompt){s->own->test[k].prompt.ptr, s, true};
    }
    qsort(p.at, p.n, sizeof *p.at, by_prompt);
    *ret = p;
    return ONS_OK;
}

/* An item of a built-in skill on one side, a line with the same prompt on the other. The lines of
 * one prompt are all on one side: the file was checked. */
static ons_status check_item(const own_prompts *p, const ons_skill *s, const ons_skill_item *it,
                             bool asked, ons_err *err)
{
    const own_prompt key = {.prompt = it->prompt};
    const own_prompt *found = bsearch(&key, p->at, p->n, sizeof key, by_prompt);
    if (!found || found->asked == asked) return ONS_OK;
    const ons_status st =
        ONS_FAIL(err, ONS_FORMAT, "skill '%s' %s '%s', which '%s' %s", found->skill->name,
                 asked ? "teaches" : "asks", it->prompt, s->name, asked ? "asks" : "teaches");
    return ons_err_hint(err, st, "prompts with a letter of their own in front, or leave %s out",
                        s->name);
}

/* All that a built-in skill asks, and a sample of what it teaches. */
static ons_status check_apart_from(const own_prompts *p, const ons_skill *s, size_t items,
                                   ons_err *err)
{
    ons_arena a;
    ons_skill_set asked = {.n = 0};
    ons_skill_item it;
    ons_rng rng = ons_rng_make(0, 0);
    ons_arena_init(&a, 0);
    ons_status st = ons_skill_test_set(s, s->shots, items, &a, &asked, err);
    if (st == ONS_LIMIT) st = ONS_OK; /* fewer items than wanted: told of where they are asked */
    for (size_t i = 0; st == ONS_OK && i < asked.n; i++)
        st = check_item(p, s, &asked.item[i], true, err);
    for (size_t i = 0; st == ONS_OK && i < APART_DRAWS; i++) {
        ons_skill_draw(s, ONS_SPLIT_TRAIN, ONS_SHOTS_ANY, &rng, &it);
        st = check_item(p, s, &it, false, err);
    }
    ons_arena_clear(&a);
    return st;
}

static ons_status check_apart(const ons_ladder_file *f, ons_err *err)
{
    ons_arena a;
    skill_set set = {.n = 0};
    own_prompts p = {.n = 0};
    ons_arena_init(&a, 0);
    ons_status s = collect_skills(f, &a, &set, err);
    if (s == ONS_OK) s = collect_prompts(&set, &a, &p, err);
    for (size_t i = 0; s == ONS_OK && p.n && i < set.n; i++)
        if (!set.at[i].skill->own) s = check_apart_from(&p, set.at[i].skill, set.items, err);
    ons_arena_clear(&a);
    return s;
}

/* ---- the whole ---- */

ons_status ons_ladder_of_text(ons_str text, const char *path, ons_arena *a,
                              ons_ladder_file *ret_file, ons_err *err)
{
    ons_ladder_head head;
    ons_skill_list own = {.n = 0};
    char file[ONS_PATH_MAX];
    ONS_TRY(ons_ladder_parse_head(text, path, &head, err));
    if (head.skills_file[0]) {
        ONS_TRY(find(head.skills_file, path, file, sizeof file, err));
        ONS_TRY(ons_own_skills_read(file, a, &own, err));
    }
    ONS_TRY(ons_ladder_parse(text, path, &own, a, ret_file, err));
    return ons_err_where(err, check_apart(ret_file, err), "%s", path);
}

ons_status ons_ladder_read(const char *path, ons_arena *a, ons_ladder_file *ret_file,
                           ons_str *ret_text, ons_err *err)
{
    ons_buf text;
    char *copy = NULL;
    ons_buf_init(&text, LADDER_BYTES_MAX);
    ons_status s = ons_file_read(path, &text, err);
    if (s == ONS_OK) s = ONS_NEW(a, text.len + 1, &copy, err);
    if (s == ONS_OK) {
        if (text.len) memcpy(copy, text.ptr, text.len);
        *ret_text = (ons_str){copy, text.len};
        s = ons_ladder_of_text(*ret_text, path, a, ret_file, err);
    }
    ons_buf_release(&text);
    return s;
}
