#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/read.h"

int
jc_fail_lookup(const struct jc_field *field, int status, const struct jc_error *inner,
    struct jc_error *error)
{
    return status == JC_ERROR_INPUT && strstr(inner->message, ": there is no '") != NULL
        ? jc_field_fail(field, error, "%.900s", inner->message)
        : jc_fail(error, status, "%s", inner->message);
}

int
jc_read_text(const struct jc_field *field, const char *key, char **text, struct jc_error *error)
{
    struct jc_field name = jc_field_get(field, key);

    return name.node == NULL ? 0 : jc_field_text(&name, text, error);
}

/* A number at a key that must be there, greater than 0. */
static int
read_number(const struct jc_field *field, const char *key, enum jc_dimension dimension,
    double *value, struct jc_error *error)
{
    struct jc_field number = jc_field_get(field, key);

    if (number.node == NULL) {
        return jc_field_fail(field, error, "%s is missing", key);
    }
    return jc_read_positive(&number, dimension, value, error);
}

/* The same, 0 or greater. */
static int
read_amount(const struct jc_field *field, const char *key, enum jc_dimension dimension,
    double *value, struct jc_error *error)
{
    struct jc_field number = jc_field_get(field, key);
    int ret;

    if (number.node == NULL) {
        return jc_field_fail(field, error, "%s is missing", key);
    }
    ret = jc_field_number(&number, dimension, value, error);
    if (ret == 0 && !(*value >= 0)) {
        ret = jc_field_fail(&number, error, "%s found, must be 0 or greater",
            jc_show(number.node->text).text);
    }
    return ret;
}

static int
read_architecture_map(const struct jc_field *field, struct jc_architecture *self,
    struct jc_error *error)
{
    static const char *const names[] = { "model", "parameters", "active_parameters", "layers",
        "attention_width", "kv_bytes_per_token", "bytes_per_parameter", "source", NULL };
    struct jc_field active = jc_field_get(field, "active_parameters");
    int ret = jc_field_section(field, names, error);

    ret = ret != 0 ? ret : jc_read_text(field, "model", &self->model, error);
    ret = ret != 0 ? ret : jc_read_text(field, "source", &self->source, error);
    ret = ret != 0 ? ret : read_number(field, "parameters", JC_NUMBER, &self->parameters, error);
    self->active_parameters = self->parameters;
    if (ret == 0 && active.node != NULL) {
        ret = jc_read_positive(&active, JC_NUMBER, &self->active_parameters, error);
    }
    if (ret == 0 && self->active_parameters > self->parameters) {
        ret = jc_field_fail(&active, error, "%s found, more than all parameters",
            jc_show(active.node->text).text);
    }
    ret = ret != 0 ? ret : read_number(field, "layers", JC_NUMBER, &self->layers, error);
    ret = ret != 0
        ? ret
        : read_number(field, "attention_width", JC_NUMBER, &self->attention_width, error);
    ret = ret != 0
        ? ret
        : read_amount(field, "kv_bytes_per_token", JC_NUMBER, &self->kv_bytes_per_token, error);
    return ret != 0
        ? ret
        : read_number(field, "bytes_per_parameter", JC_NUMBER, &self->bytes_per_parameter, error);
}

int
jc_read_architecture(struct jc_reader *reader, const struct jc_field *field,
    struct jc_architecture *self, struct jc_error *error)
{
    struct jc_error inner;
    char *path = NULL;
    int ret;

    jc_architecture_free(self);
    if (field->node->kind == JC_TREE_MAP) {
        return read_architecture_map(field, self, error);
    }
    ret = jc_field_scalar(field, "a model, or a mapping of its numbers", error);
    ret = ret != 0 ? ret : jc_find_input(reader, field, "table", "architectures", &path, error);
    if (ret == 0) {
        ret = jc_architecture_read(self, path, field->node->text, &inner);
        ret = ret == 0 ? 0 : jc_fail_lookup(field, ret, &inner, error);
    }
    free(path);
    return ret;
}

static int
read_accelerator_map(const struct jc_field *field, struct jc_accelerator *self,
    struct jc_error *error)
{
    static const char *const names[] = { "name", "power", "peak_flops", "memory_bytes",
        "bandwidth_bytes_per_s", "source", NULL };
    int ret = jc_field_section(field, names, error);

    ret = ret != 0 ? ret : jc_read_text(field, "name", &self->name, error);
    ret = ret != 0 ? ret : jc_read_text(field, "source", &self->source, error);
    ret = ret != 0 ? ret : read_number(field, "power", JC_POWER, &self->power_kw, error);
    ret = ret != 0 ? ret : read_number(field, "peak_flops", JC_NUMBER, &self->peak_flops, error);
    ret =
        ret != 0 ? ret : read_number(field, "memory_bytes", JC_NUMBER, &self->memory_bytes, error);
    return ret != 0 ? ret
                    : read_number(field, "bandwidth_bytes_per_s", JC_NUMBER,
                        &self->bandwidth_bytes_per_s, error);
}

int
jc_read_accelerator(struct jc_reader *reader, const struct jc_field *field,
    struct jc_accelerator *self, struct jc_error *error)
{
    struct jc_error inner;
    char *path = NULL;
    int ret;

    jc_accelerator_free(self);
    if (field->node->kind == JC_TREE_MAP) {
        return read_accelerator_map(field, self, error);
    }
    ret = jc_field_scalar(field, "an accelerator, or a mapping of its numbers", error);
    ret = ret != 0 ? ret : jc_find_input(reader, field, "table", "accelerators", &path, error);
    if (ret == 0) {
        ret = jc_accelerator_read(self, path, field->node->text, &inner);
        ret = ret == 0 ? 0 : jc_fail_lookup(field, ret, &inner, error);
    }
    free(path);
    return ret;
}

static int
read_class_map(const struct jc_field *field, struct jc_service_class *self, struct jc_error *error)
{
    static const char *const names[] = { "name", "gpu_share_low", "gpu_share_high", "other_share",
        "gpu_power", "other_power", "source", NULL };
    int ret = jc_field_section(field, names, error);

    ret = ret != 0 ? ret : jc_read_text(field, "name", &self->name, error);
    ret = ret != 0 ? ret : jc_read_text(field, "source", &self->source, error);
    ret = ret != 0 ? ret
                   : read_number(field, "gpu_share_low", JC_FRACTION, &self->gpu_share_low, error);
    ret = ret != 0
        ? ret
        : read_number(field, "gpu_share_high", JC_FRACTION, &self->gpu_share_high, error);
    ret =
        ret != 0 ? ret : read_amount(field, "other_share", JC_FRACTION, &self->other_share, error);
    ret = ret != 0 ? ret : read_number(field, "gpu_power", JC_POWER, &self->gpu_power_kw, error);
    return ret != 0 ? ret
                    : read_amount(field, "other_power", JC_POWER, &self->other_power_kw, error);
}

int
jc_read_service_class(struct jc_reader *reader, const struct jc_field *field,
    struct jc_service_class *self, struct jc_error *error)
{
    struct jc_error inner;
    char *path = NULL;
    int ret;

    jc_service_class_free(self);
    if (field->node->kind == JC_TREE_MAP) {
        return read_class_map(field, self, error);
    }
    ret = jc_field_scalar(field, "a service class, or a mapping of its numbers", error);
    ret = ret != 0 ? ret : jc_find_input(reader, field, "table", "service_classes", &path, error);
    if (ret == 0) {
        ret = jc_service_class_read(self, path, field->node->text, &inner);
        ret = ret == 0 ? 0 : jc_fail_lookup(field, ret, &inner, error);
    }
    free(path);
    return ret;
}

int
jc_read_host(struct jc_reader *reader, const struct jc_field *field, struct jc_host *self,
    struct jc_error *error)
{
    struct jc_error inner;
    char *path = NULL;
    int ret = jc_field_scalar(field, "the name of a host", error);

    *self = (struct jc_host){ 0 };
    ret = ret != 0 ? ret : jc_find_input(reader, field, "table", "hosts", &path, error);
    if (ret == 0) {
        ret = jc_host_read(self, path, field->node->text, &inner);
        ret = ret == 0 ? 0 : jc_fail_lookup(field, ret, &inner, error);
    }
    free(path);
    return ret;
}

int
jc_read_number_of(const struct jc_field *field, const char *key, double *value,
    struct jc_error *error)
{
    struct jc_field number = jc_field_get(field, key);
    uint64_t whole = 1;
    int ret = number.node == NULL ? 0 : jc_field_count(&number, 1, 1000000, &whole, error);

    *value = (double) whole;
    return ret;
}

/* A row in the scenario itself, as a resolved one has it. */
static int
read_configuration(const struct jc_field *field, struct jc_configurations *rows,
    struct jc_error *error)
{
    static const char *const names[] = { "model", "precision", "gpu", "gpus", "parallelism", "task",
        "batch_size", "output_tokens", "tokens_per_s", "gpu_power", "source", NULL };
    struct jc_field output_tokens = jc_field_get(field, "output_tokens");
    struct jc_configuration row = { 0 };
    int ret = jc_field_section(field, names, error);

    ret = ret != 0 ? ret : jc_read_text(field, "model", &row.model, error);
    ret = ret != 0 ? ret : jc_read_text(field, "precision", &row.precision, error);
    ret = ret != 0 ? ret : jc_read_text(field, "gpu", &row.gpu, error);
    ret = ret != 0 ? ret : jc_read_text(field, "parallelism", &row.parallelism, error);
    ret = ret != 0 ? ret : jc_read_text(field, "task", &row.task, error);
    ret = ret != 0 ? ret : jc_read_text(field, "source", &row.source, error);
    ret = ret != 0 ? ret : jc_read_number_of(field, "gpus", &row.gpus, error);
    ret = ret != 0 ? ret : read_number(field, "batch_size", JC_NUMBER, &row.batch_size, error);
    ret = ret != 0 ? ret
                   : read_number(field, "tokens_per_s", JC_TOKENS_PER_S, &row.tokens_per_s, error);
    ret = ret != 0 ? ret : read_number(field, "gpu_power", JC_POWER, &row.gpu_power_kw, error);
    row.output_tokens = NAN;
    if (ret == 0 && output_tokens.node != NULL) {
        ret = jc_read_positive(&output_tokens, JC_TOKENS, &row.output_tokens, error);
    }
    ret = ret != 0 ? ret : jc_configurations_append(rows, &row, error);
    free(row.model);
    free(row.precision);
    free(row.gpu);
    free(row.parallelism);
    free(row.task);
    free(row.source);
    return ret;
}

static int
read_list(const struct jc_field *list, struct jc_configurations *rows, struct jc_error *error)
{
    const struct jc_tree_item *item;
    struct jc_field field;
    size_t index = 0;
    int ret = jc_field_list(list, error);

    for (item = list->node->first; ret == 0 && item != NULL; item = item->next) {
        field = jc_field_item(list, item, ++index);
        ret = read_configuration(&field, rows, error);
    }
    return ret;
}

int
jc_read_configurations(struct jc_reader *reader, const struct jc_field *field,
    struct jc_throughput_spec *self, struct jc_error *error)
{
    const struct jc_configuration_choice choice = { .model = self->model,
        .precision = self->precision,
        .gpu = self->gpu,
        .gpus = self->gpus,
        .parallelism = self->parallelism,
        .task = self->task };
    struct jc_field table = jc_field_get(field, "table");
    struct jc_field list = jc_field_get(field, "configurations");
    struct jc_configurations own = { 0 };
    const struct jc_configurations *rows = &own;
    struct jc_error inner;
    char *path = NULL;
    int ret;

    if (list.node != NULL && !jc_field_is_over(&table, &list)) {
        ret = read_list(&list, &own, error);
    } else {
        ret = jc_find_input(reader, table.node == NULL ? field : &table, "table",
            table.node == NULL ? "configurations" : table.node->text, &path, error);
        ret = ret != 0 ? ret : jc_shelf_configurations(reader->shelf, path, &rows, error);
    }
    ret = ret != 0 ? ret : jc_configurations_select(rows, &choice, &self->configurations, error);
    if (ret == 0 && self->configurations.n_rows == 0) {
        ret = jc_field_fail(field, error,
            "no configuration has this model, precision, gpu, gpus, parallelism and task");
    }
    if (ret == 0 && jc_configurations_check_series(&self->configurations, &inner) != 0) {
        ret = jc_field_fail(field, error, "%.900s", inner.message);
    }
    jc_configurations_free(&own);
    free(path);
    return ret;
}
