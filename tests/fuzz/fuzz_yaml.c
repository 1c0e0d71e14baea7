/* Promises: a failure has a message; a tree has no more nodes than the limit when walked. */
#include <stdlib.h>

#include "text/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t walk(const ons_yaml_node *n)
{
    size_t total = 1, entries = 0;
    if (n->text.ptr[n->text.len] != '\0' || n->line == 0 || n->column == 0) abort();
    for (const ons_yaml_entry *e = n->first; e; e = e->next) {
        total += walk(e->value);
        entries++;
    }
    if (entries != n->n_entries || total != n->n_nodes) abort();
    return total;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ons_arena a;
    ons_arena_init(&a, 64 << 20);
    const ons_yaml_node *root = NULL;
    ons_err err = ONS_ERR_INIT;
    ons_status s = ons_yaml_parse((ons_str){(const char *)data, size}, "f", &a, &root, &err);
    if (s == ONS_OK) {
        if (walk(root) > ONS_YAML_NODES_MAX) abort();
    } else if (err.code != s || err.what[0] == '\0') {
        abort();
    }
    ons_arena_clear(&a);
    return 0;
}
