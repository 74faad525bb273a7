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
#include "models/quantities.h"
#include "models/throughput.h"
#include "samplers/copula.h"
#include "samplers/joint.h"
#include "samplers/sampler.h"
#include "scenarios/scenario.h"

/* The most tokens that a query can have. */
#define JC_MOST_TOKENS 1e9

/* Inputs whose words are made together before any value is: those that are correlated, and tokens that
 * are drawn jointly. */
struct jc_group {
    size_t n;
    enum jc_quantity quantity[JC_QUANTITIES]; /* [n], the correlated ones first */
    size_t n_correlated;
    struct jc_copula copula;        /* of the correlated ones */
    struct jc_joint_sampler *joint; /* NULL: tokens are drawn apart */
    enum jc_quantity joint_of[2];   /* its first and its second variable */
};

struct jc_case_model {
    const struct jc_case *spec;
    struct jc_sampler *sampler[JC_QUANTITIES]; /* NULL: computed from other quantities */
    bool is_constant[JC_QUANTITIES];           /* the same value in every query */
    float constant[JC_QUANTITIES];
    struct jc_sampler
        *unknown[JC_QUANTITIES]; /* of what has one value for the whole fleet, which is
                                                  the constant: all it could be; else NULL */
    struct jc_group group;

    float free_bytes; /* largest fit: memory for keys and values */
    float kv_bytes_per_token;
    float most_requests;

    bool has_fit;
    struct jc_throughput_fit fit;
    double largest_tokens_per_s;     /* observed, or the most that can be drawn */
    struct jc_log_linear log_linear; /* if has_fit */
    bool is_scattered;               /* coefficients are uncertain, or queries have residuals */
    struct jc_fit_scatter scatter;   /* if is_scattered */
    bool coefficients_uncertain;     /* log_linear has one draw of them */
    struct jc_fit_law *fit_law;      /* if coefficients_uncertain; copies of the model share it */
    struct jc_sampler *residuals;    /* of ln TPS; NULL: none */
    float prefill_weight;            /* output tokens that an input token costs; 0: none */
    struct jc_curve throughput;      /* measured: its logarithm, tokens/s; n_knots 0: none */
    bool
        has_times; /* api: duration and throughput follow from latency and rate, or the latter alone */
    bool has_roofline;
    struct jc_roofline roofline;

    bool has[JC_QUANTITIES]; /* there is such a number in this case */

    bool utilization_from_throughput;
    float utilization_intercept;
    float utilization_slope;      /* per token/s */
    struct jc_curve utilization;  /* from batch; n_knots 0: none */
    bool utilization_from_weight; /* from class: intercept + slope * what was drawn */

    bool has_batch_limits; /* of what was measured: configurations and interventions together */
    float log_batch_low;
    float log_batch_high;

    float factor;     /* of energy, all interventions that depend on nothing */
    size_t n_factors; /* interventions that depend on the batch size */
    struct jc_curve *factors;
};

/* Fits and compiles. `spec` must outlive the model. Errors: JC_ERROR_SCENARIO, JC_ERROR_INPUT (the
 * fit), JC_ERROR_INTERNAL; jc_case_model_free frees what is there. */
int jc_case_model_init(struct jc_case_model *self, const struct jc_case *spec, uint64_t seed,
    struct jc_error *error);
void jc_case_model_free(struct jc_case_model *self);

/* Throughput, batch size, power and interventions: what jc_case_model_init leaves to case_serving.c. */
int jc_case_serving_init(struct jc_case_model *self, uint64_t seed, struct jc_error *error);

/* Another value of an unknown input, and what is computed from it once. */
void jc_case_set_unknown(struct jc_case_model *self, enum jc_quantity quantity, float value);

/* The smallest and the largest value of a drawn input; of an unknown one, in all draws. */
void jc_case_range(const struct jc_case_model *self, enum jc_quantity quantity, float *low,
    float *high);

/* How uncertain the fits of all initialised cases are: which scatter each has (fits of the same rows
 * count once in a pooled one), what is drawn from it, and draw number 0 of the coefficients. Errors:
 * JC_ERROR_SCENARIO (a scatter is needed and no fit has degrees of freedom), JC_ERROR_INPUT (see
 * jc_fit_law_init), JC_ERROR_INTERNAL. */
int jc_case_fits_init(struct jc_case_model *const *models, size_t n_models, uint64_t seed,
    struct jc_error *error);

/* "throughput/MODEL", where MODEL selects the rows, or is the name of the case if nothing does; cut to
 * the size. Word k of a draw of the coefficients is from the stream "throughput/MODEL/k": cases of a model
 * share their draws. */
#define JC_FIT_LABEL 1024
#define JC_RESIDUALS_LABEL "throughput.residual" /* the stream of residuals of ln TPS */
void jc_case_fit_label(const struct jc_case *spec, char *label, size_t size);

/* The words of draw number `draw`: each is the word of that number in its stream. */
void jc_case_fit_words(const struct jc_case *spec, uint64_t seed, uint64_t draw,
    uint32_t word[JC_FIT_WORDS]);

/* Makes log_linear that of a draw, if coefficients_uncertain; `scale` is not that of the draw. Nothing is
 * allocated: `self` may be a copy of the struct, as long as the model is there. */
void jc_case_model_set_coefficients(struct jc_case_model *self, const uint32_t word[JC_FIT_WORDS]);

/* The sampler of an input. Errors: JC_ERROR_INTERNAL. */
int jc_case_add_sampler(struct jc_case_model *self, enum jc_quantity quantity,
    const struct jc_distribution *distribution, uint64_t seed, struct jc_error *error);

#endif
