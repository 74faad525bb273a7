#include "results/sweep.h"

#include <stdlib.h>

static void
free_axis(struct jc_sweep_axis *self)
{
    for (size_t i = 0; self->text != NULL && i < self->n; i++) {
        free(self->text[i]);
    }
    free(self->text);
    free(self->number);
    free(self->name);
    free(self->label);
    free(self->key);
    free(self->units);
}

void
jc_sweep_result_free(struct jc_sweep_result *self)
{
    for (size_t j = 0; j < self->n_axes; j++) {
        free_axis(&self->axis[j]);
    }
    for (size_t j = 0; j < self->n_subjects; j++) {
        free(self->subject[j].name);
        free(self->subject[j].label);
    }
    for (size_t j = 0; j < self->n_points; j++) {
        free(self->point[j].message);
        free(self->point[j].number);
    }
    free(self->axis);
    free(self->subject);
    free(self->point);
    free(self->quantile);
    free(self->design);
    *self = (struct jc_sweep_result){ 0 };
}

int
jc_sweep_result_alloc_axes(struct jc_sweep_result *self, size_t n_axes, struct jc_error *error)
{
    self->axis = calloc(n_axes, sizeof(*self->axis));
    if (self->axis == NULL) {
        return jc_fail_memory(error);
    }
    self->n_axes = n_axes;
    return 0;
}

int
jc_sweep_axis_alloc(struct jc_sweep_axis *self, size_t n, bool texts, struct jc_error *error)
{
    self->n = n;
    if (texts) {
        self->text = calloc(n + 1, sizeof(*self->text));
    } else {
        self->number = calloc(n + 1, sizeof(*self->number));
    }
    return self->text == NULL && self->number == NULL ? jc_fail_memory(error) : 0;
}

int
jc_sweep_result_alloc_subjects(struct jc_sweep_result *self, size_t n_cases, size_t n_blends,
    size_t n_quantiles, struct jc_error *error)
{
    self->subject = calloc(n_cases + n_blends, sizeof(*self->subject));
    self->quantile = calloc(n_quantiles + 1, sizeof(*self->quantile));
    if (self->subject == NULL || self->quantile == NULL) {
        return jc_fail_memory(error);
    }
    self->n_cases = n_cases;
    self->n_subjects = n_cases + n_blends;
    self->n_quantiles = n_quantiles;
    return 0;
}

int
jc_sweep_result_alloc_points(struct jc_sweep_result *self, struct jc_error *error)
{
    size_t n = self->axis[0].n;
    bool overflow = false;

    self->n_numbers = jc_sweep_number_index(self, 0, JC_QUANTITIES);
    for (size_t j = 1; self->crossed && j < self->n_axes; j++) {
        overflow |= __builtin_mul_overflow(n, self->axis[j].n, &n);
    }
    self->point = overflow ? NULL : calloc(n, sizeof(*self->point));
    if (self->point == NULL) {
        return jc_fail_memory(error);
    }
    self->n_points = n;
    return 0;
}

size_t
jc_sweep_number_index(const struct jc_sweep_result *self, size_t subject, enum jc_quantity quantity)
{
    const size_t one = JC_POINT_NUMBERS + 3 * self->n_quantiles;
    size_t index = subject * one;

    for (enum jc_quantity q = 0; q < quantity; q++) {
        if (jc_sweep_has(self, 0, self->n_subjects, q)) {
            index += self->n_subjects * one;
        }
    }
    return index;
}

double *
jc_sweep_numbers(const struct jc_sweep_result *self, size_t point, size_t subject,
    enum jc_quantity quantity)
{
    return self->point[point].number + jc_sweep_number_index(self, subject, quantity);
}

bool
jc_sweep_has(const struct jc_sweep_result *self, size_t first, size_t n, enum jc_quantity quantity)
{
    bool has = false;

    for (size_t j = first; j < first + n; j++) {
        has |= self->subject[j].has[quantity];
    }
    return has;
}

size_t
jc_sweep_axis_value(const struct jc_sweep_result *self, size_t point, size_t axis)
{
    size_t below = 1;

    if (!self->crossed) {
        return point;
    }
    for (size_t j = axis + 1; j < self->n_axes; j++) {
        below *= self->axis[j].n;
    }
    return point / below % self->axis[axis].n;
}

size_t
jc_sweep_count(const struct jc_sweep_result *self, enum jc_point_status status)
{
    size_t n = 0;

    for (size_t j = 0; j < self->n_points; j++) {
        n += self->point[j].status == status;
    }
    return n;
}
