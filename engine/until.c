#include "engine/until.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/statistics.h"

#define LONGEST 128      /* bytes of a target's text */
#define MOST_WORDS 5     /* of it */
#define MOST_GROWTH 16.0 /* of the queries from one look to the next */
#define LEAST_GROWTH 1.05
#define MARGIN 1.1 /* more than what is projected: the error is an estimate, too */

static int
fail_target(const char *text, const char *found, const char *expected, struct jc_error *error)
{
    return jc_fail(error, JC_ERROR_SCENARIO,
        "--until '%.*s': %s%.64s%s, %s; the form is [QUANTITY] mean|pNN rel|abs NUMBER[%%| UNIT], "
        "such as 'p95 rel 0.1%%' or 'water mean abs 0.01 mL'",
        LONGEST, text, found[0] == '\0' ? "ends too early" : "found '", found,
        found[0] == '\0' ? "" : "'", expected);
}

/* Cuts a text at its spaces; words that are not there are empty. Returns 1 if there are too many. */
static int
split(char *text, const char *word[MOST_WORDS])
{
    char *rest = NULL;
    char *next = strtok_r(text, " ", &rest);
    size_t n;

    for (n = 0; n < MOST_WORDS; n++) {
        word[n] = next != NULL ? next : "";
        next = next != NULL ? strtok_r(NULL, " ", &rest) : NULL;
    }
    return next != NULL;
}

static int
parse_statistic(const char *text, const char *word, struct jc_until *until, struct jc_error *error)
{
    char *end = NULL;

    until->of_mean = strcmp(word, "mean") == 0;
    if (until->of_mean) {
        return 0;
    }
    until->probability = word[0] == 'p' && strspn(word + 1, "0123456789.") == strlen(word + 1)
        ? strtod(word + 1, &end) / 100
        : NAN;
    if (!(until->probability > 0 && until->probability < 1) || *end != '\0') {
        return fail_target(text, word, "expected mean, or p and a percentage between 0 and 100",
            error);
    }
    return 0;
}

/* The number and what stands behind it, as part of the word or as the next one. */
static int
parse_width(const char *text, const char *word, const char *next, struct jc_until *until,
    struct jc_error *error)
{
    const char *unit = jc_quantity_info(until->quantity)->unit;
    char *end;

    until->half_width = strtod(word, &end);
    if (end == word || !(until->half_width > 0) || !isfinite(until->half_width)) {
        return fail_target(text, word, "expected a number above 0", error);
    }
    if (*end != '\0' && *next != '\0') {
        return fail_target(text, next, "expected nothing more", error);
    }
    next = *end != '\0' ? end : next;
    if (until->relative && strcmp(next, "%") == 0) {
        until->half_width /= 100;
    } else if (*next != '\0' && (until->relative || strcmp(next, unit) != 0)) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "--until '%.*s': '%.64s' is not the unit: it is %s", LONGEST, text, next,
            until->relative ? "%, or none for a fraction" : unit);
    }
    return 0;
}

int
jc_until_parse(const char *text, struct jc_until *until, struct jc_error *error)
{
    const char *word[MOST_WORDS];
    char copy[LONGEST + 1] = "";
    size_t at = 0;
    int ret = 0;

    *until = (struct jc_until){ .text = text, .quantity = JC_ENERGY };
    memcpy(copy, text, strnlen(text, LONGEST));
    if (strlen(text) > LONGEST || split(copy, word) != 0) {
        return fail_target(text, "more words than that", "expected fewer", error);
    }
    if (jc_quantity_by_name(word[0]) != JC_QUANTITIES) {
        until->quantity = jc_quantity_by_name(word[at++]);
    }
    ret = parse_statistic(text, word[at++], until, error);
    if (ret == 0 && strcmp(word[at], "rel") != 0 && strcmp(word[at], "abs") != 0) {
        ret = fail_target(text, word[at], "expected rel or abs", error);
    }
    until->relative = ret == 0 && strcmp(word[at], "rel") == 0;
    at++;
    ret = ret != 0
        ? ret
        : parse_width(text, word[at], at + 1 < MOST_WORDS ? word[at + 1] : "", until, error);
    if (ret == 0 && at + 2 < MOST_WORDS && *word[at + 2] != '\0') {
        ret = fail_target(text, word[at + 2], "expected nothing more", error);
    }
    return ret;
}

/* Looks at one mixture, and frees it. */
static int
look_at(const struct jc_until *self, const char *label, struct jc_mixture *mixture,
    struct jc_until_state *state, struct jc_error *error)
{
    const double probability = self->of_mean ? 0.5 : self->probability;
    struct jc_statistics statistics;
    double half_width, value;
    int ret = jc_mixture_statistics(mixture, 1, &probability, true, &statistics, error);

    jc_mixture_free(mixture);
    if (ret != 0) {
        return ret;
    }
    half_width = self->of_mean ? jc_statistics_mean_error(&statistics)
                               : jc_statistics_quantile_error(&statistics, 0, probability);
    value = self->of_mean ? statistics.mean : statistics.quantile[0];
    if (self->relative && half_width > 0) {
        half_width /= value;
    }
    half_width = half_width >= 0 ? half_width : INFINITY;
    if (state->label == NULL || half_width > state->half_width) {
        *state = (struct jc_until_state){ .label = label,
            .half_width = half_width,
            .ratio = half_width / self->half_width,
            .is_reached = half_width <= self->half_width };
    }
    jc_statistics_free(&statistics);
    return 0;
}

int
jc_until_look(const struct jc_until *self, const struct jc_results *results,
    struct jc_until_state *state, struct jc_error *error)
{
    struct jc_mixture mixture;
    size_t j;
    int ret = 0;

    *state = (struct jc_until_state){ .label = NULL };
    for (j = 0; ret == 0 && j < results->n_cases; j++) {
        if (results->cases[j].recorded[self->quantity]) {
            ret = jc_results_case_mixture(results, j, self->quantity, &mixture, error);
            ret = ret != 0 ? ret : look_at(self, results->cases[j].label, &mixture, state, error);
        }
    }
    for (j = 0; ret == 0 && j < results->n_blends; j++) {
        if (jc_results_blend_has(results, &results->blends[j], self->quantity)) {
            ret = jc_results_blend_mixture(results, &results->blends[j], self->quantity, &mixture,
                error);
            ret = ret != 0 ? ret : look_at(self, results->blends[j].label, &mixture, state, error);
        }
    }
    if (ret == 0 && state->label == NULL) {
        ret = jc_fail(error, JC_ERROR_SCENARIO,
            "--until '%s': no case keeps %s; 'store' says what is kept", self->text,
            jc_quantity_info(self->quantity)->name);
    }
    return ret;
}

uint64_t
jc_until_next_queries(uint64_t queries, double ratio, uint64_t most)
{
    double growth = MARGIN * ratio * ratio;
    double blocks;

    growth = growth > LEAST_GROWTH ? growth : LEAST_GROWTH;
    growth = growth < MOST_GROWTH ? growth : MOST_GROWTH;
    blocks = ceil(growth * (double) queries / (double) JC_STORE_CHUNK);
    if (blocks * (double) JC_STORE_CHUNK >= (double) most) {
        return most;
    }
    return (uint64_t) blocks * JC_STORE_CHUNK;
}

/* What is furthest from being reached. */
static int
look_at_all(const struct jc_until_search *search, const struct jc_results *results,
    struct jc_until_outcome *outcome, struct jc_error *error)
{
    struct jc_until_state state;
    double needed;
    size_t j;
    int ret = 0;

    for (j = 0; ret == 0 && j < search->n_targets; j++) {
        ret = jc_until_look(&search->target[j], results, &state, error);
        if (ret == 0 && (j == 0 || state.ratio > outcome->state.ratio)) {
            outcome->target = j;
            outcome->state = state;
        }
    }
    if (ret == 0) {
        needed = outcome->state.ratio * outcome->state.ratio * (double) results->queries;
        outcome->is_reached = outcome->state.is_reached;
        outcome->needed = needed < 0x1p63 ? (uint64_t) ceil(needed) : UINT64_MAX;
    }
    return ret;
}

static int
run(const struct jc_scenario *scenario, const struct jc_run_options *options,
    struct jc_results *results, struct jc_error *error)
{
    struct jc_plan plan;
    int ret = jc_plan_init(&plan, scenario, error);

    ret = ret != 0 ? ret : jc_run(&plan, options, results, error);
    jc_plan_free(&plan);
    return ret;
}

/* In memory, without files and pathways, on from `before`. */
static int
step(const struct jc_scenario *scenario, const struct jc_run_options *options,
    const struct jc_results *before, struct jc_results *results, struct jc_error *error)
{
    struct jc_run_options inner = *options;

    inner.output = NULL;
    inner.before = before;
    inner.samples = NULL;
    inner.cases_only = true;
    return run(scenario, &inner, results, error);
}

/* Replicates of a Sobol sequence are at their best with a power of two points: the next one. */
static uint64_t
whole_replicates(const struct jc_scenario *scenario, uint64_t most)
{
    uint64_t queries = scenario->replicates * JC_STRIP;

    if (scenario->points != JC_POINTS_SOBOL) {
        return scenario->queries;
    }
    while (queries < scenario->queries && queries <= most / 2) {
        queries *= 2;
    }
    return queries < scenario->queries ? most : queries;
}

/* Runs on until an end; *found, if it is not empty, is where the search has come to. `last` are the options of the run that
 * writes it, which goes on from the resumed file if that one does not do. */
static int
find(struct jc_scenario *scenario, const struct jc_until_search *search, struct jc_resume *resume,
    const struct jc_run_options *options, struct jc_run_options *last, struct jc_results *found,
    struct jc_until_outcome *outcome, struct jc_error *error)
{
    struct jc_results longer;
    const struct jc_results *before;
    int ret = 0;

    if (resume->exists) {
        scenario->queries = resume->results.queries;
        ret = look_at_all(search, &resume->results, outcome, error);
        if (ret == 0 && !outcome->is_reached && scenario->queries < search->most_queries) {
            ret = jc_resume_apply(resume, last, error);
        }
    } else {
        scenario->queries =
            scenario->queries < search->most_queries ? scenario->queries : search->most_queries;
        ret = step(scenario, options, NULL, found, error);
        ret = ret != 0 ? ret : look_at_all(search, found, outcome, error);
    }
    while (ret == 0 && !outcome->is_reached && scenario->queries < search->most_queries) {
        before = found->cases != NULL                  ? found
            : resume->exists && resume->afresh == NULL ? &resume->results
                                                       : NULL;
        scenario->queries =
            jc_until_next_queries(scenario->queries, outcome->state.ratio, search->most_queries);
        scenario->queries = whole_replicates(scenario, search->most_queries);
        ret = step(scenario, options, scenario->replicates == 1 ? before : NULL, &longer, error);
        if (ret == 0) {
            jc_results_free(found);
            *found = longer;
            ret = look_at_all(search, found, outcome, error);
        }
    }
    return ret;
}

int
jc_until_run(struct jc_scenario *scenario, const struct jc_until_search *search,
    struct jc_resume *resume, const struct jc_run_options *options, struct jc_results *results,
    struct jc_until_outcome *outcome, struct jc_error *error)
{
    struct jc_run_options last = *options;
    struct jc_results found = { 0 };
    int ret = find(scenario, search, resume, options, &last, &found, outcome, error);

    *results = (struct jc_results){ 0 };
    outcome->file_stays = ret == 0 && found.cases == NULL;
    if (ret == 0 && !outcome->file_stays) {
        if (options->summary_only && found.has_whole) {
            last.before = &found;
        }
        ret = run(scenario, &last, results, error);
        ret = ret != 0 ? ret : look_at_all(search, results, outcome, error);
    }
    jc_results_free(&found);
    return ret;
}
