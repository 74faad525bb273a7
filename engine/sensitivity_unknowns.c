#include "engine/sensitivity_unknowns.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/compare.h"
#include "base/text.h"
#include "engine/exchange.h"
#include "engine/given_data.h"
#include "engine/layers.h"
#include "engine/provenance.h"
#include "engine/unknown_factors.h"

/* Rows that are computed at once: a multiple of JC_INDEX_BATCHES. */
#define ROWS 1024

#define MIDDLE 0x80000000U /* of all words */

enum set { SET_A, SET_B, SET_AB, SET_BA, SETS };

/* A study of the response alone, twice: B draws its unknowns with another seed. */
struct study {
    const struct jc_unknowns_options *options;
    size_t n_draws;
    uint64_t queries;
    double probability; /* of the only quantile */
    struct jc_scenario scenario[2];
    struct jc_plan plan[2]; /* the second is the first but for its scenario, and owns nothing */
    struct jc_unknowns unknowns[2]; /* alike */
    struct jc_subjects subjects;
    struct jc_unknown_factors factors;
    struct jc_indices *indices; /* [subjects] of all factors */
    uint32_t *word[SETS];       /* [ROWS * n_words] */
    double *y[SETS];            /* [subjects * ROWS] */
    double *kept;               /* [subjects * n_draws] */
    uint64_t queries_per_row;
    uint64_t done; /* queries */
    uint64_t total;
};

/* All sets of all draws, those of each factor alone, and the middle. */
static void
count_queries(struct study *study)
{
    uint64_t rows = (uint64_t) study->n_draws * (2 + 3 * study->factors.n) + 1;
    size_t j;

    study->queries_per_row = 0;
    for (j = 0; j < study->scenario[0].n_cases; j++) {
        study->queries_per_row += study->subjects.cases[j] ? study->queries : 0;
    }
    if (__builtin_mul_overflow(rows, study->queries_per_row, &study->total)) {
        study->total = UINT64_MAX;
    }
}

/* Without what does not respond. */
static int
init_plans(struct study *study, const struct jc_scenario *scenario, struct jc_error *error)
{
    const struct jc_statistic *statistic = &study->options->statistic;
    int ret;

    study->probability = statistic->probability > 0 ? statistic->probability : 0.5;
    study->scenario[0] = jc_layers_scenario(scenario);
    memset(study->scenario[0].store, 0, sizeof(study->scenario[0].store));
    study->scenario[0].quantile = &study->probability;
    study->scenario[0].n_quantiles = 1;
    study->scenario[0].n_fleets = 0;
    ret = jc_plan_init(&study->plan[0], &study->scenario[0], error);
    study->plan[0].recorded[statistic->quantity] = true;
    ret = ret != 0 ? ret : jc_unknowns_init(&study->unknowns[0], &study->plan[0], error);
    study->scenario[1] = study->scenario[0];
    study->scenario[1].seed = jc_other_seed(scenario->seed);
    study->plan[1] = study->plan[0];
    study->plan[1].scenario = &study->scenario[1];
    study->unknowns[1] = study->unknowns[0];
    study->unknowns[1].plan = &study->plan[1];
    return ret;
}

static int
alloc(struct study *study, struct jc_error *error)
{
    const size_t n = study->subjects.n;
    size_t k;
    int ret = 0;

    study->kept = malloc(n * study->n_draws * sizeof(*study->kept));
    study->indices = calloc(n, sizeof(*study->indices));
    if (study->kept == NULL || study->indices == NULL) {
        return jc_fail_memory(error);
    }
    for (k = 0; ret == 0 && k < SETS; k++) {
        study->word[k] = malloc(ROWS * study->unknowns[0].n_words * sizeof(uint32_t));
        study->y[k] = malloc(n * ROWS * sizeof(double));
        ret = study->word[k] == NULL || study->y[k] == NULL ? jc_fail_memory(error) : 0;
    }
    return ret;
}

static int
start(struct study *study, const struct jc_plan *plan, struct jc_error *error)
{
    const struct jc_unknowns_options *options = study->options;
    int ret = init_plans(study, plan->scenario, error);

    ret = ret != 0 ? ret
                   : jc_subjects_init(&study->subjects, &study->unknowns[0], options->wanted,
                       options->statistic.quantity, error);
    ret = ret != 0 ? ret
                   : jc_unknown_factors_init(&study->factors, &study->unknowns[0], &study->subjects,
                       options->grouped, error);
    ret = ret != 0 ? ret : alloc(study, error);
    if (ret == 0) {
        count_queries(study);
    }
    return ret;
}

static void
stop(struct study *study)
{
    size_t k;

    for (k = 0; study->indices != NULL && k < study->subjects.n; k++) {
        jc_indices_free(&study->indices[k]);
    }
    for (k = 0; k < SETS; k++) {
        free(study->word[k]);
        free(study->y[k]);
    }
    free(study->indices);
    free(study->kept);
    jc_unknown_factors_free(&study->factors);
    jc_subjects_free(&study->subjects);
    jc_unknowns_free(&study->unknowns[0]);
    jc_plan_free(&study->plan[0]);
}

/* The responses to n rows of words: y[n] of each subject, `stride` numbers after that of the one before. */
static int
respond(struct study *study, size_t n, const uint32_t *word, size_t stride, double *y,
    struct jc_error *error)
{
    const struct jc_run_options *run = study->options->run;
    const struct jc_layer_options options = {
        .queries = study->queries,
        .threads = run->threads,
        .simd = run->simd,
        .wanted = study->subjects.cases,
        .progress = run->progress,
        .progress_context = run->progress_context,
        .done = study->done,
        .queries_in_all = study->total,
    };
    struct jc_bands bands;
    size_t j;
    int ret = jc_layers_run(&study->unknowns[0], &options, n, word, &bands, error);

    if (ret != 0) {
        return ret;
    }
    for (j = 0; ret == 0 && j < study->subjects.n; j++) {
        ret = jc_subject_respond(&study->subjects.subject[j], &study->options->statistic, &bands, n,
            y + j * stride, error);
    }
    study->done += n * study->queries_per_row;
    jc_bands_free(&bands);
    return ret;
}

/* Rows of one set with the words of a factor from another. */
static void
exchange(const struct study *study, size_t n, const uint32_t *set, const uint32_t *other,
    size_t factor, uint32_t *mixed)
{
    const size_t n_words = study->unknowns[0].n_words;
    size_t j, k;

    for (k = 0; k < n; k++) {
        for (j = 0; j < n_words; j++) {
            mixed[k * n_words + j] =
                (study->factors.of_word[j] == factor ? other : set)[k * n_words + j];
        }
    }
}

/* Everything in the middle. */
static int
find_middle(struct study *study, struct jc_results *results, struct jc_error *error)
{
    const size_t n_words = study->unknowns[0].n_words;
    double at_middle;
    size_t j;
    int ret;

    for (j = 0; j < n_words; j++) {
        study->word[SET_AB][j] = MIDDLE;
    }
    ret = respond(study, 1, study->word[SET_AB], ROWS, study->y[SET_AB], error);
    for (j = 0; ret == 0 && j < study->subjects.n; j++) {
        at_middle = study->y[SET_AB][j * ROWS];
        results->sensitivities[j].at_medians = at_middle;
        ret = jc_indices_init(&study->indices[j], study->factors.n, at_middle, error);
    }
    return ret;
}

/* All sets of n rows. */
static int
pick_freeze(struct study *study, size_t first, size_t n, struct jc_error *error)
{
    size_t f, j, k;
    int ret = 0;

    for (k = SET_A; ret == 0 && k <= SET_B; k++) {
        jc_unknowns_words(&study->unknowns[k], first, n, study->word[k]);
        ret = respond(study, n, study->word[k], ROWS, study->y[k], error);
    }
    for (j = 0; ret == 0 && j < study->subjects.n; j++) {
        jc_indices_add_rows(&study->indices[j], n, study->y[SET_A] + j * ROWS,
            study->y[SET_B] + j * ROWS);
        memcpy(study->kept + j * study->n_draws + first, study->y[SET_A] + j * ROWS,
            n * sizeof(double));
    }
    for (f = 0; ret == 0 && f < study->factors.n; f++) {
        for (k = SET_AB; ret == 0 && k <= SET_BA; k++) {
            exchange(study, n, study->word[k == SET_AB ? SET_A : SET_B],
                study->word[k == SET_AB ? SET_B : SET_A], f, study->word[k]);
            ret = respond(study, n, study->word[k], ROWS, study->y[k], error);
        }
        for (j = 0; ret == 0 && j < study->subjects.n; j++) {
            jc_indices_add_input(&study->indices[j], f, n, study->y[SET_A] + j * ROWS,
                study->y[SET_B] + j * ROWS, study->y[SET_AB] + j * ROWS,
                study->y[SET_BA] + j * ROWS);
        }
    }
    return ret;
}

/* One factor is drawn, or takes evenly spaced values if it has one word; all others stay in the middle. */
static int
draw_alone(struct study *study, size_t factor, struct jc_error *error)
{
    const size_t n_words = study->unknowns[0].n_words;
    const bool even = study->factors.n_words[factor] == 1;
    uint32_t *middle = study->word[SET_B];
    uint32_t *drawn = study->word[SET_A];
    size_t first, n, j, k;
    int ret = 0;

    for (k = 0; k < ROWS * n_words; k++) {
        middle[k] = MIDDLE;
    }
    for (first = 0; ret == 0 && first < study->n_draws; first += n) {
        n = study->n_draws - first < ROWS ? study->n_draws - first : ROWS;
        jc_unknowns_words(&study->unknowns[0], first, n, drawn);
        for (k = 0; even && k < n; k++) {
            for (j = 0; j < n_words; j++) {
                drawn[k * n_words + j] =
                    (uint32_t) (((2 * (uint64_t) (first + k) + 1) << 31) / study->n_draws);
            }
        }
        exchange(study, n, middle, drawn, factor, study->word[SET_AB]);
        ret = respond(study, n, study->word[SET_AB], study->n_draws, study->kept + first, error);
    }
    return ret;
}

/* Of ascending numbers, number k being the quantile (k + 0.5) / n. */
static double
quantile_of(size_t n, const double *sorted, double probability)
{
    const double place = probability * (double) n - 0.5;
    size_t below;

    if (place <= 0) {
        return sorted[0];
    }
    below = (size_t) place;
    return below + 1 >= n
        ? sorted[n - 1]
        : sorted[below] + (place - (double) below) * (sorted[below + 1] - sorted[below]);
}

/* The responses take the place of those to set A, which are no longer needed. */
static int
swing(struct study *study, struct jc_results *results, struct jc_error *error)
{
    const size_t n = study->n_draws;
    double *y;
    size_t f, j;
    int ret = 0;

    for (f = 0; ret == 0 && f < study->factors.n; f++) {
        ret = draw_alone(study, f, error);
        for (j = 0; ret == 0 && j < study->subjects.n; j++) {
            y = study->kept + j * n;
            qsort(y, n, sizeof(*y), jc_compare_doubles);
            results->sensitivities[j].column[JC_AT_LOW][f] = quantile_of(n, y, 0.05);
            results->sensitivities[j].column[JC_AT_HIGH][f] = quantile_of(n, y, 0.95);
        }
    }
    return ret;
}

/* Columns of the words that a subject takes, x[k][n] of word[k]. */
static size_t
collect(const struct study *study, const struct jc_subject *subject, size_t n, const uint32_t *row,
    double *x, const double **column, size_t *word)
{
    const size_t n_words = study->unknowns[0].n_words;
    size_t n_columns = 0;
    size_t j, k;

    for (j = 0; j < n_words; j++) {
        if (subject->uses[j]) {
            for (k = 0; k < n; k++) {
                x[n_columns * n + k] = (double) row[k * n_words + j];
            }
            column[n_columns] = x + n_columns * n;
            word[n_columns++] = j;
        }
    }
    return n_columns;
}

/* Rank regression of set A. A factor of several words has no coefficient of its own. */
static int
regress(const struct study *study, size_t index, struct jc_sensitivity *sensitivity,
    struct jc_error *error)
{
    const size_t n_words = study->unknowns[0].n_words;
    const size_t n = study->n_draws < JC_GIVEN_ROWS ? study->n_draws : JC_GIVEN_ROWS;
    struct jc_rank_regression regression = { .determined = false };
    uint32_t *row = malloc(n * n_words * sizeof(*row));
    double *x = malloc(n * n_words * sizeof(*x));
    const double **column = calloc(n_words, sizeof(*column));
    double *coefficient = calloc(n_words, sizeof(*coefficient));
    size_t *word = calloc(n_words, sizeof(*word));
    size_t n_columns = 0;
    size_t f, k;
    int ret = row == NULL || x == NULL || column == NULL || coefficient == NULL || word == NULL
        ? jc_fail_memory(error)
        : 0;

    if (ret == 0) {
        jc_unknowns_words(&study->unknowns[0], 0, n, row);
        n_columns = collect(study, &study->subjects.subject[index], n, row, x, column, word);
        ret = jc_rank_regression(n, n_columns, column, study->kept + index * study->n_draws,
            coefficient, &regression, error);
    }
    for (k = 0; ret == 0 && k < n_columns; k++) {
        f = study->factors.of_word[word[k]];
        if (study->factors.n_words[f] == 1) {
            sensitivity->column[JC_RANK_COEFFICIENT][f] = coefficient[k];
        }
    }
    sensitivity->r_squared = regression.r_squared;
    sensitivity->determined = regression.determined;
    free(row);
    free(x);
    free(column);
    free(coefficient);
    free(word);
    return ret;
}

/* What is known from all sets. */
static int
report(const struct study *study, size_t index, struct jc_sensitivity *sensitivity,
    struct jc_error *error)
{
    struct jc_band band;
    int ret = jc_band_of(study->n_draws, study->kept + index * study->n_draws, &band, error);

    if (ret != 0) {
        return ret;
    }
    sensitivity->low = band.value[0];
    sensitivity->high = band.value[JC_BAND_RANKS - 1];
    jc_indices_report(&study->indices[index], sensitivity);
    return regress(study, index, sensitivity, error);
}

static int
describe(const struct study *study, size_t index, struct jc_sensitivity *sensitivity,
    struct jc_error *error)
{
    size_t f;
    int ret = jc_subject_describe(&study->subjects.subject[index], &study->options->statistic,
        study->factors.n, sensitivity, error);

    for (f = 0; ret == 0 && f < study->factors.n; f++) {
        ret = jc_string_set(&sensitivity->input[f], study->factors.name[f], error);
    }
    sensitivity->queries = study->queries;
    return ret;
}

/* Factors that a subject has nothing to do with are none of its inputs. */
static void
drop_idle(const struct study *study, size_t index, struct jc_sensitivity *sensitivity)
{
    size_t n = 0;
    size_t c, f;

    for (f = 0; f < study->factors.n; f++) {
        if (!jc_unknown_factor_acts(&study->factors, &study->unknowns[0],
                &study->subjects.subject[index], f)) {
            free(sensitivity->input[f]);
            continue;
        }
        sensitivity->input[n] = sensitivity->input[f];
        for (c = 0; c < JC_SENSITIVITY_COLUMNS; c++) {
            sensitivity->column[c][n] = sensitivity->column[c][f];
        }
        n++;
    }
    sensitivity->n_inputs = n;
}

static int
run_study(struct study *study, struct jc_results *results, struct jc_error *error)
{
    const struct jc_scenario *scenario = &study->scenario[0];
    size_t first, n, j;
    int ret = jc_string_set(&results->scenario, scenario->name, error);

    ret = ret != 0 ? ret : jc_string_set(&results->title, scenario->title, error);
    ret = ret != 0 ? ret : jc_results_alloc_sensitivities(results, study->subjects.n, error);
    for (j = 0; ret == 0 && j < study->subjects.n; j++) {
        ret = describe(study, j, &results->sensitivities[j], error);
    }
    ret = ret != 0 ? ret : find_middle(study, results, error);
    for (first = 0; ret == 0 && first < study->n_draws; first += n) {
        n = study->n_draws - first < ROWS ? study->n_draws - first : ROWS;
        ret = pick_freeze(study, first, n, error);
    }
    for (j = 0; ret == 0 && j < study->subjects.n; j++) {
        ret = report(study, j, &results->sensitivities[j], error);
    }
    ret = ret != 0 ? ret : swing(study, results, error);
    for (j = 0; ret == 0 && j < study->subjects.n; j++) {
        drop_idle(study, j, &results->sensitivities[j]);
    }
    return ret;
}

int
jc_sensitivity_of_unknowns(const struct jc_plan *plan, const struct jc_unknowns_options *options,
    struct jc_results *results, struct jc_error *error)
{
    const struct jc_scenario *scenario = plan->scenario;
    const struct jc_run_options *run = options->run;
    struct study study = { .options = options,
        .n_draws = (size_t) scenario->bands.draws,
        .queries = scenario->bands.queries };
    struct jc_store *store = NULL;
    const double began = jc_clock_seconds();
    int ret;

    *results = (struct jc_results){ .seed = scenario->seed, .queries = scenario->queries };
    ret = start(&study, plan, error);
    if (ret == 0 && run->output != NULL) {
        ret = jc_store_create(&store, run->output, &run->store, error);
    }
    ret = ret != 0 ? ret : run_study(&study, results, error);
    ret = jc_finish_or_discard(store, ret, plan, run, results, jc_clock_seconds() - began, error);
    stop(&study);
    if (ret != 0) {
        jc_results_free(results);
    }
    return ret;
}
