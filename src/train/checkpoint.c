#include "train/checkpoint.h"

#include <inttypes.h>

#include "base/buf.h"
#include "model/hf/card.h"
#include "model/hf/config.h"
#include "model/hf/tokenizer.h"
#include "model/hf/weights.h"
#include "model/model.h"
#include "os/file.h"

#define FILE_BYTES_MAX ((size_t)4 << 30)
#define CARD_BYTES_MAX ((size_t)1 << 20)

/* Writes what `out` holds to DIR/FILE and empties it. */
static ons_status flush(const ons_checkpoint *c, const char *file, ons_buf *out, ons_err *err)
{
    char path[ONS_PATH_MAX];
    ONS_TRY(ons_buf_status(out, err));
    ONS_TRY(ons_path_format(path, sizeof path, err, "%s/%s", c->dir, file));
    ONS_TRY(ons_file_write(path, ons_buf_bytes(out), err));
    ons_buf_reset(out);
    return ONS_OK;
}

static ons_status write_model(const ons_checkpoint *c, const float *params, ons_buf *out,
                              ons_err *err)
{
    const ons_decoder_config *config = &c->job->config;
    ons_hf_tokenizer_config_write(config->max_len, out);
    ONS_TRY(flush(c, "tokenizer_config.json", out, err));
    ons_hf_generation_config_write(out);
    ONS_TRY(flush(c, "generation_config.json", out, err));
    ons_hf_config_write(config, out);
    ONS_TRY(flush(c, "config.json", out, err));
    ons_hf_tokenizer_write(out);
    ONS_TRY(flush(c, "tokenizer.json", out, err));
    ONS_TRY(ons_hf_weights_write(config, params, out, err));
    return flush(c, "model.safetensors", out, err);
}

/* Reading back what was written both gives the identity and proves that it can be read. */
static ons_status identity(const ons_checkpoint *c, ons_id *ret_id, ons_err *err)
{
    ons_model *m;
    ONS_TRY(ons_model_open(c->dir, &m, err));
    *ret_id = ons_model_info_of(m)->hash;
    ons_model_close(m);
    return ONS_OK;
}

/* Appends onset.json. */
static void make_card(const ons_checkpoint *c, double loss_nats, ons_id hash, ons_buf *out)
{
    char seed[24];
    (void)snprintf(seed, sizeof seed, "%" PRIu64, c->job->seed);
    const ons_model_card card = {.name = c->job->name,
                                 .family = c->ladder->family,
                                 .seed = seed,
                                 .params = c->job->params,
                                 .params_non_embedding = c->job->params_non_embedding,
                                 .tokens = c->job->tokens,
                                 .flops = c->job->flops,
                                 .loss_nats = loss_nats,
                                 .recipe_hash = c->recipe_hash,
                                 .hash = hash,
                                 .recipe = c->recipe};
    ons_model_card_write(&card, out);
}

static ons_status write_card(const ons_checkpoint *c, double loss_nats, ons_buf *out, ons_err *err)
{
    ons_id hash;
    ONS_TRY(identity(c, &hash, err));
    make_card(c, loss_nats, hash, out);
    return flush(c, "onset.json", out, err);
}

ons_status ons_checkpoint_write(const ons_checkpoint *c, const float *params, double loss_nats,
                                ons_err *err)
{
    char card[ONS_PATH_MAX];
    ONS_TRY(ons_path_format(card, sizeof card, err, "%s/onset.json", c->dir));
    ONS_TRY(ons_file_remove(card, err)); /* a damaged one must not vouch for what comes */
    ons_buf out;
    ons_buf_init(&out, FILE_BYTES_MAX);
    ons_status s = write_model(c, params, &out, err);
    if (s == ONS_OK) s = write_card(c, loss_nats, &out, err);
    ons_buf_release(&out);
    return s;
}

/* The file must be what we would write for the model that lies beside it. */
static ons_status check_card_text(const ons_checkpoint *c, const ons_model_card *card, ons_str text,
                                  ons_err *err)
{
    ons_id found;
    ONS_TRY(identity(c, &found, err));
    ons_buf want;
    ons_buf_init(&want, CARD_BYTES_MAX);
    make_card(c, card->loss_nats, found, &want);
    ons_status s = ons_buf_status(&want, err);
    if (s == ONS_OK && !ons_str_eq(ons_buf_str(&want), text))
        s = ONS_FAIL(err, ONS_FORMAT, "onset.json does not fit the model beside it");
    ons_buf_release(&want);
    return s;
}

static ons_status check_card(const ons_checkpoint *c, const char *path, ons_arena *a, ons_err *err)
{
    ons_buf text;
    ons_model_card card;
    ons_buf_init(&text, CARD_BYTES_MAX);
    ons_status s = ons_file_read(path, &text, err);
    if (s == ONS_OK) s = ons_model_card_read(ons_buf_str(&text), a, &card, err);
    if (s == ONS_OK && !ons_id_eq(card.recipe_hash, c->recipe_hash))
        s = ONS_FAIL(err, ONS_MISMATCH, "holds a model of recipe %s, this one is %s",
                     ons_id_hex(card.recipe_hash).hex, ons_id_hex(c->recipe_hash).hex);
    if (s == ONS_OK) s = check_card_text(c, &card, ons_buf_str(&text), err);
    ons_buf_release(&text);
    return s;
}

ons_status ons_checkpoint_hint(ons_err *err, ons_status s, const char *dir)
{
    return ons_err_hint(err, ons_err_where(err, s, "%s", dir),
                        "another output directory (-o), or remove this one");
}

ons_status ons_checkpoint_check(const ons_checkpoint *c, bool *ret_done, ons_err *ret_why,
                                ons_err *err)
{
    static const char *const FILES[] = {"tokenizer_config.json", "generation_config.json",
                                        "trainer.state"};
    char path[ONS_PATH_MAX];
    *ret_done = false;
    *ret_why = ONS_ERR_INIT;
    ONS_TRY(ons_path_format(path, sizeof path, err, "%s/onset.json", c->dir));
    if (!ons_file_exists(path)) return ONS_OK;
    ons_arena a;
    ons_arena_init(&a, CARD_BYTES_MAX * 4);
    ons_status s = check_card(c, path, &a, ret_why);
    ons_arena_clear(&a);
    if (s == ONS_MISMATCH) {
        if (err) *err = *ret_why;
        return ons_checkpoint_hint(err, s, c->dir);
    }
    for (size_t i = 0; s == ONS_OK && i < sizeof FILES / sizeof *FILES; i++) {
        ONS_TRY(ons_path_format(path, sizeof path, err, "%s/%s", c->dir, FILES[i]));
        if (!ons_file_exists(path)) s = ONS_FAIL(ret_why, ONS_IO, "%s is missing", FILES[i]);
    }
    *ret_done = s == ONS_OK;
    return ONS_OK;
}
