/*
 * What one thread needs to compute blocks, columns and recorders; and what a computed block leaves to
 * be taken in block order, moments and samples.
 */
#ifndef JC_ENGINE_WORKER_H
#define JC_ENGINE_WORKER_H

#include <stdbool.h>

#include "engine/block.h"
#include "results/record.h"

struct jc_worker {
    struct jc_block block;
    const struct jc_design *design;
    struct jc_recorder *recorder; /* [JC_QUANTITIES][replicates] of what is recorded */
};

struct jc_computed {
    uint64_t n_outside;                   /* as of a block */
    struct jc_moments *moments;           /* [JC_QUANTITIES][replicates] */
    struct jc_chunk chunk[JC_QUANTITIES]; /* sealed; samples are NULL if they are not stored */
};

/* Aligned for its columns. `design` must outlive the worker. Errors: JC_ERROR_INTERNAL. */
int jc_worker_new(struct jc_worker **self, const bool *recorded, const struct jc_design *design,
    struct jc_error *error);
void jc_worker_free(struct jc_worker *self);

/* Room for the moments and the samples of a block, these to be compressed if `deflate` is a level above 0.
 * Errors: JC_ERROR_INTERNAL; free also then. */
int jc_computed_init(struct jc_computed *self, const bool *stored, size_t replicates, int deflate,
    struct jc_error *error);
void jc_computed_free(struct jc_computed *self);

/* Computes the n <= JC_BLOCK queries from `first` on, of a case of `queries`. Errors:
 * JC_ERROR_SCENARIO, naming query, quantity and value that are no number. */
int jc_worker_compute(struct jc_worker *self, const struct jc_kernels *kernels,
    const struct jc_case_model *model, uint64_t first, uint64_t n, uint64_t queries,
    const bool *recorded, struct jc_computed *computed, struct jc_error *error);

#endif
