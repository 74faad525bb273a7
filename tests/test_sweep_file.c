/* The sweep of a result file: read back as it was written; without any of its parts it is refused. */
#include "reseal.h"
#include "scratch.h"

#include <math.h>

#include <hdf5.h>

#include "base/text.h"
#include "results/file.h"
#include "results/h5.h"
#include "results/store.h"

#define N_POINTS 6

/* Two axes, one of texts; two cases and two blends, one of them without water; point 4 has failed. */
static void
make_sweep(struct jc_results *results, bool crossed)
{
    static const char *const text[N_POINTS] = { "one", "two", "three", "four", "five", "six" };
    struct jc_sweep_result *sweep = &results->sweep;
    struct jc_error error;

    *results = (struct jc_results){ .seed = 3, .queries = 10 };
    assert_int_equal(jc_string_set(&results->scenario, "s", &error), 0);
    assert_int_equal(jc_string_set(&results->title, "S", &error), 0);
    *sweep = (struct jc_sweep_result){ .crossed = crossed, .queries = 10 };
    assert_int_equal(jc_string_set(&sweep->design, crossed ? "crossed" : "zipped", &error), 0);
    assert_int_equal(jc_sweep_result_alloc_axes(sweep, 2, &error), 0);
    for (size_t j = 0; j < 2; j++) {
        assert_int_equal(jc_sweep_axis_alloc(&sweep->axis[j], !crossed ? N_POINTS : 3 - j, j == 1,
                             &error),
            0);
        assert_int_equal(jc_string_set(&sweep->axis[j].name, j == 0 ? "pue" : "kind", &error), 0);
        assert_int_equal(jc_string_set(&sweep->axis[j].label, "label", &error), 0);
        assert_int_equal(jc_string_set(&sweep->axis[j].key, "cases.a.x", &error), 0);
        for (size_t i = 0; i < sweep->axis[j].n; i++) {
            if (j == 0) {
                sweep->axis[j].number[i] = 1 + (double) i / 10;
            } else {
                assert_int_equal(jc_string_set(&sweep->axis[j].text[i], text[i], &error), 0);
            }
        }
    }
    assert_int_equal(jc_string_set(&sweep->axis[0].units, "kW", &error), 0);
    assert_int_equal(jc_sweep_result_alloc_subjects(sweep, 2, 2, 2, &error), 0);
    sweep->quantile[0] = 0.25;
    sweep->quantile[1] = 0.5;
    for (size_t j = 0; j < 4; j++) {
        assert_int_equal(jc_string_set(&sweep->subject[j].name, text[j], &error), 0);
        assert_int_equal(jc_string_set(&sweep->subject[j].label, text[j + 1], &error), 0);
        sweep->subject[j].has[JC_ENERGY] = true;
        sweep->subject[j].has[JC_WATER] = j < 3;
    }
    assert_int_equal(jc_sweep_result_alloc_points(sweep, &error), 0);
    assert_int_equal(sweep->n_points, N_POINTS);
    assert_int_equal(sweep->n_numbers, 2 * 4 * (JC_POINT_NUMBERS + 6));
    for (size_t p = 0; p < N_POINTS; p++) {
        memset(sweep->point[p].digest, (int) p + 1, JC_SHA256_BYTES);
        sweep->point[p].status = p == 4 ? JC_POINT_FAILED : JC_POINT_COMPUTED;
        if (p == 4) {
            assert_int_equal(jc_string_set(&sweep->point[p].message, "no luck", &error), 0);
            continue;
        }
        sweep->point[p].number = calloc(sweep->n_numbers, sizeof(double));
        for (size_t k = 0; k < sweep->n_numbers; k++) {
            sweep->point[p].number[k] = (double) (1000 * p + k) / 7;
        }
        for (size_t k = 0; k < JC_POINT_NUMBERS + 6; k++) {
            jc_sweep_numbers(sweep, p, 3, JC_WATER)[k] = NAN;
        }
    }
}

static void
write_file(const char *path, const struct jc_results *results)
{
    const struct jc_provenance provenance = { .scenario_text = "joulecast: 1\n",
        .study_text = "joulecast: 1\nsweep: {}\n",
        .simd = "scalar",
        .finished = "now" };
    const struct jc_store_options options = { .force = true };
    struct jc_store *store;
    struct jc_error error = { "" };

    assert_int_equal(jc_store_create(&store, path, &options, &error), 0);
    if (jc_store_finish(store, results, &provenance, &error) != 0) {
        fail_msg("%s", error.message);
    }
}

static void
same_sweep(const struct jc_sweep_result *a, const struct jc_sweep_result *b)
{
    assert_string_equal(a->design, b->design);
    assert_int_equal(a->crossed, b->crossed);
    assert_int_equal(a->queries, b->queries);
    assert_int_equal(a->n_axes, b->n_axes);
    for (size_t j = 0; j < a->n_axes; j++) {
        assert_string_equal(a->axis[j].name, b->axis[j].name);
        assert_string_equal(a->axis[j].label, b->axis[j].label);
        assert_string_equal(a->axis[j].key, b->axis[j].key);
        assert_true((a->axis[j].units == NULL) == (b->axis[j].units == NULL));
        assert_int_equal(a->axis[j].n, b->axis[j].n);
        for (size_t i = 0; i < a->axis[j].n; i++) {
            if (j == 0) {
                assert_true(a->axis[j].number[i] == b->axis[j].number[i]);
            } else {
                assert_string_equal(a->axis[j].text[i], b->axis[j].text[i]);
            }
        }
    }
    assert_int_equal(a->n_cases, b->n_cases);
    assert_int_equal(a->n_subjects, b->n_subjects);
    for (size_t j = 0; j < a->n_subjects; j++) {
        assert_string_equal(a->subject[j].name, b->subject[j].name);
        assert_string_equal(a->subject[j].label, b->subject[j].label);
        assert_memory_equal(a->subject[j].has, b->subject[j].has, sizeof(a->subject[j].has));
    }
    assert_int_equal(a->n_numbers, b->n_numbers);
    assert_int_equal(a->n_points, b->n_points);
    for (size_t p = 0; p < a->n_points; p++) {
        assert_int_equal(a->point[p].status, b->point[p].status);
        assert_memory_equal(a->point[p].digest, b->point[p].digest, JC_SHA256_BYTES);
        for (size_t k = 0; a->point[p].number != NULL && k < a->n_numbers; k++) {
            assert_true(a->point[p].number[k] == b->point[p].number[k]
                || (isnan(a->point[p].number[k]) && isnan(b->point[p].number[k])));
        }
    }
    assert_string_equal(b->point[4].message, "no luck");
    assert_null(b->point[4].number);
}

static void
test_round_trip(void **state)
{
    struct jc_results written, found;
    struct jc_error error = { "" };

    (void) state;
    for (int crossed = 0; crossed < 2; crossed++) {
        make_sweep(&written, crossed == 1);
        write_file("f.h5", &written);
        if (jc_file_read_results("f.h5", &found, &error) != 0) {
            fail_msg("%s", error.message);
        }
        assert_int_equal(found.n_cases, 0);
        same_sweep(&written.sweep, &found.sweep);
        jc_results_free(&written);
        jc_results_free(&found);
    }
}

/* The place of a point in a crossed sweep, the last axis fastest. */
static void
test_places(void **state)
{
    struct jc_results results;

    (void) state;
    make_sweep(&results, true);
    for (size_t p = 0; p < N_POINTS; p++) {
        assert_int_equal(jc_sweep_axis_value(&results.sweep, p, 0), p / 2);
        assert_int_equal(jc_sweep_axis_value(&results.sweep, p, 1), p % 2);
    }
    assert_int_equal(jc_sweep_count(&results.sweep, JC_POINT_COMPUTED), N_POINTS - 1);
    jc_results_free(&results);
}

/* Takes a member of /sweep away, or its attribute, and completes the file again. */
static void
expect_refused_without(const char *member, const char *attribute)
{
    struct jc_results results;
    struct jc_error error = { "" };
    char path[64];
    size_t size;
    unsigned char *bytes = scratch_read("whole.h5", &size);
    hid_t file;

    scratch_write("less.h5", bytes, size);
    free(bytes);
    file = H5Fopen("less.h5", H5F_ACC_RDWR, H5P_DEFAULT);
    (void) snprintf(path, sizeof(path), "sweep%s%s", member[0] == '\0' ? "" : "/", member);
    if (attribute != NULL) {
        assert_true(H5Adelete_by_name(file, path, attribute, H5P_DEFAULT) >= 0);
    } else {
        assert_true(H5Ldelete(file, path, H5P_DEFAULT) >= 0);
    }
    assert_int_equal(recomplete(file, "less.h5"), 0);
    if (jc_file_read_results("less.h5", &results, &error) != JC_ERROR_FORMAT) {
        fail_msg("read without %s %s", path, attribute == NULL ? "" : attribute);
    }
}

static void
test_missing(void **state)
{
    static const char *const members[] = { "pue", "kind", "case", "case_label", "blend_label",
        "quantile", "status", "message", "digest", "energy", "energy_bounds", "energy_mean_error",
        "energy_sd", "energy_min", "energy_max", "energy_n", "blend_energy", "blend_water_max" };
    struct jc_results results;

    (void) state;
    make_sweep(&results, true);
    write_file("whole.h5", &results);
    jc_results_free(&results);
    for (size_t j = 0; j < sizeof(members) / sizeof(members[0]); j++) {
        expect_refused_without(members[j], NULL);
    }
    expect_refused_without("", "design");
    expect_refused_without("", "parameters");
    expect_refused_without("", "queries");
    expect_refused_without("pue", "key");
    expect_refused_without("kind", "long_name");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_missing),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
