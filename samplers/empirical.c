#include "samplers/empirical.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define LARGEST 1e30 /* of values and weights */

#define TOLERANCE 1e-6 /* relative, between the sum of cells and the weight of their class */

void
jc_empirical_free(struct jc_empirical *self)
{
    size_t k;

    free(self->title);
    free(self->source);
    free(self->licence);
    free(self->trace);
    free(self->sha256);
    for (k = 0; k < self->n_dropped; k++) {
        free(self->dropped[k].reason);
    }
    free(self->dropped);
    for (k = 0; k < self->n_marginals; k++) {
        free(self->marginal[k].name);
        free(self->marginal[k].value);
        free(self->marginal[k].weight);
    }
    free(self->marginal);
    free(self->joint.class_end[0]);
    free(self->joint.class_end[1]);
    free(self->joint.cell);
    memset(self, 0, sizeof(*self));
}

/* A copy of n things of this size in *copy; nothing is copied as NULL. */
static int
copy_array(const void *array, size_t n, size_t size, void **copy, struct jc_error *error)
{
    *copy = NULL;
    if (array == NULL || n == 0) {
        return 0;
    }
    *copy = malloc(n * size);
    if (*copy == NULL) {
        return jc_fail_memory(error);
    }
    memcpy(*copy, array, n * size);
    return 0;
}

static int
copy_texts(const struct jc_empirical *self, struct jc_empirical *copy, struct jc_error *error)
{
    int ret = jc_string_set(&copy->title, self->title, error);

    ret = ret != 0 ? ret : jc_string_set(&copy->source, self->source, error);
    ret = ret != 0 ? ret : jc_string_set(&copy->licence, self->licence, error);
    ret = ret != 0 ? ret : jc_string_set(&copy->trace, self->trace, error);
    return ret != 0 ? ret : jc_string_set(&copy->sha256, self->sha256, error);
}

static int
copy_dropped(const struct jc_empirical *self, struct jc_empirical *copy, struct jc_error *error)
{
    int ret = 0;
    size_t k;

    if (self->n_dropped == 0) {
        return 0;
    }
    copy->dropped = calloc(self->n_dropped, sizeof(*copy->dropped));
    if (copy->dropped == NULL) {
        return jc_fail_memory(error);
    }
    copy->n_dropped = self->n_dropped;
    for (k = 0; ret == 0 && k < self->n_dropped; k++) {
        copy->dropped[k].rows = self->dropped[k].rows;
        ret = jc_string_set(&copy->dropped[k].reason, self->dropped[k].reason, error);
    }
    return ret;
}

static int
copy_marginal(const struct jc_marginal *self, struct jc_marginal *copy, struct jc_error *error)
{
    const size_t n = self->n_values;
    void *value = NULL;
    void *weight = NULL;
    int ret = jc_string_set(&copy->name, self->name, error);

    ret = ret != 0 ? ret : copy_array(self->value, n, sizeof(*self->value), &value, error);
    ret = ret != 0 ? ret : copy_array(self->weight, n, sizeof(*self->weight), &weight, error);
    copy->n_values = n;
    copy->value = value;
    copy->weight = weight;
    return ret;
}

static int
copy_marginals(const struct jc_empirical *self, struct jc_empirical *copy, struct jc_error *error)
{
    int ret = 0;
    size_t k;

    if (self->n_marginals == 0) {
        return 0;
    }
    copy->marginal = calloc(self->n_marginals, sizeof(*copy->marginal));
    if (copy->marginal == NULL) {
        return jc_fail_memory(error);
    }
    copy->n_marginals = self->n_marginals;
    for (k = 0; ret == 0 && k < self->n_marginals; k++) {
        ret = copy_marginal(&self->marginal[k], &copy->marginal[k], error);
    }
    return ret;
}

static int
copy_joint(const struct jc_joint *self, struct jc_joint *copy, struct jc_error *error)
{
    void *end[2] = { NULL, NULL };
    void *cell = NULL;
    int ret = copy_array(self->class_end[0], self->n_classes[0], sizeof(size_t), &end[0], error);

    ret = ret != 0
        ? ret
        : copy_array(self->class_end[1], self->n_classes[1], sizeof(size_t), &end[1], error);
    ret = ret != 0 ? ret : copy_array(self->cell, self->n_cells, sizeof(*self->cell), &cell, error);
    *copy = *self;
    copy->class_end[0] = end[0];
    copy->class_end[1] = end[1];
    copy->cell = cell;
    return ret;
}

int
jc_empirical_copy(const struct jc_empirical *self, struct jc_empirical *copy,
    struct jc_error *error)
{
    struct jc_empirical made = { .rows_read = self->rows_read, .rows_used = self->rows_used };
    int ret = copy_texts(self, &made, error);

    ret = ret != 0 ? ret : copy_dropped(self, &made, error);
    ret = ret != 0 ? ret : copy_marginals(self, &made, error);
    ret = ret != 0 ? ret : copy_joint(&self->joint, &made.joint, error);
    if (ret != 0) {
        jc_empirical_free(&made);
    }
    *copy = made;
    return ret;
}

static int
check_marginal(const struct jc_marginal *self, struct jc_error *error)
{
    const char *name = self->name;
    size_t k;

    if (name == NULL || self->n_values == 0 || self->value == NULL || self->weight == NULL) {
        return jc_fail(error, JC_ERROR_INPUT, "%s: a name and at least one value are needed",
            name != NULL ? name : "a variable without a name");
    }
    for (k = 0; k < self->n_values; k++) {
        if (!(fabs(self->value[k]) <= LARGEST)) {
            return jc_fail(error, JC_ERROR_INPUT,
                "%s: value %zu (%g) must be a number from %g to %g", name, k + 1, self->value[k],
                -LARGEST, LARGEST);
        }
        if (k > 0 && !(self->value[k] > self->value[k - 1])) {
            return jc_fail(error, JC_ERROR_INPUT,
                "%s: value %zu (%g) must be greater than the one before it (%g)", name, k + 1,
                self->value[k], self->value[k - 1]);
        }
        if (!(self->weight[k] > 0 && self->weight[k] <= LARGEST)) {
            return jc_fail(error, JC_ERROR_INPUT,
                "%s: weight %zu (%g) must be a number greater than 0 and at most %g", name, k + 1,
                self->weight[k], LARGEST);
        }
    }
    return 0;
}

/* The classes of variable `which` of the joint distribution fill its marginal. */
static int
check_classes(const struct jc_empirical *self, int which, struct jc_error *error)
{
    const struct jc_marginal *marginal = &self->marginal[self->joint.variable[which]];
    const size_t *end = self->joint.class_end[which];
    const size_t n = self->joint.n_classes[which];
    size_t c;

    if (n == 0 || end == NULL) {
        return jc_fail(error, JC_ERROR_INPUT, "%s: at least one class is needed", marginal->name);
    }
    for (c = 0; c < n; c++) {
        if (end[c] <= (c > 0 ? end[c - 1] : 0)) {
            return jc_fail(error, JC_ERROR_INPUT, "%s: class %zu has no values", marginal->name,
                c + 1);
        }
    }
    if (end[n - 1] != marginal->n_values) {
        return jc_fail(error, JC_ERROR_INPUT,
            "%s: the classes end after %zu values, but there are %zu", marginal->name, end[n - 1],
            marginal->n_values);
    }
    return 0;
}

static int
check_cells(const struct jc_joint *self, struct jc_error *error)
{
    const size_t *before = NULL; /* the classes of the last cell */
    size_t k;

    for (k = 0; k < self->n_cells; k++) {
        const size_t *at = self->cell[k].class;
        const double weight = self->cell[k].weight;

        if (at[0] >= self->n_classes[0] || at[1] >= self->n_classes[1]) {
            return jc_fail(error, JC_ERROR_INPUT,
                "cell %zu (%zu, %zu) is beyond the last classes (%zu, %zu)", k + 1, at[0] + 1,
                at[1] + 1, self->n_classes[0], self->n_classes[1]);
        }
        if (before != NULL && (at[0] < before[0] || (at[0] == before[0] && at[1] <= before[1]))) {
            return jc_fail(error, JC_ERROR_INPUT,
                "cell %zu (%zu, %zu) must come after (%zu, %zu), each pair once", k + 1, at[0] + 1,
                at[1] + 1, before[0] + 1, before[1] + 1);
        }
        if (!(weight > 0 && isfinite(weight))) {
            return jc_fail(error, JC_ERROR_INPUT,
                "cell %zu: weight (%g) must be a number greater than 0", k + 1, weight);
        }
        before = at;
    }
    return 0;
}

/* The cells of each class of variable `which` weigh as much as its values. */
static int
check_sums(const struct jc_empirical *self, int which, struct jc_error *error)
{
    const struct jc_joint *joint = &self->joint;
    const struct jc_marginal *marginal = &self->marginal[joint->variable[which]];
    int ret = 0;
    size_t value = 0;
    size_t k, c;
    double *sum = calloc(joint->n_classes[which], sizeof(*sum));

    if (sum == NULL) {
        return jc_fail_memory(error);
    }
    for (k = 0; k < joint->n_cells; k++) {
        sum[joint->cell[k].class[which]] += joint->cell[k].weight;
    }
    for (c = 0; ret == 0 && c < joint->n_classes[which]; c++) {
        double weight = 0;

        for (; value < joint->class_end[which][c]; value++) {
            weight += marginal->weight[value];
        }
        if (!(fabs(sum[c] - weight) <= TOLERANCE * weight)) {
            ret = jc_fail(error, JC_ERROR_INPUT,
                "%s: the cells of class %zu weigh %.9g together, but its values %.9g",
                marginal->name, c + 1, sum[c], weight);
        }
    }
    free(sum);
    return ret;
}

static int
check_joint(const struct jc_empirical *self, struct jc_error *error)
{
    const struct jc_joint *joint = &self->joint;
    int ret = 0;

    if (joint->n_classes[0] == 0 && joint->n_classes[1] == 0 && joint->n_cells == 0) {
        return 0;
    }
    if (joint->variable[0] >= self->n_marginals || joint->variable[1] >= self->n_marginals
        || joint->variable[0] == joint->variable[1]) {
        return jc_fail(error, JC_ERROR_INPUT,
            "a joint distribution needs two different variables, not %zu and %zu of %zu",
            joint->variable[0] + 1, joint->variable[1] + 1, self->n_marginals);
    }
    ret = check_classes(self, 0, error);
    ret = ret != 0 ? ret : check_classes(self, 1, error);
    ret = ret != 0 ? ret : check_cells(joint, error);
    ret = ret != 0 ? ret : check_sums(self, 0, error);
    return ret != 0 ? ret : check_sums(self, 1, error);
}

int
jc_empirical_check(const struct jc_empirical *self, struct jc_error *error)
{
    int ret = 0;
    size_t k;

    for (k = 0; ret == 0 && k < self->n_marginals; k++) {
        ret = check_marginal(&self->marginal[k], error);
        if (ret == 0 && jc_empirical_find(self, self->marginal[k].name) < k) {
            ret = jc_fail(error, JC_ERROR_INPUT, "%s: there are two variables of this name",
                self->marginal[k].name);
        }
    }
    return ret != 0 ? ret : check_joint(self, error);
}

size_t
jc_empirical_find(const struct jc_empirical *self, const char *name)
{
    size_t k = 0;

    while (k < self->n_marginals && strcmp(self->marginal[k].name, name) != 0) {
        k++;
    }
    return k;
}

int
jc_empirical_has_joint(const struct jc_empirical *self, const char *a, const char *b)
{
    const size_t first = jc_empirical_find(self, a);
    const size_t second = jc_empirical_find(self, b);
    const size_t *of = self->joint.variable;

    return self->joint.n_classes[0] > 0 && first < self->n_marginals && second < self->n_marginals
        && ((of[0] == first && of[1] == second) || (of[0] == second && of[1] == first));
}

double
jc_marginal_quantile(const struct jc_marginal *self, double probability)
{
    double sum = 0;
    double below = 0;
    size_t k;

    for (k = 0; k < self->n_values; k++) {
        sum += self->weight[k];
    }
    for (k = 0; k + 1 < self->n_values; k++) {
        below += self->weight[k];
        if (below >= probability * sum) {
            break;
        }
    }
    return self->value[k];
}

double
jc_marginal_mean(const struct jc_marginal *self)
{
    double sum = 0;
    double weighted = 0;
    size_t k;

    for (k = 0; k < self->n_values; k++) {
        sum += self->weight[k];
        weighted += self->weight[k] * self->value[k];
    }
    return weighted / sum;
}
