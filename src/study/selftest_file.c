/* JSON Lines: a header with the seed, then a line for each finished block. */
#include <string.h>

#include "base/parse.h"
#include "os/file.h"
#include "study/selftest_priv.h"
#include "text/json.h"
#include "text/json_out.h"

#define FILE_BYTES_MAX ((size_t)64 << 20)

void ons_tally_pack(const ons_tally *t, uint64_t *ret_v)
{
    const uint64_t plain[7] = {
        t->n, t->sharp, t->intervals, t->onset_held, t->midpoint_held, t->false_share, t->found};
    memcpy(ret_v, plain, sizeof plain);
    memcpy(ret_v + 7, t->verdict, sizeof t->verdict);
    memcpy(ret_v + 7 + ONS_VERDICT_COUNT, t->check, sizeof t->check);
}

void ons_tally_unpack(const uint64_t *v, ons_tally *ret_t)
{
    *ret_t = (ons_tally){.n = v[0],
                         .sharp = v[1],
                         .intervals = v[2],
                         .onset_held = v[3],
                         .midpoint_held = v[4],
                         .false_share = v[5],
                         .found = v[6]};
    memcpy(ret_t->verdict, v + 7, sizeof ret_t->verdict);
    memcpy(ret_t->check, v + 7 + ONS_VERDICT_COUNT, sizeof ret_t->check);
}

ons_status ons_selftest_file_write(const char *path, uint64_t seed, const ons_selftest_block *block,
                                   size_t n_blocks, ons_err *err)
{
    ons_buf out;
    ons_buf_init(&out, FILE_BYTES_MAX);
    ons_buf_printf(&out, "{\"selftest\":\"statistics\",\"seed\":%llu}\n", (unsigned long long)seed);
    for (size_t i = 0; i < n_blocks; i++) {
        if (!block[i].done) continue;
        uint64_t v[ONS_TALLY_NUMBERS];
        ons_json_out w = ons_json_out_make(&out);
        ons_tally_pack(&block[i].tally, v);
        ons_json_open(&w, '{');
        ons_json_member_text(&w, "class", block[i].of->name);
        ons_json_member_u64(&w, "block", block[i].index);
        ons_json_key(&w, "counts");
        ons_json_open(&w, '[');
        for (size_t j = 0; j < ONS_TALLY_NUMBERS; j++) ons_json_put_u64(&w, v[j]);
        ons_json_close(&w);
        ons_json_close(&w);
        ons_buf_char(&out, '\n');
    }
    ons_status s = ons_buf_status(&out, err);
    if (s == ONS_OK) s = ons_file_write(path, ons_buf_bytes(&out), err);
    ons_buf_release(&out);
    return s;
}

/* ---- reading ---- */

static ons_status read_header(const ons_json_at *at, uint64_t seed, ons_err *err)
{
    uint64_t seen;
    ons_str kind;
    ONS_TRY(ons_json_get_str(at, "selftest", &kind, err));
    ONS_TRY(ons_json_get_u64(at, "seed", 0, UINT64_MAX, &seen, err));
    if (seen == seed) return ONS_OK;
    ons_status s = ONS_FAIL(err, ONS_MISMATCH, "the file was begun with seed %llu, asked is %llu",
                            (unsigned long long)seen, (unsigned long long)seed);
    return ons_err_hint(err, s, "another file with -o, or --seed %llu", (unsigned long long)seen);
}

static ons_status read_counts(const ons_json_at *at, ons_tally *ret_t, ons_err *err)
{
    ons_json_at list;
    uint64_t v[ONS_TALLY_NUMBERS];
    ONS_TRY(ons_json_member(at, "counts", &list, err));
    if (ons_json_len(&list) != ONS_TALLY_NUMBERS)
        return ONS_FAIL(err, ONS_MISMATCH, "a block has %zu counts, this build has %d",
                        ons_json_len(&list), (int)ONS_TALLY_NUMBERS);
    for (size_t i = 0; i < ONS_TALLY_NUMBERS; i++) {
        ons_json_at item = ons_json_item(&list, i);
        ONS_TRY(ons_json_u64(&item, 0, UINT64_MAX, &v[i], err));
    }
    ons_tally_unpack(v, ret_t);
    return ONS_OK;
}

static ons_status read_block(const ons_json_at *at, ons_selftest_block *block, size_t n_blocks,
                             ons_err *err)
{
    ons_str name;
    uint64_t index;
    ons_tally tally;
    ONS_TRY(ons_json_get_str(at, "class", &name, err));
    ONS_TRY(ons_json_get_u64(at, "block", 0, UINT32_MAX, &index, err));
    ONS_TRY(read_counts(at, &tally, err));
    for (size_t i = 0; i < n_blocks; i++) {
        if (block[i].index != index || !ons_str_eq(name, ons_str_of(block[i].of->name))) continue;
        block[i].tally = tally;
        block[i].done = true;
    }
    return ONS_OK;
}

static ons_status read_line(ons_str line, bool first, uint64_t seed, ons_selftest_block *block,
                            size_t n_blocks, ons_err *err)
{
    ons_json *doc;
    ONS_TRY(ons_json_parse(line, &doc, err));
    ons_json_at root = ons_json_root(doc);
    ons_status s = first ? read_header(&root, seed, err) : read_block(&root, block, n_blocks, err);
    ons_json_free(doc);
    return s;
}

ons_status ons_selftest_file_read(const char *path, uint64_t seed, ons_selftest_block *block,
                                  size_t n_blocks, ons_err *err)
{
    if (!ons_file_exists(path)) return ONS_OK;
    ons_buf text;
    ons_buf_init(&text, FILE_BYTES_MAX);
    ons_status s = ons_file_read(path, &text, err);
    ons_str rest = ons_buf_str(&text);
    for (size_t number = 1; s == ONS_OK && rest.len > 0; number++) {
        const char *end = memchr(rest.ptr, '\n', rest.len);
        size_t len = end ? (size_t)(end - rest.ptr) : rest.len;
        s = read_line((ons_str){rest.ptr, len}, number == 1, seed, block, n_blocks, err);
        if (s != ONS_OK) s = ons_err_where(err, s, "%s:%zu", path, number);
        len += end != NULL;
        rest = (ons_str){rest.ptr + len, rest.len - len};
    }
    ons_buf_release(&text);
    return s;
}
