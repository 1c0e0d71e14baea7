/* The reference kernels: plain C, kept simple so that they can be believed.
 * The orders of summation are those of kernel/kernel.h. */
#ifndef ONS_KERNEL_REF_REF_H
#define ONS_KERNEL_REF_REF_H

#include "kernel/kernel.h"

#include <math.h>

/* Adds the eight chains of a lane sum. */
static inline float ons_ref_lanes(const float l[8])
{
    return ((l[0] + l[4]) + (l[2] + l[6])) + ((l[1] + l[5]) + (l[3] + l[7]));
}
static inline double ons_ref_lanes_f64(const double l[8])
{
    return ((l[0] + l[4]) + (l[2] + l[6])) + ((l[1] + l[5]) + (l[3] + l[7]));
}

void ons_ref_gemm(const ons_gemm *g);
void ons_ref_attention(const ons_attention *a);
void ons_ref_attention_back(const ons_attention_back *b);

void ons_ref_rmsnorm(size_t n, size_t width, float eps, const float *x, float *y, float *r);
void ons_ref_rmsnorm_back(size_t n, size_t width, const float *y, const float *r, const float *dy,
                          float *dx);
void ons_ref_rope(size_t n, size_t n_heads, size_t head_dim, const uint32_t *pos,
                  const float *table, float sign, float *x, size_t ld);
void ons_ref_gather_rows(size_t n, size_t width, const uint32_t *index, const float *src,
                         float *dst);
void ons_ref_scatter_add_rows(size_t n, size_t width, const uint32_t *index, const float *src,
                              float *dst);
double ons_ref_cross_entropy(size_t n, size_t vocab, const int32_t *target, const float *weight,
                             float *z);
double ons_ref_log_sum_exp(size_t n, const float *z);

void ons_ref_swiglu(size_t n, size_t width, const float *gate_up, float *sig, float *act);
void ons_ref_swiglu_back(size_t n, size_t width, const float *gate_up, const float *sig,
                         const float *dact, float *dgate_up);
void ons_ref_exp(size_t n, const float *x, float *y);
void ons_ref_scale(size_t n, float a, const float *x, float *y);
void ons_ref_axpby(size_t n, float a, const float *x, float b, float *y);
double ons_ref_sum_squares(size_t n, const float *x);
void ons_ref_nesterov(size_t n, float scale, float beta, const float *g, float *m, float *u);
void ons_ref_adam(size_t n, const ons_adam *p, const float *g, float *m, float *v, float *w);

#endif
