#include "scenarios/fleet_file.h"

#include <stdio.h>
#include <stdlib.h>

#include "scenarios/read.h"
#include "scenarios/settings.h"

struct jc_fleet_file {
    struct jc_reader reader;
    char *data_directory; /* of the reader, which looks for tables until the end */
    const struct jc_tree_node *root;
    size_t n_paths;
    char **path; /* [n_paths] */
};

static int
check_keys(const struct jc_field *root, struct jc_error *error)
{
    static const char *const names[] = { "joulecast", "name", "title", "description", "source",
        "seed", "quantiles", "results", "fleet", "references", "waterfall", NULL };
    struct jc_field fleet = jc_field_get(root, "fleet");
    int ret = jc_field_section(root, names, error);

    if (ret == 0 && fleet.node == NULL) {
        ret = jc_field_fail(root, error,
            "fleet is missing, for example fleet: {all: {cases: {a/chat: 1}, demand: "
            "{queries_per_day: 1e9}}}");
    }
    return ret;
}

/* {a: a.h5}: a path that is not absolute is beside the file that has it. */
static int
read_source(struct jc_fleet_file *self, const struct jc_field *field, struct jc_error *error)
{
    struct jc_scenario *scenario = self->reader.scenario;
    struct jc_fleet_source *source = &scenario->sources[scenario->n_sources++];
    int ret = jc_field_name(field, error);

    ret = ret != 0 ? ret : jc_field_scalar(field, "the path of a result file", error);
    ret = ret != 0 ? ret : jc_string_set(&source->name, field->key, error);
    ret = ret != 0 ? ret : jc_string_set(&source->path, field->node->text, error);
    if (ret == 0) {
        const char *beside = source->path[0] == '/' ? "" : field->node->origin->directory;

        if (asprintf(&self->path[self->n_paths], "%s%s", beside, source->path) < 0) {
            return jc_fail_memory(error);
        }
        self->n_paths++;
    }
    return ret;
}

static int
read_sources(struct jc_fleet_file *self, const struct jc_field *root, struct jc_error *error)
{
    struct jc_scenario *scenario = self->reader.scenario;
    struct jc_field results = jc_field_get(root, "results");
    const struct jc_tree_item *item;
    struct jc_field part;
    int ret = jc_field_map(&results, error);

    if (ret == 0 && results.node->n_items == 0) {
        ret = jc_field_fail(&results, error, "there are no result files");
    }
    if (ret != 0) {
        return ret;
    }
    scenario->sources = calloc(results.node->n_items, sizeof(*scenario->sources));
    self->path = calloc(results.node->n_items, sizeof(*self->path));
    if (scenario->sources == NULL || self->path == NULL) {
        return jc_fail_memory(error);
    }
    for (item = results.node->first; ret == 0 && item != NULL; item = item->next) {
        part = jc_field_item(&results, item, 0);
        ret = read_source(self, &part, error);
    }
    return ret;
}

static int
read_head(struct jc_fleet_file *self, const char *path, const struct jc_field *root,
    struct jc_error *error)
{
    struct jc_scenario *scenario = self->reader.scenario;
    int ret = jc_read_version(root, error);

    ret = ret != 0 ? ret : check_keys(root, error);
    ret = ret != 0 ? ret : jc_read_titles(root, path, scenario, error);
    ret = ret != 0 ? ret : jc_read_counts(root, scenario, error);
    ret = ret != 0 ? ret : jc_read_probabilities(root, scenario, error);
    return ret != 0 ? ret : read_sources(self, root, error);
}

int
jc_fleet_file_begin(struct jc_fleet_file **self, const char *path,
    const struct jc_overrides *overrides, const char *data_directory, struct jc_scenario *scenario,
    struct jc_error *error)
{
    struct jc_fleet_file *file = calloc(1, sizeof(*file));
    struct jc_field root;
    int ret = 0;

    *self = NULL;
    *scenario = (struct jc_scenario){ 0 };
    if (file == NULL) {
        return jc_fail_memory(error);
    }
    ret = jc_string_set(&file->data_directory, data_directory, error);
    file->reader =
        (struct jc_reader){ .scenario = scenario, .data_directory = file->data_directory };
    ret = ret != 0 ? ret : jc_shelf_new(&file->reader.shelf, error);
    ret = ret != 0 ? ret : jc_read_files(&file->reader, path, &file->root, error);
    for (size_t i = 0; ret == 0 && overrides != NULL && i < overrides->n_settings; i++) {
        ret = jc_tree_set(&file->reader.pool, file->root, overrides->setting[i], "", &file->root,
            error);
    }
    root = jc_field_root(file->root);
    if (ret == 0 && jc_tree_find(file->root, "results") != NULL) {
        ret = read_head(file, path, &root, error);
        *self = ret == 0 ? file : NULL;
    }
    if (*self == NULL) {
        jc_fleet_file_free(file);
        jc_scenario_free(scenario);
    }
    return ret;
}

const char *
jc_fleet_file_path(const struct jc_fleet_file *self, size_t source)
{
    return self->path[source];
}

int
jc_fleet_file_add_digest(struct jc_fleet_file *self, size_t source, const char *sha256,
    struct jc_error *error)
{
    struct jc_scenario *scenario = self->reader.scenario;

    return jc_add_input(scenario, scenario->sources[source].path, sha256, error);
}

int
jc_fleet_file_finish(struct jc_fleet_file *self, struct jc_error *error)
{
    struct jc_field root = jc_field_root(self->root);

    return jc_read_fleets(&self->reader, &root, error);
}

void
jc_fleet_file_free(struct jc_fleet_file *self)
{
    if (self == NULL) {
        return;
    }
    for (size_t i = 0; i < self->n_paths; i++) {
        free(self->path[i]);
    }
    free(self->path);
    free(self->data_directory);
    jc_pool_free(&self->reader.pool);
    jc_shelf_free(self->reader.shelf);
    free(self);
}
