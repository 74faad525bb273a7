#include "results/plots/words.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPLACEMENT 0xfffd
#define ROUNDING 1e-3
#define SHORT 178.0 /* px of a text that stays in one line */
#define ELLIPSIS "\xe2\x80\xa6"

/* How wide the characters from space to ~ are in DejaVu Sans, the widest font that pictures are likely to be seen in, in
 * hundredths of its size. */
static const unsigned char widths[] = { 32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36, 32,
    34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34, 84, 84, 84, 53, 100, 68, 69, 70, 77, 63, 58,
    77, 75, 29, 29, 66, 56, 86, 75, 79, 60, 79, 69, 63, 61, 73, 68, 99, 69, 61, 69, 39, 34, 39, 84,
    50, 50, 61, 63, 55, 63, 62, 35, 63, 63, 28, 28, 58, 28, 97, 63, 61, 63, 63, 41, 52, 39, 63, 59,
    82, 59, 59, 52, 64, 34, 64, 84 };

#define OTHER_WIDTH 0.62 /* of letters beyond these */
#define WIDE 1.0         /* of characters of East Asia */

/* The length of the UTF-8 character at the start of a text and its code; 1 and U+FFFD if there is none that XML may
 * hold. */
static size_t
decode(const char *bytes, unsigned *code)
{
    static const unsigned least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    const unsigned char *text = (const unsigned char *) bytes;
    const size_t length = text[0] < 0x80 ? 1
        : (text[0] & 0xe0) == 0xc0       ? 2
        : (text[0] & 0xf0) == 0xe0       ? 3
        : (text[0] & 0xf8) == 0xf0       ? 4
                                         : 0;
    size_t j;

    *code = length < 2 ? text[0] : text[0] & (0x7fU >> length);
    for (j = 1; j < length && (text[j] & 0xc0) == 0x80; j++) {
        *code = *code << 6 | (text[j] & 0x3f);
    }
    if (length == 0 || j < length || (length > 1 && *code < least[length]) || *code > 0x10ffff
        || (*code >= 0xd800 && *code < 0xe000) || *code == 0xfffe || *code == 0xffff) {
        *code = REPLACEMENT;
        return 1;
    }
    return length;
}

/* Latin, Greek, Cyrillic and Armenian; punctuation, signs and arrows. */
static bool
is_common(unsigned code)
{
    return code < 0x590 || (code >= 0x1e00 && code < 0x2c00);
}

int
jc_words_clean(struct jc_text *clean, const char *text, bool any_font, struct jc_error *error)
{
    unsigned code;
    size_t length;
    size_t brackets = 0;
    int ret = 0;

    for (; ret == 0 && *text != '\0'; text += length) {
        length = decode(text, &code);
        if (code == REPLACEMENT) {
            ret = jc_text_append(clean, error, "\xef\xbf\xbd");
        } else if (code < 0x20 || (code >= 0x7f && code < 0xa0)) {
            ret = jc_text_append(clean, error, " ");
        } else if (!any_font && !is_common(code)) {
            ret = jc_text_append(clean, error, "\xe2\x96\xa1");
        } else {
            ret = jc_text_append(clean, error, "%s%.*s", code == '>' && brackets > 1 ? " " : "",
                (int) length, text);
        }
        brackets = code == ']' ? brackets + 1 : 0;
    }
    return ret;
}

/* Of a character, as a part of the font's size. */
static double
breadth(unsigned code)
{
    if (code >= ' ' && code <= '~') {
        return 0.01 * widths[code - ' '];
    }
    return code >= 0x1100 && !(code >= 0x2000 && code < 0x2e80) && code != REPLACEMENT
        ? WIDE
        : OTHER_WIDTH;
}

double
jc_words_width(const char *text, double size)
{
    double width = 0;
    unsigned code;

    while (*text != '\0') {
        text += decode(text, &code);
        width += breadth(code);
    }
    return width * size;
}

/* How many bytes of a text fit into a line that is `most` times the size of its font. */
static size_t
fitting(const char *text, double most)
{
    double width = 0;
    size_t n = 0;
    size_t length;
    unsigned code;

    while (text[n] != '\0') {
        length = decode(text + n, &code);
        width += breadth(code);
        if (width > most || n + length + sizeof(ELLIPSIS) > JC_LINE_LENGTH) {
            break;
        }
        n += length;
    }
    return n;
}

/* Back from n to the space before it, unless half a line would be lost. */
static size_t
back_to_space(const char *text, size_t n)
{
    size_t end = n;

    while (end > n / 2 && text[end] != ' ') {
        end--;
    }
    return text[end] == ' ' ? end : n;
}

size_t
jc_words_wrap(const char *text, double size, double width, char line[JC_LINES][JC_LINE_LENGTH])
{
    const double most = fmax(2, width / size);
    size_t n_lines = 0;
    size_t end;

    text += strspn(text, " ");
    while (*text != '\0' && n_lines < JC_LINES) {
        const bool last = n_lines + 1 == JC_LINES;

        end = fitting(text, most);
        if (text[end] != '\0') {
            end = last ? fitting(text, most - 1) : back_to_space(text, end);
        }
        (void) snprintf(line[n_lines++], JC_LINE_LENGTH, "%.*s%s", (int) end, text,
            last && text[end] != '\0' ? ELLIPSIS : "");
        text += end;
        text += strspn(text, " ");
    }
    return n_lines;
}

double
jc_words_column(const char *text, double size, double most)
{
    const double whole = jc_words_width(text, size);
    double narrowest = whole;
    double before = 0;
    const char *next;
    unsigned code;

    for (; *text != '\0'; text = next) {
        next = text + decode(text, &code);
        if (code == ' ') {
            narrowest = fmin(narrowest, fmax(before, whole - before - size * breadth(code)));
        }
        before += size * breadth(code);
    }
    return fmin(fmin(whole, fmax(narrowest, SHORT)) + ROUNDING, most);
}

void
jc_words_fit(const char *text, double size, double width, char line[JC_LINE_LENGTH])
{
    const double most = fmax(2, width / size);
    size_t end = fitting(text, most);

    if (text[end] != '\0') {
        end = fitting(text, most - 1);
    }
    (void) snprintf(line, JC_LINE_LENGTH, "%.*s%s", (int) end, text,
        text[end] != '\0' ? ELLIPSIS : "");
}

double
jc_words_wrapped_width(const char *text, double size, double width)
{
    char line[JC_LINES][JC_LINE_LENGTH];
    const size_t n = jc_words_wrap(text, size, width, line);
    double widest = 0;
    size_t j;

    for (j = 0; j < n; j++) {
        widest = fmax(widest, jc_words_width(line[j], size));
    }
    return widest;
}

/* Puts a comma before every third digit of the whole part. */
static void
group_digits(char *text)
{
    char *start = text + (text[0] == '-');
    const char *end = strchr(start, '.');
    size_t n = end != NULL ? (size_t) (end - start) : strlen(start);

    for (; n > 3; n -= 3) {
        (void) memmove(start + n - 2, start + n - 3, strlen(start + n - 3) + 1);
        start[n - 3] = ',';
    }
}

void
jc_write_number(char text[JC_NUMBER_LENGTH], double value, int digits)
{
    const double size = fabs(value);
    int decimals;

    (void) snprintf(text, JC_NUMBER_LENGTH, "%.*e", digits - 1, value);
    if (value == 0 || !isfinite(value) || size >= 1e12 || size < 1e-5) {
        (void) snprintf(text, JC_NUMBER_LENGTH, "%.*g", digits, value);
        return;
    }
    decimals =
        digits - 1 - (int) strtol(strchr(text, 'e') + 1, NULL, 10); /* of the rounded number */
    (void) snprintf(text, JC_NUMBER_LENGTH, "%.*f", decimals > 0 ? decimals : 0, value);
    group_digits(text);
}

void
jc_write_count(char text[JC_NUMBER_LENGTH], uint64_t count)
{
    (void) snprintf(text, JC_NUMBER_LENGTH, "%" PRIu64, count);
    group_digits(text);
}
