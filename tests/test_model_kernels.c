/* The inner loops of the models: every variant gives the bits of the scalar one, and all are close to
 * the same formulas in double precision. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "models/kernels.h"
#include "samplers/kernels.h"
#include "samplers/pcg.h"

#define N 4096          /* a multiple of JC_LANES */
#define EPSILON 0x1p-24 /* rounding to single precision, at most */

static float input[N], output[N], power[N], utilization[N], pue[N], throughput[N], tokens[N],
    residual[N];

static const float edges[] = { 0, 1, 1e-7f, 1e-6f, 2e-6f, 0.5f, 2, 500, 16777216, 1e9f, 1e20f,
    3e38f, FLT_MIN, FLT_MIN / 1024, FLT_MAX };

enum { EDGES = sizeof(edges) / sizeof(edges[0]) };

/* From low to high, evenly in logarithms. */
static float
draw(struct jc_pcg *pcg, double low, double high)
{
    const double u = (jc_pcg_next(pcg) + 0.5) * 0x1p-32;

    return (float) (low * exp(u * log(high / low)));
}

/* Random queries of every size; the first pairs of tokens are all pairs of edges. */
static int
set_up(void **state)
{
    struct jc_pcg pcg;
    size_t j;

    (void) state;
    jc_pcg_init(&pcg, 1, 2);
    for (j = 0; j < N; j++) {
        input[j] = draw(&pcg, 1, 1e6);
        output[j] = draw(&pcg, 1, 1e6);
        power[j] = draw(&pcg, 1e-3, 1e3);
        utilization[j] = draw(&pcg, 0.01, 2);
        pue[j] = draw(&pcg, 1, 3);
        throughput[j] = draw(&pcg, 1e-3, 1e6);
        tokens[j] = draw(&pcg, 1, 1e6);
        residual[j] = logf(draw(&pcg, 0.05f, 20));
    }
    for (j = 0; j < (size_t) EDGES * EDGES; j++) {
        input[j] = edges[j / EDGES];
        output[j] = edges[j % EDGES];
        power[j] = edges[j / EDGES];
        tokens[j] = edges[j % EDGES];
    }
    return 0;
}

static const struct jc_log_linear models[] = {
    { .scale = 17361,
        .input_exponent = -0.585f,
        .output_exponent = 0.227f,
        .cap = 4572.23f,
        .log_scale = 9.76f },
    { .scale = 74982,
        .input_exponent = -0.55f,
        .output_exponent = 0.25f,
        .cap = INFINITY,
        .log_scale = 11.2f },
    { .scale = 38534,
        .input_exponent = -0.54f,
        .output_exponent = -0.005f,
        .cap = 1e-3f,
        .log_scale = -4 },
    { .scale = 1, .input_exponent = 3, .output_exponent = -3, .cap = 1e30f },
    { .scale = 1e-30f, .input_exponent = 0, .output_exponent = 0, .cap = 1, .log_scale = -69 },
};

/* Everything that a variant computes of the first n queries. */
struct outcome {
    float log_linear[sizeof(models) / sizeof(models[0])][N];
    float scattered[sizeof(models) / sizeof(models[0])][N];
    float utilization[N];
    float effective[2][N];
    float energy[N];
    float quotient[N];
};

static void
compute(const struct jc_model_kernels *kernels, size_t n, struct outcome *outcome)
{
    size_t j, k;

    memset(outcome, 0x7b, sizeof(*outcome));
    for (j = 0; j < sizeof(models) / sizeof(models[0]); j++) {
        kernels->log_linear(&models[j], n, input, output, outcome->log_linear[j]);
        for (k = 0; k < jc_round_to_lanes(n); k++) {
            outcome->scattered[j][k] = residual[k];
        }
        kernels->log_linear_scattered(&models[j], n, input, output, outcome->scattered[j]);
    }
    kernels->utilization(0.24f, 0.56f / 4572.23f, n, throughput, outcome->utilization);
    kernels->effective_tokens(0, n, input, output, outcome->effective[0]);
    kernels->effective_tokens(1 / 30.0f, n, input, output, outcome->effective[1]);
    kernels->energy(n, power, utilization, pue, tokens, throughput, outcome->energy);
    kernels->divide(n, tokens, throughput, outcome->quotient);
}

static void
assert_variants_agree(size_t n)
{
    static struct outcome expected, found;
    int simd;

    compute(jc_model_kernels_get(JC_SIMD_SCALAR), n, &expected);
    for (simd = 0; simd < JC_SIMD_COUNT; simd++) {
        const struct jc_model_kernels *kernels = jc_model_kernels_get((enum jc_simd) simd);

        assert_int_equal(kernels != NULL, jc_simd_available((enum jc_simd) simd));
        if (kernels != NULL) {
            compute(kernels, n, &found);
            assert_memory_equal(&found, &expected, sizeof(found));
        }
    }
}

static void
test_variants(void **state)
{
    size_t n;

    (void) state;
    assert_non_null(jc_model_kernels_get(JC_SIMD_BASELINE));
    assert_null(jc_model_kernels_get(JC_SIMD_COUNT));
    for (n = 0; n < 70; n++) {
        assert_variants_agree(n);
    }
    assert_variants_agree(N - 5);
    assert_variants_agree(N);
}

/* All of the last lane is computed, nothing behind it is touched. */
static void
test_rest(void **state)
{
    static struct outcome outcome;
    unsigned char untouched[sizeof(float)];
    size_t n;

    (void) state;
    memset(untouched, 0x7b, sizeof(untouched));
    for (n = 1; n <= 2 * JC_LANES; n++) {
        const size_t end = n <= JC_LANES ? JC_LANES : 2 * JC_LANES;

        compute(jc_model_kernels_get(jc_simd_best()), n, &outcome);
        assert_memory_not_equal(&outcome.energy[end - 1], untouched, sizeof(untouched));
        assert_memory_equal(&outcome.energy[end], untouched, sizeof(untouched));
        assert_memory_equal(&outcome.log_linear[0][end], untouched, sizeof(untouched));
        assert_memory_equal(&outcome.scattered[0][end], untouched, sizeof(untouched));
        assert_memory_equal(&outcome.utilization[end], untouched, sizeof(untouched));
        assert_memory_equal(&outcome.effective[1][end], untouched, sizeof(untouched));
        assert_memory_equal(&outcome.quotient[end], untouched, sizeof(untouched));
    }
}

static void
assert_near(float value, double expected, double bound)
{
    assert_true(fabs((double) value - expected) <= bound * fabs(expected));
}

static double
reference_log_linear(const struct jc_log_linear *model, double input_tokens, double output_tokens,
    double *condition)
{
    const double log_input = log(fmax(input_tokens, (double) 1e-6f));
    const double log_output = log(fmax(output_tokens, (double) 1e-6f));
    const double a = (double) model->input_exponent * log_input;
    const double b = (double) model->output_exponent * log_output;

    *condition = fabs(a) + fabs(b) + fabs(a + b);
    return fmin((double) model->scale * exp(a + b), (double) model->cap);
}

/* Two logarithms of error below 1 ULP, products and a sum: the exponent is wrong by at most 4 EPSILON
 * of what is in it, which becomes a relative error; the exponential and its product add 4 EPSILON. */
static void
test_log_linear(void **state)
{
    static float result[N];
    const struct jc_model_kernels *kernels = jc_model_kernels_get(jc_simd_best());
    double condition, expected;
    size_t j, m;

    (void) state;
    for (m = 0; m < sizeof(models) / sizeof(models[0]); m++) {
        kernels->log_linear(&models[m], N, input, output, result);
        for (j = 0; j < N; j++) {
            expected =
                reference_log_linear(&models[m], (double) input[j], (double) output[j], &condition);
            if (expected > 1e-36 && expected < 3e38) { /* neither underflow nor overflow */
                assert_near(result[j], expected, (4 * condition + 4) * EPSILON);
            }
            assert_true(result[j] > 0 && result[j] <= models[m].cap);
        }
    }
}

/* The same with a residual of up to 3 more in the exponent, and its scale in there too: below 12 EPSILON of
 * what is in it, the rounding of the sums included. */
static void
test_log_linear_scattered(void **state)
{
    static float result[N];
    const struct jc_model_kernels *kernels = jc_model_kernels_get(jc_simd_best());
    const float most = (float) JC_MOST_TOKENS_PER_S;
    double condition, expected;
    size_t j, m;

    (void) state;
    for (m = 0; m < sizeof(models) / sizeof(models[0]); m++) {
        struct jc_log_linear model = models[m];

        model.scale = 1;
        model.cap = INFINITY;
        memcpy(result, residual, sizeof(result));
        kernels->log_linear_scattered(&models[m], N, input, output, result);
        for (j = 0; j < N; j++) {
            expected =
                reference_log_linear(&model, (double) input[j], (double) output[j], &condition);
            condition += fabs((double) model.log_scale) + fabs((double) residual[j]);
            expected *= exp((double) model.log_scale + (double) residual[j]);
            expected = fmin(fmax(expected, JC_LEAST_TOKENS_PER_S),
                fmin((double) models[m].cap, JC_MOST_TOKENS_PER_S));
            assert_near(result[j], expected, (12 * condition + 4) * EPSILON);
            assert_true(result[j] > 0 && result[j] <= models[m].cap && result[j] <= most);
        }
    }
}

/* Coefficients from far out in the tails give a throughput within the limits, always a number. */
static void
test_limits_of_scatter(void **state)
{
    static const struct jc_log_linear wild[] = {
        { .input_exponent = 1e25f, .output_exponent = -1e25f, .cap = INFINITY, .log_scale = 1 },
        { .input_exponent = -1e9f, .output_exponent = 1e9f, .cap = 1e-9f, .log_scale = 3e9f },
        { .log_scale = 1e30f, .cap = INFINITY },
        { .log_scale = -1e30f, .cap = INFINITY },
    };
    static const float residuals[] = { 0, -1e29f, 1e29f, 90, -90 };
    float in[JC_LANES], out[JC_LANES], result[JC_LANES];
    size_t j, m;

    (void) state;
    for (m = 0; m < sizeof(wild) / sizeof(wild[0]); m++) {
        for (j = 0; j < JC_LANES; j++) {
            in[j] = edges[j % EDGES];
            out[j] = edges[(j + 1) % EDGES];
            result[j] = residuals[j % 5];
        }
        jc_model_kernels_get(jc_simd_best())
            ->log_linear_scattered(&wild[m], JC_LANES, in, out, result);
        for (j = 0; j < JC_LANES; j++) {
            assert_true(result[j] >= (float) JC_LEAST_TOKENS_PER_S || result[j] == wild[m].cap);
            assert_true(result[j] <= (float) JC_MOST_TOKENS_PER_S);
        }
        assert_true(
            m < 2 || result[0] == (float) (m == 2 ? JC_MOST_TOKENS_PER_S : JC_LEAST_TOKENS_PER_S));
    }
}

/* At and around the cap, and tokens below the floor of 1e-6. */
static void
test_cap_and_floor(void **state)
{
    const struct jc_log_linear model = { .scale = 100, .output_exponent = 1, .cap = 1000 };
    const struct jc_log_linear inverse = { .scale = 1, .input_exponent = -1, .cap = INFINITY };
    float in[JC_LANES] = { 0, 1e-7f, 1e-6f, 2e-6f, 0 };
    float out[JC_LANES] = { 1, 9.99f, 10.01f, 1e9f, 0 };
    float result[JC_LANES];
    int simd;

    (void) state;
    for (simd = 0; simd < JC_SIMD_COUNT; simd++) {
        const struct jc_model_kernels *kernels = jc_model_kernels_get((enum jc_simd) simd);

        if (kernels != NULL) {
            kernels->log_linear(&model, 5, in, out, result);
            assert_true(result[0] == 100);
            assert_near(result[1], 999, 1e-6);
            assert_true(result[2] == 1000);
            assert_true(result[3] == 1000);
            assert_near(result[4], 1e-4, 2e-6); /* of 1e-6 tokens */
            kernels->log_linear(&inverse, 5, in, out, result);
            assert_true(result[0] == result[1] && result[1] == result[2]);
            assert_near(result[2], 1e6, 2e-6);
            assert_near(result[3], 5e5, 2e-6);
        }
    }
}

/* Each operation rounds once; the constant 3.6 does too. */
static void
test_arithmetic(void **state)
{
    static struct outcome outcome;
    double expected;
    size_t j;

    (void) state;
    compute(jc_model_kernels_get(jc_simd_best()), N, &outcome);
    for (j = 0; j < N; j++) {
        expected = (double) 0.24f + (double) (0.56f / 4572.23f) * (double) throughput[j];
        assert_near(outcome.utilization[j], expected, 2 * EPSILON);
        assert_true(outcome.effective[0][j] == output[j]);
        expected = (double) output[j] + (double) (1 / 30.0f) * (double) input[j];
        if (expected > (double) FLT_MIN && expected < (double) FLT_MAX) {
            assert_near(outcome.effective[1][j], expected, 2 * EPSILON);
        }
        expected = (double) power[j] * (double) utilization[j] * (double) pue[j]
            * (double) tokens[j] / 3.6 / (double) throughput[j];
        if (j >= (size_t) EDGES * EDGES) {
            assert_near(outcome.energy[j], expected, 7 * EPSILON);
            assert_near(outcome.quotient[j], (double) tokens[j] / (double) throughput[j], EPSILON);
        } else if (power[j] < 1e30f) {
            assert_true(tokens[j] == 0 ? outcome.energy[j] == 0 : outcome.energy[j] >= 0);
        }
    }
}

/* By hand: 1.2 * 10.2 kW * 0.5 = 6.12 kW for 300 / 3000 s = 0.1 s is 0.612 kJ = 0.17 Wh. */
static void
test_energy_by_hand(void **state)
{
    float columns[6][JC_LANES];
    size_t j;
    int simd;

    (void) state;
    for (j = 0; j < JC_LANES; j++) {
        columns[0][j] = 10.2f;
        columns[1][j] = 0.5f;
        columns[2][j] = 1.2f;
        columns[3][j] = 300;
        columns[4][j] = 3000;
    }
    for (simd = 0; simd < JC_SIMD_COUNT; simd++) {
        const struct jc_model_kernels *kernels = jc_model_kernels_get((enum jc_simd) simd);

        if (kernels != NULL) {
            kernels->energy(1, columns[0], columns[1], columns[2], columns[3], columns[4],
                columns[5]);
            assert_near(columns[5][0], 0.17, 7 * EPSILON);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_variants),
        cmocka_unit_test(test_rest),
        cmocka_unit_test(test_log_linear),
        cmocka_unit_test(test_log_linear_scattered),
        cmocka_unit_test(test_limits_of_scatter),
        cmocka_unit_test(test_cap_and_floor),
        cmocka_unit_test(test_arithmetic),
        cmocka_unit_test(test_energy_by_hand),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
