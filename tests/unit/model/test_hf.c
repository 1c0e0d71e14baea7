/* config.json, tokenizer.json, onset.json and the tensors: written, read, refused by name. */
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "model/format/safetensors.h"
#include "model/hf/card.h"
#include "model/hf/config.h"
#include "model/hf/tokenizer.h"
#include "model/hf/weights.h"
#include "tst_num.h"

static const ons_decoder_config TINY = {.n_layers = 2,
                                        .width = 8,
                                        .n_heads = 2,
                                        .head_dim = 4,
                                        .mlp_width = 24,
                                        .vocab = ONS_HF_VOCAB,
                                        .max_len = 64,
                                        .rope_base = 1000,
                                        .norm_eps = 1e-6f,
                                        .final_gain = 0.25f};

/* `text` with the first `from` in it replaced; released by the caller. */
static ons_buf with(ons_str text, const char *from, const char *to)
{
    ons_buf b;
    ons_buf_init(&b, 1 << 20);
    const size_t n = strlen(from);
    size_t at = 0;
    while (at + n <= text.len && memcmp(text.ptr + at, from, n) != 0) at++;
    assert_true(at + n <= text.len); /* or the test tests nothing */
    ons_buf_add(&b, text.ptr, at);
    ons_buf_text(&b, to);
    ons_buf_add(&b, text.ptr + at + n, text.len - at - n);
    return b;
}

typedef struct change {
    const char *from, *to;
    ons_status want;
    const char *says;
} change;

static void test_config(void **state)
{
    (void)state;
    ons_buf b;
    ons_buf_init(&b, 1 << 16);
    ons_hf_config_write(&TINY, &b);
    ons_decoder_config c;
    assert_int_equal(ons_hf_config_read(ons_buf_str(&b), &c, NULL), ONS_OK);
    assert_int_equal(c.n_layers, 2);
    assert_int_equal(c.width, 8);
    assert_int_equal(c.n_heads, 2);
    assert_int_equal(c.head_dim, 4);
    assert_int_equal(c.mlp_width, 24);
    assert_int_equal(c.vocab, 96);
    assert_int_equal(c.max_len, 64);
    assert_true(c.rope_base == TINY.rope_base && c.norm_eps == TINY.norm_eps);

    static const change CASES[] = {
        {"\"LlamaForCausalLM\"", "\"GPT2LMHeadModel\"", ONS_UNSUPPORTED, "GPT2LMHeadModel"},
        {"\"LlamaForCausalLM\"", "\"LlamaForCausalLM\",\"X\"", ONS_UNSUPPORTED, "architectures"},
        {"[\"LlamaForCausalLM\"]", "null", ONS_UNSUPPORTED, "architectures"},
        {"\"llama\"", "\"mistral\"", ONS_UNSUPPORTED, "mistral"},
        {"\"vocab_size\":96", "\"vocab_size\":97", ONS_UNSUPPORTED, "97"},
        {"\"vocab_size\":96", "\"vocab_size\":-1", ONS_FORMAT, "vocab_size"},
        {"\"vocab_size\":96", "\"vocab_size\":\"96\"", ONS_FORMAT, "vocab_size"},
        {"\"hidden_size\":8,", "", ONS_FORMAT, "hidden_size is missing"},
        {"\"hidden_size\":8", "\"hidden_size\":16", ONS_UNSUPPORTED, "2 heads of 4"},
        {"\"hidden_size\":8", "\"hidden_size\":1e300", ONS_FORMAT, "hidden_size"},
        {"key_value_heads\":2", "key_value_heads\":1", ONS_UNSUPPORTED, "num_key_value_heads"},
        {"\"silu\"", "\"gelu\"", ONS_UNSUPPORTED, "gelu"},
        {"\"rope_scaling\":null", "\"rope_scaling\":{\"type\":\"linear\"}", ONS_UNSUPPORTED,
         "rope_scaling"},
        {"embeddings\":true", "embeddings\":false", ONS_UNSUPPORTED, "tie_word_embeddings"},
        {"\"tie_word_embeddings\":true,", "", ONS_FORMAT, "tie_word_embeddings"},
        {"attention_bias\":false", "attention_bias\":true", ONS_UNSUPPORTED, "attention_bias"},
        {"mlp_bias\":false", "mlp_bias\":true", ONS_UNSUPPORTED, "mlp_bias"},
        {"rms_norm_eps\":1e-06", "rms_norm_eps\":0", ONS_FORMAT, "rms_norm_eps"},
        {"\"mlp_bias\"", "\"sliding_window\":4,\"mlp_bias\"", ONS_UNSUPPORTED, "sliding_window"},
        {"\"mlp_bias\":false",
         "\"rope_parameters\":{\"rope_theta\":1000,\"rope_type\":\"default\"}", ONS_OK, ""},
        {"\"mlp_bias\":false", "\"rope_parameters\":{\"rope_type\":\"yarn\"}", ONS_UNSUPPORTED,
         "yarn"},
        {"\"mlp_bias\":false", "\"rope_parameters\":{\"factor\":2}", ONS_UNSUPPORTED, "factor"},
        {"{\"archi", "[\"archi", ONS_FORMAT, ""},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        ons_buf changed = with(ons_buf_str(&b), CASES[i].from, CASES[i].to);
        ons_err err = ONS_ERR_INIT;
        const ons_status s = ons_hf_config_read(ons_buf_str(&changed), &c, &err);
        if (s != CASES[i].want || !strstr(err.what, CASES[i].says))
            fail_msg("case %zu: %s: %s", i, ons_status_name(s), err.what);
        ons_buf_release(&changed);
    }
    ons_buf_release(&b);
}

static void test_tokenizer(void **state)
{
    (void)state;
    ons_buf b;
    ons_buf_init(&b, 1 << 16);
    ons_hf_tokenizer_write(&b);
    ons_err err = ONS_ERR_INIT;
    if (ons_hf_tokenizer_check(ons_buf_str(&b), &err) != ONS_OK) fail_msg("%s", err.what);
    static const change CASES[] = {
        {"\"BPE\"", "\"Unigram\"", ONS_UNSUPPORTED, "Unigram"},
        {"\"merges\":[]", "\"merges\":[\"a b\"]", ONS_UNSUPPORTED, "1 merges"},
        {"\"a\":65", "\"a\":66", ONS_UNSUPPORTED, "'a' is 66"},
        {"\"a\":65", "\"ab\":65", ONS_UNSUPPORTED, "'ab'"},
        {"\"a\":65,", "", ONS_UNSUPPORTED, "95 tokens"},
        {"\"a\":65", "\"a\":\"65\"", ONS_FORMAT, "vocab"},
        {"\"id\":95", "\"id\":0", ONS_UNSUPPORTED, "token 0"},
        {"\"normalizer\":null", "\"normalizer\":{\"type\":\"NFC\"}", ONS_UNSUPPORTED, "normalizer"},
        {"\"pre_tokenizer\":null", "\"pre_tokenizer\":{}", ONS_UNSUPPORTED, "pre_tokenizer"},
        {"\"post_processor\":null", "\"post_processor\":{}", ONS_UNSUPPORTED, "post_processor"},
        {"\"Fuse\"", "\"ByteLevel\"", ONS_UNSUPPORTED, "ByteLevel"},
        {"\"unk_token\":null", "\"unk_token\":\"a\"", ONS_UNSUPPORTED, "unk_token"},
        {"\"added_tokens\":[", "\"added_tokens\":[{},", ONS_UNSUPPORTED, "2 added tokens"},
        {"\"model\":{", "\"other\":{", ONS_FORMAT, "model is missing"},
        {"{\"version\"", "[\"version\"", ONS_FORMAT, ""},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        ons_buf changed = with(ons_buf_str(&b), CASES[i].from, CASES[i].to);
        err = ONS_ERR_INIT;
        const ons_status s = ons_hf_tokenizer_check(ons_buf_str(&changed), &err);
        if (s != CASES[i].want || !strstr(err.what, CASES[i].says))
            fail_msg("case %zu: %s: %s", i, ons_status_name(s), err.what);
        ons_buf_release(&changed);
    }
    ons_buf_release(&b);
}

static void test_encode(void **state)
{
    (void)state;
    char text[96];
    int32_t ids[96];
    for (int i = 0; i < 95; i++) text[i] = (char)(32 + i);
    assert_int_equal(ons_hf_encode((ons_str){text, 95}, ids, NULL), ONS_OK);
    for (int i = 0; i < 95; i++) assert_int_equal(ids[i], i);
    ids[95] = ONS_HF_EOS;
    ons_buf b;
    ons_buf_init(&b, 1000);
    ons_hf_decode(ids, 96, &b);
    assert_int_equal(b.len, 95);
    assert_memory_equal(b.ptr, text, 95);
    ons_buf_release(&b);
    ons_err err = ONS_ERR_INIT;
    assert_int_equal(ons_hf_encode(ONS_S("ab\nc"), ids, &err), ONS_FORMAT);
    assert_int_equal(err.offset, 2);
    assert_int_equal(ons_hf_encode(ONS_S("a\xC3\xA4"), ids, &err), ONS_FORMAT);
    assert_int_equal(err.offset, 1);
}

static float *params_of(size_t n)
{
    float *p = malloc(n * sizeof *p);
    assert_non_null(p);
    for (size_t i = 0; i < n; i++) p[i] = (float)i * 0.5f - 100;
    return p;
}

static void test_weights(void **state)
{
    (void)state;
    ons_decoder_layout lay;
    ons_decoder_layout_of(&TINY, &lay);
    float *p = params_of(lay.n_params), *back, *none = NULL;
    ons_buf f;
    ons_buf_init(&f, 1 << 20);
    assert_int_equal(ons_hf_weights_write(&TINY, p, &f, NULL), ONS_OK);
    ons_decoder_config c = TINY;
    c.final_gain = 1;
    assert_int_equal(ons_hf_weights_read(ons_buf_bytes(&f), &c, &back, NULL), ONS_OK);
    assert_memory_equal(back, p, lay.n_params * sizeof *p);
    assert_true(c.final_gain == 0.25f);

    /* Hugging Face's k_proj [out][in] is the middle of our qkv [in][3 out]. */
    ons_arena a;
    ons_arena_init(&a, 0);
    ons_safetensors st;
    assert_int_equal(ons_safetensors_read(ons_buf_bytes(&f), &a, &st, NULL), ONS_OK);
    const ons_safetensor *t = ons_safetensors_find(&st, "model.layers.1.self_attn.k_proj.weight");
    assert_non_null(t);
    float v;
    memcpy(&v, t->data.ptr + (size_t)4 * (3 * 8 + 5), sizeof v); /* out 3, in 5 */
    assert_true(v == p[lay.layer[1].qkv + (size_t)5 * 24 + 8 + 3]);

    /* A gain that is not 1, an infinite weight, another shape: tensor and byte are named. */
    const ons_safetensor *gain = ons_safetensors_find(&st, "model.layers.0.input_layernorm.weight");
    ons_err err = ONS_ERR_INIT;
    f.ptr[gain->offset + 8 + 3] ^= 1;
    assert_int_equal(ons_hf_weights_read(ons_buf_bytes(&f), &c, &none, &err), ONS_UNSUPPORTED);
    assert_int_equal(err.offset, gain->offset + 8);
    assert_non_null(strstr(err.where, "model.layers.0.input_layernorm.weight"));
    f.ptr[gain->offset + 8 + 3] ^= 1;
    const float inf = INFINITY;
    memcpy(f.ptr + t->offset + 4, &inf, sizeof inf);
    assert_int_equal(ons_hf_weights_read(ons_buf_bytes(&f), &c, &none, &err), ONS_FORMAT);
    assert_int_equal(err.offset, t->offset + 4);
    c.mlp_width = 16;
    assert_int_equal(ons_hf_weights_read(ons_buf_bytes(&f), &c, &none, &err), ONS_FORMAT);
    assert_non_null(strstr(err.where, "mlp"));
    c.mlp_width = 24;
    c.n_layers = 1;
    assert_int_equal(ons_hf_weights_read(ons_buf_bytes(&f), &c, &none, &err), ONS_UNSUPPORTED);
    assert_non_null(strstr(err.what, "model.layers.1."));
    c.n_layers = 3;
    assert_int_equal(ons_hf_weights_read(ons_buf_bytes(&f), &c, &none, &err), ONS_FORMAT);
    assert_non_null(strstr(err.what, "model.layers.2."));
    ons_arena_clear(&a);
    ons_buf_release(&f);
    free(back);
    free(p);
}

static void test_card(void **state)
{
    (void)state;
    ons_model_card card = {.name = "2k-s1",
                           .family = "a \"family\"",
                           .seed = "18446744073709551615",
                           .params = 2432,
                           .params_non_embedding = 1664,
                           .tokens = 68096,
                           .flops = 1.25e9,
                           .loss_nats = 2.6845,
                           .recipe = "{\"rate\":0.006,\"skills\":{\"copy\":0.5}}"};
    card.hash.byte[3] = 7;
    ons_buf b;
    ons_buf_init(&b, 1 << 16);
    assert_int_equal(ons_model_card_write(&card, &b, NULL), ONS_OK);
    ons_arena a;
    ons_arena_init(&a, 0);
    ons_model_card got;
    assert_int_equal(ons_model_card_read(ons_buf_str(&b), &a, &got, NULL), ONS_OK);
    assert_string_equal(got.name, card.name);
    assert_string_equal(got.family, card.family);
    assert_string_equal(got.seed, card.seed);
    assert_string_equal(got.recipe, card.recipe);
    assert_true(got.params == card.params && got.flops == card.flops &&
                got.loss_nats == card.loss_nats);
    assert_true(ons_id_eq(got.hash, card.hash) && ons_id_eq(got.recipe_hash, card.recipe_hash));
    static const change CASES[] = {
        {"\"format\":1", "\"format\":2", ONS_UNSUPPORTED, "2"},
        {"\"name\":", "\"nam\":", ONS_FORMAT, "name"},
        {"\"flops\":", "\"flops\":\"x\",\"y\":", ONS_FORMAT, "flops"},
        {"\"hash\":\"0", "\"hash\":\"g", ONS_FORMAT, "hash"},
        {"\"recipe\":{", "\"recipe\":[],\"x\":{", ONS_FORMAT, "recipe"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        ons_buf changed = with(ons_buf_str(&b), CASES[i].from, CASES[i].to);
        ons_err err = ONS_ERR_INIT;
        const ons_status s = ons_model_card_read(ons_buf_str(&changed), &a, &got, &err);
        if (s != CASES[i].want || !strstr(err.what, CASES[i].says))
            fail_msg("case %zu: %s: %s", i, ons_status_name(s), err.what);
        ons_buf_release(&changed);
    }
    ons_arena_clear(&a);
    ons_buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_config), cmocka_unit_test(test_tokenizer),
        cmocka_unit_test(test_encode), cmocka_unit_test(test_weights),
        cmocka_unit_test(test_card),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
