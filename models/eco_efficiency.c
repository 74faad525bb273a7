#include "models/eco_efficiency.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/multiplier_program.h"

#define TOLERANCE 1e-6 /* of the checks of a solution, relative */

const char *const jc_eco_orientation_names[] = { "input", "output", NULL };
const char *const jc_eco_goal_names[] = { "benevolent", "aggressive", "none", NULL };
const char *const jc_eco_normalisation_names[] = { "none", "min-max", NULL };

int
jc_eco_units_init(struct jc_eco_units *self, size_t n_units, size_t n_inputs, size_t n_outputs,
    struct jc_error *error)
{
    /* One more of each: an empty one is no failure. */
    *self = (struct jc_eco_units){
        .n = n_units,
        .n_inputs = n_inputs,
        .n_outputs = n_outputs,
        .name = calloc(n_units + 1, sizeof(char *)),
        .input_name = calloc(n_inputs + 1, sizeof(char *)),
        .output_name = calloc(n_outputs + 1, sizeof(char *)),
        .input = calloc(n_units * n_inputs + 1, sizeof(double)),
        .output = calloc(n_units * n_outputs + 1, sizeof(double)),
    };
    return self->name == NULL || self->input_name == NULL || self->output_name == NULL
            || self->input == NULL || self->output == NULL
        ? jc_fail_memory(error)
        : 0;
}

static void
free_names(char **name, size_t n)
{
    size_t j;

    for (j = 0; name != NULL && j < n; j++) {
        free(name[j]);
    }
    free(name);
}

void
jc_eco_units_free(struct jc_eco_units *self)
{
    free_names(self->name, self->n);
    free_names(self->input_name, self->n_inputs);
    free_names(self->output_name, self->n_outputs);
    free(self->input);
    free(self->output);
    *self = (struct jc_eco_units){ 0 };
}

void
jc_eco_result_free(struct jc_eco_result *self)
{
    free(self->efficiency);
    free(self->input_weight);
    free(self->output_weight);
    free(self->lambda);
    free(self->gap);
    free(self->cross);
    free(self->score);
    *self = (struct jc_eco_result){ 0 };
}

static int
alloc_result(struct jc_eco_result *self, const struct jc_eco_units *units, struct jc_error *error)
{
    const size_t n = units->n;

    *self = (struct jc_eco_result){
        .efficiency = calloc(n, sizeof(double)),
        .input_weight = calloc(n * units->n_inputs, sizeof(double)),
        .output_weight = calloc(n * units->n_outputs, sizeof(double)),
        .lambda = calloc(n * n, sizeof(double)),
        .gap = calloc(n, sizeof(double)),
        .cross = calloc(n * n, sizeof(double)),
        .score = calloc(n, sizeof(double)),
    };
    return self->efficiency == NULL || self->input_weight == NULL || self->output_weight == NULL
            || self->lambda == NULL || self->gap == NULL || self->cross == NULL
            || self->score == NULL
        ? jc_fail_memory(error)
        : 0;
}

static int
check_numbers(const struct jc_eco_units *units, size_t n_columns, char *const *column,
    const double *number, struct jc_error *error)
{
    size_t j;

    for (j = 0; j < units->n * n_columns; j++) {
        if (!(number[j] > 0 && isfinite(number[j]))) {
            return jc_fail(error, JC_ERROR_INPUT,
                "unit '%s': %s is %g; data envelopment analysis needs finite numbers greater than "
                "0",
                units->name[j / n_columns], column[j % n_columns], number[j]);
        }
    }
    return 0;
}

static int
check(const struct jc_eco_units *units, const struct jc_eco_options *options,
    struct jc_error *error)
{
    int ret;

    if (units->n < 2 || units->n_inputs == 0 || units->n_outputs == 0) {
        return jc_fail(error, JC_ERROR_INPUT,
            "%zu units, %zu inputs and %zu outputs; data envelopment analysis compares at least 2 "
            "units by at least 1 input and 1 output",
            units->n, units->n_inputs, units->n_outputs);
    }
    if (options->normalisation == JC_ECO_MIN_MAX
        && !(options->epsilon > 0 && options->epsilon < 1)) {
        return jc_fail(error, JC_ERROR_SCENARIO, "epsilon is %g; it must lie between 0 and 1",
            options->epsilon);
    }
    ret = check_numbers(units, units->n_inputs, units->input_name, units->input, error);
    return ret != 0
        ? ret
        : check_numbers(units, units->n_outputs, units->output_name, units->output, error);
}

/* An input of all units to epsilon...1. */
static void
normalise_input(const struct jc_eco_units *units, size_t column, double epsilon, double *input)
{
    const size_t m = units->n_inputs;
    double low = INFINITY;
    double high = 0;
    size_t j;

    for (j = 0; j < units->n; j++) {
        low = fmin(low, units->input[j * m + column]);
        high = fmax(high, units->input[j * m + column]);
    }
    for (j = 0; j < units->n; j++) {
        input[j * m + column] = high > low
            ? epsilon + (1 - epsilon) * ((units->input[j * m + column] - low) / (high - low))
            : 1;
    }
}

static double
dot(size_t n, const double *a, const double *b)
{
    double sum = 0;
    size_t j;

    for (j = 0; j < n; j++) {
        sum += a[j] * b[j];
    }
    return sum;
}

static void
judge(const struct jc_eco_units *units, struct jc_eco_result *result)
{
    const size_t m = units->n_inputs;
    const size_t s = units->n_outputs;
    size_t j, k;

    for (k = 0; k < units->n; k++) {
        for (j = 0; j < units->n; j++) {
            result->cross[k * units->n + j] =
                dot(s, &result->output_weight[k * s], &units->output[j * s])
                / dot(m, &result->input_weight[k * m], &units->input[j * m]);
        }
    }
}

/* The target of unit k, sum lambda_j (x_j, y_j), in a column of n_columns, relative to the unit. */
static double
target(const struct jc_eco_units *units, const double *lambda, size_t k, size_t n_columns,
    const double *number, size_t column)
{
    double sum = 0;
    size_t j;

    for (j = 0; j < units->n; j++) {
        sum += lambda[j] * number[j * n_columns + column];
    }
    return sum / number[k * n_columns + column];
}

/* The target has at least the outputs of the unit and at most theta of its inputs (or at most its inputs
 * and at least phi of its outputs): theta (or 1/phi) is the other program's optimum. */
static double
find_gap(const struct jc_eco_units *units, const struct jc_eco_result *result, size_t k)
{
    const double *lambda = &result->lambda[k * units->n];
    double largest_input = 0;
    double least_output = INFINITY;
    size_t j;

    for (j = 0; j < units->n_inputs; j++) {
        largest_input =
            fmax(largest_input, target(units, lambda, k, units->n_inputs, units->input, j));
    }
    for (j = 0; j < units->n_outputs; j++) {
        least_output =
            fmin(least_output, target(units, lambda, k, units->n_outputs, units->output, j));
    }
    return fabs(largest_input / least_output / result->efficiency[k] - 1);
}

/* By the definitions, not by what GLPK says of itself: nobody exceeds 1 under anyone's weights, everybody
 * keeps the efficiency of its own, and both programs have one optimum. */
static int
check_solution(const struct jc_eco_units *units, struct jc_eco_result *result,
    struct jc_error *error)
{
    size_t j, k;

    for (k = 0; k < units->n; k++) {
        const double *row = &result->cross[k * units->n];
        double largest = 0;

        for (j = 0; j < units->n; j++) {
            largest = row[j] <= largest ? largest : row[j];
        }
        result->gap[k] = find_gap(units, result, k);
        if (!(largest <= 1 + TOLERANCE)
            || !(fabs(row[k] - result->efficiency[k]) <= TOLERANCE * result->efficiency[k])
            || !(result->gap[k] <= TOLERANCE)) {
            return jc_fail(error, JC_ERROR_INPUT,
                "unit '%s': its linear program has no exact solution in double precision; its "
                "numbers are too far apart",
                units->name[k]);
        }
    }
    return 0;
}

static void
score(size_t n, bool exclude_self, struct jc_eco_result *result)
{
    size_t j, k;

    for (j = 0; j < n; j++) {
        result->score[j] = 0;
        for (k = 0; k < n; k++) {
            result->score[j] += exclude_self && k == j ? 0 : result->cross[k * n + j];
        }
        result->score[j] /= (double) (exclude_self ? n - 1 : n);
    }
}

int
jc_eco_efficiency(const struct jc_eco_units *units, const struct jc_eco_options *options,
    struct jc_eco_result *result, struct jc_error *error)
{
    struct jc_eco_units used = *units;
    double *normalised = NULL;
    size_t j;
    int ret;

    *result = (struct jc_eco_result){ 0 };
    ret = check(units, options, error);
    if (ret != 0) {
        return ret;
    }
    if (options->normalisation == JC_ECO_MIN_MAX) {
        normalised = calloc(units->n * units->n_inputs, sizeof(double));
        ret = normalised == NULL ? jc_fail_memory(error) : 0;
        for (j = 0; ret == 0 && j < units->n_inputs; j++) {
            normalise_input(units, j, options->epsilon, normalised);
        }
        used.input = normalised;
    }
    ret = ret != 0 ? ret : alloc_result(result, units, error);
    ret = ret != 0 ? ret : jc_multiplier_programs(&used, options, result, error);
    if (ret == 0) {
        judge(&used, result);
        ret = check_solution(&used, result, error);
        score(units->n, options->exclude_self, result);
    }
    free(normalised);
    if (ret != 0) {
        jc_eco_result_free(result);
    }
    return ret;
}

void
jc_eco_ranks(size_t n, const double *score, size_t *rank)
{
    size_t j, k;

    for (j = 0; j < n; j++) {
        rank[j] = 1;
        for (k = 0; k < n; k++) {
            rank[j] += score[k] > score[j] + JC_ECO_TIE;
        }
    }
}
