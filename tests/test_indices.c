/* Sobol indices by pick-freeze: functions with known indices, what must hold exactly, and how often the
 * intervals hold what they should. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "engine/indices.h"
#include "samplers/student.h"
#include "tests/sensitivity_functions.h"

#define ROWS 65536
#define FEW_ROWS 1024
#define REPETITIONS 1000

/* Two sets of rows, and what the function makes of them and of their mixtures. */
struct study {
    const struct function *function;
    size_t n;
    double offset; /* added to every response */
    double *u[2];
    double *a, *b, *ab, *ba;
};

static void
study_init(struct study *study, const struct function *function, size_t n)
{
    double **array[4] = { &study->a, &study->b, &study->ab, &study->ba };
    size_t k;

    *study = (struct study){ .function = function, .n = n };
    for (k = 0; k < 2; k++) {
        study->u[k] = calloc(n * function->n_inputs, sizeof(double));
        assert_non_null(study->u[k]);
    }
    for (k = 0; k < 4; k++) {
        *array[k] = calloc(n, sizeof(double));
        assert_non_null(*array[k]);
    }
}

static void
study_free(struct study *study)
{
    free(study->u[0]);
    free(study->u[1]);
    free(study->a);
    free(study->b);
    free(study->ab);
    free(study->ba);
}

/* The response to the rows of one set, with one input (or none) from the other. */
static void
respond(const struct study *study, size_t set, size_t swapped, double *y)
{
    const size_t d = study->function->n_inputs;
    double u[MOST_INPUTS];
    size_t i, j;

    for (j = 0; j < study->n; j++) {
        for (i = 0; i < d; i++) {
            u[i] = study->u[i == swapped ? 1 - set : set][j * d + i];
        }
        y[j] = study->function->value(u) + study->offset;
    }
}

static void
estimate(struct study *study, uint64_t seed, struct jc_indices *indices)
{
    const size_t d = study->function->n_inputs;
    struct jc_error error;
    size_t i;

    uniform_rows(seed, "A", study->n, d, study->u[0]);
    uniform_rows(seed, "B", study->n, d, study->u[1]);
    respond(study, 0, d, study->a);
    respond(study, 1, d, study->b);
    assert_int_equal(jc_indices_init(indices, d, study->offset, &error), 0);
    jc_indices_add_rows(indices, study->n, study->a, study->b);
    for (i = 0; i < d; i++) {
        respond(study, 0, i, study->ab);
        respond(study, 1, i, study->ba);
        jc_indices_add_input(indices, i, study->n, study->a, study->b, study->ab, study->ba);
    }
}

/* Within twice the interval of 95 %: 3.9 standard errors, a false alarm in 10^4 per number. */
static void
assert_close(struct jc_estimate_bounds estimate, double truth, double widest)
{
    const double half = 0.5 * (estimate.upper - estimate.lower);

    assert_true(half < widest);
    if (!(fabs(estimate.value - truth) <= 2 * half + 1e-15)) {
        fail_msg("%g, 95 %% from %g to %g, is not %g", estimate.value, estimate.lower,
            estimate.upper, truth);
    }
}

static void
check_function(struct function function)
{
    struct jc_indices indices;
    struct study study;
    size_t i;

    study_init(&study, &function, ROWS);
    estimate(&study, 20260101, &indices);
    for (i = 0; i < function.n_inputs; i++) {
        assert_close(jc_indices_first(&indices, i), function.first[i], 0.03);
        assert_close(jc_indices_total(&indices, i), function.total[i], 0.03);
    }
    jc_indices_free(&indices);
    study_free(&study);
}

static void
test_ishigami(void **state)
{
    const struct function function = ishigami();

    (void) state;
    assert_true(fabs(function.first[0] - 0.3139) < 5e-5); /* as published */
    assert_true(fabs(function.first[1] - 0.4424) < 5e-5);
    assert_true(fabs(function.total[0] - 0.5576) < 5e-5);
    assert_true(fabs(function.total[2] - 0.2437) < 5e-5);
    check_function(function);
}

static void
test_sobol_g(void **state)
{
    (void) state;
    check_function(sobol_g(true));
    check_function(sobol_g(false));
}

static void
test_lognormals(void **state)
{
    (void) state;
    check_function(lognormals());
}

/* A large constant changes nothing but rounding; a small index of 1e-5 still has two digits. */
static void
test_offset(void **state)
{
    const struct function function = sobol_g(true);
    struct jc_indices near_zero, far;
    struct study study;
    size_t i;

    (void) state;
    study_init(&study, &function, ROWS);
    estimate(&study, 7, &near_zero);
    study.offset = 1e6;
    estimate(&study, 7, &far);
    for (i = 0; i < function.n_inputs; i++) {
        const double truth = function.total[i];

        assert_true(
            fabs(jc_indices_total(&far, i).value / jc_indices_total(&near_zero, i).value - 1)
            < 1e-6);
        assert_true(fabs(jc_indices_total(&near_zero, i).value / truth - 1) < 0.05);
    }
    assert_true(fabs(jc_indices_mean(&far) - 1e6 - 1) < 0.02); /* the mean of G is 1 */
    assert_true(fabs(jc_indices_variance(&far) / jc_indices_variance(&near_zero) - 1) < 1e-6);
    jc_indices_free(&near_zero);
    jc_indices_free(&far);
    study_free(&study);
}

static double
first_only(const double *u)
{
    return 3 * u[0] * u[0];
}

static double
constant(const double *u)
{
    (void) u;
    return 2;
}

/* All and nothing are exact, with intervals of no width; where nothing varies there are no indices. */
static void
test_extremes(void **state)
{
    const struct function one = { .n_inputs = 2, .value = first_only };
    const struct function none = { .n_inputs = 1, .value = constant };
    struct jc_estimate_bounds found;
    struct jc_indices indices;
    struct study study;

    (void) state;
    study_init(&study, &one, 1000);
    estimate(&study, 3, &indices);
    found = jc_indices_first(&indices, 0);
    assert_true(found.value == 1 && found.upper - found.lower < 1e-12);
    found = jc_indices_total(&indices, 0);
    assert_true(found.value == 1 && found.upper - found.lower < 1e-12);
    found = jc_indices_first(&indices, 1);
    assert_true(found.value == 0 && found.lower == 0 && found.upper == 0);
    found = jc_indices_total(&indices, 1);
    assert_true(found.value == 0 && found.lower == 0 && found.upper == 0);
    jc_indices_free(&indices);
    study_free(&study);

    study_init(&study, &none, 100);
    estimate(&study, 3, &indices);
    assert_true(isnan(jc_indices_first(&indices, 0).value));
    assert_true(isnan(jc_indices_total(&indices, 0).upper));
    jc_indices_free(&indices);
    study_free(&study);
}

/* A single row has estimates but no interval; a few rows have one. */
static void
test_few_rows(void **state)
{
    const struct function function = ishigami();
    struct jc_estimate_bounds found;
    struct jc_indices indices;
    struct study study;
    size_t n;

    (void) state;
    for (n = 1; n <= 3; n++) {
        study_init(&study, &function, n);
        estimate(&study, 5, &indices);
        found = jc_indices_total(&indices, 0);
        assert_true(isfinite(found.value) && isfinite(found.upper) == (n > 1));
        jc_indices_free(&indices);
        study_free(&study);
    }
}

/* Rows in parts, folded in their order, are the rows in one piece: to the bit in their batches. */
static void
test_fold(void **state)
{
    const struct function function = ishigami();
    const size_t half = 512;
    struct jc_indices whole, first, second;
    struct jc_error error;
    struct study study;
    size_t i;

    (void) state;
    study_init(&study, &function, FEW_ROWS + 17);
    estimate(&study, 11, &whole);
    assert_int_equal(jc_indices_init(&first, 3, 0, &error), 0);
    assert_int_equal(jc_indices_init(&second, 3, 0, &error), 0);
    jc_indices_add_rows(&second, 64, study.a, study.b); /* and forgotten */
    jc_indices_clear(&second);
    jc_indices_add_rows(&first, half, study.a, study.b);
    jc_indices_add_rows(&second, study.n - half, study.a + half, study.b + half);
    for (i = 0; i < 3; i++) {
        respond(&study, 0, i, study.ab);
        respond(&study, 1, i, study.ba);
        jc_indices_add_input(&first, i, half, study.a, study.b, study.ab, study.ba);
        jc_indices_add_input(&second, i, study.n - half, study.a + half, study.b + half,
            study.ab + half, study.ba + half);
    }
    jc_indices_fold(&first, &second);
    assert_int_equal(first.n_rows, whole.n_rows);
    for (i = 0; i < 3; i++) {
        const struct jc_estimate_bounds a = jc_indices_first(&whole, i);
        const struct jc_estimate_bounds b = jc_indices_first(&first, i);

        assert_true(fabs(a.value - b.value) < 1e-12 && fabs(a.lower - b.lower) < 1e-12);
    }
    jc_indices_free(&whole);
    jc_indices_free(&first);
    jc_indices_free(&second);
    study_free(&study);
}

/* Intervals of 95 % hold the truth in 95 % of 1000 studies, within four standard deviations of the binomial
 * distribution: 92.2 to 97.8 %. A false alarm in some 10^4 for each of the six numbers. */
static void
test_coverage(void **state)
{
    const struct function function = ishigami();
    const double most = 4 * sqrt(0.05 * 0.95 / REPETITIONS);
    size_t hits[2][3] = { { 0 } };
    struct jc_indices indices;
    struct study study;
    size_t i, k, r;

    (void) state;
    study_init(&study, &function, FEW_ROWS);
    for (r = 0; r < REPETITIONS; r++) {
        estimate(&study, 1000 + r, &indices);
        for (i = 0; i < 3; i++) {
            const struct jc_estimate_bounds first = jc_indices_first(&indices, i);
            const struct jc_estimate_bounds total = jc_indices_total(&indices, i);

            hits[0][i] += first.lower <= function.first[i] && function.first[i] <= first.upper;
            hits[1][i] += total.lower <= function.total[i] && function.total[i] <= total.upper;
        }
        jc_indices_free(&indices);
    }
    for (k = 0; k < 2; k++) {
        for (i = 0; i < 3; i++) {
            print_message("coverage, %s, input %zu: %zu of %d\n", k == 0 ? "first order" : "total",
                i + 1, hits[k][i], REPETITIONS);
            assert_true(fabs((double) hits[k][i] / REPETITIONS - 0.95) < most);
        }
    }
    study_free(&study);
}

/* Points of Student's distribution as tabled (two-sided 95 % and others). */
static void
test_student(void **state)
{
    (void) state;
    assert_true(fabs(jc_student_quantile(0.975, 1) / 12.706204736 - 1) < 1e-9);
    assert_true(fabs(jc_student_quantile(0.975, 5) / 2.570581836 - 1) < 1e-9);
    assert_true(fabs(jc_student_quantile(0.975, 63) / 1.998340543 - 1) < 1e-9);
    assert_true(fabs(jc_student_quantile(0.95, 10) / 1.812461123 - 1) < 1e-9);
    assert_true(fabs(jc_student_quantile(0.975, 1e7) / 1.959963985 - 1) < 1e-6);
    assert_true(jc_student_quantile(0.5, 3) < 1e-9);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ishigami),
        cmocka_unit_test(test_sobol_g),
        cmocka_unit_test(test_lognormals),
        cmocka_unit_test(test_offset),
        cmocka_unit_test(test_extremes),
        cmocka_unit_test(test_few_rows),
        cmocka_unit_test(test_fold),
        cmocka_unit_test(test_coverage),
        cmocka_unit_test(test_student),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
