/* How uncertain the fits of a study are: whose scatter, which draws are shared, what a draw changes. */
#include <math.h>

#include "engine/plan.h"
#include "tests/scenario_files.h"

#define HEAD                                                                                  \
    "joulecast: 1\n"                                                                          \
    "defaults:\n"                                                                             \
    "  workload: {input_tokens: 500, output_tokens: 300}\n"                                   \
    "  throughput: {form: log_linear, table: throughput_h100, precision: FP8, coefficients: " \
    "uncertain}\n"                                                                            \
    "  node: {power: 10.2 kW, power_utilization: 0.4}\n"                                      \
    "  hosting: {pue: 1.2}\n"                                                                 \
    "cases:\n"
#define DEEPSEEK "  deepseek: {throughput: {model: DeepSeek-R1 671B}}\n"

/* 405B has 7 rows, 70B and Mixtral have 5, DeepSeek-R1 has 3. */
#define STUDY                                                                                      \
    HEAD "  own: {throughput: {model: Llama 3.1 405B, residuals: query}}\n"                        \
         "  twin: {throughput: {model: Llama 3.1 405B, cap: none}}\n" DEEPSEEK                     \
         "  small: {throughput: {model: Llama 3.1 70B, residual_sd: pooled}}\n"                    \
         "  given: {throughput: {model: Llama 3.1 70B, residual_sd: 0.2, degrees_of_freedom: "     \
         "7.5}}\n"                                                                                 \
         "  fixed: {throughput: {model: Llama 3.1 70B, coefficients: fixed}}\n"                    \
         "  residuals: {throughput: {model: Mixtral 8x22B, residual_sd: 0.3, degrees_of_freedom: " \
         "1, "                                                                                     \
         "coefficients: fixed, residuals: query}}\n"                                               \
         "  constant: {throughput: {form: constant, tokens_per_s: 5}}\n"                           \
         "  nameless:\n"                                                                           \
         "    throughput:\n"                                                                       \
         "      residual_sd: own\n"                                                                \
         "      precision: x\n"                                                                    \
         "      measurements:\n"                                                                   \
         "        - {input_tokens: 128, output_tokens: 128, throughput: 3732}\n"                   \
         "        - {input_tokens: 2048, output_tokens: 128, throughput: 449}\n"                   \
         "        - {input_tokens: 500, output_tokens: 2000, throughput: 3662}\n"

enum { OWN, TWIN, BORROWED, POOLED, GIVEN, FIXED, RESIDUALS, CONSTANT, NAMELESS };

static struct jc_scenario scenario;
static struct jc_plan plan;

static int
plan_study(void **state)
{
    struct jc_error error = { "" };
    int ret = set_up(state);

    if (ret == 0) {
        write_file("s.yaml", STUDY);
        load_well(&scenario, "s.yaml", NULL);
        ret = jc_plan_init(&plan, &scenario, &error);
        assert_string_equal(error.message, "");
    }
    return ret;
}

static int
free_study(void **state)
{
    jc_plan_free(&plan);
    jc_scenario_free(&scenario);
    return tear_down(state);
}

static void
assert_scatter(size_t index, double sd, double degrees_of_freedom, bool borrowed)
{
    const struct jc_fit_scatter *scatter = &plan.models[index].scatter;

    assert_true(plan.models[index].is_scattered);
    assert_true(fabs(scatter->sd - sd) < 1e-6);
    assert_true(scatter->degrees_of_freedom == degrees_of_freedom);
    assert_int_equal(scatter->borrowed, borrowed);
}

/* The sums of squared residuals of 405B, 70B and Mixtral (by NumPy) have 4, 2 and 2 degrees of freedom. The
 * rows of a model count once, and three rows leave nothing. */
static void
test_whose_scatter(void **state)
{
    const double pooled = sqrt((0.384851663 + 0.329335983 + 0.335478328) / 8);

    (void) state;
    assert_scatter(OWN, sqrt(0.384851663 / 4), 4, false);
    assert_scatter(TWIN, sqrt(0.384851663 / 4), 4, false);
    assert_scatter(BORROWED, pooled, 8, true);
    assert_scatter(POOLED, pooled, 8, true);
    assert_scatter(GIVEN, 0.2, 7.5, false);
    assert_scatter(RESIDUALS, 0.3, 1, false);
    assert_scatter(NAMELESS, pooled, 8, true);
    assert_false(plan.models[FIXED].is_scattered);
    assert_false(plan.models[CONSTANT].is_scattered);
    assert_false(plan.models[RESIDUALS].coefficients_uncertain);
    assert_non_null(plan.models[OWN].residuals);
    assert_null(plan.models[TWIN].residuals);
}

static void
test_labels(void **state)
{
    char label[JC_FIT_LABEL];
    char cut[16];

    (void) state;
    jc_case_fit_label(&scenario.cases[OWN], label, sizeof(label));
    assert_string_equal(label, "throughput/Llama 3.1 405B");
    jc_case_fit_label(&scenario.cases[NAMELESS], label, sizeof(label));
    assert_string_equal(label, "throughput/nameless");
    jc_case_fit_label(&scenario.cases[OWN], cut, sizeof(cut));
    assert_string_equal(cut, "throughput/Llam");
}

/* Word k of draw d is word d of the stream "LABEL/k". */
static void
test_words(void **state)
{
    static const uint64_t numbers[] = { 0, 1, 12345, UINT64_C(1) << 40 };
    uint32_t word[JC_FIT_WORDS];
    struct jc_stream stream;
    struct jc_lanes lanes;
    struct jc_pcg pcg;
    char label[64];

    (void) state;
    for (size_t j = 0; j < sizeof(numbers) / sizeof(numbers[0]); j++) {
        jc_case_fit_words(&scenario.cases[BORROWED], 77, numbers[j], word);
        for (int k = 0; k < JC_FIT_WORDS; k++) {
            (void) snprintf(label, sizeof(label), "throughput/DeepSeek-R1 671B/%d", k);
            jc_stream_init(&stream, 77, label);
            jc_stream_seek(&stream, numbers[j], &lanes);
            pcg = (struct jc_pcg){ lanes.state[0], stream.start.increment };
            assert_int_equal(word[k], jc_pcg_next(&pcg));
        }
    }
}

static void
assert_same_curve(const struct jc_case_model *a, const struct jc_case_model *b, bool same)
{
    assert_int_equal(same, a->log_linear.log_scale == b->log_linear.log_scale);
    assert_int_equal(same, a->log_linear.input_exponent == b->log_linear.input_exponent);
    assert_int_equal(same, a->log_linear.output_exponent == b->log_linear.output_exponent);
}

/* A run has draw 0; cases of a model share it; a copy of a model takes another and leaves the model alone. */
static void
test_draws(void **state)
{
    const struct jc_case_model *model = &plan.models[OWN];
    struct jc_case_model copy = *model;
    double expected[JC_COEFFICIENTS];
    uint32_t word[JC_FIT_WORDS];

    (void) state;
    assert_same_curve(model, &plan.models[TWIN], true);
    assert_same_curve(model, &plan.models[BORROWED], false);
    jc_case_fit_words(model->spec, scenario.seed, 0, word);
    jc_fit_law_draw(model->fit_law, word, expected);
    assert_true(model->log_linear.log_scale == (float) expected[0]);
    assert_true(model->log_linear.input_exponent == (float) expected[1]);
    assert_true(model->log_linear.output_exponent == (float) expected[2]);
    assert_true(model->log_linear.input_exponent != (float) model->fit.coefficient[1]);
    jc_case_fit_words(model->spec, scenario.seed, 1, word);
    jc_case_model_set_coefficients(&copy, word);
    assert_same_curve(model, &copy, false);
    assert_same_curve(model, &plan.models[TWIN], true);
    assert_true(copy.log_linear.cap == model->log_linear.cap);
}

/* What is not uncertain has no other coefficients. */
static void
test_fixed(void **state)
{
    const uint32_t word[JC_FIT_WORDS] = { 1, 2, 3, 4 };
    struct jc_case_model copy = plan.models[RESIDUALS];

    (void) state;
    jc_case_model_set_coefficients(&copy, word);
    assert_same_curve(&copy, &plan.models[RESIDUALS], true);
    assert_true(copy.log_linear.log_scale == (float) copy.fit.coefficient[0]);
}

/* A word over a number takes its degrees of freedom away, and another form takes all of it away. */
static void
test_layers(void **state)
{
    static const char *const settings[] = { "cases.given.throughput.residual_sd=own",
        "cases.residuals.throughput.residual_sd=0.7", "cases.own.throughput.form=maximum" };
    const struct jc_overrides overrides = { 3, settings };
    struct jc_error error = { "" };
    struct jc_scenario changed;

    (void) state;
    assert_int_equal(jc_scenario_load(&changed, "s.yaml", &overrides, DATA, &error), 0);
    assert_int_equal(changed.cases[GIVEN].throughput.scatter, JC_SCATTER_OWN);
    assert_int_equal(changed.cases[RESIDUALS].throughput.scatter, JC_SCATTER_GIVEN);
    assert_true(changed.cases[RESIDUALS].throughput.residual_sd == 0.7);
    assert_true(changed.cases[RESIDUALS].throughput.degrees_of_freedom == 1);
    assert_false(changed.cases[OWN].throughput.coefficients_uncertain);
    assert_false(changed.cases[OWN].throughput.residuals);
    expect_round_trip(&changed);
    jc_scenario_free(&changed);
}

/* A study whose only fit has three rows, with more keys: 0 if it can be run. */
static int
try_three_rows(const char *keys, struct jc_error *error)
{
    struct jc_scenario few;
    struct jc_plan planned;
    char text[1024];
    int ret;

    (void) snprintf(text, sizeof(text), HEAD "  few: {throughput: {model: DeepSeek-R1 671B%s}}\n",
        keys);
    write_file("b.yaml", text);
    load_well(&few, "b.yaml", NULL);
    *error = (struct jc_error){ "" };
    ret = jc_plan_init(&planned, &few, error);
    jc_plan_free(&planned);
    jc_scenario_free(&few);
    return ret;
}

static void
test_nobody_to_borrow_from(void **state)
{
    static const char *const needy[] = { "", ", residual_sd: pooled",
        ", coefficients: fixed, residuals: query" };
    static const char *const content[] = { ", coefficients: fixed",
        ", residual_sd: 0.3, degrees_of_freedom: 4", ", form: maximum" };
    struct jc_error error;

    (void) state;
    for (size_t i = 0; i < sizeof(needy) / sizeof(needy[0]); i++) {
        assert_int_equal(try_three_rows(needy[i], &error), JC_ERROR_SCENARIO);
        assert_string_equal(error.message,
            "case few: throughput.residual_sd: no fit of the study has degrees of freedom to "
            "estimate it by, which takes 4 measurements or more; give a number, with "
            "degrees_of_freedom");
    }
    for (size_t i = 0; i < sizeof(content) / sizeof(content[0]); i++) {
        assert_int_equal(try_three_rows(content[i], &error), 0);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whose_scatter),
        cmocka_unit_test(test_labels),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_draws),
        cmocka_unit_test(test_fixed),
        cmocka_unit_test(test_layers),
        cmocka_unit_test(test_nobody_to_borrow_from),
    };

    return cmocka_run_group_tests(tests, plan_study, free_study);
}
