/* Scoring and greedy generation: documents are packed into batches, and since the decoder gives
 * each document the same bits whatever stands beside it, so does every batch size. */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/checked.h"
#include "model/activations.h"
#include "model/model_priv.h"

struct ons_session {
    const ons_model *model;
    const ons_kernels *kernels;
    ons_activations *acts;
    ons_arena arena;
    size_t cap;      /* tokens a batch holds */
    int32_t *token;  /* [cap] */
    uint32_t *start; /* [cap] */
    uint32_t *length;
    uint32_t *row;
    size_t *query; /* [cap] the query each document comes from */
    size_t n_docs, n_tokens, n_rows;
};

static ons_status session_init(ons_session *s, ons_err *err)
{
    ONS_TRY(ONS_NEW(&s->arena, s->cap, &s->token, err));
    ONS_TRY(ONS_NEW(&s->arena, s->cap, &s->start, err));
    ONS_TRY(ONS_NEW(&s->arena, s->cap, &s->length, err));
    ONS_TRY(ONS_NEW(&s->arena, s->cap, &s->row, err));
    ONS_TRY(ONS_NEW(&s->arena, s->cap, &s->query, err));
    return ons_activations_new(&s->model->config, s->cap, &s->acts, err);
}

static size_t cap_of(const ons_model *m, size_t batch_tokens)
{
    return batch_tokens > m->config.max_len ? batch_tokens : m->config.max_len;
}

double ons_session_bytes(const ons_model *m, size_t batch_tokens)
{
    return m->info.params * sizeof(float) +
           (double)ons_activations_bytes(&m->config, cap_of(m, batch_tokens));
}

ons_status ons_session_new(const ons_model *m, const ons_kernels *k, size_t batch_tokens,
                           ons_session **ret_s, ons_err *err)
{
    ons_session *s = calloc(1, sizeof *s);
    if (!s) return ONS_FAIL(err, ONS_NOMEM, "no memory for a session");
    s->model = m;
    s->kernels = k;
    s->cap = cap_of(m, batch_tokens);
    ons_arena_init(&s->arena, 0);
    ons_status status = session_init(s, err);
    if (status != ONS_OK) {
        ons_session_free(s);
        return status;
    }
    *ret_s = s;
    return ONS_OK;
}

void ons_session_free(ons_session *s)
{
    if (!s) return;
    ons_activations_free(s->acts);
    ons_arena_clear(&s->arena);
    free(s);
}

static void batch_clear(ons_session *s) { s->n_docs = s->n_tokens = s->n_rows = 0; }

static bool batch_fits(const ons_session *s, size_t n_tokens)
{
    return n_tokens <= s->cap - s->n_tokens;
}

/* Opens a document of `n_tokens` tokens, which the caller fills; rows from `first_row` on. */
static int32_t *batch_add(ons_session *s, size_t query, size_t n_tokens, size_t first_row)
{
    const size_t at = s->n_tokens;
    s->start[s->n_docs] = (uint32_t)at;
    s->length[s->n_docs] = (uint32_t)n_tokens;
    s->query[s->n_docs++] = query;
    for (size_t i = first_row; i < n_tokens; i++) s->row[s->n_rows++] = (uint32_t)(at + i);
    s->n_tokens += n_tokens;
    return s->token + at;
}

static const float *batch_forward(ons_session *s)
{
    const ons_batch b = {.token = s->token,
                         .start = s->start,
                         .length = s->length,
                         .row = s->row,
                         .n_docs = s->n_docs,
                         .n_tokens = s->n_tokens,
                         .n_rows = s->n_rows};
    return ons_decoder_forward(&s->model->config, s->kernels, s->model->params, &b, s->acts);
}

/* The lowest id wins a tie. */
static int32_t most_likely(const float *logits, size_t vocab)
{
    size_t best = 0;
    for (size_t v = 1; v < vocab; v++)
        if (logits[v] > logits[best]) best = v;
    return (int32_t)best;
}

static ons_status check_tokens(const ons_session *s, size_t query, const int32_t *tokens, size_t n,
                               ons_err *err)
{
    const ons_decoder_config *c = &s->model->config;
    if (n == 0 || n > c->max_len)
        return ONS_FAIL(err, ONS_LIMIT, "sequence %zu has %zu tokens, allowed 1 to %" PRIu32, query,
                        n, c->max_len);
    for (size_t i = 0; i < n; i++)
        if (tokens[i] < 0 || (uint32_t)tokens[i] >= c->vocab)
            return ONS_FAIL(err, ONS_LIMIT,
                            "token %zu of sequence %zu is %" PRId32 ", allowed 0 to %" PRIu32, i,
                            query, tokens[i], c->vocab - 1);
    return ONS_OK;
}

/* ---- scoring ---- */

static void score_batch(ons_session *s, ons_score_query *q)
{
    const size_t vocab = s->model->config.vocab;
    const float *z = s->n_docs ? batch_forward(s) : NULL;
    for (size_t d = 0; d < s->n_docs; d++) {
        ons_score_query *x = &q[s->query[d]];
        x->ret_greedy = true;
        for (size_t t = x->from; t < x->n_tokens; t++, z += vocab) {
            const double sum = s->kernels->log_sum_exp(vocab, z);
            x->ret_logprob[t - x->from] = (float)((double)z[x->tokens[t]] - sum);
            if (most_likely(z, vocab) != x->tokens[t]) x->ret_greedy = false;
        }
    }
    batch_clear(s);
}

ons_status ons_session_score(ons_session *s, ons_score_query *q, size_t n, ons_err *err)
{
    for (size_t i = 0; i < n; i++) {
        ONS_TRY(check_tokens(s, i, q[i].tokens, q[i].n_tokens, err));
        if (q[i].from < 1 || q[i].from > q[i].n_tokens)
            return ONS_FAIL(err, ONS_USAGE,
                            "sequence %zu is scored from token %zu, allowed 1 to %zu", i, q[i].from,
                            q[i].n_tokens);
    }
    batch_clear(s);
    for (size_t i = 0; i < n; i++) {
        q[i].ret_greedy = true;
        if (q[i].from == q[i].n_tokens) continue;
        const size_t n_in = q[i].n_tokens - 1; /* the last token is only asked for */
        if (!batch_fits(s, n_in)) score_batch(s, q);
        memcpy(batch_add(s, i, n_in, q[i].from - 1), q[i].tokens, n_in * sizeof *q[i].tokens);
    }
    score_batch(s, q);
    return ONS_OK;
}

/* ---- generation ---- */

static bool may_go_on(const ons_session *s, const ons_generate_query *q)
{
    return !q->ret_eos && q->ret_n < q->max_tokens &&
           q->n_tokens + q->ret_n <= s->model->config.max_len;
}

static void generate_batch(ons_session *s, ons_generate_query *q)
{
    const size_t vocab = s->model->config.vocab;
    const float *z = s->n_docs ? batch_forward(s) : NULL;
    for (size_t d = 0; d < s->n_docs; d++, z += vocab) {
        ons_generate_query *x = &q[s->query[d]];
        const int32_t next = most_likely(z, vocab);
        x->ret_eos = next == ons_model_eos(s->model);
        if (!x->ret_eos) x->ret_ids[x->ret_n++] = next;
    }
    batch_clear(s);
}

/* One more token for every query that is not done. False when all are. */
static bool generate_step(ons_session *s, ons_generate_query *q, size_t n)
{
    bool any = false;
    batch_clear(s);
    for (size_t i = 0; i < n; i++) {
        if (!may_go_on(s, &q[i])) continue;
        any = true;
        const size_t len = q[i].n_tokens + q[i].ret_n;
        if (!batch_fits(s, len)) generate_batch(s, q);
        int32_t *token = batch_add(s, i, len, len - 1);
        memcpy(token, q[i].tokens, q[i].n_tokens * sizeof *token);
        memcpy(token + q[i].n_tokens, q[i].ret_ids, q[i].ret_n * sizeof *token);
    }
    generate_batch(s, q);
    return any;
}

ons_status ons_session_generate(ons_session *s, ons_generate_query *q, size_t n, ons_err *err)
{
    for (size_t i = 0; i < n; i++) {
        ONS_TRY(check_tokens(s, i, q[i].tokens, q[i].n_tokens, err));
        q[i].ret_n = 0;
        q[i].ret_eos = false;
    }
    while (generate_step(s, q, n)) {
    }
    return ONS_OK;
}
