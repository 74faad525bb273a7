/*
 * Verification: reads a result file from end to end and gives the SHA-256 of every dataset.
 */
#ifndef JC_RESULTS_VERIFY_H
#define JC_RESULTS_VERIFY_H

#include <stddef.h>

#include "base/error.h"
#include "base/sha256.h"

struct jc_dataset_digest {
    char *path;                 /* "/cases/llama-3.1-405b/energy" */
    char sha256[JC_SHA256_HEX]; /* of the values, in the byte order of the file */
};

struct jc_verification {
    size_t n_datasets; /* those with values: dimensions without coordinates are left out */
    struct jc_dataset_digest *dataset;
};

/* Checks the seal and the completion record, that HDF5 reads what was written, and that all samples are there; reads
 * all values (which checks their fletcher32) and hashes them.
 * Errors: JC_ERROR_IO, JC_ERROR_FORMAT, JC_ERROR_INTERNAL; then there is nothing to free. */
int jc_verify(const char *path, struct jc_verification *verification, struct jc_error *error);
void jc_verification_free(struct jc_verification *self);

#endif
