#include "task/exchange/skills_jsonl.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/parse.h"
#include "task/skill_priv.h"
#include "text/json.h"

#define NAME_MAX_LEN 63
#define HELD_OUT     8 /* without a split, one prompt in so many is asked */

static const char name_chars[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";

/* One line. */
typedef struct entry {
    ons_skill_pair pair;
    uint32_t line, skill;
    bool test;
} entry;

/* What the lines of one skill have in common. */
typedef struct draft {
    const char *name;
    double chance; /* NaN: no line names it */
    uint32_t line, chance_line;
    size_t n_train, n_test;
} draft;

typedef struct reader {
    const char *file;
    ons_arena *arena;
    entry *entry;
    size_t n_entries;
    draft draft[ONS_SKILLS_OWN_MAX];
    size_t n_drafts;
} reader;

static ons_status at_line(const reader *r, uint32_t line, ons_status code, ons_err *err)
{
    return ons_err_where(err, code, "%s:%" PRIu32, r->file, line);
}

/* ---- one line ---- */

static ons_status check_keys(const ons_json_at *root, ons_err *err)
{
    static const char *const known[] = {"skill", "prompt", "answer", "chance", "split"};
    ONS_TRY(ons_json_expect(root, ONS_JSON_OBJECT, err));
    for (size_t i = 0; i < ons_json_len(root); i++) {
        const char *key = ons_json_item(root, i).key;
        size_t k = 0;
        while (k < 5 && strcmp(key, known[k]) != 0) k++;
        if (k < 5) continue;
        const char *near = ons_str_nearest(ons_str_of(key), known, 5);
        ons_status s = ONS_FAIL(err, ONS_FORMAT,
                                "key '%s' is not one of skill, prompt, answer, chance, split", key);
        return near ? ons_err_hint(err, s, "%s", near) : s;
    }
    return ONS_OK;
}

static ons_status copy(ons_str s, ons_arena *a, ons_str *ret, ons_err *err)
{
    char *p;
    ONS_TRY(ONS_NEW(a, s.len + 1, &p, err));
    memcpy(p, s.ptr, s.len);
    *ret = (ons_str){p, s.len};
    return ONS_OK;
}

static ons_status get_text(const ons_json_at *root, const char *key, ons_str *ret, ons_err *err)
{
    ONS_TRY(ons_json_get_str(root, key, ret, err));
    if (ret->len == 0) return ONS_FAIL(err, ONS_FORMAT, "%s is empty", key);
    for (size_t i = 0; i < ret->len; i++) {
        const unsigned char c = (unsigned char)ret->ptr[i];
        if (c < ' ' || c > '~')
            return ONS_FAIL(err, ONS_FORMAT,
                            "%s has byte 0x%02x at %zu: printable ASCII only (0x20 to 0x7e)", key,
                            c, i + 1);
    }
    return ONS_OK;
}

static ons_status get_pair(const ons_json_at *root, ons_arena *a, ons_skill_pair *ret, ons_err *err)
{
    ons_str prompt, answer;
    ONS_TRY(get_text(root, "prompt", &prompt, err));
    ONS_TRY(get_text(root, "answer", &answer, err));
    if (prompt.len + answer.len > ONS_SKILL_DOC_MAX - 1)
        return ONS_FAIL(err, ONS_FORMAT,
                        "prompt and answer have %zu characters together, allowed 2 to %d",
                        prompt.len + answer.len, ONS_SKILL_DOC_MAX - 1);
    ONS_TRY(copy(prompt, a, &ret->prompt, err));
    return copy(answer, a, &ret->answer, err);
}

static ons_status get_split(const ons_json_at *root, const ons_skill_pair *p, bool *ret_test,
                            ons_err *err)
{
    ons_json_at at;
    ons_str s;
    *ret_test = ons_skill_hash64(p->prompt.ptr, p->prompt.len) % HELD_OUT == 0;
    if (!ons_json_find(root, "split", &at)) return ONS_OK;
    ONS_TRY(ons_json_str(&at, &s, err));
    *ret_test = ons_str_eq(s, ONS_S("test"));
    if (*ret_test || ons_str_eq(s, ONS_S("train"))) return ONS_OK;
    return ONS_FAIL(err, ONS_FORMAT, "split is '" ONS_STR_FMT "', allowed train and test",
                    ONS_STR(s));
}

static ons_status get_chance(const ons_json_at *root, uint32_t line, draft *d, ons_err *err)
{
    ons_json_at at;
    double v;
    if (!ons_json_find(root, "chance", &at)) return ONS_OK;
    ONS_TRY(ons_json_f64(&at, &v, err));
    if (!(v >= 0 && v < 1))
        return ONS_FAIL(err, ONS_FORMAT, "chance is %g, allowed 0 to below 1", v);
    if (!isnan(d->chance) && d->chance != v)
        return ONS_FAIL(err, ONS_FORMAT,
                        "chance is %g, but %g in line %" PRIu32 " of the same skill", v, d->chance,
                        d->chance_line);
    if (isnan(d->chance)) d->chance_line = line;
    d->chance = v;
    return ONS_OK;
}

static ons_status check_name(ons_str name, ons_err *err)
{
    bool plain = name.len >= 1 && name.len <= NAME_MAX_LEN;
    for (size_t i = 0; plain && i < name.len; i++)
        plain = name.ptr[i] && strchr(name_chars, name.ptr[i]);
    if (!plain)
        return ONS_FAIL(err, ONS_FORMAT,
                        "skill '" ONS_STR_FMT "': a name is 1 to %d of a-z A-Z 0-9 _ - .",
                        ONS_STR(name), NAME_MAX_LEN);
    if (!ons_skill_find(name)) return ONS_OK;
    return ons_err_hint(err,
                        ONS_FAIL(err, ONS_FORMAT,
                                 "skill '" ONS_STR_FMT "' is built in and cannot be another",
                                 ONS_STR(name)),
                        "another name, such as my_" ONS_STR_FMT, ONS_STR(name));
}

/* The skill that a line belongs to; a new name is a new skill. */
static ons_status get_draft(reader *r, const ons_json_at *root, uint32_t line, uint32_t *ret_skill,
                            ons_err *err)
{
    ons_str name, own;
    ONS_TRY(ons_json_get_str(root, "skill", &name, err));
    for (size_t i = 0; i < r->n_drafts; i++) {
        *ret_skill = (uint32_t)i;
        if (ons_str_eq(name, ons_str_of(r->draft[i].name))) return ONS_OK;
    }
    ONS_TRY(check_name(name, err));
    if (r->n_drafts == ONS_SKILLS_OWN_MAX)
        return ONS_FAIL(err, ONS_LIMIT, "more than %d skills", ONS_SKILLS_OWN_MAX);
    ONS_TRY(copy(name, r->arena, &own, err));
    *ret_skill = (uint32_t)r->n_drafts;
    r->draft[r->n_drafts++] = (draft){.name = own.ptr, .chance = (double)NAN, .line = line};
    return ONS_OK;
}

static ons_status read_object(reader *r, const ons_json_at *root, uint32_t line, ons_err *err)
{
    entry e = {.line = line};
    ONS_TRY(check_keys(root, err));
    ONS_TRY(get_draft(r, root, line, &e.skill, err));
    draft *d = &r->draft[e.skill];
    ONS_TRY(get_pair(root, r->arena, &e.pair, err));
    ONS_TRY(get_split(root, &e.pair, &e.test, err));
    ONS_TRY(get_chance(root, line, d, err));
    *(e.test ? &d->n_test : &d->n_train) += 1;
    r->entry[r->n_entries++] = e;
    return ONS_OK;
}

static ons_status read_line(reader *r, ons_str text, uint32_t line, ons_err *err)
{
    ons_json *doc;
    ons_status s = ons_json_parse(text, &doc, err);
    if (s == ONS_OK) {
        const ons_json_at root = ons_json_root(doc);
        s = read_object(r, &root, line, err);
        ons_json_free(doc);
    }
    return s == ONS_OK ? s : at_line(r, line, s, err);
}

static ons_status read_lines(reader *r, ons_str text, ons_err *err)
{
    ons_str rest = text, line;
    size_t n = 0;
    for (; rest.len; n++) (void)ons_str_cut(&rest, '\n', &line);
    if (n > ONS_SKILLS_LINES_MAX)
        return ons_err_where(
            err, ONS_FAIL(err, ONS_LIMIT, "%zu lines, allowed %zu", n, ONS_SKILLS_LINES_MAX), "%s",
            r->file);
    ONS_TRY(ONS_NEW(r->arena, n + 1, &r->entry, err));
    rest = text;
    for (uint32_t i = 1; rest.len; i++) {
        (void)ons_str_cut(&rest, '\n', &line);
        line = ons_str_trim(line);
        if (line.len) ONS_TRY(read_line(r, line, i, err));
    }
    return ONS_OK;
}

/* ---- what lines say of each other ---- */

static ons_status compare(const reader *r, const entry *old, const entry *new, ons_err *err)
{
    if (!old->test && !new->test) return ONS_OK;
    ons_status s;
    if (old->test && new->test) {
        if (old->skill != new->skill) return ONS_OK;
        s = ONS_FAIL(err, ONS_FORMAT, "asked twice, first in line %" PRIu32 ": prompt '%s'",
                     old->line, new->pair.prompt.ptr);
    } else {
        s = ONS_FAIL(err, ONS_FORMAT, "%s here and %s in line %" PRIu32 ": prompt '%s'",
                     new->test ? "asked" : "taught", old->test ? "asked" : "taught", old->line,
                     new->pair.prompt.ptr);
    }
    s = ons_err_hint(err, s, "remove one of the two lines");
    return at_line(r, new->line, s, err);
}

/* Prompts in a table by their hash. Lines of one prompt stand in it once for each skill and side,
 * which is all that the next line must be compared with. */
static ons_status check_prompts(const reader *r, ons_err *err)
{
    size_t cap = 16;
    uint32_t *slot; /* 1 + index of an entry; 0: free */
    ons_arena a;
    while (cap < 2 * r->n_entries) cap *= 2;
    ons_arena_init(&a, 0);
    ons_status s = ONS_NEW(&a, cap, &slot, err);
    for (size_t i = 0; s == ONS_OK && i < r->n_entries; i++) {
        const entry *e = &r->entry[i];
        size_t k = ons_skill_hash64(e->pair.prompt.ptr, e->pair.prompt.len) & (cap - 1);
        bool known = false;
        for (; s == ONS_OK && !known && slot[k]; k = (k + 1) & (cap - 1)) {
            const entry *old = &r->entry[slot[k] - 1];
            if (!ons_str_eq(old->pair.prompt, e->pair.prompt)) continue;
            s = compare(r, old, e, err);
            known = old->skill == e->skill && old->test == e->test;
        }
        if (s == ONS_OK && !known) slot[k] = (uint32_t)i + 1;
    }
    ons_arena_clear(&a);
    return s;
}

static ons_status check_sides(const reader *r, ons_err *err)
{
    if (r->n_entries == 0)
        return ons_err_where(err, ONS_FAIL(err, ONS_FORMAT, "no skills are in it"), "%s", r->file);
    for (size_t i = 0; i < r->n_drafts; i++) {
        const draft *d = &r->draft[i];
        if (d->n_train && d->n_test) continue;
        ons_status s =
            ONS_FAIL(err, ONS_FORMAT, "skill '%s' has %zu items of train and %zu of test", d->name,
                     d->n_train, d->n_test);
        s = ons_err_hint(err, s, "at least one of each, by \"split\": \"%s\"",
                         d->n_test ? "train" : "test");
        return at_line(r, d->line, s, err);
    }
    return ONS_OK;
}

/* ---- skills ---- */

static ons_id hash_of(const char *name, const ons_skill_own *own)
{
    ons_hasher h;
    ons_hasher_init(&h);
    ons_hasher_str(&h, ons_str_of(name));
    ons_hasher_f64(&h, isnan(own->chance) ? -1 : own->chance);
    ons_hasher_u64(&h, own->n_train);
    for (size_t i = 0; i < own->n_train + own->n_test; i++) {
        const ons_skill_pair *p = i < own->n_train ? &own->train[i] : &own->test[i - own->n_train];
        ons_hasher_str(&h, p->prompt);
        ons_hasher_str(&h, p->answer);
    }
    return ons_hasher_end(&h);
}

/* "a skill of the user's own: p:1011=1" */
static ons_status about_of(const ons_skill_pair *p, ons_arena *a, const char **ret, ons_err *err)
{
    static const char lead[] = "a skill of the user's own: ";
    const size_t n = sizeof lead + p->prompt.len + p->answer.len;
    char *text;
    ONS_TRY(ONS_NEW(a, n, &text, err));
    (void)snprintf(text, n, "%s%s%s", lead, p->prompt.ptr, p->answer.ptr);
    *ret = text;
    return ONS_OK;
}

static ons_status make_skill(const reader *r, size_t i, ons_skill *ret, ons_err *err)
{
    const draft *d = &r->draft[i];
    ons_skill_own *own;
    ons_skill_pair *train, *test;
    ONS_TRY(ONS_NEW(r->arena, 1, &own, err));
    ONS_TRY(ONS_NEW(r->arena, d->n_train, &train, err));
    ONS_TRY(ONS_NEW(r->arena, d->n_test, &test, err));
    *own = (ons_skill_own){.train = train, .test = test, .chance = d->chance};
    for (size_t k = 0; k < r->n_entries; k++) {
        const entry *e = &r->entry[k];
        if (e->skill != i) continue;
        if (e->test)
            test[own->n_test++] = e->pair;
        else
            train[own->n_train++] = e->pair;
    }
    own->hash = hash_of(d->name, own);
    *ret =
        (ons_skill){.name = d->name, .answers = ONS_ANSWERS_FEW, .held_out = HELD_OUT, .own = own};
    return about_of(&test[0], r->arena, &ret->about, err);
}

ons_status ons_skills_jsonl_read(ons_str text, const char *file, ons_arena *a,
                                 ons_skill_list *ret_list, ons_err *err)
{
    reader r = {.file = file, .arena = a};
    ons_skill *skill;
    if (text.len > ONS_SKILLS_BYTES_MAX)
        return ons_err_where(
            err, ONS_FAIL(err, ONS_LIMIT, "%zu bytes, allowed %zu", text.len, ONS_SKILLS_BYTES_MAX),
            "%s", file);
    ONS_TRY(read_lines(&r, text, err));
    ONS_TRY(check_sides(&r, err));
    ONS_TRY(check_prompts(&r, err));
    ONS_TRY(ONS_NEW(a, r.n_drafts, &skill, err));
    for (size_t i = 0; i < r.n_drafts; i++) ONS_TRY(make_skill(&r, i, &skill[i], err));
    *ret_list = (ons_skill_list){skill, r.n_drafts};
    return ONS_OK;
}
