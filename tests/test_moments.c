/* Moments: what a fold of parts gives, against long double arithmetic over all values. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "results/moments.h"
#include "samplers/pcg.h"

#define N 10000

static double value[N];

/* Mean and sum of squared deviations of x[n], in two passes. */
static struct jc_moments
reference(size_t n, const double *x)
{
    long double mean = 0, m2 = 0;
    struct jc_moments moments = { .n = n, .min = INFINITY, .max = -INFINITY };
    size_t j;

    for (j = 0; j < n; j++) {
        mean += (long double) x[j] / (long double) n;
        moments.min = fmin(moments.min, x[j]);
        moments.max = fmax(moments.max, x[j]);
    }
    for (j = 0; j < n; j++) {
        m2 += ((long double) x[j] - mean) * ((long double) x[j] - mean);
    }
    moments.mean = (double) mean;
    moments.m2 = (double) m2;
    return moments;
}

static void
draw_values(double mean, double width)
{
    struct jc_pcg pcg;
    size_t j;

    jc_pcg_init(&pcg, 3, 4);
    for (j = 0; j < N; j++) {
        value[j] = mean + width * ((double) jc_pcg_next(&pcg) * 0x1p-32 - 0.5);
    }
}

/* Parts of many lengths, folded in their order; bounds relative to mean and m2. */
static void
expect_fold(double mean_bound, double m2_bound)
{
    const struct jc_moments expected = reference(N, value);
    struct jc_moments folded = { 0 };
    size_t first, n;

    for (first = 0, n = 1; first < N; first += n, n = n * 7 % 1009) {
        const struct jc_moments part = reference(n < N - first ? n : N - first, value + first);

        jc_moments_fold(&folded, &part);
    }
    assert_int_equal(folded.n, N);
    assert_true(fabs(folded.mean - expected.mean) <= mean_bound * fabs(expected.mean));
    assert_true(fabs(folded.m2 - expected.m2) <= m2_bound * expected.m2);
    assert_true(folded.min == expected.min);
    assert_true(folded.max == expected.max);
}

static void
test_fold(void **state)
{
    (void) state;
    draw_values(1, 1);
    expect_fold(1e-15, 1e-14);
    draw_values(0.5, 1e-6);
    expect_fold(1e-15, 1e-9);
}

/* The deviations are of 1e-9 of the values: no digits are lost to a sum of squares. */
static void
test_offset(void **state)
{
    (void) state;
    draw_values(1e6, 1e-3);
    expect_fold(1e-15, 1e-6);
    draw_values(1e15, 4);
    expect_fold(1e-15, 1e-1);
}

static void
test_empty(void **state)
{
    const struct jc_moments part = jc_moments_constant(3, 2);
    const struct jc_moments nothing = { 0 };
    struct jc_moments folded = { 0 };

    (void) state;
    jc_moments_fold(&folded, &nothing);
    assert_memory_equal(&folded, &nothing, sizeof(folded));
    jc_moments_fold(&folded, &part);
    assert_memory_equal(&folded, &part, sizeof(folded));
    jc_moments_fold(&folded, &nothing);
    assert_memory_equal(&folded, &part, sizeof(folded));
}

/* However a constant is cut into parts: exactly that mean, exactly no scatter. */
static void
test_constant(void **state)
{
    static const double constants[] = { 0, 0.1, 1.0 / 3, 1e-300, 1e30 };
    struct jc_moments folded;
    uint64_t n;
    size_t j;

    (void) state;
    for (j = 0; j < sizeof(constants) / sizeof(constants[0]); j++) {
        folded = (struct jc_moments){ 0 };
        for (n = 1; n < UINT64_C(1) << 40; n = 3 * n + 1) {
            const struct jc_moments part = jc_moments_constant(constants[j], n);

            jc_moments_fold(&folded, &part);
        }
        assert_true(folded.mean == constants[j]);
        assert_true(folded.m2 == 0);
        assert_true(jc_moments_sd(&folded) == 0);
        assert_true(folded.min == constants[j] && folded.max == constants[j]);
    }
}

/* Two halves of 2^62 values each: the count is exact, the products do not overflow. */
static void
test_large_counts(void **state)
{
    struct jc_moments low = jc_moments_constant(1, UINT64_C(1) << 62);
    const struct jc_moments high = jc_moments_constant(3, UINT64_C(1) << 62);

    (void) state;
    jc_moments_fold(&low, &high);
    assert_true(low.n == UINT64_C(1) << 63);
    assert_true(low.mean == 2);
    assert_true(low.m2 == 0x1p63);
    assert_true(jc_moments_sd(&low) == 1);
    assert_true(low.min == 1 && low.max == 3);
}

static void
test_sd(void **state)
{
    struct jc_moments moments = jc_moments_constant(5, 1);

    (void) state;
    assert_true(jc_moments_sd(&(struct jc_moments){ 0 }) == 0);
    assert_true(jc_moments_sd(&moments) == 0);
    /* 1, 2, 3, 4: m2 = 5, and the sample's variance has n - 1 = 3 below it. */
    moments = (struct jc_moments){ .n = 4, .mean = 2.5, .m2 = 5, .min = 1, .max = 4 };
    assert_true(jc_moments_sd(&moments) == sqrt(5.0 / 3));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fold),
        cmocka_unit_test(test_offset),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_constant),
        cmocka_unit_test(test_large_counts),
        cmocka_unit_test(test_sd),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
