/* Matrix product: tiles of 6 x 16 (or 8 x 8 for a narrow rest), each element one
 * chain over k. Blocks of k only interrupt the chain: it is stored and taken up
 * again, which changes no bit. B is packed in panels of 16 columns where that pays. */
#include <immintrin.h>

#include "kernel/avx2/avx2.h"
#include "kernel/avx2/vector.h"

#define ALWAYS static inline __attribute__((always_inline))

enum {
    K_BLOCK = 256,      /* a panel of 16 columns is 16 KiB: half of L1 */
    M_BLOCK = 192,      /* rows of A that stay in L2 */
    PACK_FROM_ROWS = 25 /* fewer rows read B too seldom to pay for packing */
};

/* One tile: m rows, `vectors` times 8 columns of which the last has `valid`. */
typedef struct tile {
    size_t k;
    const float *a;
    size_t rsa, csa;
    const float *b; /* row k at b + k * ldb */
    size_t ldb;
    const float *init;
    size_t ldi;
    float *c;
    size_t ldc;
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

/* packed: B's panel is padded, so its loads need no mask. */
ALWAYS void multiply_tile(const tile *t, const int m, const int vectors, const bool packed)
{
    const size_t last_at = 8 * ((size_t)vectors - 1); /* of the last vector */
    __m256 acc[8][2];
#pragma GCC unroll 8
    for (int i = 0; i < m; i++) {
        const float *from = t->init + (size_t)i * t->ldi;
        acc[i][0] = acc[i][1] = _mm256_setzero_ps();
        if (t->init == NULL) continue;
        if (vectors == 2) acc[i][0] = _mm256_loadu_ps(from);
        acc[i][vectors - 1] = load_last(t, from + last_at);
    }
    const float *a = t->a, *b = t->b;
    for (size_t k = 0; k < t->k; k++, a += t->csa, b += t->ldb) {
        __m256 b0 = vectors == 2 ? _mm256_loadu_ps(b) : _mm256_setzero_ps();
        const float *last = b + last_at;
        __m256 b1 = packed ? _mm256_loadu_ps(last) : load_last(t, last);
#pragma GCC unroll 8
        for (int i = 0; i < m; i++) {
            __m256 ai = _mm256_broadcast_ss(a + (size_t)i * t->rsa);
            if (vectors == 2) acc[i][0] = _mm256_fmadd_ps(ai, b0, acc[i][0]);
            acc[i][vectors - 1] = _mm256_fmadd_ps(ai, b1, acc[i][vectors - 1]);
        }
    }
#pragma GCC unroll 8
    for (int i = 0; i < m; i++) {
        float *to = t->c + (size_t)i * t->ldc;
        if (vectors == 2) _mm256_storeu_ps(to, acc[i][0]);
        store_last(t, to + last_at, acc[i][vectors - 1]);
    }
}

#define ROWS(M)                            \
    case M:                                \
        if (packed) {                      \
            multiply_tile(t, M, 2, true);  \
        } else {                           \
            multiply_tile(t, M, 2, false); \
        }                                  \
        break

static void tile_16(const tile *t, size_t m, bool packed)
{
    switch (m) {
        ROWS(1);
        ROWS(2);
        ROWS(3);
        ROWS(4);
        ROWS(5);
    default:
        if (packed) {
            multiply_tile(t, 6, 2, true);
        } else {
            multiply_tile(t, 6, 2, false);
        }
        break;
    }
}
#undef ROWS

/* A narrow rest is never packed wider than it is. */
static void tile_8(const tile *t, size_t m, bool packed)
{
#define ROWS(M)                            \
    case M:                                \
        if (packed) {                      \
            multiply_tile(t, M, 1, true);  \
        } else {                           \
            multiply_tile(t, M, 1, false); \
        }                                  \
        break
    switch (m) {
        ROWS(1);
        ROWS(2);
        ROWS(3);
        ROWS(4);
        ROWS(5);
        ROWS(6);
        ROWS(7);
    default:
        if (packed) {
            multiply_tile(t, 8, 1, true);
        } else {
            multiply_tile(t, 8, 1, false);
        }
        break;
    }
#undef ROWS
}

/* Panel of 16 columns from column j on, k rows, zeros beyond n. */
static void pack_panel(const ons_gemm *g, size_t k0, size_t k, size_t j, float *to)
{
    size_t n = g->n - j < 16 ? g->n - j : 16;
    if (g->csb == 1 && n == 16) {
        const float *b = g->b + k0 * g->rsb + j;
        for (size_t r = 0; r < k; r++, b += g->rsb, to += 16) {
            _mm256_storeu_ps(to, _mm256_loadu_ps(b));
            _mm256_storeu_ps(to + 8, _mm256_loadu_ps(b + 8));
        }
        return;
    }
    for (size_t c = 0; c < 16; c++) {
        const float *b = g->b + k0 * g->rsb + (j + c) * g->csb;
        for (size_t r = 0; r < k; r++) to[16 * r + c] = c < n ? b[r * g->rsb] : 0.0f;
    }
}

/* B^T stored by rows (csb != 1, rsb == 1), eight columns by eight rows at a time. */
static void pack_panel_transposed(const ons_gemm *g, size_t k0, size_t k, size_t j, float *to)
{
    for (size_t half = 0; half < 16; half += 8) {
        const float *b = g->b + k0 + (j + half) * g->csb;
        size_t r = 0;
        for (; r + 8 <= k; r += 8) {
            __m256 v[8];
            for (size_t c = 0; c < 8; c++) v[c] = _mm256_loadu_ps(b + c * g->csb + r);
            transpose8(v);
            for (size_t c = 0; c < 8; c++) _mm256_storeu_ps(to + 16 * (r + c) + half, v[c]);
        }
        for (; r < k; r++)
            for (size_t c = 0; c < 8; c++) to[16 * r + half + c] = b[c * g->csb + r];
    }
}

static void pack(const ons_gemm *g, size_t k0, size_t k, float *to)
{
    for (size_t j = 0; j < g->n; j += 16, to += 16 * k) {
        if (g->rsb == 1 && g->csb != 1 && g->n - j >= 16) {
            pack_panel_transposed(g, k0, k, j, to);
        } else {
            pack_panel(g, k0, k, j, to);
        }
    }
}

/* Rows i0..i0+m of C for one block of k and one panel. */
static void panel_rows(const ons_gemm *g, size_t k0, size_t k, size_t i0, size_t m, size_t j,
                       const float *panel)
{
    size_t n = g->n - j < 16 ? g->n - j : 16, last = n > 8 ? n - 8 : n;
    bool continued = k0 > 0, packed = panel != NULL;
    tile t = {.k = k,
              .rsa = g->rsa,
              .csa = g->csa,
              .b = packed ? panel : g->b + k0 * g->rsb + j,
              .ldb = packed ? 16 : g->rsb,
              .ldi = continued ? g->ldc : g->ldi,
              .ldc = g->ldc,
              .mask = first_lanes(last),
              .whole = last == 8};
    const float *init = continued ? g->c : g->init;
    size_t step = n > 8 ? 6 : 8;
    for (size_t i = i0; i < i0 + m; i += step) {
        size_t rows = i0 + m - i < step ? i0 + m - i : step;
        if (g->symmetric && j + n <= i) continue; /* wholly below the diagonal */
        t.a = g->a + i * g->rsa + k0 * g->csa;
        t.init = init != NULL ? init + i * t.ldi + j : NULL;
        t.c = g->c + i * g->ldc + j;
        if (n > 8) {
            tile_16(&t, rows, packed);
        } else {
            tile_8(&t, rows, packed);
        }
    }
}

static void mirror(const ons_gemm *g)
{
    for (size_t i = 0; i < g->m; i++)
        for (size_t j = i + 1; j < g->n; j++) g->c[j * g->ldc + i] = g->c[i * g->ldc + j];
}

/* k = 0: only init counts. */
static void copy_init(const ons_gemm *g)
{
    for (size_t i = 0; i < g->m; i++)
        for (size_t j = 0; j < g->n; j++)
            g->c[i * g->ldc + j] = g->init != NULL ? g->init[i * g->ldi + j] : 0.0f;
}

void ons_avx2_gemm(const ons_gemm *g)
{
    if (g->k == 0) {
        copy_init(g);
        return;
    }
    bool packed = g->csb != 1 || g->m >= PACK_FROM_ROWS;
    for (size_t k0 = 0; k0 < g->k; k0 += K_BLOCK) {
        size_t k = g->k - k0 < K_BLOCK ? g->k - k0 : K_BLOCK;
        if (packed) pack(g, k0, k, g->work);
        for (size_t i0 = 0; i0 < g->m; i0 += M_BLOCK) {
            size_t m = g->m - i0 < M_BLOCK ? g->m - i0 : M_BLOCK;
            const float *panel = packed ? g->work : NULL;
            for (size_t j = 0; j < g->n; j += 16) {
                panel_rows(g, k0, k, i0, m, j, panel);
                if (packed) panel += 16 * k;
            }
        }
    }
    if (g->symmetric) mirror(g);
}
