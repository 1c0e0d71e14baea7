/* Any bytes as config.json, tokenizer.json or onset.json. What is accepted as a config is written
 * and read back as the same. */
#include <stdlib.h>

#include "model/hf/card.h"
#include "model/hf/config.h"
#include "model/hf/tokenizer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const ons_str text = {(const char *)data, size};
    ons_decoder_config c, again;
    ons_model_card card;
    ons_err err;
    ons_arena a;
    ons_arena_init(&a, (size_t)1 << 24);
    if (ons_hf_config_read(text, &c, &err) == ONS_OK) {
        ons_buf b;
        ons_buf_init(&b, (size_t)1 << 20);
        ons_hf_config_write(&c, &b);
        if (ons_hf_config_read(ons_buf_str(&b), &again, &err) != ONS_OK) abort();
        if (c.n_layers != again.n_layers || c.width != again.width || c.vocab != again.vocab ||
            c.n_heads != again.n_heads || c.mlp_width != again.mlp_width ||
            c.max_len != again.max_len || c.rope_base != again.rope_base ||
            c.norm_eps != again.norm_eps)
            abort();
        ons_buf_release(&b);
    }
    (void)ons_hf_tokenizer_check(text, &err);
    (void)ons_model_card_read(text, &a, &card, &err);
    ons_arena_clear(&a);
    return 0;
}
