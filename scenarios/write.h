/*
 * Writing a scenario: what the parts of the writer share. Everybody else wants scenario.h.
 */
#ifndef JC_SCENARIOS_WRITE_H
#define JC_SCENARIOS_WRITE_H

#include "scenarios/scenario.h"
#include "scenarios/yaml_writer.h"

/* key: a number, or a distribution as a mapping. */
void jc_write_value(struct jc_yaml_writer *self, const char *key,
    const struct jc_distribution *value);

/* NAME: {...}, everything of a case. */
void jc_write_case(struct jc_yaml_writer *self, const struct jc_case *item);

/* fleet, references and waterfall, as far as there are any. */
void jc_write_fleets(struct jc_yaml_writer *self, const struct jc_scenario *scenario);

/* The parts of a case that serving depends on. */
void jc_write_throughput(struct jc_yaml_writer *self, const struct jc_case *item);
void jc_write_architecture(struct jc_yaml_writer *self, const struct jc_architecture *row);
void jc_write_accelerator(struct jc_yaml_writer *self, const struct jc_accelerator *row);
void jc_write_interventions(struct jc_yaml_writer *self, const struct jc_case *item);

#endif
