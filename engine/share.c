#include "engine/share.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/provenance.h"

/* The resolved text, and a line for each input. */
static int
write_identity(const struct jc_scenario *scenario, struct jc_text *text, struct jc_error *error)
{
    size_t j;
    int ret = jc_scenario_write(scenario, text, error);

    for (j = 0; ret == 0 && j < scenario->n_inputs; j++) {
        ret = jc_text_append(text, error, "input %s\n", scenario->inputs[j].sha256);
    }
    return ret;
}

/* Series of a unit, the most: all quantities, or all pathways of all blends. */
static uint64_t
count_series(const struct jc_scenario *scenario)
{
    uint64_t n = 0;
    size_t j;

    for (j = 0; j < scenario->n_blends; j++) {
        n += scenario->blends[j].n_pathways;
    }
    return n > JC_QUANTITIES ? n : JC_QUANTITIES;
}

uint64_t
jc_second_pass(const struct jc_plan *plan, size_t case_index)
{
    return plan->scenario->n_cases + case_index;
}

int
jc_shard_study_init(struct jc_shard_study *self, const struct jc_plan *plan, bool has_samples,
    int deflate, uint64_t n_tasks, struct jc_error *error)
{
    const struct jc_scenario *scenario = plan->scenario;
    uint8_t digest[JC_SHA256_BYTES];
    struct jc_text text = { 0 };
    int ret = write_identity(scenario, &text, error);

    *self = (struct jc_shard_study){ .seed = scenario->seed,
        .queries = scenario->queries,
        .has_samples = has_samples,
        .deflate = (uint64_t) deflate,
        .n_tasks = n_tasks,
        .n_units = 2 * scenario->n_cases,
        .width = count_series(scenario),
        .replicates = plan->design.replicates };
    if (ret == 0) {
        jc_sha256(text.bytes, strlen(text.bytes), digest);
        jc_sha256_hex(digest, self->sha256);
        self->name = strdup(scenario->name);
        self->title = strdup(scenario->title);
        if (asprintf(&self->program, "joulecast %s (%s)", jc_build_version(), jc_build_commit())
            < 0) {
            self->program = NULL;
        }
        if (self->name == NULL || self->title == NULL || self->program == NULL) {
            ret = jc_fail_memory(error);
        }
    }
    jc_text_free(&text);
    return ret;
}

int
jc_sweep_study_init(struct jc_shard_study *self, const struct jc_plan *plan, const char *study_text,
    uint64_t n_tasks, struct jc_error *error)
{
    uint8_t digest[JC_SHA256_BYTES];
    struct jc_text text = { 0 };
    int ret = jc_shard_study_init(self, plan, false, 0, n_tasks, error);

    ret = ret != 0 ? ret : jc_text_append(&text, error, "%s\nsweep\n%s", self->sha256, study_text);
    if (ret == 0) {
        jc_sha256(text.bytes, text.length, digest);
        jc_sha256_hex(digest, self->sha256);
    }
    jc_text_free(&text);
    return ret;
}

void
jc_shard_study_free(struct jc_shard_study *self)
{
    free(self->name);
    free(self->title);
    free(self->program);
    *self = (struct jc_shard_study){ .name = NULL };
}

/* n * k / of, rounded down, of numbers whose product may not fit. */
static uint64_t
part_of(uint64_t n, uint64_t k, uint64_t of)
{
    return n / of * k + n % of * k / of;
}

void
jc_share_units(uint64_t n, uint64_t task, uint64_t n_tasks, uint64_t *first, uint64_t *end)
{
    *first = part_of(n, task - 1, n_tasks);
    *end = part_of(n, task, n_tasks);
}

/* A number taken to a range. */
static uint64_t
within(uint64_t x, uint64_t low, uint64_t high)
{
    return x < low ? low : x > high ? high : x;
}

void
jc_share_blocks(const struct jc_plan *plan, uint64_t task, uint64_t n_tasks, size_t case_index,
    uint64_t *first, uint64_t *end)
{
    const uint64_t n = plan->blocks_per_case;
    const uint64_t before = n * case_index;

    jc_share_units(n * plan->scenario->n_cases, task, n_tasks, first, end);
    *first = within(*first, before, before + n) - before;
    *end = within(*end, before, before + n) - before;
}
