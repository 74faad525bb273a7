#include <math.h>

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

static int
tell_number(double value, const char *subject, const char *of, const char *unit,
    struct jc_report_study *study, struct jc_error *error)
{
    const struct jc_distribution constant = jc_distribution_constant(value);

    return tell_value(&constant, subject, of, unit, study, error);
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

static int
tell_factor(const struct jc_fleet_factor *factor, const char *fleet, struct jc_report_study *study,
    struct jc_error *error)
{
    struct jc_text of = { 0 };
    int ret = jc_text_append(&of, error, "%s: %s", fleet, factor->label);

    ret = ret != 0 ? ret
                   : tell_value(&factor->value,
                       factor->divides ? "energy of a fleet divided by" : "energy of a fleet times",
                       of.bytes, NULL, study, error);
    ret = ret != 0 ? ret
                   : tell_value(&factor->adoption, "share of the queries that have it", of.bytes,
                       NULL, study, error);
    ret = ret == 0 && factor->source != NULL
        ? jc_report_cite(study, factor->label, factor->source, error)
        : ret;
    jc_text_free(&of);
    return ret;
}

static int
tell_fleet(const struct jc_fleet *fleet, struct jc_report_study *study, struct jc_error *error)
{
    int ret =
        tell_number(fleet->queries_per_day, "queries of a day", fleet->label, NULL, study, error);

    for (size_t i = 0; ret == 0 && i < fleet->n_regimes && fleet->n_regimes > 1; i++) {
        ret = tell_share(&fleet->regimes[i].share, fleet->label, fleet->regimes[i].name, study,
            error);
    }
    for (size_t i = 0; ret == 0 && i < fleet->n_factors; i++) {
        ret = tell_factor(&fleet->factors[i], fleet->label, study, error);
    }
    for (size_t i = 0; ret == 0 && i < fleet->n_equivalences; i++) {
        ret = jc_report_cite(study, fleet->equivalences[i].name, fleet->equivalences[i].source,
            error);
    }
    ret = ret != 0
        ? ret
        : tell_number(fleet->peak_to_average, "power of the busiest moment over the average",
            fleet->label, NULL, study, error);
    return ret != 0 ? ret
                    : tell_number(fleet->load, "share of the time that nodes are busy at the peak",
                        fleet->label, NULL, study, error);
}

int
jc_assumptions_of_fleets(const struct jc_scenario *scenario, struct jc_report_study *study,
    struct jc_error *error)
{
    int ret = 0;

    for (size_t i = 0; ret == 0 && i < scenario->n_fleets; i++) {
        ret = tell_fleet(&scenario->fleets[i], study, error);
    }
    return ret;
}
