/* Runs that go on from shorter ones: what they refuse, and files that do not say enough. */
#include "reseal.h"
#include "scratch.h"

#include <math.h>

#include <hdf5.h>

#include "base/text.h"
#include "engine/block.h"
#include "engine/resume.h"
#include "results/file.h"

static const char *const study =
    "joulecast: 1\n"
    "queries: 300000\n"
    "store: [output_tokens, energy]\n"
    "cases:\n"
    "  a:\n"
    "    workload: {input_tokens: 5, output_tokens: {exponential: {mean: 300}}}\n"
    "    throughput: {form: constant, tokens_per_s: 5200}\n"
    "    node: {power: 10.2 kW, power_utilization: 40 %}\n"
    "    hosting: {pue: {uniform: {low: 1.1, high: 1.4}}}\n";

static void
load(struct jc_scenario *scenario, uint64_t queries)
{
    const struct jc_overrides overrides = { .n_settings = 0 };
    struct jc_error error;

    assert_int_equal(jc_scenario_load(scenario, "study.yaml", &overrides, "", &error), 0);
    scenario->queries = queries;
}

static int
run(uint64_t queries, const struct jc_run_options *options, struct jc_results *results,
    struct jc_error *error)
{
    struct jc_scenario scenario;
    struct jc_plan plan;
    int ret;

    load(&scenario, queries);
    assert_int_equal(jc_plan_init(&plan, &scenario, error), 0);
    ret = jc_run(&plan, options, results, error);
    jc_plan_free(&plan);
    jc_scenario_free(&scenario);
    return ret;
}

static const struct jc_run_options in_memory = { .threads = 2, .simd = JC_SIMD_BASELINE };

static void
expect_equal(const struct jc_results *one, const struct jc_results *other)
{
    const struct jc_record *a, *b;
    size_t q;

    for (q = 0; q < JC_QUANTITIES; q++) {
        a = &one->cases[0].record[q];
        b = &other->cases[0].record[q];
        assert_memory_equal(&a->moments, &b->moments, sizeof(a->moments));
        assert_memory_equal(&one->cases[0].whole[q], &other->cases[0].whole[q],
            sizeof(struct jc_moments));
        assert_int_equal(a->sketch.n_buckets, b->sketch.n_buckets);
        if (a->sketch.n_buckets > 0) {
            assert_memory_equal(a->sketch.bucket, b->sketch.bucket,
                a->sketch.n_buckets * sizeof(uint32_t));
            assert_memory_equal(a->sketch.count, b->sketch.count,
                a->sketch.n_buckets * sizeof(uint64_t));
        }
    }
}

/* On from a partial block, from whole ones, and from as many queries: all the same to the bit. */
static void
test_in_memory(void **state)
{
    static const uint64_t steps[] = { 300000, 2 * JC_BLOCK, 700000, 700000 };
    struct jc_run_options options = in_memory;
    struct jc_results before, after, fresh;
    struct jc_error error = { "" };
    size_t j;

    (void) state;
    assert_int_equal(run(17, &in_memory, &before, &error), 0);
    for (j = 0; j < sizeof(steps) / sizeof(steps[0]); j++) {
        options.before = &before;
        assert_int_equal(run(steps[j], &options, &after, &error), 0);
        assert_int_equal(run(steps[j], &in_memory, &fresh, &error), 0);
        expect_equal(&after, &fresh);
        jc_results_free(&fresh);
        jc_results_free(&before);
        before = after;
    }
    jc_results_free(&before);
}

/* Records that this program would not have made are not gone on from. */
static void
test_foreign(void **state)
{
    struct jc_run_options options = in_memory;
    struct jc_results before, after;
    struct jc_record *energy;
    struct jc_error error = { "" };
    int j;

    (void) state;
    options.before = &before;
    for (j = 0; j < 4; j++) {
        assert_int_equal(run(300000, &in_memory, &before, &error), 0);
        energy = &before.cases[0].record[JC_ENERGY];
        if (j == 0) {
            energy->moments.mean *= 1 + 0x1p-52;
        } else if (j == 1) {
            before.cases[0].whole[JC_ENERGY].m2 *= 1 + 0x1p-52;
        } else if (j == 2) {
            energy->sketch.n_buckets -= energy->sketch.n_buckets / 2;
        } else {
            energy->sketch.count[energy->sketch.n_buckets / 2] = 1;
        }
        assert_int_equal(run(400000, &options, &after, &error), JC_ERROR_FORMAT);
        assert_string_equal(error.message,
            "case a: what is to be continued is not what this program computes; a new run is "
            "needed");
        assert_null(after.cases);
        jc_results_free(&before);
    }
}

static void
write_result(const char *path, uint64_t queries)
{
    struct jc_run_options options = in_memory;
    struct jc_results results;
    struct jc_error error = { "" };

    options.output = path;
    options.store.force = true;
    assert_int_equal(run(queries, &options, &results, &error), 0);
    jc_results_free(&results);
}

/* A file that lacks the moments of whole blocks cannot go on. */
static void
test_missing(void **state)
{
    struct jc_scenario scenario;
    struct jc_resume resume;
    struct jc_error error = { "" };
    hid_t file;

    (void) state;
    write_result("less.h5", 300000);
    file = H5Fopen("less.h5", H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(H5Ldelete(file, "whole_blocks", H5P_DEFAULT) >= 0);
    assert_int_equal(recomplete(file, "less.h5"), 0);
    load(&scenario, 400000);
    assert_int_equal(jc_resume_open(&resume, "less.h5", &scenario, &in_memory, &error),
        JC_ERROR_FORMAT);
    assert_string_equal(error.message, "less.h5: group 'whole_blocks' is missing");
    jc_resume_free(&resume);

    write_result("less.h5", JC_BLOCK); /* nothing is lacking where there is no partial block */
    assert_int_equal(jc_resume_open(&resume, "less.h5", &scenario, &in_memory, &error), 0);
    assert_true(resume.exists && resume.afresh == NULL);
    jc_resume_free(&resume);
    jc_scenario_free(&scenario);
}

/* Moments of whole blocks that cannot be part of the records. */
static void
test_forged(void **state)
{
    /* Of the case's quantities in the file: mean, m2, min, max. */
    static const struct {
        int at;
        double value;
    } forgeries[] = { { 0, NAN }, { 0, 1e9 }, { 1, -1 }, { 1, NAN }, { 2, -1 }, { 3, INFINITY } };
    struct jc_results results;
    struct jc_error error;
    double moment[4];
    hid_t file, dataset;
    size_t j;

    (void) state;
    for (j = 0; j < sizeof(forgeries) / sizeof(forgeries[0]); j++) {
        write_result("forged.h5", 300000);
        file = H5Fopen("forged.h5", H5F_ACC_RDWR, H5P_DEFAULT);
        dataset = H5Dopen2(file, "whole_blocks/energy", H5P_DEFAULT);
        assert_true(
            H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, moment) >= 0);
        moment[forgeries[j].at] = forgeries[j].value;
        assert_true(
            H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, moment) >= 0);
        (void) H5Dclose(dataset);
        assert_int_equal(recomplete(file, "forged.h5"), 0);
        assert_int_equal(jc_file_read_results("forged.h5", &results, &error), JC_ERROR_FORMAT);
        assert_string_equal(error.message,
            "forged.h5: group 'whole_blocks': moments that do not belong to the records");
    }
}

/* No file: a plain run. Another scenario: the first line that differs. */
static void
test_open(void **state)
{
    struct jc_run_options options = in_memory;
    struct jc_scenario scenario;
    struct jc_resume resume;
    struct jc_error error = { "" };

    (void) state;
    load(&scenario, 400000);
    assert_int_equal(jc_resume_open(&resume, "absent.h5", &scenario, &options, &error), 0);
    assert_false(resume.exists);
    assert_int_equal(jc_resume_apply(&resume, &options, &error), 0);
    assert_true(options.before == NULL && !options.store.force);
    jc_resume_free(&resume);

    write_result("other.h5", 1000);
    scenario.seed++;
    assert_int_equal(jc_resume_open(&resume, "other.h5", &scenario, &options, &error),
        JC_ERROR_SCENARIO);
    assert_string_equal(error.message,
        "other.h5: holds another scenario, from line 4 of its resolved text on: 'seed: 1' there, "
        "'seed: 2' here");
    jc_resume_free(&resume);
    assert_int_equal(jc_resume_open(&resume, "study.yaml", &scenario, &options, &error),
        JC_ERROR_FORMAT);
    jc_resume_free(&resume);
    jc_scenario_free(&scenario);
}

static int
set_up(void **state)
{
    if (scratch_enter(state) != 0) {
        return -1;
    }
    scratch_write_text("study.yaml", study);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_in_memory),
        cmocka_unit_test(test_foreign),
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_forged),
        cmocka_unit_test(test_open),
    };

    (void) H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return cmocka_run_group_tests(tests, set_up, scratch_leave);
}
