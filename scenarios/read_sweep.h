/*
 * Reading the parameters of a sweep: what read_sweep.c has for read_sweep_design.c.
 *
 * Errors are those of scenarios/read.h; what a parameter holds then is freed with the sweep.
 */
#ifndef JC_SCENARIOS_READ_SWEEP_H
#define JC_SCENARIOS_READ_SWEEP_H

#include "models/csv_table.h"
#include "scenarios/read.h"
#include "scenarios/sweep_design.h"
#include "scenarios/yaml_writer.h"

/* Name, key and label of the parameter at a field. */
int jc_sweep_read_name(const struct jc_field *field, const struct jc_scenario *scenario,
    struct jc_sweep_parameter *self, struct jc_error *error);

/* Its values: written out or in steps; placed in a range; or a column of a table. */
int jc_sweep_read_list(const struct jc_field *field, struct jc_sweep_parameter *self,
    struct jc_error *error);
int jc_sweep_read_range(const struct jc_field *field, enum jc_points_kind kind, uint64_t seed,
    size_t dimension, size_t n, struct jc_sweep_parameter *self, struct jc_error *error);
int jc_sweep_read_column(const struct jc_field *field, const struct jc_csv_table *table,
    struct jc_sweep_parameter *self, struct jc_error *error);

#endif
