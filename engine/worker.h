/*
 * What one thread needs to compute blocks: columns, recorders, and room for samples.
 */
#ifndef JC_ENGINE_WORKER_H
#define JC_ENGINE_WORKER_H

#include <stdbool.h>

#include "engine/block.h"
#include "results/record.h"

struct jc_worker {
    struct jc_block block;
    struct jc_recorder recorder[JC_QUANTITIES]; /* of the quantities that are recorded */
    void *samples[JC_QUANTITIES];               /* a chunk of float or uint32; NULL: not stored */
};

/* Aligned for its columns. Errors: JC_ERROR_INTERNAL. */
int jc_worker_new(struct jc_worker **self, const bool *recorded, const bool *stored,
    struct jc_error *error);
void jc_worker_free(struct jc_worker *self);

/* Computes the n <= JC_BLOCK queries from `first` on, of a case of `queries`: fills and seals samples,
 * records, and gives the moments of the block. Errors: JC_ERROR_SCENARIO, naming query, quantity and value that are no number. */
int jc_worker_compute(struct jc_worker *self, const struct jc_kernels *kernels,
    const struct jc_case_model *model, uint64_t first, uint64_t n, uint64_t queries,
    const bool *recorded, struct jc_moments *moments, struct jc_error *error);

#endif
