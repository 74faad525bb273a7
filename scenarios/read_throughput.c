#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/kernels.h"
#include "scenarios/read.h"

static const struct jc_range throughput_range = { JC_TOKENS_PER_S, true, JC_MOST_TOKENS_PER_S };

static const char *const form_names[] = { "log_linear", "maximum", "constant", "measured",
    "roofline", "ideal", "api", NULL };

/* A factor of e^20 either way is beyond any machine. */
#define MOST_RESIDUAL_SD 20.0

/* The keys of the section and the forms that they fit, as bits. */
enum {
    LOG_LINEAR = 1 << JC_THROUGHPUT_LOG_LINEAR,
    MAXIMUM = 1 << JC_THROUGHPUT_MAXIMUM,
    CONSTANT = 1 << JC_THROUGHPUT_CONSTANT,
    MEASURED = 1 << JC_THROUGHPUT_MEASURED,
    ROOFLINE = 1 << JC_THROUGHPUT_ROOFLINE,
    IDEAL = 1 << JC_THROUGHPUT_IDEAL,
    API = 1 << JC_THROUGHPUT_API,
    OBSERVED = LOG_LINEAR | MAXIMUM,
    COMPUTED = ROOFLINE | IDEAL
};

static const struct {
    const char *name;
    int forms;
} keys[] = { { "table", OBSERVED | MEASURED }, { "measurements", OBSERVED },
    { "model", OBSERVED | MEASURED }, { "precision", OBSERVED | MEASURED }, { "cap", LOG_LINEAR },
    { "coefficients", LOG_LINEAR }, { "residuals", LOG_LINEAR }, { "residual_sd", LOG_LINEAR },
    { "degrees_of_freedom", LOG_LINEAR }, { "tokens_per_s", CONSTANT },
    { "prefill_speedup", OBSERVED | CONSTANT }, { "configurations", MEASURED }, { "gpu", MEASURED },
    { "gpus", MEASURED }, { "parallelism", MEASURED }, { "task", MEASURED }, { "duration", API },
    { "latency", API }, { "rate", API }, { "architecture", COMPUTED }, { "accelerator", COMPUTED },
    { "accelerators", COMPUTED } };

/* A key that does not fit the form is wrong, unless the form was written over it. */
static int
read_form(const struct jc_field *field, enum jc_throughput_form *form, struct jc_error *error)
{
    struct jc_field chosen = jc_field_get(field, "form");
    struct jc_field key;
    size_t choice;
    int ret;

    if (chosen.node == NULL) {
        return 0;
    }
    ret = jc_field_choice(&chosen, form_names, &choice, error);
    if (ret != 0) {
        return ret;
    }
    *form = (enum jc_throughput_form) choice;
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        key = jc_field_get(field, keys[i].name);
        if (key.node != NULL && (keys[i].forms & 1 << choice) == 0
            && key.item->layer >= chosen.item->layer) {
            return jc_field_fail_key(&key, error, "does not fit form: %s", form_names[choice]);
        }
    }
    return 0;
}

int
jc_read_positive(const struct jc_field *field, enum jc_dimension dimension, double *value,
    struct jc_error *error)
{
    const double largest = dimension == JC_TOKENS_PER_S ? JC_MOST_TOKENS_PER_S : 1e30;
    int ret = jc_field_number(field, dimension, value, error);

    if (ret == 0 && !(*value > 0)) {
        ret = jc_field_fail(field, error, "%s found, must be greater than 0",
            jc_show(field->node->text).text);
    } else if (ret == 0 && *value > largest) {
        ret = jc_field_fail(field, error, "%s found, must be at most %g",
            jc_show(field->node->text).text, largest);
    }
    return ret;
}

/* A positive number or one of two words, which read as NAN and as INFINITY. */
static int
read_number_or_word(const struct jc_field *field, enum jc_dimension dimension, const char *word,
    double *value, struct jc_error *error)
{
    const char *text = field->node == NULL ? "" : field->node->text;

    if (field->node == NULL) {
        return 0;
    }
    if (strcmp(text, "none") == 0) {
        *value = INFINITY;
        return 0;
    }
    if (word != NULL && strcmp(text, word) == 0) {
        *value = NAN;
        return 0;
    }
    if (isalpha((unsigned char) text[0])) {
        return jc_field_fail(field, error, "'%s' found, expected a number%s%s or none",
            jc_show(text).text, word == NULL ? "" : ", ", word == NULL ? "" : word);
    }
    return jc_read_positive(field, dimension, value, error);
}

/* The keys that select configurations, beside the model and the precision. */
static int
read_choice(const struct jc_field *field, struct jc_throughput_spec *self, struct jc_error *error)
{
    static const char *const names[] = { "error", "clamp", NULL };
    struct jc_field gpus = jc_field_get(field, "gpus");
    struct jc_field outside = jc_field_get(field, "outside");
    uint64_t number = 0;
    size_t choice = 0;
    int ret = jc_read_text(field, "gpu", &self->gpu, error);

    ret = ret != 0 ? ret : jc_read_text(field, "parallelism", &self->parallelism, error);
    ret = ret != 0 ? ret : jc_read_text(field, "task", &self->task, error);
    if (ret == 0 && gpus.node != NULL) {
        ret = jc_field_count(&gpus, 1, 1000000, &number, error);
    }
    if (ret == 0 && outside.node != NULL) {
        ret = jc_field_choice(&outside, names, &choice, error);
    }
    self->gpus = (double) number;
    self->clamp = choice == 1;
    return ret;
}

/* The keys of what is computed from hardware. */
static int
read_hardware(struct jc_reader *reader, const struct jc_field *field,
    struct jc_throughput_spec *self, struct jc_error *error)
{
    struct jc_field architecture = jc_field_get(field, "architecture");
    struct jc_field accelerator = jc_field_get(field, "accelerator");
    int ret = 0;

    if (architecture.node != NULL) {
        ret = jc_read_architecture(reader, &architecture, &self->architecture, error);
    }
    if (ret == 0 && accelerator.node != NULL) {
        ret = jc_read_accelerator(reader, &accelerator, &self->accelerator, error);
    }
    return ret != 0 ? ret : jc_read_number_of(field, "accelerators", &self->accelerators, error);
}

static bool
is_beside(const struct jc_field *a, const struct jc_field *b)
{
    return b->node != NULL && a->item->layer == b->item->layer;
}

/* How long a request takes, seen from outside; what was written last counts. */
static int
read_times(struct jc_reader *reader, const struct jc_field *field, struct jc_throughput_spec *self,
    struct jc_error *error)
{
    static const struct jc_range duration_range = { JC_SECONDS, false, 1e9 };
    static const struct jc_range latency_range = { JC_SECONDS, false, 1e9 };
    struct jc_field duration = jc_field_get(field, "duration");
    struct jc_field latency = jc_field_get(field, "latency");
    struct jc_field rate = jc_field_get(field, "rate");
    int ret = 0;

    if (duration.node != NULL) {
        ret = jc_read_value(reader, &duration, &duration_range, &self->duration_s, error);
    }
    if (ret == 0 && latency.node != NULL) {
        ret = jc_read_value(reader, &latency, &latency_range, &self->latency_s, error);
    }
    if (ret == 0 && rate.node != NULL) {
        ret = jc_read_value(reader, &rate, &throughput_range, &self->rate, error);
    }
    if (ret == 0 && duration.node != NULL
        && (is_beside(&duration, &latency) || is_beside(&duration, &rate))) {
        ret = jc_field_fail_key(&duration, error, "excludes latency and rate");
    }
    self->has_duration = duration.node != NULL && !jc_field_is_over(&latency, &duration)
        && !jc_field_is_over(&rate, &duration);
    return ret;
}

/* Which scatter a fit has: a word, or a number with its degrees of freedom. Degrees of freedom that a word was
 * written over do not count. */
static int
read_scatter(const struct jc_field *field, bool complete, struct jc_throughput_spec *self,
    struct jc_error *error)
{
    struct jc_field sd = jc_field_get(field, "residual_sd");
    struct jc_field degrees = jc_field_get(field, "degrees_of_freedom");
    const char *text = sd.node == NULL ? "own" : sd.node->text;
    int ret = sd.node == NULL ? 0 : jc_field_scalar(&sd, "own, pooled or a number", error);

    if (ret != 0) {
        return ret;
    }
    if (strcmp(text, "own") == 0) {
        self->scatter = JC_SCATTER_OWN;
    } else if (strcmp(text, "pooled") == 0) {
        self->scatter = JC_SCATTER_POOLED;
    } else if (isalpha((unsigned char) text[0])) {
        ret = jc_field_fail(&sd, error, "'%s' found, expected own, pooled or a number",
            jc_show(text).text);
    } else {
        self->scatter = JC_SCATTER_GIVEN;
        ret = jc_read_positive(&sd, JC_NUMBER, &self->residual_sd, error);
    }
    if (ret == 0 && self->residual_sd > MOST_RESIDUAL_SD) {
        ret = jc_field_fail(&sd, error, "%s found, must be at most %g: it is that of ln TPS",
            jc_show(text).text, MOST_RESIDUAL_SD);
    }
    if (ret == 0 && degrees.node != NULL) {
        ret = jc_field_number(&degrees, JC_NUMBER, &self->degrees_of_freedom, error);
    }
    if (ret == 0 && degrees.node != NULL && !(self->degrees_of_freedom >= 1)) {
        ret = jc_field_fail(&degrees, error, "%s found, must be 1 or greater",
            jc_show(degrees.node->text).text);
    }
    if (ret != 0 || !complete) {
        return ret;
    }
    if (self->scatter == JC_SCATTER_GIVEN && degrees.node == NULL) {
        ret = jc_field_fail(&sd, error,
            "degrees_of_freedom is missing, for example {residual_sd: 0.2, degrees_of_freedom: 6}");
    } else if (self->scatter != JC_SCATTER_GIVEN && degrees.node != NULL
        && !jc_field_is_over(&sd, &degrees)) {
        ret = jc_field_fail_key(&degrees, error, "is that of a number in residual_sd, which is %s",
            text);
    }
    return ret;
}

/* How sure a fit is. */
static int
read_uncertainty(const struct jc_field *field, bool complete, struct jc_throughput_spec *self,
    struct jc_error *error)
{
    static const char *const coefficient_names[] = { "fixed", "uncertain", NULL };
    static const char *const residual_names[] = { "none", "query", NULL };
    struct jc_field coefficients = jc_field_get(field, "coefficients");
    struct jc_field residuals = jc_field_get(field, "residuals");
    size_t choice = 0;
    int ret = 0;

    if (coefficients.node != NULL) {
        ret = jc_field_choice(&coefficients, coefficient_names, &choice, error);
        self->coefficients_uncertain = choice == 1;
    }
    choice = 0;
    if (ret == 0 && residuals.node != NULL) {
        ret = jc_field_choice(&residuals, residual_names, &choice, error);
        self->residuals = choice == 1;
    }
    return ret != 0 ? ret : read_scatter(field, complete, self, error);
}

/* What can be said of the section without its defaults. */
static int
read_keys(struct jc_reader *reader, const struct jc_field *field, bool complete,
    struct jc_throughput_spec *self, struct jc_error *error)
{
    static const char *const names[] = { "form", "table", "model", "precision", "measurements",
        "tokens_per_s", "cap", "prefill_speedup", "configurations", "gpu", "gpus", "parallelism",
        "task", "outside", "architecture", "accelerator", "accelerators", "duration", "latency",
        "rate", "coefficients", "residuals", "residual_sd", "degrees_of_freedom", "alternatives",
        NULL };
    struct jc_field table = jc_field_get(field, "table");
    struct jc_field list = jc_field_get(field, "measurements");
    struct jc_field tokens_per_s = jc_field_get(field, "tokens_per_s");
    struct jc_field cap = jc_field_get(field, "cap");
    struct jc_field prefill_speedup = jc_field_get(field, "prefill_speedup");
    int ret = jc_field_section(field, names, error);

    ret = ret != 0 ? ret : read_form(field, &self->form, error);
    if (ret == 0 && table.node != NULL) {
        ret = jc_field_scalar(&table, "the name of a table", error);
    }
    if (ret == 0 && table.node != NULL && list.node != NULL
        && table.item->layer == list.item->layer) {
        ret = jc_field_fail_key(&list, error, "table and measurements exclude each other");
    }
    ret = ret != 0 ? ret : jc_read_text(field, "model", &self->model, error);
    ret = ret != 0 ? ret : jc_read_text(field, "precision", &self->precision, error);
    if (ret == 0 && tokens_per_s.node != NULL) {
        ret = jc_read_value(reader, &tokens_per_s, &throughput_range, &self->tokens_per_s, error);
    }
    ret = ret != 0
        ? ret
        : read_number_or_word(&prefill_speedup, JC_NUMBER, NULL, &self->prefill_speedup, error);
    ret = ret != 0
        ? ret
        : read_number_or_word(&cap, JC_TOKENS_PER_S, "observed", &self->cap_tokens_per_s, error);
    ret = ret != 0 ? ret : read_uncertainty(field, complete, self, error);
    ret = ret != 0 ? ret : read_choice(field, self, error);
    ret = ret != 0 ? ret : read_times(reader, field, self, error);
    return ret != 0 ? ret : read_hardware(reader, field, self, error);
}

static int
check_present(const struct jc_field *field, const char *key, struct jc_error *error)
{
    if (jc_field_get(field, key).node == NULL) {
        return jc_field_fail_key(field->parent, error,
            "throughput.%s is missing, for example " JC_THROUGHPUT_EXAMPLE, key);
    }
    return 0;
}

/* What a form has no use for may come from keys below it: it is as if it had not been written. */
static void
forget(struct jc_throughput_spec *self)
{
    const int form = 1 << self->form;

    if ((form & LOG_LINEAR) == 0) {
        self->cap_tokens_per_s = NAN;
        self->coefficients_uncertain = false;
        self->residuals = false;
        self->scatter = JC_SCATTER_OWN;
    }
    if ((form & CONSTANT) == 0) {
        jc_distribution_free(&self->tokens_per_s);
    }
    if ((form & (OBSERVED | MEASURED)) == 0) {
        free(self->model);
        free(self->precision);
        self->model = NULL;
        self->precision = NULL;
    }
    if ((form & (OBSERVED | CONSTANT)) == 0) {
        self->prefill_speedup = INFINITY;
    }
    if ((form & COMPUTED) == 0) {
        jc_architecture_free(&self->architecture);
        jc_accelerator_free(&self->accelerator);
    }
}

struct jc_throughput_spec
jc_throughput_spec_new(void)
{
    return (struct jc_throughput_spec){ .tokens_per_s = jc_distribution_constant(0),
        .duration_s = jc_distribution_constant(0),
        .latency_s = jc_distribution_constant(0),
        .rate = jc_distribution_constant(0),
        .cap_tokens_per_s = NAN,
        .prefill_speedup = INFINITY };
}

void
jc_throughput_spec_free(struct jc_throughput_spec *self)
{
    free(self->table);
    free(self->model);
    free(self->precision);
    free(self->gpu);
    free(self->parallelism);
    free(self->task);
    jc_measurements_free(&self->measurements);
    jc_configurations_free(&self->configurations);
    jc_architecture_free(&self->architecture);
    jc_accelerator_free(&self->accelerator);
    jc_distribution_free(&self->tokens_per_s);
    jc_distribution_free(&self->duration_s);
    jc_distribution_free(&self->latency_s);
    jc_distribution_free(&self->rate);
}

int
jc_read_throughput(struct jc_reader *reader, const struct jc_field *field, bool complete,
    struct jc_throughput_spec *self, struct jc_error *error)
{
    struct jc_field list = jc_field_get(field, "measurements");
    int ret = read_keys(reader, field, complete, self, error);

    if (ret != 0) {
        return ret;
    }
    if (!complete) {
        return list.node == NULL ? 0 : jc_read_rows(&list, self, &self->measurements, error);
    }
    ret = check_present(field, "form", error);
    if (ret != 0) {
        return ret;
    }
    forget(self);
    switch (self->form) {
        case JC_THROUGHPUT_CONSTANT:
            return check_present(field, "tokens_per_s", error);
        case JC_THROUGHPUT_MEASURED:
            return jc_read_configurations(reader, field, self, error);
        case JC_THROUGHPUT_ROOFLINE:
        case JC_THROUGHPUT_IDEAL:
            ret = check_present(field, "architecture", error);
            return ret != 0 ? ret : check_present(field, "accelerator", error);
        case JC_THROUGHPUT_API:
            if (self->has_duration) {
                return 0;
            }
            ret = check_present(field, "latency", error);
            return ret != 0 ? ret : check_present(field, "rate", error);
        default:
            return jc_read_measurements(reader, field, self, error);
    }
}
