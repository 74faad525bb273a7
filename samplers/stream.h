/*
 * Streams: one PCG sequence per random variable, found by its label, read in lanes.
 *
 * A stream is a pure function of (seed, label): the first 16 bytes of
 * SHA-256("joulecast stream 1" || 0x00 || seed as 8 little-endian bytes || label) are the state and
 * the sequence of pcg32, little-endian. (A label longer than JC_LABEL_LENGTH bytes stands for its
 * own SHA-256 in hexadecimal.) Query q uses word q of the stream, so any block can be drawn at any
 * time, by anyone, in any order.
 */
#ifndef JC_SAMPLERS_STREAM_H
#define JC_SAMPLERS_STREAM_H

#include "samplers/pcg.h"

/* Words are made this many at a time, by as many interleaved copies of the generator, each of which
 * leaps over the words of the others; the sequence is that of one generator. All loops over queries
 * work on multiples of this number: arrays of n have room for n rounded up. */
#define JC_LANES 16

/* The most queries that one call draws. */
#define JC_STRIP 1024

#define JC_LABEL_LENGTH 512

struct jc_stream {
    struct jc_pcg start; /* at word 0 */
};

/* Where a reader stands in a stream: the states that give the next JC_LANES words. */
struct jc_lanes {
    uint64_t state[JC_LANES];
    uint64_t multiplier; /* of JC_LANES steps at once */
    uint64_t increment;
};

/* The stream of `label` (a NUL-terminated text such as "workload.output_tokens"). */
void jc_stream_init(struct jc_stream *self, uint64_t seed, const char *label);

/* One word of the stream of a label. */
uint32_t jc_stream_word(uint64_t seed, const char *label, uint64_t position);

/* Puts `lanes` at word number `position` of the stream. */
void jc_stream_seek(const struct jc_stream *self, uint64_t position, struct jc_lanes *lanes);

#endif
