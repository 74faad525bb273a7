#include "samplers/points.h"

#include <stdlib.h>
#include <string.h>

#include "base/sha256.h"
#include "samplers/kernels.h"

#define LEAST_BITS 8 /* of the numbers that are permuted */

const char *const jc_points_names[] = { "random", "latin-hypercube", "sobol", NULL };

static const char prefix[] = "joulecast points 1"; /* its NUL is part of what is hashed */

static void
put_little_endian(uint64_t number, uint8_t bytes[8])
{
    size_t j;

    for (j = 0; j < 8; j++) {
        bytes[j] = (uint8_t) (number >> (8 * j));
    }
}

static uint64_t
get_little_endian(const uint8_t bytes[8])
{
    uint64_t number = 0;
    size_t j;

    for (j = 0; j < 8; j++) {
        number |= (uint64_t) bytes[j] << (8 * j);
    }
    return number;
}

static void
key_init(struct jc_points_key *self, const struct jc_stream *stream, size_t replicate)
{
    uint8_t message[sizeof(prefix) + 24];
    uint8_t digest[JC_SHA256_BYTES];
    struct jc_pcg pcg;
    size_t k;

    memcpy(message, prefix, sizeof(prefix));
    put_little_endian(stream->start.state, message + sizeof(prefix));
    put_little_endian(stream->start.increment, message + sizeof(prefix) + 8);
    put_little_endian(replicate, message + sizeof(prefix) + 16);
    jc_sha256(message, sizeof(message), digest);
    jc_pcg_init(&self->places.start, get_little_endian(digest), get_little_endian(digest + 8));
    pcg = self->places.start;
    for (k = 0; k < JC_SCRAMBLE_STAGES; k++) {
        self->scramble.before[k] = jc_pcg_next(&pcg);
        self->scramble.within[k] = jc_pcg_next(&pcg);
    }
    for (k = 0; k < JC_POINTS_ROUNDS; k++) {
        self->round[k] = jc_pcg_next(&pcg);
    }
}

int
jc_points_source_init(struct jc_points_source *self, const struct jc_stream *stream,
    size_t dimension, size_t replicates, struct jc_error *error)
{
    size_t k;

    *self = (struct jc_points_source){ .stream = *stream, .replicates = replicates };
    jc_sobol_columns(dimension, self->column);
    self->key = calloc(replicates, sizeof(*self->key));
    if (self->key == NULL) {
        return jc_fail_memory(error);
    }
    for (k = 0; k < replicates; k++) {
        key_init(&self->key[k], stream, k);
    }
    return 0;
}

void
jc_points_source_free(struct jc_points_source *self)
{
    free(self->key);
    *self = (struct jc_points_source){ 0 };
}

static void
stream_words(const struct jc_stream *stream, const struct jc_sampler_kernels *kernels,
    uint64_t first, size_t count, uint32_t *word)
{
    struct jc_lanes lanes;

    jc_stream_seek(stream, first, &lanes);
    kernels->words(&lanes, count, word);
}

static void
latin_hypercube_words(uint64_t n, const struct jc_points_key *key,
    const struct jc_sampler_kernels *kernels, uint64_t first, size_t count, uint32_t *word)
{
    struct jc_strata strata = { .n = n, .bits = LEAST_BITS };
    uint32_t place[JC_STRIP];

    while (n > UINT64_C(1) << strata.bits) {
        strata.bits++;
    }
    memcpy(strata.round, key->round, sizeof(strata.round));
    stream_words(&key->places, kernels, JC_POINTS_KEY_WORDS + first, count, place);
    kernels->strata(&strata, first, count, place, word);
}

void
jc_points_words(const struct jc_points *self, const struct jc_points_source *source,
    const struct jc_sampler_kernels *kernels, size_t replicate, uint64_t first, size_t count,
    uint32_t *word)
{
    const struct jc_points_key *key = &source->key[replicate];

    switch (self->kind) {
        case JC_POINTS_LATIN_HYPERCUBE:
            latin_hypercube_words(self->n, key, kernels, first, count, word);
            break;
        case JC_POINTS_SOBOL:
            kernels->sobol(source->column, first, count, word);
            kernels->scramble(&key->scramble, count, word);
            break;
        default:
            stream_words(&source->stream, kernels, replicate * self->n + first, count, word);
            break;
    }
}

int
jc_points_is_balanced(const struct jc_points *self)
{
    return self->kind != JC_POINTS_SOBOL || (self->n & (self->n - 1)) == 0;
}
