#include "engine/layers.h"

#include <stdlib.h>

#include <omp.h>

#include "base/text.h"
#include "engine/worker.h"
#include "results/statistics.h"

/* What a thread needs for a draw. */
struct layer {
    struct jc_worker *worker;
    struct jc_computed computed; /* no samples */
    struct jc_results results;   /* of the draw at hand */
};

struct pass {
    const struct jc_unknowns *unknowns;
    const struct jc_layer_options *options;
    struct jc_kernels kernels;
    const uint32_t *word;
    struct jc_bands *bands;
    struct layer *layer; /* [threads] */
    size_t n_wanted;     /* cases */
    uint64_t done;       /* queries */
    size_t failed;       /* the first draw that failed; their end: none */
    int status;
    enum jc_wish wish;
    struct jc_error *error;
};

static bool
is_wanted(const struct pass *pass, size_t case_index)
{
    return pass->options->wanted == NULL || pass->options->wanted[case_index];
}

static bool
are_wanted(const struct pass *pass, size_t n, const size_t *case_index)
{
    size_t k = 0;

    while (k < n && is_wanted(pass, case_index[k])) {
        k++;
    }
    return k == n;
}

static void
layer_free(struct layer *self)
{
    jc_worker_free(self->worker);
    jc_computed_free(&self->computed);
    jc_results_free(&self->results);
}

static int
layer_init(struct layer *self, const struct jc_plan *plan, struct jc_error *error)
{
    static const bool none[JC_QUANTITIES];
    int ret = jc_worker_new(&self->worker, plan->recorded, &plan->design, error);

    ret = ret != 0 ? ret : jc_computed_init(&self->computed, none, 1, 0, error);
    return ret != 0 ? ret : jc_plan_results(plan, &self->results, error);
}

/* The record of one quantity of a case, empty at first. */
static int
fill_record(const struct pass *pass, struct layer *layer, const struct jc_case_model *model,
    size_t q, struct jc_record *record, struct jc_error *error)
{
    return model->is_constant[q]
        ? jc_record_constant(record, model->constant[q], pass->options->queries, error)
        : jc_recorder_flush(&layer->worker->recorder[q], record, error);
}

/* Another thread may be asking. */
static enum jc_wish
wish_of(const struct pass *pass)
{
    enum jc_wish wish;

#pragma omp atomic read
    wish = pass->wish;
    return wish;
}

/* Asks what is wanted, and whether what is at hand may wait no longer. */
static bool
is_stopped(struct pass *pass)
{
    const struct jc_layer_options *options = pass->options;
    enum jc_wish wish;

    if (options->ask != NULL) {
#pragma omp critical(jc_layers)
        {
            wish = options->ask(options->ask_context);
            if (wish > pass->wish) {
#pragma omp atomic write
                pass->wish = wish;
            }
        }
    }
    return wish_of(pass) == JC_STOP;
}

/* All queries of a case, block after block. */
static int
compute_case(struct pass *pass, struct layer *layer, size_t index, const uint32_t *word,
    struct jc_error *error)
{
    const bool *recorded = pass->unknowns->plan->recorded;
    const uint64_t queries = pass->options->queries;
    struct jc_record *record = layer->results.cases[index].record;
    struct jc_case_model model;
    uint64_t first, n;
    size_t q;
    int ret = 0;

    jc_unknowns_model(pass->unknowns, index, word, &model);
    for (q = 0; q < JC_QUANTITIES; q++) {
        jc_record_free(&record[q]);
    }
    for (first = 0; ret == 0 && first < queries; first += n) {
        if (is_stopped(pass)) {
            return JC_ERROR_STOPPED;
        }
        n = queries - first < JC_BLOCK ? queries - first : JC_BLOCK;
        ret = jc_worker_compute(layer->worker, &pass->kernels, &model, first, n, queries, recorded,
            &layer->computed, error);
        for (q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
            jc_moments_fold(&record[q].moments, &layer->computed.moments[q]);
        }
    }
    for (q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
        if (recorded[q]) {
            ret = fill_record(pass, layer, &model, q, &record[q], error);
        }
    }
    return ret;
}

/* Takes the statistics of a mixture into a series, and the mixture's memory. */
static int
keep_statistics(struct jc_mixture *mixture, const struct jc_bands *bands, size_t draw,
    struct jc_draw_series *series, struct jc_error *error)
{
    struct jc_statistics statistics;
    size_t k;
    int ret = jc_mixture_statistics(mixture, bands->n_quantiles, bands->quantile, false,
        &statistics, error);

    jc_mixture_free(mixture);
    if (ret == 0) {
        series->mean[draw] = statistics.mean;
        series->variance[draw] = statistics.sd * statistics.sd;
        for (k = 0; k < bands->n_quantiles; k++) {
            series->quantile[draw * bands->n_quantiles + k] = statistics.quantile[k];
        }
        jc_statistics_free(&statistics);
    }
    return ret;
}

static int
keep_subjects(const struct pass *pass, const struct jc_results *results, size_t draw,
    struct jc_error *error)
{
    struct jc_bands *bands = pass->bands;
    struct jc_mixture mixture;
    enum jc_quantity q;
    size_t j;
    int ret = 0;

    for (q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
        for (j = 0; ret == 0 && j < bands->n_cases; j++) {
            if (bands->cases[j].series[q].mean != NULL) {
                ret = jc_results_case_mixture(results, j, q, &mixture, error);
                ret = ret != 0
                    ? ret
                    : keep_statistics(&mixture, bands, draw, &bands->cases[j].series[q], error);
            }
        }
        for (j = 0; ret == 0 && j < bands->n_blends; j++) {
            if (bands->blends[j].series[q].mean != NULL) {
                ret = jc_results_blend_mixture(results, &results->blends[j], q, &mixture, error);
                ret = ret != 0
                    ? ret
                    : keep_statistics(&mixture, bands, draw, &bands->blends[j].series[q], error);
            }
        }
    }
    return ret;
}

static int
compute_draw(struct pass *pass, struct layer *layer, size_t draw, struct jc_error *error)
{
    const uint32_t *word = pass->word + draw * pass->unknowns->n_words;
    size_t j;
    int ret = 0;

    for (j = 0; ret == 0 && j < pass->bands->n_cases; j++) {
        ret = is_wanted(pass, j) ? compute_case(pass, layer, j, word, error) : 0;
    }
    return ret != 0 ? ret : keep_subjects(pass, &layer->results, draw, error);
}

/* Of several draws that fail, the first is told, whoever computed it when. */
static void
take_draw(struct pass *pass, size_t draw)
{
    const struct jc_layer_options *options = pass->options;
    struct jc_error error = { "" };
    size_t failed;
    int ret;

#pragma omp atomic read
    failed = pass->failed;
    if (draw > failed || wish_of(pass) != JC_GO_ON
        || (options->is_done != NULL && options->is_done[draw])) {
        return;
    }
    ret = compute_draw(pass, &pass->layer[omp_get_thread_num()], draw, &error);
    if (ret == JC_ERROR_STOPPED) {
        return;
    }
#pragma omp critical(jc_layers)
    {
        if (ret != 0 && draw < pass->failed) {
#pragma omp atomic write
            pass->failed = draw;
            pass->status = ret;
            *pass->error = error;
        }
        if (ret == 0 && options->is_done != NULL) {
            options->is_done[draw] = true;
        }
        pass->done += options->queries * pass->n_wanted;
        if (options->progress != NULL) {
            options->progress(options->progress_context, options->done + pass->done,
                options->queries_in_all);
        }
    }
}

/* Series for what the plan records. */
static int
alloc_series(const struct pass *pass, const struct jc_results *results, struct jc_error *error)
{
    const bool *recorded = pass->unknowns->plan->recorded;
    struct jc_bands *bands = pass->bands;
    const struct jc_blend_result *blend;
    enum jc_quantity q;
    size_t j;
    int ret = 0;

    for (q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
        for (j = 0; ret == 0 && recorded[q] && j < bands->n_cases; j++) {
            if (is_wanted(pass, j)) {
                ret = jc_draw_series_alloc(&bands->cases[j].series[q], bands->n_draws,
                    bands->n_quantiles, error);
            }
        }
        for (j = 0; ret == 0 && j < bands->n_blends; j++) {
            blend = &results->blends[j];
            if (jc_results_blend_has(results, blend, q)
                && are_wanted(pass, blend->n_cases, blend->case_index)) {
                ret = jc_draw_series_alloc(&bands->blends[j].series[q], bands->n_draws,
                    bands->n_quantiles, error);
            }
        }
    }
    return ret;
}

static int
name_subjects(const struct jc_scenario *scenario, struct jc_bands *bands, struct jc_error *error)
{
    size_t j;
    int ret = 0;

    for (j = 0; ret == 0 && j < bands->n_cases; j++) {
        ret = jc_string_set(&bands->cases[j].name, scenario->cases[j].name, error);
        ret =
            ret != 0 ? ret : jc_string_set(&bands->cases[j].label, scenario->cases[j].label, error);
    }
    for (j = 0; ret == 0 && j < bands->n_blends; j++) {
        ret = jc_string_set(&bands->blends[j].name, scenario->blends[j].name, error);
        ret = ret != 0 ? ret
                       : jc_string_set(&bands->blends[j].label, scenario->blends[j].label, error);
    }
    return ret;
}

/* The numbers between 0 and 1 that words stand for. */
static int
keep_words(const struct jc_unknowns *unknowns, const uint32_t *word, struct jc_bands *bands,
    struct jc_error *error)
{
    size_t j, k;
    int ret = 0;

    for (j = 0; ret == 0 && j < bands->n_words; j++) {
        ret = jc_string_set(&bands->label[j], unknowns->label[j], error);
        for (k = 0; k < bands->n_draws; k++) {
            bands->uniform[j * bands->n_draws + k] =
                ((double) word[k * bands->n_words + j] + 0.5) * 0x1p-32;
        }
    }
    return ret;
}

int
jc_layers_begin(const struct jc_unknowns *unknowns, const struct jc_layer_options *options,
    size_t n_draws, const uint32_t *word, struct jc_bands *bands, struct jc_error *error)
{
    const struct jc_plan *plan = unknowns->plan;
    const struct jc_scenario *scenario = plan->scenario;
    const struct pass pass = { .unknowns = unknowns, .options = options, .bands = bands };
    struct jc_results results = { 0 };
    size_t k;
    int ret = jc_bands_alloc(bands, n_draws, scenario->n_quantiles, scenario->n_cases,
        scenario->n_blends, unknowns->n_words, error);

    if (ret == 0) {
        bands->queries = options->queries;
        for (k = 0; k < bands->n_quantiles; k++) {
            bands->quantile[k] = scenario->quantile[k];
        }
        ret = jc_plan_results(plan, &results, error);
        ret = ret != 0 ? ret : alloc_series(&pass, &results, error);
        jc_results_free(&results);
    }
    ret = ret != 0 ? ret : name_subjects(scenario, bands, error);
    ret = ret != 0 ? ret : keep_words(unknowns, word, bands, error);
    if (ret != 0) {
        jc_bands_free(bands);
    }
    return ret;
}

static int
prepare(struct pass *pass, int threads, struct jc_error *error)
{
    size_t k;
    int thread;
    int ret = jc_kernels_get(pass->options->simd, &pass->kernels, error);

    pass->layer = calloc((size_t) threads, sizeof(*pass->layer));
    if (ret == 0 && pass->layer == NULL) {
        ret = jc_fail_memory(error);
    }
    for (thread = 0; ret == 0 && thread < threads; thread++) {
        ret = layer_init(&pass->layer[thread], pass->unknowns->plan, error);
    }
    for (k = 0; k < pass->bands->n_cases; k++) {
        pass->n_wanted += is_wanted(pass, k);
    }
    return ret;
}

int
jc_layers_compute(const struct jc_unknowns *unknowns, const struct jc_layer_options *options,
    size_t first, size_t end, const uint32_t *word, struct jc_bands *bands, enum jc_wish *wish,
    struct jc_error *error)
{
    struct pass pass = { .unknowns = unknowns,
        .options = options,
        .word = word,
        .bands = bands,
        .failed = end,
        .error = error };
    const size_t n_draws = end - first;
    const int threads = n_draws < (size_t) options->threads ? (int) n_draws : options->threads;
    size_t draw;
    int thread;
    int ret = prepare(&pass, threads, error);

    if (ret == 0) {
#pragma omp parallel for schedule(dynamic) num_threads(threads)
        for (draw = first; draw < end; draw++) {
            take_draw(&pass, draw);
        }
        ret = pass.status;
    }
    for (thread = 0; pass.layer != NULL && thread < threads; thread++) {
        layer_free(&pass.layer[thread]);
    }
    free(pass.layer);
    *wish = pass.wish;
    return ret;
}

int
jc_layers_run(const struct jc_unknowns *unknowns, const struct jc_layer_options *options,
    size_t n_draws, const uint32_t *word, struct jc_bands *bands, struct jc_error *error)
{
    enum jc_wish wish;
    int ret = jc_layers_begin(unknowns, options, n_draws, word, bands, error);

    if (ret == 0) {
        ret = jc_layers_compute(unknowns, options, 0, n_draws, word, bands, &wish, error);
        if (ret != 0) {
            jc_bands_free(bands);
        }
    }
    return ret;
}

int
jc_bands_check(const struct jc_unknowns *unknowns, struct jc_error *error)
{
    if (unknowns->n == 0) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "bands are asked for, but nothing is unknown: no input says 'varies: fleet', no fit "
            "has "
            "uncertain coefficients and no throughput has alternatives");
    }
    return 0;
}

struct jc_scenario
jc_layers_scenario(const struct jc_scenario *study)
{
    struct jc_scenario scenario = *study;

    scenario.queries = study->bands.queries;
    scenario.replicates = 1;
    return scenario;
}
