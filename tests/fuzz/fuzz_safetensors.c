/* Any bytes as a safetensors file: read or refused, and every tensor inside the file. */
#include <stdlib.h>

#include "model/format/safetensors.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ons_arena a;
    ons_safetensors st;
    ons_err err;
    ons_arena_init(&a, (size_t)1 << 26);
    if (ons_safetensors_read((ons_bytes){data, size}, &a, &st, &err) == ONS_OK) {
        for (size_t i = 0; i < st.n_tensors; i++) {
            const ons_safetensor *t = &st.tensor[i];
            if (t->offset > size || t->data.len > size - t->offset) abort();
            if (ons_safetensors_find(&st, t->name) != t) abort();
        }
    }
    ons_arena_clear(&a);
    return 0;
}
