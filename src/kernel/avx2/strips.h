/* A matrix product cut into strips: what the vector kernels' products share. A strip is some rows
 * of C in one or a few panels of 16 columns; each table brings a function that multiplies one. */
#ifndef ONS_KERNEL_AVX2_STRIPS_H
#define ONS_KERNEL_AVX2_STRIPS_H

#include "kernel/kernel.h"

enum { ONS_PANEL = 16 /* columns */ };

typedef struct ons_strip {
    size_t m, n, k; /* n: columns, 1 to ONS_PANEL times the panels that the function takes */
    const float *a;
    size_t rsa, csa;
    /* Row k of panel p at b + p next + k ldb. Packed: columns from n on are zeros in memory that
     * may be read; else they may lie outside of B. */
    const float *b;
    size_t ldb, next;
    bool packed;
    const float *init; /* NULL: zeros; may be c */
    size_t ldi;
    float *c;
    size_t ldc;
} ons_strip;

/* c = init + a b, every element one chain over k. */
typedef void (*ons_strip_function)(const ons_strip *s);

/* g by strips of up to `most` panels. */
void ons_gemm_by_strips(const ons_gemm *g, ons_strip_function multiply, size_t most);

#endif
