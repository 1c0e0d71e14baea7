#include "model/hf/card.h"

#include <inttypes.h>
#include <string.h>

#include "base/parse.h"
#include "text/json.h"
#include "text/json_out.h"

#define TEXT_LEN_MAX ((size_t)1 << 20)

/* Any value, as it was read. */
static void copy_value(ons_json_out *w, const ons_json_at *at) /* NOLINT(misc-no-recursion) */
{
    ons_str s = {NULL, 0};
    double v = 0;
    bool b = false;
    const size_t n = ons_json_len(at);
    switch (ons_json_kind_of(at)) {
    case ONS_JSON_BOOL:
        (void)ons_json_bool(at, &b, NULL);
        ons_json_put_bool(w, b);
        break;
    case ONS_JSON_NUMBER:
        (void)ons_json_f64(at, &v, NULL);
        ons_json_put_f64(w, v);
        break;
    case ONS_JSON_STRING:
        (void)ons_json_str(at, &s, NULL);
        ons_json_put_str(w, s);
        break;
    case ONS_JSON_ARRAY:
    case ONS_JSON_OBJECT: {
        const bool object = ons_json_kind_of(at) == ONS_JSON_OBJECT;
        ons_json_open(w, object ? '{' : '[');
        for (size_t i = 0; i < n; i++) {
            ons_json_at item = ons_json_item(at, i);
            if (object) ons_json_key(w, item.key);
            copy_value(w, &item);
        }
        ons_json_close(w);
        break;
    }
    case ONS_JSON_NULL:
    default:
        ons_json_put_null(w);
        break;
    }
}

ons_status ons_model_card_write(const ons_model_card *card, ons_buf *out, ons_err *err)
{
    ons_json *recipe;
    ONS_TRY(ons_json_parse(ons_str_of(card->recipe), &recipe, err));
    const ons_json_at root = ons_json_root(recipe);
    ons_json_out w = ons_json_out_make(out);
    w.shortest = true;
    const size_t begin = out->len;
    ons_json_open(&w, '{');
    ons_json_member_u64(&w, "format", ONS_MODEL_CARD_FORMAT);
    ons_json_member_text(&w, "name", card->name);
    ons_json_member_text(&w, "family", card->family);
    ons_json_member_text(&w, "seed", card->seed);
    ons_json_member_f64(&w, "params", card->params);
    ons_json_member_f64(&w, "params_non_embedding", card->params_non_embedding);
    ons_json_member_f64(&w, "tokens", card->tokens);
    ons_json_member_f64(&w, "flops", card->flops);
    ons_json_member_f64(&w, "loss_nats", card->loss_nats);
    ons_json_member_bool(&w, "intermediate", card->intermediate);
    ons_json_member_text(&w, "recipe_hash", ons_id_hex(card->recipe_hash).hex);
    ons_json_member_text(&w, "hash", ons_id_hex(card->hash).hex);
    ons_json_key(&w, "recipe");
    copy_value(&w, &root);
    ons_json_free(recipe);
    const ons_bytes all = ons_buf_bytes(out), said = {all.ptr + begin, all.len - begin};
    ons_json_member_text(&w, "check", ons_id_hex(ons_hash(said)).hex);
    ons_json_close(&w);
    ons_buf_char(out, '\n');
    return ons_buf_status(out, err);
}

/* ---- reading ---- */

static ons_status keep(ons_str s, ons_arena *a, const char **ret_text, ons_err *err)
{
    char *p;
    ONS_TRY(ONS_NEW(a, s.len + 1, &p, err));
    if (s.len) memcpy(p, s.ptr, s.len);
    *ret_text = p;
    return ONS_OK;
}

static ons_status read_text(const ons_json_at *root, const char *key, ons_arena *a,
                            const char **ret_text, ons_err *err)
{
    ons_str s;
    ONS_TRY(ons_json_get_str(root, key, &s, err));
    if (s.len && memchr(s.ptr, '\0', s.len))
        return ONS_FAIL(err, ONS_FORMAT, "$.%s holds a NUL character", key);
    return keep(s, a, ret_text, err);
}

static ons_status read_id(const ons_json_at *root, const char *key, ons_id *ret_id, ons_err *err)
{
    ons_str s;
    ONS_TRY(ons_json_get_str(root, key, &s, err));
    if (ons_id_parse(s, ret_id)) return ONS_OK;
    return ONS_FAIL(err, ONS_FORMAT, "$.%s must be 32 hexadecimal digits", key);
}

static ons_status read_recipe(const ons_json_at *root, ons_arena *a, const char **ret_text,
                              ons_err *err)
{
    ons_json_at recipe;
    ONS_TRY(ons_json_member(root, "recipe", &recipe, err));
    ONS_TRY(ons_json_expect(&recipe, ONS_JSON_OBJECT, err));
    ons_buf text;
    ons_buf_init(&text, TEXT_LEN_MAX);
    ons_json_out w = ons_json_out_make(&text);
    w.shortest = true;
    copy_value(&w, &recipe);
    ons_status s = ons_buf_status(&text, err);
    if (s == ONS_OK) s = keep(ons_buf_str(&text), a, ret_text, err);
    ons_buf_release(&text);
    return s;
}

static ons_status read_scale(const ons_json_at *root, ons_model_card *c, ons_err *err)
{
    ONS_TRY(ons_json_get_f64(root, "params", &c->params, err));
    ONS_TRY(ons_json_get_f64(root, "params_non_embedding", &c->params_non_embedding, err));
    ONS_TRY(ons_json_get_f64(root, "tokens", &c->tokens, err));
    ONS_TRY(ons_json_get_f64(root, "flops", &c->flops, err));
    return ons_json_get_f64(root, "loss_nats", &c->loss_nats, err);
}

static ons_status read_card(const ons_json_at *root, ons_arena *a, ons_model_card *c, ons_err *err)
{
    uint64_t format;
    ONS_TRY(ons_json_get_u64(root, "format", 0, INT32_MAX, &format, err));
    if (format != ONS_MODEL_CARD_FORMAT)
        return ONS_FAIL(err, ONS_UNSUPPORTED, "format is %" PRIu64 ", supported is %d", format,
                        ONS_MODEL_CARD_FORMAT);
    ONS_TRY(read_text(root, "name", a, &c->name, err));
    ONS_TRY(read_text(root, "family", a, &c->family, err));
    ONS_TRY(read_text(root, "seed", a, &c->seed, err));
    ONS_TRY(read_scale(root, c, err));
    ons_json_at intermediate;
    if (ons_json_find(root, "intermediate", &intermediate)) /* cards were written without */
        ONS_TRY(ons_json_bool(&intermediate, &c->intermediate, err));
    ONS_TRY(read_id(root, "recipe_hash", &c->recipe_hash, err));
    ONS_TRY(read_id(root, "hash", &c->hash, err));
    return read_recipe(root, a, &c->recipe, err);
}

ons_status ons_model_card_read(ons_str json, ons_arena *a, ons_model_card *ret_card, ons_err *err)
{
    ons_json *doc;
    ONS_TRY(ons_json_parse(json, &doc, err));
    ons_json_at root = ons_json_root(doc);
    ons_model_card card = {0};
    ons_status s = read_card(&root, a, &card, err);
    ons_json_free(doc);
    if (s == ONS_OK) *ret_card = card;
    return s;
}
