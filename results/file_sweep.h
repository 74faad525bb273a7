/*
 * The variables of /sweep, as they are written and looked for. Everybody else wants file.h.
 */
#ifndef JC_RESULTS_FILE_SWEEP_H
#define JC_RESULTS_FILE_SWEEP_H

#include "results/results.h"

struct jc_sweep_variable {
    const char *suffix;    /* of the name of a quantity */
    const char *long_name; /* with %s for the quantity */
    size_t number;         /* the first of its numbers, of a quantity of a subject */
    bool over_quantiles;
    size_t width; /* 2: the lower bounds of all quantiles, then the upper ones */
};

#define JC_SWEEP_VARIABLES 8
#define JC_SWEEP_MEAN 2 /* the index of the mean */
extern const struct jc_sweep_variable jc_sweep_variables[JC_SWEEP_VARIABLES];

/* name[size] becomes that of a variable, of cases or of blends. */
void jc_sweep_variable_name(const struct jc_sweep_variable *variable, bool blends,
    enum jc_quantity quantity, char *name, size_t size);

#endif
