#include "models/hosts.h"

#include <stdlib.h>

#include "models/named_row.h"

void
jc_host_free(struct jc_host *self)
{
    free(self->name);
    free(self->source);
    *self = (struct jc_host){ 0 };
}

int
jc_host_read(struct jc_host *self, const char *path, const char *name, struct jc_error *error)
{
    const struct jc_named_number number[] = {
        { "pue", &self->pue, true },
        { "wue_site_l_per_kwh", &self->wue_site_l_per_kwh, false },
        { "wue_source_l_per_kwh", &self->wue_source_l_per_kwh, false },
        { "carbon_kg_per_kwh", &self->carbon_kg_per_kwh, false },
    };
    int ret;

    *self = (struct jc_host){ 0 };
    ret = jc_named_row_read(path, "host", name, sizeof(number) / sizeof(number[0]), number,
        &self->name, &self->source, error);
    if (ret != 0) {
        jc_host_free(self);
    }
    return ret;
}
