#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/read.h"

#define MOST_MONTHS 1200
#define MOST_GROWTH 100
#define MOST_QUERIES 1e18 /* a day */

/* 2025-01 */
static int
read_month(const struct jc_field *field, struct jc_fleet *self, struct jc_error *error)
{
    const char *text = field->node->text;
    bool is_month;
    int ret = jc_field_scalar(field, "a month such as 2025-01", error);

    if (ret != 0) {
        return ret;
    }
    is_month = strlen(text) == 7 && strspn(text, "0123456789") == 4 && text[4] == '-'
        && strspn(text + 5, "0123456789") == 2;
    self->year = is_month ? (int) strtol(text, NULL, 10) : 0;
    self->month = is_month ? (int) strtol(text + 5, NULL, 10) : 0;
    if (self->year < 1900 || self->month < 1 || self->month > 12) {
        ret = jc_field_fail(field, error, "'%s' found, expected a month such as 2025-01",
            jc_show(field->node->text).text);
    }
    return ret;
}

/* What each month has more than the one before it. */
static int
read_growth(const struct jc_field *field, struct jc_fleet *self, struct jc_error *error)
{
    int ret = jc_field_numbers(field, JC_FRACTION, &self->n_growth, &self->growth, error);

    if (ret == 0 && self->n_growth > MOST_MONTHS - 1) {
        ret = jc_field_fail(field, error, "%zu months, at most %d are possible", self->n_growth + 1,
            MOST_MONTHS);
    }
    for (size_t k = 0; ret == 0 && k < self->n_growth; k++) {
        if (!(self->growth[k] > -1 && self->growth[k] <= MOST_GROWTH)) {
            ret = jc_field_fail(field, error, "growth must be greater than -1 and at most %d",
                MOST_GROWTH);
        }
    }
    return ret;
}

static int
check_demand(const struct jc_field *demand, const struct jc_fleet *self, struct jc_error *error)
{
    double per_day = self->queries_per_day;
    double most = per_day;

    for (size_t k = 0; k < self->n_growth; k++) {
        per_day *= 1 + self->growth[k];
        most = fmax(most, per_day);
    }
    return most <= MOST_QUERIES
        ? 0
        : jc_field_fail(demand, error, "%g queries a day are reached, at most %g are possible",
            most, MOST_QUERIES);
}

/* Of one day, or with `start` of months. */
int
jc_read_demand(const struct jc_field *fleet, struct jc_fleet *self, struct jc_error *error)
{
    static const char *const names[] = { "start", "queries_per_day", "growth", NULL };
    struct jc_field demand = jc_field_get(fleet, "demand");
    struct jc_field start = jc_field_get(&demand, "start");
    struct jc_field queries = jc_field_get(&demand, "queries_per_day");
    struct jc_field growth = jc_field_get(&demand, "growth");
    int ret = demand.node == NULL ? 0 : jc_field_section(&demand, names, error);

    if (ret == 0 && queries.node == NULL) {
        ret = jc_field_fail_key(fleet, error,
            "demand is missing, for example demand: {queries_per_day: 1e9} or demand: {start: "
            "2025-01, queries_per_day: 1e9, growth: [2 %%, 2 %%]}");
    }
    if (ret == 0 && start.node != NULL) {
        ret = read_month(&start, self, error);
    } else if (ret == 0 && growth.node != NULL) {
        ret = jc_field_fail_key(&growth, error, "without start the demand is that of one day");
    }
    ret = ret != 0 ? ret : jc_read_positive(&queries, JC_NUMBER, &self->queries_per_day, error);
    if (ret == 0 && growth.node != NULL) {
        ret = read_growth(&growth, self, error);
    }
    return ret != 0 ? ret : check_demand(&demand, self, error);
}
