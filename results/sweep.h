/*
 * Sweeps in the results: the statistics of a study at many points, a point being the study with other values of
 * some of its keys. Only statistics are kept of a point, no records.
 */
#ifndef JC_RESULTS_SWEEP_H
#define JC_RESULTS_SWEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/sha256.h"
#include "models/quantities.h"

enum jc_point_status {
    JC_POINT_MISSING, /* not computed yet; never in a result file */
    JC_POINT_COMPUTED,
    JC_POINT_FAILED,
};

/* Numbers of one quantity of one case or blend in a point; the quantiles follow, then lower and upper bound of
 * each. */
enum jc_point_number {
    JC_POINT_N, /* values, after trimming */
    JC_POINT_MEAN,
    JC_POINT_MEAN_ERROR, /* standard error */
    JC_POINT_SD,
    JC_POINT_MIN,
    JC_POINT_MAX,
    JC_POINT_NUMBERS
};

/* The values of a parameter. */
struct jc_sweep_axis {
    char *name;
    char *label;
    char *key;   /* of the study */
    char *units; /* UDUNITS; NULL: not known, or texts */
    size_t n;
    double *number; /* [n]; NULL: texts */
    char **text;    /* [n]; NULL: numbers */
};

/* A case or a blend. */
struct jc_sweep_subject {
    char *name;
    char *label;
    bool has[JC_QUANTITIES];
};

/* A point. */
struct jc_sweep_point {
    enum jc_point_status status;
    char *message;                   /* if failed: why */
    uint8_t digest[JC_SHA256_BYTES]; /* SHA-256 of what was computed: the resolved scenario, and the
                                        version of the program; zeros if the scenario has errors */
    double *number;                  /* [n_numbers of the sweep], if computed */
};

struct jc_sweep_result {
    char *design; /* "crossed", "zipped", "sobol" ... */
    bool
        crossed; /* points are all combinations, the last axis fastest; else the axes go together */
    size_t n_axes; /* 0: there is no sweep */
    struct jc_sweep_axis *axis;
    uint64_t queries; /* of each case and point */
    size_t n_quantiles;
    double *quantile;
    size_t n_cases;
    size_t n_subjects; /* cases, then blends */
    struct jc_sweep_subject *subject;
    size_t n_numbers; /* of a point: for each quantity that some subject has, for each subject
                         JC_POINT_NUMBERS + 3 n_quantiles; NAN if it does not have it */
    size_t n_points;
    struct jc_sweep_point *point;
};

void jc_sweep_result_free(struct jc_sweep_result *self);

/* Room for axes, each then for its values, numbers or texts; for subjects, quantiles and points. Errors:
 * JC_ERROR_INTERNAL; free also then. */
int jc_sweep_result_alloc_axes(struct jc_sweep_result *self, size_t n_axes, struct jc_error *error);
int jc_sweep_axis_alloc(struct jc_sweep_axis *self, size_t n, bool texts, struct jc_error *error);
int jc_sweep_result_alloc_subjects(struct jc_sweep_result *self, size_t n_cases, size_t n_blends,
    size_t n_quantiles, struct jc_error *error);

/* Room for the points that the axes make; n_numbers follows from subjects and quantiles, which must be there. */
int jc_sweep_result_alloc_points(struct jc_sweep_result *self, struct jc_error *error);

/* The numbers of a computed point that are one quantity of one subject: JC_POINT_NUMBERS, then the quantiles, then
 * their bounds. */
double *jc_sweep_numbers(const struct jc_sweep_result *self, size_t point, size_t subject,
    enum jc_quantity quantity);

/* Where they begin among the numbers of a point. */
size_t jc_sweep_number_index(const struct jc_sweep_result *self, size_t subject,
    enum jc_quantity quantity);

/* Whether any subject from `first` on, of n, has a quantity. */
bool jc_sweep_has(const struct jc_sweep_result *self, size_t first, size_t n,
    enum jc_quantity quantity);

/* Which of its values an axis has in a point. */
size_t jc_sweep_axis_value(const struct jc_sweep_result *self, size_t point, size_t axis);

/* How many points have a status. */
size_t jc_sweep_count(const struct jc_sweep_result *self, enum jc_point_status status);

#endif
