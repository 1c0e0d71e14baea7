#include "train/checkpoint.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/parse.h"
#include "model/hf/card.h"
#include "model/hf/config.h"
#include "model/hf/tokenizer.h"
#include "model/hf/weights.h"
#include "model/model.h"
#include "train/held_out.h"
#include "train/recipe.h"
#include "train/state.h"

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
    const ons_decoder_config *config = &c->model.job->config;
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

/* Reading back what was written gives the identity and proves that it can be read.
 * loss: NULL, or to be measured too. */
static ons_status identify(const ons_checkpoint *c, ons_id *ret_id, double *ret_loss, ons_err *err)
{
    ons_model *m;
    ONS_TRY(ons_model_open(c->dir, &m, err));
    *ret_id = ons_model_info_of(m)->hash;
    ons_status s = ONS_OK;
    if (ret_loss) s = ons_held_out_loss(c->model.job->ladder, m, ret_loss, err);
    ons_model_close(m);
    return s;
}

/* Appends onset.json. */
static ons_status make_card(const ons_checkpoint *c, ons_id hash, double loss_nats, ons_buf *out,
                            ons_err *err)
{
    const ons_train_job *job = c->model.job;
    const double share = (double)c->model.step / (double)job->n_steps;
    char seed[24];
    (void)snprintf(seed, sizeof seed, "%" PRIu64, job->seed);
    const ons_model_card card = {.name = c->model.name,
                                 .family = job->ladder->family,
                                 .seed = seed,
                                 .params = job->params,
                                 .params_non_embedding = job->params_non_embedding,
                                 .tokens = job->tokens * share,
                                 .flops = job->flops * share,
                                 .loss_nats = loss_nats,
                                 .intermediate = c->model.step < job->n_steps,
                                 .recipe_hash = c->recipe_hash,
                                 .hash = hash,
                                 .recipe = c->recipe};
    return ons_model_card_write(&card, out, err);
}

ons_status ons_checkpoint_make(const ons_train_job *job, size_t k, const char *dir,
                               const char *recipe, ons_checkpoint *ret_c, ons_err *err)
{
    ret_c->model = ons_trained_model_of(job, k);
    ret_c->recipe = recipe;
    ret_c->recipe_hash = ons_recipe_hash(&ret_c->model, ons_str_of(recipe));
    return ons_path_format(ret_c->dir, sizeof ret_c->dir, err, "%s/%s", dir, ret_c->model.name);
}

/* What a kill in the middle of a write leaves behind. */
static ons_status remove_stale(const char *dir, ons_err *err)
{
    ons_dir_list list;
    ONS_TRY(ons_dir_list_read(dir, &list, err));
    ons_status s = ONS_OK;
    for (size_t i = 0; s == ONS_OK && i < list.n_names; i++) {
        const size_t len = strlen(list.name[i]);
        char path[ONS_PATH_MAX];
        if (len < 4 || strcmp(list.name[i] + len - 4, ".tmp") != 0) continue;
        s = ons_path_format(path, sizeof path, err, "%s/%s", dir, list.name[i]);
        if (s == ONS_OK) s = ons_file_remove(path, err);
    }
    ons_dir_list_release(&list);
    return s;
}

ons_status ons_checkpoint_open(const ons_checkpoint *c, ons_err *err)
{
    ONS_TRY(ons_dir_make(c->dir, err));
    return remove_stale(c->dir, err);
}

ons_status ons_checkpoint_write(const ons_checkpoint *c, const float *params, ons_err *err)
{
    char card[ONS_PATH_MAX];
    ons_id hash;
    double loss_nats;
    ONS_TRY(ons_path_format(card, sizeof card, err, "%s/onset.json", c->dir));
    ONS_TRY(ons_file_remove(card, err)); /* a damaged one must not vouch for what comes */
    ons_buf out;
    ons_buf_init(&out, FILE_BYTES_MAX);
    ons_status s = write_model(c, params, &out, err);
    if (s == ONS_OK) s = identify(c, &hash, &loss_nats, err);
    if (s == ONS_OK) s = make_card(c, hash, loss_nats, &out, err);
    if (s == ONS_OK) s = flush(c, "onset.json", &out, err);
    ons_buf_release(&out);
    return s;
}

/* ---- whether a directory is finished and whole ---- */

/* The last state vouches for what no other file does: whose recipe this is. Checkpoints on the
 * way have none. */
static ons_status check_state(const ons_checkpoint *c, bool *ret_ours, ons_err *err)
{
    char path[ONS_PATH_MAX];
    ons_train_state_head head;
    *ret_ours = false;
    if (c->model.step < c->model.job->n_steps) return ONS_OK;
    ons_mapping file;
    ONS_TRY(ons_path_format(path, sizeof path, err, "%s/trainer.state", c->dir));
    ONS_TRY(ons_file_map(path, &file, err));
    ons_status s = ons_train_state_peek(file.bytes, &head, err);
    ons_file_unmap(&file);
    if (s == ONS_OK) *ret_ours = ons_id_eq(head.recipe, c->recipe_hash);
    return ons_err_where(err, s, "%s", path);
}

/* DIR/FILE must hold what `want` holds; empties `want`. */
static ons_status check_file(const ons_checkpoint *c, const char *file, ons_buf *want, ons_err *err)
{
    char path[ONS_PATH_MAX];
    ons_buf found;
    ONS_TRY(ons_buf_status(want, err));
    ONS_TRY(ons_path_format(path, sizeof path, err, "%s/%s", c->dir, file));
    ons_buf_init(&found, FILE_BYTES_MAX);
    ons_status s = ons_file_read(path, &found, err);
    if (s == ONS_OK && !ons_str_eq(ons_buf_str(want), ons_buf_str(&found)))
        s = ons_err_where(err, ONS_FAIL(err, ONS_FORMAT, "does not fit the model beside it"), "%s",
                          path);
    ons_buf_release(&found);
    ons_buf_reset(want);
    return s;
}

/* Every file is what we would write for the model that lies there; the model itself is what the
 * card's hash says, and the card what its own check says. */
static ons_status check_files(const ons_checkpoint *c, double loss_nats, ons_err *err)
{
    ons_buf want;
    ons_id hash;
    ONS_TRY(identify(c, &hash, NULL, err));
    ons_buf_init(&want, FILE_BYTES_MAX);
    ons_hf_tokenizer_config_write(c->model.job->config.max_len, &want);
    ons_status s = check_file(c, "tokenizer_config.json", &want, err);
    if (s == ONS_OK) {
        ons_hf_generation_config_write(&want);
        s = check_file(c, "generation_config.json", &want, err);
    }
    if (s == ONS_OK) s = make_card(c, hash, loss_nats, &want, err);
    if (s == ONS_OK) s = check_file(c, "onset.json", &want, err);
    ons_buf_release(&want);
    return s;
}

/* Of which recipe onset.json says the model is, and its loss. */
static ons_status read_card(const char *path, ons_id *ret_hash, double *ret_loss, ons_err *err)
{
    ons_buf text;
    ons_arena a;
    ons_model_card card;
    ons_arena_init(&a, CARD_BYTES_MAX * 4);
    ons_buf_init(&text, CARD_BYTES_MAX);
    ons_status s = ons_file_read(path, &text, err);
    if (s == ONS_OK) s = ons_model_card_read(ons_buf_str(&text), &a, &card, err);
    if (s == ONS_OK) *ret_hash = card.recipe_hash;
    if (s == ONS_OK) *ret_loss = card.loss_nats;
    ons_buf_release(&text);
    ons_arena_clear(&a);
    return ons_err_where(err, s, "%s", path);
}

/* MISMATCH only if nothing whole says that the directory is ours. */
static ons_status check(const ons_checkpoint *c, const char *card_path, ons_err *err)
{
    ons_err state_err = ONS_ERR_INIT;
    bool ours;
    double loss_nats = 0;
    ons_id recipe;
    const ons_status s = check_state(c, &ours, &state_err);
    ONS_TRY(read_card(card_path, &recipe, &loss_nats, err));
    if (!ons_id_eq(recipe, c->recipe_hash) && !ours)
        return ONS_FAIL(err, ONS_MISMATCH, "holds a model of recipe %s, this one is %s",
                        ons_id_hex(recipe).hex, ons_id_hex(c->recipe_hash).hex);
    if (s != ONS_OK) {
        if (err) *err = state_err;
        return s;
    }
    return check_files(c, loss_nats, err);
}

ons_status ons_checkpoint_hint(ons_err *err, ons_status s, const char *dir)
{
    return ons_err_hint(err, ons_err_where(err, s, "%s", dir),
                        "another output directory (-o), or remove this one");
}

ons_status ons_checkpoint_check(const ons_checkpoint *c, bool *ret_done, ons_err *ret_why,
                                ons_err *err)
{
    char path[ONS_PATH_MAX];
    *ret_done = false;
    *ret_why = ONS_ERR_INIT;
    ONS_TRY(ons_path_format(path, sizeof path, err, "%s/onset.json", c->dir));
    if (!ons_file_exists(path)) return ONS_OK;
    const ons_status s = check(c, path, ret_why);
    if (s == ONS_NOMEM || s == ONS_MISMATCH) { /* not the files' fault; not our files */
        if (err) *err = *ret_why;
        return s == ONS_MISMATCH ? ons_checkpoint_hint(err, s, c->dir) : s;
    }
    *ret_done = s == ONS_OK;
    return ONS_OK;
}
