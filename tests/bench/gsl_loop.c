/*
 * The reference workload as one writes it in C today: a loop over queries on GSL's samplers and libm.
 * Prints queries per second and the mean energy. Usage: gsl_loop QUERIES
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#define BUCKETS 16384

static double
seconds(void)
{
    struct timespec now;

    (void) clock_gettime(CLOCK_MONOTONIC, &now);
    return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

static double
draw_energy(const gsl_rng *rng)
{
    const double output = rint(gsl_ran_exponential(rng, 300 / M_LN2));
    const double utilization =
        gsl_ran_lognormal(rng, log(sqrt(0.4 * 0.9)), log(0.9 / 0.4) / 3.28971);
    const double pue = gsl_ran_lognormal(rng, log(sqrt(1.05 * 1.6)), log(1.6 / 1.05) / 3.28971);
    const double tokens_per_s =
        exp(9.761963 - 0.585439 * log(500) + 0.226564 * log(fmax(output, 1e-6)));

    return pue * 10.2 * utilization * output / fmin(tokens_per_s, 4572.23) / 3.6;
}

int
main(int argc, char **argv)
{
    static uint64_t sketch[BUCKETS];
    const double n = argc > 1 ? atof(argv[1]) : 1e7;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    double began, energy, bucket, j;
    double sum = 0;
    double squares = 0;

    if (rng == NULL) {
        return 1;
    }
    began = seconds();
    for (j = 0; j < n; j++) {
        energy = draw_energy(rng);
        sum += energy;
        squares += energy * energy;
        bucket = 8192 + 512 * log2(fmax(energy, 1e-4));
        sketch[(size_t) fmin(bucket, BUCKETS - 1)]++;
    }
    (void) printf("%.6g %.6g\n", n / (seconds() - began), sum / n);
    gsl_rng_free(rng);
    return squares > 0 ? 0 : 1;
}
