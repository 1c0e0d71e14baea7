/* The AVX-512 table (F, BW, DQ, VL): the same bits as kernel/ref, sixteen floats at a time where
 * that pays, the functions of the AVX2 table elsewhere. Called only where the processor has it. */
#ifndef ONS_KERNEL_AVX512_AVX512_H
#define ONS_KERNEL_AVX512_AVX512_H

#include "kernel/kernel.h"

const ons_kernels *ons_kernels_avx512(void);

void ons_avx512_gemm(const ons_gemm *g);
void ons_avx512_swiglu(size_t n, size_t width, const float *gate_up, float *sig, float *act);
void ons_avx512_swiglu_back(size_t n, size_t width, const float *gate_up, const float *sig,
                            const float *dact, float *dgate_up);
void ons_avx512_exp(size_t n, const float *x, float *y);
void ons_avx512_scale(size_t n, float a, const float *x, float *y);
void ons_avx512_axpby(size_t n, float a, const float *x, float b, float *y);
void ons_avx512_nesterov(size_t n, float scale, float beta, const float *g, float *m, float *u);
void ons_avx512_adam(size_t n, const ons_adam *p, const float *g, float *m, float *v, float *w);

#endif
