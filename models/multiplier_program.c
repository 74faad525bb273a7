#include "models/multiplier_program.h"

#include <math.h>
#include <setjmp.h>
#include <stdlib.h>

#include <glpk.h>

#define TOLERANCE 1e-9        /* of the simplex method */
#define MOST_ITERATIONS 10000 /* of programs with some ten columns and hundreds of rows */
#define CHECK_TOLERANCE 1e-6  /* of the Karush-Kuhn-Tucker conditions afterwards */

/* Columns are outputs, then inputs; row 1 holds a weighted sum at 1, row 2 + j is unit j. Everything
 * counts from 1, as GLPK does. Numbers are divided by the largest of their column. */
struct program {
    glp_prob *lp;
    const struct jc_eco_units *units;
    const struct jc_eco_options *options;
    double *scale;       /* [1 + columns] */
    double *sum;         /* [1 + columns] of the others */
    double *coefficient; /* [1 + columns] */
    int *index;          /* [1 + columns] */
};

static int
columns_of(const struct jc_eco_units *units)
{
    return (int) (units->n_outputs + units->n_inputs);
}

/* A number of a unit by its column, >= 1, in units of its scale. */
static double
number_of(const struct program *self, size_t unit, int column)
{
    const struct jc_eco_units *units = self->units;
    const size_t c = (size_t) column - 1;

    return (c < units->n_outputs ? units->output[unit * units->n_outputs + c]
                                 : units->input[unit * units->n_inputs + c - units->n_outputs])
        / self->scale[column];
}

static bool
is_output(const struct program *self, int column)
{
    return (size_t) column <= self->units->n_outputs;
}

/* u.y_j - factor v.x_j, in a row that is at most, or exactly, 0. */
static void
set_unit_row(struct program *self, size_t unit, double factor, int kind)
{
    const int row = (int) unit + 2;
    int c;

    for (c = 1; c <= columns_of(self->units); c++) {
        self->coefficient[c] = number_of(self, unit, c) * (is_output(self, c) ? 1 : -factor);
    }
    glp_set_mat_row(self->lp, row, columns_of(self->units), self->index, self->coefficient);
    glp_set_row_bnds(self->lp, row, kind, 0, 0);
}

/* Row 1 and the objective, from numbers[1 + columns]: one side is held at 1, the other optimised. */
static void
set_sides(struct program *self, const double *numbers, int direction)
{
    const bool holds_outputs = self->options->orientation == JC_ECO_OUTPUT;
    int c;

    for (c = 1; c <= columns_of(self->units); c++) {
        const bool held = is_output(self, c) == holds_outputs;

        self->coefficient[c] = held ? numbers[c] : 0;
        glp_set_obj_coef(self->lp, c, held ? 0 : numbers[c]);
    }
    glp_set_mat_row(self->lp, 1, columns_of(self->units), self->index, self->coefficient);
    glp_set_row_bnds(self->lp, 1, GLP_FX, 1, 1);
    glp_set_obj_dir(self->lp, direction);
}

static int
check_conditions(const struct program *self)
{
    static const int conditions[] = { GLP_KKT_PE, GLP_KKT_PB, GLP_KKT_DE, GLP_KKT_DB };
    double absolute, relative;
    int absolute_index, relative_index;
    size_t j;

    for (j = 0; j < sizeof(conditions) / sizeof(conditions[0]); j++) {
        glp_check_kkt(self->lp, GLP_SOL, conditions[j], &absolute, &absolute_index, &relative,
            &relative_index);
        if (!(relative <= CHECK_TOLERANCE)) {
            return 1;
        }
    }
    return 0;
}

/* From the same basis for every unit, so that the order of the units does not matter. */
static int
try_to_solve(const struct program *self, bool exactly)
{
    glp_smcp parameters;
    int failed;

    glp_init_smcp(&parameters);
    parameters.msg_lev = GLP_MSG_OFF;
    parameters.tol_bnd = TOLERANCE;
    parameters.tol_dj = TOLERANCE;
    parameters.it_lim = MOST_ITERATIONS;
    glp_scale_prob(self->lp, GLP_SF_GM | GLP_SF_EQ | GLP_SF_2N);
    glp_std_basis(self->lp);
    failed = exactly ? glp_exact(self->lp, &parameters) : glp_simplex(self->lp, &parameters);
    return failed != 0 || glp_get_status(self->lp) != GLP_OPT || check_conditions(self) != 0;
}

/* Where the simplex method ends in rounding errors, rational numbers do not. */
static int
solve(const struct program *self, size_t unit, struct jc_error *error)
{
    if (try_to_solve(self, false) != 0 && try_to_solve(self, true) != 0) {
        return jc_fail(error, JC_ERROR_INPUT,
            "unit '%s': its linear program has no solution in double precision; its numbers may be "
            "too far apart",
            self->units->name[unit]);
    }
    return 0;
}

/* Vertices have zeros, which come back with rounding errors of either sign. */
static double
not_below_zero(double value)
{
    return value > 0 ? value : 0;
}

static void
take_weights(const struct program *self, size_t unit, struct jc_eco_result *result)
{
    const struct jc_eco_units *units = self->units;
    double weight;
    int c;

    for (c = 1; c <= columns_of(units); c++) {
        weight = not_below_zero(glp_get_col_prim(self->lp, c)) / self->scale[c];
        if (is_output(self, c)) {
            result->output_weight[unit * units->n_outputs + (size_t) c - 1] = weight;
        } else {
            result->input_weight[unit * units->n_inputs + (size_t) c - 1 - units->n_outputs] =
                weight;
        }
    }
}

static int
find_efficiency(struct program *self, size_t unit, struct jc_eco_result *result,
    struct jc_error *error)
{
    const bool is_input = self->options->orientation == JC_ECO_INPUT;
    const double sign = is_input ? 1 : -1; /* of dual values, by the direction */
    double optimum;
    size_t j;
    int c, ret;

    for (c = 1; c <= columns_of(self->units); c++) {
        self->sum[c] = number_of(self, unit, c);
    }
    set_sides(self, self->sum, is_input ? GLP_MAX : GLP_MIN);
    ret = solve(self, unit, error);
    if (ret != 0) {
        return ret;
    }
    optimum = glp_get_obj_val(self->lp);
    result->efficiency[unit] = fmin(is_input ? optimum : 1 / optimum, 1);
    for (j = 0; j < self->units->n; j++) {
        result->lambda[unit * self->units->n + j] =
            not_below_zero(sign * glp_get_row_dual(self->lp, (int) j + 2));
    }
    take_weights(self, unit, result);
    return 0;
}

/* Outputs at their most and inputs at their least are both benevolent. */
static int
pursue_goal(struct program *self, size_t unit, struct jc_eco_result *result, struct jc_error *error)
{
    /* An efficiency that was rounded up is out of reach by as much. */
    static const double given_up[] = { 0, 1e-13, 1e-12, 1e-11, 1e-10 };
    const bool maximise =
        (self->options->goal == JC_ECO_BENEVOLENT) == (self->options->orientation == JC_ECO_INPUT);
    size_t j, k;
    int c;
    int ret = 0;

    for (c = 1; c <= columns_of(self->units); c++) {
        self->sum[c] = 0;
        for (j = 0; j < self->units->n; j++) {
            self->sum[c] += j == unit ? 0 : number_of(self, j, c);
        }
    }
    set_sides(self, self->sum, maximise ? GLP_MAX : GLP_MIN);
    for (k = 0; k < sizeof(given_up) / sizeof(given_up[0]); k++) {
        set_unit_row(self, unit, result->efficiency[unit] * (1 - given_up[k]), GLP_FX);
        ret = solve(self, unit, error);
        if (ret == 0) {
            break;
        }
    }
    if (ret == 0) {
        take_weights(self, unit, result);
        set_unit_row(self, unit, 1, GLP_UP);
    }
    return ret;
}

static void
set_scales(struct program *self)
{
    size_t j;
    int c;

    for (c = 1; c <= columns_of(self->units); c++) {
        double largest = 0;

        self->index[c] = c;
        self->scale[c] = 1;
        for (j = 0; j < self->units->n; j++) {
            largest = fmax(largest, number_of(self, j, c));
        }
        self->scale[c] = largest;
    }
}

static int
solve_units(struct program *self, struct jc_eco_result *result, struct jc_error *error)
{
    const struct jc_eco_units *units = self->units;
    size_t j;
    int c;
    int ret = 0;

    set_scales(self);
    self->lp = glp_create_prob();
    (void) glp_add_cols(self->lp, columns_of(units));
    (void) glp_add_rows(self->lp, (int) units->n + 1);
    for (c = 1; c <= columns_of(units); c++) {
        glp_set_col_bnds(self->lp, c, GLP_LO, 0, 0);
    }
    for (j = 0; j < units->n; j++) {
        set_unit_row(self, j, 1, GLP_UP);
    }
    for (j = 0; ret == 0 && j < units->n; j++) {
        ret = find_efficiency(self, j, result, error);
        if (ret == 0 && self->options->goal != JC_ECO_NO_GOAL) {
            ret = pursue_goal(self, j, result, error);
        }
    }
    glp_delete_prob(self->lp);
    return ret;
}

/* GLPK would print to the terminal, and end the program when memory runs out. */
static int
keep_silent(void *info, const char *text)
{
    (void) info;
    (void) text;
    return 1;
}

static void
leave(void *info)
{
    longjmp(*(jmp_buf *) info, 1);
}

static int
solve_guarded(struct program *self, struct jc_eco_result *result, struct jc_error *error)
{
    jmp_buf fault;
    int ret;

    if (glp_init_env() > 1) { /* before it knows of a hook */
        return jc_fail_memory(error);
    }
    if (setjmp(fault) != 0) {
        (void) glp_free_env();
        return jc_fail(error, JC_ERROR_INTERNAL, "GLPK gave up; memory may have run out");
    }
    glp_term_hook(keep_silent, NULL);
    glp_error_hook(leave, &fault);
    ret = solve_units(self, result, error);
    (void) glp_free_env();
    return ret;
}

int
jc_multiplier_programs(const struct jc_eco_units *units, const struct jc_eco_options *options,
    struct jc_eco_result *result, struct jc_error *error)
{
    const size_t columns = units->n_inputs + units->n_outputs + 1;
    struct program program = {
        .units = units,
        .options = options,
        .scale = calloc(columns, sizeof(double)),
        .sum = calloc(columns, sizeof(double)),
        .coefficient = calloc(columns, sizeof(double)),
        .index = calloc(columns, sizeof(int)),
    };
    int ret = program.scale == NULL || program.sum == NULL || program.coefficient == NULL
            || program.index == NULL
        ? jc_fail_memory(error)
        : solve_guarded(&program, result, error);

    free(program.scale);
    free(program.sum);
    free(program.coefficient);
    free(program.index);
    return ret;
}
