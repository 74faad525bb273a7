#include "results/chunk.h"

#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#define SAMPLE_BYTES 4
#define CHECKSUM_BYTES 4
#define MOST_BYTES (SAMPLE_BYTES * JC_STORE_CHUNK)

int
jc_chunk_init(struct jc_chunk *self, int deflate, struct jc_error *error)
{
    *self = (struct jc_chunk){ .deflate = deflate };
    self->samples = aligned_alloc(64, (MOST_BYTES + CHECKSUM_BYTES + 63) / 64 * 64);
    if (deflate > 0) {
        self->planes = malloc(MOST_BYTES);
        self->packed = malloc(compressBound(MOST_BYTES) + CHECKSUM_BYTES + 1);
    }
    if (self->samples == NULL || (deflate > 0 && (self->planes == NULL || self->packed == NULL))) {
        return jc_fail_memory(error);
    }
    return 0;
}

void
jc_chunk_free(struct jc_chunk *self)
{
    free(self->samples);
    free(self->planes);
    free(self->packed);
    *self = (struct jc_chunk){ 0 };
}

uint64_t
jc_chunk_length(uint64_t queries)
{
    return queries < JC_STORE_CHUNK ? queries : JC_STORE_CHUNK;
}

/* HDF5's shuffle filter. */
static void
shuffle(size_t n, const unsigned char *restrict samples, unsigned char *restrict planes)
{
    size_t j, k;

    for (k = 0; k < SAMPLE_BYTES; k++) {
        for (j = 0; j < n; j++) {
            planes[k * n + j] = samples[SAMPLE_BYTES * j + k];
        }
    }
}

/* Appends the checksum, in which an odd last byte counts as a word that ends with zero. */
static void
append_checksum(struct jc_chunk *self, const struct jc_record_kernels *kernels,
    unsigned char *bytes, size_t n)
{
    uint32_t checksum;

    bytes[n] = n % 2 == 1 ? 0 : bytes[n];
    checksum = kernels->fletcher32((n + 1) / 2, (const void *) bytes);
    memcpy(bytes + n, &checksum, CHECKSUM_BYTES);
    self->bytes = bytes;
    self->n_bytes = n + CHECKSUM_BYTES;
}

int
jc_chunk_seal(struct jc_chunk *self, const struct jc_record_kernels *kernels, uint64_t queries,
    uint64_t n, struct jc_error *error)
{
    const size_t length = (size_t) jc_chunk_length(queries);
    unsigned char *samples = self->samples;
    uLongf n_packed = compressBound(MOST_BYTES);

    memset(samples + SAMPLE_BYTES * n, 0, SAMPLE_BYTES * (length - n));
    if (self->deflate == 0) {
        append_checksum(self, kernels, samples, SAMPLE_BYTES * length);
        return 0;
    }
    shuffle(length, samples, self->planes);
    if (compress2(self->packed, &n_packed, self->planes, SAMPLE_BYTES * length, self->deflate)
        != Z_OK) {
        return jc_fail_memory(error); /* the only reason left */
    }
    append_checksum(self, kernels, self->packed, n_packed);
    return 0;
}

bool
jc_chunk_is_sound(const struct jc_record_kernels *kernels, unsigned char *bytes, size_t n_bytes)
{
    const size_t n = n_bytes - CHECKSUM_BYTES;
    uint32_t stored, checksum;

    if (n_bytes <= CHECKSUM_BYTES) {
        return false;
    }
    memcpy(&stored, bytes + n, CHECKSUM_BYTES);
    bytes[n] = n % 2 == 1 ? 0 : bytes[n];
    checksum = kernels->fletcher32((n + 1) / 2, (const void *) bytes);
    memcpy(bytes + n, &stored, CHECKSUM_BYTES);
    return stored == checksum;
}
