/* SHA-256 (FIPS 180-4), where others ask for that name of some bytes: content policies of pages,
 * files that are fetched. Names of our own are ons_id (hash.h), which is faster. */
#ifndef ONS_BASE_SHA256_H
#define ONS_BASE_SHA256_H

#include "base/slice.h"

#define ONS_SHA256_BYTES  32
#define ONS_SHA256_BASE64 45 /* characters in base 64, padded, and the NUL */

/* Any length; pure, thread-safe. */
void ons_sha256(ons_bytes bytes, uint8_t digest[ONS_SHA256_BYTES]);
/* The digest in base 64 as content policies write it; returns buf. */
const char *ons_sha256_base64(ons_bytes bytes, char buf[ONS_SHA256_BASE64]);

#endif
