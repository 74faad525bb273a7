#include "engine/block.h"

#include <float.h>
#include <string.h>

int
jc_kernels_get(enum jc_simd simd, struct jc_kernels *kernels, struct jc_error *error)
{
    kernels->samplers = jc_sampler_kernels_get(simd);
    kernels->models = jc_model_kernels_get(simd);
    kernels->records = jc_record_kernels_get(simd);
    if (kernels->samplers == NULL || kernels->models == NULL || kernels->records == NULL) {
        return jc_fail(error, JC_ERROR_SCENARIO, "this processor does not run the %s variant",
            jc_simd_name(simd));
    }
    return 0;
}

void
jc_block_begin(struct jc_block *self, const struct jc_kernels *kernels,
    const struct jc_case_model *model, uint64_t first)
{
    size_t q, j;

    self->kernels = kernels;
    self->model = model;
    self->n_outside = 0;
    for (q = 0; q < JC_QUANTITIES; q++) {
        self->column[q] = self->room[q];
        if (model->is_constant[q]) {
            for (j = 0; j < JC_STRIP; j++) {
                self->column[q][j] = model->constant[q];
            }
        } else if (model->sampler[q] != NULL) {
            jc_sampler_seek(model->sampler[q], first, &self->cursor[q]);
        }
    }
    if (model->residuals != NULL) {
        jc_sampler_seek(model->residuals, first, &self->residual_cursor);
    }
}

/* The inputs of the group: words first, then what changes them, then values. */
static void
draw_group(struct jc_block *self, const struct jc_group *group, size_t n)
{
    const struct jc_sampler_kernels *kernels = self->kernels->samplers;
    struct jc_sampler *const *sampler = self->model->sampler;
    uint32_t *word[JC_QUANTITIES];
    enum jc_quantity q;
    size_t k;

    for (k = 0; k < group->n; k++) {
        q = group->quantity[k];
        word[k] = self->word[q];
        jc_sampler_words(sampler[q], kernels, &self->cursor[q], n, word[k]);
    }
    if (group->n_correlated > 0) {
        jc_copula_apply(&group->copula, kernels, n, word);
    }
    if (group->joint != NULL) {
        jc_joint_sampler_draw(group->joint, kernels, n, self->word[group->joint_of[0]],
            self->word[group->joint_of[1]], self->column[group->joint_of[0]],
            self->column[group->joint_of[1]]);
    }
    for (k = 0; k < group->n; k++) {
        q = group->quantity[k];
        if (group->joint == NULL || (q != group->joint_of[0] && q != group->joint_of[1])) {
            jc_sampler_values(sampler[q], kernels, &self->cursor[q], n, word[k], self->column[q]);
        }
    }
}

static bool
is_in_group(const struct jc_group *group, size_t quantity)
{
    size_t k = 0;

    while (k < group->n && group->quantity[k] != (enum jc_quantity) quantity) {
        k++;
    }
    return k < group->n;
}

/* Residuals of ln TPS wait in the column of the throughput. */
static void
draw_residuals(struct jc_block *self, size_t n)
{
    const struct jc_sampler_kernels *kernels = self->kernels->samplers;
    const struct jc_sampler *residuals = self->model->residuals;

    if (residuals != NULL) {
        jc_sampler_draw(residuals, kernels, &self->residual_cursor, n, self->column[JC_THROUGHPUT]);
    } else {
        kernels->constant(0, n, self->column[JC_THROUGHPUT]);
    }
}

void
jc_block_draw(struct jc_block *self, size_t n)
{
    const struct jc_case_model *model = self->model;
    size_t q;

    self->n = n;
    for (q = 0; q < JC_QUANTITIES; q++) {
        if (model->sampler[q] != NULL && !model->is_constant[q] && !is_in_group(&model->group, q)) {
            jc_sampler_draw(model->sampler[q], self->kernels->samplers, &self->cursor[q], n,
                self->column[q]);
        }
    }
    if (model->group.n > 0) {
        draw_group(self, &model->group, n);
    }
    if (model->is_scattered) {
        draw_residuals(self, n);
    }
}

/* ln(batch size) within the knots of a curve. */
static const float *
log_batch_within(struct jc_block *self, const struct jc_curve *curve)
{
    (void) self->kernels->models->log_batch(curve->log_batch[0],
        curve->log_batch[curve->n_knots - 1], self->n, self->column[JC_BATCH_SIZE],
        self->log_batch);
    return self->log_batch;
}

/* A batch size that is moved by one curve or by several is moved once. */
static void
count_outside(struct jc_block *self)
{
    const struct jc_case_model *model = self->model;

    if (model->has_batch_limits) {
        self->n_outside += self->kernels->models->log_batch(model->log_batch_low,
            model->log_batch_high, self->n, self->column[JC_BATCH_SIZE], self->log_batch);
    }
}

/* Where a query takes its time also without output, it counts as one with one token. */
static const float *
at_least_one_token(struct jc_block *self)
{
    memcpy(self->tokens, self->column[JC_OUTPUT_TOKENS], sizeof(self->tokens));
    self->kernels->samplers->limit(1, FLT_MAX, self->n, self->tokens);
    return self->tokens;
}

void
jc_block_throughput(struct jc_block *self)
{
    const struct jc_case_model *model = self->model;
    const struct jc_model_kernels *kernels = self->kernels->models;

    if (model->free_bytes > 0) {
        self->n_outside += kernels->largest_batch(model->free_bytes, model->kv_bytes_per_token,
            model->most_requests, self->n, self->column[JC_INPUT_TOKENS],
            self->column[JC_OUTPUT_TOKENS], self->column[JC_BATCH_SIZE]);
    }
    count_outside(self);
    if (model->is_scattered) {
        kernels->log_linear_scattered(&model->log_linear, self->n, self->column[JC_INPUT_TOKENS],
            self->column[JC_OUTPUT_TOKENS], self->column[JC_THROUGHPUT]);
    } else if (model->has_fit) {
        kernels->log_linear(&model->log_linear, self->n, self->column[JC_INPUT_TOKENS],
            self->column[JC_OUTPUT_TOKENS], self->column[JC_THROUGHPUT]);
    } else if (model->throughput.n_knots > 0) {
        kernels->exp_curve(&model->throughput, self->n, log_batch_within(self, &model->throughput),
            self->column[JC_THROUGHPUT]);
    } else if (model->has_times) {
        if (!model->spec->throughput.has_duration) {
            kernels->duration(self->n, self->column[JC_LATENCY], self->column[JC_RATE],
                self->column[JC_OUTPUT_TOKENS], self->column[JC_DURATION]);
        }
        kernels->throughput_of_duration(self->n, at_least_one_token(self),
            self->column[JC_DURATION], self->column[JC_THROUGHPUT]);
    } else if (model->has_roofline) {
        kernels->roofline(&model->roofline, self->n, self->column[JC_INPUT_TOKENS],
            self->column[JC_OUTPUT_TOKENS], self->column[JC_BATCH_SIZE],
            self->column[JC_THROUGHPUT]);
    }
}

/* Power at the batch size of the throughput, whose logarithm is at hand. */
static void
utilize(struct jc_block *self)
{
    const struct jc_case_model *model = self->model;
    const struct jc_model_kernels *kernels = self->kernels->models;

    if (model->utilization_from_throughput) {
        kernels->utilization(model->utilization_intercept, model->utilization_slope, self->n,
            self->column[JC_THROUGHPUT], self->column[JC_POWER_UTILIZATION]);
    } else if (model->utilization_from_weight) {
        kernels->utilization(model->utilization_intercept, model->utilization_slope, self->n,
            self->column[JC_POWER_UTILIZATION], self->factor);
        memcpy(self->column[JC_POWER_UTILIZATION], self->factor, self->n * sizeof(float));
    } else if (model->utilization.n_knots > 0) {
        kernels->curve(&model->utilization, self->n, self->log_batch,
            self->column[JC_POWER_UTILIZATION]);
    }
}

/* The tokens whose time at the throughput is that of the query. */
static const float *
timed_tokens(struct jc_block *self)
{
    const struct jc_case_model *model = self->model;
    const float *tokens = self->column[JC_OUTPUT_TOKENS];

    if (model->prefill_weight > 0) {
        self->kernels->models->effective_tokens(model->prefill_weight, self->n,
            self->column[JC_INPUT_TOKENS], tokens, self->tokens);
        tokens = self->tokens;
    } else if (model->has_roofline || model->has_times) {
        tokens = at_least_one_token(self);
    }
    return tokens;
}

static void
intervene(struct jc_block *self)
{
    const struct jc_case_model *model = self->model;
    const struct jc_model_kernels *kernels = self->kernels->models;
    size_t k;

    if (model->factor != 1) {
        self->kernels->samplers->constant(model->factor, self->n, self->factor);
        kernels->multiply(self->n, self->factor, self->column[JC_ENERGY]);
    }
    for (k = 0; k < model->n_factors; k++) {
        kernels->curve(&model->factors[k], self->n, log_batch_within(self, &model->factors[k]),
            self->factor);
        kernels->multiply(self->n, self->factor, self->column[JC_ENERGY]);
    }
}

void
jc_block_energy(struct jc_block *self)
{
    utilize(self);
    self->kernels->models->energy(self->n, self->column[JC_NODE_POWER],
        self->column[JC_POWER_UTILIZATION], self->column[JC_PUE], timed_tokens(self),
        self->column[JC_THROUGHPUT], self->column[JC_ENERGY]);
    intervene(self);
}

void
jc_block_footprint(struct jc_block *self)
{
    const bool *has = self->model->has;
    const struct jc_model_kernels *kernels = self->kernels->models;
    const float *energy = self->column[JC_ENERGY];

    if (has[JC_WATER]) {
        kernels->water(self->n, energy, self->column[JC_PUE], self->column[JC_WUE_SITE],
            self->column[JC_WUE_SOURCE], self->column[JC_WATER]);
    }
    if (has[JC_CARBON]) {
        kernels->product(1, self->n, energy, self->column[JC_CARBON_INTENSITY],
            self->column[JC_CARBON]);
    }
    if (has[JC_COST]) {
        kernels->product(0.001f, self->n, energy, self->column[JC_ELECTRICITY_PRICE],
            self->column[JC_COST]);
    }
}

void
jc_block_node_time(struct jc_block *self)
{
    self->kernels->models->divide(self->n, timed_tokens(self), self->column[JC_THROUGHPUT],
        self->column[JC_NODE_TIME]);
}
