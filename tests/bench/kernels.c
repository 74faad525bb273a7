/*
 * Every inner loop in every variant: compared bit for bit with the scalar one, and timed.
 *
 *     kernels              compares (a test)
 *     kernels --benchmark  compares, then prints ns per value (meson test --benchmark)
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "loops.h"

#define ROUNDS 4000

static double
time_loop(size_t loop, const struct kernels *kernels, struct output *out)
{
    struct timespec begin, end;
    size_t j;

    (void) clock_gettime(CLOCK_MONOTONIC, &begin);
    for (j = 0; j < ROUNDS; j++) {
        loops[loop].run(kernels, out);
    }
    (void) clock_gettime(CLOCK_MONOTONIC, &end);
    return (1e9 * (double) (end.tv_sec - begin.tv_sec) + (double) (end.tv_nsec - begin.tv_nsec))
        / ((double) ROUNDS * N);
}

static int
compare(const struct kernels *variant, size_t n_variants)
{
    static struct output expected, got;
    size_t loop, v;
    uint64_t round;
    int wrong = 0;

    for (round = 0; round < 20; round++) {
        make_input(round);
        for (loop = 0; loop < n_loops; loop++) {
            run_loop(loop, &variant[0], &expected);
            for (v = 1; v < n_variants; v++) {
                run_loop(loop, &variant[v], &got);
                if (memcmp(&expected, &got, sizeof(got)) != 0) {
                    (void) printf("%s: variant %zu is not the scalar one\n", loops[loop].name, v);
                    wrong = 1;
                }
            }
        }
    }
    return wrong;
}

static void
print_times(const struct kernels *variant, const char *const *name, size_t n_variants)
{
    static struct output out;
    size_t loop, v;

    (void) printf("%-24s", "ns per value");
    for (v = 0; v < n_variants; v++) {
        (void) printf("%10s", name[v]);
    }
    for (loop = 0; loop < n_loops; loop++) {
        (void) printf("\n%-24s", loops[loop].name);
        for (v = 0; v < n_variants; v++) {
            run_loop(loop, &variant[v], &out);
            (void) printf("%10.3f", time_loop(loop, &variant[v], &out));
        }
    }
    (void) printf("\n");
}

int
main(int argc, char **argv)
{
    struct kernels variant[JC_SIMD_COUNT];
    const char *name[JC_SIMD_COUNT];
    size_t n_variants = 0;
    int simd, wrong;

    if (!make_tables()) {
        free_tables();
        return 1;
    }
    for (simd = 0; simd < JC_SIMD_COUNT; simd++) {
        if (jc_simd_available((enum jc_simd) simd)) {
            variant[n_variants].samplers = jc_sampler_kernels_get((enum jc_simd) simd);
            variant[n_variants].models = jc_model_kernels_get((enum jc_simd) simd);
            variant[n_variants].records = jc_record_kernels_get((enum jc_simd) simd);
            name[n_variants] = jc_simd_name((enum jc_simd) simd);
            n_variants++;
        }
    }
    wrong = compare(variant, n_variants);
    (void) printf("%zu variants of %zu loops %s\n", n_variants, n_loops,
        wrong ? "differ" : "agree");
    if (argc > 1 && strcmp(argv[1], "--benchmark") == 0) {
        print_times(variant, name, n_variants);
    }
    free_tables();
    return wrong;
}
