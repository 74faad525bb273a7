/* Normal numbers made words: the way back of the inverse normal. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>

#include "samplers/kernels.h"
#include "samplers/sampler.h"
#include "samplers/vector_math.h"

#define N (1 << 20)

/* Relative error of P(Z > z), for every 97th float. */
static void
test_tail_error(void **state)
{
    double worst = 0;
    uint32_t bits;

    (void) state;
    for (bits = 0x30000000; bits < jc_float_bits(6.6f); bits += 97) {
        const float z = jc_float_from_bits(bits);

        worst =
            fmax(worst, fabs((double) jc_vnormal_tail(z) / gsl_cdf_ugaussian_Q((double) z) - 1));
    }
    assert_true(worst < 4.5e-7);
    assert_true(jc_vnormal_tail(0) == 0.5f && jc_vnormal_tail(-1) == jc_vnormal_tail(1));
    assert_true(jc_vnormal_tail(1e30f) == jc_vnormal_tail(6.6f));
}

/* Words made normal numbers and words again: the first and last ones come back, all have the same tail to
 * what single precision allows. */
static void
test_there_and_back(void **state)
{
    const struct jc_sampler_kernels *kernels = jc_sampler_kernels_get(jc_simd_best());
    static uint32_t word[N], back[N];
    static float tail[N], z[N], tail_back[N];
    size_t i;

    (void) state;
    for (i = 0; i < N; i++) {
        const uint32_t from_end = i < 4096 ? (uint32_t) i : (uint32_t) (i * 2003);

        word[i] = i % 2 == 0 ? from_end : UINT32_MAX - from_end;
    }
    kernels->tails(N, word, tail);
    kernels->normal(0, 1, N, tail, z);
    kernels->normal_words(N, z, back);
    kernels->tails(N, back, tail_back);
    assert_memory_equal(word, back, 4096 * sizeof(word[0]));
    for (i = 0; i < N; i++) {
        assert_true(fabs((double) tail_back[i] / (double) tail[i] - 1) < 1e-5);
    }
}

/* Numbers beyond what words reach are the first and the last word. */
static void
test_extreme_numbers(void **state)
{
    float z[JC_LANES] = { -1e30f, -20, -6.5f, -0.0f, 0, 6.5f, 20, 1e30f };
    uint32_t found[JC_LANES];

    (void) state;
    jc_sampler_kernels_scalar.normal_words(JC_LANES, z, found);
    assert_true(found[0] == 0 && found[1] == 0 && found[2] == 0);
    assert_true(found[3] == 0x7fffff80 && found[4] == 0x8000007f);
    assert_true(found[5] == UINT32_MAX && found[6] == UINT32_MAX && found[7] == UINT32_MAX);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tail_error),
        cmocka_unit_test(test_there_and_back),
        cmocka_unit_test(test_extreme_numbers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
