/*
 * Weighted items and the words that belong to them: what discrete draws look up.
 */
#ifndef JC_SAMPLERS_ITEMS_H
#define JC_SAMPLERS_ITEMS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "samplers/kernels.h"

struct jc_weighted {
    double weight; /* >= 0 */
    double value;
    size_t index; /* anything; where the value came from */
};

/* Deals the words out to those of n >= 1 values that lie within [min, max] and have a weight, in
 * ascending order. Errors: JC_ERROR_INTERNAL; then there is nothing to free. */
int jc_items_init(struct jc_items *self, size_t n, const double *weight, const double *value,
    double min, double max, struct jc_error *error);
void jc_items_free(struct jc_items *self);

/* Sorts by value, then by index. */
void jc_weighted_sort(size_t n, struct jc_weighted *weighted);

/* Deals the 2^32 words out to n >= 1 values by weight, in their order, into item[n]. Those too light for
 * one word get none; the others move to the front of `weighted`, beside their items. Returns how many. */
size_t jc_deal_words(size_t n, struct jc_weighted *weighted, struct jc_item *item);

/* The same, with a guide. Errors: JC_ERROR_INTERNAL; then there is nothing to free. */
int jc_items_deal(struct jc_items *self, size_t n, struct jc_weighted *weighted,
    struct jc_error *error);

/* The shift (jc_items) that suits n items: four to eight entries of the guide for each, fewer, but at
 * least one, where the guide would not stay in the cache. */
unsigned jc_guide_shift(size_t n);

/* Fills the 2^(32 - shift) entries of a guide to those of item[] from `first` on. */
void jc_guide_fill(const struct jc_item *item, uint32_t first, unsigned shift, uint32_t *guide);

#endif
