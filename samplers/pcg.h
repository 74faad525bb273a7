/*
 * PCG-XSH-RR 64/32 ("pcg32"): O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically
 * Good Algorithms for Random Number Generation", HMC-CS-2014-0905 (2014). One generator, as
 * published; streams and lanes are in stream.h.
 */
#ifndef JC_SAMPLERS_PCG_H
#define JC_SAMPLERS_PCG_H

#include <stdint.h>

#define JC_PCG_MULTIPLIER UINT64_C(6364136223846793005)

struct jc_pcg {
    uint64_t state;
    uint64_t increment; /* odd */
};

/* Starts the generator as the reference implementation's pcg32_srandom does. */
void jc_pcg_init(struct jc_pcg *self, uint64_t state, uint64_t sequence);

/* The next word, 0 to 2^32 - 1. */
uint32_t jc_pcg_next(struct jc_pcg *self);

/* Moves `delta` words ahead in O(log delta) steps (Brown, "Random number generation with arbitrary
 * strides", 1994); modulo 2^64, so that a delta of -k moves k words back. */
void jc_pcg_advance(struct jc_pcg *self, uint64_t delta);

#endif
