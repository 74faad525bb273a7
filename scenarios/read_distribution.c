#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "samplers/stable_math.h"
#include "scenarios/read.h"

/* Draws of a normal distribution stay within this many standard deviations. */
#define NORMAL_REACH 6.3
#define LN2 0.69314718055994530942
#define EMPIRICAL "empirical"
#define QUANTILES "quantiles"

/* The ways to state a distribution. */
enum form {
    UNIFORM,
    TRIANGULAR,
    NORMAL,
    LOGNORMAL_MU,
    LOGNORMAL_P05,
    LOGNORMAL_MEDIAN,
    EXPONENTIAL_MEAN,
    EXPONENTIAL_MEDIAN,
    GAMMA_SCALE,
    GAMMA_MEAN,
    BETA,
    FORMS
};

static const struct {
    enum jc_distribution_kind kind;
    const char *name[4];
    bool plain[3]; /* a plain number; else in the unit of the field */
} forms[FORMS] = {
    [UNIFORM] = { JC_UNIFORM, { "low", "high" }, { false } },
    [TRIANGULAR] = { JC_TRIANGULAR, { "low", "mode", "high" }, { false } },
    [NORMAL] = { JC_NORMAL, { "mean", "sd" }, { false } },
    [LOGNORMAL_MU] = { JC_LOGNORMAL, { "mu", "sigma" }, { true, true } },
    [LOGNORMAL_P05] = { JC_LOGNORMAL, { "p05", "p95" }, { false } },
    [LOGNORMAL_MEDIAN] = { JC_LOGNORMAL, { "median", "sigma" }, { false, true } },
    [EXPONENTIAL_MEAN] = { JC_EXPONENTIAL, { "mean" }, { false } },
    [EXPONENTIAL_MEDIAN] = { JC_EXPONENTIAL, { "median" }, { false } },
    [GAMMA_SCALE] = { JC_GAMMA, { "shape", "scale" }, { true, false } },
    [GAMMA_MEAN] = { JC_GAMMA, { "shape", "mean" }, { true, false } },
    [BETA] = { JC_BETA, { "alpha", "beta" }, { true, true } },
};

/* What a kind takes, for people. */
static const char *const takes[JC_DISTRIBUTION_KINDS] = {
    [JC_UNIFORM] = "low and high",
    [JC_TRIANGULAR] = "low, mode and high",
    [JC_NORMAL] = "mean and sd",
    [JC_LOGNORMAL] = "mu and sigma, or p05 and p95, or median and sigma",
    [JC_EXPONENTIAL] = "mean or median",
    [JC_GAMMA] = "shape and scale, or shape and mean",
    [JC_BETA] = "alpha and beta",
};

static const char *const option_names[] = { "min", "max", "integer", "varies", NULL };

static int
is_parameter(enum jc_distribution_kind kind, const char *key)
{
    for (int form = 0; form < FORMS; form++) {
        for (size_t i = 0; forms[form].kind == kind && forms[form].name[i] != NULL; i++) {
            if (strcmp(forms[form].name[i], key) == 0) {
                return 1;
            }
        }
    }
    return 0;
}

/* The form whose parameters are exactly the keys that are there. */
static int
find_form(const struct jc_field *field, enum jc_distribution_kind kind, int *form,
    struct jc_error *error)
{
    const struct jc_tree_item *item;
    struct jc_field part;
    size_t n;
    int ret = jc_field_map(field, error);

    if (ret != 0) {
        return ret;
    }
    for (*form = 0; *form < FORMS; ++*form) {
        for (n = 0; forms[*form].name[n] != NULL; n++) {
            if (jc_tree_find(field->node, forms[*form].name[n]) == NULL) {
                break;
            }
        }
        if (forms[*form].kind == kind && forms[*form].name[n] == NULL
            && n == field->node->n_items) {
            return 0;
        }
    }
    for (item = field->node->first; item != NULL; item = item->next) {
        part = jc_field_item(field, item, 0);
        if (!is_parameter(kind, item->key)) {
            return jc_field_fail_key(&part, error, "unknown key; %s takes %s",
                jc_distribution_kind_name(kind), takes[kind]);
        }
    }
    return jc_field_fail(field, error, "%s takes %s", jc_distribution_kind_name(kind), takes[kind]);
}

/* `parameter` as stated in the scenario becomes the parameters of the kind. `outer` is the field that
 * errors name, `inner` the mapping that they point to. */
static int
convert(const struct jc_field *outer, const struct jc_field *inner, int form, double parameter[3],
    struct jc_error *error)
{
    struct jc_field at = jc_field_at(outer, inner);
    struct jc_field first = jc_field_get(inner, forms[form].name[0]);
    double a = parameter[0];
    double b = parameter[1];
    bool logarithm = form == LOGNORMAL_P05 || form == LOGNORMAL_MEDIAN;

    if ((logarithm || form == EXPONENTIAL_MEDIAN) && !(a > 0)) {
        return jc_field_fail(&at, error, "%s (%s) must be greater than 0", forms[form].name[0],
            jc_show(first.node->text).text);
    }
    if (form == LOGNORMAL_P05) {
        if (!(b > a)) {
            return jc_field_fail(&at, error, "p95 (%s) must be greater than p05 (%s)",
                jc_show(jc_field_get(inner, "p95").node->text).text,
                jc_show(first.node->text).text);
        }
        parameter[0] = (jc_log(a) + jc_log(b)) / 2;
        parameter[1] = jc_log(b / a) / (2 * JC_Z95);
    } else if (form == LOGNORMAL_MEDIAN) {
        parameter[0] = jc_log(a);
    } else if (form == EXPONENTIAL_MEDIAN) {
        parameter[0] = a / LN2;
    } else if (form == GAMMA_MEAN) {
        if (!(a > 0) || !(b > 0)) {
            return jc_field_fail(&at, error, "shape and mean must be greater than 0");
        }
        parameter[1] = b / a;
    }
    return 0;
}

static int
read_parameters(const struct jc_field *outer, const struct jc_field *field,
    enum jc_distribution_kind kind, enum jc_dimension dimension, struct jc_distribution *self,
    struct jc_error *error)
{
    struct jc_field part;
    int form;
    int ret = find_form(field, kind, &form, error);

    for (size_t i = 0; ret == 0 && forms[form].name[i] != NULL; i++) {
        part = jc_field_get(field, forms[form].name[i]);
        ret = jc_field_number(&part, forms[form].plain[i] ? JC_NUMBER : dimension,
            &self->parameter[i], error);
    }
    return ret == 0 ? convert(outer, field, form, self->parameter, error) : ret;
}

static int
read_discrete(const struct jc_field *field, enum jc_dimension dimension,
    struct jc_distribution *self, struct jc_error *error)
{
    static const char *const names[] = { "values", "weights", NULL };
    struct jc_field values = jc_field_get(field, "values");
    struct jc_field weights = jc_field_get(field, "weights");
    size_t n_weights;
    int ret = jc_field_section(field, names, error);

    if (ret != 0) {
        return ret;
    }
    if (values.node == NULL) {
        return jc_field_fail(field, error, "%s takes values, and weights if they differ",
            jc_distribution_kind_name(self->kind));
    }
    ret = jc_field_numbers(&values, dimension, &self->n_items, &self->value, error);
    if (ret != 0) {
        return ret;
    }
    if (weights.node == NULL) {
        self->weight = calloc(self->n_items, sizeof(*self->weight));
        for (size_t i = 0; self->weight != NULL && i < self->n_items; i++) {
            self->weight[i] = 1;
        }
        return self->weight == NULL ? jc_fail_memory(error) : 0;
    }
    ret = jc_field_numbers(&weights, JC_FRACTION, &n_weights, &self->weight, error);
    if (ret == 0 && n_weights != self->n_items) {
        ret =
            jc_field_fail(&weights, error, "%zu weights for %zu values", n_weights, self->n_items);
    }
    return ret;
}

static int read_distribution(struct jc_reader *reader, const struct jc_field *field,
    const char *const *options, enum jc_dimension dimension, struct jc_distribution *self,
    struct jc_error *error);

static int
read_mixture(struct jc_reader *reader, const struct jc_field *field, enum jc_dimension dimension,
    struct jc_distribution *self, struct jc_error *error)
{
    static const char *const options[] = { "weight", "min", "max", NULL };
    const struct jc_tree_item *item;
    struct jc_field part;
    struct jc_field weight;
    int ret = jc_field_list(field, error);

    if (ret == 0 && field->node->n_items == 0) {
        ret = jc_field_fail(field, error, "the list is empty");
    }
    if (ret != 0) {
        return ret;
    }
    self->weight = calloc(field->node->n_items, sizeof(*self->weight));
    self->component = calloc(field->node->n_items, sizeof(*self->component));
    if (self->weight == NULL || self->component == NULL) {
        return jc_fail_memory(error);
    }
    for (item = field->node->first; item != NULL && ret == 0; item = item->next) {
        part = jc_field_item(field, item, self->n_items + 1);
        weight = jc_field_get(&part, "weight");
        if (weight.node == NULL) {
            return jc_field_fail(&part, error,
                "the weight is missing, a component is {weight: 0.9, KIND: {...}}");
        }
        ret = jc_field_number(&weight, JC_FRACTION, &self->weight[self->n_items], error);
        if (ret == 0) {
            ret = read_distribution(reader, &part, options, dimension,
                &self->component[self->n_items++], error);
        }
    }
    return ret;
}

/* The keys of the language that name a kind: those of the samplers, and `empirical` and `quantiles`, which
 * become discrete or interpolated. No mixture in a mixture. */
static const char *const kind_keys[] = { "constant", "uniform", "triangular", "normal", "lognormal",
    "exponential", "gamma", "beta", "discrete", "interpolated", "quantiles", "empirical",
    "mixture" };

#define N_KIND_KEYS (sizeof(kind_keys) / sizeof(kind_keys[0]))

static enum jc_distribution_kind
kind_of_key(const char *key)
{
    int kind = JC_CONSTANT;

    while (kind < JC_MIXTURE
        && strcmp(jc_distribution_kind_name((enum jc_distribution_kind) kind), key) != 0) {
        kind++;
    }
    return (enum jc_distribution_kind) kind;
}

/* *key is the one key of the mapping that names a kind. */
static int
find_kind(const struct jc_field *field, const char *const *options, const char **key,
    struct jc_error *error)
{
    const char *names[N_KIND_KEYS + 5] = { NULL };
    size_t n_kinds = N_KIND_KEYS - (strcmp(options[0], "weight") == 0 ? 1 : 0);
    size_t n = n_kinds;
    int ret;

    memcpy(names, kind_keys, n_kinds * sizeof(names[0]));
    for (size_t i = 0; options[i] != NULL; i++) {
        names[n++] = options[i];
    }
    ret = jc_field_section(field, names, error);
    *key = NULL;
    for (size_t i = 0; i < n_kinds && ret == 0; i++) {
        if (jc_tree_find(field->node, kind_keys[i]) == NULL) {
            continue;
        }
        if (*key != NULL) {
            return jc_field_fail(field, error, "%s and %s exclude each other", *key, kind_keys[i]);
        }
        *key = kind_keys[i];
    }
    if (ret == 0 && *key == NULL) {
        ret = jc_field_fail(field, error,
            "expected a number or a distribution, for example {uniform: {low: 1, high: 2}}");
    }
    return ret;
}

static int
read_options(const struct jc_field *field, enum jc_dimension dimension,
    struct jc_distribution *self, struct jc_error *error)
{
    static const char *const variations[] = { "query", "fleet", NULL };
    struct jc_field min = jc_field_get(field, "min");
    struct jc_field max = jc_field_get(field, "max");
    struct jc_field integer = jc_field_get(field, "integer");
    struct jc_field varies = jc_field_get(field, "varies");
    size_t choice;
    int ret = 0;

    if (min.node != NULL) {
        ret = jc_field_number(&min, dimension, &self->min, error);
    }
    if (ret == 0 && max.node != NULL) {
        ret = jc_field_number(&max, dimension, &self->max, error);
    }
    if (ret == 0 && integer.node != NULL) {
        ret = jc_field_bool(&integer, &self->integer, error);
    }
    if (ret == 0 && varies.node != NULL) {
        ret = jc_field_choice(&varies, variations, &choice, error);
        self->varies = ret == 0 && choice == 1 ? JC_VARIES_FLEET : JC_VARIES_QUERY;
    }
    return ret;
}

/* A mapping with one kind and options, or a plain number. */
static int
read_distribution(struct jc_reader *reader, const struct jc_field *field,
    const char *const *options, enum jc_dimension dimension, struct jc_distribution *self,
    struct jc_error *error)
{
    struct jc_field inner;
    struct jc_error wrong;
    const char *key;
    int ret;

    *self = jc_distribution_constant(0);
    if (field->node->kind == JC_TREE_SCALAR) {
        return jc_field_number(field, dimension, &self->parameter[0], error);
    }
    if (field->node->kind == JC_TREE_LIST) {
        return jc_field_fail(field, error, "expected a number or a distribution, found a list");
    }
    ret = find_kind(field, options, &key, error);
    if (ret != 0) {
        return ret;
    }
    inner = jc_field_get(field, key);
    self->kind = kind_of_key(key);
    if (strcmp(key, EMPIRICAL) == 0) {
        self->kind = JC_DISCRETE;
        ret = jc_read_empirical(reader, &inner, self, error);
    } else if (strcmp(key, QUANTILES) == 0) {
        self->kind = JC_INTERPOLATED;
        ret = jc_read_quantiles(&inner, dimension, self, error);
    } else if (self->kind == JC_CONSTANT) {
        ret = jc_field_number(&inner, dimension, &self->parameter[0], error);
    } else if (self->kind == JC_DISCRETE || self->kind == JC_INTERPOLATED) {
        ret = read_discrete(&inner, dimension, self, error);
    } else if (self->kind == JC_MIXTURE) {
        ret = read_mixture(reader, &inner, dimension, self, error);
    } else {
        ret = read_parameters(field, &inner, self->kind, dimension, self, error);
    }
    if (ret == 0) {
        ret = read_options(field, dimension, self, error);
    }
    if (ret == 0 && jc_distribution_check(self, &wrong) != 0) {
        ret = jc_field_fail(field, error, "%s", wrong.message);
    }
    return ret;
}

/* The lowest and the highest value that can be drawn. Where a tail has no end, `high` is INFINITY. */
static void
support(const struct jc_distribution *self, double *low, double *high)
{
    const double *parameter = self->parameter;
    double part_low;
    double part_high;

    *low = 0;
    *high = INFINITY;
    if (self->kind == JC_CONSTANT) {
        *low = *high = parameter[0];
    } else if (self->kind == JC_UNIFORM) {
        *low = parameter[0];
        *high = parameter[1];
    } else if (self->kind == JC_TRIANGULAR) {
        *low = parameter[0];
        *high = parameter[2];
    } else if (self->kind == JC_NORMAL) {
        *low = parameter[0] - NORMAL_REACH * parameter[1];
    } else if (self->kind == JC_LOGNORMAL) {
        *low = jc_exp(parameter[0] - NORMAL_REACH * parameter[1]);
    } else if (self->kind == JC_BETA) {
        *high = 1;
    } else if (self->kind == JC_DISCRETE || self->kind == JC_INTERPOLATED
        || self->kind == JC_MIXTURE) {
        *low = INFINITY;
        *high = -INFINITY;
        for (size_t i = 0; i < self->n_items; i++) {
            if (self->kind != JC_MIXTURE) {
                part_low = part_high = self->value[i];
            } else {
                support(&self->component[i], &part_low, &part_high);
            }
            *low = fmin(*low, part_low);
            *high = fmax(*high, part_high);
        }
    }
    *low = fmax(*low, self->min);
    *high = fmin(*high, self->max);
    if (self->integer) {
        *low = rint(*low);
        *high = rint(*high);
    }
}

int
jc_check_range(const struct jc_field *field, const struct jc_range *range,
    const struct jc_distribution *self, struct jc_error *error)
{
    const char *least = range->positive ? "greater than 0" : "0 or greater";
    bool constant = self->kind == JC_CONSTANT;
    double low;
    double high;

    support(self, &low, &high);
    if (low < 0 || (range->positive && !(low > 0))) {
        if (constant) {
            return jc_field_fail(field, error, "%s found, must be %s", jc_decimal(low).text, least);
        }
        return jc_field_fail(field, error,
            "can be drawn as low as %.4g, must be %s; give it a min:", low, least);
    }
    if (high < INFINITY && high > range->largest) {
        return jc_field_fail(field, error,
            constant ? "%s found, must be at most %s"
                     : "can be drawn as high as %s, must be at most %s",
            jc_decimal(high).text, jc_decimal(range->largest).text);
    }
    return 0;
}

int
jc_read_value(struct jc_reader *reader, const struct jc_field *field, const struct jc_range *range,
    struct jc_distribution *self, struct jc_error *error)
{
    int ret;

    jc_distribution_free(self);
    ret = read_distribution(reader, field, option_names, range->dimension, self, error);
    return ret == 0 ? jc_check_range(field, range, self, error) : ret;
}
