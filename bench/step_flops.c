#include "step_flops.h"

/* As train/optimizer.c does it: five steps on the short side m of an m x n matrix. */
static double newton_schulz(double m, double n)
{
    const double gram = m * m * n, square = m * m * m, apply = 2 * m * m * n;
    if (n >= 2 * m) return gram + 17 * square + apply;
    return 5 * (gram + square + apply);
}

static double muon(const ons_decoder_config *c)
{
    const double width = c->width, mlp = c->mlp_width;
    const double shorter = mlp < width ? mlp : width, longer = mlp < width ? width : mlp;
    return c->n_layers * (4 * newton_schulz(width, width) + 3 * newton_schulz(shorter, longer));
}

/* Pairs of a query and a key it sees; the last layer has queries at the rows only. */
static void count_pairs(const ons_batch *b, double *ret_all, double *ret_rows)
{
    *ret_all = *ret_rows = 0;
    size_t r = 0;
    for (size_t d = 0; d < b->n_docs; d++) {
        const double n = b->length[d];
        *ret_all += n * (n + 1) / 2;
        for (; r < b->n_rows && b->row[r] < b->start[d] + b->length[d]; r++)
            *ret_rows += b->row[r] - b->start[d] + 1;
    }
}

step_flops bench_step_flops(const ons_decoder_config *c, ons_optimizer_kind kind,
                            const ons_batch *b)
{
    ons_decoder_layout at;
    ons_decoder_layout_of(c, &at);
    const double tokens = (double)b->n_tokens, rows = (double)b->n_rows, width = c->width;
    double pairs, row_pairs;
    count_pairs(b, &pairs, &row_pairs);
    step_flops f = {.optimizer = kind == ONS_OPTIMIZER_MUON ? muon(c) : 0};
    const double head = 6 * c->vocab * width * rows;
    f.model = 6 * (double)at.n_non_embedding * tokens + head + 12 * width * pairs * c->n_layers;
    /* q, out, gate, up and down of the last layer; keys and values are for every token. */
    const double last = width * (2 * width + 3 * (double)c->mlp_width);
    f.done = f.model - 6 * last * (tokens - rows) - 12 * width * (pairs - row_pairs) + f.optimizer;
    return f;
}
