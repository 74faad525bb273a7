#include "results/store.h"

#include <errno.h>
#include <inttypes.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "base/text.h"
#include "results/digest.h"
#include "results/file.h"
#include "results/h5.h"
#include "results/seal.h"

#define SEND_BYTES ((uint64_t) 32 << 20)

/* Chunks go to the file as they are in memory. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "samples are stored little-endian");

struct jc_store {
    char *path;
    struct jc_partial partial;
    struct jc_store_options options;
    hid_t file;
    hid_t cases;                  /* the group /cases */
    hid_t dataset[JC_QUANTITIES]; /* of the case begun last; -1: not stored */
    uint64_t queries;             /* of the case begun last */
    uint64_t unsent;              /* bytes written since the disk was last told to begin */
    uint64_t stored;          /* bytes of the samples of the cases before, as HDF5 counts them */
    struct jc_extents chunks; /* where samples are in the file */
};

int
jc_store_check_target(const char *path, bool force, struct jc_error *error)
{
    struct stat status;

    if (path[0] == '\0') {
        return jc_fail(error, JC_ERROR_IO, "the path of the result file is empty");
    }
    if (lstat(path, &status) != 0) {
        return 0;
    }
    if (S_ISDIR(status.st_mode)) {
        return jc_fail(error, JC_ERROR_IO, "%s: is a directory", path);
    }
    if (!S_ISREG(status.st_mode) && !S_ISLNK(status.st_mode)) {
        return jc_fail(error, JC_ERROR_IO, "%s: is not a regular file", path);
    }
    if (!force) {
        return jc_fail(error, JC_ERROR_IO,
            "%s: exists already; --force replaces it, and of a run --resume makes it longer", path);
    }
    return 0;
}

/* The newest format that HDF5 1.10 reads: all its metadata carry checksums. The file is locked already. */
static hid_t
create_file(const char *partial)
{
    const unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    hid_t creation = H5Pcreate(H5P_FILE_CREATE);
    hid_t file = -1;

    /* Without room set aside for small data, chunks follow one another. */
    if (H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110) >= 0
        && H5Pset_small_data_block_size(access, 0) >= 0
        && H5Pset_file_locking(access, false, true) >= 0
        && H5Pset_link_creation_order(creation, order) >= 0
        && H5Pset_attr_creation_order(creation, order) >= 0) {
        file = H5Fcreate(partial, H5F_ACC_TRUNC, creation, access);
    }
    jc_h5_close_properties(access);
    jc_h5_close_properties(creation);
    return file;
}

/* Something is written to a dataset at the latest when it is closed. */
static int
close_case(struct jc_store *self, int ret, struct jc_error *error)
{
    size_t q;

    for (q = 0; q < JC_QUANTITIES; q++) {
        if (self->dataset[q] >= 0) {
            self->stored += self->queries > 0 ? H5Dget_storage_size(self->dataset[q]) : 0;
            if (H5Dclose(self->dataset[q]) < 0 && ret == 0) {
                ret = jc_h5_fail(error, JC_ERROR_IO, "cannot write to", self->partial.path);
            }
        }
        self->dataset[q] = -1;
    }
    return ret;
}

/* Closes what is open of the HDF5 file. */
static int
close_file(struct jc_store *self, int ret, struct jc_error *error)
{
    ret = close_case(self, ret, error);
    if (self->cases >= 0) {
        (void) H5Gclose(self->cases);
    }
    if (self->file >= 0 && ret == 0 && H5Fflush(self->file, H5F_SCOPE_GLOBAL) < 0) {
        ret = jc_h5_fail(error, JC_ERROR_IO, "cannot write", self->partial.path);
    }
    if (self->file >= 0 && H5Fclose(self->file) < 0 && ret == 0) {
        ret = jc_h5_fail(error, JC_ERROR_IO, "cannot close", self->partial.path);
    }
    self->file = self->cases = -1;
    return ret;
}

static void
release(struct jc_store *self)
{
    jc_extents_free(&self->chunks);
    free(self->path);
    free(self);
}

static int
begin_file(struct jc_store *self, struct jc_error *error)
{
    struct jc_h5_quiet quiet;
    int ret = 0;

    jc_h5_quiet(&quiet);
    self->file = create_file(self->partial.path);
    if (self->file < 0) {
        ret = jc_h5_fail(error, JC_ERROR_IO, "cannot create", self->partial.path);
    } else {
        self->cases = jc_h5_create_group(self->file, "cases");
        if (self->cases < 0) {
            ret = jc_h5_fail(error, JC_ERROR_IO, "cannot write", "cases");
        }
    }
    return jc_h5_loud(&quiet, ret, self->partial.path, error);
}

int
jc_store_create(struct jc_store **self, const char *path, const struct jc_store_options *options,
    struct jc_error *error)
{
    struct jc_store *store = NULL;
    size_t q;
    int ret;

    *self = NULL;
    ret = jc_store_check_target(path, options->force, error);
    if (ret != 0) {
        return ret;
    }
    store = calloc(1, sizeof(*store));
    if (store == NULL) {
        return jc_fail_memory(error);
    }
    store->file = store->cases = -1;
    store->options = *options;
    for (q = 0; q < JC_QUANTITIES; q++) {
        store->dataset[q] = -1;
    }
    ret = jc_string_set(&store->path, path, error);
    ret = ret != 0 ? ret : jc_partial_begin(&store->partial, path, error);
    if (ret != 0) {
        release(store);
        return ret;
    }
    ret = begin_file(store, error);
    if (ret != 0) {
        jc_store_discard(store);
        return ret;
    }
    *self = store;
    return 0;
}

/* Where the samples of a case come from, if they are not written here. */
struct sources {
    size_t n;
    const struct jc_virtual_source *source;
};

static int
create_virtual(hid_t group, const char *case_name, enum jc_quantity quantity, uint64_t queries,
    const struct sources *sources, hid_t *dataset, struct jc_error *error)
{
    const struct jc_quantity_info *info = jc_quantity_info(quantity);
    char *path;
    int ret;

    if (asprintf(&path, "/cases/%s/%s", case_name, info->name) < 0) {
        return jc_fail_memory(error);
    }
    ret = jc_virtual_create(group, info->name, info->integer ? H5T_STD_U32LE : H5T_IEEE_F32LE,
        "query", queries, path, sources->n, sources->source, dataset, error);
    free(path);
    return ret;
}

/* `sources` may be NULL. */
static int
create_samples(hid_t group, const char *case_name, enum jc_quantity quantity, uint64_t queries,
    int deflate, const struct sources *sources, hid_t *dataset, struct jc_error *error)
{
    const struct jc_quantity_info *info = jc_quantity_info(quantity);
    int ret = sources != NULL
        ? create_virtual(group, case_name, quantity, queries, sources, dataset, error)
        : jc_h5_create_samples(group, info->name, info->integer ? H5T_STD_U32LE : H5T_IEEE_F32LE,
            "query", queries, jc_chunk_length(queries), deflate, dataset, error);

    ret = ret != 0 ? ret : jc_h5_set_text(*dataset, "long_name", info->long_name, error);
    ret = ret != 0 ? ret : jc_h5_set_text(*dataset, "units", info->udunits, error);
    ret = ret != 0 ? ret : jc_h5_set_text(*dataset, "description", info->description, error);
    return ret;
}

static int
begin_case(struct jc_store *self, const char *name, const char *label, uint64_t queries,
    const bool *stored, const struct sources *sources, struct jc_error *error)
{
    struct jc_h5_quiet quiet;
    hid_t group;
    size_t q;
    int ret;

    for (q = 0; sources == NULL && q < JC_QUANTITIES; q++) {
        if (stored[q] && queries > JC_STORE_MOST_QUERIES) {
            return jc_fail(error, JC_ERROR_SCENARIO,
                "case %s: samples of %" PRIu64 " queries are more than a file can have, %" PRIu64
                "; without samples (--summary-only) there may be more",
                name, queries, JC_STORE_MOST_QUERIES);
        }
    }
    jc_h5_quiet(&quiet);
    ret = close_case(self, 0, error);
    self->queries = sources == NULL ? queries : 0; /* nothing may be written to what is virtual */
    group = ret == 0 ? jc_h5_create_group(self->cases, name) : -1;
    if (ret == 0 && group < 0) {
        ret = jc_h5_fail(error, JC_ERROR_IO, "cannot write the case", name);
    }
    ret = ret != 0 ? ret : jc_h5_set_text(group, "long_name", label, error);
    ret = ret != 0 ? ret : jc_h5_create_dimension(group, "query", queries, error);
    for (q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
        if (stored[q]) {
            ret = create_samples(group, name, (enum jc_quantity) q, queries, self->options.deflate,
                sources, &self->dataset[q], error);
        }
    }
    if (group >= 0) {
        (void) H5Gclose(group);
    }
    return jc_h5_loud(&quiet, ret, self->partial.path, error);
}

int
jc_store_begin_case(struct jc_store *self, const char *name, const char *label, uint64_t queries,
    const bool *stored, struct jc_error *error)
{
    return begin_case(self, name, label, queries, stored, NULL, error);
}

int
jc_store_begin_virtual_case(struct jc_store *self, const char *name, const char *label,
    uint64_t queries, const bool *stored, size_t n, const struct jc_virtual_source *source,
    struct jc_error *error)
{
    const struct sources sources = { n, source };

    return begin_case(self, name, label, queries, stored, &sources, error);
}

int
jc_store_keep_shards(struct jc_store *self, size_t n, const char *const *name,
    const char *const *completion, struct jc_error *error)
{
    struct jc_h5_quiet quiet;
    int ret;

    jc_h5_quiet(&quiet);
    ret = jc_virtual_keep(self->file, n, name, completion, error);
    return jc_h5_loud(&quiet, ret, self->partial.path, error);
}

/* Starts writing to the disk what is in memory, so that little is left for the end; a hint, whose
 * failure the fsync at the end would tell. */
static void
send_to_disk(struct jc_store *self)
{
    int *descriptor = NULL;

    if (H5Fget_vfd_handle(self->file, H5P_DEFAULT, (void **) &descriptor) >= 0) {
        (void) sync_file_range(*descriptor, 0, 0, SYNC_FILE_RANGE_WRITE);
    }
    self->unsent = 0;
}

/* Writes a chunk and notes where HDF5 has put it. That is nearly always what was the end of the file; to ask for the
 * place takes HDF5 1.10 a walk over all chunks before. */
static int
write_chunk(struct jc_store *self, hid_t dataset, hsize_t first, const struct jc_chunk *chunk,
    struct jc_error *error)
{
    hsize_t before = 0;
    hsize_t after = 0;
    hsize_t bytes = chunk->n_bytes;
    haddr_t address;
    unsigned filters;

    if (H5Fget_filesize(self->file, &before) < 0
        || H5Dwrite_chunk(dataset, H5P_DEFAULT, 0, &first, chunk->n_bytes, chunk->bytes) < 0
        || H5Fget_filesize(self->file, &after) < 0) {
        return jc_h5_fail(error, JC_ERROR_IO, "cannot write to", self->partial.path);
    }
    address = before;
    if (after - before != bytes
        && H5Dget_chunk_info_by_coord(dataset, &first, &filters, &address, &bytes) < 0) {
        return jc_h5_fail(error, JC_ERROR_IO, "cannot write to", self->partial.path);
    }
    return jc_extents_add(&self->chunks, address, bytes, error);
}

int
jc_store_write(struct jc_store *self, enum jc_quantity quantity, uint64_t first,
    const struct jc_chunk *chunk, struct jc_error *error)
{
    struct jc_h5_quiet quiet;
    int ret;

    if (first >= self->queries) { /* HDF5 1.10 takes a chunk that begins right behind the last */
        return jc_fail(error, JC_ERROR_INTERNAL, "%s: samples beyond the last query",
            self->partial.path);
    }
    /* As the filter pipeline would leave it: no conversion, no copy. */
    jc_h5_quiet(&quiet); /* of this thread: HDF5 has an error stack for each */
    errno = 0;
    ret = write_chunk(self, self->dataset[quantity], first, chunk, error);
    ret = jc_h5_loud(&quiet, ret, self->partial.path, error);
    self->unsent += chunk->n_bytes;
    if (ret == 0 && self->unsent >= SEND_BYTES) {
        send_to_disk(self);
    }
    return ret;
}

/* The file becomes complete, unless something has failed, and the store is gone. */
static int
complete(struct jc_store *self, int ret, const char *path, bool replace, struct jc_error *error)
{
    if (ret != 0) {
        jc_store_discard(self);
        return ret;
    }
    ret = jc_partial_complete(&self->partial, path, replace, error);
    release(self);
    return ret;
}

/* What every file has at its end, and the seal. */
static int
end_file(struct jc_store *self, int ret, const struct jc_provenance *provenance,
    struct jc_error *error)
{
    ret = close_case(self, ret, error);
    ret = ret != 0 ? ret : jc_provenance_write(provenance, self->file, error);
    ret = ret != 0 ? ret : jc_digest_complete(self->file, error);
    ret = close_file(self, ret, error);
    if (ret == 0 && jc_extents_bytes(&self->chunks) != self->stored) {
        ret = jc_fail(error, JC_ERROR_INTERNAL, "%s: samples are not where they were written",
            self->partial.path);
    }
    return ret != 0
        ? ret
        : jc_seal_write(self->partial.descriptor, self->partial.path, &self->chunks, error);
}

int
jc_store_finish(struct jc_store *self, const struct jc_results *results,
    const struct jc_provenance *provenance, struct jc_error *error)
{
    struct jc_h5_quiet quiet;
    int ret;

    jc_h5_quiet(&quiet);
    ret = jc_file_write_results(self->file, results, error);
    ret = end_file(self, ret, provenance, error);
    ret = jc_h5_loud(&quiet, ret, self->partial.path, error);
    return complete(self, ret, self->path, self->options.force, error);
}

int
jc_store_finish_shard(struct jc_store *self, const struct jc_shard *shard,
    const struct jc_provenance *provenance, const char *path, struct jc_error *error)
{
    struct jc_h5_quiet quiet;
    int ret;

    jc_h5_quiet(&quiet);
    ret = jc_file_write_shard(self->file, shard, error);
    ret = end_file(self, ret, provenance, error);
    ret = jc_h5_loud(&quiet, ret, self->partial.path, error);
    return complete(self, ret, path != NULL ? path : self->path,
        path != NULL || self->options.force, error);
}

void
jc_store_discard(struct jc_store *self)
{
    struct jc_h5_quiet quiet;

    if (self == NULL) {
        return;
    }
    jc_h5_quiet(&quiet);
    (void) close_file(self, JC_ERROR_IO, NULL);
    (void) jc_h5_loud(&quiet, JC_ERROR_IO, self->partial.path, NULL);
    jc_partial_discard(&self->partial);
    release(self);
}
