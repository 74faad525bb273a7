#include "models/architectures.h"

#include <stdlib.h>

#include "models/named_row.h"

void
jc_architecture_free(struct jc_architecture *self)
{
    free(self->model);
    free(self->source);
    *self = (struct jc_architecture){ 0 };
}

int
jc_architecture_read(struct jc_architecture *self, const char *path, const char *name,
    struct jc_error *error)
{
    const struct jc_named_number number[] = {
        { "kv_bytes_per_token", &self->kv_bytes_per_token, false },
        { "parameters", &self->parameters, true },
        { "active_parameters", &self->active_parameters, true },
        { "layers", &self->layers, true },
        { "attention_width", &self->attention_width, true },
        { "bytes_per_parameter", &self->bytes_per_parameter, true },
    };
    int ret;

    *self = (struct jc_architecture){ 0 };
    ret = jc_named_row_read(path, "model", name, sizeof(number) / sizeof(number[0]), number,
        &self->model, &self->source, error);
    if (ret == 0 && self->active_parameters > self->parameters) {
        ret = jc_fail(error, JC_ERROR_INPUT,
            "%s: active_parameters: %g of '%s' is more than all parameters, %g", path,
            self->active_parameters, name, self->parameters);
    }
    if (ret != 0) {
        jc_architecture_free(self);
    }
    return ret;
}
