/*
 * Factors of what is unknown: as a sensitivity study exchanges it between draws, one unknown by one with all
 * its words, or in groups.
 */
#ifndef JC_ENGINE_UNKNOWN_FACTORS_H
#define JC_ENGINE_UNKNOWN_FACTORS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "engine/subjects.h"
#include "engine/unknowns.h"

#define JC_NO_FACTOR ((size_t) -1)

struct jc_unknown_factors {
    size_t n;
    const char **name; /* [n] "hosting.pue", or of a group "facility" */
    size_t *n_words;   /* [n] */
    size_t *of_word;   /* [n_words of the unknowns] JC_NO_FACTOR: no subject takes the word */
};

/* Groups are those of factors.h: coefficients of fits and forms of throughput are of serving. The unknowns must
 * outlive the factors. Errors: JC_ERROR_INTERNAL; free also then. */
int jc_unknown_factors_init(struct jc_unknown_factors *self, const struct jc_unknowns *unknowns,
    const struct jc_subjects *subjects, bool grouped, struct jc_error *error);
void jc_unknown_factors_free(struct jc_unknown_factors *self);

/* 1 if a subject takes a word of a factor. */
bool jc_unknown_factor_acts(const struct jc_unknown_factors *self,
    const struct jc_unknowns *unknowns, const struct jc_subject *subject, size_t factor);

#endif
