/* What is done row by row: norms, rotary positions, softmax, rows moved about. */
#include <string.h>

#include "kernel/exp.h"
#include "kernel/log.h"
#include "kernel/ref/ref.h"

void ons_ref_rmsnorm(size_t n, size_t width, float eps, const float *x, float *y, float *r)
{
    for (size_t t = 0; t < n; t++) {
        const float *row = x + t * width;
        float lane[8] = {0};
        for (size_t c = 0; c < width; c++) lane[c % 8] = fmaf(row[c], row[c], lane[c % 8]);
        r[t] = 1.0f / sqrtf(ons_ref_lanes(lane) / (float)width + eps);
        for (size_t c = 0; c < width; c++) y[t * width + c] = row[c] * r[t];
    }
}

void ons_ref_rmsnorm_back(size_t n, size_t width, const float *y, const float *r, const float *dy,
                          float *dx)
{
    for (size_t t = 0; t < n; t++) {
        const float *yt = y + t * width, *dyt = dy + t * width;
        float lane[8] = {0};
        for (size_t c = 0; c < width; c++) lane[c % 8] = fmaf(yt[c], dyt[c], lane[c % 8]);
        float mean = ons_ref_lanes(lane) / (float)width;
        float *dxt = dx + t * width;
        for (size_t c = 0; c < width; c++) dxt[c] = fmaf(r[t], fmaf(-yt[c], mean, dyt[c]), dxt[c]);
    }
}

void ons_ref_rope(size_t n, size_t n_heads, size_t head_dim, const uint32_t *pos,
                  const float *table, float sign, float *x, size_t ld)
{
    size_t half = head_dim / 2;
    for (size_t t = 0; t < n; t++) {
        const float *cosine = table + pos[t] * head_dim, *sine = cosine + half;
        for (size_t h = 0; h < n_heads; h++) {
            float *x1 = x + t * ld + h * head_dim, *x2 = x1 + half;
            for (size_t c = 0; c < half; c++) {
                float a = x1[c], b = x2[c], s = sign * sine[c];
                x1[c] = fmaf(a, cosine[c], -(b * s));
                x2[c] = fmaf(b, cosine[c], a * s);
            }
        }
    }
}

void ons_ref_gather_rows(size_t n, size_t width, const uint32_t *index, const float *src,
                         float *dst)
{
    for (size_t i = 0; i < n; i++)
        memcpy(dst + i * width, src + index[i] * width, width * sizeof *dst);
}

void ons_ref_scatter_add_rows(size_t n, size_t width, const uint32_t *index, const float *src,
                              float *dst)
{
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < width; c++) dst[index[i] * width + c] += src[i * width + c];
}

/* Writes exp(z - max) to e (which may be z); returns the lane sum, and the maximum. */
static float exp_row(size_t n, const float *z, float *e, float *ret_max)
{
    float max = -INFINITY, lane[8] = {0};
    for (size_t j = 0; j < n; j++)
        if (z[j] > max) max = z[j];
    for (size_t j = 0; j < n; j++) {
        float v = ons_exp_scalar(z[j] - max);
        lane[j % 8] += v;
        if (e != NULL) e[j] = v;
    }
    *ret_max = max;
    return ons_ref_lanes(lane);
}

double ons_ref_log_sum_exp(size_t n, const float *z)
{
    float max;
    float sum = exp_row(n, z, NULL, &max);
    return (double)max + ons_log_f64((double)sum);
}

double ons_ref_cross_entropy(size_t n, size_t vocab, const int32_t *target, const float *weight,
                             float *z)
{
    double loss = 0;
    for (size_t t = 0; t < n; t++) {
        float *row = z + t * vocab, max;
        float wanted = row[target[t]], w = weight != NULL ? weight[t] : 1.0f;
        float sum = exp_row(vocab, row, row, &max);
        loss += (double)w * (ons_log_f64((double)sum) - (double)(wanted - max));
        float inverse = 1.0f / sum;
        for (size_t j = 0; j < vocab; j++) row[j] *= inverse;
        row[target[t]] -= 1.0f;
        for (size_t j = 0; j < vocab; j++) row[j] *= w;
    }
    return loss;
}
