/*
 * The few HDF5 idioms that the writer and the reader share: variables of the netCDF-4 data model.
 *
 * Writing: every dataset has its dimension scales, every attribute is a fixed or variable UTF-8 string
 * or a number. Functions that write return 0 or JC_ERROR_IO, with HDF5's own reason in the message.
 */
#ifndef JC_RESULTS_H5_H
#define JC_RESULTS_H5_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hdf5.h>

#include "base/error.h"

/* Turns off HDF5's printing of errors for as long as a file is worked on, and notes instead why calls of HDF5 fail; undone
 * by jc_h5_loud, the one begun last first. HDF5 knows this for each thread. */
struct jc_h5_quiet {
    H5E_auto2_t function; /* as they were */
    void *data;
    bool no_memory; /* a call has failed for want of memory */
    int reason;     /* errno of the first call that the system has refused; 0: none */
};
void jc_h5_quiet(struct jc_h5_quiet *saved);

/* Returns `ret`, unless it is blamed on HDF5 or a file (0, JC_ERROR_IO, JC_ERROR_FORMAT) and it was memory or the system:
 * then JC_ERROR_INTERNAL or JC_ERROR_IO, with a message that tells so. A file that could not be read is not a damaged
 * one, and what seems to be written, although a call has failed, is not. */
int jc_h5_loud(struct jc_h5_quiet *saved, int ret, const char *path, struct jc_error *error);

/* jc_fail with what HDF5 says was wrong, innermost reason first. */
int jc_h5_fail(struct jc_error *error, int status, const char *what, const char *name);

/* Closes a property list and leaves the reason of an error before it to be read. */
void jc_h5_close_properties(hid_t properties);

/* A group that tracks the order of its members; negative on failure. */
hid_t jc_h5_create_group(hid_t parent, const char *name);

/* Attributes. */
int jc_h5_set_text(hid_t object, const char *name, const char *text, struct jc_error *error);
int jc_h5_set_texts(hid_t object, const char *name, size_t n, const char *const *text,
    struct jc_error *error);
int jc_h5_set_double(hid_t object, const char *name, double value, struct jc_error *error);
int jc_h5_set_doubles(hid_t object, const char *name, size_t n, const double *value,
    struct jc_error *error);
int jc_h5_set_uint64(hid_t object, const char *name, uint64_t value, struct jc_error *error);

/* Closes a dataset that was written to, if it is one. HDF5 writes small ones only now, which can fail. Returns `ret` if
 * that is not 0. */
int jc_h5_close_written(hid_t dataset, const char *name, int ret, struct jc_error *error);

/* A dimension without coordinate values: a dimension scale whose data is never written. */
int jc_h5_create_dimension(hid_t group, const char *name, uint64_t length, struct jc_error *error);

/* A one-dimensional variable for samples: chunked, shuffled and compressed if `deflate` is a
 * level above 0, fletcher32, not yet written. `type` is the type in the file; *dataset is to be closed, also on failure if it is not negative. */
int jc_h5_create_samples(hid_t group, const char *name, hid_t type, const char *dimension,
    uint64_t length, uint64_t chunk_length, int deflate, hid_t *dataset, struct jc_error *error);

/* A one-dimensional variable of a length along a dimension, made with `properties`. Returns 0, or 1 and leaves HDF5's
 * reason to be read; *dataset is to be closed, also then if it is not negative. */
int jc_h5_create_along(hid_t group, const char *name, hid_t type, const char *dimension,
    uint64_t length, hid_t properties, hid_t *dataset);

/* A whole small variable with units and long name (each may be NULL). `memory_type` describes
 * `data`. */
int jc_h5_write_variable(hid_t group, const char *name, hid_t type, hid_t memory_type, size_t rank,
    const char *const *dimension, const hsize_t *length, const void *data, const char *units,
    const char *long_name, struct jc_error *error);

/* A coordinate variable of texts or numbers, a dimension scale of its own name. */
int jc_h5_write_text_coordinate(hid_t group, const char *name, size_t n, const char *const *text,
    const char *long_name, struct jc_error *error);
int jc_h5_write_coordinate(hid_t group, const char *name, hid_t type, hid_t memory_type, size_t n,
    const void *data, const char *units, const char *long_name, struct jc_error *error);

/* A variable-length UTF-8 string type; close it with H5Tclose. */
hid_t jc_h5_text_type(void);

/* Reading; errors are JC_ERROR_FORMAT: missing, of another type or of another shape. */
int jc_h5_get_text(hid_t object, const char *name, char **text, struct jc_error *error);
int jc_h5_get_double(hid_t object, const char *name, double *value, struct jc_error *error);

/* A one-dimensional attribute; the arrays are from malloc. jc_h5_free_texts frees texts. */
int jc_h5_get_doubles(hid_t object, const char *name, double **value, size_t *n,
    struct jc_error *error);
int jc_h5_get_texts(hid_t object, const char *name, char ***text, size_t *n,
    struct jc_error *error);
void jc_h5_free_texts(char **text, size_t n);

/* 1 if a dataset is a dimension without coordinate values, which has nothing to read; 0 if not. Errors: JC_ERROR_INTERNAL. */
int jc_h5_is_bare_dimension(hid_t dataset);

/* The names of a group's members in the order of their creation. */
int jc_h5_members(hid_t group, char ***name, size_t *n, struct jc_error *error);
int jc_h5_get_uint64(hid_t object, const char *name, uint64_t *value, struct jc_error *error);

/* All values of a variable of numbers, converted to `memory_type`; *data is from malloc. */
int jc_h5_read_numbers(hid_t group, const char *name, H5T_class_t expected, hid_t memory_type,
    size_t element, void **data, size_t *n, struct jc_error *error);

/* All values of a variable of texts; jc_h5_free_texts frees them. */
int jc_h5_read_texts(hid_t group, const char *name, char ***text, size_t *n,
    struct jc_error *error);

#endif
