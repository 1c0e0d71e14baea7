/* 128-bit content ids: what two things have in common if and only if they are
 * the same bytes. XXH3-128 (xxHash 0.8): fast, stable across machines, not
 * cryptographic, so it tells change and identity, not malice. */
#ifndef ONS_BASE_HASH_H
#define ONS_BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

typedef struct ons_id {
    uint8_t byte[16]; /* canonical (big-endian) form */
} ons_id;

/* "0123…cdef", 32 digits and a NUL. */
typedef struct ons_id_text {
    char hex[33];
} ons_id_text;

ons_id ons_hash(ons_bytes b);
ons_id_text ons_id_hex(ons_id id);
bool ons_id_eq(ons_id a, ons_id b);
/* False unless s is exactly 32 hexadecimal digits. */
bool ons_id_parse(ons_str s, ons_id *ret_id);

/* A hash of several fields, each with its length, so that ("ab","c") and
 * ("a","bc") differ.
 *   ons_hasher h; ons_hasher_init(&h); ons_hasher_str(&h, a); … id = ons_hasher_end(&h); */
typedef struct ons_hasher {
    ons_id chain;
} ons_hasher;

void ons_hasher_init(ons_hasher *h);
void ons_hasher_bytes(ons_hasher *h, const void *p, size_t n);
void ons_hasher_str(ons_hasher *h, ons_str s);
void ons_hasher_u64(ons_hasher *h, uint64_t v);
void ons_hasher_f64(ons_hasher *h, double v);
ons_id ons_hasher_end(const ons_hasher *h);

#endif
