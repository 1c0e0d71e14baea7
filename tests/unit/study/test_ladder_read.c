/* Ladder files on disk, and the skills of a user's own that they name. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tst_num.h"

#include "base/buf.h"
#include "base/parse.h"
#include "os/file.h"
#include "study/ladder_file.h"
#include "train/recipe.h"
#include "train/stream.h"

#define SIZES "sizes: [{width: 8, head_dim: 4}, {width: 16, head_dim: 8}]\ntokens: 10 * params\n"
#define OWN   "skills: {copy: 1, odd: 2.5}\n"

static char dir[] = "/tmp/onset-ladder-XXXXXX";

static void put(const char *name, const char *text)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", dir, name);
    if (ons_file_write(path, (ons_bytes){(const uint8_t *)text, strlen(text)}, NULL) != ONS_OK)
        fail_msg("%s", path);
}

/* n odd and even numbers, every fourth asked; the answer to the last one taught is `last`. */
static void put_skills(const char *name, int n, const char *last)
{
    ons_buf b;
    ons_buf_init(&b, 4 << 20);
    for (int i = 0; i < n; i++)
        ons_buf_printf(
            &b, "{\"skill\":\"odd\",\"prompt\":\"p:%d=\",\"answer\":\"%s\",\"split\":\"%s\"}\n", i,
            i == n - 1 ? last
            : i % 2    ? "1"
                       : "0",
            i % 4 == 0 ? "test" : "train");
    put(name, ons_buf_cstr(&b));
    ons_buf_release(&b);
}

static ons_status read_ladder(const char *name, ons_arena *a, ons_ladder *ret_l, ons_err *err)
{
    char path[128];
    ons_str text;
    *err = ONS_ERR_INIT;
    (void)snprintf(path, sizeof path, "%s/%s", dir, name);
    ons_ladder_file f;
    const ons_status s = ons_ladder_read(path, a, &f, &text, err);
    if (s == ONS_OK) assert_true(ons_str_starts(text, ONS_S("sizes:")));
    if (s == ONS_OK) *ret_l = f.ladder[0];
    return s;
}

static ons_ladder must_read(const char *name, ons_arena *a)
{
    ons_ladder l;
    ons_err err;
    if (read_ladder(name, a, &l, &err) != ONS_OK) {
        fail_msg("%s (%s)", err.what, err.where);
        abort(); /* for the analyser */
    }
    return l;
}

static int make_dir(void **state)
{
    (void)state;
    return mkdtemp(dir) ? 0 : -1;
}

static int drop_dir(void **state)
{
    (void)state;
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf %s", dir);
    return system(command); /* NOLINT(cert-env33-c): a fixed name of ours */
}

static void test_own_skills(void **state)
{
    (void)state;
    ons_arena a;
    ons_arena_init(&a, 0);
    put_skills("mine.jsonl", 40, "1");
    put("own.yaml", SIZES OWN "skills_file: mine.jsonl\n");
    const ons_ladder l = must_read("own.yaml", &a);
    assert_int_equal(l.n_skills, 2);
    assert_string_equal(l.skill[1].skill->name, "odd");
    assert_int_equal(l.skill[1].skill->own->n_test, 10);
    tst_close(l.skill[1].weight, 2.5, 0, 0);

    ons_train_batch b;
    ons_stream s = ons_stream_make(&l, 1, 0);
    size_t docs = 0, own = 0;
    assert_int_equal(ons_train_batch_init(&l, &a, &b, NULL), ONS_OK);
    for (int i = 0; i < 100; i++) {
        ons_stream_next(&s, &b);
        docs += b.batch.n_docs;
        for (size_t d = 0; d < b.batch.n_docs; d++) own += b.token[b.start[d]] == 'p' - ' ';
    }
    tst_close((double)own / (double)docs, 2.5 / 3.5, 0, .04);
    ons_arena_clear(&a);
}

/* From the working directory first, then from the folder of the ladder. */
static void test_where_it_is_found(void **state)
{
    (void)state;
    ons_arena a;
    char here[4096];
    ons_arena_init(&a, 0);
    assert_non_null(getcwd(here, sizeof here));
    put_skills("near.jsonl", 40, "1");
    put("near.yaml", SIZES OWN "skills_file: near.jsonl\n");
    ons_ladder l = must_read("near.yaml", &a);
    assert_int_equal(l.skill[1].skill->own->n_train, 30);
    char sub[128];
    (void)snprintf(sub, sizeof sub, "%s/sub", dir);
    assert_int_equal(ons_dir_make(sub, NULL), ONS_OK);
    put_skills("sub/near.jsonl", 80, "1");
    assert_int_equal(chdir(sub), 0);
    l = must_read("near.yaml", &a);
    assert_int_equal(chdir(here), 0);
    assert_int_equal(l.skill[1].skill->own->n_train, 60);
    ons_arena_clear(&a);
}

static void check_fails(const char *file, ons_status code, const char *where, const char *what)
{
    ons_arena a;
    ons_ladder l;
    ons_err err;
    ons_arena_init(&a, 0);
    const ons_status s = read_ladder(file, &a, &l, &err);
    if (s != code || !strstr(err.where, where) || !strstr(err.what, what))
        fail_msg("%s: %s '%s' at '%s'", file, ons_status_name(s), err.what, err.where);
    ons_arena_clear(&a);
}

static void test_mistakes(void **state)
{
    (void)state;
    put_skills("good.jsonl", 40, "1");
    put("bad.jsonl", "{\"skill\":\"odd\",\"prompt\":\"1=\",\"answer\":\"x\"}\n{\"skill\":1}\n");
    put("gone.yaml", SIZES OWN "skills_file: nowhere.jsonl\n");
    put("bad.yaml", SIZES OWN "skills_file: bad.jsonl\n");
    put("name.yaml", SIZES "skills: {oddd: 1}\nskills_file: good.jsonl\n");
    put("none.yaml", SIZES OWN "skills_file: ~\n");
    put("list.yaml", SIZES OWN "skills_file: [good.jsonl]\n");
    put("empty.yaml", SIZES OWN "skills_file: ''\n");
    put("key.yaml", SIZES OWN "skills_fil: good.jsonl\n");
    check_fails("gone.yaml", ONS_IO, "gone.yaml", "nowhere.jsonl");
    check_fails("bad.yaml", ONS_FORMAT, "bad.jsonl:2", "$.skill");
    check_fails("name.yaml", ONS_FORMAT, "name.yaml:3:10", "no skill 'oddd'");
    check_fails("none.yaml", ONS_FORMAT, "none.yaml:3:19", "no skill 'odd'");
    check_fails("list.yaml", ONS_FORMAT, "list.yaml:4:14", "");
    check_fails("empty.yaml", ONS_FORMAT, "empty.yaml:4:14", "1 to 1023 characters");
    check_fails("key.yaml", ONS_FORMAT, "key.yaml:4:1", "skills_fil");
    check_fails("absent.yaml", ONS_IO, "absent.yaml", "");
}

/* One answer of 20,000 is another recipe. */
static void test_recipe_sees_every_line(void **state)
{
    (void)state;
    ons_arena a;
    ons_ladder l, other;
    ons_err err;
    ons_arena_init(&a, 0);
    put_skills("big.jsonl", 20000, "1");
    put("big.yaml", SIZES OWN "skills_file: big.jsonl\n");
    assert_int_equal(read_ladder("big.yaml", &a, &l, &err), ONS_OK);
    const ons_id id = ons_stream_measure(&l).hash;
    assert_int_equal(read_ladder("big.yaml", &a, &other, &err), ONS_OK);
    assert_true(ons_id_eq(id, ons_stream_measure(&other).hash));
    put_skills("big.jsonl", 20000, "0");
    assert_int_equal(read_ladder("big.yaml", &a, &other, &err), ONS_OK);
    assert_false(ons_id_eq(id, ons_stream_measure(&other).hash));

    ons_train_job *j;
    size_t n;
    ons_buf x, y;
    ons_buf_init(&x, 1 << 16);
    ons_buf_init(&y, 1 << 16);
    assert_int_equal(ons_ladder_jobs(&l, 1, &a, &j, &n, NULL), ONS_OK);
    ons_recipe_write(&j[0], &x);
    assert_int_equal(ons_ladder_jobs(&other, 1, &a, &j, &n, NULL), ONS_OK);
    ons_recipe_write(&j[0], &y);
    assert_false(ons_str_eq(ons_buf_str(&x), ons_buf_str(&y)));
    assert_non_null(strstr(ons_buf_cstr(&x), "\"odd\":2.5"));
    ons_buf_release(&x);
    ons_buf_release(&y);
    ons_arena_clear(&a);
}

/* What a built-in skill of the same ladder asks or teaches is on the same side here. */
static void test_apart_from_built_in_skills(void **state)
{
    (void)state;
    ons_arena a;
    ons_skill_set asked;
    ons_skill_item it;
    ons_rng rng = ons_rng_make(9, 9);
    ons_ladder l;
    ons_err err;
    char line[512];
    const ons_skill *add = ons_skill_find(ONS_S("add_2"));
    static const char both[] = "{\"skill\":\"mine\",\"prompt\":\"x\",\"answer\":\"1\",\"split\":"
                               "\"%s\"}\n{\"skill\":\"mine\",\"prompt\":\"%s\",\"answer\":\"1\","
                               "\"split\":\"%s\"}\n";
    ons_arena_init(&a, 0);
    assert_int_equal(ons_skill_test_set(add, 0, 256, &a, &asked, NULL), ONS_OK);
    put("apart.yaml", SIZES "skills: {add_2: 1, mine: 1}\nskills_file: apart.jsonl\n");
    put("alone.yaml", SIZES "skills: {copy: 1, mine: 1}\nskills_file: apart.jsonl\n");
    (void)snprintf(line, sizeof line, both, "test", asked.item[255].prompt, "train");
    put("apart.jsonl", line);
    check_fails("apart.yaml", ONS_FORMAT, "apart.yaml", "skill 'mine' teaches '");
    assert_int_equal(read_ladder("alone.yaml", &a, &l, &err), ONS_OK);
    (void)snprintf(line, sizeof line, both, "train", asked.item[255].prompt, "test");
    put("apart.jsonl", line);
    assert_int_equal(read_ladder("apart.yaml", &a, &l, &err), ONS_OK);

    const ons_skill *digits = ons_skill_find(ONS_S("add_1")); /* few: a sample sees all */
    put("apart.yaml", SIZES "skills: {add_1: 1, mine: 1}\nskills_file: apart.jsonl\n");
    ons_skill_draw(digits, ONS_SPLIT_TRAIN, 0, &rng, &it);
    (void)snprintf(line, sizeof line, both, "train", it.prompt, "test");
    put("apart.jsonl", line);
    check_fails("apart.yaml", ONS_FORMAT, "apart.yaml", "', which 'add_1' teaches");
    (void)snprintf(line, sizeof line, both, "test", it.prompt, "train");
    put("apart.jsonl", line);
    assert_int_equal(read_ladder("apart.yaml", &a, &l, &err), ONS_OK);
    ons_arena_clear(&a);
}

static void test_head(void **state)
{
    (void)state;
    ons_ladder_head h;
    ons_err err = ONS_ERR_INIT;
    /* the rest may be of another version, the files may be gone */
    static const char text[] = "ladder: x\nsizes: none\nskills_file: gone.jsonl\nnew_key: 1\n"
                               "axis: params\nw0: 1.25\n";
    if (ons_ladder_parse_head(ONS_S(text), "t", &h, &err) != ONS_OK)
        fail_msg("%s (%s)", err.what, err.where);
    assert_string_equal(h.name, "x");
    assert_int_equal(h.axes, 1u << ONS_AXIS_PARAMS);
    tst_close(h.w0, 1.25, 0, 0);
    assert_string_equal(h.skills_file, "gone.jsonl");
    assert_int_equal(ons_ladder_parse_head(ONS_S("ladder: y\n"), "t", &h, NULL), ONS_OK);
    assert_int_equal(h.axes, 0);
    assert_true(isnan(h.w0) && h.skills_file[0] == '\0');
    assert_int_equal(ons_ladder_parse_head(ONS_S("[1]\n"), "t", &h, NULL), ONS_FORMAT);
    assert_int_equal(ons_ladder_parse_head(ONS_S("axis: size\n"), "t", &h, NULL), ONS_FORMAT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_own_skills),
        cmocka_unit_test(test_where_it_is_found),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_recipe_sees_every_line),
        cmocka_unit_test(test_apart_from_built_in_skills),
        cmocka_unit_test(test_head),
    };
    return cmocka_run_group_tests_name("study, ladder files on disk", tests, make_dir, drop_dir);
}
