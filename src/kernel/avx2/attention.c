/* Causal attention of one head over one document, eight queries at a time: the
 * lanes are queries, so a chain over channels or keys stays a chain in its lane.
 * Keys behind a query get weight exactly 0, which leaves every later sum as it is. */
#include <immintrin.h>
#include <string.h>

#include "kernel/avx2/avx2.h"
#include "kernel/avx2/vector.h"

enum { GROUP = 4 /* keys whose gradients run side by side */ };

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
    int32_t pos[8];
    for (size_t i = 0; i < 8; i++) {
        size_t q = first + (i < b.n ? i : b.n - 1);
        pos[i] = (int32_t)(a->pos != NULL ? a->pos[q] : q);
    }
    b.position = _mm256_loadu_si256((const __m256i *)pos);
    b.n_keys = (size_t)pos[7] + 1;
    b.all_see = (size_t)pos[0] + 1;
    return b;
}

/* to[c] = channel c of the block's eight rows. */
static void columns_of(const block *b, size_t head_dim, const float *rows, size_t ld, __m256 *to)
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
static void rows_from(const block *b, size_t head_dim, const __m256 *from, float *rows, size_t ld)
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

/* Sum over channels of rows[j][c] * x[c], lane by lane. */
static inline __m256 dot(size_t head_dim, const float *row, const __m256 *x)
{
    __m256 s = _mm256_setzero_ps();
    for (size_t c = 0; c < head_dim; c++)
        s = _mm256_fmadd_ps(_mm256_broadcast_ss(row + c), x[c], s);
    return s;
}

/* The same for four rows at once: four chains hide each other's latency. */
static inline void dot4(size_t head_dim, const float *row, size_t ld, const __m256 *x, __m256 s[4])
{
    __m256 s0 = _mm256_setzero_ps(), s1 = s0, s2 = s0, s3 = s0;
    for (size_t c = 0; c < head_dim; c++) {
        s0 = _mm256_fmadd_ps(_mm256_broadcast_ss(row + c), x[c], s0);
        s1 = _mm256_fmadd_ps(_mm256_broadcast_ss(row + ld + c), x[c], s1);
        s2 = _mm256_fmadd_ps(_mm256_broadcast_ss(row + 2 * ld + c), x[c], s2);
        s3 = _mm256_fmadd_ps(_mm256_broadcast_ss(row + 3 * ld + c), x[c], s3);
    }
    s[0] = s0;
    s[1] = s1;
    s[2] = s2;
    s[3] = s3;
}

/* out[j] (stride ldp) = rows[j] . x for n rows. */
static void dots(size_t n, size_t head_dim, const float *rows, size_t ld, const __m256 *x,
                 float *out, size_t ldp)
{
    size_t j = 0;
    for (; j + 4 <= n; j += 4) {
        __m256 s[4];
        dot4(head_dim, rows + j * ld, ld, x, s);
        for (size_t i = 0; i < 4; i++) _mm256_storeu_ps(out + (j + i) * ldp, s[i]);
    }
    for (; j < n; j++) _mm256_storeu_ps(out + j * ldp, dot(head_dim, rows + j * ld, x));
}

/* Eight channels from c on: out[c] = sum over keys of rows[j][c] * p[j]. */
static void weigh(size_t n, size_t head_dim, const float *rows, size_t ld, const float *p,
                  size_t ldp, __m256 *out)
{
    for (size_t c = 0; c < head_dim; c += 4) {
        __m256 o0 = _mm256_setzero_ps(), o1 = o0, o2 = o0, o3 = o0;
        const float *row = rows + c;
        for (size_t j = 0; j < n; j++, row += ld) {
            __m256 w = _mm256_loadu_ps(p + j * ldp);
            o0 = _mm256_fmadd_ps(_mm256_broadcast_ss(row), w, o0);
            o1 = _mm256_fmadd_ps(_mm256_broadcast_ss(row + 1), w, o1);
            o2 = _mm256_fmadd_ps(_mm256_broadcast_ss(row + 2), w, o2);
            o3 = _mm256_fmadd_ps(_mm256_broadcast_ss(row + 3), w, o3);
        }
        out[c] = o0;
        out[c + 1] = o1;
        out[c + 2] = o2;
        out[c + 3] = o3;
    }
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

void ons_avx2_attention(const ons_attention *a)
{
    __m256 x[ONS_HEAD_DIM_MAX];
    for (size_t first = 0; first < a->n_queries; first += 8) {
        block b = block_of(a, first);
        float *p = a->p + first;
        columns_of(&b, a->head_dim, a->q, a->ldq, x);
        dots(b.n_keys, a->head_dim, a->k, a->ldkv, x, p, a->ldp);
        softmax(&b, a->scale, p, a->ldp);
        clear_behind(a, &b, p);
        weigh(b.n_keys, a->head_dim, a->v, a->ldkv, p, a->ldp, x);
        rows_from(&b, a->head_dim, x, a->o, a->ldo);
    }
}

/* ds into work, and dq, for eight queries. */
static void back_block(const ons_attention_back *g, const block *b)
{
    const ons_attention *a = g->fwd;
    const float *p = a->p + b->first;
    float *ds = g->work + b->first;
    __m256 x[ONS_HEAD_DIM_MAX];
    columns_of(b, a->head_dim, g->d_o, g->ld_do, x);
    dots(b->n_keys, a->head_dim, a->v, a->ldkv, x, ds, a->ldp);
    __m256 t = _mm256_setzero_ps(), scale = _mm256_set1_ps(a->scale);
    for (size_t j = 0; j < b->n_keys; j++)
        t = _mm256_fmadd_ps(_mm256_loadu_ps(p + j * a->ldp), _mm256_loadu_ps(ds + j * a->ldp), t);
    for (size_t j = 0; j < b->n_keys; j++) {
        __m256 d = _mm256_sub_ps(_mm256_loadu_ps(ds + j * a->ldp), t);
        d = _mm256_mul_ps(_mm256_mul_ps(_mm256_loadu_ps(p + j * a->ldp), d), scale);
        _mm256_storeu_ps(ds + j * a->ldp, d);
    }
    clear_behind(a, b, ds);
    weigh(b->n_keys, a->head_dim, a->k, a->ldkv, ds, a->ldp, x);
    rows_from(b, a->head_dim, x, g->dq, g->lddq);
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
static inline __attribute__((always_inline)) void
back_keys(const ons_attention_back *g, size_t j, const size_t n, size_t c, const bool wide)
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

void ons_avx2_attention_back(const ons_attention_back *g)
{
    const ons_attention *a = g->fwd;
    for (size_t first = 0; first < a->n_queries; first += 8) {
        block b = block_of(a, first);
        back_block(g, &b);
    }
    for (size_t c = 0; c < a->head_dim; c += 8) {
        bool wide = a->head_dim - c >= 8;
        size_t j = 0;
        for (; j + GROUP <= a->n_keys; j += GROUP) {
            if (wide) {
                back_keys(g, j, GROUP, c, true);
            } else {
                back_keys(g, j, GROUP, c, false);
            }
        }
        for (; j < a->n_keys; j++) back_keys(g, j, 1, c, wide);
    }
}
