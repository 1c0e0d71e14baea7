/* exp and log without branches, for loops that the compiler turns into vectors.
 *
 * Relative error below 4e-16 for exp and 1e-15 for log on their stated ranges
 * (checked in tests/unit/stats). Only bit operations that SSE2 has for two lanes
 * are used, so a plain loop over these is vectorised at -O3 on every x86-64.
 * Outside the stated ranges the result is meaningless, never undefined. */
#ifndef ONS_STATS_FAST_H
#define ONS_STATS_FAST_H

#include <stdint.h>
#include <string.h>

/* Before a function whose plain loops over these are worth four lanes: compiled twice, the
 * loader takes the one that the processor has. The lanes do the same operations (no fused
 * multiply-add, no reordered sum), so both give the same bits. Sanitizers run before their own
 * start-up where the loader chooses: not there. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#    define ONS_FAST_CLONES __attribute__((target_clones("avx2", "default")))
#else
#    define ONS_FAST_CLONES
#endif

static inline double ons_fast_from_bits(uint64_t b)
{
    double v;
    memcpy(&v, &b, sizeof v);
    return v;
}

static inline uint64_t ons_fast_to_bits(double v)
{
    uint64_t b;
    memcpy(&b, &v, sizeof b);
    return b;
}

/* Natural logarithm of a normal positive x (at least 2.3e-308, finite). */
static inline double ons_fast_log(double x)
{
    uint64_t b = ons_fast_to_bits(x);
    /* The exponent as a double, by writing it into the mantissa of 2^52. */
    double e = ons_fast_from_bits((b >> 52) | 0x4330000000000000u) - (0x1p52 + 1023.0);
    double m = ons_fast_from_bits((b & 0x000FFFFFFFFFFFFFu) | 0x3FF0000000000000u);
    double big = m > 1.4142135623730951 ? 1.0 : 0.0;
    m *= 1.0 - 0.5 * big;
    e += big;
    double s = (m - 1.0) / (m + 1.0), z = s * s; /* |s| <= 0.1716 */
    double p = z * (1.0 / 19) + 1.0 / 17;
    p = p * z + 1.0 / 15;
    p = p * z + 1.0 / 13;
    p = p * z + 1.0 / 11;
    p = p * z + 1.0 / 9;
    p = p * z + 1.0 / 7;
    p = p * z + 1.0 / 5;
    p = p * z + 1.0 / 3;
    double t = 2.0 * s;
    return e * 0.6931471803691238 + (t + (t * z * p + e * 1.9082149292705877e-10));
}

/* e^x; x is clipped to [-708, 709]. */
static inline double ons_fast_exp(double x)
{
    x = x < -708.0 ? -708.0 : x;
    x = x > 709.0 ? 709.0 : x;
    double shifted = x * 1.4426950408889634 + 0x1.8p52; /* rounds to the nearest integer */
    double n = shifted - 0x1.8p52;
    double r = (x - n * 0.6931471803691238) - n * 1.9082149292705877e-10;
    double p = r * (1.0 / 6227020800.0) + 1.0 / 479001600.0;
    p = p * r + 1.0 / 39916800.0;
    p = p * r + 1.0 / 3628800.0;
    p = p * r + 1.0 / 362880.0;
    p = p * r + 1.0 / 40320.0;
    p = p * r + 1.0 / 5040.0;
    p = p * r + 1.0 / 720.0;
    p = p * r + 1.0 / 120.0;
    p = p * r + 1.0 / 24.0;
    p = p * r + 1.0 / 6.0;
    p = p * r + 0.5;
    p = 1.0 + (r + r * r * p);
    /* 2^n in two factors: n may be 1023. */
    uint64_t i = ons_fast_to_bits(shifted) << 52;
    return ons_fast_from_bits(ons_fast_to_bits(p) + i);
}

#endif
