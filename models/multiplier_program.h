/*
 * The linear programs of data envelopment analysis in multiplier form, solved by GLPK. The only
 * place that knows GLPK; eco_efficiency.h has what is made of them.
 *
 * For unit k with inputs x and outputs y, weights v and u >= 0, oriented to inputs:
 *
 *     efficiency:  maximise u.y_k  with  v.x_k = 1,  u.y_j - v.x_j <= 0 for all j
 *     goal:        maximise or minimise u.Y  with  v.X = 1,  u.y_k - E_k v.x_k = 0, the same for j != k
 *
 * where X and Y are the sums over the units other than k (Doyle and Green 1994, the goals that take the
 * others as one unit). Oriented to outputs, u.y_k = 1 or u.Y = 1, and the inputs are optimised. The dual
 * values of the rows j are the lambda of the envelopment form.
 */
#ifndef JC_MODELS_MULTIPLIER_PROGRAM_H
#define JC_MODELS_MULTIPLIER_PROGRAM_H

#include "models/eco_efficiency.h"

/* Fills efficiency, weights and lambda of units whose numbers are checked and normalised. Errors:
 * JC_ERROR_INPUT (a program that GLPK does not solve), JC_ERROR_INTERNAL. */
int jc_multiplier_programs(const struct jc_eco_units *units, const struct jc_eco_options *options,
    struct jc_eco_result *result, struct jc_error *error);

#endif
