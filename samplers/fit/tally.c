#include "samplers/fit/tally.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 1024

static uint64_t
bits_of(double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

static double
from_bits(uint64_t bits)
{
    double value;

    memcpy(&value, &bits, sizeof(value));
    return value;
}

double
jc_tally_group(double value, int bits)
{
    return from_bits(bits_of(value) & (UINT64_MAX << (52 - bits)));
}

double
jc_tally_next_group(double group, int bits)
{
    return from_bits(bits_of(group) + (UINT64_C(1) << (52 - bits)));
}

struct jc_tally
jc_tally_empty(size_t limit)
{
    return (struct jc_tally){ .limit = limit, .bits = JC_TALLY_EXACT };
}

void
jc_tally_free(struct jc_tally *self)
{
    free(self->entry);
    *self = jc_tally_empty(self->limit);
}

/* Where a pair stands, or the free place where it belongs. Open addressing, linear probing: half of the
 * places are free. */
static struct jc_tally_entry *
find(const struct jc_tally *self, double first, double second)
{
    const size_t mask = self->capacity - 1;
    uint64_t hash = bits_of(first) * UINT64_C(0x9e3779b97f4a7c15) + bits_of(second);
    struct jc_tally_entry *entry;
    size_t place;

    hash = (hash ^ (hash >> 32)) * UINT64_C(0xd6e8feb86659fd93);
    hash ^= hash >> 32;
    for (place = (size_t) hash & mask;; place = (place + 1) & mask) {
        entry = &self->entry[place];
        if (entry->weight == 0 || (entry->key[0] == first && entry->key[1] == second)) {
            return entry;
        }
    }
}

static void
add(struct jc_tally *self, const double key[2], double weight)
{
    const double first = jc_tally_group(key[0], self->bits);
    const double second = jc_tally_group(key[1], self->bits);
    struct jc_tally_entry *entry = find(self, first, second);

    if (entry->weight == 0) {
        entry->key[0] = first;
        entry->key[1] = second;
        self->n++;
    }
    entry->weight += weight;
}

static int
rebuild(struct jc_tally *self, size_t capacity, int bits, struct jc_error *error)
{
    struct jc_tally fresh = { .limit = self->limit, .bits = bits, .capacity = capacity };
    size_t j;

    fresh.entry = calloc(capacity, sizeof(*fresh.entry));
    if (fresh.entry == NULL) {
        return jc_fail_memory(error);
    }
    for (j = 0; j < self->capacity; j++) {
        if (self->entry[j].weight > 0) {
            add(&fresh, self->entry[j].key, self->entry[j].weight);
        }
    }
    free(self->entry);
    *self = fresh;
    return 0;
}

int
jc_tally_coarsen(struct jc_tally *self, int bits, struct jc_error *error)
{
    if (bits >= self->bits || self->capacity == 0) {
        self->bits = bits < self->bits ? bits : self->bits;
        return 0;
    }
    return rebuild(self, self->capacity, bits, error);
}

static int
fit_limit(struct jc_tally *self, struct jc_error *error)
{
    int ret = 0;

    while (ret == 0 && self->n > self->limit) {
        if (self->bits == 0) {
            return jc_fail(error, JC_ERROR_INPUT,
                "more than %zu different pairs, even by powers of two", self->limit);
        }
        ret = jc_tally_coarsen(self,
            self->bits > JC_TALLY_COARSE ? JC_TALLY_COARSE : self->bits - 1, error);
    }
    return ret;
}

int
jc_tally_add(struct jc_tally *self, double first, double second, double weight,
    struct jc_error *error)
{
    int ret = 0;

    if (self->capacity == 0 || 2 * self->n > self->capacity) {
        ret = rebuild(self, self->capacity == 0 ? FIRST_CAPACITY : 2 * self->capacity, self->bits,
            error);
        if (ret != 0) {
            return ret;
        }
    }
    add(self, (const double[2]){ first, second }, weight);
    return self->n > self->limit ? fit_limit(self, error) : 0;
}

static int
compare(const void *a, const void *b)
{
    const struct jc_tally_entry *u = a;
    const struct jc_tally_entry *v = b;
    const int first = (u->key[0] > v->key[0]) - (u->key[0] < v->key[0]);

    return first != 0 ? first : (u->key[1] > v->key[1]) - (u->key[1] < v->key[1]);
}

void
jc_tally_sort(struct jc_tally *self)
{
    size_t to = 0;
    size_t j;

    for (j = 0; j < self->capacity; j++) {
        if (self->entry[j].weight > 0) {
            self->entry[to++] = self->entry[j];
        }
    }
    if (to > 0) {
        qsort(self->entry, to, sizeof(*self->entry), compare);
    }
}
