#include "results/h5_array.h"

#include <math.h>
#include <stdlib.h>

#include "results/h5.h"

static const char *const bound_names[2] = { "lower", "upper" };

void
jc_array_along(struct jc_array *self, const char *dimension, size_t length)
{
    self->dimension[self->rank] = dimension;
    self->length[self->rank++] = length;
}

int
jc_array_alloc(struct jc_array *self, struct jc_error *error)
{
    size_t n = 1;
    size_t k;

    for (k = 0; k < self->rank; k++) {
        n *= self->length[k];
    }
    self->value = malloc((n + 1) * sizeof(double));
    if (self->value == NULL) {
        return jc_fail_memory(error);
    }
    for (k = 0; k < n; k++) {
        self->value[k] = NAN;
    }
    return 0;
}

int
jc_array_write(const struct jc_array *self, hid_t group, const char *name, const char *units,
    const char *long_name, struct jc_error *error)
{
    return jc_h5_write_variable(group, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, self->rank,
        self->dimension, self->length, self->value, units, long_name, error);
}

void
jc_put_band(const struct jc_band *band, size_t place, double *values, double *bounds)
{
    size_t k;

    for (k = 0; k < JC_BAND_RANKS; k++) {
        values[place * JC_BAND_RANKS + k] = band->value[k];
        bounds[2 * (place * JC_BAND_RANKS + k)] = band->lower[k];
        bounds[2 * (place * JC_BAND_RANKS + k) + 1] = band->upper[k];
    }
}

int
jc_write_draw_axis(hid_t group, size_t n_draws, struct jc_error *error)
{
    uint64_t *draw = malloc(n_draws * sizeof(*draw));
    size_t k;
    int ret = draw == NULL ? jc_fail_memory(error) : 0;

    for (k = 0; ret == 0 && k < n_draws; k++) {
        draw[k] = k;
    }
    ret = ret != 0 ? ret
                   : jc_h5_write_coordinate(group, "draw", H5T_STD_U64LE, H5T_NATIVE_UINT64,
                       n_draws, draw, "1", "draw of what is unknown", error);
    free(draw);
    return ret;
}

int
jc_write_band_axes(hid_t group, struct jc_error *error)
{
    int ret = jc_h5_write_coordinate(group, "band", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE,
        JC_BAND_RANKS, jc_band_ranks, "1", "probability over the draws", error);

    return ret != 0
        ? ret
        : jc_h5_write_text_coordinate(group, "bound", 2, bound_names, "confidence bound", error);
}

int
jc_has(hid_t group, const char *name)
{
    return H5Lexists(group, name, H5P_DEFAULT) > 0;
}

int
jc_read_doubles(hid_t group, const char *name, size_t n, double **numbers, struct jc_error *error)
{
    size_t found;
    int ret = jc_h5_read_numbers(group, name, H5T_FLOAT, H5T_NATIVE_DOUBLE, sizeof(double),
        (void **) numbers, &found, error);

    if (ret == 0 && found != n) {
        free(*numbers);
        *numbers = NULL;
        ret = jc_fail(error, JC_ERROR_FORMAT, "%s has %zu numbers, not %zu", name, found, n);
    }
    return ret;
}

int
jc_read_texts(hid_t group, const char *name, size_t n, char ***texts, struct jc_error *error)
{
    size_t found = 0;
    int ret = jc_h5_read_texts(group, name, texts, &found, error);

    if (ret == 0 && found != n) {
        jc_h5_free_texts(*texts, found);
        *texts = NULL;
        ret = jc_fail(error, JC_ERROR_FORMAT, "%s has %zu texts, not %zu", name, found, n);
    }
    return ret;
}
