#include "results/kernels.h"

extern const struct jc_record_kernels jc_record_kernels_scalar;
extern const struct jc_record_kernels jc_record_kernels_baseline;
#if defined(__x86_64__)
extern const struct jc_record_kernels jc_record_kernels_avx2;
extern const struct jc_record_kernels jc_record_kernels_avx512;
#endif

const struct jc_record_kernels *
jc_record_kernels_get(enum jc_simd simd)
{
    if (!jc_simd_available(simd)) {
        return NULL;
    }
    switch (simd) {
        case JC_SIMD_SCALAR:
            return &jc_record_kernels_scalar;
        case JC_SIMD_BASELINE:
            return &jc_record_kernels_baseline;
#if defined(__x86_64__)
        case JC_SIMD_AVX2:
            return &jc_record_kernels_avx2;
        case JC_SIMD_AVX512:
            return &jc_record_kernels_avx512;
#else
        case JC_SIMD_AVX2:
        case JC_SIMD_AVX512:
#endif
        case JC_SIMD_COUNT:
            break;
    }
    return NULL;
}
