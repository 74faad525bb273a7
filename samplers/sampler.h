/*
 * Samplers: distributions made ready to be drawn from, one word per query, by inverse CDF.
 *
 * A draw goes word -> tail -> value. A *tail* is a uniform number as a signed tail probability in
 * (0, 0.5]: negative -t means P(X <= x) = t, positive t means P(X > x) = t. It keeps full relative
 * precision in both tails (32 bits reach 6.3 sigma), and any source of uniforms can make it.
 */
#ifndef JC_SAMPLERS_SAMPLER_H
#define JC_SAMPLERS_SAMPLER_H

#include <stdint.h>

#include "base/simd.h"
#include "samplers/design.h"
#include "samplers/distribution.h"
#include "samplers/stream.h"

struct jc_sampler_kernels;
struct jc_sampler;

/* Where a reader of a sampler stands. */
struct jc_cursor {
    struct jc_lanes value;
    struct jc_lanes choice; /* of mixtures: which component */
    uint64_t value_query;   /* the same places, for samplers of a design */
    uint64_t choice_query;
};

/* What the label of the stream that chooses components adds to that of the values. */
#define JC_SAMPLER_CHOICE "/component"

/* The inner loops of a variant; NULL if this build or this processor does not have it. */
const struct jc_sampler_kernels *jc_sampler_kernels_get(enum jc_simd simd);

/* Prepares a distribution that passes jc_distribution_check. Its words come from the stream of
 * `label` (mixtures choose with the stream of "label/component"); an epistemic distribution becomes
 * the one value that word number `draw` gives. Free with jc_sampler_free.
 * Errors: JC_ERROR_INTERNAL (memory). */
int jc_sampler_new(struct jc_sampler **self, const struct jc_distribution *distribution,
    uint64_t seed, const char *label, uint64_t draw, struct jc_error *error);
void jc_sampler_free(struct jc_sampler *self);

/* From now on words come from a design, `choice` being the source of those that choose components. Both sources
 * and the design must outlive the sampler. A distribution that has become one value keeps it. */
void jc_sampler_use_design(struct jc_sampler *self, const struct jc_design *design,
    const struct jc_points_source *value, const struct jc_points_source *choice);

/* Puts the cursor at a query; with a design, at the first of a strip. */
void jc_sampler_seek(const struct jc_sampler *self, uint64_t query, struct jc_cursor *cursor);

/* Draws the next n <= JC_STRIP values into x[n rounded up to JC_LANES]. Only the last call of a
 * sequence may have an n that is no multiple of JC_LANES. */
void jc_sampler_draw(const struct jc_sampler *self, const struct jc_sampler_kernels *kernels,
    struct jc_cursor *cursor, size_t n, float *x);

/* The two halves of a draw, for those who change words in between (copula.h): the next n words, then
 * their values. Mixtures take the words that choose components from the cursor, also in the second. */
void jc_sampler_words(const struct jc_sampler *self, const struct jc_sampler_kernels *kernels,
    struct jc_cursor *cursor, size_t n, uint32_t *word);
void jc_sampler_values(const struct jc_sampler *self, const struct jc_sampler_kernels *kernels,
    struct jc_cursor *cursor, size_t n, const uint32_t *word, float *x);

/* The value that a word gives, by the reference loops; a mixture takes `choice` for its component. */
float jc_sampler_value(const struct jc_sampler *self, uint32_t word, uint32_t choice);

/* 1 and the value, if every draw gives the same one; else 0. */
int jc_sampler_is_constant(const struct jc_sampler *self, float *value);

/* 1 if a value needs two words, as those of mixtures do; else 0. */
int jc_sampler_is_mixture(const struct jc_sampler *self);

/* The smallest and the largest value that can be drawn (the tails of 2^-33 included). */
void jc_sampler_range(const struct jc_sampler *self, float *low, float *high);

#endif
