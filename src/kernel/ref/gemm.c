/* Matrix product by its definition. */
#include "kernel/ref/ref.h"

void ons_ref_gemm(const ons_gemm *g)
{
    for (size_t i = 0; i < g->m; i++) {
        for (size_t j = g->symmetric ? i : 0; j < g->n; j++) {
            float acc = g->init != NULL ? g->init[i * g->ldi + j] : 0.0f;
            for (size_t k = 0; k < g->k; k++)
                acc = fmaf(g->a[i * g->rsa + k * g->csa], g->b[k * g->rsb + j * g->csb], acc);
            g->c[i * g->ldc + j] = acc;
            if (g->symmetric) g->c[j * g->ldc + i] = acc;
        }
    }
}
