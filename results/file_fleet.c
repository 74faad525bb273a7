/*
 * /fleet: totals along `fleet`; equivalences in a table of their own, row by row of a fleet.
 */
#include "results/file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "results/h5.h"

/* Everything as columns. Texts are those of the results. */
struct columns {
    size_t n_fleets;
    size_t n_equivalences; /* of all fleets */
    const char **name;
    const char **label;
    const char **of_fleet; /* [n_equivalences] */
    const char **equivalence;
    double *number;
    double *days;
    double *queries;
    double *value[JC_FLEET_TOTALS];
    double *error[JC_FLEET_TOTALS];
};

static void
columns_free(struct columns *self)
{
    size_t t;

    free(self->name);
    free(self->label);
    free(self->of_fleet);
    free(self->equivalence);
    free(self->number);
    free(self->days);
    free(self->queries);
    for (t = 0; t < JC_FLEET_TOTALS; t++) {
        free(self->value[t]);
        free(self->error[t]);
    }
}

static int
columns_init(struct columns *self, const struct jc_results *results, struct jc_error *error)
{
    const size_t n = results->n_fleets;
    bool failed;
    size_t j, t;

    *self = (struct columns){ .n_fleets = n };
    for (j = 0; j < n; j++) {
        self->n_equivalences += results->fleets[j].n_equivalences;
    }
    self->name = calloc(n, sizeof(char *));
    self->label = calloc(n, sizeof(char *));
    self->of_fleet = calloc(self->n_equivalences + 1, sizeof(char *));
    self->equivalence = calloc(self->n_equivalences + 1, sizeof(char *));
    self->number = calloc(self->n_equivalences + 1, sizeof(double));
    self->days = calloc(n, sizeof(double));
    self->queries = calloc(n, sizeof(double));
    failed = self->name == NULL || self->label == NULL || self->of_fleet == NULL
        || self->equivalence == NULL || self->number == NULL || self->days == NULL
        || self->queries == NULL;
    for (t = 0; t < JC_FLEET_TOTALS; t++) {
        self->value[t] = calloc(n, sizeof(double));
        self->error[t] = calloc(n, sizeof(double));
        failed |= self->value[t] == NULL || self->error[t] == NULL;
    }
    return failed ? jc_fail_memory(error) : 0;
}

static void
columns_fill(struct columns *self, const struct jc_results *results)
{
    const struct jc_fleet_result *fleet;
    size_t row = 0;
    size_t j, k, t;

    for (j = 0; j < results->n_fleets; j++) {
        fleet = &results->fleets[j];
        self->name[j] = fleet->name;
        self->label[j] = fleet->label;
        self->days[j] = fleet->days;
        self->queries[j] = fleet->queries;
        for (t = 0; t < JC_FLEET_TOTALS; t++) {
            self->value[t][j] = fleet->total[t].value;
            self->error[t][j] = fleet->total[t].error;
        }
        for (k = 0; k < fleet->n_equivalences; k++, row++) {
            self->of_fleet[row] = fleet->name;
            self->equivalence[row] = fleet->equivalence[k].name;
            self->number[row] = fleet->equivalence[k].number;
        }
    }
}

static int
write_numbers(hid_t group, const char *name, const char *dimension, size_t n, const double *numbers,
    const char *units, const char *long_name, struct jc_error *error)
{
    const hsize_t length = n;

    return jc_h5_write_variable(group, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 1, &dimension,
        &length, numbers, units, long_name, error);
}

static int
write_texts(hid_t group, const char *name, const char *dimension, size_t n,
    const char *const *texts, const char *long_name, struct jc_error *error)
{
    const hsize_t length = n;
    hid_t type = jc_h5_text_type();
    int ret = jc_h5_write_variable(group, name, type, type, 1, &dimension, &length, texts, NULL,
        long_name, error);

    (void) H5Tclose(type);
    return ret;
}

static int
write_totals(hid_t group, const struct columns *columns, struct jc_error *error)
{
    const struct jc_quantity_info *info;
    char name[64], long_name[128];
    size_t t;
    int ret = 0;

    for (t = 0; ret == 0 && t < JC_FLEET_TOTALS; t++) {
        info = jc_quantity_info(jc_fleet_quantities[t].quantity);
        (void) snprintf(long_name, sizeof(long_name), "%s of all queries", info->name);
        ret = write_numbers(group, info->name, "fleet", columns->n_fleets, columns->value[t],
            jc_fleet_quantities[t].udunits, long_name, error);
        (void) snprintf(name, sizeof(name), "%s_error", info->name);
        ret = ret != 0 ? ret
                       : write_numbers(group, name, "fleet", columns->n_fleets, columns->error[t],
                           jc_fleet_quantities[t].udunits, "Monte Carlo standard error", error);
    }
    return ret;
}

static int
write_columns(hid_t group, const struct columns *columns, struct jc_error *error)
{
    const size_t n = columns->n_fleets;
    const size_t rows = columns->n_equivalences;
    int ret = jc_h5_write_text_coordinate(group, "fleet", n, columns->name, "fleet", error);

    ret = ret != 0 ? ret
                   : write_texts(group, "label", "fleet", n, columns->label,
                       "name of the fleet for people", error);
    ret = ret != 0 ? ret
                   : write_numbers(group, "days", "fleet", n, columns->days, "d",
                       "length of the demand", error);
    ret = ret != 0 ? ret
                   : write_numbers(group, "queries", "fleet", n, columns->queries, "1",
                       "queries of all days", error);
    ret = ret != 0 ? ret : write_totals(group, columns, error);
    if (ret != 0 || rows == 0) {
        return ret;
    }
    ret = jc_h5_create_dimension(group, "equivalence", rows, error);
    ret = ret != 0 ? ret
                   : write_texts(group, "equivalence_fleet", "equivalence", rows, columns->of_fleet,
                       "fleet", error);
    ret = ret != 0 ? ret
                   : write_texts(group, "equivalence_name", "equivalence", rows,
                       columns->equivalence, "what the total is as much as", error);
    return ret != 0 ? ret
                    : write_numbers(group, "equivalence_number", "equivalence", rows,
                        columns->number, "1", "so many of them", error);
}

int
jc_file_write_fleets(hid_t file, const struct jc_results *results, struct jc_error *error)
{
    struct columns columns;
    hid_t group;
    int ret;

    if (results->n_fleets == 0) {
        return 0;
    }
    group = jc_h5_create_group(file, "fleet");
    if (group < 0) {
        return jc_h5_fail(error, JC_ERROR_IO, "cannot write", "fleet");
    }
    ret = columns_init(&columns, results, error);
    if (ret == 0) {
        columns_fill(&columns, results);
        ret = write_columns(group, &columns, error);
    }
    columns_free(&columns);
    (void) H5Gclose(group);
    return ret;
}

/* The numbers of a variable, n of them. */
static int
read_numbers(hid_t group, const char *name, size_t n, double **numbers, struct jc_error *error)
{
    size_t found;
    int ret = jc_h5_read_numbers(group, name, H5T_FLOAT, H5T_NATIVE_DOUBLE, sizeof(double),
        (void **) numbers, &found, error);

    if (ret == 0 && found != n) {
        ret = jc_fail(error, JC_ERROR_FORMAT, "the numbers of the fleets are not as many as they");
    }
    return ret;
}

/* A total of all fleets with its error. */
static int
read_total(hid_t group, size_t t, struct jc_results *results, struct jc_error *error)
{
    const char *quantity = jc_quantity_info(jc_fleet_quantities[t].quantity)->name;
    char name[64];
    double *value = NULL;
    double *uncertainty = NULL;
    size_t j;
    int ret = read_numbers(group, quantity, results->n_fleets, &value, error);

    (void) snprintf(name, sizeof(name), "%s_error", quantity);
    ret = ret != 0 ? ret : read_numbers(group, name, results->n_fleets, &uncertainty, error);
    for (j = 0; ret == 0 && j < results->n_fleets; j++) {
        results->fleets[j].total[t] = (struct jc_fleet_total){ .known = !isnan(value[j]),
            .value = value[j],
            .error = uncertainty[j] };
    }
    free(value);
    free(uncertainty);
    return ret;
}

static int
read_totals(hid_t group, struct jc_results *results, struct jc_error *error)
{
    double *days = NULL;
    double *queries = NULL;
    size_t j, t;
    int ret = read_numbers(group, "days", results->n_fleets, &days, error);

    ret = ret != 0 ? ret : read_numbers(group, "queries", results->n_fleets, &queries, error);
    for (j = 0; ret == 0 && j < results->n_fleets; j++) {
        results->fleets[j].days = days[j];
        results->fleets[j].queries = queries[j];
    }
    for (t = 0; ret == 0 && t < JC_FLEET_TOTALS; t++) {
        ret = read_total(group, t, results, error);
    }
    free(days);
    free(queries);
    return ret;
}

/* The rows of a fleet follow one another. */
static int
read_equivalences(hid_t group, struct jc_results *results, struct jc_error *error)
{
    char **of_fleet = NULL;
    char **name = NULL;
    double *number = NULL;
    size_t n = 0;
    size_t n_names = 0;
    size_t row = 0;
    size_t j, k;
    int ret = jc_h5_read_texts(group, "equivalence_fleet", &of_fleet, &n, error);

    ret = ret != 0 ? ret : jc_h5_read_texts(group, "equivalence_name", &name, &n_names, error);
    ret = ret != 0 ? ret : read_numbers(group, "equivalence_number", n, &number, error);
    for (j = 0; ret == 0 && n_names == n && j < results->n_fleets; j++) {
        struct jc_fleet_result *fleet = &results->fleets[j];

        k = 0;
        while (row + k < n && strcmp(of_fleet[row + k], fleet->name) == 0) {
            k++;
        }
        ret = jc_results_alloc_equivalences(fleet, k, error);
        for (k = 0; ret == 0 && k < fleet->n_equivalences; k++, row++) {
            fleet->equivalence[k].number = number[row];
            ret = jc_string_set(&fleet->equivalence[k].name, name[row], error);
        }
    }
    if (ret == 0 && row != n) {
        ret = jc_fail(error, JC_ERROR_FORMAT, "an equivalence is of a fleet that is not there");
    }
    jc_h5_free_texts(of_fleet, n);
    jc_h5_free_texts(name, n_names);
    free(number);
    return ret;
}

int
jc_file_read_fleets(hid_t file, struct jc_results *results, struct jc_error *error)
{
    char **name = NULL;
    char **label = NULL;
    size_t n = 0;
    size_t n_labels = 0;
    size_t j;
    hid_t group;
    int ret;

    if (H5Lexists(file, "fleet", H5P_DEFAULT) <= 0) {
        return 0;
    }
    group = H5Gopen2(file, "fleet", H5P_DEFAULT);
    if (group < 0) {
        return jc_fail(error, JC_ERROR_FORMAT, "the group 'fleet' is damaged");
    }
    ret = jc_h5_read_texts(group, "fleet", &name, &n, error);
    ret = ret != 0 ? ret : jc_h5_read_texts(group, "label", &label, &n_labels, error);
    if (ret == 0 && n != n_labels) {
        ret = jc_fail(error, JC_ERROR_FORMAT, "a fleet has no label");
    }
    ret = ret != 0 ? ret : jc_results_alloc_fleets(results, n, error);
    for (j = 0; ret == 0 && j < n; j++) {
        ret = jc_string_set(&results->fleets[j].name, name[j], error);
        ret = ret != 0 ? ret : jc_string_set(&results->fleets[j].label, label[j], error);
    }
    ret = ret != 0 ? ret : read_totals(group, results, error);
    if (ret == 0 && H5Lexists(group, "equivalence_name", H5P_DEFAULT) > 0) {
        ret = read_equivalences(group, results, error);
    }
    jc_h5_free_texts(name, n);
    jc_h5_free_texts(label, n_labels);
    (void) H5Gclose(group);
    return ret;
}
