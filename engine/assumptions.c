#include "engine/assumptions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/factors.h"

#define NAMED 6 /* cases that are named one by one */

/* A scenario on its way to a study. */
struct gathering {
    struct jc_scenario *scenario;
    struct jc_report_study *study;
    struct jc_error *error;
    bool *shares; /* [n_cases] has what is being told */
    bool *told;   /* [n_cases] has been told of */
};

bool
jc_assumption_same(const struct jc_distribution *a, const struct jc_distribution *b)
{
    bool is_same = a->kind == b->kind && a->min == b->min && a->max == b->max
        && a->integer == b->integer && a->varies == b->varies && a->n_items == b->n_items
        && memcmp(a->parameter, b->parameter, sizeof(a->parameter)) == 0;

    for (size_t i = 0; is_same && i < a->n_items; i++) {
        is_same = a->weight[i] == b->weight[i]
            && (a->kind == JC_MIXTURE ? jc_assumption_same(&a->component[i], &b->component[i])
                                      : a->value[i] == b->value[i]);
    }
    return is_same;
}

int
jc_assumption_describe(const struct jc_distribution *distribution,
    struct jc_report_assumption *assumption, struct jc_text *text, struct jc_error *error)
{
    const bool is_list = distribution->kind == JC_DISCRETE || distribution->kind == JC_INTERPOLATED;
    int ret;

    assumption->nature = distribution->varies == JC_VARIES_FLEET ? JC_REPORT_FLEET
        : distribution->kind == JC_CONSTANT                      ? JC_REPORT_FIXED
                                                                 : JC_REPORT_QUERY;
    assumption->low = assumption->high = NAN;
    if (distribution->kind == JC_CONSTANT) {
        assumption->middle = distribution->parameter[0];
        assumption->nature = JC_REPORT_FIXED;
        ret = jc_text_append(text, error, "a number");
    } else {
        assumption->low = jc_distribution_quantile(distribution, 0.05);
        assumption->middle = jc_distribution_quantile(distribution, 0.5);
        assumption->high = jc_distribution_quantile(distribution, 0.95);
        ret = jc_text_append(text, error, "%s", jc_distribution_kind_name(distribution->kind));
    }
    if (ret == 0 && is_list) {
        ret = jc_text_append(text, error, ", %zu values", distribution->n_items);
    }
    for (size_t i = 0; ret == 0 && distribution->kind == JC_MIXTURE && i < distribution->n_items;
         i++) {
        ret = jc_text_append(text, error, "%s %s",
            i == 0                              ? " of"
                : i + 1 < distribution->n_items ? ","
                                                : " and",
            jc_distribution_kind_name(distribution->component[i].kind));
    }
    if (ret == 0 && distribution->min > -INFINITY) {
        ret = jc_text_append(text, error, ", at least %.10g", distribution->min);
    }
    if (ret == 0 && distribution->max < INFINITY) {
        ret = jc_text_append(text, error, ", at most %.10g", distribution->max);
    }
    if (ret == 0 && distribution->integer) {
        ret = jc_text_append(text, error, ", whole numbers");
    }
    assumption->value = text->bytes;
    return ret;
}

/* The cases that share an assumption; nothing where all do. */
static int
name_cases(const struct gathering *self, struct jc_text *names)
{
    const struct jc_scenario *scenario = self->scenario;
    size_t n = 0;
    size_t named = 0;
    int ret = 0;

    for (size_t i = 0; i < scenario->n_cases; i++) {
        n += self->shares[i];
    }
    for (size_t i = 0; ret == 0 && n < scenario->n_cases && i < scenario->n_cases; i++) {
        if (self->shares[i] && named < NAMED) {
            ret = jc_text_append(names, self->error, "%s%s", named > 0 ? "; " : "",
                scenario->cases[i].label);
            named++;
        }
    }
    return ret == 0 && named > 0 && named < n
        ? jc_text_append(names, self->error, " and %zu more", n - named)
        : ret;
}

/* Adds what the sharing cases have in common. */
static int
assume(const struct gathering *self, struct jc_report_assumption *assumption)
{
    struct jc_text names = { 0 };
    int ret = name_cases(self, &names);

    assumption->of = names.bytes;
    ret = ret != 0 ? ret : jc_report_assume(self->study, assumption, self->error);
    jc_text_free(&names);
    return ret;
}

/* Whether a case draws, or is given, an input. */
static bool
has_input(const struct jc_case *item, size_t quantity)
{
    const bool is_api = item->throughput.form == JC_THROUGHPUT_API && item->n_alternatives == 0;

    switch (quantity) {
        case JC_BATCH_SIZE:
            return item->batch.form == JC_BATCH_DRAWN;
        case JC_LATENCY:
        case JC_RATE:
            return is_api && !item->throughput.has_duration;
        case JC_DURATION:
            return is_api && item->throughput.has_duration;
        case JC_POWER_UTILIZATION:
            return item->power.form == JC_POWER_INDEPENDENT;
        case JC_THROUGHPUT:
            return item->throughput.form == JC_THROUGHPUT_CONSTANT && item->n_alternatives == 0;
        case JC_WUE_SITE:
            return item->footprint.known[JC_FOOTPRINT_WUE_SITE];
        case JC_WUE_SOURCE:
            return item->footprint.known[JC_FOOTPRINT_WUE_SOURCE];
        case JC_CARBON_INTENSITY:
            return item->footprint.known[JC_FOOTPRINT_CARBON];
        case JC_ELECTRICITY_PRICE:
            return item->footprint.known[JC_FOOTPRINT_PRICE];
        default:
            return true;
    }
}

/* What tokens are drawn from together, if a case does. */
static const char *
joint_of(const struct jc_case *item, size_t quantity)
{
    const bool is_token = quantity == JC_INPUT_TOKENS || quantity == JC_OUTPUT_TOKENS;

    return !is_token || item->joint.n_marginals == 0 ? NULL
        : item->joint.title != NULL                  ? item->joint.title
                                                     : "";
}

static int
assume_input(const struct gathering *self, size_t quantity,
    const struct jc_distribution *distribution, const char *joint)
{
    const struct jc_quantity_info *info = jc_quantity_info((enum jc_quantity) quantity);
    struct jc_report_assumption assumption = { .subject = info->long_name, .unit = info->unit };
    struct jc_text text = { 0 };
    int ret = jc_assumption_describe(distribution, &assumption, &text, self->error);

    if (ret == 0 && joint != NULL) {
        ret = jc_text_append(&text, self->error, ", as observed together%s%s",
            joint[0] != '\0' ? ": " : "", joint);
    }
    assumption.value = text.bytes;
    ret = ret != 0 ? ret : assume(self, &assumption);
    jc_text_free(&text);
    return ret;
}

/* An input, each of its distributions with the cases that have it. */
static int
tell_input(const struct gathering *self, size_t quantity)
{
    struct jc_case *cases = self->scenario->cases;
    const size_t n = self->scenario->n_cases;
    const struct jc_distribution *one, *other;
    int ret = 0;

    memset(self->told, 0, n * sizeof(*self->told));
    for (size_t i = 0; ret == 0 && i < n; i++) {
        one = jc_case_input(&cases[i], (enum jc_quantity) quantity);
        if (self->told[i] || one == NULL || !has_input(&cases[i], quantity)) {
            continue;
        }
        for (size_t j = 0; j < n; j++) {
            other = jc_case_input(&cases[j], (enum jc_quantity) quantity);
            self->shares[j] = j >= i && !self->told[j] && has_input(&cases[j], quantity)
                && jc_assumption_same(one, other);
            self->told[j] |= self->shares[j];
        }
        ret = assume_input(self, quantity, one, joint_of(&cases[i], quantity));
    }
    return ret;
}

/* What a case says in words of something; an empty text: nothing. */
typedef int tell_words(const struct jc_case *item, struct jc_text *text, struct jc_error *error);

static int
tell_throughput_form(const struct jc_throughput_spec *spec, struct jc_text *text,
    struct jc_error *error)
{
    switch (spec->form) {
        case JC_THROUGHPUT_LOG_LINEAR:
            return jc_text_append(text, error,
                "fitted to %zu measurements by least squares, ln tokens/s on ln tokens%s",
                spec->measurements.n_rows,
                isnan(spec->cap_tokens_per_s)       ? ", at most the largest observed"
                    : isinf(spec->cap_tokens_per_s) ? ""
                                                    : ", capped");
        case JC_THROUGHPUT_MAXIMUM:
            return jc_text_append(text, error, "the largest of %zu measurements",
                spec->measurements.n_rows);
        case JC_THROUGHPUT_MEASURED:
            return jc_text_append(text, error,
                "measured at %zu batch sizes, interpolated between them",
                spec->configurations.n_rows);
        case JC_THROUGHPUT_ROOFLINE:
            return jc_text_append(text, error,
                "the most that arithmetic and memory allow: %s on %g x %s",
                spec->architecture.model, spec->accelerators, spec->accelerator.name);
        case JC_THROUGHPUT_IDEAL:
            return jc_text_append(text, error, "the most that arithmetic allows: %s on %g x %s",
                spec->architecture.model, spec->accelerators, spec->accelerator.name);
        case JC_THROUGHPUT_API:
            return jc_text_append(text, error, "how long a request takes, seen from outside");
        default:
            return 0;
    }
}

static int
tell_throughput(const struct jc_case *item, struct jc_text *text, struct jc_error *error)
{
    int ret = 0;

    if (item->n_alternatives == 0) {
        return tell_throughput_form(&item->throughput, text, error);
    }
    for (size_t i = 0; ret == 0 && i < item->n_alternatives; i++) {
        ret = jc_text_append(text, error, "%s",
            i == 0 ? "one of these, nobody knows which: " : "; or ");
        ret = ret != 0 ? ret : tell_throughput_form(&item->alternatives[i].throughput, text, error);
    }
    return ret;
}

static int
tell_coefficients(const struct jc_case *item, struct jc_text *text, struct jc_error *error)
{
    return item->throughput.coefficients_uncertain
        ? jc_text_append(text, error, "as uncertain as so few measurements leave them")
        : 0;
}

static int
tell_residuals(const struct jc_case *item, struct jc_text *text, struct jc_error *error)
{
    return item->throughput.residuals
        ? jc_text_append(text, error, "as measurements deviate from the fit")
        : 0;
}

static int
tell_power(const struct jc_case *item, struct jc_text *text, struct jc_error *error)
{
    const struct jc_power_spec *power = &item->power;

    switch (power->form) {
        case JC_POWER_FROM_THROUGHPUT:
            return jc_text_append(text, error,
                "%g + %g x throughput / largest throughput of rated power", power->intercept,
                power->slope);
        case JC_POWER_FROM_BATCH:
            return jc_text_append(text, error,
                "measured power of the GPUs at the batch size, and %g kW of the rest of the node",
                power->other_power_kw);
        case JC_POWER_FROM_CLASS:
            return jc_text_append(text, error,
                "share of the node that a request of the class %s takes",
                power->service_class.name);
        default:
            return 0;
    }
}

static int
tell_batch(const struct jc_case *item, struct jc_text *text, struct jc_error *error)
{
    return item->batch.form == JC_BATCH_LARGEST_FIT
        ? jc_text_append(text, error, "as many requests as fit: %s on %g x %s, at most %.10g",
            item->batch.architecture.model, item->batch.accelerators, item->batch.accelerator.name,
            item->batch.most)
        : 0;
}

static int
tell_interventions(const struct jc_case *item, struct jc_text *text, struct jc_error *error)
{
    int ret = 0;

    for (size_t i = 0; ret == 0 && i < item->n_interventions; i++) {
        const struct jc_intervention *one = &item->interventions[i];

        ret = isnan(one->batch_size[0])
            ? jc_text_append(text, error, "%s%s: energy times %g", i > 0 ? "; " : "", one->name,
                one->factor[0])
            : jc_text_append(text, error, "%s%s: energy times %g to %g by batch size",
                i > 0 ? "; " : "", one->name, one->factor[0], one->factor[one->n_knots - 1]);
    }
    return ret;
}

static int
tell_correlations(const struct jc_case *item, struct jc_text *text, struct jc_error *error)
{
    int ret = 0;

    for (size_t i = 0; ret == 0 && i < item->n_correlations; i++) {
        const struct jc_correlation *one = &item->correlations[i];

        ret = jc_text_append(text, error, "%s%g between %s of %s and %s", i > 0 ? "; " : "",
            one->value, one->normal ? "the normal numbers" : "ranks",
            jc_quantity_info(one->of[0])->long_name, jc_quantity_info(one->of[1])->long_name);
    }
    return ret;
}

static const struct {
    const char *subject;
    tell_words *tell;
    enum jc_report_nature nature;
} in_words[] = {
    { "throughput of the node", tell_throughput, JC_REPORT_MODEL },
    { "coefficients of that fit", tell_coefficients, JC_REPORT_FLEET },
    { "residuals of that fit", tell_residuals, JC_REPORT_QUERY },
    { "batch size", tell_batch, JC_REPORT_MODEL },
    { "power utilisation of the node", tell_power, JC_REPORT_MODEL },
    { "interventions", tell_interventions, JC_REPORT_MODEL },
    { "correlation", tell_correlations, JC_REPORT_MODEL },
};

/* The cases from one on that say the same words as it. */
static int
share_words(const struct gathering *self, tell_words *tell, size_t first, const char *words)
{
    int ret = 0;

    for (size_t j = 0; ret == 0 && j < self->scenario->n_cases; j++) {
        struct jc_text other = { 0 };

        if (j >= first && !self->told[j]) {
            ret = tell(&self->scenario->cases[j], &other, self->error);
        }
        self->shares[j] = other.bytes != NULL && strcmp(other.bytes, words) == 0;
        self->told[j] |= self->shares[j];
        jc_text_free(&other);
    }
    return ret;
}

static int
tell_in_words(const struct gathering *self, size_t which)
{
    struct jc_report_assumption assumption = { .subject = in_words[which].subject,
        .nature = in_words[which].nature,
        .low = NAN,
        .middle = NAN,
        .high = NAN };
    const size_t n = self->scenario->n_cases;
    int ret = 0;

    memset(self->told, 0, n * sizeof(*self->told));
    for (size_t i = 0; ret == 0 && i < n; i++) {
        struct jc_text text = { 0 };

        if (!self->told[i]) {
            ret = in_words[which].tell(&self->scenario->cases[i], &text, self->error);
        }
        if (ret == 0 && text.bytes != NULL) {
            ret = share_words(self, in_words[which].tell, i, text.bytes);
            assumption.value = text.bytes;
            ret = ret != 0 ? ret : assume(self, &assumption);
        }
        jc_text_free(&text);
    }
    return ret;
}

static int
tell_pathways(const struct gathering *self)
{
    int ret = 0;

    for (size_t i = 0; ret == 0 && i < self->scenario->n_pathways; i++) {
        const struct jc_pathway *pathway = &self->scenario->pathways[i];
        struct jc_report_assumption assumption = { .subject = "energy divided by",
            .of = pathway->label };
        struct jc_text text = { 0 };

        if (pathway->n_combined == 0) {
            ret = jc_assumption_describe(&pathway->divide_by, &assumption, &text, self->error);
            ret = ret != 0 ? ret : jc_report_assume(self->study, &assumption, self->error);
        }
        jc_text_free(&text);
    }
    return ret;
}

int
jc_assumptions_of(struct jc_scenario *scenario, struct jc_report_study *study,
    struct jc_error *error)
{
    const size_t n = scenario->n_cases;
    struct gathering self = { .scenario = scenario,
        .study = study,
        .error = error,
        .shares = calloc(n + 1, sizeof(bool)),
        .told = calloc(n + 1, sizeof(bool)) };
    int ret = self.shares == NULL || self.told == NULL ? jc_fail_memory(error) : 0;

    study->description = scenario->description;
    study->source = scenario->source;
    for (size_t q = 0; ret == 0 && q < JC_QUANTITIES && scenario->n_sources == 0; q++) {
        ret = tell_input(&self, q);
    }
    for (size_t k = 0;
         ret == 0 && k < sizeof(in_words) / sizeof(in_words[0]) && scenario->n_sources == 0; k++) {
        ret = tell_in_words(&self, k);
    }
    ret = ret != 0 ? ret : tell_pathways(&self);
    ret = ret != 0 ? ret : jc_assumptions_of_fleets(scenario, study, error);
    ret = ret != 0 ? ret : jc_sources_of(scenario, study, error);
    free(self.shares);
    free(self.told);
    return ret;
}
