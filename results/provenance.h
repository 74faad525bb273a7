/*
 * Provenance: where a result comes from, stored beside it. Attributes only, apart from the scenario:
 * times and versions differ between runs, datasets do not.
 */
#ifndef JC_RESULTS_PROVENANCE_H
#define JC_RESULTS_PROVENANCE_H

#include <stddef.h>
#include <stdint.h>

#include <hdf5.h>

#include "base/error.h"
#include "base/text.h"

struct jc_provenance {
    const char *scenario_text; /* the resolved scenario, as YAML */
    const char *study_text;    /* the study that it is one scenario of, as YAML; NULL: none */
    size_t n_inputs;
    const char *const *input; /* [n_inputs] "SHA-256  path" */
    size_t n_labels;
    const char *const *stream_label; /* [n_labels] labels of all random streams */
    const char *simd;                /* variant of the inner loops */
    uint64_t threads;
    const char *finished; /* UTC, ISO 8601 */
    double draw_seconds;  /* wall clock until all queries were drawn and recorded */
};

/* Writes the group /provenance, with what this build knows of itself. Errors: JC_ERROR_IO. */
int jc_provenance_write(const struct jc_provenance *self, hid_t file, struct jc_error *error);

/* What a file says of the run that made it. */
struct jc_provenance_facts {
    char *software;
    char *version;
    char *commit;
    char *compiler;
    char *flags;
    char *libraries;
    char *simd;
    char *finished;   /* UTC, ISO 8601 */
    char *completion; /* SHA-256 of the content of the file, samples aside */
    uint64_t threads;
    double draw_seconds;
    size_t n_inputs;
    char **input; /* [n_inputs] "SHA-256  path" */
};

/* Reads them from an open result file. Errors: JC_ERROR_FORMAT, JC_ERROR_INTERNAL; free also then. */
int jc_provenance_read(hid_t file, struct jc_provenance_facts *facts, struct jc_error *error);

/* The same by the path of a file, and its resolved scenario as YAML unless `scenario` is NULL. Errors: those of
 * jc_file_open, too. */
int jc_provenance_of(const char *path, struct jc_provenance_facts *facts, struct jc_text *scenario,
    struct jc_error *error);
void jc_provenance_facts_free(struct jc_provenance_facts *self);

/* "joulecast 0.1.0 (commit), compiler, flags": facts of this build, one string each. */
const char *jc_build_version(void);
const char *jc_build_commit(void);
const char *jc_build_compiler(void);
const char *jc_build_flags(void);

#endif
