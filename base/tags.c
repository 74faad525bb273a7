#include "base/tags.h"

#include <stdlib.h>
#include <string.h>

int
jc_tags_add(struct jc_tag **tags, size_t *n, const char *key, const char *value,
    struct jc_error *error)
{
    struct jc_tag *larger = realloc(*tags, (*n + 1) * sizeof(*larger));
    struct jc_tag tag;

    if (larger == NULL) {
        return jc_fail_memory(error);
    }
    *tags = larger;
    tag = (struct jc_tag){ .key = strdup(key), .value = strdup(value) };
    if (tag.key == NULL || tag.value == NULL) {
        free(tag.key);
        free(tag.value);
        return jc_fail_memory(error);
    }
    larger[(*n)++] = tag;
    return 0;
}

void
jc_tags_free(struct jc_tag *tags, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(tags[i].key);
        free(tags[i].value);
    }
    free(tags);
}

const char *
jc_tags_find(const struct jc_tag *tags, size_t n, const char *key)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(tags[i].key, key) == 0) {
            return tags[i].value;
        }
    }
    return NULL;
}
