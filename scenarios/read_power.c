#include "scenarios/read.h"

static const struct jc_range utilization = { JC_FRACTION, false, 1e9 };

/* A share of rated power, 0 to 1. */
static int
read_share(const struct jc_field *field, const char *key, double *value, struct jc_error *error)
{
    struct jc_field share = jc_field_get(field, key);
    int ret;

    if (share.node == NULL) {
        return jc_field_fail(field, error,
            "%s is missing, for example {intercept: 0.24, slope: 0.56}", key);
    }
    ret = jc_field_number(&share, JC_FRACTION, value, error);
    if (ret == 0 && !(*value >= 0 && *value <= 1)) {
        ret = jc_field_fail(&share, error, "%s found, must be from 0 to 1",
            jc_show(share.node->text).text);
    }
    return ret;
}

static int
read_line(const struct jc_field *line, struct jc_power_spec *self, struct jc_error *error)
{
    static const char *const names[] = { "intercept", "slope", NULL };
    int ret = jc_field_section(line, names, error);

    self->form = JC_POWER_FROM_THROUGHPUT;
    ret = ret != 0 ? ret : read_share(line, "intercept", &self->intercept, error);
    return ret != 0 ? ret : read_share(line, "slope", &self->slope, error);
}

static int
read_measured(const struct jc_field *measured, struct jc_power_spec *self, struct jc_error *error)
{
    static const char *const names[] = { "other_power", NULL };
    struct jc_field other = jc_field_get(measured, "other_power");
    int ret = jc_field_section(measured, names, error);

    self->form = JC_POWER_FROM_BATCH;
    self->other_power_kw = 0;
    if (ret == 0 && other.node != NULL) {
        ret = jc_field_number(&other, JC_POWER, &self->other_power_kw, error);
        if (ret == 0 && !(self->other_power_kw >= 0)) {
            ret = jc_field_fail(&other, error, "%s found, must be 0 or greater",
                jc_show(other.node->text).text);
        }
    }
    return ret;
}

/* {class: large-h100, weight: 0.5}, or the numbers of a class. */
static int
read_class(struct jc_reader *reader, const struct jc_field *field, struct jc_power_spec *self,
    struct jc_error *error)
{
    static const char *const names[] = { "class", "weight", NULL };
    static const struct jc_range weight_range = { JC_FRACTION, false, 1 };
    struct jc_field name = jc_field_get(field, "class");
    struct jc_field weight = jc_field_get(field, "weight");
    int ret = jc_field_section(field, names, error);

    self->form = JC_POWER_FROM_CLASS;
    if (ret == 0 && name.node == NULL) {
        ret = jc_field_fail(field, error, "class is missing, for example {class: large-h100}");
    }
    ret = ret != 0 ? ret : jc_read_service_class(reader, &name, &self->service_class, error);
    jc_distribution_free(&self->utilization);
    self->utilization = jc_distribution_constant(0.5);
    if (ret == 0 && weight.node != NULL) {
        ret = jc_read_value(reader, &weight, &weight_range, &self->utilization, error);
    }
    return ret;
}

int
jc_read_power(struct jc_reader *reader, const struct jc_field *field, struct jc_power_spec *self,
    struct jc_error *error)
{
    static const char *const names[] = { "from_throughput", "from_batch", "from_class", NULL };
    struct jc_field node = jc_field_get(field, "node");
    struct jc_field value = jc_field_get(&node, "power_utilization");
    struct jc_field line = jc_field_get(&value, "from_throughput");
    struct jc_field measured = jc_field_get(&value, "from_batch");
    struct jc_field class = jc_field_get(&value, "from_class");
    int ret;

    if (line.node == NULL && measured.node == NULL && class.node == NULL) {
        self->form = JC_POWER_INDEPENDENT;
        return value.node == NULL
            ? 0
            : jc_read_value(reader, &value, &utilization, &self->utilization, error);
    }
    ret = jc_field_section(&value, names, error);
    if (ret == 0 && value.node->n_items > 1) {
        ret = jc_field_fail(&value, error,
            "from_throughput, from_batch and from_class exclude one another");
    }
    if (ret != 0) {
        return ret;
    }
    if (class.node != NULL) {
        return read_class(reader, &class, self, error);
    }
    return line.node != NULL ? read_line(&line, self, error)
                             : read_measured(&measured, self, error);
}

/* Power that follows throughput needs a largest throughput to follow; power that follows the batch
 * needs configurations, and one rated power that it is a share of. */
int
jc_check_power(const struct jc_field *field, const struct jc_case *self, struct jc_error *error)
{
    const struct jc_throughput_spec *throughput = &self->throughput;
    const bool drawn =
        throughput->form == JC_THROUGHPUT_CONSTANT && throughput->tokens_per_s.kind != JC_CONSTANT;
    const bool computed = throughput->form == JC_THROUGHPUT_ROOFLINE
        || throughput->form == JC_THROUGHPUT_IDEAL || throughput->form == JC_THROUGHPUT_MEASURED
        || throughput->form == JC_THROUGHPUT_API;
    struct jc_field node = jc_field_get(field, "node");
    struct jc_field value = jc_field_get(&node, "power_utilization");
    struct jc_field power = jc_field_get(&node, "power");

    if (self->power.form == JC_POWER_FROM_THROUGHPUT && (drawn || computed)) {
        return jc_field_fail(&value, error,
            "from_throughput needs a largest throughput: measurements, or a number in "
            "tokens_per_s");
    }
    if (self->power.form == JC_POWER_FROM_BATCH && throughput->form != JC_THROUGHPUT_MEASURED) {
        return jc_field_fail(&value, error, "from_batch needs throughput.form: measured");
    }
    if ((self->power.form == JC_POWER_FROM_BATCH || self->power.form == JC_POWER_FROM_CLASS)
        && self->node_power_kw.kind != JC_CONSTANT) {
        return jc_field_fail(&power, error, "%s needs a number, not a distribution",
            self->power.form == JC_POWER_FROM_BATCH ? "from_batch" : "from_class");
    }
    return 0;
}
