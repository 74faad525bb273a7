/*
 * Smaller distributions: neighbouring values become one, the joint distribution a coarse table.
 */
#ifndef JC_SAMPLERS_FIT_COMPACT_H
#define JC_SAMPLERS_FIT_COMPACT_H

#include <stddef.h>

#include "base/error.h"
#include "samplers/empirical.h"

/* The largest ratio of two values that become one: so far, at most, a quantile moves. */
#define JC_COMPACT_SPAN 1.1

/* Changes an empirical distribution that has been checked.
 *
 * First the classes of the joint distribution are joined to at most `classes` runs of each variable,
 * of nearly equal weight; 0 leaves them as they are. Then neighbouring values become groups, within
 * their class: a group ends when its weight reaches 1/points of all, before a value of that weight,
 * which stays alone, and where its values would span more than JC_COMPACT_SPAN. There are at most
 * 2 points + classes + 25 per factor of ten between the values. The value of a group is its weighted
 * mean, a whole number if all values of the variable are whole. points = 0 leaves the values.
 *
 * Errors: JC_ERROR_INTERNAL (memory); then the distribution can only be freed. */
int jc_empirical_compact(struct jc_empirical *self, size_t points, size_t classes,
    struct jc_error *error);

#endif
