/* How well a curve over the batch size predicts what it has not seen: every configuration between two
 * others of its series is left out of the curves and its energy per request predicted from the rest. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/configurations.h"
#include "models/curve.h"
#include "samplers/stream.h"

#define TABLE JC_SOURCE_ROOT "/models/data/configurations.csv"
#define LARGEST_MEDIAN 0.10

static struct jc_configurations all;

static int
set_up(void **state)
{
    struct jc_error error = { "" };

    (void) state;
    return jc_configurations_read(&all, TABLE, &error);
}

static int
tear_down(void **state)
{
    (void) state;
    jc_configurations_free(&all);
    return 0;
}

static struct jc_configuration_choice
series_of(const struct jc_configuration *row)
{
    return (struct jc_configuration_choice){ row->model, row->precision, row->gpu, row->gpus,
        row->parallelism, row->task };
}

/* W = J/s, and 3600 J in a Wh. */
static double
measured_wh(const struct jc_configuration *row)
{
    return row->gpu_power_kw * row->output_tokens / row->tokens_per_s / 3.6;
}

/* The energy of a request of row `left_out` by curves through all others of its series. */
static double
predicted_wh(const struct jc_configurations *series, size_t left_out)
{
    const struct jc_model_kernels *kernels = jc_model_kernels_get(jc_simd_best());
    double batch_size[JC_CURVE_KNOTS], tokens_per_s[JC_CURVE_KNOTS], power_kw[JC_CURVE_KNOTS];
    float batch[JC_LANES] = { (float) series->row[left_out].batch_size };
    float log_batch[JC_LANES], throughput[JC_LANES], power[JC_LANES];
    struct jc_curve throughputs, powers;
    struct jc_error error = { "" };
    size_t n = 0;
    size_t j;

    for (j = 0; j < series->n_rows; j++) {
        if (j != left_out) {
            batch_size[n] = series->row[j].batch_size;
            tokens_per_s[n] = series->row[j].tokens_per_s;
            power_kw[n] = series->row[j].gpu_power_kw;
            n++;
        }
    }
    assert_int_equal(jc_curve_init(&throughputs, n, batch_size, tokens_per_s, true, &error), 0);
    assert_int_equal(jc_curve_init(&powers, n, batch_size, power_kw, false, &error), 0);
    (void) kernels->log_batch(powers.log_batch[0], powers.log_batch[n - 1], 1, batch, log_batch);
    kernels->exp_curve(&throughputs, 1, log_batch, throughput);
    kernels->curve(&powers, 1, log_batch, power);
    return (double) power[0] * series->row[left_out].output_tokens / (double) throughput[0] / 3.6;
}

/* Relative errors of prediction. */
struct errors {
    size_t n;
    double error[512];
};

/* Those of the configurations of a model that lie within their series; of every model for NULL. */
static void
collect(const char *model, struct errors *errors)
{
    struct jc_configurations series;
    struct jc_configuration_choice choice;
    struct jc_error error = { "" };
    size_t j, k;

    errors->n = 0;
    for (j = 0; j < all.n_rows; j++) {
        if (model != NULL && strcmp(model, all.row[j].model) != 0) {
            continue;
        }
        choice = series_of(&all.row[j]);
        assert_int_equal(jc_configurations_select(&all, &choice, &series, &error), 0);
        for (k = 1; k + 1 < series.n_rows; k++) {
            if (series.row[k].batch_size == all.row[j].batch_size) {
                assert_true(errors->n < sizeof(errors->error) / sizeof(errors->error[0]));
                errors->error[errors->n++] =
                    fabs(predicted_wh(&series, k) / measured_wh(&series.row[k]) - 1);
            }
        }
        jc_configurations_free(&series);
    }
}

static int
by_size(const void *a, const void *b)
{
    const double x = *(const double *) a;
    const double y = *(const double *) b;

    return (x > y) - (x < y);
}

static double
median(const struct errors *sorted)
{
    return (sorted->error[(sorted->n - 1) / 2] + sorted->error[sorted->n / 2]) / 2;
}

static void
print_errors(const char *name, struct errors *errors)
{
    qsort(errors->error, errors->n, sizeof(errors->error[0]), by_size);
    if (errors->n > 0) {
        (void) printf("%-24s %5zu %8.2f %% %8.2f %%\n", name, errors->n, 100 * median(errors),
            100 * errors->error[errors->n - 1]);
    }
}

static void
test_left_out(void **state)
{
    static struct errors errors;
    size_t j;

    (void) state;
    (void) printf("%-24s %5s %10s %10s\n", "left out", "rows", "median", "worst");
    for (j = 0; j < all.n_rows; j++) {
        if (j == 0 || strcmp(all.row[j].model, all.row[j - 1].model) != 0) {
            collect(all.row[j].model, &errors);
            print_errors(all.row[j].model, &errors);
        }
    }
    collect(NULL, &errors);
    print_errors("all", &errors);
    assert_true(errors.n > 200);
    assert_true(median(&errors) <= LARGEST_MEDIAN);
}

/* Llama 3.1 405B in FP8 on 8 H100: from batch 8 to 256 the energy of a request falls from 1.42 to 0.21
 * Wh, while the power rises from 3.26 to 4.88 kW. */
static void
test_batch_dependence(void **state)
{
    const struct jc_configuration_choice choice = { "Llama 3.1 405B", "fp8", "H100", 8, "tp8",
        "chat" };
    struct jc_configurations series;
    const struct jc_configuration *first, *last;
    struct jc_error error = { "" };

    (void) state;
    assert_int_equal(jc_configurations_select(&all, &choice, &series, &error), 0);
    assert_int_equal(jc_configurations_check_series(&series, &error), 0);
    first = &series.row[0];
    last = &series.row[series.n_rows - 1];
    assert_true(first->batch_size < 8 && last->batch_size > 255 && last->batch_size < 256);
    assert_true(fabs(measured_wh(first) - 1.419) < 0.0005);
    assert_true(fabs(measured_wh(last) - 0.210) < 0.0005);
    assert_true(fabs(first->gpu_power_kw - 3.26) < 0.005);
    assert_true(fabs(last->gpu_power_kw - 4.88) < 0.006);
    jc_configurations_free(&series);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_left_out),
        cmocka_unit_test(test_batch_dependence),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
