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
    assert_true(it->prompt_len + it->target_len + 1 <= 64);
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
    if (strcmp(s->name, "reverse") == 0) {
        for (size_t i = 0; i < n; i++) ret[i] = it->prompt[1 + n - i];
        return;
    }
    if (strcmp(s->name, "unscramble") == 0) {
        assert_string_not_equal(it->target, ret);
        qsort(it->target, n, 1, by_letter);
    }
    qsort(ret, n, 1, by_letter);
}

/* a SIGN b '=' after an optional mark */
static void solve_pair(const char *p, char *ret)
{
    char *end;
    if (*p == 'S') p++;
    long a = strtol(p, &end, 10);
    char sign = *end;
    long b = strtol(end + 1, &end, 10);
    assert_string_equal(end, "=");
    long v = sign == '+' ? a + b : sign == '-' ? a - b : sign == '*' ? a * b : a % b;
    (void)snprintf(ret, 12, "%ld", v);
}

/* The chain of add_3_steps adds up digit by digit. */
static void check_chain(const char *p, const char *chain)
{
    long a = strtol(p + 1, NULL, 10), b = strtol(strchr(p, '+') + 1, NULL, 10);
    int carry = 0;
    for (int i = 0; i < 3; i++, chain += 5, a /= 10, b /= 10) {
        int x = chain[0] - '0', y = chain[1] - '0';
        assert_true(x == a % 10 && y == b % 10 && chain[2] - '0' == carry && chain[4] == ';');
        assert_int_equal(chain[3] - '0', (x + y + carry) % 10);
        carry = (x + y + carry) / 10;
    }
}

static void solve_recall(const char *p, char *ret)
{
    const char *ask = strchr(p, '?');
    for (const char *q = ask + 1; *q != '='; q++) {
        const char *key = p + 2;
        while (*key != *q) key += 2;
        assert_true(key < ask);
        *ret++ = key[1];
    }
    *ret = '\0';
}

static void solve_rule(const ons_skill_item *it, char *ret)
{
    const char *p = it->prompt + 2, *ask = strchr(p, '?');
    /* without an example any rule will do, but one for all letters */
    int shift = ((p < ask ? p[1] - p[0] : it->target[0] - ask[1]) + 26) % 26;
    assert_true(shift >= 1 && shift <= 5);
    for (; p < ask; p += 3) assert_int_equal((p[1] - p[0] + 26) % 26, shift);
    for (const char *q = ask + 1; *q != '='; q++) *ret++ = (char)('a' + (*q - 'a' + shift) % 26);
    *ret = '\0';
}

/* ipa: the pronunciation of the table; the rule of wic is hidden: see the test below. */
static bool solve_by_hand(const ons_skill *s, const ons_skill_item *it, char *ret)
{
    if (strcmp(s->name, "recall") == 0)
        solve_recall(it->prompt, ret);
    else if (strcmp(s->name, "few_shot_rule") == 0)
        solve_rule(it, ret);
    else if (strncmp(s->name, "digit_sum", 9) == 0)
        solve_digits(it->prompt, s->steps, ret);
    else if (strcmp(s->name, "ipa") == 0) {
        size_t i = 0;
        while (strncmp(ons_spoken_at(i)->text, it->prompt + 2, it->prompt_len - 3u) != 0 ||
               ons_spoken_at(i)->text[it->prompt_len - 3])
            i++;
        (void)snprintf(ret, 16, "%s", ons_spoken_at(i)->sound);
    } else
        return strcmp(s->name, "wic") == 0;
    return true;
}

static void check_answer(const ons_skill *s, ons_skill_item *it)
{
    char want[64] = "";
    const char *answer = it->target;
    if (strcmp(s->name, "wic") == 0) return;
    if (!solve_by_hand(s, it, want)) {
        if (strpbrk(it->prompt, "+-*%")) {
            solve_pair(it->prompt, want);
            answer += it->answer_at;
            if (s->steps) check_chain(it->prompt, it->target);
        } else {
            solve_letters(s, it, want);
        }
    }
    assert_string_equal(answer, want);
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
            ons_skill_draw(s, i & 1 ? ONS_SPLIT_TEST : ONS_SPLIT_TRAIN, ONS_SHOTS_ANY, &rng, &it);
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
        ons_skill_draw(s, ONS_SPLIT_TRAIN, ONS_SHOTS_ANY, &rng, &it);
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
        ons_skill_set test;
        assert_int_equal(ons_skill_test_set(s, s->shots, 256, &a, &test, NULL), ONS_OK);
        assert_true(test.n >= 20 && test.n <= 256);
        for (int i = 0; i < N_DRAWS; i++) {
            ons_skill_item it;
            ons_skill_draw(s, ONS_SPLIT_TRAIN, ONS_SHOTS_ANY, &rng, &it);
            assert_true(it.split_hash % s->held_out != 0);
            for (size_t j = 0; j < test.n; j++)
                assert_true(test.item[j].split_hash != it.split_hash);
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
        ons_skill_set x, y;
        assert_int_equal(ons_skill_test_set(s, s->shots, n, &a, &x, NULL), ONS_OK);
        assert_int_equal(ons_skill_test_set(s, s->shots, n, &a, &y, NULL), ONS_OK);
        assert_int_equal(x.n, y.n);
        assert_memory_equal(x.item, y.item, x.n * sizeof *x.item);
        size_t most = 0;
        for (size_t i = 0; i < x.n; i++) {
            size_t same = 0;
            for (size_t j = 0; j < x.n; j++) {
                if (i != j) assert_string_not_equal(x.item[i].prompt, x.item[j].prompt);
                same += strcmp(x.item[i].target + x.item[i].answer_at,
                               x.item[j].target + x.item[j].answer_at) == 0;
            }
            if (same > most) most = same;
        }
        double want = s->answers != ONS_ANSWERS_OPEN ? (double)most / (double)x.n : 0;
        assert_true(x.chance == want); /* NOLINT(clang-diagnostic-float-equal): exact */
        if (s->answers == ONS_ANSWERS_BALANCED)
            assert_int_equal(most, (n + s->n_answers - 1) / s->n_answers);
        ons_arena_clear(&a);
    }
}

static void test_digit_sums_ask_the_same(void **state)
{
    (void)state;
    ons_arena a;
    ons_arena_init(&a, 1 << 20);
    ons_skill_set x, y;
    assert_int_equal(ons_skill_test_set(find("digit_sum"), 0, 256, &a, &x, NULL), ONS_OK);
    assert_int_equal(ons_skill_test_set(find("digit_sum_steps"), 0, 256, &a, &y, NULL), ONS_OK);
    for (int i = 0; i < 256; i++) assert_string_equal(x.item[i].prompt + 1, y.item[i].prompt + 1);
    ons_arena_clear(&a);
}

static void test_what_cannot_be_asked_is_refused(void **state)
{
    (void)state;
    ons_arena a;
    ons_arena_init(&a, 16 << 20);
    ons_skill_set x;
    ons_err err = ONS_ERR_INIT;
    assert_int_equal(ons_skill_test_set(find("digit_sum"), 0, 40000, &a, &x, &err), ONS_LIMIT);
    assert_non_null(strstr(err.what, "skill 'digit_sum' has about"));
    assert_non_null(strstr(err.what, "40000 wanted"));
    ons_arena_clear(&a);
    ons_arena_init(&a, 100);
    assert_int_equal(ons_skill_test_set(find("add_2"), 0, 100, &a, &x, &err), ONS_LIMIT);
    ons_arena_clear(&a);
    assert_null(ons_skill_find(ONS_S("add_")));
    assert_null(ons_skill_at(ons_skill_count()));
}

/* One-digit sums: all held-out ones, and the share of the most frequent. */
static void test_small_skills_ask_all_they_have(void **state)
{
    (void)state;
    ons_arena a;
    ons_arena_init(&a, 1 << 20);
    ons_skill_set x, y;
    assert_int_equal(ons_skill_test_set(find("add_1"), 0, 256, &a, &x, NULL), ONS_OK);
    assert_true(x.n >= 25 && x.n < 50);
    assert_true(x.chance > .04 && x.chance < .25);
    assert_int_equal(ons_skill_test_set(find("add_1"), 0, x.n, &a, &y, NULL), ONS_OK);
    assert_int_equal(y.n, x.n);
    assert_memory_equal(x.item, y.item, x.n * sizeof *x.item);
    ons_arena_clear(&a);
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

/* Pairs may stand once more, but a key has one value; every number of keys and of repeats occurs. */
static void test_recall_repeats_what_it_showed(void **state)
{
    (void)state;
    const ons_skill *s = find("recall");
    ons_rng rng = ons_rng_make(3, 4);
    size_t keys[6] = {0}, repeats[7] = {0};
    for (size_t i = 0; i < 2000; i++) {
        ons_skill_item it;
        ons_skill_draw(s, ONS_SPLIT_TRAIN, ONS_SHOTS_ANY, &rng, &it);
        char value[128] = {0};
        const char *p = it.prompt + 2;
        size_t n = 0, again = 0;
        for (; *p != '?'; p += 2) {
            char *v = &value[(unsigned char)p[0] & 127];
            assert_true(*v == 0 || *v == p[1]);
            *(*v ? &again : &n) += 1;
            *v = p[1];
        }
        assert_true(n >= 3 && n <= 5 && again <= 6);
        assert_string_equal(p + 2, "=");
        assert_int_equal(value[(unsigned char)p[1] & 127], it.target[0]);
        keys[n]++;
        repeats[again]++;
    }
    for (size_t n = 3; n <= 5; n++) assert_true(keys[n] > 500);
    for (size_t n = 0; n <= 6; n++) assert_true(repeats[n] > 200);
}

/* Where the draw decides, a few-shot item shows 0 to ONS_SHOTS_MAX examples, each as often. */
static void test_the_draw_decides_on_shots(void **state)
{
    (void)state;
    const ons_skill *s = find("few_shot_rule");
    ons_rng rng = ons_rng_make(5, 6);
    size_t shots[ONS_SHOTS_MAX + 1] = {0};
    for (size_t i = 0; i < 1800; i++) {
        ons_skill_item it;
        ons_skill_draw(s, ONS_SPLIT_TRAIN, ONS_SHOTS_ANY, &rng, &it);
        const size_t n = (size_t)(strchr(it.prompt, '?') - it.prompt - 2) / 3;
        assert_true(n <= ONS_SHOTS_MAX);
        shots[n]++;
    }
    for (size_t n = 0; n <= ONS_SHOTS_MAX; n++) assert_true(shots[n] > 120);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers_are_right),
        cmocka_unit_test(test_recall_repeats_what_it_showed),
        cmocka_unit_test(test_the_draw_decides_on_shots),
        cmocka_unit_test(test_wic_has_two_equal_sides),
        cmocka_unit_test(test_split_holds),
        cmocka_unit_test(test_split_does_not_see_order_or_letter),
        cmocka_unit_test(test_set_is_fixed_distinct_and_balanced),
        cmocka_unit_test(test_digit_sums_ask_the_same),
        cmocka_unit_test(test_what_cannot_be_asked_is_refused),
        cmocka_unit_test(test_small_skills_ask_all_they_have),
        cmocka_unit_test(test_words_have_one_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
