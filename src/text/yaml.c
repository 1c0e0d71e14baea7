#include "text/yaml.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "base/parse.h"

#define ANCHORS_MAX ((size_t)256)

typedef struct anchor {
    ons_str name;
    const ons_yaml_node *node; /* NULL while it is being read */
} anchor;

/* A collection that is being read. */
typedef struct level {
    ons_yaml_node *node;
    ons_yaml_entry *last;
    const ons_yaml_node *key; /* waiting for its value */
    ons_str anchor;
} level;

typedef struct reader {
    yaml_parser_t parser;
    const char *file;
    ons_arena *arena;
    level stack[ONS_YAML_DEPTH_MAX];
    size_t depth;
    const ons_yaml_node *root;
    anchor anchor[ANCHORS_MAX];
    size_t n_anchors;
    size_t n_documents;
} reader;

static uint32_t from_one(size_t v) { return v >= UINT32_MAX ? UINT32_MAX : (uint32_t)v + 1; }

static ons_status at_mark(const reader *r, yaml_mark_t m, ons_status s, ons_err *err)
{
    (void)ons_err_offset(err, s, m.index);
    return ons_err_where(err, s, "%s:%u:%u", r->file, from_one(m.line), from_one(m.column));
}

static ons_status parser_failure(const reader *r, ons_err *err)
{
    const yaml_parser_t *p = &r->parser;
    if (p->error == YAML_MEMORY_ERROR) return ONS_FAIL(err, ONS_NOMEM, "no memory for YAML");
    yaml_mark_t m = p->problem_mark;
    if (p->error == YAML_READER_ERROR) { /* bad UTF-8: the mark is the last token's */
        ons_status s = ONS_FAIL_AT(err, ONS_FORMAT, p->problem_offset, "no YAML: %s",
                                   p->problem ? p->problem : "unreadable bytes");
        return ons_err_where(err, s, "%s", r->file);
    }
    ons_status s = ONS_FAIL(err, ONS_FORMAT, "no YAML: %s%s%s", p->context ? p->context : "",
                            p->context ? ", " : "", p->problem ? p->problem : "malformed");
    return at_mark(r, m, s, err);
}

static ons_status copy_text(ons_arena *a, const void *p, size_t n, ons_str *ret_s, ons_err *err)
{
    char *t;
    ONS_TRY(ONS_NEW(a, n + 1, &t, err));
    if (n) memcpy(t, p, n);
    *ret_s = (ons_str){t, n};
    return ONS_OK;
}

static ons_status new_node(reader *r, ons_yaml_kind kind, const yaml_char_t *tag, yaml_mark_t m,
                           ons_yaml_node **ret_n, ons_err *err)
{
    ons_yaml_node *n;
    ONS_TRY(ONS_NEW(r->arena, 1, &n, err));
    n->kind = kind;
    n->n_nodes = 1;
    n->file = r->file;
    n->line = from_one(m.line);
    n->column = from_one(m.column);
    n->text = ONS_S("");
    n->tag = ONS_S("");
    if (tag) ONS_TRY(copy_text(r->arena, tag, strlen((const char *)tag), &n->tag, err));
    *ret_n = n;
    return ONS_OK;
}

static anchor *find_anchor(reader *r, ons_str name)
{
    for (size_t i = r->n_anchors; i-- > 0;) /* a later anchor of the same name wins */
        if (ons_str_eq(r->anchor[i].name, name)) return &r->anchor[i];
    return NULL;
}

static ons_status set_anchor(reader *r, const yaml_char_t *name, const ons_yaml_node *node,
                             yaml_mark_t m, ons_err *err)
{
    if (!name) return ONS_OK;
    if (r->n_anchors == ANCHORS_MAX)
        return at_mark(r, m, ONS_FAIL(err, ONS_LIMIT, "more than %zu anchors", ANCHORS_MAX), err);
    anchor *a = &r->anchor[r->n_anchors++];
    a->node = node;
    return copy_text(r->arena, name, strlen((const char *)name), &a->name, err);
}

static ons_status check_key(const level *top, const ons_yaml_node *key, ons_err *err)
{
    if (key->kind != ONS_YAML_SCALAR)
        return ONS_YAML_FAIL(err, ONS_FORMAT, key, "a key must be a plain text");
    if (top->node->n_entries == ONS_YAML_PAIRS_MAX)
        return ONS_YAML_FAIL(err, ONS_LIMIT, key, "more than %zu keys in one mapping",
                             ONS_YAML_PAIRS_MAX);
    for (const ons_yaml_entry *e = top->node->first; e; e = e->next) {
        if (ons_str_eq(e->key->text, key->text))
            return ONS_YAML_FAIL(err, ONS_FORMAT, key,
                                 "the key '" ONS_STR_FMT "' stands twice, first on line %u",
                                 ONS_STR(key->text), e->key->line);
    }
    return ONS_OK;
}

/* Hangs a finished node into the collection above it, or makes it the root. */
static ons_status attach(reader *r, const ons_yaml_node *n, ons_err *err)
{
    if (r->depth == 0) {
        r->root = n;
        return ONS_OK;
    }
    level *top = &r->stack[r->depth - 1];
    if (top->node->kind == ONS_YAML_MAPPING && !top->key) {
        ONS_TRY(check_key(top, n, err));
        top->key = n;
        return ONS_OK;
    }
    top->node->n_nodes += n->n_nodes; /* each at most the limit: no overflow */
    if (top->node->n_nodes > ONS_YAML_NODES_MAX)
        return ONS_YAML_FAIL(err, ONS_LIMIT, n, "more than %zu values, aliases written out",
                             ONS_YAML_NODES_MAX);
    ons_yaml_entry *e;
    ONS_TRY(ONS_NEW(r->arena, 1, &e, err));
    e->key = top->key;
    e->value = n;
    if (top->last) {
        top->last->next = e;
    } else {
        top->node->first = e;
    }
    top->last = e;
    top->key = NULL;
    top->node->n_entries++;
    return ONS_OK;
}

static ons_status on_scalar(reader *r, const yaml_event_t *e, ons_err *err)
{
    ons_yaml_node *n;
    const yaml_char_t *tag = e->data.scalar.tag;
    ONS_TRY(new_node(r, ONS_YAML_SCALAR, tag, e->start_mark, &n, err));
    n->quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    ONS_TRY(copy_text(r->arena, e->data.scalar.value, e->data.scalar.length, &n->text, err));
    ONS_TRY(set_anchor(r, e->data.scalar.anchor, n, e->start_mark, err));
    return attach(r, n, err);
}

static ons_status on_alias(reader *r, const yaml_event_t *e, ons_err *err)
{
    const char *name = (const char *)e->data.alias.anchor;
    const anchor *a = find_anchor(r, ons_str_of(name));
    if (!a || !a->node) {
        ons_status s = ONS_FAIL(err, ONS_FORMAT, "the alias '*%s' has no anchor before it", name);
        return at_mark(r, e->start_mark, s, err);
    }
    return attach(r, a->node, err);
}

static ons_status on_start(reader *r, const yaml_event_t *e, ons_err *err)
{
    bool map = e->type == YAML_MAPPING_START_EVENT;
    const yaml_char_t *tag = map ? e->data.mapping_start.tag : e->data.sequence_start.tag;
    const yaml_char_t *name = map ? e->data.mapping_start.anchor : e->data.sequence_start.anchor;
    if (r->depth == ONS_YAML_DEPTH_MAX) {
        ons_status s = ONS_FAIL(err, ONS_LIMIT, "nested deeper than %d levels", ONS_YAML_DEPTH_MAX);
        return at_mark(r, e->start_mark, s, err);
    }
    ons_yaml_node *n;
    ONS_TRY(new_node(r, map ? ONS_YAML_MAPPING : ONS_YAML_SEQUENCE, tag, e->start_mark, &n, err));
    level *top = &r->stack[r->depth++];
    *top = (level){.node = n};
    ONS_TRY(set_anchor(r, name, NULL, e->start_mark, err)); /* usable when it has ended */
    if (name) top->anchor = r->anchor[r->n_anchors - 1].name;
    return ONS_OK;
}

static ons_status on_end(reader *r, ons_err *err)
{
    level *top = &r->stack[--r->depth];
    if (top->anchor.len) {
        anchor *a = find_anchor(r, top->anchor);
        if (a && !a->node) a->node = top->node;
    }
    return attach(r, top->node, err);
}

static ons_status on_event(reader *r, const yaml_event_t *e, ons_err *err)
{
    switch (e->type) {
    case YAML_SCALAR_EVENT:
        return on_scalar(r, e, err);
    case YAML_ALIAS_EVENT:
        return on_alias(r, e, err);
    case YAML_SEQUENCE_START_EVENT:
    case YAML_MAPPING_START_EVENT:
        return on_start(r, e, err);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return on_end(r, err);
    case YAML_DOCUMENT_START_EVENT:
        if (++r->n_documents == 1) return ONS_OK;
        return at_mark(r, e->start_mark,
                       ONS_FAIL(err, ONS_FORMAT, "a second document, allowed is one"), err);
    case YAML_DOCUMENT_END_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_NO_EVENT:
    default:
        return ONS_OK;
    }
}

static ons_status read_events(reader *r, ons_err *err)
{
    for (bool done = false; !done;) {
        yaml_event_t e;
        if (!yaml_parser_parse(&r->parser, &e)) return parser_failure(r, err);
        done = e.type == YAML_STREAM_END_EVENT;
        ons_status s = on_event(r, &e, err);
        yaml_event_delete(&e);
        ONS_TRY(s);
    }
    if (r->root) return ONS_OK;
    return ons_err_where(err, ONS_FAIL(err, ONS_FORMAT, "the file is empty"), "%s", r->file);
}

ons_status ons_yaml_parse(ons_str text, const char *file, ons_arena *a,
                          const ons_yaml_node **ret_root, ons_err *err)
{
    if (text.len > ONS_YAML_BYTES_MAX)
        return ONS_FAIL(err, ONS_LIMIT, "%zu bytes of YAML, at most %zu are allowed", text.len,
                        ONS_YAML_BYTES_MAX);
    reader *r; /* some 20 kB: not for the stack */
    ONS_TRY(ONS_NEW(a, 1, &r, err));
    r->file = file;
    r->arena = a;
    if (!yaml_parser_initialize(&r->parser)) return ONS_FAIL(err, ONS_NOMEM, "no memory for YAML");
    yaml_parser_set_input_string(&r->parser, (const unsigned char *)(text.ptr ? text.ptr : ""),
                                 text.len);
    ons_status s = read_events(r, err);
    yaml_parser_delete(&r->parser);
    if (s == ONS_OK) *ret_root = r->root;
    return s;
}

const ons_yaml_node *ons_yaml_get(const ons_yaml_node *n, const char *key)
{
    if (n->kind != ONS_YAML_MAPPING) return NULL;
    for (const ons_yaml_entry *e = n->first; e; e = e->next)
        if (ons_str_eq(e->key->text, ons_str_of(key))) return e->value;
    return NULL;
}

bool ons_yaml_is_null(const ons_yaml_node *n)
{
    if (n->kind != ONS_YAML_SCALAR || n->quoted) return false;
    return n->text.len == 0 || ons_str_eq(n->text, ONS_S("~")) ||
           ons_str_eq(n->text, ONS_S("null"));
}

ons_status ons_yaml_where(const ons_yaml_node *n, ons_status code, ons_err *err)
{
    return ons_err_where(err, code, "%s:%u:%u", n->file, n->line, n->column);
}

ons_status ons_yaml_expect(const ons_yaml_node *n, ons_yaml_kind kind, ons_err *err)
{
    static const char *const name[] = {[ONS_YAML_SCALAR] = "a single value",
                                       [ONS_YAML_SEQUENCE] = "a list",
                                       [ONS_YAML_MAPPING] = "a mapping (key: value)"};
    if (n->kind != kind)
        return ONS_YAML_FAIL(err, ONS_FORMAT, n, "%s where %s must stand", name[n->kind],
                             name[kind]);
    if (n->tag.len)
        return ONS_YAML_FAIL(err, ONS_UNSUPPORTED, n,
                             "the tag '" ONS_STR_FMT "', which has no meaning here",
                             ONS_STR(n->tag));
    return ONS_OK;
}

static bool is_known(ons_str key, const char *const *name, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (ons_str_eq(key, ons_str_of(name[i]))) return true;
    return false;
}

/* "a, b, c" */
static const char *join(const char *const *name, size_t n, char *buf, size_t cap)
{
    size_t used = 0;
    buf[0] = '\0';
    for (size_t i = 0; i < n && used < cap; i++) {
        int k = snprintf(buf + used, cap - used, "%s%s", i ? ", " : "", name[i]);
        used += k > 0 ? (size_t)k : 0;
    }
    return buf;
}

ons_status ons_yaml_expect_keys(const ons_yaml_node *n, const char *const *name, size_t n_names,
                                ons_err *err)
{
    ONS_TRY(ons_yaml_expect(n, ONS_YAML_MAPPING, err));
    for (const ons_yaml_entry *e = n->first; e; e = e->next) {
        if (is_known(e->key->text, name, n_names)) continue;
        char all[160];
        const char *near = ons_str_nearest(e->key->text, name, n_names);
        ons_status s =
            ONS_YAML_FAIL(err, ONS_FORMAT, e->key, "there is no key '" ONS_STR_FMT "'%s%s%s",
                          ONS_STR(e->key->text), near ? "; the nearest is '" : "", near ? near : "",
                          near ? "'" : "");
        return ons_err_hint(err, s, "one of %s", join(name, n_names, all, sizeof all));
    }
    return ONS_OK;
}

ons_status ons_yaml_f64(const ons_yaml_node *n, double lo, double hi, double *ret_v, ons_err *err)
{
    ONS_TRY(ons_yaml_expect(n, ONS_YAML_SCALAR, err));
    double v;
    if (n->quoted || !ons_parse_count(n->text, &v))
        return ONS_YAML_FAIL(err, ONS_FORMAT, n,
                             "'" ONS_STR_FMT "' is no number (a suffix is k, M, B or T)",
                             ONS_STR(n->text));
    if (!(v >= lo && v <= hi))
        return ONS_YAML_FAIL(err, ONS_FORMAT, n,
                             ONS_STR_FMT " is out of range, allowed is %g to %g", ONS_STR(n->text),
                             lo, hi);
    *ret_v = v;
    return ONS_OK;
}

ons_status ons_yaml_u64(const ons_yaml_node *n, uint64_t lo, uint64_t hi, uint64_t *ret_v,
                        ons_err *err)
{
    ONS_TRY(ons_yaml_expect(n, ONS_YAML_SCALAR, err));
    uint64_t v = 0;
    bool ok = !n->quoted && ons_parse_u64(n->text, &v);
    double d;
    if (!ok && !n->quoted && ons_parse_count(n->text, &d) && d >= 0 && d <= 0x1p53 &&
        d == floor(d)) {
        v = (uint64_t)d;
        ok = true;
    }
    if (!ok || v < lo || v > hi)
        return ONS_YAML_FAIL(err, ONS_FORMAT, n,
                             "'" ONS_STR_FMT "', allowed is a whole number from %" PRIu64
                             " to %" PRIu64,
                             ONS_STR(n->text), lo, hi);
    *ret_v = v;
    return ONS_OK;
}

ons_status ons_yaml_bool(const ons_yaml_node *n, bool *ret_v, ons_err *err)
{
    static const char *const word[] = {"false", "true"};
    size_t i = 0;
    ONS_TRY(ons_yaml_word(n, word, 2, &i, err));
    *ret_v = i == 1;
    return ONS_OK;
}

ons_status ons_yaml_word(const ons_yaml_node *n, const char *const *word, size_t n_words,
                         size_t *ret_i, ons_err *err)
{
    ONS_TRY(ons_yaml_expect(n, ONS_YAML_SCALAR, err));
    for (size_t i = 0; i < n_words; i++) {
        if (!ons_str_eq(n->text, ons_str_of(word[i]))) continue;
        *ret_i = i;
        return ONS_OK;
    }
    char all[120];
    return ONS_YAML_FAIL(err, ONS_FORMAT, n, "'" ONS_STR_FMT "', allowed are %s", ONS_STR(n->text),
                         join(word, n_words, all, sizeof all));
}
