#include "samplers/design.h"

struct jc_points
jc_design_points(const struct jc_design *self, size_t replicate)
{
    const uint64_t strips = self->queries / JC_STRIP;
    const uint64_t rest = self->queries % JC_STRIP;
    const uint64_t whole =
        strips / self->replicates + (replicate < strips % self->replicates ? 1 : 0);

    return (struct jc_points){ self->kind,
        JC_STRIP * whole + (strips % self->replicates == replicate ? rest : 0) };
}

size_t
jc_design_replicate(const struct jc_design *self, uint64_t query)
{
    return (size_t) (query / JC_STRIP % self->replicates);
}

void
jc_design_words(const struct jc_design *self, const struct jc_points_source *source,
    const struct jc_sampler_kernels *kernels, uint64_t query, size_t n, uint32_t *word)
{
    const size_t replicate = jc_design_replicate(self, query);
    const struct jc_points points = jc_design_points(self, replicate);

    jc_points_words(&points, source, kernels, replicate,
        query / JC_STRIP / self->replicates * JC_STRIP + query % JC_STRIP, n, word);
}
