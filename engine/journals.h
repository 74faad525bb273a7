/*
 * The journals of a sweep that ranks share (results/journal.h): the first rank has that of the result file, each of the
 * others one of its own beside it, "sweep.rank-2.h5.journal" and so on. Whoever begins the sweep again, with any number
 * of ranks, moves what these have to the first one.
 */
#ifndef JC_ENGINE_JOURNALS_H
#define JC_ENGINE_JOURNALS_H

#include <stdint.h>

#include "base/error.h"
#include "results/journal.h"

/* Opens the journal of the result file at `output`. What other ranks have left is moved there (mode resume), removed
 * (force), or an error if it has points (new). Errors: those of jc_journal_open, JC_ERROR_IO, JC_ERROR_INTERNAL. */
int jc_journals_open_first(struct jc_journal **self, const char *output, enum jc_journal_mode mode,
    const uint8_t study[JC_SHA256_BYTES], size_t n_numbers, struct jc_error *error);

/* Opens that of a rank > 0, after the first one. Errors: as above. */
int jc_journals_open_own(struct jc_journal **self, const char *output, uint64_t rank,
    enum jc_journal_mode mode, const uint8_t study[JC_SHA256_BYTES], size_t n_numbers,
    struct jc_error *error);

/* Removes those of the ranks > 0, which have closed them. Errors: JC_ERROR_IO, JC_ERROR_INTERNAL. */
int jc_journals_remove_others(const char *output, struct jc_error *error);

/* JC_ERROR_STOPPED and a message that says where the points of the stopped sweep are, when those of this journal are on
 * the disk. Errors: JC_ERROR_IO. */
int jc_journals_stopped(struct jc_journal *self, const char *output, struct jc_error *error);

#endif
