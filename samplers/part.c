#include "samplers/part.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "samplers/sampler.h"
#include "samplers/stable_math.h"

struct weighted {
    double weight;
    double value;
    size_t index;
};

static int
compare_weighted(const void *a, const void *b)
{
    const struct weighted *x = a;
    const struct weighted *y = b;

    if (x->value != y->value) {
        return x->value < y->value ? -1 : 1;
    }
    return x->index < y->index ? -1 : x->index > y->index;
}

void
jc_items_free(struct jc_items *self)
{
    free(self->last);
    free(self->value);
    memset(self, 0, sizeof(*self));
}

/* Deals the 2^32 words out to the items by weight, in the order of their values; items too light
 * for one word get none. */
static void
items_deal(struct jc_items *self, const struct weighted *item, size_t n, size_t capacity)
{
    double sum = 0;
    double cumulative = 0;
    uint64_t dealt = 0;
    size_t n_used = 0;
    size_t k;

    for (k = 0; k < n; k++) {
        sum += item[k].weight;
    }
    for (k = 0; k < n; k++) {
        cumulative += item[k].weight;
        const uint64_t end =
            k == n - 1 ? UINT64_C(1) << 32 : (uint64_t) (cumulative / sum * 0x1p32 + 0.5);

        if (end > dealt) {
            self->last[n_used] = (uint32_t) (end - 1);
            self->value[n_used] = (float) item[k].value;
            n_used++;
            dealt = end;
        }
    }
    for (k = n_used; k < capacity; k++) {
        self->last[k] = UINT32_MAX;
        self->value[k] = self->value[n_used - 1];
    }
}

int
jc_items_init(struct jc_items *self, size_t n, const double *weight, const double *value,
    double min, double max, struct jc_error *error)
{
    int ret = 0;
    size_t n_kept = 0;
    size_t capacity = 1;
    size_t k;
    struct weighted *kept = malloc(n * sizeof(*kept));

    memset(self, 0, sizeof(*self));
    if (kept == NULL) {
        ret = jc_fail_memory(error);
        goto out;
    }
    for (k = 0; k < n; k++) {
        if (weight[k] > 0 && value[k] >= min && value[k] <= max) {
            kept[n_kept++] = (struct weighted){ weight[k], value[k], k };
        }
    }
    qsort(kept, n_kept, sizeof(*kept), compare_weighted);
    while (capacity < n_kept) {
        capacity *= 2;
        self->n_steps++;
    }
    self->last = malloc(capacity * sizeof(*self->last));
    self->value = malloc(capacity * sizeof(*self->value));
    if (self->last == NULL || self->value == NULL) {
        jc_items_free(self);
        ret = jc_fail_memory(error);
        goto out;
    }
    items_deal(self, kept, n_kept, capacity);
out:
    free(kept);
    return ret;
}

void
jc_part_free(struct jc_part *self)
{
    jc_items_free(&self->items);
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
        default:
            kernels->constant(p[0], n, x);
            break;
    }
    if (self->limited) {
        kernels->limit(self->low, self->high, n, x);
    }
}
