/*
 * The inner loops as the program of kernels.c calls them: each on the same numbers, into the same output.
 */
#ifndef JC_TESTS_BENCH_LOOPS_H
#define JC_TESTS_BENCH_LOOPS_H

#include <stddef.h>
#include <stdint.h>

#include "models/kernels.h"
#include "results/kernels.h"
#include "samplers/kernels.h"
#include "samplers/sampler.h"

#define N JC_STRIP /* values that a loop handles */

struct kernels {
    const struct jc_sampler_kernels *samplers;
    const struct jc_model_kernels *models;
    const struct jc_record_kernels *records;
};

/* What a loop wrote. */
struct output {
    float x[N];
    float y[N];
    uint32_t word[N];
    struct jc_lanes lanes;
    struct jc_moment_lanes moments;
    uint64_t sum;
};

struct loop {
    const char *name;
    void (*run)(const struct kernels *, struct output *);
};

extern const struct loop loops[];
extern const size_t n_loops;

/* What loops look up and count in. Returns 0 when out of memory; free also then. */
int make_tables(void);
void free_tables(void);

/* Other numbers for every round. */
void make_input(uint64_t round);

/* The output of a loop, from the same beginnings for each variant. */
void run_loop(size_t loop, const struct kernels *kernels, struct output *out);

#endif
