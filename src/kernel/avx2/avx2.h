/* The AVX2 + FMA table: the same bits as kernel/ref, eight floats at a time.
 * Compiled with -mavx2 -mfma; called only where the processor has both. */
#ifndef ONS_KERNEL_AVX2_AVX2_H
#define ONS_KERNEL_AVX2_AVX2_H

#include "kernel/kernel.h"

const ons_kernels *ons_kernels_avx2(void);

void ons_avx2_gemm(const ons_gemm *g);
void ons_avx2_attention(const ons_attention *a);
void ons_avx2_attention_back(const ons_attention_back *g);
void ons_avx2_rmsnorm(size_t n, size_t width, float eps, const float *x, float *y, float *r);
void ons_avx2_rmsnorm_back(size_t n, size_t width, const float *y, const float *r, const float *dy,
                           float *dx);
void ons_avx2_rope(size_t n, size_t n_heads, size_t head_dim, const uint32_t *pos,
                   const float *table, float sign, float *x, size_t ld);
double ons_avx2_cross_entropy(size_t n, size_t vocab, const int32_t *target, const float *weight,
                              float *z);
double ons_avx2_log_sum_exp(size_t n, const float *z);
void ons_avx2_scatter_add_rows(size_t n, size_t width, const uint32_t *index, const float *src,
                               float *dst);
void ons_avx2_swiglu(size_t n, size_t width, const float *gate_up, float *sig, float *act);
void ons_avx2_swiglu_back(size_t n, size_t width, const float *gate_up, const float *sig,
                          const float *dact, float *dgate_up);
void ons_avx2_exp(size_t n, const float *x, float *y);
void ons_avx2_scale(size_t n, float a, const float *x, float *y);
void ons_avx2_axpby(size_t n, float a, const float *x, float b, float *y);
double ons_avx2_sum_squares(size_t n, const float *x);
void ons_avx2_nesterov(size_t n, float scale, float beta, const float *g, float *m, float *u);
void ons_avx2_adam(size_t n, const ons_adam *p, const float *g, float *m, float *v, float *w);

#endif
