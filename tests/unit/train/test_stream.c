/* Jobs, data, schedule and initial parameters: the plan of a run. */
#include "train/stream.h"

#include <stdlib.h>
#include <string.h>

#include "model/hf/tokenizer.h"
#include "tiny_ladder.h"
#include "train/init.h"
#include "train/recipe.h"
#include "train/schedule.h"
#include "tst_num.h"

static void test_batches(void **state)
{
    (void)state;
    const ons_ladder l = tiny_ladder();
    ons_arena a;
    ons_arena_init(&a, 0);
    ons_train_batch b;
    assert_int_equal(ons_train_batch_init(&l, &a, &b, NULL), ONS_OK);
    ons_stream s = ons_stream_make(&l, 3, 0);
    size_t copies = 0, docs = 0;
    for (int round = 0; round < 200; round++) {
        ons_stream_next(&s, &b);
        const ons_batch *x = &b.batch;
        assert_true(x->n_tokens >= l.batch_tokens && x->n_tokens < ons_train_batch_cap(&l));
        size_t at = 0, row = 0;
        for (size_t d = 0; d < x->n_docs; d++, docs++) {
            assert_int_equal(x->start[d], at);
            const int32_t *t = x->token + at;
            const size_t len = x->length[d];
            size_t eq = 0;
            while (eq < len && t[eq] != '=' - 32) eq++;
            assert_true(eq < len);
            copies += t[0] == 'c' - 32;
            /* scored: from the '=' on, each row asks for the next token, the last for the end */
            for (size_t i = eq; i < len; i++, row++) {
                assert_int_equal(x->row[row], at + i);
                assert_int_equal(b.target[row], i + 1 < len ? t[i + 1] : ONS_HF_EOS);
            }
            if (t[0] == 'c' - 32) /* c:abc=abc */
                assert_memory_equal(t + 2, t + eq + 1, (len - eq - 1) * sizeof *t);
            at += len;
        }
        assert_int_equal(at, x->n_tokens);
        assert_int_equal(row, x->n_rows);
    }
    tst_close((double)copies / (double)docs, 1.0 / 3, 0, 0.04);
    ons_arena_clear(&a);
}

/* The state of the stream is its generator: taken up from it, the rest is the same. */
static void test_stream_goes_on(void **state)
{
    (void)state;
    const ons_ladder l = tiny_ladder();
    ons_arena a;
    ons_arena_init(&a, 0);
    ons_train_batch b, c;
    assert_int_equal(ons_train_batch_init(&l, &a, &b, NULL), ONS_OK);
    assert_int_equal(ons_train_batch_init(&l, &a, &c, NULL), ONS_OK);
    ons_stream s = ons_stream_make(&l, 5, 0), t = ons_stream_make(&l, 5, 0);
    for (int i = 0; i < 5; i++) ons_stream_next(&s, &b);
    t.rng.state = s.rng.state;
    ons_stream_next(&s, &b);
    ons_stream_next(&t, &c);
    assert_int_equal(b.batch.n_tokens, c.batch.n_tokens);
    assert_memory_equal(b.token, c.token, b.batch.n_tokens * sizeof *b.token);
    t = ons_stream_make(&l, 6, 0);
    ons_stream_next(&t, &c);
    assert_true(b.batch.n_tokens != c.batch.n_tokens ||
                memcmp(b.token, c.token, b.batch.n_tokens * sizeof *b.token) != 0);
    ons_arena_clear(&a);
}

static void test_options(void **state)
{
    (void)state;
    ons_ladder l = tiny_ladder();
    ons_arena a;
    ons_arena_init(&a, 0);
    ons_train_batch b;
    assert_int_equal(ons_train_batch_init(&l, &a, &b, NULL), ONS_OK);
    const ons_stream_facts plain = ons_stream_measure(&l);
    assert_true(plain.scored_share > 0.3 && plain.scored_share < 0.7);
    assert_true(ons_id_eq(plain.hash, ons_stream_measure(&l).hash));

    l.loss_on_all_tokens = true;
    ons_stream s = ons_stream_make(&l, 1, 0);
    ons_stream_next(&s, &b);
    assert_int_equal(b.batch.n_rows, b.batch.n_tokens);
    assert_true(ons_stream_measure(&l).scored_share == 1);
    l.loss_on_all_tokens = false;

    l.label_noise = 0.5; /* about half of the copies are no copies */
    l.n_skills = 1;
    size_t wrong = 0, docs = 0;
    s = ons_stream_make(&l, 1, 0);
    for (int round = 0; round < 100; round++) {
        ons_stream_next(&s, &b);
        for (size_t d = 0; d < b.batch.n_docs; d++, docs++) {
            const int32_t *t = b.token + b.start[d];
            size_t eq = 0;
            while (t[eq] != '=' - 32) eq++;
            const size_t n = b.length[d] - eq - 1;
            wrong += n != eq - 2 || memcmp(t + 2, t + eq + 1, n * sizeof *t) != 0;
        }
    }
    tst_close((double)wrong / (double)docs, 0.5, 0, 0.05);
    ons_arena_clear(&a);
}

static void test_jobs(void **state)
{
    (void)state;
    ons_ladder l = tiny_ladder();
    ons_arena a;
    ons_arena_init(&a, 0);
    ons_train_job *j;
    size_t n;
    assert_int_equal(ons_ladder_jobs(&l, 1, &a, &j, &n, NULL), ONS_OK);
    assert_int_equal(n, 4);
    assert_string_equal(j[0].name, "5k-s1"); /* longest first, then by seed */
    assert_string_equal(j[1].name, "5k-s7");
    assert_string_equal(j[2].name, "2k-s1");
    assert_string_equal(j[3].name, "2k-s7");
    assert_true(j[2].params == 2432 && j[2].params_non_embedding == 2432 - 96 * 8);
    assert_int_equal(j[2].n_steps, 23);
    const double share = ons_stream_measure(&l).scored_share;
    tst_close(j[2].flops, 6.0 * 1664 * 3000 + 6.0 * 96 * 8 * share * 3000, 1e-12, 0);
    assert_int_equal(j[0].config.mlp_width, 32);

    ons_buf r, r2;
    ons_buf_init(&r, 1 << 16);
    ons_buf_init(&r2, 1 << 16);
    const ons_trained_model first = ons_trained_model_of(&j[0], 0),
                            second = ons_trained_model_of(&j[1], 0);
    assert_string_equal(first.name, "5k-s1");
    ons_recipe_write(&j[0], &r);
    const ons_id id = ons_recipe_hash(&first, ons_buf_str(&r));
    assert_false(ons_id_eq(id, ons_recipe_hash(&second, ons_buf_str(&r))));
    l.optimizer.rate = 0.007;
    ons_recipe_write(&j[0], &r2);
    assert_false(ons_id_eq(id, ons_recipe_hash(&first, ons_buf_str(&r2))));
    ons_buf_release(&r);
    ons_buf_release(&r2);

    /* names of larger ones */
    l.n_sizes = 1;
    l.size[0].seeds.n = 1;
    l.size[0].width = 512;
    l.size[0].head_dim = 64;
    assert_int_equal(ons_ladder_jobs(&l, 1, &a, &j, &n, NULL), ONS_OK);
    assert_string_equal(j[0].name, "6.3M-s1");
    ons_arena_clear(&a);
}

/* Documents of a pool: as many as it says, the same in every run, noise and all; `duplicates` makes
 * pools of the documents that the run will have. */
static size_t count_documents(const ons_ladder *l, double n_documents, uint64_t seed,
                              ons_id *ret_set)
{
    enum { DOCS = 3000, LINE = 2 * ONS_SKILL_DOC_MAX };
    static int32_t doc[DOCS][LINE];
    ons_stream s = ons_stream_make(l, seed, n_documents);
    ons_train_batch b;
    ons_arena a;
    size_t n = 0;
    memset(doc, 0, sizeof doc);
    memset(ret_set, 0, sizeof *ret_set);
    ons_arena_init(&a, 0);
    assert_int_equal(ons_train_batch_init(l, &a, &b, NULL), ONS_OK);
    for (size_t all = 0; all < DOCS;) {
        ons_stream_next(&s, &b);
        for (size_t d = 0; d < b.batch.n_docs && all < DOCS; d++, all++) {
            size_t i = 0;
            memset(doc[n], 0, sizeof doc[n]);
            memcpy(doc[n], b.token + b.start[d], b.length[d] * sizeof(int32_t));
            while (memcmp(doc[i], doc[n], sizeof doc[n]) != 0) i++;
            if (i < n) continue;
            const ons_id id = ons_hash((ons_bytes){(const uint8_t *)doc[n], sizeof doc[n]});
            for (size_t k = 0; k < sizeof id; k++) ret_set->byte[k] ^= id.byte[k];
            n++;
        }
    }
    ons_arena_clear(&a);
    return n;
}

static void test_pools(void **state)
{
    (void)state;
    ons_ladder l = tiny_ladder();
    ons_id one, two;
    assert_true(count_documents(&l, 0, 1, &one) > 2500);
    l.label_noise = .5;
    l.pool = 20;
    assert_int_equal(count_documents(&l, 0, 1, &one), 40);
    assert_int_equal(count_documents(&l, 0, 2, &two), 40);
    assert_true(ons_id_eq(one, two));
    l.pool = 0;
    l.duplicates = 100; /* 3000 documents: 10 of copy, 20 of the sum with twice its weight */
    assert_int_equal(count_documents(&l, 3000, 1, &one), 30);
    l.duplicates = 1e6;
    assert_int_equal(count_documents(&l, 3000, 1, &one), 2);
}

/* Held-out documents are none of the training ones, and no noise is among them. */
static void test_held_out(void **state)
{
    (void)state;
    ons_ladder l = tiny_ladder(), noisy = tiny_ladder();
    ons_train_batch b, c;
    ons_arena a;
    ons_arena_init(&a, 0);
    noisy.label_noise = 1;
    noisy.pool = 3;
    ons_stream s = ons_stream_held_out(&l), t = ons_stream_held_out(&noisy);
    assert_int_equal(ons_train_batch_init(&l, &a, &b, NULL), ONS_OK);
    assert_int_equal(ons_train_batch_init(&l, &a, &c, NULL), ONS_OK);
    for (int i = 0; i < 20; i++) {
        ons_stream_next(&s, &b);
        ons_stream_next(&t, &c);
        assert_int_equal(b.batch.n_tokens, c.batch.n_tokens);
        assert_memory_equal(b.token, c.token, b.batch.n_tokens * sizeof *b.token);
    }
    ons_arena_clear(&a);
}

/* One wrong thing each; what the message must name. */
static const char *spoil(ons_ladder *l, int k)
{
    static const uint64_t twice[] = {1, 1};
    switch (k) {
    case 0:
        l->n_sizes = 0;
        return "0 sizes";
    case 1:
        l->n_skills = 0;
        return "0 skills";
    case 2:
        l->batch_tokens = 8;
        return "batch";
    case 3:
        l->skill[0].weight = -1;
        return "weight of skill copy";
    case 4:
        l->schedule.warmup = 2;
        return "warmup";
    case 5:
        l->label_noise = (double)NAN;
        return "label_noise";
    case 6:
        l->optimizer.rate = -1;
        return "rate";
    case 7:
        l->optimizer.momentum = 1;
        return "momentum";
    case 8:
        l->size[1].tokens = 0;
        return "tokens";
    case 9:
        l->size[0] = l->size[1];
        return "'5k-s1'";
    case 10:
        l->size[0].seeds = (ons_ladder_seeds){twice, 2};
        return "-s1'";
    case 11:
        l->init_output = (double)NAN;
        return "output projections";
    case 12:
        l->size[1].seeds.n = 0;
        return "size 2 of the ladder has no seeds";
    case 13:
        l->pool = 5;
        l->duplicates = 2;
        return "one of the two";
    case 14:
        l->checkpoint[0] = .5;
        l->checkpoint[1] = .501;
        l->n_checkpoints = 2;
        return "fewer checkpoints";
    default:
        return NULL;
    }
}

static void test_bad_ladders(void **state)
{
    (void)state;
    ons_arena a;
    ons_arena_init(&a, 0);
    ons_train_job *j;
    size_t n;
    for (int k = 0;; k++) {
        ons_ladder l = tiny_ladder();
        const char *says = spoil(&l, k);
        if (!says) break;
        ons_err err = ONS_ERR_INIT;
        const ons_status s = ons_ladder_jobs(&l, 1, &a, &j, &n, &err);
        if (s != ONS_USAGE || !strstr(err.what, says))
            fail_msg("case %d: %s: %s", k, ons_status_name(s), err.what);
    }
    ons_ladder l = tiny_ladder();
    l.size[1].head_dim = 5;
    assert_int_not_equal(ons_ladder_jobs(&l, 1, &a, &j, &n, NULL), ONS_OK);
    ons_arena_clear(&a);
}

static void test_schedule(void **state)
{
    (void)state;
    ons_ladder l = tiny_ladder();
    tst_close(ons_schedule_factor(&l, 1, 1000), 1.0 / 50, 1e-12, 0);
    tst_close(ons_schedule_factor(&l, 50, 1000), 1, 0, 0);
    tst_close(ons_schedule_factor(&l, 700, 1000), 1, 0, 0);
    tst_close(ons_schedule_factor(&l, 850, 1000), 0.5 + ONS_SCHEDULE_FLOOR, 1e-12, 0);
    tst_close(ons_schedule_factor(&l, 1000, 1000), ONS_SCHEDULE_FLOOR, 1e-12, 0);
    assert_true(ons_schedule_factor(&l, 1, 1) > 0);
    l.schedule.kind = ONS_SCHEDULE_COSINE;
    for (uint64_t s = 50; s <= 1000; s += 25)
        tst_close(ons_schedule_factor(&l, s, 1000),
                  0.5 * (1 + cos(3.14159265358979323846 * (double)s / 1000)), 1e-12, 1e-15);
}

static void moments_of(const float *v, size_t n, double *mean, double *variance)
{
    double s = 0, q = 0;
    for (size_t i = 0; i < n; i++) {
        s += (double)v[i];
        q += (double)v[i] * (double)v[i];
    }
    *mean = s / (double)n;
    *variance = q / (double)n;
}

static void test_init(void **state)
{
    (void)state;
    ons_ladder l = tiny_ladder();
    l.size[0].width = 64;
    l.size[0].head_dim = 8;
    const ons_decoder_config c = ons_ladder_config(&l, 0);
    ons_decoder_layout lay;
    ons_decoder_layout_of(&c, &lay);
    float *p = malloc(lay.n_params * sizeof *p), *q = malloc(lay.n_params * sizeof *q);
    assert_true(p && q);
    ons_params_init(&c, 1, 9, p);
    ons_params_init(&c, 1, 9, q);
    assert_memory_equal(p, q, lay.n_params * sizeof *p);
    double mean, variance;
    moments_of(p + lay.embed, (size_t)96 * 64, &mean, &variance);
    tst_close(mean, 0, 0, 0.05);
    tst_close(variance, 1, 0.06, 0);
    moments_of(p + lay.layer[1].qkv, (size_t)64 * 192, &mean, &variance);
    tst_close(variance, 1.0 / 64, 0.06, 0);
    moments_of(p + lay.layer[1].down, (size_t)c.mlp_width * 64, &mean, &variance);
    tst_close(variance, 1.0 / c.mlp_width / 4, 0.06, 0); /* (1/sqrt(2 layers * 2))^2 */
    ons_params_init(&c, 0, 9, q);
    for (size_t i = 0; i < (size_t)64 * 64; i++) assert_true(q[lay.layer[0].out + i] == 0);
    free(p);
    free(q);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_batches),     cmocka_unit_test(test_stream_goes_on),
        cmocka_unit_test(test_options),     cmocka_unit_test(test_jobs),
        cmocka_unit_test(test_pools),       cmocka_unit_test(test_held_out),
        cmocka_unit_test(test_bad_ladders), cmocka_unit_test(test_schedule),
        cmocka_unit_test(test_init),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
