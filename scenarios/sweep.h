/*
 * A sweep: a study again and again, each time with other values of some of its keys. Each time is a point.
 *
 * A crossed sweep has every combination of the values, the last parameter changing fastest; of any other, the
 * first point has the first value of every parameter, and so on.
 */
#ifndef JC_SCENARIOS_SWEEP_H
#define JC_SCENARIOS_SWEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define JC_SWEEP_MOST_POINTS 1000000
#define JC_SWEEP_MOST_PARAMETERS 16

enum jc_sweep_design {
    JC_SWEEP_CROSSED,
    JC_SWEEP_ZIPPED,
    JC_SWEEP_LATIN_HYPERCUBE,
    JC_SWEEP_SOBOL,
    JC_SWEEP_CSV,
    JC_SWEEP_DESIGNS
};

/* "crossed", "zipped", "latin-hypercube", "sobol", "csv", NULL. */
extern const char *const jc_sweep_design_names[];

struct jc_sweep_parameter {
    char *name;      /* of the coordinate in the result file */
    char *label;     /* for people */
    char *key;       /* path of keys, as --set takes it */
    char *units;     /* UDUNITS; NULL: not known, or texts */
    char *directory; /* that names of files in its values start from; "": the current one */
    size_t n;        /* values */
    double *number; /* [n] of the coordinate, in the key's plain unit; NULL: its values are texts */
    char **text;    /* [n] of the coordinate; NULL: numbers */
    char **value;   /* [n] what the key is set to, YAML */
};

struct jc_sweep {
    enum jc_sweep_design design;
    uint64_t queries; /* of each case and point; 0: those of the study */
    size_t n_points;  /* 0: there is no sweep */
    size_t n_parameters;
    struct jc_sweep_parameter *parameter;
};

void jc_sweep_free(struct jc_sweep *self);

/* Which of its values a parameter has in a point. */
size_t jc_sweep_value(const struct jc_sweep *self, size_t point, size_t parameter);

#endif
