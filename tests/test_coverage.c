/* Coverage: of 1000 nominal 95 % intervals, 95 % hold the truth, for known laws. */
#include "mixtures.h"

/* Counts how often the bounds hold the true quantile, over 1000 repetitions of n values. Two parts share
 * their random numbers: the second is `factor` times the first. */
struct coverage {
    size_t hits[4];
    size_t mean_hits;
};

static struct coverage
measure_coverage(double factor, const double truth[4], double mean, double low, double high)
{
    enum { N = 1000, REPETITIONS = 1000 };
    static const double p[4] = { 0.05, 0.5, 0.9, 0.95 };
    static float x[2][N];
    struct jc_record records[2];
    struct jc_mixture_part parts[2];
    struct jc_mixture mixture;
    struct jc_statistics statistics;
    struct jc_error error = { "" };
    struct coverage coverage = { 0 };
    struct jc_pcg pcg;
    size_t j, k;

    jc_pcg_init(&pcg, 17, 18);
    for (k = 0; k < REPETITIONS; k++) {
        for (j = 0; j < N; j++) { /* P(X <= x) = 1 - 1 / x^4 from 1 on: a heavy tail */
            x[0][j] = (float) (1 / sqrt(sqrt(uniform(&pcg))));
            x[1][j] = (float) factor * x[0][j];
        }
        for (j = 0; j < 2; j++) {
            make_record(&records[j], N, x[j]);
            parts[j] = part_of(&records[j], 1, low, high);
        }
        mix(&mixture, 2, parts, whole);
        assert_int_equal(jc_mixture_statistics(&mixture, 4, p, true, &statistics, &error), 0);
        for (j = 0; j < 4; j++) {
            coverage.hits[j] += statistics.lower[j] <= truth[j] && truth[j] <= statistics.upper[j];
        }
        coverage.mean_hits += statistics.mean_lower <= mean && mean <= statistics.mean_upper;
        jc_statistics_free(&statistics);
        jc_mixture_free(&mixture);
        jc_record_free(&records[0]);
        jc_record_free(&records[1]);
    }
    return coverage;
}

/* 950 of 1000 expected, standard deviation 6.9: beyond 4 of them is once in 16000, and once in 900 for
 * any of all that is counted here. */
#define FEWEST (950 - 28)
#define MOST (950 + 28)

static void
test_coverage(void **state)
{
    const double truth[4] = { sqrt(sqrt(1 / 0.95)), sqrt(sqrt(2)), sqrt(sqrt(10)), sqrt(sqrt(20)) };
    struct coverage coverage;
    size_t j;

    (void) state;
    coverage = measure_coverage(1, truth, 4.0 / 3, 0, 1);
    for (j = 0; j < 4; j++) {
        assert_in_range(coverage.hits[j], FEWEST, MOST);
    }
    assert_in_range(coverage.mean_hits, FEWEST, MOST);
}

/* Shared random numbers: parts a factor of 1000 apart move together, and the bounds hold for that. */
static void
test_shared_coverage(void **state)
{
    /* Below: the first half at ranks 0.1 and 0.9999; above: the second at ranks 0.8 and 0.9. */
    const double truth[4] = { sqrt(sqrt(1 / 0.9)), 1, 1000 * sqrt(sqrt(5)), 1000 * sqrt(sqrt(10)) };
    struct coverage coverage;

    (void) state;
    coverage = measure_coverage(1000, truth, 1001 * 2.0 / 3, 0, 1);
    assert_in_range(coverage.hits[0], FEWEST, MOST);
    assert_in_range(coverage.hits[2], FEWEST, MOST);
    assert_in_range(coverage.hits[3], FEWEST, MOST);
    assert_in_range(coverage.mean_hits, FEWEST, MOST);
}

/* Trimmed to ranks 0.05 to 0.95: quantile p of what is left has rank 0.05 + 0.9 p. The mean is the
 * integral of (1 - r)^(-1/4) over those ranks, divided by 0.9. */
static void
test_trimmed_coverage(void **state)
{
    const double truth[4] = { sqrt(sqrt(1 / 0.905)), sqrt(sqrt(2)), sqrt(sqrt(1 / 0.14)),
        sqrt(sqrt(1 / 0.095)) };
    const double mean = (pow(0.95, 0.75) - pow(0.05, 0.75)) / 0.75 / 0.9;
    struct coverage coverage;
    size_t j;

    (void) state;
    coverage = measure_coverage(1, truth, mean, 0.05, 0.95);
    for (j = 0; j < 4; j++) {
        assert_in_range(coverage.hits[j], FEWEST, MOST);
    }
    assert_in_range(coverage.mean_hits, FEWEST, MOST);
}

/* The middle of a sample of uniform numbers x from 1 to 2, as its own ranks cut it, each divided by a number
 * from 1 to 1.2: the cuts move with the sample, and the record of the quotients knows nothing of it. */
static struct coverage
measure_cut_coverage(bool tell, const double truth[2], double mean)
{
    enum { N = 1000, REPETITIONS = 1000, CUT = 100 };
    static const double p[2] = { 0.05, 0.5 };
    static float x[N], quotient[N];
    struct jc_record record;
    struct jc_mixture_part part;
    struct jc_mixture mixture;
    struct jc_statistics statistics;
    struct jc_error error = { "" };
    struct coverage coverage = { 0 };
    struct jc_pcg pcg;
    size_t j, k;

    jc_pcg_init(&pcg, 19, 20);
    for (k = 0; k < REPETITIONS; k++) {
        for (j = 0; j < N; j++) {
            x[j] = (float) (1 + uniform(&pcg));
        }
        sort(N, x);
        for (j = CUT; j < N - CUT; j++) {
            quotient[j] = x[j] / (float) (1 + 0.2 * uniform(&pcg));
        }
        make_record(&record, N - 2 * CUT, quotient + CUT);
        part = part_of(&record, 1, 0, 1);
        if (tell) {
            part.taken = (struct jc_ranks){ 0.1, 0.9 };
            part.beyond[0] = record.moments.mean * ((double) x[CUT] / 1.5);
            part.beyond[1] = record.moments.mean * ((double) x[N - CUT] / 1.5);
        }
        mix(&mixture, 1, &part, whole);
        assert_int_equal(jc_mixture_statistics(&mixture, 2, p, true, &statistics, &error), 0);
        for (j = 0; j < 2; j++) {
            coverage.hits[j] += statistics.lower[j] <= truth[j] && truth[j] <= statistics.upper[j];
        }
        coverage.mean_hits += statistics.mean_lower <= mean && mean <= statistics.mean_upper;
        jc_statistics_free(&statistics);
        jc_mixture_free(&mixture);
        jc_record_free(&record);
    }
    return coverage;
}

/* P(X / D <= q) of X uniform from 1.1 to 1.9 and D uniform from 1 to 1.2, by the midpoints of D. */
static double
quotient_cdf(double q)
{
    const size_t n = 100000;
    double sum = 0;
    size_t j;

    for (j = 0; j < n; j++) {
        const double x = q * (1 + 0.2 * ((double) j + 0.5) / (double) n);

        sum += fmin(fmax((x - 1.1) / 0.8, 0), 1);
    }
    return sum / (double) n;
}

static double
quotient_quantile(double p)
{
    double low = 0.9;
    double high = 2;
    int step;

    for (step = 0; step < 40; step++) {
        const double middle = (low + high) / 2;

        if (quotient_cdf(middle) < p) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return high;
}

/* Told of the cuts the mean's interval is right and those of quantiles are on the safe side; without, the
 * mean's is too narrow. */
static void
test_cut_coverage(void **state)
{
    const double truth[2] = { quotient_quantile(0.05), quotient_quantile(0.5) };
    const double mean = 1.5 * log(1.2) / 0.2; /* E[X] E[1 / D] */
    struct coverage coverage;

    (void) state;
    coverage = measure_cut_coverage(true, truth, mean);
    assert_in_range(coverage.hits[0], FEWEST, 1000);
    assert_in_range(coverage.hits[1], FEWEST, 1000);
    assert_in_range(coverage.mean_hits, FEWEST, MOST);
    coverage = measure_cut_coverage(false, truth, mean);
    assert_in_range(coverage.mean_hits, 0, FEWEST - 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_coverage),
        cmocka_unit_test(test_shared_coverage),
        cmocka_unit_test(test_trimmed_coverage),
        cmocka_unit_test(test_cut_coverage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
