#include <string.h>

#include "engine/assumptions.h"

/* A number or a distribution of a fleet. */
static int
tell_value(const struct jc_distribution *value, const char *subject, const char *of,
    const char *unit, struct jc_report_study *study, struct jc_error *error)
{
    struct jc_report_assumption assumption = { .subject = subject, .of = of, .unit = unit };
    struct jc_text text = { 0 };
    int ret = jc_assumption_describe(value, &assumption, &text, error);

    ret = ret != 0 ? ret : jc_report_assume(study, &assumption, error);
    jc_text_free(&text);
    return ret;
}

/* Numbers that fleets have one each of. */
enum number { QUERIES_PER_DAY, PEAK_TO_AVERAGE, LOAD, NUMBERS };

static double
number_of(const struct jc_fleet *fleet, enum number which)
{
    return which == QUERIES_PER_DAY ? fleet->queries_per_day
        : which == PEAK_TO_AVERAGE  ? fleet->peak_to_average
                                    : fleet->load;
}

/* One of them: once if it is the same for all fleets, else for each. */
static int
tell_number(const struct jc_scenario *scenario, enum number which, struct jc_report_study *study,
    struct jc_error *error)
{
    static const char *const subjects[NUMBERS] = { "queries of a day",
        "power of the busiest moment over the average",
        "share of the time that nodes are busy at the peak" };
    bool is_same = true;
    int ret = 0;

    for (size_t i = 1; i < scenario->n_fleets; i++) {
        is_same &= number_of(&scenario->fleets[i], which) == number_of(scenario->fleets, which);
    }
    for (size_t i = 0; ret == 0 && i < (is_same ? 1 : scenario->n_fleets); i++) {
        const struct jc_distribution constant =
            jc_distribution_constant(number_of(&scenario->fleets[i], which));

        ret = tell_value(&constant, subjects[which],
            is_same ? "all fleets" : scenario->fleets[i].label, NULL, study, error);
    }
    return ret;
}

/* "All traditional, long" */
static int
tell_share(const struct jc_fleet_share *share, const char *fleet, const char *name,
    struct jc_report_study *study, struct jc_error *error)
{
    struct jc_text of = { 0 };
    int ret = jc_text_append(&of, error, "%s: %s", fleet, name);

    ret = ret != 0 || share->rest
        ? ret
        : tell_value(&share->value, "share of the queries", of.bytes, NULL, study, error);
    jc_text_free(&of);
    return ret;
}

/* Whether a fleet before this one has the same factor. */
static bool
is_told(const struct jc_scenario *scenario, size_t fleet, const struct jc_fleet_factor *factor)
{
    for (size_t i = 0; i < fleet; i++) {
        for (size_t j = 0; j < scenario->fleets[i].n_factors; j++) {
            const struct jc_fleet_factor *other = &scenario->fleets[i].factors[j];

            if (strcmp(other->name, factor->name) == 0 && other->divides == factor->divides
                && jc_assumption_same(&other->value, &factor->value)
                && jc_assumption_same(&other->adoption, &factor->adoption)) {
                return true;
            }
        }
    }
    return false;
}

static int
tell_factor(const struct jc_fleet_factor *factor, struct jc_report_study *study,
    struct jc_error *error)
{
    const bool has_all = factor->adoption.kind == JC_CONSTANT && factor->adoption.parameter[0] == 1;
    int ret = tell_value(&factor->value,
        factor->divides ? "energy of a fleet divided by" : "energy of a fleet times", factor->label,
        NULL, study, error);

    ret = ret != 0 || has_all ? ret
                              : tell_value(&factor->adoption, "share of the queries that have it",
                                  factor->label, NULL, study, error);
    return ret == 0 && factor->source != NULL
        ? jc_report_cite(study, factor->label, factor->source, error)
        : ret;
}

static int
tell_fleet(const struct jc_scenario *scenario, size_t index, struct jc_report_study *study,
    struct jc_error *error)
{
    const struct jc_fleet *fleet = &scenario->fleets[index];
    int ret = 0;

    for (size_t i = 0; ret == 0 && i < fleet->n_regimes && fleet->n_regimes > 1; i++) {
        ret = tell_share(&fleet->regimes[i].share, fleet->label, fleet->regimes[i].name, study,
            error);
    }
    for (size_t i = 0; ret == 0 && i < fleet->n_factors; i++) {
        if (!is_told(scenario, index, &fleet->factors[i])) {
            ret = tell_factor(&fleet->factors[i], study, error);
        }
    }
    for (size_t i = 0; ret == 0 && i < fleet->n_equivalences; i++) {
        ret = jc_report_cite(study, fleet->equivalences[i].name, fleet->equivalences[i].source,
            error);
    }
    return ret;
}

int
jc_assumptions_of_fleets(const struct jc_scenario *scenario, struct jc_report_study *study,
    struct jc_error *error)
{
    int ret = 0;

    for (int k = 0; ret == 0 && k < NUMBERS && scenario->n_fleets > 0; k++) {
        ret = tell_number(scenario, (enum number) k, study, error);
    }
    for (size_t i = 0; ret == 0 && i < scenario->n_fleets; i++) {
        ret = tell_fleet(scenario, i, study, error);
    }
    return ret;
}
