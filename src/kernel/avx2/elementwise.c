/* What is done element by element; the rest of a vector goes through the same
 * operations one float at a time. */
#include <immintrin.h>
#include <math.h>

#include "kernel/avx2/avx2.h"
#include "kernel/avx2/vector.h"
#include "kernel/ref/ref.h"

void ons_avx2_exp(size_t n, const float *x, float *y)
{
    size_t i = 0;
    for (; i + 8 <= n; i += 8) _mm256_storeu_ps(y + i, exp8(_mm256_loadu_ps(x + i)));
    ons_ref_exp(n - i, x + i, y + i);
}

void ons_avx2_swiglu(size_t n, size_t width, const float *gate_up, float *sig, float *act)
{
    const __m256 one = _mm256_set1_ps(1.0f), minus = _mm256_set1_ps(-0.0f);
    for (size_t t = 0; t < n; t++, gate_up += 2 * width, sig += width, act += width) {
        size_t i = 0;
        for (; i + 8 <= width; i += 8) {
            __m256 g = _mm256_loadu_ps(gate_up + i), u = _mm256_loadu_ps(gate_up + width + i);
            __m256 e = exp8(_mm256_xor_ps(g, minus));
            __m256 s = _mm256_div_ps(one, _mm256_add_ps(one, e));
            _mm256_storeu_ps(sig + i, s);
            _mm256_storeu_ps(act + i, _mm256_mul_ps(_mm256_mul_ps(g, s), u));
        }
        for (; i < width; i++) {
            float g = gate_up[i], s = 1.0f / (1.0f + ons_exp_scalar(-g));
            sig[i] = s;
            act[i] = g * s * gate_up[width + i];
        }
    }
}

void ons_avx2_swiglu_back(size_t n, size_t width, const float *gate_up, const float *sig,
                          const float *dact, float *dgate_up)
{
    const __m256 one = _mm256_set1_ps(1.0f);
    for (size_t t = 0; t < n; t++, gate_up += 2 * width, dgate_up += 2 * width) {
        const float *s_row = sig + t * width, *d_row = dact + t * width;
        size_t i = 0;
        for (; i + 8 <= width; i += 8) {
            __m256 g = _mm256_loadu_ps(gate_up + i), u = _mm256_loadu_ps(gate_up + width + i);
            __m256 s = _mm256_loadu_ps(s_row + i), d = _mm256_loadu_ps(d_row + i);
            __m256 slope = _mm256_mul_ps(s, _mm256_fmadd_ps(g, _mm256_sub_ps(one, s), one));
            _mm256_storeu_ps(dgate_up + i, _mm256_mul_ps(_mm256_mul_ps(d, u), slope));
            _mm256_storeu_ps(dgate_up + width + i, _mm256_mul_ps(d, _mm256_mul_ps(g, s)));
        }
        for (; i < width; i++) {
            float g = gate_up[i], u = gate_up[width + i], s = s_row[i], d = d_row[i];
            float slope = s * fmaf(g, 1.0f - s, 1.0f);
            dgate_up[i] = d * u * slope;
            dgate_up[width + i] = d * (g * s);
        }
    }
}

void ons_avx2_scale(size_t n, float a, const float *x, float *y)
{
    __m256 s = _mm256_set1_ps(a);
    size_t i = 0;
    for (; i + 8 <= n; i += 8) _mm256_storeu_ps(y + i, _mm256_mul_ps(s, _mm256_loadu_ps(x + i)));
    ons_ref_scale(n - i, a, x + i, y + i);
}

void ons_avx2_axpby(size_t n, float a, const float *x, float b, float *y)
{
    __m256 va = _mm256_set1_ps(a), vb = _mm256_set1_ps(b);
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        __m256 by = _mm256_mul_ps(vb, _mm256_loadu_ps(y + i));
        _mm256_storeu_ps(y + i, _mm256_fmadd_ps(va, _mm256_loadu_ps(x + i), by));
    }
    ons_ref_axpby(n - i, a, x + i, b, y + i);
}

double ons_avx2_sum_squares(size_t n, const float *x)
{
    __m256d low = _mm256_setzero_pd(), high = low;
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        __m256 v = _mm256_loadu_ps(x + i);
        __m256d a = _mm256_cvtps_pd(_mm256_castps256_ps128(v));
        __m256d b = _mm256_cvtps_pd(_mm256_extractf128_ps(v, 1));
        low = _mm256_fmadd_pd(a, a, low);
        high = _mm256_fmadd_pd(b, b, high);
    }
    double lane[8];
    _mm256_storeu_pd(lane, low);
    _mm256_storeu_pd(lane + 4, high);
    for (; i < n; i++) lane[i % 8] = fma((double)x[i], (double)x[i], lane[i % 8]);
    return ons_ref_lanes_f64(lane);
}

void ons_avx2_nesterov(size_t n, float scale, float beta, const float *g, float *m, float *u)
{
    __m256 vs = _mm256_set1_ps(scale), vb = _mm256_set1_ps(beta);
    __m256 fresh = _mm256_set1_ps(1.0f - beta);
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        __m256 h = _mm256_mul_ps(fresh, _mm256_mul_ps(vs, _mm256_loadu_ps(g + i)));
        __m256 mi = _mm256_fmadd_ps(vb, _mm256_loadu_ps(m + i), h);
        _mm256_storeu_ps(m + i, mi);
        _mm256_storeu_ps(u + i, _mm256_fmadd_ps(vb, mi, h));
    }
    ons_ref_nesterov(n - i, scale, beta, g + i, m + i, u + i);
}

void ons_avx2_adam(size_t n, const ons_adam *p, const float *g, float *m, float *v, float *w)
{
    __m256 b1 = _mm256_set1_ps(p->beta1), f1 = _mm256_set1_ps(1.0f - p->beta1);
    __m256 b2 = _mm256_set1_ps(p->beta2), f2 = _mm256_set1_ps(1.0f - p->beta2);
    __m256 c1 = _mm256_set1_ps(p->correction1), c2 = _mm256_set1_ps(p->correction2);
    __m256 eps = _mm256_set1_ps(p->eps), decay = _mm256_set1_ps(p->decay);
    __m256 rate = _mm256_set1_ps(-p->rate), scale = _mm256_set1_ps(p->grad_scale);
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        __m256 d = _mm256_mul_ps(scale, _mm256_loadu_ps(g + i));
        __m256 mi = _mm256_fmadd_ps(b1, _mm256_loadu_ps(m + i), _mm256_mul_ps(f1, d));
        __m256 d2 = _mm256_mul_ps(_mm256_mul_ps(f2, d), d);
        __m256 vi = _mm256_fmadd_ps(b2, _mm256_loadu_ps(v + i), d2);
        __m256 root = _mm256_add_ps(_mm256_sqrt_ps(_mm256_mul_ps(vi, c2)), eps);
        __m256 step = _mm256_div_ps(_mm256_mul_ps(mi, c1), root), wi = _mm256_loadu_ps(w + i);
        _mm256_storeu_ps(m + i, mi);
        _mm256_storeu_ps(v + i, vi);
        _mm256_storeu_ps(w + i, _mm256_fmadd_ps(rate, _mm256_fmadd_ps(decay, wi, step), wi));
    }
    ons_ref_adam(n - i, p, g + i, m + i, v + i, w + i);
}

static const ons_kernels avx2 = {
    .name = "avx2",
    .gemm = ons_avx2_gemm,
    .rmsnorm = ons_avx2_rmsnorm,
    .rmsnorm_back = ons_avx2_rmsnorm_back,
    .rope = ons_avx2_rope,
    .attention = ons_avx2_attention,
    .attention_back = ons_avx2_attention_back,
    .swiglu = ons_avx2_swiglu,
    .swiglu_back = ons_avx2_swiglu_back,
    .cross_entropy = ons_avx2_cross_entropy,
    .log_sum_exp = ons_avx2_log_sum_exp,
    .exp = ons_avx2_exp,
    .scale = ons_avx2_scale,
    .axpby = ons_avx2_axpby,
    .sum_squares = ons_avx2_sum_squares,
    .nesterov = ons_avx2_nesterov,
    .adam = ons_avx2_adam,
    .gather_rows = ons_ref_gather_rows, /* memcpy is as fast as it gets */
    .scatter_add_rows = ons_avx2_scatter_add_rows,
};

const ons_kernels *ons_kernels_avx2(void) { return &avx2; }
