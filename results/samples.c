#include "results/samples.h"

#include <stdlib.h>
#include <string.h>

#include "results/file.h"
#include "results/h5.h"
#include "results/virtual.h"

struct jc_samples {
    char *path;
    hid_t file;
    hid_t cases;
    int deflate;
};

static int
unreadable(const struct jc_samples *self, const char *case_name, enum jc_quantity quantity,
    struct jc_error *error)
{
    return jc_fail(error, JC_ERROR_FORMAT, "%s: samples /cases/%s/%s are missing or damaged",
        self->path, case_name, jc_quantity_info(quantity)->name);
}

/* The level of the first samples that are found; all have the same. */
static int
find_level(struct jc_samples *self, struct jc_error *error)
{
    char **name = NULL;
    unsigned level = 0;
    size_t n_values = 1;
    size_t n = 0;
    size_t q;
    unsigned flags;
    hid_t group, dataset, properties;
    int ret = jc_h5_members(self->cases, &name, &n, error);

    if (ret == 0 && n == 0) {
        ret = jc_fail(error, JC_ERROR_FORMAT, "%s: it has no samples", self->path);
    }
    group = ret == 0 ? H5Gopen2(self->cases, name[0], H5P_DEFAULT) : -1;
    for (q = 0; group >= 0 && q < JC_QUANTITIES; q++) {
        if (H5Lexists(group, jc_quantity_info((enum jc_quantity) q)->name, H5P_DEFAULT) > 0) {
            break;
        }
    }
    if (group >= 0 && q < JC_QUANTITIES) {
        dataset = H5Dopen2(group, jc_quantity_info((enum jc_quantity) q)->name, H5P_DEFAULT);
        properties = H5Dget_create_plist(dataset);
        if (H5Pget_filter_by_id2(properties, H5Z_FILTER_DEFLATE, &flags, &n_values, &level, 0, NULL,
                NULL)
            >= 0) {
            self->deflate = (int) level;
        }
        (void) H5Pclose(properties);
        (void) H5Dclose(dataset);
    }
    if (group >= 0) {
        (void) H5Gclose(group);
    }
    jc_h5_free_texts(name, n);
    return ret;
}

static int
open_samples(struct jc_samples **self, const char *path, bool shard, struct jc_error *error)
{
    struct jc_samples *samples = calloc(1, sizeof(*samples));
    struct jc_h5_quiet quiet;
    int ret;

    *self = NULL;
    if (samples == NULL) {
        return jc_fail_memory(error);
    }
    samples->file = samples->cases = -1;
    jc_h5_quiet(&quiet);
    samples->path = strdup(path);
    ret = samples->path == NULL ? jc_fail_memory(error)
        : shard                 ? jc_file_open_shard(path, &samples->file, error)
                                : jc_file_open(path, &samples->file, error);
    if (ret == 0) {
        samples->cases = H5Gopen2(samples->file, "cases", H5P_DEFAULT);
        ret = jc_virtual_has(samples->file)
            ? jc_fail(error, JC_ERROR_FORMAT,
                "%s: its samples are in shards; 'merge' without --virtual makes a file that can go "
                "on",
                path)
            : samples->cases < 0
            ? jc_fail(error, JC_ERROR_FORMAT, "%s: group 'cases' is missing", path)
            : shard ? 0
                    : find_level(samples, error);
    }
    ret = jc_h5_loud(&quiet, ret, path, error);
    if (ret != 0) {
        jc_samples_close(samples);
        return ret;
    }
    *self = samples;
    return 0;
}

int
jc_samples_open(struct jc_samples **self, const char *path, struct jc_error *error)
{
    return open_samples(self, path, false, error);
}

int
jc_samples_open_shard(struct jc_samples **self, const char *path, struct jc_error *error)
{
    return open_samples(self, path, true, error);
}

void
jc_samples_close(struct jc_samples *self)
{
    if (self == NULL) {
        return;
    }
    if (self->cases >= 0) {
        (void) H5Gclose(self->cases);
    }
    if (self->file >= 0) {
        (void) H5Fclose(self->file);
    }
    free(self->path);
    free(self);
}

int
jc_samples_deflate(const struct jc_samples *self)
{
    return self->deflate;
}

/* Samples have one dimension, and places of chunks as many numbers. */
static bool
is_column(hid_t dataset)
{
    hid_t space = H5Dget_space(dataset);
    const int rank = H5Sget_simple_extent_ndims(space);

    (void) H5Sclose(space);
    return rank == 1;
}

/* The bytes of a chunk, in room that grows. Returns 0, JC_ERROR_FORMAT, or JC_ERROR_INTERNAL for want of memory. */
static int
read_chunk(hid_t dataset, uint64_t first, unsigned char **bytes, size_t *room, size_t *n_bytes)
{
    const hsize_t offset = first;
    hsize_t size = 0;
    uint32_t skipped = 0; /* filters */
    unsigned char *more;

    if (H5Dget_chunk_storage_size(dataset, &offset, &size) < 0 || size == 0) {
        return JC_ERROR_FORMAT;
    }
    if (size > *room) {
        more = realloc(*bytes, size);
        if (more == NULL) {
            return JC_ERROR_INTERNAL;
        }
        *bytes = more;
        *room = size;
    }
    *n_bytes = size;
    return H5Dread_chunk(dataset, H5P_DEFAULT, &offset, &skipped, *bytes) < 0 || skipped != 0
        ? JC_ERROR_FORMAT
        : 0;
}

static int
copy_quantity(const struct jc_samples *self, const char *case_name, enum jc_quantity quantity,
    uint64_t first, uint64_t n_chunks, const struct jc_record_kernels *kernels,
    struct jc_store *store, struct jc_error *error)
{
    hid_t group = H5Gopen2(self->cases, case_name, H5P_DEFAULT);
    hid_t dataset = group < 0 ? -1 : H5Dopen2(group, jc_quantity_info(quantity)->name, H5P_DEFAULT);
    struct jc_chunk chunk = { 0 };
    unsigned char *bytes = NULL;
    size_t room = 0;
    uint64_t k;
    int ret = dataset < 0 || !is_column(dataset) ? unreadable(self, case_name, quantity, error) : 0;

    for (k = first; ret == 0 && k < first + n_chunks; k++) {
        ret = read_chunk(dataset, k * JC_STORE_CHUNK, &bytes, &room, &chunk.n_bytes);
        if (ret == JC_ERROR_INTERNAL) {
            ret = jc_fail_memory(error);
        } else if (ret != 0 || !jc_chunk_is_sound(kernels, bytes, chunk.n_bytes)) {
            ret = unreadable(self, case_name, quantity, error);
        } else {
            chunk.bytes = bytes;
            ret = jc_store_write(store, quantity, k * JC_STORE_CHUNK, &chunk, error);
        }
    }
    free(bytes);
    if (dataset >= 0) {
        (void) H5Dclose(dataset);
    }
    if (group >= 0) {
        (void) H5Gclose(group);
    }
    return ret;
}

int
jc_samples_copy(const struct jc_samples *self, const char *case_name, const bool *stored,
    uint64_t first, uint64_t n_chunks, const struct jc_record_kernels *kernels,
    struct jc_store *store, struct jc_error *error)
{
    struct jc_h5_quiet quiet;
    size_t q;
    int ret = 0;

    jc_h5_quiet(&quiet);
    for (q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
        if (stored[q]) {
            ret = copy_quantity(self, case_name, (enum jc_quantity) q, first, n_chunks, kernels,
                store, error);
        }
    }
    return jc_h5_loud(&quiet, ret, self->path, error);
}
