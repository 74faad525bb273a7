/*
 * Distribution files: an empirical distribution as YAML, as `joulecast fit` writes it and as a scenario
 * names it under `empirical:`. The format is described in scenarios/README.md.
 */
#ifndef JC_SCENARIOS_EMPIRICAL_FILE_H
#define JC_SCENARIOS_EMPIRICAL_FILE_H

#include <stdbool.h>

#include "base/error.h"
#include "samplers/empirical.h"
#include "scenarios/field.h"
#include "scenarios/yaml_writer.h"

/* The version of the format: the value of the key `joulecast_distribution`. */
#define JC_EMPIRICAL_FILE_VERSION 1

/* Writes a file that appears when it is complete. Errors: JC_ERROR_IO (it exists already, unless
 * `force`; it cannot be written), JC_ERROR_INTERNAL. */
int jc_empirical_write_file(const struct jc_empirical *self, const char *path, bool force,
    struct jc_error *error);

/* Reads and checks a file. Errors: JC_ERROR_INPUT (`file:line:column: key: ...`), JC_ERROR_IO,
 * JC_ERROR_INTERNAL; then there is nothing to free. */
int jc_empirical_read_file(struct jc_empirical *self, const char *path, struct jc_error *error);

/* The same, of the mapping at a field and into a mapping that is open: in a resolved scenario. The field's
 * errors are JC_ERROR_SCENARIO. */
int jc_empirical_read_field(const struct jc_field *field, struct jc_empirical *self,
    struct jc_error *error);
void jc_empirical_put(struct jc_yaml_writer *writer, const struct jc_empirical *self);

#endif
