#include "engine/failure.h"

void
jc_failure_set(struct jc_failure *self, int status, const struct jc_error *error)
{
#pragma omp critical(jc_failure)
    {
        if (jc_failure_get(self) == 0) {
            self->error = *error;
            __atomic_store_n(&self->status, status, __ATOMIC_RELEASE);
        }
    }
}

int
jc_failure_get(const struct jc_failure *self)
{
    return __atomic_load_n(&self->status, __ATOMIC_ACQUIRE);
}
