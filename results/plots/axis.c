#include "results/plots/canvas.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define LEAST_LOG_RATIO 8.0
#define TITLE_SIZE 13.5
#define TIC_SIZE 13.5
#define TIC_ROOM 44.0 /* that a tic with a number takes, px */
#define MOST_TICS 160
#define ROUNDING 1e-9

struct jc_axis
jc_axis_linear(double low, double high)
{
    const double margin = 0.04 * (high - low);

    if (!(high > low)) { /* a single value in the middle */
        const double half = low != 0 ? 0.5 * fabs(low) : 1;

        return (struct jc_axis){ low - half, low + half, false };
    }
    if (low >= 0 && low < 0.25 * high) {
        return (struct jc_axis){ 0, high + 0.04 * high, false };
    }
    return (
        struct jc_axis){ low - margin, high <= 0 && high > 0.25 * low ? 0 : high + margin, false };
}

struct jc_axis
jc_axis_of(double low, double high)
{
    if (low > 0 && high > LEAST_LOG_RATIO * low) {
        const double margin = exp(0.02 * log(high / low));

        return (struct jc_axis){ low / margin, high * margin, true };
    }
    return jc_axis_linear(low, high);
}

double
jc_axis_place(const struct jc_axis *self, double value)
{
    return self->log ? log(value / self->low) / log(self->high / self->low)
                     : (value - self->low) / (self->high - self->low);
}

double
jc_axis_value(const struct jc_axis *self, double place)
{
    return self->log ? self->low * exp(place * log(self->high / self->low))
                     : self->low + place * (self->high - self->low);
}

double
jc_canvas_x(const struct jc_canvas *self, const struct jc_axis *axis, double value)
{
    return self->left + jc_axis_place(axis, value) * (self->right - self->left);
}

double
jc_canvas_y(const struct jc_canvas *self, const struct jc_axis *axis, double value)
{
    return self->bottom - jc_axis_place(axis, value) * (self->bottom - self->top);
}

struct tics {
    size_t n;
    struct jc_tic tic[MOST_TICS];
};

static void
add(struct tics *tics, double at, const char *text)
{
    if (tics->n < MOST_TICS) {
        tics->tic[tics->n].at = at;
        (void) snprintf(tics->tic[tics->n].text, JC_NUMBER_LENGTH, "%s", text);
        tics->n++;
    }
}

static void
make_log_tics(struct tics *tics, const struct jc_axis *axis)
{
    const double decades = log10(axis->high / axis->low);
    const int from = (int) floor(log10(axis->low));
    const int to = (int) floor(log10(axis->high));
    const int every = (int) ceil(decades / 7);
    char text[JC_NUMBER_LENGTH];
    double value;
    int decade, digit;

    for (decade = from; decade <= to; decade++) {
        for (digit = 1; digit < 10; digit++) {
            const bool named =
                digit == 1 ? decade % every == 0 : decades < 2.2 && (digit == 2 || digit == 5);

            value = digit * pow(10, decade);
            if (value >= axis->low && value <= axis->high && (named || decades < 5 || digit == 1)) {
                jc_write_number(text, value, 1);
                add(tics, value, named ? text : "");
            }
        }
    }
}

static void
make_linear_tics(struct tics *tics, const struct jc_axis *axis, double length)
{
    const double rough = (axis->high - axis->low) / fmax(2, fmin(6, length / TIC_ROOM));
    const double decade = pow(10, floor(log10(rough)));
    const double part = rough / decade;
    const double step = decade * (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10);
    const int decimals = (int) fmax(0, -floor(log10(step) + ROUNDING));
    char text[JC_NUMBER_LENGTH];
    const long last = (long) floor(axis->high / step + ROUNDING);
    long k;

    for (k = (long) ceil(axis->low / step - ROUNDING); k <= last; k++) {
        const double value = (double) k * step;

        if (k != 0 && step >= 1 && fabs(value) >= 1e3) {
            jc_write_number(text, value, 1 + (int) floor(log10(fabs(value)) + ROUNDING));
        } else {
            (void) snprintf(text, sizeof(text), "%.*f", decimals, k == 0 ? 0 : value);
        }
        add(tics, value, text);
    }
}

/* gnuplot places the texts of tics otherwise in each of its formats, so they are written as other texts are. */
void
jc_canvas_tics(struct jc_canvas *self, const char *side, const struct jc_axis *axis, size_t n,
    const struct jc_tic *tic)
{
    const bool below = strcmp(side, "x") == 0;
    const struct jc_style style = { TIC_SIZE, JC_INK, false,
        below                        ? JC_CENTRE
            : strcmp(side, "y") == 0 ? JC_RIGHT
                                     : JC_LEFT };
    size_t j;

    jc_canvas_put(self, "%s logscale %s\nset %srange [%.10g:%.10g]\nset %stics (",
        axis->log ? "set" : "unset", side, side, axis->low, axis->high, side);
    for (j = 0; j < n; j++) {
        jc_canvas_put(self, "%s'' %.10g%s", j > 0 ? ", " : "", tic[j].at,
            tic[j].text[0] == '\0' ? " 1" : "");
    }
    jc_canvas_put(self, ")\n");
    for (j = 0; j < n; j++) {
        if (tic[j].text[0] != '\0' && below) {
            jc_canvas_text(self, jc_canvas_x(self, axis, tic[j].at), self->bottom + 16, &style,
                tic[j].text);
        } else if (tic[j].text[0] != '\0') {
            jc_canvas_text(self, style.align == JC_RIGHT ? self->left - 9 : self->right + 9,
                jc_canvas_y(self, axis, tic[j].at), &style, tic[j].text);
        }
    }
}

void
jc_canvas_axis(struct jc_canvas *self, const char *side, const struct jc_axis *axis,
    const char *title)
{
    struct tics tics = { 0 };

    if (axis->log) {
        make_log_tics(&tics, axis);
    } else {
        make_linear_tics(&tics, axis,
            strcmp(side, "x") == 0 ? self->right - self->left : self->bottom - self->top);
    }
    jc_canvas_tics(self, side, axis, tics.n, tics.tic);
    if (title != NULL) {
        jc_canvas_axis_title(self, side, title);
    }
}

void
jc_canvas_axis_title(struct jc_canvas *self, const char *side, const char *title)
{
    const struct jc_style below = { .size = TITLE_SIZE, .colour = JC_INK, .align = JC_CENTRE };
    const struct jc_style above = { .size = TITLE_SIZE, .colour = JC_INK };

    if (strcmp(side, "x") == 0) {
        jc_canvas_text(self, (self->left + self->right) / 2, self->bottom + 37, &below, title);
    } else {
        jc_canvas_text(self, JC_CANVAS_EDGE, self->top - 17, &above, title);
    }
}

void
jc_canvas_bare_axis(struct jc_canvas *self, const char *side, double low, double high)
{
    jc_canvas_put(self, "unset logscale %s\nset %srange [%.10g:%.10g]\nunset %stics\n", side, side,
        low, high, side);
}

void
jc_spread(size_t n, double *place, double gap, double low, double high)
{
    size_t j;

    for (j = 0; j < n; j++) {
        place[j] = fmax(place[j], j == 0 ? low : place[j - 1] + gap);
    }
    for (j = n; j-- > 0;) {
        place[j] = fmin(place[j], j + 1 == n ? high : place[j + 1] - gap);
    }
}
