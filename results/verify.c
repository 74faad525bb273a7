#include "results/verify.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/digest.h"
#include "results/file.h"
#include "results/h5.h"

struct visit {
    struct jc_verification *verification;
    struct jc_error *error;
    int ret;
};

static int
append(struct jc_verification *verification, const char *name, const char *hex,
    struct jc_error *error)
{
    struct jc_dataset_digest *dataset =
        realloc(verification->dataset, (verification->n_datasets + 1) * sizeof(*dataset));

    if (dataset == NULL) {
        return jc_fail_memory(error);
    }
    verification->dataset = dataset;
    dataset += verification->n_datasets;
    if (asprintf(&dataset->path, "/%s", name) < 0) {
        return jc_fail_memory(error);
    }
    memcpy(dataset->sha256, hex, JC_SHA256_HEX);
    verification->n_datasets++;
    return 0;
}

/* HDF5 reads a chunk that was never written as if it had values. Samples, which have a checksum, are
 * written whole. */
static bool
has_all_chunks(hid_t dataset)
{
    hid_t properties = H5Dget_create_plist(dataset);
    hid_t space = H5Dget_space(dataset);
    hsize_t length = 0;
    hsize_t chunk = 0;
    hsize_t written = 0;
    bool whole = true;

    if (H5Pget_nfilters(properties) > 0 && H5Sget_simple_extent_ndims(space) == 1) {
        whole = H5Sget_simple_extent_dims(space, &length, NULL) == 1
            && H5Pget_chunk(properties, 1, &chunk) == 1 && chunk > 0
            && H5Dget_num_chunks(dataset, space, &written) >= 0
            && written == (length + chunk - 1) / chunk;
    }
    (void) H5Pclose(properties);
    (void) H5Sclose(space);
    return whole;
}

static herr_t
add_object(hid_t root, const char *name, const H5O_info_t *info, void *context)
{
    struct visit *visit = context;
    char hex[JC_SHA256_HEX];
    hid_t dataset;
    int bare;

    if (info->type != H5O_TYPE_DATASET) {
        return 0;
    }
    dataset = H5Dopen2(root, name, H5P_DEFAULT);
    bare = dataset >= 0 ? jc_h5_is_bare_dimension(dataset) : 0;
    if (bare != 0) {
        (void) H5Dclose(dataset);
        visit->ret = bare < 0 ? jc_fail_memory(visit->error) : 0;
        return visit->ret;
    }
    if (dataset < 0 || !has_all_chunks(dataset)) {
        visit->ret = JC_ERROR_FORMAT;
    } else {
        visit->ret = jc_digest_dataset(dataset, hex, visit->error);
    }
    if (visit->ret == JC_ERROR_FORMAT) {
        (void) jc_fail(visit->error, visit->ret, "dataset /%s is damaged", name);
    } else if (visit->ret == 0) {
        visit->ret = append(visit->verification, name, hex, visit->error);
    }
    if (dataset >= 0) {
        (void) H5Dclose(dataset);
    }
    return visit->ret;
}

static int
verify(hid_t file, void *context, struct jc_error *error)
{
    struct visit visit = { .verification = context, .error = error };
    int ret = jc_digest_check(file, error);

    if (ret == 0
        && H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_INC, add_object, &visit, H5O_INFO_BASIC) < 0) {
        ret = visit.ret != 0
            ? visit.ret
            : jc_fail(error, JC_ERROR_FORMAT, "damaged: its groups cannot be read");
    }
    return ret;
}

int
jc_verify(const char *path, struct jc_verification *verification, struct jc_error *error)
{
    int ret;

    *verification = (struct jc_verification){ 0 };
    ret = jc_file_with(path, verify, verification, error);
    if (ret != 0) {
        jc_verification_free(verification);
    }
    return ret;
}

void
jc_verification_free(struct jc_verification *self)
{
    size_t j;

    for (j = 0; j < self->n_datasets; j++) {
        free(self->dataset[j].path);
    }
    free(self->dataset);
    *self = (struct jc_verification){ 0 };
}
