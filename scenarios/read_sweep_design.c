#include <stdlib.h>
#include <string.h>

#include "base/compare.h"
#include "scenarios/read_sweep.h"

/* What the section says of the sweep as a whole. */
struct design {
    struct jc_field field;
    size_t points;             /* latin-hypercube, sobol */
    struct jc_csv_table table; /* csv */
};

/* design: {latin-hypercube: {points: 200}} */
static int
read_points(const struct jc_field *field, size_t *points, struct jc_error *error)
{
    static const char *const names[] = { "points", NULL };
    struct jc_field count = jc_field_get(field, "points");
    uint64_t n = 0;
    int ret = jc_field_section(field, names, error);

    if (ret == 0 && count.node == NULL) {
        ret = jc_field_fail(field, error, "points is missing, how many there are");
    }
    ret = ret != 0 ? ret : jc_field_count(&count, 1, JC_SWEEP_MOST_POINTS, &n, error);
    *points = (size_t) n;
    return ret;
}

/* design: {csv: FILE} */
static int
read_csv(struct jc_reader *reader, const struct jc_field *field, struct jc_csv_table *table,
    struct jc_error *error)
{
    char *path = NULL;
    int ret = jc_field_scalar(field, "a CSV file", error);

    ret = ret != 0 ? ret : jc_find_input(reader, field, "table", field->node->text, &path, error);
    ret = ret != 0 ? ret : jc_csv_table_read(table, path, error);
    if (ret == 0 && table->n_rows > JC_SWEEP_MOST_POINTS) {
        ret = jc_field_fail(field, error, "%zu points, at most %d are possible", table->n_rows,
            JC_SWEEP_MOST_POINTS);
    }
    free(path);
    return ret;
}

static int
read_design(struct jc_reader *reader, const struct jc_field *section, struct jc_sweep *self,
    struct design *design, struct jc_error *error)
{
    static const char *const plain[] = { "crossed", "zipped", NULL };
    struct jc_field field = jc_field_get(section, "design");
    struct jc_field part;
    size_t choice = JC_SWEEP_CROSSED;
    int ret = 0;

    design->field = field.node == NULL ? *section : field;
    if (field.node == NULL) {
        return 0;
    }
    if (field.node->kind != JC_TREE_MAP) {
        ret = jc_field_choice(&field, plain, &choice, error);
        self->design = (enum jc_sweep_design) choice;
        return ret;
    }
    if (field.node->n_items != 1) {
        return jc_field_fail(&field, error,
            "one design is needed: crossed, zipped, {latin-hypercube: {points: 200}}, {sobol: "
            "{points: 256}} or {csv: points.csv}");
    }
    ret = jc_field_section(&field, jc_sweep_design_names + JC_SWEEP_LATIN_HYPERCUBE, error);
    for (choice = JC_SWEEP_LATIN_HYPERCUBE; ret == 0 && choice < JC_SWEEP_DESIGNS; choice++) {
        part = jc_field_get(&field, jc_sweep_design_names[choice]);
        if (part.node != NULL) {
            self->design = (enum jc_sweep_design) choice;
            return choice == JC_SWEEP_CSV ? read_csv(reader, &part, &design->table, error)
                                          : read_points(&part, &design->points, error);
        }
    }
    return ret;
}

static int
read_parameter(const struct jc_field *field, const struct jc_scenario *scenario,
    const struct design *design, struct jc_sweep *self, struct jc_error *error)
{
    const size_t number = self->n_parameters;
    struct jc_sweep_parameter *parameter = &self->parameter[self->n_parameters++];
    int ret = jc_sweep_read_name(field, scenario, parameter, error);

    if (ret != 0) {
        return ret;
    }
    switch (self->design) {
        case JC_SWEEP_LATIN_HYPERCUBE:
            return jc_sweep_read_range(field, JC_POINTS_LATIN_HYPERCUBE, scenario->seed, number,
                design->points, parameter, error);
        case JC_SWEEP_SOBOL:
            return jc_sweep_read_range(field, JC_POINTS_SOBOL, scenario->seed, number,
                design->points, parameter, error);
        case JC_SWEEP_CSV:
            return jc_sweep_read_column(field, &design->table, parameter, error);
        default:
            return jc_sweep_read_list(field, parameter, error);
    }
}

static int
compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *) a, *(char *const *) b);
}

/* Coordinates of a crossed sweep find its points: each is there once. */
static int
check_once(const struct jc_field *field, const struct jc_sweep_parameter *parameter,
    struct jc_error *error)
{
    const size_t size = parameter->number != NULL ? sizeof(double) : sizeof(char *);
    void *sorted = malloc(parameter->n * size);
    const double *number = sorted;
    char *const *text = sorted;
    int ret = 0;

    if (sorted == NULL) {
        return jc_fail_memory(error);
    }
    memcpy(sorted,
        parameter->number != NULL ? (const void *) parameter->number
                                  : (const void *) parameter->text,
        parameter->n * size);
    qsort(sorted, parameter->n, size,
        parameter->number != NULL ? jc_compare_doubles : compare_texts);
    for (size_t i = 1; ret == 0 && i < parameter->n; i++) {
        if (parameter->number != NULL && number[i] == number[i - 1]) {
            ret = jc_field_fail(field, error, "the value %s is there twice",
                jc_decimal(number[i]).text);
        } else if (parameter->number == NULL && strcmp(text[i], text[i - 1]) == 0) {
            ret =
                jc_field_fail(field, error, "the value '%s' is there twice", jc_show(text[i]).text);
        }
    }
    free(sorted);
    return ret;
}

/* How many points the values make. */
static int
count_points(const struct jc_field *parameters, const struct design *design, struct jc_sweep *self,
    struct jc_error *error)
{
    const struct jc_sweep_parameter *first = &self->parameter[0];
    const struct jc_tree_item *item = parameters->node->first;
    struct jc_field field;
    size_t n = 1;
    int ret = 0;

    for (size_t j = 0; ret == 0 && j < self->n_parameters; j++, item = item->next) {
        const struct jc_sweep_parameter *parameter = &self->parameter[j];

        field = jc_field_item(parameters, item, j + 1);
        if (self->design == JC_SWEEP_CROSSED) {
            n *= parameter->n;
            ret = check_once(&field, parameter, error);
        } else if (parameter->n != first->n) {
            ret =
                jc_field_fail(&design->field, error, "zipped: '%s' has %zu values and '%s' has %zu",
                    first->name, first->n, parameter->name, parameter->n);
        }
    }
    self->n_points = self->design == JC_SWEEP_CROSSED ? n : first->n;
    return ret;
}

static int
read_parameters(const struct jc_field *parameters, const struct jc_scenario *scenario,
    const struct design *design, struct jc_sweep *self, struct jc_error *error)
{
    const struct jc_tree_item *item;
    struct jc_field field;
    size_t n = 1;
    int ret = jc_field_map(parameters, error);

    if (ret == 0
        && (parameters->node->n_items == 0
            || parameters->node->n_items > JC_SWEEP_MOST_PARAMETERS)) {
        ret = jc_field_fail(parameters, error, "%zu parameters, 1 to %d are possible",
            parameters->node->n_items, JC_SWEEP_MOST_PARAMETERS);
    }
    if (ret != 0) {
        return ret;
    }
    self->parameter = calloc(parameters->node->n_items, sizeof(*self->parameter));
    if (self->parameter == NULL) {
        return jc_fail_memory(error);
    }
    for (item = parameters->node->first; ret == 0 && item != NULL; item = item->next) {
        field = jc_field_item(parameters, item, self->n_parameters + 1);
        ret = read_parameter(&field, scenario, design, self, error);
        if (ret == 0 && self->design == JC_SWEEP_CROSSED) {
            n *= self->parameter[self->n_parameters - 1].n; /* below 2^20 times 2^20 */
            if (n > JC_SWEEP_MOST_POINTS) {
                ret = jc_field_fail(parameters, error, "more than %d points", JC_SWEEP_MOST_POINTS);
            }
        }
    }
    return ret != 0 ? ret : count_points(parameters, design, self, error);
}

int
jc_read_sweep(struct jc_reader *reader, const struct jc_field *root, struct jc_error *error)
{
    static const char *const names[] = { "parameters", "design", "queries", NULL };
    struct jc_sweep *self = &reader->scenario->sweep;
    const struct jc_field section = jc_field_get(root, "sweep");
    const struct jc_field parameters = jc_field_get(&section, "parameters");
    const struct jc_field queries = jc_field_get(&section, "queries");
    struct design design = { .points = 0 };
    int ret;

    if (section.node == NULL || jc_tree_is_null(section.node)) {
        return 0;
    }
    ret = jc_field_section(&section, names, error);
    if (ret == 0 && parameters.node == NULL) {
        ret = jc_field_fail(&section, error,
            "parameters is missing, for example parameters: {pue: {key: defaults.hosting.pue, "
            "values: [1.1, 1.2]}}");
    }
    if (ret == 0 && queries.node != NULL) {
        ret = jc_field_count(&queries, 1, INT64_MAX, &self->queries, error);
    }
    ret = ret != 0 ? ret : read_design(reader, &section, self, &design, error);
    ret = ret != 0 ? ret : read_parameters(&parameters, reader->scenario, &design, self, error);
    jc_csv_table_free(&design.table);
    return ret;
}
