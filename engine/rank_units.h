/*
 * What a ranking compares: the cases of a result file, or the rows of a CSV table, with their inputs
 * and outputs, and what is known of how these vary.
 */
#ifndef JC_ENGINE_RANK_UNITS_H
#define JC_ENGINE_RANK_UNITS_H

#include <stdint.h>

#include "base/error.h"
#include "models/eco_efficiency.h"
#include "results/results.h"

struct jc_rank_source {
    const char *file;
    size_t n_inputs;
    char *const *input; /* [n_inputs] quantities of a result file, or columns of a table */
    size_t n_outputs;
    char *const *output;       /* [n_outputs] columns of the outputs' table */
    const char *outputs_table; /* CSV; NULL: outputs stand in the file, which is a table */
    bool draws;                /* numbers will be drawn, not only their means used */
};

struct jc_rank_units {
    struct jc_eco_units mean;
    const char **label; /* [n] for people */
    /* Of each number, the inputs of a unit and then its outputs, [n * (n_inputs + n_outputs)]. */
    double *sd;                 /* > 0: lognormal with that mean and sd */
    struct jc_mixture *mixture; /* with parts: as the queries of the case had it; else, one value */
    bool varies;                /* any of them */
    struct jc_results results;  /* of a result file; what labels and mixtures look at */
    uint64_t seed;              /* of a result file; 1 for a table */
};

/* Reads a result file, or a CSV table. The first column of a table names the unit; the row of a case is
 * that of its name, or else that of its label. A column NAME_sd beside NAME is its standard deviation,
 * empty for none. Free with jc_rank_units_free.
 * Errors: JC_ERROR_SCENARIO (no such quantity; a result file without a table of outputs),
 * JC_ERROR_INPUT (`file:line: column: ...`; a quantity that is not recorded; a unit that is missing,
 * or stands there twice; a number that is not greater than 0, or with `draws`, is 0 in some
 * query), JC_ERROR_IO, JC_ERROR_FORMAT, JC_ERROR_INTERNAL. */
int jc_rank_units_read(struct jc_rank_units *self, const struct jc_rank_source *source,
    struct jc_error *error);
void jc_rank_units_free(struct jc_rank_units *self);

#endif
