#include "samplers/items.h"

#include <stdlib.h>
#include <string.h>

#define WORDS 0x1p32
#define LARGEST_GUIDE ((size_t) 1 << 17) /* entries that stay in the second-level cache */

static int
compare_weighted(const void *a, const void *b)
{
    const struct jc_weighted *x = a;
    const struct jc_weighted *y = b;

    if (x->value != y->value) {
        return x->value < y->value ? -1 : 1;
    }
    return x->index < y->index ? -1 : x->index > y->index;
}

void
jc_weighted_sort(size_t n, struct jc_weighted *weighted)
{
    qsort(weighted, n, sizeof(*weighted), compare_weighted);
}

size_t
jc_deal_words(size_t n, struct jc_weighted *weighted, struct jc_item *item)
{
    double sum = 0;
    double cumulative = 0;
    uint64_t dealt = 0;
    size_t n_used = 0;
    size_t k;

    for (k = 0; k < n; k++) {
        sum += weighted[k].weight;
    }
    for (k = 0; k < n; k++) {
        cumulative += weighted[k].weight;
        const uint64_t end =
            k == n - 1 ? UINT64_C(1) << 32 : (uint64_t) (cumulative / sum * WORDS + 0.5);

        if (end > dealt) {
            item[n_used] = (struct jc_item){ (uint32_t) (end - 1), (float) weighted[k].value };
            weighted[n_used] = weighted[k];
            n_used++;
            dealt = end;
        }
    }
    return n_used;
}

unsigned
jc_guide_shift(size_t n)
{
    size_t entries = 2;
    unsigned shift = 31;

    while (shift > 0 && (entries < n || (entries < 4 * n && entries < LARGEST_GUIDE))) {
        entries *= 2;
        shift--;
    }
    return shift;
}

void
jc_guide_fill(const struct jc_item *item, uint32_t first, unsigned shift, uint32_t *guide)
{
    const size_t entries = (size_t) 1 << (32 - shift);
    uint32_t k = first;
    size_t top;

    for (top = 0; top < entries; top++) {
        while (item[k].last < top << shift) {
            k++;
        }
        guide[top] = k;
    }
}

int
jc_items_deal(struct jc_items *self, size_t n, struct jc_weighted *weighted, struct jc_error *error)
{
    self->shift = jc_guide_shift(n);
    self->item = malloc(n * sizeof(*self->item));
    self->guide = malloc(sizeof(*self->guide) << (32 - self->shift));
    if (self->item == NULL || self->guide == NULL) {
        jc_items_free(self);
        return jc_fail_memory(error);
    }
    self->n = jc_deal_words(n, weighted, self->item);
    jc_guide_fill(self->item, 0, self->shift, self->guide);
    return 0;
}

int
jc_items_init(struct jc_items *self, size_t n, const double *weight, const double *value,
    double min, double max, struct jc_error *error)
{
    int ret = 0;
    size_t n_kept = 0;
    size_t k;
    struct jc_weighted *kept = malloc(n * sizeof(*kept));

    memset(self, 0, sizeof(*self));
    if (kept == NULL) {
        return jc_fail_memory(error);
    }
    for (k = 0; k < n; k++) {
        if (weight[k] > 0 && value[k] >= min && value[k] <= max) {
            kept[n_kept++] = (struct jc_weighted){ weight[k], value[k], k };
        }
    }
    jc_weighted_sort(n_kept, kept);
    ret = jc_items_deal(self, n_kept, kept, error);
    free(kept);
    return ret;
}

void
jc_items_free(struct jc_items *self)
{
    free(self->item);
    free(self->guide);
    memset(self, 0, sizeof(*self));
}
