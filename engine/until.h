/*
 * Runs that go on until their numbers are sure enough: `--until 'p95 rel 0.1%'`.
 *
 * What counts is half the width of the 95 % confidence interval, of every case and every blend that
 * has the quantity. The number of queries grows step by step: the error falls with its square root, which
 * says where the next step should end. Whatever has been computed is kept. Looking at the data to
 * decide when to stop makes the true coverage of the intervals a little lower than nominal.
 */
#ifndef JC_ENGINE_UNTIL_H
#define JC_ENGINE_UNTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "engine/resume.h"
#include "engine/run.h"
#include "models/quantities.h"
#include "results/results.h"
#include "scenarios/scenario.h"

/* Queries per case that a search may come to unless another number is asked for. */
#define JC_UNTIL_MOST_QUERIES UINT64_C(10000000000)
#define JC_UNTIL_MOST_STORED UINT64_C(100000000) /* with samples */

struct jc_until {
    const char *text; /* as it was given, not owned */
    enum jc_quantity quantity;
    bool of_mean; /* else of the quantile of this probability */
    double probability;
    bool relative;
    double half_width; /* wanted, > 0: in the unit of the quantity, or a fraction of the value */
};

/* Where a target stands in some results: the case or blend that is furthest from it. */
struct jc_until_state {
    const char *label; /* of the results */
    double half_width; /* as in struct jc_until; INFINITY: too few values to tell */
    double ratio;      /* of this to what is wanted: <= 1 is reached */
    bool is_reached;
};

struct jc_until_search {
    size_t n_targets;
    const struct jc_until *target; /* [n_targets] */
    uint64_t most_queries;
};

/* How a search ended: at results->queries. */
struct jc_until_outcome {
    bool is_reached;
    bool file_stays;             /* the resumed file is long enough: nothing was computed */
    size_t target;               /* the one furthest from what is wanted */
    struct jc_until_state state; /* its */
    uint64_t needed; /* queries that would reach it, by projection; UINT64_MAX: not known */
};

/* Reads [QUANTITY] mean|pNN[.N] rel|abs NUMBER[%| UNIT]; energy if no quantity is named. Errors:
 * JC_ERROR_SCENARIO. */
int jc_until_parse(const char *text, struct jc_until *until, struct jc_error *error);

/* Errors: JC_ERROR_SCENARIO if no case has recorded the quantity, JC_ERROR_INTERNAL. */
int jc_until_look(const struct jc_until *self, const struct jc_results *results,
    struct jc_until_state *state, struct jc_error *error);

/* Queries per case at which to look again, after `queries` with this ratio of the largest error to what is
 * wanted: whole blocks, more than `queries`, at most `most`. */
uint64_t jc_until_next_queries(uint64_t queries, double ratio, uint64_t most);

/* Runs the scenario, from its own number of queries or that of the resumed file on, until all targets are
 * reached or the largest number of queries is. The scenario has got the number of queries
 * of that end, and the results are, in the file, too, as a plain run of so many has them; but if the
 * resumed file is long enough it stays as it is, and the results are empty. Errors: those of jc_plan_init, jc_until_look and jc_run. */
int jc_until_run(struct jc_scenario *scenario, const struct jc_until_search *search,
    struct jc_resume *resume, const struct jc_run_options *options, struct jc_results *results,
    struct jc_until_outcome *outcome, struct jc_error *error);

#endif
