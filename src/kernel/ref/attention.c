/* Causal attention of one head over one document, query by query. */
#include "kernel/exp.h"
#include "kernel/ref/ref.h"

static size_t query_position(const ons_attention *a, size_t i)
{
    return a->pos != NULL ? a->pos[i] : i;
}

static float dot(size_t n, const float *x, const float *y)
{
    float s = 0.0f;
    for (size_t c = 0; c < n; c++) s = fmaf(x[c], y[c], s);
    return s;
}

void ons_ref_attention(const ons_attention *a)
{
    for (size_t i = 0; i < a->n_queries; i++) {
        size_t n = query_position(a, i) + 1;
        float *p = a->p + i; /* p[j * ldp] */
        float max = -INFINITY;
        for (size_t j = 0; j < n; j++) {
            float s = dot(a->head_dim, a->k + j * a->ldkv, a->q + i * a->ldq) * a->scale;
            p[j * a->ldp] = s;
            if (s > max) max = s;
        }
        float sum = 0.0f;
        for (size_t j = 0; j < n; j++) {
            p[j * a->ldp] = ons_exp_scalar(p[j * a->ldp] - max);
            sum += p[j * a->ldp];
        }
        float inverse = 1.0f / sum;
        for (size_t j = 0; j < n; j++) p[j * a->ldp] *= inverse;
        for (size_t c = 0; c < a->head_dim; c++) {
            float o = 0.0f;
            for (size_t j = 0; j < n; j++) o = fmaf(a->v[j * a->ldkv + c], p[j * a->ldp], o);
            a->o[i * a->ldo + c] = o;
        }
    }
}

/* ds of query i into work, and dq from it. */
static void back_query(const ons_attention_back *b, size_t i)
{
    const ons_attention *a = b->fwd;
    size_t n = query_position(a, i) + 1;
    const float *p = a->p + i;
    float *ds = b->work + i;
    float t = 0.0f;
    for (size_t j = 0; j < n; j++) {
        float dp = dot(a->head_dim, a->v + j * a->ldkv, b->d_o + i * b->ld_do);
        t = fmaf(p[j * a->ldp], dp, t);
        ds[j * a->ldp] = dp;
    }
    for (size_t j = 0; j < n; j++) ds[j * a->ldp] = p[j * a->ldp] * (ds[j * a->ldp] - t) * a->scale;
    for (size_t c = 0; c < a->head_dim; c++) {
        float dq = 0.0f;
        for (size_t j = 0; j < n; j++) dq = fmaf(a->k[j * a->ldkv + c], ds[j * a->ldp], dq);
        b->dq[i * b->lddq + c] = dq;
    }
}

void ons_ref_attention_back(const ons_attention_back *b)
{
    const ons_attention *a = b->fwd;
    for (size_t i = 0; i < a->n_queries; i++) back_query(b, i);
    for (size_t j = 0; j < a->n_keys; j++) {
        for (size_t c = 0; c < a->head_dim; c++) {
            float dk = 0.0f, dv = 0.0f;
            for (size_t i = 0; i < a->n_queries; i++) {
                if (query_position(a, i) < j) continue;
                dk = fmaf(b->work[j * a->ldp + i], a->q[i * a->ldq + c], dk);
                dv = fmaf(a->p[j * a->ldp + i], b->d_o[i * b->ld_do + c], dv);
            }
            b->dk[j * b->lddkv + c] = dk;
            b->dv[j * b->lddkv + c] = dv;
        }
    }
}
