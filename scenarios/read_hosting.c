#include "scenarios/read.h"

static const struct jc_range pue_range = { JC_FRACTION, true, 1e9 };

/* The inputs of the footprint, by their keys. */
static const struct {
    const char *key;
    struct jc_range range;
} inputs[JC_FOOTPRINT_INPUTS] = {
    [JC_FOOTPRINT_WUE_SITE] = { "wue_site", { JC_WATER_PER_ENERGY, false, 1e9 } },
    [JC_FOOTPRINT_WUE_SOURCE] = { "wue_source", { JC_WATER_PER_ENERGY, false, 1e9 } },
    [JC_FOOTPRINT_CARBON] = { "carbon_intensity", { JC_CARBON_PER_ENERGY, false, 1e9 } },
    [JC_FOOTPRINT_PRICE] = { "electricity_price", { JC_PRICE_PER_ENERGY, false, 1e9 } },
};

static void
set(struct jc_distribution *self, double value)
{
    jc_distribution_free(self);
    *self = jc_distribution_constant(value);
}

static void
use_host(const struct jc_host *host, struct jc_case *self)
{
    const double value[] = { [JC_FOOTPRINT_WUE_SITE] = host->wue_site_l_per_kwh,
        [JC_FOOTPRINT_WUE_SOURCE] = host->wue_source_l_per_kwh,
        [JC_FOOTPRINT_CARBON] = host->carbon_kg_per_kwh };

    set(&self->pue, host->pue);
    for (int i = 0; i <= JC_FOOTPRINT_CARBON; i++) {
        set(&self->footprint.value[i], value[i]);
        self->footprint.known[i] = true;
    }
}

/* A number of its own stands over that of a host, unless the host was written over it. */
static struct jc_field
own_value(const struct jc_field *hosting, const char *key)
{
    struct jc_field value = jc_field_get(hosting, key);
    struct jc_field host = jc_field_get(hosting, "host");

    if (jc_field_is_over(&host, &value)) {
        value.node = NULL;
    }
    return value;
}

int
jc_read_hosting(struct jc_reader *reader, const struct jc_field *field, struct jc_case *self,
    struct jc_error *error)
{
    static const char *const names[] = { "host", "pue", "wue_site", "wue_source",
        "carbon_intensity", "electricity_price", NULL };
    struct jc_field hosting = jc_field_get(field, "hosting");
    struct jc_field host = jc_field_get(&hosting, "host");
    struct jc_field value = own_value(&hosting, "pue");
    struct jc_host row;
    int ret = hosting.node == NULL ? 0 : jc_field_section(&hosting, names, error);

    if (ret == 0 && host.node != NULL) {
        ret = jc_read_host(reader, &host, &row, error);
        if (ret == 0) {
            use_host(&row, self);
            jc_host_free(&row);
        }
    }
    if (ret == 0 && value.node != NULL) {
        ret = jc_read_value(reader, &value, &pue_range, &self->pue, error);
    }
    for (int i = 0; ret == 0 && i < JC_FOOTPRINT_INPUTS; i++) {
        value = i == JC_FOOTPRINT_PRICE ? jc_field_get(&hosting, inputs[i].key)
                                        : own_value(&hosting, inputs[i].key);
        if (value.node != NULL) {
            ret = jc_read_value(reader, &value, &inputs[i].range, &self->footprint.value[i], error);
            self->footprint.known[i] = true;
        }
    }
    return ret;
}
