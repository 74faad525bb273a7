/*
 * Forgery: gives a file that was changed through HDF5 a completion record and a seal, so that readers meet what no
 * checksum tells them.
 */
#ifndef JC_TESTS_RESEAL_H
#define JC_TESTS_RESEAL_H

#include <fcntl.h>
#include <unistd.h>

#include <hdf5.h>

#include "results/digest.h"
#include "results/seal.h"

/* Adds the chunks of a dataset that have checksums. */
static inline herr_t
reseal_chunks(hid_t root, const char *name, const H5O_info_t *info, void *context)
{
    struct jc_extents *chunks = context;
    hid_t dataset, properties, space;
    hsize_t n = 0, k, bytes, offset[H5S_MAX_RANK];
    haddr_t address;
    unsigned filters;
    int ret = 0;

    if (info->type != H5O_TYPE_DATASET) {
        return 0;
    }
    dataset = H5Dopen2(root, name, H5P_DEFAULT);
    properties = H5Dget_create_plist(dataset);
    space = H5Dget_space(dataset);
    if (H5Pget_layout(properties) == H5D_CHUNKED && H5Pget_nfilters(properties) > 0) {
        ret = H5Dget_num_chunks(dataset, space, &n) < 0;
    }
    for (k = 0; ret == 0 && k < n; k++) {
        ret = H5Dget_chunk_info(dataset, space, k, offset, &filters, &address, &bytes) < 0
            || jc_extents_add(chunks, address, bytes, NULL) != 0;
    }
    (void) H5Sclose(space);
    (void) H5Pclose(properties);
    (void) H5Dclose(dataset);
    return ret == 0 ? 0 : -1;
}

static inline int
seal_path(const char *path, struct jc_extents *left_out, struct jc_error *error)
{
    const int descriptor = open(path, O_RDWR);
    const int ret = jc_seal_write(descriptor, path, left_out, error);

    (void) close(descriptor);
    return ret;
}

/* Seals a closed file without a seal; 0, or 1 if something fails. */
static inline int
reseal(const char *path)
{
    struct jc_extents chunks = { 0 };
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    int failed = file < 0
        || H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_INC, reseal_chunks, &chunks, H5O_INFO_BASIC) < 0
        || H5Fclose(file) < 0 || seal_path(path, &chunks, NULL) != 0;

    jc_extents_free(&chunks);
    return failed;
}

/* Completes and closes the open file `path` anew, and seals it; 0, or 1 if something fails. */
static inline int
recomplete(hid_t file, const char *path)
{
    const int failed = (H5Aexists(file, "completion") > 0 && H5Adelete(file, "completion") < 0)
        || jc_digest_complete(file, NULL) != 0;

    return H5Fclose(file) < 0 || failed || reseal(path) != 0;
}

#endif
