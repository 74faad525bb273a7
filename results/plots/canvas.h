/*
 * A picture while its gnuplot commands are written: layout in pixels from the upper left corner, texts, areas and axes.
 *
 * The first error stays, and nothing is written after it, so that a picture is drawn without looking at each line.
 */
#ifndef JC_RESULTS_PLOTS_CANVAS_H
#define JC_RESULTS_PLOTS_CANVAS_H

#include "results/plots/plot.h"
#include "results/plots/words.h"

/* Of Okabe and Ito (2008), told apart by people of any colour vision. */
#define JC_BLUE "#0072b2"
#define JC_ORANGE "#e69f00"
#define JC_GREEN "#009e73"
#define JC_PURPLE "#cc79a7"
#define JC_SKY "#56b4e9"
#define JC_VERMILION "#d55e00"
#define JC_BLACK "#000000"
#define JC_INK "#222222"
#define JC_GREY "#666666"

#define JC_CURVE_COLOURS 7
extern const char *const jc_curve_colours[JC_CURVE_COLOURS];

#define JC_CANVAS_WIDTH 680.0
#define JC_CANVAS_EDGE 14.0 /* free on all sides */
#define JC_CANVAS_HEAD 66.0 /* what title and subtitle take */
#define JC_CANVAS_FOOT 26.0 /* what the source takes */

struct jc_canvas {
    struct jc_text *script;
    struct jc_error *error;
    int ret;
    enum jc_plot_format format;
    const char *name; /* before the ids of an SVG in a page; NULL: a picture of its own */
    double height;    /* px; the width is JC_CANVAS_WIDTH */
    double left;      /* of the area that is drawn in, px */
    double right;
    double top;
    double bottom;
};

enum jc_align { JC_LEFT, JC_CENTRE, JC_RIGHT };

struct jc_style {
    double size; /* of the font, px */
    const char *colour;
    bool bold;
    enum jc_align align;
};

/* Appends as printf does. */
void jc_canvas_put(struct jc_canvas *self, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Appends a space and a number of a block of data; NaN, which gnuplot leaves out, unless it is finite. */
void jc_canvas_put_value(struct jc_canvas *self, double value);

/* Appends a text of a file as a string of gnuplot: whatever it holds, it is one. */
void jc_canvas_put_string(struct jc_canvas *self, const char *text);

/* Starts a picture so high: its terminal, what all pictures have, the title of the study, what is drawn, and in the lower
 * corner the source. */
void jc_canvas_begin(struct jc_canvas *self, double height, const char *title, const char *subtitle,
    const char *source);

/* The area of the next plot, px. */
void jc_canvas_area(struct jc_canvas *self, double left, double right, double top, double bottom);

/* A text whose vertical middle is at y, px. */
void jc_canvas_text(struct jc_canvas *self, double x, double y, const struct jc_style *style,
    const char *text);

/* The same in at most two lines of at most `width` px, which are one above the other around y. */
void jc_canvas_lines(struct jc_canvas *self, double x, double y, double width,
    const struct jc_style *style, const char *text);

/* The same in one line. */
void jc_canvas_fit(struct jc_canvas *self, double x, double y, double width,
    const struct jc_style *style, const char *text);

/* What the plot before has written beside its area is not to be written again by the next one. */
void jc_canvas_forget(struct jc_canvas *self);

/* A straight line in pixels. */
void jc_canvas_line(struct jc_canvas *self, double x0, double y0, double x1, double y1,
    double width, const char *colour);

/* A range of numbers along a side of the area. */
struct jc_axis {
    double low;
    double high;
    bool log;
};

/* The axis that shows values from low to high; with a logarithm if they are above 0 and differ by more than a factor of
 * eight. */
struct jc_axis jc_axis_of(double low, double high);

/* The same without a logarithm; it begins at 0 if the values come near it. */
struct jc_axis jc_axis_linear(double low, double high);

/* Moves n places, which ascend, apart until neighbours are `gap` from each other, as little as can be, within low to
 * high as far as there is room. */
void jc_spread(size_t n, double *place, double gap, double low, double high);

/* Where a value is along an axis: 0 at its low end, 1 at the high one. */
double jc_axis_place(const struct jc_axis *self, double value);

/* The value at a place. */
double jc_axis_value(const struct jc_axis *self, double place);

/* Range and tics of "x" or "y", and its title, NULL for none: below the area, or above it at the left. */
void jc_canvas_axis(struct jc_canvas *self, const char *side, const struct jc_axis *axis,
    const char *title);

/* The same with given tics; those without a text are small. */
struct jc_tic {
    double at;
    char text[JC_NUMBER_LENGTH];
};
void jc_canvas_tics(struct jc_canvas *self, const char *side, const struct jc_axis *axis, size_t n,
    const struct jc_tic *tic);
void jc_canvas_axis_title(struct jc_canvas *self, const char *side, const char *title);

/* A range without tics. "y2" is the right side. */
void jc_canvas_bare_axis(struct jc_canvas *self, const char *side, double low, double high);

/* Pixels of a value in the area. */
double jc_canvas_x(const struct jc_canvas *self, const struct jc_axis *axis, double value);
double jc_canvas_y(const struct jc_canvas *self, const struct jc_axis *axis, double value);

#endif
