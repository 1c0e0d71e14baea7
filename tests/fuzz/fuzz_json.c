/* Promises: what strict JSON is, Python's reader takes too; a failure has a message and a byte inside the text; what was read can be walked. */
#include <stdlib.h>

#include "text/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t walk(const ons_json_at *at)
{
    char path[64];
    if (ons_json_path(at, path, sizeof path)[0] != '$') abort();
    size_t n = 1;
    for (size_t i = 0; i < ons_json_len(at) && i < 100; i++) {
        ons_json_at child = ons_json_item(at, i);
        n += walk(&child);
    }
    return n;
}

static ons_status check(ons_status parse(ons_str, ons_json **, ons_err *), const uint8_t *data,
                        size_t size)
{
    ons_json *doc = NULL;
    ons_err err = ONS_ERR_INIT;
    ons_status s = parse((ons_str){(const char *)data, size}, &doc, &err);
    if (s == ONS_OK) {
        ons_json_at root = ons_json_root(doc);
        if (walk(&root) == 0) abort();
    } else if (err.code != s || err.what[0] == '\0' || err.offset > size) {
        abort();
    }
    ons_json_free(doc);
    return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const ons_status strict = check(ons_json_parse, data, size);
    const ons_status python = check(ons_json_parse_python, data, size);
    if (strict == ONS_OK && python != ONS_OK) abort(); /* it reads more, never less */
    return 0;
}
