#include "results/fleet.h"

#include <stdlib.h>

const struct jc_fleet_quantity jc_fleet_quantities[JC_FLEET_TOTALS] = {
    { JC_ENERGY, 1e-6, "MWh", "MW h" },
    { JC_WATER, 1e-6, "kL", "kL" },
    { JC_CARBON, 1e-6, "t", "t" },
    { JC_COST, 1, "1", "1" },
};

void
jc_fleet_result_free(struct jc_fleet_result *self)
{
    size_t k;

    free(self->name);
    free(self->label);
    for (k = 0; k < self->n_equivalences; k++) {
        free(self->equivalence[k].name);
    }
    free(self->equivalence);
}

int
jc_results_alloc_equivalences(struct jc_fleet_result *self, size_t n, struct jc_error *error)
{
    self->equivalence = calloc(n + 1, sizeof(*self->equivalence));
    if (self->equivalence == NULL) {
        return jc_fail_memory(error);
    }
    self->n_equivalences = n;
    return 0;
}
