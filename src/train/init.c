#include "train/init.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"

#define STREAM_INIT 2u

/* Mean 0, variance 1, within +-6: twelve uniform numbers of 32 bits, summed (Irwin-Hall). */
static double near_normal(ons_rng *r)
{
    uint64_t sum = 0;
    for (int i = 0; i < 6; i++) {
        const uint64_t u = ons_rng_u64(r);
        sum += (u >> 32) + (u & 0xFFFFFFFFu);
    }
    return ((double)sum + 6) * 0x1p-32 - 6;
}

static void fill(ons_rng *r, double scale, size_t n, float *w)
{
    for (size_t i = 0; i < n; i++) w[i] = (float)(scale * near_normal(r));
}

void ons_params_init(const ons_decoder_config *c, double output, uint64_t seed, float *params)
{
    ons_decoder_layout lay;
    ons_decoder_layout_of(c, &lay);
    const size_t C = c->width, F = c->mlp_width;
    const double out = output / sqrt(2.0 * (double)c->n_layers);
    ons_rng r = ons_rng_make(seed, STREAM_INIT);
    memset(params, 0, lay.n_params * sizeof *params);
    fill(&r, 1, (size_t)c->vocab * C, params + lay.embed);
    for (uint32_t l = 0; l < c->n_layers; l++) {
        fill(&r, 1 / sqrt((double)C), C * 3 * C, params + lay.layer[l].qkv);
        fill(&r, out / sqrt((double)C), C * C, params + lay.layer[l].out);
        fill(&r, 1 / sqrt((double)C), C * 2 * F, params + lay.layer[l].gate_up);
        fill(&r, out / sqrt((double)F), F * C, params + lay.layer[l].down);
    }
}
