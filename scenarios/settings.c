#include "scenarios/settings.h"

#include <stdio.h>
#include <string.h>

#include "scenarios/field.h"

/* Above every file. */
#define SETTING_LAYER 1

struct setting {
    struct jc_pool *pool;
    const struct jc_origin *origin;
    const char *path; /* without the value */
    const struct jc_tree_node *value;
    struct jc_error *error;
};

/* The length of the key of `map` that the path starts with, the longest one; 0 if there is none. */
static size_t
known_key_length(const struct jc_tree_node *map, const char *path)
{
    const struct jc_tree_item *item;
    size_t longest = 0;
    size_t length;

    for (item = map == NULL ? NULL : map->first; item != NULL; item = item->next) {
        length = item->key == NULL ? 0 : strlen(item->key);
        if (length > longest && strncmp(item->key, path, length) == 0
            && (path[length] == '.' || path[length] == '\0')) {
            longest = length;
        }
    }
    return longest;
}

/* Takes the next key off the path: *rest is what follows its dot, NULL behind the last one. */
static int
next_key(const struct setting *self, const struct jc_tree_node *map, const char *path,
    const char **key, const char **rest)
{
    bool quoted = path[0] == '\'' || path[0] == '"';
    size_t length;
    const char *end;

    if (quoted) {
        end = strchr(path + 1, path[0]);
        path++;
        length = end == NULL ? 0 : (size_t) (end - path);
        end = end == NULL ? path : end + 1;
    } else {
        length = known_key_length(map, path);
        length = length == 0 ? strcspn(path, ".") : length;
        end = path + length;
    }
    if (length == 0 || (*end != '\0' && *end != '.')) {
        return jc_fail(self->error, JC_ERROR_SCENARIO, "%s: '%s' is not a path of keys",
            self->origin->name, jc_show(self->path).text);
    }
    *rest = *end == '\0' ? NULL : end + 1;
    *key = jc_pool_text(self->pool, path, length);
    return *key == NULL ? jc_fail_memory(self->error) : 0;
}

/* *changed becomes `map` with the value set at `path` below it. */
static int
set_below(const struct setting *self, const struct jc_tree_node *map, const char *path, int depth,
    const struct jc_tree_node **changed)
{
    struct jc_tree_item item = { .origin = self->origin,
        .value = self->value,
        .layer = self->origin->layer };
    const struct jc_tree_item *old;
    const char *rest = NULL;
    int ret;

    if (depth > JC_TREE_DEPTH) {
        return jc_fail(self->error, JC_ERROR_SCENARIO, "%s: nested deeper than 64 levels",
            self->origin->name);
    }
    if (map != NULL && map->kind != JC_TREE_MAP && !jc_tree_is_null(map)) {
        return jc_fail(self->error, JC_ERROR_SCENARIO, "%s: '%s' is below a value, not a mapping",
            self->origin->name, jc_show(path).text);
    }
    ret = next_key(self, map, path, &item.key, &rest);
    if (ret == 0 && rest != NULL) {
        old = jc_tree_find(map, item.key);
        ret = set_below(self, old == NULL ? NULL : old->value, rest, depth + 1, &item.value);
    }
    if (ret == 0) {
        ret = jc_tree_with(self->pool, map, &item, changed, self->error);
    }
    return ret;
}

/* The length of KEY.PATH, up to the first "=" that is not in quotes; 0 if there is none. */
static size_t
path_length(const char *setting)
{
    char quote = '\0';

    for (size_t i = 0; setting[i] != '\0'; i++) {
        if (quote == '\0' && setting[i] == '=') {
            return i;
        }
        if (quote != '\0') {
            quote = setting[i] == quote ? '\0' : quote;
        } else if (setting[i] == '\'' || setting[i] == '"') {
            quote = setting[i];
        }
    }
    return 0;
}

int
jc_tree_set(struct jc_pool *pool, const struct jc_tree_node *root, const char *setting,
    const char *directory, const struct jc_tree_node **changed, struct jc_error *error)
{
    size_t length = path_length(setting);
    struct jc_origin *origin = jc_pool_alloc(pool, sizeof(*origin));
    char *path = jc_pool_text(pool, setting, length);
    char name[128];
    struct setting self = { .pool = pool, .origin = origin, .path = path, .error = error };
    int ret;

    if (length == 0) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "--set %s: expected KEY.PATH=VALUE, for example --set defaults.hosting.pue=1.2",
            jc_show(setting).text);
    }
    (void) snprintf(name, sizeof(name), "--set %s", jc_show(setting).text);
    if (origin == NULL || path == NULL) {
        return jc_fail_memory(error);
    }
    *origin = (struct jc_origin){ .directory = jc_pool_text(pool, directory, strlen(directory)),
        .setting = true,
        .layer = SETTING_LAYER };
    origin->name = jc_pool_text(pool, name, strlen(name));
    if (origin->name == NULL || origin->directory == NULL) {
        return jc_fail_memory(error);
    }
    ret = jc_tree_parse(pool, setting + length + 1, strlen(setting + length + 1), origin,
        &self.value, error);
    if (ret == 0) {
        ret = set_below(&self, root, path, 1, changed);
    }
    return ret;
}
