/* Escaping: whatever a model wrote, it stays text. */
#include <string.h>

#include "tst_num.h"

#include "base/parse.h"
#include "report/html.h"

static void check(const char *in, size_t n, const char *want)
{
    ons_buf b;
    ons_buf_init(&b, 4096);
    ons_html_text(&b, (ons_str){in, n});
    assert_string_equal(ons_buf_cstr(&b), want);
    ons_buf_release(&b);
}
#define CHECK(in, want) check((in), sizeof(in) - 1, (want))

static void test_markup_is_escaped(void **state)
{
    (void)state;
    CHECK("<script>\"a\" & 'b'", "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;");
    CHECK("é 日 🙂\n\t", "é 日 🙂\n\t");
}

static void test_what_cannot_be_seen_becomes_visible(void **state)
{
    (void)state;
    CHECK("a\0b", "a␀b");
    CHECK("\x1b[31m", "␛[31m");
    CHECK("\x7f\r", "␡␍");
    CHECK("\xff\xc0\xaf", "���");
    CHECK("\xe2\x82", "��");        /* cut short */
    CHECK("\xed\xa0\x80", "�");     /* a surrogate */
    CHECK("\xf4\x90\x80\x80", "�"); /* beyond Unicode */
    CHECK("\xe0\x80\xbc", "���");   /* '<' written overlong */
    CHECK("\xe2\x80\xae"
          "abc",
          "�abc"); /* right-to-left override */
    CHECK("\xc2\x85", "�");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_markup_is_escaped),
        cmocka_unit_test(test_what_cannot_be_seen_becomes_visible),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
