/*
 * The first failure among threads: the others see it and stop.
 */
#ifndef JC_ENGINE_FAILURE_H
#define JC_ENGINE_FAILURE_H

#include "base/error.h"

struct jc_failure {
    int status; /* 0: none yet */
    struct jc_error error;
};

/* Keeps the failure if it is the first. */
void jc_failure_set(struct jc_failure *self, int status, const struct jc_error *error);

/* The status of the first failure, or 0. */
int jc_failure_get(const struct jc_failure *self);

#endif
