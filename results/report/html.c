#include "results/report/html.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd"
#define DASH "\xe2\x80\x93"
#define MINUS "\xe2\x88\x92"
#define THIN_SPACE "\xe2\x80\xaf" /* narrow, no break */

void
jc_html_put(struct jc_html *self, const char *format, ...)
{
    va_list arguments;
    char *piece = NULL;

    if (self->status != 0) {
        return;
    }
    va_start(arguments, format);
    if (vasprintf(&piece, format, arguments) < 0) {
        piece = NULL;
    }
    va_end(arguments);
    self->status = piece == NULL ? jc_fail_memory(self->error)
                                 : jc_text_append(self->text, self->error, "%s", piece);
    free(piece);
}

/* The bytes of the character that begins here; 0 if that is none of UTF-8. */
static size_t
decode(const unsigned char *c, uint32_t *code)
{
    static const uint32_t least[5] = { 0, 0, 0x80, 0x800, 0x10000 };
    const size_t n = c[0] < 0x80 ? 1
        : (c[0] & 0xe0) == 0xc0  ? 2
        : (c[0] & 0xf0) == 0xe0  ? 3
        : (c[0] & 0xf8) == 0xf0  ? 4
                                 : 0;

    *code = n == 1 ? c[0] : n == 0 ? 0 : c[0] & (0x7fU >> n);
    for (size_t j = 1; j < n; j++) {
        if ((c[j] & 0xc0) != 0x80) {
            return 0;
        }
        *code = *code << 6 | (c[j] & 0x3f);
    }
    return *code < least[n] || *code > 0x10ffff || (*code >= 0xd800 && *code < 0xe000) ? 0 : n;
}

/* Whether HTML may have a character, and it does not turn the direction of what follows it. */
static bool
is_allowed(uint32_t code)
{
    const bool is_control =
        (code < 0x20 && code != '\n' && code != '\t') || (code >= 0x7f && code < 0xa0);
    const bool turns = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);

    return !is_control && !turns && (code & 0xfffe) != 0xfffe && !(code >= 0xfdd0 && code < 0xfdf0);
}

/* What stands for a character in HTML; NULL: itself. */
static const char *
entity(char c)
{
    return c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '"' ? "&quot;" : NULL;
}

/* The first `length` bytes of a text. */
static void
put_characters(struct jc_html *self, const char *text, size_t length)
{
    size_t begin = 0;
    uint32_t code;
    size_t n;

    for (size_t j = 0; j < length; j += n == 0 ? 1 : n) {
        const char *other = entity(text[j]);

        n = decode((const unsigned char *) text + j, &code);
        other = n == 0 || !is_allowed(code) ? REPLACEMENT : other;
        if (other != NULL) {
            jc_html_put(self, "%.*s%s", (int) (j - begin), text + begin, other);
            begin = j + (n == 0 ? 1 : n);
        }
    }
    if (begin < length) {
        jc_html_put(self, "%.*s", (int) (length - begin), text + begin);
    }
}

void
jc_html_text(struct jc_html *self, const char *text)
{
    put_characters(self, text, strlen(text));
}

static bool
begins_with(const char *text, const char *beginning)
{
    return strncmp(text, beginning, strlen(beginning)) == 0;
}

/* The length of an address, without the punctuation behind it. */
static size_t
address_length(const char *text)
{
    size_t n = strcspn(text, " \t\n<>\"'`\\^{}|");

    while (n > 0 && strchr(".,;:!?)]", text[n - 1]) != NULL) {
        n--;
    }
    return n;
}

/* The length of "arXiv:2509.20241" with or without a version; 0: that is not here. */
static size_t
arxiv_length(const char *text)
{
    const size_t head = strlen("arXiv:");
    size_t n = head;

    if (!begins_with(text, "arXiv:") || strspn(text + head, "0123456789") != 4
        || text[head + 4] != '.') {
        return 0;
    }
    n += 5 + strspn(text + head + 5, "0123456789");
    if (n < head + 9) {
        return 0;
    }
    if (text[n] == 'v' && strspn(text + n + 1, "0123456789") > 0) {
        n += 1 + strspn(text + n + 1, "0123456789");
    }
    return n;
}

void
jc_html_source(struct jc_html *self, const char *text)
{
    while (*text != '\0' && self->status == 0) {
        size_t plain = 0;
        size_t arxiv = 0;
        size_t n;

        while (text[plain] != '\0' && !begins_with(text + plain, "http://")
            && !begins_with(text + plain, "https://")
            && (arxiv = arxiv_length(text + plain)) == 0) {
            plain++;
        }
        put_characters(self, text, plain);
        text += plain;
        n = arxiv > 0 ? arxiv : address_length(text);
        if (n > 0) {
            jc_html_put(self, "<a href=\"%s", arxiv > 0 ? "https://arxiv.org/abs/" : "");
            put_characters(self, arxiv > 0 ? text + strlen("arXiv:") : text,
                arxiv > 0 ? arxiv - strlen("arXiv:") : n);
            jc_html_put(self, "\" rel=\"noreferrer\">");
            put_characters(self, text, n);
            jc_html_put(self, "</a>");
            text += n;
        }
    }
}

void
jc_html_count(struct jc_html *self, uint64_t count)
{
    char digits[32];
    const int n = snprintf(digits, sizeof(digits), "%" PRIu64, count);

    for (int j = 0; j < n; j++) {
        jc_html_put(self, "%s%c", j > 0 && (n - j) % 3 == 0 && n > 4 ? THIN_SPACE : "", digits[j]);
    }
}

/* Digits with a minus that is one. */
static void
put_digits(struct jc_html *self, const char *digits)
{
    const bool is_negative = digits[0] == '-';

    jc_html_put(self, "%s%s", is_negative ? MINUS : "", digits + (is_negative ? 1 : 0));
}

/* Takes zeros at the end of decimals away, and the point before them. */
static void
trim(char *digits)
{
    size_t n = strlen(digits);

    if (strchr(digits, '.') != NULL) {
        while (digits[n - 1] == '0') {
            n--;
        }
        digits[digits[n - 1] == '.' ? n - 1 : n] = '\0';
    }
}

static void
put_number(struct jc_html *self, double value, int digits, bool is_given)
{
    char text[64];
    char *mark;
    int exponent = 0;
    bool is_scientific = false;

    if (!isfinite(value)) {
        jc_html_put(self, DASH);
        return;
    }
    if (value != 0) {
        (void) snprintf(text, sizeof(text), "%.*e", digits - 1, value);
        mark = text + strcspn(text, "e");
        exponent = (int) strtol(mark + 1, NULL, 10);
        *mark = '\0';
        is_scientific = exponent < -4 || exponent > 6;
    }
    if (!is_scientific) {
        const int decimals = value == 0 ? 0 : digits - 1 - exponent;

        (void) snprintf(text, sizeof(text), "%.*f", decimals > 0 ? decimals : 0, value);
    }
    if (is_given) {
        trim(text);
    }
    jc_html_put(self, "<data value=\"%.17g\">", value);
    put_digits(self, text);
    if (is_scientific) {
        (void) snprintf(text, sizeof(text), "%d", exponent);
        jc_html_put(self, "&thinsp;&times;&thinsp;10<sup>");
        put_digits(self, text);
        jc_html_put(self, "</sup>");
    }
    jc_html_put(self, "</data>");
}

void
jc_html_number(struct jc_html *self, double value, int digits)
{
    put_number(self, value, digits, false);
}

void
jc_html_given(struct jc_html *self, double value, int digits)
{
    put_number(self, value, digits, true);
}

int
jc_html_digits(double value, double half_width)
{
    double room;

    if (!isfinite(half_width) || !isfinite(value) || value == 0) {
        return 4;
    }
    if (half_width <= 0) {
        return 5;
    }
    /* The last digit shown is worth a twentieth to half of half the width. */
    room = floor(log10(fabs(value))) - floor(log10(half_width / 2)) + 1;
    return room < 2 ? 2 : room > 5 ? 5 : (int) room;
}

void
jc_html_estimate(struct jc_html *self, double value, double half_width)
{
    jc_html_number(self, value, jc_html_digits(value, half_width));
}

void
jc_html_share(struct jc_html *self, double share)
{
    char text[64];

    if (!isfinite(share)) {
        jc_html_put(self, DASH);
        return;
    }
    jc_html_put(self, "<data value=\"%.17g\">", share);
    (void) snprintf(text, sizeof(text), "%.1f", 100 * share);
    put_digits(self, text);
    jc_html_put(self, THIN_SPACE "%%</data>");
}
