#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
reserve(struct jc_text *self, size_t more, struct jc_error *error)
{
    size_t capacity = self->capacity == 0 ? 256 : self->capacity;
    char *bytes;

    while (capacity - self->length <= more) {
        capacity *= 2;
    }
    if (capacity != self->capacity) {
        bytes = realloc(self->bytes, capacity);
        if (bytes == NULL) {
            return jc_fail_memory(error);
        }
        self->bytes = bytes;
        self->capacity = capacity;
    }
    return 0;
}

int
jc_text_append(struct jc_text *self, struct jc_error *error, const char *format, ...)
{
    va_list arguments;
    int length;
    int ret;

    va_start(arguments, format);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0) {
        return jc_fail(error, JC_ERROR_INTERNAL, "cannot format a text");
    }
    ret = reserve(self, (size_t) length, error);
    if (ret != 0) {
        return ret;
    }
    va_start(arguments, format);
    (void) vsnprintf(self->bytes + self->length, (size_t) length + 1, format, arguments);
    va_end(arguments);
    self->length += (size_t) length;
    return 0;
}

void
jc_text_free(struct jc_text *self)
{
    free(self->bytes);
    *self = (struct jc_text){ 0 };
}

int
jc_text_read_file(struct jc_text *self, const char *path, size_t limit, struct jc_error *error)
{
    int ret = 0;
    size_t n;
    FILE *file = fopen(path, "rb");

    *self = (struct jc_text){ 0 };
    if (file == NULL) {
        return jc_fail(error, JC_ERROR_IO, "%s: cannot open: %s", path, strerror(errno));
    }
    do {
        ret = reserve(self, 65536, error);
        if (ret != 0) {
            goto out;
        }
        n = fread(self->bytes + self->length, 1, 65536, file);
        self->length += n;
        self->bytes[self->length] = '\0';
        if (self->length > limit) {
            ret = jc_fail(error, JC_ERROR_IO, "%s: larger than %zu bytes", path, limit);
            goto out;
        }
    } while (n > 0);
    if (ferror(file)) {
        ret = jc_fail(error, JC_ERROR_IO, "%s: cannot read: %s", path, strerror(errno));
    }
out:
    (void) fclose(file);
    if (ret != 0) {
        jc_text_free(self);
    }
    return ret;
}

int
jc_string_set(char **copy, const char *string, struct jc_error *error)
{
    char *fresh = NULL;

    if (string != NULL) {
        fresh = strdup(string);
        if (fresh == NULL) {
            return jc_fail_memory(error);
        }
    }
    free(*copy);
    *copy = fresh;
    return 0;
}
