#include "engine/exchange.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/given_data.h"
#include "engine/sensitivity.h"
#include "samplers/stream.h"

uint64_t
jc_other_seed(uint64_t seed)
{
    struct jc_stream stream;
    uint64_t low;

    jc_stream_init(&stream, seed, JC_SENSITIVITY_STREAM);
    low = jc_pcg_next(&stream.start);
    return low | (uint64_t) jc_pcg_next(&stream.start) << 32;
}

/* The alternative that weighs most; the first of several that do. */
static size_t
likeliest(const struct jc_case *spec)
{
    size_t best = 0;
    size_t k;

    for (k = 1; k < spec->n_alternatives; k++) {
        best = spec->alternatives[k].weight > spec->alternatives[best].weight ? k : best;
    }
    return best;
}

/* Cases whose inputs are all drawn for every query, with their likeliest form and the fit as it is: a query
 * has no coefficients of its own. */
static int
vary_cases(struct jc_exchange_plans *self, const struct jc_scenario *scenario,
    struct jc_error *error)
{
    struct jc_distribution *input;
    size_t j, q;

    self->cases = calloc(scenario->n_cases, sizeof(*self->cases));
    if (self->cases == NULL) {
        return jc_fail_memory(error);
    }
    for (j = 0; j < scenario->n_cases; j++) {
        self->cases[j] = scenario->cases[j];
        if (self->cases[j].n_alternatives > 0) {
            self->cases[j].throughput =
                self->cases[j].alternatives[likeliest(&self->cases[j])].throughput;
            self->cases[j].n_alternatives = 0;
        }
        self->cases[j].throughput.coefficients_uncertain = false;
        for (q = 0; q < JC_QUANTITIES; q++) {
            input = jc_case_input(&self->cases[j], (enum jc_quantity) q);
            if (input != NULL) {
                input->varies = JC_VARIES_QUERY;
            }
        }
    }
    return 0;
}

int
jc_exchange_plans_init(struct jc_exchange_plans *self, const struct jc_scenario *scenario,
    struct jc_error *error)
{
    size_t k;
    int ret;

    *self = (struct jc_exchange_plans){ .cases = NULL };
    ret = vary_cases(self, scenario, error);
    for (k = 0; ret == 0 && k < 2; k++) {
        self->scenario[k] = *scenario;
        self->scenario[k].cases = self->cases;
        self->scenario[k].points = JC_POINTS_RANDOM; /* rows must be independent */
        self->scenario[k].replicates = 1;
        self->scenario[k].seed = k == 0 ? scenario->seed : jc_other_seed(scenario->seed);
        ret = jc_plan_init(&self->plan[k], &self->scenario[k], error);
    }
    return ret;
}

void
jc_exchange_plans_free(struct jc_exchange_plans *self)
{
    size_t k;

    for (k = 0; k < 2; k++) {
        jc_plan_free(&self->plan[k]);
    }
    free(self->cases);
    self->cases = NULL;
}

int
jc_exchange_init(struct jc_exchange *self, const struct jc_exchange_plans *plans, size_t case_index,
    bool grouped, enum jc_quantity response, struct jc_error *error)
{
    const char *name = plans->cases[case_index].name;
    size_t k;

    self->response = response;
    for (k = 0; k < 2; k++) {
        self->model[k] = &plans->plan[k].models[case_index];
    }
    jc_factors_of(self->model[0], grouped, &self->factors);
    if (self->factors.n == 0) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "case %s: no input is a distribution: there is nothing to be sensitive to", name);
    }
    if (!self->model[0]->has[response]) {
        return jc_fail(error, JC_ERROR_SCENARIO, "case %s: there is no %s", name,
            jc_quantity_info(response)->name);
    }
    return 0;
}

int
jc_exchange_strip_new(struct jc_exchange_strip **self, struct jc_error *error)
{
    *self = aligned_alloc(64, sizeof(**self));
    if (*self == NULL) {
        return jc_fail_memory(error);
    }
    memset(*self, 0, sizeof(**self));
    return 0;
}

void
jc_exchange_begin(struct jc_exchange_strip *self, const struct jc_kernels *kernels,
    const struct jc_exchange *exchange, uint64_t first)
{
    self->exchange = exchange;
    jc_block_begin(&self->set[0], kernels, exchange->model[0], first);
    jc_block_begin(&self->set[1], kernels, exchange->model[1], first);
    jc_block_begin(&self->mixed, kernels, exchange->model[0], first);
}

void
jc_exchange_draw(struct jc_exchange_strip *self, size_t n)
{
    jc_block_draw(&self->set[0], n);
    jc_block_draw(&self->set[1], n);
    self->mixed.n = n;
}

static bool
has_input(const struct jc_factor *factor, size_t quantity)
{
    size_t k = 0;

    while (k < factor->n && factor->input[k] != (enum jc_quantity) quantity) {
        k++;
    }
    return k < factor->n;
}

/* The response to the inputs as they are mixed. */
static int
respond(struct jc_exchange_strip *self, double *y, struct jc_error *error)
{
    const struct jc_exchange *exchange = self->exchange;
    struct jc_block *mixed = &self->mixed;
    size_t j;

    jc_block_throughput(mixed);
    jc_block_energy(mixed);
    jc_block_footprint(mixed);
    if (exchange->response == JC_NODE_TIME) {
        jc_block_node_time(mixed);
    }
    for (j = 0; j < mixed->n; j++) {
        y[j] = (double) mixed->column[exchange->response][j];
        if (!(fabs(y[j]) <= DBL_MAX)) {
            return jc_fail(error, JC_ERROR_SCENARIO,
                "case %s: %s is %g for inputs that can be drawn; a finite number is needed",
                exchange->model[0]->spec->name, jc_quantity_info(exchange->response)->name, y[j]);
        }
    }
    return 0;
}

/* Models may change inputs in their place: they get copies. */
int
jc_exchange_respond(struct jc_exchange_strip *self, size_t set, const struct jc_factor *factor,
    double *y, struct jc_error *error)
{
    size_t q, from;

    for (q = 0; q < JC_QUANTITIES; q++) {
        if (jc_factor_is_random(self->exchange->model[0], q)) {
            from = factor != NULL && has_input(factor, q) ? 1 - set : set;
            memcpy(self->mixed.column[q], self->set[from].column[q], sizeof(self->mixed.room[q]));
        }
    }
    return respond(self, y, error);
}

/* The value of an input that so many are below. */
static float
value_at(const struct jc_case_model *model, enum jc_quantity quantity, double probability)
{
    struct jc_case spec = *model->spec;
    struct jc_distribution residual = { .kind = JC_NORMAL,
        .parameter = { 0, model->scatter.sd },
        .min = -INFINITY,
        .max = INFINITY };

    return (float) jc_distribution_quantile(quantity == JC_THROUGHPUT && model->residuals != NULL
            ? &residual
            : jc_case_input(&spec, quantity),
        probability);
}

/* Queries of a strip: the first has all medians, then two for each factor. */
static void
fill_swings(struct jc_exchange_strip *self, const struct jc_exchange *exchange)
{
    const struct jc_case_model *model = exchange->model[0];
    enum jc_quantity q;
    size_t k, j;

    for (q = 0; q < JC_QUANTITIES; q++) {
        if (!jc_factor_is_random(exchange->model[0], q)) {
            continue;
        }
        self->mixed.column[q][0] = value_at(model, q, 0.5);
        for (j = 1; j < JC_STRIP; j++) {
            self->mixed.column[q][j] = self->mixed.column[q][0];
        }
        for (k = 0; k < exchange->factors.n; k++) {
            if (has_input(&exchange->factors.factor[k], q)) {
                self->mixed.column[q][1 + 2 * k] = value_at(model, q, 0.05);
                self->mixed.column[q][2 + 2 * k] = value_at(model, q, 0.95);
            }
        }
    }
}

int
jc_exchange_swing(struct jc_exchange_strip *self, const struct jc_kernels *kernels,
    const struct jc_exchange *exchange, struct jc_sensitivity *sensitivity, struct jc_error *error)
{
    double y[1 + 2 * JC_QUANTITIES];
    size_t k;
    int ret;

    jc_exchange_begin(self, kernels, exchange, 0);
    fill_swings(self, exchange);
    self->mixed.n = 1 + 2 * exchange->factors.n;
    ret = respond(self, y, error);
    if (ret != 0) {
        return ret;
    }
    sensitivity->at_medians = y[0];
    for (k = 0; k < exchange->factors.n; k++) {
        sensitivity->column[JC_AT_LOW][k] = y[1 + 2 * k];
        sensitivity->column[JC_AT_HIGH][k] = y[2 + 2 * k];
    }
    return 0;
}

/* Columns of the inputs, x[k][n], and their response. */
static int
collect(struct jc_exchange_strip *self, size_t n, size_t k, const enum jc_quantity *input,
    double *x, double *y, struct jc_error *error)
{
    size_t done, strip, i, j;
    int ret = 0;

    for (done = 0; ret == 0 && done < n; done += strip) {
        strip = n - done < JC_STRIP ? n - done : JC_STRIP;
        jc_exchange_draw(self, strip);
        for (i = 0; i < k; i++) {
            for (j = 0; j < strip; j++) {
                x[i * n + done + j] = (double) self->set[0].column[input[i]][j];
            }
        }
        ret = jc_exchange_respond(self, 0, NULL, y + done, error);
    }
    return ret;
}

/* Factors of several inputs have no coefficient of their own. */
static void
place_coefficients(const struct jc_factors *factors, size_t k, const enum jc_quantity *input,
    const double *coefficient, double *column)
{
    size_t i, f;

    for (i = 0; i < k; i++) {
        for (f = 0; f < factors->n; f++) {
            if (factors->factor[f].n == 1 && factors->factor[f].input[0] == input[i]) {
                column[f] = coefficient[i];
            }
        }
    }
}

int
jc_exchange_regress(struct jc_exchange_strip *self, const struct jc_kernels *kernels,
    const struct jc_exchange *exchange, size_t n, struct jc_sensitivity *sensitivity,
    struct jc_error *error)
{
    enum jc_quantity input[JC_QUANTITIES];
    double coefficient[JC_QUANTITIES];
    const double *column[JC_QUANTITIES];
    struct jc_rank_regression regression;
    double *x = malloc((JC_QUANTITIES * n + 1) * sizeof(*x));
    double *y = malloc((n + 1) * sizeof(*y));
    size_t k = 0;
    size_t q;
    int ret = x == NULL || y == NULL ? jc_fail_memory(error) : 0;

    for (q = 0; q < JC_QUANTITIES; q++) {
        if (jc_factor_is_random(exchange->model[0], q)) {
            column[k] = x == NULL ? NULL : x + k * n;
            input[k++] = (enum jc_quantity) q;
        }
    }
    jc_exchange_begin(self, kernels, exchange, 0);
    ret = ret != 0 ? ret : collect(self, n, k, input, x, y, error);
    ret = ret != 0 ? ret : jc_rank_regression(n, k, column, y, coefficient, &regression, error);
    if (ret == 0) {
        sensitivity->r_squared = regression.r_squared;
        sensitivity->determined = regression.determined;
        place_coefficients(&exchange->factors, k, input, coefficient,
            sensitivity->column[JC_RANK_COEFFICIENT]);
    }
    free(x);
    free(y);
    return ret;
}
