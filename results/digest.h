/*
 * The digest of a result file: one SHA-256 over everything that a reader can see in it, samples
 * aside (HDF5's fletcher32 checks those), and the completion record that holds it.
 */
#ifndef JC_RESULTS_DIGEST_H
#define JC_RESULTS_DIGEST_H

#include <hdf5.h>

#include "base/error.h"
#include "base/sha256.h"

/* Writes the completion record: the root attribute `completion`, the last thing that is written.
 * Errors: JC_ERROR_IO. */
int jc_digest_complete(hid_t file, struct jc_error *error);

/* Checks the completion record. Errors: JC_ERROR_FORMAT: incomplete, or damaged. */
int jc_digest_check(hid_t file, struct jc_error *error);

/* SHA-256 of a dataset's values in the byte order of the file; reads it in pieces, which checks
 * fletcher32. Errors: JC_ERROR_FORMAT, JC_ERROR_INTERNAL. */
int jc_digest_dataset(hid_t dataset, char hex[JC_SHA256_HEX], struct jc_error *error);

#endif
