/* Any bytes as a ladder file: read or refused with a message; what is read is in range. */
#include <stdint.h>
#include <stdlib.h>

#include "study/ladder_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ons_ladder l;
    ons_ladder_head head;
    ons_err err = ONS_ERR_INIT;
    const ons_str text = {(const char *)data, size};
    const ons_status h = ons_ladder_parse_head(text, "f", &head, NULL);
    ons_status s = ons_ladder_parse(text, "f", NULL, &l, &err);
    if (s == ONS_OK && h != ONS_OK) abort(); /* the head asks for less */
    if (s != ONS_OK) {
        if (err.code != s || err.what[0] == '\0') abort();
        return 0;
    }
    if (l.n_sizes < 1 || l.n_sizes > ONS_LADDER_SIZES_MAX || l.n_skills < 1 || l.n_seeds < 1)
        abort();
    for (size_t i = 0; i < l.n_sizes; i++)
        if (l.size[i].width % l.size[i].head_dim || !(l.size[i].tokens >= 1)) abort();
    return 0;
}
