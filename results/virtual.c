#include "results/virtual.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "results/chunk.h"
#include "results/file.h"
#include "results/h5.h"

#define SHARDS "shards"
#define COMPLETIONS "shard_completions"

/* In names of sources HDF5 takes %b for the number of a block, and %% for %. From malloc; NULL: no memory. */
static char *
escape(const char *name)
{
    char *escaped = malloc(2 * strlen(name) + 1);
    char *to = escaped;

    for (; escaped != NULL && *name != '\0'; name++) {
        *to++ = *name;
        if (*name == '%') {
            *to++ = '%';
        }
    }
    if (escaped != NULL) {
        *to = '\0';
    }
    return escaped;
}

/* Adds the blocks of one source; both spaces are of the whole variable. */
static int
map(hid_t properties, uint64_t length, const char *path, const struct jc_virtual_source *source)
{
    const hsize_t size = length;
    const hsize_t first = source->first * JC_STORE_CHUNK;
    const hsize_t end = first + source->n_blocks * JC_STORE_CHUNK;
    const hsize_t n = (end < size ? end : size) - first;
    hid_t space = H5Screate_simple(1, &size, NULL);
    char *file = escape(source->file);
    char *dataset = escape(path);
    int failed = space < 0 || first >= size || file == NULL || dataset == NULL
        || H5Sselect_hyperslab(space, H5S_SELECT_SET, &first, NULL, &n, NULL) < 0
        || H5Pset_virtual(properties, space, file, dataset, space) < 0;

    free(file);
    free(dataset);
    (void) H5Sclose(space);
    return failed;
}

int
jc_virtual_create(hid_t group, const char *name, hid_t type, const char *dimension, uint64_t length,
    const char *path, size_t n, const struct jc_virtual_source *source, hid_t *dataset,
    struct jc_error *error)
{
    hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    bool failed = properties < 0
        || H5Pset_attr_creation_order(properties, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED) < 0
        || H5Pset_obj_track_times(properties, 0) < 0;
    size_t k;
    int ret = 0;

    for (k = 0; !failed && k < n; k++) {
        failed = map(properties, length, path, &source[k]) != 0;
    }
    *dataset = -1;
    if (failed
        || jc_h5_create_along(group, name, type, dimension, length, properties, dataset) != 0) {
        ret = jc_h5_fail(error, JC_ERROR_IO, "cannot write", name);
    }
    jc_h5_close_properties(properties);
    return ret;
}

int
jc_virtual_keep(hid_t file, size_t n, const char *const *name, const char *const *completion,
    struct jc_error *error)
{
    int ret = jc_h5_set_texts(file, SHARDS, n, name, error);

    return ret != 0 ? ret : jc_h5_set_texts(file, COMPLETIONS, n, completion, error);
}

bool
jc_virtual_has(hid_t file)
{
    return H5Aexists(file, SHARDS) > 0;
}

/* The folder of a path with its last slash; "" if there is none. */
static int
folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? (int) (slash - path) + 1 : 0;
}

static int
check_shard(const char *path, const char *name, const char *completion, struct jc_error *error)
{
    char *stored = NULL;
    char *whole = NULL;
    hid_t file = -1;
    int ret = 0;

    if (asprintf(&whole, "%.*s%s", name[0] == '/' ? 0 : folder_length(path), path, name) < 0) {
        return jc_fail_memory(error);
    }
    ret = jc_file_open_shard(whole, &file, error);
    if (ret == 0) {
        ret = jc_h5_get_text(file, "completion", &stored, error);
        if (ret == 0 && strcmp(stored, completion) != 0) {
            ret = jc_fail(error, JC_ERROR_FORMAT, "%s: is not the shard that was merged", whole);
        }
        (void) H5Fclose(file);
    } else if (ret == JC_ERROR_IO && access(whole, F_OK) != 0 && errno == ENOENT) {
        ret = JC_ERROR_FORMAT; /* without it the file is not whole */
    }
    free(stored);
    free(whole);
    return ret;
}

int
jc_virtual_check(hid_t file, const char *path, struct jc_error *error)
{
    struct jc_error inner = { "" };
    char **name = NULL;
    char **completion = NULL;
    size_t n = 0;
    size_t n_completions = 0;
    size_t j;
    int ret = jc_h5_get_texts(file, SHARDS, &name, &n, error);

    ret = ret != 0 ? ret : jc_h5_get_texts(file, COMPLETIONS, &completion, &n_completions, error);
    if (ret == 0 && n != n_completions) {
        ret = jc_fail(error, JC_ERROR_FORMAT, "its list of shards is damaged");
    }
    for (j = 0; ret == 0 && j < n; j++) {
        ret = check_shard(path, name[j], completion[j], &inner);
        if (ret != 0) {
            (void) jc_fail(error, ret, "its samples are in shards, and one is amiss: %s",
                inner.message);
        }
    }
    jc_h5_free_texts(name, n);
    jc_h5_free_texts(completion, n_completions);
    return ret;
}

/* Without symbolic links and dots; the file itself need not exist. */
static int
resolve(const char *path, char whole[PATH_MAX], struct jc_error *error)
{
    const int length = folder_length(path);
    char folder[PATH_MAX];
    size_t used;

    (void) snprintf(folder, sizeof(folder), "%.*s", length > 0 ? length : 1,
        length > 0 ? path : ".");
    if (realpath(folder, whole) == NULL) {
        return jc_fail(error, JC_ERROR_IO, "%s: cannot open: %s", path, strerror(errno));
    }
    used = strlen(whole);
    if (used + strlen(path + length) + 2 > PATH_MAX) {
        return jc_fail(error, JC_ERROR_IO, "%s: its path is too long", path);
    }
    (void) snprintf(whole + used, PATH_MAX - used, "%s%s", used > 1 ? "/" : "", path + length);
    return 0;
}

int
jc_virtual_relative(const char *path, const char *to, char **relative, struct jc_error *error)
{
    char ours[PATH_MAX];
    char theirs[PATH_MAX];
    size_t common = 0;
    size_t up = 0;
    size_t k;
    int ret = resolve(path, ours, error);

    *relative = NULL;
    ret = ret != 0 ? ret : resolve(to, theirs, error);
    if (ret != 0) {
        return ret;
    }
    for (k = 0; ours[k] != '\0' && ours[k] == theirs[k]; k++) {
        common = ours[k] == '/' ? k + 1 : common;
    }
    for (k = common; theirs[k] != '\0'; k++) {
        up += theirs[k] == '/';
    }
    *relative = malloc(3 * up + strlen(ours + common) + 1);
    if (*relative == NULL) {
        return jc_fail_memory(error);
    }
    for (k = 0; k < up; k++) {
        memcpy(*relative + 3 * k, "../", 3);
    }
    memcpy(*relative + 3 * up, ours + common, strlen(ours + common) + 1);
    return 0;
}
