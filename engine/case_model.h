/*
 * A case of the scenario made ready to compute: samplers for what is drawn, coefficients for what is
 * modelled.
 */
#ifndef JC_ENGINE_CASE_MODEL_H
#define JC_ENGINE_CASE_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "models/kernels.h"
#include "models/throughput.h"
#include "samplers/sampler.h"
#include "scenarios/scenario.h"

/* The most tokens that a query can have. */
#define JC_MOST_TOKENS 1e9

struct jc_case_model {
    const struct jc_case *spec;
    struct jc_sampler *sampler[JC_QUANTITIES]; /* NULL: computed from other quantities */
    bool is_constant[JC_QUANTITIES];           /* the same value in every query */
    float constant[JC_QUANTITIES];
    bool
        is_fleet_value[JC_QUANTITIES]; /* that value is one draw of an unknown of the whole fleet */
    bool has_fit;
    struct jc_throughput_fit fit;
    double largest_tokens_per_s;     /* observed, or the most that can be drawn */
    struct jc_log_linear log_linear; /* if has_fit */
    float prefill_weight;            /* output tokens that an input token costs; 0: none */
    bool utilization_from_throughput;
    float utilization_intercept;
    float utilization_slope; /* per token/s */
};

/* Fits and compiles. `spec` must outlive the model. Errors: JC_ERROR_SCENARIO, JC_ERROR_INPUT (the
 * fit), JC_ERROR_INTERNAL; jc_case_model_free frees what is there. */
int jc_case_model_init(struct jc_case_model *self, const struct jc_case *spec, uint64_t seed,
    struct jc_error *error);
void jc_case_model_free(struct jc_case_model *self);

/* The label of the stream that draws a quantity: its key in the scenario; NULL if it has none. */
const char *jc_stream_label(enum jc_quantity quantity);

#endif
