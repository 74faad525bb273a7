/*
 * /records: all records in one table, as a contiguous ragged array (CF, section 9.3.3): row after row
 * of `record` owns the next row_size elements of `bucket`.
 */
#include "results/file.h"

#include <stdlib.h>
#include <string.h>

#include "results/h5.h"

/* The table as columns. Texts are those of the results, not owned. */
struct table {
    size_t n_records;
    const struct jc_record **record;
    const char **text[4]; /* case, quantity, blend, pathway; the latter "" for a whole case */
    uint64_t *n;
    uint64_t *row_size;
    double *moment[4]; /* mean, m2, min, max */
    size_t n_buckets;
    size_t room;
    float *lower;
    uint64_t *count;
};

const char *const jc_record_text_names[4] = { "case", "quantity", "blend", "pathway" };
static const char *const text_long_names[4] = { "case", "quantity",
    "blend, empty for a case itself", "pathway, empty for a case itself" };
const char *const jc_record_moment_names[4] = { "mean", "m2", "min", "max" };
static const char *const moment_long_names[4] = { "mean", "sum of squared deviations from the mean",
    "smallest value", "largest value" };

static void
table_free(struct table *self)
{
    size_t j;

    for (j = 0; j < 4; j++) {
        free(self->text[j]);
        free(self->moment[j]);
    }
    free(self->record);
    free(self->n);
    free(self->row_size);
    free(self->lower);
    free(self->count);
}

static int
table_init(struct table *self, size_t n_records, struct jc_error *error)
{
    bool failed;
    size_t j;

    *self = (struct table){ .record = calloc(n_records + 1, sizeof(struct jc_record *)),
        .n = calloc(n_records + 1, sizeof(uint64_t)),
        .row_size = calloc(n_records + 1, sizeof(uint64_t)) };
    failed = self->record == NULL || self->n == NULL || self->row_size == NULL;
    for (j = 0; j < 4; j++) {
        self->text[j] = calloc(n_records + 1, sizeof(char *));
        self->moment[j] = calloc(n_records + 1, sizeof(double));
        failed |= self->text[j] == NULL || self->moment[j] == NULL;
    }
    return failed ? jc_fail_memory(error) : 0;
}

static int
reserve_buckets(struct table *self, size_t more, struct jc_error *error)
{
    const size_t room = 2 * (self->n_buckets + more);
    float *lower;
    uint64_t *count;

    if (self->n_buckets + more <= self->room) {
        return 0;
    }
    lower = realloc(self->lower, room * sizeof(*lower));
    if (lower == NULL) {
        return jc_fail_memory(error);
    }
    self->lower = lower;
    count = realloc(self->count, room * sizeof(*count));
    if (count == NULL) {
        return jc_fail_memory(error);
    }
    self->count = count;
    self->room = room;
    return 0;
}

/* Appends a record. */
static int
table_add(struct table *self, const char *case_name, enum jc_quantity quantity, const char *blend,
    const char *pathway, const struct jc_record *record, struct jc_error *error)
{
    const struct jc_sketch *sketch = &record->sketch;
    const struct jc_moments *moments = &record->moments;
    const size_t row = self->n_records;
    const size_t before = self->n_buckets;
    size_t k;
    int ret = reserve_buckets(self, sketch->n_buckets, error);

    if (ret != 0) {
        return ret;
    }
    for (k = 0; k < sketch->n_buckets; k++) {
        self->lower[self->n_buckets] = (float) jc_sketch_edge(sketch->bucket[k]);
        self->count[self->n_buckets] = sketch->count[k];
        self->n_buckets++;
    }
    self->record[row] = record;
    self->text[0][row] = case_name;
    self->text[1][row] = jc_quantity_info(quantity)->name;
    self->text[2][row] = blend;
    self->text[3][row] = pathway;
    self->n[row] = moments->n;
    self->row_size[row] = self->n_buckets - before;
    self->moment[0][row] = moments->mean;
    self->moment[1][row] = moments->m2;
    self->moment[2][row] = moments->min;
    self->moment[3][row] = moments->max;
    self->n_records++;
    return 0;
}

static size_t
count_records(const struct jc_results *results)
{
    size_t n = results->n_cases * JC_QUANTITIES;
    size_t j;

    for (j = 0; j < results->n_blends; j++) {
        n += results->blends[j].n_cases * results->blends[j].n_pathways;
    }
    return n;
}

static int
fill(struct table *table, const struct jc_results *results, struct jc_error *error)
{
    const struct jc_case_result *result;
    const struct jc_blend_result *blend;
    size_t j, k, q;
    int ret = table_init(table, count_records(results), error);

    for (j = 0; ret == 0 && j < results->n_cases; j++) {
        result = &results->cases[j];
        for (q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
            if (result->recorded[q]) {
                ret = table_add(table, result->name, (enum jc_quantity) q, "", "",
                    &result->record[q], error);
            }
        }
    }
    for (j = 0; j < results->n_blends; j++) {
        blend = &results->blends[j];
        for (k = 0; ret == 0 && k < blend->n_pathways * blend->n_cases; k++) {
            const struct jc_pathway_result *pathway = &blend->pathway[k / blend->n_cases];
            const size_t member = k % blend->n_cases;

            ret = table_add(table, results->cases[blend->case_index[member]].name, JC_ENERGY,
                blend->name, pathway->name, &pathway->record[member], error);
        }
    }
    return ret;
}

static int
write_columns(const struct table *table, hid_t group, struct jc_error *error)
{
    static const char *const record[1] = { "record" };
    static const char *const bucket[1] = { "bucket" };
    const hsize_t n_records = table->n_records;
    const hsize_t n_buckets = table->n_buckets;
    hid_t text = jc_h5_text_type();
    size_t j;
    int ret = jc_h5_create_dimension(group, "record", n_records, error);

    ret = ret != 0 ? ret : jc_h5_create_dimension(group, "bucket", n_buckets, error);
    for (j = 0; ret == 0 && j < 4; j++) {
        ret = jc_h5_write_variable(group, jc_record_text_names[j], text, text, 1, record,
            &n_records, table->text[j], NULL, text_long_names[j], error);
    }
    ret = ret != 0 ? ret
                   : jc_h5_write_variable(group, "n", H5T_STD_U64LE, H5T_NATIVE_UINT64, 1, record,
                       &n_records, table->n, "1", "number of values", error);
    for (j = 0; ret == 0 && j < 4; j++) {
        ret = jc_h5_write_variable(group, jc_record_moment_names[j], H5T_IEEE_F64LE,
            H5T_NATIVE_DOUBLE, 1, record, &n_records, table->moment[j], NULL, moment_long_names[j],
            error);
    }
    ret = ret != 0 ? ret
                   : jc_h5_write_variable(group, "row_size", H5T_STD_U64LE, H5T_NATIVE_UINT64, 1,
                       record, &n_records, table->row_size, "1", "buckets of the record", error);
    ret = ret != 0 ? ret
                   : jc_h5_write_variable(group, "lower", H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, 1,
                       bucket, &n_buckets, table->lower, NULL, "lower edge of the bucket", error);
    ret = ret != 0 ? ret
                   : jc_h5_write_variable(group, "count", H5T_STD_U64LE, H5T_NATIVE_UINT64, 1,
                       bucket, &n_buckets, table->count, "1", "values in the bucket", error);
    (void) H5Tclose(text);
    return ret;
}

static int
mark_ragged(hid_t group, struct jc_error *error)
{
    hid_t dataset = H5Dopen2(group, "row_size", H5P_DEFAULT);
    int ret = jc_h5_set_text(dataset, "sample_dimension", "bucket", error);

    return jc_h5_close_written(dataset, "row_size", ret, error);
}

int
jc_file_write_records(hid_t file, const struct jc_results *results, struct jc_error *error)
{
    hid_t group = jc_h5_create_group(file, "records");
    struct table table = { 0 };
    int ret = group < 0 ? jc_h5_fail(error, JC_ERROR_IO, "cannot write", "records") : 0;

    ret = ret != 0 ? ret : fill(&table, results, error);
    ret = ret != 0 ? ret : write_columns(&table, group, error);
    ret = ret != 0 ? ret : mark_ragged(group, error);
    ret = ret != 0 ? ret : jc_file_write_precision(group, table.n_records, table.record, error);
    table_free(&table);
    if (group >= 0) {
        (void) H5Gclose(group);
    }
    return ret;
}
