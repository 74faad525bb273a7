/*
 * HTML, piece by piece. After the first error nothing more is written, and the status says what it was, so that
 * callers look at it once, at the end.
 */
#ifndef JC_RESULTS_REPORT_HTML_H
#define JC_RESULTS_REPORT_HTML_H

#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

struct jc_html {
    struct jc_text *text;
    struct jc_error *error;
    int status; /* 0, or the first error */
};

/* Markup as it is, with texts and numbers of this program alone in its arguments. */
void jc_html_put(struct jc_html *self, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A text from anywhere, as characters in an element or in an attribute with double quotes: none of it is markup. What
 * is no UTF-8, no character that HTML may have, or turns the direction of what follows, becomes U+FFFD. */
void jc_html_text(struct jc_html *self, const char *text);

/* The same as part of an element, with links where it has addresses (http, https) and arXiv numbers. */
void jc_html_source(struct jc_html *self, const char *text);

/* A count, in groups of three digits. */
void jc_html_count(struct jc_html *self, uint64_t count);

/* A number as an element <data>, whose value has all of its digits, shown with so many significant ones: 1.234,
 * 0.0001234, 1234567 or 1.234 x 10^8; a dash where it is not known. */
void jc_html_number(struct jc_html *self, double value, int digits);

/* The same of a number that somebody has given: up to so many digits, without zeros at the end. */
void jc_html_given(struct jc_html *self, double value, int digits);

/* The same with as many digits as half the width of its interval leaves, from 2 to 5; 4 where that is not known. */
void jc_html_estimate(struct jc_html *self, double value, double half_width);

/* How many digits that is. */
int jc_html_digits(double value, double half_width);

/* 0.2345 as 23.5 %; a dash where it is not known. */
void jc_html_share(struct jc_html *self, double share);

#endif
