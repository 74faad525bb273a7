/*
 * Exchange: two sets of queries of a case, and the response to any mixture of their inputs.
 */
#ifndef JC_ENGINE_EXCHANGE_H
#define JC_ENGINE_EXCHANGE_H

#include "base/error.h"
#include "engine/block.h"
#include "engine/factors.h"
#include "engine/plan.h"
#include "results/sensitivity.h"

/* The seed of the other set, see sensitivity.h. */
uint64_t jc_other_seed(uint64_t seed);

/* A study whose inputs all vary from query to query, twice: with its seed and with another one. */
struct jc_exchange_plans {
    struct jc_case *cases; /* parts are those of the study's cases, not owned */
    struct jc_scenario scenario[2];
    struct jc_plan plan[2];
};

/* `scenario` must outlive it, and *self stay where it is. Errors: those of jc_plan_init. Free also then. */
int jc_exchange_plans_init(struct jc_exchange_plans *self, const struct jc_scenario *scenario,
    struct jc_error *error);
void jc_exchange_plans_free(struct jc_exchange_plans *self);

/* A case of both, and what responds to its factors. */
struct jc_exchange {
    const struct jc_case_model *model[2];
    struct jc_factors factors;
    enum jc_quantity response;
};

/* The plans must outlive it; nothing to free. Errors: JC_ERROR_SCENARIO if the case does not have the response, or
 * no random input. */
int jc_exchange_init(struct jc_exchange *self, const struct jc_exchange_plans *plans,
    size_t case_index, bool grouped, enum jc_quantity response, struct jc_error *error);

/* What a thread needs: the inputs of both sets, and where they are mixed. */
struct jc_exchange_strip {
    const struct jc_exchange *exchange;
    struct jc_block set[2];
    struct jc_block mixed;
};

/* Aligned for its columns; free with free(). Errors: JC_ERROR_INTERNAL. */
int jc_exchange_strip_new(struct jc_exchange_strip **self, struct jc_error *error);

/* Puts the strip before query number `first`, and draws the next n <= JC_STRIP queries of both sets. Only the
 * last strip before another begin may have an n that is no multiple of JC_LANES. */
void jc_exchange_begin(struct jc_exchange_strip *self, const struct jc_kernels *kernels,
    const struct jc_exchange *exchange, uint64_t first);
void jc_exchange_draw(struct jc_exchange_strip *self, size_t n);

/* y[n] becomes the response to the queries of a set, 0 or 1, with the inputs of a factor (NULL: none) from the
 * other set. Errors: JC_ERROR_SCENARIO, a response that is no finite number. */
int jc_exchange_respond(struct jc_exchange_strip *self, size_t set, const struct jc_factor *factor,
    double *y, struct jc_error *error);

/* The response where all inputs are at their medians, and where the inputs of each factor are at their P5
 * and at their P95: at_medians, JC_AT_LOW and JC_AT_HIGH. Errors: those of jc_exchange_respond. */
int jc_exchange_swing(struct jc_exchange_strip *self, const struct jc_kernels *kernels,
    const struct jc_exchange *exchange, struct jc_sensitivity *sensitivity, struct jc_error *error);

/* Rank regression of the response to the first n queries of set 0 on all inputs: r_squared, `determined` and the
 * coefficients of factors of one input. Errors: those of jc_exchange_respond, JC_ERROR_INTERNAL. */
int jc_exchange_regress(struct jc_exchange_strip *self, const struct jc_kernels *kernels,
    const struct jc_exchange *exchange, size_t n, struct jc_sensitivity *sensitivity,
    struct jc_error *error);

#endif
