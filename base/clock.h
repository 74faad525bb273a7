/*
 * A clock that only goes forward, for how long things take. No result depends on it.
 */
#ifndef JC_BASE_CLOCK_H
#define JC_BASE_CLOCK_H

/* Seconds since some moment. */
double jc_clock_seconds(void);

#endif
