#include "train/stream.h"

#include <string.h>

#include "model/hf/tokenizer.h"

#define STREAM_DATA    1u /* ons_rng_make streams; 2 is init.c */
#define STREAM_MEASURE 3u
#define MEASURE_DOCS   4096

typedef struct document {
    char text[2 * ONS_SKILL_DOC_MAX];
    size_t len;       /* characters, without end-of-text */
    size_t target_at; /* where the target begins, >= 1 */
} document;

ons_stream ons_stream_make(const ons_ladder *l, uint64_t seed)
{
    ons_stream s = {.ladder = l, .rng = ons_rng_make(seed, STREAM_DATA)};
    for (size_t i = 0; i < l->n_skills; i++) s.total_weight += l->skill[i].weight;
    return s;
}

static const ons_skill *pick(ons_stream *s)
{
    const ons_ladder *l = s->ladder;
    double at = ons_rng_f64(&s->rng) * s->total_weight;
    for (size_t i = 0; i + 1 < l->n_skills; i++) {
        if (at < l->skill[i].weight) return l->skill[i].skill;
        at -= l->skill[i].weight;
    }
    return l->skill[l->n_skills - 1].skill;
}

static void draw(ons_stream *s, document *d)
{
    const ons_skill *skill = pick(s);
    ons_skill_item item, other;
    ons_skill_draw(skill, ONS_SPLIT_TRAIN, ONS_SHOTS_ANY, &s->rng, &item);
    const ons_skill_item *answer = &item;
    const double noise = s->ladder->label_noise;
    if (noise > 0 && ons_rng_f64(&s->rng) < noise) {
        ons_skill_draw(skill, ONS_SPLIT_TRAIN, ONS_SHOTS_ANY, &s->rng, &other);
        if (item.prompt_len + other.target_len < ONS_SKILL_DOC_MAX) answer = &other;
    }
    memcpy(d->text, item.prompt, item.prompt_len);
    memcpy(d->text + item.prompt_len, answer->target, answer->target_len);
    d->target_at = item.prompt_len;
    d->len = (size_t)item.prompt_len + answer->target_len;
}

size_t ons_train_batch_cap(const ons_ladder *l)
{
    return (size_t)l->batch_tokens + ONS_SKILL_DOC_MAX;
}

ons_status ons_train_batch_init(const ons_ladder *l, ons_arena *a, ons_train_batch *ret_batch,
                                ons_err *err)
{
    const size_t cap = ons_train_batch_cap(l);
    ons_train_batch b = {.target = NULL};
    ONS_TRY(ONS_NEW(a, cap, &b.target, err));
    ONS_TRY(ONS_NEW(a, cap, &b.token, err));
    ONS_TRY(ONS_NEW(a, cap, &b.start, err));
    ONS_TRY(ONS_NEW(a, cap, &b.length, err));
    ONS_TRY(ONS_NEW(a, cap, &b.row, err));
    b.batch.token = b.token;
    b.batch.start = b.start;
    b.batch.length = b.length;
    b.batch.row = b.row;
    *ret_batch = b;
    return ONS_OK;
}

static int32_t token_of(char c) { return c - ONS_HF_FIRST_CHAR; }

static void append(const ons_stream *s, const document *d, ons_train_batch *b)
{
    const size_t at = b->batch.n_tokens;
    const size_t first = s->ladder->loss_on_all_tokens ? 0 : d->target_at - 1;
    b->start[b->batch.n_docs] = (uint32_t)at;
    b->length[b->batch.n_docs++] = (uint32_t)d->len;
    for (size_t i = 0; i < d->len; i++) {
        b->token[at + i] = token_of(d->text[i]);
        if (i < first) continue;
        b->row[b->batch.n_rows] = (uint32_t)(at + i);
        b->target[b->batch.n_rows++] = i + 1 < d->len ? token_of(d->text[i + 1]) : ONS_HF_EOS;
    }
    b->batch.n_tokens += d->len;
}

void ons_stream_next(ons_stream *s, ons_train_batch *b)
{
    b->batch.n_docs = b->batch.n_tokens = b->batch.n_rows = 0;
    while (b->batch.n_tokens < s->ladder->batch_tokens) {
        document d;
        draw(s, &d);
        append(s, &d, b);
    }
}

ons_stream_facts ons_stream_measure(const ons_ladder *l)
{
    ons_stream s = ons_stream_make(l, 0);
    s.rng = ons_rng_make(0, STREAM_MEASURE);
    ons_hasher h;
    ons_hasher_init(&h);
    double tokens = 0, scored = 0;
    /* a sample would not see every line of a user's own items */
    for (size_t i = 0; i < l->n_skills; i++)
        if (l->skill[i].skill->own)
            ons_hasher_bytes(&h, &l->skill[i].skill->own->hash, sizeof(ons_id));
    for (int i = 0; i < MEASURE_DOCS; i++) {
        document d;
        draw(&s, &d);
        ons_hasher_bytes(&h, d.text, d.len);
        ons_hasher_u64(&h, d.target_at);
        tokens += (double)d.len;
        scored += (double)(l->loss_on_all_tokens ? d.len : d.len - d.target_at + 1);
    }
    return (ons_stream_facts){scored / tokens, ons_hasher_end(&h)};
}
