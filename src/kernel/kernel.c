#include "kernel/kernel.h"

#include "kernel/ref/ref.h"

#ifdef ONS_HAVE_AVX2
#    include "kernel/avx2/avx2.h"
#endif

size_t ons_gemm_work_floats(size_t n)
{
    /* One block of B: up to 512 of k, in panels of 16 columns. */
    return 512 * ((n + 15) / 16 * 16);
}

static const ons_kernels reference = {
    .name = "reference",
    .gemm = ons_ref_gemm,
    .rmsnorm = ons_ref_rmsnorm,
    .rmsnorm_back = ons_ref_rmsnorm_back,
    .rope = ons_ref_rope,
    .attention = ons_ref_attention,
    .attention_back = ons_ref_attention_back,
    .swiglu = ons_ref_swiglu,
    .swiglu_back = ons_ref_swiglu_back,
    .cross_entropy = ons_ref_cross_entropy,
    .log_sum_exp = ons_ref_log_sum_exp,
    .exp = ons_ref_exp,
    .scale = ons_ref_scale,
    .axpby = ons_ref_axpby,
    .sum_squares = ons_ref_sum_squares,
    .nesterov = ons_ref_nesterov,
    .adam = ons_ref_adam,
    .gather_rows = ons_ref_gather_rows,
    .scatter_add_rows = ons_ref_scatter_add_rows,
};

const ons_kernels *ons_kernels_reference(void) { return &reference; }

const ons_kernels *ons_kernels_best(void)
{
#ifdef ONS_HAVE_AVX2
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return ons_kernels_avx2();
#endif
    return &reference;
}

const ons_kernels *ons_kernels_find(ons_str name)
{
    const ons_kernels *best = ons_kernels_best();
    if (ons_str_eq(name, (ons_str){best->name, strlen(best->name)})) return best;
    if (ons_str_eq(name, ONS_S("reference"))) return &reference;
    return NULL;
}
