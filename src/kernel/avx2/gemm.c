/* Matrix product: tiles of 6 x 16, or 8 x 8 for a narrow rest, each element one chain over k. */
#include <immintrin.h>

#include "kernel/avx2/avx2.h"
#include "kernel/avx2/strips.h"
#include "kernel/avx2/vector.h"

#define ALWAYS static inline __attribute__((always_inline))

enum { ROWS_WIDE = 6, ROWS_NARROW = 8 };

/* Some rows of a strip, and what a rest of less than eight columns needs. */
typedef struct tile {
    const float *a, *init;
    float *c;
    __m256i mask; /* valid lanes of the last vector */
    bool whole;   /* all of them */
} tile;

ALWAYS __m256 load_last(const tile *t, const float *p)
{
    return t->whole ? _mm256_loadu_ps(p) : _mm256_maskload_ps(p, t->mask);
}

ALWAYS void store_last(const tile *t, float *p, __m256 v)
{
    if (t->whole) {
        _mm256_storeu_ps(p, v);
    } else {
        _mm256_maskstore_ps(p, t->mask, v);
    }
}

/* m rows, `vectors` times 8 columns; free: the last vector of B may be read whole. */
ALWAYS void multiply_tile(const ons_strip *s, const tile *t, const int m, const int vectors,
                          const bool free)
{
    const size_t last_at = 8 * ((size_t)vectors - 1); /* of the last vector */
    __m256 acc[8][2];
#pragma GCC unroll 8
    for (int i = 0; i < m; i++) {
        const float *from = t->init + (size_t)i * s->ldi;
        acc[i][0] = acc[i][1] = _mm256_setzero_ps();
        if (t->init == NULL) continue;
        if (vectors == 2) acc[i][0] = _mm256_loadu_ps(from);
        acc[i][vectors - 1] = load_last(t, from + last_at);
    }
    const float *a = t->a, *b = s->b;
    for (size_t k = 0; k < s->k; k++, a += s->csa, b += s->ldb) {
        __m256 b0 = vectors == 2 ? _mm256_loadu_ps(b) : _mm256_setzero_ps();
        const float *last = b + last_at;
        __m256 b1 = free ? _mm256_loadu_ps(last) : _mm256_maskload_ps(last, t->mask);
#pragma GCC unroll 8
        for (int i = 0; i < m; i++) {
            __m256 ai = _mm256_broadcast_ss(a + (size_t)i * s->rsa);
            if (vectors == 2) acc[i][0] = _mm256_fmadd_ps(ai, b0, acc[i][0]);
            acc[i][vectors - 1] = _mm256_fmadd_ps(ai, b1, acc[i][vectors - 1]);
        }
    }
#pragma GCC unroll 8
    for (int i = 0; i < m; i++) {
        float *to = t->c + (size_t)i * s->ldc;
        if (vectors == 2) _mm256_storeu_ps(to, acc[i][0]);
        store_last(t, to + last_at, acc[i][vectors - 1]);
    }
}

ALWAYS void next_rows(const ons_strip *s, tile *t, size_t m)
{
    t->a += m * s->rsa;
    t->c += m * s->ldc;
    if (t->init != NULL) t->init += m * s->ldi;
}

/* All rows of a strip, full tiles and then the rest. */
ALWAYS void all_rows(const ons_strip *s, tile *t, const int full, const int vectors,
                     const bool free)
{
    size_t left = s->m;
    for (; left >= (size_t)full; left -= (size_t)full) {
        multiply_tile(s, t, full, vectors, free);
        next_rows(s, t, (size_t)full);
    }
    switch (left) {
    case 1:
        multiply_tile(s, t, 1, vectors, free);
        break;
    case 2:
        multiply_tile(s, t, 2, vectors, free);
        break;
    case 3:
        multiply_tile(s, t, 3, vectors, free);
        break;
    case 4:
        multiply_tile(s, t, 4, vectors, free);
        break;
    case 5:
        multiply_tile(s, t, 5, vectors, free);
        break;
    case 6:
        multiply_tile(s, t, 6, vectors, free);
        break; /* only of eight */
    case 7:
        multiply_tile(s, t, 7, vectors, free);
        break;
    default:
        break;
    }
}

static void multiply_strip(const ons_strip *s)
{
    const size_t last = s->n > 8 ? s->n - 8 : s->n;
    tile t = {s->a, s->init, s->c, first_lanes(last), last == 8};
    const bool free = s->packed || t.whole;
    if (s->n > 8 && free) {
        all_rows(s, &t, ROWS_WIDE, 2, true);
    } else if (s->n > 8) {
        all_rows(s, &t, ROWS_WIDE, 2, false);
    } else if (free) {
        all_rows(s, &t, ROWS_NARROW, 1, true);
    } else {
        all_rows(s, &t, ROWS_NARROW, 1, false);
    }
}

void ons_avx2_gemm(const ons_gemm *g) { ons_gemm_by_strips(g, multiply_strip, 1); }
