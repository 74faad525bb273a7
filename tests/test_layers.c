/*
 * Two layers: known bands and shares, common queries, forms, and that no split matters. Statistical
 * checks allow 4.5 standard errors, which a right program exceeds in 7 of a million; there are some
 * thirty of them.
 */
#include "scenario_files.h"

#include <math.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

#include "engine/draws.h"
#include "engine/layers.h"
#include "engine/run.h"

#define ALLOWED 4.5

/* A study, its unknowns and the rows of its draws. */
struct study {
    struct jc_scenario scenario;
    struct jc_plan plan;
    struct jc_unknowns unknowns;
    uint32_t *word;
};

static void
open_study(struct study *self, const char *path, const char *setting, size_t n_draws)
{
    struct jc_error error = { "" };

    load_well(&self->scenario, path, setting);
    assert_int_equal(jc_plan_init(&self->plan, &self->scenario, &error), 0);
    assert_int_equal(jc_unknowns_init(&self->unknowns, &self->plan, &error), 0);
    self->word = calloc(n_draws * self->unknowns.n_words + 1, sizeof(*self->word));
    assert_non_null(self->word);
    jc_unknowns_words(&self->unknowns, 0, n_draws, self->word);
}

static void
close_study(struct study *self)
{
    free(self->word);
    jc_unknowns_free(&self->unknowns);
    jc_plan_free(&self->plan);
    jc_scenario_free(&self->scenario);
}

static void
compute(const struct study *study, size_t first, size_t n_draws, uint64_t queries, int threads,
    struct jc_bands *bands)
{
    const struct jc_layer_options options = { .queries = queries,
        .threads = threads,
        .simd = jc_simd_best() };
    struct jc_error error = { "" };

    assert_int_equal(jc_layers_run(&study->unknowns, &options, n_draws,
                         study->word + first * study->unknowns.n_words, bands, &error),
        0);
}

/* Energy is 1 Wh times two lognormal numbers, one of the fleet and one of the query. */
#define FLEET_SIGMA 0.2
#define QUERY_SIGMA 0.5

static const char product[] =
    "joulecast: 1\n"
    "cases:\n"
    "  a:\n"
    "    workload: {input_tokens: 1, output_tokens: 3600}\n"
    "    throughput: {form: constant, tokens_per_s: 1000}\n"
    "    node:\n"
    "      power: 1 kW\n"
    "      power_utilization: {lognormal: {mu: 0, sigma: 0.5}}\n"
    "    hosting: {pue: {lognormal: {mu: 0, sigma: 0.2}, varies: fleet}}\n";

/* Standard error of the logarithm of a quantile of n lognormal numbers. */
static double
quantile_error(double sigma, double probability, double n)
{
    const double z = gsl_cdf_ugaussian_Pinv(probability);

    return sigma * sqrt(probability * (1 - probability) / n) / gsl_ran_ugaussian_pdf(z);
}

static void
expect_band(const struct jc_band *band, double log_centre, double centre_error, double n_draws)
{
    double expected, allowed;

    for (size_t k = 0; k < JC_BAND_RANKS; k++) {
        expected = log_centre + FLEET_SIGMA * gsl_cdf_ugaussian_Pinv(jc_band_ranks[k]);
        allowed =
            ALLOWED * hypot(centre_error, quantile_error(FLEET_SIGMA, jc_band_ranks[k], n_draws));
        assert_true(fabs(log(band->value[k]) - expected) < allowed + JC_SKETCH_RELATIVE_ERROR);
        assert_true(band->lower[k] < band->value[k] && band->value[k] < band->upper[k]);
    }
}

static void
test_product(void **state)
{
    enum { DRAWS = 2000, QUERIES = 20000 };
    const double within = expm1(QUERY_SIGMA * QUERY_SIGMA)
        * exp(QUERY_SIGMA * QUERY_SIGMA + 2 * FLEET_SIGMA * FLEET_SIGMA);
    const double between = expm1(FLEET_SIGMA * FLEET_SIGMA)
        * exp(FLEET_SIGMA * FLEET_SIGMA + QUERY_SIGMA * QUERY_SIGMA);
    const double share = between / (between + within);
    struct jc_variance_shares shares;
    struct jc_error error;
    struct jc_bands bands;
    struct jc_band band;
    struct study study;
    double p;

    (void) state;
    write_file("s.yaml", product);
    open_study(&study, "s.yaml", NULL, DRAWS);
    compute(&study, 0, DRAWS, QUERIES, 2, &bands);
    for (size_t j = 0; j < bands.n_quantiles; j++) {
        p = bands.quantile[j];
        assert_int_equal(jc_band_of_column(DRAWS, bands.cases[0].series[JC_ENERGY].quantile + j,
                             bands.n_quantiles, &band, &error),
            0);
        expect_band(&band, QUERY_SIGMA * gsl_cdf_ugaussian_Pinv(p),
            quantile_error(QUERY_SIGMA, p, QUERIES), DRAWS);
    }
    assert_int_equal(jc_band_of(DRAWS, bands.cases[0].series[JC_ENERGY].mean, &band, &error), 0);
    expect_band(&band, QUERY_SIGMA * QUERY_SIGMA / 2,
        sqrt(expm1(QUERY_SIGMA * QUERY_SIGMA) / QUERIES), DRAWS);
    shares = jc_variance_shares(&bands.cases[0].series[JC_ENERGY], DRAWS);
    assert_true(fabs(shares.query + shares.fleet - 1) < 1e-12);
    /* The sample variance of n nearly normal numbers has a relative error of sqrt(2 / n); here the kurtosis
     * is 3.7, so it is sqrt(2.7 / n). That of the queries, of kurtosis 8.9: sqrt(7.9 / n). */
    assert_true(
        fabs(shares.fleet / share - 1) < ALLOWED * hypot(sqrt(2.7 / DRAWS), sqrt(7.9 / QUERIES)));
    jc_bands_free(&bands);
    close_study(&study);
}

static const char mixed[] =
    "joulecast: 1\n"
    "store: [energy, pue]\n"
    "cases:\n"
    "  a:\n"
    "    workload: {input_tokens: 100, output_tokens: {exponential: {median: 300}}}\n"
    "    throughput: {form: constant, tokens_per_s: {uniform: {low: 500, high: 900}, varies: "
    "fleet}}\n"
    "    node:\n"
    "      power: {uniform: {low: 8 kW, high: 12 kW}, varies: fleet}\n"
    "      power_utilization: {triangular: {low: 0.2, mode: 0.5, high: 0.7}}\n"
    "    hosting: {pue: {mixture: [{weight: 1, uniform: {low: 1, high: 1.1}}, {weight: 2, "
    "lognormal: {p05: 1.2, p95: 1.6}}], varies: fleet}}\n"
    "  b:\n"
    "    like: a\n"
    "    node: {power: 6.5 kW, power_utilization: {lognormal: {p05: 0.4, p95: 0.9}}}\n"
    "blends: {both: {cases: {a: 1, b: 3}}}\n"
    "fleet: {f: {cases: {a: 0.5, b: 0.5}, demand: {start: 2025-01, queries_per_day: 1e6}}}\n";

/* The numbers of `part` are those of `whole` from draw `first` on. */
static void
expect_part(const struct jc_bands *whole, const struct jc_bands *part, size_t first)
{
    const size_t n = part->n_draws;
    const size_t n_quantiles = whole->n_quantiles;

    for (size_t q = 0; q < JC_QUANTITIES; q++) {
        for (size_t j = 0; j < whole->n_cases + whole->n_blends; j++) {
            const bool blend = j >= whole->n_cases;
            const struct jc_draw_series *a =
                blend ? &whole->blends[0].series[q] : &whole->cases[j].series[q];
            const struct jc_draw_series *b =
                blend ? &part->blends[0].series[q] : &part->cases[j].series[q];

            assert_true((a->mean == NULL) == (b->mean == NULL));
            if (a->mean != NULL) {
                assert_memory_equal(a->mean + first, b->mean, n * sizeof(double));
                assert_memory_equal(a->variance + first, b->variance, n * sizeof(double));
                assert_memory_equal(a->quantile + first * n_quantiles, b->quantile,
                    n * n_quantiles * sizeof(double));
            }
        }
    }
}

static void
test_splits(void **state)
{
    enum { DRAWS = 23, QUERIES = 3000 };
    static const size_t cuts[] = { 0, 7, 8, DRAWS };
    struct jc_bands whole, part;
    struct study study;

    (void) state;
    write_file("s.yaml", mixed);
    open_study(&study, "s.yaml", NULL, DRAWS);
    assert_int_equal(study.unknowns.n, 3);
    assert_int_equal(study.unknowns.n_words, 4);
    compute(&study, 0, DRAWS, QUERIES, 1, &whole);
    for (size_t k = 0; k + 1 < sizeof(cuts) / sizeof(cuts[0]); k++) {
        compute(&study, cuts[k], cuts[k + 1] - cuts[k], QUERIES, 3, &part);
        expect_part(&whole, &part, cuts[k]);
        jc_bands_free(&part);
    }
    jc_bands_free(&whole);
    close_study(&study);
}

/* The mean energy of case a of a plain run. */
static double
plain_mean(const char *path, uint64_t queries)
{
    const struct jc_run_options options = { .threads = 1, .simd = jc_simd_best() };
    struct jc_scenario scenario;
    struct jc_results results;
    struct jc_error error = { "" };
    struct jc_plan plan;
    double mean;

    load_well(&scenario, path, NULL);
    scenario.queries = queries;
    assert_int_equal(jc_plan_init(&plan, &scenario, &error), 0);
    assert_int_equal(jc_run(&plan, &options, &results, &error), 0);
    mean = results.cases[0].record[JC_ENERGY].moments.mean;
    jc_results_free(&results);
    jc_plan_free(&plan);
    jc_scenario_free(&scenario);
    return mean;
}

/* Draw 0 is a plain run, and every draw is the run of a study that says its values. */
static void
test_draws_are_runs(void **state)
{
    enum { DRAWS = 5, QUERIES = 2000 };
    char text[2048];
    struct jc_case_model model;
    struct jc_bands bands;
    struct study study;

    (void) state;
    write_file("s.yaml", mixed);
    open_study(&study, "s.yaml", NULL, DRAWS);
    compute(&study, 0, DRAWS, QUERIES, 2, &bands);
    assert_true(bands.cases[0].series[JC_ENERGY].mean[0] == plain_mean("s.yaml", QUERIES));
    for (size_t k = 0; k < DRAWS; k++) {
        jc_unknowns_model(&study.unknowns, 0, study.word + k * study.unknowns.n_words, &model);
        (void) snprintf(text, sizeof(text),
            "joulecast: 1\ncases:\n  a:\n"
            "    workload: {input_tokens: 100, output_tokens: {exponential: {median: 300}}}\n"
            "    throughput: {form: constant, tokens_per_s: %.9g}\n"
            "    node: {power: %.9g kW, power_utilization: {triangular: {low: 0.2, mode: 0.5, "
            "high: 0.7}}}\n"
            "    hosting: {pue: %.9g}\n",
            (double) model.constant[JC_THROUGHPUT], (double) model.constant[JC_NODE_POWER],
            (double) model.constant[JC_PUE]);
        write_file("b.yaml", text);
        assert_true(bands.cases[0].series[JC_ENERGY].mean[k] == plain_mean("b.yaml", QUERIES));
    }
    jc_bands_free(&bands);
    close_study(&study);
}

static const char forms[] =
    "joulecast: 1\n"
    "defaults:\n"
    "  workload: {input_tokens: 100, output_tokens: {exponential: {median: 300}}}\n"
    "  node: {power: 10 kW, power_utilization: {from_class: {class: large-h100, weight: {uniform: "
    "{low: 0, high: 1}, varies: fleet}}}}\n"
    "  hosting: {pue: 1.1}\n"
    "  throughput:\n"
    "    tokens_per_s: 2000\n"
    "    alternatives:\n"
    "      - {form: constant, tokens_per_s: 1000, weight: 3}\n"
    "      - {form: constant}\n"
    "cases:\n"
    "  a: {}\n"
    "  b: {throughput: {tokens_per_s: 4000}}\n";

/* Which form holds is one choice of the whole study, by weight. */
static void
test_forms(void **state)
{
    enum { DRAWS = 400, QUERIES = 100 };
    const struct jc_draw_series *a, *b;
    struct jc_bands bands;
    struct study study;
    int slow = 0;

    (void) state;
    write_file("s.yaml", forms);
    open_study(&study, "s.yaml",
        "defaults.node.power_utilization={lognormal: {p05: 0.4, p95: 0.9}}", DRAWS);
    expect_round_trip(&study.scenario);
    assert_int_equal(study.unknowns.n, 1);
    assert_string_equal(study.unknowns.name[0], "throughput.form");
    compute(&study, 0, DRAWS, QUERIES, 2, &bands);
    a = &bands.cases[0].series[JC_ENERGY];
    b = &bands.cases[1].series[JC_ENERGY];
    for (size_t k = 0; k < DRAWS; k++) {
        slow += b->mean[k] == a->mean[k];
        assert_true(b->mean[k] == a->mean[k] || fabs(a->mean[k] / b->mean[k] - 2) < 1e-6);
    }
    /* Binomial with p = 3/4: sd sqrt(400 * 3/16) = 8.7. */
    assert_true(abs(slow - 300) < 40);
    jc_bands_free(&bands);
    close_study(&study);
}

/* What follows from an unknown constant follows from every value of it. */
static void
test_class(void **state)
{
    enum { DRAWS = 50, QUERIES = 16 };
    struct jc_case_model model;
    struct study study;
    float low = 1, high = 0, utilization;

    (void) state;
    write_file("s.yaml", forms);
    open_study(&study, "s.yaml", NULL, DRAWS);
    for (size_t k = 0; k < DRAWS; k++) {
        jc_unknowns_model(&study.unknowns, 0, study.word + k * study.unknowns.n_words, &model);
        utilization = model.constant[JC_POWER_UTILIZATION];
        low = utilization < low ? utilization : low;
        high = utilization > high ? utilization : high;
        assert_true(utilization >= model.utilization_intercept);
        assert_true(
            utilization <= model.utilization_intercept + model.utilization_slope * 1.000001f);
    }
    assert_true(high - low > 0.8f * model.utilization_slope);
    close_study(&study);
}

static void
test_nothing_unknown(void **state)
{
    struct jc_draws draws;
    struct jc_error error;
    struct study study;

    (void) state;
    write_minimal(8, "bands: {draws: 10}");
    open_study(&study, "s.yaml", NULL, 1);
    assert_int_equal(study.scenario.bands.queries, 10000);
    expect_round_trip(&study.scenario);
    assert_int_equal(jc_draws_init(&draws, &study.scenario, &error), JC_ERROR_SCENARIO);
    assert_string_equal(error.message,
        "bands are asked for, but nothing is unknown: no input says 'varies: fleet', no fit has "
        "uncertain coefficients and no throughput has alternatives");
    jc_draws_free(&draws);
    close_study(&study);
}

/* Of draws that fail, the first is told, for any number of threads. */
static void
test_failures(void **state)
{
    struct jc_layer_options options = { .queries = 10, .simd = jc_simd_best() };
    struct jc_bands bands;
    struct jc_error first = { "" };
    struct jc_error error;
    struct study study;

    (void) state;
    write_file("s.yaml", product);
    open_study(&study, "s.yaml",
        "cases.a={workload: {input_tokens: 1, output_tokens: 1e9}, node: {power: 1e9 kW, "
        "power_utilization: 1e9}, throughput: {form: constant, tokens_per_s: {discrete: {values: "
        "[1, 1e-14], weights: [9, 1]}, varies: fleet}}, hosting: {pue: 1}}",
        40);
    for (options.threads = 1; options.threads <= 3; options.threads++) {
        assert_int_equal(jc_layers_run(&study.unknowns, &options, 40, study.word, &bands, &error),
            JC_ERROR_SCENARIO);
        first = options.threads == 1 ? error : first;
        assert_string_equal(error.message, first.message);
    }
    close_study(&study);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_product),
        cmocka_unit_test(test_splits),
        cmocka_unit_test(test_draws_are_runs),
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_class),
        cmocka_unit_test(test_nothing_unknown),
        cmocka_unit_test(test_failures),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
