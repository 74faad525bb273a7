/*
 * Which of the compiled variants of the inner loops this processor can run.
 *
 * Every loop over a strip of queries has one source, compiled once per variant. All variants give
 * the same bits; the scalar one is the reference.
 */
#ifndef JC_BASE_SIMD_H
#define JC_BASE_SIMD_H

enum jc_simd {
    JC_SIMD_SCALAR,   /* compiled without vectorisation: the reference */
    JC_SIMD_BASELINE, /* what every processor of this architecture has: SSE2 on x86-64 */
    JC_SIMD_AVX2,     /* AVX2 and FMA */
    JC_SIMD_AVX512,   /* AVX-512 F, DQ, BW, VL */
    JC_SIMD_COUNT
};

/* The widest variant that this build has and this processor runs. */
enum jc_simd jc_simd_best(void);

/* 1 if this build has the variant and this processor runs it. */
int jc_simd_available(enum jc_simd simd);

/* "scalar", "sse2" ("baseline" where the architecture is not x86-64), "avx2", "avx512". */
const char *jc_simd_name(enum jc_simd simd);

/* The variant of that name; JC_SIMD_COUNT if there is none. */
enum jc_simd jc_simd_by_name(const char *name);

#endif
