#include "samplers/fit/compact.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

static double
sum_of(const double *weight, size_t n)
{
    double sum = 0;
    size_t j;

    for (j = 0; j < n; j++) {
        sum += weight[j];
    }
    return sum;
}

/* Makes runs of the old classes: to_class[c] becomes the run of class c, and class_end (in and out) the
 * ends of the runs. The cut that belongs at k/n_runs of the weight is at the nearest end of a class:
 * a class whose middle is beyond it belongs to a later run. Returns the number of runs. */
static size_t
join_classes(const struct jc_marginal *marginal, size_t n_classes, size_t n_runs, size_t *class_end,
    size_t *to_class)
{
    const double total = sum_of(marginal->weight, marginal->n_values);
    double before = 0;
    double weight, run;
    double last_run = -1;
    size_t from = 0;
    size_t n = 0;
    size_t c;

    for (c = 0; c < n_classes; c++) {
        weight = sum_of(marginal->weight + from, class_end[c] - from);
        run = n_classes <= n_runs ? (double) c
                                  : floor((before + weight / 2) / total * (double) n_runs);
        if (run != last_run) {
            n++;
            last_run = run;
        }
        before += weight;
        from = class_end[c];
        to_class[c] = n - 1;
        class_end[n - 1] = from;
    }
    return n;
}

/* Adds up the cells in the table of the new classes. */
static int
join_cells(struct jc_joint *joint, size_t *const to_class[2], const size_t n_classes[2],
    struct jc_error *error)
{
    double *table = calloc(n_classes[0] * n_classes[1], sizeof(*table));
    const struct jc_cell *cell;
    size_t n = 0;
    size_t j, k;

    if (table == NULL) {
        return jc_fail_memory(error);
    }
    for (j = 0; j < joint->n_cells; j++) {
        cell = &joint->cell[j];
        table[to_class[0][cell->class[0]] * n_classes[1] + to_class[1][cell->class[1]]] +=
            cell->weight;
    }
    for (k = 0; k < n_classes[0] * n_classes[1]; k++) {
        if (table[k] > 0) {
            joint->cell[n++] = (struct jc_cell){ { k / n_classes[1], k % n_classes[1] }, table[k] };
        }
    }
    joint->n_cells = n;
    free(table);
    return 0;
}

static int
compact_joint(struct jc_empirical *self, size_t n_runs, struct jc_error *error)
{
    struct jc_joint *joint = &self->joint;
    size_t *to_class[2] = { calloc(joint->n_classes[0], sizeof(size_t)),
        calloc(joint->n_classes[1], sizeof(size_t)) };
    size_t n_classes[2];
    size_t k;
    int ret = to_class[0] == NULL || to_class[1] == NULL ? jc_fail_memory(error) : 0;

    for (k = 0; ret == 0 && k < 2; k++) {
        n_classes[k] = join_classes(&self->marginal[joint->variable[k]], joint->n_classes[k],
            n_runs, joint->class_end[k], to_class[k]);
    }
    if (ret == 0) {
        ret = join_cells(joint, to_class, n_classes, error);
        joint->n_classes[0] = n_classes[0];
        joint->n_classes[1] = n_classes[1];
    }
    free(to_class[0]);
    free(to_class[1]);
    return ret;
}

static bool
all_whole(const struct jc_marginal *marginal)
{
    size_t j = 0;

    while (j < marginal->n_values && marginal->value[j] == floor(marginal->value[j])) {
        j++;
    }
    return j == marginal->n_values;
}

/* Where the group that begins at a value ends, without the end. */
static size_t
group_end(const struct jc_marginal *marginal, size_t begin, size_t class_end, double full)
{
    double weight = marginal->weight[begin];
    size_t j;

    for (j = begin + 1; j < class_end && weight < full; j++) {
        if (marginal->weight[j] >= full
            || marginal->value[j] > JC_COMPACT_SPAN * marginal->value[begin]) {
            return j;
        }
        weight += marginal->weight[j];
    }
    return j;
}

/* The mean of the values from begin up to end, kept among them against rounding. */
static double
group_value(const struct jc_marginal *marginal, size_t begin, size_t end, bool is_whole)
{
    const double first = marginal->value[begin];
    const double last = marginal->value[end - 1];
    double sum = 0;
    double moment = 0;
    double mean;
    size_t j;

    for (j = begin; j < end; j++) {
        sum += marginal->weight[j];
        moment += marginal->weight[j] * (marginal->value[j] - first);
    }
    mean = first + moment / sum;
    return fmin(fmax(is_whole ? rint(mean) : mean, first), last);
}

/* Groups the values; class_end[n_classes] (in and out) are ends that no group crosses. */
static void
compact_marginal(struct jc_marginal *marginal, size_t points, size_t n_classes, size_t *class_end)
{
    const double full = sum_of(marginal->weight, marginal->n_values) / (double) points;
    const bool is_whole = all_whole(marginal);
    size_t begin = 0;
    size_t n = 0;
    size_t c, end;

    for (c = 0; c < n_classes; c++) {
        for (; begin < class_end[c]; begin = end) {
            end = group_end(marginal, begin, class_end[c], full);
            marginal->value[n] = group_value(marginal, begin, end, is_whole);
            marginal->weight[n] = sum_of(marginal->weight + begin, end - begin);
            n++;
        }
        class_end[c] = n;
    }
    marginal->n_values = n;
}

int
jc_empirical_compact(struct jc_empirical *self, size_t points, size_t classes,
    struct jc_error *error)
{
    struct jc_joint *joint = &self->joint;
    size_t whole;
    size_t j;
    int ret = 0;

    if (classes > 0 && joint->n_classes[0] > 0) {
        ret = compact_joint(self, classes, error);
    }
    for (j = 0; ret == 0 && points > 0 && j < self->n_marginals; j++) {
        if (joint->n_classes[0] > 0 && (j == joint->variable[0] || j == joint->variable[1])) {
            const size_t k = j == joint->variable[1];

            compact_marginal(&self->marginal[j], points, joint->n_classes[k], joint->class_end[k]);
        } else {
            whole = self->marginal[j].n_values;
            compact_marginal(&self->marginal[j], points, 1, &whole);
        }
    }
    return ret;
}
