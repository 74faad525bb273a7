/* Curves over the batch size: how they are made, and the loops that evaluate them, against the same in
 * double precision. Every variant gives the bits of the scalar one. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "models/curve.h"
#include "samplers/pcg.h"
#include "samplers/stream.h"

#define N 4096          /* a multiple of JC_LANES */
#define EPSILON 0x1p-24 /* rounding to single precision, at most */

/* Llama 3.1 405B, FP8, 8 H100, chat: the measured series. */
static const double batches[] = { 7.95017, 15.9379, 31.8641, 63.8136, 95.7305, 127.651, 191.513,
    255.24 };
static const double tokens_per_s[] = { 233.25, 446.03, 785.9, 1349.6, 1682.4, 1896.1, 2153.8,
    2362.9 };
static const double power_kw[] = { 3.26, 3.384, 3.744, 4.162, 4.475, 4.606, 4.813, 4.875 };

enum { KNOTS = sizeof(batches) / sizeof(batches[0]) };

static float batch[N], logs[N];

/* Batch sizes from below the first knot to above the last, then edges, then the knots themselves. */
static int
set_up(void **state)
{
    static const float edges[] = { 0, -1, 1e-30f, FLT_MIN, FLT_MIN / 4, 1, 1e9f, FLT_MAX,
        INFINITY };
    struct jc_pcg pcg;
    size_t j;

    (void) state;
    jc_pcg_init(&pcg, 3, 5);
    for (j = 0; j < N; j++) {
        batch[j] = (float) exp(8 * (double) jc_pcg_next(&pcg) * 0x1p-32);
    }
    memcpy(batch, edges, sizeof(edges));
    for (j = 0; j < KNOTS; j++) {
        batch[N - KNOTS + j] = (float) batches[j];
    }
    return 0;
}

static void
make(struct jc_curve *curve, size_t n, const double *batch_size, const double *value,
    bool logarithmic)
{
    struct jc_error error = { "" };

    assert_int_equal(jc_curve_init(curve, n, batch_size, value, logarithmic, &error), 0);
    assert_string_equal(error.message, "");
    assert_int_equal(curve->n_knots, n);
    assert_true(curve->slope[n - 1] == 0);
}

static void
refuse(size_t n, const double *batch_size, const double *value, bool logarithmic,
    const char *message)
{
    struct jc_curve curve;
    struct jc_error error = { "" };

    assert_int_equal(jc_curve_init(&curve, n, batch_size, value, logarithmic, &error),
        JC_ERROR_INPUT);
    assert_string_equal(error.message, message);
}

static void
test_refused(void **state)
{
    double many[JC_CURVE_KNOTS + 1];
    size_t j;

    (void) state;
    for (j = 0; j <= JC_CURVE_KNOTS; j++) {
        many[j] = (double) j + 1;
    }
    refuse(0, many, many, false, "0 batch sizes: a curve has 1 to 32");
    refuse(JC_CURVE_KNOTS + 1, many, many, false, "33 batch sizes: a curve has 1 to 32");
    refuse(2, (double[]){ 0, 1 }, many, false, "batch size 0: a number greater than 0 is needed");
    refuse(2, (double[]){ 1, NAN }, many, false,
        "batch size nan: a number greater than 0 is needed");
    refuse(2, (double[]){ 1, INFINITY }, many, false,
        "batch size inf: a number greater than 0 is needed");
    refuse(2, (double[]){ 8, 7 }, many, false,
        "batch size 7: the batch sizes of a curve ascend, each by more than a rounding");
    refuse(2, (double[]){ 8, 8.0000001 }, many, false,
        "batch size 8.0000001: the batch sizes of a curve ascend, each by more than a rounding");
    refuse(1, many, (double[]){ 0 }, true, "value 0: a number greater than 0 is needed");
    refuse(1, many, (double[]){ NAN }, true, "value nan: a number greater than 0 is needed");
    refuse(1, many, (double[]){ NAN }, false, "value nan: a number up to 1e+30 is needed");
    refuse(1, many, (double[]){ -2e30 }, false, "value -2e+30: a number up to 1e+30 is needed");
}

static double
reference(const double *value, bool logarithmic, double log_batch)
{
    double fraction;
    size_t k = 0;

    if (log_batch <= log(batches[0])) {
        return value[0];
    }
    while (k + 1 < KNOTS && log(batches[k + 1]) < log_batch) {
        k++;
    }
    if (k + 1 == KNOTS) {
        return value[KNOTS - 1];
    }
    fraction = (log_batch - log(batches[k])) / (log(batches[k + 1]) - log(batches[k]));
    return logarithmic ? value[k] * pow(value[k + 1] / value[k], fraction)
                       : value[k] + (value[k + 1] - value[k]) * fraction;
}

/* The logarithms of batch size and knots are within 2 ULP (1e-6), slopes are below 1 here. */
static void
test_values(void **state)
{
    static float y[N];
    const struct jc_model_kernels *kernels = jc_model_kernels_get(jc_simd_best());
    struct jc_curve curve;
    double expected;
    size_t j;

    (void) state;
    make(&curve, KNOTS, batches, power_kw, false);
    (void) kernels->log_batch(curve.log_batch[0], curve.log_batch[KNOTS - 1], N, batch, logs);
    kernels->curve(&curve, N, logs, y);
    for (j = 0; j < N; j++) {
        expected = reference(power_kw, false, log(fmax((double) batch[j], 1e-30)));
        assert_true(fabs((double) y[j] - expected) <= 3e-6 * expected);
    }
    make(&curve, KNOTS, batches, tokens_per_s, true);
    kernels->exp_curve(&curve, N, logs, y);
    for (j = 0; j < N; j++) {
        expected = reference(tokens_per_s, true, log(fmax((double) batch[j], 1e-30)));
        assert_true(fabs((double) y[j] - expected) <= 5e-6 * expected);
    }
}

/* At a knot there is its value, and no rounding but that of the value itself; of an exponential, that
 * of the logarithm and of exp, too. */
static void
test_knots(void **state)
{
    static float y[N];
    const float *at = &y[N - KNOTS];
    const struct jc_model_kernels *kernels = jc_model_kernels_get(jc_simd_best());
    struct jc_curve curve;
    double bound;
    size_t j;

    (void) state;
    make(&curve, KNOTS, batches, power_kw, false);
    (void) kernels->log_batch(curve.log_batch[0], curve.log_batch[KNOTS - 1], N, batch, logs);
    kernels->curve(&curve, N, logs, y);
    for (j = 0; j < KNOTS; j++) {
        assert_true(logs[N - KNOTS + j] == curve.log_batch[j]);
        assert_true(at[j] == (float) power_kw[j]);
    }
    make(&curve, KNOTS, batches, tokens_per_s, true);
    kernels->exp_curve(&curve, N, logs, y);
    for (j = 0; j < KNOTS; j++) {
        bound = (log(tokens_per_s[j]) + 3) * EPSILON * tokens_per_s[j];
        assert_true(fabs((double) at[j] - tokens_per_s[j]) <= bound);
    }
}

/* One point holds everywhere, with or without a batch size; a full curve has 32. */
static void
test_lengths(void **state)
{
    static float y[N];
    const struct jc_model_kernels *kernels = jc_model_kernels_get(jc_simd_best());
    struct jc_curve curve;
    double many[JC_CURVE_KNOTS];
    size_t j;

    (void) state;
    (void) kernels->log_batch(-100, 100, N, batch, logs);
    make(&curve, 1, (double[]){ NAN }, (double[]){ 1.2565 }, false);
    kernels->curve(&curve, N, logs, y);
    for (j = 0; j < N; j++) {
        assert_true(y[j] == 1.2565f);
    }
    make(&curve, 1, (double[]){ 16 }, (double[]){ -3 }, false);
    kernels->curve(&curve, N, logs, y);
    for (j = 0; j < N; j++) {
        assert_true(y[j] == -3);
    }
    for (j = 0; j < JC_CURVE_KNOTS; j++) {
        many[j] = (double) (1 + j);
    }
    make(&curve, JC_CURVE_KNOTS, many, many, true);
    kernels->exp_curve(&curve, N, logs, y);
    for (j = 0; j < N; j++) { /* the identity between its ends */
        const double expected = fmin(fmax((double) batch[j], 1), JC_CURVE_KNOTS);

        assert_true(fabs((double) y[j] - expected) <= 5e-6 * expected);
    }
}

static void
test_clamped(void **state)
{
    const float sizes[JC_LANES] = { 8, 7.999f, 256, 256.01f, 0, -5, INFINITY, NAN, FLT_MIN, 100, 1,
        1000, 1000, 1000, 1000, 1000 };
    const double ends[] = { 8, 256 };
    float found[JC_LANES];
    struct jc_curve curve;
    int simd;

    (void) state;
    make(&curve, 2, ends, ends, false);
    for (simd = 0; simd < JC_SIMD_COUNT; simd++) {
        const struct jc_model_kernels *kernels = jc_model_kernels_get((enum jc_simd) simd);

        if (kernels != NULL) {
            const float low = curve.log_batch[0];
            const float high = curve.log_batch[1];

            assert_int_equal(kernels->log_batch(low, high, 0, sizes, found), 0);
            assert_int_equal(kernels->log_batch(low, high, 1, sizes, found), 0);
            assert_int_equal(kernels->log_batch(low, high, 3, sizes, found), 1);
            assert_int_equal(kernels->log_batch(low, high, 10, sizes, found), 7);
            assert_int_equal(kernels->log_batch(low, high, 12, sizes, found), 9);
            assert_true(found[0] == low && found[1] == low && found[2] == high && found[3] == high);
            assert_true(found[4] == low && found[5] == low && found[6] == high && found[7] == low);
            assert_true(fabs((double) found[9] - log(100)) < 1e-6);
            assert_true(found[15] == high);
        }
    }
}

struct outcome {
    size_t outside;
    float log[N];
    float curve[N];
    float exp_curve[N];
};

static void
compute(const struct jc_model_kernels *kernels, size_t n, struct outcome *outcome)
{
    struct jc_curve curve;

    memset(outcome, 0x7b, sizeof(*outcome));
    make(&curve, KNOTS, batches, tokens_per_s, true);
    outcome->outside = kernels->log_batch(2.5f, 7.0f, n, batch, outcome->log);
    kernels->curve(&curve, n, outcome->log, outcome->curve);
    kernels->exp_curve(&curve, n, outcome->log, outcome->exp_curve);
}

static void
test_variants(void **state)
{
    static struct outcome expected, found;
    unsigned char untouched[sizeof(float)];
    size_t n, end;
    int simd;

    (void) state;
    memset(untouched, 0x7b, sizeof(untouched));
    for (n = 0; n <= N; n += n < 70 ? 1 : 671) {
        end = (n + JC_LANES - 1) / JC_LANES * JC_LANES;
        compute(jc_model_kernels_get(JC_SIMD_SCALAR), n, &expected);
        if (end < N) {
            assert_memory_equal(&expected.exp_curve[end], untouched, sizeof(untouched));
        }
        for (simd = 0; simd < JC_SIMD_COUNT; simd++) {
            if (jc_simd_available((enum jc_simd) simd)) {
                compute(jc_model_kernels_get((enum jc_simd) simd), n, &found);
                assert_memory_equal(&found, &expected, sizeof(found));
            }
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_knots),
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_clamped),
        cmocka_unit_test(test_variants),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
