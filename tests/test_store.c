/* The result file while it is written: names, refusals, and that what was written is read back. */
#include "result_files.h"

static void
assert_same_record(const struct jc_record *a, const struct jc_record *b)
{
    assert_memory_equal(&a->moments, &b->moments, sizeof(a->moments));
    assert_int_equal(a->sketch.n_buckets, b->sketch.n_buckets);
    assert_memory_equal(a->sketch.bucket, b->sketch.bucket, a->sketch.n_buckets * sizeof(uint32_t));
    assert_memory_equal(a->sketch.count, b->sketch.count, a->sketch.n_buckets * sizeof(uint64_t));
    assert_int_equal(a->precision != NULL, b->precision != NULL);
    if (a->precision != NULL) {
        assert_memory_equal(a->precision, b->precision, sizeof(*a->precision));
    }
}

static void
assert_same_case(const struct jc_case_result *a, const struct jc_case_result *b)
{
    size_t q;

    assert_string_equal(a->name, b->name);
    assert_string_equal(a->label, b->label);
    assert_memory_equal(a->recorded, b->recorded, sizeof(a->recorded));
    for (q = 0; q < JC_QUANTITIES; q++) {
        if (b->recorded[q]) {
            assert_same_record(&a->record[q], &b->record[q]);
        }
    }
    assert_true(a->gpus == b->gpus || (isnan(a->gpus) && isnan(b->gpus)));
    assert_int_equal(a->n_tags, b->n_tags);
    for (q = 0; q < b->n_tags; q++) {
        assert_string_equal(a->tags[q].value, jc_tags_find(b->tags, b->n_tags, a->tags[q].key));
    }
    assert_int_equal(a->fit.n_rows, b->fit.n_rows);
    assert_memory_equal(a->fit.coefficient, b->fit.coefficient, sizeof(a->fit.coefficient));
    assert_memory_equal(a->fit.unscaled_covariance, b->fit.unscaled_covariance,
        sizeof(a->fit.unscaled_covariance));
    assert_int_equal(a->fit.degrees_of_freedom, b->fit.degrees_of_freedom);
    assert_true(a->fit.residual_sd == b->fit.residual_sd
        || (isnan(a->fit.residual_sd) && isnan(b->fit.residual_sd)));
    assert_true(a->fit.cap_tokens_per_s == b->fit.cap_tokens_per_s);
    assert_true(a->fit.scatter_sd == b->fit.scatter_sd);
    assert_true(a->fit.scatter_degrees_of_freedom == b->fit.scatter_degrees_of_freedom);
    assert_int_equal(a->fit.scatter_borrowed, b->fit.scatter_borrowed);
}

static void
assert_same_blend(const struct jc_blend_result *a, const struct jc_blend_result *b)
{
    size_t j, k;

    assert_string_equal(a->name, b->name);
    assert_string_equal(a->label, b->label);
    assert_int_equal(a->n_cases, b->n_cases);
    assert_memory_equal(a->case_index, b->case_index, b->n_cases * sizeof(size_t));
    assert_memory_equal(a->weight, b->weight, b->n_cases * sizeof(double));
    assert_memory_equal(&a->ranks, &b->ranks, sizeof(a->ranks));
    assert_memory_equal(&a->pathway_ranks, &b->pathway_ranks, sizeof(a->pathway_ranks));
    assert_int_equal(a->n_pathways, b->n_pathways);
    for (k = 0; k < b->n_pathways; k++) {
        assert_string_equal(a->pathway[k].name, b->pathway[k].name);
        assert_string_equal(a->pathway[k].label, b->pathway[k].label);
        for (j = 0; j < b->n_cases; j++) {
            assert_same_record(&a->pathway[k].record[j], &b->pathway[k].record[j]);
        }
    }
}

static void
assert_same_results(const struct jc_results *a, const struct jc_results *b)
{
    size_t j;

    assert_string_equal(a->scenario, b->scenario);
    assert_string_equal(a->title, b->title);
    assert_true(a->seed == b->seed);
    assert_int_equal(a->queries, b->queries);
    assert_int_equal(a->has_samples, b->has_samples);
    assert_int_equal(a->n_quantiles, b->n_quantiles);
    assert_memory_equal(a->quantile, b->quantile, b->n_quantiles * sizeof(double));
    assert_int_equal(a->n_cases, b->n_cases);
    for (j = 0; j < b->n_cases; j++) {
        assert_same_case(&a->cases[j], &b->cases[j]);
    }
    assert_int_equal(a->n_blends, b->n_blends);
    for (j = 0; j < b->n_blends; j++) {
        assert_same_blend(&a->blends[j], &b->blends[j]);
    }
}

static void
expect_round_trip(const char *path)
{
    const long before = open_identifiers();
    struct jc_results read;
    struct jc_error error = { "" };

    write_results(path, &written);
    assert_int_equal(open_identifiers(), before);
    if (jc_file_read_results(path, &read, &error) != 0) {
        fail_msg("%s", error.message);
    }
    assert_int_equal(open_identifiers(), before);
    assert_same_results(&read, &written);
    jc_results_free(&read);
}

static void
test_round_trip(void **state)
{
    size_t n_blends;

    (void) state;
    expect_round_trip("all.h5");
    written.cases[1].fit.residual_sd = NAN;
    written.has_samples = false;
    expect_round_trip("exact-fit.h5");
    written.cases[1].fit.residual_sd = 0.25;
    written.has_samples = true;
    n_blends = written.n_blends;
    written.n_blends = 0;
    expect_round_trip("no-blends.h5");
    written.n_blends = n_blends;
}

/* What is stored beside the results. */
static void
test_provenance(void **state)
{
    struct jc_error error = { "" };
    struct jc_text text = { 0 };
    char **found = NULL;
    char *simd = NULL;
    double seconds = 0;
    hid_t file, group;
    size_t n;

    (void) state;
    write_results("provenance.h5", &written);
    assert_int_equal(jc_file_open("provenance.h5", &file, &error), 0);
    assert_int_equal(jc_file_read_scenario(file, &text, &error), 0);
    assert_string_equal(text.bytes, "joulecast: 1\n");
    group = H5Gopen2(file, "provenance", H5P_DEFAULT);
    assert_int_equal(jc_h5_get_texts(group, "inputs", &found, &n, &error), 0);
    assert_int_equal(n, 2);
    assert_string_equal(found[1], inputs[1]);
    jc_h5_free_texts(found, n);
    assert_int_equal(jc_h5_get_texts(group, "stream_labels", &found, &n, &error), 0);
    assert_int_equal(n, 0);
    jc_h5_free_texts(found, n);
    assert_int_equal(jc_h5_get_text(group, "simd", &simd, &error), 0);
    assert_string_equal(simd, "scalar");
    assert_int_equal(jc_h5_get_double(group, "draw_seconds", &seconds, &error), 0);
    assert_true(seconds == 1.5);
    assert_int_equal(jc_h5_get_double(group, "simd", &seconds, &error), JC_ERROR_FORMAT);
    free(simd);
    assert_int_equal(jc_h5_get_text(group, "none", &simd, NULL), JC_ERROR_FORMAT);
    assert_null(simd);
    jc_text_free(&text);
    (void) H5Gclose(group);
    (void) H5Fclose(file);
}

static void
expect_create_fails(const char *path, bool force, const char *message)
{
    const long before = open_identifiers();
    const struct jc_store_options options = { .force = force };
    struct jc_store *store = NULL;
    struct jc_error error = { "" };

    assert_int_equal(jc_store_create(&store, path, &options, &error), JC_ERROR_IO);
    assert_string_equal(error.message, message);
    assert_null(store);
    assert_int_equal(open_identifiers(), before);
}

static void
expect_text(const char *path, const char *expected)
{
    size_t size;
    unsigned char *bytes = scratch_read(path, &size);

    assert_int_equal(size, strlen(expected));
    assert_memory_equal(bytes, expected, size);
    free(bytes);
}

static void
test_existing(void **state)
{
    struct jc_results read;
    struct jc_error error = { "" };

    (void) state;
    scratch_write_text("old.h5", "something");
    expect_create_fails("old.h5", false,
        "old.h5: exists already; --force replaces it, and of a run --resume makes it longer");
    expect_text("old.h5", "something");
    assert_false(scratch_exists("old.h5.partial"));

    /* With force it is replaced, at the very end. */
    struct jc_store *store = start_file("old.h5", true);

    expect_text("old.h5", "something");
    assert_int_equal(jc_store_finish(store, &written, &provenance, &error), 0);
    assert_int_equal(jc_file_read_results("old.h5", &read, &error), 0);
    assert_same_results(&read, &written);
    jc_results_free(&read);

    store = start_file("old.h5", true);
    jc_store_discard(store);
    assert_int_equal(jc_file_read_results("old.h5", &read, &error), 0);
    jc_results_free(&read);
}

static void
test_places(void **state)
{
    (void) state;
    assert_int_equal(mkdir("folder", 0777), 0);
    expect_create_fails("folder", false, "folder: is a directory");
    expect_create_fails("folder", true, "folder: is a directory");
    expect_create_fails("none/x.h5", false,
        "none/x.h5.partial: cannot create: No such file or directory");
    assert_int_equal(mkdir("taken.h5.partial", 0777), 0);
    expect_create_fails("taken.h5", false, "taken.h5.partial: cannot create: Is a directory");
    assert_true(scratch_exists("taken.h5.partial"));
}

static void
test_unwritable_folder(void **state)
{
    (void) state;
    if (geteuid() == 0) { /* whom permissions do not stop */
        skip();
    }
    assert_int_equal(mkdir("locked", 0555), 0);
    expect_create_fails("locked/x.h5", false,
        "locked/x.h5.partial: cannot create: Permission denied");
}

static void
test_partial_name(void **state)
{
    struct jc_store *store;
    struct jc_error error = { "" };

    (void) state;
    store = start_file("new.h5", false);
    assert_true(scratch_exists("new.h5.partial"));
    assert_false(scratch_exists("new.h5"));
    assert_int_equal(jc_store_finish(store, &written, &provenance, &error), 0);
    assert_false(scratch_exists("new.h5.partial"));
    assert_true(scratch_exists("new.h5"));

    scratch_write_text("stale.h5.partial", "of a run that was killed");
    jc_store_discard(start_file("stale.h5", false));
    assert_false(scratch_exists("stale.h5.partial"));
    assert_false(scratch_exists("stale.h5"));
    jc_store_discard(NULL);
}

/* Without force a file that appears during the run is left alone. */
static void
test_appeared_meanwhile(void **state)
{
    const long before = open_identifiers();
    struct jc_store *store = start_file("race.h5", false);
    struct jc_error error = { "" };

    (void) state;
    scratch_write_text("race.h5", "mine");
    assert_int_equal(jc_store_finish(store, &written, &provenance, &error), JC_ERROR_IO);
    assert_string_equal(error.message, "race.h5: cannot get its name: File exists");
    expect_text("race.h5", "mine");
    assert_false(scratch_exists("race.h5.partial"));
    assert_int_equal(open_identifiers(), before);
}

/* Two runs do not write one file: the second is refused and does the first no harm. */
static void
test_two_writers(void **state)
{
    struct jc_store *first = start_file("shared.h5", false);
    struct jc_verification verification;
    struct jc_error error = { "" };

    (void) state;
    expect_create_fails("shared.h5", false, "shared.h5.partial: another run is writing it");
    expect_create_fails("shared.h5", true, "shared.h5.partial: another run is writing it");
    assert_int_equal(jc_store_finish(first, &written, &provenance, &error), 0);
    assert_int_equal(jc_verify("shared.h5", &verification, &error), 0);
    jc_verification_free(&verification);
}

static void
test_failing_steps(void **state)
{
    const bool stored[JC_QUANTITIES] = { [JC_ENERGY] = true };
    const long before = open_identifiers();
    struct jc_store *store = start_file("steps.h5", false);
    struct jc_error error = { "" };

    (void) state;
    assert_int_equal(write_samples(store, JC_ENERGY, QUERIES, QUERIES, QUERIES, energy, 0, &error),
        JC_ERROR_INTERNAL);
    assert_string_equal(error.message, "steps.h5.partial: samples beyond the last query");
    assert_int_equal(write_samples(store, JC_ENERGY, 1, QUERIES, QUERIES, energy, 0, &error),
        JC_ERROR_IO);
    assert_int_equal(write_samples(store, JC_PUE, 0, QUERIES, QUERIES, energy, 0, &error),
        JC_ERROR_IO);
    assert_non_null(strstr(error.message, "cannot write to 'steps.h5.partial': HDF5: "));
    assert_int_equal(jc_store_begin_case(store, "a", "again", 1, stored, &error), JC_ERROR_IO);
    assert_non_null(strstr(error.message, "cannot write the case 'a': HDF5: "));
    jc_store_discard(store);
    assert_false(scratch_exists("steps.h5.partial"));
    assert_int_equal(open_identifiers(), before);

    /* Results that cannot be written: two blends of one name. */
    set_text(&written.blends[1].name, "mix");
    assert_int_equal(jc_store_finish(start_file("steps.h5", false), &written, &provenance, &error),
        JC_ERROR_IO);
    set_text(&written.blends[1].name, "alone");
    assert_false(scratch_exists("steps.h5.partial"));
    assert_false(scratch_exists("steps.h5"));
    assert_int_equal(open_identifiers(), before);
}

/* Two chunks, of which the second is not full, as HDF5 reads them, compressed or not. Without the second, the file is not
 * what it says: jc_verify finds it. */
static void
expect_chunks(const char *path, bool both, int deflate)
{
    enum { REST = 1001 };
    const struct jc_store_options options = { .deflate = deflate };
    const uint64_t queries = JC_STORE_CHUNK + REST;
    const bool stored[JC_QUANTITIES] = { [JC_ENERGY] = true };
    struct jc_verification verification;
    struct jc_error error = { "" };
    struct jc_store *store = NULL;
    float *samples = malloc(queries * sizeof(*samples));
    float *found = calloc(queries, sizeof(*found));
    hid_t file, dataset;
    size_t j;

    assert_non_null(samples);
    assert_non_null(found);
    for (j = 0; j < queries; j++) {
        samples[j] = 1 + (float) j / 3;
    }
    assert_int_equal(jc_store_create(&store, path, &options, &error), 0);
    assert_int_equal(jc_store_begin_case(store, "a", "A", queries, stored, &error), 0);
    assert_int_equal(write_samples(store, JC_ENERGY, 0, queries, JC_STORE_CHUNK, samples, deflate,
                         &error),
        0);
    if (both) {
        assert_int_equal(write_samples(store, JC_ENERGY, JC_STORE_CHUNK, queries, REST,
                             samples + JC_STORE_CHUNK, deflate, &error),
            0);
    }
    assert_int_equal(jc_store_finish(store, &written, &provenance, &error), 0);
    if (both) {
        file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
        dataset = H5Dopen2(file, "cases/a/energy", H5P_DEFAULT);
        assert_true(H5Dread(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, found) >= 0);
        assert_memory_equal(found, samples, queries * sizeof(*samples));
        (void) H5Dclose(dataset);
        (void) H5Fclose(file);
        assert_int_equal(jc_verify(path, &verification, &error), 0);
        jc_verification_free(&verification);
    } else {
        assert_int_equal(jc_verify(path, &verification, &error), JC_ERROR_FORMAT);
        assert_string_equal(error.message, "missing.h5: dataset /cases/a/energy is damaged");
    }
    free(samples);
    free(found);
}

static void
test_chunks(void **state)
{
    int deflate;

    (void) state;
    expect_chunks("both.h5", true, 0);
    for (deflate = 1; deflate <= 9; deflate++) { /* chunks of odd and of even length */
        char path[32];

        (void) snprintf(path, sizeof(path), "packed-%d.h5", deflate);
        expect_chunks(path, true, deflate);
    }
    expect_chunks("missing.h5", false, 0);
}

static const char *
digest_of(const struct jc_verification *verification, const char *path)
{
    size_t j;

    for (j = 0; j < verification->n_datasets; j++) {
        if (strcmp(verification->dataset[j].path, path) == 0) {
            return verification->dataset[j].sha256;
        }
    }
    fail_msg("%s is not in the list", path);
    return NULL;
}

/* Digests are those of the values; equal for equal content, and another for another value. */
static void
test_digests(void **state)
{
    struct jc_verification one, other;
    struct jc_error error = { "" };
    uint8_t digest[JC_SHA256_BYTES];
    char hex[JC_SHA256_HEX];
    size_t j;

    (void) state;
    write_results("one.h5", &written);
    write_results("other.h5", &written);
    assert_int_equal(jc_verify("one.h5", &one, &error), 0);
    assert_int_equal(jc_verify("other.h5", &other, &error), 0);
    assert_int_equal(one.n_datasets, other.n_datasets);
    for (j = 0; j < one.n_datasets; j++) {
        assert_string_equal(one.dataset[j].path, other.dataset[j].path);
        assert_string_equal(one.dataset[j].sha256, other.dataset[j].sha256);
        assert_null(strstr(one.dataset[j].path, "/query"));
    }
    jc_sha256(energy, sizeof(energy), digest);
    jc_sha256_hex(digest, hex);
    assert_string_equal(digest_of(&one, "/cases/a/energy"), hex);
    jc_sha256(output_tokens, sizeof(output_tokens), digest);
    jc_sha256_hex(digest, hex);
    assert_string_equal(digest_of(&one, "/cases/a/output_tokens"), hex);
    jc_verification_free(&other);

    energy[7] += 1;
    write_results("changed.h5", &written);
    energy[7] -= 1;
    assert_int_equal(jc_verify("changed.h5", &other, &error), 0);
    for (j = 0; j < one.n_datasets; j++) {
        assert_int_equal(strcmp(one.dataset[j].sha256, other.dataset[j].sha256) == 0,
            strcmp(one.dataset[j].path, "/cases/a/energy") != 0);
    }
    jc_verification_free(&other);
    jc_verification_free(&one);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_provenance),
        cmocka_unit_test(test_existing),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_unwritable_folder),
        cmocka_unit_test(test_partial_name),
        cmocka_unit_test(test_appeared_meanwhile),
        cmocka_unit_test(test_two_writers),
        cmocka_unit_test(test_failing_steps),
        cmocka_unit_test(test_chunks),
        cmocka_unit_test(test_digests),
    };

    /* Results of the library itself are in the messages; HDF5's own are not to be printed. */
    (void) H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return cmocka_run_group_tests(tests, enter_with_results, leave_results);
}
