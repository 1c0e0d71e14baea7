/* Matrix product: tiles of up to four panels of 16 columns and as many rows as registers hold, each
 * element one chain over k. Few loads for many multiplications: wide tiles are the faster ones. */
#include <immintrin.h>

#include "kernel/avx2/strips.h"
#include "kernel/avx512/avx512.h"

#define ALWAYS static inline __attribute__((always_inline))

enum { VECTORS_MAX = 4, ROWS_MAX = 12, ROWS_1 = 12, ROWS_2 = 12, ROWS_3 = 8, ROWS_4 = 6 };

/* Some rows of a strip. */
typedef struct tile {
    const float *a, *init;
    float *c;
    __mmask16 last; /* valid columns of the last vector */
} tile;

ALWAYS __m512 load(const tile *t, const float *p, bool last)
{
    return last ? _mm512_maskz_loadu_ps(t->last, p) : _mm512_loadu_ps(p);
}

/* m rows, `vectors` times 16 columns. */
ALWAYS void multiply_tile(const ons_strip *s, const tile *t, const int m, const size_t vectors)
{
    __m512 acc[ROWS_MAX][VECTORS_MAX], bk[VECTORS_MAX];
#pragma GCC unroll 12
    for (int i = 0; i < m; i++) {
        const float *from = t->init + (size_t)i * s->ldi;
#pragma GCC unroll 4
        for (size_t v = 0; v < vectors; v++)
            acc[i][v] = t->init == NULL ? _mm512_setzero_ps()
                                        : load(t, from + v * ONS_PANEL, v + 1 == vectors);
    }
    const float *a = t->a, *b = s->b;
    for (size_t k = 0; k < s->k; k++, a += s->csa, b += s->ldb) {
#pragma GCC unroll 4
        for (size_t v = 0; v < vectors; v++) bk[v] = load(t, b + v * s->next, v + 1 == vectors);
#pragma GCC unroll 12
        for (int i = 0; i < m; i++) {
            const __m512 ai = _mm512_set1_ps(a[(size_t)i * s->rsa]);
#pragma GCC unroll 4
            for (size_t v = 0; v < vectors; v++) acc[i][v] = _mm512_fmadd_ps(ai, bk[v], acc[i][v]);
        }
    }
#pragma GCC unroll 12
    for (int i = 0; i < m; i++) {
        float *to = t->c + (size_t)i * s->ldc;
#pragma GCC unroll 4
        for (size_t v = 0; v + 1 < vectors; v++) _mm512_storeu_ps(to + v * ONS_PANEL, acc[i][v]);
        _mm512_mask_storeu_ps(to + (vectors - 1) * ONS_PANEL, t->last, acc[i][vectors - 1]);
    }
}

#define REST(M)                                          \
    case M:                                              \
        if ((M) < full) multiply_tile(s, t, M, vectors); \
        break

/* All rows of a strip: tiles of `full` rows, then the rest. */
ALWAYS void all_rows(const ons_strip *s, tile *t, const int full, const size_t vectors)
{
    const size_t rows = (size_t)full;
    size_t left = s->m;
    for (; left >= rows; left -= rows) {
        multiply_tile(s, t, full, vectors);
        t->a += rows * s->rsa;
        t->c += rows * s->ldc;
        if (t->init != NULL) t->init += rows * s->ldi;
    }
    switch (left) {
        REST(1);
        REST(2);
        REST(3);
        REST(4);
        REST(5);
        REST(6);
        REST(7);
        REST(8);
        REST(9);
        REST(10);
        REST(11);
    default:
        break;
    }
}
#undef REST

static void multiply_strip(const ons_strip *s)
{
    const size_t vectors = (s->n + ONS_PANEL - 1) / ONS_PANEL;
    const size_t last = s->n - (vectors - 1) * ONS_PANEL;
    tile t = {s->a, s->init, s->c, (__mmask16)((1u << last) - 1)};
    switch (vectors) {
    case 1:
        all_rows(s, &t, ROWS_1, 1);
        break;
    case 2:
        all_rows(s, &t, ROWS_2, 2);
        break;
    case 3:
        all_rows(s, &t, ROWS_3, 3);
        break;
    default:
        all_rows(s, &t, ROWS_4, 4);
        break;
    }
}

void ons_avx512_gemm(const ons_gemm *g) { ons_gemm_by_strips(g, multiply_strip, VECTORS_MAX); }
