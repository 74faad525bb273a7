#include "scenarios/study.h"

#include <stdlib.h>
#include <string.h>

#include "scenarios/read.h"
#include "scenarios/settings.h"
#include "scenarios/yaml_writer.h"

struct jc_study {
    struct jc_pool pool;
    struct jc_shelf *shelf;
    const struct jc_tree_node *root;
    char *path;
    char *data_directory;   /* NULL: none */
    struct jc_scenario own; /* nothing but the files above as its inputs */
};

static int
open_files(struct jc_study *self, const char *path, const struct jc_overrides *overrides,
    struct jc_error *error)
{
    struct jc_reader reader = { .scenario = &self->own, .shelf = self->shelf };
    int ret = jc_read_files(&reader, path, &self->root, error);

    for (size_t i = 0; ret == 0 && overrides != NULL && i < overrides->n_settings; i++) {
        ret = jc_tree_set(&reader.pool, self->root, overrides->setting[i], "", &self->root, error);
    }
    self->pool = reader.pool;
    return ret;
}

int
jc_study_open(struct jc_study **self, const char *path, const struct jc_overrides *overrides,
    const char *data_directory, struct jc_error *error)
{
    struct jc_study *study = calloc(1, sizeof(*study));
    int ret = study == NULL ? jc_fail_memory(error) : jc_shelf_new(&study->shelf, error);

    ret = ret != 0 ? ret : jc_string_set(&study->path, path, error);
    ret = ret != 0 ? ret : jc_string_set(&study->data_directory, data_directory, error);
    ret = ret != 0 ? ret : open_files(study, path, overrides, error);
    if (ret != 0) {
        jc_study_free(study);
        study = NULL;
    }
    *self = study;
    return ret;
}

void
jc_study_free(struct jc_study *self)
{
    if (self == NULL) {
        return;
    }
    jc_pool_free(&self->pool);
    jc_shelf_free(self->shelf);
    jc_scenario_free(&self->own);
    free(self->path);
    free(self->data_directory);
    free(self);
}

/* *changed becomes the tree with the settings made, and without the sweep. */
static int
make_settings(const struct jc_study *self, struct jc_pool *pool, size_t n_settings,
    const struct jc_setting *setting, const struct jc_tree_node **changed, struct jc_error *error)
{
    const struct jc_tree_item sweep = { .key = "sweep" };
    int ret = 0;

    *changed = self->root;
    for (size_t i = 0; ret == 0 && i < n_settings; i++) {
        ret = jc_tree_set(pool, *changed, setting[i].text, setting[i].directory, changed, error);
    }
    return ret == 0 && n_settings > 0 ? jc_tree_with(pool, *changed, &sweep, changed, error) : ret;
}

int
jc_study_scenario(const struct jc_study *self, size_t n_settings, const struct jc_setting *setting,
    struct jc_scenario *scenario, struct jc_error *error)
{
    struct jc_reader reader = { .scenario = scenario,
        .data_directory = self->data_directory,
        .shelf = self->shelf };
    const struct jc_tree_node *root;
    struct jc_field field;
    int ret = make_settings(self, &reader.pool, n_settings, setting, &root, error);

    *scenario = (struct jc_scenario){ 0 };
    for (size_t i = 0; ret == 0 && i < self->own.n_inputs; i++) {
        ret = jc_add_input(scenario, self->own.inputs[i].path, self->own.inputs[i].sha256, error);
        if (ret == 0) {
            scenario->inputs[scenario->n_inputs - 1].is_scenario = true;
        }
    }
    if (ret == 0) {
        field = jc_field_root(root);
        ret = jc_read_scenario(&reader, self->path, &field, error);
    }
    jc_pool_free(&reader.pool);
    if (ret != 0) {
        jc_scenario_free(scenario);
    }
    return ret;
}

int
jc_study_write(const struct jc_study *self, struct jc_text *text, struct jc_error *error)
{
    struct jc_yaml_writer writer;

    (void) jc_yaml_begin(&writer, text, error);
    jc_yaml_put_node(&writer, self->root, YAML_BLOCK_MAPPING_STYLE);
    return jc_yaml_end(&writer);
}

int
jc_scenario_load(struct jc_scenario *self, const char *path, const struct jc_overrides *overrides,
    const char *data_directory, struct jc_error *error)
{
    struct jc_study *study;
    int ret = jc_study_open(&study, path, overrides, data_directory, error);

    *self = (struct jc_scenario){ 0 };
    ret = ret != 0 ? ret : jc_study_scenario(study, 0, NULL, self, error);
    jc_study_free(study);
    return ret;
}
