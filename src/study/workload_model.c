/* What one model will be asked, before it is. */
#include <math.h>

#include "os/clock.h"
#include "run/plan.h"
#include "study/workload.h"

#define PROBE_TOKENS  64
#define PROBE_S       0.05
#define BATCH_DEFAULT 1024
#define SHORTEST_S    1e-9

/* Seconds a token, from a few that mean nothing. NaN where the model cannot be tried so. */
static double seconds_per_token(const ons_model *m, size_t batch_tokens)
{
    ons_session *s;
    int32_t token[PROBE_TOKENS] = {0};
    float logprob[PROBE_TOKENS];
    ons_score_query q = {
        .tokens = token, .n_tokens = PROBE_TOKENS, .from = 1, .ret_logprob = logprob};
    if (ons_session_new(m, ons_kernels_best(), batch_tokens, &s, NULL) != ONS_OK)
        return (double)NAN;
    ons_status st = ons_session_score(s, &q, 1, NULL); /* touches new memory */
    const double begin = ons_clock_monotonic();
    double now = begin;
    size_t n = 0;
    while (st == ONS_OK && n < 1000 && (n == 0 || now - begin < PROBE_S)) {
        st = ons_session_score(s, &q, 1, NULL);
        now = ons_clock_monotonic();
        n++;
    }
    ons_session_free(s);
    return st == ONS_OK ? fmax(now - begin, SHORTEST_S) / (double)(n * PROBE_TOKENS) : (double)NAN;
}

/* Of a generation as if it went on to its last token: most end before, but compute their prompt
 * again with every token. */
static double tokens_of(const ons_request *r) { return (double)(r->n_tokens + r->max_tokens); }

ons_status ons_workload_of_model(ons_store *store, const ons_model *m, const ons_task *task,
                                 size_t n_tasks, size_t batch_tokens, ons_workload *ret_w,
                                 ons_err *err)
{
    ons_arena a;
    ons_plan plan;
    ons_workload w = {.n_models = 1, .n_tasks = n_tasks};
    const size_t batch = batch_tokens ? batch_tokens : BATCH_DEFAULT;
    ons_arena_init(&a, 0);
    const ons_status s = ons_plan_make(store, m, task, n_tasks, &a, &plan, err);
    if (s == ONS_OK) {
        for (size_t i = 0; i < plan.n_requests; i++) w.ask_tokens += tokens_of(&plan.request[i]);
        w.answered = (double)plan.n_known;
        w.questions = w.answered + (double)plan.n_requests;
        w.ask_flops = 2 * ons_model_info_of(m)->params * w.ask_tokens;
        w.bytes = ons_session_bytes(m, batch);
        if (plan.n_requests) w.seconds = w.ask_tokens * seconds_per_token(m, batch);
        *ret_w = w;
    }
    ons_arena_clear(&a);
    return s;
}
