/* The shape of a decoder: what is allowed, and where each tensor lies. */
#include <inttypes.h>
#include <math.h>

#include "base/checked.h"
#include "model/decoder.h"

/* Far above what this program trains; keeps every size below 2^40. */
enum { WIDTH_MAX = 1 << 15, VOCAB_MAX = 1 << 20, LEN_MAX = 1 << 20 };

static ons_status check_count(const char *name, uint32_t v, uint32_t max, ons_err *err)
{
    if (v >= 1 && v <= max) return ONS_OK;
    return ONS_FAIL(err, ONS_LIMIT, "%s is %" PRIu32 ", allowed 1 to %" PRIu32, name, v, max);
}

ons_status ons_decoder_config_check(const ons_decoder_config *c, ons_err *err)
{
    ONS_TRY(check_count("n_layers", c->n_layers, ONS_LAYERS_MAX, err));
    ONS_TRY(check_count("width", c->width, WIDTH_MAX, err));
    ONS_TRY(check_count("n_heads", c->n_heads, WIDTH_MAX, err));
    ONS_TRY(check_count("head_dim", c->head_dim, ONS_HEAD_DIM_MAX, err));
    ONS_TRY(check_count("mlp_width", c->mlp_width, 4 * WIDTH_MAX, err));
    ONS_TRY(check_count("vocab", c->vocab, VOCAB_MAX, err));
    ONS_TRY(check_count("max_len", c->max_len, LEN_MAX, err));
    if (c->head_dim % 4 != 0) {
        return ONS_FAIL(err, ONS_LIMIT, "head_dim is %" PRIu32 ", allowed are multiples of 4",
                        c->head_dim);
    }
    if ((uint64_t)c->n_heads * c->head_dim != c->width) {
        return ONS_FAIL(err, ONS_LIMIT,
                        "width is %" PRIu32 ", but %" PRIu32 " heads of %" PRIu32 " make %" PRIu64,
                        c->width, c->n_heads, c->head_dim, (uint64_t)c->n_heads * c->head_dim);
    }
    if (!(c->rope_base > 1.0f && isfinite(c->rope_base))) {
        return ONS_FAIL(err, ONS_LIMIT, "rope_base is %g, allowed above 1", (double)c->rope_base);
    }
    if (!(c->norm_eps >= 0.0f && c->norm_eps < 1.0f)) {
        return ONS_FAIL(err, ONS_LIMIT, "norm_eps is %g, allowed 0 to 1", (double)c->norm_eps);
    }
    if (!(isfinite(c->final_gain) && c->final_gain != 0.0f)) {
        return ONS_FAIL(err, ONS_LIMIT, "final_gain is %g, allowed finite and not 0",
                        (double)c->final_gain);
    }
    return ONS_OK;
}

void ons_decoder_layout_of(const ons_decoder_config *c, ons_decoder_layout *ret_layout)
{
    size_t width = c->width, mlp = c->mlp_width, at = 0;
    *ret_layout = (ons_decoder_layout){.embed = at};
    at += c->vocab * width;
    for (uint32_t l = 0; l < c->n_layers; l++) {
        ret_layout->layer[l].qkv = at;
        at += width * 3 * width;
        ret_layout->layer[l].out = at;
        at += width * width;
        ret_layout->layer[l].gate_up = at;
        at += width * 2 * mlp;
        ret_layout->layer[l].down = at;
        at += mlp * width;
    }
    ret_layout->n_params = at;
    ret_layout->n_non_embedding = at - c->vocab * width;
}
