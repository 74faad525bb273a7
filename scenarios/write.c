#include <inttypes.h>
#include <stdio.h>

#include "scenarios/write.h"

static void
put_pathways(struct jc_yaml_writer *self, const struct jc_scenario *scenario)
{
    const struct jc_pathway *pathway;

    jc_yaml_put(self, "pathways");
    jc_yaml_open_map(self, YAML_BLOCK_MAPPING_STYLE);
    for (size_t i = 0; i < scenario->n_pathways; i++) {
        pathway = &scenario->pathways[i];
        jc_yaml_put(self, pathway->name);
        jc_yaml_open_map(self, YAML_BLOCK_MAPPING_STYLE);
        jc_yaml_put_text(self, "label", pathway->label);
        if (pathway->n_combined == 0) {
            jc_write_value(self, "divide_by", &pathway->divide_by);
        } else {
            jc_yaml_put(self, "combine");
            jc_yaml_open_list(self, YAML_FLOW_SEQUENCE_STYLE);
            for (size_t j = 0; j < pathway->n_combined; j++) {
                jc_yaml_put(self, scenario->pathways[pathway->combined_index[j]].name);
            }
            jc_yaml_close_list(self);
        }
        jc_yaml_close_map(self);
    }
    jc_yaml_close_map(self);
}

static void
put_trims(struct jc_yaml_writer *self, const char *key, const struct jc_trims *trims)
{
    jc_yaml_put(self, key);
    jc_yaml_open_list(self, YAML_FLOW_SEQUENCE_STYLE);
    for (size_t i = 0; i < trims->n_stages; i++) {
        jc_yaml_open_list(self, YAML_FLOW_SEQUENCE_STYLE);
        jc_yaml_put_number(self, trims->stage[i].low);
        jc_yaml_put_number(self, trims->stage[i].high);
        jc_yaml_close_list(self);
    }
    jc_yaml_close_list(self);
}

static void
put_blend(struct jc_yaml_writer *self, const struct jc_scenario *scenario,
    const struct jc_blend *blend)
{
    jc_yaml_put(self, blend->name);
    jc_yaml_open_map(self, YAML_BLOCK_MAPPING_STYLE);
    jc_yaml_put_text(self, "label", blend->label);
    jc_yaml_put(self, "cases");
    jc_yaml_open_map(self, YAML_FLOW_MAPPING_STYLE);
    for (size_t i = 0; i < blend->n_cases; i++) {
        jc_yaml_put_pair(self, scenario->cases[blend->case_index[i]].name, blend->weight[i]);
    }
    jc_yaml_close_map(self);
    put_trims(self, "trim", &blend->trim);
    jc_yaml_put(self, "pathways");
    jc_yaml_open_list(self, YAML_FLOW_SEQUENCE_STYLE);
    for (size_t i = 0; i < blend->n_pathways; i++) {
        jc_yaml_put(self, scenario->pathways[blend->pathway_index[i]].name);
    }
    jc_yaml_close_list(self);
    put_trims(self, "trim_pathways", &blend->trim_pathways);
    jc_yaml_close_map(self);
}

static void
put_count(struct jc_yaml_writer *self, const char *key, uint64_t count)
{
    char number[32];

    (void) snprintf(number, sizeof(number), "%" PRIu64, count);
    jc_yaml_put_text(self, key, number);
}

static void
put_bands(struct jc_yaml_writer *self, const struct jc_bands_spec *bands)
{
    if (bands->draws > 0) {
        jc_yaml_put(self, "bands");
        jc_yaml_open_map(self, YAML_FLOW_MAPPING_STYLE);
        put_count(self, "draws", bands->draws);
        put_count(self, "queries", bands->queries);
        jc_yaml_put_text(self, "points", jc_points_names[bands->points]);
        jc_yaml_close_map(self);
    }
}

static void
put_points(struct jc_yaml_writer *self, const struct jc_scenario *scenario)
{
    const char *name = jc_points_names[scenario->points];

    if (scenario->points == JC_POINTS_RANDOM) {
        jc_yaml_put_text(self, "points", name);
        return;
    }
    jc_yaml_put(self, "points");
    jc_yaml_open_map(self, YAML_FLOW_MAPPING_STYLE);
    jc_yaml_put_text(self, "kind", name);
    jc_yaml_put_pair(self, "replicates", (double) scenario->replicates);
    jc_yaml_close_map(self);
}

static void
put_settings(struct jc_yaml_writer *self, const struct jc_scenario *scenario)
{
    char number[32];

    (void) snprintf(number, sizeof(number), "%d", JC_SCENARIO_LANGUAGE);
    jc_yaml_put_text(self, "joulecast", number);
    jc_yaml_put_text(self, "name", scenario->name);
    jc_yaml_put_text(self, "title", scenario->title);
    jc_yaml_put_text(self, "description", scenario->description);
    jc_yaml_put_text(self, "source", scenario->source);
    put_count(self, "seed", scenario->seed);
    put_count(self, "queries", scenario->queries);
    put_points(self, scenario);
    put_bands(self, &scenario->bands);
    jc_yaml_put(self, "store");
    jc_yaml_open_list(self, YAML_FLOW_SEQUENCE_STYLE);
    for (int i = 0; i < JC_QUANTITIES; i++) {
        if (scenario->store[i]) {
            jc_yaml_put(self, jc_quantity_info((enum jc_quantity) i)->name);
        }
    }
    jc_yaml_close_list(self);
    jc_yaml_put_numbers(self, "quantiles", scenario->n_quantiles, scenario->quantile);
}

static void
put_scenario(struct jc_yaml_writer *self, const struct jc_scenario *scenario)
{
    jc_yaml_open_map(self, YAML_BLOCK_MAPPING_STYLE);
    put_settings(self, scenario);
    jc_yaml_put(self, "cases");
    jc_yaml_open_map(self, YAML_BLOCK_MAPPING_STYLE);
    for (size_t i = 0; i < scenario->n_cases; i++) {
        jc_write_case(self, &scenario->cases[i]);
    }
    jc_yaml_close_map(self);
    if (scenario->n_pathways > 0) {
        put_pathways(self, scenario);
    }
    if (scenario->n_blends > 0) {
        jc_yaml_put(self, "blends");
        jc_yaml_open_map(self, YAML_BLOCK_MAPPING_STYLE);
        for (size_t i = 0; i < scenario->n_blends; i++) {
            put_blend(self, scenario, &scenario->blends[i]);
        }
        jc_yaml_close_map(self);
    }
    if (scenario->n_fleets > 0) {
        jc_yaml_put(self, "fleet");
        jc_yaml_open_map(self, YAML_BLOCK_MAPPING_STYLE);
        for (size_t i = 0; i < scenario->n_fleets; i++) {
            jc_write_fleet(self, scenario, &scenario->fleets[i]);
        }
        jc_yaml_close_map(self);
    }
    jc_yaml_close_map(self);
}

int
jc_scenario_write(const struct jc_scenario *self, struct jc_text *text, struct jc_error *error)
{
    struct jc_yaml_writer writer;

    (void) jc_yaml_begin(&writer, text, error);
    put_scenario(&writer, self);
    return jc_yaml_end(&writer);
}
