#include "results/columns.h"

#include <stdio.h>

#include "results/h5.h"

/* Names of cases have at most 64 letters, those of quantities fewer. */
static void
path_of(char path[160], const char *case_name, enum jc_quantity quantity)
{
    (void) snprintf(path, 160, "cases/%s/%s", case_name, jc_quantity_info(quantity)->name);
}

bool
jc_column_is_stored(hid_t file, const char *case_name, enum jc_quantity quantity)
{
    char path[160];

    (void) snprintf(path, sizeof(path), "cases/%s", case_name);
    if (H5Lexists(file, "cases", H5P_DEFAULT) <= 0 || H5Lexists(file, path, H5P_DEFAULT) <= 0) {
        return false;
    }
    path_of(path, case_name, quantity);
    return H5Lexists(file, path, H5P_DEFAULT) > 0;
}

int
jc_column_read(hid_t file, const char *case_name, enum jc_quantity quantity, uint64_t stride,
    size_t n, double *x, struct jc_error *error)
{
    const hsize_t start = 0;
    const hsize_t step = stride;
    const hsize_t count = n;
    char path[160];
    hid_t dataset, space, memory;
    int ret = 0;

    path_of(path, case_name, quantity);
    dataset = H5Dopen2(file, path, H5P_DEFAULT);
    space = dataset < 0 ? -1 : H5Dget_space(dataset);
    memory = H5Screate_simple(1, &count, NULL);
    if (space < 0 || memory < 0 || H5Sget_simple_extent_ndims(space) != 1
        || H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, &step, &count, NULL) < 0
        || H5Sselect_valid(space) <= 0
        || H5Dread(dataset, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, x) < 0) {
        ret = jc_h5_fail(error, JC_ERROR_FORMAT, "cannot read", path);
    }
    (void) H5Sclose(memory);
    if (space >= 0) {
        (void) H5Sclose(space);
    }
    if (dataset >= 0) {
        (void) H5Dclose(dataset);
    }
    return ret;
}
