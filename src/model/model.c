#include "model/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "model/hf/card.h"
#include "model/hf/config.h"
#include "model/hf/tokenizer.h"
#include "model/hf/weights.h"
#include "model/model_priv.h"
#include "os/file.h"

#define JSON_BYTES_MAX ((size_t)16 << 20)

static ons_status dir_path(const char *dir, const char *file, char *path, ons_err *err)
{
    return ons_path_format(path, ONS_PATH_MAX, err, "%s/%s", dir, file);
}

/* Parses DIR/FILE into what `parse` fills; its bytes go into the identity. */
typedef ons_status parse_json(ons_str json, ons_model *m, ons_err *err);

static ons_status load_json(const char *dir, const char *file, parse_json *parse, ons_model *m,
                            ons_hasher *h, ons_err *err)
{
    char path[ONS_PATH_MAX];
    ONS_TRY(dir_path(dir, file, path, err));
    ons_buf text;
    ons_buf_init(&text, JSON_BYTES_MAX);
    ons_status s = ons_file_read(path, &text, err);
    if (s == ONS_OK) {
        if (h) ons_hasher_str(h, ons_buf_str(&text));
        s = parse(ons_buf_str(&text), m, err);
        if (s != ONS_OK) s = ons_err_where(err, s, "%s", path);
    }
    ons_buf_release(&text);
    return s;
}

static ons_status parse_config(ons_str json, ons_model *m, ons_err *err)
{
    return ons_hf_config_read(json, &m->config, err);
}

static ons_status parse_tokenizer(ons_str json, ons_model *m, ons_err *err)
{
    (void)m;
    return ons_hf_tokenizer_check(json, err);
}

static ons_status parse_card(ons_str json, ons_model *m, ons_err *err)
{
    ons_model_card c;
    ONS_TRY(ons_model_card_read(json, &m->arena, &c, err));
    m->info.name = c.name;
    m->info.family = c.family;
    m->info.recipe = c.recipe;
    m->info.seed = c.seed;
    m->info.tokens = c.tokens;
    m->info.flops = c.flops;
    m->info.loss_nats = c.loss_nats;
    m->info.intermediate = c.intermediate;
    return ONS_OK;
}

static ons_status load_weights(const char *dir, ons_model *m, ons_hasher *h, ons_err *err)
{
    char path[ONS_PATH_MAX];
    ons_mapping file;
    ONS_TRY(dir_path(dir, "model.safetensors", path, err));
    ONS_TRY(ons_file_map(path, &file, err));
    ons_status s = ons_hf_weights_read(file.bytes, &m->config, &m->params, err);
    if (s == ONS_OK) ons_hasher_bytes(h, file.bytes.ptr, file.bytes.len);
    ons_file_unmap(&file);
    if (s == ONS_OK) return ONS_OK;
    return ons_err_where(err, s, "%s", path);
}

/* The last part of the path, without slashes at its end. */
static ons_status name_of(const char *dir, ons_arena *a, const char **ret_name, ons_err *err)
{
    size_t end = strlen(dir);
    while (end > 1 && dir[end - 1] == '/') end--;
    size_t begin = end;
    while (begin > 0 && dir[begin - 1] != '/') begin--;
    char *name;
    ONS_TRY(ONS_NEW(a, end - begin + 1, &name, err));
    memcpy(name, dir + begin, end - begin);
    *ret_name = name;
    return ONS_OK;
}

static ons_status load(const char *dir, ons_model *m, ons_err *err)
{
    char path[ONS_PATH_MAX];
    ons_hasher h;
    ons_hasher_init(&h);
    m->info = (ons_model_info){.family = "",
                               .recipe = "",
                               .seed = "",
                               .tokens = (double)NAN,
                               .flops = (double)NAN,
                               .loss_nats = (double)NAN};
    ONS_TRY(name_of(dir, &m->arena, &m->info.name, err));
    ONS_TRY(load_json(dir, "config.json", parse_config, m, &h, err));
    ONS_TRY(load_json(dir, "tokenizer.json", parse_tokenizer, m, &h, err));
    ONS_TRY(load_weights(dir, m, &h, err));
    m->info.hash = ons_hasher_end(&h);

    ons_decoder_layout lay;
    ons_decoder_layout_of(&m->config, &lay);
    m->info.params = (double)lay.n_params;
    m->info.params_non_embedding = (double)lay.n_non_embedding;
    ONS_TRY(dir_path(dir, "onset.json", path, err));
    if (!ons_file_exists(path)) return ONS_OK;
    return load_json(dir, "onset.json", parse_card, m, NULL, err);
}

ons_status ons_model_open(const char *dir, ons_model **ret_model, ons_err *err)
{
    ons_model *m = calloc(1, sizeof *m);
    if (!m) return ONS_FAIL(err, ONS_NOMEM, "no memory for a model");
    ons_arena_init(&m->arena, JSON_BYTES_MAX);
    ons_status s = load(dir, m, err);
    if (s != ONS_OK) {
        ons_model_close(m);
        return s;
    }
    *ret_model = m;
    return ONS_OK;
}

void ons_model_close(ons_model *m)
{
    if (!m) return;
    free(m->params);
    ons_arena_clear(&m->arena);
    free(m);
}

const ons_model_info *ons_model_info_of(const ons_model *m) { return &m->info; }

ons_status ons_model_encode(const ons_model *m, ons_str text, int32_t *ret_ids, size_t *ret_n,
                            ons_err *err)
{
    (void)m; /* one vocabulary today */
    ONS_TRY(ons_hf_encode(text, ret_ids, err));
    *ret_n = text.len;
    return ONS_OK;
}

void ons_model_decode(const ons_model *m, const int32_t *ids, size_t n, ons_buf *out)
{
    (void)m;
    ons_hf_decode(ids, n, out);
}

int32_t ons_model_eos(const ons_model *m)
{
    (void)m;
    return ONS_HF_EOS;
}

size_t ons_model_max_len(const ons_model *m) { return m->config.max_len; }
