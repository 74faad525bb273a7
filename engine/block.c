#include "engine/block.h"

#include <math.h>

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
}

void
jc_block_draw(struct jc_block *self, size_t n)
{
    const struct jc_case_model *model = self->model;
    size_t q;

    self->n = n;
    for (q = 0; q < JC_QUANTITIES; q++) {
        if (model->sampler[q] != NULL && !model->is_constant[q]) {
            jc_sampler_draw(model->sampler[q], self->kernels->samplers, &self->cursor[q], n,
                self->column[q]);
        }
    }
}

void
jc_block_throughput(struct jc_block *self)
{
    const struct jc_case_model *model = self->model;

    if (model->has_fit) {
        self->kernels->models->log_linear(&model->log_linear, self->n,
            self->column[JC_INPUT_TOKENS], self->column[JC_OUTPUT_TOKENS],
            self->column[JC_THROUGHPUT]);
    }
}

void
jc_block_energy(struct jc_block *self)
{
    const struct jc_case_model *model = self->model;
    const struct jc_model_kernels *kernels = self->kernels->models;
    const float *tokens = self->column[JC_OUTPUT_TOKENS];

    if (model->utilization_from_throughput) {
        kernels->utilization(model->utilization_intercept, model->utilization_slope, self->n,
            self->column[JC_THROUGHPUT], self->column[JC_POWER_UTILIZATION]);
    }
    if (model->prefill_weight > 0) {
        kernels->effective_tokens(model->prefill_weight, self->n, self->column[JC_INPUT_TOKENS],
            self->column[JC_OUTPUT_TOKENS], self->tokens);
        tokens = self->tokens;
    }
    kernels->energy(self->n, self->column[JC_NODE_POWER], self->column[JC_POWER_UTILIZATION],
        self->column[JC_PUE], tokens, self->column[JC_THROUGHPUT], self->column[JC_ENERGY]);
}
