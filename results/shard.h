/*
 * A shard: what some of the work of a study has left, on the way to a result.
 *
 * The work of a study is the blocks of its cases, once more those of cases with pathways, and the draws of its unknowns. Shards that have all of it between
 * them give the result of one run to the last bit: counts can be added in any order, and moments, whose order
 * matters, are kept block by block. Only those of the blocks that a case begins with are folded already, as one run
 * would have folded them.
 *
 * The work of a sweep is its points; the shard of a task has those of the task, and the others are missing.
 */
#ifndef JC_RESULTS_SHARD_H
#define JC_RESULTS_SHARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hdf5.h>

#include "base/error.h"
#include "base/sha256.h"
#include "base/text.h"
#include "models/quantities.h"
#include "results/moments.h"
#include "results/sketch.h"
#include "results/sweep.h"

#define JC_SHARD_FORMAT_NAME "joulecast-shard"
#define JC_SHARD_FORMAT_MAJOR 1
#define JC_SHARD_FORMAT_MINOR 2

#define JC_MOST_TASKS 1000000

/* Blocks of a unit, one after another. A unit is the first pass over a case, by its place in the scenario; after all
 * of these come the second passes, those of pathways. */
struct jc_shard_piece {
    uint64_t unit;
    uint64_t first; /* block */
    uint64_t n_blocks;
    uint64_t n_outside;
    uint64_t n_moments; /* of the shard's rows, which follow those of the piece before */
};

/* The moments of one series in one block: of a quantity or, in a second pass, of a pathway of a blend; with block 0 of a piece that begins with it, in all whole blocks of
 * the piece. */
struct jc_shard_moments {
    uint64_t block;
    uint32_t series;
    uint32_t replicate;
    struct jc_moments moments; /* n > 0 */
};

/* What must agree between the shards of a study. */
struct jc_shard_study {
    char *name;                 /* of the scenario */
    char *title;                /* of the scenario */
    char sha256[JC_SHA256_HEX]; /* of the resolved scenario and its inputs */
    char *program;              /* version and commit */
    uint64_t seed;
    uint64_t queries;     /* of each case */
    uint64_t has_samples; /* 0 or 1 */
    uint64_t deflate;     /* level of the samples' compression; 0: none */
    uint64_t n_tasks;     /* 1 to JC_MOST_TASKS */
    uint64_t n_units;     /* 2 for each case */
    uint64_t width;       /* series of a unit, the most */
    uint64_t replicates;
};

struct jc_shard {
    struct jc_shard_study study;
    char completion[JC_SHA256_HEX]; /* of the file that it was read from; else empty */
    uint64_t task;                  /* 1 to n_tasks */
    size_t n_pieces;
    struct jc_shard_piece *piece;
    size_t n_moments;
    struct jc_shard_moments *moments;
    struct jc_sketch *sketch; /* [n_units][width][replicates] of all pieces */
    size_t n_draws;
    size_t n_columns;
    uint64_t *draw; /* [n_draws] in any order */
    double *row;    /* [n_draws][n_columns] statistics, in the order of jc_bands_get_row */
    size_t room_pieces, room_moments, room_draws;
    struct jc_sweep_result
        sweep; /* of a task of a sweep, which has nothing else; no axes: of a run */
};

/* An empty shard; the study's texts are copied. Errors: JC_ERROR_INTERNAL; free also then. */
int jc_shard_init(struct jc_shard *self, const struct jc_shard_study *study, uint64_t task,
    struct jc_error *error);
void jc_shard_free(struct jc_shard *self);

/* The sketch of a series of a unit. */
struct jc_sketch *jc_shard_sketch(const struct jc_shard *self, uint64_t unit, size_t series,
    size_t replicate);

/* Adds a block, which extends the last piece if it follows it: its moments[n_series][replicates], and how many of its
 * queries were outside. Its counts are to be added to the sketches. Errors: JC_ERROR_INTERNAL. */
int jc_shard_add_block(struct jc_shard *self, uint64_t unit, uint64_t block, uint64_t n_outside,
    size_t n_series, const struct jc_moments *moments, struct jc_error *error);

/* Adds the whole blocks 0 to n_blocks - 1 of a unit with their moments[n_series], folded; of a shard with one
 * replicate. Errors: JC_ERROR_INTERNAL. */
int jc_shard_add_first_blocks(struct jc_shard *self, uint64_t unit, uint64_t n_blocks,
    uint64_t n_outside, size_t n_series, const struct jc_moments *moments, struct jc_error *error);

/* Adds a draw. The first one says how many columns there are. Errors: JC_ERROR_INTERNAL. */
int jc_shard_add_draw(struct jc_shard *self, uint64_t draw, size_t n_columns, const double *row,
    struct jc_error *error);

/* Adds everything of another shard of the same study. Errors: JC_ERROR_INTERNAL. */
int jc_shard_add(struct jc_shard *self, const struct jc_shard *other, struct jc_error *error);

/* Moves the counts of another shard of the same study here, where they take the room of one shard instead of many's.
 * Errors: JC_ERROR_INTERNAL. */
int jc_shard_take_sketches(struct jc_shard *self, struct jc_shard *other, struct jc_error *error);

/* Finds the first blocks from `from` to `end` - 1 of a unit that none of the shards has; false if there are none. */
bool jc_shards_gap(size_t n, const struct jc_shard *const *shard, uint64_t unit, uint64_t from,
    uint64_t end, uint64_t *gap, uint64_t *gap_end);

/* What is different between two studies, in words, "its seed is 1, not 2"; false if nothing is. */
bool jc_shard_study_differs(const struct jc_shard_study *self, const struct jc_shard_study *other,
    char text[256]);

/* The path of what belongs to a result file: "energy.h5" and "task-1-of-3" give "energy.task-1-of-3.h5", and
 * "energy" gives "energy.task-1-of-3", so that two outputs never share one. From malloc. Errors: JC_ERROR_INTERNAL. */
int jc_shard_path(const char *output, const char *part, char **path, struct jc_error *error);

/* Writes all but samples and provenance. Errors: JC_ERROR_IO, JC_ERROR_INTERNAL. */
int jc_file_write_shard(hid_t file, const struct jc_shard *shard, struct jc_error *error);

/* Reads a shard and checks that it is one, and complete; samples are not looked at. `scenario`, if not NULL, gets the
 * resolved scenario. Free with jc_shard_free, and jc_text_free. Errors: JC_ERROR_IO (it cannot be opened),
 * JC_ERROR_FORMAT, JC_ERROR_INTERNAL; then there is nothing to free. */
int jc_file_read_shard(const char *path, struct jc_shard *shard, struct jc_text *scenario,
    struct jc_error *error);

#endif
