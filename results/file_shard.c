/*
 * The shard file: tables of numbers, samples as in a result file where blocks were computed, and the same completion
 * record. The format is described in results/README.md.
 */
#include "results/shard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/chunk.h"
#include "results/file.h"
#include "results/file_sweep.h"
#include "results/h5.h"
#include "results/table.h"

#define MOST_UNITS 1000000

#define PIECE(member, text)                                                  \
    {                                                                        \
#member, text, offsetof(struct jc_shard_piece, member), JC_FIELD_U64 \
    }
#define MOMENT(member, text, type)                                             \
    {                                                                          \
#member, text, offsetof(struct jc_shard_moments, moments.member), type \
    }

static const struct jc_field piece_fields[] = {
    PIECE(unit, "case, by the order of the scenario; after all of them, second pass over a case"),
    PIECE(first, "first block"),
    PIECE(n_blocks, "blocks"),
    PIECE(n_outside, "queries whose batch size was moved"),
    PIECE(n_moments, "rows of /moments"),
};

static const struct jc_field moment_fields[] = {
    { "block", "block; 0 of a piece that begins with it: all its whole blocks",
        offsetof(struct jc_shard_moments, block), JC_FIELD_U64 },
    { "series", "quantity, by the attribute 'quantities'; in a second pass, pathway of a blend",
        offsetof(struct jc_shard_moments, series), JC_FIELD_U32 },
    { "replicate", "replicate of the points", offsetof(struct jc_shard_moments, replicate),
        JC_FIELD_U32 },
    MOMENT(n, "queries", JC_FIELD_U64),
    MOMENT(mean, "mean", JC_FIELD_F64),
    MOMENT(m2, "sum of squared deviations from the mean", JC_FIELD_F64),
    MOMENT(min, "smallest value", JC_FIELD_F64),
    MOMENT(max, "largest value", JC_FIELD_F64),
};

/* A sketch that is not empty. */
struct sketch_row {
    uint64_t unit;
    uint32_t series;
    uint32_t replicate;
    uint64_t row_size;
};

static const struct jc_field sketch_fields[] = {
    { "unit", "as of pieces", offsetof(struct sketch_row, unit), JC_FIELD_U64 },
    { "series", "quantity, by the attribute 'quantities'; in a second pass, pathway of a blend",
        offsetof(struct sketch_row, series), JC_FIELD_U32 },
    { "replicate", "replicate of the points", offsetof(struct sketch_row, replicate),
        JC_FIELD_U32 },
    { "row_size", "buckets", offsetof(struct sketch_row, row_size), JC_FIELD_U64 },
};

struct bucket_row {
    uint32_t bucket;
    uint64_t count;
};

static const struct jc_field bucket_fields[] = {
    { "bucket", "upper 19 bits of a single-precision number", offsetof(struct bucket_row, bucket),
        JC_FIELD_U32 },
    { "count", "values", offsetof(struct bucket_row, count), JC_FIELD_U64 },
};

#define N_FIELDS(fields) (sizeof(fields) / sizeof((fields)[0]))

/* Numbers of the root that are the study's. */
static const struct jc_field study_fields[] = {
    { "seed", NULL, offsetof(struct jc_shard_study, seed), JC_FIELD_U64 },
    { "queries", NULL, offsetof(struct jc_shard_study, queries), JC_FIELD_U64 },
    { "has_samples", NULL, offsetof(struct jc_shard_study, has_samples), JC_FIELD_U64 },
    { "deflate", NULL, offsetof(struct jc_shard_study, deflate), JC_FIELD_U64 },
    { "tasks", NULL, offsetof(struct jc_shard_study, n_tasks), JC_FIELD_U64 },
    { "units", NULL, offsetof(struct jc_shard_study, n_units), JC_FIELD_U64 },
    { "width", NULL, offsetof(struct jc_shard_study, width), JC_FIELD_U64 },
    { "replicates", NULL, offsetof(struct jc_shard_study, replicates), JC_FIELD_U64 },
};

static size_t
count_sketches(const struct jc_shard *shard, size_t *n_buckets)
{
    const size_t n = shard->study.n_units * shard->study.width * shard->study.replicates;
    size_t n_sketches = 0;
    size_t k;

    *n_buckets = 0;
    for (k = 0; k < n; k++) {
        n_sketches += shard->sketch[k].n_buckets > 0;
        *n_buckets += shard->sketch[k].n_buckets;
    }
    return n_sketches;
}

/* All sketches one after another. */
static void
list_sketches(const struct jc_shard *shard, struct sketch_row *row, struct bucket_row *bucket)
{
    const struct jc_sketch *sketch = shard->sketch;
    size_t j, q, k, b;

    for (j = 0; j < shard->study.n_units; j++) {
        for (q = 0; q < shard->study.width; q++) {
            for (k = 0; k < shard->study.replicates; k++, sketch++) {
                if (sketch->n_buckets > 0) {
                    *row++ =
                        (struct sketch_row){ j, (uint32_t) q, (uint32_t) k, sketch->n_buckets };
                }
                for (b = 0; b < sketch->n_buckets; b++) {
                    *bucket++ = (struct bucket_row){ sketch->bucket[b], sketch->count[b] };
                }
            }
        }
    }
}

static int
write_sketches(hid_t file, const struct jc_shard *shard, struct jc_error *error)
{
    size_t n_buckets;
    const size_t n = count_sketches(shard, &n_buckets);
    struct sketch_row *row = malloc((n + 1) * sizeof(*row));
    struct bucket_row *bucket = malloc((n_buckets + 1) * sizeof(*bucket));
    int ret = row == NULL || bucket == NULL ? jc_fail_memory(error) : 0;

    if (ret == 0 && n > 0) {
        list_sketches(shard, row, bucket);
        ret = jc_table_write(file, "sketches", N_FIELDS(sketch_fields), sketch_fields, n,
            sizeof(*row), row, error);
        ret = ret != 0 ? ret
                       : jc_table_write(file, "buckets", N_FIELDS(bucket_fields), bucket_fields,
                           n_buckets, sizeof(*bucket), bucket, error);
    }
    free(row);
    free(bucket);
    return ret;
}

static int
write_draws(hid_t file, const struct jc_shard *shard, struct jc_error *error)
{
    static const char *const dimension[2] = { "draw", "column" };
    const hsize_t length[2] = { shard->n_draws, shard->n_columns };
    hid_t group;
    int ret;

    if (shard->n_draws == 0) {
        return 0;
    }
    group = jc_h5_create_group(file, "draws");
    ret = group < 0 ? jc_h5_fail(error, JC_ERROR_IO, "cannot write", "draws")
                    : jc_h5_write_coordinate(group, "draw", H5T_STD_U64LE, H5T_NATIVE_UINT64,
                        shard->n_draws, shard->draw, NULL, "draw of what is unknown", error);
    ret = ret != 0 ? ret : jc_h5_create_dimension(group, "column", shard->n_columns, error);
    ret = ret != 0 ? ret
                   : jc_h5_write_variable(group, "value", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 2,
                       dimension, length, shard->row, NULL, "statistics of each draw", error);
    if (group >= 0) {
        (void) H5Gclose(group);
    }
    return ret;
}

static int
write_root(hid_t file, const struct jc_shard *shard, struct jc_error *error)
{
    const struct jc_shard_study *study = &shard->study;
    const char *name[JC_QUANTITIES];
    uint64_t value;
    size_t k;
    int ret = jc_h5_set_text(file, "Conventions", "CF-1.8", error);

    for (k = 0; k < JC_QUANTITIES; k++) {
        name[k] = jc_quantity_info((enum jc_quantity) k)->name;
    }
    ret = ret != 0 ? ret : jc_h5_set_text(file, "title", study->title, error);
    ret = ret != 0 ? ret : jc_h5_set_text(file, "format", JC_SHARD_FORMAT_NAME, error);
    ret = ret != 0 ? ret : jc_h5_set_uint64(file, "format_major", JC_SHARD_FORMAT_MAJOR, error);
    ret = ret != 0 ? ret : jc_h5_set_uint64(file, "format_minor", JC_SHARD_FORMAT_MINOR, error);
    ret = ret != 0 ? ret : jc_h5_set_text(file, "scenario", study->name, error);
    ret = ret != 0 ? ret : jc_h5_set_text(file, "study", study->sha256, error);
    ret = ret != 0 ? ret : jc_h5_set_text(file, "program", study->program, error);
    for (k = 0; ret == 0 && k < N_FIELDS(study_fields); k++) {
        memcpy(&value, (const char *) study + study_fields[k].offset, sizeof(value));
        ret = jc_h5_set_uint64(file, study_fields[k].name, value, error);
    }
    ret = ret != 0 ? ret : jc_h5_set_uint64(file, "task", shard->task, error);
    return ret != 0 ? ret : jc_h5_set_texts(file, "quantities", JC_QUANTITIES, name, error);
}

int
jc_file_write_shard(hid_t file, const struct jc_shard *shard, struct jc_error *error)
{
    int ret = write_root(file, shard, error);

    if (ret == 0 && shard->n_pieces > 0) {
        ret = jc_table_write(file, "pieces", N_FIELDS(piece_fields), piece_fields, shard->n_pieces,
            sizeof(*shard->piece), shard->piece, error);
    }
    if (ret == 0 && shard->n_moments > 0) {
        ret = jc_table_write(file, "moments", N_FIELDS(moment_fields), moment_fields,
            shard->n_moments, sizeof(*shard->moments), shard->moments, error);
    }
    ret = ret != 0 ? ret : write_sketches(file, shard, error);
    ret = ret != 0 ? ret : write_draws(file, shard, error);
    return ret != 0 ? ret : jc_file_write_sweep_shard(file, &shard->sweep, error);
}

static int
malformed(const char *name, struct jc_error *error)
{
    return jc_fail(error, JC_ERROR_FORMAT, "group '%s' is missing a part, or damaged", name);
}

/* Ascending buckets of finite numbers, with values. */
static bool
is_sketch(size_t n, const struct bucket_row *bucket)
{
    size_t k = 0;

    while (k < n && bucket[k].count > 0 && bucket[k].bucket < JC_SKETCH_INVALID
        && (k == 0 || bucket[k].bucket > bucket[k - 1].bucket)) {
        k++;
    }
    return k == n;
}

static int
fill_sketch(struct jc_sketch *sketch, size_t n, const struct bucket_row *row,
    struct jc_error *error)
{
    size_t k;

    sketch->bucket = malloc(n * sizeof(*sketch->bucket));
    sketch->count = malloc(n * sizeof(*sketch->count));
    if (sketch->bucket == NULL || sketch->count == NULL) {
        return jc_fail_memory(error);
    }
    sketch->n_buckets = n;
    for (k = 0; k < n; k++) {
        sketch->bucket[k] = row[k].bucket;
        sketch->count[k] = row[k].count;
    }
    return 0;
}

static int
read_sketches(hid_t file, struct jc_shard *shard, struct jc_error *error)
{
    struct sketch_row *row = NULL;
    struct bucket_row *bucket = NULL;
    struct jc_sketch *sketch;
    size_t n = 0, n_buckets = 0, used = 0;
    size_t k;
    int ret = jc_table_read(file, "sketches", N_FIELDS(sketch_fields), sketch_fields, sizeof(*row),
        (void **) &row, &n, error);

    ret = ret != 0 ? ret
                   : jc_table_read(file, "buckets", N_FIELDS(bucket_fields), bucket_fields,
                       sizeof(*bucket), (void **) &bucket, &n_buckets, error);
    for (k = 0; ret == 0 && k < n; k++) {
        if (row[k].unit >= shard->study.n_units || row[k].series >= shard->study.width
            || row[k].replicate >= shard->study.replicates || row[k].row_size == 0
            || row[k].row_size > n_buckets - used || !is_sketch(row[k].row_size, bucket + used)) {
            ret = malformed("sketches", error);
            break;
        }
        sketch = jc_shard_sketch(shard, row[k].unit, row[k].series, row[k].replicate);
        ret = sketch->n_buckets > 0 ? malformed("sketches", error)
                                    : fill_sketch(sketch, row[k].row_size, bucket + used, error);
        used += row[k].row_size;
    }
    if (ret == 0 && used != n_buckets) {
        ret = malformed("buckets", error);
    }
    free(row);
    free(bucket);
    return ret;
}

static int
read_pieces(hid_t file, struct jc_shard *shard, struct jc_error *error)
{
    const struct jc_shard_piece *piece;
    const uint64_t n_blocks = (shard->study.queries + JC_STORE_CHUNK - 1) / JC_STORE_CHUNK;
    uint64_t n_moments = 0;
    size_t k;
    int ret = jc_table_read(file, "pieces", N_FIELDS(piece_fields), piece_fields,
        sizeof(*shard->piece), (void **) &shard->piece, &shard->n_pieces, error);

    ret = ret != 0
        ? ret
        : jc_table_read(file, "moments", N_FIELDS(moment_fields), moment_fields,
            sizeof(*shard->moments), (void **) &shard->moments, &shard->n_moments, error);
    shard->room_pieces = shard->n_pieces;
    shard->room_moments = shard->n_moments;
    for (k = 0; ret == 0 && k < shard->n_pieces; k++) {
        piece = &shard->piece[k];
        if (piece->unit >= shard->study.n_units || piece->first >= n_blocks || piece->n_blocks == 0
            || piece->n_blocks > n_blocks - piece->first
            || piece->n_moments > shard->n_moments - n_moments) {
            ret = malformed("pieces", error);
        }
        n_moments += piece->n_moments;
    }
    for (k = 0; ret == 0 && k < shard->n_moments; k++) {
        if (shard->moments[k].series >= shard->study.width
            || shard->moments[k].replicate >= shard->study.replicates
            || shard->moments[k].moments.n == 0) {
            ret = malformed("moments", error);
        }
    }
    return ret == 0 && n_moments != shard->n_moments ? malformed("moments", error) : ret;
}

static int
read_draws(hid_t file, struct jc_shard *shard, struct jc_error *error)
{
    size_t n_values = 0;
    int ret;

    if (H5Lexists(file, "draws", H5P_DEFAULT) <= 0) {
        return 0;
    }
    ret = jc_h5_read_numbers(file, "draws/draw", H5T_INTEGER, H5T_NATIVE_UINT64, sizeof(uint64_t),
        (void **) &shard->draw, &shard->n_draws, error);
    ret = ret != 0 ? ret
                   : jc_h5_read_numbers(file, "draws/value", H5T_FLOAT, H5T_NATIVE_DOUBLE,
                       sizeof(double), (void **) &shard->row, &n_values, error);
    if (ret == 0 && (shard->n_draws == 0 || n_values % shard->n_draws != 0)) {
        ret = malformed("draws", error);
    }
    shard->n_columns = ret == 0 ? n_values / shard->n_draws : 0;
    shard->room_draws = shard->n_draws;
    return ret;
}

static int
read_root(hid_t file, struct jc_shard *shard, struct jc_error *error)
{
    struct jc_shard_study *study = &shard->study;
    char *sha256 = NULL;
    char *completion = NULL;
    uint64_t value;
    size_t k;
    int ret = jc_h5_get_text(file, "title", &study->title, error);

    ret = ret != 0 ? ret : jc_h5_get_text(file, "scenario", &study->name, error);
    ret = ret != 0 ? ret : jc_h5_get_text(file, "program", &study->program, error);
    ret = ret != 0 ? ret : jc_h5_get_text(file, "study", &sha256, error);
    ret = ret != 0 ? ret : jc_h5_get_text(file, "completion", &completion, error);
    if (ret == 0) {
        (void) snprintf(shard->completion, sizeof(shard->completion), "%s", completion);
        (void) snprintf(study->sha256, sizeof(study->sha256), "%s", sha256);
    }
    for (k = 0; ret == 0 && k < N_FIELDS(study_fields); k++) {
        ret = jc_h5_get_uint64(file, study_fields[k].name, &value, error);
        memcpy((char *) study + study_fields[k].offset, &value, sizeof(value));
    }
    ret = ret != 0 ? ret : jc_h5_get_uint64(file, "task", &shard->task, error);
    if (ret == 0
        && (study->n_units == 0 || study->n_units > MOST_UNITS || study->width == 0
            || study->width > MOST_UNITS || study->replicates == 0 || study->replicates > 64
            || shard->task == 0 || shard->task > study->n_tasks || study->n_tasks > JC_MOST_TASKS
            || study->deflate > 9 || study->queries == 0 || study->queries > UINT64_MAX / 2)) {
        ret = jc_fail(error, JC_ERROR_FORMAT, "its attributes are damaged");
    }
    if (ret == 0) {
        shard->sketch =
            calloc(study->n_units * study->width * study->replicates, sizeof(*shard->sketch));
        ret = shard->sketch == NULL ? jc_fail_memory(error) : 0;
    }
    free(sha256);
    free(completion);
    return ret;
}

/* What is read of a shard. */
struct reading {
    struct jc_shard *shard;
    struct jc_text *scenario; /* NULL: not wanted */
};

static int
read_shard(hid_t file, void *context, struct jc_error *error)
{
    const struct reading *reading = context;
    struct jc_shard *shard = reading->shard;
    int ret = read_root(file, shard, error);

    ret = ret != 0 ? ret : read_pieces(file, shard, error);
    ret = ret != 0 ? ret : read_sketches(file, shard, error);
    ret = ret != 0 ? ret : read_draws(file, shard, error);
    ret = ret != 0 ? ret : jc_file_read_sweep_shard(file, &shard->sweep, error);
    return ret == 0 && reading->scenario != NULL
        ? jc_file_read_scenario(file, reading->scenario, error)
        : ret;
}

int
jc_file_read_shard(const char *path, struct jc_shard *shard, struct jc_text *scenario,
    struct jc_error *error)
{
    struct reading reading = { shard, scenario };
    int ret;

    *shard = (struct jc_shard){ .task = 0 };
    ret = jc_file_with_shard(path, read_shard, &reading, error);
    if (ret != 0) {
        jc_shard_free(shard);
    }
    return ret;
}
