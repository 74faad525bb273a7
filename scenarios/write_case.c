#include <math.h>

#include "scenarios/empirical_file.h"
#include "scenarios/write.h"

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
put_power(struct jc_yaml_writer *self, const struct jc_power_spec *spec)
{
    if (spec->form == JC_POWER_INDEPENDENT) {
        jc_write_value(self, "power_utilization", &spec->utilization);
        return;
    }
    jc_yaml_put(self, "power_utilization");
    jc_yaml_open_map(self, YAML_FLOW_MAPPING_STYLE);
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
        jc_yaml_put_pair(self, "rank", item->correlations[i].rank);
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
    put_workload(self, item);
    jc_write_throughput(self, &item->throughput);
    jc_yaml_put(self, "node");
    jc_yaml_open_map(self, YAML_BLOCK_MAPPING_STYLE);
    jc_write_value(self, "power", &item->node_power_kw);
    put_power(self, &item->power);
    jc_yaml_close_map(self);
    jc_yaml_put(self, "hosting");
    jc_yaml_open_map(self, YAML_BLOCK_MAPPING_STYLE);
    jc_write_value(self, "pue", &item->pue);
    jc_yaml_close_map(self);
    jc_write_interventions(self, item);
    put_correlations(self, item);
    jc_yaml_close_map(self);
}
