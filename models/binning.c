#include "models/binning.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static const char *const names[2] = { "input_tokens", "output_tokens" };
static const double input_bins[] = { 32, 128, 256, 512, 1024, 2048, 4096, 8192 };
static const double output_bins[] = { 8, 16, 32, 64, 128, 256, 512 };

#define N_INPUT (sizeof(input_bins) / sizeof(input_bins[0]))
#define N_OUTPUT (sizeof(output_bins) / sizeof(output_bins[0]))

int
jc_binning_fernandez2025(struct jc_binning *self, struct jc_error *error)
{
    *self = (struct jc_binning){ .n = { N_INPUT, N_OUTPUT },
        .bin = { malloc(sizeof(input_bins)), malloc(sizeof(output_bins)) } };
    if (self->bin[0] == NULL || self->bin[1] == NULL) {
        return jc_fail_memory(error);
    }
    memcpy(self->bin[0], input_bins, sizeof(input_bins));
    memcpy(self->bin[1], output_bins, sizeof(output_bins));
    return 0;
}

void
jc_binning_free(struct jc_binning *self)
{
    free(self->bin[0]);
    free(self->bin[1]);
    *self = (struct jc_binning){ 0 };
}

/* The bin that holds a value; n if none does. */
static size_t
bin_of(const struct jc_binning *self, size_t k, double value)
{
    size_t j = 0;

    while (j < self->n[k] && value > self->bin[k][j]) {
        j++;
    }
    return j;
}

/* The weights of the values from begin to end, bin by bin; weight[n] is beyond the last. */
static void
add_values(const struct jc_binning *self, size_t k, const struct jc_marginal *marginal,
    size_t begin, size_t end, double *weight)
{
    for (size_t j = begin; j < end; j++) {
        weight[bin_of(self, k, marginal->value[j])] += marginal->weight[j];
    }
}

/* share[c * (n + 1) + j]: how much of class c of the k-th variable of the joint lies in bin j. Which
 * of the two tokens that variable is, `which` says. */
static int
share_classes(const struct jc_binning *self, const struct jc_empirical *empirical, size_t k,
    size_t which, double **share, struct jc_error *error)
{
    const struct jc_joint *joint = &empirical->joint;
    const struct jc_marginal *marginal = &empirical->marginal[joint->variable[k]];
    const size_t row = self->n[which] + 1;
    size_t begin = 0;
    double sum;

    *share = calloc(joint->n_classes[k] * row, sizeof(**share));
    if (*share == NULL) {
        return jc_fail_memory(error);
    }
    for (size_t c = 0; c < joint->n_classes[k]; c++) {
        add_values(self, which, marginal, begin, joint->class_end[k][c], *share + c * row);
        sum = 0;
        for (size_t j = 0; j < row; j++) {
            sum += (*share)[c * row + j];
        }
        for (size_t j = 0; j < row; j++) {
            (*share)[c * row + j] /= sum;
        }
        begin = joint->class_end[k][c];
    }
    return 0;
}

/* table[i * (n[1] + 1) + j]: the weight in input bin i and output bin j, from what is known of both
 * together. */
static int
tabulate_joint(const struct jc_binning *self, const struct jc_empirical *empirical, double *table,
    struct jc_error *error)
{
    const struct jc_joint *joint = &empirical->joint;
    const size_t first =
        strcmp(empirical->marginal[joint->variable[0]].name, names[0]) == 0 ? 0 : 1;
    double *share[2] = { NULL, NULL };
    const double *a, *b;
    int ret = share_classes(self, empirical, first, 0, &share[0], error);

    ret = ret != 0 ? ret : share_classes(self, empirical, 1 - first, 1, &share[1], error);
    for (size_t k = 0; ret == 0 && k < joint->n_cells; k++) {
        a = share[0] + joint->cell[k].class[first] * (self->n[0] + 1);
        b = share[1] + joint->cell[k].class[1 - first] * (self->n[1] + 1);
        for (size_t i = 0; i <= self->n[0]; i++) {
            for (size_t j = 0; j <= self->n[1]; j++) {
                table[i * (self->n[1] + 1) + j] += joint->cell[k].weight * a[i] * b[j];
            }
        }
    }
    free(share[0]);
    free(share[1]);
    return ret;
}

/* The same of two variables that are drawn apart: products. */
static int
tabulate_apart(const struct jc_binning *self, const struct jc_empirical *empirical,
    const size_t *index, double *table, struct jc_error *error)
{
    double *weight[2] = { calloc(self->n[0] + 1, sizeof(double)),
        calloc(self->n[1] + 1, sizeof(double)) };
    const struct jc_marginal *marginal;
    int ret = weight[0] == NULL || weight[1] == NULL ? jc_fail_memory(error) : 0;

    for (size_t k = 0; ret == 0 && k < 2; k++) {
        marginal = &empirical->marginal[index[k]];
        add_values(self, k, marginal, 0, marginal->n_values, weight[k]);
    }
    for (size_t i = 0; ret == 0 && i <= self->n[0]; i++) {
        for (size_t j = 0; j <= self->n[1]; j++) {
            table[i * (self->n[1] + 1) + j] = weight[0][i] * weight[1][j];
        }
    }
    free(weight[0]);
    free(weight[1]);
    return ret;
}

/* The bins of the k-th variable that have weight, as a marginal; place[j] is where bin j stands. */
static int
make_marginal(const struct jc_binning *self, size_t k, const double *table,
    struct jc_marginal *marginal, size_t *place, struct jc_error *error)
{
    const size_t row = self->n[1] + 1;
    double weight;

    marginal->value = calloc(self->n[k], sizeof(double));
    marginal->weight = calloc(self->n[k], sizeof(double));
    if (marginal->value == NULL || marginal->weight == NULL) {
        return jc_fail_memory(error);
    }
    for (size_t i = 0; i < self->n[k]; i++) {
        weight = 0;
        for (size_t j = 0; j < self->n[1 - k]; j++) {
            weight += k == 0 ? table[i * row + j] : table[j * row + i];
        }
        place[i] = marginal->n_values;
        if (weight > 0) {
            marginal->value[marginal->n_values] = self->bin[k][i];
            marginal->weight[marginal->n_values] = weight;
            marginal->n_values++;
        }
    }
    return jc_string_set(&marginal->name, names[k], error);
}

/* Every bin with weight is a class of its own. */
static int
make_joint(const struct jc_binning *self, const double *table, size_t *const *place,
    struct jc_empirical *binned, struct jc_error *error)
{
    struct jc_joint *joint = &binned->joint;
    double weight;

    joint->variable[1] = 1;
    for (size_t k = 0; k < 2; k++) {
        joint->n_classes[k] = binned->marginal[k].n_values;
        joint->class_end[k] = calloc(joint->n_classes[k], sizeof(size_t));
        if (joint->class_end[k] == NULL) {
            return jc_fail_memory(error);
        }
        for (size_t c = 0; c < joint->n_classes[k]; c++) {
            joint->class_end[k][c] = c + 1;
        }
    }
    joint->cell = calloc(self->n[0] * self->n[1], sizeof(*joint->cell));
    if (joint->cell == NULL) {
        return jc_fail_memory(error);
    }
    for (size_t i = 0; i < self->n[0]; i++) {
        for (size_t j = 0; j < self->n[1]; j++) {
            weight = table[i * (self->n[1] + 1) + j];
            if (weight > 0) {
                joint->cell[joint->n_cells++] =
                    (struct jc_cell){ { place[0][i], place[1][j] }, weight };
            }
        }
    }
    return 0;
}

static int
make_binned(const struct jc_binning *self, const struct jc_empirical *empirical, bool joint,
    const double *table, struct jc_empirical *binned, struct jc_error *error)
{
    size_t *place[2] = { calloc(self->n[0], sizeof(size_t)), calloc(self->n[1], sizeof(size_t)) };
    int ret = place[0] == NULL || place[1] == NULL ? jc_fail_memory(error) : 0;

    binned->marginal = calloc(2, sizeof(*binned->marginal));
    if (ret == 0 && binned->marginal == NULL) {
        ret = jc_fail_memory(error);
    }
    binned->n_marginals = ret == 0 ? 2 : 0;
    for (size_t k = 0; ret == 0 && k < 2; k++) {
        ret = make_marginal(self, k, table, &binned->marginal[k], place[k], error);
    }
    if (ret == 0 && joint) {
        ret = make_joint(self, table, place, binned, error);
    }
    ret = ret != 0 ? ret : jc_string_set(&binned->title, empirical->title, error);
    ret = ret != 0 ? ret : jc_string_set(&binned->source, empirical->source, error);
    ret = ret != 0 ? ret : jc_string_set(&binned->licence, empirical->licence, error);
    ret = ret != 0 ? ret : jc_string_set(&binned->trace, empirical->trace, error);
    ret = ret != 0 ? ret : jc_string_set(&binned->sha256, empirical->sha256, error);
    binned->rows_read = empirical->rows_read;
    binned->rows_used = empirical->rows_used;
    free(place[0]);
    free(place[1]);
    return ret;
}

int
jc_binning_apply(const struct jc_binning *self, struct jc_empirical *empirical, double *excluded,
    struct jc_error *error)
{
    const size_t index[2] = { jc_empirical_find(empirical, names[0]),
        jc_empirical_find(empirical, names[1]) };
    struct jc_empirical binned = { 0 };
    bool joint;
    double all = 0;
    double kept = 0;
    double *table;
    int ret;

    for (size_t k = 0; k < 2; k++) {
        if (index[k] == empirical->n_marginals) {
            return jc_fail(error, JC_ERROR_INPUT, "the distribution has no %s", names[k]);
        }
    }
    table = calloc((self->n[0] + 1) * (self->n[1] + 1), sizeof(*table));
    if (table == NULL) {
        return jc_fail_memory(error);
    }
    joint = jc_empirical_has_joint(empirical, names[0], names[1]);
    ret = joint ? tabulate_joint(self, empirical, table, error)
                : tabulate_apart(self, empirical, index, table, error);
    for (size_t i = 0; i <= self->n[0]; i++) {
        for (size_t j = 0; j <= self->n[1]; j++) {
            all += table[i * (self->n[1] + 1) + j];
            kept += i < self->n[0] && j < self->n[1] ? table[i * (self->n[1] + 1) + j] : 0;
        }
    }
    if (ret == 0 && !(kept > 0)) {
        ret = jc_fail(error, JC_ERROR_INPUT, "no request fits into the bins");
    }
    ret = ret != 0 ? ret : make_binned(self, empirical, joint, table, &binned, error);
    free(table);
    if (ret != 0) {
        jc_empirical_free(&binned);
        return ret;
    }
    jc_empirical_free(empirical);
    *empirical = binned;
    *excluded = (all - kept) / all;
    return 0;
}
