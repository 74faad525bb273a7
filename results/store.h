/*
 * The result file while it is written: samples stream in, records come last, then it gets its name.
 *
 * A file is `PATH.partial` until it is complete. Then it carries a completion record, is sealed
 * (results/seal.h), flushed to the disk and renamed, so that a file called PATH is always whole. The format is described in
 * results/README.md.
 */
#ifndef JC_RESULTS_STORE_H
#define JC_RESULTS_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "results/chunk.h"
#include "results/provenance.h"
#include "results/results.h"
#include "results/shard.h"
#include "results/virtual.h"

#define JC_FORMAT_NAME "joulecast-result"
#define JC_FORMAT_MAJOR 1
#define JC_FORMAT_MINOR 3

/* Samples of more queries are more than HDF5 can keep an index of in memory. */
#define JC_STORE_MOST_QUERIES (UINT64_C(1) << 50)

struct jc_store;

struct jc_store_options {
    bool force;  /* an existing file is replaced on completion; otherwise it is an error */
    int deflate; /* level of compression of the samples, 1 to 9; 0: none */
};

/* Whether a file of that name may be written. Errors: JC_ERROR_IO. */
int jc_store_check_target(const char *path, bool force, struct jc_error *error);

/* Starts a file. Errors: JC_ERROR_IO, JC_ERROR_INTERNAL. */
int jc_store_create(struct jc_store **self, const char *path,
    const struct jc_store_options *options, struct jc_error *error);

/* Starts the group of a case, with one variable of `queries` samples for each quantity that is true
 * in `stored`. Errors: JC_ERROR_IO, JC_ERROR_SCENARIO (more than JC_STORE_MOST_QUERIES of them). */
int jc_store_begin_case(struct jc_store *self, const char *name, const char *label,
    uint64_t queries, const bool *stored, struct jc_error *error);

/* The same with variables whose values stay in other files (results/virtual.h); nothing is to be written to them. */
int jc_store_begin_virtual_case(struct jc_store *self, const char *name, const char *label,
    uint64_t queries, const bool *stored, size_t n, const struct jc_virtual_source *source,
    struct jc_error *error);

/* Says which files these are, with their completion records. Errors: JC_ERROR_IO. */
int jc_store_keep_shards(struct jc_store *self, size_t n, const char *const *name,
    const char *const *completion, struct jc_error *error);

/* Writes a sealed chunk of the case begun last, which holds the samples from `first` on; `first` is a
 * multiple of JC_STORE_CHUNK, each once. Errors: JC_ERROR_IO; JC_ERROR_INTERNAL if `first` is no query. */
int jc_store_write(struct jc_store *self, enum jc_quantity quantity, uint64_t first,
    const struct jc_chunk *chunk, struct jc_error *error);

/* Writes everything else, and makes the file complete under its name. In any case the store is
 * gone afterwards, and on an error so is the partial file. Errors: JC_ERROR_IO. */
int jc_store_finish(struct jc_store *self, const struct jc_results *results,
    const struct jc_provenance *provenance, struct jc_error *error);

/* The same with a shard in place of results: it gets the name `path`, replacing what has it, or if that is NULL
 * the name that the store was created for. */
int jc_store_finish_shard(struct jc_store *self, const struct jc_shard *shard,
    const struct jc_provenance *provenance, const char *path, struct jc_error *error);

/* Gives up: removes the partial file. NULL is allowed. */
void jc_store_discard(struct jc_store *self);

#endif
