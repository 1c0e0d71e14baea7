/* Eight floats: what the AVX2 kernels share. */
#ifndef ONS_KERNEL_AVX2_VECTOR_H
#define ONS_KERNEL_AVX2_VECTOR_H

#include <immintrin.h>
#include <stddef.h>

#include "kernel/exp.h"

/* ons_exp_scalar in each lane, the same operations in the same order. */
static inline __m256 exp8(__m256 x)
{
    const __m256 magic = _mm256_set1_ps(ONS_EXP_MAGIC);
    __m256 t = _mm256_fmadd_ps(x, _mm256_set1_ps(ONS_EXP_LOG2E), magic);
    __m256 n = _mm256_sub_ps(t, magic);
    __m256 r = _mm256_fmadd_ps(n, _mm256_set1_ps(-ONS_EXP_LN2_HI), x);
    r = _mm256_fmadd_ps(n, _mm256_set1_ps(-ONS_EXP_LN2_LO), r);
    __m256 p = _mm256_fmadd_ps(_mm256_set1_ps(ONS_EXP_C6), r, _mm256_set1_ps(ONS_EXP_C5));
    p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(ONS_EXP_C4));
    p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(ONS_EXP_C3));
    p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(ONS_EXP_C2));
    p = _mm256_fmadd_ps(p, _mm256_mul_ps(r, r), _mm256_add_ps(r, _mm256_set1_ps(1.0f)));
    __m256i shift = _mm256_slli_epi32(_mm256_castps_si256(t), 23);
    p = _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(p), shift));
    __m256 low = _mm256_cmp_ps(x, _mm256_set1_ps(ONS_EXP_MIN), _CMP_LT_OQ);
    __m256 high = _mm256_cmp_ps(x, _mm256_set1_ps(ONS_EXP_MAX), _CMP_GT_OQ);
    __m256 odd = _mm256_cmp_ps(x, x, _CMP_UNORD_Q);
    p = _mm256_andnot_ps(low, p);
    p = _mm256_blendv_ps(p, _mm256_set1_ps(INFINITY), high);
    return _mm256_blendv_ps(p, x, odd);
}

/* Adds the eight chains of a lane sum as kernel.h says. */
static inline float lanes(__m256 v)
{
    __m128 s = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    s = _mm_add_ps(s, _mm_movehl_ps(s, s));
    return _mm_cvtss_f32(_mm_add_ss(s, _mm_movehdup_ps(s)));
}

static inline float max_lane(__m256 v)
{
    __m128 m = _mm_max_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    m = _mm_max_ps(m, _mm_movehl_ps(m, m));
    return _mm_cvtss_f32(_mm_max_ss(m, _mm_movehdup_ps(m)));
}

/* All bits set in the first n lanes, n <= 8. */
static inline __m256i first_lanes(size_t n)
{
    const __m256i index = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), index);
}

/* r[i] holds row i; afterwards r[c] holds column c. */
static inline void transpose8(__m256 r[8])
{
    __m256 a[8], b[8];
    for (int i = 0; i < 8; i += 2) {
        a[i] = _mm256_unpacklo_ps(r[i], r[i + 1]);
        a[i + 1] = _mm256_unpackhi_ps(r[i], r[i + 1]);
    }
    for (int i = 0; i < 8; i += 4) {
        b[i] = _mm256_shuffle_ps(a[i], a[i + 2], 0x44);
        b[i + 1] = _mm256_shuffle_ps(a[i], a[i + 2], 0xEE);
        b[i + 2] = _mm256_shuffle_ps(a[i + 1], a[i + 3], 0x44);
        b[i + 3] = _mm256_shuffle_ps(a[i + 1], a[i + 3], 0xEE);
    }
    for (int i = 0; i < 4; i++) {
        r[i] = _mm256_permute2f128_ps(b[i], b[i + 4], 0x20);
        r[i + 4] = _mm256_permute2f128_ps(b[i], b[i + 4], 0x31);
    }
}

#endif
