/* Shards: what they keep, how they are shared out, and what a merge refuses. */
#include "scratch.h"

#include <math.h>

#include "engine/block.h"
#include "engine/gather.h"
#include "engine/merge.h"
#include "engine/provenance.h"
#include "engine/share.h"
#include "results/file.h"

static const char *const text =
    "joulecast: 1\n"
    "queries: 1300000\n"
    "cases:\n"
    "  a:\n"
    "    workload: {input_tokens: 5, output_tokens: {exponential: {mean: 300}}}\n"
    "    throughput: {form: constant, tokens_per_s: 5200}\n"
    "    node: {power: 10.2 kW, power_utilization: 40 %}\n"
    "    hosting: {pue: {uniform: {low: 1.1, high: 1.4}}}\n"
    "  b:\n"
    "    workload: {input_tokens: 5, output_tokens: 300}\n"
    "    throughput: {form: constant, tokens_per_s: 5200}\n"
    "    node: {power: 10.2 kW, power_utilization: 40 %}\n"
    "    hosting: {pue: {uniform: {low: 1.1, high: 1.4}}}\n";

struct setting {
    struct jc_scenario scenario;
    struct jc_plan plan;
    struct jc_shard_study study;
};

static void
open_setting(struct setting *self, uint64_t n_tasks)
{
    const struct jc_overrides overrides = { .n_settings = 0 };
    struct jc_error error;

    scratch_write_text("study.yaml", text);
    assert_int_equal(jc_scenario_load(&self->scenario, "study.yaml", &overrides, "", &error), 0);
    assert_int_equal(jc_plan_init(&self->plan, &self->scenario, &error), 0);
    assert_int_equal(jc_shard_study_init(&self->study, &self->plan, false, 0, n_tasks, &error), 0);
}

static void
close_setting(struct setting *self)
{
    jc_shard_study_free(&self->study);
    jc_plan_free(&self->plan);
    jc_scenario_free(&self->scenario);
}

static const struct jc_run_options in_memory = { .threads = 2, .simd = JC_SIMD_BASELINE };

/* Computes blocks of a case into a shard, one call for each range. */
static void
compute(const struct setting *setting, struct jc_shard *shard, size_t case_index, uint64_t first,
    uint64_t end)
{
    const struct jc_work_options options = { .threads = 2, .simd = JC_SIMD_BASELINE };
    struct jc_work work;
    struct jc_error error = { "" };
    enum jc_wish wish;

    assert_int_equal(jc_work_init(&work, &setting->plan, &options, &error), 0);
    assert_int_equal(jc_work_blocks(&work, case_index, first, end, NULL, shard, &wish, &error), 0);
    assert_int_equal(wish, JC_GO_ON);
    jc_work_free(&work);
}

/* Blocks in any order, from many shards, are the records of one run. */
static void
test_any_blocks(void **state)
{
    static const uint64_t parts[][3] = { { 0, 3, 5 }, { 1, 0, 2 },
        { 2, 2, 3 } }; /* shard, blocks */
    const struct jc_shard *list[3];
    struct jc_shard shard[3];
    struct jc_results fresh;
    struct jc_case_result result;
    struct setting setting;
    struct jc_error error = { "" };
    uint64_t gap, gap_end;
    size_t j, q;

    (void) state;
    open_setting(&setting, 3);
    for (j = 0; j < 3; j++) {
        assert_int_equal(jc_shard_init(&shard[j], &setting.study, j + 1, &error), 0);
        compute(&setting, &shard[j], 0, parts[j][1], parts[j][2]);
        list[j] = &shard[j];
    }
    assert_int_equal(shard[1].n_moments, 1); /* of the energy, two blocks folded */
    assert_int_equal(shard[0].n_moments, 2); /* one for each block */
    assert_false(jc_shards_gap(3, list, 0, 0, 5, &gap, &gap_end));
    assert_true(jc_shards_gap(2, list, 0, 0, 5, &gap, &gap_end));
    assert_int_equal(gap, 2);
    assert_int_equal(gap_end, 3);
    assert_true(jc_shards_gap(2, list, 1, 1, 4, &gap, &gap_end));
    assert_int_equal(gap, 1);
    assert_int_equal(gap_end, 4);

    assert_int_equal(jc_run(&setting.plan, &in_memory, &fresh, &error), 0);
    memset(&result, 0, sizeof(result));
    assert_int_equal(jc_gather_case(&setting.plan, 3, list, 0, &result, &error), 0);
    for (q = 0; q < JC_QUANTITIES; q++) {
        if (setting.plan.recorded[q] && !setting.plan.models[0].is_constant[q]) {
            assert_memory_equal(&result.record[q].moments, &fresh.cases[0].record[q].moments,
                sizeof(struct jc_moments));
            assert_memory_equal(&result.whole[q], &fresh.cases[0].whole[q],
                sizeof(struct jc_moments));
            assert_memory_equal(result.record[q].sketch.count,
                fresh.cases[0].record[q].sketch.count,
                result.record[q].sketch.n_buckets * sizeof(uint64_t));
        }
        jc_record_free(&result.record[q]);
    }
    memset(&result, 0, sizeof(result));
    assert_int_equal(jc_gather_case(&setting.plan, 2, list, 0, &result, &error), JC_ERROR_FORMAT);
    assert_string_equal(error.message, "case a: block 2 of 5 is missing");
    list[2] = &shard[0];
    assert_int_equal(jc_gather_case(&setting.plan, 3, list, 0, &result, &error), JC_ERROR_FORMAT);
    assert_string_equal(error.message, "case a: block 2 of 5 is missing");
    list[0] = &shard[1];
    assert_int_equal(jc_gather_case(&setting.plan, 3, list, 0, &result, &error), JC_ERROR_FORMAT);
    assert_string_equal(error.message, "case a: block 0 is there twice");
    for (j = 0; j < 3; j++) {
        jc_shard_free(&shard[j]);
    }
    jc_results_free(&fresh);
    close_setting(&setting);
}

/* Every block and every unit belongs to one task, and no task has two more than another one. */
static void
test_shares(void **state)
{
    static const uint64_t tasks[] = { 1, 2, 3, 7, 10, 11, 1000000 };
    static const uint64_t units[] = { 0, 1, 10, 999999, UINT64_MAX };
    struct setting setting;
    uint64_t first, end, next, least, most, task, sum;
    size_t j, k, c;

    (void) state;
    for (j = 0; j < sizeof(tasks) / sizeof(tasks[0]); j++) {
        for (k = 0; k < sizeof(units) / sizeof(units[0]); k++) {
            next = 0;
            least = UINT64_MAX;
            most = 0;
            for (task = 1; task <= tasks[j]; task++) {
                jc_share_units(units[k], task, tasks[j], &first, &end);
                assert_int_equal(first, next);
                next = end;
                least = end - first < least ? end - first : least;
                most = end - first > most ? end - first : most;
            }
            assert_int_equal(next, units[k]);
            assert_true(most - least <= 1);
        }
    }
    open_setting(&setting, 1);
    for (j = 0; j < 5; j++) {
        sum = 0;
        for (c = 0; c < 2; c++) {
            next = 0;
            for (task = 1; task <= tasks[j]; task++) {
                jc_share_blocks(&setting.plan, task, tasks[j], c, &first, &end);
                assert_true(first >= next || first == end);
                sum += end - first;
                next = end > first ? end : next;
            }
        }
        assert_int_equal(sum, 10);
    }
    close_setting(&setting);
}

/* What is written is read; a draw more and a piece more, too. */
static void
test_round_trip(void **state)
{
    const double row[3] = { 1.5, -0.0, INFINITY };
    const struct jc_store_options options = { .force = true };
    const struct jc_provenance provenance = { .scenario_text = "", .simd = "", .finished = "" };
    struct jc_store *store;
    struct jc_shard shard, read;
    struct setting setting;
    struct jc_error error = { "" };

    (void) state;
    open_setting(&setting, 4);
    assert_int_equal(jc_shard_init(&shard, &setting.study, 3, &error), 0);
    compute(&setting, &shard, 1, 1, 5);
    compute(&setting, &shard, 0, 0, 2);
    assert_int_equal(jc_shard_add_draw(&shard, 7, 3, row, &error), 0);
    assert_int_equal(jc_shard_add_draw(&shard, 5, 3, row, &error), 0);
    assert_int_equal(jc_store_create(&store, "s.h5", &options, &error), 0);
    assert_int_equal(jc_store_finish_shard(store, &shard, &provenance, NULL, &error), 0);
    assert_int_equal(jc_file_read_shard("s.h5", &read, NULL, &error), 0);
    assert_int_equal(read.task, 3);
    assert_false(jc_shard_study_differs(&read.study, &setting.study, error.message));
    assert_int_equal(read.n_pieces, 2);
    assert_memory_equal(read.piece, shard.piece, 2 * sizeof(*shard.piece));
    assert_int_equal(read.n_moments, shard.n_moments);
    assert_memory_equal(read.moments, shard.moments, shard.n_moments * sizeof(*shard.moments));
    assert_int_equal(jc_shard_sketch(&read, 1, JC_ENERGY, 0)->n_buckets,
        jc_shard_sketch(&shard, 1, JC_ENERGY, 0)->n_buckets);
    assert_int_equal(read.n_draws, 2);
    assert_memory_equal(read.draw, shard.draw, 2 * sizeof(*shard.draw));
    assert_memory_equal(read.row + 3, row, sizeof(row));
    jc_shard_free(&read);
    jc_shard_free(&shard);
    close_setting(&setting);
}

/* Leaves the two shards of a study, the second one as if another program had made it. */
static void
write_tasks(struct setting *setting, const char *program)
{
    struct jc_run_options options = in_memory;
    struct jc_store_options replace = { .force = true };
    struct jc_results results;
    struct jc_store *store;
    struct jc_shard shard;
    struct jc_error error = { "" };

    options.summary_only = true;
    options.store.force = true;
    options.n_tasks = 2;
    for (options.task = 1; options.task <= 2; options.task++) {
        options.output = options.task == 1 ? "m.task-1-of-2.h5" : "m.task-2-of-2.h5";
        assert_int_equal(jc_run(&setting->plan, &options, &results, &error), 0);
        assert_null(results.cases);
    }
    assert_int_equal(jc_file_read_shard("m.task-2-of-2.h5", &shard, NULL, &error), 0);
    free(shard.study.program);
    shard.study.program = strdup(program);
    assert_non_null(shard.study.program);
    assert_int_equal(jc_store_create(&store, "m.task-2-of-2.h5", &replace, &error), 0);
    assert_int_equal(jc_finish_shard_with_provenance(store, &setting->plan, &options, &shard, NULL,
                         0, &error),
        0);
    jc_shard_free(&shard);
}

static void
test_foreign_program(void **state)
{
    static const char *const path[2] = { "m.task-1-of-2.h5", "m.task-2-of-2.h5" };
    struct jc_run_options options = in_memory;
    struct jc_results results;
    struct setting setting;
    struct jc_error error = { "" };

    (void) state;
    open_setting(&setting, 2);
    options.output = "m.h5";
    write_tasks(&setting, setting.study.program);
    assert_int_equal(jc_merge(2, path, false, &options, &results, &error), 0);
    jc_results_free(&results);
    assert_int_equal(unlink("m.h5"), 0);
    write_tasks(&setting, "joulecast 0.0.1 (of old)");
    assert_int_equal(jc_merge(2, path, false, &options, &results, &error), JC_ERROR_FORMAT);
    assert_non_null(strstr(error.message,
        "m.task-2-of-2.h5: does not belong to the others: it was made by joulecast 0.0.1 (of old), "
        "not "));
    assert_int_not_equal(access("m.h5", F_OK), 0);
    close_setting(&setting);
}

static void
test_paths(void **state)
{
    struct jc_error error = { "" };
    char *path;

    (void) state;
    assert_int_equal(mkdir("one", 0777), 0);
    assert_int_equal(mkdir("one/two", 0777), 0);
    assert_int_equal(mkdir("on", 0777), 0);
    assert_int_equal(jc_virtual_relative("one/two/s.h5", "m.h5", &path, &error), 0);
    assert_string_equal(path, "one/two/s.h5");
    free(path);
    assert_int_equal(jc_virtual_relative("on/s.h5", "one/two/../two/m.h5", &path, &error), 0);
    assert_string_equal(path, "../../on/s.h5");
    free(path);
    assert_int_equal(jc_virtual_relative("s.h5", "./m.h5", &path, &error), 0);
    assert_string_equal(path, "s.h5");
    free(path);
    assert_int_equal(jc_virtual_relative("s.h5", "none/m.h5", &path, &error), JC_ERROR_IO);
    assert_int_equal(jc_shard_path("a/b.h5", "task-1-of-2", &path, &error), 0);
    assert_string_equal(path, "a/b.task-1-of-2.h5");
    free(path);
    assert_int_equal(jc_shard_path("a/.h5x", "c", &path, &error), 0);
    assert_string_equal(path, "a/.h5x.c");
    free(path);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_blocks),
        cmocka_unit_test(test_shares),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_foreign_program),
        cmocka_unit_test(test_paths),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
