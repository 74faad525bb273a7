#include <math.h>

#include "scenarios/empirical_file.h"
#include "scenarios/write.h"

static const char *const footprint_keys[JC_FOOTPRINT_INPUTS] = {
    [JC_FOOTPRINT_WUE_SITE] = "wue_site",
    [JC_FOOTPRINT_WUE_SOURCE] = "wue_source",
    [JC_FOOTPRINT_CARBON] = "carbon_intensity",
    [JC_FOOTPRINT_PRICE] = "electricity_price",
};

static void
put_batch(struct jc_yaml_writer *self, const struct jc_batch_spec *spec)
{
    if (spec->form == JC_BATCH_DRAWN) {
        jc_write_value(self, "batch_size", &spec->size);
    } else if (spec->form == JC_BATCH_LARGEST_FIT) {
        jc_yaml_put(self, "batch_size");
        jc_yaml_open_map(self, YAML_BLOCK_MAPPING_STYLE);
        jc_yaml_put(self, "largest_fit");
        jc_yaml_open_map(self, YAML_BLOCK_MAPPING_STYLE);
        jc_write_architecture(self, &spec->architecture);
        jc_write_accelerator(self, &spec->accelerator);
        jc_yaml_put_pair(self, "accelerators", spec->accelerators);
        jc_yaml_put_pair(self, "reserve", spec->reserve);
        jc_yaml_put_pair(self, "most", spec->most);
        jc_yaml_close_map(self);
        jc_yaml_close_map(self);
    }
}

static void
put_workload(struct jc_yaml_writer *self, const struct jc_case *item)
{
    jc_yaml_put(self, "workload");
    jc_yaml_open_map(self, YAML_BLOCK_MAPPING_STYLE);
    if (item->joint.n_marginals > 0) {
        jc_yaml_put(self, "empirical");
        jc_yaml_open_map(self, YAML_BLOCK_MAPPING_STYLE);
        jc_empirical_put(self, &item->joint);
        jc_yaml_close_map(self);
    } else {
        jc_write_value(self, "input_tokens", &item->input_tokens);
        jc_write_value(self, "output_tokens", &item->output_tokens);
    }
    if (item->excluded > 0) {
        jc_yaml_put_pair(self, "excluded", item->excluded);
    }
    put_batch(self, &item->batch);
    jc_yaml_close_map(self);
}

static void
put_class(struct jc_yaml_writer *self, const struct jc_power_spec *spec)
{
    const struct jc_service_class *row = &spec->service_class;

    jc_yaml_put(self, "from_class");
    jc_yaml_open_map(self, YAML_FLOW_MAPPING_STYLE);
    jc_yaml_put(self, "class");
    jc_yaml_open_map(self, YAML_FLOW_MAPPING_STYLE);
    jc_yaml_put_text(self, "name", row->name);
    jc_yaml_put_pair(self, "gpu_share_low", row->gpu_share_low);
    jc_yaml_put_pair(self, "gpu_share_high", row->gpu_share_high);
    jc_yaml_put_pair(self, "other_share", row->other_share);
    jc_yaml_put_pair(self, "gpu_power", row->gpu_power_kw);
    jc_yaml_put_pair(self, "other_power", row->other_power_kw);
    jc_yaml_put_text(self, "source", row->source);
    jc_yaml_close_map(self);
    jc_write_value(self, "weight", &spec->utilization);
    jc_yaml_close_map(self);
}

static void
put_power(struct jc_yaml_writer *self, const struct jc_power_spec *spec)
{
    if (spec->form == JC_POWER_INDEPENDENT) {
        jc_write_value(self, "power_utilization", &spec->utilization);
        return;
    }
    jc_yaml_put(self, "power_utilization");
    jc_yaml_open_map(self, YAML_FLOW_MAPPING_STYLE);
    if (spec->form == JC_POWER_FROM_CLASS) {
        put_class(self, spec);
        jc_yaml_close_map(self);
        return;
    }
    jc_yaml_put(self, spec->form == JC_POWER_FROM_BATCH ? "from_batch" : "from_throughput");
    jc_yaml_open_map(self, YAML_FLOW_MAPPING_STYLE);
    if (spec->form == JC_POWER_FROM_BATCH) {
        jc_yaml_put_pair(self, "other_power", spec->other_power_kw);
    } else {
        jc_yaml_put_pair(self, "intercept", spec->intercept);
        jc_yaml_put_pair(self, "slope", spec->slope);
    }
    jc_yaml_close_map(self);
    jc_yaml_close_map(self);
}

static void
put_tags(struct jc_yaml_writer *self, const struct jc_case *item)
{
    if (item->n_tags == 0) {
        return;
    }
    jc_yaml_put(self, "tags");
    jc_yaml_open_map(self, YAML_BLOCK_MAPPING_STYLE);
    for (size_t i = 0; i < item->n_tags; i++) {
        jc_yaml_put_text(self, item->tags[i].key, item->tags[i].value);
    }
    jc_yaml_close_map(self);
}

static void
put_correlations(struct jc_yaml_writer *self, const struct jc_case *item)
{
    if (item->n_correlations == 0) {
        return;
    }
    jc_yaml_put(self, "correlations");
    jc_yaml_open_list(self, YAML_BLOCK_SEQUENCE_STYLE);
    for (size_t i = 0; i < item->n_correlations; i++) {
        jc_yaml_open_map(self, YAML_FLOW_MAPPING_STYLE);
        jc_yaml_put(self, "between");
        jc_yaml_open_list(self, YAML_FLOW_SEQUENCE_STYLE);
        jc_yaml_put(self, jc_quantity_info(item->correlations[i].of[0])->key);
        jc_yaml_put(self, jc_quantity_info(item->correlations[i].of[1])->key);
        jc_yaml_close_list(self);
        jc_yaml_put_pair(self, item->correlations[i].normal ? "normal" : "rank",
            item->correlations[i].value);
        jc_yaml_close_map(self);
    }
    jc_yaml_close_list(self);
}

void
jc_write_case(struct jc_yaml_writer *self, const struct jc_case *item)
{
    jc_yaml_put(self, item->name);
    jc_yaml_open_map(self, YAML_BLOCK_MAPPING_STYLE);
    jc_yaml_put_text(self, "label", item->label);
    put_tags(self, item);
    put_workload(self, item);
    jc_write_throughput(self, item);
    jc_yaml_put(self, "node");
    jc_yaml_open_map(self, YAML_BLOCK_MAPPING_STYLE);
    jc_write_value(self, "power", &item->node_power_kw);
    put_power(self, &item->power);
    if (!isnan(item->gpus)) {
        jc_yaml_put_pair(self, "gpus", item->gpus);
    }
    jc_yaml_close_map(self);
    jc_yaml_put(self, "hosting");
    jc_yaml_open_map(self, YAML_BLOCK_MAPPING_STYLE);
    jc_write_value(self, "pue", &item->pue);
    for (int i = 0; i < JC_FOOTPRINT_INPUTS; i++) {
        if (item->footprint.known[i]) {
            jc_write_value(self, footprint_keys[i], &item->footprint.value[i]);
        }
    }
    jc_yaml_close_map(self);
    jc_write_interventions(self, item);
    put_correlations(self, item);
    jc_yaml_close_map(self);
}
