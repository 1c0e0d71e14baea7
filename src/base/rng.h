/* SplitMix64: the one random number generator of the program.
 *
 * Steele, Lea & Flood, "Fast splittable pseudorandom number generators",
 * OOPSLA 2014 (constants of Vigna's splitmix64.c). 64 bits of state, period 2^64,
 * every seed is good, and the state is one number that a checkpoint keeps.
 * Reference: seed 1234567 gives 6457827717110365317 first; test_rng.c has more.
 * Not for secrets. Each thread has its own. */
#ifndef ONS_BASE_RNG_H
#define ONS_BASE_RNG_H

#include <stdint.h>

typedef struct ons_rng {
    uint64_t state;
} ons_rng;

/* The finaliser alone: a bijection of 64 bits that mixes well. */
static inline uint64_t ons_mix64(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

static inline uint64_t ons_rng_u64(ons_rng *r)
{
    r->state += 0x9E3779B97F4A7C15u;
    return ons_mix64(r->state);
}

/* A stream of its own for (seed, stream): streams of one seed do not overlap in practice. */
static inline ons_rng ons_rng_make(uint64_t seed, uint64_t stream)
{
    return (ons_rng){ons_mix64(ons_mix64(seed + 0x9E3779B97F4A7C15u) ^
                               (stream * 0xD1B54A32D192ED03u + 0x8CB92BA72F3D8DD7u))};
}

/* Uniform in [0, n), n >= 1, by the high half of a product: the bias is below n / 2^32. */
static inline uint32_t ons_rng_below(ons_rng *r, uint32_t n)
{
    return (uint32_t)(((ons_rng_u64(r) >> 32) * n) >> 32);
}

/* Uniform in [0, 1), 53 bits. */
static inline double ons_rng_f64(ons_rng *r) { return (double)(ons_rng_u64(r) >> 11) * 0x1p-53; }

#endif
