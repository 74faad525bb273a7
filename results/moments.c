#include "results/moments.h"

#include <math.h>

void
jc_moments_fold(struct jc_moments *self, const struct jc_moments *next)
{
    const double n = (double) self->n + (double) next->n;
    const double delta = next->mean - self->mean;

    if (next->n == 0) {
        return;
    }
    if (self->n == 0) {
        *self = *next;
        return;
    }
    self->m2 += next->m2 + delta * delta * ((double) self->n * ((double) next->n / n));
    self->mean += delta * ((double) next->n / n);
    self->min = self->min < next->min ? self->min : next->min;
    self->max = self->max > next->max ? self->max : next->max;
    self->n += next->n;
}

struct jc_moments
jc_moments_constant(double value, uint64_t n)
{
    return (struct jc_moments){ .n = n, .mean = value, .m2 = 0, .min = value, .max = value };
}

double
jc_moments_sd(const struct jc_moments *self)
{
    return self->n < 2 ? 0 : sqrt(self->m2 / (double) (self->n - 1));
}
