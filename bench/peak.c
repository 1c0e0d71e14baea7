#include "peak.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "os/clock.h"

#ifdef __x86_64__
#    include <immintrin.h>

/* Two FMA units of latency 4 are full from 8 chains on; more chains cost nothing. */
#    define CHAINS 12

__attribute__((target("avx2,fma"))) static float chains_avx2(uint64_t n)
{
    __m256 x[CHAINS];
    const __m256 a = _mm256_set1_ps(0.999f), b = _mm256_set1_ps(0.001f);
    float out[8];
#    pragma GCC unroll 12
    for (int c = 0; c < CHAINS; c++) x[c] = _mm256_set1_ps((float)c);
    for (uint64_t i = 0; i < n; i++) {
#    pragma GCC unroll 12
        for (int c = 0; c < CHAINS; c++) x[c] = _mm256_fmadd_ps(x[c], a, b);
    }
#    pragma GCC unroll 12
    for (int c = 1; c < CHAINS; c++) x[0] = _mm256_add_ps(x[0], x[c]);
    _mm256_storeu_ps(out, x[0]);
    return out[0];
}

__attribute__((target("avx512f"))) static float chains_avx512(uint64_t n)
{
    __m512 x[CHAINS];
    const __m512 a = _mm512_set1_ps(0.999f), b = _mm512_set1_ps(0.001f);
    float out[16];
#    pragma GCC unroll 12
    for (int c = 0; c < CHAINS; c++) x[c] = _mm512_set1_ps((float)c);
    for (uint64_t i = 0; i < n; i++) {
#    pragma GCC unroll 12
        for (int c = 0; c < CHAINS; c++) x[c] = _mm512_fmadd_ps(x[c], a, b);
    }
#    pragma GCC unroll 12
    for (int c = 1; c < CHAINS; c++) x[0] = _mm512_add_ps(x[0], x[c]);
    _mm512_storeu_ps(out, x[0]);
    return out[0];
}

double bench_fma_peak(const char *name, double seconds)
{
    enum { LOOPS = 10000 };
    const bool wide = strcmp(name, "avx512") == 0;
    if (!wide && strcmp(name, "avx2") != 0) return (double)NAN;
    volatile float sink = 0;
    double begin = ons_clock_thread_cpu(), end = begin, flops = 0;
    while (end - begin < seconds) {
        sink = sink + (wide ? chains_avx512(LOOPS) : chains_avx2(LOOPS));
        flops += 2.0 * (wide ? 16 : 8) * CHAINS * LOOPS;
        end = ons_clock_thread_cpu();
    }
    return flops / (end - begin);
}

#else

double bench_fma_peak(const char *name, double seconds)
{
    (void)name;
    (void)seconds;
    return (double)NAN;
}

#endif
