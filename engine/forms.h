/*
 * The forms of a case: one, or the alternatives that its throughput has. Which of them holds is one unknown
 * of the whole fleet: one word decides for all cases of a study, so that cases with the same alternatives
 * have the same form.
 */
#ifndef JC_ENGINE_FORMS_H
#define JC_ENGINE_FORMS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "engine/case_model.h"
#include "scenarios/scenario.h"

/* The label of the stream of these words. */
#define JC_FORM_LABEL "throughput.form"

/* A case with the throughput of one of its alternatives. */
struct jc_form {
    struct jc_case spec; /* owns nothing */
    struct jc_case_model model;
};

struct jc_forms {
    size_t n;             /* 1 without alternatives */
    struct jc_form *form; /* [n] */
};

/* Compiles all forms of all cases, forms[n_cases], with draw 0 of what is unknown in them. `scenario` must
 * outlive them. Errors: those of jc_case_model_init and jc_case_fits_init; free also then. */
int jc_forms_init(struct jc_forms *forms, const struct jc_scenario *scenario,
    struct jc_error *error);
void jc_forms_free(struct jc_forms *forms, size_t n_cases);

/* The form that a word chooses by the weights of the alternatives. */
size_t jc_form_choose(const struct jc_case *spec, uint32_t word);

#endif
