#include "engine/unknown_factors.h"

#include <stdlib.h>
#include <string.h>

#include "engine/factors.h"

/* What is no input of its own belongs to the throughput. */
static const char *
group_of(const char *unknown)
{
    const char *key;
    size_t q;

    for (q = 0; q < JC_QUANTITIES; q++) {
        key = jc_quantity_info((enum jc_quantity) q)->key;
        if (key != NULL && strcmp(key, unknown) == 0) {
            return jc_factor_group((enum jc_quantity) q);
        }
    }
    return jc_factor_group(JC_THROUGHPUT);
}

static bool
is_taken(const struct jc_subjects *subjects, size_t word)
{
    size_t j = 0;

    while (j < subjects->n && !subjects->subject[j].uses[word]) {
        j++;
    }
    return j < subjects->n;
}

/* The factor of that name, which is new if there is none. */
static size_t
find_or_add(struct jc_unknown_factors *self, const char *name)
{
    size_t k = 0;

    while (k < self->n && strcmp(self->name[k], name) != 0) {
        k++;
    }
    if (k == self->n) {
        self->name[self->n++] = name;
    }
    return k;
}

int
jc_unknown_factors_init(struct jc_unknown_factors *self, const struct jc_unknowns *unknowns,
    const struct jc_subjects *subjects, bool grouped, struct jc_error *error)
{
    const char *name;
    size_t j;

    *self = (struct jc_unknown_factors){
        .name = calloc(unknowns->n + 1, sizeof(*self->name)),
        .n_words = calloc(unknowns->n + 1, sizeof(*self->n_words)),
        .of_word = calloc(unknowns->n_words + 1, sizeof(*self->of_word)),
    };
    if (self->name == NULL || self->n_words == NULL || self->of_word == NULL) {
        return jc_fail_memory(error);
    }
    for (j = 0; j < unknowns->n_words; j++) {
        self->of_word[j] = JC_NO_FACTOR;
        if (is_taken(subjects, j)) {
            name = unknowns->name[unknowns->owner[j]];
            self->of_word[j] = find_or_add(self, grouped ? group_of(name) : name);
            self->n_words[self->of_word[j]]++;
        }
    }
    return 0;
}

void
jc_unknown_factors_free(struct jc_unknown_factors *self)
{
    free(self->name);
    free(self->n_words);
    free(self->of_word);
    *self = (struct jc_unknown_factors){ 0 };
}

bool
jc_unknown_factor_acts(const struct jc_unknown_factors *self, const struct jc_unknowns *unknowns,
    const struct jc_subject *subject, size_t factor)
{
    size_t j = 0;

    while (j < unknowns->n_words && !(subject->uses[j] && self->of_word[j] == factor)) {
        j++;
    }
    return j < unknowns->n_words;
}
