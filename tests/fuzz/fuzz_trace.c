/* Traces, and the distribution that is made of one. */
#include <math.h>

#include "fuzz/harness.h"
#include "samplers/fit/compact.h"
#include "samplers/fit/describe.h"
#include "samplers/fit/families.h"
#include "samplers/fit/trace.h"

static void
describe(const struct jc_empirical *empirical)
{
    struct jc_family_fit family[JC_FAMILIES];
    struct jc_pair_correlation correlation;
    struct jc_error error = { "" };

    for (size_t j = 0; j < empirical->n_marginals; j++) {
        HARNESS_CHECK(isfinite(jc_marginal_mean(&empirical->marginal[j])));
        HARNESS_CHECK(isfinite(jc_marginal_sd(&empirical->marginal[j])));
        HARNESS_CHECK(isfinite(jc_marginal_quantile(&empirical->marginal[j], 0.5)));
        jc_families_fit(&empirical->marginal[j], family);
    }
    if (empirical->joint.n_classes[0] > 0) {
        HARNESS_CHECK(jc_joint_correlation(empirical, &correlation, &error) == 0);
        HARNESS_CHECK(!(fabs(correlation.spearman) > 1 + 1e-9));
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct jc_trace_columns guess = { 0 };
    struct jc_trace trace;
    struct jc_empirical empirical = { 0 };
    struct jc_error error = { "" };
    const char *path = harness_file("input.csv", data, size);
    int ret = jc_trace_read(&trace, path, &guess, &error);

    harness_check_error(ret, &error);
    if (ret != 0) {
        return 0;
    }
    HARNESS_CHECK(trace.rows_used > 0 && trace.rows_used <= trace.rows_read);
    ret = jc_trace_empirical(&trace, path, &empirical, &error);
    harness_check_error(ret, &error);
    if (ret == 0) {
        HARNESS_CHECK(jc_empirical_check(&empirical, &error) == 0);
        describe(&empirical);
        jc_empirical_free(&empirical);
    }
    jc_trace_free(&trace);
    return 0;
}
