#include "results/file.h"

#include <stdlib.h>
#include <string.h>

#include "results/h5.h"

/* The rows as they are in the file. */
struct rows {
    size_t n_rows;
    size_t n_texts[4];
    char **text[4];
    uint64_t *n;
    uint64_t *row_size;
    double *moment[4];
    size_t n_buckets;
    float *lower;
    uint64_t *count;
    struct jc_record **record; /* [n_rows] where they belong */
};

static void
rows_free(struct rows *self)
{
    size_t j;

    for (j = 0; j < 4; j++) {
        jc_h5_free_texts(self->text[j], self->n_texts[j]);
        free(self->moment[j]);
    }
    free(self->n);
    free(self->row_size);
    free(self->lower);
    free(self->count);
    free(self->record);
}

static int
malformed(struct jc_error *error, const char *what)
{
    return jc_fail(error, JC_ERROR_FORMAT, "group 'records': %s", what);
}

static int
rows_read(struct rows *self, hid_t group, struct jc_error *error)
{
    size_t n_sizes = 0, n_moments = 0, n_counts = 0;
    size_t j;
    int ret = jc_h5_read_numbers(group, "n", H5T_INTEGER, H5T_NATIVE_UINT64, sizeof(uint64_t),
        (void **) &self->n, &self->n_rows, error);

    ret = ret != 0 ? ret
                   : jc_h5_read_numbers(group, "row_size", H5T_INTEGER, H5T_NATIVE_UINT64,
                       sizeof(uint64_t), (void **) &self->row_size, &n_sizes, error);
    for (j = 0; ret == 0 && j < 4; j++) {
        ret = jc_h5_read_texts(group, jc_record_text_names[j], &self->text[j], &self->n_texts[j],
            error);
        ret = ret != 0
            ? ret
            : jc_h5_read_numbers(group, jc_record_moment_names[j], H5T_FLOAT, H5T_NATIVE_DOUBLE,
                sizeof(double), (void **) &self->moment[j], &n_moments, error);
        if (ret == 0
            && (self->n_texts[j] != self->n_rows || n_moments != self->n_rows
                || n_sizes != self->n_rows)) {
            ret = malformed(error, "columns of different lengths");
        }
    }
    ret = ret != 0 ? ret
                   : jc_h5_read_numbers(group, "lower", H5T_FLOAT, H5T_NATIVE_FLOAT, sizeof(float),
                       (void **) &self->lower, &self->n_buckets, error);
    ret = ret != 0 ? ret
                   : jc_h5_read_numbers(group, "count", H5T_INTEGER, H5T_NATIVE_UINT64,
                       sizeof(uint64_t), (void **) &self->count, &n_counts, error);
    if (ret == 0 && n_counts != self->n_buckets) {
        ret = malformed(error, "buckets without counts");
    }
    return ret;
}

/* Where a row belongs; NULL if nowhere. */
static struct jc_record *
find_record(struct jc_results *results, const struct rows *rows, size_t row)
{
    const enum jc_quantity quantity = jc_quantity_by_name(rows->text[1][row]);
    struct jc_blend_result *blend;
    size_t j, k, m;

    for (j = 0; rows->text[2][row][0] == '\0' && quantity < JC_QUANTITIES && j < results->n_cases;
         j++) {
        if (strcmp(results->cases[j].name, rows->text[0][row]) == 0) {
            results->cases[j].recorded[quantity] = true;
            return &results->cases[j].record[quantity];
        }
    }
    for (j = 0; quantity == JC_ENERGY && j < results->n_blends; j++) {
        blend = &results->blends[j];
        for (k = 0; strcmp(blend->name, rows->text[2][row]) == 0 && k < blend->n_pathways; k++) {
            for (m = 0;
                 strcmp(blend->pathway[k].name, rows->text[3][row]) == 0 && m < blend->n_cases;
                 m++) {
                if (strcmp(results->cases[blend->case_index[m]].name, rows->text[0][row]) == 0) {
                    return &blend->pathway[k].record[m];
                }
            }
        }
    }
    return NULL;
}

/* The counts must be those of numbers, in order, and sum to n; then every later step is safe. */
static int
check_row(const struct jc_moments *moments, size_t n_buckets, const float *lower,
    const uint64_t *count, struct jc_error *error)
{
    uint64_t total = 0;
    size_t k;

    for (k = 0; k < n_buckets; k++) {
        if (!(lower[k] >= 0) || jc_sketch_bucket(lower[k]) >= JC_SKETCH_INVALID
            || (k > 0 && jc_sketch_bucket(lower[k]) <= jc_sketch_bucket(lower[k - 1]))
            || count[k] == 0 || __builtin_add_overflow(total, count[k], &total)) {
            return malformed(error, "buckets out of order");
        }
    }
    if (total == 0 || total != moments->n || !(moments->min <= moments->max) || !(moments->m2 >= 0)
        || !(moments->mean >= moments->min * (1 - 1e-9))
        || !(moments->mean <= moments->max * (1 + 1e-9))
        || jc_sketch_bucket((float) moments->min) != jc_sketch_bucket(lower[0])
        || jc_sketch_bucket((float) moments->max) != jc_sketch_bucket(lower[n_buckets - 1])) {
        return malformed(error, "counts and moments that do not belong together");
    }
    return 0;
}

static int
take_row(const struct rows *rows, size_t row, size_t first, struct jc_record *record,
    struct jc_error *error)
{
    const size_t n = rows->row_size[row];
    const float *lower = rows->lower + first;
    const uint64_t *count = rows->count + first;
    uint32_t *bucket = calloc(n, sizeof(*bucket));
    size_t k;
    int ret;

    if (bucket == NULL) {
        return jc_fail_memory(error);
    }
    record->moments = (struct jc_moments){ .n = rows->n[row],
        .mean = rows->moment[0][row],
        .m2 = rows->moment[1][row],
        .min = rows->moment[2][row],
        .max = rows->moment[3][row] };
    ret = check_row(&record->moments, n, lower, count, error);
    for (k = 0; ret == 0 && k < n; k++) {
        bucket[k] = jc_sketch_bucket(lower[k]);
    }
    ret = ret != 0 ? ret : jc_sketch_add(&record->sketch, n, bucket, count, error);
    free(bucket);
    return ret;
}

/* Every record that the cases and blends ask for must have come. */
static int
check_complete(const struct jc_results *results, struct jc_error *error)
{
    const struct jc_blend_result *blend;
    size_t j, k;
    bool missing = false;

    for (j = 0; j < results->n_cases; j++) {
        missing |= results->cases[j].record[JC_ENERGY].moments.n == 0;
    }
    for (j = 0; j < results->n_blends; j++) {
        blend = &results->blends[j];
        for (k = 0; k < blend->n_pathways * blend->n_cases; k++) {
            missing |= blend->pathway[k / blend->n_cases].record[k % blend->n_cases].moments.n == 0;
        }
    }
    return missing ? malformed(error, "a record is missing") : 0;
}

static int
take_rows(struct rows *rows, struct jc_results *results, struct jc_error *error)
{
    struct jc_record *record;
    size_t first = 0;
    size_t row;
    int ret = 0;

    rows->record = calloc(rows->n_rows + 1, sizeof(*rows->record));
    if (rows->record == NULL) {
        return jc_fail_memory(error);
    }
    for (row = 0; ret == 0 && row < rows->n_rows; row++) {
        record = find_record(results, rows, row);
        if (record == NULL || record->moments.n != 0 || rows->row_size[row] == 0
            || rows->row_size[row] > rows->n_buckets - first) {
            return malformed(error, "a row that belongs nowhere, or twice, or has no buckets");
        }
        ret = take_row(rows, row, first, record, error);
        rows->record[row] = record;
        first += rows->row_size[row];
    }
    return ret != 0 ? ret : check_complete(results, error);
}

int
jc_file_read_records(hid_t file, struct jc_results *results, struct jc_error *error)
{
    hid_t group = H5Gopen2(file, "records", H5P_DEFAULT);
    struct rows rows = { 0 };
    int ret = group < 0 ? malformed(error, "it is missing") : 0;

    ret = ret != 0 ? ret : rows_read(&rows, group, error);
    ret = ret != 0 ? ret : take_rows(&rows, results, error);
    ret = ret != 0 ? ret : jc_file_read_precision(group, rows.n_rows, rows.record, error);
    rows_free(&rows);
    if (group >= 0) {
        (void) H5Gclose(group);
    }
    return ret;
}
