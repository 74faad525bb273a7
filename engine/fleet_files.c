#include "engine/fleet_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "engine/fleet.h"
#include "engine/labels.h"
#include "engine/provenance.h"
#include "results/file.h"
#include "results/h5.h"

/* Moves the cases of one file behind those of the files before it, for which there is room. */
static void
move_cases(struct jc_results *from, struct jc_results *to)
{
    memcpy(to->cases + to->n_cases, from->cases, from->n_cases * sizeof(*to->cases));
    to->n_cases += from->n_cases;
    from->n_cases = 0;
}

/* Each file may have its own number of queries per draw: the fewest say how large the error is at most. */
static void
move_bands(struct jc_bands *from, struct jc_bands *to)
{
    to->queries = to->n_cases == 0 || from->queries < to->queries ? from->queries : to->queries;
    memcpy(to->cases + to->n_cases, from->cases, from->n_cases * sizeof(*to->cases));
    to->n_cases += from->n_cases;
    from->n_cases = 0;
    to->n_draws = from->n_draws;
}

static int
rename_cases(const char *source, struct jc_results *results, struct jc_error *error)
{
    char *name;
    size_t j;

    for (j = 0; j < results->n_cases; j++) {
        if (asprintf(&name, "%s/%s", source, results->cases[j].name) < 0) {
            return jc_fail_memory(error);
        }
        free(results->cases[j].name);
        results->cases[j].name = name;
    }
    return 0;
}

/* Room for more cases. */
static int
grow(struct jc_results *self, size_t n, struct jc_error *error)
{
    void *cases = realloc(self->cases, (self->n_cases + n) * sizeof(*self->cases));
    void *bands;

    if (cases == NULL) {
        return jc_fail_memory(error);
    }
    self->cases = cases;
    bands = realloc(self->bands.cases, (self->n_cases + n) * sizeof(*self->bands.cases));
    if (bands == NULL) {
        return jc_fail_memory(error);
    }
    self->bands.cases = bands;
    return 0;
}

/* The place of an unknown among those of the files before; their number if it is new. */
static size_t
find_word(const struct jc_bands *seen, const char *label)
{
    size_t k = 0;

    while (k < seen->n_words && strcmp(seen->label[k], label) != 0) {
        k++;
    }
    return k;
}

/* Takes the unknowns over that no file before had. */
static int
add_words(const struct jc_bands *from, struct jc_bands *seen, struct jc_error *error)
{
    const size_t n = from->n_draws;
    char **label = realloc(seen->label, (seen->n_words + from->n_words + 1) * sizeof(*label));
    double *uniform;
    size_t k;
    int ret = 0;

    if (label == NULL) {
        return jc_fail_memory(error);
    }
    seen->label = label;
    uniform = realloc(seen->uniform, ((seen->n_words + from->n_words) * n + 1) * sizeof(*uniform));
    if (uniform == NULL) {
        return jc_fail_memory(error);
    }
    seen->uniform = uniform;
    for (k = 0; ret == 0 && k < from->n_words; k++) {
        if (find_word(seen, from->label[k]) == seen->n_words) {
            label[seen->n_words] = NULL;
            memcpy(uniform + seen->n_words * n, from->uniform + k * n, n * sizeof(*uniform));
            ret = jc_string_set(&label[seen->n_words++], from->label[k], error);
        }
    }
    return ret;
}

/* Draw k of one file goes with draw k of another only if both drew the same of what both do not know. */
static int
check_draws(const struct jc_results *one, const char *path, const struct jc_results *first,
    const char *first_path, struct jc_error *error)
{
    const size_t n = one->bands.n_draws;
    size_t k, place;

    if (n != first->bands.n_draws) {
        return jc_fail(error, JC_ERROR_FORMAT,
            "%s has bands of %zu draws, %s of %zu: their draws do not go together", path, n,
            first_path, first->bands.n_draws);
    }
    if (n > 0 && one->seed != first->seed) {
        return jc_fail(error, JC_ERROR_FORMAT,
            "%s has bands of seed %llu, %s of %llu: their draws do not go together", path,
            (unsigned long long) one->seed, first_path, (unsigned long long) first->seed);
    }
    for (k = 0; k < one->bands.n_words; k++) {
        place = find_word(&first->bands, one->bands.label[k]);
        if (place < first->bands.n_words
            && memcmp(one->bands.uniform + k * n, first->bands.uniform + place * n,
                   n * sizeof(double))
                != 0) {
            return jc_fail(error, JC_ERROR_FORMAT,
                "%s drew %s otherwise than the files before it: their draws do not go together",
                path, one->bands.label[k]);
        }
    }
    return 0;
}

/* The completion record of a file stands for it: it is the digest of all but the samples, which are not read. */
static int
add_digest(struct jc_fleet_file *file, size_t index, struct jc_error *error)
{
    struct jc_h5_quiet quiet;
    char *digest = NULL;
    hid_t h5;
    int ret;

    jc_h5_quiet(&quiet);
    ret = jc_file_open(jc_fleet_file_path(file, index), &h5, error);
    ret = ret != 0 ? ret : jc_h5_get_text(h5, "completion", &digest, error);
    ret = ret != 0 ? ret : jc_fleet_file_add_digest(file, index, digest, error);
    if (h5 >= 0) {
        (void) H5Fclose(h5);
    }
    ret = jc_h5_loud(&quiet, ret, jc_fleet_file_path(file, index), error);
    free(digest);
    return ret;
}

static int
read_source(struct jc_fleet_file *file, const struct jc_scenario *scenario, size_t index,
    struct jc_results *first, struct jc_results *results, struct jc_error *error)
{
    const char *path = jc_fleet_file_path(file, index);
    struct jc_results one;
    int ret = jc_file_read_results(path, &one, error);

    if (ret != 0) {
        return ret;
    }
    ret = add_digest(file, index, error);
    if (index == 0) {
        first->bands.n_draws = one.bands.n_draws;
        first->seed = one.seed;
        results->queries = one.queries;
    }
    results->queries = one.queries < results->queries ? one.queries : results->queries;
    ret = ret != 0 ? ret : check_draws(&one, path, first, jc_fleet_file_path(file, 0), error);
    ret = ret != 0 ? ret : add_words(&one.bands, &first->bands, error);
    ret = ret != 0 ? ret : rename_cases(scenario->sources[index].name, &one, error);
    ret = ret != 0 ? ret : grow(results, one.n_cases, error);
    if (ret == 0) {
        move_cases(&one, results);
        if (one.bands.n_draws > 0) {
            move_bands(&one.bands, &results->bands);
        }
    }
    jc_results_free(&one);
    return ret;
}

/* The scenario's cases are names alone. */
static int
name_cases(const struct jc_results *results, struct jc_scenario *scenario, struct jc_error *error)
{
    size_t j;
    int ret = 0;

    scenario->cases = calloc(results->n_cases + 1, sizeof(*scenario->cases));
    if (scenario->cases == NULL) {
        return jc_fail_memory(error);
    }
    for (j = 0; ret == 0 && j < results->n_cases; j++) {
        scenario->n_cases++;
        ret = jc_string_set(&scenario->cases[j].name, results->cases[j].name, error);
    }
    return ret;
}

static int
take_titles(const struct jc_scenario *scenario, struct jc_results *results, struct jc_error *error)
{
    int ret = jc_string_set(&results->scenario, scenario->name, error);

    ret = ret != 0 ? ret : jc_string_set(&results->title, scenario->title, error);
    results->seed = scenario->seed;
    results->quantile = calloc(scenario->n_quantiles + 1, sizeof(double));
    if (ret == 0 && results->quantile == NULL) {
        ret = jc_fail_memory(error);
    }
    if (ret == 0) {
        results->n_quantiles = scenario->n_quantiles;
        memcpy(results->quantile, scenario->quantile, scenario->n_quantiles * sizeof(double));
    }
    return ret;
}

int
jc_fleet_files_compute(struct jc_fleet_file *file, struct jc_scenario *scenario,
    struct jc_results *results, struct jc_error *error)
{
    struct jc_results first = { 0 };
    size_t j;
    int ret;

    *results = (struct jc_results){ 0 };
    ret = take_titles(scenario, results, error);
    for (j = 0; ret == 0 && j < scenario->n_sources; j++) {
        ret = read_source(file, scenario, j, &first, results, error);
    }
    ret = ret != 0 ? ret : name_cases(results, scenario, error);
    ret = ret != 0 ? ret : jc_fleet_file_finish(file, error);
    ret = ret != 0 ? ret : jc_labels_check_scenario(scenario, error);
    ret = ret != 0 ? ret : jc_fleets_compute(scenario, results, error);
    jc_results_free(&first);
    if (ret != 0) {
        jc_results_free(results);
    }
    return ret;
}

int
jc_fleet_files_write(const struct jc_scenario *scenario, const char *path,
    const struct jc_store_options *options, struct jc_results *results, struct jc_error *error)
{
    struct jc_store *store;
    int ret = jc_store_create(&store, path, options, error);

    jc_bands_free(&results->bands);
    return ret != 0 ? ret : jc_finish_fleets(store, scenario, results, error);
}
