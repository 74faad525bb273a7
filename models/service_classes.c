#include "models/service_classes.h"

#include <stdlib.h>

#include "models/named_row.h"

void
jc_service_class_free(struct jc_service_class *self)
{
    free(self->name);
    free(self->source);
    *self = (struct jc_service_class){ 0 };
}

int
jc_service_class_read(struct jc_service_class *self, const char *path, const char *name,
    struct jc_error *error)
{
    const struct jc_named_number number[] = {
        { "gpu_share_low", &self->gpu_share_low, true },
        { "gpu_share_high", &self->gpu_share_high, true },
        { "other_share", &self->other_share, false },
        { "gpu_power_kw", &self->gpu_power_kw, true },
        { "other_power_kw", &self->other_power_kw, false },
    };
    int ret;

    *self = (struct jc_service_class){ 0 };
    ret = jc_named_row_read(path, "class", name, sizeof(number) / sizeof(number[0]), number,
        &self->name, &self->source, error);
    if (ret == 0 && self->gpu_share_low > self->gpu_share_high) {
        ret = jc_fail(error, JC_ERROR_INPUT,
            "%s: gpu_share_low: %g of '%s' is more than the high one, %g", path,
            self->gpu_share_low, name, self->gpu_share_high);
    }
    if (ret != 0) {
        jc_service_class_free(self);
    }
    return ret;
}
