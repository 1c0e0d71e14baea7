#include "train/stream.h"

#include <math.h>
#include <string.h>

#include "base/parse.h"
#include "model/hf/tokenizer.h"

#define STREAM_DATA    1u /* ons_rng_make streams; 2 is init.c */
#define STREAM_MEASURE 3u
#define STREAM_HELD    4u
#define MEASURE_DOCS   4096
#define POOL_MAX       4e9

typedef struct document {
    char text[2 * ONS_SKILL_DOC_MAX];
    size_t len;       /* characters, without end-of-text */
    size_t target_at; /* where the target begins, >= 1 */
} document;

static uint32_t pool_of(const ons_ladder *l, double share, double n_documents)
{
    if (!(l->duplicates > 1)) return l->pool;
    const double different = round(n_documents * share / l->duplicates);
    return (uint32_t)fmin(fmax(different, 1), POOL_MAX);
}

ons_stream ons_stream_make(const ons_ladder *l, uint64_t seed, double n_documents)
{
    ons_stream s = {.ladder = l, .side = ONS_SPLIT_TRAIN, .rng = ons_rng_make(seed, STREAM_DATA)};
    for (size_t i = 0; i < l->n_skills; i++) s.total_weight += l->skill[i].weight;
    for (size_t i = 0; i < l->n_skills; i++)
        s.pool[i] = pool_of(l, l->skill[i].weight / s.total_weight, n_documents);
    return s;
}

/* Without pools; side and generator as asked. */
static ons_stream endless(const ons_ladder *l, ons_split side, ons_rng rng)
{
    ons_stream s = ons_stream_make(l, 0, 0);
    memset(s.pool, 0, sizeof s.pool);
    s.side = side;
    s.rng = rng;
    return s;
}

ons_stream ons_stream_held_out(const ons_ladder *l)
{
    return endless(l, ONS_SPLIT_TEST, ons_rng_make(0, STREAM_HELD));
}

static size_t pick(ons_stream *s)
{
    const ons_ladder *l = s->ladder;
    double at = ons_rng_f64(&s->rng) * s->total_weight;
    for (size_t i = 0; i + 1 < l->n_skills; i++) {
        if (at < l->skill[i].weight) return i;
        at -= l->skill[i].weight;
    }
    return l->n_skills - 1;
}

/* A generator for one document of a pool. */
static ons_rng pool_rng(const ons_skill *skill, uint32_t i)
{
    ons_hasher h;
    uint64_t stream;
    ons_hasher_init(&h);
    ons_hasher_str(&h, ons_str_of(skill->name));
    const ons_id id = ons_hasher_end(&h);
    memcpy(&stream, id.byte, sizeof stream);
    return ons_rng_make(i, stream);
}

static void draw(ons_stream *s, document *d)
{
    const size_t k = pick(s);
    const ons_skill *skill = s->ladder->skill[k].skill;
    ons_rng own, *rng = &s->rng;
    if (s->pool[k] > 0) {
        own = pool_rng(skill, ons_rng_below(&s->rng, s->pool[k]));
        rng = &own;
    }
    ons_skill_item item, other;
    ons_skill_draw(skill, s->side, ONS_SHOTS_ANY, rng, &item);
    const ons_skill_item *answer = &item;
    const double noise = s->side == ONS_SPLIT_TRAIN ? s->ladder->label_noise : 0;
    if (noise > 0 && ons_rng_f64(rng) < noise) {
        ons_skill_draw(skill, s->side, ONS_SHOTS_ANY, rng, &other);
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
    ons_stream s = endless(l, ONS_SPLIT_TRAIN, ons_rng_make(0, STREAM_MEASURE));
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
    return (ons_stream_facts){scored / tokens, tokens / MEASURE_DOCS, ons_hasher_end(&h)};
}
