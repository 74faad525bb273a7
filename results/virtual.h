/*
 * Samples that stay where they are: a result file whose datasets are virtual, parts of those of shards.
 *
 * HDF5 gives fill values in silence for what it does not find. So the file keeps the names of its shards, relative to
 * its own folder, with the completion record of each, and whoever opens it checks them first.
 */
#ifndef JC_RESULTS_VIRTUAL_H
#define JC_RESULTS_VIRTUAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hdf5.h>

#include "base/error.h"

/* Blocks of a case in a shard. */
struct jc_virtual_source {
    const char *file; /* relative to the folder of the result file */
    uint64_t first;   /* block */
    uint64_t n_blocks;
};

/* A one-dimensional variable for samples as by jc_h5_create_samples, whose values are those of the datasets `path` of
 * its sources. Errors: JC_ERROR_IO. */
int jc_virtual_create(hid_t group, const char *name, hid_t type, const char *dimension,
    uint64_t length, const char *path, size_t n, const struct jc_virtual_source *source,
    hid_t *dataset, struct jc_error *error);

/* Keeps the names of n shards and their completion records. Errors: JC_ERROR_IO. */
int jc_virtual_keep(hid_t file, size_t n, const char *const *name, const char *const *completion,
    struct jc_error *error);

/* Whether a file has shards. */
bool jc_virtual_has(hid_t file);

/* Checks that each shard of a file, whose own path this is, is there, complete and the one that it was. Errors:
 * JC_ERROR_IO, JC_ERROR_FORMAT, JC_ERROR_INTERNAL. */
int jc_virtual_check(hid_t file, const char *path, struct jc_error *error);

/* The path of a file relative to the folder of another one, which need not exist; *relative is from malloc. Errors:
 * JC_ERROR_IO, JC_ERROR_INTERNAL. */
int jc_virtual_relative(const char *path, const char *to, char **relative, struct jc_error *error);

#endif
