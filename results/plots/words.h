/*
 * Texts of files made fit for pictures: valid UTF-8 without control characters, of a known width.
 */
#ifndef JC_RESULTS_PLOTS_WORDS_H
#define JC_RESULTS_PLOTS_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

#define JC_LINES 2
#define JC_LINE_LENGTH 256

/* Appends a text: what is no character of XML becomes U+FFFD, control characters become spaces, and "]]>", which XML does
 * not allow, gets one. Unless any font may be there, characters that DejaVu Sans lacks become U+25A1: gnuplot draws
 * them over the whole of a PNG or PDF where no font has them. Errors: JC_ERROR_INTERNAL. */
int jc_words_clean(struct jc_text *clean, const char *text, bool any_font, struct jc_error *error);

/* How wide a text is in DejaVu Sans of that size; in other fonts, mostly less. */
double jc_words_width(const char *text, double size);

/* Breaks a text between words into lines of at most `width`, and ends the last one with an ellipsis where there is more.
 * Returns how many lines there are. */
size_t jc_words_wrap(const char *text, double size, double width,
    char line[JC_LINES][JC_LINE_LENGTH]);

/* The narrowest column in which a text has room in two lines without breaking a word, or in one if it is short; at most
 * `most`. */
double jc_words_column(const char *text, double size, double most);

/* One line of at most `width`, ended by an ellipsis where there is more. */
void jc_words_fit(const char *text, double size, double width, char line[JC_LINE_LENGTH]);

/* The width that a text has when it is wrapped. */
double jc_words_wrapped_width(const char *text, double size, double width);

/* A number with so many significant digits, as people write it: "0.0642", "12,500". */
#define JC_NUMBER_LENGTH 40
void jc_write_number(char text[JC_NUMBER_LENGTH], double value, int digits);

/* "12,500" */
void jc_write_count(char text[JC_NUMBER_LENGTH], uint64_t count);

#endif
