/* Result files that are not what was written: every reader refuses them. */
#include "result_files.h"

#define DAMAGED "damaged: its content is not what was written"
#define NO_HDF5 "not an HDF5 file, or a damaged or unfinished one"
#define NO_SEAL                                                                                 \
    "has no seal: another program has written it anew (such as h5repack), or joulecast before " \
    "format 1.3"
#define NO_END "does not end with a seal: cut short or damaged"

static hid_t
open_copy(void)
{
    hid_t file;

    copy_file("whole.h5", "f.h5");
    file = H5Fopen("f.h5", H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(file >= 0);
    return file;
}

/* Closes a file that was changed. Its seal is gone; with a new one, it is the completion record that does not fit. */
static void
expect_told(hid_t file, const char *message)
{
    struct jc_verification verification;
    struct jc_error error = { "" };
    char expected[JC_ERROR_LENGTH];

    assert_true(H5Fclose(file) >= 0);
    expect_refused("f.h5", NO_SEAL);
    assert_int_equal(reseal("f.h5"), 0);
    (void) snprintf(expected, sizeof(expected), "f.h5: %s", message);
    assert_int_equal(jc_verify("f.h5", &verification, &error), JC_ERROR_FORMAT);
    assert_string_equal(error.message, expected);
    assert_null(verification.dataset);
}

static void
set_number(hid_t object, const char *name, uint64_t value)
{
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);

    assert_true(attribute >= 0);
    assert_true(H5Awrite(attribute, H5T_NATIVE_UINT64, &value) >= 0);
    assert_true(H5Aclose(attribute) >= 0);
}

static void
test_incomplete(void **state)
{
    hid_t file = open_copy();

    (void) state;
    assert_true(H5Adelete(file, "completion") >= 0);
    expect_told(file, "incomplete: the run that wrote it did not finish");
}

static void
test_versions(void **state)
{
    hid_t file = open_copy();

    (void) state;
    set_number(file, "format_major", JC_FORMAT_MAJOR + 1);
    assert_true(H5Fclose(file) >= 0);
    assert_int_equal(reseal("f.h5"), 0);
    expect_refused("f.h5", "format 2 is newer than this program, which reads format 1");
    file = open_copy();
    set_number(file, "format_major", JC_FORMAT_MAJOR - 1);
    assert_true(H5Fclose(file) >= 0);
    assert_int_equal(reseal("f.h5"), 0);
    expect_refused("f.h5", "format 0 is too old for this program, which reads format 1");
}

static void
test_other_files(void **state)
{
    hid_t file;
    struct jc_results results;
    struct jc_error error = { "" };

    (void) state;
    assert_int_equal(jc_file_read_results("none.h5", &results, &error), JC_ERROR_IO);
    assert_string_equal(error.message, "none.h5: cannot open: No such file or directory");
    scratch_write_text("t.h5", "no HDF5");
    expect_refused("t.h5", NO_HDF5);
    scratch_write_text("empty.h5", "");
    expect_refused("empty.h5", NO_HDF5);
    assert_int_equal(mkdir("folder.h5", 0777), 0);
    assert_int_equal(jc_file_read_results("folder.h5", &results, &error), JC_ERROR_IO);
    assert_string_equal(error.message, "folder.h5: is not a regular file");
    file = H5Fcreate("bare.h5", H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Fclose(file) >= 0);
    expect_refused("bare.h5", NO_SEAL);
    assert_int_equal(reseal("bare.h5"), 0);
    expect_refused("bare.h5", "not a result file of joulecast, or one that is incomplete");
    file = open_copy();
    assert_true(H5Adelete(file, "format") >= 0);
    assert_int_equal(jc_h5_set_text(file, "format", "joulecast-other", &error), 0);
    assert_true(H5Fclose(file) >= 0);
    assert_int_equal(reseal("f.h5"), 0);
    expect_refused("f.h5", "not a result file of joulecast, or one that is incomplete");
}

/* The file as it is while it is written, under the name of a result. */
static void
test_unfinished(void **state)
{
    struct jc_store *store = start_file("u.h5", false);

    (void) state;
    copy_file("u.h5.partial", "killed.h5");
    jc_store_discard(store);
    expect_refused("killed.h5", "unfinished: what wrote it did not come to an end");
}

/* The length of the file to HDF5 is in its superblock: what is missing before, at and behind it has words of its own. */
static void
test_ends(void **state)
{
    size_t size;
    unsigned char *bytes = scratch_read("whole.h5", &size);
    char message[160];
    uint64_t end;
    size_t k;

    (void) state;
    memcpy(&end, bytes + 28, sizeof(end));
    assert_true(end < size);
    for (k = 0; k < size; k += size / 97) {
        scratch_write("t.h5", bytes, k);
        (void) snprintf(message, sizeof(message), "cut short: it has %zu bytes of more than %zu", k,
            (size_t) end);
        expect_refused("t.h5", k < 48 ? NO_HDF5 : k < end ? message : k == end ? NO_SEAL : NO_END);
    }
    scratch_write("t.h5", bytes, end);
    expect_refused("t.h5", NO_SEAL);
    scratch_write("t.h5", bytes, end + 1);
    expect_refused("t.h5", NO_END);
    scratch_write("t.h5", bytes, size - 1);
    expect_refused("t.h5", NO_END);
    bytes[size] = 0; /* there is room for it */
    scratch_write("t.h5", bytes, size + 1);
    expect_refused("t.h5", NO_END);
    free(bytes);
}

/* Changes the k-th attribute or dataset of a file, in the order of a visit. */
struct change {
    hid_t file;
    size_t k;    /* which */
    size_t seen; /* how many there are */
    char name[256];
};

/* The lowest bit of the first number, or all texts. */
static void
change_bytes(uint8_t *data, hid_t type, size_t n)
{
    static char other[] = "other";
    char *text = other;
    size_t j;

    if (H5Tis_variable_str(type) > 0) {
        for (j = 0; j < n; j++) {
            memcpy(data + j * sizeof(text), &text, sizeof(text));
        }
    } else {
        data[0] ^= 1;
    }
}

/* References lead to dimensions and back; their attributes are made by HDF5 itself. */
static bool
is_changeable(hid_t type, hid_t space)
{
    return H5Tget_class(type) != H5T_VLEN && H5Tget_class(type) != H5T_COMPOUND
        && H5Sget_simple_extent_npoints(space) > 0;
}

static herr_t
visit_attribute(hid_t object, const char *name, const H5A_info_t *info, void *context)
{
    struct change *change = context;
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    hid_t type = H5Aget_type(attribute);
    hid_t space = H5Aget_space(attribute);
    uint8_t *data = calloc((size_t) info->data_size + 64, 16);

    assert_non_null(data);
    /* The format is looked at before all else, and has messages of its own. */
    if (is_changeable(type, space) && strcmp(name, "format") != 0
        && strcmp(name, "format_major") != 0 && change->seen++ == change->k) {
        (void) snprintf(change->name, sizeof(change->name), "attribute %s", name);
        if (H5Tis_variable_str(type) <= 0) {
            assert_true(H5Aread(attribute, type, data) >= 0);
        }
        change_bytes(data, type, (size_t) H5Sget_simple_extent_npoints(space));
        assert_true(H5Awrite(attribute, type, data) >= 0);
    }
    free(data);
    (void) H5Tclose(type);
    (void) H5Sclose(space);
    (void) H5Aclose(attribute);
    return 0;
}

static void
visit_dataset(hid_t dataset, const char *name, struct change *change)
{
    hid_t type = H5Dget_type(dataset);
    hid_t space = H5Dget_space(dataset);
    const hsize_t points = (hsize_t) H5Sget_simple_extent_npoints(space);
    uint8_t *data = calloc(points + 1, H5Tget_size(type));

    assert_non_null(data);
    if (is_changeable(type, space) && change->seen++ == change->k) {
        (void) snprintf(change->name, sizeof(change->name), "dataset %s", name);
        if (H5Tis_variable_str(type) <= 0) {
            assert_true(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0);
        }
        change_bytes(data, type, points);
        assert_true(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0);
    }
    free(data);
    (void) H5Tclose(type);
    (void) H5Sclose(space);
}

static herr_t
visit_object(hid_t root, const char *name, const H5O_info_t *info, void *context)
{
    hid_t object = H5Oopen(root, name, H5P_DEFAULT);

    assert_true(object >= 0);
    if (info->type == H5O_TYPE_DATASET && strncmp(name, "cases/", 6) != 0) {
        visit_dataset(object, name, context);
    }
    assert_true(
        H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, NULL, visit_attribute, context) >= 0);
    (void) H5Oclose(object);
    return 0;
}

/* One by one: every attribute anywhere, every dataset outside the samples. */
static void
test_changed_content(void **state)
{
    struct change change = { .k = 0 };

    (void) state;
    do {
        change.file = open_copy();
        change.seen = 0;
        assert_true(H5Ovisit2(change.file, H5_INDEX_NAME, H5_ITER_INC, visit_object, &change,
                        H5O_INFO_BASIC)
            >= 0);
        if (change.k < change.seen) {
            expect_told(change.file, DAMAGED);
        } else {
            assert_true(H5Fclose(change.file) >= 0);
        }
        change.k++;
    } while (change.k < change.seen);
    assert_true(change.seen > 100);
}

static void
test_changed_structure(void **state)
{
    struct jc_error error = { "" };
    hid_t file = open_copy();

    (void) state;
    assert_int_equal(jc_h5_set_double(file, "extra", 1, &error), 0);
    expect_told(file, DAMAGED);
    file = open_copy();
    assert_true(H5Adelete(file, "title") >= 0);
    expect_told(file, DAMAGED);
    file = open_copy();
    assert_true(H5Ldelete(file, "cases/a/energy", H5P_DEFAULT) >= 0);
    expect_told(file, DAMAGED);
    file = open_copy();
    assert_true(H5Lmove(file, "blends/mix", file, "blends/mixed", H5P_DEFAULT, H5P_DEFAULT) >= 0);
    expect_told(file, DAMAGED);
}

/* Takes away what readers need and completes the file anew: they say what is missing, and do not
 * stumble. */
static void
test_missing(void **state)
{
    static const char *const needed[] = { "models", "blends", "records", "summary", "models/case",
        "models/estimate", "models/gpus", "models/excluded", "models/outside", "models/scatter_sd",
        "models/scatter_borrowed", "records/case", "records/n", "records/count", "records/row_size",
        "records/mean_error", "records/cdf_error", "records/rank" };
    struct jc_results results;
    struct jc_error error;
    const long before = open_identifiers();
    hid_t file;
    size_t j;

    (void) state;
    for (j = 0; j < sizeof(needed) / sizeof(needed[0]); j++) {
        file = open_copy();
        assert_true(H5Ldelete(file, needed[j], H5P_DEFAULT) >= 0);
        assert_int_equal(recomplete(file, "f.h5"), 0);
        error = (struct jc_error){ "" };
        assert_int_equal(jc_file_read_results("f.h5", &results, &error), JC_ERROR_FORMAT);
        assert_int_equal(strncmp(error.message, "f.h5: ", 6), 0);
        assert_null(results.cases);
        assert_int_equal(open_identifiers(), before);
    }
}

/* Datasets of another length, of another type, with values that cannot be, in a file that is complete:
 * refused, and never read beyond. */
struct forgery {
    const char *dataset;
    hsize_t length; /* 0: as it was, with the value in all elements */
    double value;
};

static void
forge(hid_t file, const struct forgery *forgery)
{
    hid_t old = H5Dopen2(file, forgery->dataset, H5P_DEFAULT);
    hid_t type = H5Dget_type(old);
    hid_t space = H5Dget_space(old);
    hsize_t length =
        forgery->length != 0 ? forgery->length : (hsize_t) H5Sget_simple_extent_npoints(space);
    hid_t fresh_space = H5Screate_simple(1, &length, NULL);
    double *data = calloc(length, sizeof(*data));
    char **text = calloc(length, sizeof(*text));
    char a[] = "a";
    hid_t fresh;
    size_t j;

    assert_true(old >= 0);
    assert_non_null(data);
    assert_non_null(text);
    for (j = 0; j < length; j++) {
        data[j] = forgery->value;
        text[j] = a;
    }
    assert_true(H5Ldelete(file, forgery->dataset, H5P_DEFAULT) >= 0);
    fresh = H5Dcreate2(file, forgery->dataset, type, fresh_space, H5P_DEFAULT, H5P_DEFAULT,
        H5P_DEFAULT);
    if (H5Tis_variable_str(type) > 0) {
        assert_true(H5Dwrite(fresh, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, text) >= 0);
    } else {
        assert_true(H5Dwrite(fresh, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0);
    }
    free(data);
    free(text);
    (void) H5Dclose(old);
    (void) H5Dclose(fresh);
    (void) H5Tclose(type);
    (void) H5Sclose(space);
    (void) H5Sclose(fresh_space);
}

static void
expect_forgeries(const char *whole, size_t n, const struct forgery *forgeries)
{
    struct jc_results results;
    struct jc_error error;
    hid_t file;
    size_t j;

    for (j = 0; j < n; j++) {
        copy_file(whole, "f.h5");
        file = H5Fopen("f.h5", H5F_ACC_RDWR, H5P_DEFAULT);
        forge(file, &forgeries[j]);
        assert_int_equal(recomplete(file, "f.h5"), 0);
        if (jc_file_read_results("f.h5", &results, &error) != JC_ERROR_FORMAT) {
            fail_msg("%s of %g, %d", forgeries[j].dataset, forgeries[j].value,
                (int) forgeries[j].length);
        }
        assert_null(results.cases);
    }
}

static void
test_forged(void **state)
{
    static const struct forgery forgeries[] = { { "records/case", 100, 0 },
        { "records/quantity", 100, 0 }, { "records/blend", 1, 0 }, { "records/pathway", 1000, 0 },
        { "records/n", 3, 40 }, { "records/mean", 1, 1 }, { "records/max", 1000, 1 },
        { "records/row_size", 2, 1 }, { "records/lower", 5, 1 }, { "records/count", 1, 1 },
        { "models/case", 1, 0 }, { "models/case", 100, 0 }, { "models/label", 3, 0 },
        { "models/estimate", 2, 1 }, { "models/gpus", 1, 8 }, { "models/gpus", 0, 0.5 },
        { "models/gpus", 0, INFINITY }, { "models/tag_host", 1, 0 },
        { "models/tag_regime.2", 100, 0 }, { "models/rows", 1, 1 }, { "records/case", 0, 0 },
        { "records/blend", 0, 0 }, { "records/n", 0, 39 }, { "records/row_size", 0, 0 },
        { "records/row_size", 0, 1e18 }, { "records/row_size", 0, 1 }, { "records/count", 0, 0 },
        { "records/count", 0, 1.8e19 }, { "records/lower", 0, -1 }, { "records/lower", 0, NAN },
        { "records/lower", 0, INFINITY }, { "records/lower", 0, 1 }, { "records/m2", 0, -1 },
        { "records/m2", 0, NAN }, { "records/mean", 0, NAN }, { "records/mean", 0, 1e9 },
        { "records/min", 0, NAN }, { "records/min", 0, -1 }, { "records/max", 0, 1e300 },
        { "records/max", 0, 0 }, { "records/replicates", 1, 16 }, { "records/replicates", 0, 1 },
        { "records/replicates", 0, 65 }, { "records/mean_error", 3, 1 },
        { "records/mean_error", 0, -1 }, { "records/mean_error", 0, NAN },
        { "records/cdf_error", 29, 0.1 }, { "records/cdf_error", 0, NAN },
        { "records/cdf_error", 0, -0.1 }, { "records/cdf_error", 0, 1.1 },
        { "records/rank", 28, 0.5 }, { "records/rank", 0, 0.5 } };

    (void) state;
    expect_forgeries("whole.h5", sizeof(forgeries) / sizeof(forgeries[0]), forgeries);
}

/* Two draws of one unknown, as they are in case z-first. */
static void
set_bands(struct jc_bands *bands)
{
    struct jc_draw_series *series;
    struct jc_error error;
    size_t k;

    assert_int_equal(jc_bands_alloc(bands, 2, 1, 1, 0, 1, &error), 0);
    bands->queries = 10;
    bands->quantile[0] = 0.5;
    set_text(&bands->label[0], "hosting.pue");
    set_text(&bands->cases[0].name, "z-first");
    set_text(&bands->cases[0].label, "The first case");
    series = &bands->cases[0].series[JC_ENERGY];
    assert_int_equal(jc_draw_series_alloc(series, 2, 1, &error), 0);
    for (k = 0; k < 2; k++) {
        series->mean[k] = 1 + (double) k;
        series->variance[k] = 0.5;
        series->quantile[k] = 0.25 + (double) k;
        bands->uniform[k] = 0.25 + 0.5 * (double) k;
    }
}

static void
expect_no_queries(void)
{
    struct jc_results results;
    struct jc_error error = { "" };
    hid_t file, bands;

    copy_file("bands.h5", "f.h5");
    file = H5Fopen("f.h5", H5F_ACC_RDWR, H5P_DEFAULT);
    bands = H5Gopen2(file, "bands", H5P_DEFAULT);
    set_number(bands, "queries", 0);
    assert_true(H5Gclose(bands) >= 0);
    assert_int_equal(recomplete(file, "f.h5"), 0);
    assert_int_equal(jc_file_read_results("f.h5", &results, &error), JC_ERROR_FORMAT);
    assert_string_equal(error.message, "f.h5: bands without draws, cases or queries");
}

static void
test_forged_bands(void **state)
{
    static const struct forgery forgeries[] = { { "bands/cases/energy_mean", 1, 1 },
        { "bands/cases/energy_mean", 0, -1 }, { "bands/cases/energy_mean", 0, NAN },
        { "bands/cases/energy_quantile", 0, NAN }, { "bands/cases/energy_mean", 0, INFINITY },
        { "bands/cases/energy_variance", 0, -1 }, { "bands/cases/energy_variance", 0, NAN },
        { "bands/cases/energy_quantile", 0, -1 }, { "bands/cases/energy_quantile", 3, 1 },
        { "bands/cases/quantile", 0, 1.5 }, { "bands/cases/quantile", 0, NAN },
        { "bands/unknowns/uniform", 0, 1.5 }, { "bands/unknowns/uniform", 0, NAN } };
    struct jc_results results;
    struct jc_error error = { "" };

    (void) state;
    make_results(&results);
    set_bands(&results.bands);
    write_results("bands.h5", &results);
    jc_results_free(&results);
    assert_int_equal(jc_file_read_results("bands.h5", &results, &error), 0);
    assert_true(
        results.bands.n_draws == 2 && results.bands.cases[0].series[JC_ENERGY].mean[1] == 2);
    jc_results_free(&results);
    expect_forgeries("bands.h5", sizeof(forgeries) / sizeof(forgeries[0]), forgeries);
    expect_no_queries();
    assert_int_equal(unlink("bands.h5"), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_incomplete),
        cmocka_unit_test(test_versions),
        cmocka_unit_test(test_other_files),
        cmocka_unit_test(test_unfinished),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_changed_content),
        cmocka_unit_test(test_changed_structure),
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_forged),
        cmocka_unit_test(test_forged_bands),
    };

    (void) H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return cmocka_run_group_tests(tests, enter_with_file, leave_results);
}
