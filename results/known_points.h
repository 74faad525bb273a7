/*
 * Points of a sweep that have been computed before, found by the digest of what was computed.
 */
#ifndef JC_RESULTS_KNOWN_POINTS_H
#define JC_RESULTS_KNOWN_POINTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/sha256.h"

struct jc_known_point {
    uint8_t digest[JC_SHA256_BYTES];
    const double *number; /* not owned */
};

/* Start from {0}. Add all, sort, then find. */
struct jc_known_points {
    size_t n;
    size_t capacity;
    struct jc_known_point *point;
};

/* Errors: JC_ERROR_INTERNAL. */
int jc_known_points_add(struct jc_known_points *self, const uint8_t digest[JC_SHA256_BYTES],
    const double *number, struct jc_error *error);
void jc_known_points_sort(struct jc_known_points *self);
void jc_known_points_free(struct jc_known_points *self);

/* The numbers of a point; NULL if it is not known. Any number of threads may ask at a time. */
const double *jc_known_points_find(const struct jc_known_points *self,
    const uint8_t digest[JC_SHA256_BYTES]);

#endif
