#include "engine/fleet.h"

#include <math.h>

#include "base/text.h"
#include "results/precision.h"

static int
days_of_month(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

/* Month after month. */
static void
sum_demand(const struct jc_fleet *fleet, struct jc_fleet_result *result)
{
    double per_day = fleet->queries_per_day;
    int year = fleet->year;
    int month = fleet->month;
    size_t k;

    for (k = 0; k <= fleet->n_growth; k++) {
        const int days = days_of_month(year, month);

        result->days += days;
        result->queries += per_day * days;
        per_day *= k < fleet->n_growth ? 1 + fleet->growth[k] : 1;
        year += month == 12;
        month = month % 12 + 1;
    }
}

/* The total of a quantity and its standard error. Cases share random numbers, so their errors may all
 * point the same way: they are added. */
static void
sum_quantity(const struct jc_fleet *fleet, const struct jc_results *results,
    enum jc_quantity quantity, struct jc_fleet_result *result, struct jc_fleet_total *total)
{
    const struct jc_moments *moments;
    size_t k;

    total->known = true;
    for (k = 0; k < fleet->n_cases; k++) {
        const struct jc_case_result *one = &results->cases[fleet->case_index[k]];

        moments = &one->record[quantity].moments;
        total->known &= one->recorded[quantity];
        total->value += fleet->share[k] * moments->mean;
        total->error +=
            moments->n < 2 ? NAN : jc_record_mean_error(&one->record[quantity], fleet->share[k]);
    }
    total->value *= result->queries * jc_fleet_quantities[total - result->total].scale;
    total->error *= result->queries * jc_fleet_quantities[total - result->total].scale;
    if (!total->known) {
        *total = (struct jc_fleet_total){ .value = NAN, .error = NAN };
    }
}

static int
compute(const struct jc_fleet *fleet, const struct jc_results *results,
    struct jc_fleet_result *result, struct jc_error *error)
{
    struct jc_fleet_equivalence *equivalence;
    size_t k, t;
    int ret = jc_string_set(&result->name, fleet->name, error);

    ret = ret != 0 ? ret : jc_string_set(&result->label, fleet->label, error);
    ret = ret != 0 ? ret : jc_results_alloc_equivalences(result, fleet->n_equivalences, error);
    if (ret != 0) {
        return ret;
    }
    sum_demand(fleet, result);
    for (t = 0; t < JC_FLEET_TOTALS; t++) {
        sum_quantity(fleet, results, jc_fleet_quantities[t].quantity, result, &result->total[t]);
    }
    for (k = 0; ret == 0 && k < fleet->n_equivalences; k++) {
        equivalence = &result->equivalence[k];
        ret = jc_string_set(&equivalence->name, fleet->equivalences[k].name, error);
        for (t = 0; t < JC_FLEET_TOTALS; t++) {
            if (jc_fleet_quantities[t].quantity == fleet->equivalences[k].quantity) {
                equivalence->number = result->total[t].value / fleet->equivalences[k].amount;
            }
        }
    }
    return ret;
}

int
jc_fleets_compute(const struct jc_scenario *scenario, struct jc_results *results,
    struct jc_error *error)
{
    size_t j;
    int ret = jc_results_alloc_fleets(results, scenario->n_fleets, error);

    for (j = 0; ret == 0 && j < scenario->n_fleets; j++) {
        ret = compute(&scenario->fleets[j], results, &results->fleets[j], error);
    }
    return ret;
}
