#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/binning.h"
#include "scenarios/empirical_file.h"
#include "scenarios/read.h"

static const struct jc_range tokens = { JC_TOKENS, false, 1e9 };
static const struct jc_range batch_size = { JC_NUMBER, true, 1e9 };

/* The workload's own key for a number of tokens, unless `empirical` was written over it. */
static struct jc_field
own_tokens(const struct jc_field *workload, const char *key)
{
    struct jc_field value = jc_field_get(workload, key);
    struct jc_field empirical = jc_field_get(workload, "empirical");

    if (jc_field_is_over(&empirical, &value)) {
        value.node = NULL;
    }
    return value;
}

/* The marginal of that name as the distribution of a number of tokens. */
static int
use_marginal(const struct jc_field *field, const struct jc_empirical *empirical, const char *name,
    struct jc_distribution *self, struct jc_error *error)
{
    const size_t index = jc_empirical_find(empirical, name);
    int ret;

    if (index == empirical->n_marginals) {
        return jc_field_fail(field, error, "the distribution has no %s", name);
    }
    ret = jc_discrete_of_marginal(&empirical->marginal[index], self, error);
    ret = ret != 0 ? ret : jc_check_range(field, &tokens, self, error);
    for (size_t j = 0; ret == 0 && j < self->n_items; j++) {
        if (self->value[j] != rint(self->value[j])) {
            ret = jc_field_fail(field, error, "%s: %s of the distribution is no whole number", name,
                jc_decimal(self->value[j]).text);
        }
    }
    return ret;
}

/* Both in the same section, at the same place: one of them is a mistake. */
static int
check_exclusive(const struct jc_field *workload, const char *key, struct jc_error *error)
{
    struct jc_field value = jc_field_get(workload, key);
    struct jc_field empirical = jc_field_get(workload, "empirical");

    if (value.node != NULL && value.item->layer == empirical.item->layer) {
        return jc_field_fail_key(&value, error, "empirical has %s already", key);
    }
    return 0;
}

static int
read_bins(const struct jc_field *field, const char *key, size_t *n, double **bin,
    struct jc_error *error)
{
    struct jc_field list = jc_field_get(field, key);
    int ret;

    if (list.node == NULL) {
        return jc_field_fail(field, error,
            "%s is missing; binning takes fernandez2025, or {input_tokens: [...], output_tokens: "
            "[...]}",
            key);
    }
    ret = jc_field_numbers(&list, JC_TOKENS, n, bin, error);
    for (size_t k = 0; ret == 0 && k < *n; k++) {
        if (!((*bin)[k] > (k > 0 ? (*bin)[k - 1] : 0))) {
            ret = jc_field_fail(&list, error, "bins must be ascending and greater than 0");
        }
    }
    return ret;
}

/* Moves the requests up to the bins that hold them. */
static int
read_binning(const struct jc_field *workload, struct jc_empirical *empirical, double *excluded,
    struct jc_error *error)
{
    static const char *const names[] = { "input_tokens", "output_tokens", NULL };
    static const char *const known[] = { "fernandez2025", NULL };
    struct jc_field binning = jc_field_get(workload, "binning");
    struct jc_binning bins = { 0 };
    struct jc_error inner;
    size_t choice;
    int ret = 0;

    if (binning.node == NULL) {
        return 0;
    }
    if (binning.node->kind == JC_TREE_MAP) {
        ret = jc_field_section(&binning, names, error);
        ret = ret != 0 ? ret : read_bins(&binning, names[0], &bins.n[0], &bins.bin[0], error);
        ret = ret != 0 ? ret : read_bins(&binning, names[1], &bins.n[1], &bins.bin[1], error);
    } else {
        ret = jc_field_choice(&binning, known, &choice, error);
        ret = ret != 0 ? ret : jc_binning_fernandez2025(&bins, error);
    }
    if (ret == 0) {
        ret = jc_binning_apply(&bins, empirical, excluded, &inner);
        ret = ret == JC_ERROR_INPUT ? jc_field_fail(&binning, error, "%s", inner.message) : ret;
    }
    jc_binning_free(&bins);
    return ret;
}

/* The distribution at `empirical`: a file, {file: ..., together: false}, or the mapping itself. */
static int
read_empirical(struct jc_reader *reader, const struct jc_field *field,
    struct jc_empirical *empirical, bool *together, struct jc_error *error)
{
    static const char *const names[] = { "file", "together", NULL };
    struct jc_field file = *field;
    struct jc_field apart;
    int ret = 0;

    *together = true;
    if (field->node->kind == JC_TREE_MAP && jc_tree_find(field->node, "variables") != NULL) {
        return jc_empirical_read_field(field, empirical, error);
    }
    if (field->node->kind == JC_TREE_MAP) {
        ret = jc_field_section(field, names, error);
        file = jc_field_get(field, "file");
        apart = jc_field_get(field, "together");
        if (ret == 0 && file.node == NULL) {
            ret = jc_field_fail(field, error, "file is missing, a distribution file");
        }
        if (ret == 0 && apart.node != NULL) {
            ret = jc_field_bool(&apart, together, error);
        }
    }
    return ret != 0 ? ret : jc_read_distribution_file(reader, &file, empirical, error);
}

/* A resolved scenario has all of it in one document. */
static int
count_values(struct jc_reader *reader, const struct jc_field *field,
    const struct jc_empirical *empirical, struct jc_error *error)
{
    for (size_t k = 0; k < empirical->n_marginals; k++) {
        reader->n_values += 2 * empirical->marginal[k].n_values;
    }
    reader->n_values += 4 * empirical->joint.n_cells;
    if (reader->n_values > JC_TREE_NODES / 2) {
        return jc_field_fail(field, error,
            "the distributions of all cases together have more than %d numbers; joulecast fit "
            "--points makes smaller ones",
            JC_TREE_NODES / 2);
    }
    return 0;
}

static int
read_joint(struct jc_reader *reader, const struct jc_field *workload, struct jc_case *self,
    struct jc_error *error)
{
    struct jc_field field = jc_field_get(workload, "empirical");
    struct jc_field input = own_tokens(workload, "input_tokens");
    struct jc_field output = own_tokens(workload, "output_tokens");
    struct jc_field binning = jc_field_get(workload, "binning");
    struct jc_empirical empirical = { 0 };
    bool together;
    int ret;

    if ((ret = check_exclusive(workload, "input_tokens", error)) != 0
        || (ret = check_exclusive(workload, "output_tokens", error)) != 0) {
        return ret;
    }
    if (input.node != NULL && output.node != NULL) {
        return 0; /* both have been written over it */
    }
    if (binning.node != NULL && (input.node != NULL || output.node != NULL)) {
        return jc_field_fail_key(&binning, error,
            "needs input and output tokens from the distribution");
    }

    ret = read_empirical(reader, &field, &empirical, &together, error);
    if (ret != 0) {
        return ret;
    }
    ret = read_binning(workload, &empirical, &self->excluded, error);
    if (ret == 0 && input.node == NULL) {
        ret = use_marginal(&field, &empirical, "input_tokens", &self->input_tokens, error);
    }
    if (ret == 0 && output.node == NULL) {
        ret = use_marginal(&field, &empirical, "output_tokens", &self->output_tokens, error);
    }
    ret = ret != 0 ? ret : count_values(reader, &field, &empirical, error);
    if (ret == 0 && together && input.node == NULL && output.node == NULL
        && jc_empirical_has_joint(&empirical, "input_tokens", "output_tokens")) {
        jc_empirical_free(&self->joint);
        self->joint = empirical;
        empirical = (struct jc_empirical){ 0 };
    }
    jc_empirical_free(&empirical);
    return ret;
}

static int
read_largest_fit(struct jc_reader *reader, const struct jc_field *field, struct jc_batch_spec *self,
    struct jc_error *error)
{
    static const char *const names[] = { "architecture", "accelerator", "accelerators", "reserve",
        "most", NULL };
    struct jc_field architecture = jc_field_get(field, "architecture");
    struct jc_field accelerator = jc_field_get(field, "accelerator");
    struct jc_field reserve = jc_field_get(field, "reserve");
    struct jc_field most = jc_field_get(field, "most");
    uint64_t requests = 1000000;
    int ret = jc_field_section(field, names, error);

    if (ret == 0 && (architecture.node == NULL || accelerator.node == NULL)) {
        ret = jc_field_fail(field, error,
            "largest_fit takes an architecture and an accelerator, for example {architecture: "
            "Llama "
            "3.1 8B, accelerator: RTX A6000}");
    }
    ret = ret != 0 ? ret : jc_read_architecture(reader, &architecture, &self->architecture, error);
    ret = ret != 0 ? ret : jc_read_accelerator(reader, &accelerator, &self->accelerator, error);
    ret = ret != 0 ? ret : jc_read_number_of(field, "accelerators", &self->accelerators, error);
    self->reserve = 0.1;
    if (ret == 0 && reserve.node != NULL) {
        ret = jc_field_number(&reserve, JC_FRACTION, &self->reserve, error);
        if (ret == 0 && !(self->reserve >= 0 && self->reserve < 1)) {
            ret = jc_field_fail(&reserve, error, "%s found, must be from 0 to below 1",
                jc_show(reserve.node->text).text);
        }
    }
    if (ret == 0 && most.node != NULL) {
        ret = jc_field_count(&most, 1, 1000000, &requests, error);
    }
    self->most = (double) requests;
    return ret;
}

static int
read_batch(struct jc_reader *reader, const struct jc_field *workload, struct jc_batch_spec *self,
    struct jc_error *error)
{
    static const char *const names[] = { "largest_fit", NULL };
    struct jc_field field = jc_field_get(workload, "batch_size");
    struct jc_field fit = jc_field_get(&field, "largest_fit");
    int ret;

    if (field.node == NULL) {
        return 0;
    }
    if (fit.node == NULL) {
        self->form = JC_BATCH_DRAWN;
        return jc_read_value(reader, &field, &batch_size, &self->size, error);
    }
    self->form = JC_BATCH_LARGEST_FIT;
    ret = jc_field_section(&field, names, error);
    return ret != 0 ? ret : read_largest_fit(reader, &fit, self, error);
}

/* What a resolved scenario says of a binning that has been done. */
static int
read_excluded(const struct jc_field *workload, double *excluded, struct jc_error *error)
{
    struct jc_field field = jc_field_get(workload, "excluded");
    int ret = field.node == NULL ? 0 : jc_field_number(&field, JC_FRACTION, excluded, error);

    if (ret == 0 && field.node != NULL && !(*excluded >= 0 && *excluded < 1)) {
        ret = jc_field_fail(&field, error, "%s found, must be from 0 to below 1",
            jc_show(field.node->text).text);
    }
    return ret;
}

int
jc_read_workload(struct jc_reader *reader, const struct jc_field *field, struct jc_case *self,
    struct jc_error *error)
{
    static const char *const names[] = { "input_tokens", "output_tokens", "empirical", "binning",
        "excluded", "batch_size", NULL };
    struct jc_field workload = jc_field_get(field, "workload");
    struct jc_field empirical = jc_field_get(&workload, "empirical");
    struct jc_field binning = jc_field_get(&workload, "binning");
    struct jc_field excluded = jc_field_get(&workload, "excluded");
    struct jc_field input = own_tokens(&workload, "input_tokens");
    struct jc_field output = own_tokens(&workload, "output_tokens");
    int ret = workload.node == NULL ? 0 : jc_field_section(&workload, names, error);

    if (ret == 0 && input.node != NULL) {
        ret = jc_read_value(reader, &input, &tokens, &self->input_tokens, error);
    }
    if (ret == 0 && output.node != NULL) {
        ret = jc_read_value(reader, &output, &tokens, &self->output_tokens, error);
    }
    ret = ret != 0 ? ret : read_excluded(&workload, &self->excluded, error);
    if (ret == 0 && empirical.node != NULL) {
        ret = read_joint(reader, &workload, self, error);
    }
    self->input_tokens.integer = self->input_tokens.kind != JC_CONSTANT;
    self->output_tokens.integer = self->output_tokens.kind != JC_CONSTANT;
    if (ret == 0 && excluded.node != NULL && binning.node != NULL) {
        ret = jc_field_fail_key(&excluded, error, "is what binning gives; they exclude each other");
    }
    if (ret == 0 && empirical.node == NULL && binning.node != NULL) {
        ret = jc_field_fail_key(&binning, error, "needs a workload that is empirical");
    }
    return ret != 0 ? ret : read_batch(reader, &workload, &self->batch, error);
}
