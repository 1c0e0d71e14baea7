/* What is done element by element, sixteen floats at a time; masks take the rest of a row. */
#include <immintrin.h>
#include <math.h>

#include "kernel/avx512/avx512.h"
#include "kernel/exp.h"

static inline __mmask16 lanes_left(size_t n)
{
    const unsigned all = 0xFFFF;
    return (__mmask16)(n >= 16 ? all : (1u << n) - 1);
}

/* ons_exp_scalar in each lane, the same operations in the same order. */
static inline __m512 exp16(__m512 x)
{
    const __m512 magic = _mm512_set1_ps(ONS_EXP_MAGIC);
    __m512 t = _mm512_fmadd_ps(x, _mm512_set1_ps(ONS_EXP_LOG2E), magic);
    __m512 n = _mm512_sub_ps(t, magic);
    __m512 r = _mm512_fmadd_ps(n, _mm512_set1_ps(-ONS_EXP_LN2_HI), x);
    r = _mm512_fmadd_ps(n, _mm512_set1_ps(-ONS_EXP_LN2_LO), r);
    __m512 p = _mm512_fmadd_ps(_mm512_set1_ps(ONS_EXP_C6), r, _mm512_set1_ps(ONS_EXP_C5));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(ONS_EXP_C4));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(ONS_EXP_C3));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(ONS_EXP_C2));
    p = _mm512_fmadd_ps(p, _mm512_mul_ps(r, r), _mm512_add_ps(r, _mm512_set1_ps(1.0f)));
    __m512i shift = _mm512_slli_epi32(_mm512_castps_si512(t), 23);
    p = _mm512_castsi512_ps(_mm512_add_epi32(_mm512_castps_si512(p), shift));
    __mmask16 low = _mm512_cmp_ps_mask(x, _mm512_set1_ps(ONS_EXP_MIN), _CMP_LT_OQ);
    __mmask16 high = _mm512_cmp_ps_mask(x, _mm512_set1_ps(ONS_EXP_MAX), _CMP_GT_OQ);
    __mmask16 odd = _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q);
    p = _mm512_mask_mov_ps(p, low, _mm512_setzero_ps());
    p = _mm512_mask_mov_ps(p, high, _mm512_set1_ps(INFINITY));
    return _mm512_mask_mov_ps(p, odd, x);
}

void ons_avx512_exp(size_t n, const float *x, float *y)
{
    for (size_t i = 0; i < n; i += 16) {
        const __mmask16 m = lanes_left(n - i);
        _mm512_mask_storeu_ps(y + i, m, exp16(_mm512_maskz_loadu_ps(m, x + i)));
    }
}

void ons_avx512_swiglu(size_t n, size_t width, const float *gate_up, float *sig, float *act)
{
    const __m512 one = _mm512_set1_ps(1.0f), minus = _mm512_set1_ps(-0.0f);
    for (size_t t = 0; t < n; t++, gate_up += 2 * width, sig += width, act += width) {
        for (size_t i = 0; i < width; i += 16) {
            const __mmask16 m = lanes_left(width - i);
            __m512 g = _mm512_maskz_loadu_ps(m, gate_up + i);
            __m512 u = _mm512_maskz_loadu_ps(m, gate_up + width + i);
            __m512 s = _mm512_div_ps(one, _mm512_add_ps(one, exp16(_mm512_xor_ps(g, minus))));
            _mm512_mask_storeu_ps(sig + i, m, s);
            _mm512_mask_storeu_ps(act + i, m, _mm512_mul_ps(_mm512_mul_ps(g, s), u));
        }
    }
}

void ons_avx512_swiglu_back(size_t n, size_t width, const float *gate_up, const float *sig,
                            const float *dact, float *dgate_up)
{
    const __m512 one = _mm512_set1_ps(1.0f);
    for (size_t t = 0; t < n; t++, gate_up += 2 * width, dgate_up += 2 * width) {
        const float *s_row = sig + t * width, *d_row = dact + t * width;
        for (size_t i = 0; i < width; i += 16) {
            const __mmask16 m = lanes_left(width - i);
            __m512 g = _mm512_maskz_loadu_ps(m, gate_up + i);
            __m512 u = _mm512_maskz_loadu_ps(m, gate_up + width + i);
            __m512 s = _mm512_maskz_loadu_ps(m, s_row + i);
            __m512 d = _mm512_maskz_loadu_ps(m, d_row + i);
            __m512 slope = _mm512_mul_ps(s, _mm512_fmadd_ps(g, _mm512_sub_ps(one, s), one));
            __m512 dgate = _mm512_mul_ps(_mm512_mul_ps(d, u), slope);
            _mm512_mask_storeu_ps(dgate_up + i, m, dgate);
            __m512 dup = _mm512_mul_ps(d, _mm512_mul_ps(g, s));
            _mm512_mask_storeu_ps(dgate_up + width + i, m, dup);
        }
    }
}

void ons_avx512_scale(size_t n, float a, const float *x, float *y)
{
    const __m512 s = _mm512_set1_ps(a);
    for (size_t i = 0; i < n; i += 16) {
        const __mmask16 m = lanes_left(n - i);
        _mm512_mask_storeu_ps(y + i, m, _mm512_mul_ps(s, _mm512_maskz_loadu_ps(m, x + i)));
    }
}

void ons_avx512_axpby(size_t n, float a, const float *x, float b, float *y)
{
    const __m512 va = _mm512_set1_ps(a), vb = _mm512_set1_ps(b);
    for (size_t i = 0; i < n; i += 16) {
        const __mmask16 m = lanes_left(n - i);
        __m512 by = _mm512_mul_ps(vb, _mm512_maskz_loadu_ps(m, y + i));
        __m512 xi = _mm512_maskz_loadu_ps(m, x + i);
        _mm512_mask_storeu_ps(y + i, m, _mm512_fmadd_ps(va, xi, by));
    }
}

void ons_avx512_nesterov(size_t n, float scale, float beta, const float *g, float *m, float *u)
{
    const __m512 vs = _mm512_set1_ps(scale), vb = _mm512_set1_ps(beta);
    const __m512 fresh = _mm512_set1_ps(1.0f - beta);
    for (size_t i = 0; i < n; i += 16) {
        const __mmask16 left = lanes_left(n - i);
        __m512 gi = _mm512_maskz_loadu_ps(left, g + i);
        __m512 h = _mm512_mul_ps(fresh, _mm512_mul_ps(vs, gi));
        __m512 mi = _mm512_fmadd_ps(vb, _mm512_maskz_loadu_ps(left, m + i), h);
        _mm512_mask_storeu_ps(m + i, left, mi);
        _mm512_mask_storeu_ps(u + i, left, _mm512_fmadd_ps(vb, mi, h));
    }
}

void ons_avx512_adam(size_t n, const ons_adam *p, const float *g, float *m, float *v, float *w)
{
    const __m512 b1 = _mm512_set1_ps(p->beta1), f1 = _mm512_set1_ps(1.0f - p->beta1);
    const __m512 b2 = _mm512_set1_ps(p->beta2), f2 = _mm512_set1_ps(1.0f - p->beta2);
    const __m512 c1 = _mm512_set1_ps(p->correction1), c2 = _mm512_set1_ps(p->correction2);
    const __m512 eps = _mm512_set1_ps(p->eps), decay = _mm512_set1_ps(p->decay);
    const __m512 rate = _mm512_set1_ps(-p->rate), scale = _mm512_set1_ps(p->grad_scale);
    for (size_t i = 0; i < n; i += 16) {
        const __mmask16 left = lanes_left(n - i);
        __m512 d = _mm512_mul_ps(scale, _mm512_maskz_loadu_ps(left, g + i));
        __m512 mi = _mm512_maskz_loadu_ps(left, m + i), vi = _mm512_maskz_loadu_ps(left, v + i);
        mi = _mm512_fmadd_ps(b1, mi, _mm512_mul_ps(f1, d));
        vi = _mm512_fmadd_ps(b2, vi, _mm512_mul_ps(_mm512_mul_ps(f2, d), d));
        __m512 root = _mm512_add_ps(_mm512_sqrt_ps(_mm512_mul_ps(vi, c2)), eps);
        __m512 step = _mm512_div_ps(_mm512_mul_ps(mi, c1), root);
        __m512 wi = _mm512_maskz_loadu_ps(left, w + i);
        wi = _mm512_fmadd_ps(rate, _mm512_fmadd_ps(decay, wi, step), wi);
        _mm512_mask_storeu_ps(m + i, left, mi);
        _mm512_mask_storeu_ps(v + i, left, vi);
        _mm512_mask_storeu_ps(w + i, left, wi);
    }
}
