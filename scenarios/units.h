/*
 * Numbers with units: "10.2 kW", "10200 W", "40 %", "500 tokens", or plain in the unit of the field.
 *
 * A unit is a power of ten, so it only moves the exponent: 40 % reads to the very double of 0.4.
 */
#ifndef JC_SCENARIOS_UNITS_H
#define JC_SCENARIOS_UNITS_H

#include "scenarios/field.h"

enum jc_dimension {
    JC_NUMBER,            /* no unit at all */
    JC_FRACTION,          /* 1; also % */
    JC_TOKENS,            /* tokens */
    JC_TOKENS_PER_S,      /* tokens/s */
    JC_POWER,             /* kW; also W, MW */
    JC_ENERGY_OF_QUERY,   /* Wh; also mWh, kWh */
    JC_SECONDS,           /* s; also ms */
    JC_WATER_PER_ENERGY,  /* L/kWh; also mL/kWh */
    JC_CARBON_PER_ENERGY, /* kg/kWh; also g/kWh */
    JC_PRICE_PER_ENERGY,  /* 1/kWh */
    JC_DIMENSIONS
};

/* Reads a finite number in the plain unit of the dimension. Errors: JC_ERROR_SCENARIO. */
int jc_field_number(const struct jc_field *self, enum jc_dimension dimension, double *value,
    struct jc_error *error);

/* 1 if the field is a number without a unit or with one of any dimension: *value in its plain unit, and which
 * dimension; JC_NUMBER without a unit. */
int jc_field_any_number(const struct jc_field *self, enum jc_dimension *dimension, double *value);

/* The plain unit of a dimension in UDUNITS spelling; NULL of JC_NUMBER. */
const char *jc_dimension_udunits(enum jc_dimension dimension);

/* *numbers becomes the list, not empty, of n such numbers; freed by the caller, also after an error.
 * Errors: JC_ERROR_SCENARIO, JC_ERROR_INTERNAL. */
int jc_field_numbers(const struct jc_field *self, enum jc_dimension dimension, size_t *n,
    double **numbers, struct jc_error *error);

/* The shortest decimal that reads back to the same finite double. */
struct jc_decimal {
    char text[32];
};

struct jc_decimal jc_decimal(double value);

#endif
