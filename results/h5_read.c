#include "results/h5.h"

#include <stdlib.h>
#include <string.h>

#define MOST_DEFLATED 1100.0 /* zlib makes 1032 bytes of one at most */
#define LEAST_BYTES 65536.0

static int
damaged(struct jc_error *error, const char *name)
{
    return jc_fail(error, JC_ERROR_FORMAT, "'%s' is missing, damaged or of another type", name);
}

/* Opens an attribute of a class and a rank; *n is its number of elements. Negative on failure. */
static hid_t
open_attribute(hid_t object, const char *name, H5T_class_t expected, int rank, size_t *n)
{
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    hid_t type, space;
    hssize_t points = -1;

    if (attribute < 0) {
        return -1;
    }
    type = H5Aget_type(attribute);
    space = H5Aget_space(attribute);
    if (type >= 0 && space >= 0 && H5Tget_class(type) == expected
        && H5Sget_simple_extent_ndims(space) == rank) {
        points = H5Sget_simple_extent_npoints(space);
    }
    (void) H5Tclose(type);
    (void) H5Sclose(space);
    if (points < 0) {
        (void) H5Aclose(attribute);
        return -1;
    }
    *n = (size_t) points;
    return attribute;
}

/* Texts are shown on terminals, where control characters are commands: those but line ends and tabs become blanks, also
 * those of C1, which are two bytes of UTF-8. */
static void
calm(char *text)
{
    unsigned char *byte = (unsigned char *) text;

    for (; *byte != '\0'; byte++) {
        if ((*byte < ' ' && *byte != '\n' && *byte != '\t') || *byte == 0x7f) {
            *byte = ' ';
        } else if (*byte == 0xc2 && byte[1] >= 0x80 && byte[1] < 0xa0) {
            byte[0] = byte[1] = ' ';
        }
    }
}

static int
take_text(char *text, const char *name, struct jc_error *error)
{
    if (text == NULL) {
        return damaged(error, name);
    }
    calm(text);
    return 0;
}

int
jc_h5_get_text(hid_t object, const char *name, char **text, struct jc_error *error)
{
    size_t n, size;
    hid_t type;
    hid_t attribute = open_attribute(object, name, H5T_STRING, 0, &n);
    int ret = 0;

    *text = NULL;
    if (attribute < 0) {
        return damaged(error, name);
    }
    type = H5Aget_type(attribute);
    size = H5Tget_size(type);
    if (H5Tis_variable_str(type) != 0 || size == 0) {
        ret = damaged(error, name);
    } else if ((*text = calloc(size + 1, 1)) == NULL) {
        ret = jc_fail_memory(error);
    } else if (H5Aread(attribute, type, *text) < 0) {
        ret = damaged(error, name);
    } else {
        calm(*text);
    }
    if (ret != 0) {
        free(*text);
        *text = NULL;
    }
    (void) H5Tclose(type);
    (void) H5Aclose(attribute);
    return ret;
}

static int
get_number(hid_t object, const char *name, H5T_class_t expected, hid_t memory_type, void *value,
    struct jc_error *error)
{
    size_t n;
    hid_t attribute = open_attribute(object, name, expected, 0, &n);
    herr_t status;

    if (attribute < 0) {
        return damaged(error, name);
    }
    status = H5Aread(attribute, memory_type, value);
    (void) H5Aclose(attribute);
    return status < 0 ? damaged(error, name) : 0;
}

int
jc_h5_get_double(hid_t object, const char *name, double *value, struct jc_error *error)
{
    return get_number(object, name, H5T_FLOAT, H5T_NATIVE_DOUBLE, value, error);
}

int
jc_h5_get_uint64(hid_t object, const char *name, uint64_t *value, struct jc_error *error)
{
    return get_number(object, name, H5T_INTEGER, H5T_NATIVE_UINT64, value, error);
}

int
jc_h5_get_doubles(hid_t object, const char *name, double **value, size_t *n, struct jc_error *error)
{
    hid_t attribute = open_attribute(object, name, H5T_FLOAT, 1, n);
    int ret = 0;

    *value = NULL;
    if (attribute < 0) {
        return damaged(error, name);
    }
    *value = calloc(*n + 1, sizeof(double));
    if (*value == NULL) {
        ret = jc_fail_memory(error);
    } else if (H5Aread(attribute, H5T_NATIVE_DOUBLE, *value) < 0) {
        free(*value);
        *value = NULL;
        ret = damaged(error, name);
    }
    (void) H5Aclose(attribute);
    return ret;
}

int
jc_h5_get_texts(hid_t object, const char *name, char ***text, size_t *n, struct jc_error *error)
{
    hid_t attribute = open_attribute(object, name, H5T_STRING, 1, n);
    hid_t type = -1;
    size_t j;
    int ret = 0;

    *text = NULL;
    if (attribute < 0) {
        return damaged(error, name);
    }
    type = H5Aget_type(attribute);
    *text = calloc(*n + 1, sizeof(char *));
    if (*text == NULL) {
        ret = jc_fail_memory(error);
    } else if (H5Tis_variable_str(type) <= 0 || H5Aread(attribute, type, *text) < 0) {
        ret = damaged(error, name);
    }
    for (j = 0; ret == 0 && j < *n; j++) { /* HDF5 reads an empty text that was never written so */
        ret = take_text((*text)[j], name, error);
    }
    if (ret != 0) {
        jc_h5_free_texts(*text, *n);
        *text = NULL;
        *n = 0;
    }
    (void) H5Tclose(type);
    (void) H5Aclose(attribute);
    return ret;
}

void
jc_h5_free_texts(char **text, size_t n)
{
    size_t j;

    for (j = 0; text != NULL && j < n; j++) {
        free(text[j]);
    }
    free(text);
}

static int
member_name(hid_t group, hsize_t index, char **name, struct jc_error *error)
{
    ssize_t length = H5Lget_name_by_idx(group, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, index, NULL, 0,
        H5P_DEFAULT);

    if (length <= 0) {
        return damaged(error, "a name in a group");
    }
    *name = calloc((size_t) length + 1, 1);
    if (*name == NULL) {
        return jc_fail_memory(error);
    }
    length = H5Lget_name_by_idx(group, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, index, *name,
        (size_t) length + 1, H5P_DEFAULT);
    return length <= 0 ? damaged(error, "a name in a group") : 0;
}

int
jc_h5_members(hid_t group, char ***name, size_t *n, struct jc_error *error)
{
    H5G_info_t info;
    size_t j;
    int ret = 0;

    *name = NULL;
    *n = 0;
    if (H5Gget_info(group, &info) < 0) {
        return damaged(error, "a group");
    }
    *name = calloc(info.nlinks + 1, sizeof(char *));
    if (*name == NULL) {
        return jc_fail_memory(error);
    }
    *n = info.nlinks;
    for (j = 0; ret == 0 && j < *n; j++) {
        ret = member_name(group, j, &(*name)[j], error);
    }
    if (ret != 0) {
        jc_h5_free_texts(*name, *n);
        *name = NULL;
        *n = 0;
    }
    return ret;
}

/* Opens a dataset of a class; *n is its number of elements. Negative on failure. */
static hid_t
open_dataset(hid_t group, const char *name, H5T_class_t expected, size_t *n)
{
    hid_t dataset = H5Dopen2(group, name, H5P_DEFAULT);
    hid_t space, type;
    hssize_t points = -1;

    *n = 0;
    if (dataset < 0) {
        return -1;
    }
    space = H5Dget_space(dataset);
    type = H5Dget_type(dataset);
    if (space >= 0 && type >= 0 && H5Tget_class(type) == expected) {
        points = H5Sget_simple_extent_npoints(space);
    }
    /* A dataset can be said to be far larger than the file, and reads as zeros. */
    if (points > 0
        && (double) points * (double) H5Tget_size(type)
            > MOST_DEFLATED * (double) H5Dget_storage_size(dataset) + LEAST_BYTES) {
        points = -1;
    }
    (void) H5Tclose(type);
    (void) H5Sclose(space);
    if (points < 0) {
        (void) H5Dclose(dataset);
        return -1;
    }
    *n = (size_t) points;
    return dataset;
}

int
jc_h5_read_numbers(hid_t group, const char *name, H5T_class_t expected, hid_t memory_type,
    size_t element, void **data, size_t *n, struct jc_error *error)
{
    hid_t dataset = open_dataset(group, name, expected, n);
    int ret = 0;

    *data = NULL;
    if (dataset < 0) {
        return damaged(error, name);
    }
    *data = calloc(*n + 1, element);
    if (*data == NULL) {
        ret = jc_fail_memory(error);
    } else if (H5Dread(dataset, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, *data) < 0) {
        free(*data);
        *data = NULL;
        ret = damaged(error, name);
    }
    (void) H5Dclose(dataset);
    return ret;
}

int
jc_h5_read_texts(hid_t group, const char *name, char ***text, size_t *n, struct jc_error *error)
{
    hid_t dataset = open_dataset(group, name, H5T_STRING, n);
    hid_t type;
    size_t j;
    int ret = 0;

    *text = NULL;
    if (dataset < 0) {
        return damaged(error, name);
    }
    type = H5Dget_type(dataset);
    *text = calloc(*n + 1, sizeof(char *));
    if (*text == NULL) {
        ret = jc_fail_memory(error);
    } else if (H5Tis_variable_str(type) <= 0
        || H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, *text) < 0) {
        ret = damaged(error, name);
    }
    for (j = 0; ret == 0 && j < *n; j++) {
        ret = take_text((*text)[j], name, error);
    }
    if (ret != 0) {
        jc_h5_free_texts(*text, *n);
        *text = NULL;
        *n = 0;
    }
    (void) H5Tclose(type);
    (void) H5Dclose(dataset);
    return ret;
}
