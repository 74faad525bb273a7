/*
 * Measuring this machine: how fast a scenario's first case is computed, stage by stage, and how near
 * the store comes to the disk.
 */
#ifndef JC_ENGINE_BENCH_H
#define JC_ENGINE_BENCH_H

#include "base/error.h"
#include "base/simd.h"
#include "scenarios/scenario.h"

enum jc_bench_stage {
    JC_BENCH_WORDS, /* random bits */
    JC_BENCH_DRAW,  /* inverse CDFs: drawing, less the random bits */
    JC_BENCH_THROUGHPUT,
    JC_BENCH_ENERGY,
    JC_BENCH_RECORD,   /* moments and sketch of the energy */
    JC_BENCH_CHECKSUM, /* of the samples that are stored */
    JC_BENCH_STAGES
};

struct jc_bench {
    double stage_ns[JC_BENCH_STAGES]; /* per query, medians */
    double queries_per_s_one;         /* summary mode, one thread, median */
    double queries_per_s_all;         /* summary mode, all threads, median */
    double stored_bytes_per_s;        /* stored mode, to the fsync, median; 0: not measured */
    double disk_bytes_per_s;          /* a plain loop of writes of as many bytes, to the fsync */
    double stored_ratio;              /* median of the ratios of the pairs */
    double stored_ratio_least;        /* the least of them */
    int threads;
    int repeats;
};

/* Measures the first case of a scenario, for some seconds. `folder` is where the disk is measured
 * (about 2 GB for a moment); NULL: it is not. Errors: those of jc_plan_init and jc_run. */
int jc_bench_run(const struct jc_scenario *scenario, int threads, enum jc_simd simd,
    const char *folder, struct jc_bench *bench, struct jc_error *error);

/* "random bits", "inverse CDFs", ... */
const char *jc_bench_stage_name(enum jc_bench_stage stage);

#endif
