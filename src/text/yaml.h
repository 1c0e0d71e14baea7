/* YAML files that people write, as a tree in an arena: one document of scalars,
 * sequences and mappings, each with its file, line and column.
 *
 *   const ons_yaml_node *root;
 *   ONS_TRY(ons_yaml_parse(text, "ladder.yaml", &arena, &root, err));
 *   const ons_yaml_node *batch = ons_yaml_get(root, "batch");
 *   if (batch) ONS_TRY(ons_yaml_f64(batch, 1, 1e6, &v, err));
 *
 * Scalars stay text: the reader of a key says what it must be. Keys are scalars,
 * and none stands twice in a mapping. An alias stands for the very node of its
 * anchor; what the tree would be with all aliases written out is bounded, so a
 * walk over it is bounded too. A custom tag (!function) is kept in `tag`.
 * Borrows `file`; the text may go. Read-only after parsing: thread-safe. */
#ifndef ONS_TEXT_YAML_H
#define ONS_TEXT_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/slice.h"
#include "base/status.h"

#define ONS_YAML_DEPTH_MAX 32
#define ONS_YAML_BYTES_MAX ((size_t)4 << 20)
#define ONS_YAML_NODES_MAX ((size_t)200000) /* aliases written out */
#define ONS_YAML_PAIRS_MAX ((size_t)4096)   /* of one mapping */

typedef enum ons_yaml_kind { ONS_YAML_SCALAR, ONS_YAML_SEQUENCE, ONS_YAML_MAPPING } ons_yaml_kind;

typedef struct ons_yaml_node ons_yaml_node;

typedef struct ons_yaml_entry {
    const ons_yaml_node *key; /* NULL in a sequence */
    const ons_yaml_node *value;
    const struct ons_yaml_entry *next;
} ons_yaml_entry;

struct ons_yaml_node {
    ons_yaml_kind kind;
    bool quoted;  /* a scalar in quotes or a block: never null, a number or a boolean */
    ons_str text; /* of a scalar; NUL-terminated as well */
    ons_str tag;  /* empty unless one is written */
    const ons_yaml_entry *first;
    size_t n_entries;
    size_t n_nodes; /* this one and all below, aliases written out */
    const char *file;
    uint32_t line, column; /* from 1 */
};

/* Errors: FORMAT (syntax, a key twice, a key that is no scalar, no document or several),
 * LIMIT (bytes, depth, nodes), NOMEM; err->where is "FILE:LINE:COLUMN". */
ons_status ons_yaml_parse(ons_str text, const char *file, ons_arena *a,
                          const ons_yaml_node **ret_root, ons_err *err);

/* NULL where it is no mapping or has no such key. */
const ons_yaml_node *ons_yaml_get(const ons_yaml_node *n, const char *key);
/* Empty, ~ or null. */
bool ons_yaml_is_null(const ons_yaml_node *n);

/* A mapping whose keys are all among the names; else FORMAT naming the nearest one. */
ons_status ons_yaml_expect_keys(const ons_yaml_node *n, const char *const *name, size_t n_names,
                                ons_err *err);
ons_status ons_yaml_expect(const ons_yaml_node *n, ons_yaml_kind kind, ons_err *err);
/* A finite number in [lo, hi], with k, M, B or T allowed. */
ons_status ons_yaml_f64(const ons_yaml_node *n, double lo, double hi, double *ret_v, ons_err *err);
/* A whole number in [lo, hi], hi <= 2^53 (2^64 - 1 for plain digits). */
ons_status ons_yaml_u64(const ons_yaml_node *n, uint64_t lo, uint64_t hi, uint64_t *ret_v,
                        ons_err *err);
ons_status ons_yaml_bool(const ons_yaml_node *n, bool *ret_v, ons_err *err);
/* The index of a scalar among the words; FORMAT with all of them otherwise. */
ons_status ons_yaml_word(const ons_yaml_node *n, const char *const *word, size_t n_words,
                         size_t *ret_i, ons_err *err);

/* Fail at a node: where becomes "FILE:LINE:COLUMN". */
ons_status ons_yaml_where(const ons_yaml_node *n, ons_status code, ons_err *err)
    __attribute__((cold));
#define ONS_YAML_FAIL(err, code, node, ...) \
    ons_yaml_where((node), ONS_FAIL(err, code, __VA_ARGS__), (err))

#endif
