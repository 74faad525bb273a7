#include "results/store.h"

#include <errno.h>
#include <inttypes.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "results/digest.h"
#include "results/file.h"
#include "results/h5.h"

#define SEND_BYTES ((uint64_t) 32 << 20)

/* Chunks go to the file as they are in memory. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "samples are stored little-endian");

struct jc_store {
    char *path;
    char *partial;
    struct jc_store_options options;
    hid_t file;
    hid_t cases;                  /* the group /cases */
    hid_t dataset[JC_QUANTITIES]; /* of the case begun last; -1: not stored */
    uint64_t queries;             /* of the case begun last */
    uint64_t unsent;              /* bytes written since the disk was last told to begin */
    struct jc_h5_quiet quiet;
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
            "%s: exists already; --force replaces it, --resume makes it longer", path);
    }
    return 0;
}

/* Tells why a file cannot be created better than HDF5 does, which would also have emptied the file of
 * another run before it found that one's lock. */
static int
check_writable(const char *partial, struct jc_error *error)
{
    int descriptor = open(partial, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    int ret = 0;

    if (descriptor < 0) {
        return jc_fail(error, JC_ERROR_IO, "%s: cannot create: %s", partial, strerror(errno));
    }
    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        ret = jc_fail(error, JC_ERROR_IO, "%s: another run is writing it", partial);
    }
    (void) close(descriptor);
    return ret;
}

/* The newest format that HDF5 1.10 reads: all its metadata carry checksums. */
static hid_t
create_file(const char *partial)
{
    const unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    hid_t creation = H5Pcreate(H5P_FILE_CREATE);
    hid_t file = -1;

    if (H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110) >= 0
        && H5Pset_link_creation_order(creation, order) >= 0
        && H5Pset_attr_creation_order(creation, order) >= 0) {
        file = H5Fcreate(partial, H5F_ACC_TRUNC, creation, access);
    }
    jc_h5_close_properties(access);
    jc_h5_close_properties(creation);
    return file;
}

static void
close_case(struct jc_store *self)
{
    size_t q;

    for (q = 0; q < JC_QUANTITIES; q++) {
        if (self->dataset[q] >= 0) {
            (void) H5Dclose(self->dataset[q]);
            self->dataset[q] = -1;
        }
    }
}

/* Frees everything but the files. */
static void
release(struct jc_store *self)
{
    close_case(self);
    if (self->cases >= 0) {
        (void) H5Gclose(self->cases);
    }
    if (self->file >= 0) {
        (void) H5Fclose(self->file);
    }
    jc_h5_loud(&self->quiet);
    free(self->path);
    free(self->partial);
    free(self);
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
    jc_h5_quiet(&store->quiet);
    store->path = strdup(path);
    if (store->path == NULL || asprintf(&store->partial, "%s.partial", path) < 0) {
        store->partial = NULL;
        ret = jc_fail_memory(error);
        goto out;
    }
    ret = check_writable(store->partial, error);
    if (ret != 0) {
        goto out;
    }
    store->file = create_file(store->partial);
    if (store->file < 0) {
        ret = jc_h5_fail(error, JC_ERROR_IO, "cannot create", store->partial);
        (void) unlink(store->partial);
        goto out;
    }
    store->cases = jc_h5_create_group(store->file, "cases");
    if (store->cases < 0) {
        ret = jc_h5_fail(error, JC_ERROR_IO, "cannot write", "cases");
        (void) unlink(store->partial);
    }
out:
    if (ret != 0) {
        release(store);
    } else {
        *self = store;
    }
    return ret;
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
    hid_t group;
    size_t q;
    int ret;

    close_case(self);
    for (q = 0; sources == NULL && q < JC_QUANTITIES; q++) {
        if (stored[q] && queries > JC_STORE_MOST_QUERIES) {
            return jc_fail(error, JC_ERROR_SCENARIO,
                "case %s: samples of %" PRIu64 " queries are more than a file can have, %" PRIu64
                "; without samples (--summary-only) there may be more",
                name, queries, JC_STORE_MOST_QUERIES);
        }
    }
    self->queries = sources == NULL ? queries : 0; /* nothing may be written to what is virtual */
    group = jc_h5_create_group(self->cases, name);
    if (group < 0) {
        return jc_h5_fail(error, JC_ERROR_IO, "cannot write the case", name);
    }
    ret = jc_h5_set_text(group, "long_name", label, error);
    ret = ret != 0 ? ret : jc_h5_create_dimension(group, "query", queries, error);
    for (q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
        if (stored[q]) {
            ret = create_samples(group, name, (enum jc_quantity) q, queries, self->options.deflate,
                sources, &self->dataset[q], error);
        }
    }
    (void) H5Gclose(group);
    return ret;
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
    return jc_virtual_keep(self->file, n, name, completion, error);
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

int
jc_store_write(struct jc_store *self, enum jc_quantity quantity, uint64_t first,
    const struct jc_chunk *chunk, struct jc_error *error)
{
    const hsize_t offset = first;
    struct jc_h5_quiet quiet;
    int ret = 0;

    if (first >= self->queries) { /* HDF5 1.10 takes a chunk that begins right behind the last */
        return jc_fail(error, JC_ERROR_INTERNAL, "%s: samples beyond the last query",
            self->partial);
    }
    /* As the filter pipeline would leave it: no conversion, no copy. */
    jc_h5_quiet(&quiet); /* of this thread: HDF5 has an error stack for each */
    errno = 0;
    if (H5Dwrite_chunk(self->dataset[quantity], H5P_DEFAULT, 0, &offset, chunk->n_bytes,
            chunk->bytes)
        < 0) {
        ret = jc_h5_fail(error, JC_ERROR_IO, "cannot write to", self->partial);
    }
    jc_h5_loud(&quiet);
    self->unsent += chunk->n_bytes;
    if (ret == 0 && self->unsent >= SEND_BYTES) {
        send_to_disk(self);
    }
    return ret;
}

/* Makes the bytes of a closed file durable. */
static int
sync_file(const char *path, struct jc_error *error)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    int failed = descriptor < 0 || fsync(descriptor) != 0;
    int reason = errno;

    if (descriptor >= 0) {
        (void) close(descriptor);
    }
    return failed ? jc_fail(error, JC_ERROR_IO, "%s: cannot write: %s", path, strerror(reason)) : 0;
}

/* All is written, unless `ret` says otherwise: the file becomes complete, and the store is gone. */
static int
complete(struct jc_store *self, int ret, const char *path, bool replace,
    const struct jc_provenance *provenance, struct jc_error *error)
{
    ret = ret != 0 ? ret : jc_provenance_write(provenance, self->file, error);
    ret = ret != 0 ? ret : jc_digest_complete(self->file, error);
    (void) H5Gclose(self->cases);
    self->cases = -1;
    if (ret == 0 && H5Fflush(self->file, H5F_SCOPE_GLOBAL) < 0) {
        ret = jc_h5_fail(error, JC_ERROR_IO, "cannot write", self->partial);
    }
    if (H5Fclose(self->file) < 0 && ret == 0) {
        ret = jc_h5_fail(error, JC_ERROR_IO, "cannot close", self->partial);
    }
    self->file = -1;
    ret = ret != 0 ? ret : sync_file(self->partial, error);
    ret = ret != 0 ? ret : jc_rename_complete(self->partial, path, replace, error);
    if (ret != 0) {
        (void) unlink(self->partial);
    }
    release(self);
    return ret;
}

int
jc_store_finish(struct jc_store *self, const struct jc_results *results,
    const struct jc_provenance *provenance, struct jc_error *error)
{
    close_case(self);
    return complete(self, jc_file_write_results(self->file, results, error), self->path,
        self->options.force, provenance, error);
}

int
jc_store_finish_shard(struct jc_store *self, const struct jc_shard *shard,
    const struct jc_provenance *provenance, const char *path, struct jc_error *error)
{
    close_case(self);
    return complete(self, jc_file_write_shard(self->file, shard, error),
        path != NULL ? path : self->path, path != NULL || self->options.force, provenance, error);
}

void
jc_store_discard(struct jc_store *self)
{
    if (self == NULL) {
        return;
    }
    (void) unlink(self->partial);
    release(self);
}
