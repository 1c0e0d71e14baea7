#include "model/hf/tokenizer.h"

#include <inttypes.h>
#include <string.h>

#include "text/json.h"
#include "text/json_out.h"

/* ---- writing ---- */

static void put_null(ons_json_out *w, const char *key)
{
    ons_json_key(w, key);
    ons_json_put_null(w);
}

static void put_added_token_flags(ons_json_out *w)
{
    ons_json_member_text(w, "content", ONS_HF_EOS_TEXT);
    ons_json_member_bool(w, "single_word", false);
    ons_json_member_bool(w, "lstrip", false);
    ons_json_member_bool(w, "rstrip", false);
    ons_json_member_bool(w, "normalized", false);
    ons_json_member_bool(w, "special", true);
}

static void put_model(ons_json_out *w)
{
    ons_json_open(w, '{');
    ons_json_member_text(w, "type", "BPE");
    put_null(w, "dropout");
    put_null(w, "unk_token");
    put_null(w, "continuing_subword_prefix");
    put_null(w, "end_of_word_suffix");
    ons_json_member_bool(w, "fuse_unk", false);
    ons_json_member_bool(w, "byte_fallback", false);
    ons_json_key(w, "vocab");
    ons_json_open(w, '{');
    for (uint32_t id = 0; id < ONS_HF_EOS; id++) {
        const char c[2] = {(char)(id + ONS_HF_FIRST_CHAR), '\0'};
        ons_json_member_u64(w, c, id);
    }
    ons_json_member_u64(w, ONS_HF_EOS_TEXT, ONS_HF_EOS);
    ons_json_close(w);
    ons_json_key(w, "merges");
    ons_json_open(w, '[');
    ons_json_close(w);
    ons_json_close(w);
}

void ons_hf_tokenizer_write(ons_buf *out)
{
    ons_json_out w = ons_json_out_make(out);
    ons_json_open(&w, '{');
    ons_json_member_text(&w, "version", "1.0");
    put_null(&w, "truncation");
    put_null(&w, "padding");
    ons_json_key(&w, "added_tokens");
    ons_json_open(&w, '[');
    ons_json_open(&w, '{');
    ons_json_member_u64(&w, "id", ONS_HF_EOS);
    put_added_token_flags(&w);
    ons_json_close(&w);
    ons_json_close(&w);
    put_null(&w, "normalizer");
    put_null(&w, "pre_tokenizer");
    put_null(&w, "post_processor");
    ons_json_key(&w, "decoder");
    ons_json_open(&w, '{');
    ons_json_member_text(&w, "type", "Fuse");
    ons_json_close(&w);
    ons_json_key(&w, "model");
    put_model(&w);
    ons_json_close(&w);
    ons_buf_char(out, '\n');
}

void ons_hf_tokenizer_config_write(size_t max_len, ons_buf *out)
{
    ons_json_out w = ons_json_out_make(out);
    ons_json_open(&w, '{');
    ons_json_member_text(&w, "tokenizer_class", "PreTrainedTokenizerFast");
    ons_json_member_text(&w, "eos_token", ONS_HF_EOS_TEXT);
    ons_json_member_u64(&w, "model_max_length", max_len);
    ons_json_member_bool(&w, "clean_up_tokenization_spaces", false);
    ons_json_key(&w, "added_tokens_decoder");
    ons_json_open(&w, '{');
    ons_json_key(&w, "95");
    ons_json_open(&w, '{');
    put_added_token_flags(&w);
    ons_json_close(&w);
    ons_json_close(&w);
    ons_json_close(&w);
    ons_buf_char(out, '\n');
}

void ons_hf_generation_config_write(ons_buf *out)
{
    ons_json_out w = ons_json_out_make(out);
    ons_json_open(&w, '{');
    ons_json_member_bool(&w, "do_sample", false);
    ons_json_member_u64(&w, "eos_token_id", ONS_HF_EOS);
    ons_json_member_u64(&w, "pad_token_id", ONS_HF_EOS);
    ons_json_close(&w);
    ons_buf_char(out, '\n');
}

/* ---- reading ---- */

static ons_status refuse_present(const ons_json_at *at, const char *key, ons_err *err)
{
    ons_json_at v;
    if (!ons_json_find(at, key, &v)) return ONS_OK;
    return ONS_FAIL(err, ONS_UNSUPPORTED, "has '%s', supported is none", key);
}

static ons_status demand_text(const ons_json_at *at, const char *key, const char *want,
                              ons_err *err)
{
    ons_str s;
    ONS_TRY(ons_json_get_str(at, key, &s, err));
    if (s.len == strlen(want) && memcmp(s.ptr, want, s.len) == 0) return ONS_OK;
    return ONS_FAIL(err, ONS_UNSUPPORTED, "%s is '" ONS_STR_FMT "', supported is '%s'", key,
                    ONS_STR(s), want);
}

static ons_status check_added(const ons_json_at *root, ons_err *err)
{
    ons_json_at added;
    ONS_TRY(ons_json_member(root, "added_tokens", &added, err));
    ONS_TRY(ons_json_expect(&added, ONS_JSON_ARRAY, err));
    if (ons_json_len(&added) != 1)
        return ONS_FAIL(err, ONS_UNSUPPORTED, "%zu added tokens, supported is %s alone",
                        ons_json_len(&added), ONS_HF_EOS_TEXT);
    ons_json_at token = ons_json_item(&added, 0);
    uint64_t id;
    ONS_TRY(demand_text(&token, "content", ONS_HF_EOS_TEXT, err));
    ONS_TRY(ons_json_get_u64(&token, "id", 0, INT32_MAX, &id, err));
    if (id == ONS_HF_EOS) return ONS_OK;
    return ONS_FAIL(err, ONS_UNSUPPORTED, "%s is token %" PRIu64 ", supported is %d",
                    ONS_HF_EOS_TEXT, id, ONS_HF_EOS);
}

static ons_status check_vocab(const ons_json_at *model, ons_err *err)
{
    ons_json_at vocab, merges;
    ONS_TRY(ons_json_member(model, "vocab", &vocab, err));
    ONS_TRY(ons_json_expect(&vocab, ONS_JSON_OBJECT, err));
    ONS_TRY(ons_json_member(model, "merges", &merges, err));
    ONS_TRY(ons_json_expect(&merges, ONS_JSON_ARRAY, err));
    if (ons_json_len(&merges) != 0 || ons_json_len(&vocab) != ONS_HF_VOCAB)
        return ONS_FAIL(err, ONS_UNSUPPORTED,
                        "%zu tokens and %zu merges, supported are %d tokens and no merges",
                        ons_json_len(&vocab), ons_json_len(&merges), ONS_HF_VOCAB);
    for (size_t i = 0; i < ONS_HF_VOCAB; i++) {
        ons_json_at at = ons_json_item(&vocab, i);
        uint64_t id, want = ONS_HF_EOS;
        ONS_TRY(ons_json_u64(&at, 0, INT32_MAX, &id, err));
        bool one_char = at.key[0] >= ONS_HF_FIRST_CHAR && at.key[0] <= '~' && at.key[1] == '\0';
        if (one_char) want = (uint64_t)at.key[0] - ONS_HF_FIRST_CHAR;
        if ((!one_char && strcmp(at.key, ONS_HF_EOS_TEXT) != 0) || id != want)
            return ONS_FAIL(err, ONS_UNSUPPORTED,
                            "token '%.32s' is %" PRIu64
                            ", supported are printable ASCII as code - %d and %s as %d",
                            at.key, id, ONS_HF_FIRST_CHAR, ONS_HF_EOS_TEXT, ONS_HF_EOS);
    }
    return ONS_OK;
}

static ons_status check_tokenizer(const ons_json_at *root, ons_err *err)
{
    ONS_TRY(ons_json_expect(root, ONS_JSON_OBJECT, err));
    static const char *const NONE[] = {"truncation", "padding", "normalizer", "pre_tokenizer",
                                       "post_processor"};
    for (size_t i = 0; i < sizeof NONE / sizeof *NONE; i++)
        ONS_TRY(refuse_present(root, NONE[i], err));
    ons_json_at decoder, model;
    ONS_TRY(ons_json_member(root, "decoder", &decoder, err));
    ONS_TRY(demand_text(&decoder, "type", "Fuse", err));
    ONS_TRY(check_added(root, err));
    ONS_TRY(ons_json_member(root, "model", &model, err));
    ONS_TRY(demand_text(&model, "type", "BPE", err));
    static const char *const NONE_IN_MODEL[] = {"dropout", "unk_token", "continuing_subword_prefix",
                                                "end_of_word_suffix"};
    for (size_t i = 0; i < sizeof NONE_IN_MODEL / sizeof *NONE_IN_MODEL; i++)
        ONS_TRY(refuse_present(&model, NONE_IN_MODEL[i], err));
    return check_vocab(&model, err);
}

ons_status ons_hf_tokenizer_check(ons_str json, ons_err *err)
{
    ons_json *doc;
    ONS_TRY(ons_json_parse(json, &doc, err));
    ons_json_at root = ons_json_root(doc);
    ons_status s = check_tokenizer(&root, err);
    ons_json_free(doc);
    return s;
}

/* ---- text and ids ---- */

ons_status ons_hf_encode(ons_str text, int32_t *ret_ids, ons_err *err)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c < ONS_HF_FIRST_CHAR || c > '~')
            return ONS_FAIL_AT(err, ONS_FORMAT, i,
                               "byte 0x%02x is not in the vocabulary, allowed is printable ASCII",
                               c);
        ret_ids[i] = c - ONS_HF_FIRST_CHAR;
    }
    return ONS_OK;
}

void ons_hf_decode(const int32_t *ids, size_t n, ons_buf *out)
{
    for (size_t i = 0; i < n; i++)
        if (ids[i] >= 0 && ids[i] < ONS_HF_EOS)
            ons_buf_char(out, (char)(ids[i] + ONS_HF_FIRST_CHAR));
}
