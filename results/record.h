/*
 * Records: what is kept of one quantity of one case in any mode, moments and a sketch.
 *
 * A recorder belongs to a thread and tallies block after block; a record is the sum of all.
 */
#ifndef JC_RESULTS_RECORD_H
#define JC_RESULTS_RECORD_H

#include "results/kernels.h"
#include "results/moments.h"
#include "results/sketch.h"

struct jc_precision;

struct jc_record {
    struct jc_moments moments;
    struct jc_sketch sketch;
    struct jc_precision *precision; /* NULL: the values are independent of one another */
};

struct jc_recorder {
    struct jc_moment_lanes lanes;
    uint64_t n;         /* values in this block */
    uint64_t *tally;    /* [JC_SKETCH_BUCKETS], of all blocks since the last flush */
    uint64_t n_tallied; /* values in the tally, those of finished blocks */
    float highest;      /* of these */
};

/* Where a rank cuts a record: in a bucket, below which so great a part of its values lies. */
struct jc_cut {
    uint32_t bucket;
    double below; /* 0 to 1 */
};

void jc_record_free(struct jc_record *self);

/* The cut at a rank from 0 to 1 of a record with values. */
struct jc_cut jc_record_cut(const struct jc_record *self, double rank);

/* The record of n times one value. Errors: JC_ERROR_INTERNAL. */
int jc_record_constant(struct jc_record *self, float value, uint64_t n, struct jc_error *error);

/* Errors: JC_ERROR_INTERNAL. */
int jc_recorder_init(struct jc_recorder *self, struct jc_error *error);
void jc_recorder_free(struct jc_recorder *self);

/* 1 if x[n] are numbers from 0 to `largest`, which is above 0; negative zeros are zeros. */
int jc_all_within(const struct jc_record_kernels *kernels, size_t n, const float *x, float largest);

/* Adds x[n]. Returns 0, or 1 if a value is negative, infinite or not a number; then the recorder is
 * as it was. */
int jc_recorder_add(struct jc_recorder *self, const struct jc_record_kernels *kernels, size_t n,
    const float *x);

/* Ends a block and gives its moments. */
struct jc_moments jc_recorder_end_block(struct jc_recorder *self);

/* Moves the tally to the record's sketch. Errors: JC_ERROR_INTERNAL. */
int jc_recorder_flush(struct jc_recorder *self, struct jc_record *record, struct jc_error *error);

#endif
