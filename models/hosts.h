/*
 * Hosts: what a facility adds to the energy of its servers, and what its electricity takes and emits. A
 * row of a CSV table with its source.
 *
 * Columns (a header names them, in any order, others are ignored): host, pue, wue_site_l_per_kwh,
 * wue_source_l_per_kwh, carbon_kg_per_kwh, source.
 */
#ifndef JC_MODELS_HOSTS_H
#define JC_MODELS_HOSTS_H

#include "base/error.h"

struct jc_host {
    char *name;
    double pue;                  /* facility energy / IT energy, > 0 */
    double wue_site_l_per_kwh;   /* water on site per IT energy, L/kWh, >= 0 */
    double wue_source_l_per_kwh; /* water of the electricity per facility energy, L/kWh, >= 0 */
    double carbon_kg_per_kwh;    /* of the electricity, kg CO2e/kWh, >= 0 */
    char *source;
};

/* The row of that name in a CSV file. Errors: JC_ERROR_INPUT (the file; no such row, naming those
 * that there are; two such rows; `file:line: column: ...`, a field of it that is empty or out of
 * range), JC_ERROR_IO, JC_ERROR_INTERNAL. On error, nothing is to be freed. */
int jc_host_read(struct jc_host *self, const char *path, const char *name, struct jc_error *error);
void jc_host_free(struct jc_host *self);

#endif
