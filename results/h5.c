#include "results/h5.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <hdf5_hl.h>

/* netCDF-4 knows a dimension that is no variable by this text. */
#define BARE_DIMENSION "This is a netCDF dimension but not a netCDF variable. "

/* One record of what was wrong. The drivers tell errno in words. */
static herr_t
look(unsigned n, const H5E_error2_t *record, void *context)
{
    static const char words[] = "errno = ";
    struct jc_h5_quiet *self = context;
    const char *number = record->desc != NULL ? strstr(record->desc, words) : NULL;
    int reason = number != NULL ? (int) strtol(number + sizeof(words) - 1, NULL, 10) : 0;

    (void) n;
    /* Places that a damaged file names are no places to the system. */
    if (self->reason == 0 && reason != EINVAL && reason != EOVERFLOW) {
        self->reason = reason;
    }
    self->no_memory |= record->maj_num == H5E_RESOURCE
        && (record->min_num == H5E_NOSPACE || record->min_num == H5E_CANTALLOC);
    return 0;
}

/* HDF5 calls it when a function that was called from outside has failed. */
static herr_t
note(hid_t stack, void *context)
{
    struct jc_h5_quiet *self = context;

    self->no_memory |= errno == ENOMEM; /* which not all of HDF5 tells as such */
    (void) H5Ewalk2(stack, H5E_WALK_UPWARD, look, self);
    if (self->reason == 0 && errno == EIO) { /* nor what the disk refused */
        self->reason = EIO;
    }
    return 0;
}

void
jc_h5_quiet(struct jc_h5_quiet *saved)
{
    saved->function = NULL;
    saved->data = NULL;
    saved->reason = 0;
    /* The first call of all is where HDF5 begins; it can fail for no other reason. */
    saved->no_memory = H5Eget_auto2(H5E_DEFAULT, &saved->function, &saved->data) < 0;
    saved->no_memory |= H5Eset_auto2(H5E_DEFAULT, note, saved) < 0;
    errno = 0;
}

int
jc_h5_loud(struct jc_h5_quiet *saved, int ret, const char *path, struct jc_error *error)
{
    struct jc_h5_quiet *outer = saved->function == note ? saved->data : NULL;

    if (saved->reason == 0 && ret == JC_ERROR_FORMAT && errno == EIO) {
        saved->reason = EIO;
    }
    (void) H5Eset_auto2(H5E_DEFAULT, saved->function, saved->data);
    if (outer != NULL) {
        outer->no_memory |= saved->no_memory;
        outer->reason = outer->reason != 0 ? outer->reason : saved->reason;
    }
    if (ret != 0 && ret != JC_ERROR_IO && ret != JC_ERROR_FORMAT) {
        return ret;
    }
    if (saved->reason == 0 || saved->reason == ENOMEM) {
        return saved->no_memory || saved->reason == ENOMEM ? jc_fail_memory(error) : ret;
    }
    if (ret == JC_ERROR_IO) {
        return ret;
    }
    return saved->reason == EAGAIN
        ? jc_fail(error, JC_ERROR_IO, "%s: another program has it open to write to it", path)
        : jc_fail(error, JC_ERROR_IO, "%s: cannot %s: %s", path, ret == 0 ? "be worked on" : "read",
            strerror(saved->reason));
}

/* Of the system's own words there is only one part that a person needs: `error message = '...'`. */
static herr_t
innermost(unsigned n, const H5E_error2_t *record, void *context)
{
    static const char words[] = "error message = '";
    const char *reason = record->desc;
    const char *inner = reason == NULL ? NULL : strstr(reason, words);

    if (n == 0 && reason != NULL) {
        if (inner != NULL) {
            inner += sizeof(words) - 1;
            (void) snprintf(context, 256, "%.*s", (int) strcspn(inner, "'"), inner);
        } else {
            (void) snprintf(context, 256, "HDF5: %.*s", (int) strcspn(reason, "\n"), reason);
        }
    }
    return 0;
}

int
jc_h5_fail(struct jc_error *error, int status, const char *what, const char *name)
{
    const bool no_memory = errno == ENOMEM; /* its high-level functions say no more */
    char reason[256];

    (void) snprintf(reason, sizeof(reason), "%s", errno != 0 ? strerror(errno) : "no reason given");
    (void) H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, innermost, reason);
    (void) H5Eclear2(H5E_DEFAULT);
    if (no_memory) {
        return jc_fail_memory(error);
    }
    return jc_fail(error, status, "%s '%s': %s", what, name, reason);
}

static int
write_failed(struct jc_error *error, const char *name)
{
    return jc_h5_fail(error, JC_ERROR_IO, "cannot write", name);
}

int
jc_h5_close_written(hid_t dataset, const char *name, int ret, struct jc_error *error)
{
    if (dataset >= 0 && H5Dclose(dataset) < 0 && ret == 0) {
        ret = write_failed(error, name);
    }
    return ret;
}

hid_t
jc_h5_text_type(void)
{
    hid_t type = H5Tcopy(H5T_C_S1);

    if (type >= 0
        && (H5Tset_size(type, H5T_VARIABLE) < 0 || H5Tset_cset(type, H5T_CSET_UTF8) < 0)) {
        (void) H5Tclose(type);
        return -1;
    }
    return type;
}

void
jc_h5_close_properties(hid_t properties)
{
    const hid_t stack = H5Eget_current_stack(); /* every call begins with an empty one */

    (void) H5Pclose(properties);
    (void) H5Eset_current_stack(stack);
}

hid_t
jc_h5_create_group(hid_t parent, const char *name)
{
    const unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    hid_t properties = H5Pcreate(H5P_GROUP_CREATE);
    hid_t group = -1;

    if (properties < 0) {
        return -1;
    }
    /* Links stay in the group's header, whose checksum HDF5 checks first: HDF5 1.10 frees memory that
     * it never set when a group in its other form is damaged. */
    if (H5Pset_link_creation_order(properties, order) >= 0
        && H5Pset_link_phase_change(properties, UINT16_MAX, UINT16_MAX) >= 0
        && H5Pset_attr_creation_order(properties, order) >= 0) {
        group = H5Gcreate2(parent, name, H5P_DEFAULT, properties, H5P_DEFAULT);
    }
    jc_h5_close_properties(properties);
    return group;
}

static int
set_attribute(hid_t object, const char *name, hid_t type, hid_t space, const void *data,
    struct jc_error *error)
{
    hid_t attribute = -1;
    int ret = 0;

    if (type >= 0 && space >= 0) {
        attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    }
    if (attribute < 0 || H5Awrite(attribute, type, data) < 0) {
        ret = write_failed(error, name);
    }
    if (attribute >= 0) {
        (void) H5Aclose(attribute);
    }
    if (space >= 0) {
        (void) H5Sclose(space);
    }
    return ret;
}

int
jc_h5_set_text(hid_t object, const char *name, const char *text, struct jc_error *error)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    int ret;

    if (type >= 0
        && (H5Tset_size(type, strlen(text) + 1) < 0 || H5Tset_cset(type, H5T_CSET_UTF8) < 0)) {
        (void) H5Tclose(type);
        return write_failed(error, name);
    }
    ret = set_attribute(object, name, type, H5Screate(H5S_SCALAR), text, error);
    (void) H5Tclose(type);
    return ret;
}

int
jc_h5_set_texts(hid_t object, const char *name, size_t n, const char *const *text,
    struct jc_error *error)
{
    const hsize_t length = n;
    hid_t type = jc_h5_text_type();
    /* HDF5 does not take NULL for no texts. */
    int ret = set_attribute(object, name, type, H5Screate_simple(1, &length, NULL),
        n > 0 ? (const void *) text : "", error);

    (void) H5Tclose(type);
    return ret;
}

int
jc_h5_set_double(hid_t object, const char *name, double value, struct jc_error *error)
{
    return set_attribute(object, name, H5T_NATIVE_DOUBLE, H5Screate(H5S_SCALAR), &value, error);
}

int
jc_h5_set_doubles(hid_t object, const char *name, size_t n, const double *value,
    struct jc_error *error)
{
    const hsize_t length = n;

    return set_attribute(object, name, H5T_NATIVE_DOUBLE, H5Screate_simple(1, &length, NULL), value,
        error);
}

int
jc_h5_set_uint64(hid_t object, const char *name, uint64_t value, struct jc_error *error)
{
    return set_attribute(object, name, H5T_NATIVE_UINT64, H5Screate(H5S_SCALAR), &value, error);
}

static hid_t
dataset_properties(void)
{
    hid_t properties = H5Pcreate(H5P_DATASET_CREATE);

    if (properties >= 0
        && (H5Pset_attr_creation_order(properties, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED)
                < 0
            || H5Pset_obj_track_times(properties, 0) < 0)) {
        (void) H5Pclose(properties);
        return -1;
    }
    return properties;
}

int
jc_h5_create_dimension(hid_t group, const char *name, uint64_t length, struct jc_error *error)
{
    char title[96];
    const hsize_t size = length;
    const hsize_t chunk = length < 1024 ? length : 1024;
    hid_t space = H5Screate_simple(1, &size, NULL);
    hid_t properties = dataset_properties();
    hid_t dataset = -1;
    int ret = 0;

    (void) snprintf(title, sizeof(title), BARE_DIMENSION "%10llu", (unsigned long long) length);
    /* Chunked, so that nothing is allocated for data that is never written. */
    if (space >= 0 && properties >= 0 && H5Pset_chunk(properties, 1, &chunk) >= 0) {
        dataset =
            H5Dcreate2(group, name, H5T_IEEE_F32BE, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    }
    if (dataset < 0 || H5DSset_scale(dataset, title) < 0) {
        ret = write_failed(error, name);
    }
    ret = jc_h5_close_written(dataset, name, ret, error);
    (void) H5Pclose(properties);
    (void) H5Sclose(space);
    return ret;
}

static int
attach_dimensions(hid_t group, hid_t dataset, size_t rank, const char *const *dimension)
{
    size_t j;

    for (j = 0; j < rank; j++) {
        hid_t scale = H5Dopen2(group, dimension[j], H5P_DEFAULT);
        herr_t status = scale < 0 ? -1 : H5DSattach_scale(dataset, scale, (unsigned) j);

        if (scale >= 0) {
            (void) H5Dclose(scale);
        }
        if (status < 0) {
            return -1;
        }
    }
    return 0;
}

int
jc_h5_is_bare_dimension(hid_t dataset)
{
    char *name = NULL;
    int ret = H5Aexists(dataset, "NAME") > 0 ? jc_h5_get_text(dataset, "NAME", &name, NULL) : 0;

    if (ret != JC_ERROR_INTERNAL) {
        ret = name != NULL && strncmp(name, BARE_DIMENSION, strlen(BARE_DIMENSION)) == 0;
    }
    free(name);
    return ret;
}

/* Sets units and long name, unless something has failed before, and closes the dataset. */
static int
describe_and_close(hid_t dataset, const char *name, const char *units, const char *long_name,
    int ret, struct jc_error *error)
{
    if (ret == 0 && long_name != NULL) {
        ret = jc_h5_set_text(dataset, "long_name", long_name, error);
    }
    if (ret == 0 && units != NULL) {
        ret = jc_h5_set_text(dataset, "units", units, error);
    }
    return jc_h5_close_written(dataset, name, ret, error);
}

/* Creates and writes a small variable; it stays open. A coordinate becomes a scale of its name. */
static int
write_small(hid_t group, const char *name, hid_t type, hid_t memory_type, size_t rank,
    const hsize_t *length, const void *data, hid_t *dataset, struct jc_error *error)
{
    hid_t space = rank == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple((int) rank, length, NULL);
    hid_t properties = dataset_properties();
    int ret = 0;

    *dataset = -1;
    if (space >= 0 && properties >= 0) {
        *dataset = H5Dcreate2(group, name, type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    }
    if (*dataset < 0 || H5Dwrite(*dataset, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) < 0) {
        ret = write_failed(error, name);
    }
    (void) H5Pclose(properties);
    (void) H5Sclose(space);
    return ret;
}

int
jc_h5_write_variable(hid_t group, const char *name, hid_t type, hid_t memory_type, size_t rank,
    const char *const *dimension, const hsize_t *length, const void *data, const char *units,
    const char *long_name, struct jc_error *error)
{
    hid_t dataset;
    int ret = write_small(group, name, type, memory_type, rank, length, data, &dataset, error);

    if (ret == 0 && attach_dimensions(group, dataset, rank, dimension) != 0) {
        ret = write_failed(error, name);
    }
    return describe_and_close(dataset, name, units, long_name, ret, error);
}

int
jc_h5_write_coordinate(hid_t group, const char *name, hid_t type, hid_t memory_type, size_t n,
    const void *data, const char *units, const char *long_name, struct jc_error *error)
{
    const hsize_t length = n;
    hid_t dataset;
    int ret = write_small(group, name, type, memory_type, 1, &length, data, &dataset, error);

    if (ret == 0 && H5DSset_scale(dataset, name) < 0) {
        ret = write_failed(error, name);
    }
    return describe_and_close(dataset, name, units, long_name, ret, error);
}

int
jc_h5_write_text_coordinate(hid_t group, const char *name, size_t n, const char *const *text,
    const char *long_name, struct jc_error *error)
{
    hid_t type = jc_h5_text_type();
    int ret = jc_h5_write_coordinate(group, name, type, type, n, text, NULL, long_name, error);

    (void) H5Tclose(type);
    return ret;
}

int
jc_h5_create_along(hid_t group, const char *name, hid_t type, const char *dimension,
    uint64_t length, hid_t properties, hid_t *dataset)
{
    const hsize_t size = length;
    hid_t space = H5Screate_simple(1, &size, NULL);

    *dataset = H5Dcreate2(group, name, type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    (void) H5Sclose(space);
    return *dataset < 0 || attach_dimensions(group, *dataset, 1, &dimension) != 0;
}

int
jc_h5_create_samples(hid_t group, const char *name, hid_t type, const char *dimension,
    uint64_t length, uint64_t chunk_length, int deflate, hid_t *dataset, struct jc_error *error)
{
    const hsize_t chunk = chunk_length;
    hid_t properties = dataset_properties();
    int ret = 0;

    *dataset = -1;
    if (properties < 0 || H5Pset_chunk(properties, 1, &chunk) < 0
        || (deflate > 0
            && (H5Pset_shuffle(properties) < 0
                || H5Pset_deflate(properties, (unsigned) deflate) < 0))
        || H5Pset_fletcher32(properties) < 0
        || H5Pset_fill_time(properties, H5D_FILL_TIME_NEVER) < 0
        || jc_h5_create_along(group, name, type, dimension, length, properties, dataset) != 0) {
        ret = write_failed(error, name);
    }
    (void) H5Pclose(properties);
    return ret;
}
