#include <math.h>

#include "scenarios/write.h"

static void put_distribution(struct jc_yaml_writer *self,
    const struct jc_distribution *distribution, const double *weight);

/* The key of the kind with its parameters. */
static void
put_kind(struct jc_yaml_writer *self, const struct jc_distribution *distribution)
{
    static const char *const names[JC_DISTRIBUTION_KINDS][4] = { [JC_UNIFORM] = { "low", "high" },
        [JC_TRIANGULAR] = { "low", "mode", "high" },
        [JC_NORMAL] = { "mean", "sd" },
        [JC_LOGNORMAL] = { "mu", "sigma" },
        [JC_EXPONENTIAL] = { "mean" },
        [JC_GAMMA] = { "shape", "scale" },
        [JC_BETA] = { "alpha", "beta" } };
    const char *const *name = names[distribution->kind];

    jc_yaml_put(self, jc_distribution_kind_name(distribution->kind));
    if (distribution->kind == JC_CONSTANT) {
        jc_yaml_put_number(self, distribution->parameter[0]);
    } else if (distribution->kind == JC_MIXTURE) {
        jc_yaml_open_list(self, YAML_FLOW_SEQUENCE_STYLE);
        for (size_t i = 0; i < distribution->n_items; i++) {
            put_distribution(self, &distribution->component[i], &distribution->weight[i]);
        }
        jc_yaml_close_list(self);
    } else {
        jc_yaml_open_map(self, YAML_FLOW_MAPPING_STYLE);
        for (size_t i = 0; name[i] != NULL; i++) {
            jc_yaml_put_pair(self, name[i], distribution->parameter[i]);
        }
        if (distribution->kind == JC_DISCRETE || distribution->kind == JC_INTERPOLATED) {
            jc_yaml_put_numbers(self, "values", distribution->n_items, distribution->value);
            jc_yaml_put_numbers(self, "weights", distribution->n_items, distribution->weight);
        }
        jc_yaml_close_map(self);
    }
}

/* {kind: {...}, options}; a component of a mixture has a weight. */
static void
put_distribution(struct jc_yaml_writer *self, const struct jc_distribution *distribution,
    const double *weight)
{
    jc_yaml_open_map(self, YAML_FLOW_MAPPING_STYLE);
    if (weight != NULL) {
        jc_yaml_put_pair(self, "weight", *weight);
    }
    put_kind(self, distribution);
    if (distribution->min > -INFINITY) {
        jc_yaml_put_pair(self, "min", distribution->min);
    }
    if (distribution->max < INFINITY) {
        jc_yaml_put_pair(self, "max", distribution->max);
    }
    if (distribution->integer) {
        jc_yaml_put_text(self, "integer", "true");
    }
    if (distribution->varies == JC_VARIES_FLEET) {
        jc_yaml_put_text(self, "varies", "fleet");
    }
    jc_yaml_close_map(self);
}

/* A constant without options is a number. */
void
jc_write_value(struct jc_yaml_writer *self, const char *key, const struct jc_distribution *value)
{
    jc_yaml_put(self, key);
    if (value->kind == JC_CONSTANT && value->min == -INFINITY && value->max == INFINITY
        && !value->integer && value->varies == JC_VARIES_QUERY) {
        jc_yaml_put_number(self, value->parameter[0]);
    } else {
        put_distribution(self, value, NULL);
    }
}
