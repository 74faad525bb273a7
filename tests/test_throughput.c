/* The log-linear fit of throughput: published coefficients, an independent solution, refusals. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/throughput.h"

static void
select_rows(struct jc_measurements *selected, const char *model)
{
    struct jc_measurements all;
    struct jc_error error = { "" };

    assert_int_equal(jc_measurements_read(&all, JC_SOURCE_ROOT "/models/data/throughput_h100.csv",
                         &error),
        0);
    assert_int_equal(jc_measurements_select(&all, model, "FP8", selected, &error), 0);
    jc_measurements_free(&all);
}

static void
append(struct jc_measurements *measurements, double input_tokens, double output_tokens,
    double throughput)
{
    static char text[] = "x";
    const struct jc_measurement row = { .model = text,
        .precision = text,
        .source = text,
        .input_tokens = input_tokens,
        .output_tokens = output_tokens,
        .throughput_tokens_per_s = throughput };
    struct jc_error error = { "" };

    assert_int_equal(jc_measurements_append(measurements, &row, &error), 0);
}

/* (X'X)^-1, coefficients and residual scatter by the normal equations in long double. */
struct solution {
    long double inverse[3][3];
    long double coefficient[3];
    long double residual_sd;
};

static void
invert(long double a[3][3], long double inverse[3][3])
{
    long double determinant = 0;
    int i, j;

    for (i = 0; i < 3; i++) {
        for (j = 0; j < 3; j++) { /* cyclic indices give the cofactors their signs */
            inverse[j][i] = a[(i + 1) % 3][(j + 1) % 3] * a[(i + 2) % 3][(j + 2) % 3]
                - a[(i + 1) % 3][(j + 2) % 3] * a[(i + 2) % 3][(j + 1) % 3];
        }
    }
    for (j = 0; j < 3; j++) {
        determinant += a[0][j] * inverse[j][0];
    }
    for (i = 0; i < 9; i++) {
        inverse[i / 3][i % 3] /= determinant;
    }
}

static void
solve(const struct jc_measurements *rows, struct solution *solution)
{
    long double xx[3][3] = { { 0 } };
    long double xy[3] = { 0 };
    long double sum = 0;
    size_t r, i, j;

    for (r = 0; r < rows->n_rows; r++) {
        const long double x[3] = { 1, logl((long double) rows->row[r].input_tokens),
            logl((long double) rows->row[r].output_tokens) };

        for (i = 0; i < 3; i++) {
            xy[i] += x[i] * logl((long double) rows->row[r].throughput_tokens_per_s);
            for (j = 0; j < 3; j++) {
                xx[i][j] += x[i] * x[j];
            }
        }
    }
    invert(xx, solution->inverse);
    for (i = 0; i < 3; i++) {
        solution->coefficient[i] = 0;
        for (j = 0; j < 3; j++) {
            solution->coefficient[i] += solution->inverse[i][j] * xy[j];
        }
    }
    for (r = 0; r < rows->n_rows; r++) {
        long double residual = logl((long double) rows->row[r].throughput_tokens_per_s)
            - solution->coefficient[0]
            - solution->coefficient[1] * logl((long double) rows->row[r].input_tokens)
            - solution->coefficient[2] * logl((long double) rows->row[r].output_tokens);

        sum += residual * residual;
    }
    solution->residual_sd = sqrtl(sum / (long double) (rows->n_rows - 3));
}

/* Largest difference allowed: 1e-10 of the scale, as the fit rounds to 40 bits (4.5e-13). */
static void
assert_close(double value, long double expected, long double scale)
{
    assert_true(fabsl((long double) value - expected) <= 1e-10L * scale);
}

static void
assert_solution(const struct jc_measurements *rows, const struct jc_throughput_fit *fit)
{
    struct solution solution;
    size_t i;

    solve(rows, &solution);
    for (i = 0; i < 3; i++) {
        assert_close(fit->coefficient[i], solution.coefficient[i], fabsl(solution.coefficient[0]));
    }
    for (i = 0; i < 9; i++) {
        assert_close(fit->unscaled_covariance[i], solution.inverse[i / 3][i % 3],
            solution.inverse[0][0]);
    }
    if (rows->n_rows > 3) {
        assert_close(fit->residual_sd, solution.residual_sd, 1);
    }
}

/* Published: b0, b1 and b2 to six digits, the cap and the rows. */
static void
expect_fit(const char *model, double b0, double b1, double b2, double cap, size_t n_rows)
{
    struct jc_measurements rows;
    struct jc_throughput_fit fit;
    struct jc_error error = { "" };

    select_rows(&rows, model);
    assert_int_equal(rows.n_rows, n_rows);
    assert_true(jc_throughput_largest(&rows) == cap);
    assert_int_equal(jc_throughput_fit(&fit, &rows, &error), 0);
    assert_int_equal(fit.n_rows, n_rows);
    assert_int_equal(fit.degrees_of_freedom, n_rows - 3);
    assert_true(fabs(fit.coefficient[0] - b0) <= 0.51e-6);
    assert_true(fabs(fit.coefficient[1] - b1) <= 0.51e-6);
    assert_true(fabs(fit.coefficient[2] - b2) <= 0.51e-6);
    assert_solution(&rows, &fit);
    jc_measurements_free(&rows);
}

static void
test_published(void **state)
{
    (void) state;
    expect_fit("Llama 3.1 405B", 9.761963, -0.585439, 0.226564, 4572.23, 7);
    expect_fit("Llama 3.1 70B", 10.823820, -0.562283, 0.262075, 17463.99, 5);
    expect_fit("Mixtral 8x22B", 11.225390, -0.553024, 0.251667, 25150.03, 5);
    expect_fit("DeepSeek-R1 671B", 10.559279, -0.539388, -0.004878, 1300.00, 3);
}

/* The root mean square of the residuals is a factor of 1.26 to 1.30; the scatter that they estimate, with
 * three coefficients fitted, is larger. */
static void
expect_scatter(const char *model, double factor)
{
    struct jc_measurements rows;
    struct jc_throughput_fit fit;
    struct jc_error error = { "" };
    double root_mean_square;

    select_rows(&rows, model);
    assert_int_equal(jc_throughput_fit(&fit, &rows, &error), 0);
    root_mean_square =
        fit.residual_sd * sqrt((double) fit.degrees_of_freedom / (double) fit.n_rows);
    assert_true(fabs(exp(root_mean_square) - factor) < 0.0051);
    jc_measurements_free(&rows);
}

static void
test_residual_scatter(void **state)
{
    struct jc_measurements rows;
    struct jc_throughput_fit fit;
    struct jc_error error = { "" };

    (void) state;
    expect_scatter("Llama 3.1 405B", 1.26);
    expect_scatter("Llama 3.1 70B", 1.29);
    expect_scatter("Mixtral 8x22B", 1.30);

    select_rows(&rows, "DeepSeek-R1 671B");
    assert_int_equal(jc_throughput_fit(&fit, &rows, &error), 0);
    assert_int_equal(fit.degrees_of_freedom, 0);
    assert_true(isnan(fit.residual_sd));
    jc_measurements_free(&rows);
}

static void
test_exact_law(void **state)
{
    struct jc_measurements rows = { 0 };
    struct jc_throughput_fit fit;
    struct jc_error error = { "" };
    double i, o;

    (void) state;
    for (i = 10; i < 1e5; i *= 10) {
        for (o = 20; o < 1e4; o *= 5) {
            append(&rows, i, o, exp(9) * pow(i, -0.5) * pow(o, 0.25));
        }
    }
    assert_int_equal(jc_throughput_fit(&fit, &rows, &error), 0);
    assert_close(fit.coefficient[0], 9, 1);
    assert_close(fit.coefficient[1], -0.5L, 1);
    assert_close(fit.coefficient[2], 0.25L, 1);
    assert_true(fit.residual_sd < 1e-10);
    assert_solution(&rows, &fit);
    jc_measurements_free(&rows);
}

/* Rounded to 40 bits: 2^40 times the mantissa is whole. */
static void
assert_bits(double value)
{
    int exponent;
    const double scaled = ldexp(frexp(value, &exponent), 40);

    assert_true(scaled == rint(scaled));
}

static void
test_rounding(void **state)
{
    struct jc_measurements rows;
    struct jc_throughput_fit fit;
    struct jc_error error = { "" };
    size_t j;

    (void) state;
    select_rows(&rows, "Llama 3.1 405B");
    assert_int_equal(jc_throughput_fit(&fit, &rows, &error), 0);
    for (j = 0; j < 3; j++) {
        assert_bits(fit.coefficient[j]);
    }
    for (j = 0; j < 9; j++) {
        assert_bits(fit.unscaled_covariance[j]);
        assert_true(fit.unscaled_covariance[j] == fit.unscaled_covariance[j % 3 * 3 + j / 3]);
    }
    assert_bits(fit.residual_sd);
    jc_measurements_free(&rows);
}

static void
refuse(struct jc_measurements *rows, const char *message)
{
    struct jc_throughput_fit fit;
    struct jc_error error = { "" };

    assert_int_equal(jc_throughput_fit(&fit, rows, &error), JC_ERROR_INPUT);
    assert_string_equal(error.message, message);
    jc_measurements_free(rows);
}

static void
test_refused(void **state)
{
    struct jc_measurements rows = { 0 };

    (void) state;
    refuse(&rows, "0 throughput measurements: a log-linear fit needs at least 3");
    select_rows(&rows, "Llama-3.1 Nemotron Ultra 253B");
    assert_true(jc_throughput_largest(&rows) == 5200);
    refuse(&rows, "2 throughput measurements: a log-linear fit needs at least 3");

    /* All of the same input length. */
    append(&rows, 500, 100, 1000);
    append(&rows, 500, 200, 1100);
    append(&rows, 500, 400, 1200);
    append(&rows, 500, 800, 1300);
    refuse(&rows,
        "the 4 throughput measurements lie on a line: they do not determine the effects of input "
        "and output tokens");

    /* On a line in logarithms: output = 3 sqrt(input). */
    append(&rows, 100, 30, 1000);
    append(&rows, 400, 60, 900);
    append(&rows, 1600, 120, 800);
    refuse(&rows,
        "the 3 throughput measurements lie on a line: they do not determine the effects of input "
        "and output tokens");

    /* The same point three times. */
    append(&rows, 100, 30, 1000);
    append(&rows, 100, 30, 1001);
    append(&rows, 100, 30, 1002);
    refuse(&rows,
        "the 3 throughput measurements lie on a line: they do not determine the effects of input "
        "and output tokens");

    /* A length that is not stated. */
    append(&rows, 100, 30, 1000);
    append(&rows, NAN, 60, 900);
    append(&rows, 1600, 90, 800);
    append(&rows, 3200, 60, 800);
    refuse(&rows, "throughput measurement 2 of 4 does not state its input and output tokens");
}

static void
test_largest(void **state)
{
    struct jc_measurements rows = { 0 };

    (void) state;
    assert_true(jc_throughput_largest(&rows) == 0);
    append(&rows, 1, 1, 7);
    append(&rows, 1, 1, 9.5);
    append(&rows, NAN, NAN, 8);
    assert_true(jc_throughput_largest(&rows) == 9.5);
    jc_measurements_free(&rows);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published),
        cmocka_unit_test(test_residual_scatter),
        cmocka_unit_test(test_exact_law),
        cmocka_unit_test(test_rounding),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_largest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
