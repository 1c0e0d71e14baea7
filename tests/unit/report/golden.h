/* Files of tests/golden/report that an output must equal to the byte. ONS_GOLDEN_WRITE=1 writes them
 * anew (tests/golden/report/README.md): look at the difference, then commit. */
#ifndef GOLDEN_H
#define GOLDEN_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tst_num.h"

#include "base/buf.h"

static inline void golden_write(const char *path, ons_str got)
{
    FILE *f = fopen(path, "wb");
    if (!f) fail_msg("%s cannot be written", path);
    assert_int_equal(fwrite(got.ptr, 1, got.len, f), got.len);
    assert_int_equal(fclose(f), 0);
}

/* Where they part: the line, and what stands there. */
static inline void golden_differ(const char *name, const char *got, const char *want)
{
    size_t line = 1, i = 0, begin = 0;
    for (; got[i] && got[i] == want[i]; i++)
        if (got[i] == '\n') line++, begin = i + 1;
    fail_msg("%s, line %zu:\n  is     %.300s\n  should %.300s\n(tests/golden/report/README.md)",
             name, line, got + begin, want + begin);
}

/* name: "figures/map.svg" */
static inline void golden_check(const char *name, ons_str got)
{
    const char *dir = getenv("ONS_SOURCE_DIR"), *write = getenv("ONS_GOLDEN_WRITE");
    char path[4096], block[4096];
    ons_buf want, is;
    assert_non_null(dir); /* ctest sets it */
    (void)snprintf(path, sizeof path, "%s/tests/golden/report/%s", dir, name);
    if (write && write[0] == '1') golden_write(path, got);
    ons_buf_init(&want, (size_t)64 << 20);
    ons_buf_init(&is, (size_t)64 << 20);
    ons_buf_str_add(&is, got);
    FILE *f = fopen(path, "rb");
    if (!f) fail_msg("%s is not there (tests/golden/report/README.md)", path);
    for (size_t n; (n = fread(block, 1, sizeof block, f)) > 0;) ons_buf_add(&want, block, n);
    assert_int_equal(fclose(f), 0);
    if (is.len != want.len || memcmp(is.ptr, want.ptr, is.len) != 0)
        golden_differ(name, ons_buf_cstr(&is), ons_buf_cstr(&want));
    ons_buf_release(&want);
    ons_buf_release(&is);
}

#endif
