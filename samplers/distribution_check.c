#include "samplers/distribution.h"

#include <math.h>

#define LARGEST 1e30        /* leaves room for arithmetic in single precision */
#define LARGEST_LOG 88.0    /* exp of it is nearly the largest float */
#define FARTHEST_TAIL 6.4   /* standard deviations; a word reaches 6.34 */
#define SMALLEST_SHAPE 0.01 /* of gamma and beta */
#define LARGEST_SHAPE 1e6
#define LEAST_PROBABILITY 1e-9 /* that min and max must leave */

static const char *
parameter_name(enum jc_distribution_kind kind, int j)
{
    static const char *const names[JC_DISTRIBUTION_KINDS][3] = {
        [JC_CONSTANT] = { "value" },
        [JC_UNIFORM] = { "low", "high" },
        [JC_TRIANGULAR] = { "low", "mode", "high" },
        [JC_NORMAL] = { "mean", "sd" },
        [JC_LOGNORMAL] = { "mu", "sigma" },
        [JC_EXPONENTIAL] = { "mean" },
        [JC_GAMMA] = { "shape", "scale" },
        [JC_BETA] = { "alpha", "beta" },
    };

    return names[kind][j];
}

static int
check_finite(const char *name, double x, struct jc_error *error)
{
    return fabs(x) <= LARGEST
        ? 0
        : jc_fail(error, JC_ERROR_SCENARIO, "%s (%g) must be a number from %g to %g", name, x,
            -LARGEST, LARGEST);
}

static int
check_positive(const char *name, double x, struct jc_error *error)
{
    return x > 0 ? 0 : jc_fail(error, JC_ERROR_SCENARIO, "%s (%g) must be greater than 0", name, x);
}

static int
check_shape(const char *name, double x, struct jc_error *error)
{
    return x >= SMALLEST_SHAPE && x <= LARGEST_SHAPE
        ? 0
        : jc_fail(error, JC_ERROR_SCENARIO, "%s (%g) must be from %g to %g", name, x,
            SMALLEST_SHAPE, LARGEST_SHAPE);
}

static int
check_order(const char *low_name, double low, const char *high_name, double high, bool strictly,
    struct jc_error *error)
{
    return low < high || (low == high && !strictly)
        ? 0
        : jc_fail(error, JC_ERROR_SCENARIO, "%s (%g) must be %s %s (%g)", low_name, low,
            strictly ? "less than" : "at most", high_name, high);
}

static int
check_lognormal(const struct jc_distribution *self, struct jc_error *error)
{
    const double *p = self->parameter;
    const double reach = p[0] + FARTHEST_TAIL * p[1];
    int ret = check_positive("sigma", p[1], error);

    if (ret == 0 && !(fabs(p[0]) < LARGEST_LOG)) {
        ret = jc_fail(error, JC_ERROR_SCENARIO,
            "mu (%g) must be between %g and %g, so that exp(mu) is a number in single precision",
            p[0], -LARGEST_LOG, LARGEST_LOG);
    }
    if (ret == 0 && isinf(self->max) && !(reach < LARGEST_LOG)) {
        ret = jc_fail(error, JC_ERROR_SCENARIO,
            "mu + %g sigma (%g) must be less than %g, so that values are numbers in single "
            "precision, or there must be a max",
            FARTHEST_TAIL, reach, LARGEST_LOG);
    }
    return ret;
}

static int
check_parameters(const struct jc_distribution *self, struct jc_error *error)
{
    const double *p = self->parameter;
    int ret = 0;
    int j;

    for (j = 0; ret == 0 && j < 3 && parameter_name(self->kind, j) != NULL; j++) {
        ret = check_finite(parameter_name(self->kind, j), p[j], error);
    }
    if (ret != 0) {
        return ret;
    }
    switch (self->kind) {
        case JC_UNIFORM:
            ret = check_order("low", p[0], "high", p[1], true, error);
            break;
        case JC_TRIANGULAR:
            ret = check_order("low", p[0], "mode", p[1], false, error);
            ret = ret != 0 ? ret : check_order("mode", p[1], "high", p[2], false, error);
            ret = ret != 0 ? ret : check_order("low", p[0], "high", p[2], true, error);
            break;
        case JC_NORMAL:
            ret = check_positive("sd", p[1], error);
            break;
        case JC_LOGNORMAL:
            ret = check_lognormal(self, error);
            break;
        case JC_EXPONENTIAL:
            ret = check_positive("mean", p[0], error);
            break;
        case JC_GAMMA:
            ret = check_shape("shape", p[0], error);
            ret = ret != 0 ? ret : check_positive("scale", p[1], error);
            break;
        case JC_BETA:
            ret = check_shape("alpha", p[0], error);
            ret = ret != 0 ? ret : check_shape("beta", p[1], error);
            break;
        default: /* no rules between parameters */
            break;
    }
    return ret;
}

static int
check_component(const struct jc_distribution *self, size_t k, struct jc_error *error)
{
    struct jc_error inner;
    int ret = 0;

    if (self->component[k].kind == JC_MIXTURE) {
        return jc_fail(error, JC_ERROR_SCENARIO, "component %zu must not be a mixture itself",
            k + 1);
    }
    ret = jc_distribution_check(&self->component[k], &inner);
    if (ret != 0) {
        (void) jc_fail(error, ret, "component %zu: %s", k + 1, inner.message);
    }
    return ret;
}

static int
check_items(const struct jc_distribution *self, struct jc_error *error)
{
    const bool mixture = self->kind == JC_MIXTURE;
    const void *items = mixture ? (const void *) self->component : (const void *) self->value;
    const char *name = mixture ? "component" : "value";
    double sum = 0;
    size_t k;
    int ret = 0;

    if (self->n_items == 0 || self->weight == NULL || items == NULL) {
        return jc_fail(error, JC_ERROR_SCENARIO, "at least one %s with its weight is needed", name);
    }
    for (k = 0; ret == 0 && k < self->n_items; k++) {
        sum += self->weight[k];
        if (!(self->weight[k] >= 0 && self->weight[k] <= LARGEST)) {
            ret = jc_fail(error, JC_ERROR_SCENARIO, "weight %zu (%g) must be a number from 0 to %g",
                k + 1, self->weight[k], LARGEST);
        } else if (mixture) {
            ret = check_component(self, k, error);
        } else if (!(fabs(self->value[k]) <= LARGEST)) {
            ret = jc_fail(error, JC_ERROR_SCENARIO, "value %zu (%g) must be a number from %g to %g",
                k + 1, self->value[k], -LARGEST, LARGEST);
        }
    }
    if (ret == 0 && !(sum > 0)) {
        ret = jc_fail(error, JC_ERROR_SCENARIO, "one weight at least must be greater than 0");
    }
    return ret;
}

/* min or max may be infinite, but only outwards. */
static int
check_limits(const struct jc_distribution *self, struct jc_error *error)
{
    int ret = 0;

    if (self->min != -INFINITY) {
        ret = check_finite("min", self->min, error);
    }
    if (ret == 0 && self->max != INFINITY) {
        ret = check_finite("max", self->max, error);
    }
    if (ret == 0) {
        ret = check_order("min", self->min, "max", self->max, false, error);
    }
    if (ret != 0 || (isinf(self->min) && isinf(self->max))) {
        return ret;
    }
    if (jc_distribution_split(self, self->min, self->max).within >= LEAST_PROBABILITY) {
        return 0;
    }
    if (self->kind == JC_CONSTANT) {
        ret = jc_fail(error, JC_ERROR_SCENARIO, "value (%g) must be from min (%g) to max (%g)",
            self->parameter[0], self->min, self->max);
    } else if (isinf(self->min) || isinf(self->max)) {
        ret = jc_fail(error, JC_ERROR_SCENARIO, "%s (%g) leaves less than %g of the distribution",
            isinf(self->max) ? "min" : "max", isinf(self->max) ? self->min : self->max,
            LEAST_PROBABILITY);
    } else {
        ret = jc_fail(error, JC_ERROR_SCENARIO,
            "min (%g) and max (%g) leave less than %g of the distribution", self->min, self->max,
            LEAST_PROBABILITY);
    }
    return ret;
}

int
jc_distribution_check(const struct jc_distribution *self, struct jc_error *error)
{
    int ret = 0;

    if (self->kind >= JC_DISTRIBUTION_KINDS) {
        return jc_fail(error, JC_ERROR_SCENARIO, "unknown kind of distribution");
    }
    ret = self->kind == JC_DISCRETE || self->kind == JC_INTERPOLATED || self->kind == JC_MIXTURE
        ? check_items(self, error)
        : check_parameters(self, error);
    return ret != 0 ? ret : check_limits(self, error);
}
