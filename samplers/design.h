/*
 * Designs: how the queries of a study share the points of its replicates.
 *
 * Queries go in strips of JC_STRIP. Strip s belongs to replicate s mod R and has its points from
 * (s / R) * JC_STRIP on, so replicates grow evenly, and more queries leave the points of random and Sobol
 * designs as they were.
 */
#ifndef JC_SAMPLERS_DESIGN_H
#define JC_SAMPLERS_DESIGN_H

#include "samplers/points.h"

/* The most replicates of a design. */
#define JC_DESIGN_REPLICATES 64

struct jc_design {
    enum jc_points_kind kind;
    uint64_t queries;  /* in all */
    size_t replicates; /* 1 to JC_DESIGN_REPLICATES; 1 of a random design, which needs none */
};

/* The points of a replicate; 0 if there are too few queries for it. */
struct jc_points jc_design_points(const struct jc_design *self, size_t replicate);

/* The replicate that a query belongs to. */
size_t jc_design_replicate(const struct jc_design *self, uint64_t query);

/* word[n] becomes the words of the queries from `query` on, which are one strip or the first part of one. As
 * jc_points_words. */
void jc_design_words(const struct jc_design *self, const struct jc_points_source *source,
    const struct jc_sampler_kernels *kernels, uint64_t query, size_t n, uint32_t *word);

#endif
