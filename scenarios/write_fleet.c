#include <stdio.h>

#include "scenarios/write.h"

static void
put_equivalences(struct jc_yaml_writer *self, const struct jc_fleet *fleet)
{
    const struct jc_equivalence *one;

    jc_yaml_put(self, "equivalences");
    jc_yaml_open_list(self, YAML_BLOCK_SEQUENCE_STYLE);
    for (size_t k = 0; k < fleet->n_equivalences; k++) {
        one = &fleet->equivalences[k];
        jc_yaml_open_map(self, YAML_FLOW_MAPPING_STYLE);
        jc_yaml_put_text(self, "name", one->name);
        jc_yaml_put_text(self, "quantity", jc_quantity_info(one->quantity)->name);
        jc_yaml_put_pair(self, "amount", one->amount);
        jc_yaml_put_text(self, "source", one->source);
        jc_yaml_close_map(self);
    }
    jc_yaml_close_list(self);
}

static void
put_share(struct jc_yaml_writer *self, const char *key, const struct jc_fleet_share *share)
{
    if (share->rest) {
        jc_yaml_put_text(self, key, "rest");
    } else {
        jc_write_value(self, key, &share->value);
    }
}

static void
put_mix(struct jc_yaml_writer *self, const struct jc_scenario *scenario,
    const struct jc_fleet *fleet)
{
    jc_yaml_put(self, "mix");
    jc_yaml_open_map(self, YAML_BLOCK_MAPPING_STYLE);
    for (size_t j = 0; j < fleet->n_regimes; j++) {
        const struct jc_fleet_regime *regime = &fleet->regimes[j];

        jc_yaml_put(self, regime->name);
        jc_yaml_open_map(self, YAML_BLOCK_MAPPING_STYLE);
        put_share(self, "share", &regime->share);
        jc_yaml_put(self, "cases");
        jc_yaml_open_map(self, YAML_FLOW_MAPPING_STYLE);
        for (size_t k = 0; k < regime->n_cases; k++) {
            put_share(self, scenario->cases[regime->case_index[k]].name, &regime->case_share[k]);
        }
        jc_yaml_close_map(self);
        jc_yaml_close_map(self);
    }
    jc_yaml_close_map(self);
}

static void
put_factor(struct jc_yaml_writer *self, const struct jc_fleet *fleet,
    const struct jc_fleet_factor *factor, bool overhead)
{
    jc_yaml_put(self, factor->name);
    jc_yaml_open_map(self, YAML_BLOCK_MAPPING_STYLE);
    jc_yaml_put_text(self, "label", factor->label);
    jc_write_value(self,
        overhead              ? "factor"
            : factor->divides ? "divide_by"
                              : "multiply_by",
        &factor->value);
    if (!overhead) {
        jc_write_value(self, "adoption", &factor->adoption);
        jc_yaml_put(self, "of");
        jc_yaml_open_list(self, YAML_FLOW_SEQUENCE_STYLE);
        for (size_t k = 0; k < fleet->n_regimes; k++) {
            if (factor->applies[k]) {
                jc_yaml_put(self, fleet->regimes[k].name);
            }
        }
        jc_yaml_close_list(self);
    }
    jc_yaml_put_text(self, "node_time", factor->node_time ? "true" : NULL);
    jc_yaml_put_text(self, "source", factor->source);
    jc_yaml_close_map(self);
}

/* Overheads or interventions, those of `factors` from `first` on. */
static void
put_factors(struct jc_yaml_writer *self, const char *key, const struct jc_fleet *fleet,
    size_t first, size_t end)
{
    if (first == end) {
        return;
    }
    jc_yaml_put(self, key);
    jc_yaml_open_map(self, YAML_BLOCK_MAPPING_STYLE);
    for (size_t k = first; k < end; k++) {
        put_factor(self, fleet, &fleet->factors[k], k < fleet->n_overheads);
    }
    jc_yaml_close_map(self);
}

static void
put_fleet(struct jc_yaml_writer *self, const struct jc_scenario *scenario,
    const struct jc_fleet *fleet)
{
    char month[32];

    jc_yaml_put(self, fleet->name);
    jc_yaml_open_map(self, YAML_BLOCK_MAPPING_STYLE);
    jc_yaml_put_text(self, "label", fleet->label);
    put_mix(self, scenario, fleet);
    jc_yaml_put(self, "demand");
    jc_yaml_open_map(self, YAML_BLOCK_MAPPING_STYLE);
    if (fleet->year > 0) {
        (void) snprintf(month, sizeof(month), "%04d-%02d", fleet->year, fleet->month);
        jc_yaml_put_text(self, "start", month);
    }
    jc_yaml_put_pair(self, "queries_per_day", fleet->queries_per_day);
    if (fleet->n_growth > 0) {
        jc_yaml_put_numbers(self, "growth", fleet->n_growth, fleet->growth);
    }
    jc_yaml_close_map(self);
    put_factors(self, "overheads", fleet, 0, fleet->n_overheads);
    put_factors(self, "interventions", fleet, fleet->n_overheads, fleet->n_factors);
    jc_yaml_put_pair(self, "load", fleet->load);
    jc_yaml_put_pair(self, "peak_to_average", fleet->peak_to_average);
    if (fleet->n_equivalences > 0) {
        put_equivalences(self, fleet);
    }
    jc_yaml_close_map(self);
}

static void
put_reference(struct jc_yaml_writer *self, const struct jc_reference *reference)
{
    jc_yaml_put(self, reference->name);
    jc_yaml_open_map(self, YAML_BLOCK_MAPPING_STYLE);
    jc_yaml_put_text(self, "label", reference->label);
    if (reference->is_power) {
        jc_yaml_put_pair(self, "power", reference->power_kw);
        jc_yaml_put_pair(self, "load", reference->load);
    } else {
        jc_yaml_put_pair(self, "energy_per_query", reference->energy_wh);
        jc_yaml_put_pair(self, "queries_per_day", reference->queries);
    }
    jc_yaml_put_text(self, "source", reference->source);
    jc_yaml_close_map(self);
}

static void
put_waterfall(struct jc_yaml_writer *self, const struct jc_scenario *scenario,
    const struct jc_waterfall *waterfall)
{
    jc_yaml_put(self, waterfall->name);
    jc_yaml_open_map(self, YAML_BLOCK_MAPPING_STYLE);
    jc_yaml_put_text(self, "label", waterfall->label);
    jc_yaml_put(self, "steps");
    jc_yaml_open_list(self, YAML_FLOW_SEQUENCE_STYLE);
    for (size_t k = 0; k < waterfall->n_steps; k++) {
        jc_yaml_put(self, scenario->fleets[waterfall->fleet_index[k]].name);
    }
    jc_yaml_close_list(self);
    jc_yaml_close_map(self);
}

static void
open_section(struct jc_yaml_writer *self, const char *key)
{
    jc_yaml_put(self, key);
    jc_yaml_open_map(self, YAML_BLOCK_MAPPING_STYLE);
}

void
jc_write_fleets(struct jc_yaml_writer *self, const struct jc_scenario *scenario)
{
    if (scenario->n_fleets > 0) {
        open_section(self, "fleet");
        for (size_t i = 0; i < scenario->n_fleets; i++) {
            put_fleet(self, scenario, &scenario->fleets[i]);
        }
        jc_yaml_close_map(self);
    }
    if (scenario->n_references > 0) {
        open_section(self, "references");
        for (size_t i = 0; i < scenario->n_references; i++) {
            put_reference(self, &scenario->references[i]);
        }
        jc_yaml_close_map(self);
    }
    if (scenario->n_waterfalls > 0) {
        open_section(self, "waterfall");
        for (size_t i = 0; i < scenario->n_waterfalls; i++) {
            put_waterfall(self, scenario, &scenario->waterfalls[i]);
        }
        jc_yaml_close_map(self);
    }
}
