#include "results/kernels.h"

extern const struct jc_record_kernels jc_record_kernels_scalar;
extern const struct jc_record_kernels jc_record_kernels_baseline;
extern const struct jc_record_kernels jc_record_kernels_avx2;
extern const struct jc_record_kernels jc_record_kernels_avx512;

/* Those that this build has. */
static const struct jc_record_kernels *const variants[JC_SIMD_COUNT] = {
    [JC_SIMD_SCALAR] = &jc_record_kernels_scalar,
    [JC_SIMD_BASELINE] = &jc_record_kernels_baseline,
#if defined(__x86_64__)
    [JC_SIMD_AVX2] = &jc_record_kernels_avx2,
    [JC_SIMD_AVX512] = &jc_record_kernels_avx512,
#endif
};

const struct jc_record_kernels *
jc_record_kernels_get(enum jc_simd simd)
{
    return jc_simd_available(simd) ? variants[simd] : NULL;
}
