#include "results/shard.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/chunk.h"
#include "results/file.h"

static int
copy_text(char **copy, const char *text, struct jc_error *error)
{
    *copy = strdup(text);
    return *copy == NULL ? jc_fail_memory(error) : 0;
}

static size_t
count_sketches(const struct jc_shard_study *study)
{
    return study->n_units * study->width * study->replicates;
}

int
jc_shard_init(struct jc_shard *self, const struct jc_shard_study *study, uint64_t task,
    struct jc_error *error)
{
    int ret;

    *self = (struct jc_shard){ .study = *study, .task = task };
    self->study.name = self->study.title = self->study.program = NULL;
    self->sketch = calloc(count_sketches(study), sizeof(*self->sketch));
    if (self->sketch == NULL) {
        return jc_fail_memory(error);
    }
    ret = copy_text(&self->study.name, study->name, error);
    ret = ret != 0 ? ret : copy_text(&self->study.title, study->title, error);
    return ret != 0 ? ret : copy_text(&self->study.program, study->program, error);
}

void
jc_shard_free(struct jc_shard *self)
{
    size_t k;

    for (k = 0; self->sketch != NULL && k < count_sketches(&self->study); k++) {
        jc_sketch_free(&self->sketch[k]);
    }
    free(self->sketch);
    free(self->piece);
    free(self->moments);
    free(self->draw);
    free(self->row);
    jc_sweep_result_free(&self->sweep);
    free(self->study.name);
    free(self->study.title);
    free(self->study.program);
    *self = (struct jc_shard){ .task = 0 };
}

struct jc_sketch *
jc_shard_sketch(const struct jc_shard *self, uint64_t unit, size_t series, size_t replicate)
{
    const struct jc_shard_study *study = &self->study;

    return &self->sketch[(unit * study->width + series) * study->replicates + replicate];
}

/* Room for `more` elements of a list; NULL if there is none. */
static void *
reserve(void *list, size_t n, size_t more, size_t *room, size_t element)
{
    const size_t wanted = 2 * (n + more);
    void *larger = list;

    if (n + more > *room) {
        larger = realloc(list, wanted * element);
        *room = larger != NULL ? wanted : *room;
    }
    return larger;
}

static int
add_piece(struct jc_shard *self, const struct jc_shard_piece *piece, struct jc_error *error)
{
    struct jc_shard_piece *list =
        reserve(self->piece, self->n_pieces, 1, &self->room_pieces, sizeof(*list));

    if (list == NULL) {
        return jc_fail_memory(error);
    }
    self->piece = list;
    self->piece[self->n_pieces++] = *piece;
    return 0;
}

static int
add_moments(struct jc_shard *self, const struct jc_shard_moments *moments, size_t n,
    struct jc_error *error)
{
    struct jc_shard_moments *list;

    if (n == 0) {
        return 0;
    }
    list = reserve(self->moments, self->n_moments, n, &self->room_moments, sizeof(*list));
    if (list == NULL) {
        return jc_fail_memory(error);
    }
    self->moments = list;
    memcpy(list + self->n_moments, moments, n * sizeof(*moments));
    self->n_moments += n;
    return 0;
}

/* The row of the whole blocks from 0 on, in the last piece; NULL: none yet. */
static struct jc_shard_moments *
find_first(const struct jc_shard *self, const struct jc_shard_moments *like)
{
    const struct jc_shard_piece *piece = &self->piece[self->n_pieces - 1];
    struct jc_shard_moments *row;
    size_t k;

    if (piece->n_moments == 0) { /* nor need there be any rows at all */
        return NULL;
    }
    row = self->moments + (self->n_moments - piece->n_moments);
    for (k = 0; k < piece->n_moments; k++) {
        if (row[k].block == 0 && row[k].series == like->series
            && row[k].replicate == like->replicate) {
            return &row[k];
        }
    }
    return NULL;
}

/* Of a block, or of whole blocks from 0 on, to the last piece. */
static int
add_series(struct jc_shard *self, uint64_t block, bool folds, size_t n_series,
    const struct jc_moments *moments, struct jc_error *error)
{
    const size_t replicates = self->study.replicates;
    struct jc_shard_moments added = { .block = folds ? 0 : block };
    struct jc_shard_moments *first;
    size_t k;
    int ret = 0;

    for (k = 0; ret == 0 && k < n_series * replicates; k++) {
        added.series = (uint32_t) (k / replicates);
        added.replicate = (uint32_t) (k % replicates);
        added.moments = moments[k];
        first = folds && moments[k].n > 0 ? find_first(self, &added) : NULL;
        if (first != NULL) {
            jc_moments_fold(&first->moments, &moments[k]);
        } else if (moments[k].n > 0) {
            ret = add_moments(self, &added, 1, error);
            self->piece[self->n_pieces - 1].n_moments += ret == 0;
        }
    }
    return ret;
}

int
jc_shard_add_block(struct jc_shard *self, uint64_t unit, uint64_t block, uint64_t n_outside,
    size_t n_series, const struct jc_moments *moments, struct jc_error *error)
{
    const struct jc_shard_piece fresh = { .unit = unit, .first = block };
    const bool is_whole = block < self->study.queries / JC_STORE_CHUNK;
    struct jc_shard_piece *last = self->n_pieces > 0 ? &self->piece[self->n_pieces - 1] : NULL;
    int ret = 0;

    if (last == NULL || last->unit != unit || last->first + last->n_blocks != block) {
        ret = add_piece(self, &fresh, error);
    }
    if (ret != 0) {
        return ret;
    }
    last = &self->piece[self->n_pieces - 1];
    last->n_blocks++;
    last->n_outside += n_outside;
    return add_series(self, block, last->first == 0 && is_whole, n_series, moments, error);
}

int
jc_shard_add_first_blocks(struct jc_shard *self, uint64_t unit, uint64_t n_blocks,
    uint64_t n_outside, size_t n_series, const struct jc_moments *moments, struct jc_error *error)
{
    const struct jc_shard_piece piece = { .unit = unit,
        .n_blocks = n_blocks,
        .n_outside = n_outside };
    int ret = add_piece(self, &piece, error);

    return ret != 0 ? ret : add_series(self, 0, true, n_series, moments, error);
}

int
jc_shard_add_draw(struct jc_shard *self, uint64_t draw, size_t n_columns, const double *row,
    struct jc_error *error)
{
    size_t room = self->room_draws;
    uint64_t *draws = reserve(self->draw, self->n_draws, 1, &room, sizeof(*draws));
    double *rows = NULL;

    if (draws != NULL) {
        self->draw = draws;
        rows = reserve(self->row, self->n_draws, 1, &self->room_draws, n_columns * sizeof(*rows));
    }
    if (rows == NULL) {
        return jc_fail_memory(error);
    }
    self->row = rows;
    self->n_columns = n_columns;
    self->draw[self->n_draws] = draw;
    memcpy(rows + self->n_draws * n_columns, row, n_columns * sizeof(*row));
    self->n_draws++;
    return 0;
}

int
jc_shard_add(struct jc_shard *self, const struct jc_shard *other, struct jc_error *error)
{
    const size_t n_sketches = count_sketches(&self->study);
    size_t k;
    int ret = add_moments(self, other->moments, other->n_moments, error);

    for (k = 0; ret == 0 && k < other->n_pieces; k++) {
        ret = add_piece(self, &other->piece[k], error);
    }
    for (k = 0; ret == 0 && k < n_sketches; k++) {
        ret = jc_sketch_add(&self->sketch[k], other->sketch[k].n_buckets, other->sketch[k].bucket,
            other->sketch[k].count, error);
    }
    for (k = 0; ret == 0 && k < other->n_draws; k++) {
        ret = jc_shard_add_draw(self, other->draw[k], other->n_columns,
            other->row + k * other->n_columns, error);
    }
    return ret;
}

int
jc_shard_take_sketches(struct jc_shard *self, struct jc_shard *other, struct jc_error *error)
{
    struct jc_sketch *sketch;
    size_t k;
    int ret = 0;

    for (k = 0; ret == 0 && k < count_sketches(&self->study); k++) {
        sketch = &other->sketch[k];
        ret = jc_sketch_add(&self->sketch[k], sketch->n_buckets, sketch->bucket, sketch->count,
            error);
        jc_sketch_free(sketch);
    }
    return ret;
}

/* The piece that has the block, or else the first one behind it; NULL: none. */
static const struct jc_shard_piece *
find_piece(size_t n, const struct jc_shard *const *shard, uint64_t unit, uint64_t block)
{
    const struct jc_shard_piece *found = NULL;
    const struct jc_shard_piece *piece;
    size_t j, k;

    for (j = 0; j < n; j++) {
        for (k = 0; k < shard[j]->n_pieces; k++) {
            piece = &shard[j]->piece[k];
            if (piece->unit == unit && piece->first + piece->n_blocks > block
                && (found == NULL || piece->first < found->first)) {
                found = piece;
            }
        }
    }
    return found;
}

bool
jc_shards_gap(size_t n, const struct jc_shard *const *shard, uint64_t unit, uint64_t from,
    uint64_t end, uint64_t *gap, uint64_t *gap_end)
{
    const struct jc_shard_piece *piece = find_piece(n, shard, unit, from);

    while (piece != NULL && piece->first <= from) {
        from = piece->first + piece->n_blocks;
        piece = find_piece(n, shard, unit, from);
    }
    *gap = from;
    *gap_end = piece != NULL && piece->first < end ? piece->first : end;
    return from < end;
}

static bool
differ(char text[256], const char *what, uint64_t ours, uint64_t theirs)
{
    if (ours != theirs) {
        (void) snprintf(text, 256, "its %s is %" PRIu64 ", not %" PRIu64, what, ours, theirs);
    }
    return ours != theirs;
}

bool
jc_shard_study_differs(const struct jc_shard_study *self, const struct jc_shard_study *other,
    char text[256])
{
    if (strcmp(self->program, other->program) != 0) {
        (void) snprintf(text, 256, "it was made by %.100s, not %.100s", self->program,
            other->program);
        return true;
    }
    if (differ(text, "seed", self->seed, other->seed)
        || differ(text, "number of queries", self->queries, other->queries)
        || differ(text, "number of tasks", self->n_tasks, other->n_tasks)) {
        return true;
    }
    if (strcmp(self->sha256, other->sha256) != 0) {
        (void) snprintf(text, 256, "it is of another scenario, or other inputs (%.12s, not %.12s)",
            self->sha256, other->sha256);
        return true;
    }
    if (self->has_samples != other->has_samples) {
        (void) snprintf(text, 256, "it has %s", self->has_samples ? "samples" : "no samples");
        return true;
    }
    return differ(text, "level of compression", self->deflate, other->deflate)
        || differ(text, "number of units", self->n_units, other->n_units)
        || differ(text, "number of series", self->width, other->width)
        || differ(text, "number of replicates", self->replicates, other->replicates);
}

int
jc_shard_path(const char *output, const char *part, char **path, struct jc_error *error)
{
    const char *ending = jc_file_ending(output);
    const size_t length = strlen(output) - strlen(ending);

    if (asprintf(path, "%.*s.%s%s", (int) length, output, part, ending) < 0) {
        *path = NULL;
        return jc_fail_memory(error);
    }
    return 0;
}
