/*
 * Tables of a shard file: groups whose variables are members of an array of structs.
 */
#ifndef JC_RESULTS_TABLE_H
#define JC_RESULTS_TABLE_H

#include <stddef.h>

#include <hdf5.h>

#include "base/error.h"

/* A member of a struct in memory, a variable in the file. */
struct jc_field {
    const char *name;
    const char *long_name;
    size_t offset;
    enum { JC_FIELD_U64, JC_FIELD_U32, JC_FIELD_F64 } type;
};

/* Writes a group with a dimension "row" and n >= 1 structs along it, `stride` bytes each. Errors: JC_ERROR_IO,
 * JC_ERROR_INTERNAL. */
int jc_table_write(hid_t file, const char *name, size_t n_fields, const struct jc_field *field,
    size_t n, size_t stride, const void *rows, struct jc_error *error);

/* *rows, from malloc also on an error, become n structs; none if the group is not there. Errors: JC_ERROR_FORMAT,
 * JC_ERROR_INTERNAL. */
int jc_table_read(hid_t file, const char *name, size_t n_fields, const struct jc_field *field,
    size_t stride, void **rows, size_t *n, struct jc_error *error);

#endif
