/*
 * Files that scenarios name, each read once for all scenarios that share a shelf.
 *
 * A file is read when somebody first asks for it, and stays as it was then. Any number of threads may ask at
 * a time.
 */
#ifndef JC_SCENARIOS_SHELF_H
#define JC_SCENARIOS_SHELF_H

#include "base/error.h"
#include "base/sha256.h"
#include "models/configurations.h"
#include "models/measurements.h"
#include "samplers/empirical.h"

struct jc_shelf;

/* Errors: JC_ERROR_INTERNAL. */
int jc_shelf_new(struct jc_shelf **self, struct jc_error *error);
void jc_shelf_free(struct jc_shelf *self);

/* The digest of the bytes of a file. Errors: those of jc_sha256_file. */
int jc_shelf_digest(struct jc_shelf *self, const char *path, char hex[JC_SHA256_HEX],
    struct jc_error *error);

/* What is in a file; it belongs to the shelf. Errors: those of the functions that read such a file. */
int jc_shelf_measurements(struct jc_shelf *self, const char *path,
    const struct jc_measurements **rows, struct jc_error *error);
int jc_shelf_configurations(struct jc_shelf *self, const char *path,
    const struct jc_configurations **rows, struct jc_error *error);
int jc_shelf_empirical(struct jc_shelf *self, const char *path,
    const struct jc_empirical **empirical, struct jc_error *error);

#endif
