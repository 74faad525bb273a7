#include "engine/lengths.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/plots/words.h"
#include "results/provenance.h"
#include "samplers/fit/families.h"
#include "samplers/fit/trace.h"
#include "scenarios/empirical_file.h"

#define N_BINS 44
#define OUTER 0.001 /* left out at each end */

/* edge[N_BINS + 1] by equal steps of the logarithm; whole numbers lie between edges, and every bin has some. Returns
 * how many bins there are. */
static size_t
place_edges(const struct jc_marginal *marginal, bool integer, double *edge)
{
    double low = jc_marginal_quantile(marginal, OUTER);
    const double high = jc_marginal_quantile(marginal, 1 - OUTER);
    size_t n = 0;
    size_t j;
    double at;

    for (j = 0; !(low > 0) && j < marginal->n_values; j++) {
        low = marginal->value[j];
    }
    if (!(high > low) || !(low > 0)) {
        return 0;
    }
    for (j = 0; j <= N_BINS; j++) {
        at = low * exp((double) j / N_BINS * log(high / low));
        at = !integer ? at : j == 0 ? low - 0.5 : j == N_BINS ? high + 0.5 : floor(at) + 0.5;
        if (n == 0 || at > edge[n - 1]) {
            edge[n++] = at;
        }
    }
    return n - 1;
}

static void
count(const struct jc_marginal *marginal, size_t n_bins, const double *edge, double *share)
{
    double total = 0;
    size_t j;
    size_t bin = 0;

    for (j = 0; j < marginal->n_values; j++) {
        total += marginal->weight[j];
        while (bin < n_bins && marginal->value[j] > edge[bin + 1]) {
            bin++;
        }
        if (bin < n_bins && marginal->value[j] >= edge[0]) {
            share[bin] += marginal->weight[j];
        }
    }
    for (j = 0; j < n_bins; j++) {
        share[j] /= total;
    }
}

static int
make_variable(struct jc_lengths *self, const struct jc_marginal *marginal, size_t v,
    struct jc_error *error)
{
    struct jc_plot_variable *variable = &self->variable[v];
    struct jc_family_fit fit[JC_FAMILIES];
    const size_t width = N_BINS + 1;
    double *numbers = calloc((JC_FAMILIES + 2) * width, sizeof(double));
    struct jc_plot_family *family = calloc(JC_FAMILIES, sizeof(*family));
    double *share;
    size_t j, k;

    self->numbers[v] = numbers;
    self->family[v] = family;
    if (numbers == NULL || family == NULL) {
        return jc_fail_memory(error);
    }
    *variable = (struct jc_plot_variable){ .quantity = jc_quantity_by_name(marginal->name),
        .edge = numbers,
        .share = numbers + width,
        .family = family };
    variable->n_bins =
        place_edges(marginal, jc_quantity_info(variable->quantity)->integer, numbers);
    if (variable->n_bins == 0) {
        return 0;
    }
    count(marginal, variable->n_bins, variable->edge, numbers + width);
    jc_families_fit(marginal, fit);
    for (j = 0; j < JC_FAMILIES; j++) {
        if (!fit[j].is_fitted) {
            continue;
        }
        share = numbers + (2 + variable->n_families) * width;
        for (k = 0; k < variable->n_bins; k++) {
            share[k] = fit[j].share
                * (jc_distribution_cdf(&fit[j].distribution, numbers[k + 1])
                    - jc_distribution_cdf(&fit[j].distribution, numbers[k]));
        }
        family[variable->n_families++] =
            (struct jc_plot_family){ .label = jc_family_name((enum jc_family) j),
                .distance = fit[j].kolmogorov_smirnov,
                .share = share };
    }
    return 0;
}

static int
write_source(struct jc_lengths *self, const struct jc_empirical *empirical, const char *version,
    struct jc_error *error)
{
    char rows[JC_NUMBER_LENGTH];
    struct jc_text text = { 0 };
    int ret;

    jc_write_count(rows, empirical->rows_used);
    ret = jc_text_append(&text, error, "%s%s%s, %s rows, joulecast %s",
        empirical->source != NULL ? empirical->source : "", empirical->source != NULL ? "; " : "",
        empirical->trace, rows, version != NULL ? version : jc_build_version());
    self->source = text.bytes;
    return ret;
}

int
jc_lengths_init(struct jc_lengths *self, const struct jc_empirical *empirical, const char *version,
    struct jc_error *error)
{
    size_t v = 0;
    size_t j;
    int ret;

    *self = (struct jc_lengths){ 0 };
    ret = write_source(self, empirical, version, error);
    for (j = 0; ret == 0 && v < JC_LENGTHS_VARIABLES && j < empirical->n_marginals; j++) {
        if (jc_quantity_by_name(empirical->marginal[j].name) == JC_QUANTITIES) {
            continue;
        }
        ret = make_variable(self, &empirical->marginal[j], v, error);
        if (self->variable[v].n_bins > 0) {
            v++;
        } else {
            free(self->numbers[v]);
            free(self->family[v]);
            self->numbers[v] = NULL;
            self->family[v] = NULL;
        }
    }
    if (ret == 0 && v == 0) {
        ret = jc_fail(error, JC_ERROR_INPUT, "no variable has values above 0 that differ");
    }
    if (v == 2 && self->variable[1].quantity < self->variable[0].quantity) {
        const struct jc_plot_variable first = self->variable[0];

        self->variable[0] = self->variable[1];
        self->variable[1] = first;
    }
    self->plot = (struct jc_plot_lengths){ .title = empirical->title != NULL ? empirical->title
                                                                             : empirical->trace,
        .source = self->source,
        .n_variables = v,
        .variable = self->variable };
    return ret;
}

void
jc_lengths_free(struct jc_lengths *self)
{
    size_t v;

    for (v = 0; v < JC_LENGTHS_VARIABLES; v++) {
        free(self->numbers[v]);
        free(self->family[v]);
    }
    free(self->source);
    *self = (struct jc_lengths){ 0 };
}

int
jc_lengths_read(struct jc_empirical *empirical, const char *path, struct jc_error *error)
{
    const struct jc_trace_columns none = { 0 };
    const char *end = strrchr(path, '.');
    struct jc_trace trace = { 0 };
    int ret;

    if (end != NULL && (strcmp(end, ".yaml") == 0 || strcmp(end, ".yml") == 0)) {
        return jc_empirical_read_file(empirical, path, error);
    }
    *empirical = (struct jc_empirical){ 0 };
    ret = jc_trace_read(&trace, path, &none, error);
    ret = ret != 0 ? ret : jc_trace_empirical(&trace, path, empirical, error);
    jc_trace_free(&trace);
    if (ret != 0) {
        jc_empirical_free(empirical);
    }
    return ret;
}
