/*
 * Sweeps: a study with other values of some of its keys; every point where they are few, else the extremes.
 */
#include <math.h>

#include "results/report/parts.h"

#define MOST_ROWS 120 /* of a table of all points */

static void
put_coordinate(struct jc_html *html, const struct jc_sweep_axis *axis, size_t index)
{
    if (axis->number != NULL) {
        jc_html_put(html, "<data value=\"%.17g\">%.6g</data>", axis->number[index],
            axis->number[index]);
    } else {
        jc_html_text(html, axis->text[index]);
    }
}

static void
put_axes(struct jc_html *html, const struct jc_sweep_result *sweep)
{
    jc_report_open_table(html, "axes");
    jc_html_put(html,
        "<caption>What is changed</caption>\n<thead><tr><th scope=\"col\"></th><th "
        "scope=\"col\">key</th>"
        "<th scope=\"col\" class=\"n\">values</th><th scope=\"col\">from, to</th></tr></thead>\n"
        "<tbody>\n");
    for (size_t j = 0; j < sweep->n_axes; j++) {
        const struct jc_sweep_axis *axis = &sweep->axis[j];
        size_t least = 0;
        size_t most = axis->n - 1;

        for (size_t i = 0; i < axis->n && axis->number != NULL; i++) {
            least = axis->number[i] < axis->number[least] ? i : least;
            most = axis->number[i] > axis->number[most] ? i : most;
        }
        jc_html_put(html, "<tr><th scope=\"row\">");
        jc_html_text(html, axis->label);
        jc_html_put(html, "</th><td><code>");
        jc_html_text(html, axis->key);
        jc_html_put(html, "</code></td><td class=\"n\">%zu</td><td>", axis->n);
        put_coordinate(html, axis, least);
        jc_html_put(html, " to ");
        put_coordinate(html, axis, most);
        jc_html_put(html, "</td></tr>\n");
    }
    jc_report_close_table(html);
}

void
jc_report_point(struct jc_html *html, const struct jc_sweep_result *sweep, size_t p)
{
    for (size_t j = 0; j < sweep->n_axes; j++) {
        if (j > 0) {
            jc_html_put(html, ", ");
        }
        jc_html_text(html, sweep->axis[j].name);
        jc_html_put(html, " ");
        put_coordinate(html, &sweep->axis[j], jc_sweep_axis_value(sweep, p, j));
    }
}

/* The mean of a subject in a point, with the standard error of its simulation. */
static void
put_mean(struct jc_html *html, const struct jc_sweep_result *sweep, size_t p, size_t subject,
    enum jc_quantity quantity)
{
    const double *number = jc_sweep_numbers(sweep, p, subject, quantity);

    jc_html_put(html, "<td class=\"n\">");
    jc_html_estimate(html, number[JC_POINT_MEAN], 1.96 * number[JC_POINT_MEAN_ERROR]);
    jc_html_put(html, "</td>");
}

static void
put_extremes(struct jc_html *html, const struct jc_sweep_result *sweep, size_t subject,
    enum jc_quantity quantity)
{
    size_t end[2] = { sweep->n_points, sweep->n_points };
    double best[2] = { INFINITY, INFINITY };

    for (size_t p = 0; p < sweep->n_points; p++) {
        for (size_t k = 0; k < 2 && sweep->point[p].status == JC_POINT_COMPUTED; k++) {
            const double mean = jc_sweep_numbers(sweep, p, subject, quantity)[JC_POINT_MEAN];

            if ((k == 0 ? mean : -mean) < best[k]) {
                best[k] = k == 0 ? mean : -mean;
                end[k] = p;
            }
        }
    }
    for (size_t k = 0; k < 2 && end[k] < sweep->n_points; k++) {
        jc_html_put(html, "<tr><th scope=\"row\">");
        jc_html_text(html, k == 0 ? sweep->subject[subject].label : "");
        jc_html_put(html, "</th><td>%s</td>", k == 0 ? "least" : "most");
        put_mean(html, sweep, end[k], subject, quantity);
        jc_html_put(html, "<td>");
        jc_report_point(html, sweep, end[k]);
        jc_html_put(html, "</td></tr>\n");
    }
}

static void
put_range(struct jc_html *html, const struct jc_sweep_result *sweep, enum jc_quantity quantity)
{
    const struct jc_quantity_info *info = jc_quantity_info(quantity);

    jc_report_open_table(html, "extremes");
    jc_html_put(html,
        "<caption>Mean of %s [%s]: its least and its most</caption>\n<thead><tr><th "
        "scope=\"col\">case%s</th>"
        "<th scope=\"col\"></th><th scope=\"col\" class=\"n\">mean</th><th scope=\"col\">at</th>"
        "</tr></thead>\n<tbody>\n",
        info->long_name, info->unit, sweep->n_subjects > sweep->n_cases ? " or blend" : "");
    for (size_t s = 0; s < sweep->n_subjects; s++) {
        if (sweep->subject[s].has[quantity]) {
            put_extremes(html, sweep, s, quantity);
        }
    }
    jc_report_close_table(html);
}

/* All points, energy alone. */
static void
put_points(struct jc_html *html, const struct jc_sweep_result *sweep)
{
    jc_report_open_table(html, "points");
    jc_html_put(html, "<caption>Mean energy per query [Wh] in all points</caption>\n<thead><tr>");
    for (size_t j = 0; j < sweep->n_axes; j++) {
        jc_html_put(html, "<th scope=\"col\">");
        jc_html_text(html, sweep->axis[j].name);
        jc_html_put(html, "</th>");
    }
    for (size_t s = 0; s < sweep->n_subjects; s++) {
        jc_html_put(html, "<th scope=\"col\" class=\"n\">");
        jc_html_text(html, sweep->subject[s].label);
        jc_html_put(html, "</th>");
    }
    jc_html_put(html, "</tr></thead>\n<tbody>\n");
    for (size_t p = 0; p < sweep->n_points; p++) {
        jc_html_put(html, "<tr>");
        for (size_t j = 0; j < sweep->n_axes; j++) {
            jc_html_put(html, j == 0 ? "<th scope=\"row\">" : "<td>");
            put_coordinate(html, &sweep->axis[j], jc_sweep_axis_value(sweep, p, j));
            jc_html_put(html, j == 0 ? "</th>" : "</td>");
        }
        for (size_t s = 0; s < sweep->n_subjects; s++) {
            if (sweep->point[p].status == JC_POINT_COMPUTED) {
                put_mean(html, sweep, p, s, JC_ENERGY);
            } else {
                jc_html_put(html, "<td class=\"n\">failed</td>");
            }
        }
        jc_html_put(html, "</tr>\n");
    }
    jc_report_close_table(html);
}

/* Why points failed. */
static void
put_failures(struct jc_html *html, const struct jc_sweep_result *sweep)
{
    size_t shown = 0;

    if (jc_sweep_count(sweep, JC_POINT_FAILED) == 0) {
        return;
    }
    jc_html_put(html, "<p>%zu of %zu points failed; the first of them:</p>\n<ul class=\"plain\">\n",
        jc_sweep_count(sweep, JC_POINT_FAILED), sweep->n_points);
    for (size_t p = 0; p < sweep->n_points && shown < 10; p++) {
        if (sweep->point[p].status == JC_POINT_FAILED) {
            jc_html_put(html, "<li>");
            jc_report_point(html, sweep, p);
            jc_html_put(html, ": ");
            jc_html_text(html, sweep->point[p].message);
            jc_html_put(html, "</li>\n");
            shown++;
        }
    }
    jc_html_put(html, "</ul>\n");
}

void
jc_report_sweep(struct jc_html *html, const struct jc_report *report)
{
    static const enum jc_quantity told[] = { JC_ENERGY, JC_WATER, JC_CARBON, JC_COST };
    const struct jc_sweep_result *sweep = &report->results->sweep;

    if (sweep->n_axes == 0) {
        return;
    }
    jc_report_open(html, "sweep", "What other values give");
    jc_html_put(html, "<p class=\"soft\">");
    jc_html_count(html, sweep->n_points);
    jc_html_put(html, " points (");
    jc_html_text(html, sweep->design);
    jc_html_put(html, "), the same random numbers in all of them, ");
    jc_html_count(html, sweep->queries);
    jc_html_put(html, " queries of each case and point.</p>\n");
    put_axes(html, sweep);
    jc_report_picture(html, report, JC_PLOT_SWEEP, NULL);
    jc_report_picture(html, report, JC_PLOT_MAP, NULL);
    for (size_t k = 0; k < sizeof(told) / sizeof(told[0]); k++) {
        if (jc_sweep_has(sweep, 0, sweep->n_subjects, told[k])) {
            put_range(html, sweep, told[k]);
        }
    }
    if (sweep->n_points <= MOST_ROWS && jc_sweep_has(sweep, 0, sweep->n_subjects, JC_ENERGY)) {
        put_points(html, sweep);
    }
    put_failures(html, sweep);
    jc_report_close(html);
}
