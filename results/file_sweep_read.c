#include "results/file_sweep.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "results/file.h"
#include "results/h5.h"

static int
malformed(struct jc_error *error, const char *name)
{
    return jc_fail(error, JC_ERROR_FORMAT, "'%s' of the sweep is not as long as its axes", name);
}

/* 1 if a variable has texts. */
static bool
has_texts(hid_t group, const char *name)
{
    hid_t dataset = H5Dopen2(group, name, H5P_DEFAULT);
    hid_t type = dataset < 0 ? -1 : H5Dget_type(dataset);
    const bool texts = type >= 0 && H5Tget_class(type) == H5T_STRING;

    (void) H5Tclose(type);
    (void) H5Dclose(dataset);
    return texts;
}

static int
read_axis(hid_t group, const char *name, struct jc_sweep_axis *axis, struct jc_error *error)
{
    hid_t dataset;
    int ret = jc_string_set(&axis->name, name, error);

    if (ret == 0 && has_texts(group, name)) {
        ret = jc_h5_read_texts(group, name, &axis->text, &axis->n, error);
    } else if (ret == 0) {
        ret = jc_h5_read_numbers(group, name, H5T_FLOAT, H5T_NATIVE_DOUBLE, sizeof(double),
            (void **) &axis->number, &axis->n, error);
    }
    if (ret != 0) {
        return ret;
    }
    dataset = H5Dopen2(group, name, H5P_DEFAULT);
    ret = jc_h5_get_text(dataset, "key", &axis->key, error);
    ret = ret != 0 ? ret : jc_h5_get_text(dataset, "long_name", &axis->label, error);
    if (ret == 0 && H5Aexists(dataset, "units") > 0) {
        ret = jc_h5_get_text(dataset, "units", &axis->units, error);
    }
    (void) H5Dclose(dataset);
    return ret != 0 || axis->n > 0 ? ret : malformed(error, name);
}

static int
read_axes(hid_t group, struct jc_sweep_result *sweep, struct jc_error *error)
{
    char **name = NULL;
    size_t n = 0;
    int ret = jc_h5_get_text(group, "design", &sweep->design, error);

    ret = ret != 0 ? ret : jc_h5_get_uint64(group, "queries", &sweep->queries, error);
    ret = ret != 0 ? ret : jc_h5_get_texts(group, "parameters", &name, &n, error);
    if (ret == 0 && n == 0) {
        ret = jc_fail(error, JC_ERROR_FORMAT, "the sweep has no parameters");
    }
    ret = ret != 0 ? ret : jc_sweep_result_alloc_axes(sweep, n, error);
    sweep->crossed = ret == 0 && strcmp(sweep->design, "crossed") == 0;
    for (size_t j = 0; ret == 0 && j < n; j++) {
        ret = read_axis(group, name[j], &sweep->axis[j], error);
        if (ret == 0 && !sweep->crossed && sweep->axis[j].n != sweep->axis[0].n) {
            ret = malformed(error, name[j]);
        }
    }
    jc_h5_free_texts(name, n);
    return ret;
}

/* Names and labels of cases or blends; there may be no blends. */
static int
read_names(hid_t group, const char *dimension, char ***name, char ***label, size_t *n,
    struct jc_error *error)
{
    char of_labels[32];
    size_t n_labels = 0;
    int ret;

    *n = 0;
    if (H5Lexists(group, dimension, H5P_DEFAULT) <= 0) {
        return 0;
    }
    (void) snprintf(of_labels, sizeof(of_labels), "%s_label", dimension);
    ret = jc_h5_read_texts(group, dimension, name, n, error);
    ret = ret != 0 ? ret : jc_h5_read_texts(group, of_labels, label, &n_labels, error);
    if (ret == 0 && *n != n_labels) {
        jc_h5_free_texts(*label, n_labels);
        *label = NULL;
        ret = malformed(error, of_labels);
    }
    return ret;
}

/* By its mean: the name of the quantity itself may be that of an axis. */
static bool
has_variables(hid_t group, bool blends, enum jc_quantity quantity)
{
    char name[64];

    jc_sweep_variable_name(&jc_sweep_variables[JC_SWEEP_MEAN], blends, quantity, name,
        sizeof(name));
    return H5Lexists(group, name, H5P_DEFAULT) > 0;
}

/* Gives a subject its name and label. */
static void
fill_subject(hid_t group, struct jc_sweep_subject *subject, bool blend, char **name, char **label)
{
    subject->name = *name;
    subject->label = *label;
    *name = NULL;
    *label = NULL;
    for (enum jc_quantity q = 0; q < JC_QUANTITIES; q++) {
        subject->has[q] = has_variables(group, blend, q);
    }
}

static int
read_subjects(hid_t group, struct jc_sweep_result *sweep, struct jc_error *error)
{
    static const char *const dimensions[2] = { "case", "blend" };
    char **name[2] = { NULL, NULL };
    char **label[2] = { NULL, NULL };
    size_t n[2] = { 0, 0 };
    double *quantile = NULL;
    size_t n_quantiles = 0;
    int ret = 0;

    for (int k = 0; ret == 0 && k < 2; k++) {
        ret = read_names(group, dimensions[k], &name[k], &label[k], &n[k], error);
    }
    ret = ret != 0 ? ret
                   : jc_h5_read_numbers(group, "quantile", H5T_FLOAT, H5T_NATIVE_DOUBLE,
                       sizeof(double), (void **) &quantile, &n_quantiles, error);
    if (ret == 0 && n[0] == 0) {
        ret = jc_fail(error, JC_ERROR_FORMAT, "the sweep has no cases");
    }
    ret = ret != 0 ? ret : jc_sweep_result_alloc_subjects(sweep, n[0], n[1], n_quantiles, error);
    for (size_t j = 0; ret == 0 && j < sweep->n_subjects; j++) {
        const int k = j >= n[0];
        const size_t at = k == 0 ? j : j - n[0];

        fill_subject(group, &sweep->subject[j], k == 1, &name[k][at], &label[k][at]);
    }
    if (ret == 0) {
        memcpy(sweep->quantile, quantile, n_quantiles * sizeof(double));
    }
    for (int k = 0; k < 2; k++) {
        jc_h5_free_texts(name[k], n[k]);
        jc_h5_free_texts(label[k], n[k]);
    }
    free(quantile);
    return ret;
}

/* Of exactly as many digits as a digest has. */
static int
parse_digest(const char *hex, uint8_t digest[JC_SHA256_BYTES], struct jc_error *error)
{
    static const char digits[] = "0123456789abcdef";

    if (strspn(hex, digits) != JC_SHA256_HEX - 1) {
        return jc_fail(error, JC_ERROR_FORMAT, "a digest of the sweep is not hexadecimal");
    }
    for (size_t j = 0; j < JC_SHA256_BYTES; j++) {
        digest[j] = (uint8_t) (16 * (strchr(digits, hex[2 * j]) - digits)
            + (strchr(digits, hex[2 * j + 1]) - digits));
    }
    return 0;
}

static int
fill_point(struct jc_sweep_result *sweep, size_t p, uint64_t status, const char *message,
    const char *hex, struct jc_error *error)
{
    struct jc_sweep_point *point = &sweep->point[p];
    int ret = strlen(hex) != JC_SHA256_HEX - 1 ? malformed(error, "digest")
                                               : parse_digest(hex, point->digest, error);

    if (ret == 0 && status == JC_STATUS_COMPUTED) {
        point->status = JC_POINT_COMPUTED;
        point->number = malloc(sweep->n_numbers * sizeof(double));
        ret = point->number == NULL ? jc_fail_memory(error) : 0;
        for (size_t j = 0; ret == 0 && j < sweep->n_numbers; j++) {
            point->number[j] = NAN;
        }
    } else if (ret == 0 && status == JC_STATUS_FAILED) {
        point->status = JC_POINT_FAILED;
        ret = jc_string_set(&point->message, message, error);
    }
    return ret;
}

static int
read_points(hid_t group, struct jc_sweep_result *sweep, struct jc_error *error)
{
    char **message = NULL;
    char **digest = NULL;
    uint64_t *status = NULL;
    size_t n[3] = { 0 };
    int ret = jc_sweep_result_alloc_points(sweep, error);

    ret = ret != 0 ? ret : jc_h5_read_texts(group, "message", &message, &n[0], error);
    ret = ret != 0 ? ret : jc_h5_read_texts(group, "digest", &digest, &n[1], error);
    ret = ret != 0 ? ret
                   : jc_h5_read_numbers(group, "status", H5T_INTEGER, H5T_NATIVE_UINT64,
                       sizeof(uint64_t), (void **) &status, &n[2], error);
    for (int k = 0; ret == 0 && k < 3; k++) {
        ret = n[k] != sweep->n_points ? malformed(error, "status") : 0;
    }
    for (size_t p = 0; ret == 0 && p < sweep->n_points; p++) {
        ret = fill_point(sweep, p, status[p], message[p], digest[p], error);
    }
    jc_h5_free_texts(message, n[0]);
    jc_h5_free_texts(digest, n[1]);
    free(status);
    return ret;
}

/* One variable into the numbers of all points. */
static int
read_variable(hid_t group, struct jc_sweep_result *sweep, const struct jc_sweep_variable *variable,
    bool blends, enum jc_quantity quantity, struct jc_error *error)
{
    const size_t first = blends ? sweep->n_cases : 0;
    const size_t n_subjects = blends ? sweep->n_subjects - sweep->n_cases : sweep->n_cases;
    const size_t n = variable->over_quantiles ? sweep->n_quantiles : 1;
    const size_t each = n * variable->width;
    double *data = NULL;
    double *number;
    size_t found = 0;
    char name[64];
    int ret;

    jc_sweep_variable_name(variable, blends, quantity, name, sizeof(name));
    ret = jc_h5_read_numbers(group, name, H5T_FLOAT, H5T_NATIVE_DOUBLE, sizeof(double),
        (void **) &data, &found, error);
    if (ret == 0 && found != sweep->n_points * n_subjects * each) {
        ret = malformed(error, name);
    }
    for (size_t p = 0; ret == 0 && p < sweep->n_points; p++) {
        for (size_t j = 0; sweep->point[p].number != NULL && j < n_subjects; j++) {
            number = jc_sweep_numbers(sweep, p, first + j, quantity) + variable->number
                + (variable->width == 2 ? n : 0);
            for (size_t k = 0; k < each; k++) {
                number[k % variable->width * n + k / variable->width] =
                    data[(p * n_subjects + j) * each + k];
            }
        }
    }
    free(data);
    return ret;
}

/* A blend does not have a quantity of which no point has a mean. */
static void
find_blends(struct jc_sweep_result *sweep, enum jc_quantity quantity)
{
    bool has;

    for (size_t j = sweep->n_cases; j < sweep->n_subjects; j++) {
        has = false;
        for (size_t p = 0; p < sweep->n_points; p++) {
            has |= sweep->point[p].number != NULL
                && !isnan(jc_sweep_numbers(sweep, p, j, quantity)[JC_POINT_MEAN]);
        }
        sweep->subject[j].has[quantity] &= has;
    }
}

static int
read_statistics(hid_t group, struct jc_sweep_result *sweep, struct jc_error *error)
{
    int ret = 0;

    for (enum jc_quantity q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
        for (int blends = 0; ret == 0 && blends < 2; blends++) {
            for (size_t v = 0;
                 ret == 0 && v < JC_SWEEP_VARIABLES && has_variables(group, blends == 1, q); v++) {
                ret = read_variable(group, sweep, &jc_sweep_variables[v], blends == 1, q, error);
            }
        }
    }
    return ret;
}

static int
read_frame(hid_t group, hid_t points, struct jc_sweep_result *sweep, struct jc_error *error)
{
    int ret = read_axes(group, sweep, error);

    ret = ret != 0 ? ret : read_subjects(group, sweep, error);
    if (ret == 0 && points >= 0) {
        ret = jc_file_read_sweep_has(points, sweep, error);
    }
    return ret != 0 ? ret : read_points(group, sweep, error);
}

int
jc_file_read_sweep_frame(hid_t file, hid_t points, struct jc_sweep_result *sweep,
    struct jc_error *error)
{
    hid_t group = H5Gopen2(file, "sweep", H5P_DEFAULT);
    int ret;

    if (group < 0) {
        return jc_fail(error, JC_ERROR_FORMAT, "the group 'sweep' is damaged");
    }
    ret = read_frame(group, points, sweep, error);
    (void) H5Gclose(group);
    return ret;
}

int
jc_file_read_sweep(hid_t file, struct jc_results *results, struct jc_error *error)
{
    struct jc_sweep_result *sweep = &results->sweep;
    hid_t group;
    int ret;

    if (H5Lexists(file, "sweep", H5P_DEFAULT) <= 0) {
        return 0;
    }
    group = H5Gopen2(file, "sweep", H5P_DEFAULT);
    if (group < 0) {
        return jc_fail(error, JC_ERROR_FORMAT, "the group 'sweep' is damaged");
    }
    ret = read_frame(group, -1, sweep, error);
    if (ret == 0 && jc_sweep_count(sweep, JC_POINT_MISSING) > 0) {
        ret = jc_fail(error, JC_ERROR_FORMAT, "points of the sweep are missing");
    }
    ret = ret != 0 ? ret : read_statistics(group, sweep, error);
    for (enum jc_quantity q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
        if (has_variables(group, true, q)) {
            find_blends(sweep, q);
        }
    }
    (void) H5Gclose(group);
    return ret;
}
