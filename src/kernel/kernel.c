#include "kernel/kernel.h"

#include "kernel/ref/ref.h"

#ifdef ONS_HAVE_X86
#    include "kernel/avx2/avx2.h"
#    include "kernel/avx512/avx512.h"
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

/* Fills all tables that this processor can run, the fastest first; how many. */
enum { TABLES_MAX = 3 };

static size_t tables(const ons_kernels *ret_table[TABLES_MAX])
{
    size_t n = 0;
#ifdef ONS_HAVE_X86
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        ret_table[n++] = ons_kernels_avx512();
    if (avx2) ret_table[n++] = ons_kernels_avx2();
#endif
    ret_table[n++] = &reference;
    return n;
}

const ons_kernels *ons_kernels_best(void)
{
    const ons_kernels *table[TABLES_MAX];
    (void)tables(table);
    return table[0];
}

const ons_kernels *ons_kernels_find(ons_str name)
{
    const ons_kernels *table[TABLES_MAX];
    const size_t n = tables(table);
    for (size_t i = 0; i < n; i++)
        if (ons_str_eq(name, (ons_str){table[i]->name, strlen(table[i]->name)})) return table[i];
    return NULL;
}
