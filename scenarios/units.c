#include "scenarios/units.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct unit {
    const char *name;
    int power_of_ten;
};

/* What each dimension accepts, the plain unit first. */
static const struct {
    struct unit unit[4];
    const char *expected;
    const char *udunits;
} dimensions[] = {
    [JC_NUMBER] = { { { NULL, 0 } }, "a plain number", NULL },
    [JC_FRACTION] = { { { "%", -2 } }, "% or a plain number (40 % is 0.4)", "1" },
    [JC_TOKENS] = { { { "tokens", 0 }, { "token", 0 } }, "tokens or a plain number of them", "1" },
    [JC_TOKENS_PER_S] = { { { "tokens/s", 0 } }, "tokens/s or a plain number of them", "s-1" },
    [JC_ENERGY_OF_QUERY] = { { { "Wh", 0 }, { "mWh", -3 }, { "kWh", 3 } },
        "Wh, mWh, kWh or a plain number of Wh", "W h" },
    [JC_SECONDS] = { { { "s", 0 }, { "ms", -3 } }, "s, ms or a plain number of s", "s" },
    [JC_WATER_PER_ENERGY] = { { { "L/kWh", 0 }, { "mL/kWh", -3 } },
        "L/kWh, mL/kWh or a plain number of L/kWh", "L kW-1 h-1" },
    [JC_CARBON_PER_ENERGY] = { { { "kg/kWh", 0 }, { "g/kWh", -3 } },
        "kg/kWh, g/kWh or a plain number of kg/kWh", "kg kW-1 h-1" },
    [JC_PRICE_PER_ENERGY] = { { { "/kWh", 0 } }, "/kWh or a plain number per kWh", "kW-1 h-1" },
    [JC_POWER] = { { { "kW", 0 }, { "W", -3 }, { "MW", 3 } }, "kW, W, MW or a plain number of kW",
        "kW" },
};

/* The length of [+-]digits[.digits] or [+-].digits at the start of the text; 0 if it has none. */
static size_t
mantissa_length(const char *text)
{
    static const char *const digits = "0123456789";
    size_t sign = strspn(text, "+-") > 0 ? 1 : 0;
    size_t whole = strspn(text + sign, digits);
    size_t length = sign + whole;
    size_t fraction;

    if (text[length] == '.') {
        fraction = strspn(text + length + 1, digits);
        if (whole + fraction == 0) {
            return 0;
        }
        return length + 1 + fraction;
    }
    return whole == 0 ? 0 : length;
}

/* The length of e[+-]digits at the start of the text, and its value within +-100000. */
static size_t
exponent_length(const char *text, long *exponent)
{
    size_t length = 1;
    size_t sign;
    size_t digits;

    *exponent = 0;
    if (text[0] != 'e' && text[0] != 'E') {
        return 0;
    }
    sign = text[length] == '+' || text[length] == '-' ? 1 : 0;
    digits = strspn(text + length + sign, "0123456789");
    if (digits == 0) {
        return 0;
    }
    *exponent = strtol(text + length, NULL, 10); /* saturates */
    *exponent = *exponent > 100000 ? 100000 : *exponent < -100000 ? -100000 : *exponent;
    return length + sign + digits;
}

/* A unit is told from a number gone wrong ("1_000", "0x10") by its letters. */
static int
looks_like_unit(const char *text)
{
    while (isalpha((unsigned char) *text) || *text == '%' || *text == '/' || *text == ' ') {
        text++;
    }
    return *text == '\0';
}

static const struct unit *
find_unit(enum jc_dimension dimension, const char *name)
{
    const struct unit *unit = dimensions[dimension].unit;

    for (size_t i = 0; i < 4 && unit[i].name != NULL; i++) {
        if (strcmp(unit[i].name, name) == 0) {
            return &unit[i];
        }
    }
    return NULL;
}

int
jc_field_number(const struct jc_field *self, enum jc_dimension dimension, double *value,
    struct jc_error *error)
{
    const char *text = self->node->text;
    const struct unit *unit = NULL;
    size_t mantissa;
    const char *rest;
    long exponent;
    char decimal[128];
    int ret = jc_field_scalar(self, "a number", error);

    if (ret != 0) {
        return ret;
    }
    mantissa = mantissa_length(text);
    rest = text + mantissa;
    rest += exponent_length(rest, &exponent);
    rest += strspn(rest, " ");
    if (mantissa == 0 || mantissa > 100 || !looks_like_unit(rest)) {
        return jc_field_fail(self, error, "'%s' is not a number", jc_show(text).text);
    }
    if (rest[0] != '\0') {
        unit = find_unit(dimension, rest);
        if (unit == NULL) {
            return jc_field_fail(self, error, "the unit '%s' does not fit, expected %s",
                jc_show(rest).text, dimensions[dimension].expected);
        }
        exponent += unit->power_of_ten;
    }
    (void) snprintf(decimal, sizeof(decimal), "%.*se%ld", (int) mantissa, text, exponent);
    errno = 0;
    *value = strtod(decimal, NULL);
    if (errno != 0) {
        return jc_field_fail(self, error, "%s is out of the range of numbers", jc_show(text).text);
    }
    return 0;
}

int
jc_field_any_number(const struct jc_field *self, enum jc_dimension *dimension, double *value)
{
    struct jc_error ignored;

    if (self->node->kind != JC_TREE_SCALAR || !self->node->plain) {
        return 0;
    }
    for (*dimension = JC_NUMBER; *dimension < JC_DIMENSIONS; (*dimension)++) {
        if (jc_field_number(self, *dimension, value, &ignored) == 0) {
            return 1;
        }
    }
    return 0;
}

const char *
jc_dimension_udunits(enum jc_dimension dimension)
{
    return dimensions[dimension].udunits;
}

int
jc_field_numbers(const struct jc_field *self, enum jc_dimension dimension, size_t *n,
    double **numbers, struct jc_error *error)
{
    const struct jc_tree_item *item;
    struct jc_field part;
    size_t i = 0;
    int ret = jc_field_list(self, error);

    if (ret != 0) {
        return ret;
    }
    *n = self->node->n_items;
    if (*n == 0) {
        return jc_field_fail(self, error, "the list is empty");
    }
    *numbers = calloc(*n, sizeof(**numbers));
    if (*numbers == NULL) {
        return jc_fail_memory(error);
    }
    for (item = self->node->first; item != NULL && ret == 0; item = item->next, i++) {
        part = jc_field_item(self, item, i + 1);
        ret = jc_field_number(&part, dimension, &(*numbers)[i], error);
    }
    return ret;
}

struct jc_decimal
jc_decimal(double value)
{
    struct jc_decimal decimal;
    int digits = 1;

    if (fabs(value) < 1e15 && floor(value) == value) {
        (void) snprintf(decimal.text, sizeof(decimal.text), "%.0f", value);
        return decimal;
    }
    do {
        (void) snprintf(decimal.text, sizeof(decimal.text), "%.*g", digits, value);
    } while (strtod(decimal.text, NULL) != value && digits++ < 17);
    return decimal;
}
