/*
 * Points: where the words of a study's random variables come from, if not from streams alone.
 *
 * A replicate is a set of n points in as many dimensions as there are variables; different replicates are
 * independent randomisations of one design, so their spread tells its error. All words of a point set can be
 * made in any order, at any time, by anyone:
 *
 * - random: word i + replicate * n of the variable's own PCG stream.
 * - Latin hypercube (McKay, Beckman and Conover 1979): point i has the stratum p(i), where p permutes 0...n-1, and
 *   a place in it by a PCG word. p is a Feistel network of JC_POINTS_ROUNDS rounds over the next power of two, at
 *   least 256; what falls outside is permuted again (cycle walking: Black and Rogaway 2002).
 * - Sobol (sobol.h), each digit of a word flipped at random depending on all digits before it: nested uniform
 *   scrambling (Owen 1995). The flips are bits of hashes of the prefixes, see points_loops.h.
 *
 * What a replicate needs of randomness is the PCG sequence that SHA-256("joulecast points 1" || 0x00 || state and
 * increment of the variable's stream || replicate, each as 8 little-endian bytes) starts: its first
 * JC_POINTS_KEY_WORDS words are keys, the places in strata follow.
 */
#ifndef JC_SAMPLERS_POINTS_H
#define JC_SAMPLERS_POINTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "samplers/sobol.h"
#include "samplers/stream.h"

struct jc_sampler_kernels;

enum jc_points_kind { JC_POINTS_RANDOM, JC_POINTS_LATIN_HYPERCUBE, JC_POINTS_SOBOL };

/* "random", "latin-hypercube", "sobol", NULL. */
extern const char *const jc_points_names[];

#define JC_POINTS_KEY_WORDS 32

/* The most points of a replicate, random ones excepted: as many as there are words. */
#define JC_POINTS_MOST (UINT64_C(1) << 32)

struct jc_points {
    enum jc_points_kind kind;
    uint64_t n; /* points of each replicate, >= 1. Random and Sobol points do not depend on it */
};

/* Stages of a nested scrambling: each flips JC_SCRAMBLE_DIGITS digits of a word, the last what is left. */
#define JC_SCRAMBLE_DIGITS 5
#define JC_SCRAMBLE_STAGES 7

/* What makes a scrambling: random words. */
struct jc_scramble {
    uint32_t before[JC_SCRAMBLE_STAGES];
    uint32_t within[JC_SCRAMBLE_STAGES];
};

/* Rounds of the permutation of strata. */
#define JC_POINTS_ROUNDS 6

/* What makes a Latin hypercube in one dimension. */
struct jc_strata {
    uint64_t n;                       /* strata, and points: 1 to 2^32 */
    unsigned bits;                    /* of the numbers that are permuted, 8 to 32; n <= 2^bits */
    uint32_t round[JC_POINTS_ROUNDS]; /* random words */
};

/* What a replicate has of its own in one variable. */
struct jc_points_key {
    struct jc_stream places;
    struct jc_scramble scramble;
    uint32_t round[JC_POINTS_ROUNDS];
};

/* One variable. */
struct jc_points_source {
    struct jc_stream stream;
    uint32_t column[JC_SOBOL_BITS];
    size_t replicates;
    struct jc_points_key *key; /* [replicates] */
};

/* The source of a variable whose own stream this is (jc_stream_init makes it of seed and label). `dimension`,
 * below JC_SOBOL_DIMENSIONS, must differ between the variables of a study, low ones are the better ones; only
 * Sobol points depend on it. Errors: JC_ERROR_INTERNAL (memory). Free also then. */
int jc_points_source_init(struct jc_points_source *self, const struct jc_stream *stream,
    size_t dimension, size_t replicates, struct jc_error *error);
void jc_points_source_free(struct jc_points_source *self);

/* word[count] becomes the words of the points from `first`, a multiple of JC_LANES, of a replicate. The array
 * has room for count rounded up to JC_LANES, count <= JC_STRIP. */
void jc_points_words(const struct jc_points *self, const struct jc_points_source *source,
    const struct jc_sampler_kernels *kernels, size_t replicate, uint64_t first, size_t count,
    uint32_t *word);

/* 1 if these are as many points as their kind is made for: a power of two of Sobol's, else any. */
int jc_points_is_balanced(const struct jc_points *self);

#endif
