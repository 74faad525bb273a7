/*
 * The unknowns of a study: inputs that have one value for the whole fleet, coefficients of fits, and which
 * of alternative forms holds.
 *
 * A draw of all of them is a row of words, one or more per unknown; the row makes the models of the cases.
 * Words are found by the same labels as those of queries, so cases share the unknowns that they have in
 * common, and row 0 of random points is what a plain run takes.
 */
#ifndef JC_ENGINE_UNKNOWNS_H
#define JC_ENGINE_UNKNOWNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "engine/case_model.h"
#include "engine/plan.h"

/* Where in a row the words of a form of a case are. */
struct jc_form_words {
    size_t value[JC_QUANTITIES];  /* of each unknown input */
    size_t choice[JC_QUANTITIES]; /* of its component, if it is a mixture; else the same */
    size_t coefficients[JC_FIT_WORDS];
};

/* Of all forms of a case, and of the choice among them. */
struct jc_case_words {
    struct jc_form_words *form; /* [n forms] */
    size_t choice;
};

struct jc_unknowns {
    const struct jc_plan *plan;
    size_t n;
    char *
        *name; /* [n] "hosting.pue", "throughput.form", in the order in which the cases have them */
    size_t n_words;
    char **label;  /* [n_words] of the streams: "hosting.pue", "hosting.pue/component" */
    size_t *owner; /* [n_words] the unknown that a word is of */
    struct jc_case_words *cases; /* [n_cases of the scenario] */
};

/* `plan` must outlive the unknowns. Errors: JC_ERROR_INTERNAL; free also then. */
int jc_unknowns_init(struct jc_unknowns *self, const struct jc_plan *plan, struct jc_error *error);
void jc_unknowns_free(struct jc_unknowns *self);

/* Words of the random draws `first` to `first + n - 1`, row by row: word[n * n_words]. */
void jc_unknowns_words(const struct jc_unknowns *self, uint64_t first, size_t n, uint32_t *word);

/* The same of all n draws of a set of points, of which each word is a dimension. Errors: JC_ERROR_SCENARIO
 * (more words than Sobol's sequence has dimensions), JC_ERROR_INTERNAL. */
int jc_unknowns_points(const struct jc_unknowns *self, enum jc_points_kind points, size_t n,
    uint32_t *word, struct jc_error *error);

/* Sets uses[n_words] to true for the words that a case, in any of its forms, takes; others stay as they are. */
void jc_unknowns_of_case(const struct jc_unknowns *self, size_t case_index, bool *uses);

/* *model becomes the model of a case for a row of words. It owns nothing and needs no free. */
void jc_unknowns_model(const struct jc_unknowns *self, size_t case_index, const uint32_t *word,
    struct jc_case_model *model);

#endif
