/*
 * The table of quantities: every number that joulecast computes per query, once.
 *
 * The store, the summary, the plots and the docs are driven by it.
 */
#ifndef JC_MODELS_QUANTITIES_H
#define JC_MODELS_QUANTITIES_H

#include <stdbool.h>

enum jc_quantity {
    JC_INPUT_TOKENS,
    JC_OUTPUT_TOKENS,
    JC_BATCH_SIZE,
    JC_LATENCY,
    JC_RATE,
    JC_DURATION,
    JC_NODE_POWER,
    JC_POWER_UTILIZATION,
    JC_PUE,
    JC_THROUGHPUT,
    JC_NODE_TIME,
    JC_ENERGY,
    JC_WUE_SITE,
    JC_WUE_SOURCE,
    JC_CARBON_INTENSITY,
    JC_ELECTRICITY_PRICE,
    JC_WATER,
    JC_CARBON,
    JC_COST,
    JC_QUANTITIES
};

struct jc_quantity_info {
    const char *name;        /* of the variable in files, scenarios and JSON */
    const char *unit;        /* for people: "Wh" */
    const char *udunits;     /* for files: "W h" */
    const char *long_name;   /* one line, lower case */
    const char *description; /* one sentence */
    bool integer;            /* stored as uint32; else float32 */
    const char *key;         /* of a case in a scenario, and label of its stream; NULL: computed */
};

/* The row of a quantity; `quantity` must be below JC_QUANTITIES. */
const struct jc_quantity_info *jc_quantity_info(enum jc_quantity quantity);

/* The quantity of that name; JC_QUANTITIES if there is none. */
enum jc_quantity jc_quantity_by_name(const char *name);

#endif
