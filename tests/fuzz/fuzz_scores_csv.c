/* Promises: PARTIAL has errors with a place; what was read is written and read back the same. */
#include <stdlib.h>

#include "task/exchange/scores_csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void round_trip(const ons_scores *all, ons_arena *a)
{
    ons_buf b, c;
    ons_buf_init(&b, 64 << 20);
    ons_buf_init(&c, 64 << 20);
    ons_scores again = {0};
    ons_scores_csv_write(all->row, all->n_rows, &b);
    ons_scores_options strict = {.strict = true};
    if (ons_scores_csv_read(ons_buf_str(&b), "b", &strict, a, &again, NULL) != ONS_OK) abort();
    ons_scores_csv_write(again.row, again.n_rows, &c);
    if (!ons_str_eq(ons_buf_str(&b), ons_buf_str(&c))) abort();
    ons_buf_release(&b);
    ons_buf_release(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ons_arena a;
    ons_arena_init(&a, 256 << 20);
    ons_scores all = {0};
    ons_err err = ONS_ERR_INIT;
    ons_scores_options o = {.group = "data"};
    ons_status s =
        ons_scores_csv_read((ons_str){(const char *)data, size}, "f", &o, &a, &all, &err);
    if (s != ONS_OK && (err.code != s || err.what[0] == '\0')) abort();
    if ((s == ONS_PARTIAL) != (s != ONS_OK && all.n_errors > 0 && s != ONS_LIMIT)) abort();
    for (size_t i = 0; i < all.n_errors; i++)
        if (!all.error[i].line || !all.error[i].column || !all.error[i].message.len) abort();
    if (s == ONS_OK || s == ONS_PARTIAL) round_trip(&all, &a);
    ons_arena_clear(&a);
    return 0;
}
