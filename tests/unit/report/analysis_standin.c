/* The words and curves of analysis/verdict.h, for builds without that room. */
#include <math.h>

#include "analysis/verdict.h"

const char *ons_verdict_text(ons_verdict_word v)
{
    static const char *const text[] = {
#define X(name, text) text,
        ONS_VERDICT_MAP(X)
#undef X
    };
    return v < ONS_VERDICT_COUNT ? text[v] : "?";
}

const char *ons_check_text(ons_metric_check c)
{
    static const char *const text[] = {
#define X(name, text) text,
        ONS_CHECK_MAP(X)
#undef X
    };
    return c < ONS_CHECK_COUNT ? text[c] : "?";
}

double ons_curve_at(const ons_curve *c, double x)
{
    double z = (x - c->x50) / c->width;
    double f = 1 / (1 + exp(-4.394449 * z));
    if (c->shape == 1) f = exp(-.693147 * exp(-3.084399 * z));
    if (c->shape == 3) f = fmin(1, fmax(0, .5 + .8 * z));
    return c->lower * (1 - f) + c->upper * f;
}
