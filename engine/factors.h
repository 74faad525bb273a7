/*
 * Factors of a case: its random inputs as a sensitivity study exchanges them, one by one or in groups.
 *
 * Inputs that are correlated or drawn jointly cannot be exchanged one without the other: they are one factor,
 * and so are groups that share such inputs.
 */
#ifndef JC_ENGINE_FACTORS_H
#define JC_ENGINE_FACTORS_H

#include <stdbool.h>

#include "engine/case_model.h"

struct jc_factor {
    char name[640]; /* keys of its inputs, or names of its groups, with + between them */
    size_t n;
    enum jc_quantity input[JC_QUANTITIES]; /* [n] */
};

struct jc_factors {
    size_t n;
    struct jc_factor factor[JC_QUANTITIES]; /* [n] */
};

/* The factors of a case, whose constant inputs are none; with `grouped`, those of the groups workload (tokens,
 * batch size), serving (throughput, latency, rate, duration) and facility (node power and its utilisation,
 * PUE, water, carbon, price). There may be none. */
void jc_factors_of(const struct jc_case_model *model, bool grouped, struct jc_factors *factors);

/* Its group: "workload", "serving" or "facility". */
const char *jc_factor_group(enum jc_quantity input);

/* 1 if an input differs from query to query; that of throughput is the residual of a fit that has one. */
bool jc_factor_is_random(const struct jc_case_model *model, size_t quantity);

/* What a case draws an input from; NULL if the quantity is no input of any case. */
struct jc_distribution *jc_case_input(struct jc_case *spec, enum jc_quantity quantity);

#endif
