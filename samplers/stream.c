#include "samplers/stream.h"

#include <string.h>

#include "base/sha256.h"

static const char prefix[] = "joulecast stream 1"; /* its NUL is part of what is hashed */

static uint64_t
read_little_endian(const uint8_t *bytes)
{
    uint64_t number = 0;
    size_t j;

    for (j = 0; j < 8; j++) {
        number |= (uint64_t) bytes[j] << (8 * j);
    }
    return number;
}

void
jc_stream_init(struct jc_stream *self, uint64_t seed, const char *label)
{
    uint8_t message[sizeof(prefix) + 8 + JC_LABEL_LENGTH];
    uint8_t digest[JC_SHA256_BYTES];
    char hex[JC_SHA256_HEX];
    size_t length = strlen(label);
    size_t j;

    if (length > JC_LABEL_LENGTH) {
        jc_sha256(label, length, digest);
        jc_sha256_hex(digest, hex);
        label = hex;
        length = JC_SHA256_HEX - 1;
    }
    memcpy(message, prefix, sizeof(prefix));
    for (j = 0; j < 8; j++) {
        message[sizeof(prefix) + j] = (uint8_t) (seed >> (8 * j));
    }
    memcpy(message + sizeof(prefix) + 8, label, length);
    jc_sha256(message, sizeof(prefix) + 8 + length, digest);
    jc_pcg_init(&self->start, read_little_endian(digest), read_little_endian(digest + 8));
}

uint32_t
jc_stream_word(uint64_t seed, const char *label, uint64_t position)
{
    struct jc_stream stream;

    jc_stream_init(&stream, seed, label);
    jc_pcg_advance(&stream.start, position);
    return jc_pcg_next(&stream.start);
}

/* The step s -> m s + p taken JC_LANES times is one such step: its p is where 0 goes, and its m is
 * where 1 goes, less p. */
void
jc_stream_seek(const struct jc_stream *self, uint64_t position, struct jc_lanes *lanes)
{
    struct jc_pcg pcg = self->start;
    struct jc_pcg from_zero = { 0, self->start.increment };
    struct jc_pcg from_one = { 1, self->start.increment };
    size_t j;

    jc_pcg_advance(&pcg, position);
    for (j = 0; j < JC_LANES; j++) {
        lanes->state[j] = pcg.state;
        (void) jc_pcg_next(&pcg);
    }
    jc_pcg_advance(&from_zero, JC_LANES);
    jc_pcg_advance(&from_one, JC_LANES);
    lanes->increment = from_zero.state;
    lanes->multiplier = from_one.state - from_zero.state;
}
