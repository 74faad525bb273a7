/* The functions of the inner loops: their error against double precision, and the same bits from
 * every variant. */
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

#define STRIDE 4099 /* between the tested floats */

/* Units in the last place of the expected value. */
static double
ulp_error(float found, double expected)
{
    const float nearest = fabsf((float) expected);

    return fabs((double) found - expected)
        / ((double) nextafterf(nearest, INFINITY) - (double) nearest);
}

static float
tail_of_bits(uint32_t m)
{
    return ((float) (int32_t) m + 0.5f) * 0x1p-32f;
}

static void
test_log_error(void **state)
{
    double worst = 0;
    uint32_t bits;

    (void) state;
    for (bits = 0x00800000; bits < 0x7f800000; bits += STRIDE) {
        const float x = jc_float_from_bits(bits);

        worst = fmax(worst, ulp_error(jc_vlog(x), log((double) x)));
    }
    assert_true(worst < 1.15);
    assert_true(jc_vlog(1.0f) == 0.0f);
    assert_true(isfinite(jc_vlog(0x1p-126f)));
}

static void
test_exp_error(void **state)
{
    double worst = 0;
    uint32_t bits;

    (void) state;
    for (bits = 0; bits < 0x42b20000; bits += STRIDE) {
        const float x = jc_float_from_bits(bits);

        if (x <= JC_VEXP_HIGH) {
            worst = fmax(worst, ulp_error(jc_vexp(x), exp((double) x)));
        }
        if (-x >= JC_VEXP_LOW) {
            worst = fmax(worst, ulp_error(jc_vexp(-x), exp((double) -x)));
        }
    }
    assert_true(worst < 1.02);
    assert_true(jc_vexp(0.0f) == 1.0f);
}

static void
test_exp_ends(void **state)
{
    (void) state;
    assert_true(isfinite(jc_vexp(JC_VEXP_HIGH)));
    assert_true(isinf(jc_vexp(nextafterf(JC_VEXP_HIGH, INFINITY))));
    assert_true(isinf(jc_vexp(INFINITY)));
    assert_true(jc_vexp(JC_VEXP_LOW) >= 0x1p-126f);
    assert_true(jc_vexp(-1e30f) == jc_vexp(JC_VEXP_LOW));
    assert_true(jc_vexp(-INFINITY) == jc_vexp(JC_VEXP_LOW));
}

static void
test_normal_error(void **state)
{
    double worst = 0;
    uint64_t m;

    (void) state;
    for (m = 0; m < UINT64_C(1) << 31; m += 32 * STRIDE) {
        const float t = tail_of_bits((uint32_t) m);
        const double z = gsl_cdf_ugaussian_Pinv((double) t);

        worst = fmax(worst, ulp_error(jc_vnormal(-t), z));
        assert_true(jc_vnormal(t) == -jc_vnormal(-t));
    }
    assert_true(worst < 5.6);
    assert_true(jc_vnormal(0.5f) == 0.0f);
}

/* The tails that only truncated distributions have. */
static void
test_normal_far_error(void **state)
{
    double worst = 0;
    float t;

    (void) state;
    for (t = 1e-19f; t < 0x1p-33f; t *= 1.001f) {
        worst = fmax(worst, ulp_error(jc_vnormal(-t), gsl_cdf_ugaussian_Pinv((double) t)));
    }
    assert_true(worst < 24);
}

/* The smallest tails, one by one: no branch or table may break there. */
static void
test_normal_extreme_words(void **state)
{
    uint32_t m;

    (void) state;
    for (m = 0; m < 20000; m++) {
        const float t = tail_of_bits(m);

        assert_true(ulp_error(jc_vnormal(-t), gsl_cdf_ugaussian_Pinv((double) t)) < 5.6);
    }
    assert_true(fabs((double) jc_vnormal(-tail_of_bits(0)) + 6.337957) < 1e-5);
}

static void
test_exponential_error(void **state)
{
    double worst = 0;
    uint64_t m;

    (void) state;
    for (m = 0; m < UINT64_C(1) << 31; m += 32 * STRIDE) {
        const float t = tail_of_bits((uint32_t) m);

        worst = fmax(worst, ulp_error(jc_vexponential(t), -log((double) t)));
        worst = fmax(worst, ulp_error(jc_vexponential(-t), -log1p(-(double) t)));
    }
    assert_true(worst < 2.7);
}

/* The emulation of fma, where it is compiled, against the exact one; then sums that would be
 * rounded twice. */
static void
test_fma(void **state)
{
    uint64_t random = 1;
    int k;

    (void) state;
    for (k = 0; k < 3000000; k++) {
        float x[3];
        int j;

        for (j = 0; j < 3; j++) {
            random = random * JC_PCG_MULTIPLIER + 1;
            x[j] = jc_float_from_bits(((uint32_t) (random >> 32) & 0x807fffff)
                | (uint32_t) (100 + (random >> 20) % 54) << 23);
        }
        if (k % 3 == 0) {
            x[2] = -x[0] * x[1];
        }
        assert_true(
            jc_float_bits(jc_fmaf(x[0], x[1], x[2])) == jc_float_bits(fmaf(x[0], x[1], x[2])));
    }
    /* a b = 2^-24 - 2^-70: beside 1 + 2^-23 a double sees the middle between two floats, which it
     * is not quite. */
    assert_true(jc_fmaf(0x1.000002p-24f, 0x1.fffffcp-1f, 0x1.000002p0f) == 0x1.000002p0f);
    assert_true(jc_fmaf(-0x1.000002p-24f, 0x1.fffffcp-1f, 0x1.000002p0f) == 0x1.000002p0f);
    assert_true(jc_fmaf(0x1.000002p-24f, -0x1.fffffcp-1f, -0x1.000002p0f) == -0x1.000002p0f);
    assert_true(jc_fmaf(-0x1.000002p-24f, -0x1.fffffcp-1f, -0x1.000002p0f) == -0x1.000002p0f);
}

#define N 4096

/* Words with all their bits in use, and the first and last ones. */
static void
fill_words(uint32_t *word)
{
    struct jc_pcg pcg;
    size_t i;

    jc_pcg_init(&pcg, 5, 6);
    for (i = 0; i < N; i++) {
        word[i] = i < 32 ? (uint32_t) i
            : i < 64     ? UINT32_MAX - (uint32_t) (i - 32)
                         : jc_pcg_next(&pcg);
    }
    for (i = 64; i < 96; i++) {
        word[i] = 0x80000000u - 80u + (uint32_t) i;
    }
}

static void
assert_same(const float *a, const float *b)
{
    size_t i;

    for (i = 0; i < N; i++) {
        assert_int_equal(jc_float_bits(a[i]), jc_float_bits(b[i]));
    }
}

/* Runs every loop of a variant beside the scalar one. */
static void
compare_variant(const struct jc_sampler_kernels *a, const struct jc_sampler_kernels *b)
{
    static uint32_t word[N];
    static float x[N], tail_a[N], tail_b[N], y_a[N], y_b[N];
    static struct jc_quantile_table table;
    const struct jc_interval part = { 1e-4, 0.3, 0.6999 };
    const struct jc_triangle triangle = { 1, 5, 0.25f, 4, 12 };
    double median;
    size_t i;

    fill_words(word);
    jc_quantile_table_gamma(&table, 0.7, &median);
    a->tails(N, word, tail_a);
    b->tails(N, word, tail_b);
    assert_same(tail_a, tail_b);
    a->tails_between(&part, N, word, y_a);
    b->tails_between(&part, N, word, y_b);
    assert_same(y_a, y_b);
    a->uniform(3, 9, N, tail_a, y_a);
    b->uniform(3, 9, N, tail_a, y_b);
    assert_same(y_a, y_b);
    a->triangular(&triangle, N, tail_a, y_a);
    b->triangular(&triangle, N, tail_a, y_b);
    assert_same(y_a, y_b);
    a->normal(0.1f, 1.3f, N, tail_a, y_a);
    b->normal(0.1f, 1.3f, N, tail_a, y_b);
    assert_same(y_a, y_b);
    a->lognormal(100, 0.9f, N, tail_a, y_a);
    b->lognormal(100, 0.9f, N, tail_a, y_b);
    assert_same(y_a, y_b);
    a->round(N, y_a);
    b->round(N, y_b);
    a->limit(50, 200, N, y_a);
    b->limit(50, 200, N, y_b);
    assert_same(y_a, y_b);
    a->exponential(7, N, tail_a, y_a);
    b->exponential(7, N, tail_a, y_b);
    assert_same(y_a, y_b);
    a->gamma(&table, 2, N, tail_a, y_a);
    b->gamma(&table, 2, N, tail_a, y_b);
    assert_same(y_a, y_b);
    a->beta(&table, N, tail_a, y_a);
    b->beta(&table, N, tail_a, y_b);
    assert_same(y_a, y_b);
    for (i = 0; i < N; i++) {
        x[i] = jc_float_from_bits(0x00800000 + word[i] % 0x7f000000);
    }
    a->log(N, x, y_a);
    b->log(N, x, y_b);
    assert_same(y_a, y_b);
    for (i = 0; i < N; i++) {
        x[i] = (float) (int32_t) word[i] * 0x1p-24f;
    }
    x[0] = INFINITY;
    x[1] = -INFINITY;
    a->exp(N, x, y_a);
    b->exp(N, x, y_b);
    assert_same(y_a, y_b);
    a->select(x[7], N, x, y_a, tail_a);
    b->select(x[7], N, x, y_a, tail_b);
    assert_same(tail_a, tail_b);
}

static void
test_variants_agree(void **state)
{
    int simd;

    (void) state;
    for (simd = JC_SIMD_BASELINE; simd < JC_SIMD_COUNT; simd++) {
        const struct jc_sampler_kernels *kernels = jc_sampler_kernels_get((enum jc_simd) simd);

        if (kernels != NULL) {
            compare_variant(&jc_sampler_kernels_scalar, kernels);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_log_error),
        cmocka_unit_test(test_exp_error),
        cmocka_unit_test(test_exp_ends),
        cmocka_unit_test(test_normal_error),
        cmocka_unit_test(test_normal_far_error),
        cmocka_unit_test(test_normal_extreme_words),
        cmocka_unit_test(test_exponential_error),
        cmocka_unit_test(test_fma),
        cmocka_unit_test(test_variants_agree),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
