#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "samplers/fit/trace.h"

/* The middle of a group; a whole number in it if all values were whole. */
static double
middle(double group, int bits, bool is_whole)
{
    const double end = jc_tally_next_group(group, bits);
    const double value = group + (end - group) / 2;

    if (bits == JC_TALLY_EXACT || group == 0) {
        return group;
    }
    return is_whole ? floor(value) : value;
}

static int
fill_marginal(struct jc_marginal *marginal, const char *name, struct jc_tally *tally, bool is_whole,
    struct jc_error *error)
{
    size_t j;
    int ret = jc_string_set(&marginal->name, name, error);

    marginal->value = calloc(tally->n, sizeof(double));
    marginal->weight = calloc(tally->n, sizeof(double));
    if (ret != 0 || marginal->value == NULL || marginal->weight == NULL) {
        return jc_fail_memory(error);
    }
    jc_tally_sort(tally);
    marginal->n_values = tally->n;
    for (j = 0; j < tally->n; j++) {
        marginal->value[j] = middle(tally->entry[j].key[0], tally->bits, is_whole);
        marginal->weight[j] = tally->entry[j].weight;
    }
    return 0;
}

/* Ends a class where the values, cut to the bits of the pairs, change; key[] are these of the classes. */
static int
fill_classes(struct jc_joint *joint, size_t variable, const struct jc_tally *tally, int bits,
    double *key, struct jc_error *error)
{
    size_t *class_end = calloc(tally->n, sizeof(*class_end));
    size_t n = 0;
    size_t j;

    if (class_end == NULL) {
        return jc_fail_memory(error);
    }
    for (j = 0; j < tally->n; j++) {
        const double group = jc_tally_group(tally->entry[j].key[0], bits);

        if (j == 0 || group != key[n - 1]) {
            key[n++] = group;
        }
        class_end[n - 1] = j + 1;
    }
    joint->variable[variable] = variable;
    joint->n_classes[variable] = n;
    joint->class_end[variable] = class_end;
    return 0;
}

static size_t
find_class(const double *key, size_t n, double wanted)
{
    size_t low = 0;
    size_t middle_place;

    while (n - low > 1) {
        middle_place = low + (n - low) / 2;
        if (key[middle_place] <= wanted) {
            low = middle_place;
        } else {
            n = middle_place;
        }
    }
    return low;
}

static int
fill_joint(struct jc_trace *self, struct jc_joint *joint, struct jc_error *error)
{
    struct jc_tally *pairs = &self->pairs;
    double *key[2] = { calloc(self->values[0].n, sizeof(double)),
        calloc(self->values[1].n, sizeof(double)) };
    size_t j, k;
    int ret = key[0] == NULL || key[1] == NULL ? jc_fail_memory(error) : 0;

    for (k = 0; ret == 0 && k < 2; k++) {
        ret = jc_tally_coarsen(pairs, self->values[k].bits, error);
    }
    for (k = 0; ret == 0 && k < 2; k++) {
        ret = fill_classes(joint, k, &self->values[k], pairs->bits, key[k], error);
    }
    joint->cell = ret == 0 ? calloc(pairs->n, sizeof(*joint->cell)) : NULL;
    if (ret == 0 && joint->cell == NULL) {
        ret = jc_fail_memory(error);
    }
    if (ret == 0) {
        jc_tally_sort(pairs);
        joint->n_cells = pairs->n;
    }
    for (j = 0; j < joint->n_cells; j++) {
        for (k = 0; k < 2; k++) {
            joint->cell[j].class[k] =
                find_class(key[k], joint->n_classes[k], pairs->entry[j].key[k]);
        }
        joint->cell[j].weight = pairs->entry[j].weight;
    }
    free(key[0]);
    free(key[1]);
    return ret;
}

static int
fill_dropped(const struct jc_trace *self, struct jc_empirical *empirical, struct jc_error *error)
{
    struct jc_dropped *dropped;
    size_t j;
    int ret = 0;

    empirical->dropped = calloc(JC_TRACE_REASONS, sizeof(*empirical->dropped));
    if (empirical->dropped == NULL) {
        return jc_fail_memory(error);
    }
    for (j = 0; ret == 0 && j < JC_TRACE_REASONS; j++) {
        if (self->dropped[j].rows > 0) {
            dropped = &empirical->dropped[empirical->n_dropped++];
            dropped->rows = self->dropped[j].rows;
            ret = jc_string_set(&dropped->reason, jc_trace_reason_name((enum jc_trace_reason) j),
                error);
        }
    }
    return ret;
}

int
jc_trace_empirical(struct jc_trace *self, const char *path, struct jc_empirical *empirical,
    struct jc_error *error)
{
    const char *slash = strrchr(path, '/');
    size_t j;
    int ret;

    *empirical =
        (struct jc_empirical){ .rows_read = self->rows_read, .rows_used = self->rows_used };
    ret = jc_string_set(&empirical->trace, slash == NULL ? path : slash + 1, error);
    ret = ret != 0 ? ret : jc_string_set(&empirical->sha256, self->sha256, error);
    ret = ret != 0 ? ret : fill_dropped(self, empirical, error);
    empirical->marginal = calloc(JC_TRACE_VARIABLES, sizeof(*empirical->marginal));
    if (ret == 0 && empirical->marginal == NULL) {
        ret = jc_fail_memory(error);
    }
    for (j = 0; ret == 0 && j < self->columns.n; j++) {
        empirical->n_marginals++;
        ret = fill_marginal(&empirical->marginal[j], self->columns.variable[j], &self->values[j],
            self->is_whole[j], error);
    }
    if (ret == 0 && self->columns.n == 2) {
        ret = fill_joint(self, &empirical->joint, error);
    }
    if (ret != 0) {
        jc_empirical_free(empirical);
    }
    return ret;
}
