#include "base/hash.h"

#include <string.h>
#include <xxhash.h>

static ons_id canonical(XXH128_hash_t v)
{
    XXH128_canonical_t c;
    XXH128_canonicalFromHash(&c, v);
    ons_id id;
    memcpy(id.byte, c.digest, sizeof id.byte);
    return id;
}

ons_id ons_hash(ons_bytes b) { return canonical(XXH3_128bits(b.ptr, b.len)); }

ons_id_text ons_id_hex(ons_id id)
{
    ons_id_text t;
    for (size_t i = 0; i < sizeof id.byte; i++) {
        t.hex[2 * i] = "0123456789abcdef"[id.byte[i] >> 4];
        t.hex[2 * i + 1] = "0123456789abcdef"[id.byte[i] & 15];
    }
    t.hex[32] = '\0';
    return t;
}

bool ons_id_eq(ons_id a, ons_id b) { return memcmp(a.byte, b.byte, sizeof a.byte) == 0; }

static int nibble(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

bool ons_id_parse(ons_str s, ons_id *ret_id)
{
    if (s.len != 32) return false;
    ons_id id;
    for (size_t i = 0; i < sizeof id.byte; i++) {
        int hi = nibble(s.ptr[2 * i]), lo = nibble(s.ptr[2 * i + 1]);
        if (hi < 0 || lo < 0) return false;
        id.byte[i] = (uint8_t)(hi * 16 + lo);
    }
    *ret_id = id;
    return true;
}

void ons_hasher_init(ons_hasher *h) { *h = (ons_hasher){{{0}}}; }

void ons_hasher_bytes(ons_hasher *h, const void *p, size_t n)
{
    /* chain = hash(chain, length, hash(field)): a field's bytes never touch its neighbour's */
    struct {
        uint8_t chain[16];
        uint8_t length[8];
        uint8_t field[16];
    } block;
    ons_id field = ons_hash((ons_bytes){p, n});
    memcpy(block.chain, h->chain.byte, sizeof block.chain);
    for (size_t i = 0; i < 8; i++) block.length[i] = (uint8_t)((uint64_t)n >> (8 * i));
    memcpy(block.field, field.byte, sizeof block.field);
    h->chain = ons_hash((ons_bytes){(const uint8_t *)&block, sizeof block});
}

void ons_hasher_str(ons_hasher *h, ons_str s) { ons_hasher_bytes(h, s.ptr, s.len); }

void ons_hasher_u64(ons_hasher *h, uint64_t v)
{
    uint8_t b[8];
    for (size_t i = 0; i < 8; i++) b[i] = (uint8_t)(v >> (8 * i));
    ons_hasher_bytes(h, b, sizeof b);
}

void ons_hasher_f64(ons_hasher *h, double v)
{
    uint64_t u;
    memcpy(&u, &v, sizeof u);
    ons_hasher_u64(h, u);
}

ons_id ons_hasher_end(const ons_hasher *h) { return h->chain; }
