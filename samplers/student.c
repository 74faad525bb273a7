#include "samplers/student.h"

#include "samplers/stable_math.h"

#define BISECTIONS 200

/* P(T > t) for t >= 0. */
static double
upper_tail(double t, double degrees)
{
    const double sum = degrees + t * t;
    double lower, upper;

    jc_incomplete_beta(0.5 * degrees, 0.5, degrees / sum, t * t / sum, &lower, &upper);
    return 0.5 * lower;
}

double
jc_student_quantile(double p, double degrees)
{
    double low = 0;
    double high = 1;
    double middle;
    int k;

    while (upper_tail(high, degrees) > 1 - p) {
        high *= 2;
    }
    for (k = 0; k < BISECTIONS; k++) {
        middle = 0.5 * (low + high);
        if (middle <= low || middle >= high) {
            break;
        }
        if (upper_tail(middle, degrees) > 1 - p) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return high;
}
