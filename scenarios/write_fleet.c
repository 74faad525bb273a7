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

void
jc_write_fleet(struct jc_yaml_writer *self, const struct jc_scenario *scenario,
    const struct jc_fleet *fleet)
{
    char month[32];

    (void) snprintf(month, sizeof(month), "%04d-%02d", fleet->year, fleet->month);
    jc_yaml_put(self, fleet->name);
    jc_yaml_open_map(self, YAML_BLOCK_MAPPING_STYLE);
    jc_yaml_put_text(self, "label", fleet->label);
    jc_yaml_put(self, "cases");
    jc_yaml_open_map(self, YAML_FLOW_MAPPING_STYLE);
    for (size_t k = 0; k < fleet->n_cases; k++) {
        jc_yaml_put_pair(self, scenario->cases[fleet->case_index[k]].name, fleet->share[k]);
    }
    jc_yaml_close_map(self);
    jc_yaml_put(self, "demand");
    jc_yaml_open_map(self, YAML_BLOCK_MAPPING_STYLE);
    jc_yaml_put_text(self, "start", month);
    jc_yaml_put_pair(self, "queries_per_day", fleet->queries_per_day);
    if (fleet->n_growth > 0) {
        jc_yaml_put_numbers(self, "growth", fleet->n_growth, fleet->growth);
    }
    jc_yaml_close_map(self);
    if (fleet->n_equivalences > 0) {
        put_equivalences(self, fleet);
    }
    jc_yaml_close_map(self);
}
