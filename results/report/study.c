#include <stdlib.h>
#include <string.h>

#include "results/report/report.h"

/* A copy that the study keeps; NULL stays NULL. Nothing is done after an error. */
static const char *
keep(struct jc_report_study *self, const char *text, int *status, struct jc_error *error)
{
    char **all;

    if (*status != 0 || text == NULL) {
        return NULL;
    }
    all = realloc(self->text, (self->n_texts + 1) * sizeof(*all));
    if (all == NULL) {
        *status = jc_fail_memory(error);
        return NULL;
    }
    self->text = all;
    all[self->n_texts] = strdup(text);
    if (all[self->n_texts] == NULL) {
        *status = jc_fail_memory(error);
        return NULL;
    }
    return all[self->n_texts++];
}

int
jc_report_assume(struct jc_report_study *self, const struct jc_report_assumption *assumption,
    struct jc_error *error)
{
    struct jc_report_assumption *all =
        realloc(self->assumption, (self->n_assumptions + 1) * sizeof(*all));
    struct jc_report_assumption *one;
    int status = 0;

    if (all == NULL) {
        return jc_fail_memory(error);
    }
    self->assumption = all;
    one = &all[self->n_assumptions];
    *one = *assumption;
    one->subject = keep(self, assumption->subject, &status, error);
    one->of = keep(self, assumption->of, &status, error);
    one->value = keep(self, assumption->value, &status, error);
    one->unit = keep(self, assumption->unit, &status, error);
    self->n_assumptions += status == 0;
    return status;
}

int
jc_report_cite(struct jc_report_study *self, const char *what, const char *text,
    struct jc_error *error)
{
    struct jc_report_source *all;
    int status = 0;

    for (size_t j = 0; j < self->n_sources; j++) {
        if (strcmp(self->source_of[j].what, what) == 0
            && strcmp(self->source_of[j].text, text) == 0) {
            return 0;
        }
    }
    all = realloc(self->source_of, (self->n_sources + 1) * sizeof(*all));
    if (all == NULL) {
        return jc_fail_memory(error);
    }
    self->source_of = all;
    all[self->n_sources].what = keep(self, what, &status, error);
    all[self->n_sources].text = keep(self, text, &status, error);
    self->n_sources += status == 0;
    return status;
}

void
jc_report_study_free(struct jc_report_study *self)
{
    for (size_t j = 0; j < self->n_texts; j++) {
        free(self->text[j]);
    }
    free(self->text);
    free(self->assumption);
    free(self->source_of);
    *self = (struct jc_report_study){ 0 };
}
