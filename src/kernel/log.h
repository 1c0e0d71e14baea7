/* Natural logarithm of a positive normal double without libm: x = m 2^e with m in
 * [sqrt(1/2), sqrt(2)), log m = 2 atanh((m-1)/(m+1)) by its series to the 21st power.
 * Relative error about 1e-15; plain multiplications and additions in fixed order. */
#ifndef ONS_KERNEL_LOG_H
#define ONS_KERNEL_LOG_H

#include <stdint.h>
#include <string.h>

static inline double ons_log_f64(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    int64_t e = (int64_t)(bits >> 52) - 1023;
    bits = (bits & 0x000FFFFFFFFFFFFFu) | 0x3FF0000000000000u;
    double m;
    memcpy(&m, &bits, sizeof m);
    if (m > 1.4142135623730951) {
        m *= 0.5;
        e += 1;
    }
    double s = (m - 1.0) / (m + 1.0), s2 = s * s, sum = 0.0;
    for (int k = 21; k >= 1; k -= 2) sum = sum * s2 + 1.0 / k;
    return (double)e * 0.6931471805599453 + 2.0 * s * sum;
}

#endif
