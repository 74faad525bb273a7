/*
 * Weights of the distinct values, or pairs of values, of a long stream, in bounded memory.
 *
 * Values keep all their bits until there are more than `limit` distinct ones; then neighbours are
 * counted together: only so many leading bits of each value are kept that they fit.
 */
#ifndef JC_SAMPLERS_FIT_TALLY_H
#define JC_SAMPLERS_FIT_TALLY_H

#include <stddef.h>

#include "base/error.h"

#define JC_TALLY_EXACT 52  /* bits behind the leading one of a double: all of them */
#define JC_TALLY_COARSE 10 /* the first step: groups of 2^-10 of their value; whole below 2^11 */

struct jc_tally_entry {
    double key[2]; /* the second is 0 for single values */
    double weight; /* 0: the place is free */
};

struct jc_tally {
    size_t limit;
    int bits; /* JC_TALLY_EXACT, or from JC_TALLY_COARSE down to 0 */
    size_t n;
    size_t capacity; /* a power of two, or 0 */
    struct jc_tally_entry *entry;
};

/* Nothing is allocated yet. */
struct jc_tally jc_tally_empty(size_t limit);
void jc_tally_free(struct jc_tally *self);

/* Adds a weight > 0 to the values (>= 0, finite). Errors: JC_ERROR_INTERNAL (memory), JC_ERROR_INPUT
 * (more than `limit` pairs even by powers of two). */
int jc_tally_add(struct jc_tally *self, double first, double second, double weight,
    struct jc_error *error);

/* Keeps at most so many bits. Errors: JC_ERROR_INTERNAL. */
int jc_tally_coarsen(struct jc_tally *self, int bits, struct jc_error *error);

/* Puts the n entries in front, ascending by first, then second. Nothing can be added afterwards. */
void jc_tally_sort(struct jc_tally *self);

/* The lower end of the group that a value >= 0 is in. What is cut to fewer bits later is in the same
 * group as if it had been cut at once. */
double jc_tally_group(double value, int bits);

/* The lower end of the next group. */
double jc_tally_next_group(double group, int bits);

#endif
