#include "engine/draws.h"

#include <stdlib.h>
#include <string.h>

int
jc_draws_init(struct jc_draws *self, const struct jc_scenario *study, struct jc_error *error)
{
    const struct jc_bands_spec *spec = &study->bands;
    const struct jc_layer_options options = { .queries = spec->queries };
    int ret;

    *self = (struct jc_draws){ .scenario = jc_layers_scenario(study), .n_draws = spec->draws };
    ret = jc_plan_init(&self->plan, &self->scenario, error);
    ret = ret != 0 ? ret : jc_unknowns_init(&self->unknowns, &self->plan, error);
    ret = ret != 0 ? ret : jc_bands_check(&self->unknowns, error);
    if (ret != 0) {
        return ret;
    }
    self->word = malloc(self->n_draws * self->unknowns.n_words * sizeof(*self->word));
    self->is_done = calloc(self->n_draws + 1, sizeof(*self->is_done));
    if (self->word == NULL || self->is_done == NULL) {
        return jc_fail_memory(error);
    }
    ret = jc_unknowns_points(&self->unknowns, spec->points, self->n_draws, self->word, error);
    return ret != 0 ? ret
                    : jc_layers_begin(&self->unknowns, &options, self->n_draws, self->word,
                        &self->bands, error);
}

void
jc_draws_free(struct jc_draws *self)
{
    jc_bands_free(&self->bands);
    jc_unknowns_free(&self->unknowns);
    jc_plan_free(&self->plan);
    free(self->word);
    free(self->is_done);
    *self = (struct jc_draws){ .n_draws = 0 };
}

int
jc_draws_take(struct jc_draws *self, const struct jc_shard *shard, struct jc_error *error)
{
    size_t k;

    if (shard->n_draws > 0 && shard->n_columns != jc_bands_columns(&self->bands)) {
        return jc_fail(error, JC_ERROR_FORMAT, "the draws of a shard are not those of the study");
    }
    for (k = 0; k < shard->n_draws; k++) {
        if (shard->draw[k] >= self->n_draws) {
            return jc_fail(error, JC_ERROR_FORMAT, "a shard has a draw that the study has not");
        }
        jc_bands_put_row(&self->bands, shard->draw[k], shard->row + k * shard->n_columns);
        self->is_done[shard->draw[k]] = true;
    }
    return 0;
}

/* Copies those of the draws first to end - 1 that were not done before to a shard. */
static int
keep(const struct jc_draws *self, const bool *before, uint64_t first, uint64_t end,
    struct jc_shard *shard, struct jc_error *error)
{
    const size_t n_columns = jc_bands_columns(&self->bands);
    double *row = malloc(n_columns * sizeof(*row));
    uint64_t draw;
    int ret = row == NULL ? jc_fail_memory(error) : 0;

    for (draw = first; ret == 0 && draw < end; draw++) {
        if (self->is_done[draw] && !before[draw - first]) {
            jc_bands_get_row(&self->bands, draw, row);
            ret = jc_shard_add_draw(shard, draw, n_columns, row, error);
        }
    }
    free(row);
    return ret;
}

int
jc_draws_compute(struct jc_draws *self, struct jc_work *work, uint64_t first, uint64_t end,
    struct jc_shard *shard, enum jc_wish *wish, struct jc_error *error)
{
    const struct jc_scenario *scenario = &self->scenario;
    const uint64_t of_draw = scenario->bands.queries * scenario->n_cases;
    const uint64_t missing = jc_draws_missing(self, first, end);
    const struct jc_layer_options options = { .queries = scenario->bands.queries,
        .threads = work->options.threads,
        .simd = work->options.simd,
        .progress = work->options.progress,
        .progress_context = work->options.progress_context,
        .done = work->done,
        .queries_in_all = work->total,
        .is_done = self->is_done,
        .ask = work->options.ask,
        .ask_context = work->options.ask_context };
    bool *before = malloc((end - first + 1) * sizeof(*before));
    int ret = before == NULL ? jc_fail_memory(error) : 0;

    *wish = JC_GO_ON;
    if (ret == 0 && missing > 0) {
        memcpy(before, self->is_done + first, (end - first) * sizeof(*before));
        ret = jc_layers_compute(&self->unknowns, &options, first, end, self->word, &self->bands,
            wish, error);
        work->done += of_draw * (missing - jc_draws_missing(self, first, end));
        if (ret == 0 && shard != NULL) {
            ret = keep(self, before, first, end, shard, error);
        }
    }
    free(before);
    return ret;
}

uint64_t
jc_draws_missing(const struct jc_draws *self, uint64_t first, uint64_t end)
{
    uint64_t missing = 0;
    uint64_t draw;

    for (draw = first; draw < end; draw++) {
        missing += !self->is_done[draw];
    }
    return missing;
}
