/*
 * The sweep of a shard. It has the axes of the whole and what became of each point; the numbers are only those of points
 * that were computed, one row each in the order of the points, so that the shards of a sweep are no longer than the whole.
 */
#include "results/file_sweep.h"

#include <stdlib.h>
#include <string.h>

#include "results/h5.h"

/* Which quantities cases and blends have: without statistics there are no variables that would say so. */
static int
write_has(hid_t points, const struct jc_sweep_result *sweep, struct jc_error *error)
{
    static const char *const dimension[2] = { "subject", "quantity" };
    const hsize_t length[2] = { sweep->n_subjects, JC_QUANTITIES };
    uint8_t *has = calloc(sweep->n_subjects * JC_QUANTITIES, sizeof(*has));
    int ret;

    if (has == NULL) {
        return jc_fail_memory(error);
    }
    for (size_t j = 0; j < sweep->n_subjects; j++) {
        for (size_t q = 0; q < JC_QUANTITIES; q++) {
            has[j * JC_QUANTITIES + q] = sweep->subject[j].has[q];
        }
    }
    ret = jc_h5_create_dimension(points, "subject", sweep->n_subjects, error);
    ret = ret != 0 ? ret : jc_h5_create_dimension(points, "quantity", JC_QUANTITIES, error);
    ret = ret != 0
        ? ret
        : jc_h5_write_variable(points, "has", H5T_STD_U8LE, H5T_NATIVE_UINT8, 2, dimension, length,
            has, NULL, "whether a case or blend has a quantity", error);
    free(has);
    return ret;
}

static int
write_numbers(hid_t points, const struct jc_sweep_result *sweep, struct jc_error *error)
{
    static const char *const dimension[2] = { "computed", "number" };
    const size_t n = jc_sweep_count(sweep, JC_POINT_COMPUTED);
    const hsize_t length[2] = { n, sweep->n_numbers };
    double *row;
    double *at;
    int ret;

    if (n == 0) {
        return 0;
    }
    row = malloc(n * sweep->n_numbers * sizeof(*row));
    if (row == NULL) {
        return jc_fail_memory(error);
    }
    at = row;
    for (size_t p = 0; p < sweep->n_points; p++) {
        if (sweep->point[p].status == JC_POINT_COMPUTED) {
            memcpy(at, sweep->point[p].number, sweep->n_numbers * sizeof(*row));
            at += sweep->n_numbers;
        }
    }
    ret = jc_h5_create_dimension(points, "computed", n, error);
    ret = ret != 0 ? ret : jc_h5_create_dimension(points, "number", sweep->n_numbers, error);
    ret = ret != 0 ? ret
                   : jc_h5_write_variable(points, "value", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 2,
                       dimension, length, row, NULL, "statistics of each point", error);
    free(row);
    return ret;
}

int
jc_file_write_sweep_shard(hid_t file, const struct jc_sweep_result *sweep, struct jc_error *error)
{
    hid_t points;
    int ret;

    if (sweep->n_axes == 0) {
        return 0;
    }
    ret = jc_file_write_sweep_frame(file, sweep, error);
    if (ret != 0) {
        return ret;
    }
    points = jc_h5_create_group(file, "points");
    if (points < 0) {
        return jc_h5_fail(error, JC_ERROR_IO, "cannot write", "points");
    }
    ret = write_has(points, sweep, error);
    ret = ret != 0 ? ret : write_numbers(points, sweep, error);
    (void) H5Gclose(points);
    return ret;
}

static int
malformed(struct jc_error *error)
{
    return jc_fail(error, JC_ERROR_FORMAT, "group 'points' is missing a part, or damaged");
}

int
jc_file_read_sweep_has(hid_t points, struct jc_sweep_result *sweep, struct jc_error *error)
{
    uint64_t *has = NULL;
    size_t n = 0;
    int ret = jc_h5_read_numbers(points, "has", H5T_INTEGER, H5T_NATIVE_UINT64, sizeof(*has),
        (void **) &has, &n, error);

    if (ret == 0 && n != sweep->n_subjects * JC_QUANTITIES) {
        ret = malformed(error);
    }
    for (size_t j = 0; ret == 0 && j < n; j++) {
        sweep->subject[j / JC_QUANTITIES].has[j % JC_QUANTITIES] = has[j] != 0;
    }
    free(has);
    return ret;
}

static int
read_numbers(hid_t points, struct jc_sweep_result *sweep, struct jc_error *error)
{
    const size_t n_computed = jc_sweep_count(sweep, JC_POINT_COMPUTED);
    double *row = NULL;
    const double *at;
    size_t n = 0;
    int ret;

    if (n_computed == 0) {
        return 0;
    }
    ret = jc_h5_read_numbers(points, "value", H5T_FLOAT, H5T_NATIVE_DOUBLE, sizeof(*row),
        (void **) &row, &n, error);
    if (ret == 0 && n != n_computed * sweep->n_numbers) {
        ret = malformed(error);
    }
    at = row;
    for (size_t p = 0; ret == 0 && p < sweep->n_points; p++) {
        if (sweep->point[p].status == JC_POINT_COMPUTED) {
            memcpy(sweep->point[p].number, at, sweep->n_numbers * sizeof(*row));
            at += sweep->n_numbers;
        }
    }
    free(row);
    return ret;
}

int
jc_file_read_sweep_shard(hid_t file, struct jc_sweep_result *sweep, struct jc_error *error)
{
    hid_t points;
    int ret;

    if (H5Lexists(file, "sweep", H5P_DEFAULT) <= 0) {
        return 0;
    }
    points = H5Gopen2(file, "points", H5P_DEFAULT);
    if (points < 0) {
        return malformed(error);
    }
    ret = jc_file_read_sweep_frame(file, points, sweep, error);
    ret = ret != 0 ? ret : read_numbers(points, sweep, error);
    (void) H5Gclose(points);
    return ret;
}
