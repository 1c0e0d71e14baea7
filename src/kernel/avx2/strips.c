/* Blocks of k only interrupt an element's chain: it is stored and taken up again, which changes no
 * bit. B is packed in panels of 16 columns where its rows do not lie well. */
#include "kernel/avx2/strips.h"

#include <immintrin.h>

#include "kernel/avx2/avx2.h"
#include "kernel/avx2/vector.h"

enum {
    K_BLOCK = 96,     /* at most: four panels and their rows of A stay in L1 */
    M_BLOCK = 192,    /* rows of A that stay in L2 */
    PACK_ROWS = 25,   /* fewer rows read B too seldom to pay for packing */
    WAYS_FLOATS = 128 /* rows of B this far apart share too few sets of L1 */
};

/* Some rows of A and some of k at once. */
typedef struct block {
    size_t k0, k, i0, m;
    bool packed;
} block;

/* Panel of columns j to j + n, k rows from k0 on; zeros beyond n. */
static void pack_panel(const ons_gemm *g, size_t k0, size_t k, size_t j, size_t n, float *to)
{
    const float *b = g->b + k0 * g->rsb + j * g->csb;
    if (g->csb == 1) {
        const bool wide = n > 8;
        const __m256i last = first_lanes(wide ? n - 8 : n);
        for (size_t r = 0; r < k; r++, b += g->rsb, to += ONS_PANEL) {
            const __m256 high = _mm256_maskload_ps(wide ? b + 8 : b, last);
            _mm256_storeu_ps(to, wide ? _mm256_loadu_ps(b) : high);
            _mm256_storeu_ps(to + 8, wide ? high : _mm256_setzero_ps());
        }
        return;
    }
    for (size_t r = 0; r < k; r++, b += g->rsb, to += ONS_PANEL)
        for (size_t c = 0; c < ONS_PANEL; c++) to[c] = c < n ? b[c * g->csb] : 0.0f;
}

/* Eight columns of a panel, the first `columns` of them from rows of k in memory. */
static void pack_eight_turned(const float *b, size_t csb, size_t k, size_t columns, float *to)
{
    size_t r = 0;
    for (; r + 8 <= k; r += 8) {
        __m256 v[8];
        for (size_t c = 0; c < 8; c++)
            v[c] = c < columns ? _mm256_loadu_ps(b + c * csb + r) : _mm256_setzero_ps();
        transpose8(v);
        for (size_t c = 0; c < 8; c++) _mm256_storeu_ps(to + ONS_PANEL * (r + c), v[c]);
    }
    for (; r < k; r++)
        for (size_t c = 0; c < 8; c++) to[ONS_PANEL * r + c] = c < columns ? b[c * csb + r] : 0.0f;
}

/* A panel whose columns lie as rows in memory (rsb == 1). */
static void pack_turned(const ons_gemm *g, size_t k0, size_t k, size_t j, size_t n, float *to)
{
    const float *b = g->b + k0 + j * g->csb;
    pack_eight_turned(b, g->csb, k, n < 8 ? n : 8, to);
    pack_eight_turned(n > 8 ? b + 8 * g->csb : b, g->csb, k, n > 8 ? n - 8 : 0, to + 8);
}

static void pack(const ons_gemm *g, size_t k0, size_t k, float *to)
{
    for (size_t j = 0; j < g->n; j += ONS_PANEL, to += ONS_PANEL * k) {
        const size_t n = g->n - j < ONS_PANEL ? g->n - j : ONS_PANEL;
        if (g->rsb == 1 && g->csb != 1) {
            pack_turned(g, k0, k, j, n, to);
        } else {
            pack_panel(g, k0, k, j, n, to);
        }
    }
}

static bool wants_packing(const ons_gemm *g)
{
    if (g->csb != 1) return true;
    if (g->m < PACK_ROWS) return false;
    return g->n % 8 != 0 || g->rsb % WAYS_FLOATS == 0;
}

/* Panels of the next strip when `left` are left: of four, ones and twos are avoided at the end. */
static size_t next_width(size_t left, size_t most)
{
    if (left <= most) return left;
    return most == 4 && (left == 5 || left == 6 || left == 9) ? 3 : most;
}

/* Rows i0 to i0 + m of one block of k, columns from j on. */
static void row_block(const ons_gemm *g, const block *at, size_t j, ons_strip_function multiply,
                      size_t most)
{
    const float *init = at->k0 > 0 ? g->c : g->init;
    const size_t ldi = at->k0 > 0 ? g->ldc : g->ldi;
    ons_strip s = {.m = at->m,
                   .k = at->k,
                   .a = g->a + at->i0 * g->rsa + at->k0 * g->csa,
                   .rsa = g->rsa,
                   .csa = g->csa,
                   .ldb = at->packed ? ONS_PANEL : g->rsb,
                   .next = at->packed ? ONS_PANEL * at->k : ONS_PANEL,
                   .packed = at->packed,
                   .ldi = ldi,
                   .ldc = g->ldc};
    for (; j < g->n; j += s.n) {
        const size_t left = g->n - j, panels = (left + ONS_PANEL - 1) / ONS_PANEL;
        const size_t columns = next_width(panels, most) * ONS_PANEL;
        s.n = left < columns ? left : columns;
        s.b = at->packed ? g->work + j * at->k : g->b + at->k0 * g->rsb + j;
        s.init = init != NULL ? init + at->i0 * ldi + j : NULL;
        s.c = g->c + at->i0 * g->ldc + j;
        multiply(&s);
    }
}

/* The eight by eight at (j, i), below the diagonal or on it, from the one at (i, j). */
static void mirror_block(const ons_gemm *g, size_t i, size_t j)
{
    float *from = g->c + i * g->ldc + j, *to = g->c + j * g->ldc + i;
    __m256 v[8];
    for (size_t r = 0; r < 8; r++) v[r] = _mm256_loadu_ps(from + r * g->ldc);
    transpose8(v);
    for (size_t r = 0; r < 8; r++) {
        if (i == j) { /* only the lanes before r are below */
            const __m256 own = _mm256_loadu_ps(to + r * g->ldc);
            v[r] = _mm256_blendv_ps(own, v[r], _mm256_castsi256_ps(first_lanes(r)));
        }
        _mm256_storeu_ps(to + r * g->ldc, v[r]);
    }
}

/* The lower triangle from the upper one. */
static void mirror(const ons_gemm *g)
{
    const size_t whole = g->n / 8 * 8;
    for (size_t i = 0; i < whole; i += 8)
        for (size_t j = i; j < whole; j += 8) mirror_block(g, i, j);
    for (size_t i = 0; i < g->n; i++)
        for (size_t j = i < whole ? whole : i + 1; j < g->n; j++)
            g->c[j * g->ldc + i] = g->c[i * g->ldc + j];
}

/* k = 0: only init counts. */
static void copy_init(const ons_gemm *g)
{
    for (size_t i = 0; i < g->m; i++)
        for (size_t j = 0; j < g->n; j++)
            g->c[i * g->ldc + j] = g->init != NULL ? g->init[i * g->ldi + j] : 0.0f;
}

void ons_gemm_by_strips(const ons_gemm *g, ons_strip_function multiply, size_t most)
{
    if (g->k == 0) {
        copy_init(g);
        return;
    }
    const size_t blocks = (g->k + K_BLOCK - 1) / K_BLOCK, depth = (g->k + blocks - 1) / blocks;
    /* Of a symmetric product nothing left of the diagonal's panel. */
    const size_t rows = g->symmetric ? ONS_PANEL : M_BLOCK;
    block at = {.packed = wants_packing(g)};
    for (at.k0 = 0; at.k0 < g->k; at.k0 += depth) {
        at.k = g->k - at.k0 < depth ? g->k - at.k0 : depth;
        if (at.packed) pack(g, at.k0, at.k, g->work);
        for (at.i0 = 0; at.i0 < g->m; at.i0 += rows) {
            at.m = g->m - at.i0 < rows ? g->m - at.i0 : rows;
            row_block(g, &at, g->symmetric ? at.i0 : 0, multiply, most);
        }
    }
    if (g->symmetric) mirror(g);
}
