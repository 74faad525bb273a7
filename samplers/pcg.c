#include "samplers/pcg.h"

void
jc_pcg_init(struct jc_pcg *self, uint64_t state, uint64_t sequence)
{
    self->state = 0;
    self->increment = (sequence << 1) | 1;
    (void) jc_pcg_next(self);
    self->state += state;
    (void) jc_pcg_next(self);
}

uint32_t
jc_pcg_next(struct jc_pcg *self)
{
    const uint64_t state = self->state;
    const uint32_t shifted = (uint32_t) (((state >> 18) ^ state) >> 27);
    const uint32_t rotation = (uint32_t) (state >> 59);

    self->state = state * JC_PCG_MULTIPLIER + self->increment;
    return (shifted >> rotation) | (shifted << (-rotation & 31));
}

/* Squares the step s -> m s + p for each bit of delta. */
void
jc_pcg_advance(struct jc_pcg *self, uint64_t delta)
{
    uint64_t multiplier = JC_PCG_MULTIPLIER;
    uint64_t increment = self->increment;
    uint64_t total_multiplier = 1;
    uint64_t total_increment = 0;

    while (delta > 0) {
        if (delta & 1) {
            total_multiplier *= multiplier;
            total_increment = total_increment * multiplier + increment;
        }
        increment *= multiplier + 1;
        multiplier *= multiplier;
        delta >>= 1;
    }
    self->state = self->state * total_multiplier + total_increment;
}
