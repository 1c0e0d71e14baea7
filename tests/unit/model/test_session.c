/* Opening a checkpoint, scoring, generating: against Hugging Face's own values, and the same bits
 * for every batch size. */
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "model/model.h"
#include "os/file.h"
#include "text/json.h"
#include "tst_num.h"

#define N_MAX   32
#define LEN_MAX 64

typedef struct cases {
    size_t n;
    int32_t tokens[N_MAX][LEN_MAX];
    size_t n_tokens[N_MAX]; /* with end-of-text */
    double logprob[N_MAX][LEN_MAX];
    char greedy[N_MAX][LEN_MAX];
} cases;

static void path_of(const char *file, char *buf)
{
    const char *root = getenv("ONS_SOURCE_DIR");
    assert_int_equal(ons_path_format(buf, ONS_PATH_MAX, NULL, "%s/tests/golden/hf_checkpoint/%s",
                                     root ? root : ".", file),
                     ONS_OK);
}

static ons_model *open_golden(void)
{
    char path[ONS_PATH_MAX];
    path_of("2k-s1", path);
    ons_model *m = NULL;
    ons_err err = ONS_ERR_INIT;
    if (ons_model_open(path, &m, &err) != ONS_OK) fail_msg("%s (%s)", err.what, err.where);
    return m;
}

static void load_case(const ons_model *m, const ons_json_at *at, cases *c)
{
    ons_str text, greedy;
    ons_json_at list;
    const size_t i = c->n++;
    assert_true(i < N_MAX);
    assert_int_equal(ons_json_get_str(at, "text", &text, NULL), ONS_OK);
    assert_true(text.len < LEN_MAX);
    assert_int_equal(ons_model_encode(m, text, c->tokens[i], &c->n_tokens[i], NULL), ONS_OK);
    c->tokens[i][c->n_tokens[i]++] = ons_model_eos(m);
    assert_int_equal(ons_json_member(at, "logprobs", &list, NULL), ONS_OK);
    assert_int_equal(ons_json_len(&list), text.len);
    for (size_t k = 0; k < text.len; k++) {
        ons_json_at v = ons_json_item(&list, k);
        assert_int_equal(ons_json_f64(&v, &c->logprob[i][k], NULL), ONS_OK);
    }
    assert_int_equal(ons_json_get_str(at, "greedy_from_4", &greedy, NULL), ONS_OK);
    assert_true(greedy.len < LEN_MAX);
    memcpy(c->greedy[i], greedy.ptr, greedy.len);
}

static void load_cases(const ons_model *m, cases *c)
{
    char path[ONS_PATH_MAX];
    ons_buf b;
    ons_json *doc;
    *c = (cases){.n = 0};
    path_of("expected.json", path);
    ons_buf_init(&b, 1 << 20);
    assert_int_equal(ons_file_read(path, &b, NULL), ONS_OK);
    assert_int_equal(ons_json_parse(ons_buf_str(&b), &doc, NULL), ONS_OK);
    ons_json_at root = ons_json_root(doc), list;
    assert_int_equal(ons_json_member(&root, "cases", &list, NULL), ONS_OK);
    for (size_t i = 0; i < ons_json_len(&list); i++) {
        ons_json_at at = ons_json_item(&list, i);
        load_case(m, &at, c);
    }
    ons_json_free(doc);
    ons_buf_release(&b);
    assert_true(c->n >= 5);
}

static void score_all(const ons_model *m, const cases *c, size_t batch, float out[N_MAX][LEN_MAX],
                      bool *greedy)
{
    ons_session *s;
    ons_score_query q[N_MAX];
    assert_int_equal(ons_session_new(m, ons_kernels_best(), batch, &s, NULL), ONS_OK);
    for (size_t i = 0; i < c->n; i++)
        q[i] = (ons_score_query){
            .tokens = c->tokens[i], .n_tokens = c->n_tokens[i], .from = 1, .ret_logprob = out[i]};
    assert_int_equal(ons_session_score(s, q, c->n, NULL), ONS_OK);
    for (size_t i = 0; i < c->n; i++) greedy[i] = q[i].ret_greedy;
    ons_session_free(s);
}

static void test_as_hugging_face(void **state)
{
    (void)state;
    ons_model *m = open_golden();
    static cases c;
    static float got[N_MAX][LEN_MAX];
    bool greedy[N_MAX];
    load_cases(m, &c);
    score_all(m, &c, 256, got, greedy);
    double worst = 0;
    for (size_t i = 0; i < c.n; i++) {
        for (size_t k = 0; k + 1 < c.n_tokens[i]; k++) {
            tst_close(got[i][k], c.logprob[i][k], 0, 1e-4);
            worst = fmax(worst, fabs((double)got[i][k] - c.logprob[i][k]));
        }
    }
    print_message("largest difference of a log-probability: %.2g nats\n", worst);

    ons_session *s;
    ons_generate_query q[N_MAX];
    int32_t ids[N_MAX][12];
    assert_int_equal(ons_session_new(m, ons_kernels_best(), 1, &s, NULL), ONS_OK);
    for (size_t i = 0; i < c.n; i++)
        q[i] = (ons_generate_query){
            .tokens = c.tokens[i], .n_tokens = 4, .max_tokens = 12, .ret_ids = ids[i]};
    assert_int_equal(ons_session_generate(s, q, c.n, NULL), ONS_OK);
    for (size_t i = 0; i < c.n; i++) {
        ons_buf text;
        ons_buf_init(&text, 100);
        ons_model_decode(m, q[i].ret_ids, q[i].ret_n, &text);
        assert_string_equal(ons_buf_cstr(&text), c.greedy[i]);
        assert_int_equal(q[i].ret_eos, q[i].ret_n < 12);
        ons_buf_release(&text);
    }
    ons_session_free(s);
    ons_model_close(m);
}

static void test_batch_size_changes_nothing(void **state)
{
    (void)state;
    ons_model *m = open_golden();
    static cases c;
    static float a[N_MAX][LEN_MAX], b[N_MAX][LEN_MAX];
    bool greedy_a[N_MAX], greedy_b[N_MAX];
    load_cases(m, &c);
    score_all(m, &c, 1, a, greedy_a);
    static const size_t BATCH[] = {70, 100, 513, 4096};
    for (size_t k = 0; k < sizeof BATCH / sizeof *BATCH; k++) {
        score_all(m, &c, BATCH[k], b, greedy_b);
        assert_memory_equal(greedy_a, greedy_b, c.n * sizeof *greedy_a);
        for (size_t i = 0; i < c.n; i++)
            assert_memory_equal(a[i], b[i], (c.n_tokens[i] - 1) * sizeof a[i][0]);
    }
    ons_model_close(m);
}

/* What generation says token by token, scoring calls greedy; and a part is scored as the whole. */
static void test_score_and_generate_agree(void **state)
{
    (void)state;
    ons_model *m = open_golden();
    ons_session *s;
    int32_t tokens[LEN_MAX + 1];
    size_t n;
    float all[LEN_MAX], part[LEN_MAX];
    assert_int_equal(ons_session_new(m, ons_kernels_reference(), 64, &s, NULL), ONS_OK);
    assert_int_equal(ons_model_encode(m, ONS_S("T7593"), tokens, &n, NULL), ONS_OK);
    ons_generate_query g = {
        .tokens = tokens, .n_tokens = n, .max_tokens = 100, .ret_ids = tokens + n};
    assert_int_equal(ons_session_generate(s, &g, 1, NULL), ONS_OK);
    assert_true(n + g.ret_n <= ons_model_max_len(m) + 1); /* the length of the model ends it */
    size_t len = n + g.ret_n;
    if (g.ret_eos) tokens[len++] = ons_model_eos(m);
    if (len > ons_model_max_len(m)) len = ons_model_max_len(m);
    ons_score_query q = {.tokens = tokens, .n_tokens = len, .from = n, .ret_logprob = part};
    assert_int_equal(ons_session_score(s, &q, 1, NULL), ONS_OK);
    assert_true(q.ret_greedy);
    q.from = 1;
    q.ret_logprob = all;
    assert_int_equal(ons_session_score(s, &q, 1, NULL), ONS_OK);
    assert_memory_equal(part, all + n - 1, (len - n) * sizeof *part);
    tokens[len - 1] = tokens[len - 1] == 5 ? 6 : 5;
    q.from = n;
    assert_int_equal(ons_session_score(s, &q, 1, NULL), ONS_OK);
    assert_false(q.ret_greedy);
    ons_session_free(s);
    ons_model_close(m);
}

static void test_refusals(void **state)
{
    (void)state;
    ons_model *m = open_golden();
    ons_session *s;
    int32_t tokens[LEN_MAX + 1] = {0}, ids[4];
    float lp[LEN_MAX + 1];
    assert_int_equal(ons_session_new(m, ons_kernels_best(), 64, &s, NULL), ONS_OK);
    ons_score_query q = {.tokens = tokens, .n_tokens = 65, .from = 1, .ret_logprob = lp};
    assert_int_equal(ons_session_score(s, &q, 1, NULL), ONS_LIMIT);
    q.n_tokens = 0;
    assert_int_equal(ons_session_score(s, &q, 1, NULL), ONS_LIMIT);
    q.n_tokens = 3;
    q.from = 0;
    assert_int_equal(ons_session_score(s, &q, 1, NULL), ONS_USAGE);
    q.from = 4;
    assert_int_equal(ons_session_score(s, &q, 1, NULL), ONS_USAGE);
    q.from = 3; /* nothing is asked */
    assert_int_equal(ons_session_score(s, &q, 1, NULL), ONS_OK);
    assert_true(q.ret_greedy);
    tokens[1] = 96;
    q.from = 1;
    assert_int_equal(ons_session_score(s, &q, 1, NULL), ONS_LIMIT);
    tokens[1] = -1;
    ons_generate_query g = {.tokens = tokens, .n_tokens = 3, .max_tokens = 4, .ret_ids = ids};
    assert_int_equal(ons_session_generate(s, &g, 1, NULL), ONS_LIMIT);
    tokens[1] = 1;
    g.max_tokens = 0;
    assert_int_equal(ons_session_generate(s, &g, 1, NULL), ONS_OK);
    assert_int_equal(g.ret_n, 0);
    assert_int_equal(ons_session_score(s, NULL, 0, NULL), ONS_OK);
    ons_session_free(s);
    ons_model_close(m);
}

static void test_info(void **state)
{
    (void)state;
    ons_model *m = open_golden();
    const ons_model_info *info = ons_model_info_of(m);
    assert_string_equal(info->name, "2k-s1");
    assert_string_equal(info->family, "pocket");
    assert_string_equal(info->seed, "1");
    assert_true(info->params == 2432 && info->params_non_embedding == 1664);
    assert_true(info->tokens > 60000 && info->flops > 1e8 && info->loss_nats > 0);
    assert_int_equal(info->recipe[0], '{');
    ons_model_close(m);
    ons_err err = ONS_ERR_INIT;
    assert_int_equal(ons_model_open("/nonexistent", &m, &err), ONS_IO);
    assert_non_null(strstr(err.where, "config.json"));
    ons_model_close(NULL);
    ons_session_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_hugging_face),
        cmocka_unit_test(test_batch_size_changes_nothing),
        cmocka_unit_test(test_score_and_generate_agree),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_info),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
