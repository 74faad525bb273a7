#include "base/simd.h"

#include <string.h>

#if defined(__x86_64__)
static const char *const names[JC_SIMD_COUNT] = { "scalar", "sse2", "avx2", "avx512" };

int
jc_simd_available(enum jc_simd simd)
{
    switch (simd) {
        case JC_SIMD_SCALAR:
        case JC_SIMD_BASELINE:
            return 1;
        case JC_SIMD_AVX2:
            return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
        case JC_SIMD_AVX512:
            return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")
                && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
        case JC_SIMD_COUNT:
            break;
    }
    return 0;
}
#else
static const char *const names[JC_SIMD_COUNT] = { "scalar", "baseline", "avx2", "avx512" };

int
jc_simd_available(enum jc_simd simd)
{
    return simd == JC_SIMD_SCALAR || simd == JC_SIMD_BASELINE;
}
#endif

enum jc_simd
jc_simd_best(void)
{
    int simd = JC_SIMD_COUNT - 1;

    while (simd > JC_SIMD_SCALAR && !jc_simd_available((enum jc_simd) simd)) {
        simd--;
    }
    return (enum jc_simd) simd;
}

const char *
jc_simd_name(enum jc_simd simd)
{
    return simd < JC_SIMD_COUNT ? names[simd] : "unknown";
}

enum jc_simd
jc_simd_by_name(const char *name)
{
    int simd = 0;

    while (simd < JC_SIMD_COUNT && strcmp(names[simd], name) != 0) {
        simd++;
    }
    return (enum jc_simd) simd;
}
