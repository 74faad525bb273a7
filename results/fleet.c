#include "results/fleet.h"

#include <math.h>
#include <stdlib.h>

#define HOURS_PER_DAY 24.0

const struct jc_fleet_quantity_info jc_fleet_quantities[JC_FLEET_TOTALS] = {
    [JC_FLEET_ENERGY] = { "energy", JC_ENERGY, 1e-6, "MWh", "MW h" },
    [JC_FLEET_WATER] = { "water", JC_WATER, 1e-6, "kL", "kL" },
    [JC_FLEET_CARBON] = { "carbon", JC_CARBON, 1e-6, "t", "t" },
    [JC_FLEET_COST] = { "cost", JC_COST, 1, "1", "1" },
    [JC_FLEET_NODE_TIME] = { "node_time", JC_NODE_TIME, 1 / 3600.0, "h", "h" },
    [JC_FLEET_GPU_TIME] = { "gpu_time", JC_NODE_TIME, 1 / 3600.0, "h", "h" },
};

const struct jc_fleet_figure_info jc_fleet_figures[JC_FLEET_FIGURES] = {
    [JC_FLEET_ENERGY_PER_DAY] = { "energy_per_day", "GWh/day", "GW h", "energy of a day",
        JC_FLEET_ENERGY, true },
    [JC_FLEET_ENERGY_PER_YEAR] = { "energy_per_year", "GWh/year", "GW h", "energy of 365 such days",
        JC_FLEET_ENERGY, false },
    [JC_FLEET_POWER_AVERAGE] = { "power_average", "MW", "MW", "average power", JC_FLEET_ENERGY,
        false },
    [JC_FLEET_POWER_PEAK] = { "power_peak", "MW", "MW",
        "power of the busiest month, times peak to average", JC_FLEET_ENERGY, false },
    [JC_FLEET_NODES] = { "nodes", "nodes", "1", "nodes that the peak needs, busy for their load",
        JC_FLEET_NODE_TIME, true },
    [JC_FLEET_GPUS] = { "gpus", "GPUs", "1", "accelerators of these nodes", JC_FLEET_GPU_TIME,
        false },
    [JC_FLEET_WATER_PER_DAY] = { "water_per_day", "kL/day", "kL", "water of a day", JC_FLEET_WATER,
        true },
    [JC_FLEET_CARBON_PER_DAY] = { "carbon_per_day", "t/day", "t", "carbon of a day",
        JC_FLEET_CARBON, true },
    [JC_FLEET_COST_PER_DAY] = { "cost_per_day", "/day", "1", "cost of electricity of a day",
        JC_FLEET_COST, false },
};

double
jc_fleet_figure_factor(const struct jc_fleet_result *self, enum jc_fleet_figure figure)
{
    const double busiest = self->busiest_day / self->queries; /* share of all queries */
    const double at_peak = busiest * self->peak_to_average / HOURS_PER_DAY;

    switch (figure) {
        case JC_FLEET_ENERGY_PER_DAY:
            return 1e-3 / self->days;
        case JC_FLEET_ENERGY_PER_YEAR:
            return 1e-3 * 365 / self->days;
        case JC_FLEET_POWER_AVERAGE:
            return 1 / (self->days * HOURS_PER_DAY);
        case JC_FLEET_POWER_PEAK:
            return at_peak;
        case JC_FLEET_NODES:
        case JC_FLEET_GPUS:
            return at_peak / self->load;
        default:
            return 1 / self->days;
    }
}

static const struct jc_fleet_total *
total_of(const struct jc_fleets *self, size_t fleet, enum jc_fleet_figure figure)
{
    return &self->fleet[fleet].total[jc_fleet_figures[figure].of];
}

int
jc_fleet_figure_band(const struct jc_fleets *self, size_t fleet, enum jc_fleet_figure figure,
    struct jc_band *band, struct jc_error *error)
{
    const double factor = jc_fleet_figure_factor(&self->fleet[fleet], figure);
    size_t k;
    int ret = jc_band_of(self->n_draws, total_of(self, fleet, figure)->draw, band, error);

    for (k = 0; ret == 0 && k < JC_BAND_RANKS; k++) {
        band->value[k] *= factor;
        band->lower[k] *= factor;
        band->upper[k] *= factor;
    }
    return ret;
}

static int
compare_draws(const struct jc_fleets *self, const double *a, double factor_a, const double *b,
    double factor_b, struct jc_fleet_comparison *comparison, struct jc_error *error)
{
    double *draw = malloc(2 * self->n_draws * sizeof(*draw));
    double *ratio;
    size_t k;
    int ret;

    if (draw == NULL) {
        return jc_fail_memory(error);
    }
    ratio = draw + self->n_draws;
    for (k = 0; k < self->n_draws; k++) {
        draw[k] = a[k] * factor_a - b[k] * factor_b;
        ratio[k] = a[k] * factor_a / (b[k] * factor_b);
    }
    ret = jc_band_of(self->n_draws, draw, &comparison->difference_band, error);
    ret = ret != 0 ? ret : jc_band_of(self->n_draws, ratio, &comparison->ratio_band, error);
    free(draw);
    return ret;
}

int
jc_fleet_compare(const struct jc_fleets *self, size_t a, size_t b, enum jc_fleet_figure figure,
    struct jc_fleet_comparison *comparison, struct jc_error *error)
{
    const struct jc_fleet_total *of_a = total_of(self, a, figure);
    const struct jc_fleet_total *of_b = total_of(self, b, figure);
    const double factor_a = jc_fleet_figure_factor(&self->fleet[a], figure);
    const double factor_b = jc_fleet_figure_factor(&self->fleet[b], figure);
    int ret = 0;

    *comparison = (struct jc_fleet_comparison){ .ratio = NAN };
    if (!of_a->known || !of_b->known) {
        return 0;
    }
    comparison->difference = of_a->value * factor_a - of_b->value * factor_b;
    if (of_b->value > 0) {
        comparison->ratio = of_a->value * factor_a / (of_b->value * factor_b);
    }
    if (self->n_draws > 0) {
        ret = compare_draws(self, of_a->draw, factor_a, of_b->draw, factor_b, comparison, error);
    }
    return ret != 0 ? ret : 1;
}

int
jc_fleets_alloc(struct jc_fleets *self, size_t n, size_t n_references, size_t n_waterfalls,
    struct jc_error *error)
{
    *self = (struct jc_fleets){
        .fleet = calloc(n + 1, sizeof(*self->fleet)),
        .reference = calloc(n_references + 1, sizeof(*self->reference)),
        .waterfall = calloc(n_waterfalls + 1, sizeof(*self->waterfall)),
    };
    if (self->fleet == NULL || self->reference == NULL || self->waterfall == NULL) {
        return jc_fail_memory(error);
    }
    self->n = n;
    self->n_references = n_references;
    self->n_waterfalls = n_waterfalls;
    return 0;
}

int
jc_fleet_alloc_equivalences(struct jc_fleet_result *self, size_t n, struct jc_error *error)
{
    self->equivalence = calloc(n + 1, sizeof(*self->equivalence));
    if (self->equivalence == NULL) {
        return jc_fail_memory(error);
    }
    self->n_equivalences = n;
    return 0;
}

int
jc_fleet_alloc_components(struct jc_fleet_result *self, size_t n, bool bands,
    struct jc_error *error)
{
    size_t k;

    self->component = calloc(n + 1, sizeof(*self->component));
    if (self->component == NULL) {
        return jc_fail_memory(error);
    }
    self->n_components = n;
    for (k = 0; bands && k < n; k++) {
        self->component[k].band = calloc(JC_FLEET_TOTALS, sizeof(struct jc_band));
        if (self->component[k].band == NULL) {
            return jc_fail_memory(error);
        }
    }
    return 0;
}

int
jc_waterfall_alloc(struct jc_waterfall_result *self, size_t n_steps, struct jc_error *error)
{
    self->fleet_index = calloc(n_steps + 1, sizeof(*self->fleet_index));
    if (self->fleet_index == NULL) {
        return jc_fail_memory(error);
    }
    self->n_steps = n_steps;
    return 0;
}

static void
free_fleet(struct jc_fleet_result *self)
{
    size_t k;

    for (k = 0; k < JC_FLEET_TOTALS; k++) {
        free(self->total[k].draw);
        free(self->total[k].missing);
    }
    for (k = 0; k < self->n_components; k++) {
        free(self->component[k].kind);
        free(self->component[k].name);
        free(self->component[k].label);
        free(self->component[k].band);
    }
    for (k = 0; k < self->n_equivalences; k++) {
        free(self->equivalence[k].name);
    }
    free(self->name);
    free(self->label);
    free(self->query.quantile);
    free(self->component);
    free(self->equivalence);
}

void
jc_fleets_free(struct jc_fleets *self)
{
    size_t k;

    for (k = 0; k < self->n; k++) {
        free_fleet(&self->fleet[k]);
    }
    for (k = 0; k < self->n_references; k++) {
        free(self->reference[k].name);
        free(self->reference[k].label);
        free(self->reference[k].source);
    }
    for (k = 0; k < self->n_waterfalls; k++) {
        free(self->waterfall[k].name);
        free(self->waterfall[k].label);
        free(self->waterfall[k].fleet_index);
    }
    free(self->fleet);
    free(self->reference);
    free(self->waterfall);
    *self = (struct jc_fleets){ 0 };
}
