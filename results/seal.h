/*
 * The seal: what a finished file ends with, so that damage is found before HDF5 reads a byte of it.
 *
 * Not everything in HDF5 has a checksum (heaps of texts, contiguous values), and its library may end a program that
 * follows a damaged address. So a SHA-256 over the bytes of the file stands behind them, where HDF5 does not look.
 * Chunks of samples, which have checksums of their own, are left out: a file of 100 GB is checked in milliseconds.
 * The layout is described in results/README.md.
 */
#ifndef JC_RESULTS_SEAL_H
#define JC_RESULTS_SEAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* What the seal adds to a file besides its list of extents, 16 bytes each. */
#define JC_SEAL_BYTES 72

/* Bytes first to first + length - 1 of a file. */
struct jc_extent {
    uint64_t first;
    uint64_t length;
};

/* Bytes that are not in the seal. */
struct jc_extents {
    size_t n;
    size_t room;
    struct jc_extent *extent;
};

/* Adds bytes; those right behind the extent that was added last make it longer. Errors: JC_ERROR_INTERNAL. */
int jc_extents_add(struct jc_extents *self, uint64_t first, uint64_t length,
    struct jc_error *error);

/* How many bytes they are. */
uint64_t jc_extents_bytes(const struct jc_extents *self);
void jc_extents_free(struct jc_extents *self);

/* Seals a file, but for these extents, which are sorted. The descriptor reads and writes; whatever else had the file open has
 * closed it, and `path` is what errors call it. Errors: JC_ERROR_IO; JC_ERROR_INTERNAL if the extents overlap or reach beyond
 * the end. */
int jc_seal_write(int descriptor, const char *path, struct jc_extents *left_out,
    struct jc_error *error);

/* Checks the seal of an open file; if there is none, the message says what seems to have become of it. Errors:
 * JC_ERROR_FORMAT, JC_ERROR_IO. */
int jc_seal_check(int descriptor, struct jc_error *error);

#endif
