/*
 * What a sweep is made of: its plan, and one point of it.
 */
#include "engine/sweep_point.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "results/provenance.h"
#include "results/statistics.h"

/* Of all that what is computed depends on. */
static int
digest_scenario(const struct jc_scenario *scenario, uint8_t digest[JC_SHA256_BYTES],
    struct jc_error *error)
{
    struct jc_text text = { 0 };
    int ret =
        jc_text_append(&text, error, "joulecast %s %s\n", jc_build_version(), jc_build_commit());

    for (size_t j = 0; ret == 0 && j < scenario->n_inputs; j++) {
        if (!scenario->inputs[j].is_scenario) {
            ret = jc_text_append(&text, error, "input %s\n", scenario->inputs[j].sha256);
        }
    }
    ret = ret != 0 ? ret : jc_scenario_write(scenario, &text, error);
    if (ret == 0) {
        jc_sha256(text.bytes, text.length, digest);
    }
    jc_text_free(&text);
    return ret;
}

/* The setting that all points have. */
static struct jc_setting
queries_setting(const struct jc_sweep_plan *self, char text[48])
{
    const uint64_t queries =
        self->whole.sweep.queries > 0 ? self->whole.sweep.queries : self->whole.queries;

    (void) snprintf(text, 48, "queries=%" PRIu64, queries);
    return (struct jc_setting){ .text = text, .directory = "" };
}

/* What the file says of its origin is that of the base; the sweep may have read a table of points. */
static void
take_inputs(struct jc_sweep_plan *self)
{
    struct jc_scenario own = self->base;

    self->base.inputs = self->whole.inputs;
    self->base.n_inputs = self->whole.n_inputs;
    self->whole.inputs = own.inputs;
    self->whole.n_inputs = own.n_inputs;
}

int
jc_sweep_plan_init(struct jc_sweep_plan *self, const struct jc_study *study, struct jc_error *error)
{
    struct jc_setting setting;
    char text[48];
    int ret;

    *self = (struct jc_sweep_plan){ .study = study };
    ret = jc_study_scenario(study, 0, NULL, &self->whole, error);
    if (ret == 0 && self->whole.sweep.n_points == 0) {
        ret = jc_fail(error, JC_ERROR_SCENARIO,
            "%s: the study has no sweep, for example sweep: {parameters: {pue: {key: "
            "defaults.hosting.pue, values: [1.1, 1.2]}}}",
            self->whole.name);
    }
    if (ret == 0) {
        setting = queries_setting(self, text);
        ret = jc_study_scenario(study, 1, &setting, &self->base, error);
    }
    if (ret == 0) {
        take_inputs(self);
    }
    ret = ret != 0 ? ret : jc_plan_init(&self->plan, &self->base, error);
    return ret != 0 ? ret : digest_scenario(&self->base, self->digest, error);
}

void
jc_sweep_plan_free(struct jc_sweep_plan *self)
{
    if (self->plan.scenario != NULL) {
        jc_plan_free(&self->plan);
    }
    jc_scenario_free(&self->whole);
    jc_scenario_free(&self->base);
    *self = (struct jc_sweep_plan){ 0 };
}

static int
copy_axis(const struct jc_sweep_parameter *parameter, struct jc_sweep_axis *axis,
    struct jc_error *error)
{
    int ret = jc_sweep_axis_alloc(axis, parameter->n, parameter->number == NULL, error);

    ret = ret != 0 ? ret : jc_string_set(&axis->name, parameter->name, error);
    ret = ret != 0 ? ret : jc_string_set(&axis->label, parameter->label, error);
    ret = ret != 0 ? ret : jc_string_set(&axis->key, parameter->key, error);
    ret = ret != 0 ? ret : jc_string_set(&axis->units, parameter->units, error);
    for (size_t i = 0; ret == 0 && i < parameter->n; i++) {
        if (parameter->number != NULL) {
            axis->number[i] = parameter->number[i];
        } else {
            ret = jc_string_set(&axis->text[i], parameter->text[i], error);
        }
    }
    return ret;
}

/* A blend that is trimmed has no other quantity than energy. */
static bool
is_trimmed(const struct jc_blend *blend)
{
    const struct jc_ranks ranks = jc_trims_ranks(&blend->trim);

    return ranks.low > 0 || ranks.high < 1;
}

/* What `store` says: the fleets that want more are left out. */
static bool
is_kept(const struct jc_scenario *scenario, enum jc_quantity quantity)
{
    return quantity == JC_ENERGY || scenario->store[quantity];
}

static int
copy_subjects(const struct jc_sweep_plan *self, struct jc_sweep_result *result,
    struct jc_error *error)
{
    const struct jc_scenario *base = &self->base;
    struct jc_sweep_subject *subject = result->subject;
    int ret = 0;

    for (size_t j = 0; ret == 0 && j < base->n_cases; j++, subject++) {
        ret = jc_string_set(&subject->name, base->cases[j].name, error);
        ret = ret != 0 ? ret : jc_string_set(&subject->label, base->cases[j].label, error);
        for (enum jc_quantity q = 0; q < JC_QUANTITIES; q++) {
            subject->has[q] = is_kept(base, q);
        }
    }
    for (size_t j = 0; ret == 0 && j < base->n_blends; j++, subject++) {
        ret = jc_string_set(&subject->name, base->blends[j].name, error);
        ret = ret != 0 ? ret : jc_string_set(&subject->label, base->blends[j].label, error);
        for (enum jc_quantity q = 0; q < JC_QUANTITIES; q++) {
            subject->has[q] = is_kept(base, q) && (q == JC_ENERGY || !is_trimmed(&base->blends[j]));
        }
    }
    return ret;
}

int
jc_sweep_plan_result(const struct jc_sweep_plan *self, struct jc_sweep_result *result,
    struct jc_error *error)
{
    const struct jc_sweep *sweep = &self->whole.sweep;
    const struct jc_scenario *base = &self->base;
    int ret;

    *result = (struct jc_sweep_result){ .queries = base->queries,
        .crossed = sweep->design == JC_SWEEP_CROSSED };
    ret = jc_string_set(&result->design, jc_sweep_design_names[sweep->design], error);
    ret = ret != 0 ? ret : jc_sweep_result_alloc_axes(result, sweep->n_parameters, error);
    for (size_t j = 0; ret == 0 && j < sweep->n_parameters; j++) {
        ret = copy_axis(&sweep->parameter[j], &result->axis[j], error);
    }
    ret = ret != 0 ? ret
                   : jc_sweep_result_alloc_subjects(result, base->n_cases, base->n_blends,
                       base->n_quantiles, error);
    if (ret == 0) {
        memcpy(result->quantile, base->quantile, base->n_quantiles * sizeof(double));
        ret = copy_subjects(self, result, error);
    }
    return ret != 0 ? ret : jc_sweep_result_alloc_points(result, error);
}

/* "point 7 (pue 1.2, model a): " in front of what is wrong with it. */
static int
name_point(const struct jc_sweep_result *result, size_t point, const struct jc_error *inner,
    char **message, struct jc_error *error)
{
    struct jc_text text = { 0 };
    int ret = jc_text_append(&text, error, "point %zu (", point);

    for (size_t j = 0; ret == 0 && j < result->n_axes; j++) {
        const struct jc_sweep_axis *axis = &result->axis[j];
        const size_t i = jc_sweep_axis_value(result, point, j);

        ret = axis->number != NULL
            ? jc_text_append(&text, error, "%s%s %.12g", j > 0 ? ", " : "", axis->name,
                axis->number[i])
            : jc_text_append(&text, error, "%s%s %s", j > 0 ? ", " : "", axis->name, axis->text[i]);
    }
    ret = ret != 0 ? ret : jc_text_append(&text, error, "): %s", inner->message);
    ret = ret != 0 ? ret : jc_string_set(message, text.bytes, error);
    jc_text_free(&text);
    return ret;
}

/* The scenario of a point. */
static int
load_point(const struct jc_sweep_plan *self, size_t point, struct jc_scenario *scenario,
    struct jc_error *error)
{
    const struct jc_sweep *sweep = &self->whole.sweep;
    const struct jc_sweep_parameter *parameter;
    struct jc_setting setting[JC_SWEEP_MOST_PARAMETERS + 1];
    char *text[JC_SWEEP_MOST_PARAMETERS] = { NULL };
    char queries[48];
    int ret = 0;

    setting[0] = queries_setting(self, queries);
    for (size_t j = 0; ret == 0 && j < sweep->n_parameters; j++) {
        parameter = &sweep->parameter[j];
        if (asprintf(&text[j], "%s=%s", parameter->key,
                parameter->value[jc_sweep_value(sweep, point, j)])
            < 0) {
            text[j] = NULL;
            ret = jc_fail_memory(error);
        }
        setting[j + 1].text = text[j];
        setting[j + 1].directory = parameter->directory;
    }
    *scenario = (struct jc_scenario){ 0 };
    ret = ret != 0
        ? ret
        : jc_study_scenario(self->study, sweep->n_parameters + 1, setting, scenario, error);
    for (size_t j = 0; j < sweep->n_parameters; j++) {
        free(text[j]);
    }
    return ret;
}

/* All points have the same cases and blends, and blends the same quantities. */
static int
check_shape(const struct jc_sweep_plan *self, const struct jc_scenario *scenario,
    struct jc_error *error)
{
    const struct jc_scenario *base = &self->base;
    bool same = scenario->n_cases == base->n_cases && scenario->n_blends == base->n_blends;

    for (size_t j = 0; same && j < base->n_cases; j++) {
        same = strcmp(scenario->cases[j].name, base->cases[j].name) == 0;
    }
    for (size_t j = 0; same && j < base->n_blends; j++) {
        same = strcmp(scenario->blends[j].name, base->blends[j].name) == 0
            && is_trimmed(&scenario->blends[j]) == is_trimmed(&base->blends[j]);
    }
    return same ? 0
                : jc_fail(error, JC_ERROR_SCENARIO,
                    "its cases and blends are not those of the study, which all points have");
}

static int
keep_statistics(const struct jc_sweep_result *result, struct jc_mixture *mixture, double *number,
    struct jc_error *error)
{
    const size_t n = result->n_quantiles;
    struct jc_statistics statistics;
    int ret = jc_mixture_statistics(mixture, n, result->quantile, true, &statistics, error);

    jc_mixture_free(mixture);
    if (ret != 0) {
        return ret;
    }
    number[JC_POINT_N] = (double) statistics.n;
    number[JC_POINT_MEAN] = statistics.mean;
    number[JC_POINT_MEAN_ERROR] = statistics.mean_error;
    number[JC_POINT_SD] = statistics.sd;
    number[JC_POINT_MIN] = statistics.min;
    number[JC_POINT_MAX] = statistics.max;
    memcpy(number + JC_POINT_NUMBERS, statistics.quantile, n * sizeof(double));
    memcpy(number + JC_POINT_NUMBERS + n, statistics.lower, n * sizeof(double));
    memcpy(number + JC_POINT_NUMBERS + 2 * n, statistics.upper, n * sizeof(double));
    jc_statistics_free(&statistics);
    return 0;
}

/* number[n_numbers] becomes the statistics of a run. */
static int
summarise(const struct jc_sweep_result *result, const struct jc_results *run, double *number,
    struct jc_error *error)
{
    struct jc_mixture mixture;
    int ret = 0;

    for (size_t j = 0; j < result->n_numbers; j++) {
        number[j] = NAN;
    }
    for (enum jc_quantity q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
        for (size_t j = 0; ret == 0 && j < result->n_subjects; j++) {
            if (!result->subject[j].has[q]) {
                continue;
            }
            ret = j < result->n_cases ? jc_results_case_mixture(run, j, q, &mixture, error)
                                      : jc_results_blend_mixture(run,
                                          &run->blends[j - result->n_cases], q, &mixture, error);
            ret = ret != 0 ? ret
                           : keep_statistics(result, &mixture,
                               number + jc_sweep_number_index(result, j, q), error);
        }
    }
    return ret;
}

int
jc_point_work_init(struct jc_point_work *self, const struct jc_sweep_plan *sweep,
    const struct jc_known_points *known, size_t point, struct jc_sweep_result *result,
    struct jc_error *error)
{
    uint8_t *digest = result->point[point].digest;
    int ret;

    *self = (struct jc_point_work){ .known = NULL };
    ret = load_point(sweep, point, &self->scenario, error);
    if (ret != 0) {
        self->scenario = (struct jc_scenario){ 0 };
        return ret;
    }
    ret = check_shape(sweep, &self->scenario, error);
    ret = ret != 0 ? ret : digest_scenario(&self->scenario, digest, error);
    if (ret != 0) {
        return ret;
    }
    self->known = known == NULL ? NULL : jc_known_points_find(known, digest);
    if (self->known == NULL) {
        ret = jc_plan_init(&self->plan, &self->scenario, error);
        self->plan.recorded[JC_NODE_TIME] = is_kept(&self->scenario, JC_NODE_TIME);
    }
    return ret;
}

void
jc_point_work_free(struct jc_point_work *self)
{
    if (self->plan.scenario != NULL) {
        jc_plan_free(&self->plan);
    }
    jc_scenario_free(&self->scenario);
    *self = (struct jc_point_work){ .known = NULL };
}

/* What a point has: known numbers, or those of its run. */
static int
take_numbers(const struct jc_point_work *self, const struct jc_results *run,
    const struct jc_sweep_result *result, struct jc_sweep_point *point, struct jc_error *error)
{
    point->number = malloc(result->n_numbers * sizeof(double));
    if (point->number == NULL) {
        return jc_fail_memory(error);
    }
    if (self->known == NULL) {
        return summarise(result, run, point->number, error);
    }
    memcpy(point->number, self->known, result->n_numbers * sizeof(double));
    return 0;
}

int
jc_point_work_keep(const struct jc_point_work *self, int status, const struct jc_error *failure,
    const struct jc_results *run, size_t index, struct jc_sweep_result *result,
    struct jc_error *error)
{
    struct jc_sweep_point *point = &result->point[index];
    struct jc_error inner = *failure;
    int ret = status != 0 ? status : take_numbers(self, run, result, point, &inner);

    point->status = ret == 0      ? JC_POINT_COMPUTED
        : ret == JC_ERROR_STOPPED ? JC_POINT_MISSING
                                  : JC_POINT_FAILED;
    if (ret != 0) {
        free(point->number);
        point->number = NULL;
        if (ret == JC_ERROR_INTERNAL || ret == JC_ERROR_STOPPED) {
            *error = inner;
            return ret;
        }
        return name_point(result, index, &inner, &point->message, error);
    }
    return 0;
}

int
jc_sweep_compute_point(const struct jc_sweep_plan *self, const struct jc_run_options *options,
    const struct jc_known_points *known, size_t index, struct jc_sweep_result *result,
    bool *was_known, struct jc_error *error)
{
    struct jc_error inner = { "" };
    struct jc_results run = { 0 };
    struct jc_point_work work;
    int ret = jc_point_work_init(&work, self, known, index, result, &inner);

    *was_known = ret == 0 && work.known != NULL;
    if (ret == 0 && work.known == NULL) {
        ret = jc_run(&work.plan, options, &run, &inner);
    }
    ret = jc_point_work_keep(&work, ret, &inner, &run, index, result, error);
    jc_results_free(&run);
    jc_point_work_free(&work);
    return ret;
}
