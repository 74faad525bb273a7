#include "scenarios/sweep.h"

#include <stdlib.h>

const char *const jc_sweep_design_names[] = { "crossed", "zipped", "latin-hypercube", "sobol",
    "csv", NULL };

static void
free_texts(char **text, size_t n)
{
    for (size_t i = 0; text != NULL && i < n; i++) {
        free(text[i]);
    }
    free(text);
}

void
jc_sweep_free(struct jc_sweep *self)
{
    struct jc_sweep_parameter *parameter;

    for (size_t j = 0; j < self->n_parameters; j++) {
        parameter = &self->parameter[j];
        free_texts(parameter->text, parameter->n);
        free_texts(parameter->value, parameter->n);
        free(parameter->number);
        free(parameter->name);
        free(parameter->label);
        free(parameter->key);
        free(parameter->units);
        free(parameter->directory);
    }
    free(self->parameter);
    *self = (struct jc_sweep){ 0 };
}

size_t
jc_sweep_value(const struct jc_sweep *self, size_t point, size_t parameter)
{
    size_t below = 1;

    if (self->design != JC_SWEEP_CROSSED) {
        return point;
    }
    for (size_t j = parameter + 1; j < self->n_parameters; j++) {
        below *= self->parameter[j].n;
    }
    return point / below % self->parameter[parameter].n;
}
