#include "results/table.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "results/h5.h"

static size_t
size_of(const struct jc_field *field)
{
    return field->type == JC_FIELD_U32 ? sizeof(uint32_t) : sizeof(uint64_t);
}

static hid_t
file_type(const struct jc_field *field)
{
    return field->type == JC_FIELD_U64 ? H5T_STD_U64LE
        : field->type == JC_FIELD_U32  ? H5T_STD_U32LE
                                       : H5T_IEEE_F64LE;
}

static hid_t
memory_type(const struct jc_field *field)
{
    return field->type == JC_FIELD_U64 ? H5T_NATIVE_UINT64
        : field->type == JC_FIELD_U32  ? H5T_NATIVE_UINT32
                                       : H5T_NATIVE_DOUBLE;
}

int
jc_table_write(hid_t file, const char *name, size_t n_fields, const struct jc_field *field,
    size_t n, size_t stride, const void *rows, struct jc_error *error)
{
    static const char *const dimension[1] = { "row" };
    const hsize_t length = n;
    hid_t group = jc_h5_create_group(file, name);
    unsigned char *column = malloc(n * sizeof(uint64_t));
    size_t j, k;
    int ret = group < 0 ? jc_h5_fail(error, JC_ERROR_IO, "cannot write", name) : 0;

    if (ret == 0 && column == NULL) {
        ret = jc_fail_memory(error);
    }
    ret = ret != 0 ? ret : jc_h5_create_dimension(group, "row", n, error);
    for (k = 0; ret == 0 && k < n_fields; k++) {
        for (j = 0; j < n; j++) {
            memcpy(column + j * size_of(&field[k]),
                (const unsigned char *) rows + j * stride + field[k].offset, size_of(&field[k]));
        }
        ret = jc_h5_write_variable(group, field[k].name, file_type(&field[k]),
            memory_type(&field[k]), 1, dimension, &length, column, NULL, field[k].long_name, error);
    }
    free(column);
    if (group >= 0) {
        (void) H5Gclose(group);
    }
    return ret;
}

static int
malformed(const char *name, struct jc_error *error)
{
    return jc_fail(error, JC_ERROR_FORMAT, "group '%s' is missing a part, or damaged", name);
}

int
jc_table_read(hid_t file, const char *name, size_t n_fields, const struct jc_field *field,
    size_t stride, void **rows, size_t *n, struct jc_error *error)
{
    hid_t group;
    void *column = NULL;
    size_t length = 0;
    size_t j, k;
    int ret = 0;

    *rows = NULL;
    *n = 0;
    if (H5Lexists(file, name, H5P_DEFAULT) <= 0) {
        return 0;
    }
    group = H5Gopen2(file, name, H5P_DEFAULT);
    if (group < 0) {
        return malformed(name, error);
    }
    for (k = 0; ret == 0 && k < n_fields; k++) {
        ret = jc_h5_read_numbers(group, field[k].name,
            field[k].type == JC_FIELD_F64 ? H5T_FLOAT : H5T_INTEGER, memory_type(&field[k]),
            size_of(&field[k]), &column, &length, error);
        if (ret == 0 && k == 0) {
            *n = length;
            *rows = calloc(length + 1, stride);
            ret = *rows == NULL ? jc_fail_memory(error) : 0;
        }
        if (ret == 0 && length != *n) {
            ret = malformed(name, error);
        }
        for (j = 0; ret == 0 && j < length; j++) {
            memcpy((unsigned char *) *rows + j * stride + field[k].offset,
                (unsigned char *) column + j * size_of(&field[k]), size_of(&field[k]));
        }
        free(column);
        column = NULL;
    }
    (void) H5Gclose(group);
    return ret;
}
