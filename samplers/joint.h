/*
 * Two variables drawn together as they were observed, one word each: the first from its own
 * distribution, the second from the values that were observed with the class of the first.
 */
#ifndef JC_SAMPLERS_JOINT_H
#define JC_SAMPLERS_JOINT_H

#include "base/error.h"
#include "samplers/empirical.h"
#include "samplers/kernels.h"

struct jc_joint_sampler;

/* `empirical` has been checked and has a joint distribution. In every class of the first variable, the
 * values of a class of the second keep their proportions. Errors: JC_ERROR_INPUT (more than 2^32 guide entries),
 * JC_ERROR_INTERNAL (memory). */
int jc_joint_sampler_new(struct jc_joint_sampler **self, const struct jc_empirical *empirical,
    struct jc_error *error);
void jc_joint_sampler_free(struct jc_joint_sampler *self);

/* The values of n <= JC_STRIP words; all arrays have room for n rounded up to JC_LANES, and all of it
 * is computed. The first is what a sampler of the discrete marginal makes of the same word. */
void jc_joint_sampler_draw(const struct jc_joint_sampler *self,
    const struct jc_sampler_kernels *kernels, size_t n, const uint32_t *first_word,
    const uint32_t *second_word, float *first, float *second);

#endif
