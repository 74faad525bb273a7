#include "engine/forms.h"

size_t
jc_form_choose(const struct jc_case *spec, uint32_t word)
{
    double total = 0;
    double left;
    size_t k;

    for (k = 0; k < spec->n_alternatives; k++) {
        total += spec->alternatives[k].weight;
    }
    left = ((double) word + 0.5) * 0x1p-32 * total;
    for (k = 0; k + 1 < spec->n_alternatives && left >= spec->alternatives[k].weight; k++) {
        left -= spec->alternatives[k].weight;
    }
    return k;
}

struct jc_case
jc_form_case(const struct jc_case *spec, size_t alternative)
{
    struct jc_case chosen = *spec;

    if (spec->n_alternatives > 0) {
        chosen.throughput = spec->alternatives[alternative].throughput;
    }
    return chosen;
}
