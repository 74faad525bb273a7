/*
 * Labels of streams: what is meant to be drawn apart must not have the same random numbers.
 *
 * A stream is found by its label (samplers/stream.h), and labels are made of names. Names with dots can make the same
 * label in two ways: the share of case `a.b` in the regime `r` and that of `b` in `r.a` are both `fleet.mix.r.a.b`.
 */
#ifndef JC_ENGINE_LABELS_H
#define JC_ENGINE_LABELS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "samplers/stream.h"
#include "scenarios/scenario.h"

struct jc_label {
    char *text;
    char *meaning; /* what is drawn from it, for people: "the share of case b in regime r.a" */
    struct jc_stream stream;
};

/* Start from {0}. */
struct jc_labels {
    size_t n;
    size_t capacity;
    struct jc_label *label;
};

/* Errors: JC_ERROR_INTERNAL. */
int jc_labels_add(struct jc_labels *self, uint64_t seed, const char *text, const char *meaning,
    struct jc_error *error);
void jc_labels_free(struct jc_labels *self);

/* Sorts them. Errors: JC_ERROR_SCENARIO, naming both, if a label has two meanings, or if two labels have the same
 * sequence of numbers: generators whose increments are equal are at two places of one sequence. */
int jc_labels_check(struct jc_labels *self, uint64_t seed, struct jc_error *error);

/* All streams of a scenario. Errors: those of the two above. */
int jc_labels_check_scenario(const struct jc_scenario *scenario, struct jc_error *error);

#endif
