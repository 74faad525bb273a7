/*
 * Student's t distribution, for intervals around estimates of few parts.
 */
#ifndef JC_SAMPLERS_STUDENT_H
#define JC_SAMPLERS_STUDENT_H

/* The t with P(T <= t) = p, 0.5 <= p < 1, for `degrees` > 0 degrees of freedom; relative error below 1e-9. The same
 * bits on every processor (stable_math.h). */
double jc_student_quantile(double p, double degrees);

#endif
