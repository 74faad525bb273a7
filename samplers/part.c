#include "samplers/part.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "samplers/items.h"
#include "samplers/lines.h"
#include "samplers/sampler.h"
#include "samplers/stable_math.h"

void
jc_part_free(struct jc_part *self)
{
    jc_items_free(&self->items);
    jc_lines_free(&self->lines);
    free(self->table);
    self->table = NULL;
}

/* The probabilities within [min, max], as draws use them. */
static void
part_truncate(struct jc_part *self, const struct jc_distribution *distribution, double min,
    double max)
{
    const struct jc_split split = jc_distribution_split(distribution, min, max);

    self->truncated = isfinite(min) || isfinite(max);
    self->interval = (struct jc_interval){ split.below, split.above, split.within };
    self->limited = self->truncated;
    self->low = (float) min;
    self->high = (float) max;
}

static void
part_init_uniform(struct jc_part *self, const double *p, double min, double max)
{
    self->parameter[0] = self->low = (float) fmax(p[0], min);
    self->parameter[1] = self->high = (float) fmin(p[1], max);
    self->truncated = false;
    self->limited = true;
}

static void
part_init_triangular(struct jc_part *self, const double *p, double min, double max)
{
    const double width = p[2] - p[0];

    self->triangle =
        (struct jc_triangle){ (float) p[0], (float) p[2], (float) ((p[1] - p[0]) / width),
            (float) (width * (p[1] - p[0])), (float) (width * (p[2] - p[1])) };
    self->low = (float) fmax(p[0], min);
    self->high = (float) fmin(p[2], max);
    self->limited = true;
}

static int
part_init_table(struct jc_part *self, const double *p, struct jc_error *error)
{
    double median;

    self->table = malloc(sizeof(*self->table));
    if (self->table == NULL) {
        return jc_fail_memory(error);
    }
    if (self->kind == JC_GAMMA) {
        jc_quantile_table_gamma(self->table, p[0], &median);
        self->parameter[0] = (float) (p[1] * median);
    } else {
        jc_quantile_table_beta(self->table, p[0], p[1]);
    }
    return 0;
}

/* The limits keep out what rounding to single precision adds. */
static int
part_init_lines(struct jc_part *self, const struct jc_distribution *distribution, double min,
    double max, struct jc_error *error)
{
    const int ret = jc_lines_init(&self->lines, distribution->n_items, distribution->weight,
        distribution->value, min, max, error);

    self->limited = true;
    self->low = self->lines.low;
    self->high = self->lines.high;
    return ret;
}

int
jc_part_init(struct jc_part *self, const struct jc_distribution *distribution, double min,
    double max, struct jc_error *error)
{
    const double *p = distribution->parameter;
    int ret = 0;

    memset(self, 0, sizeof(*self));
    self->kind = distribution->kind;
    if (self->kind == JC_CONSTANT) {
        self->parameter[0] = (float) p[0];
        return 0;
    }
    if (self->kind == JC_DISCRETE) {
        return jc_items_init(&self->items, distribution->n_items, distribution->weight,
            distribution->value, min, max, error);
    }
    if (self->kind == JC_INTERPOLATED) {
        return part_init_lines(self, distribution, min, max, error);
    }
    part_truncate(self, distribution, min, max);
    self->parameter[0] = (float) p[0];
    self->parameter[1] = (float) p[1];
    switch (self->kind) {
        case JC_UNIFORM:
            part_init_uniform(self, p, min, max);
            break;
        case JC_TRIANGULAR:
            part_init_triangular(self, p, min, max);
            break;
        case JC_LOGNORMAL:
            self->parameter[0] = (float) jc_exp(p[0]);
            break;
        case JC_GAMMA:
        case JC_BETA:
            ret = part_init_table(self, p, error);
            break;
        default: /* the parameters are enough */
            break;
    }
    return ret;
}

void
jc_part_draw(const struct jc_part *self, const struct jc_sampler_kernels *kernels, size_t n,
    const uint32_t *word, const float *whole_tail, float *x)
{
    float part_tail[JC_STRIP];
    const float *tail = whole_tail;
    const float *p = self->parameter;

    if (self->truncated) {
        kernels->tails_between(&self->interval, n, word, part_tail);
        tail = part_tail;
    }
    switch (self->kind) {
        case JC_UNIFORM:
            kernels->uniform(p[0], p[1], n, tail, x);
            break;
        case JC_TRIANGULAR:
            kernels->triangular(&self->triangle, n, tail, x);
            break;
        case JC_NORMAL:
            kernels->normal(p[0], p[1], n, tail, x);
            break;
        case JC_LOGNORMAL:
            kernels->lognormal(p[0], p[1], n, tail, x);
            break;
        case JC_EXPONENTIAL:
            kernels->exponential(p[0], n, tail, x);
            break;
        case JC_GAMMA:
            kernels->gamma(self->table, p[0], n, tail, x);
            break;
        case JC_BETA:
            kernels->beta(self->table, n, tail, x);
            break;
        case JC_DISCRETE:
            kernels->discrete(&self->items, n, word, x);
            break;
        case JC_INTERPOLATED:
            kernels->interpolated(&self->lines, n, word, x);
            break;
        default:
            kernels->constant(p[0], n, x);
            break;
    }
    if (self->limited) {
        kernels->limit(self->low, self->high, n, x);
    }
}
