#include "results/plots/canvas.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TITLE_SIZE 18.0
#define LEAST_TITLE_SIZE 13.0
#define SUBTITLE_SIZE 13.5
#define SOURCE_SIZE 11.5
#define FONT "sans-serif,13.5"
#define BOLD 1.13 /* how much wider bold letters are */

const char *const jc_curve_colours[JC_CURVE_COLOURS] = { JC_BLUE, JC_VERMILION, JC_GREEN, JC_PURPLE,
    JC_ORANGE, JC_SKY, JC_BLACK };

void
jc_canvas_put(struct jc_canvas *self, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    int length;

    if (self->ret != 0) {
        return;
    }
    va_start(arguments, format);
    length = vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    self->ret = length < 0 || (size_t) length >= sizeof(text)
        ? jc_fail(self->error, JC_ERROR_INTERNAL, "a command of a picture is too long")
        : jc_text_append(self->script, self->error, "%s", text);
}

void
jc_canvas_put_value(struct jc_canvas *self, double value)
{
    jc_canvas_put(self, isfinite(value) ? " %.8g" : " NaN", value);
}

/* Between single quotes gnuplot takes everything as it is, to the next quote or the end of the line; there are no lines in a
 * clean text. Two quotes would stand for one, but not at the beginning: so quotes are joined to what is between them. */
void
jc_canvas_put_string(struct jc_canvas *self, const char *text)
{
    struct jc_text clean = { 0 };
    const char *rest;
    size_t n;

    self->ret = self->ret != 0
        ? self->ret
        : jc_words_clean(&clean, text, self->format == JC_PLOT_SVG, self->error);
    jc_canvas_put(self, "'");
    for (rest = clean.bytes; rest != NULL && self->ret == 0 && *rest != '\0'; rest += n) {
        n = strcspn(rest, "'");
        self->ret = jc_text_append(self->script, self->error, "%.*s", (int) n, rest);
        if (rest[n] == '\'') {
            jc_canvas_put(self, "'.\"\\047\".'");
            n++;
        }
    }
    jc_canvas_put(self, "'");
    jc_text_free(&clean);
}

void
jc_canvas_text(struct jc_canvas *self, double x, double y, const struct jc_style *style,
    const char *text)
{
    static const char *const aligned[] = { "left", "center", "right" };

    jc_canvas_put(self, "set label ");
    jc_canvas_put_string(self, text);
    jc_canvas_put(self, " at screen %.5f,%.5f %s font '%s,%g' textcolor rgb '%s' front\n",
        x / JC_CANVAS_WIDTH, 1 - y / self->height, aligned[style->align],
        style->bold ? "sans-serif:Bold" : "sans-serif", style->size, style->colour);
}

/* For the width of a text: as if all letters were of regular weight. */
static double
size_of(const struct jc_style *style)
{
    return style->bold ? BOLD * style->size : style->size;
}

void
jc_canvas_lines(struct jc_canvas *self, double x, double y, double width,
    const struct jc_style *style, const char *text)
{
    const double step = 1.15 * style->size;
    char line[JC_LINES][JC_LINE_LENGTH];
    const size_t n = jc_words_wrap(text, size_of(style), width, line);
    size_t j;

    for (j = 0; j < n; j++) {
        jc_canvas_text(self, x, y + ((double) j - ((double) n - 1) / 2) * step, style, line[j]);
    }
}

void
jc_canvas_fit(struct jc_canvas *self, double x, double y, double width,
    const struct jc_style *style, const char *text)
{
    char line[JC_LINE_LENGTH];

    jc_words_fit(text, size_of(style), width, line);
    jc_canvas_text(self, x, y, style, line);
}

static void
put_terminal(struct jc_canvas *self)
{
    const char *font = "noenhanced font '" FONT "'";

    switch (self->format) {
        case JC_PLOT_PNG:
            jc_canvas_put(self,
                "set terminal pngcairo size %.0f,%.0f %s fontscale 1.5 linewidth 2 pointscale 2 "
                "butt background rgb '#ffffff'\n",
                2 * JC_CANVAS_WIDTH, 2 * self->height, font);
            break;
        case JC_PLOT_PDF:
            jc_canvas_put(self,
                "set terminal pdfcairo size %.4fin,%.4fin %s fontscale 0.5625 linewidth 1 "
                "pointscale 0.75 butt background rgb '#ffffff'\n",
                JC_CANVAS_WIDTH / 96, self->height / 96, font);
            break;
        case JC_PLOT_SVG:
        case JC_PLOT_FORMATS:
            jc_canvas_put(self, "set terminal svg size %.0f,%.0f %s %s butt name '%s'%s\n",
                JC_CANVAS_WIDTH, self->height, self->name != NULL ? "dynamic" : "fixed", font,
                self->name != NULL ? self->name : "joulecast",
                self->name != NULL ? "" : " background rgb '#ffffff'");
            break;
    }
}

void
jc_canvas_begin(struct jc_canvas *self, double height, const char *title, const char *subtitle,
    const char *source)
{
    const double width = JC_CANVAS_WIDTH - 2 * JC_CANVAS_EDGE;
    struct jc_style style = { .size = TITLE_SIZE, .colour = JC_INK, .bold = true };
    const struct jc_style below = { .size = SUBTITLE_SIZE, .colour = JC_GREY };
    const struct jc_style corner = { .size = SOURCE_SIZE, .colour = JC_GREY, .align = JC_RIGHT };

    self->height = rint(height);
    put_terminal(self);
    jc_canvas_put(self,
        "set encoding utf8\n"
        "unset key\n"
        "set border 0\n"
        "set tics nomirror out scale 0.5 textcolor rgb '" JC_INK "' font '" FONT "'\n"
        "set grid xtics linetype 1 linecolor rgb '#dddddd' linewidth 0.8\n"
        "set style fill solid 1.0 noborder\n");
    style.size = fmin(TITLE_SIZE,
        fmax(LEAST_TITLE_SIZE, TITLE_SIZE * width / (BOLD * jc_words_width(title, TITLE_SIZE))));
    jc_canvas_lines(self, JC_CANVAS_EDGE, 24, width, &style, title);
    jc_canvas_fit(self, JC_CANVAS_EDGE, 49, width, &below, subtitle);
    jc_canvas_lines(self, JC_CANVAS_WIDTH - JC_CANVAS_EDGE,
        self->height - (jc_words_width(source, SOURCE_SIZE) > width ? 18 : 13), width, &corner,
        source);
}

void
jc_canvas_area(struct jc_canvas *self, double left, double right, double top, double bottom)
{
    self->left = left;
    self->right = right;
    self->top = top;
    self->bottom = bottom;
    jc_canvas_put(self,
        "set lmargin at screen %.5f\nset rmargin at screen %.5f\n"
        "set tmargin at screen %.5f\nset bmargin at screen %.5f\n",
        left / JC_CANVAS_WIDTH, right / JC_CANVAS_WIDTH, 1 - top / self->height,
        1 - bottom / self->height);
}

void
jc_canvas_forget(struct jc_canvas *self)
{
    jc_canvas_put(self, "unset label\nunset arrow\n");
}

void
jc_canvas_line(struct jc_canvas *self, double x0, double y0, double x1, double y1, double width,
    const char *colour)
{
    jc_canvas_put(self,
        "set arrow from screen %.5f,%.5f to screen %.5f,%.5f nohead linewidth %g linecolor rgb "
        "'%s' front\n",
        x0 / JC_CANVAS_WIDTH, 1 - y0 / self->height, x1 / JC_CANVAS_WIDTH, 1 - y1 / self->height,
        width, colour);
}
