/* Result files: verified, read back, and asked for what a table asks for; as they are, and sealed anew. */
#include <hdf5.h>

#include <stdbool.h>

#include "fuzz/harness.h"
#include "reseal.h"
#include "results/file.h"
#include "results/h5.h"
#include "results/mixture.h"
#include "results/verify.h"

static void
read_texts(const char *path)
{
    struct jc_text text = { 0 };
    struct jc_error error = { "" };
    struct jc_h5_quiet quiet;
    hid_t file;

    jc_h5_quiet(&quiet);
    if (jc_file_open(path, &file, &error) == 0) {
        (void) jc_file_read_scenario(file, &text, &error);
        jc_text_free(&text);
        (void) jc_file_read_study(file, &text, &error);
        jc_text_free(&text);
        (void) H5Fclose(file);
    }
    (void) jc_h5_loud(&quiet, 0, path, &error);
}

static void
mix(const struct jc_results *results)
{
    struct jc_mixture mixture;
    struct jc_error error = { "" };
    int ret;

    for (size_t j = 0; j < results->n_cases; j++) {
        for (size_t q = 0; q < JC_QUANTITIES; q++) {
            if (results->cases[j].recorded[q]) {
                ret = jc_results_case_mixture(results, j, (enum jc_quantity) q, &mixture, &error);
                harness_check_error(ret, &error);
                if (ret == 0) {
                    (void) jc_mixture_quantile(&mixture, 0.95);
                    jc_mixture_free(&mixture);
                }
            }
        }
    }
    for (size_t j = 0; j < results->n_blends; j++) {
        if (jc_results_blend_has(results, &results->blends[j], JC_ENERGY)) {
            ret =
                jc_results_blend_mixture(results, &results->blends[j], JC_ENERGY, &mixture, &error);
            harness_check_error(ret, &error);
            if (ret == 0) {
                (void) jc_mixture_quantile(&mixture, 0.5);
                jc_mixture_free(&mixture);
            }
        }
    }
}

/* Makes the completion record and the seal right again, so that what has been changed is read. Returns whether HDF5 can. */
static bool
seal(const char *path)
{
    struct jc_error error;
    struct jc_h5_quiet quiet;
    hid_t file;
    bool sealed;

    jc_h5_quiet(&quiet);
    file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    sealed = file >= 0 && recomplete(file, path) == 0;
    (void) jc_h5_loud(&quiet, 0, path, &error);
    return sealed;
}

static void
read_all(const char *path)
{
    struct jc_verification verification;
    struct jc_results results;
    struct jc_error error = { "" };
    int ret = jc_verify(path, &verification, &error);

    harness_check_error(ret, &error);
    if (ret == 0) {
        jc_verification_free(&verification);
    }
    error.message[0] = '\0';
    ret = jc_file_read_results(path, &results, &error);
    harness_check_error(ret, &error);
    if (ret == 0) {
        mix(&results);
        jc_results_free(&results);
    }
    read_texts(path);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *path = harness_file("input.h5", data, size);

    read_all(path);
    if (seal(path)) {
        read_all(path);
    }
    return 0;
}
