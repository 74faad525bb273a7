/*
 * Distributions of several traces as one.
 */
#ifndef JC_SAMPLERS_FIT_JOIN_H
#define JC_SAMPLERS_FIT_JOIN_H

#include "base/error.h"
#include "samplers/empirical.h"

/* Takes over the variables of another distribution, which is empty afterwards. Rows add up; texts that differ
 * stand one after the other, "a; b". What is known of two variables together stays; nothing is known of
 * variables from different traces. Errors: JC_ERROR_INPUT (a variable is in both, both have a joint
 * distribution), JC_ERROR_INTERNAL. Free both in any case. */
int jc_empirical_join(struct jc_empirical *self, struct jc_empirical *other,
    struct jc_error *error);

#endif
