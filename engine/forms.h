/*
 * Alternative forms of a model: which of them holds is one unknown of the whole fleet.
 *
 * One word decides for all cases of a study, so that cases with the same alternatives have the same form.
 */
#ifndef JC_ENGINE_FORMS_H
#define JC_ENGINE_FORMS_H

#include <stddef.h>
#include <stdint.h>

#include "scenarios/scenario.h"

/* The label of the stream of these words. */
#define JC_FORM_LABEL "throughput.form"

/* The alternative that a word chooses by the weights; 0 of a case without alternatives. */
size_t jc_form_choose(const struct jc_case *spec, uint32_t word);

/* The case with the throughput of one of its alternatives; it owns nothing. */
struct jc_case jc_form_case(const struct jc_case *spec, size_t alternative);

#endif
