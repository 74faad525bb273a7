#include "scenarios/scenario.h"

#include <stdlib.h>
#include <string.h>

#include "base/compare.h"
#include "scenarios/read.h"

static const double default_quantiles[] = { 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99 };
/* Readers of a summary rely on these. */
static const double kept_quantiles[] = { 0.05, 0.25, 0.5, 0.75, 0.95 };

#define DEFAULT_REPLICATES 16 /* of points that are not random */

#define N_DEFAULT (sizeof(default_quantiles) / sizeof(default_quantiles[0]))
#define N_KEPT (sizeof(kept_quantiles) / sizeof(kept_quantiles[0]))

/* The file's name without its directory and .yaml. */
static int
set_default_name(struct jc_scenario *self, const char *path, struct jc_error *error)
{
    const char *slash = strrchr(path, '/');
    char *dot;
    int ret = jc_string_set(&self->name, slash == NULL ? path : slash + 1, error);

    if (ret == 0) {
        dot = strrchr(self->name, '.');
        if (dot != NULL && dot != self->name
            && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0)) {
            *dot = '\0';
        }
    }
    return ret;
}

int
jc_read_titles(const struct jc_field *root, const char *path, struct jc_scenario *self,
    struct jc_error *error)
{
    struct jc_field name = jc_field_get(root, "name");
    struct jc_field title = jc_field_get(root, "title");
    struct jc_field description = jc_field_get(root, "description");
    struct jc_field source = jc_field_get(root, "source");
    int ret;

    ret = name.node == NULL ? set_default_name(self, path, error)
                            : jc_field_text(&name, &self->name, error);
    if (ret == 0 && strchr(self->name, '/') != NULL) { /* files are named after it */
        ret =
            jc_field_fail(&name, error, "a '/' in the name, after which the result file is called");
    }
    if (ret == 0) {
        ret = title.node == NULL ? jc_string_set(&self->title, self->name, error)
                                 : jc_field_text(&title, &self->title, error);
    }
    if (ret == 0 && description.node != NULL) {
        ret = jc_field_text(&description, &self->description, error);
    }
    if (ret == 0 && source.node != NULL) {
        ret = jc_field_text(&source, &self->source, error);
    }
    return ret;
}

int
jc_read_counts(const struct jc_field *root, struct jc_scenario *self, struct jc_error *error)
{
    struct jc_field seed = jc_field_get(root, "seed");
    struct jc_field queries = jc_field_get(root, "queries");
    int ret = 0;

    self->seed = 1;
    self->queries = 1000000;
    if (seed.node != NULL) {
        ret = jc_field_count(&seed, 0, UINT64_MAX, &self->seed, error);
    }
    if (ret == 0 && queries.node != NULL) {
        ret = jc_field_count(&queries, 1, INT64_MAX, &self->queries, error);
    }
    return ret;
}

/* A kind, or a kind and the number of replicates. */
static int
read_points(const struct jc_field *root, struct jc_scenario *self, struct jc_error *error)
{
    static const char *const names[] = { "kind", "replicates", NULL };
    struct jc_field points = jc_field_get(root, "points");
    struct jc_field kind = points;
    struct jc_field replicates = { 0 };
    uint64_t count = DEFAULT_REPLICATES;
    size_t choice = JC_POINTS_RANDOM;
    int ret = 0;

    if (points.node != NULL && points.node->kind == JC_TREE_MAP) {
        ret = jc_field_section(&points, names, error);
        kind = jc_field_get(&points, "kind");
        replicates = jc_field_get(&points, "replicates");
        if (ret == 0 && kind.node == NULL) {
            ret = jc_field_fail(&points, error, "kind is missing, for example {kind: sobol}");
        }
    }
    if (ret == 0 && kind.node != NULL) {
        ret = jc_field_choice(&kind, jc_points_names, &choice, error);
    }
    self->points = (enum jc_points_kind) choice;
    if (ret == 0 && replicates.node != NULL && self->points == JC_POINTS_RANDOM) {
        ret = jc_field_fail_key(&replicates, error,
            "random points have none: their error is known from the values themselves");
    }
    if (ret == 0 && replicates.node != NULL) {
        ret = jc_field_count(&replicates, 2, JC_DESIGN_REPLICATES, &count, error);
    }
    self->replicates = self->points == JC_POINTS_RANDOM ? 1 : (size_t) count;
    return ret;
}

static int
read_store(const struct jc_field *root, struct jc_scenario *self, struct jc_error *error)
{
    const char *names[JC_QUANTITIES + 1] = { NULL };
    struct jc_field store = jc_field_get(root, "store");
    const struct jc_tree_item *item;
    struct jc_field part;
    size_t index = 0;
    size_t quantity;
    int ret;

    if (store.node == NULL) {
        self->store[JC_ENERGY] = true;
        return 0;
    }
    for (int i = 0; i < JC_QUANTITIES; i++) {
        names[i] = jc_quantity_info((enum jc_quantity) i)->name;
    }
    ret = jc_field_list(&store, error);
    for (item = store.node->first; item != NULL && ret == 0; item = item->next) {
        part = jc_field_item(&store, item, ++index);
        ret = jc_field_choice(&part, names, &quantity, error);
        if (ret == 0 && self->store[quantity]) {
            ret = jc_field_fail(&part, error, "'%s' is there twice", names[quantity]);
        }
        if (ret == 0) {
            self->store[quantity] = true;
        }
    }
    return ret;
}

static int
has_quantile(const struct jc_scenario *self, double probability)
{
    for (size_t i = 0; i < self->n_quantiles; i++) {
        if (self->quantile[i] == probability) {
            return 1;
        }
    }
    return 0;
}

/* The list at `field`; it is no longer than the memory of self->quantile. */
static int
read_quantile_list(const struct jc_field *field, struct jc_scenario *self, struct jc_error *error)
{
    const struct jc_tree_item *item;
    struct jc_field part;
    double p;
    int ret = 0;

    for (item = field->node->first; item != NULL && ret == 0; item = item->next) {
        part = jc_field_item(field, item, self->n_quantiles + 1);
        ret = jc_field_number(&part, JC_FRACTION, &p, error);
        if (ret == 0 && !(p > 0 && p < 1)) {
            ret = jc_field_fail(&part, error, "%s found, must be between 0 and 1",
                jc_show(part.node->text).text);
        }
        if (ret == 0 && has_quantile(self, p)) {
            ret = jc_field_fail(&part, error, "%s is there twice", jc_show(part.node->text).text);
        }
        if (ret == 0) {
            self->quantile[self->n_quantiles++] = p;
        }
    }
    return ret;
}

int
jc_read_probabilities(const struct jc_field *root, struct jc_scenario *self, struct jc_error *error)
{
    struct jc_field field = jc_field_get(root, "quantiles");
    size_t n = N_DEFAULT;
    int ret = 0;

    if (field.node != NULL) {
        n = field.node->n_items;
        ret = jc_field_list(&field, error);
        if (ret == 0 && n > 1000) {
            ret = jc_field_fail(&field, error, "%zu quantiles, at most 1000 are possible", n);
        }
        if (ret != 0) {
            return ret;
        }
    }
    self->quantile = calloc(n + N_KEPT, sizeof(*self->quantile));
    if (self->quantile == NULL) {
        return jc_fail_memory(error);
    }
    if (field.node == NULL) {
        memcpy(self->quantile, default_quantiles, sizeof(default_quantiles));
        self->n_quantiles = n;
        return 0;
    }
    ret = read_quantile_list(&field, self, error);
    for (size_t i = 0; i < N_KEPT && ret == 0; i++) {
        if (!has_quantile(self, kept_quantiles[i])) {
            self->quantile[self->n_quantiles++] = kept_quantiles[i];
        }
    }
    qsort(self->quantile, self->n_quantiles, sizeof(*self->quantile), jc_compare_doubles);
    return ret;
}

/* Inputs of cases at the root are a common slip. */
static int
check_keys(const struct jc_field *root, struct jc_error *error)
{
    static const char *const names[] = { "joulecast", "name", "title", "description", "source",
        "seed", "queries", "points", "bands", "store", "quantiles", "defaults", "cases", "pathways",
        "blends", "fleet", "references", "waterfall", "sweep", "extends", NULL };
    static const char *const inputs[] = { "workload", "throughput", "node", "hosting", "tags" };
    struct jc_field field;

    for (size_t i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++) {
        field = jc_field_get(root, inputs[i]);
        if (field.node != NULL) {
            return jc_field_fail_key(&field, error,
                "unknown key; it belongs in defaults.%s or cases.NAME.%s", inputs[i], inputs[i]);
        }
    }
    field = jc_field_get(root, "extends");
    if (field.node != NULL) {
        return jc_field_fail_key(&field, error, "can only be written in a file");
    }
    return jc_field_section(root, names, error);
}

int
jc_read_scenario(struct jc_reader *reader, const char *path, const struct jc_field *root,
    struct jc_error *error)
{
    int ret;

    if ((ret = jc_read_version(root, error)) != 0 || (ret = check_keys(root, error)) != 0
        || (ret = jc_read_titles(root, path, reader->scenario, error)) != 0
        || (ret = jc_read_counts(root, reader->scenario, error)) != 0
        || (ret = read_points(root, reader->scenario, error)) != 0
        || (ret = jc_read_bands(root, reader->scenario, error)) != 0
        || (ret = read_store(root, reader->scenario, error)) != 0
        || (ret = jc_read_probabilities(root, reader->scenario, error)) != 0
        || (ret = jc_read_cases(reader, root, error)) != 0
        || (ret = jc_read_pathways(reader, root, error)) != 0) {
        return ret;
    }
    ret = jc_read_blends(reader, root, error);
    ret = ret != 0 ? ret : jc_read_fleets(reader, root, error);
    return ret != 0 ? ret : jc_read_sweep(reader, root, error);
}

int
jc_scenario_parse(struct jc_scenario *self, const char *name, const char *text,
    struct jc_error *error)
{
    struct jc_reader reader = { .scenario = self };
    const struct jc_origin origin = { .name = name, .directory = "" };
    const struct jc_tree_node *root = NULL;
    struct jc_field field;
    int ret;

    *self = (struct jc_scenario){ 0 };
    ret = jc_shelf_new(&reader.shelf, error);
    ret = ret != 0 ? ret : jc_tree_parse(&reader.pool, text, strlen(text), &origin, &root, error);
    if (ret == 0) {
        field = jc_field_root(root);
        ret = jc_read_scenario(&reader, name, &field, error);
    }
    jc_pool_free(&reader.pool);
    jc_shelf_free(reader.shelf);
    if (ret != 0) {
        jc_scenario_free(self);
    }
    return ret;
}

static void
free_blend(struct jc_blend *self)
{
    free(self->name);
    free(self->label);
    free(self->case_index);
    free(self->weight);
    free(self->trim.stage);
    free(self->pathway_index);
    free(self->trim_pathways.stage);
}

void
jc_scenario_free(struct jc_scenario *self)
{
    for (size_t i = 0; i < self->n_cases; i++) {
        jc_case_free(&self->cases[i]);
    }
    for (size_t i = 0; i < self->n_blends; i++) {
        free_blend(&self->blends[i]);
    }
    for (size_t i = 0; i < self->n_fleets; i++) {
        jc_fleet_free(&self->fleets[i]);
    }
    for (size_t i = 0; i < self->n_references; i++) {
        jc_reference_free(&self->references[i]);
    }
    for (size_t i = 0; i < self->n_waterfalls; i++) {
        jc_waterfall_free(&self->waterfalls[i]);
    }
    for (size_t i = 0; i < self->n_sources; i++) {
        free(self->sources[i].name);
        free(self->sources[i].path);
    }
    for (size_t i = 0; i < self->n_pathways; i++) {
        free(self->pathways[i].name);
        free(self->pathways[i].label);
        jc_distribution_free(&self->pathways[i].divide_by);
        free(self->pathways[i].combined_index);
    }
    for (size_t i = 0; i < self->n_inputs; i++) {
        free(self->inputs[i].path);
    }
    free(self->name);
    free(self->title);
    free(self->description);
    free(self->source);
    free(self->quantile);
    free(self->cases);
    free(self->blends);
    free(self->pathways);
    free(self->fleets);
    free(self->references);
    free(self->waterfalls);
    free(self->sources);
    free(self->inputs);
    jc_sweep_free(&self->sweep);
    *self = (struct jc_scenario){ 0 };
}
