/*
 * /sweep: statistics as arrays over the axes of the sweep, or over `point` where the axes go together; then over
 * `case` (in variables that begin with blend_: `blend`), `quantile` and `bound`.
 */
#include "results/file_sweep.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "results/file.h"
#include "results/h5.h"

#define MOST_RANK 19 /* 16 axes, and three more */

const struct jc_sweep_variable jc_sweep_variables[JC_SWEEP_VARIABLES] = {
    { "", "quantiles of %s", JC_POINT_NUMBERS, true, 1 },
    { "_bounds", "95 %% confidence bounds of the quantiles of %s", JC_POINT_NUMBERS, true, 2 },
    [JC_SWEEP_MEAN] = { "_mean", "mean %s", JC_POINT_MEAN, false, 1 },
    { "_mean_error", "standard error of the mean %s", JC_POINT_MEAN_ERROR, false, 1 },
    { "_sd", "standard deviation of %s", JC_POINT_SD, false, 1 },
    { "_min", "smallest %s", JC_POINT_MIN, false, 1 },
    { "_max", "largest %s", JC_POINT_MAX, false, 1 },
    { "_n", "number of values of %s", JC_POINT_N, false, 1 },
};

/* The group while it is written. */
struct group {
    const struct jc_sweep_result *sweep;
    hid_t id;
    size_t rank; /* of the axes */
    const char *dimension[MOST_RANK];
    hsize_t length[MOST_RANK];
    char *coordinates; /* names of the axes, where they are no dimensions; else NULL */
};

/* A variable over the axes and whatever dimensions follow them. */
static int
write_variable(const struct group *self, const char *name, hid_t type, hid_t memory, size_t rank,
    const void *data, const char *units, const char *long_name, struct jc_error *error)
{
    hid_t dataset;
    int ret = jc_h5_write_variable(self->id, name, type, memory, rank, self->dimension,
        self->length, data, units, long_name, error);

    if (ret == 0 && self->coordinates != NULL) {
        dataset = H5Dopen2(self->id, name, H5P_DEFAULT);
        ret = jc_h5_set_text(dataset, "coordinates", self->coordinates, error);
        ret = jc_h5_close_written(dataset, name, ret, error);
    }
    return ret;
}

/* The numbers of a variable, over points, subjects, and its own dimensions. */
static void
gather(const struct jc_sweep_result *sweep, const struct jc_sweep_variable *variable, size_t first,
    size_t n_subjects, enum jc_quantity quantity, double *data)
{
    const size_t n = variable->over_quantiles ? sweep->n_quantiles : 1;
    const double *number;

    for (size_t p = 0; p < sweep->n_points; p++) {
        for (size_t j = first; j < first + n_subjects; j++) {
            number = sweep->point[p].number;
            if (number != NULL) {
                number += jc_sweep_number_index(sweep, j, quantity) + variable->number;
                number += variable->width == 2 ? n : 0;
            }
            for (size_t k = 0; k < n; k++) {
                for (size_t w = 0; w < variable->width; w++) {
                    *data++ = number == NULL ? NAN : number[w * n + k];
                }
            }
        }
    }
}

static int
write_statistic(struct group *self, const struct jc_sweep_variable *variable, bool blends,
    enum jc_quantity quantity, struct jc_error *error)
{
    const struct jc_sweep_result *sweep = self->sweep;
    const struct jc_quantity_info *info = jc_quantity_info(quantity);
    const size_t first = blends ? sweep->n_cases : 0;
    const size_t n_subjects = blends ? sweep->n_subjects - sweep->n_cases : sweep->n_cases;
    const size_t each = variable->over_quantiles ? sweep->n_quantiles * variable->width : 1;
    double *data = malloc(sweep->n_points * n_subjects * each * sizeof(*data));
    char name[64];
    char long_name[160];
    size_t rank = self->rank;
    int ret;

    if (data == NULL) {
        return jc_fail_memory(error);
    }
    self->dimension[rank] = blends ? "blend" : "case";
    self->length[rank++] = n_subjects;
    if (variable->over_quantiles) {
        self->dimension[rank] = "quantile";
        self->length[rank++] = sweep->n_quantiles;
    }
    if (variable->width == 2) {
        self->dimension[rank] = "bound";
        self->length[rank++] = 2;
    }
    gather(sweep, variable, first, n_subjects, quantity, data);
    jc_sweep_variable_name(variable, blends, quantity, name, sizeof(name));
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    (void) snprintf(long_name, sizeof(long_name), variable->long_name, info->long_name);
#pragma GCC diagnostic pop
    ret = write_variable(self, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, rank, data,
        variable->number == JC_POINT_N ? "1" : info->udunits, long_name, error);
    free(data);
    return ret;
}

void
jc_sweep_variable_name(const struct jc_sweep_variable *variable, bool blends,
    enum jc_quantity quantity, char *name, size_t size)
{
    (void) snprintf(name, size, "%s%s%s", blends ? "blend_" : "", jc_quantity_info(quantity)->name,
        variable->suffix);
}

static int
write_statistics(struct group *self, bool blends, struct jc_error *error)
{
    const struct jc_sweep_result *sweep = self->sweep;
    const size_t first = blends ? sweep->n_cases : 0;
    const size_t n = blends ? sweep->n_subjects - sweep->n_cases : sweep->n_cases;
    int ret = 0;

    for (enum jc_quantity q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
        for (size_t v = 0; ret == 0 && v < JC_SWEEP_VARIABLES && jc_sweep_has(sweep, first, n, q);
             v++) {
            ret = write_statistic(self, &jc_sweep_variables[v], blends, q, error);
        }
    }
    return ret;
}

/* An axis as a dimension's coordinate, or as a variable along `point`. */
static int
write_axis(struct group *self, const struct jc_sweep_axis *axis, struct jc_error *error)
{
    hid_t type = axis->number != NULL ? H5Tcopy(H5T_IEEE_F64LE) : jc_h5_text_type();
    hid_t memory = axis->number != NULL ? H5Tcopy(H5T_NATIVE_DOUBLE) : jc_h5_text_type();
    const void *data = axis->number != NULL ? (const void *) axis->number : axis->text;
    hid_t dataset;
    int ret;

    if (self->sweep->crossed) {
        ret = jc_h5_write_coordinate(self->id, axis->name, type, memory, axis->n, data, axis->units,
            axis->label, error);
    } else {
        ret = jc_h5_write_variable(self->id, axis->name, type, memory, 1, self->dimension,
            self->length, data, axis->units, axis->label, error);
    }
    if (ret == 0) {
        dataset = H5Dopen2(self->id, axis->name, H5P_DEFAULT);
        ret = jc_h5_set_text(dataset, "key", axis->key, error);
        ret = jc_h5_close_written(dataset, axis->name, ret, error);
    }
    (void) H5Tclose(type);
    (void) H5Tclose(memory);
    return ret;
}

/* The coordinate of a dimension without one of its own: 0, 1, 2 ... */
static int
write_point_numbers(struct group *self, struct jc_error *error)
{
    const size_t n = self->sweep->n_points;
    uint64_t *number = calloc(n, sizeof(*number));
    int ret;

    if (number == NULL) {
        return jc_fail_memory(error);
    }
    for (size_t j = 0; j < n; j++) {
        number[j] = j;
    }
    ret = jc_h5_write_coordinate(self->id, "point", H5T_STD_U64LE, H5T_NATIVE_UINT64, n, number,
        "1", "number of the point", error);
    free(number);
    return ret;
}

static int
write_axes(struct group *self, struct jc_error *error)
{
    const struct jc_sweep_result *sweep = self->sweep;
    struct jc_text names = { 0 };
    int ret = 0;

    if (!sweep->crossed) {
        self->dimension[0] = "point";
        self->length[0] = sweep->n_points;
        self->rank = 1;
        ret = write_point_numbers(self, error);
    }
    for (size_t j = 0; ret == 0 && j < sweep->n_axes; j++) {
        if (sweep->crossed) {
            self->dimension[self->rank] = sweep->axis[j].name;
            self->length[self->rank++] = sweep->axis[j].n;
        } else {
            ret = jc_text_append(&names, error, "%s%s", j > 0 ? " " : "", sweep->axis[j].name);
        }
        ret = ret != 0 ? ret : write_axis(self, &sweep->axis[j], error);
    }
    self->coordinates = names.bytes;
    return ret;
}

/* Names and labels of cases or blends. */
static int
write_subjects(const struct group *self, const char *dimension, size_t first, size_t n,
    struct jc_error *error)
{
    const hsize_t length = n;
    hid_t type = jc_h5_text_type();
    const char **text = calloc(n + 1, sizeof(*text));
    char name[32];
    int ret = text == NULL ? jc_fail_memory(error) : 0;

    for (size_t j = 0; ret == 0 && j < n; j++) {
        text[j] = self->sweep->subject[first + j].name;
    }
    ret = ret != 0 ? ret
                   : jc_h5_write_text_coordinate(self->id, dimension, n, text, dimension, error);
    for (size_t j = 0; ret == 0 && j < n; j++) {
        text[j] = self->sweep->subject[first + j].label;
    }
    (void) snprintf(name, sizeof(name), "%s_label", dimension);
    ret = ret != 0 ? ret
                   : jc_h5_write_variable(self->id, name, type, type, 1, &dimension, &length, text,
                       NULL, "name for people", error);
    (void) H5Tclose(type);
    free(text);
    return ret;
}

static int
write_coordinates(struct group *self, struct jc_error *error)
{
    static const char *const bounds[2] = { "lower", "upper" };
    const struct jc_sweep_result *sweep = self->sweep;
    const size_t n_blends = sweep->n_subjects - sweep->n_cases;
    int ret = write_axes(self, error);

    ret = ret != 0 ? ret : write_subjects(self, "case", 0, sweep->n_cases, error);
    if (ret == 0 && n_blends > 0) {
        ret = write_subjects(self, "blend", sweep->n_cases, n_blends, error);
    }
    ret = ret != 0 ? ret
                   : jc_h5_write_coordinate(self->id, "quantile", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE,
                       sweep->n_quantiles, sweep->quantile, "1", "probability", error);
    return ret != 0
        ? ret
        : jc_h5_write_text_coordinate(self->id, "bound", 2, bounds, "confidence bound", error);
}

/* What became of every point. */
static int
write_points(const struct group *self, struct jc_error *error)
{
    const struct jc_sweep_result *sweep = self->sweep;
    hid_t type = jc_h5_text_type();
    const char **message = calloc(sweep->n_points, sizeof(*message));
    const char **digest = calloc(sweep->n_points, sizeof(*digest));
    char(*hex)[JC_SHA256_HEX] = calloc(sweep->n_points, sizeof(*hex));
    uint8_t *status = calloc(sweep->n_points, sizeof(*status));
    hid_t dataset;
    int ret = message == NULL || digest == NULL || hex == NULL || status == NULL
        ? jc_fail_memory(error)
        : 0;

    for (size_t p = 0; ret == 0 && p < sweep->n_points; p++) {
        switch (sweep->point[p].status) {
            case JC_POINT_COMPUTED:
                status[p] = JC_STATUS_COMPUTED;
                message[p] = "computed";
                break;
            case JC_POINT_FAILED:
                status[p] = JC_STATUS_FAILED;
                message[p] = sweep->point[p].message;
                break;
            case JC_POINT_MISSING:
                status[p] = JC_STATUS_MISSING;
                message[p] = "missing";
                break;
        }
        jc_sha256_hex(sweep->point[p].digest, hex[p]);
        digest[p] = hex[p];
    }
    ret = ret != 0 ? ret
                   : write_variable(self, "status", H5T_STD_U8LE, H5T_NATIVE_UINT8, self->rank,
                       status, NULL, "what became of the point", error);
    if (ret == 0) {
        dataset = H5Dopen2(self->id, "status", H5P_DEFAULT);
        ret = jc_h5_set_text(dataset, "flag_meanings",
            jc_sweep_count(sweep, JC_POINT_MISSING) > 0 ? "computed failed missing"
                                                        : "computed failed",
            error);
        ret = jc_h5_close_written(dataset, "status", ret, error);
    }
    ret = ret != 0 ? ret
                   : write_variable(self, "message", type, type, self->rank, message, NULL,
                       "why the point failed", error);
    ret = ret != 0 ? ret
                   : write_variable(self, "digest", type, type, self->rank, digest, NULL,
                       "SHA-256 of the resolved scenario of the point and of the version of the "
                       "program",
                       error);
    (void) H5Tclose(type);
    free(message);
    free(digest);
    free(hex);
    free(status);
    return ret;
}

static int
write_attributes(const struct group *self, struct jc_error *error)
{
    const struct jc_sweep_result *sweep = self->sweep;
    const char *name[MOST_RANK];
    int ret = jc_h5_set_text(self->id, "design", sweep->design, error);

    for (size_t j = 0; j < sweep->n_axes; j++) {
        name[j] = sweep->axis[j].name;
    }
    ret = ret != 0 ? ret : jc_h5_set_texts(self->id, "parameters", sweep->n_axes, name, error);
    return ret != 0 ? ret : jc_h5_set_uint64(self->id, "queries", sweep->queries, error);
}

static int
write_group(hid_t file, const struct jc_sweep_result *sweep, bool statistics,
    struct jc_error *error)
{
    struct group group = { .sweep = sweep };
    int ret;

    group.id = jc_h5_create_group(file, "sweep");
    if (group.id < 0) {
        return jc_h5_fail(error, JC_ERROR_IO, "cannot write", "sweep");
    }
    ret = write_attributes(&group, error);
    ret = ret != 0 ? ret : write_coordinates(&group, error);
    if (statistics) {
        ret = ret != 0 ? ret : write_statistics(&group, false, error);
    }
    if (statistics && sweep->n_subjects > sweep->n_cases) {
        ret = ret != 0 ? ret : write_statistics(&group, true, error);
    }
    ret = ret != 0 ? ret : write_points(&group, error);
    free(group.coordinates);
    (void) H5Gclose(group.id);
    return ret;
}

int
jc_file_write_sweep(hid_t file, const struct jc_results *results, struct jc_error *error)
{
    return results->sweep.n_axes > 0 ? write_group(file, &results->sweep, true, error) : 0;
}

int
jc_file_write_sweep_frame(hid_t file, const struct jc_sweep_result *sweep, struct jc_error *error)
{
    return write_group(file, sweep, false, error);
}
