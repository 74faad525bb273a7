#include "results/sensitivity.h"

#include <math.h>
#include <stdlib.h>

const char *const jc_sensitivity_method_names[JC_SENSITIVITY_METHODS] = { "pick-freeze",
    "given-data" };

int
jc_sensitivity_init(struct jc_sensitivity *self, size_t n_inputs, struct jc_error *error)
{
    size_t c, j;

    *self = (struct jc_sensitivity){ .low = NAN, .high = NAN, .at_medians = NAN, .r_squared = NAN };
    self->input = calloc(n_inputs + 1, sizeof(*self->input));
    if (self->input == NULL) {
        return jc_fail_memory(error);
    }
    self->n_inputs = n_inputs;
    for (c = 0; c < JC_SENSITIVITY_COLUMNS; c++) {
        self->column[c] = malloc((n_inputs + 1) * sizeof(double));
        if (self->column[c] == NULL) {
            return jc_fail_memory(error);
        }
        for (j = 0; j < n_inputs; j++) {
            self->column[c][j] = NAN;
        }
    }
    return 0;
}

void
jc_sensitivity_free(struct jc_sensitivity *self)
{
    size_t c, j;

    for (j = 0; j < self->n_inputs; j++) {
        free(self->input[j]);
    }
    for (c = 0; c < JC_SENSITIVITY_COLUMNS; c++) {
        free(self->column[c]);
    }
    free(self->input);
    free(self->name);
    free(self->label);
    free(self->response);
    free(self->unit);
    free(self->udunits);
    free(self->statistic);
    *self = (struct jc_sensitivity){ 0 };
}

/* What inputs are ordered by; an unknown index comes last. */
static double
weight(const struct jc_sensitivity *self, size_t input)
{
    const double total = self->column[JC_TOTAL][input];
    const double index = isnan(total) ? self->column[JC_FIRST][input] : total;

    return isnan(index) ? -INFINITY : index;
}

void
jc_sensitivity_order(const struct jc_sensitivity *self, size_t *order)
{
    size_t j, k;

    for (j = 0; j < self->n_inputs; j++) {
        for (k = j; k > 0 && weight(self, order[k - 1]) < weight(self, j); k--) {
            order[k] = order[k - 1];
        }
        order[k] = j;
    }
}
