/* Any bytes as trainer.state, as they are and with a hash that fits. */
#include <stdlib.h>
#include <string.h>

#include "train/state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_it(const uint8_t *data, size_t size)
{
    float params[4], moments[2];
    ons_train_state s = {.params = params, .n_params = 4, .moments = moments, .n_moments = 2};
    ons_err err;
    (void)ons_train_state_read((ons_bytes){data, size}, &s, &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_it(data, size);
    uint8_t *sealed = malloc(size + 16);
    if (!sealed) return 0;
    if (size) memcpy(sealed, data, size);
    const ons_id hash = ons_hash((ons_bytes){sealed, size});
    memcpy(sealed + size, hash.byte, 16);
    read_it(sealed, size + 16);
    free(sealed);
    return 0;
}
