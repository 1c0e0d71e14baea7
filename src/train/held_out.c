#include "train/held_out.h"

#include <string.h>

#include "model/hf/tokenizer.h"
#include "train/stream.h"

#define BATCH_TOKENS 1024u
#define N_BATCHES    32

/* One query of each document, end-of-text included. */
static ons_status make_queries(const ons_train_batch *b, ons_arena *a, ons_score_query **ret_q,
                               ons_err *err)
{
    ons_score_query *q;
    size_t row = 0;
    ONS_TRY(ONS_NEW(a, b->batch.n_docs + 1, &q, err));
    for (size_t d = 0; d < b->batch.n_docs; d++) {
        const size_t start = b->start[d], n = b->length[d];
        int32_t *token;
        ONS_TRY(ONS_NEW(a, n + 1, &token, err));
        memcpy(token, b->token + start, n * sizeof *token);
        token[n] = ONS_HF_EOS;
        q[d] =
            (ons_score_query){.tokens = token, .n_tokens = n + 1, .from = b->row[row] - start + 1};
        ONS_TRY(ONS_NEW(a, n + 1, &q[d].ret_logprob, err));
        while (row < b->batch.n_rows && b->row[row] < start + n) row++;
    }
    *ret_q = q;
    return ONS_OK;
}

static ons_status add_batch(ons_session *session, const ons_train_batch *b, double *sum, size_t *n,
                            ons_err *err)
{
    ons_arena a;
    ons_arena_init(&a, 0);
    ons_score_query *q;
    ons_status s = make_queries(b, &a, &q, err);
    if (s == ONS_OK) s = ons_session_score(session, q, b->batch.n_docs, err);
    for (size_t d = 0; s == ONS_OK && d < b->batch.n_docs; d++) {
        for (size_t i = 0; i < q[d].n_tokens - q[d].from; i++) *sum -= (double)q[d].ret_logprob[i];
        *n += q[d].n_tokens - q[d].from;
    }
    ons_arena_clear(&a);
    return s;
}

static ons_status measure(const ons_ladder *l, ons_session *session, ons_arena *a, double *ret_nats,
                          ons_err *err)
{
    ons_train_batch batch;
    ons_stream stream = ons_stream_held_out(l);
    double sum = 0;
    size_t n = 0;
    ONS_TRY(ons_train_batch_init(l, a, &batch, err));
    for (int i = 0; i < N_BATCHES; i++) {
        ons_stream_next(&stream, &batch);
        ONS_TRY(add_batch(session, &batch, &sum, &n, err));
    }
    *ret_nats = sum / (double)n;
    return ONS_OK;
}

ons_status ons_held_out_loss(const ons_ladder *l, const ons_model *m, double *ret_nats,
                             ons_err *err)
{
    ons_ladder same = *l;
    ons_session *session;
    ons_arena a;
    same.batch_tokens = BATCH_TOKENS; /* the documents do not depend on the recipe */
    ONS_TRY(ons_session_new(m, ons_kernels_best(), BATCH_TOKENS, &session, err));
    ons_arena_init(&a, 0);
    const ons_status s = measure(&same, session, &a, ret_nats, err);
    ons_arena_clear(&a);
    ons_session_free(session);
    return s;
}
