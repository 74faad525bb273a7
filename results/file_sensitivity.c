/*
 * /sensitivity: a group for each response, with its indices and swings over its inputs. Rows are queries, or
 * draws of what is unknown.
 */
#include "results/file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "results/h5.h"

/* Variables of the file: one column, or neighbouring ones over a dimension of two. */
struct variable {
    const char *name;
    enum jc_sensitivity_column column;
    const char *second; /* dimension; NULL: none */
    bool of_response;   /* in its unit */
    const char *long_name;
};

static const struct variable variables[] = {
    { "first_order", JC_FIRST, NULL, false,
        "first-order index: share of the variance that the input explains by itself" },
    { "first_order_bounds", JC_FIRST_LOWER, "bound", false,
        "95 % confidence bounds of the first-order index" },
    { "total", JC_TOTAL, NULL, false,
        "total index: share of the variance, with all interactions of the input" },
    { "total_bounds", JC_TOTAL_LOWER, "bound", false, "95 % confidence bounds of the total index" },
    { "rank_coefficient", JC_RANK_COEFFICIENT, NULL, false,
        "standardised rank regression coefficient" },
    { "response_at", JC_AT_LOW, "quantile", true,
        "response at a quantile of the input, all others at their medians" },
};

/* The last of them where rows are draws. */
static const char alone[] =
    "quantile of the response if this input alone is drawn, all others in the middle";

#define N_VARIABLES (sizeof(variables) / sizeof(variables[0]))

static int
write_variable(hid_t group, const struct jc_sensitivity *sensitivity,
    const struct variable *variable, struct jc_error *error)
{
    const size_t n = sensitivity->n_inputs;
    const char *const dimension[2] = { "input", variable->second };
    const hsize_t length[2] = { n, 2 };
    const size_t width = variable->second == NULL ? 1 : 2;
    double *number = malloc((2 * n + 1) * sizeof(*number));
    size_t j, k;
    int ret;

    if (number == NULL) {
        return jc_fail_memory(error);
    }
    for (j = 0; j < n; j++) {
        for (k = 0; k < width; k++) {
            number[j * width + k] = sensitivity->column[(size_t) variable->column + k][j];
        }
    }
    ret = jc_h5_write_variable(group, variable->name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, width,
        dimension, length, number, variable->of_response ? sensitivity->udunits : "1",
        variable->of_response && sensitivity->statistic != NULL ? alone : variable->long_name,
        error);
    free(number);
    return ret;
}

/* What a row is; of draws, which statistic of their queries responds. */
static int
write_row(hid_t group, const struct jc_sensitivity *sensitivity, struct jc_error *error)
{
    int ret;

    if (sensitivity->statistic == NULL) {
        return jc_h5_set_text(group, "row", "query", error);
    }
    ret = jc_h5_set_text(group, "row", "draw", error);
    ret = ret != 0 ? ret : jc_h5_set_text(group, "statistic", sensitivity->statistic, error);
    ret = ret != 0 ? ret : jc_h5_set_uint64(group, "queries", sensitivity->queries, error);
    ret = ret != 0 ? ret : jc_h5_set_double(group, "p05", sensitivity->low, error);
    return ret != 0 ? ret : jc_h5_set_double(group, "p95", sensitivity->high, error);
}

static int
write_attributes(hid_t group, const struct jc_sensitivity *sensitivity, struct jc_error *error)
{
    int ret = jc_h5_set_text(group, "long_name", sensitivity->label, error);

    ret = ret != 0 ? ret : jc_h5_set_text(group, "response", sensitivity->response, error);
    ret = ret != 0 ? ret : jc_h5_set_text(group, "response_unit", sensitivity->unit, error);
    ret = ret != 0
        ? ret
        : jc_h5_set_text(group, "method", jc_sensitivity_method_names[sensitivity->method], error);
    ret = ret != 0 ? ret : write_row(group, sensitivity, error);
    ret = ret != 0 ? ret : jc_h5_set_uint64(group, "rows", sensitivity->n, error);
    ret = ret != 0 ? ret : jc_h5_set_double(group, "mean", sensitivity->mean, error);
    ret = ret != 0 ? ret : jc_h5_set_double(group, "sd", sensitivity->sd, error);
    ret = ret != 0 ? ret : jc_h5_set_double(group, "at_medians", sensitivity->at_medians, error);
    ret = ret != 0 ? ret : jc_h5_set_double(group, "r_squared", sensitivity->r_squared, error);
    return ret != 0
        ? ret
        : jc_h5_set_uint64(group, "rank_coefficients_determined", sensitivity->determined, error);
}

static int
write_one(hid_t parent, const struct jc_sensitivity *sensitivity, struct jc_error *error)
{
    static const char *const bounds[2] = { "lower", "upper" };
    static const double quantiles[2] = { 0.05, 0.95 };
    hid_t group = jc_h5_create_group(parent, sensitivity->name);
    size_t v;
    int ret;

    if (group < 0) {
        return jc_h5_fail(error, JC_ERROR_IO, "cannot write", sensitivity->name);
    }
    ret = write_attributes(group, sensitivity, error);
    ret = ret != 0 ? ret
                   : jc_h5_write_text_coordinate(group, "input", sensitivity->n_inputs,
                       (const char *const *) sensitivity->input, "input", error);
    ret = ret != 0
        ? ret
        : jc_h5_write_text_coordinate(group, "bound", 2, bounds, "confidence bound", error);
    ret = ret != 0 ? ret
                   : jc_h5_write_coordinate(group, "quantile", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 2,
                       quantiles, "1", "probability", error);
    for (v = 0; ret == 0 && v < N_VARIABLES; v++) {
        ret = write_variable(group, sensitivity, &variables[v], error);
    }
    (void) H5Gclose(group);
    return ret;
}

int
jc_file_write_sensitivities(hid_t file, const struct jc_results *results, struct jc_error *error)
{
    hid_t group;
    size_t j;
    int ret = 0;

    if (results->n_sensitivities == 0) {
        return 0;
    }
    group = jc_h5_create_group(file, "sensitivity");
    if (group < 0) {
        return jc_h5_fail(error, JC_ERROR_IO, "cannot write", "sensitivity");
    }
    for (j = 0; ret == 0 && j < results->n_sensitivities; j++) {
        ret = write_one(group, &results->sensitivities[j], error);
    }
    (void) H5Gclose(group);
    return ret;
}

static int
read_variable(hid_t group, struct jc_sensitivity *sensitivity, const struct variable *variable,
    struct jc_error *error)
{
    const size_t width = variable->second == NULL ? 1 : 2;
    double *number = NULL;
    size_t found = 0;
    size_t j, k;
    int ret = jc_h5_read_numbers(group, variable->name, H5T_FLOAT, H5T_NATIVE_DOUBLE,
        sizeof(double), (void **) &number, &found, error);

    if (ret == 0 && found != width * sensitivity->n_inputs) {
        ret = jc_fail(error, JC_ERROR_FORMAT,
            "the numbers of a sensitivity are not as many as its "
            "inputs");
    }
    for (j = 0; ret == 0 && j < sensitivity->n_inputs; j++) {
        for (k = 0; k < width; k++) {
            sensitivity->column[(size_t) variable->column + k][j] = number[j * width + k];
        }
    }
    free(number);
    return ret;
}

static int
read_method(hid_t group, enum jc_sensitivity_method *method, struct jc_error *error)
{
    char *text = NULL;
    int found = 0;
    int ret = jc_h5_get_text(group, "method", &text, error);

    if (ret != 0) {
        return ret;
    }
    while (
        found < JC_SENSITIVITY_METHODS && strcmp(jc_sensitivity_method_names[found], text) != 0) {
        found++;
    }
    *method = (enum jc_sensitivity_method) found;
    free(text);
    return found < JC_SENSITIVITY_METHODS
        ? 0
        : jc_fail(error, JC_ERROR_FORMAT, "the method of a sensitivity is not known");
}

static int
read_row(hid_t group, struct jc_sensitivity *sensitivity, struct jc_error *error)
{
    char *row = NULL;
    bool is_draw;
    int ret = jc_h5_get_text(group, "row", &row, error);

    is_draw = ret == 0 && strcmp(row, "draw") == 0;
    free(row);
    if (ret != 0 || !is_draw) {
        return ret;
    }
    ret = jc_h5_get_text(group, "statistic", &sensitivity->statistic, error);
    ret = ret != 0 ? ret : jc_h5_get_uint64(group, "queries", &sensitivity->queries, error);
    ret = ret != 0 ? ret : jc_h5_get_double(group, "p05", &sensitivity->low, error);
    return ret != 0 ? ret : jc_h5_get_double(group, "p95", &sensitivity->high, error);
}

static int
read_attributes(hid_t group, struct jc_sensitivity *sensitivity, struct jc_error *error)
{
    uint64_t determined = 0;
    int ret = jc_h5_get_text(group, "long_name", &sensitivity->label, error);

    ret = ret != 0 ? ret : jc_h5_get_text(group, "response", &sensitivity->response, error);
    ret = ret != 0 ? ret : jc_h5_get_text(group, "response_unit", &sensitivity->unit, error);
    ret = ret != 0 ? ret : read_method(group, &sensitivity->method, error);
    ret = ret != 0 ? ret : read_row(group, sensitivity, error);
    ret = ret != 0 ? ret : jc_h5_get_uint64(group, "rows", &sensitivity->n, error);
    ret = ret != 0 ? ret : jc_h5_get_double(group, "mean", &sensitivity->mean, error);
    ret = ret != 0 ? ret : jc_h5_get_double(group, "sd", &sensitivity->sd, error);
    ret = ret != 0 ? ret : jc_h5_get_double(group, "at_medians", &sensitivity->at_medians, error);
    ret = ret != 0 ? ret : jc_h5_get_double(group, "r_squared", &sensitivity->r_squared, error);
    ret = ret != 0 ? ret
                   : jc_h5_get_uint64(group, "rank_coefficients_determined", &determined, error);
    sensitivity->determined = determined != 0;
    return ret;
}

/* The unit of the response is that of its values. */
static int
read_units(hid_t group, struct jc_sensitivity *sensitivity, struct jc_error *error)
{
    hid_t dataset = H5Dopen2(group, "response_at", H5P_DEFAULT);
    int ret = jc_h5_get_text(dataset, "units", &sensitivity->udunits, error);

    (void) H5Dclose(dataset);
    return ret;
}

static int
read_one(hid_t group, const char *name, struct jc_sensitivity *sensitivity, struct jc_error *error)
{
    char **input = NULL;
    size_t n = 0;
    size_t j, v;
    int ret = jc_h5_read_texts(group, "input", &input, &n, error);

    ret = ret != 0 ? ret : jc_sensitivity_init(sensitivity, n, error);
    ret = ret != 0 ? ret : jc_string_set(&sensitivity->name, name, error);
    for (j = 0; ret == 0 && j < n; j++) {
        ret = jc_string_set(&sensitivity->input[j], input[j], error);
    }
    jc_h5_free_texts(input, n);
    ret = ret != 0 ? ret : read_attributes(group, sensitivity, error);
    for (v = 0; ret == 0 && v < N_VARIABLES; v++) {
        ret = read_variable(group, sensitivity, &variables[v], error);
    }
    return ret != 0 ? ret : read_units(group, sensitivity, error);
}

int
jc_file_read_sensitivities(hid_t file, struct jc_results *results, struct jc_error *error)
{
    hid_t parent, group;
    char **name = NULL;
    size_t n = 0;
    size_t j;
    int ret;

    if (H5Lexists(file, "sensitivity", H5P_DEFAULT) <= 0) {
        return 0;
    }
    parent = H5Gopen2(file, "sensitivity", H5P_DEFAULT);
    if (parent < 0) {
        return jc_fail(error, JC_ERROR_FORMAT, "the group 'sensitivity' is damaged");
    }
    ret = jc_h5_members(parent, &name, &n, error);
    ret = ret != 0 ? ret : jc_results_alloc_sensitivities(results, n, error);
    for (j = 0; ret == 0 && j < n; j++) {
        group = H5Gopen2(parent, name[j], H5P_DEFAULT);
        if (group < 0) {
            ret = jc_fail(error, JC_ERROR_FORMAT, "a group of 'sensitivity' is damaged");
        } else {
            ret = read_one(group, name[j], &results->sensitivities[j], error);
            (void) H5Gclose(group);
        }
    }
    jc_h5_free_texts(name, n);
    (void) H5Gclose(parent);
    return ret;
}
