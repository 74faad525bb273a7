/*
 * The samples of a complete file, taken over into another one as they are: chunks keep their bytes, whatever
 * filters made them.
 */
#ifndef JC_RESULTS_SAMPLES_H
#define JC_RESULTS_SAMPLES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "results/kernels.h"
#include "results/store.h"

struct jc_samples;

/* Opens a file that has samples. Errors: those of jc_file_open; JC_ERROR_FORMAT if there are none. */
int jc_samples_open(struct jc_samples **self, const char *path, struct jc_error *error);

/* The same of a shard (results/shard.h), which may have none. */
int jc_samples_open_shard(struct jc_samples **self, const char *path, struct jc_error *error);
void jc_samples_close(struct jc_samples *self);

/* The level at which they are compressed, 1 to 9; 0: not at all. */
int jc_samples_deflate(const struct jc_samples *self);

/* Writes n_chunks chunks from `first` on of each quantity that is true in `stored` to the case that the
 * store has begun last, whose name this is. Errors: JC_ERROR_FORMAT (missing or damaged), JC_ERROR_IO,
 * JC_ERROR_INTERNAL. */
int jc_samples_copy(const struct jc_samples *self, const char *case_name, const bool *stored,
    uint64_t first, uint64_t n_chunks, const struct jc_record_kernels *kernels,
    struct jc_store *store, struct jc_error *error);

#endif
