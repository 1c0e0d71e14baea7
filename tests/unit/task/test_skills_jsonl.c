/* A user's own skills: what is read, what is refused and where, how it is drawn and asked. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tst_num.h"

#include "base/buf.h"
#include "base/parse.h"
#include "task/exchange/skills_jsonl.h"
#include "task/task.h"

#define A "{\"skill\":\"a\",\"prompt\":\"1=\",\"answer\":\"x\",\"split\":\"train\"}\n"
#define T "{\"skill\":\"a\",\"prompt\":\"2=\",\"answer\":\"y\",\"split\":\"test\"}\n"

static ons_skill_list must_read(const char *text, ons_arena *a)
{
    ons_skill_list l;
    ons_err err = ONS_ERR_INIT;
    if (ons_skills_jsonl_read(ons_str_of(text), "f", a, &l, &err) != ONS_OK)
        fail_msg("%s (%s)", err.what, err.where);
    return l;
}

static void test_read(void **state)
{
    (void)state;
    ons_arena a;
    ons_arena_init(&a, 0);
    char text[] =
        "\r\n" A "  \n" A T
        "{\"split\":\"test\",\"answer\":\"~ \",\"prompt\":\"q\",\"skill\":\"b-2._\"}\r\n" T
        "{\"skill\":\"b-2._\",\"prompt\":\"\\u0041\",\"answer\":\"z\",\"chance\":0.25,"
        "\"split\":null}";
    *strstr(strstr(text, T) + 1, "2=") = '3'; /* the two of T differ */
    ons_skill_list l = must_read(text, &a);
    memset(text, 'x', sizeof text - 1);
    assert_int_equal(l.n, 2);
    const ons_skill *s = &l.skill[0];
    assert_string_equal(s->name, "a");
    assert_int_equal(s->own->n_train, 2); /* one line twice */
    assert_int_equal(s->own->n_test, 2);
    assert_true(isnan(s->own->chance));
    assert_string_equal(s->own->test[0].prompt.ptr, "3=");
    assert_string_equal(s->about, "a skill of the user's own: 3=y");
    assert_string_equal(l.skill[1].name, "b-2._");
    assert_string_equal(l.skill[1].own->test[0].answer.ptr, "~ ");
    tst_close(l.skill[1].own->chance, .25, 0, 0);
    assert_string_equal(l.skill[1].own->train[0].prompt.ptr, "A"); /* by its hash */

    assert_ptr_equal(ons_skill_lookup(&l, ONS_S("a")), s);
    assert_ptr_equal(ons_skill_lookup(&l, ONS_S("copy")), ons_skill_find(ONS_S("copy")));
    assert_null(ons_skill_lookup(&l, ONS_S("c")));
    assert_null(ons_skill_lookup(NULL, ONS_S("a")));
    assert_string_equal(ons_skill_nearest(&l, ONS_S("b-2.-")), "b-2._");
    assert_string_equal(ons_skill_nearest(NULL, ONS_S("coppy")), "copy");
    ons_arena_clear(&a);
}

/* A line of `length` characters of prompt and answer. */
static const char *long_line(size_t length)
{
    static char text[4 * ONS_SKILL_DOC_MAX];
    char prompt[2 * ONS_SKILL_DOC_MAX] = "";
    memset(prompt, 'p', length - 1);
    (void)snprintf(text, sizeof text, "{\"skill\":\"a\",\"prompt\":\"%s\",\"answer\":\"z\"}\n",
                   prompt);
    return text;
}

static void check_refused(const char *text, ons_status code, const char *where, const char *what,
                          const char *hint)
{
    ons_arena a;
    ons_arena_init(&a, 0);
    ons_skill_list l;
    ons_err err = ONS_ERR_INIT;
    const ons_status s = ons_skills_jsonl_read(ons_str_of(text), "f", &a, &l, &err);
    if (s != code || strcmp(err.where, where) != 0 || !strstr(err.what, what) ||
        !strstr(err.hint, hint))
        fail_msg("%s\n%s '%s' at '%s', try '%s'", text, ons_status_name(s), err.what, err.where,
                 err.hint);
    ons_arena_clear(&a);
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *where, *what, *hint;
    } c[] = {
        {"", "f", "no skills", ""},
        {"\n \n", "f", "no skills", ""},
        {A "{\n" T, "f:2", "", ""},
        {A "[1]\n", "f:2", "object", ""},
        {A "{\"skill\":\"a\",\"promt\":\"2=\",\"answer\":\"y\"}\n", "f:2", "'promt'", "prompt"},
        {A "{\"prompt\":\"2=\",\"answer\":\"y\"}\n", "f:2", "skill is missing", ""},
        {A "{\"skill\":\"a\",\"answer\":\"y\"}\n", "f:2", "prompt is missing", ""},
        {A "{\"skill\":\"a\",\"prompt\":\"2=\"}\n", "f:2", "answer is missing", ""},
        {A "{\"skill\":\"a\",\"prompt\":2,\"answer\":\"y\"}\n", "f:2", "$.prompt", ""},
        {A "{\"skill\":\"a\",\"prompt\":\"\",\"answer\":\"y\"}\n", "f:2", "prompt is empty", ""},
        {A "{\"skill\":\"a\",\"prompt\":\"2=\",\"answer\":\"\"}\n", "f:2", "answer is empty", ""},
        {A "{\"skill\":\"a\",\"prompt\":\"a\\u00e9\",\"answer\":\"y\"}\n", "f:2",
         "prompt has byte 0xc3 at 2: printable ASCII only", ""},
        {A "{\"skill\":\"a\",\"prompt\":\"2\",\"answer\":\"\\t\"}\n", "f:2",
         "answer has byte 0x09 at 1", ""},
        {A "{\"skill\":\"a\",\"prompt\":\"2\",\"answer\":\"y\\u0000\"}\n", "f:2", "", ""},
        {A "{\"skill\":\"a\",\"prompt\":\"2\",\"answer\":\"\\u007f\"}\n", "f:2", "0x7f", ""},
        {A "{\"skill\":\"a\",\"prompt\":\"2\",\"answer\":\"y\",\"split\":\"dev\"}\n", "f:2",
         "split is 'dev', allowed train and test", ""},
        {A "{\"skill\":\"a\",\"prompt\":\"2\",\"answer\":\"y\",\"chance\":1}\n", "f:2",
         "chance is 1, allowed 0 to below 1", ""},
        {A "{\"skill\":\"a\",\"prompt\":\"2\",\"answer\":\"y\",\"chance\":-0.1}\n", "f:2", "-0.1",
         ""},
        {A "{\"skill\":\"a\",\"prompt\":\"2\",\"answer\":\"y\",\"chance\":0.5}\n"
           "{\"skill\":\"a\",\"prompt\":\"3\",\"answer\":\"y\",\"chance\":0.25}\n",
         "f:3", "chance is 0.25, but 0.5 in line 2", ""},
        {A "{\"skill\":\"copy\",\"prompt\":\"2=\",\"answer\":\"y\"}\n", "f:2", "'copy' is built in",
         "my_copy"},
        {A "{\"skill\":\"a b\",\"prompt\":\"2=\",\"answer\":\"y\"}\n", "f:2", "'a b'", ""},
        {A "{\"skill\":\"a,b\",\"prompt\":\"2=\",\"answer\":\"y\"}\n", "f:2", "'a,b'", ""},
        {A "{\"skill\":\"\",\"prompt\":\"2=\",\"answer\":\"y\"}\n", "f:2", "1 to 63", ""},
        {A A, "f:1", "skill 'a' has 2 items of train and 0 of test", "\"test\""},
        {"\n" T, "f:2", "skill 'a' has 0 items of train and 1 of test", "\"train\""},
        {A T T, "f:3", "asked twice, first in line 2: prompt '2='", "remove one"},
        {A T "{\"skill\":\"a\",\"prompt\":\"2=\",\"answer\":\"z\",\"split\":\"test\"}\n", "f:3",
         "asked twice, first in line 2: prompt '2='", "remove one"},
        {A T "{\"skill\":\"a\",\"prompt\":\"2=\",\"answer\":\"y\",\"split\":\"train\"}\n", "f:3",
         "taught here and asked in line 2: prompt '2='", ""},
        {A A T "{\"skill\":\"a\",\"prompt\":\"1=\",\"answer\":\"y\",\"split\":\"test\"}\n", "f:4",
         "asked here and taught in line 1: prompt '1='", ""},
        /* by whatever skill */
        {A T "{\"skill\":\"b\",\"prompt\":\"2=\",\"answer\":\"y\",\"split\":\"train\"}\n"
             "{\"skill\":\"b\",\"prompt\":\"7=\",\"answer\":\"y\",\"split\":\"test\"}\n",
         "f:3", "taught here and asked in line 2", ""},
    };
    for (size_t i = 0; i < sizeof c / sizeof *c; i++)
        check_refused(c[i].text, ONS_FORMAT, c[i].where, c[i].what, c[i].hint);
    check_refused(long_line(ONS_SKILL_DOC_MAX), ONS_FORMAT, "f:1",
                  "128 characters together, allowed 2 to 127", "");
    check_refused(long_line(ONS_SKILL_DOC_MAX - 1), ONS_FORMAT, "f:1", "items of train", "");
}

static void test_too_many(void **state)
{
    (void)state;
    char line[ONS_SKILLS_OWN_MAX + 1][128];
    ons_buf b;
    ons_buf_init(&b, 1 << 20);
    for (int i = 0; i <= ONS_SKILLS_OWN_MAX; i++) {
        (void)snprintf(line[i], sizeof line[i],
                       "{\"skill\":\"s%d\",\"prompt\":\"%d\",\"answer\":\"y\"}\n", i, i);
        ons_buf_text(&b, line[i]);
    }
    check_refused(ons_buf_cstr(&b), ONS_LIMIT, "f:65", "more than 64 skills", "");
    ons_buf_release(&b);
    ons_buf_init(&b, 4 << 20);
    for (size_t i = 0; i <= ONS_SKILLS_LINES_MAX; i++) ons_buf_char(&b, '\n');
    check_refused(ons_buf_cstr(&b), ONS_LIMIT, "f", "1048577 lines, allowed 1048576", "");
    ons_buf_release(&b);
}

/* 300 of parity, a third of them asked, ordered by answer. */
static ons_skill_list parity(ons_arena *a, const char *chance)
{
    ons_buf b;
    ons_buf_init(&b, 1 << 20);
    for (int odd = 0; odd < 2; odd++)
        for (int i = 0; i < (odd ? 100 : 200); i++)
            ons_buf_printf(
                &b,
                "{\"skill\":\"odd\",\"prompt\":\"p:%d=\",\"answer\":\"%d\",\"split\":\"%s\"%s}\n",
                2 * i + odd, odd, i % 3 ? "train" : "test", chance);
    ons_skill_list l = must_read(ons_buf_cstr(&b), a);
    ons_buf_release(&b);
    return l;
}

static void test_draw(void **state)
{
    (void)state;
    ons_arena a;
    ons_arena_init(&a, 0);
    const ons_skill *s = &parity(&a, "").skill[0];
    size_t seen[600] = {0};
    ons_rng rng = ons_rng_make(1, 1);
    for (int i = 0; i < 20000; i++) {
        ons_skill_item it;
        const ons_split side = i % 2 ? ONS_SPLIT_TEST : ONS_SPLIT_TRAIN;
        ons_skill_draw(s, side, ONS_SHOTS_ANY, &rng, &it);
        uint64_t v;
        assert_true(ons_parse_u64((ons_str){it.prompt + 2, it.prompt_len - 3u}, &v) && v < 400);
        assert_int_equal(it.target_len, 1);
        assert_int_equal(it.target[0] - '0', v % 2);
        assert_int_equal(it.answer_at, 0);
        assert_int_equal(strlen(it.prompt), it.prompt_len);
        assert_true((v / 2 % 3 == 0) == (side == ONS_SPLIT_TEST));
        seen[v]++;
    }
    for (size_t v = 0; v < 400; v++) assert_true((seen[v] > 0) == (v % 2 == 0 || v < 200));
    ons_arena_clear(&a);
}

static void test_asked(void **state)
{
    (void)state;
    ons_arena a;
    ons_arena_init(&a, 0);
    const ons_skill *s = &parity(&a, "").skill[0];
    ons_skill_set all, some;
    assert_int_equal(ons_skill_test_set(s, 0, 4096, &a, &all, NULL), ONS_OK);
    assert_int_equal(all.n, 67 + 34);
    tst_close(all.chance, 67.0 / 101, 1e-12, 0);
    for (size_t i = 0; i < all.n; i++)
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(all.item[i].prompt, all.item[k].prompt);
    /* fewer are the first of more, and no one-sided part of an ordered file */
    assert_int_equal(ons_skill_test_set(s, 0, 30, &a, &some, NULL), ONS_OK);
    assert_int_equal(some.n, 30);
    assert_memory_equal(some.item, all.item, 30 * sizeof *some.item);
    assert_true(some.chance > .5 && some.chance < .9);
    assert_int_equal(ons_skill_test_set(s, 0, 0, &a, &some, NULL), ONS_LIMIT);

    ons_task t, u;
    const ons_skill *said = &parity(&a, ",\"chance\":0.5").skill[0];
    assert_int_equal(ons_skill_test_set(said, 0, 30, &a, &some, NULL), ONS_OK);
    tst_close(some.chance, .5, 0, 0);
    assert_int_equal(ons_task_of_skill(s, 0, 30, &a, &t, NULL), ONS_OK);
    assert_int_equal(ons_task_of_skill(said, 0, 30, &a, &u, NULL), ONS_OK);
    assert_string_equal(t.name, "odd");
    assert_int_equal(t.n_metrics, 2);
    assert_false(ons_id_eq(t.hash, u.hash));
    ons_arena_clear(&a);
}

/* Any change of any line is another set. */
static void test_hash(void **state)
{
    (void)state;
    static const char *const other[] = {
        A T A,
        A "{\"skill\":\"a\",\"prompt\":\"2=\",\"answer\":\"z\",\"split\":\"test\"}\n",
        "{\"skill\":\"a\",\"prompt\":\"12=\",\"answer\":\"x\",\"split\":\"train\"}\n" T,
        A "{\"skill\":\"a\",\"prompt\":\"2=\",\"answer\":\"y\",\"split\":\"test\",\"chance\":0}\n",
        "{\"skill\":\"a\",\"prompt\":\"1=\",\"answer\":\"x\",\"split\":\"test\"}\n"
        "{\"skill\":\"a\",\"prompt\":\"2=\",\"answer\":\"y\",\"split\":\"train\"}\n",
        "{\"skill\":\"b\",\"prompt\":\"1=\",\"answer\":\"x\",\"split\":\"train\"}\n"
        "{\"skill\":\"b\",\"prompt\":\"2=\",\"answer\":\"y\",\"split\":\"test\"}\n"};
    ons_arena a;
    ons_arena_init(&a, 0);
    const ons_id id = must_read(A T, &a).skill[0].own->hash;
    assert_true(ons_id_eq(id, must_read(T "\n" A, &a).skill[0].own->hash));
    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        assert_false(ons_id_eq(id, must_read(other[i], &a).skill[0].own->hash));
    ons_arena_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),     cmocka_unit_test(test_refused),
        cmocka_unit_test(test_too_many), cmocka_unit_test(test_draw),
        cmocka_unit_test(test_asked),    cmocka_unit_test(test_hash),
    };
    return cmocka_run_group_tests_name("task, skills of one's own", tests, NULL, NULL);
}
