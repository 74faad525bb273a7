/*
 * Equivalences: how much energy, water or carbon something takes that people know. A row of a CSV table
 * with its source.
 *
 * Columns (a header names them, in any order, others are ignored): equivalence, quantity (energy, water
 * or carbon), amount (MWh, kL or t), source.
 */
#ifndef JC_MODELS_EQUIVALENCES_H
#define JC_MODELS_EQUIVALENCES_H

#include "base/error.h"
#include "models/quantities.h"

struct jc_equivalence {
    char *name;
    enum jc_quantity quantity; /* JC_ENERGY, JC_WATER or JC_CARBON */
    double amount;             /* of one, MWh, kL or t; > 0 */
    char *source;
};

/* The row of that name in a CSV file. Errors: JC_ERROR_INPUT (the file; no such row, naming those
 * that there are; two such rows; `file:line: column: ...`, a field of it that is empty or out of
 * range; another quantity), JC_ERROR_IO, JC_ERROR_INTERNAL. On error, nothing is to be freed. */
int jc_equivalence_read(struct jc_equivalence *self, const char *path, const char *name,
    struct jc_error *error);
void jc_equivalence_free(struct jc_equivalence *self);

#endif
