#include "kernel/avx2/avx2.h"
#include "kernel/avx512/avx512.h"
#include "kernel/ref/ref.h"

static const ons_kernels avx512 = {
    .name = "avx512",
    .gemm = ons_avx512_gemm,
    .rmsnorm = ons_avx2_rmsnorm, /* a lane sum has eight lanes */
    .rmsnorm_back = ons_avx2_rmsnorm_back,
    .rope = ons_avx2_rope,
    .attention = ons_avx2_attention,
    .attention_back = ons_avx2_attention_back,
    .swiglu = ons_avx512_swiglu,
    .swiglu_back = ons_avx512_swiglu_back,
    .cross_entropy = ons_avx2_cross_entropy,
    .log_sum_exp = ons_avx2_log_sum_exp,
    .exp = ons_avx512_exp,
    .scale = ons_avx512_scale,
    .axpby = ons_avx512_axpby,
    .sum_squares = ons_avx2_sum_squares,
    .nesterov = ons_avx512_nesterov,
    .adam = ons_avx512_adam,
    .gather_rows = ons_ref_gather_rows, /* memcpy is as fast as it gets */
    .scatter_add_rows = ons_avx2_scatter_add_rows,
};

const ons_kernels *ons_kernels_avx512(void) { return &avx512; }
