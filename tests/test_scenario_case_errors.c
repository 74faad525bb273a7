/* The scenario language: the errors of cases, with their places and words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scenario_files.h"

static void
test_cases(void **state)
{
    static const struct wrong_line wrong[] = {
        { 3, "  a/b:",
            "s.yaml:3:3: cases.a/b: a name is 1 to 64 letters, digits and . _ + -, and not . or "
            ".." },
        { 3, "  '..':",
            "s.yaml:3:3: cases...: a name is 1 to 64 letters, digits and . _ + -, and not . or "
            ".." },
        { 3, "  '':",
            "s.yaml:3:3: cases.: a name is 1 to 64 letters, digits and . _ + -, and not . or .." },
        { 3, "  a1234567890123456789012345678901234567890123456789012345678901234:",
            "s.yaml:3:3: cases.a1234567890123456789012345678901234567890123456789012345678901234: "
            "a name is 1 to 64 letters, digits and . _ + -, and not . or .." },
        { 4, "    workload: {input_tokens: 500}",
            "s.yaml:3:3: cases.a: workload.output_tokens is missing, for example workload: "
            "{output_tokens: {exponential: {median: 300}}}" },
        { 4, "    workload: {output_tokens: 500}",
            "s.yaml:3:3: cases.a: workload.input_tokens is missing, for example workload: "
            "{input_tokens: 500}" },
        { 4, "    workload: 500",
            "s.yaml:4:15: cases.a.workload: expected a mapping {key: value}, found a text" },
        { 4, "    workload: {input_tokens: 500, output_tokens: -1}",
            "s.yaml:4:50: cases.a.workload.output_tokens: -1 found, must be 0 or greater" },
        { 4, "    workload: {input_tokens: 1e10, output_tokens: 1}",
            "s.yaml:4:30: cases.a.workload.input_tokens: 10000000000 found, must be at most "
            "1000000000" },
        { 4, "    workload: {input_tokens: {uniform: {low: 1, high: 2e9}}, output_tokens: 1}",
            "s.yaml:4:30: cases.a.workload.input_tokens: can be drawn as high as 2000000000, must "
            "be at most 1000000000" },
        { 4, "    workload: {input_tokens: {normal: {mean: 500, sd: 100}}, output_tokens: 1}",
            "s.yaml:4:30: cases.a.workload.input_tokens: can be drawn as low as -130, must be 0 or "
            "greater; give it a min:" },
        { 4, "    workload: {input_tokens: 2 ktokens, output_tokens: 1}",
            "s.yaml:4:30: cases.a.workload.input_tokens: the unit 'ktokens' does not fit, expected "
            "tokens or a plain number of them" },
        { 4, "    workload: {input_tokens: 1, output_token: 1}",
            "s.yaml:4:33: cases.a.workload.output_token: unknown key; did you mean "
            "output_tokens?" },
        { 6, "    node: {power: 10.2 kW}",
            "s.yaml:3:3: cases.a: node.power_utilization is missing, for example node: "
            "{power_utilization: 0.6}" },
        { 6, "    node: {power_utilization: 0.4}",
            "s.yaml:3:3: cases.a: node.power is missing, for example node: {power: 10.2 kW}" },
        { 6, "    node: {power: 0, power_utilization: 0.4}",
            "s.yaml:6:19: cases.a.node.power: 0 found, must be greater than 0" },
        { 6, "    node: {power: 1, power_utilization: -0.4}",
            "s.yaml:6:41: cases.a.node.power_utilization: -0.4 found, must be 0 or greater" },
        { 6, "    node: {power: 10 kWh, power_utilization: 0.4}",
            "s.yaml:6:19: cases.a.node.power: the unit 'kWh' does not fit, expected kW, W, MW or a "
            "plain number of kW" },
        { 6, "    node: {power: 10%, power_utilization: 0.4}",
            "s.yaml:6:19: cases.a.node.power: the unit '%' does not fit, expected kW, W, MW or a "
            "plain number of kW" },
        { 6, "    node: {power: 1e400, power_utilization: 0.4}",
            "s.yaml:6:19: cases.a.node.power: 1e400 is out of the range of numbers" },
        { 6, "    node: {power: 1e-400, power_utilization: 0.4}",
            "s.yaml:6:19: cases.a.node.power: 1e-400 is out of the range of numbers" },
        { 6, "    node: {power: .inf, power_utilization: 0.4}",
            "s.yaml:6:19: cases.a.node.power: '.inf' is not a number" },
        { 6, "    node: {power: 1.2.3, power_utilization: 0.4}",
            "s.yaml:6:19: cases.a.node.power: '1.2.3' is not a number" },
        { 6, "    node: {power: nan, power_utilization: 0.4}",
            "s.yaml:6:19: cases.a.node.power: 'nan' is not a number" },
        { 6, "    node: {power: [1], power_utilization: 0.4}",
            "s.yaml:6:19: cases.a.node.power: expected a number or a distribution, found a list" },
        { 6, "    node: {power: , power_utilization: 0.4}",
            "s.yaml:6:19: cases.a.node.power: expected a number, found nothing" },
        { 6, "    node: {power: 1, power_utilization: 40 kW}",
            "s.yaml:6:41: cases.a.node.power_utilization: the unit 'kW' does not fit, expected % "
            "or a plain number (40 % is 0.4)" },
        { 6, "    node: {power: 1, power_utilization: {from_throughput: {slope: 1}}}",
            "s.yaml:6:59: cases.a.node.power_utilization.from_throughput: intercept is missing, "
            "for example {intercept: 0.24, slope: 0.56}" },
        { 6, "    node: {power: 1, power_utilization: {from_throughput: {slope: 2, intercept: 1}}}",
            "s.yaml:6:67: cases.a.node.power_utilization.from_throughput.slope: 2 found, must be "
            "from 0 to 1" },
        { 6, "    node: {power: 1, power_utilization: {from_throughput: {}, min: 1}}",
            "s.yaml:6:63: cases.a.node.power_utilization.min: unknown key; expected one of: "
            "from_throughput, from_batch, from_class" },
        { 7, "    hosting: {}",
            "s.yaml:3:3: cases.a: hosting.pue is missing, for example hosting: {pue: 1.2}" },
        { 7, "    hosting: {pua: 1.2}",
            "s.yaml:7:15: cases.a.hosting.pua: unknown key; did you mean pue?" },
        { 7, "    hosting: {pue: 0}",
            "s.yaml:7:20: cases.a.hosting.pue: 0 found, must be greater than 0" },
        { 7, "    hosting: {pue: 1.2}\n    label: ''",
            "s.yaml:8:12: cases.a.label: expected a text, found nothing" },
        { 7, "    hosting: {pue: 1.2}\n    like: b",
            "s.yaml:8:11: cases.a.like: 'b' is not in cases" },
        { 7, "    hosting: {pue: 1.2}\n    like: a",
            "s.yaml:8:11: cases.a.like: like itself, or like more than 8 in a row" },
        { 7, "    hosting: {pue: 1.2}\n  b: {like: c}\n  c: {like: b}",
            "s.yaml:8:13: cases.b.like: like itself, or like more than 8 in a row" },
        { 7, "    hosting: {pue: 1.2}\ndefaults: {hosting: {pue: -1}}",
            "s.yaml:8:27: defaults.hosting.pue: -1 found, must be greater than 0" },
        { 7, "    hosting: {pue: 1.2}\ndefaults: {label: x}",
            "s.yaml:8:12: defaults.label: unknown key; expected one of: workload, throughput, "
            "node, hosting, interventions, correlations, tags" },
        { 7, "    hosting: {pue: 1.2}\n  b: x",
            "s.yaml:8:6: cases.b: expected a mapping {key: value}, found a text" },
    };

    (void) state;
    EXPECT_ERRORS(wrong);
}

static void
test_distributions(void **state)
{
    static const struct wrong_line wrong[] = {
        { 7, "    hosting:\n      pue:\n        lognormal: {p05: 1.60, p95: 1.05}",
            "s.yaml:9:20: cases.a.hosting.pue: p95 (1.05) must be greater than p05 (1.60)" },
        { 7, "    hosting: {pue: {lognormal: {p05: 0, p95: 1.05}}}",
            "s.yaml:7:32: cases.a.hosting.pue: p05 (0) must be greater than 0" },
        { 7, "    hosting: {pue: {lognormal: {median: -1, sigma: 1}}}",
            "s.yaml:7:32: cases.a.hosting.pue: median (-1) must be greater than 0" },
        { 7, "    hosting: {pue: {lognormal: {mu: 1, p95: 1.05}}}",
            "s.yaml:7:32: cases.a.hosting.pue.lognormal: lognormal takes mu and sigma, or p05 and "
            "p95, or median and sigma" },
        { 7, "    hosting: {pue: {lognormal: {mu: 1 %, sigma: 1}}}",
            "s.yaml:7:37: cases.a.hosting.pue.lognormal.mu: the unit '%' does not fit, expected a "
            "plain number" },
        { 7, "    hosting: {pue: {lognormal: {mu: 1, sgma: 1}}}",
            "s.yaml:7:40: cases.a.hosting.pue.lognormal.sgma: unknown key; lognormal takes mu and "
            "sigma, or p05 and p95, or median and sigma" },
        { 7, "    hosting: {pue: {lognormal: 1}}",
            "s.yaml:7:32: cases.a.hosting.pue.lognormal: expected a mapping {key: value}, found a "
            "text" },
        { 7, "    hosting: {pue: {exponential: {median: 0}}}",
            "s.yaml:7:34: cases.a.hosting.pue: median (0) must be greater than 0" },
        { 7, "    hosting: {pue: {exponential: {mean: 1}}}",
            "s.yaml:7:20: cases.a.hosting.pue: can be drawn as low as 0, must be greater than 0; "
            "give it a min:" },
        { 7, "    hosting: {pue: {gamma: {shape: 0, mean: 1}}}",
            "s.yaml:7:28: cases.a.hosting.pue: shape and mean must be greater than 0" },
        { 7, "    hosting: {pue: {normal: {mean: 1, sd: 0.3}}}",
            "s.yaml:7:20: cases.a.hosting.pue: can be drawn as low as -0.89, must be greater than "
            "0; give it a min:" },
        { 7, "    hosting: {pue: {normal: {mean: 1, sd: -1}}}",
            "s.yaml:7:20: cases.a.hosting.pue: sd (-1) must be greater than 0" },
        { 7, "    hosting: {pue: {uniform: {low: 2, high: 1}}}",
            "s.yaml:7:20: cases.a.hosting.pue: low (2) must be less than high (1)" },
        { 7, "    hosting: {pue: {uniform: {low: 0, high: 1}}}",
            "s.yaml:7:20: cases.a.hosting.pue: can be drawn as low as 0, must be greater than 0; "
            "give it a min:" },
        { 7, "    hosting: {pue: {uniform: {low: 0.4, high: 1}, integer: true}}",
            "s.yaml:7:20: cases.a.hosting.pue: can be drawn as low as 0, must be greater than 0; "
            "give it a min:" },
        { 7, "    hosting: {pue: {uniform: {low: 1, high: 2}, min: 3}}",
            "s.yaml:7:20: cases.a.hosting.pue: min (3) leaves less than 1e-09 of the "
            "distribution" },
        { 7, "    hosting: {pue: {uniform: {low: 1, high: x}}}",
            "s.yaml:7:45: cases.a.hosting.pue.uniform.high: 'x' is not a number" },
        { 7, "    hosting: {pue: {uniform: {low: 1, high: 2}, integer: yes}}",
            "s.yaml:7:58: cases.a.hosting.pue.integer: 'yes' found, expected true or false" },
        { 7, "    hosting: {pue: {uniform: {low: 1, high: 2}, varies: day}}",
            "s.yaml:7:57: cases.a.hosting.pue.varies: 'day' is not known; expected one of: query, "
            "fleet" },
        { 7, "    hosting: {pue: {uniform: {low: 1, high: 2}, constant: 1}}",
            "s.yaml:7:20: cases.a.hosting.pue: constant and uniform exclude each other" },
        { 7, "    hosting: {pue: {unifrom: {low: 1, high: 2}}}",
            "s.yaml:7:21: cases.a.hosting.pue.unifrom: unknown key; did you mean uniform?" },
        { 7, "    hosting: {pue: {weibull: {low: 1, high: 2}}}",
            "s.yaml:7:21: cases.a.hosting.pue.weibull: unknown key; expected one of: constant, "
            "uniform, triangular, normal, lognormal, exponential, gamma, beta, discrete, "
            "interpolated, quantiles, "
            "empirical, mixture, "
            "min, max, integer, varies" },
        { 7, "    hosting: {pue: {min: 1}}",
            "s.yaml:7:20: cases.a.hosting.pue: expected a number or a distribution, for example "
            "{uniform: {low: 1, high: 2}}" },
        { 7, "    hosting: {pue: [1, 2]}",
            "s.yaml:7:20: cases.a.hosting.pue: expected a number or a distribution, found a list" },
        { 7, "    hosting: {pue: {discrete: {weights: [1]}}}",
            "s.yaml:7:31: cases.a.hosting.pue.discrete: discrete takes values, and weights if they "
            "differ" },
        { 7, "    hosting: {pue: {discrete: {values: []}}}",
            "s.yaml:7:40: cases.a.hosting.pue.discrete.values: the list is empty" },
        { 7, "    hosting: {pue: {discrete: {values: [1, 2], weights: [1]}}}",
            "s.yaml:7:57: cases.a.hosting.pue.discrete.weights: 1 weights for 2 values" },
        { 7, "    hosting: {pue: {discrete: {values: [1, 2], weights: [0, 0]}}}",
            "s.yaml:7:20: cases.a.hosting.pue: one weight at least must be greater than 0" },
        { 7, "    hosting: {pue: {discrete: {values: [1, -2]}}}",
            "s.yaml:7:20: cases.a.hosting.pue: can be drawn as low as -2, must be greater than 0; "
            "give it a min:" },
        { 7, "    hosting: {pue: {mixture: []}}",
            "s.yaml:7:30: cases.a.hosting.pue.mixture: the list is empty" },
        { 7, "    hosting: {pue: {mixture: [{constant: 1}]}}",
            "s.yaml:7:31: cases.a.hosting.pue.mixture[1]: the weight is missing, a component is "
            "{weight: 0.9, KIND: {...}}" },
        { 7, "    hosting: {pue: {mixture: [{weight: 1, mixture: []}]}}",
            "s.yaml:7:43: cases.a.hosting.pue.mixture[1].mixture: unknown key; expected one of: "
            "constant, uniform, triangular, normal, lognormal, exponential, gamma, beta, discrete, "
            "interpolated, quantiles, "
            "empirical, weight, min, max" },
        { 7, "    hosting: {pue: {mixture: [{weight: 1, constant: 1, varies: fleet}]}}",
            "s.yaml:7:56: cases.a.hosting.pue.mixture[1].varies: unknown key; expected one of: "
            "constant, uniform, triangular, normal, lognormal, exponential, gamma, beta, discrete, "
            "interpolated, quantiles, "
            "empirical, weight, min, max" },
        { 7, "    hosting: {pue: {mixture: [{weight: 1, normal: {mean: 1, sd: 1}}]}}",
            "s.yaml:7:20: cases.a.hosting.pue: can be drawn as low as -5.3, must be greater than "
            "0; give it a min:" },
    };

    (void) state;
    EXPECT_ERRORS(wrong);
}

static void
test_throughput(void **state)
{
    static const struct wrong_line wrong[] = {
        { 5, "    throughput: {tokens_per_s: 1}",
            "s.yaml:3:3: cases.a: throughput.form is missing, for example throughput: {form: "
            "constant, tokens_per_s: 5200}" },
        { 5, "    throughput: {form: linear}",
            "s.yaml:5:24: cases.a.throughput.form: 'linear' is not known; expected one of: "
            "log_linear, maximum, constant, measured, roofline, ideal, api" },
        { 5, "    throughput: {form: constant}",
            "s.yaml:3:3: cases.a: throughput.tokens_per_s is missing, for example throughput: "
            "{form: constant, tokens_per_s: 5200}" },
        { 5, "    throughput: {form: constant, tokens_per_s: 0}",
            "s.yaml:5:48: cases.a.throughput.tokens_per_s: 0 found, must be greater than 0" },
        { 5, "    throughput: {form: constant, tokens_per_s: 1 kW}",
            "s.yaml:5:48: cases.a.throughput.tokens_per_s: the unit 'kW' does not fit, expected "
            "tokens/s or a plain number of them" },
        { 5, "    throughput: {form: constant, tokens_per_s: 1, cap: none}",
            "s.yaml:5:51: cases.a.throughput.cap: does not fit form: constant" },
        { 5, "    throughput: {form: log_linear, tokens_per_s: 1}",
            "s.yaml:5:36: cases.a.throughput.tokens_per_s: does not fit form: log_linear" },
        { 5, "    throughput: {form: maximum, table: throughput_h100, cap: 5}",
            "s.yaml:5:57: cases.a.throughput.cap: does not fit form: maximum" },
        { 5, "    throughput: {form: maximum}",
            "s.yaml:3:3: cases.a: throughput.table is missing, for example throughput: {table: "
            "throughput_h100, model: Llama 3.1 70B}" },
        { 5, "    throughput: {form: maximum, table: nowhere}",
            "s.yaml:5:40: cases.a.throughput.table: table 'nowhere' not found, looked for "
            "nowhere and in " DATA ", with and without .csv or .yaml" },
        { 5, "    throughput: {form: maximum, table: t, measurements: [{throughput: 1}]}",
            "s.yaml:5:43: cases.a.throughput.measurements: table and measurements exclude each "
            "other" },
        { 5, "    throughput: {form: maximum, measurements: []}",
            "s.yaml:5:47: cases.a.throughput.measurements: the list is empty" },
        { 5, "    throughput: {form: maximum, measurements: [{source: x}]}",
            "s.yaml:5:48: cases.a.throughput.measurements[1]: throughput is missing, a row is "
            "{input_tokens: 500, output_tokens: 2000, throughput: 5200 tokens/s}" },
        { 5, "    throughput: {form: maximum, measurements: [{throughput: 0}]}",
            "s.yaml:5:61: cases.a.throughput.measurements[1].throughput: 0 found, must be greater "
            "than 0" },
        { 5, "    throughput: {form: maximum, measurements: [{throughput: 1, input_tokens: -1}]}",
            "s.yaml:5:78: cases.a.throughput.measurements[1].input_tokens: -1 found, must be 0 or "
            "greater" },
        { 5, "    throughput: {form: maximum, measurements: [{throughput: 1, tokens: 1}]}",
            "s.yaml:5:64: cases.a.throughput.measurements[1].tokens: unknown key; expected one of: "
            "model, precision, input_tokens, output_tokens, throughput, source" },
        { 5, "    throughput: {form: maximum, measurements: [{throughput: 1, model: m}], model: n}",
            "s.yaml:5:83: cases.a.throughput.model: 'n' is not in measurements (models: m)" },
        { 5,
            "    throughput: {form: log_linear, table: throughput_h100, model: Llama 4, precision: "
            "FP8}",
            "s.yaml:5:67: cases.a.throughput.model: 'Llama 4' is not in throughput_h100.csv "
            "(models with precision FP8: Llama 3.1 405B, Llama 3.1 70B, Mixtral 8x22B, DeepSeek-R1 "
            "671B, Llama-3.1 Nemotron Ultra 253B)" },
        { 5, "    throughput: {form: log_linear, table: throughput_h100, model: Llama 4}",
            "s.yaml:5:67: cases.a.throughput.model: 'Llama 4' is not in throughput_h100.csv "
            "(models: Mixtral 8x22B, Mistral Large, Llama 3.1 405B, Llama 3.1 70B, DeepSeek-R1 "
            "671B, Llama-3.1 Nemotron Ultra 253B)" },
        { 5, "    throughput: {form: log_linear, table: throughput_h100, precision: FP4}",
            "s.yaml:5:71: cases.a.throughput.precision: 'FP4' is not in throughput_h100.csv "
            "(precisions: FP16, FP8)" },
        { 5, "    throughput: {form: log_linear, table: throughput_h100, model: Mistral Large}",
            "s.yaml:5:24: cases.a.throughput.form: log_linear needs 3 or more measurements, 1 "
            "selected; form: maximum takes the largest" },
        { 5,
            "    throughput: {form: log_linear, measurements: [{throughput: 1, input_tokens: 1, "
            "output_tokens: 1}, {throughput: 1, input_tokens: 1}, {throughput: 1}]}",
            "s.yaml:5:24: cases.a.throughput.form: log_linear needs input and output tokens in "
            "every measurement, number 2 of 3 lacks them; form: maximum does not" },
        { 5, "    throughput: {form: maximum, table: throughput_h100, prefill_speedup: 0}",
            "s.yaml:5:74: cases.a.throughput.prefill_speedup: 0 found, must be greater than 0" },
        { 5, "    throughput: {form: maximum, table: throughput_h100, prefill_speedup: fast}",
            "s.yaml:5:74: cases.a.throughput.prefill_speedup: 'fast' found, expected a number or "
            "none" },
        { 5, "    throughput: {form: log_linear, table: throughput_h100, cap: observd}",
            "s.yaml:5:65: cases.a.throughput.cap: 'observd' found, expected a number, observed or "
            "none" },
        { 5, "    throughput: {form: log_linear, table: throughput_h100, cap: -1}",
            "s.yaml:5:65: cases.a.throughput.cap: -1 found, must be greater than 0" },
    };

    (void) state;
    EXPECT_ERRORS(wrong);
    write_minimal(5,
        "    throughput: {form: constant, tokens_per_s: {uniform: {low: 1, high: 2}}}");
    expect_error("s.yaml",
        "cases.a.node.power_utilization={from_throughput: {intercept: 0, slope: 1}}",
        "--set cases.a.node.power_utilization={from_throughput: {intercept: 0, slop...: "
        "cases.a.node.power_utilization: from_throughput needs a largest throughput: measurements, "
        "or a number in tokens_per_s");
}

#define FIT "    throughput: {form: log_linear, table: throughput_h100, "

/* The keys of how sure a fit is. */
static void
test_uncertain_fits(void **state)
{
    static const struct wrong_line wrong[] = {
        { 5, FIT "coefficients: unknown}",
            "s.yaml:5:74: cases.a.throughput.coefficients: 'unknown' is not known; expected one "
            "of: "
            "fixed, uncertain" },
        { 5, FIT "residuals: fleet}",
            "s.yaml:5:71: cases.a.throughput.residuals: 'fleet' is not known; expected one of: "
            "none, query" },
        { 5, FIT "residual_sd: owned}",
            "s.yaml:5:73: cases.a.throughput.residual_sd: 'owned' found, expected own, pooled or a "
            "number" },
        { 5, FIT "residual_sd: [1]}",
            "s.yaml:5:73: cases.a.throughput.residual_sd: expected own, pooled or a number, found "
            "a list" },
        { 5, FIT "residual_sd: 0, degrees_of_freedom: 2}",
            "s.yaml:5:73: cases.a.throughput.residual_sd: 0 found, must be greater than 0" },
        { 5, FIT "residual_sd: 4572.2, degrees_of_freedom: 2}",
            "s.yaml:5:73: cases.a.throughput.residual_sd: 4572.2 found, must be at most 20: it is "
            "that of ln TPS" },
        { 5, FIT "residual_sd: 0.2 s, degrees_of_freedom: 2}",
            "s.yaml:5:73: cases.a.throughput.residual_sd: the unit 's' does not fit, expected a "
            "plain number" },
        { 5, FIT "residual_sd: 0.2}",
            "s.yaml:5:73: cases.a.throughput.residual_sd: degrees_of_freedom is missing, for "
            "example {residual_sd: 0.2, degrees_of_freedom: 6}" },
        { 5, FIT "residual_sd: 0.2, degrees_of_freedom: 0.9}",
            "s.yaml:5:98: cases.a.throughput.degrees_of_freedom: 0.9 found, must be 1 or greater" },
        { 5, FIT "degrees_of_freedom: 2}",
            "s.yaml:5:60: cases.a.throughput.degrees_of_freedom: is that of a number in "
            "residual_sd, which is own" },
        { 5, FIT "residual_sd: pooled, degrees_of_freedom: 2}",
            "s.yaml:5:81: cases.a.throughput.degrees_of_freedom: is that of a number in "
            "residual_sd, which is pooled" },
        { 5, "    throughput: {form: maximum, table: throughput_h100, coefficients: uncertain}",
            "s.yaml:5:57: cases.a.throughput.coefficients: does not fit form: maximum" },
        { 5, "    throughput: {form: constant, tokens_per_s: 1, residuals: none}",
            "s.yaml:5:51: cases.a.throughput.residuals: does not fit form: constant" },
    };

    (void) state;
    EXPECT_ERRORS(wrong);
    write_minimal(5, FIT "precision: FP8}");
    expect_error("s.yaml", "cases.a.throughput.degrees_of_freedom=3",
        "--set cases.a.throughput.degrees_of_freedom=3: cases.a.throughput.degrees_of_freedom: is "
        "that of a number in residual_sd, which is own");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_distributions),
        cmocka_unit_test(test_throughput),
        cmocka_unit_test(test_uncertain_fits),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
