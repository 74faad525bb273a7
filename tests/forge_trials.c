/*
 * A tool of tests/damage.py: forges a file in one place after another, with a completion record and a seal that are
 * right, and looks whether readers take it or refuse it, and do nothing else.
 *
 *   forge_trials FILE KIND FIRST STEP
 *
 * KIND is `result` or `shard`. Trials are numbered: each group, dataset and attribute, in each way; done are FIRST,
 * FIRST + STEP, ... or FIRST alone if STEP is 0. The last forgery stays as FILE.forged. Prints how many trials there
 * are, how many were done and how many of these were refused, and what the last one was.
 */
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/columns.h"
#include "results/file.h"
#include "results/h5.h"
#include "results/shard.h"
#include "results/verify.h"

#include "reseal.h"

enum way { REMOVED, OTHER_CLASS, LONGER, DEEPER, NO_NUMBER, NEGATIVE, HUGE_VALUE, ZERO, N_WAYS };

static const char *const way_names[N_WAYS] = { "removed", "of another class", "longer", "deeper",
    "no number", "negative", "huge", "zero" };

/* An object, or an attribute of one. */
struct place {
    char path[256];
    char attribute[64]; /* empty: the object itself */
};

struct places {
    size_t n;
    struct place place[4096];
};

static void
must(bool done, const char *what)
{
    if (!done) {
        (void) fprintf(stderr, "%s: %s\n", what, strerror(errno));
        exit(2);
    }
}

static herr_t
add_attribute(hid_t object, const char *name, const H5A_info_t *info, void *context)
{
    struct places *places = context;

    (void) object;
    (void) info;
    must(places->n < sizeof(places->place) / sizeof(places->place[0]), "too many places");
    places->place[places->n] = places->place[places->n - 1];
    (void) snprintf(places->place[places->n++].attribute, sizeof(places->place[0].attribute), "%s",
        name);
    return 0;
}

/* An object, then its attributes. */
static herr_t
add_object(hid_t root, const char *name, const H5O_info_t *info, void *context)
{
    struct places *places = context;
    const size_t first = places->n;
    hid_t object = H5Oopen(root, name, H5P_DEFAULT);

    (void) info;
    must(places->n < sizeof(places->place) / sizeof(places->place[0]), "too many places");
    places->place[places->n] = (struct place){ .attribute = "" };
    (void) snprintf(places->place[places->n++].path, sizeof(places->place[0].path), "%s", name);
    must(H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, NULL, add_attribute, places) >= 0,
        "attributes");
    (void) H5Oclose(object);
    if (strcmp(name, ".") == 0) { /* the root itself stays */
        places->n--;
        memmove(&places->place[first], &places->place[first + 1],
            (places->n - first) * sizeof(places->place[0]));
    }
    return 0;
}

static void
copy_file(const char *from, const char *to)
{
    char bytes[65536];
    FILE *in = fopen(from, "rb");
    FILE *out = fopen(to, "wb");
    size_t n;

    must(in != NULL && out != NULL, from);
    while ((n = fread(bytes, 1, sizeof(bytes), in)) > 0) {
        must(fwrite(bytes, 1, n, out) == n, to);
    }
    must(fclose(in) == 0 && fclose(out) == 0, to);
}

static double
forged_number(enum way way)
{
    return way == NO_NUMBER ? NAN : way == NEGATIVE ? -1 : way == HUGE_VALUE ? 1e300 : 0;
}

/* What the place becomes: its type, its space (to be closed), and room for values that `write` takes. */
struct forged {
    hid_t type;
    hid_t memory_type;
    hid_t space;
    void *data;
};

/* False if a place cannot be forged in that way: references, which HDF5 makes itself, and numbers of texts. */
static bool
prepare(struct forged *self, hid_t type, hid_t space, enum way way)
{
    static const char *const text = "other";
    const H5T_class_t class = H5Tget_class(type);
    const bool numbers = class == H5T_INTEGER || class == H5T_FLOAT;
    const bool texts = (class == H5T_STRING) != (way == OTHER_CLASS);
    hsize_t length[H5S_MAX_RANK + 1] = { 0 };
    int rank = H5Sget_simple_extent_dims(space, length, NULL);
    hssize_t n, j;

    if ((!numbers && class != H5T_STRING) || (way >= NO_NUMBER && !numbers)) {
        return false;
    }
    if (way == LONGER) {
        length[0] = rank == 0 ? 2 : length[0] + 1;
        rank = rank == 0 ? 1 : rank;
    } else if (way == DEEPER) {
        length[rank++] = 2;
    }
    self->space = rank > 0 ? H5Screate_simple(rank, length, NULL) : H5Scopy(space);
    self->type = !texts && !numbers    ? H5Tcopy(H5T_NATIVE_DOUBLE)
        : texts && class != H5T_STRING ? jc_h5_text_type()
                                       : H5Tcopy(type);
    self->memory_type = texts ? H5Tcopy(self->type) : H5Tcopy(H5T_NATIVE_DOUBLE);
    n = H5Sget_simple_extent_npoints(self->space);
    self->data = calloc((size_t) n + 1, H5Tget_size(self->memory_type) + sizeof(double));
    must(self->data != NULL, "calloc");
    for (j = 0; j < n; j++) {
        if (texts && H5Tis_variable_str(self->memory_type) > 0) {
            ((const char **) self->data)[j] = text;
        } else if (!texts) {
            ((double *) self->data)[j] = forged_number(way);
        }
    }
    return true;
}

static void
release(struct forged *self)
{
    (void) H5Tclose(self->type);
    (void) H5Tclose(self->memory_type);
    (void) H5Sclose(self->space);
    free(self->data);
}

static bool
forge_attribute(hid_t file, const struct place *place, enum way way)
{
    hid_t object = H5Oopen(file, place->path, H5P_DEFAULT);
    hid_t attribute = H5Aopen(object, place->attribute, H5P_DEFAULT);
    hid_t type = H5Aget_type(attribute);
    hid_t space = H5Aget_space(attribute);
    struct forged forged;
    bool done = way == REMOVED || prepare(&forged, type, space, way);

    (void) H5Aclose(attribute);
    if (done) {
        must(H5Adelete(object, place->attribute) >= 0, place->attribute);
    }
    if (done && way != REMOVED) {
        attribute = H5Acreate2(object, place->attribute, forged.type, forged.space, H5P_DEFAULT,
            H5P_DEFAULT);
        must(H5Awrite(attribute, forged.memory_type, forged.data) >= 0, "H5Awrite");
        (void) H5Aclose(attribute);
        release(&forged);
    }
    (void) H5Tclose(type);
    (void) H5Sclose(space);
    (void) H5Oclose(object);
    return done;
}

static void
replace_dataset(hid_t file, const char *path, const struct forged *forged)
{
    hid_t dataset;

    must(H5Ldelete(file, path, H5P_DEFAULT) >= 0, "H5Ldelete");
    dataset =
        H5Dcreate2(file, path, forged->type, forged->space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    must(H5Dwrite(dataset, forged->memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, forged->data) >= 0,
        "H5Dwrite");
    (void) H5Dclose(dataset);
}

static bool
forge_object(hid_t file, const char *path, enum way way)
{
    hid_t object = H5Oopen(file, path, H5P_DEFAULT);
    const bool is_dataset = H5Iget_type(object) == H5I_DATASET;
    hid_t type = is_dataset ? H5Dget_type(object) : -1;
    hid_t space = is_dataset ? H5Dget_space(object) : -1;
    struct forged forged;
    bool done = way == REMOVED;

    if (way == REMOVED) {
        must(H5Ldelete(file, path, H5P_DEFAULT) >= 0, "H5Ldelete");
    } else if (is_dataset && prepare(&forged, type, space, way)) {
        replace_dataset(file, path, &forged);
        release(&forged);
        done = true;
    }
    if (is_dataset) {
        (void) H5Tclose(type);
        (void) H5Sclose(space);
    }
    (void) H5Oclose(object);
    return done;
}

/* The texts of a file, and the samples that it may have. */
static int
read_others(const char *path, const struct jc_results *results, struct jc_error *error)
{
    struct jc_text text = { 0 };
    double x[3];
    size_t j, q;
    hid_t file;
    int ret = jc_file_open(path, &file, error);

    if (ret != 0) {
        return ret;
    }
    ret = jc_file_read_scenario(file, &text, error);
    if (ret == 0 && results->sweep.n_axes > 0) {
        ret = jc_file_read_study(file, &text, error);
    }
    for (j = 0; ret == 0 && j < results->n_cases; j++) {
        for (q = 0; ret == 0 && q < JC_QUANTITIES; q++) {
            if (jc_column_is_stored(file, results->cases[j].name, (enum jc_quantity) q)) {
                ret = jc_column_read(file, results->cases[j].name, (enum jc_quantity) q, 1, 3, x,
                    error);
            }
        }
    }
    jc_text_free(&text);
    (void) H5Fclose(file);
    return ret;
}

static int
read_result(const char *path, struct jc_error *error)
{
    struct jc_verification verification;
    struct jc_results results;
    int ret = jc_verify(path, &verification, error);

    if (ret == 0) {
        jc_verification_free(&verification);
        ret = jc_file_read_results(path, &results, error);
    }
    if (ret == 0) {
        ret = read_others(path, &results, error);
        jc_results_free(&results);
    }
    return ret;
}

static int
read_shard(const char *path, struct jc_error *error)
{
    struct jc_shard shard;
    int ret = jc_file_read_shard(path, &shard, NULL, error);

    if (ret == 0) {
        jc_shard_free(&shard);
    }
    return ret;
}

/* 1: refused; 0: taken, or such a forgery cannot be. */
static int
trial(const char *from, const char *path, bool shard, const struct place *place, enum way way,
    bool *done)
{
    struct jc_error error = { "" };
    hid_t file;
    int ret = 0;

    copy_file(from, path);
    file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    must(file >= 0, path);
    *done = place->attribute[0] != '\0' ? forge_attribute(file, place, way)
                                        : forge_object(file, place->path, way);
    must((strcmp(place->attribute, "completion") == 0 ? H5Fclose(file) < 0 || reseal(path) != 0
                                                      : recomplete(file, path))
            == 0,
        "reseal");
    if (*done) {
        ret = shard ? read_shard(path, &error) : read_result(path, &error);
    }
    if (ret != 0 && (ret != JC_ERROR_FORMAT || error.message[0] == '\0')) {
        (void) fprintf(stderr, "%s %s %s: status %d '%s'\n", place->path, place->attribute,
            way_names[way], ret, error.message);
        exit(1);
    }
    return ret != 0;
}

int
main(int argc, char **argv)
{
    static struct places places;
    const bool shard = argc == 5 && strcmp(argv[2], "shard") == 0;
    char path[4096];
    size_t n_done = 0;
    size_t n_refused = 0;
    size_t k, step, n;
    hid_t file;
    bool done = false;

    must(argc == 5, "usage: forge_trials FILE KIND FIRST STEP");
    (void) H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    (void) snprintf(path, sizeof(path), "%s.forged", argv[1]);
    file = H5Fopen(argv[1], H5F_ACC_RDONLY, H5P_DEFAULT);
    must(file >= 0, argv[1]);
    must(H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_INC, add_object, &places, H5O_INFO_BASIC) >= 0,
        "H5Ovisit2");
    must(H5Fclose(file) >= 0, "H5Fclose");
    n = places.n * N_WAYS;
    step = strtoull(argv[4], NULL, 10);
    for (k = strtoull(argv[3], NULL, 10); k<n; k += step> 0 ? step : n) {
        n_refused += (size_t) trial(argv[1], path, shard, &places.place[k / N_WAYS],
            (enum way)(k % N_WAYS), &done);
        n_done += done;
    }
    k = strtoull(argv[3], NULL, 10) % n;
    (void)
        printf("{\"possible\": %zu, \"trials\": %zu, \"refused\": %zu, \"what\": \"/%s %s %s\"}\n",
            n, n_done, n_refused, places.place[k / N_WAYS].path, places.place[k / N_WAYS].attribute,
            way_names[k % N_WAYS]);
    return 0;
}
