/*
 * Eco-efficiency: cross-efficiency data envelopment analysis, which unit gets most out of what it uses.
 *
 * The efficiency of a unit is the largest ratio of weighted outputs to weighted inputs that it reaches
 * with weights of its own choice under which no unit exceeds 1 (Charnes, Cooper and Rhodes, "Measuring
 * the efficiency of decision making units", European Journal of Operational Research 2, 1978).
 * In cross-efficiency every unit is then judged with the weights of every other one, and its score
 * is the mean of these judgements (Doyle and Green, "Efficiency and cross-efficiency in DEA:
 * derivations, meanings and uses", Journal of the Operational Research Society 45, 1994). Weights
 * that make a unit look best are not unique, and scores depend on them: a secondary goal chooses.
 */
#ifndef JC_MODELS_ECO_EFFICIENCY_H
#define JC_MODELS_ECO_EFFICIENCY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* What is held at 1 in the programs, the weighted inputs or the weighted outputs. Returns to scale are
 * constant, so efficiencies and the scores of a secondary goal are the same. */
enum jc_eco_orientation { JC_ECO_INPUT, JC_ECO_OUTPUT, JC_ECO_ORIENTATIONS };

/* Of the weights that leave a unit its efficiency, those that show the others, added up to one unit, at
 * their best (benevolent) or worst (aggressive); or those that the simplex method comes upon. */
enum jc_eco_goal { JC_ECO_BENEVOLENT, JC_ECO_AGGRESSIVE, JC_ECO_NO_GOAL, JC_ECO_GOALS };

/* Inputs as they are; or each of them moved to what lies between epsilon (the smallest of all units) and
 * 1 (the largest), and to 1 if it is the same for all. Efficiency then depends on which units are
 * compared and on epsilon, and no longer is a ratio of physical quantities. */
enum jc_eco_normalisation { JC_ECO_RAW, JC_ECO_MIN_MAX, JC_ECO_NORMALISATIONS };

struct jc_eco_options {
    enum jc_eco_orientation orientation;
    enum jc_eco_goal goal;
    enum jc_eco_normalisation normalisation;
    double epsilon;    /* 0 < epsilon < 1; only for JC_ECO_MIN_MAX */
    bool exclude_self; /* a score is the mean of the judgements of the others only */
};

/* The names of an option's values, by its enum; they end with NULL. */
extern const char *const jc_eco_orientation_names[];
extern const char *const jc_eco_goal_names[];
extern const char *const jc_eco_normalisation_names[];

struct jc_eco_units {
    size_t n; /* >= 2 */
    size_t n_inputs;
    size_t n_outputs;
    char **name;        /* [n] */
    char **input_name;  /* [n_inputs] */
    char **output_name; /* [n_outputs] */
    double *input;      /* [n * n_inputs] > 0, any unit, unit by unit; less is better */
    double *output;     /* [n * n_outputs] > 0, more is better */
};

struct jc_eco_result {
    double *efficiency;    /* [n] 0 to 1 */
    double *input_weight;  /* [n * n_inputs] >= 0, of the inputs as they were normalised */
    double *output_weight; /* [n * n_outputs] >= 0 */
    double *lambda; /* [n * n] row k: how much of each unit the target of unit k is made of */
    double *gap;    /* [n] between the two programs of a unit, relative: their optima are equal */
    double *cross;  /* [n * n] row k: all units as unit k judges them */
    double *score;  /* [n] mean of a column */
};

/* A unit is a peer of another one if it has a larger share in its target than this. */
#define JC_ECO_PEER 1e-7

/* Scores that are nearer to each other are equal. */
#define JC_ECO_TIE 1e-9

/* Room for the names and numbers of n_units; names are NULL. Errors: JC_ERROR_INTERNAL; free them in
 * any case. */
int jc_eco_units_init(struct jc_eco_units *self, size_t n_units, size_t n_inputs, size_t n_outputs,
    struct jc_error *error);
void jc_eco_units_free(struct jc_eco_units *self);

/* Finds all of a result; free with jc_eco_result_free. From one thread at a time: GLPK has one
 * environment, which is made and freed here. Errors: JC_ERROR_INPUT (fewer than two units, no input or
 * output, a number that is not greater than 0 and finite: `unit 'a': energy is 0; ...`, numbers so far
 * apart that no solution passes its check), JC_ERROR_SCENARIO (epsilon), JC_ERROR_INTERNAL. */
int jc_eco_efficiency(const struct jc_eco_units *units, const struct jc_eco_options *options,
    struct jc_eco_result *result, struct jc_error *error);
void jc_eco_result_free(struct jc_eco_result *self);

/* rank[n], from 1: how many scores are higher, and one. Equal scores share a rank. */
void jc_eco_ranks(size_t n, const double *score, size_t *rank);

#endif
