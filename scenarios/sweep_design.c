#include "scenarios/sweep_design.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "samplers/kernels.h"
#include "samplers/sampler.h"
#include "samplers/stable_math.h"

double
jc_sweep_range_at(const struct jc_sweep_range *self, double share)
{
    char decimal[32];
    double value;

    if (share == 0 || share == 1) {
        value = share == 0 ? self->from : self->to;
        return self->integer ? rint(value) : value;
    }
    if (self->log) {
        value = jc_exp(jc_log(self->from) + (jc_log(self->to) - jc_log(self->from)) * share);
    } else {
        value = self->from + (self->to - self->from) * share;
    }
    if (self->integer) {
        return rint(value);
    }
    (void) snprintf(decimal, sizeof(decimal), "%.12g", value);
    return strtod(decimal, NULL);
}

void
jc_sweep_range_grid(const struct jc_sweep_range *self, size_t n, double *number)
{
    for (size_t i = 0; i < n; i++) {
        number[i] = jc_sweep_range_at(self, (double) i / (double) (n - 1));
    }
}

int
jc_sweep_range_points(const struct jc_sweep_range *self, enum jc_points_kind kind, uint64_t seed,
    const char *name, size_t dimension, size_t n, double *number, struct jc_error *error)
{
    const struct jc_sampler_kernels *kernels = jc_sampler_kernels_get(JC_SIMD_SCALAR);
    const struct jc_points points = { .kind = kind, .n = n };
    struct jc_points_source source;
    struct jc_stream stream;
    uint32_t word[JC_STRIP];
    char label[128];
    size_t first, count;
    int ret;

    (void) snprintf(label, sizeof(label), JC_SWEEP_STREAM "%s", name);
    jc_stream_init(&stream, seed, label);
    ret = jc_points_source_init(&source, &stream, dimension, 1, error);
    for (first = 0; ret == 0 && first < n; first += count) {
        count = n - first < JC_STRIP ? n - first : JC_STRIP;
        jc_points_words(&points, &source, kernels, 0, first, count, word);
        for (size_t i = 0; i < count; i++) {
            number[first + i] = jc_sweep_range_at(self, ((double) word[i] + 0.5) * 0x1p-32);
        }
    }
    jc_points_source_free(&source);
    return ret;
}
