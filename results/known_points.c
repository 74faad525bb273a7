#include "results/known_points.h"

#include <stdlib.h>
#include <string.h>

int
jc_known_points_add(struct jc_known_points *self, const uint8_t digest[JC_SHA256_BYTES],
    const double *number, struct jc_error *error)
{
    const size_t capacity = self->capacity == 0 ? 64 : 2 * self->capacity;
    struct jc_known_point *point = self->point;

    if (self->n == self->capacity) {
        point = realloc(self->point, capacity * sizeof(*point));
        if (point == NULL) {
            return jc_fail_memory(error);
        }
        self->point = point;
        self->capacity = capacity;
    }
    memcpy(point[self->n].digest, digest, JC_SHA256_BYTES);
    point[self->n++].number = number;
    return 0;
}

static int
compare(const void *a, const void *b)
{
    return memcmp(((const struct jc_known_point *) a)->digest,
        ((const struct jc_known_point *) b)->digest, JC_SHA256_BYTES);
}

void
jc_known_points_sort(struct jc_known_points *self)
{
    if (self->n > 0) {
        qsort(self->point, self->n, sizeof(*self->point), compare);
    }
}

void
jc_known_points_free(struct jc_known_points *self)
{
    free(self->point);
    *self = (struct jc_known_points){ 0 };
}

const double *
jc_known_points_find(const struct jc_known_points *self, const uint8_t digest[JC_SHA256_BYTES])
{
    struct jc_known_point key = { .number = NULL };
    const struct jc_known_point *found;

    if (self->n == 0) {
        return NULL;
    }
    memcpy(key.digest, digest, JC_SHA256_BYTES);
    found = bsearch(&key, self->point, self->n, sizeof(*self->point), compare);
    return found == NULL ? NULL : found->number;
}
