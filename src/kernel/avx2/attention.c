/* Causal attention of one head over one document, eight queries at a time: the
 * lanes are queries, so a chain over channels or keys stays a chain in its lane.
 * Keys behind a query get weight exactly 0, which leaves every later sum as it is. */
#include <immintrin.h>
#include <string.h>

#include "kernel/avx2/avx2.h"
#include "kernel/avx2/vector.h"

#define ALWAYS static inline __attribute__((always_inline))

enum { GROUP = 4 /* keys that run side by side: their chains hide each other's latency */ };

/* Eight queries of a document. */
typedef struct block {
    size_t first, n;  /* queries first..first+n-1 */
    size_t n_keys;    /* keys that any of them sees */
    size_t all_see;   /* keys that all of them see */
    __m256i position; /* of each lane; unused lanes repeat the last query */
} block;

static block block_of(const ons_attention *a, size_t first)
{
    block b = {.first = first, .n = a->n_queries - first < 8 ? a->n_queries - first : 8};
    const size_t last = first + b.n - 1;
    if (a->pos == NULL) {
        const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
        const __m256i query = _mm256_add_epi32(_mm256_set1_epi32((int32_t)first), lane);
        b.position = _mm256_min_epi32(query, _mm256_set1_epi32((int32_t)last));
    } else {
        const __m256i valid = first_lanes(b.n), end = _mm256_set1_epi32((int32_t)a->pos[last]);
        const __m256i query = _mm256_maskload_epi32((const int *)(a->pos + first), valid);
        b.position = _mm256_blendv_epi8(end, query, valid);
    }
    b.n_keys = (a->pos != NULL ? a->pos[last] : last) + 1;
    b.all_see = (a->pos != NULL ? a->pos[first] : first) + 1;
    return b;
}

/* to[c] = channel c of the block's eight rows. */
ALWAYS void columns_of(const block *b, const size_t head_dim, const float *rows, size_t ld,
                       __m256 *to)
{
    const float *row[8];
    for (size_t i = 0; i < 8; i++) row[i] = rows + (b->first + (i < b->n ? i : b->n - 1)) * ld;
    size_t c = 0;
    for (; c + 8 <= head_dim; c += 8) {
        for (size_t i = 0; i < 8; i++) to[c + i] = _mm256_loadu_ps(row[i] + c);
        transpose8(to + c);
    }
    if (c < head_dim) { /* four channels are left */
        __m256 v[8];
        for (size_t i = 0; i < 8; i++) v[i] = _mm256_castps128_ps256(_mm_loadu_ps(row[i] + c));
        transpose8(v);
        memcpy(to + c, v, 4 * sizeof *v);
    }
}

/* The reverse: writes the block's n rows. */
ALWAYS void rows_from(const block *b, const size_t head_dim, const __m256 *from, float *rows,
                      size_t ld)
{
    float *to = rows + b->first * ld;
    for (size_t c = 0; c < head_dim; c += 8) {
        __m256 v[8];
        size_t width = head_dim - c < 8 ? head_dim - c : 8;
        for (size_t i = 0; i < 8; i++) v[i] = i < width ? from[c + i] : _mm256_setzero_ps();
        transpose8(v);
        for (size_t i = 0; i < b->n; i++) {
            if (width == 8) {
                _mm256_storeu_ps(to + i * ld + c, v[i]);
            } else {
                _mm_storeu_ps(to + i * ld + c, _mm256_castps256_ps128(v[i]));
            }
        }
    }
}

/* out[j] (stride ldp) = sum over channels of rows[j][c] * x[c], lane by lane, for n <= GROUP rows. */
ALWAYS void dot_group(const size_t n, const size_t head_dim, const float *rows, size_t ld,
                      const __m256 *x, float *out, size_t ldp)
{
    __m256 s[GROUP];
#pragma GCC unroll 4
    for (size_t i = 0; i < n; i++) s[i] = _mm256_setzero_ps();
#pragma GCC unroll 8
    for (size_t c = 0; c < head_dim; c++) {
#pragma GCC unroll 4
        for (size_t i = 0; i < n; i++)
            s[i] = _mm256_fmadd_ps(_mm256_broadcast_ss(rows + i * ld + c), x[c], s[i]);
    }
#pragma GCC unroll 4
    for (size_t i = 0; i < n; i++) _mm256_storeu_ps(out + i * ldp, s[i]);
}

ALWAYS void dots(size_t n, const size_t head_dim, const float *rows, size_t ld, const __m256 *x,
                 float *out, size_t ldp)
{
    for (; n >= GROUP; n -= GROUP, rows += GROUP * ld, out += GROUP * ldp)
        dot_group(GROUP, head_dim, rows, ld, x, out, ldp);
    switch (n) {
    case 1:
        dot_group(1, head_dim, rows, ld, x, out, ldp);
        break;
    case 2:
        dot_group(2, head_dim, rows, ld, x, out, ldp);
        break;
    case 3:
        dot_group(3, head_dim, rows, ld, x, out, ldp);
        break;
    default:
        break;
    }
}

/* `width` channels, 4 or 8, from c on: out[c] = sum over keys of rows[j][c] * p[j]. */
ALWAYS void weigh_channels(const size_t width, size_t n, const float *rows, size_t ld,
                           const float *p, size_t ldp, __m256 *out)
{
    __m256 o[8];
#pragma GCC unroll 8
    for (size_t c = 0; c < width; c++) o[c] = _mm256_setzero_ps();
    for (size_t j = 0; j < n; j++, rows += ld, p += ldp) {
        const __m256 w = _mm256_loadu_ps(p);
#pragma GCC unroll 8
        for (size_t c = 0; c < width; c++)
            o[c] = _mm256_fmadd_ps(_mm256_broadcast_ss(rows + c), w, o[c]);
    }
#pragma GCC unroll 8
    for (size_t c = 0; c < width; c++) out[c] = o[c];
}

ALWAYS void weigh(size_t n, const size_t head_dim, const float *rows, size_t ld, const float *p,
                  size_t ldp, __m256 *out)
{
    size_t c = 0;
    for (; c + 8 <= head_dim; c += 8) weigh_channels(8, n, rows + c, ld, p, ldp, out + c);
    if (c < head_dim) weigh_channels(4, n, rows + c, ld, p, ldp, out + c);
}

/* Lanes that may see key j. */
static inline __m256 sees(const block *b, size_t j)
{
    return _mm256_castsi256_ps(_mm256_cmpgt_epi32(b->position, _mm256_set1_epi32((int)j - 1)));
}

static void softmax(const block *b, float scale, float *p, size_t ldp)
{
    const __m256 minus_infinity = _mm256_set1_ps(-INFINITY), factor = _mm256_set1_ps(scale);
    __m256 max = minus_infinity;
    for (size_t j = 0; j < b->n_keys; j++) {
        __m256 s = _mm256_mul_ps(_mm256_loadu_ps(p + j * ldp), factor);
        if (j >= b->all_see) s = _mm256_blendv_ps(minus_infinity, s, sees(b, j));
        _mm256_storeu_ps(p + j * ldp, s);
        max = _mm256_max_ps(s, max);
    }
    __m256 sum = _mm256_setzero_ps();
    for (size_t j = 0; j < b->n_keys; j++) {
        __m256 e = exp8(_mm256_sub_ps(_mm256_loadu_ps(p + j * ldp), max));
        _mm256_storeu_ps(p + j * ldp, e);
        sum = _mm256_add_ps(sum, e);
    }
    __m256 inverse = _mm256_div_ps(_mm256_set1_ps(1.0f), sum);
    for (size_t j = 0; j < b->n_keys; j++)
        _mm256_storeu_ps(p + j * ldp, _mm256_mul_ps(_mm256_loadu_ps(p + j * ldp), inverse));
}

/* Keys just behind the block count as unseen: the gradient of a group reads them. */
static void clear_behind(const ons_attention *a, const block *b, float *p)
{
    size_t end = b->n_keys + GROUP - 1;
    if (end > a->n_keys) end = a->n_keys;
    for (size_t j = b->n_keys; j < end; j++) _mm256_storeu_ps(p + j * a->ldp, _mm256_setzero_ps());
}

/* head_dim is a->head_dim, known to the compiler for the usual ones. */
ALWAYS void attend(const ons_attention *a, const size_t head_dim)
{
    __m256 x[ONS_HEAD_DIM_MAX];
    for (size_t first = 0; first < a->n_queries; first += 8) {
        block b = block_of(a, first);
        float *p = a->p + first;
        columns_of(&b, head_dim, a->q, a->ldq, x);
        dots(b.n_keys, head_dim, a->k, a->ldkv, x, p, a->ldp);
        softmax(&b, a->scale, p, a->ldp);
        clear_behind(a, &b, p);
        weigh(b.n_keys, head_dim, a->v, a->ldkv, p, a->ldp, x);
        rows_from(&b, head_dim, x, a->o, a->ldo);
    }
}

void ons_avx2_attention(const ons_attention *a)
{
    switch (a->head_dim) {
    case 4:
        attend(a, 4);
        break;
    case 8:
        attend(a, 8);
        break;
    case 16:
        attend(a, 16);
        break;
    default:
        attend(a, a->head_dim);
        break;
    }
}

/* ds into work, and dq, for eight queries. */
ALWAYS void back_block(const ons_attention_back *g, const block *b, const size_t head_dim)
{
    const ons_attention *a = g->fwd;
    const float *p = a->p + b->first;
    float *ds = g->work + b->first;
    __m256 x[ONS_HEAD_DIM_MAX];
    columns_of(b, head_dim, g->d_o, g->ld_do, x);
    dots(b->n_keys, head_dim, a->v, a->ldkv, x, ds, a->ldp);
    __m256 t = _mm256_setzero_ps(), scale = _mm256_set1_ps(a->scale);
    for (size_t j = 0; j < b->n_keys; j++)
        t = _mm256_fmadd_ps(_mm256_loadu_ps(p + j * a->ldp), _mm256_loadu_ps(ds + j * a->ldp), t);
    for (size_t j = 0; j < b->n_keys; j++) {
        __m256 d = _mm256_sub_ps(_mm256_loadu_ps(ds + j * a->ldp), t);
        d = _mm256_mul_ps(_mm256_mul_ps(_mm256_loadu_ps(p + j * a->ldp), d), scale);
        _mm256_storeu_ps(ds + j * a->ldp, d);
    }
    clear_behind(a, b, ds);
    weigh(b->n_keys, head_dim, a->k, a->ldkv, ds, a->ldp, x);
    rows_from(b, head_dim, x, g->dq, g->lddq);
}

/* First query that sees key j; the positions ascend. */
static size_t first_query(const ons_attention *a, size_t j)
{
    if (a->pos == NULL) return j;
    size_t i = 0;
    while (i < a->n_queries && a->pos[i] < j) i++;
    return i;
}

/* Gradients of `n` <= GROUP keys from j on: lanes are channels, four or eight of them. */
ALWAYS void back_keys(const ons_attention_back *g, size_t j, const size_t n, size_t c,
                      const bool wide)
{
    const ons_attention *a = g->fwd;
    __m256 dk[GROUP], dv[GROUP];
    for (size_t q = 0; q < n; q++) dk[q] = dv[q] = _mm256_setzero_ps();
    for (size_t i = first_query(a, j); i < a->n_queries; i++) {
        const float *q_row = a->q + i * a->ldq + c, *d_row = g->d_o + i * g->ld_do + c;
        __m256 qc = wide ? _mm256_loadu_ps(q_row) : _mm256_castps128_ps256(_mm_loadu_ps(q_row));
        __m256 dc = wide ? _mm256_loadu_ps(d_row) : _mm256_castps128_ps256(_mm_loadu_ps(d_row));
        const float *ds = g->work + j * a->ldp + i, *p = a->p + j * a->ldp + i;
#pragma GCC unroll 4
        for (size_t q = 0; q < n; q++) {
            dk[q] = _mm256_fmadd_ps(_mm256_broadcast_ss(ds + q * a->ldp), qc, dk[q]);
            dv[q] = _mm256_fmadd_ps(_mm256_broadcast_ss(p + q * a->ldp), dc, dv[q]);
        }
    }
    for (size_t q = 0; q < n; q++) {
        float *to_k = g->dk + (j + q) * g->lddkv + c, *to_v = g->dv + (j + q) * g->lddkv + c;
        if (wide) {
            _mm256_storeu_ps(to_k, dk[q]);
            _mm256_storeu_ps(to_v, dv[q]);
        } else {
            _mm_storeu_ps(to_k, _mm256_castps256_ps128(dk[q]));
            _mm_storeu_ps(to_v, _mm256_castps256_ps128(dv[q]));
        }
    }
}

ALWAYS void back_all_keys(const ons_attention_back *g, size_t c, const bool wide)
{
    const size_t n = g->fwd->n_keys;
    size_t j = 0;
    for (; j + GROUP <= n; j += GROUP) back_keys(g, j, GROUP, c, wide);
    switch (n - j) {
    case 1:
        back_keys(g, j, 1, c, wide);
        break;
    case 2:
        back_keys(g, j, 2, c, wide);
        break;
    case 3:
        back_keys(g, j, 3, c, wide);
        break;
    default:
        break;
    }
}

ALWAYS void attend_back(const ons_attention_back *g, const size_t head_dim)
{
    for (size_t first = 0; first < g->fwd->n_queries; first += 8) {
        block b = block_of(g->fwd, first);
        back_block(g, &b, head_dim);
    }
    size_t c = 0;
    for (; c + 8 <= head_dim; c += 8) back_all_keys(g, c, true);
    if (c < head_dim) back_all_keys(g, c, false);
}

void ons_avx2_attention_back(const ons_attention_back *g)
{
    switch (g->fwd->head_dim) {
    case 4:
        attend_back(g, 4);
        break;
    case 8:
        attend_back(g, 8);
        break;
    case 16:
        attend_back(g, 16);
        break;
    default:
        attend_back(g, g->fwd->head_dim);
        break;
    }
}
