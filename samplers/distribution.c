#include "samplers/distribution.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "samplers/stable_math.h"

#define BISECTIONS 200
#define LARGEST 1e30 /* value that a distribution may have */

struct jc_distribution
jc_distribution_constant(double value)
{
    const struct jc_distribution constant = { .kind = JC_CONSTANT,
        .parameter = { value, 0, 0 },
        .min = -INFINITY,
        .max = INFINITY,
        .varies = JC_VARIES_QUERY };

    return constant;
}

void
jc_distribution_free(struct jc_distribution *self)
{
    size_t k;

    if (self->component != NULL) {
        for (k = 0; k < self->n_items; k++) {
            jc_distribution_free(&self->component[k]);
        }
    }
    free(self->component);
    free(self->weight);
    free(self->value);
    *self = jc_distribution_constant(0);
}

/* A copy of n numbers; NULL stays NULL. Returns 0 when out of memory. */
static int
copy_numbers(const double *numbers, size_t n, double **copy)
{
    *copy = NULL;
    if (numbers != NULL) {
        *copy = malloc((n > 0 ? n : 1) * sizeof(**copy));
        if (*copy != NULL) {
            memcpy(*copy, numbers, n * sizeof(**copy));
        }
    }
    return numbers == NULL || *copy != NULL;
}

int
jc_distribution_copy(const struct jc_distribution *self, struct jc_distribution *copy,
    struct jc_error *error)
{
    int ret = 0;
    size_t k;
    struct jc_distribution made = *self;

    made.component = NULL;
    made.value = NULL;
    if (!copy_numbers(self->weight, self->n_items, &made.weight)
        || !copy_numbers(self->value, self->n_items, &made.value)) {
        ret = jc_fail_memory(error);
        goto out;
    }
    if (self->component != NULL) {
        made.component = calloc(self->n_items > 0 ? self->n_items : 1, sizeof(*made.component));
        if (made.component == NULL) {
            ret = jc_fail_memory(error);
            goto out;
        }
        for (k = 0; ret == 0 && k < self->n_items; k++) {
            ret = jc_distribution_copy(&self->component[k], &made.component[k], error);
        }
    }
out:
    if (ret != 0) {
        jc_distribution_free(&made);
    }
    *copy = made;
    return ret;
}

const char *
jc_distribution_kind_name(enum jc_distribution_kind kind)
{
    static const char *const names[JC_DISTRIBUTION_KINDS] = { "constant", "uniform", "triangular",
        "normal", "lognormal", "exponential", "gamma", "beta", "discrete", "interpolated",
        "mixture" };

    return kind < JC_DISTRIBUTION_KINDS ? names[kind] : "unknown";
}

/* Of kinds that have a density: P(X <= x) and P(X > x). */
static void
continuous_tails(const struct jc_distribution *self, double x, double *lower, double *upper)
{
    const double *p = self->parameter;
    double z;

    switch (self->kind) {
        case JC_UNIFORM:
            *lower = fmin(fmax((x - p[0]) / (p[1] - p[0]), 0), 1);
            *upper = fmin(fmax((p[1] - x) / (p[1] - p[0]), 0), 1);
            break;
        case JC_TRIANGULAR:
            if (x <= p[0] || x >= p[2]) {
                *lower = x >= p[2];
                *upper = 1 - *lower;
            } else if (x < p[1]) {
                *lower = (x - p[0]) / (p[2] - p[0]) * ((x - p[0]) / (p[1] - p[0]));
                *upper = 1 - *lower;
            } else {
                *upper = (p[2] - x) / (p[2] - p[0]) * ((p[2] - x) / (p[2] - p[1]));
                *lower = 1 - *upper;
            }
            break;
        case JC_LOGNORMAL:
        case JC_NORMAL:
            z = self->kind == JC_NORMAL ? x : jc_log(fmax(x, 0));
            z = (z - p[0]) / p[1];
            *lower = jc_normal_cdf(z);
            *upper = jc_normal_cdf(-z);
            break;
        case JC_EXPONENTIAL:
            jc_incomplete_gamma(1, x / p[0], lower, upper);
            break;
        case JC_GAMMA:
            jc_incomplete_gamma(p[0], x / p[1], lower, upper);
            break;
        case JC_BETA:
            jc_incomplete_beta(p[0], p[1], x, 1 - x, lower, upper);
            break;
        default: /* not continuous */
            *lower = *upper = NAN;
            break;
    }
}

static struct jc_split
split_continuous(const struct jc_distribution *self, double low, double high)
{
    double below, above, up_to_high, beyond_low;
    struct jc_split split;

    continuous_tails(self, low, &below, &beyond_low);
    continuous_tails(self, high, &up_to_high, &above);
    split.below = below;
    split.above = above;
    split.within = below > 0.5 ? beyond_low - above : up_to_high - below;
    return split;
}

/* The points on both sides of a number. */
struct neighbours {
    double low; /* the largest value up to the number; -INFINITY: there is none */
    double low_weight;
    double high; /* the smallest value above it; INFINITY: there is none */
    double high_weight;
    double below; /* weight of the values less than `low` */
    double above; /* and of those greater than `high` */
};

static struct neighbours
find_neighbours(const struct jc_distribution *self, double x)
{
    struct neighbours found = { -INFINITY, 0, INFINITY, 0, 0, 0 };
    size_t k;

    for (k = 0; k < self->n_items; k++) {
        const double value = self->weight[k] > 0 ? self->value[k] : NAN;

        found.low = value <= x ? fmax(found.low, value) : found.low;
        found.high = value > x ? fmin(found.high, value) : found.high;
    }
    for (k = 0; k < self->n_items; k++) {
        const double value = self->value[k];

        found.below += value < found.low ? self->weight[k] : 0;
        found.low_weight += value == found.low ? self->weight[k] : 0;
        found.high_weight += value == found.high ? self->weight[k] : 0;
        found.above += value > found.high ? self->weight[k] : 0;
    }
    return found;
}

/* P(X < x), P(X = x) and P(X > x) of interpolated values. Only the first and the last value have a
 * probability of their own. */
static struct jc_split
split_lines_at(const struct jc_distribution *self, double x)
{
    const struct neighbours at = find_neighbours(self, x);
    const double sum = at.below + at.low_weight + at.high_weight + at.above;
    const double line = (at.low_weight + at.high_weight) / 2;
    struct jc_split split = { 0, 0, 0 };

    if (isinf(at.low)) {
        split.above = 1;
    } else if (isinf(at.high) && x > at.low) {
        split.below = 1;
    } else if (isinf(at.high)) {
        split.below = at.below > 0 ? (at.below + at.low_weight / 2) / sum : 0;
        split.within = at.below > 0 ? at.low_weight / 2 / sum : 1;
    } else {
        const double rise = at.high - at.low;

        split.below = (at.below + at.low_weight / 2 + line * ((x - at.low) / rise)) / sum;
        split.above = (at.above + at.high_weight / 2 + line * ((at.high - x) / rise)) / sum;
        if (x == at.low && at.below == 0) {
            split.within = split.below;
            split.below = 0;
        }
    }
    return split;
}

static struct jc_split
split_lines(const struct jc_distribution *self, double low, double high)
{
    const struct jc_split from = split_lines_at(self, low);
    const struct jc_split to = split_lines_at(self, high);
    struct jc_split split = { from.below, 0, to.above };

    split.within = from.below > 0.5 ? (from.above + from.within) - to.above
                                    : (to.below + to.within) - from.below;
    return split;
}

static void
split_add(struct jc_split *self, double x, double weight, double low, double high)
{
    if (x < low) {
        self->below += weight;
    } else if (x > high) {
        self->above += weight;
    } else {
        self->within += weight;
    }
}

/* A component within its own min and max. */
static struct jc_split
split_component(const struct jc_distribution *self, double low, double high)
{
    const struct jc_split own = jc_distribution_split(self, self->min, self->max);
    struct jc_split split = { 0, 0, 0 };

    if (high < self->min) {
        split.above = 1;
    } else if (low > self->max) {
        split.below = 1;
    } else {
        split = jc_distribution_split(self, fmax(low, self->min), fmin(high, self->max));
        split.below = (split.below - own.below) / own.within;
        split.above = (split.above - own.above) / own.within;
        split.within /= own.within;
    }
    return split;
}

struct jc_split
jc_distribution_split(const struct jc_distribution *self, double low, double high)
{
    struct jc_split split = { 0, 0, 0 };
    struct jc_split part;
    double sum = 0;
    size_t k;

    if (self->kind == JC_CONSTANT) {
        split_add(&split, self->parameter[0], 1, low, high);
        return split;
    }
    if (self->kind == JC_INTERPOLATED) {
        return split_lines(self, low, high);
    }
    if (self->kind != JC_DISCRETE && self->kind != JC_MIXTURE) {
        return split_continuous(self, low, high);
    }
    for (k = 0; k < self->n_items; k++) {
        sum += self->weight[k];
        if (self->kind == JC_DISCRETE) {
            split_add(&split, self->value[k], self->weight[k], low, high);
        } else if (self->weight[k] > 0) {
            part = split_component(&self->component[k], low, high);
            split.below += self->weight[k] * part.below;
            split.within += self->weight[k] * part.within;
            split.above += self->weight[k] * part.above;
        }
    }
    split.below /= sum;
    split.within /= sum;
    split.above /= sum;
    return split;
}

double
jc_distribution_cdf(const struct jc_distribution *self, double x)
{
    return jc_distribution_split(self, -INFINITY, x).within;
}

double
jc_distribution_quantile(const struct jc_distribution *self, double p)
{
    const double wanted = p * jc_distribution_split(self, self->min, self->max).within;
    double low = fmax(self->min, -LARGEST);
    double high = fmin(self->max, LARGEST);
    double middle = low + 0.5 * (high - low);
    int k;

    for (k = 0; k < BISECTIONS && middle > low && middle < high; k++) {
        if (jc_distribution_split(self, self->min, middle).within < wanted) {
            low = middle;
        } else {
            high = middle;
        }
        middle = low + 0.5 * (high - low);
    }
    return self->integer ? rint(high) : high;
}
