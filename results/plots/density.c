#include <math.h>
#include <stdlib.h>

#include "results/number.h"
#include "results/plots/subject.h"

#define REACH 4.0         /* standard deviations of the kernel that are summed */
#define LEAST_SHARE 0.004 /* the narrowest kernel, as a part of the range */
#define QUARTILES 1.349 /* between the quartiles of a normal distribution, in standard deviations */

/* Silverman's (1986, equation 3.31), by quartiles: 0.9 s n^(-1/5). */
static double
kernel_width(const struct jc_plot_subject *subject, bool is_log, double range)
{
    const double *q = subject->quantile;
    const double between = is_log ? log(q[JC_P75] / q[JC_P25]) : q[JC_P75] - q[JC_P25];
    const double width = 0.9 * between / QUARTILES * pow((double) subject->n, -0.2);

    return fmax(width, LEAST_SHARE * range);
}

int
jc_plot_density(const struct jc_plot_subject *subject, bool is_log, double low, double high,
    size_t n, double *density, struct jc_error *error)
{
    const double range = is_log ? log(high / low) : high - low;
    const double step = range / (double) (n - 1);
    const double width = kernel_width(subject, is_log, range);
    const long reach = (long) ceil(REACH * width / step);
    const long n_bins = (long) n + 2 * reach;
    double *share = malloc((size_t) n_bins * sizeof(double));
    double highest = 0;
    double below, up_to;
    long j, k;

    if (share == NULL) {
        return jc_fail_memory(error);
    }
    below = -1;
    /* The edges of the bins around each place, and beyond both ends. */
    for (k = 0; k <= n_bins; k++) {
        const double offset = ((double) (k - reach) - 0.5) * step;
        const double edge = is_log ? low * exp(offset) : low + offset;

        up_to = edge > 0 ? jc_plot_cdf(&subject->mixture, edge) : 0;
        if (k > 0) {
            share[k - 1] = up_to - below;
        }
        below = up_to;
    }
    for (j = 0; j < (long) n; j++) {
        density[j] = 0;
        for (k = -reach; k <= reach; k++) {
            const double z = (double) k * step / width;

            density[j] += share[j + reach + k] * exp(-0.5 * z * z);
        }
        highest = jc_larger(highest, density[j]);
    }
    for (j = 0; highest > 0 && j < (long) n; j++) {
        density[j] /= highest;
    }
    free(share);
    return 0;
}
