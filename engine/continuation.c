#include "engine/continuation.h"

#include <stdlib.h>
#include <string.h>

uint64_t
jc_continuation_first_block(const struct jc_plan *plan, const struct jc_results *before)
{
    if (before == NULL) {
        return 0;
    }
    return before->queries == plan->scenario->queries ? plan->blocks_per_case
                                                      : before->queries / JC_BLOCK;
}

static int
fail_foreign(const struct jc_case_result *result, struct jc_error *error)
{
    return jc_fail(error, JC_ERROR_FORMAT,
        "case %s: what is to be continued is not what this program computes; a new run is needed",
        result->name);
}

/* Everything, or all but the moments of a partial block. */
static int
copy_records(const struct jc_plan *plan, const struct jc_case_model *model,
    const struct jc_case_result *before, uint64_t queries, bool whole,
    struct jc_case_result *result, struct jc_error *error)
{
    const struct jc_sketch *sketch;
    size_t q;
    int ret = 0;

    result->n_outside = before->n_outside;
    for (q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
        if (!plan->recorded[q] || model->is_constant[q]) {
            continue;
        }
        if (before->record[q].moments.n != queries) {
            return fail_foreign(result, error);
        }
        sketch = &before->record[q].sketch;
        result->whole[q] = before->whole[q];
        result->record[q].moments = whole ? before->whole[q] : before->record[q].moments;
        ret = jc_sketch_add(&result->record[q].sketch, sketch->n_buckets, sketch->bucket,
            sketch->count, error);
    }
    return ret;
}

/* Takes the partial block, as it is computed now, out of one record; `all` are the moments with it. */
static int
take_out(struct jc_recorder *recorder, const struct jc_moments *partial,
    const struct jc_moments *all, struct jc_case_result *result, size_t quantity,
    struct jc_error *error)
{
    struct jc_record *record = &result->record[quantity];
    struct jc_moments folded = record->moments;
    struct jc_record counts = { 0 };
    int ret = jc_recorder_flush(recorder, &counts, error);

    jc_moments_fold(&folded, partial);
    if (ret == 0
        && (jc_sketch_subtract(&record->sketch, &counts.sketch) != 0 || folded.n != all->n
            || folded.mean != all->mean || folded.m2 != all->m2 || folded.min != all->min
            || folded.max != all->max)) {
        ret = fail_foreign(result, error);
    }
    jc_record_free(&counts);
    return ret;
}

static int
take_out_partial_block(const struct jc_plan *plan, const struct jc_case_model *model,
    const struct jc_case_result *before, uint64_t queries, const struct jc_kernels *kernels,
    struct jc_worker *worker, struct jc_case_result *result, struct jc_error *error)
{
    const uint64_t first = queries / JC_BLOCK * JC_BLOCK;
    static const bool none[JC_QUANTITIES];
    struct jc_computed computed;
    size_t q;
    int ret = jc_computed_init(&computed, none, 1, 0, error);

    ret = ret != 0 ? ret
                   : jc_worker_compute(worker, kernels, model, first, queries - first, queries,
                       plan->recorded, &computed, error);
    for (q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
        if (plan->recorded[q] && !model->is_constant[q]) {
            ret = take_out(&worker->recorder[q], &computed.moments[q], &before->record[q].moments,
                result, q, error);
        }
    }
    if (ret == 0 && result->n_outside < computed.n_outside) {
        ret = fail_foreign(result, error);
    }
    result->n_outside -= computed.n_outside;
    jc_computed_free(&computed);
    return ret;
}

int
jc_continuation_begin_case(const struct jc_plan *plan, size_t case_index,
    const struct jc_results *before, const struct jc_kernels *kernels, struct jc_worker *worker,
    struct jc_case_result *result, struct jc_error *error)
{
    const struct jc_case_model *model = &plan->models[case_index];
    const struct jc_case_result *old = &before->cases[case_index];
    const bool has_partial =
        before->queries != plan->scenario->queries && before->queries % JC_BLOCK != 0;
    int ret = copy_records(plan, model, old, before->queries, has_partial, result, error);

    if (ret == 0 && has_partial) {
        ret = take_out_partial_block(plan, model, old, before->queries, kernels, worker, result,
            error);
    }
    return ret;
}
