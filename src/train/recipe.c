#include "train/recipe.h"

#include "base/parse.h"
#include "text/json_out.h"
#include "train/stream.h"

/* Raise it when the trainer's arithmetic changes, so that old states are not taken up. */
#define RECIPE_VERSION 1

static void put_shape(ons_json_out *w, const ons_ladder *l, const ons_decoder_config *c)
{
    ons_json_member_f64(w, "width", c->width);
    ons_json_member_f64(w, "head_dim", c->head_dim);
    ons_json_member_f64(w, "layers", c->n_layers);
    ons_json_member_text(w, "mlp", "swiglu");
    ons_json_member_f64(w, "mlp_width", c->mlp_width);
    ons_json_member_f64(w, "vocab", c->vocab);
    ons_json_member_f64(w, "max_len", c->max_len);
    ons_json_member_f64(w, "rope_base", l->rope_base);
    ons_json_key(w, "init");
    ons_json_open(w, '{');
    ons_json_member_f64(w, "output", l->init_output);
    ons_json_close(w);
}

static void put_optimizer(ons_json_out *w, const ons_optimizer_spec *o)
{
    ons_json_key(w, "optimizer");
    ons_json_open(w, '{');
    ons_json_member_text(w, "name", o->kind == ONS_OPTIMIZER_MUON ? "muon" : "adamw");
    ons_json_member_f64(w, "rate", o->rate);
    if (o->kind == ONS_OPTIMIZER_MUON) ons_json_member_f64(w, "momentum", o->momentum);
    ons_json_member_f64(w, "embedding_rate", o->embedding_rate);
    ons_json_member_f64(w, "weight_decay", o->weight_decay);
    ons_json_member_f64(w, "beta1", o->beta1);
    ons_json_member_f64(w, "beta2", o->beta2);
    ons_json_close(w);
}

static void put_data(ons_json_out *w, const ons_ladder *l)
{
    ons_json_member_text(w, "loss", l->loss_on_all_tokens ? "all" : "answer");
    ons_json_key(w, "data");
    ons_json_open(w, '{');
    ons_json_member_f64(w, "label_noise", l->label_noise);
    ons_json_member_f64(w, "pool", l->pool);
    ons_json_member_f64(w, "duplicates", l->duplicates);
    ons_json_member_text(w, "hash", ons_id_hex(ons_stream_measure(l).hash).hex);
    ons_json_close(w);
    ons_json_key(w, "skills");
    ons_json_open(w, '{');
    for (size_t i = 0; i < l->n_skills; i++)
        ons_json_member_f64(w, l->skill[i].skill->name, l->skill[i].weight);
    ons_json_close(w);
}

void ons_recipe_write(const ons_train_job *job, ons_buf *out)
{
    const ons_ladder *l = job->ladder;
    ons_json_out w = ons_json_out_make(out);
    w.shortest = true;
    ons_json_open(&w, '{');
    ons_json_member_f64(&w, "version", RECIPE_VERSION);
    put_shape(&w, l, &job->config);
    ons_json_member_f64(&w, "tokens", job->tokens);
    ons_json_member_f64(&w, "steps", (double)job->n_steps);
    ons_json_member_f64(&w, "batch", l->batch_tokens);
    put_optimizer(&w, &l->optimizer);
    ons_json_key(&w, "schedule");
    ons_json_open(&w, '{');
    ons_json_member_text(&w, "kind", l->schedule.kind == ONS_SCHEDULE_COSINE ? "cosine" : "linear");
    ons_json_member_f64(&w, "warmup", l->schedule.warmup);
    ons_json_member_f64(&w, "decay", l->schedule.decay);
    ons_json_close(&w);
    put_data(&w, l);
    ons_json_close(&w);
}

ons_id ons_recipe_hash(const ons_trained_model *m, ons_str recipe)
{
    ons_hasher h;
    ons_hasher_init(&h);
    ons_hasher_str(&h, ons_str_of(m->name));
    ons_hasher_str(&h, ons_str_of(m->job->ladder->family));
    ons_hasher_u64(&h, m->job->seed);
    ons_hasher_str(&h, recipe);
    return ons_hasher_end(&h);
}
