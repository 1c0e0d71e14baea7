/* Unit tests of the skills: right answers, a split that holds, exact chance. */
#include <stdlib.h>
#include <string.h>

#include "tst_num.h"

#include "base/parse.h"
#include "task/skill.h"
#include "task/words.h"

#define N_DRAWS 20000

static const ons_skill *find(const char *name)
{
    const ons_skill *s = ons_skill_find(ons_str_of(name));
    assert_non_null(s);
    return s;
}

/* The answer to a prompt, worked out a second time from the text alone. */
static void solve_sum(const char *p, char *ret)
{
    char *end;
    long a = strtol(p, &end, 10);
    assert_int_equal(*end, '+');
    long b = strtol(end + 1, &end, 10);
    assert_string_equal(end, "=");
    (void)snprintf(ret, 8, "%ld", a + b);
}

static int by_letter(const void *a, const void *b) { return *(const char *)a - *(const char *)b; }

static void solve_digits(const char *p, bool steps, char *ret)
{
    int sum = p[1] - '0';
    for (int i = 2; i < 6; i++) {
        sum = (sum + p[i] - '0') % 10;
        if (steps || i == 5) *ret++ = (char)('0' + sum);
    }
    *ret = '\0';
}

static void check_text(const ons_skill *s, const ons_skill_item *it)
{
    assert_int_equal(strlen(it->prompt), it->prompt_len);
    assert_int_equal(strlen(it->target), it->target_len);
    assert_true(it->prompt_len > 0 && it->target_len > 0 && it->answer_at < it->target_len);
    assert_true(it->prompt_len + it->target_len + 1 <= 32);
    assert_int_equal(it->prompt[it->prompt_len - 1], '=');
    assert_true(s->steps || it->answer_at == 0);
}

/* copy: the same letters; sort, unscramble: in alphabetical order. */
static void solve_letters(const ons_skill *s, ons_skill_item *it, char *ret)
{
    size_t n = (size_t)it->prompt_len - 3;
    memcpy(ret, it->prompt + 2, n);
    ret[n] = '\0';
    if (strcmp(s->name, "copy") == 0) return;
    if (strcmp(s->name, "unscramble") == 0) {
        assert_string_not_equal(it->target, ret);
        qsort(it->target, n, 1, by_letter);
    }
    qsort(ret, n, 1, by_letter);
}

static void check_answer(const ons_skill *s, ons_skill_item *it)
{
    char want[64];
    if (strcmp(s->name, "wic") == 0) return; /* its rule is hidden: see the test below */
    if (strncmp(s->name, "add_", 4) == 0) {
        solve_sum(it->prompt, want);
    } else if (strncmp(s->name, "digit_sum", 9) == 0) {
        solve_digits(it->prompt, s->steps, want);
    } else {
        solve_letters(s, it, want);
    }
    assert_string_equal(it->target, want);
}

static void test_answers_are_right(void **state)
{
    (void)state;
    ons_rng rng = ons_rng_make(1, 2);
    for (size_t k = 0; k < ons_skill_count(); k++) {
        const ons_skill *s = ons_skill_at(k);
        assert_ptr_equal(find(s->name), s);
        for (int i = 0; i < N_DRAWS; i++) {
            ons_skill_item it;
            ons_skill_draw(s, i & 1 ? ONS_SPLIT_TEST : ONS_SPLIT_TRAIN, &rng, &it);
            check_text(s, &it);
            check_answer(s, &it);
        }
    }
}

/* Eight letters of either sense, recovered from the answers alone. */
static void test_wic_has_two_equal_sides(void **state)
{
    (void)state;
    const ons_skill *s = find("wic");
    ons_rng rng = ons_rng_make(3, 4);
    int same[16][16] = {{0}};
    for (int i = 0; i < N_DRAWS; i++) {
        ons_skill_item it;
        ons_skill_draw(s, ONS_SPLIT_TRAIN, &rng, &it);
        int letter[2] = {0, 0}, n = 0;
        for (int j = 2; j < it.prompt_len; j++) {
            if (n < 2 && it.prompt[j] >= 'a' && it.prompt[j] <= 'p')
                letter[n++] = it.prompt[j] - 'a';
        }
        assert_int_equal(n, 2);
        int v = it.target[0] == 'y' ? 1 : -1;
        assert_true(same[letter[0]][letter[1]] != -v);
        same[letter[0]][letter[1]] = v;
    }
    for (int i = 0; i < 16; i++) {
        int n = 0;
        for (int j = 0; j < 16; j++) n += same[i][j] == 1;
        assert_int_equal(n, 8);
        assert_int_equal(same[i][i], 1);
    }
}

static void test_split_holds(void **state)
{
    (void)state;
    ons_rng rng = ons_rng_make(5, 6);
    for (size_t k = 0; k < ons_skill_count(); k++) {
        const ons_skill *s = ons_skill_at(k);
        ons_arena a;
        ons_arena_init(&a, 1 << 20);
        ons_skill_item *test;
        double chance;
        assert_int_equal(ons_skill_test_set(s, 256, &a, &test, &chance, NULL), ONS_OK);
        for (int i = 0; i < N_DRAWS; i++) {
            ons_skill_item it;
            ons_skill_draw(s, ONS_SPLIT_TRAIN, &rng, &it);
            assert_true(it.split_hash % 8 != 0);
            for (int j = 0; j < 256; j++) assert_true(test[j].split_hash != it.split_hash);
        }
        ons_arena_clear(&a);
    }
}

/* Both ways to ask for the same thing lie on the same side of the split. */
static void test_split_does_not_see_order_or_letter(void **state)
{
    (void)state;
    ons_rng rng = ons_rng_make(7, 8), again = rng;
    ons_skill_item a, b;
    for (int i = 0; i < 100; i++) {
        find("digit_sum")->draw(&rng, memset(&a, 0, sizeof a));
        find("digit_sum_steps")->draw(&again, memset(&b, 0, sizeof b));
        assert_string_equal(a.prompt + 1, b.prompt + 1);
        assert_int_equal(a.split_hash, b.split_hash);
        assert_string_equal(a.target, b.target + b.answer_at);
    }
    /* 90 x 90 ordered pairs are 4,095 unordered ones */
    uint64_t seen[5000];
    size_t n = 0;
    for (int i = 0; i < 100000; i++) {
        find("add_2")->draw(&rng, memset(&a, 0, sizeof a));
        size_t j = 0;
        while (j < n && seen[j] != a.split_hash) j++;
        if (j == n) seen[n++] = a.split_hash;
        assert_true(n <= 4095);
    }
    assert_int_equal(n, 4095);
}

static void test_set_is_fixed_distinct_and_balanced(void **state)
{
    (void)state;
    static const size_t size[] = {256, 250, 2, 7, 1};
    for (size_t k = 0; k < ons_skill_count() * 5; k++) {
        const ons_skill *s = ons_skill_at(k / 5);
        size_t n = size[k % 5];
        ons_arena a;
        ons_arena_init(&a, 1 << 20);
        ons_skill_item *x, *y;
        double cx, cy;
        assert_int_equal(ons_skill_test_set(s, n, &a, &x, &cx, NULL), ONS_OK);
        assert_int_equal(ons_skill_test_set(s, n, &a, &y, &cy, NULL), ONS_OK);
        assert_memory_equal(x, y, n * sizeof *x);
        size_t count[128] = {0}, most = 0;
        for (size_t i = 0; i < n; i++) {
            for (size_t j = 0; j < i; j++) assert_string_not_equal(x[i].prompt, x[j].prompt);
            size_t c = (size_t)x[i].target[x[i].answer_at];
            if (++count[c] > most) most = count[c];
        }
        double want = s->n_answers ? (double)most / (double)n : 0;
        assert_true(cx == want && cy == want); /* NOLINT(clang-diagnostic-float-equal): exact */
        if (s->n_answers) assert_int_equal(most, (n + s->n_answers - 1) / s->n_answers);
        ons_arena_clear(&a);
    }
}

static void test_digit_sums_ask_the_same(void **state)
{
    (void)state;
    ons_arena a;
    ons_arena_init(&a, 1 << 20);
    ons_skill_item *x, *y;
    double c;
    assert_int_equal(ons_skill_test_set(find("digit_sum"), 256, &a, &x, &c, NULL), ONS_OK);
    assert_int_equal(ons_skill_test_set(find("digit_sum_steps"), 256, &a, &y, &c, NULL), ONS_OK);
    for (int i = 0; i < 256; i++) assert_string_equal(x[i].prompt + 1, y[i].prompt + 1);
    ons_arena_clear(&a);
}

static void test_too_many_items_are_refused(void **state)
{
    (void)state;
    ons_arena a;
    ons_arena_init(&a, 1 << 20);
    ons_skill_item *x;
    double c;
    ons_err err = ONS_ERR_INIT;
    assert_int_equal(ons_skill_test_set(find("add_2"), 1000, &a, &x, &c, &err), ONS_LIMIT);
    assert_non_null(strstr(err.what, "skill 'add_2' has about"));
    assert_non_null(strstr(err.what, "1000 wanted"));
    ons_arena_clear(&a);
    ons_arena_init(&a, 100);
    assert_int_equal(ons_skill_test_set(find("add_2"), 100, &a, &x, &c, &err), ONS_LIMIT);
    ons_arena_clear(&a);
    assert_null(ons_skill_find(ONS_S("add_")));
    assert_null(ons_skill_at(ons_skill_count()));
}

static void test_words_have_one_answer(void **state)
{
    (void)state;
    assert_true(ons_word_count() >= 700);
    char(*sorted)[6] = calloc(ons_word_count(), sizeof *sorted);
    assert_non_null(sorted);
    for (size_t i = 0; i < ons_word_count(); i++) {
        size_t n = strlen(ons_word_at(i));
        assert_true(n == 4 || n == 5);
        memcpy(sorted[i], ons_word_at(i), n);
        qsort(sorted[i], n, 1, by_letter);
        assert_true(sorted[i][0] >= 'a' && sorted[i][n - 1] <= 'z');
        for (size_t j = 0; j < i; j++) assert_string_not_equal(sorted[i], sorted[j]);
    }
    free(sorted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers_are_right),
        cmocka_unit_test(test_wic_has_two_equal_sides),
        cmocka_unit_test(test_split_holds),
        cmocka_unit_test(test_split_does_not_see_order_or_letter),
        cmocka_unit_test(test_set_is_fixed_distinct_and_balanced),
        cmocka_unit_test(test_digit_sums_ask_the_same),
        cmocka_unit_test(test_too_many_items_are_refused),
        cmocka_unit_test(test_words_have_one_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
