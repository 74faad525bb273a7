#include "results/plots/subject.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/number.h"

const double jc_plot_rank[JC_PLOT_RANKS] = { 0.05, 0.25, 0.5, 0.75, 0.95 };

int
jc_plot_quantity(const struct jc_results *results, const struct jc_plot_options *options,
    enum jc_quantity *quantity, struct jc_error *error)
{
    bool recorded[JC_QUANTITIES] = { false };
    struct jc_text there = { 0 };
    size_t j;
    int q;
    int ret = 0;

    for (j = 0; j < results->n_cases; j++) {
        for (q = 0; q < JC_QUANTITIES; q++) {
            recorded[q] |= results->cases[j].recorded[q];
        }
    }
    *quantity = options->has_quantity ? options->quantity : JC_ENERGY;
    for (q = 0; !options->has_quantity && !recorded[*quantity] && q < JC_QUANTITIES; q++) {
        *quantity = recorded[q] ? (enum jc_quantity) q : *quantity;
    }
    if (recorded[*quantity]) {
        return 0;
    }
    for (q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
        if (recorded[q]) {
            ret = jc_text_append(&there, error, "%s%s", there.length > 0 ? ", " : "",
                jc_quantity_info((enum jc_quantity) q)->name);
        }
    }
    if (ret == 0) {
        ret = jc_fail(error, JC_ERROR_SCENARIO, "%s is not in the file; there are: %s",
            jc_quantity_info(*quantity)->name, there.length > 0 ? there.bytes : "no quantities");
    }
    jc_text_free(&there);
    return ret;
}

/* Takes over a mixture, also on an error. */
static int
add(struct jc_plot_subjects *self, const char *label, enum jc_subject_role role,
    struct jc_mixture *mixture, struct jc_error *error)
{
    struct jc_plot_subject *grown = realloc(self->subject, (self->n + 1) * sizeof(*self->subject));
    struct jc_statistics statistics;
    struct jc_plot_subject *subject;
    int ret;

    if (grown == NULL) {
        jc_mixture_free(mixture);
        return jc_fail_memory(error);
    }
    self->subject = grown;
    subject = &self->subject[self->n++];
    *subject = (struct jc_plot_subject){ .label = label, .role = role, .mixture = *mixture };
    ret = jc_mixture_statistics(&subject->mixture, JC_PLOT_RANKS, jc_plot_rank, false, &statistics,
        error);
    if (ret == 0) {
        subject->n = statistics.n;
        subject->mean = statistics.mean;
        (void) memcpy(subject->quantile, statistics.quantile, sizeof(subject->quantile));
        jc_statistics_free(&statistics);
    }
    return ret;
}

static int
add_case(const struct jc_results *results, size_t j, enum jc_quantity quantity,
    struct jc_plot_subjects *self, struct jc_error *error)
{
    struct jc_mixture mixture;
    int ret = jc_results_case_mixture(results, j, quantity, &mixture, error);

    return ret != 0 ? ret : add(self, results->cases[j].label, JC_SUBJECT_CASE, &mixture, error);
}

static int
add_blend(const struct jc_results *results, const struct jc_blend_result *blend,
    enum jc_quantity quantity, struct jc_plot_subjects *self, struct jc_error *error)
{
    struct jc_mixture mixture;
    int ret = jc_results_blend_mixture(results, blend, quantity, &mixture, error);

    return ret != 0 ? ret : add(self, blend->label, JC_SUBJECT_BLEND, &mixture, error);
}

/* The blend of that name, with or without blend: in front; n_blends if there is none. */
static size_t
find_blend(const struct jc_results *results, const char *name)
{
    const char *const prefix = "blend:";
    size_t j;

    name += strncmp(name, prefix, strlen(prefix)) == 0 ? strlen(prefix) : 0;
    for (j = 0; j < results->n_blends && strcmp(results->blends[j].name, name) != 0; j++) { }
    return j;
}

static int
fail_unknown(const struct jc_results *results, const char *name, bool cases, struct jc_error *error)
{
    struct jc_text there = { 0 };
    size_t j;
    int ret = 0;

    for (j = 0; ret == 0 && cases && j < results->n_cases; j++) {
        ret = jc_text_append(&there, error, "%s%s", there.length > 0 ? ", " : "",
            results->cases[j].name);
    }
    for (j = 0; ret == 0 && j < results->n_blends; j++) {
        ret = jc_text_append(&there, error, "%s%s", there.length > 0 ? ", " : "",
            results->blends[j].name);
    }
    if (ret == 0) {
        ret = jc_fail(error, JC_ERROR_SCENARIO, "there is no %s '%s'; there are: %.600s",
            cases ? "case or blend" : "blend", name, there.length > 0 ? there.bytes : "none");
    }
    jc_text_free(&there);
    return ret;
}

static int
add_named(const struct jc_results *results, const char *name, enum jc_quantity quantity,
    struct jc_plot_subjects *self, struct jc_error *error)
{
    const size_t b = find_blend(results, name);
    size_t j;

    for (j = 0; j < results->n_cases && strcmp(results->cases[j].name, name) != 0; j++) { }
    if (j < results->n_cases && results->cases[j].recorded[quantity]) {
        return add_case(results, j, quantity, self, error);
    }
    if (j == results->n_cases && b < results->n_blends
        && jc_results_blend_has(results, &results->blends[b], quantity)) {
        return add_blend(results, &results->blends[b], quantity, self, error);
    }
    if (j == results->n_cases && b == results->n_blends) {
        return fail_unknown(results, name, true, error);
    }
    return jc_fail(error, JC_ERROR_SCENARIO, "%s has no %s", name,
        jc_quantity_info(quantity)->name);
}

int
jc_plot_subjects(const struct jc_results *results, const struct jc_plot_options *options,
    enum jc_quantity quantity, struct jc_plot_subjects *self, struct jc_error *error)
{
    size_t j;
    int ret = 0;

    *self = (struct jc_plot_subjects){ 0 };
    for (j = 0; ret == 0 && j < options->n_names; j++) {
        ret = add_named(results, options->name[j], quantity, self, error);
    }
    for (j = 0; ret == 0 && options->n_names == 0 && j < results->n_cases; j++) {
        if (results->cases[j].recorded[quantity]) {
            ret = add_case(results, j, quantity, self, error);
        }
    }
    for (j = 0; ret == 0 && options->n_names == 0 && j < results->n_blends; j++) {
        if (jc_results_blend_has(results, &results->blends[j], quantity)) {
            ret = add_blend(results, &results->blends[j], quantity, self, error);
        }
    }
    return ret;
}

int
jc_plot_pathway_subjects(const struct jc_results *results, const struct jc_plot_options *options,
    struct jc_plot_subjects *self, struct jc_error *error)
{
    const struct jc_blend_result *blend;
    struct jc_mixture mixture;
    size_t b = 0;
    size_t j;
    int ret;

    *self = (struct jc_plot_subjects){ 0 };
    if (options->n_names > 0) {
        b = find_blend(results, options->name[0]);
    }
    while (options->n_names == 0 && b < results->n_blends && results->blends[b].n_pathways == 0) {
        b++;
    }
    if (b == results->n_blends) {
        return options->n_names > 0
            ? fail_unknown(results, options->name[0], false, error)
            : jc_fail(error, JC_ERROR_SCENARIO, "there is no blend with pathways in the file");
    }
    blend = &results->blends[b];
    ret = add_blend(results, blend, JC_ENERGY, self, error);
    for (j = 0; ret == 0 && j < blend->n_pathways; j++) {
        ret = jc_results_pathway_mixture(results, blend, &blend->pathway[j], &mixture, error);
        ret = ret != 0 ? ret
                       : add(self, blend->pathway[j].label, JC_SUBJECT_PATHWAY, &mixture, error);
    }
    return ret;
}

void
jc_plot_subjects_free(struct jc_plot_subjects *self)
{
    size_t j;

    for (j = 0; j < self->n; j++) {
        jc_mixture_free(&self->subject[j].mixture);
    }
    free(self->subject);
    *self = (struct jc_plot_subjects){ 0 };
}

double
jc_plot_cdf(const struct jc_mixture *mixture, double x)
{
    return jc_clamp((jc_mixture_cdf(mixture, x) - mixture->ranks.low)
            / (mixture->ranks.high - mixture->ranks.low),
        0, 1);
}
