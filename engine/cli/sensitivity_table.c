/*
 * Sensitivities, for people and for programs (format joulecast-sensitivity, version 1).
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/cli/cli.h"

#define LEAST_WIDTH 24

/* Four digits after the point; nothing where there is no number. */
static void
print_index(double value, double lower, double upper)
{
    if (isnan(value)) {
        (void) printf(" %24s", "-");
    } else if (isnan(lower)) {
        (void) printf(" %7.4f %16s", value, "");
    } else {
        (void) printf(" %7.4f (%6.4f-%6.4f)", value, lower, upper);
    }
}

static void
print_number(const char *format, double value)
{
    if (isnan(value)) {
        (void) printf(" %9s", "-");
    } else {
        (void) printf(format, value);
    }
}

/* Of the column of inputs. */
static int
width_of(const struct jc_sensitivity *sensitivity)
{
    size_t width = LEAST_WIDTH;
    size_t j;

    for (j = 0; j < sensitivity->n_inputs; j++) {
        if (strlen(sensitivity->input[j]) > width) {
            width = strlen(sensitivity->input[j]);
        }
    }
    return (int) width;
}

static void
print_input(const struct jc_sensitivity *sensitivity, size_t input)
{
    double *const *column = sensitivity->column;

    (void) printf("%-*s", width_of(sensitivity), sensitivity->input[input]);
    if (sensitivity->method == JC_SENSITIVITY_PICK_FREEZE) {
        print_index(column[JC_TOTAL][input], column[JC_TOTAL_LOWER][input],
            column[JC_TOTAL_UPPER][input]);
    }
    print_index(column[JC_FIRST][input], column[JC_FIRST_LOWER][input],
        column[JC_FIRST_UPPER][input]);
    print_number(" %+9.4f", column[JC_RANK_COEFFICIENT][input]);
    if (sensitivity->method == JC_SENSITIVITY_PICK_FREEZE) {
        print_number(" %9.4g", column[JC_AT_LOW][input]);
        print_number(" %9.4g", column[JC_AT_HIGH][input]);
    }
    (void) printf("\n");
}

static void
print_head(const struct jc_sensitivity *sensitivity)
{
    const bool swings = sensitivity->method == JC_SENSITIVITY_PICK_FREEZE;
    const bool draws = sensitivity->statistic != NULL;

    (void) printf("\n%s: ", sensitivity->label);
    if (draws) {
        (void) printf("%s of %s [%s]", sensitivity->statistic, sensitivity->response,
            sensitivity->unit);
    } else {
        (void) printf("%s [%s]", sensitivity->response, sensitivity->unit);
    }
    (void) printf(", mean %.4g, sd %.4g", sensitivity->mean, sensitivity->sd);
    if (swings) {
        (void) printf(draws ? ", %.4g in the middle" : ", %.4g at the medians",
            sensitivity->at_medians);
    }
    (void) printf("; %" PRIu64 " %s\n%-*s", sensitivity->n, draws ? "draws" : "rows",
        width_of(sensitivity), draws ? "unknown" : "input");
    if (swings) {
        (void) printf(" %24s", "total (95 % bounds)");
    }
    (void) printf(" %24s %9s", "first order", "rank");
    if (swings) {
        (void) printf(" %9s %9s", draws ? "P5 alone" : "at P5", draws ? "P95 alone" : "at P95");
    }
    (void) printf("\n");
}

/* The last line: the sum of what is explained, and the band that all of it makes. */
static void
print_together(const struct jc_sensitivity *sensitivity, double sum)
{
    const bool swings = sensitivity->method == JC_SENSITIVITY_PICK_FREEZE;

    (void) printf("%-*s", width_of(sensitivity), "together");
    if (swings) {
        (void) printf(" %24s", "");
    }
    print_index(sum, NAN, NAN);
    if (!isnan(sensitivity->low)) {
        (void) printf(" %9s %9.4g %9.4g", swings ? "" : "P5, P95", sensitivity->low,
            sensitivity->high);
    }
    if (!isnan(sensitivity->r_squared)) {
        (void) printf(" R2 %.4f%s", sensitivity->r_squared,
            sensitivity->determined ? "" : "; no coefficients: inputs follow from one another");
    }
    (void) printf("\n");
}

static int
print_response(const struct jc_sensitivity *sensitivity, struct jc_error *error)
{
    size_t *order = calloc(sensitivity->n_inputs + 1, sizeof(*order));
    double sum = 0;
    size_t j;

    if (order == NULL) {
        return jc_fail_memory(error);
    }
    jc_sensitivity_order(sensitivity, order);
    print_head(sensitivity);
    for (j = 0; j < sensitivity->n_inputs; j++) {
        print_input(sensitivity, order[j]);
        sum += sensitivity->column[JC_FIRST][j];
    }
    print_together(sensitivity, sum);
    free(order);
    return 0;
}

int
jc_cli_print_sensitivities(const struct jc_results *results, struct jc_error *error)
{
    const struct jc_sensitivity *first = &results->sensitivities[0];
    size_t j;
    int ret = 0;

    if (first->statistic == NULL) {
        (void) printf("%s\nWhat the variance between queries comes from, seed %" PRIu64 "\n",
            results->title, results->seed);
    } else {
        (void) printf("%s\nWhat the band of the %s comes from: the variance between draws of what "
                      "is unknown; %" PRIu64 " queries per case and draw, seed %" PRIu64 "\n",
            results->title, first->statistic, first->queries, results->seed);
    }
    for (j = 0; ret == 0 && j < results->n_sensitivities; j++) {
        ret = print_response(&results->sensitivities[j], error);
    }
    return ret;
}

static bool
add_estimate(cJSON *input, const char *name, const struct jc_sensitivity *sensitivity,
    enum jc_sensitivity_column column, size_t index)
{
    cJSON *object = cJSON_AddObjectToObject(input, name);
    double *const *number = &sensitivity->column[column];

    return object == NULL || cJSON_AddNumberToObject(object, "value", number[0][index]) == NULL
        || cJSON_AddNumberToObject(object, "lower", number[1][index]) == NULL
        || cJSON_AddNumberToObject(object, "upper", number[2][index]) == NULL;
}

static bool
add_input(cJSON *inputs, const struct jc_sensitivity *sensitivity, size_t index)
{
    cJSON *input = cJSON_AddObjectToObject(inputs, sensitivity->input[index]);

    return input == NULL || add_estimate(input, "total", sensitivity, JC_TOTAL, index)
        || add_estimate(input, "first_order", sensitivity, JC_FIRST, index)
        || cJSON_AddNumberToObject(input, "rank_coefficient",
               sensitivity->column[JC_RANK_COEFFICIENT][index])
        == NULL
        || cJSON_AddNumberToObject(input, "at_p05", sensitivity->column[JC_AT_LOW][index]) == NULL
        || cJSON_AddNumberToObject(input, "at_p95", sensitivity->column[JC_AT_HIGH][index]) == NULL;
}

/* What only rows that are draws have. */
static bool
add_draws(cJSON *object, const struct jc_sensitivity *sensitivity)
{
    return cJSON_AddStringToObject(object, "statistic", sensitivity->statistic) == NULL
        || cJSON_AddNumberToObject(object, "queries", (double) sensitivity->queries) == NULL
        || cJSON_AddNumberToObject(object, "p05", sensitivity->low) == NULL
        || cJSON_AddNumberToObject(object, "p95", sensitivity->high) == NULL;
}

static bool
add_response(cJSON *responses, const struct jc_sensitivity *sensitivity)
{
    cJSON *object = cJSON_AddObjectToObject(responses, sensitivity->name);
    const bool is_draw = sensitivity->statistic != NULL;
    cJSON *inputs;
    size_t j;
    bool failed = object == NULL
        || cJSON_AddStringToObject(object, "response", sensitivity->response) == NULL
        || cJSON_AddStringToObject(object, "unit", sensitivity->unit) == NULL
        || cJSON_AddStringToObject(object, "method",
               jc_sensitivity_method_names[sensitivity->method])
            == NULL
        || cJSON_AddStringToObject(object, "row", is_draw ? "draw" : "query") == NULL
        || cJSON_AddNumberToObject(object, "rows", (double) sensitivity->n) == NULL
        || cJSON_AddNumberToObject(object, "mean", sensitivity->mean) == NULL
        || cJSON_AddNumberToObject(object, "sd", sensitivity->sd) == NULL
        || cJSON_AddNumberToObject(object, "at_medians", sensitivity->at_medians) == NULL
        || cJSON_AddNumberToObject(object, "r_squared", sensitivity->r_squared) == NULL;

    failed = failed || (is_draw && add_draws(object, sensitivity));
    inputs = failed ? NULL : cJSON_AddObjectToObject(object, "inputs");
    failed = inputs == NULL;
    for (j = 0; !failed && j < sensitivity->n_inputs; j++) {
        failed = add_input(inputs, sensitivity, j);
    }
    return failed;
}

int
jc_cli_print_sensitivities_json(const struct jc_results *results, struct jc_error *error)
{
    cJSON *document = cJSON_CreateObject();
    cJSON *responses;
    char seed[32];
    size_t j;
    bool failed;

    (void) snprintf(seed, sizeof(seed), "%" PRIu64, results->seed);
    failed = document == NULL
        || cJSON_AddStringToObject(document, "format", "joulecast-sensitivity") == NULL
        || cJSON_AddNumberToObject(document, "version", 1) == NULL
        || cJSON_AddStringToObject(document, "scenario", results->scenario) == NULL
        || cJSON_AddRawToObject(document, "seed", seed) == NULL;
    responses = failed ? NULL : cJSON_AddObjectToObject(document, "responses");
    failed = responses == NULL;
    for (j = 0; !failed && j < results->n_sensitivities; j++) {
        failed = add_response(responses, &results->sensitivities[j]);
    }
    return jc_cli_print_document(document, failed, error);
}
