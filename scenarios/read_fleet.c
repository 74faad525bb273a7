#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/read.h"

#define MOST_MONTHS 1200
#define MOST_GROWTH 100
#define MOST_QUERIES 1e18 /* a day */
#define SHARE_TOLERANCE 1e-9

/* 2025-01 */
static int
read_month(const struct jc_field *field, struct jc_fleet *self, struct jc_error *error)
{
    const char *text = field->node->text;
    int ret = jc_field_scalar(field, "a month such as 2025-01", error);

    if (ret == 0
        && (strlen(text) != 7 || strspn(text, "0123456789") != 4
            || strspn(text + 5, "0123456789") != 2
            || sscanf(text, "%4d-%2d", &self->year, &self->month) != 2 || self->year < 1900
            || self->month < 1 || self->month > 12)) {
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

static int
read_demand(const struct jc_field *fleet, struct jc_fleet *self, struct jc_error *error)
{
    static const char *const names[] = { "start", "queries_per_day", "growth", NULL };
    struct jc_field demand = jc_field_get(fleet, "demand");
    struct jc_field start = jc_field_get(&demand, "start");
    struct jc_field queries = jc_field_get(&demand, "queries_per_day");
    struct jc_field growth = jc_field_get(&demand, "growth");
    int ret = 0;

    if (start.node == NULL || queries.node == NULL) {
        return jc_field_fail_key(fleet, error,
            "demand is missing, for example demand: {start: 2025-01, queries_per_day: 1e9, growth: "
            "[2 %%, 2 %%]}");
    }
    ret = jc_field_section(&demand, names, error);
    ret = ret != 0 ? ret : read_month(&start, self, error);
    ret = ret != 0 ? ret : jc_read_positive(&queries, JC_NUMBER, &self->queries_per_day, error);
    if (ret == 0 && growth.node != NULL) {
        ret = read_growth(&growth, self, error);
    }
    return ret != 0 ? ret : check_demand(&demand, self, error);
}

static int
find_case(const struct jc_scenario *scenario, const struct jc_field *field, size_t *index,
    struct jc_error *error)
{
    for (*index = 0; *index < scenario->n_cases; ++*index) {
        if (strcmp(scenario->cases[*index].name, field->key) == 0) {
            return 0;
        }
    }
    return jc_field_fail_key(field, error, "is not in cases");
}

/* {short: 80 %, medium: 20 %} */
static int
read_shares(const struct jc_scenario *scenario, const struct jc_field *fleet, struct jc_fleet *self,
    struct jc_error *error)
{
    struct jc_field cases = jc_field_get(fleet, "cases");
    const struct jc_tree_item *item;
    struct jc_field part;
    double sum = 0;
    int ret;

    if (cases.node == NULL) {
        return jc_field_fail_key(fleet, error,
            "cases is missing, for example cases: {short: 80 %%, long: 20 %%}");
    }
    ret = jc_field_map(&cases, error);
    if (ret != 0) {
        return ret;
    }
    self->case_index = calloc(cases.node->n_items + 1, sizeof(*self->case_index));
    self->share = calloc(cases.node->n_items + 1, sizeof(*self->share));
    if (self->case_index == NULL || self->share == NULL) {
        return jc_fail_memory(error);
    }
    for (item = cases.node->first; ret == 0 && item != NULL; item = item->next) {
        part = jc_field_item(&cases, item, 0);
        ret = find_case(scenario, &part, &self->case_index[self->n_cases], error);
        ret = ret != 0 ? ret
                       : jc_read_positive(&part, JC_FRACTION, &self->share[self->n_cases], error);
        sum += ret == 0 ? self->share[self->n_cases++] : 0;
    }
    if (ret == 0 && fabs(sum - 1) > SHARE_TOLERANCE) {
        ret = jc_field_fail(&cases, error, "shares sum to %.6g, expected 1", sum);
    }
    return ret;
}

static int
read_equivalence(struct jc_reader *reader, const struct jc_field *field,
    struct jc_equivalence *self, struct jc_error *error)
{
    static const char *const names[] = { "name", "quantity", "amount", "source", NULL };
    static const char *const quantities[] = { "energy", "water", "carbon", NULL };
    static const enum jc_quantity of[] = { JC_ENERGY, JC_WATER, JC_CARBON };
    struct jc_field quantity = jc_field_get(field, "quantity");
    struct jc_field amount = jc_field_get(field, "amount");
    struct jc_error inner;
    char *path = NULL;
    size_t choice;
    int ret;

    if (field->node->kind != JC_TREE_MAP) {
        ret = jc_field_scalar(field, "an equivalence", error);
        ret = ret != 0 ? ret : jc_find_input(reader, field, "table", "equivalences", &path, error);
        if (ret == 0) {
            ret = jc_equivalence_read(self, path, field->node->text, &inner);
            ret = ret == 0 ? 0 : jc_fail_lookup(field, ret, &inner, error);
        }
        free(path);
        return ret;
    }
    ret = jc_field_section(field, names, error);
    if (ret == 0
        && (jc_field_get(field, "name").node == NULL || quantity.node == NULL
            || amount.node == NULL)) {
        ret = jc_field_fail(field, error, "an equivalence has name, quantity and amount");
    }
    ret = ret != 0 ? ret : jc_read_text(field, "name", &self->name, error);
    ret = ret != 0 ? ret : jc_read_text(field, "source", &self->source, error);
    ret = ret != 0 ? ret : jc_field_choice(&quantity, quantities, &choice, error);
    self->quantity = ret == 0 ? of[choice] : JC_ENERGY;
    return ret != 0 ? ret : jc_read_positive(&amount, JC_NUMBER, &self->amount, error);
}

static int
read_equivalences(struct jc_reader *reader, const struct jc_field *fleet, struct jc_fleet *self,
    struct jc_error *error)
{
    struct jc_field list = jc_field_get(fleet, "equivalences");
    const struct jc_tree_item *item;
    struct jc_field part;
    int ret = list.node == NULL ? 0 : jc_field_list(&list, error);

    if (ret != 0 || list.node == NULL) {
        return ret;
    }
    self->equivalences = calloc(list.node->n_items + 1, sizeof(*self->equivalences));
    if (self->equivalences == NULL) {
        return jc_fail_memory(error);
    }
    for (item = list.node->first; ret == 0 && item != NULL; item = item->next) {
        part = jc_field_item(&list, item, self->n_equivalences + 1);
        ret = read_equivalence(reader, &part, &self->equivalences[self->n_equivalences++], error);
        for (size_t k = 0; ret == 0 && k + 1 < self->n_equivalences; k++) {
            if (strcmp(self->equivalences[k].name,
                    self->equivalences[self->n_equivalences - 1].name)
                == 0) {
                ret = jc_field_fail(&part, error, "'%s' is there twice",
                    jc_show(self->equivalences[k].name).text);
            }
        }
    }
    return ret;
}

static int
read_fleet(struct jc_reader *reader, const struct jc_field *field, struct jc_fleet *self,
    struct jc_error *error)
{
    static const char *const names[] = { "label", "cases", "demand", "equivalences", "like", NULL };
    struct jc_field label = jc_field_get(field, "label");
    int ret = jc_field_section(field, names, error);

    ret = ret != 0 ? ret : jc_field_name(field, error);
    ret = ret != 0 ? ret : jc_string_set(&self->name, field->key, error);
    if (ret == 0) {
        ret = label.node == NULL ? jc_string_set(&self->label, field->key, error)
                                 : jc_field_text(&label, &self->label, error);
    }
    ret = ret != 0 ? ret : read_shares(reader->scenario, field, self, error);
    ret = ret != 0 ? ret : read_demand(field, self, error);
    return ret != 0 ? ret : read_equivalences(reader, field, self, error);
}

int
jc_read_fleets(struct jc_reader *reader, const struct jc_field *root, struct jc_error *error)
{
    struct jc_scenario *scenario = reader->scenario;
    struct jc_field fleets = jc_field_get(root, "fleet");
    const struct jc_tree_item *item;
    struct jc_field field;
    int ret = fleets.node == NULL ? 0 : jc_field_map(&fleets, error);

    if (ret != 0 || fleets.node == NULL) {
        return ret;
    }
    scenario->fleets = calloc(fleets.node->n_items + 1, sizeof(*scenario->fleets));
    if (scenario->fleets == NULL) {
        return jc_fail_memory(error);
    }
    for (item = fleets.node->first; ret == 0 && item != NULL; item = item->next) {
        field = jc_field_item(&fleets, item, 0);
        ret = jc_resolve_like(reader, &field, 1, error);
        ret = ret != 0 ? ret
                       : read_fleet(reader, &field, &scenario->fleets[scenario->n_fleets++], error);
    }
    return ret;
}

void
jc_fleet_free(struct jc_fleet *self)
{
    free(self->name);
    free(self->label);
    free(self->case_index);
    free(self->share);
    free(self->growth);
    for (size_t k = 0; k < self->n_equivalences; k++) {
        jc_equivalence_free(&self->equivalences[k]);
    }
    free(self->equivalences);
}
