/*
 * The journal of a sweep: each point goes there when it is computed, so that a killed sweep loses no more than
 * the points it was at. It lies beside the result file, as PATH.journal, until that is complete.
 *
 * A header, then records of equal size, all little-endian: the digest of the point (32 bytes), its numbers (8 bytes
 * each), and the first 8 bytes of the SHA-256 of both. The header is the text JC_JOURNAL_MAGIC, the digest of the
 * study (32 bytes), the count of numbers (8 bytes) and such a checksum. A record that is cut off or damaged, and what
 * follows it, is not there.
 */
#ifndef JC_RESULTS_JOURNAL_H
#define JC_RESULTS_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "results/known_points.h"

#define JC_JOURNAL_MAGIC "joulecast sweep journal 1\n"

struct jc_journal;

enum jc_journal_mode {
    JC_JOURNAL_NEW,    /* one that is there already is an error */
    JC_JOURNAL_FORCE,  /* it is emptied */
    JC_JOURNAL_RESUME, /* it is gone on with, if there is one */
};

/* Opens the journal of the result file at `path`, and locks it, for points of n_numbers of a study. Errors:
 * JC_ERROR_IO (it cannot be created, another program is writing it; one is there of mode new), JC_ERROR_SCENARIO (it is that
 * of another study), JC_ERROR_FORMAT (it is none), JC_ERROR_INTERNAL. */
int jc_journal_open(struct jc_journal **self, const char *path, enum jc_journal_mode mode,
    const uint8_t study[JC_SHA256_BYTES], size_t n_numbers, struct jc_error *error);

/* Adds the points that were there when it was opened; their numbers belong to the journal. Errors:
 * JC_ERROR_INTERNAL. */
int jc_journal_known(const struct jc_journal *self, struct jc_known_points *known,
    struct jc_error *error);

/* Appends a point; it is in the file when this returns, and on the disk some seconds later. By one thread at a
 * time. Errors: JC_ERROR_IO. */
int jc_journal_add(struct jc_journal *self, const uint8_t digest[JC_SHA256_BYTES],
    const double *number, struct jc_error *error);

/* Returns when all points are on the disk. Errors: JC_ERROR_IO. */
int jc_journal_sync(struct jc_journal *self, struct jc_error *error);

/* Closes it, with all points on the disk; or removes it. NULL is allowed. */
void jc_journal_close(struct jc_journal *self);
void jc_journal_remove(struct jc_journal *self);

#endif
