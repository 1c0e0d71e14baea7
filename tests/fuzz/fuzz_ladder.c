/* Any bytes as a ladder file: read or refused with a message; what is read is in range. */
#include <stdint.h>
#include <stdlib.h>

#include "study/ladder_file.h"

static void check(const ons_ladder *l)
{
    if (l->n_sizes < 1 || l->n_sizes > ONS_LADDER_SIZES_MAX || l->n_skills < 1) abort();
    for (size_t i = 0; i < l->n_sizes; i++)
        if (l->size[i].width % l->size[i].head_dim || !(l->size[i].tokens >= 1) ||
            l->size[i].seeds.n < 1)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ons_ladder_file f;
    ons_ladder_head head;
    ons_arena a;
    ons_err err = ONS_ERR_INIT;
    const ons_str text = {(const char *)data, size};
    ons_arena_init(&a, 0);
    const ons_status h = ons_ladder_parse_head(text, "f", &head, NULL);
    const ons_status s = ons_ladder_parse(text, "f", NULL, &a, &f, &err);
    if (s == ONS_OK && h != ONS_OK) abort(); /* the head asks for less */
    if (s != ONS_OK && (err.code != s || err.what[0] == '\0')) abort();
    if (s == ONS_OK && f.n_ladders < 1) abort();
    for (size_t g = 0; s == ONS_OK && g < f.n_ladders; g++) check(&f.ladder[g]);
    ons_arena_clear(&a);
    return 0;
}
