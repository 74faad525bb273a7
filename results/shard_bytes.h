/*
 * A shard as bytes, from one process of this very program to another one on a machine of the same kind.
 */
#ifndef JC_RESULTS_SHARD_BYTES_H
#define JC_RESULTS_SHARD_BYTES_H

#include <stddef.h>

#include "base/error.h"
#include "results/shard.h"

/* All but the study; the bytes are from malloc. Errors: JC_ERROR_INTERNAL. */
int jc_shard_pack(const struct jc_shard *self, unsigned char **bytes, size_t *n,
    struct jc_error *error);

/* Adds what was packed of another shard of the same study. Errors: JC_ERROR_INTERNAL, also if they are not such bytes. */
int jc_shard_add_packed(struct jc_shard *self, const unsigned char *bytes, size_t n,
    struct jc_error *error);

#endif
