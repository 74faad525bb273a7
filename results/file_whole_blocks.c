/*
 * /whole_blocks: the moments of the queries that fill whole blocks, from which a longer run goes on.
 *
 * Moments are folded block by block, and a partial block at the end cannot be taken back out of them.
 * Without one the moments of whole blocks are those of all queries, and the group is not there.
 */
#include "results/file.h"

#include <stdio.h>
#include <stdlib.h>

#include "results/chunk.h"
#include "results/h5.h"

#define MOMENTS 4

static const char *const moment_names[MOMENTS] = { "mean", "m2", "min", "max" };

static bool
is_needed(const struct jc_results *results)
{
    return results->queries > JC_STORE_CHUNK && results->queries % JC_STORE_CHUNK != 0;
}

static bool
any_recorded(const struct jc_results *results, size_t quantity)
{
    size_t j = 0;

    while (j < results->n_cases && !results->cases[j].recorded[quantity]) {
        j++;
    }
    return j < results->n_cases;
}

static int
write_coordinates(hid_t group, const struct jc_results *results, struct jc_error *error)
{
    const char **name = calloc(results->n_cases, sizeof(*name));
    size_t j;
    int ret = name == NULL ? jc_fail_memory(error) : 0;

    for (j = 0; ret == 0 && j < results->n_cases; j++) {
        name[j] = results->cases[j].name;
    }
    ret = ret != 0
        ? ret
        : jc_h5_write_text_coordinate(group, "case", results->n_cases, name, "case", error);
    ret = ret != 0
        ? ret
        : jc_h5_write_text_coordinate(group, "moment", MOMENTS, moment_names, "statistic", error);
    free(name);
    return ret;
}

static int
write_quantity(hid_t group, const struct jc_results *results, enum jc_quantity quantity,
    double *moment, struct jc_error *error)
{
    static const char *const dimensions[2] = { "case", "moment" };
    const hsize_t lengths[2] = { results->n_cases, MOMENTS };
    const struct jc_quantity_info *info = jc_quantity_info(quantity);
    char text[160];
    size_t j;

    for (j = 0; j < results->n_cases; j++) {
        const struct jc_moments *whole = &results->cases[j].whole[quantity];

        moment[MOMENTS * j] = whole->mean;
        moment[MOMENTS * j + 1] = whole->m2;
        moment[MOMENTS * j + 2] = whole->min;
        moment[MOMENTS * j + 3] = whole->max;
    }
    (void) snprintf(text, sizeof(text), "moments of %s in whole blocks of queries",
        info->long_name);
    return jc_h5_write_variable(group, info->name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 2, dimensions,
        lengths, moment, NULL, text, error);
}

int
jc_file_write_whole_blocks(hid_t file, const struct jc_results *results, struct jc_error *error)
{
    double *moment;
    hid_t group;
    size_t q;
    int ret;

    if (!results->has_whole || !is_needed(results)) {
        return 0;
    }
    group = jc_h5_create_group(file, "whole_blocks");
    ret = group < 0 ? jc_h5_fail(error, JC_ERROR_IO, "cannot write", "whole_blocks")
                    : write_coordinates(group, results, error);
    moment = malloc(MOMENTS * results->n_cases * sizeof(*moment));
    if (ret == 0 && moment == NULL) {
        ret = jc_fail_memory(error);
    }
    for (q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
        if (any_recorded(results, q)) {
            ret = write_quantity(group, results, (enum jc_quantity) q, moment, error);
        }
    }
    free(moment);
    if (group >= 0) {
        (void) H5Gclose(group);
    }
    return ret;
}

/* They are part of those of all queries. */
static bool
belongs(const struct jc_moments *whole, const struct jc_moments *all)
{
    return whole->n <= all->n && whole->min >= all->min && whole->max <= all->max && whole->m2 >= 0
        && whole->mean >= whole->min * (1 - 1e-9) && whole->mean <= whole->max * (1 + 1e-9);
}

static int
read_quantity(hid_t group, struct jc_results *results, enum jc_quantity quantity,
    struct jc_error *error)
{
    const uint64_t n_whole = results->queries / JC_STORE_CHUNK * JC_STORE_CHUNK;
    double *moment = NULL;
    size_t n = 0;
    size_t j;
    int ret = jc_h5_read_numbers(group, jc_quantity_info(quantity)->name, H5T_FLOAT,
        H5T_NATIVE_DOUBLE, sizeof(double), (void **) &moment, &n, error);

    for (j = 0; ret == 0 && j < results->n_cases; j++) {
        struct jc_case_result *result = &results->cases[j];
        const double *at = moment + MOMENTS * j;

        if (n != MOMENTS * results->n_cases) {
            ret = jc_fail(error, JC_ERROR_FORMAT, "group 'whole_blocks' is not that of the cases");
            break;
        }
        result->whole[quantity] = (struct jc_moments){ .n = n_whole,
            .mean = at[0],
            .m2 = at[1],
            .min = at[2],
            .max = at[3] };
        if (result->recorded[quantity]
            && !belongs(&result->whole[quantity], &result->record[quantity].moments)) {
            ret = jc_fail(error, JC_ERROR_FORMAT,
                "group 'whole_blocks': moments that do not belong to the records");
        }
    }
    free(moment);
    return ret;
}

/* What a file need not say. */
static void
fill(struct jc_results *results)
{
    size_t j, q;

    for (j = 0; j < results->n_cases; j++) {
        for (q = 0; results->queries >= JC_STORE_CHUNK && q < JC_QUANTITIES; q++) {
            results->cases[j].whole[q] = results->cases[j].record[q].moments;
        }
    }
}

int
jc_file_read_whole_blocks(hid_t file, struct jc_results *results, struct jc_error *error)
{
    hid_t group;
    size_t q;
    int ret = 0;

    results->has_whole = !is_needed(results) || H5Lexists(file, "whole_blocks", H5P_DEFAULT) > 0;
    if (!is_needed(results)) {
        fill(results);
        return 0;
    }
    if (!results->has_whole) {
        return 0;
    }
    group = H5Gopen2(file, "whole_blocks", H5P_DEFAULT);
    if (group < 0) {
        return jc_fail(error, JC_ERROR_FORMAT, "group 'whole_blocks' cannot be read");
    }
    for (q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
        if (any_recorded(results, q)) {
            ret = read_quantity(group, results, (enum jc_quantity) q, error);
        }
    }
    (void) H5Gclose(group);
    return ret;
}
