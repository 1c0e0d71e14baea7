/* The AVX-512 table (F, BW, DQ, VL): the same bits as kernel/ref, sixteen floats at a time where
 * that pays, the functions of the AVX2 table elsewhere. Called only where the processor has it. */
#ifndef ONS_KERNEL_AVX512_AVX512_H
#define ONS_KERNEL_AVX512_AVX512_H

#include "kernel/kernel.h"

const ons_kernels *ons_kernels_avx512(void);

void ons_avx512_gemm(const ons_gemm *g);

#endif
