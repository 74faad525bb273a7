#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "scenarios/read.h"

#define EXTENDS_DEPTH 8

/* The files on the way from the scenario file to the one being read. */
struct chain {
    const struct chain *below;
    const char *path;
    int depth;
};

/* How many levels of mappings are merged in each section; below them, and elsewhere, what is written
 * over replaces. */
static const struct {
    const char *name;
    int levels;
} sections[] = { { "defaults", 2 }, { "cases", 3 }, { "pathways", 2 }, { "blends", 2 },
    { "fleet", 2 }, { "references", 2 }, { "waterfall", 2 }, { "results", 1 } };

/* The directory of a path with its slash, "" if it has none. */
static char *
directory_of(struct jc_pool *pool, const char *path)
{
    const char *slash = strrchr(path, '/');

    return jc_pool_text(pool, path, slash == NULL ? 0 : (size_t) (slash + 1 - path));
}

int
jc_add_input(struct jc_scenario *scenario, const char *path, const char *sha256,
    struct jc_error *error)
{
    struct jc_input *inputs = scenario->inputs;

    for (size_t i = 0; i < scenario->n_inputs; i++) {
        if (strcmp(inputs[i].path, path) == 0 && strcmp(inputs[i].sha256, sha256) == 0) {
            return 0;
        }
    }
    inputs = realloc(inputs, (scenario->n_inputs + 1) * sizeof(*inputs));
    if (inputs == NULL) {
        return jc_fail_memory(error);
    }
    scenario->inputs = inputs;
    inputs[scenario->n_inputs] = (struct jc_input){ .path = strdup(path) };
    if (inputs[scenario->n_inputs].path == NULL) {
        return jc_fail_memory(error);
    }
    memcpy(inputs[scenario->n_inputs++].sha256, sha256, JC_SHA256_HEX);
    return 0;
}

int
jc_read_version(const struct jc_field *root, struct jc_error *error)
{
    struct jc_field version = jc_field_get(root, "joulecast");
    uint64_t value;
    int ret;

    if (version.node == NULL) {
        return jc_field_fail(root, error,
            "joulecast is missing, a scenario starts with joulecast: %d", JC_SCENARIO_LANGUAGE);
    }
    ret = jc_field_count(&version, 0, UINT64_MAX, &value, error);
    if (ret == 0 && value < JC_SCENARIO_LANGUAGE) {
        ret = jc_field_fail(&version, error, "%llu found, expected %d", (unsigned long long) value,
            JC_SCENARIO_LANGUAGE);
    }
    if (ret == 0 && value > JC_SCENARIO_LANGUAGE) {
        ret = jc_field_fail(&version, error,
            "%llu: written for a newer joulecast, this one reads version %d of the language",
            (unsigned long long) value, JC_SCENARIO_LANGUAGE);
    }
    return ret;
}

/* *merged becomes `over` written over `base`. The name of the base is its own. */
static int
merge_files(struct jc_pool *pool, const struct jc_tree_node *base, const struct jc_tree_node *over,
    const struct jc_tree_node **merged, struct jc_error *error)
{
    const struct jc_tree_item name = { .key = "name" };
    const struct jc_tree_item *lower;
    const struct jc_tree_item *upper;
    struct jc_tree_item item;
    int ret = jc_tree_with(pool, base, &name, &base, error);

    if (ret == 0) {
        ret = jc_tree_merge(pool, base, over, 1, 0, merged, error);
    }
    for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]) && ret == 0; i++) {
        lower = jc_tree_find(base, sections[i].name);
        upper = jc_tree_find(over, sections[i].name);
        if (lower == NULL || upper == NULL) {
            continue;
        }
        item = *upper;
        ret = jc_tree_merge(pool, lower->value, upper->value, sections[i].levels, 0, &item.value,
            error);
        if (ret == 0) {
            ret = jc_tree_with(pool, *merged, &item, merged, error);
        }
    }
    return ret;
}

/* Reads and parses one file. */
static int
read_file(struct jc_reader *reader, const char *path, const char *name, int depth,
    const struct jc_tree_node **root, struct jc_error *error)
{
    struct jc_text text = { 0 };
    struct jc_origin *origin = jc_pool_alloc(&reader->pool, sizeof(*origin));
    uint8_t digest[JC_SHA256_BYTES];
    char hex[JC_SHA256_HEX];
    struct jc_field field;
    int ret;

    if (origin == NULL) {
        return jc_fail_memory(error);
    }
    *origin = (struct jc_origin){ .name = jc_pool_text(&reader->pool, path, strlen(path)),
        .directory = directory_of(&reader->pool, path),
        .layer = -depth };
    if (origin->name == NULL || origin->directory == NULL) {
        return jc_fail_memory(error);
    }
    ret = jc_text_read_file(&text, path, JC_TREE_FILE_BYTES, error);
    if (ret != 0) {
        return ret;
    }
    jc_sha256(text.bytes, text.length, digest);
    jc_sha256_hex(digest, hex);
    ret = jc_add_input(reader->scenario, name, hex, error);
    if (ret == 0) {
        ret = jc_tree_parse(&reader->pool, text.bytes, text.length, origin, root, error);
    }
    jc_text_free(&text);
    if (ret == 0) {
        field = jc_field_root(*root);
        ret = jc_field_map(&field, error);
    }
    return ret == 0 ? jc_read_version(&field, error) : ret;
}

static int read_chain(struct jc_reader *reader, const char *path, const char *name,
    const struct chain *below, const struct jc_tree_node **root, struct jc_error *error);

/* Reads the file that `field` names, beside the file in `here`. */
static int
read_extended(struct jc_reader *reader, const struct jc_field *field, const struct chain *here,
    const struct jc_tree_node **base, struct jc_error *error)
{
    const struct chain *file = here;
    const char *name = field->node->text;
    const char *directory = name[0] == '/' ? "" : field->node->origin->directory;
    char *path;
    size_t size;
    int ret = jc_field_scalar(field, "the path of a scenario file", error);

    if (ret != 0) {
        return ret;
    }
    size = strlen(directory) + strlen(name) + 1;
    path = jc_pool_alloc(&reader->pool, size);
    if (path == NULL) {
        return jc_fail_memory(error);
    }
    (void) snprintf(path, size, "%s%s", directory, name);
    while (file != NULL && strcmp(file->path, path) != 0) {
        file = file->below;
    }
    if (file != NULL) {
        return jc_field_fail(field, error, "%s extends itself", jc_show(name).text);
    }
    if (here->depth == EXTENDS_DEPTH) {
        return jc_field_fail(field, error, "more than %d files extend one another", EXTENDS_DEPTH);
    }
    if (access(path, R_OK) != 0 || jc_check_regular(path, NULL) != 0) {
        return jc_field_fail(field, error, "cannot open %s: %s", jc_show(path).text,
            access(path, R_OK) != 0 ? strerror(errno) : "is not a regular file");
    }
    return read_chain(reader, path, name, here, base, error);
}

static int
read_chain(struct jc_reader *reader, const char *path, const char *name, const struct chain *below,
    const struct jc_tree_node **root, struct jc_error *error)
{
    const struct chain here = { .below = below,
        .path = path,
        .depth = below == NULL ? 0 : below->depth + 1 };
    const struct jc_tree_node *base;
    const struct jc_tree_item none = { .key = "extends" };
    struct jc_field file;
    struct jc_field extends;
    int ret = read_file(reader, path, name, here.depth, root, error);

    if (ret != 0) {
        return ret;
    }
    file = jc_field_root(*root);
    extends = jc_field_get(&file, "extends");
    if (extends.node == NULL) {
        return 0;
    }
    ret = read_extended(reader, &extends, &here, &base, error);
    if (ret == 0) {
        ret = jc_tree_with(&reader->pool, *root, &none, root, error);
    }
    if (ret == 0) {
        ret = merge_files(&reader->pool, base, *root, root, error);
    }
    return ret;
}

int
jc_read_files(struct jc_reader *reader, const char *path, const struct jc_tree_node **root,
    struct jc_error *error)
{
    return read_chain(reader, path, path, NULL, root, error);
}

static int
is_file(const char *path)
{
    return jc_check_regular(path, NULL) == 0;
}

/* *path becomes the first of directory/name with one of the endings that is a file; else NULL. */
static int
find_in(const char *directory, size_t length, const char *const *endings, const char *name,
    char **path, struct jc_error *error)
{
    for (int i = 0; endings[i] != NULL; i++) {
        if (asprintf(path, "%.*s%s%s", (int) length, directory, name, endings[i]) < 0) {
            *path = NULL;
            return jc_fail_memory(error);
        }
        if (is_file(*path)) {
            return 0;
        }
        free(*path);
        *path = NULL;
    }
    return 0;
}

int
jc_find_file(const struct jc_reader *reader, const struct jc_field *field, const char *what,
    const char *name, char **path, struct jc_error *error)
{
    static const char *const endings[] = { "", ".csv", ".yaml", NULL };
    const char *beside = name[0] == '/' ? "" : field->node->origin->directory;
    const char *directory = reader->data_directory == NULL ? "" : reader->data_directory;
    char *slashed;
    size_t length;
    int ret = find_in(beside, strlen(beside), endings, name, path, error);

    for (; ret == 0 && *path == NULL && directory[0] != '\0'; directory += length) {
        directory += strspn(directory, ":");
        length = strcspn(directory, ":");
        if (length == 0) {
            break;
        }
        if (asprintf(&slashed, "/%s", name) < 0) {
            return jc_fail_memory(error);
        }
        ret = find_in(directory, length, endings, slashed, path, error);
        free(slashed);
    }
    if (ret == 0 && *path == NULL) {
        ret = jc_field_fail(field, error,
            "%s '%s' not found, looked for %s%s and in %s, with and without .csv or .yaml", what,
            jc_show(name).text, beside, name,
            reader->data_directory == NULL ? "no data folder" : reader->data_directory);
    }
    return ret;
}

int
jc_find_input(struct jc_reader *reader, const struct jc_field *field, const char *what,
    const char *name, char **path, struct jc_error *error)
{
    char hex[JC_SHA256_HEX];
    int ret = jc_find_file(reader, field, what, name, path, error);

    ret = ret != 0 ? ret : jc_shelf_digest(reader->shelf, *path, hex, error);
    return ret != 0 ? ret : jc_add_input(reader->scenario, name, hex, error);
}
