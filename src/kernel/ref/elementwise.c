/* What is done element by element: activations, the optimisers' updates. */
#include "kernel/exp.h"
#include "kernel/ref/ref.h"

void ons_ref_exp(size_t n, const float *x, float *y)
{
    for (size_t i = 0; i < n; i++) y[i] = ons_exp_scalar(x[i]);
}

void ons_ref_swiglu(size_t n, size_t width, const float *gate_up, float *sig, float *act)
{
    for (size_t t = 0; t < n; t++) {
        const float *gate = gate_up + t * 2 * width, *up = gate + width;
        for (size_t i = 0; i < width; i++) {
            float s = 1.0f / (1.0f + ons_exp_scalar(-gate[i]));
            sig[t * width + i] = s;
            act[t * width + i] = gate[i] * s * up[i];
        }
    }
}

/* d(silu)/dgate = s (1 + gate (1 - s)) */
void ons_ref_swiglu_back(size_t n, size_t width, const float *gate_up, const float *sig,
                         const float *dact, float *dgate_up)
{
    for (size_t t = 0; t < n; t++) {
        const float *gate = gate_up + t * 2 * width, *up = gate + width;
        float *dgate = dgate_up + t * 2 * width, *dup = dgate + width;
        for (size_t i = 0; i < width; i++) {
            float s = sig[t * width + i], d = dact[t * width + i];
            float slope = s * fmaf(gate[i], 1.0f - s, 1.0f);
            dgate[i] = d * up[i] * slope;
            dup[i] = d * (gate[i] * s);
        }
    }
}

void ons_ref_scale(size_t n, float a, const float *x, float *y)
{
    for (size_t i = 0; i < n; i++) y[i] = a * x[i];
}

void ons_ref_axpby(size_t n, float a, const float *x, float b, float *y)
{
    for (size_t i = 0; i < n; i++) y[i] = fmaf(a, x[i], b * y[i]);
}

double ons_ref_sum_squares(size_t n, const float *x)
{
    double lane[8] = {0};
    for (size_t i = 0; i < n; i++) lane[i % 8] = fma((double)x[i], (double)x[i], lane[i % 8]);
    return ons_ref_lanes_f64(lane);
}

void ons_ref_nesterov(size_t n, float scale, float beta, const float *g, float *m, float *u)
{
    for (size_t i = 0; i < n; i++) {
        float h = (1.0f - beta) * (scale * g[i]);
        m[i] = fmaf(beta, m[i], h);
        u[i] = fmaf(beta, m[i], h);
    }
}

void ons_ref_adam(size_t n, const ons_adam *p, const float *g, float *m, float *v, float *w)
{
    for (size_t i = 0; i < n; i++) {
        float d = p->grad_scale * g[i];
        m[i] = fmaf(p->beta1, m[i], (1.0f - p->beta1) * d);
        v[i] = fmaf(p->beta2, v[i], (1.0f - p->beta2) * d * d);
        float step = m[i] * p->correction1 / (sqrtf(v[i] * p->correction2) + p->eps);
        w[i] = fmaf(-p->rate, fmaf(p->decay, w[i], step), w[i]);
    }
}
