/*
 * A chunk of samples, from the columns that a thread computes to the bytes that go into the file: what
 * HDF5's filters would make of it (shuffle and deflate if asked for, then fletcher32), made by any
 * thread, so that the one that writes only writes.
 */
#ifndef JC_RESULTS_CHUNK_H
#define JC_RESULTS_CHUNK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "results/kernels.h"

/* Queries per chunk, 1 MiB of float32. */
#define JC_STORE_CHUNK ((uint64_t) 1 << 18)

struct jc_chunk {
    void *samples;         /* [JC_STORE_CHUNK] float or uint32, then room for a checksum */
    int deflate;           /* level of compression, 1 to 9; 0: none */
    unsigned char *planes; /* the samples' first bytes, then their second bytes, and so on */
    unsigned char *packed;
    const void *bytes; /* as sealed: those of the file */
    size_t n_bytes;
};

/* Errors: JC_ERROR_INTERNAL; free also then. */
int jc_chunk_init(struct jc_chunk *self, int deflate, struct jc_error *error);
void jc_chunk_free(struct jc_chunk *self);

/* The length of the chunks of a case, in queries. */
uint64_t jc_chunk_length(uint64_t queries);

/* Makes the first n samples ready to be written: zeros up to the length of the chunks of a case of
 * `queries`, compression, checksum. Errors: JC_ERROR_INTERNAL. */
int jc_chunk_seal(struct jc_chunk *self, const struct jc_record_kernels *kernels, uint64_t queries,
    uint64_t n, struct jc_error *error);

/* Whether bytes of a file are a chunk as it was sealed, by their checksum. They are as they were
 * afterwards. */
bool jc_chunk_is_sound(const struct jc_record_kernels *kernels, unsigned char *bytes,
    size_t n_bytes);

#endif
