/* exp of one float, the same bits as the vector form in kernel/avx2: no libm.
 *
 * x = n ln 2 + r with |r| <= ln(2)/2; n is rounded by adding 1.5 2^23, ln 2 is taken
 * off in two parts, exp(r) is a polynomial of degree 6 (interpolated at Chebyshev
 * points, relative error below 9e-9 before rounding), and n goes into the exponent
 * bits. Within 2 ulp of the true value. Below ONS_EXP_MIN (ln of the smallest normal
 * number) the result is 0, above ONS_EXP_MAX infinity, NaN stays NaN. */
#ifndef ONS_KERNEL_EXP_H
#define ONS_KERNEL_EXP_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#define ONS_EXP_MIN    (-87.33654f)
#define ONS_EXP_MAX    88.72283f
#define ONS_EXP_LOG2E  0x1.715476p+0f
#define ONS_EXP_MAGIC  12582912.0f /* 1.5 2^23 */
#define ONS_EXP_LN2_HI 0.693359375f
#define ONS_EXP_LN2_LO (-0x1.bd0106p-13f)
#define ONS_EXP_C2     0x1.000004p-1f
#define ONS_EXP_C3     0x1.5554ap-3f
#define ONS_EXP_C4     0x1.554f1cp-5f
#define ONS_EXP_C5     0x1.1230a8p-7f
#define ONS_EXP_C6     0x1.7177d2p-10f

static inline float ons_exp_scalar(float x)
{
    float t = fmaf(x, ONS_EXP_LOG2E, ONS_EXP_MAGIC);
    float n = t - ONS_EXP_MAGIC;
    float r = fmaf(n, -ONS_EXP_LN2_HI, x);
    r = fmaf(n, -ONS_EXP_LN2_LO, r);
    float p = fmaf(ONS_EXP_C6, r, ONS_EXP_C5);
    p = fmaf(p, r, ONS_EXP_C4);
    p = fmaf(p, r, ONS_EXP_C3);
    p = fmaf(p, r, ONS_EXP_C2);
    p = fmaf(p, r * r, r + 1.0f);
    uint32_t bits, shift;
    memcpy(&bits, &p, sizeof bits);
    memcpy(&shift, &t, sizeof shift);
    bits += shift << 23;
    memcpy(&p, &bits, sizeof p);
    if (x < ONS_EXP_MIN) p = 0.0f;
    if (x > ONS_EXP_MAX) p = INFINITY;
    return x == x ? p : x;
}

#endif
