/*
 * Comparison for qsort.
 */
#ifndef JC_BASE_COMPARE_H
#define JC_BASE_COMPARE_H

/* Of two doubles, neither NaN: the smaller one first. */
int jc_compare_doubles(const void *a, const void *b);

#endif
