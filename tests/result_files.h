/* What the tests of result files share: small results made by hand, and files of them. */
#ifndef JC_TESTS_RESULT_FILES_H
#define JC_TESTS_RESULT_FILES_H

#include <math.h>

#include "results/digest.h"
#include "results/file.h"
#include "results/h5.h"
#include "results/precision.h"
#include "results/store.h"
#include "results/verify.h"

#include "reseal.h"
#include "scratch.h"

#define QUERIES 40

/* Samples of case a, in the types of the file. */
static float energy[QUERIES];
static uint32_t output_tokens[QUERIES];

static inline void
set_text(char **copy, const char *text)
{
    struct jc_error error;

    assert_int_equal(jc_string_set(copy, text, &error), 0);
}

/* Forty values between `low` and twice that, of which one is repeated. */
static inline void
set_record(struct jc_record *record, float low)
{
    struct jc_recorder recorder;
    struct jc_error error;
    float x[QUERIES];
    size_t j;

    for (j = 0; j < QUERIES; j++) {
        x[j] = low * (1 + (float) (j * j % QUERIES) / QUERIES);
    }
    assert_int_equal(jc_recorder_init(&recorder, &error), 0);
    assert_int_equal(jc_recorder_add(&recorder, jc_record_kernels_get(JC_SIMD_BASELINE), QUERIES,
                         x),
        0);
    record->moments = jc_recorder_end_block(&recorder);
    assert_int_equal(jc_recorder_flush(&recorder, record, &error), 0);
    jc_recorder_free(&recorder);
}

static inline void
set_case(struct jc_case_result *result, const char *name, const char *label, float low)
{
    set_text(&result->name, name);
    set_text(&result->label, label);
    result->recorded[JC_ENERGY] = true;
    set_record(&result->record[JC_ENERGY], low);
    result->recorded[JC_OUTPUT_TOKENS] = true;
    set_record(&result->record[JC_OUTPUT_TOKENS], 300);
}

static inline void
set_tag(struct jc_case_result *result, const char *key, const char *value)
{
    struct jc_error error;

    assert_int_equal(jc_tags_add(&result->tags, &result->n_tags, key, value, &error), 0);
}

static inline void
set_blend(struct jc_blend_result *blend, const char *name, size_t n_cases, size_t n_pathways)
{
    struct jc_error error;
    size_t j, k;

    assert_int_equal(jc_results_alloc_blend(blend, n_cases, n_pathways, &error), 0);
    set_text(&blend->name, name);
    set_text(&blend->label, "a blend");
    for (j = 0; j < n_cases; j++) {
        blend->case_index[j] = 1 - j;
        blend->weight[j] = 0.3 + (double) j;
    }
    blend->ranks = (struct jc_ranks){ 0.05, 0.95 };
    blend->pathway_ranks = (struct jc_ranks){ 0, 0.9 };
    for (k = 0; k < n_pathways; k++) {
        set_text(&blend->pathway[k].name, k == 0 ? "serving" : "model");
        set_text(&blend->pathway[k].label, k == 0 ? "better serving" : "");
        for (j = 0; j < n_cases; j++) {
            set_record(&blend->pathway[k].record[j], 0.01f * (float) (1 + j + 2 * k));
        }
    }
}

static inline void
set_precision(struct jc_record *record)
{
    size_t j;

    record->precision = calloc(1, sizeof(*record->precision));
    assert_non_null(record->precision);
    record->precision->replicates = 16;
    record->precision->mean = 0.25;
    for (j = 0; j < JC_PRECISION_RANKS; j++) {
        record->precision->cdf[j] = 0.001 * (double) (1 + j);
    }
}

/* Two cases, one of them with a fit and a record more, and two blends, one of them with pathways. */
static inline void
make_results(struct jc_results *results)
{
    static const double quantile[3] = { 0.05, 0.5, 0.95 };
    struct jc_fit_result *fit;
    struct jc_error error;
    size_t j;

    *results = (struct jc_results){ .seed = UINT64_MAX, .queries = QUERIES, .has_samples = true };
    set_text(&results->scenario, "study");
    set_text(&results->title, "A study of \xc2\xb5Wh");
    results->n_quantiles = 3;
    results->quantile = malloc(sizeof(quantile));
    assert_non_null(results->quantile);
    memcpy(results->quantile, quantile, sizeof(quantile));
    assert_int_equal(jc_results_alloc_cases(results, 2, &error), 0);
    set_case(&results->cases[0], "z-first", "The first case", 0.1f);
    set_case(&results->cases[1], "a", "Another", 0.3f);
    results->cases[0].gpus = NAN;
    set_tag(&results->cases[0], "host", "Azure");
    results->cases[1].gpus = 8;
    set_tag(&results->cases[1], "regime.2", "long \xc2\xb5");
    set_tag(&results->cases[1], "host", "AWS");
    results->cases[1].recorded[JC_PUE] = true;
    set_record(&results->cases[1].record[JC_PUE], 1);
    set_precision(&results->cases[1].record[JC_PUE]);
    fit = &results->cases[1].fit;
    fit->n_rows = 7;
    fit->degrees_of_freedom = 4;
    fit->residual_sd = 0.25;
    fit->cap_tokens_per_s = INFINITY;
    fit->scatter_sd = 0.5;
    fit->scatter_degrees_of_freedom = 6.5;
    fit->scatter_borrowed = true;
    for (j = 0; j < 9; j++) {
        fit->coefficient[j / 3] = 10 - (double) j;
        fit->unscaled_covariance[j] = 1.0 / (1 + (double) j);
    }
    assert_int_equal(jc_results_alloc_blends(results, 2, &error), 0);
    set_blend(&results->blends[0], "mix", 2, 2);
    set_precision(&results->blends[0].pathway[1].record[0]);
    set_blend(&results->blends[1], "alone", 1, 0);
    for (j = 0; j < QUERIES; j++) {
        energy[j] = 0.5f + 0.25f * (float) j;
        output_tokens[j] = (uint32_t) (100 + j);
    }
}

static const char *const inputs[2] = { "0123  table.csv", "4567  study.yaml" };

static const struct jc_provenance provenance = {
    .scenario_text = "joulecast: 1\n",
    .n_inputs = 2,
    .input = inputs,
    .n_labels = 0,
    .simd = "scalar",
    .threads = 3,
    .finished = "2026-01-01T00:00:00Z",
    .draw_seconds = 1.5,
};

/* Writes n samples as the chunk that begins at `first`, of a case of `queries`. */
static inline int
write_samples(struct jc_store *store, enum jc_quantity quantity, uint64_t first, uint64_t queries,
    size_t n, const void *samples, int deflate, struct jc_error *error)
{
    struct jc_chunk chunk;
    int ret = jc_chunk_init(&chunk, deflate, error);

    assert_int_equal(ret, 0);
    memset(chunk.samples, 0x5a, 4 * JC_STORE_CHUNK);
    memcpy(chunk.samples, samples, 4 * n);
    ret = jc_chunk_seal(&chunk, jc_record_kernels_get(jc_simd_best()), queries, n, error);
    ret = ret != 0 ? ret : jc_store_write(store, quantity, first, &chunk, error);
    jc_chunk_free(&chunk);
    return ret;
}

/* Starts a file and writes the samples of case a. */
static inline struct jc_store *
start_file(const char *path, bool force)
{
    const bool stored[JC_QUANTITIES] = { [JC_ENERGY] = true, [JC_OUTPUT_TOKENS] = true };
    const struct jc_store_options options = { .force = force };
    struct jc_store *store = NULL;
    struct jc_error error = { "" };

    assert_int_equal(jc_store_create(&store, path, &options, &error), 0);
    assert_int_equal(jc_store_begin_case(store, "a", "Another", QUERIES, stored, &error), 0);
    assert_int_equal(write_samples(store, JC_ENERGY, 0, QUERIES, QUERIES, energy, 0, &error), 0);
    assert_int_equal(write_samples(store, JC_OUTPUT_TOKENS, 0, QUERIES, QUERIES, output_tokens, 0,
                         &error),
        0);
    assert_string_equal(error.message, "");
    return store;
}

static inline void
write_results(const char *path, const struct jc_results *results)
{
    struct jc_error error = { "" };

    if (jc_store_finish(start_file(path, false), results, &provenance, &error) != 0) {
        fail_msg("%s", error.message);
    }
}

static inline void
copy_file(const char *from, const char *to)
{
    size_t size;
    unsigned char *bytes = scratch_read(from, &size);

    scratch_write(to, bytes, size);
    free(bytes);
}

/* A file is refused, with this behind its path. */
static inline void
expect_refused(const char *path, const char *message)
{
    struct jc_results results;
    struct jc_verification verification;
    struct jc_error error = { "" };
    char expected[JC_ERROR_LENGTH];

    (void) snprintf(expected, sizeof(expected), "%s: %s", path, message);
    assert_int_equal(jc_file_read_results(path, &results, &error), JC_ERROR_FORMAT);
    assert_string_equal(error.message, expected);
    assert_null(results.cases);
    error = (struct jc_error){ "" };
    assert_int_equal(jc_verify(path, &verification, &error), JC_ERROR_FORMAT);
    assert_string_equal(error.message, expected);
    assert_null(verification.dataset);
}

/* Identifiers of HDF5 that are open, of every kind. */
static inline long
open_identifiers(void)
{
    long n = H5Fget_obj_count(H5F_OBJ_ALL, H5F_OBJ_ALL);
    hsize_t members = 0;
    int kind;

    for (kind = H5I_FILE; kind < H5I_NTYPES; kind++) {
        if (kind != H5I_ERROR_STACK && H5Inmembers((H5I_type_t) kind, &members) >= 0) {
            n += (long) members;
        }
    }
    return n;
}

/* The results that all tests of a program are about, in a scratch folder. */
static struct jc_results written;

static inline int
enter_with_results(void **state)
{
    if (scratch_enter(state) != 0) {
        return -1;
    }
    make_results(&written);
    return 0;
}

/* With the file whole.h5 of them, too. */
static inline int
enter_with_file(void **state)
{
    if (enter_with_results(state) != 0) {
        return -1;
    }
    write_results("whole.h5", &written);
    return 0;
}

static inline int
leave_results(void **state)
{
    jc_results_free(&written);
    return scratch_leave(state);
}

#endif
