#include "models/accelerators.h"

#include <stdlib.h>

#include "models/named_row.h"

void
jc_accelerator_free(struct jc_accelerator *self)
{
    free(self->name);
    free(self->source);
    *self = (struct jc_accelerator){ 0 };
}

int
jc_accelerator_read(struct jc_accelerator *self, const char *path, const char *name,
    struct jc_error *error)
{
    const struct jc_named_number number[] = {
        { "power_kw", &self->power_kw, true },
        { "peak_flops", &self->peak_flops, true },
        { "memory_bytes", &self->memory_bytes, true },
        { "bandwidth_bytes_per_s", &self->bandwidth_bytes_per_s, true },
    };
    int ret;

    *self = (struct jc_accelerator){ 0 };
    ret = jc_named_row_read(path, "accelerator", name, sizeof(number) / sizeof(number[0]), number,
        &self->name, &self->source, error);
    if (ret != 0) {
        jc_accelerator_free(self);
    }
    return ret;
}
