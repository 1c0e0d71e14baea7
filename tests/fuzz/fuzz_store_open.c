/* Any bytes as a database file: opened or refused with a message, never a crash. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/store.h"

static ons_status ignore(void *ctx, const ons_score *v, ons_err *err)
{
    (void)ctx;
    (void)v;
    (void)err;
    return ONS_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[] = "/tmp/ons-fuzz-XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size) abort();
    (void)close(fd);
    ons_store *s;
    ons_err err = ONS_ERR_INIT;
    ons_status st = ons_store_open(path, ONS_STORE_READ, &s, &err);
    if (st == ONS_OK) {
        (void)ons_store_each_score(s, ignore, NULL, NULL);
        ons_store_close(s);
    } else if (err.code != st || err.what[0] == '\0') {
        abort();
    }
    (void)remove(path);
    return 0;
}
