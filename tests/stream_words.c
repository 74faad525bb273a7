/*
 * Writes words of several streams to stdout, one of each in turn, without end, as 32-bit binary:
 *
 *     stream_words SEED STREAMS | dieharder -a -g 200
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "samplers/kernels.h"
#include "samplers/sampler.h"

#define WORDS 1024

/* The words of all streams, interleaved. */
static void
interleave(const struct jc_sampler_kernels *kernels, size_t n_streams, struct jc_lanes *lanes,
    uint32_t *output)
{
    uint32_t word[WORDS];
    size_t i, k;

    for (k = 0; k < n_streams; k++) {
        kernels->words(&lanes[k], WORDS, word);
        for (i = 0; i < WORDS; i++) {
            output[i * n_streams + k] = word[i];
        }
    }
}

int
main(int argc, char **argv)
{
    const struct jc_sampler_kernels *kernels = jc_sampler_kernels_get(jc_simd_best());
    const uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
    const size_t n_streams = argc > 2 ? (size_t) strtoull(argv[2], NULL, 10) : 0;
    struct jc_lanes *lanes = calloc(n_streams + 1, sizeof(*lanes));
    uint32_t *output = calloc(n_streams + 1, WORDS * sizeof(*output));
    struct jc_stream stream;
    char label[64];
    size_t k;
    int ret = 0;

    if (argc != 3 || n_streams == 0 || lanes == NULL || output == NULL) {
        (void) fprintf(stderr, "usage: stream_words SEED STREAMS\n");
        ret = 2;
        goto out;
    }
    for (k = 0; k < n_streams; k++) {
        (void) snprintf(label, sizeof(label), "stream.%zu", k);
        jc_stream_init(&stream, seed, label);
        jc_stream_seek(&stream, 0, &lanes[k]);
    }
    do {
        interleave(kernels, n_streams, lanes, output);
    } while (fwrite(output, sizeof(*output), WORDS * n_streams, stdout) == WORDS * n_streams);
out:
    free(lanes);
    free(output);
    return ret;
}
