/* The f32 fused-multiply-add peak of one core: what shares of peak are shares of. */
#ifndef ONS_BENCH_PEAK_H
#define ONS_BENCH_PEAK_H

/* FLOPs a CPU second (an FMA counts two) of independent chains that never leave the registers, over
 * about `seconds` on the calling thread, with the instructions that the kernel table `name` uses
 * ("avx512", "avx2"). NaN for a table without vectors of its own: its peak is not known. */
double bench_fma_peak(const char *name, double seconds);

#endif
