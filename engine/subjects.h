/*
 * Subjects: cases and blends, of which a statistic of their queries responds to what is unknown.
 */
#ifndef JC_ENGINE_SUBJECTS_H
#define JC_ENGINE_SUBJECTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "engine/unknowns.h"
#include "models/quantities.h"
#include "results/bands.h"
#include "results/sensitivity.h"

/* A number that the queries of a draw have in common. */
struct jc_statistic {
    enum jc_quantity quantity;
    char name[16];      /* "mean", "p95", "p99.9" */
    double probability; /* of a quantile; 0: the mean */
};

/* Reads a name. Errors: JC_ERROR_SCENARIO. */
int jc_statistic_parse(const char *name, struct jc_statistic *self, struct jc_error *error);

struct jc_subject {
    bool is_blend;
    size_t index; /* among the cases, or the blends */
    char *name;   /* of its group; a blend that is called like a case is blend:NAME */
    const char *label;
    bool *uses; /* [n_words of the unknowns] those that its cases take */
};

struct jc_subjects {
    size_t n;
    struct jc_subject *subject; /* [n] cases, then blends */
    bool *cases;                /* [n_cases] those that they need */
};

/* Those of wanted[n_cases + n_blends], cases first; NULL: all that have the quantity and something unknown.
 * `unknowns` must outlive them. Errors: JC_ERROR_SCENARIO (a wanted one has no such quantity, or nothing
 * unknown; there is none at all), JC_ERROR_INTERNAL. Free also then. */
int jc_subjects_init(struct jc_subjects *self, const struct jc_unknowns *unknowns,
    const bool *wanted, enum jc_quantity quantity, struct jc_error *error);
void jc_subjects_free(struct jc_subjects *self);

/* y[n] becomes the statistic of the first n draws. Errors: JC_ERROR_INPUT if the bands do not have it. */
int jc_subject_respond(const struct jc_subject *self, const struct jc_statistic *statistic,
    const struct jc_bands *bands, size_t n, double *y, struct jc_error *error);

/* Makes room for inputs, and says what responds: all but the numbers and the names of the inputs. Errors:
 * JC_ERROR_INTERNAL. */
int jc_subject_describe(const struct jc_subject *self, const struct jc_statistic *statistic,
    size_t n_inputs, struct jc_sensitivity *sensitivity, struct jc_error *error);

#endif
