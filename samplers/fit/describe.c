#include "samplers/fit/describe.h"

#include <math.h>
#include <stdlib.h>

double
jc_marginal_sd(const struct jc_marginal *self)
{
    const double mean = jc_marginal_mean(self);
    double weight = 0;
    double sum = 0;
    size_t j;

    for (j = 0; j < self->n_values; j++) {
        weight += self->weight[j];
        sum += self->weight[j] * (self->value[j] - mean) * (self->value[j] - mean);
    }
    return sqrt(sum / weight);
}

/* The mean value and the middle rank of every class. */
static int
score_classes(const struct jc_marginal *marginal, size_t n_classes, const size_t *class_end,
    double **mean, double **rank, struct jc_error *error)
{
    double before = 0;
    double weight, sum;
    size_t j = 0;
    size_t c;

    *mean = calloc(n_classes, sizeof(double));
    *rank = calloc(n_classes, sizeof(double));
    if (*mean == NULL || *rank == NULL) {
        return jc_fail_memory(error);
    }
    for (c = 0; c < n_classes; c++) {
        weight = 0;
        sum = 0;
        for (; j < class_end[c]; j++) {
            weight += marginal->weight[j];
            sum += marginal->weight[j] * marginal->value[j];
        }
        (*mean)[c] = sum / weight;
        (*rank)[c] = before + weight / 2;
        before += weight;
    }
    return 0;
}

/* The correlation of scores that the classes of both variables have. */
static double
correlate(const struct jc_joint *joint, const double *x, const double *y)
{
    const struct jc_cell *cell;
    double weight = 0;
    double mean[2] = { 0, 0 };
    double sum[3] = { 0, 0, 0 }; /* of squares of both, and of products */
    double dx, dy;
    size_t j;

    for (j = 0; j < joint->n_cells; j++) {
        cell = &joint->cell[j];
        weight += cell->weight;
        mean[0] += cell->weight * x[cell->class[0]];
        mean[1] += cell->weight * y[cell->class[1]];
    }
    for (j = 0; j < joint->n_cells; j++) {
        cell = &joint->cell[j];
        dx = x[cell->class[0]] - mean[0] / weight;
        dy = y[cell->class[1]] - mean[1] / weight;
        sum[0] += cell->weight * dx * dx;
        sum[1] += cell->weight * dy * dy;
        sum[2] += cell->weight * dx * dy;
    }
    return joint->n_classes[0] > 1 && joint->n_classes[1] > 1 ? sum[2] / sqrt(sum[0] * sum[1])
                                                              : NAN;
}

int
jc_joint_correlation(const struct jc_empirical *self, struct jc_pair_correlation *correlation,
    struct jc_error *error)
{
    const struct jc_joint *joint = &self->joint;
    double *mean[2] = { NULL, NULL };
    double *rank[2] = { NULL, NULL };
    size_t k;
    int ret = 0;

    for (k = 0; ret == 0 && k < 2; k++) {
        ret = score_classes(&self->marginal[joint->variable[k]], joint->n_classes[k],
            joint->class_end[k], &mean[k], &rank[k], error);
    }
    if (ret == 0) {
        correlation->pearson = correlate(joint, mean[0], mean[1]);
        correlation->spearman = correlate(joint, rank[0], rank[1]);
    }
    for (k = 0; k < 2; k++) {
        free(mean[k]);
        free(rank[k]);
    }
    return ret;
}
