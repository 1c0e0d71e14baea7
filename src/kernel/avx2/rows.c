/* Norms, rotary positions, softmax and rows moved about. */
#include <immintrin.h>
#include <math.h>

#include "kernel/avx2/avx2.h"
#include "kernel/avx2/vector.h"
#include "kernel/log.h"

static inline __m256 load_first(const float *p, size_t n)
{
    return n >= 8 ? _mm256_loadu_ps(p) : _mm256_maskload_ps(p, first_lanes(n));
}

static inline void store_first(float *p, size_t n, __m256 v)
{
    if (n >= 8) {
        _mm256_storeu_ps(p, v);
    } else {
        _mm256_maskstore_ps(p, first_lanes(n), v);
    }
}

/* Zeros beyond the end add fma(0, 0, lane) = lane. */
static float lane_dot(size_t n, const float *x, const float *y)
{
    __m256 s = _mm256_setzero_ps();
    for (size_t c = 0; c < n; c += 8)
        s = _mm256_fmadd_ps(load_first(x + c, n - c), load_first(y + c, n - c), s);
    return lanes(s);
}

void ons_avx2_rmsnorm(size_t n, size_t width, float eps, const float *x, float *y, float *r)
{
    for (size_t t = 0; t < n; t++, x += width, y += width) {
        float scale = 1.0f / sqrtf(lane_dot(width, x, x) / (float)width + eps);
        __m256 s = _mm256_set1_ps(scale);
        r[t] = scale;
        for (size_t c = 0; c < width; c += 8)
            store_first(y + c, width - c, _mm256_mul_ps(load_first(x + c, width - c), s));
    }
}

void ons_avx2_rmsnorm_back(size_t n, size_t width, const float *y, const float *r, const float *dy,
                           float *dx)
{
    for (size_t t = 0; t < n; t++, y += width, dy += width, dx += width) {
        __m256 mean = _mm256_set1_ps(lane_dot(width, y, dy) / (float)width);
        __m256 s = _mm256_set1_ps(r[t]);
        for (size_t c = 0; c < width; c += 8) {
            size_t left = width - c;
            __m256 d = _mm256_fnmadd_ps(load_first(y + c, left), mean, load_first(dy + c, left));
            store_first(dx + c, left, _mm256_fmadd_ps(s, d, load_first(dx + c, left)));
        }
    }
}

/* One head: halves of `half` channels each. */
static inline void turn(size_t half, const float *cosine, const float *sine, float sign, float *x1)
{
    float *x2 = x1 + half;
    size_t c = 0;
    for (; c + 4 <= half; c += 4) {
        __m128 a = _mm_loadu_ps(x1 + c), b = _mm_loadu_ps(x2 + c), co = _mm_loadu_ps(cosine + c);
        __m128 s = _mm_mul_ps(_mm_set1_ps(sign), _mm_loadu_ps(sine + c));
        _mm_storeu_ps(x1 + c, _mm_fmsub_ps(a, co, _mm_mul_ps(b, s)));
        _mm_storeu_ps(x2 + c, _mm_fmadd_ps(b, co, _mm_mul_ps(a, s)));
    }
    for (; c < half; c++) {
        float a = x1[c], b = x2[c], s = sign * sine[c];
        x1[c] = fmaf(a, cosine[c], -(b * s));
        x2[c] = fmaf(b, cosine[c], a * s);
    }
}

void ons_avx2_rope(size_t n, size_t n_heads, size_t head_dim, const uint32_t *pos,
                   const float *table, float sign, float *x, size_t ld)
{
    size_t half = head_dim / 2;
    for (size_t t = 0; t < n; t++, x += ld) {
        const float *cosine = table + pos[t] * head_dim, *sine = cosine + half;
        for (size_t h = 0; h < n_heads; h++) turn(half, cosine, sine, sign, x + h * head_dim);
    }
}

void ons_avx2_scatter_add_rows(size_t n, size_t width, const uint32_t *index, const float *src,
                               float *dst)
{
    for (size_t i = 0; i < n; i++, src += width) {
        float *to = dst + index[i] * width;
        for (size_t c = 0; c < width; c += 8) {
            size_t left = width - c;
            store_first(to + c, left,
                        _mm256_add_ps(load_first(to + c, left), load_first(src + c, left)));
        }
    }
}

static float row_max(size_t n, const float *z)
{
    __m256 max = _mm256_set1_ps(-INFINITY);
    size_t j = 0;
    for (; j + 8 <= n; j += 8) max = _mm256_max_ps(_mm256_loadu_ps(z + j), max);
    float m = max_lane(max);
    for (; j < n; j++)
        if (z[j] > m) m = z[j];
    return m;
}

/* exp(z - max) into e (may be z, may be NULL); the lane sum of it. */
static float exp_row(size_t n, const float *z, float max, float *e)
{
    const __m256 top = _mm256_set1_ps(max);
    __m256 sum = _mm256_setzero_ps();
    for (size_t j = 0; j < n; j += 8) {
        size_t left = n - j;
        __m256 v = exp8(_mm256_sub_ps(load_first(z + j, left), top));
        if (left < 8) v = _mm256_and_ps(v, _mm256_castsi256_ps(first_lanes(left)));
        sum = _mm256_add_ps(sum, v);
        if (e != NULL) store_first(e + j, left, v);
    }
    return lanes(sum);
}

double ons_avx2_log_sum_exp(size_t n, const float *z)
{
    float max = row_max(n, z);
    return (double)max + ons_log_f64((double)exp_row(n, z, max, NULL));
}

static void scale_row(size_t n, float a, float *z)
{
    __m256 s = _mm256_set1_ps(a);
    for (size_t j = 0; j < n; j += 8)
        store_first(z + j, n - j, _mm256_mul_ps(load_first(z + j, n - j), s));
}

double ons_avx2_cross_entropy(size_t n, size_t vocab, const int32_t *target, const float *weight,
                              float *z)
{
    double loss = 0;
    for (size_t t = 0; t < n; t++, z += vocab) {
        float max = row_max(vocab, z), wanted = z[target[t]];
        float w = weight != NULL ? weight[t] : 1.0f;
        float sum = exp_row(vocab, z, max, z);
        loss += (double)w * (ons_log_f64((double)sum) - (double)(wanted - max));
        scale_row(vocab, 1.0f / sum, z);
        z[target[t]] -= 1.0f;
        if (weight != NULL) scale_row(vocab, w, z); /* times 1 changes nothing */
    }
    return loss;
}
