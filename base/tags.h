/*
 * Tags: names with a text each, by which things are told apart and grouped.
 */
#ifndef JC_BASE_TAGS_H
#define JC_BASE_TAGS_H

#include <stddef.h>

#include "base/error.h"

struct jc_tag {
    char *key;
    char *value; /* not empty */
};

/* Appends copies of both texts to tags[n]. Start from NULL and 0. Errors: JC_ERROR_INTERNAL; what was there
 * stays. */
int jc_tags_add(struct jc_tag **tags, size_t *n, const char *key, const char *value,
    struct jc_error *error);
void jc_tags_free(struct jc_tag *tags, size_t n);

/* The text of that name; NULL if there is none. */
const char *jc_tags_find(const struct jc_tag *tags, size_t n, const char *key);

#endif
