/*
 * Growing text and copies of strings, with the one error that they can have: memory.
 */
#ifndef JC_BASE_TEXT_H
#define JC_BASE_TEXT_H

#include <stddef.h>

#include "base/error.h"

/* A NUL-terminated text that grows. Start from {0}; `bytes` may be NULL while it is empty. */
struct jc_text {
    char *bytes;
    size_t length;
    size_t capacity;
};

/* Appends as printf does. Errors: JC_ERROR_INTERNAL; what was there stays. */
int jc_text_append(struct jc_text *self, struct jc_error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void jc_text_free(struct jc_text *self);

/* The whole of a file, up to `limit` bytes, with a NUL behind it. Errors: JC_ERROR_IO (it cannot be
 * read, or is larger), JC_ERROR_INTERNAL. */
int jc_text_read_file(struct jc_text *self, const char *path, size_t limit, struct jc_error *error);

/* *copy becomes a copy of `string` (NULL stays NULL); what *copy held before is freed. */
int jc_string_set(char **copy, const char *string, struct jc_error *error);

#endif
