#include "engine/gather.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "engine/block.h"
#include "results/precision.h"

_Static_assert(JC_DESIGN_REPLICATES <= JC_PRECISION_REPLICATES, "all replicates can be joined");

/* A piece and its rows of moments. */
struct part {
    const struct jc_shard_piece *piece;
    const struct jc_shard_moments *moments;
};

static int
by_block(const void *one, const void *other)
{
    const uint64_t a = ((const struct part *) one)->piece->first;
    const uint64_t b = ((const struct part *) other)->piece->first;

    return (a > b) - (a < b);
}

/* The pieces of a case in the order of their blocks, from malloc. */
static int
list_parts(size_t n, const struct jc_shard *const *shard, uint64_t unit, struct part **part,
    size_t *n_parts, struct jc_error *error)
{
    const struct jc_shard_moments *moments;
    size_t room = 1;
    size_t j, k;

    for (j = 0; j < n; j++) {
        room += shard[j]->n_pieces;
    }
    *n_parts = 0;
    *part = malloc(room * sizeof(**part));
    if (*part == NULL) {
        return jc_fail_memory(error);
    }
    for (j = 0; j < n; j++) {
        moments = shard[j]->moments;
        for (k = 0; k < shard[j]->n_pieces; k++) {
            if (shard[j]->piece[k].unit == unit) {
                (*part)[(*n_parts)++] = (struct part){ &shard[j]->piece[k], moments };
            }
            moments += moments != NULL ? shard[j]->piece[k].n_moments : 0;
        }
    }
    qsort(*part, *n_parts, sizeof(**part), by_block);
    return 0;
}

static int
check_parts(const struct jc_plan *plan, const char *name, const struct part *part, size_t n_parts,
    struct jc_error *error)
{
    uint64_t next = 0;
    size_t k;

    for (k = 0; k < n_parts && part[k].piece->first == next; k++) {
        next += part[k].piece->n_blocks;
    }
    if (k < n_parts && part[k].piece->first < next) {
        return jc_fail(error, JC_ERROR_FORMAT, "case %s: block %" PRIu64 " is there twice", name,
            part[k].piece->first);
    }
    if (next != plan->blocks_per_case) {
        return jc_fail(error, JC_ERROR_FORMAT,
            "case %s: block %" PRIu64 " of %" PRIu64 " is missing", name, next,
            plan->blocks_per_case);
    }
    return 0;
}

static int
check_draws(const struct jc_plan *plan, size_t n, const struct jc_shard *const *shard,
    struct jc_error *error)
{
    const uint64_t n_draws = plan->scenario->bands.draws;
    bool *is_there = calloc(n_draws + 1, sizeof(*is_there));
    uint64_t draw = 0;
    size_t j, k;
    int ret = is_there == NULL ? jc_fail_memory(error) : 0;

    for (j = 0; ret == 0 && j < n; j++) {
        for (k = 0; ret == 0 && k < shard[j]->n_draws; k++) {
            draw = shard[j]->draw[k];
            if (draw >= n_draws || is_there[draw]) {
                ret = jc_fail(error, JC_ERROR_FORMAT, "draw %" PRIu64 " %s", draw,
                    draw >= n_draws ? "is none of the study" : "is there twice");
            } else {
                is_there[draw] = true;
            }
        }
    }
    for (draw = 0; ret == 0 && draw < n_draws; draw++) {
        if (!is_there[draw]) {
            ret = jc_fail(error, JC_ERROR_FORMAT, "draw %" PRIu64 " is missing", draw);
        }
    }
    free(is_there);
    return ret;
}

int
jc_gather_check(const struct jc_plan *plan, size_t n, const struct jc_shard *const *shard,
    bool bands, struct jc_error *error)
{
    struct part *part;
    size_t n_parts, j;
    int ret = 0;

    for (j = 0; ret == 0 && j < plan->scenario->n_cases; j++) {
        ret = list_parts(n, shard, j, &part, &n_parts, error);
        ret =
            ret != 0 ? ret : check_parts(plan, plan->scenario->cases[j].name, part, n_parts, error);
        free(part);
    }
    return ret == 0 && bands ? check_draws(plan, n, shard, error) : ret;
}

/* Every row into the moments of its replicate; *whole, if not NULL, become those of whole blocks. */
static void
fold(const struct jc_plan *plan, const struct part *part, size_t n_parts, size_t n_series,
    struct jc_record *record, struct jc_moments *whole)
{
    const size_t replicates = plan->design.replicates;
    const uint64_t whole_blocks = plan->scenario->queries / JC_BLOCK;
    const struct jc_shard_moments *row;
    size_t j, k;

    for (j = 0; j < n_parts; j++) {
        for (k = 0; k < part[j].piece->n_moments; k++) {
            row = &part[j].moments[k];
            if (row->series < n_series) {
                jc_moments_fold(&record[row->series * replicates + row->replicate].moments,
                    &row->moments);
            }
            if (whole != NULL && row->series < n_series && row->block < whole_blocks) {
                whole[row->series] = record[row->series * replicates].moments;
            }
        }
    }
}

/* The counts of all shards; then replicates become one record. */
static int
join(const struct jc_plan *plan, size_t n, const struct jc_shard *const *shard, uint64_t unit,
    size_t series, bool integer, struct jc_record *replicate, struct jc_record *joined,
    struct jc_error *error)
{
    const size_t replicates = plan->design.replicates;
    const struct jc_sketch *sketch;
    size_t j, k;
    int ret = 0;

    for (k = 0; k < replicates; k++) {
        for (j = 0; ret == 0 && j < n; j++) {
            sketch = jc_shard_sketch(shard[j], unit, series, k);
            ret = jc_sketch_add(&replicate[k].sketch, sketch->n_buckets, sketch->bucket,
                sketch->count, error);
        }
    }
    if (ret == 0 && replicates > 1) {
        ret = jc_precision_join(joined, replicates, replicate, integer, error);
    } else if (ret == 0) {
        *joined = *replicate;
        *replicate = (struct jc_record){ .precision = NULL };
    }
    return ret;
}

/* Counts and moments are of the same queries: what a shard says of one it says of the other. */
static int
check_count(const struct jc_plan *plan, size_t case_index, const struct jc_record *record,
    struct jc_error *error)
{
    uint64_t n = 0;
    size_t k;

    for (k = 0; k < record->sketch.n_buckets; k++) {
        n += record->sketch.count[k];
    }
    return n == plan->scenario->queries && record->moments.n == n
        ? 0
        : jc_fail(error, JC_ERROR_FORMAT, "case %s: %" PRIu64 " values are counted of %" PRIu64,
            plan->scenario->cases[case_index].name, n, plan->scenario->queries);
}

int
jc_gather_constants(const struct jc_plan *plan, size_t case_index, struct jc_case_result *result,
    struct jc_error *error)
{
    const struct jc_case_model *model = &plan->models[case_index];
    const uint64_t queries = plan->scenario->queries;
    size_t q;
    int ret = 0;

    for (q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
        if (plan->recorded[q] && model->is_constant[q]) {
            result->whole[q] = jc_moments_constant((double) (model->constant[q] + 0.0f),
                queries / JC_BLOCK * JC_BLOCK);
            ret = jc_record_constant(&result->record[q], model->constant[q], queries, error);
        }
    }
    return ret;
}

/* Room for every replicate of n_series series, with their moments. */
static int
begin(const struct jc_plan *plan, const struct part *part, size_t n_parts, size_t n_series,
    struct jc_record **replicate, struct jc_moments *whole, struct jc_error *error)
{
    *replicate = calloc(n_series * plan->design.replicates + 1, sizeof(**replicate));
    if (*replicate == NULL) {
        return jc_fail_memory(error);
    }
    fold(plan, part, n_parts, n_series, *replicate, plan->design.replicates == 1 ? whole : NULL);
    return 0;
}

static void
end(const struct jc_plan *plan, size_t n_series, struct jc_record *replicate)
{
    size_t k;

    for (k = 0; replicate != NULL && k < n_series * plan->design.replicates; k++) {
        jc_record_free(&replicate[k]);
    }
    free(replicate);
}

int
jc_gather_case(const struct jc_plan *plan, size_t n, const struct jc_shard *const *shard,
    size_t case_index, struct jc_case_result *result, struct jc_error *error)
{
    const char *name = plan->scenario->cases[case_index].name;
    struct jc_record *replicate = NULL;
    struct part *part;
    size_t n_parts, q, k;
    int ret = list_parts(n, shard, case_index, &part, &n_parts, error);

    ret = ret != 0 ? ret : check_parts(plan, name, part, n_parts, error);
    ret = ret != 0 ? ret
                   : begin(plan, part, n_parts, JC_QUANTITIES, &replicate, result->whole, error);
    for (k = 0; ret == 0 && k < n_parts; k++) {
        result->n_outside += part[k].piece->n_outside;
    }
    for (q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
        if (plan->recorded[q] && !plan->models[case_index].is_constant[q]) {
            ret =
                join(plan, n, shard, case_index, q, jc_quantity_info((enum jc_quantity) q)->integer,
                    replicate + q * plan->design.replicates, &result->record[q], error);
            ret = ret != 0 ? ret : check_count(plan, case_index, &result->record[q], error);
        }
    }
    end(plan, JC_QUANTITIES, replicate);
    free(part);
    return ret;
}

int
jc_gather_series(const struct jc_plan *plan, size_t n, const struct jc_shard *const *shard,
    uint64_t unit, const char *name, size_t n_series, struct jc_record *const *record,
    struct jc_error *error)
{
    struct jc_record *replicate = NULL;
    struct part *part;
    size_t n_parts, k;
    int ret = list_parts(n, shard, unit, &part, &n_parts, error);

    ret = ret != 0 ? ret : check_parts(plan, name, part, n_parts, error);
    ret = ret != 0 ? ret : begin(plan, part, n_parts, n_series, &replicate, NULL, error);
    for (k = 0; ret == 0 && k < n_series; k++) {
        ret = join(plan, n, shard, unit, k, false, replicate + k * plan->design.replicates,
            record[k], error);
    }
    end(plan, n_series, replicate);
    free(part);
    return ret;
}
