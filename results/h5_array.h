/*
 * Arrays of numbers with named axes, on their way into a file and out of it.
 */
#ifndef JC_RESULTS_H5_ARRAY_H
#define JC_RESULTS_H5_ARRAY_H

#include <stddef.h>

#include <hdf5.h>

#include "base/error.h"
#include "results/bands.h"

#define JC_MOST_AXES 4

struct jc_array {
    size_t rank;
    const char *dimension[JC_MOST_AXES];
    hsize_t length[JC_MOST_AXES];
    double *value; /* in C order; free it */
};

/* Adds an axis; there are fewer than JC_MOST_AXES. */
void jc_array_along(struct jc_array *self, const char *dimension, size_t length);

/* Room for all values, NAN at first. Errors: JC_ERROR_INTERNAL. */
int jc_array_alloc(struct jc_array *self, struct jc_error *error);

/* Writes it as a variable; its axes are dimensions of the group. Errors: JC_ERROR_IO. */
int jc_array_write(const struct jc_array *self, hid_t group, const char *name, const char *units,
    const char *long_name, struct jc_error *error);

/* Puts a band at a place of two arrays: values[place][band] and bounds[place][band][bound]. */
void jc_put_band(const struct jc_band *band, size_t place, double *values, double *bounds);

/* The axis `draw`: 0, 1, ... Errors: JC_ERROR_IO, JC_ERROR_INTERNAL. */
int jc_write_draw_axis(hid_t group, size_t n_draws, struct jc_error *error);

/* The axes `band` and `bound`. Errors: JC_ERROR_IO. */
int jc_write_band_axes(hid_t group, struct jc_error *error);

/* 1 if a group has a member of that name; else 0. */
int jc_has(hid_t group, const char *name);

/* Exactly n numbers or texts of a variable. Errors: JC_ERROR_FORMAT, JC_ERROR_INTERNAL; then there is nothing to
 * free. */
int jc_read_doubles(hid_t group, const char *name, size_t n, double **numbers,
    struct jc_error *error);
int jc_read_texts(hid_t group, const char *name, size_t n, char ***texts, struct jc_error *error);

#endif
