#include "engine/sensitivity.h"

#include <stdlib.h>

#include <omp.h>

#include "base/clock.h"
#include "base/text.h"
#include "engine/exchange.h"
#include "engine/given_data.h"
#include "engine/indices.h"
#include "engine/provenance.h"
#include "engine/turns.h"

/* The state that all threads share. */
struct study {
    const struct jc_plan *plan;
    const struct jc_sensitivity_options *options;
    struct jc_kernels kernels;
    int threads;
    int n_slots;
    struct jc_exchange_plans plans;
    struct jc_exchange_strip **strip; /* [threads] */
    uint64_t done;                    /* queries */
    uint64_t total;
};

/* A case that is being computed. */
struct part {
    struct study *study;
    const struct jc_exchange *exchange;
    struct jc_indices *block; /* [n_slots] */
    struct jc_indices all;
    struct jc_turns *turns;
};

/* Responses to a strip of queries. */
struct responses {
    double a[JC_STRIP];
    double b[JC_STRIP];
    double ab[JC_STRIP];
    double ba[JC_STRIP];
};

static int
compute_strip(struct jc_exchange_strip *strip, struct jc_indices *indices, size_t n,
    struct jc_error *error)
{
    const struct jc_factors *factors = &strip->exchange->factors;
    struct responses y;
    size_t k;
    int ret;

    jc_exchange_draw(strip, n);
    ret = jc_exchange_respond(strip, 0, NULL, y.a, error);
    ret = ret != 0 ? ret : jc_exchange_respond(strip, 1, NULL, y.b, error);
    if (ret != 0) {
        return ret;
    }
    jc_indices_add_rows(indices, n, y.a, y.b);
    for (k = 0; ret == 0 && k < factors->n; k++) {
        ret = jc_exchange_respond(strip, 0, &factors->factor[k], y.ab, error);
        ret = ret != 0 ? ret : jc_exchange_respond(strip, 1, &factors->factor[k], y.ba, error);
        if (ret == 0) {
            jc_indices_add_input(indices, k, n, y.a, y.b, y.ab, y.ba);
        }
    }
    return ret;
}

static void
compute_block(void *context, const struct jc_turn *turn)
{
    const struct part *part = context;
    const struct study *study = part->study;
    const uint64_t queries = jc_plan_queries_in_block(study->plan, turn->block);
    struct jc_exchange_strip *strip = study->strip[omp_get_thread_num()];
    struct jc_indices *indices = &part->block[turn->slot];
    struct jc_error error;
    uint64_t done;
    size_t n;
    int ret = 0;

    jc_indices_clear(indices);
    jc_exchange_begin(strip, &study->kernels, part->exchange, turn->block * JC_BLOCK);
    for (done = 0; ret == 0 && done < queries; done += n) {
        n = queries - done < JC_STRIP ? (size_t) (queries - done) : JC_STRIP;
        ret = compute_strip(strip, indices, n, &error);
    }
    if (ret != 0) {
        jc_turns_fail(part->turns, turn, ret, &error);
    }
}

/* In block order. */
static void
finish_block(void *context, const struct jc_turn *turn)
{
    struct part *part = context;
    struct study *study = part->study;
    const struct jc_run_options *run = study->options->run;

    jc_indices_fold(&part->all, &part->block[turn->slot]);
    study->done += jc_plan_queries_in_block(study->plan, turn->block);
    if (run->progress != NULL) {
        run->progress(run->progress_context, study->done, study->total);
    }
}

/* All queries of a case, in parallel. */
static int
pick_freeze(struct study *study, const struct jc_exchange *exchange,
    struct jc_sensitivity *sensitivity, struct jc_error *error)
{
    const size_t n = exchange->factors.n;
    struct part part = { .study = study, .exchange = exchange };
    int slot;
    int ret = jc_indices_init(&part.all, n, sensitivity->at_medians, error);

    part.block = calloc((size_t) study->n_slots, sizeof(*part.block));
    if (part.block == NULL) {
        ret = jc_fail_memory(error);
    }
    for (slot = 0; ret == 0 && slot < study->n_slots; slot++) {
        ret = jc_indices_init(&part.block[slot], n, sensitivity->at_medians, error);
    }
    ret = ret != 0 ? ret
                   : jc_turns_new(&part.turns, study->plan->blocks_per_case, study->n_slots, error);
    if (ret == 0) {
#pragma omp parallel num_threads(study->threads)
        jc_turns_take(part.turns, compute_block, finish_block, &part);
        ret = jc_turns_status(part.turns, error);
    }
    if (ret == 0) {
        jc_indices_report(&part.all, sensitivity);
    }
    jc_turns_free(part.turns);
    jc_indices_free(&part.all);
    for (slot = 0; part.block != NULL && slot < study->n_slots; slot++) {
        jc_indices_free(&part.block[slot]);
    }
    free(part.block);
    return ret;
}

static int
describe(const struct jc_exchange *exchange, struct jc_sensitivity *sensitivity,
    struct jc_error *error)
{
    const struct jc_quantity_info *info = jc_quantity_info(exchange->response);
    const struct jc_case *spec = exchange->model[0]->spec;
    size_t k;
    int ret = jc_sensitivity_init(sensitivity, exchange->factors.n, error);

    ret = ret != 0 ? ret : jc_string_set(&sensitivity->name, spec->name, error);
    ret = ret != 0 ? ret : jc_string_set(&sensitivity->label, spec->label, error);
    ret = ret != 0 ? ret : jc_string_set(&sensitivity->response, info->name, error);
    ret = ret != 0 ? ret : jc_string_set(&sensitivity->unit, info->unit, error);
    ret = ret != 0 ? ret : jc_string_set(&sensitivity->udunits, info->udunits, error);
    for (k = 0; ret == 0 && k < exchange->factors.n; k++) {
        ret = jc_string_set(&sensitivity->input[k], exchange->factors.factor[k].name, error);
    }
    return ret;
}

static int
run_case(struct study *study, size_t case_index, struct jc_sensitivity *sensitivity,
    struct jc_error *error)
{
    const struct jc_scenario *scenario = study->plan->scenario;
    const size_t rows =
        scenario->queries < JC_GIVEN_ROWS ? (size_t) scenario->queries : JC_GIVEN_ROWS;
    struct jc_exchange exchange;
    int ret = jc_exchange_init(&exchange, &study->plans, case_index, study->options->grouped,
        study->options->response, error);

    ret = ret != 0 ? ret : describe(&exchange, sensitivity, error);
    ret = ret != 0
        ? ret
        : jc_exchange_swing(study->strip[0], &study->kernels, &exchange, sensitivity, error);
    ret = ret != 0 ? ret
                   : jc_exchange_regress(study->strip[0], &study->kernels, &exchange, rows,
                       sensitivity, error);
    ret = ret != 0 ? ret : pick_freeze(study, &exchange, sensitivity, error);
    return ret;
}

static bool
is_wanted(const struct study *study, size_t index)
{
    return study->options->wanted == NULL || study->options->wanted[index];
}

static int
run_cases(struct study *study, struct jc_results *results, struct jc_error *error)
{
    const struct jc_scenario *scenario = study->plan->scenario;
    size_t n = 0;
    size_t j;
    int ret;

    for (j = 0; j < scenario->n_cases; j++) {
        n += is_wanted(study, j);
    }
    if (__builtin_mul_overflow(n, scenario->queries, &study->total)) {
        study->total = UINT64_MAX;
    }
    ret = jc_results_alloc_sensitivities(results, n, error);
    for (j = n = 0; ret == 0 && j < scenario->n_cases; j++) {
        if (is_wanted(study, j)) {
            ret = run_case(study, j, &results->sensitivities[n++], error);
        }
    }
    return ret;
}

static int
start(struct study *study, struct jc_results *results, struct jc_error *error)
{
    const struct jc_scenario *scenario = study->plan->scenario;
    int thread;
    int ret;

    *results = (struct jc_results){ .seed = scenario->seed, .queries = scenario->queries };
    ret = jc_string_set(&results->scenario, scenario->name, error);
    ret = ret != 0 ? ret : jc_string_set(&results->title, scenario->title, error);
    ret = ret != 0 ? ret : jc_kernels_get(study->options->run->simd, &study->kernels, error);
    ret = ret != 0 ? ret : jc_exchange_plans_init(&study->plans, scenario, error);
    study->strip = calloc((size_t) study->threads, sizeof(struct jc_exchange_strip *));
    if (ret == 0 && study->strip == NULL) {
        ret = jc_fail_memory(error);
    }
    for (thread = 0; ret == 0 && thread < study->threads; thread++) {
        ret = jc_exchange_strip_new(&study->strip[thread], error);
    }
    return ret;
}

static void
stop(struct study *study)
{
    int thread;

    for (thread = 0; study->strip != NULL && thread < study->threads; thread++) {
        free(study->strip[thread]);
    }
    free(study->strip);
    jc_exchange_plans_free(&study->plans);
}

int
jc_sensitivity_run(const struct jc_plan *plan, const struct jc_sensitivity_options *options,
    struct jc_results *results, struct jc_error *error)
{
    const struct jc_run_options *run = options->run;
    struct study study = { .plan = plan,
        .options = options,
        .threads = jc_plan_threads(plan, run->threads) };
    struct jc_store *store = NULL;
    const double began = jc_clock_seconds();
    int ret;

    study.n_slots = jc_turns_slots(study.threads);
    ret = start(&study, results, error);
    if (ret == 0 && run->output != NULL) {
        ret = jc_store_create(&store, run->output, &run->store, error);
    }
    ret = ret != 0 ? ret : run_cases(&study, results, error);
    ret = jc_finish_or_discard(store, ret, plan, run, results, jc_clock_seconds() - began, error);
    stop(&study);
    if (ret != 0) {
        jc_results_free(results);
    }
    return ret;
}
