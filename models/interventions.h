/*
 * Interventions with a measured effect: energy times a factor, which may depend on the batch size.
 * Rows of a CSV table, each with its source.
 *
 * Columns (a header names them, in any order, others are ignored): name, factor, batch_size, source.
 * Rows of one name, by ascending batch size, are knots over ln(batch size); a row without a batch size
 * is the only one of its name and holds for any.
 */
#ifndef JC_MODELS_INTERVENTIONS_H
#define JC_MODELS_INTERVENTIONS_H

#include <stddef.h>

#include "base/error.h"

#define JC_INTERVENTION_KNOTS 16

struct jc_intervention {
    char *name;
    size_t n_knots;                           /* 1 or more */
    double batch_size[JC_INTERVENTION_KNOTS]; /* ascending, > 0; NAN of the only one: any */
    double factor[JC_INTERVENTION_KNOTS];     /* energy with / energy without, > 0 */
    char *source;                             /* of its first row */
};

/* The intervention of that name in a CSV file. Errors: JC_ERROR_INPUT (the file; no such row, naming
 * those that there are; `file:line: column: ...`, a field that is empty or out of range, a batch size
 * out of order), JC_ERROR_IO, JC_ERROR_INTERNAL. On error, nothing is to be freed. */
int jc_intervention_read(struct jc_intervention *self, const char *path, const char *name,
    struct jc_error *error);
void jc_intervention_free(struct jc_intervention *self);

#endif
