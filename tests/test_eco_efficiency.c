/* Data envelopment analysis: textbook examples with exact answers, matrices made by hand, duality, and every
 * refusal. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <glpk.h>

#include "base/text.h"
#include "models/eco_efficiency.h"
#include "samplers/pcg.h"

#define EXACT 1e-12

static const struct jc_eco_options plain = { JC_ECO_INPUT, JC_ECO_NO_GOAL, JC_ECO_RAW, 0, false };

/* Units 'a', 'b', ... with inputs 'in 1', ... and outputs 'out 1', ... */
static void
make_units(struct jc_eco_units *units, size_t n, size_t n_inputs, const double *input,
    size_t n_outputs, const double *output)
{
    char name[16];
    size_t j;

    assert_int_equal(jc_eco_units_init(units, n, n_inputs, n_outputs, NULL), 0);
    for (j = 0; j < n; j++) {
        (void) snprintf(name, sizeof(name), "%c", (int) ('a' + j));
        assert_int_equal(jc_string_set(&units->name[j], name, NULL), 0);
    }
    for (j = 0; j < n_inputs; j++) {
        (void) snprintf(name, sizeof(name), "in %zu", j + 1);
        assert_int_equal(jc_string_set(&units->input_name[j], name, NULL), 0);
    }
    for (j = 0; j < n_outputs; j++) {
        (void) snprintf(name, sizeof(name), "out %zu", j + 1);
        assert_int_equal(jc_string_set(&units->output_name[j], name, NULL), 0);
    }
    if (n * n_inputs > 0) {
        memcpy(units->input, input, n * n_inputs * sizeof(double));
        memcpy(units->output, output, n * n_outputs * sizeof(double));
    }
}

static void
solve(const struct jc_eco_units *units, const struct jc_eco_options *options,
    struct jc_eco_result *result)
{
    struct jc_error error = { "" };
    int ret = jc_eco_efficiency(units, options, result, &error);

    assert_string_equal(error.message, "");
    assert_int_equal(ret, 0);
}

static void
assert_close(const double *found, const double *expected, size_t n, double tolerance)
{
    size_t j;

    for (j = 0; j < n; j++) {
        if (!(fabs(found[j] - expected[j]) <= tolerance)) {
            fail_msg("number %zu is %.17g, expected %.17g", j, found[j], expected[j]);
        }
    }
}

/* Cooper, Seiford and Tone, "Data Envelopment Analysis" (2nd edition, 2007), example 2.2: two inputs and
 * one output. f is efficient with a weight of 0 only. */
static const double two_inputs[] = { 4, 3, 7, 3, 8, 1, 4, 2, 2, 4, 10, 1 };
static const double one[] = { 1, 1, 1, 1, 1, 1, 1 };

static void
test_two_inputs(void **state)
{
    const double efficiency[] = { 6.0 / 7, 12.0 / 19, 1, 1, 1, 1 };
    const double weights[] = { 1.0 / 7, 1.0 / 7, 1.0 / 19, 4.0 / 19 };
    const double lambda[] = { 0, 0, 0, 5.0 / 7, 2.0 / 7, 0, 0, 0, 2.0 / 19, 17.0 / 19, 0, 0 };
    struct jc_eco_units units;
    struct jc_eco_result result;

    (void) state;
    make_units(&units, 6, 2, two_inputs, 1, one);
    solve(&units, &plain, &result);
    assert_close(result.efficiency, efficiency, 6, EXACT);
    assert_close(result.input_weight, weights, 4, EXACT);
    assert_close(result.output_weight, efficiency, 6, EXACT);
    assert_close(result.lambda, lambda, 12, EXACT);
    assert_close(&result.input_weight[10], (const double[]){ 0, 1 }, 2, EXACT);
    jc_eco_result_free(&result);
    jc_eco_units_free(&units);
}

/* The same book, table 1.4: one input and two outputs. a lacks its first output even at its target. */
static void
test_two_outputs(void **state)
{
    const double output[] = { 1, 5, 2, 7, 3, 4, 4, 3, 4, 6, 5, 5, 6, 2 };
    const double efficiency[] = { 5.0 / 7, 1, 7.0 / 10, 3.0 / 4, 1, 1, 1 };
    const double of_c[] = { 0, 0, 0, 0, 5.0 / 7, 2.0 / 7, 0 };
    struct jc_eco_options options = plain;
    struct jc_eco_units units;
    struct jc_eco_result result;

    (void) state;
    make_units(&units, 7, 1, one, 2, output);
    options.orientation = JC_ECO_OUTPUT;
    solve(&units, &options, &result);
    assert_close(result.efficiency, efficiency, 7, EXACT);
    assert_close(&result.lambda[14], of_c, 7, EXACT);
    assert_close(&result.input_weight[2], (const double[]){ 10.0 / 7 }, 1, EXACT);
    assert_close(&result.output_weight[4], (const double[]){ 1.0 / 7, 1.0 / 7 }, 2, EXACT);
    jc_eco_result_free(&result);
    options.orientation = JC_ECO_INPUT;
    solve(&units, &options, &result);
    assert_close(result.efficiency, efficiency, 7, EXACT);
    jc_eco_result_free(&result);
    jc_eco_units_free(&units);
}

/* Three efficient units with one output of 1 and inputs (1, 4), (2, 2), (5, 1). With t the ratio of the second
 * weight to the first, a stays efficient for t from 0 to 1/2, b from 1/2 to 3, c from 3; the others
 * as one unit look best at 1/2, 3, 3 and worst at 0, 1/2, infinity. */
static void
test_goals(void **state)
{
    const double input[] = { 1, 4, 2, 2, 5, 1 };
    const double cross[2][9] = {
        { 1, 1, 6.0 / 11, 8.0 / 13, 1, 1, 8.0 / 13, 1, 1 },
        { 1, 1.0 / 2, 1.0 / 5, 1, 1, 6.0 / 11, 1.0 / 4, 1.0 / 2, 1 },
    };
    const double scores[2][3] = {
        { (1 + 16.0 / 13) / 3, 1, (2 + 6.0 / 11) / 3 },
        { 3.0 / 4, 2.0 / 3, (1 + 41.0 / 55) / 3 },
    };
    const double others[2][3] = {
        { 8.0 / 13, 1, (1 + 6.0 / 11) / 2 },
        { 5.0 / 8, 1.0 / 2, 41.0 / 110 },
    };
    struct jc_eco_options options = plain;
    struct jc_eco_units units;
    struct jc_eco_result result;
    size_t j, orientation;

    (void) state;
    make_units(&units, 3, 2, input, 1, one);
    for (j = 0; j < 4; j++) {
        options.goal = j < 2 ? JC_ECO_BENEVOLENT : JC_ECO_AGGRESSIVE;
        options.exclude_self = j % 2 == 1;
        for (orientation = 0; orientation < JC_ECO_ORIENTATIONS; orientation++) {
            options.orientation = (enum jc_eco_orientation) orientation;
            solve(&units, &options, &result);
            assert_close(result.efficiency, one, 3, EXACT);
            assert_close(result.cross, cross[j / 2], 9, EXACT);
            assert_close(result.score, j % 2 == 1 ? others[j / 2] : scores[j / 2], 3, EXACT);
            jc_eco_result_free(&result);
        }
    }
    jc_eco_units_free(&units);
}

/* Inputs 10, 20, 50 become 1e-2, 1e-2 + 99e-2 / 4, 1; what is the same for all becomes 1. */
static void
test_normalisation(void **state)
{
    const double input[] = { 10, 3, 20, 3, 50, 3 };
    const double middle = 0.01 + 0.99 * 0.25;
    struct jc_eco_options options = plain;
    struct jc_eco_units units;
    struct jc_eco_result result;

    (void) state;
    options.goal = JC_ECO_AGGRESSIVE;
    options.normalisation = JC_ECO_MIN_MAX;
    options.epsilon = 0.01;
    make_units(&units, 3, 2, input, 1, (const double[]){ 1, 2, 4 });
    solve(&units, &options, &result);
    /* The ratios to the first input are 100, 2 / middle = 7.77 and 4; to the second, 1, 2 and 4. */
    assert_close(result.efficiency, (const double[]){ 1, result.efficiency[1], 1 }, 3, EXACT);
    assert_close(result.cross, (const double[]){ 1, 2 / middle / 100, 0.04 }, 3, EXACT);
    assert_close(&result.cross[6], (const double[]){ 0.25, 0.5, 1 }, 3, EXACT);
    jc_eco_result_free(&result);
    options.normalisation = JC_ECO_RAW;
    solve(&units, &options, &result);
    assert_close(result.efficiency, (const double[]){ 1, 1, 1 }, 3, EXACT);
    jc_eco_result_free(&result);
    jc_eco_units_free(&units);
}

enum { N = 12, M = 3, S = 2 };

/* Numbers over three orders of magnitude. */
static void
make_random(struct jc_eco_units *units, struct jc_pcg *pcg)
{
    double input[N * M], output[N * S];
    size_t j;

    for (j = 0; j < N * M; j++) {
        input[j] = exp(7 * (double) jc_pcg_next(pcg) * 0x1p-32);
    }
    for (j = 0; j < N * S; j++) {
        output[j] = exp(7 * (double) jc_pcg_next(pcg) * 0x1p-32);
    }
    make_units(units, N, M, input, S, output);
}

/* sum_k number[k * n_columns + column] weight[k] */
static double
weigh(const double *weight, const double *number, size_t n, size_t n_columns, size_t column)
{
    double sum = 0;
    size_t k;

    for (k = 0; k < n; k++) {
        sum += weight[k] * number[k * n_columns + column];
    }
    return sum;
}

/* Multipliers and envelope are feasible, each by its own definition, and have the same value. */
static void
check_duality(const struct jc_eco_units *units, const struct jc_eco_result *result, bool is_input)
{
    const double *u, *v, *lambda;
    double inputs, outputs, efficiency;
    size_t j, k;

    for (k = 0; k < N; k++) {
        u = &result->output_weight[k * S];
        v = &result->input_weight[k * M];
        lambda = &result->lambda[k * N];
        efficiency = result->efficiency[k];
        inputs = weigh(v, &units->input[k * M], M, 1, 0);
        outputs = weigh(u, &units->output[k * S], S, 1, 0);
        assert_true(fabs((is_input ? inputs : outputs) - 1) < 1e-9);
        assert_true(fabs(outputs / inputs - efficiency) < 1e-9);
        for (j = 0; j < N; j++) {
            assert_true(weigh(u, &units->output[j * S], S, 1, 0)
                <= weigh(v, &units->input[j * M], M, 1, 0) * (1 + 1e-9));
        }
        for (j = 0; j < M; j++) {
            assert_true(weigh(lambda, units->input, N, M, j)
                <= (is_input ? efficiency : 1) * units->input[k * M + j] * (1 + 1e-9));
        }
        for (j = 0; j < S; j++) {
            assert_true(weigh(lambda, units->output, N, S, j)
                >= (is_input ? 1 : 1 / efficiency) * units->output[k * S + j] * (1 - 1e-9));
        }
        assert_true(result->gap[k] < 1e-9);
    }
}

static void
test_duality(void **state)
{
    struct jc_eco_options options = plain;
    struct jc_eco_units units;
    struct jc_eco_result result;
    struct jc_pcg pcg;
    size_t run;

    (void) state;
    jc_pcg_init(&pcg, 11, 7);
    for (run = 0; run < 200; run++) {
        make_random(&units, &pcg);
        options.orientation = run % 2 == 0 ? JC_ECO_INPUT : JC_ECO_OUTPUT;
        solve(&units, &options, &result);
        check_duality(&units, &result, run % 2 == 0);
        jc_eco_result_free(&result);
        jc_eco_units_free(&units);
    }
}

/* Under the benevolent goal the others, as one unit, look at least as good as under none, and that at
 * least as good as under the aggressive one; nobody's own efficiency changes. */
static void
test_goals_in_order(void **state)
{
    struct jc_eco_options options = plain;
    struct jc_eco_units units;
    struct jc_eco_result result[JC_ECO_GOALS];
    struct jc_pcg pcg;
    double others[JC_ECO_GOALS];
    size_t run, goal, j, k;

    (void) state;
    jc_pcg_init(&pcg, 12, 7);
    for (run = 0; run < 50; run++) {
        make_random(&units, &pcg);
        for (goal = 0; goal < JC_ECO_GOALS; goal++) {
            options.goal = (enum jc_eco_goal) goal;
            solve(&units, &options, &result[goal]);
            assert_close(result[goal].efficiency, result[0].efficiency, N, 1e-9);
        }
        for (k = 0; k < N; k++) {
            for (goal = 0; goal < JC_ECO_GOALS; goal++) {
                const double *u = &result[goal].output_weight[k * S];
                const double *v = &result[goal].input_weight[k * M];
                double outputs = 0;
                double inputs = 0;

                for (j = 0; j < N; j++) {
                    outputs += j == k ? 0 : weigh(u, &units.output[j * S], S, 1, 0);
                    inputs += j == k ? 0 : weigh(v, &units.input[j * M], M, 1, 0);
                }
                others[goal] = outputs / inputs;
            }
            assert_true(others[JC_ECO_BENEVOLENT] >= others[JC_ECO_NO_GOAL] - 1e-9);
            assert_true(others[JC_ECO_NO_GOAL] >= others[JC_ECO_AGGRESSIVE] - 1e-9);
        }
        for (goal = 0; goal < JC_ECO_GOALS; goal++) {
            jc_eco_result_free(&result[goal]);
        }
        jc_eco_units_free(&units);
    }
}

/* Neither the units of a number nor the order of the rows matter. */
static void
test_invariance(void **state)
{
    const size_t goals[] = { JC_ECO_BENEVOLENT, JC_ECO_AGGRESSIVE };
    struct jc_eco_options options = plain;
    struct jc_eco_units units, other;
    struct jc_eco_result result, changed;
    struct jc_pcg pcg;
    size_t j, k;

    (void) state;
    for (k = 0; k < 2; k++) {
        options.goal = (enum jc_eco_goal) goals[k];
        jc_pcg_init(&pcg, 13, 7);
        make_random(&units, &pcg);
        jc_pcg_init(&pcg, 13, 7);
        make_random(&other, &pcg);
        for (j = 0; j < N; j++) {
            memcpy(&other.input[j * M], &units.input[(N - 1 - j) * M], M * sizeof(double));
            memcpy(&other.output[j * S], &units.output[(N - 1 - j) * S], S * sizeof(double));
            other.input[j * M] *= 1e9;
            other.output[j * S] *= 1e-12;
        }
        solve(&units, &options, &result);
        solve(&other, &options, &changed);
        for (j = 0; j < N; j++) {
            assert_true(fabs(result.score[j] - changed.score[N - 1 - j]) < 1e-9);
        }
        jc_eco_result_free(&result);
        jc_eco_result_free(&changed);
        jc_eco_units_free(&units);
        jc_eco_units_free(&other);
    }
}

static void
test_ranks(void **state)
{
    const double score[] = { 0.5, 0.9, 0.5 + 1e-12, 0.1, 0.9 };
    const size_t expected[] = { 3, 1, 3, 5, 1 };
    size_t rank[5];

    (void) state;
    jc_eco_ranks(5, score, rank);
    assert_memory_equal(rank, expected, sizeof(rank));
}

static void
refuse(const struct jc_eco_units *units, const struct jc_eco_options *options, int status,
    const char *message)
{
    struct jc_eco_result result;
    struct jc_error error = { "" };

    assert_int_equal(jc_eco_efficiency(units, options, &result, &error), status);
    assert_string_equal(error.message, message);
    assert_null(result.score);
}

static void
test_refusals(void **state)
{
    const double bad[] = { 0, -1, NAN, INFINITY };
    const char *const shown[] = { "0", "-1", "nan", "inf" };
    struct jc_eco_options options = plain;
    struct jc_eco_units units;
    char message[200];
    size_t j;

    (void) state;
    for (j = 0; j < 4; j++) {
        make_units(&units, 6, 2, two_inputs, 1, one);
        units.input[3] = bad[j];
        (void) snprintf(message, sizeof(message),
            "unit 'b': in 2 is %s; data envelopment analysis needs finite numbers greater than 0",
            shown[j]);
        refuse(&units, &plain, JC_ERROR_INPUT, message);
        units.input[3] = 1;
        units.output[5] = bad[j];
        (void) snprintf(message, sizeof(message),
            "unit 'f': out 1 is %s; data envelopment analysis needs finite numbers greater than 0",
            shown[j]);
        refuse(&units, &plain, JC_ERROR_INPUT, message);
        jc_eco_units_free(&units);
    }
    make_units(&units, 1, 2, two_inputs, 1, one);
    refuse(&units, &plain, JC_ERROR_INPUT,
        "1 units, 2 inputs and 1 outputs; data envelopment analysis compares at least 2 units by "
        "at "
        "least 1 input and 1 output");
    jc_eco_units_free(&units);
    make_units(&units, 2, 2, two_inputs, 1, one);
    options.normalisation = JC_ECO_MIN_MAX;
    options.epsilon = 1;
    refuse(&units, &options, JC_ERROR_SCENARIO, "epsilon is 1; it must lie between 0 and 1");
    options.epsilon = 0;
    refuse(&units, &options, JC_ERROR_SCENARIO, "epsilon is 0; it must lie between 0 and 1");
    jc_eco_units_free(&units);
}

/* Numbers of any size end in a checked solution or an error, never in a wrong answer. */
static void
test_far_apart(void **state)
{
    struct jc_eco_options options = plain;
    struct jc_eco_units units;
    struct jc_eco_result result;
    struct jc_error error;
    struct jc_pcg pcg;
    size_t run, j;
    int ret;

    (void) state;
    jc_pcg_init(&pcg, 14, 7);
    for (run = 0; run < 100; run++) {
        make_random(&units, &pcg);
        for (j = 0; j < N * M; j++) {
            units.input[j] = pow(units.input[j], (double) run * 0.5);
        }
        options.goal = (enum jc_eco_goal)(run % JC_ECO_GOALS);
        ret = jc_eco_efficiency(&units, &options, &result, &error);
        assert_true(ret == 0 || ret == JC_ERROR_INPUT);
        if (ret == 0) {
            for (j = 0; j < N; j++) {
                assert_true(result.efficiency[j] > 0 && result.efficiency[j] <= 1);
                assert_true(result.score[j] > 0 && result.score[j] <= 1 + 1e-6);
            }
        }
        jc_eco_result_free(&result);
        jc_eco_units_free(&units);
    }
}

/* GLPK without memory neither prints nor ends the program, and works again afterwards. */
static void
test_memory(void **state)
{
    enum { MANY = 2000 };
    struct jc_eco_units units;
    size_t j;

    assert_int_equal(jc_eco_units_init(&units, MANY, 10, 1, NULL), 0);
    for (j = 0; j < (size_t) MANY * 10; j++) {
        units.input[j] = 1 + (double) (j * j % 97);
        units.output[j % MANY] = 1;
    }
    glp_mem_limit(1);
    refuse(&units, &plain, JC_ERROR_INTERNAL, "GLPK gave up; memory may have run out");
    jc_eco_units_free(&units);
    test_two_inputs(state);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_inputs),
        cmocka_unit_test(test_two_outputs),
        cmocka_unit_test(test_goals),
        cmocka_unit_test(test_normalisation),
        cmocka_unit_test(test_duality),
        cmocka_unit_test(test_goals_in_order),
        cmocka_unit_test(test_invariance),
        cmocka_unit_test(test_ranks),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_far_apart),
        cmocka_unit_test(test_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
