#include "import/samples.h"

#include <math.h>

#include "base/parse.h"

void ons_samples_begin(ons_samples *s, const ons_lm_eval_run *run, const char *task)
{
    *s = (ons_samples){.run = run,
                       .task = ons_str_of(task),
                       .shots = ons_lm_eval_shots(run, task),
                       .explained = true,
                       .last_item = -1};
}

/* Leaves are texts in newer files ("-12.5", "False"), numbers and booleans in older ones. */
static bool leaf_number(const ons_json_at *at, double *ret_v)
{
    ons_str text;
    if (ons_json_str(at, &text, NULL) == ONS_OK) return ons_parse_f64(text, ret_v);
    return ons_json_f64(at, ret_v, NULL) == ONS_OK;
}

static bool leaf_bool(const ons_json_at *at, bool *ret_b)
{
    ons_str text;
    if (ons_json_bool(at, ret_b, NULL) == ONS_OK) return true;
    if (ons_json_str(at, &text, NULL) != ONS_OK) return false;
    *ret_b = ons_str_eq(text, ONS_S("True"));
    return *ret_b || ons_str_eq(text, ONS_S("False"));
}

/* ---- the answers of one item ---- */

typedef struct answers {
    size_t n;    /* requests */
    bool scored; /* log-likelihoods, else texts */
    double logprob[ONS_SAMPLES_CHOICES_MAX];
    bool greedy[ONS_SAMPLES_CHOICES_MAX];
} answers;

/* [log-likelihood, greedy] */
static bool is_pair(const ons_json_at *at, double *ret_ll, bool *ret_greedy)
{
    if (ons_json_kind_of(at) != ONS_JSON_ARRAY || ons_json_len(at) != 2) return false;
    const ons_json_at a = ons_json_item(at, 0), b = ons_json_item(at, 1);
    return leaf_number(&a, ret_ll) && leaf_bool(&b, ret_greedy);
}

static ons_status give(const ons_samples *s, size_t item, size_t request,
                       const ons_import_answer *a, ons_err *err)
{
    ons_import *in = s->run->in;
    if (!in->answer) return ONS_OK;
    ons_import_answer full = *a;
    full.model = &s->run->model;
    full.task = s->task;
    full.prompt = s->run->prompt;
    full.shots = s->shots;
    full.item = item;
    full.request = request;
    const ons_status st = in->answer(in->answer_ctx, &full, err);
    in->answer_failed = in->answer_failed || st != ONS_OK;
    return st;
}

/* One request: the answers of its repetitions; of log-likelihoods there is only one. */
static ons_status read_request(const ons_samples *s, const ons_json_at *request, size_t item,
                               size_t i, answers *ret_a, ons_err *err)
{
    ons_str text;
    ONS_TRY(ons_json_expect(request, ONS_JSON_ARRAY, err));
    for (size_t r = 0; r < ons_json_len(request); r++) {
        const ons_json_at one = ons_json_item(request, r);
        ons_import_answer a = {.logprob = (double)NAN, .text = ONS_S("")};
        if (is_pair(&one, &a.logprob, &a.greedy)) {
            ret_a->scored = true;
            ret_a->logprob[i] = a.logprob;
            ret_a->greedy[i] = a.greedy;
        } else if (ons_json_str(&one, &text, NULL) == ONS_OK) {
            a.generated = true;
            a.text = text;
        } else {
            continue;
        }
        a.repeat = r;
        ONS_TRY(give(s, item, i, &a, err));
    }
    return ONS_OK;
}

static ons_status read_answers(const ons_samples *s, const ons_json_at *line, size_t item,
                               answers *ret_a, ons_err *err)
{
    ons_json_at resps;
    ret_a->n = 0;
    ret_a->scored = false;
    ONS_TRY(ons_json_member(line, "resps", &resps, err));
    ONS_TRY(ons_json_expect(&resps, ONS_JSON_ARRAY, err));
    if (ons_json_len(&resps) > ONS_SAMPLES_CHOICES_MAX)
        return ONS_FAIL(err, ONS_LIMIT, "%zu answers to one item, at most %d are allowed",
                        ons_json_len(&resps), ONS_SAMPLES_CHOICES_MAX);
    for (; ret_a->n < ons_json_len(&resps); ret_a->n++) {
        const ons_json_at request = ons_json_item(&resps, ret_a->n);
        ONS_TRY(read_request(s, &request, item, ret_a->n, ret_a, err));
    }
    return ONS_OK;
}

/* ---- the right one ---- */

/* The continuation of request i: {"gen_args_0": {"arg_1": …}} or [[context, continuation], …]. */
static bool continuation(const ons_json_at *line, size_t i, ons_str *ret_s)
{
    ons_json_at args, one;
    char key[32];
    (void)snprintf(key, sizeof key, "gen_args_%zu", i);
    if (!ons_json_find(line, "arguments", &args)) return false;
    if (ons_json_find(&args, key, &one))
        return ons_json_get_str(&one, "arg_1", ret_s, NULL) == ONS_OK;
    if (ons_json_kind_of(&args) != ONS_JSON_ARRAY || i >= ons_json_len(&args)) return false;
    one = ons_json_item(&args, i);
    if (ons_json_kind_of(&one) != ONS_JSON_ARRAY || ons_json_len(&one) < 2) return false;
    const ons_json_at text = ons_json_item(&one, 1);
    return ons_json_str(&text, ret_s, NULL) == ONS_OK;
}

/* The request that "target" names, by number or by text; n where it names none. */
static size_t right_one(const ons_json_at *line, size_t n)
{
    ons_json_at at;
    ons_str target, text;
    double number;
    if (n == 1) return 0;
    if (!ons_json_find(line, "target", &at)) return n;
    if (leaf_number(&at, &number))
        return number >= 0 && number < (double)n && number == floor(number) ? (size_t)number : n;
    if (ons_json_str(&at, &target, NULL) != ONS_OK) return n;
    for (size_t i = 0; i < n; i++)
        if (continuation(line, i, &text) && ons_str_eq(ons_str_trim(text), ons_str_trim(target)))
            return i;
    return n;
}

static double log_share(const answers *a, size_t i)
{
    double most = a->logprob[0], sum = 0;
    for (size_t k = 1; k < a->n; k++) most = fmax(most, a->logprob[k]);
    for (size_t k = 0; k < a->n; k++) sum += exp(a->logprob[k] - most);
    return a->logprob[i] - most - log(sum);
}

/* Does the right one make the accuracy that the file says? */
static bool explains(const ons_json_at *line, const answers *a, size_t right)
{
    ons_json_at at;
    double acc;
    size_t best = 0;
    if (!ons_json_find(line, "acc", &at) || !leaf_number(&at, &acc)) return false;
    for (size_t i = 1; i < a->n; i++)
        if (a->logprob[i] > a->logprob[best]) best = i;
    const bool is_right = a->n == 1 ? a->greedy[0] : best == right;
    return acc == (is_right ? 1 : 0);
}

static void take(ons_samples *s, const ons_json_at *line, const answers *a)
{
    const size_t right = right_one(line, a->n);
    s->choices = a->n > 1;
    if (right == a->n || !explains(line, a, right)) {
        s->explained = false;
        return;
    }
    const double v = a->n > 1 ? log_share(a, right) : a->logprob[0];
    if (!isfinite(v)) {
        s->explained = false;
        return;
    }
    s->n++;
    const double d = v - s->mean;
    s->mean += d / (double)s->n;
    s->squares += d * (v - s->mean);
}

ons_status ons_samples_line(ons_samples *s, const ons_json_at *line, ons_err *err)
{
    answers a;
    ons_json_at at;
    double item;
    ONS_TRY(ons_json_member(line, "doc_id", &at, err));
    if (!leaf_number(&at, &item) || !(item >= 0 && item < 1e15) || item != floor(item))
        return ONS_FAIL(err, ONS_FORMAT, "$.doc_id is no whole number");
    if (item == s->last_item) return ONS_OK; /* the same answers through another filter */
    s->last_item = item;
    ONS_TRY(ons_clusters_add(&s->clusters, line, err));
    ONS_TRY(read_answers(s, line, (size_t)item, &a, err));
    if (a.n > 0 && a.scored) take(s, line, &a);
    return ONS_OK;
}

void ons_samples_release(ons_samples *s) { ons_clusters_release(&s->clusters); }

ons_status ons_samples_end(ons_samples *s, ons_err *err)
{
    ons_clusters_apply(&s->clusters, s->run->in, s->task);
    if (!s->explained || s->n < 2) return ONS_OK;
    const double n = (double)s->n;
    ons_score row = ons_import_score();
    row.task = s->task;
    row.metric = s->choices ? ONS_S("choice_logprob") : ONS_S("logprob");
    row.prompt = s->run->prompt;
    row.shots = s->shots;
    row.n_items = n;
    row.score = s->mean;
    row.std_err = sqrt(s->squares / (n - 1) / n);
    row.higher_is_better = ONS_YES;
    return ons_import_add(s->run->in, &row, &s->run->model, 0, err);
}
