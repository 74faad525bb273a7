/*
 * The result file as a whole: its groups written from, and read back into, struct jc_results. The
 * format is described in results/README.md.
 */
#ifndef JC_RESULTS_FILE_H
#define JC_RESULTS_FILE_H

#include <stdbool.h>

#include <hdf5.h>

#include "base/error.h"
#include "base/text.h"
#include "results/results.h"

/* Writes root attributes; /models, /blends, /records, /summary, /fleet and /bands if there are cases;
 * /sensitivity; /sweep. Errors: JC_ERROR_IO,
 * JC_ERROR_INTERNAL. */
int jc_file_write_results(hid_t file, const struct jc_results *results, struct jc_error *error);

/* The columns of /records that are texts and moments, as they are written and looked for. */
extern const char *const jc_record_text_names[4];
extern const char *const jc_record_moment_names[4];

/* Its parts that have files of their own. */
int jc_file_write_tags(hid_t models, const struct jc_results *results, struct jc_error *error);
int jc_file_write_records(hid_t file, const struct jc_results *results, struct jc_error *error);
int jc_file_write_summary(hid_t file, const struct jc_results *results, struct jc_error *error);
int jc_file_write_fleets(hid_t file, const struct jc_results *results, struct jc_error *error);
int jc_file_write_bands(hid_t file, const struct jc_results *results, struct jc_error *error);
int jc_file_write_sensitivities(hid_t file, const struct jc_results *results,
    struct jc_error *error);
int jc_file_write_sweep(hid_t file, const struct jc_results *results, struct jc_error *error);

/* Whether a path is meant for a result file: by its ending .h5, or by what the file begins with. */
bool jc_file_is_result(const char *path);

/* The moments of whole blocks, if the last block is not one: a group of its own. Errors:
 * JC_ERROR_IO, JC_ERROR_INTERNAL; reading: JC_ERROR_FORMAT, JC_ERROR_INTERNAL. */
int jc_file_write_whole_blocks(hid_t file, const struct jc_results *results,
    struct jc_error *error);
int jc_file_read_whole_blocks(hid_t file, struct jc_results *results, struct jc_error *error);

/* The precision of the records in the order of the rows of /records: written if any record has one, read if
 * there is any. */
int jc_file_write_precision(hid_t group, size_t n_records, const struct jc_record *const *record,
    struct jc_error *error);
int jc_file_read_precision(hid_t group, size_t n_records, struct jc_record *const *record,
    struct jc_error *error);

/* Opens a result file for reading, once its seal is right, and checks that it is one, of a version this program reads;
 * so are its shards if it has any. Close it with H5Fclose. Errors: JC_ERROR_IO (it cannot be opened), JC_ERROR_FORMAT. */
int jc_file_open(const char *path, hid_t *file, struct jc_error *error);

/* Opens a result file, has `read` take what it wants of it, and closes it; messages begin with the path, and HDF5 prints
 * none. Errors: those of jc_file_open and of `read`. */
typedef int jc_file_reader(hid_t file, void *context, struct jc_error *error);
int jc_file_with(const char *path, jc_file_reader *read, void *context, struct jc_error *error);

/* The same of a shard (results/shard.h). */
int jc_file_open_shard(const char *path, hid_t *file, struct jc_error *error);
int jc_file_with_shard(const char *path, jc_file_reader *read, void *context,
    struct jc_error *error);

/* The ending of the name of a result file: ".h5", or "" if it has another one. */
const char *jc_file_ending(const char *path);

/* Reads all but the samples; there may be no cases. Free with jc_results_free. Errors: those of jc_file_open. */
int jc_file_read_results(const char *path, struct jc_results *results, struct jc_error *error);

/* The same of a file with cases; JC_ERROR_INPUT if it has none. */
int jc_file_read_cases(const char *path, struct jc_results *results, struct jc_error *error);

/* Fills the tags of results whose cases are known, by the order of the file. Errors: JC_ERROR_FORMAT,
 * JC_ERROR_INTERNAL. */
int jc_file_read_tags(hid_t models, struct jc_results *results, struct jc_error *error);

/* Fills the records of results whose cases and blends are known. Errors: JC_ERROR_FORMAT,
 * JC_ERROR_INTERNAL. */
int jc_file_read_records(hid_t file, struct jc_results *results, struct jc_error *error);

/* Numbers are taken as they are: checks that the units of the summary are those of this program. Errors:
 * JC_ERROR_FORMAT. */
int jc_file_check_units(hid_t file, const struct jc_results *results, struct jc_error *error);

/* The fleets, if there are any. Errors: JC_ERROR_FORMAT, JC_ERROR_INTERNAL. */
int jc_file_read_fleets(hid_t file, struct jc_results *results, struct jc_error *error);

/* The bands, if there are any. Errors: JC_ERROR_FORMAT, JC_ERROR_INTERNAL. */
int jc_file_read_bands(hid_t file, struct jc_results *results, struct jc_error *error);

/* The sensitivities, if there are any. Errors: JC_ERROR_FORMAT, JC_ERROR_INTERNAL. */
int jc_file_read_sensitivities(hid_t file, struct jc_results *results, struct jc_error *error);

/* The sweep, if there is one. Errors: JC_ERROR_FORMAT, JC_ERROR_INTERNAL. */
int jc_file_read_sweep(hid_t file, struct jc_results *results, struct jc_error *error);

/* The resolved scenario stored in an open file, as YAML. Errors: JC_ERROR_FORMAT. */
int jc_file_read_scenario(hid_t file, struct jc_text *text, struct jc_error *error);

/* The same by the path of a file. Errors: those of jc_file_open, JC_ERROR_FORMAT. */
int jc_file_scenario_of(const char *path, struct jc_text *text, struct jc_error *error);

/* The study of a sweep, files merged. Errors: JC_ERROR_FORMAT. */
int jc_file_read_study(hid_t file, struct jc_text *text, struct jc_error *error);

#endif
