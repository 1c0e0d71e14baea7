#include "model/hf/config.h"

#include <inttypes.h>
#include <string.h>

#include "base/parse.h"
#include "model/hf/tokenizer.h"
#include "text/json.h"
#include "text/json_out.h"

#define DIM_MAX ((uint64_t)1 << 20)

/* The double that a reader of "1e-06" gets, for an f32 that was made from such a text. */
static double shortest_f64(float v)
{
    char text[32];
    double d = (double)v;
    for (int digits = 1; digits <= 9; digits++) {
        (void)snprintf(text, sizeof text, "%.*g", digits, (double)v);
        if (ons_parse_f64(ons_str_of(text), &d) && (float)d == v) return d;
    }
    return (double)v;
}

void ons_hf_config_write(const ons_decoder_config *c, ons_buf *out)
{
    ons_json_out w = ons_json_out_make(out);
    w.shortest = true;
    ons_json_open(&w, '{');
    ons_json_key(&w, "architectures");
    ons_json_open(&w, '[');
    ons_json_put_text(&w, "LlamaForCausalLM");
    ons_json_close(&w);
    ons_json_member_text(&w, "model_type", "llama");
    ons_json_member_u64(&w, "vocab_size", c->vocab);
    ons_json_member_u64(&w, "hidden_size", c->width);
    ons_json_member_u64(&w, "intermediate_size", c->mlp_width);
    ons_json_member_u64(&w, "num_hidden_layers", c->n_layers);
    ons_json_member_u64(&w, "num_attention_heads", c->n_heads);
    ons_json_member_u64(&w, "num_key_value_heads", c->n_heads);
    ons_json_member_u64(&w, "head_dim", c->head_dim);
    ons_json_member_u64(&w, "max_position_embeddings", c->max_len);
    ons_json_member_text(&w, "hidden_act", "silu");
    ons_json_member_f64(&w, "rms_norm_eps", shortest_f64(c->norm_eps));
    ons_json_member_f64(&w, "rope_theta", shortest_f64(c->rope_base));
    ons_json_member_text(&w, "rope_scaling", NULL);
    ons_json_member_bool(&w, "tie_word_embeddings", true);
    ons_json_member_bool(&w, "attention_bias", false);
    ons_json_member_bool(&w, "mlp_bias", false);
    ons_json_member_f64(&w, "attention_dropout", 0);
    ons_json_member_text(&w, "bos_token_id", NULL);
    ons_json_member_u64(&w, "eos_token_id", ONS_HF_EOS);
    ons_json_member_text(&w, "torch_dtype", "float32");
    ons_json_member_text(&w, "transformers_version", "4.40.0"); /* first with every key above */
    ons_json_close(&w);
    ons_buf_char(out, '\n');
}

/* ---- reading ---- */

typedef struct shape {
    uint64_t vocab, width, mlp_width, n_layers, n_heads, n_kv_heads, head_dim, max_len;
    double norm_eps, rope_base;
} shape;

typedef enum value_kind { A_SIZE, A_NUMBER, MUST_BE, ANYTHING } value_kind;

/* Every key that may stand in the file: kept (where), demanded (json text), or of no
 * consequence for what the model computes. */
static const struct known {
    const char *key;
    value_kind kind;
    size_t where;     /* A_SIZE, A_NUMBER: offset in shape */
    const char *must; /* MUST_BE: the value as compact JSON; absent is the same */
} KNOWN[] = {
    {"vocab_size", A_SIZE, offsetof(shape, vocab), NULL},
    {"hidden_size", A_SIZE, offsetof(shape, width), NULL},
    {"intermediate_size", A_SIZE, offsetof(shape, mlp_width), NULL},
    {"num_hidden_layers", A_SIZE, offsetof(shape, n_layers), NULL},
    {"num_attention_heads", A_SIZE, offsetof(shape, n_heads), NULL},
    {"num_key_value_heads", A_SIZE, offsetof(shape, n_kv_heads), NULL},
    {"head_dim", A_SIZE, offsetof(shape, head_dim), NULL},
    {"max_position_embeddings", A_SIZE, offsetof(shape, max_len), NULL},
    {"rms_norm_eps", A_NUMBER, offsetof(shape, norm_eps), NULL},
    {"rope_theta", A_NUMBER, offsetof(shape, rope_base), NULL},
    {"architectures", MUST_BE, 0, "[\"LlamaForCausalLM\"]"},
    {"model_type", MUST_BE, 0, "\"llama\""},
    {"hidden_act", MUST_BE, 0, "\"silu\""},
    {"rope_scaling", MUST_BE, 0, "null"},
    {"tie_word_embeddings", MUST_BE, 0, "true"},
    {"attention_bias", MUST_BE, 0, "false"},
    {"mlp_bias", MUST_BE, 0, "false"},
    {"quantization_config", MUST_BE, 0, "null"},
    {"attention_dropout", ANYTHING, 0, NULL},
    {"bos_token_id", ANYTHING, 0, NULL},
    {"eos_token_id", ANYTHING, 0, NULL},
    {"pad_token_id", ANYTHING, 0, NULL},
    {"initializer_range", ANYTHING, 0, NULL},
    {"pretraining_tp", ANYTHING, 0, NULL},
    {"use_cache", ANYTHING, 0, NULL},
    {"torch_dtype", ANYTHING, 0, NULL},
    {"dtype", ANYTHING, 0, NULL},
    {"transformers_version", ANYTHING, 0, NULL},
    {"_name_or_path", ANYTHING, 0, NULL},
};
#define N_KNOWN (sizeof KNOWN / sizeof *KNOWN)

/* The value as compact JSON, as far as MUST_BE needs it: scalars and arrays of scalars. */
static void value_text(const ons_json_at *at, ons_json_out *w)
{
    ons_str s;
    bool b;
    double v;
    switch (ons_json_kind_of(at)) {
    case ONS_JSON_NULL:
        ons_json_put_null(w);
        break;
    case ONS_JSON_BOOL:
        if (ons_json_bool(at, &b, NULL) == ONS_OK) ons_json_put_bool(w, b);
        break;
    case ONS_JSON_NUMBER:
        if (ons_json_f64(at, &v, NULL) == ONS_OK) ons_json_put_f64(w, v);
        break;
    case ONS_JSON_STRING:
        if (ons_json_str(at, &s, NULL) == ONS_OK) ons_json_put_str(w, s);
        break;
    case ONS_JSON_OBJECT:
        ons_json_put_text(w, "an object");
        break;
    case ONS_JSON_ARRAY:
    default:
        ons_json_put_text(w, "an array");
        break;
    }
}

static ons_status demand(const ons_json_at *at, const struct known *k, ons_err *err)
{
    ons_buf text;
    ons_buf_init(&text, 1 << 20);
    ons_json_out w = ons_json_out_make(&text);
    w.shortest = true;
    if (ons_json_kind_of(at) == ONS_JSON_ARRAY) {
        ons_json_open(&w, '[');
        for (size_t i = 0; i < ons_json_len(at) && i < 16; i++) {
            ons_json_at item = ons_json_item(at, i);
            value_text(&item, &w);
        }
        ons_json_close(&w);
    } else {
        value_text(at, &w);
    }
    ons_status s = ons_buf_status(&text, err);
    if (s == ONS_OK && strcmp(ons_buf_cstr(&text), k->must) != 0)
        s = ONS_FAIL(err, ONS_UNSUPPORTED, "%s is %.64s, supported is %s", k->key,
                     ons_buf_cstr(&text), k->must);
    ons_buf_release(&text);
    return s;
}

static ons_status read_one(const ons_json_at *at, const struct known *k, shape *sh, ons_err *err)
{
    char *base = (char *)sh;
    switch (k->kind) {
    case A_SIZE:
        return ons_json_u64(at, 1, DIM_MAX, (uint64_t *)(void *)(base + k->where), err);
    case A_NUMBER:
        return ons_json_f64(at, (double *)(void *)(base + k->where), err);
    case MUST_BE:
        return demand(at, k, err);
    case ANYTHING:
    default:
        return ONS_OK;
    }
}

/* transformers 5 writes the rope base as {"rope_theta": x, "rope_type": "default"}. */
static ons_status read_rope_parameters(const ons_json_at *at, shape *sh, ons_err *err)
{
    ONS_TRY(ons_json_expect(at, ONS_JSON_OBJECT, err));
    for (size_t i = 0; i < ons_json_len(at); i++) {
        ons_json_at item = ons_json_item(at, i);
        ons_str type;
        if (strcmp(item.key, "rope_theta") == 0) {
            ONS_TRY(ons_json_f64(&item, &sh->rope_base, err));
        } else if (strcmp(item.key, "rope_type") == 0) {
            ONS_TRY(ons_json_str(&item, &type, err));
            if (!ons_str_eq(type, ONS_S("default")))
                return ONS_FAIL(err, ONS_UNSUPPORTED,
                                "rope_type is '" ONS_STR_FMT "', supported is 'default'",
                                ONS_STR(type));
        } else {
            return ONS_FAIL(err, ONS_UNSUPPORTED,
                            "rope_parameters asks for '%.64s', which is not known", item.key);
        }
    }
    return ONS_OK;
}

static ons_status read_shape(const ons_json_at *root, shape *sh, ons_err *err)
{
    for (size_t i = 0; i < ons_json_len(root); i++) {
        ons_json_at at = ons_json_item(root, i);
        if (strcmp(at.key, "rope_parameters") == 0) {
            ONS_TRY(read_rope_parameters(&at, sh, err));
            continue;
        }
        size_t k = 0;
        while (k < N_KNOWN && strcmp(at.key, KNOWN[k].key) != 0) k++;
        if (k == N_KNOWN)
            return ONS_FAIL(err, ONS_UNSUPPORTED, "asks for '%.64s', which is not known", at.key);
        ONS_TRY(read_one(&at, &KNOWN[k], sh, err));
    }
    for (size_t k = 0; k < N_KNOWN && KNOWN[k].kind == A_SIZE; k++) {
        uint64_t v;
        memcpy(&v, (const char *)sh + KNOWN[k].where, sizeof v);
        if (v == 0) return ONS_FAIL(err, ONS_FORMAT, "$.%s is missing", KNOWN[k].key);
    }
    return ONS_OK;
}

static ons_status check_shape(const ons_json_at *root, const shape *sh, ons_err *err)
{
    ons_json_at ignored;
    ONS_TRY(ons_json_member(root, "architectures", &ignored, err));
    ONS_TRY(ons_json_member(root, "tie_word_embeddings", &ignored, err));
    if (sh->vocab != ONS_HF_VOCAB)
        return ONS_FAIL(err, ONS_UNSUPPORTED, "vocab_size is %" PRIu64 ", supported is %d",
                        sh->vocab, ONS_HF_VOCAB);
    if (sh->n_kv_heads != sh->n_heads)
        return ONS_FAIL(err, ONS_UNSUPPORTED,
                        "num_key_value_heads is %" PRIu64
                        ", supported is num_attention_heads, %" PRIu64,
                        sh->n_kv_heads, sh->n_heads);
    if (sh->n_heads * sh->head_dim != sh->width) /* both at most DIM_MAX: no overflow */
        return ONS_FAIL(err, ONS_UNSUPPORTED,
                        "%" PRIu64 " heads of %" PRIu64
                        ", supported are heads that fill hidden_size, %" PRIu64,
                        sh->n_heads, sh->head_dim, sh->width);
    if (!((float)sh->norm_eps > 0 && sh->norm_eps < 1) ||
        !(sh->rope_base >= 1 && sh->rope_base <= 1e12))
        return ONS_FAIL(err, ONS_FORMAT,
                        "rms_norm_eps is %g, allowed 0 to 1; rope_theta is %g, allowed 1 to 1e12",
                        sh->norm_eps, sh->rope_base);
    return ONS_OK;
}

ons_status ons_hf_config_read(ons_str json, ons_decoder_config *ret_config, ons_err *err)
{
    ons_json *doc;
    ONS_TRY(ons_json_parse(json, &doc, err));
    ons_json_at root = ons_json_root(doc);
    shape sh = {0};
    ons_status s = ons_json_expect(&root, ONS_JSON_OBJECT, err);
    if (s == ONS_OK) s = read_shape(&root, &sh, err);
    if (s == ONS_OK) s = check_shape(&root, &sh, err);
    ons_json_free(doc);
    if (s != ONS_OK) return s;
    ons_decoder_config c = {
        .n_layers = (uint32_t)sh.n_layers,
        .width = (uint32_t)sh.width,
        .n_heads = (uint32_t)sh.n_heads,
        .head_dim = (uint32_t)sh.head_dim,
        .mlp_width = (uint32_t)sh.mlp_width,
        .vocab = (uint32_t)sh.vocab,
        .max_len = (uint32_t)sh.max_len,
        .rope_base = (float)sh.rope_base,
        .norm_eps = (float)sh.norm_eps,
        .final_gain = 1,
    };
    ONS_TRY(ons_decoder_config_check(&c, err));
    *ret_config = c;
    return ONS_OK;
}
