/* Promises: a table of models is read or its error names a place; every row can be found by its
 * name, and any text can be looked up. */
#include <stdlib.h>

#include "import/models.h"
#include "import/name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ons_arena a;
    ons_models t = {0};
    ons_err err = ONS_ERR_INIT;
    ons_model_known known;
    ons_model_scale m;
    ons_model_name n;
    const ons_str text = {(const char *)data, size};
    ons_arena_init(&a, 0);
    ons_status s = ons_models_add(&t, text, "t", &a, &err);
    if (s != ONS_OK && (err.code != s || err.what[0] == '\0' || err.where[0] == '\0')) abort();
    for (size_t i = 0; s == ONS_OK && i < t.n_rows && i < 200; i++) {
        if (!(t.row[i].params > 0) && t.row[i].params == t.row[i].params) abort();
        if (ons_models_find(&t, t.row[i].model, &a, &known, &m, NULL) != ONS_OK) abort();
    }
    if (ons_models_find(&t, text, &a, &known, &m, NULL) != ONS_OK) abort();
    ons_model_name_parse(text, &n);
    if (n.base.len > size || n.revision.len > size) abort();
    ons_arena_clear(&a);
    return 0;
}
