#include "engine/fleet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "engine/fleet_model.h"
#include "results/precision.h"
#include "results/scaled_mixture.h"

/* A fleet while it is computed. */
struct work {
    const struct jc_fleet *fleet;
    const struct jc_results *results;
    struct jc_fleet_model model;
    size_t n_draws;   /* 0: none */
    double *mean;     /* [n_cases] of a query */
    double *variance; /* [n_cases] of a query */
    double *error;    /* [n_cases] standard error of the mean */
    double *parts;    /* [n_parts] of a query */
    double *series;   /* [n_parts][n_draws] */
    struct jc_fleet_result *result;
};

/* What a query of a fleet comes to in one row. */
struct outcome {
    double mean;
    double
        error; /* of the mean, at most: cases share random numbers, so theirs may point the same way */
    double variance; /* between queries */
};

static int
days_of_month(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

/* A day, or month after month. */
static void
sum_demand(const struct jc_fleet *fleet, struct jc_fleet_result *result)
{
    double per_day = fleet->queries_per_day;
    int year = fleet->year;
    int month = fleet->month;
    size_t k;

    result->busiest_day = per_day;
    if (year == 0) {
        result->days = 1;
        result->queries = per_day;
        return;
    }
    for (k = 0; k <= fleet->n_growth; k++) {
        const int days = days_of_month(year, month);

        result->days += days;
        result->queries += per_day * days;
        result->busiest_day = fmax(result->busiest_day, per_day);
        per_day *= k < fleet->n_growth ? 1 + fleet->growth[k] : 1;
        year += month == 12;
        month = month % 12 + 1;
    }
}

/* So many accelerators work as long as a node does. */
static double
number_of(const struct work *work, size_t case_index, size_t t)
{
    return t == JC_FLEET_GPU_TIME ? work->results->cases[case_index].gpus : 1;
}

static bool
is_time(size_t t)
{
    return t == JC_FLEET_NODE_TIME || t == JC_FLEET_GPU_TIME;
}

/* The first case of the fleet without a quantity; NULL: all have it. */
static const char *
missing_case(const struct work *work, size_t t)
{
    const struct jc_case_result *one;
    size_t j;

    for (j = 0; j < work->model.n_members; j++) {
        one = &work->results->cases[work->model.member[j].case_index];
        if (!one->recorded[jc_fleet_quantities[t].quantity]
            || isnan(number_of(work, work->model.member[j].case_index, t))) {
            return one->name;
        }
    }
    return NULL;
}

/* Of a record, or of a draw of the bands. */
static void
take_case(struct work *work, size_t t, size_t c, bool of_draw, size_t draw)
{
    const enum jc_quantity quantity = jc_fleet_quantities[t].quantity;
    const struct jc_bands *bands = &work->results->bands;
    const struct jc_record *record = &work->results->cases[c].record[quantity];
    const struct jc_draw_series *series =
        of_draw && bands->n_draws > 0 ? &bands->cases[c].series[quantity] : NULL;
    const double number = number_of(work, c, t);
    const double sd = jc_moments_sd(&record->moments);

    if (series != NULL && series->mean != NULL) {
        work->mean[c] = number * series->mean[draw];
        work->variance[c] = number * number * series->variance[draw];
        work->error[c] = sqrt(work->variance[c] / (double) bands->queries);
    } else {
        work->mean[c] = number * record->moments.mean;
        work->variance[c] = number * number * sd * sd;
        work->error[c] = record->moments.n < 2 ? NAN : jc_record_mean_error(record, number);
    }
}

/* A row, and its parts. */
static struct outcome
evaluate(struct work *work, size_t t, bool of_draw, size_t row)
{
    const struct jc_fleet *fleet = work->fleet;
    struct outcome outcome = { 0 };
    double first, second;
    size_t j, k, c;

    for (j = 0; j < work->model.n_members; j++) {
        take_case(work, t, work->model.member[j].case_index, of_draw, row);
    }
    outcome.mean = jc_fleet_model_total(&work->model, row, work->mean, is_time(t), work->parts);
    for (j = 0; j < work->model.n_members; j++) {
        const struct jc_fleet_member *member = &work->model.member[j];

        first = second = 1;
        for (k = 0; k < fleet->n_factors; k++) {
            if (fleet->factors[k].applies[member->regime]
                && (!is_time(t) || fleet->factors[k].node_time)) {
                first *= work->model.factor[k][row];
                second *= work->model.second[k][row];
            }
        }
        c = member->case_index;
        outcome.error += member->share[row] * first * work->error[c];
        outcome.variance +=
            member->share[row] * second * (work->variance[c] + work->mean[c] * work->mean[c]);
    }
    outcome.variance = fmax(outcome.variance - outcome.mean * outcome.mean, 0);
    return outcome;
}

/* The draws of a total: their mean is its value, and its parts have bands. */
static int
compute_draws(struct work *work, size_t t, double scale, struct outcome *expected,
    struct jc_error *error)
{
    struct jc_fleet_result *result = work->result;
    const double n = (double) work->n_draws;
    double *draw = result->total[t].draw = calloc(work->n_draws, sizeof(double));
    struct outcome one;
    size_t j, k;
    int ret = draw == NULL ? jc_fail_memory(error) : 0;

    *expected = (struct outcome){ 0 };
    for (k = 0; ret == 0 && k < work->n_draws; k++) {
        one = evaluate(work, t, true, k);
        draw[k] = scale * one.mean;
        expected->mean += one.mean / n;
        expected->error += one.error / n;
        expected->variance += one.variance / n;
        for (j = 0; j < work->model.n_parts; j++) {
            work->series[j * work->n_draws + k] = scale * work->parts[j];
            result->component[j].value[t] += scale * work->parts[j] / n;
        }
    }
    for (j = 0; ret == 0 && j < work->model.n_parts; j++) {
        ret = jc_band_of(work->n_draws, work->series + j * work->n_draws,
            &result->component[j].band[t], error);
    }
    return ret;
}

static int
compute_total(struct work *work, size_t t, struct jc_error *error)
{
    struct jc_fleet_result *result = work->result;
    struct jc_fleet_total *total = &result->total[t];
    const double scale = result->queries * jc_fleet_quantities[t].scale;
    const char *missing = missing_case(work, t);
    struct outcome outcome;
    size_t j;
    int ret = 0;

    *total = (struct jc_fleet_total){ .value = NAN, .error = NAN, .noise = NAN };
    if (missing != NULL) {
        for (j = 0; j < work->model.n_parts; j++) {
            result->component[j].value[t] = NAN;
        }
        return jc_string_set(&total->missing, missing, error);
    }
    total->known = true;
    if (work->n_draws > 0) {
        ret = compute_draws(work, t, scale, &outcome, error);
    } else {
        outcome = evaluate(work, t, false, 0);
        for (j = 0; j < work->model.n_parts; j++) {
            result->component[j].value[t] = scale * work->parts[j];
        }
    }
    total->value = scale * outcome.mean;
    total->error = scale * outcome.error;
    total->noise = sqrt(result->queries * outcome.variance) * jc_fleet_quantities[t].scale;
    return ret;
}

/* The energy of one query: all cases by their shares, each times the points of its regime's factors. Of what is
 * unknown it has the first draw, as records have. */
static int
compute_query(struct work *work, struct jc_error *error)
{
    const struct jc_fleet *fleet = work->fleet;
    const struct jc_results *results = work->results;
    struct jc_multiplier *product = calloc(fleet->n_regimes, sizeof(*product));
    struct jc_scaled_part *part = calloc(work->model.n_members, sizeof(*part));
    struct jc_fleet_query *query = &work->result->query;
    struct jc_scaled_mixture mixture;
    struct outcome outcome;
    size_t j, k;
    int ret = product == NULL || part == NULL ? jc_fail_memory(error) : 0;

    for (j = 0; ret == 0 && j < fleet->n_regimes; j++) {
        jc_multiplier_constant(&product[j], 1);
        for (k = 0; ret == 0 && k < fleet->n_factors; k++) {
            if (fleet->factors[k].applies[j]) {
                ret = jc_multiplier_multiply(&product[j], &work->model.multiplier[k], error);
            }
        }
    }
    for (j = 0; ret == 0 && j < work->model.n_members; j++) {
        const struct jc_fleet_member *member = &work->model.member[j];

        part[j] = (struct jc_scaled_part){
            .record = &results->cases[member->case_index].record[JC_ENERGY],
            .weight = member->share[0],
            .n_points = product[member->regime].n_points,
            .point = product[member->regime].point,
            .probability = product[member->regime].probability,
        };
    }
    query->quantile = calloc(results->n_quantiles + 1, sizeof(double));
    if (ret == 0 && query->quantile == NULL) {
        ret = jc_fail_memory(error);
    }
    ret = ret != 0 ? ret : jc_scaled_mixture_init(&mixture, work->model.n_members, part, error);
    if (ret == 0) {
        for (j = 0; j < results->n_quantiles; j++) {
            query->quantile[j] = jc_scaled_mixture_quantile(&mixture, results->quantile[j]);
        }
        outcome = evaluate(work, JC_FLEET_ENERGY, false, 0);
        query->mean = outcome.mean;
        query->sd = sqrt(outcome.variance);
        jc_scaled_mixture_free(&mixture);
    }
    free(product);
    free(part);
    return ret;
}

static int
name_parts(const struct jc_fleet_model *model, struct jc_fleet_result *result,
    struct jc_error *error)
{
    size_t j;
    int ret = 0;

    for (j = 0; ret == 0 && j < model->n_parts; j++) {
        ret = jc_string_set(&result->component[j].kind, model->part[j].kind, error);
        ret =
            ret != 0 ? ret : jc_string_set(&result->component[j].name, model->part[j].name, error);
        ret = ret != 0 ? ret
                       : jc_string_set(&result->component[j].label, model->part[j].label, error);
    }
    return ret;
}

static int
compute_equivalences(const struct jc_fleet *fleet, struct jc_fleet_result *result,
    struct jc_error *error)
{
    struct jc_fleet_equivalence *equivalence;
    size_t k, t;
    int ret = jc_fleet_alloc_equivalences(result, fleet->n_equivalences, error);

    for (k = 0; ret == 0 && k < fleet->n_equivalences; k++) {
        equivalence = &result->equivalence[k];
        ret = jc_string_set(&equivalence->name, fleet->equivalences[k].name, error);
        for (t = 0; t < JC_FLEET_NODE_TIME; t++) {
            if (jc_fleet_quantities[t].quantity == fleet->equivalences[k].quantity) {
                equivalence->number = result->total[t].value / fleet->equivalences[k].amount;
            }
        }
    }
    return ret;
}

static int
compute_parts(struct work *work, struct jc_error *error)
{
    const size_t n_parts = work->model.n_parts;
    size_t t;
    int ret = jc_fleet_alloc_components(work->result, n_parts, work->n_draws > 0, error);

    work->mean = calloc(work->results->n_cases, sizeof(double));
    work->variance = calloc(work->results->n_cases, sizeof(double));
    work->error = calloc(work->results->n_cases, sizeof(double));
    work->parts = calloc(n_parts + 1, sizeof(double));
    work->series = calloc(n_parts * work->n_draws + 1, sizeof(double));
    if (ret == 0
        && (work->mean == NULL || work->variance == NULL || work->error == NULL
            || work->parts == NULL || work->series == NULL)) {
        ret = jc_fail_memory(error);
    }
    ret = ret != 0 ? ret : name_parts(&work->model, work->result, error);
    for (t = 0; ret == 0 && t < JC_FLEET_TOTALS; t++) {
        ret = compute_total(work, t, error);
    }
    return ret != 0 ? ret : compute_query(work, error);
}

/* Squares of totals are numbers, too. */
#define MOST 1e100

static bool
is_sensible(double x)
{
    return isfinite(x) && fabs(x) <= MOST;
}

/* Totals that are known, and what a query of the fleet takes, are sensible numbers. */
static int
check_numbers(const struct work *work, struct jc_error *error)
{
    const struct jc_fleet_result *result = work->result;
    bool sensible = is_sensible(result->query.mean) && is_sensible(result->query.sd);

    for (size_t t = 0; t < JC_FLEET_TOTALS; t++) {
        const struct jc_fleet_total *total = &result->total[t];

        if (total->known && !(is_sensible(total->value) && is_sensible(total->noise))) {
            return jc_fail(error, JC_ERROR_SCENARIO,
                "fleet %s: its %s is %g %s, with a noise of %g; numbers up to %g are needed",
                result->name, jc_fleet_quantities[t].name, total->value,
                jc_fleet_quantities[t].unit, total->noise, MOST);
        }
    }
    for (size_t j = 0; j < work->results->n_quantiles; j++) {
        sensible &= is_sensible(result->query.quantile[j]);
    }
    if (!sensible) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "fleet %s: the energy of a query is %g Wh, with a standard deviation of %g; numbers up "
            "to %g are needed",
            result->name, result->query.mean, result->query.sd, MOST);
    }
    return 0;
}

static int
compute(const struct jc_fleet *fleet, uint64_t seed, const struct jc_results *results,
    size_t n_draws, struct jc_fleet_result *result, struct jc_error *error)
{
    struct work work = { .fleet = fleet, .results = results, .n_draws = n_draws, .result = result };
    int ret = jc_string_set(&result->name, fleet->name, error);

    ret = ret != 0 ? ret : jc_string_set(&result->label, fleet->label, error);
    result->peak_to_average = fleet->peak_to_average;
    result->load = fleet->load;
    sum_demand(fleet, result);
    ret = ret != 0
        ? ret
        : jc_fleet_model_init(&work.model, fleet, seed, results, n_draws > 0 ? n_draws : 1, error);
    ret = ret != 0 ? ret : compute_parts(&work, error);
    ret = ret != 0 ? ret : check_numbers(&work, error);
    ret = ret != 0 ? ret : compute_equivalences(fleet, result, error);
    if (work.model.fleet != NULL) {
        jc_fleet_model_free(&work.model);
    }
    free(work.mean);
    free(work.variance);
    free(work.error);
    free(work.parts);
    free(work.series);
    return ret;
}

/* A day of queries, or of a power. */
static double
reference_energy(const struct jc_reference *reference)
{
    return reference->is_power ? reference->power_kw * reference->load * 24 * 1e-6
                               : reference->energy_wh * reference->queries * 1e-9;
}

static int
copy_references(const struct jc_scenario *scenario, struct jc_fleets *fleets,
    struct jc_error *error)
{
    size_t j, k;
    int ret = 0;

    for (j = 0; ret == 0 && j < scenario->n_references; j++) {
        const struct jc_reference *from = &scenario->references[j];
        struct jc_reference_result *to = &fleets->reference[j];

        to->energy_per_day = reference_energy(from);
        ret = jc_string_set(&to->name, from->name, error);
        ret = ret != 0 ? ret : jc_string_set(&to->label, from->label, error);
        ret = ret != 0
            ? ret
            : jc_string_set(&to->source, from->source != NULL ? from->source : "", error);
    }
    for (j = 0; ret == 0 && j < scenario->n_waterfalls; j++) {
        const struct jc_waterfall *from = &scenario->waterfalls[j];
        struct jc_waterfall_result *to = &fleets->waterfall[j];

        ret = jc_waterfall_alloc(to, from->n_steps, error);
        ret = ret != 0 ? ret : jc_string_set(&to->name, from->name, error);
        ret = ret != 0 ? ret : jc_string_set(&to->label, from->label, error);
        for (k = 0; ret == 0 && k < from->n_steps; k++) {
            to->fleet_index[k] = from->fleet_index[k];
        }
    }
    return ret;
}

int
jc_fleets_compute(const struct jc_scenario *scenario, struct jc_results *results,
    struct jc_error *error)
{
    struct jc_fleets *fleets = &results->fleets;
    size_t n_draws = results->bands.n_draws;
    size_t j;
    int ret;

    jc_fleets_free(fleets);
    ret = jc_fleets_alloc(fleets, scenario->n_fleets, scenario->n_references,
        scenario->n_waterfalls, error);

    for (j = 0; n_draws == 0 && j < scenario->n_fleets; j++) {
        n_draws = jc_fleet_has_unknowns(&scenario->fleets[j]) ? JC_FLEET_DRAWS : 0;
    }
    fleets->n_draws = ret == 0 && scenario->n_fleets > 0 ? n_draws : 0;
    for (j = 0; ret == 0 && j < scenario->n_fleets; j++) {
        ret = compute(&scenario->fleets[j], scenario->seed, results, n_draws, &fleets->fleet[j],
            error);
    }
    return ret != 0 ? ret : copy_references(scenario, fleets, error);
}
