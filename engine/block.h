/*
 * Blocks: runs of queries of one case, computed strip by strip as columns.
 *
 * A block of JC_BLOCK queries is the unit of scheduling, of folding and of storing; a strip of
 * JC_STRIP queries is what fits in the nearest cache.
 */
#ifndef JC_ENGINE_BLOCK_H
#define JC_ENGINE_BLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "engine/case_model.h"
#include "results/kernels.h"
#include "results/store.h"

#define JC_BLOCK JC_STORE_CHUNK

/* The inner loops of one variant. */
struct jc_kernels {
    const struct jc_sampler_kernels *samplers;
    const struct jc_model_kernels *models;
    const struct jc_record_kernels *records;
};

struct jc_block {
    const struct jc_kernels *kernels;
    const struct jc_case_model *model;
    struct jc_cursor cursor[JC_QUANTITIES];
    struct jc_cursor residual_cursor;
    size_t n; /* queries in the strip at hand */
    float
        *column[JC_QUANTITIES]; /* where they are: in room, unless somebody wants them elsewhere */
    float room[JC_QUANTITIES][JC_STRIP] __attribute__((aligned(64)));
    float tokens[JC_STRIP] __attribute__((aligned(64))); /* output tokens and what prefill costs */
    float log_batch[JC_STRIP] __attribute__((aligned(64)));
    float factor[JC_STRIP] __attribute__((aligned(64)));                 /* of an intervention */
    uint32_t word[JC_QUANTITIES][JC_STRIP] __attribute__((aligned(64))); /* of the group */
    uint64_t n_outside; /* queries of the block whose batch size was moved to what was measured */
};

/* The loops of a variant. Errors: JC_ERROR_SCENARIO, if this machine does not run it. */
int jc_kernels_get(enum jc_simd simd, struct jc_kernels *kernels, struct jc_error *error);

/* Puts the block before query number `first` of a case, all columns in its own room. Afterwards those
 * that are not constant can be pointed elsewhere, aligned alike. */
void jc_block_begin(struct jc_block *self, const struct jc_kernels *kernels,
    const struct jc_case_model *model, uint64_t first);

/* The next n <= JC_STRIP queries: draw, then throughput, energy and footprint. Each reads and fills columns.
 * Only the last strip of a block may have an n that is no multiple of JC_LANES. The time of the node is
 * there if jc_block_node_time is called behind jc_block_throughput, of a case that has it. */
void jc_block_draw(struct jc_block *self, size_t n);
void jc_block_throughput(struct jc_block *self);
void jc_block_energy(struct jc_block *self);
void jc_block_footprint(struct jc_block *self);
void jc_block_node_time(struct jc_block *self);

#endif
