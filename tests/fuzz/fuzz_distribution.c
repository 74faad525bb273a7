/* Distribution files. What is read is written, and that is read to the same; what it draws is what it has. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/harness.h"
#include "samplers/joint.h"
#include "samplers/sampler.h"
#include "scenarios/empirical_file.h"

#define WORDS 64

static void
check_same(const struct jc_empirical *a, const struct jc_empirical *b)
{
    HARNESS_CHECK(a->n_marginals == b->n_marginals);
    for (size_t j = 0; j < a->n_marginals; j++) {
        const struct jc_marginal *x = &a->marginal[j];
        const struct jc_marginal *y = &b->marginal[j];

        HARNESS_CHECK(strcmp(x->name, y->name) == 0 && x->n_values == y->n_values);
        HARNESS_CHECK(memcmp(x->value, y->value, x->n_values * sizeof(double)) == 0);
        HARNESS_CHECK(memcmp(x->weight, y->weight, x->n_values * sizeof(double)) == 0);
    }
    HARNESS_CHECK(a->joint.n_cells == b->joint.n_cells);
    for (size_t j = 0; j < a->joint.n_cells; j++) {
        HARNESS_CHECK(a->joint.cell[j].weight == b->joint.cell[j].weight);
    }
}

static void
check_written(const struct jc_empirical *empirical)
{
    char *path = strdup(harness_path("written.yaml"));
    struct jc_empirical again;
    struct jc_error error = { "" };

    HARNESS_CHECK(path != NULL);
    HARNESS_CHECK(jc_empirical_write_file(empirical, path, true, &error) == 0);
    HARNESS_CHECK(jc_empirical_read_file(&again, path, &error) == 0);
    check_same(empirical, &again);
    jc_empirical_free(&again);
    free(path);
}

static void
draw(const struct jc_empirical *empirical)
{
    struct jc_joint_sampler *sampler;
    struct jc_error error = { "" };
    uint32_t word[2][WORDS];
    float value[2][WORDS];
    int ret = jc_joint_sampler_new(&sampler, empirical, &error);

    harness_check_error(ret, &error);
    for (uint32_t j = 0; j < WORDS; j++) {
        word[0][j] = j * UINT32_C(0x04104104); /* from 0 to 2^32 - 1 */
        word[1][j] = UINT32_MAX - (j * 37 % WORDS) * UINT32_C(0x04104104);
    }
    if (ret == 0) {
        jc_joint_sampler_draw(sampler, jc_sampler_kernels_get(JC_SIMD_SCALAR), WORDS, word[0],
            word[1], value[0], value[1]);
        for (size_t j = 0; j < WORDS; j++) {
            HARNESS_CHECK(isfinite(value[0][j]) && isfinite(value[1][j]));
        }
        jc_joint_sampler_free(sampler);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct jc_empirical empirical;
    struct jc_error error = { "" };
    int ret = jc_empirical_read_file(&empirical, harness_file("input.yaml", data, size), &error);

    harness_check_error(ret, &error);
    if (ret == 0) {
        HARNESS_CHECK(jc_empirical_check(&empirical, &error) == 0);
        check_written(&empirical);
        if (empirical.joint.n_classes[0] > 0) {
            draw(&empirical);
        }
        jc_empirical_free(&empirical);
    }
    return 0;
}
