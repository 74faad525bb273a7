#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "engine/cli/cli.h"
#include "engine/rank.h"

#define MAX_DRAWS 1000000

/* What was asked for, what is compared, and what came out. */
struct rank {
    struct jc_rank_source source;
    char **input; /* owned, as the source has them */
    char **output;
    struct jc_eco_options options;
    uint64_t draws;
    uint64_t seed;
    struct jc_rank_units units;
    struct jc_ranking ranking;
    size_t *order; /* [n] units by score, the best first */
};

static void
free_words(char **word, size_t n)
{
    size_t j;

    for (j = 0; word != NULL && j < n; j++) {
        free(word[j]);
    }
    free(word);
}

/* Words with commas between them, none of them empty or there twice. */
static int
split(const char *option, const char *text, char ***word, size_t *n, struct jc_error *error)
{
    size_t room = 1;
    size_t j, length;
    const char *at;

    for (at = text; *at != '\0'; at++) {
        room += *at == ',';
    }
    *n = 0;
    *word = calloc(room, sizeof(**word));
    if (*word == NULL) {
        return jc_fail_memory(error);
    }
    for (at = text; *n < room; at += length + 1) {
        length = strcspn(at, ",");
        (*word)[*n] = strndup(at, length);
        if ((*word)[*n] == NULL) {
            return jc_fail_memory(error);
        }
        (*n)++;
        for (j = 0; j + 1 < *n && strcmp((*word)[j], (*word)[*n - 1]) != 0; j++) { }
        if (length == 0 || j + 1 < *n) {
            return jc_fail(error, JC_ERROR_SCENARIO,
                "%s: '%s' is not a list of different names, such as energy,pue", option, text);
        }
    }
    return 0;
}

/* Which of the names; they end with NULL. */
static int
choose(const char *option, const char *text, const char *const *names, unsigned *chosen,
    struct jc_error *error)
{
    struct jc_text known = { 0 };
    int ret = 0;

    *chosen = 0;
    while (text != NULL && names[*chosen] != NULL && strcmp(names[*chosen], text) != 0) {
        (*chosen)++;
    }
    if (names[*chosen] != NULL) {
        return 0;
    }
    for (; ret == 0 && *names != NULL; names++) {
        ret = jc_text_append(&known, error, "%s%s", known.length == 0 ? "" : ", ", *names);
    }
    ret = ret != 0 ? ret
                   : jc_fail(error, JC_ERROR_SCENARIO, "%s: '%s' is not one of: %s", option, text,
                       known.bytes);
    jc_text_free(&known);
    return ret;
}

static int
parse_whole(const char *option, const char *text, uint64_t largest, uint64_t *number,
    struct jc_error *error)
{
    char *end;

    if (text == NULL) {
        return 0;
    }
    errno = 0;
    *number = strtoull(text, &end, 10);
    if (errno != 0 || *end != '\0' || text[0] < '0' || text[0] > '9' || *number > largest) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "%s: '%s' is not a whole number from 0 to %" PRIu64, option, text, largest);
    }
    return 0;
}

static int
parse_epsilon(const char *text, double *epsilon, struct jc_error *error)
{
    char *end;

    *epsilon = 1e-3;
    if (text == NULL) {
        return 0;
    }
    *epsilon = strtod(text, &end);
    if (end == text || *end != '\0' || !(*epsilon > 0 && *epsilon < 1)) {
        return jc_fail(error, JC_ERROR_SCENARIO, "--epsilon: '%s' does not lie between 0 and 1",
            text);
    }
    return 0;
}

static int
parse(struct rank *rank, const struct jc_cli_options *options, struct jc_error *error)
{
    const struct jc_cli_rank_options *given = &options->rank;
    unsigned orientation, goal, normalisation;
    int ret = split("--inputs", given->inputs != NULL ? given->inputs : "energy", &rank->input,
        &rank->source.n_inputs, error);

    ret = ret != 0 ? ret
                   : split("--outputs", given->outputs != NULL ? given->outputs : "ai_index",
                       &rank->output, &rank->source.n_outputs, error);
    ret = ret != 0 ? ret
                   : choose("--orientation", given->orientation, jc_eco_orientation_names,
                       &orientation, error);
    ret = ret != 0 ? ret : choose("--goal", given->goal, jc_eco_goal_names, &goal, error);
    ret = ret != 0 ? ret
                   : choose("--normalise", given->normalise, jc_eco_normalisation_names,
                       &normalisation, error);
    ret = ret != 0 ? ret : parse_epsilon(given->epsilon, &rank->options.epsilon, error);
    rank->draws = 200;
    ret = ret != 0 ? ret : parse_whole("--draws", given->draws, MAX_DRAWS, &rank->draws, error);
    ret = ret != 0 ? ret : parse_whole("--seed", given->seed, UINT64_MAX, &rank->seed, error);
    if (ret == 0) {
        rank->options.orientation = (enum jc_eco_orientation) orientation;
        rank->options.goal = (enum jc_eco_goal) goal;
        rank->options.normalisation = (enum jc_eco_normalisation) normalisation;
        rank->options.exclude_self = given->exclude_self;
        rank->source.file = options->file;
        rank->source.input = rank->input;
        rank->source.output = rank->output;
        rank->source.outputs_table = given->outputs_table;
        rank->source.draws = rank->draws > 0;
    }
    return ret;
}

/* By rank; units that share one, as they stand in the file. */
static int
order_units(struct rank *rank, struct jc_error *error)
{
    const size_t n = rank->ranking.n;
    size_t j, k;
    size_t at = 0;

    rank->order = calloc(n, sizeof(*rank->order));
    if (rank->order == NULL) {
        return jc_fail_memory(error);
    }
    for (k = 1; k <= n; k++) {
        for (j = 0; j < n; j++) {
            if (rank->ranking.rank[j] == k) {
                rank->order[at++] = j;
            }
        }
    }
    return 0;
}

static void
print_names(const char *title, char *const *name, size_t n)
{
    size_t j;

    (void) printf("%s", title);
    for (j = 0; j < n; j++) {
        (void) printf("%s%s", j == 0 ? " " : ", ", name[j]);
    }
}

static void
print_head(const struct rank *rank)
{
    const struct jc_eco_options *options = &rank->options;

    (void) printf("Cross-efficiency of %zu units by", rank->ranking.n);
    print_names("", rank->output, rank->source.n_outputs);
    print_names(" per", rank->input, rank->source.n_inputs);
    (void) printf("\norientation %s, secondary goal %s, normalisation %s",
        jc_eco_orientation_names[options->orientation], jc_eco_goal_names[options->goal],
        jc_eco_normalisation_names[options->normalisation]);
    if (options->normalisation == JC_ECO_MIN_MAX) {
        (void) printf(" to %g...1", options->epsilon);
    }
    (void) printf("%s", options->exclude_self ? ", self excluded" : "");
    if (rank->ranking.draws > 0) {
        (void) printf("; ranks in %" PRIu64 " draws, seed %" PRIu64, rank->ranking.draws,
            rank->seed);
    }
    (void) printf("\n\nrank %-28s %8s %10s", "unit", "score", "efficiency");
    if (rank->ranking.draws > 0) {
        (void) printf(" %9s %7s", "P5-P95", "first");
    }
    (void) printf("  peers\n");
}

static void
print_peers(const struct rank *rank, size_t unit)
{
    const size_t n = rank->ranking.n;
    const double *lambda = &rank->ranking.eco.lambda[unit * n];
    size_t j;
    bool is_first = true;

    for (j = 0; j < n; j++) {
        if (lambda[j] > JC_ECO_PEER) {
            (void) printf("%s%s", is_first ? "  " : ", ", rank->units.label[j]);
            is_first = false;
        }
    }
}

static void
print_table(const struct rank *rank)
{
    const struct jc_ranking *ranking = &rank->ranking;
    size_t j, unit;

    print_head(rank);
    for (j = 0; j < ranking->n; j++) {
        unit = rank->order[j];
        (void) printf("%4zu %-28s %8.4f %10.4f", ranking->rank[unit], rank->units.label[unit],
            ranking->eco.score[unit], ranking->eco.efficiency[unit]);
        if (ranking->draws > 0) {
            (void) printf(" %4zu-%-4zu %5.1f %%", jc_ranking_quantile(ranking, unit, 0.05),
                jc_ranking_quantile(ranking, unit, 0.95), 100 * jc_ranking_share(ranking, unit, 1));
        }
        print_peers(rank, unit);
        (void) printf("\n");
    }
}

static int
add_names(cJSON *object, const char *key, char *const *name, size_t n)
{
    cJSON *names = cJSON_AddArrayToObject(object, key);
    size_t j;
    bool failed = names == NULL;

    for (j = 0; !failed && j < n; j++) {
        failed = !cJSON_AddItemToArray(names, cJSON_CreateString(name[j]));
    }
    return failed;
}

static int
add_numbers(cJSON *object, const char *key, char *const *name, const double *number, size_t n)
{
    cJSON *numbers = cJSON_AddObjectToObject(object, key);
    size_t j;
    bool failed = numbers == NULL;

    for (j = 0; !failed && j < n; j++) {
        failed = cJSON_AddNumberToObject(numbers, name[j], number[j]) == NULL;
    }
    return failed;
}

static int
add_options(cJSON *document, const struct rank *rank)
{
    const struct jc_eco_options *options = &rank->options;
    cJSON *object = cJSON_AddObjectToObject(document, "options");
    char seed[32];

    (void) snprintf(seed, sizeof(seed), "%" PRIu64, rank->seed);
    return object == NULL
        || cJSON_AddStringToObject(object, "orientation",
               jc_eco_orientation_names[options->orientation])
        == NULL
        || cJSON_AddStringToObject(object, "goal", jc_eco_goal_names[options->goal]) == NULL
        || cJSON_AddStringToObject(object, "normalise",
               jc_eco_normalisation_names[options->normalisation])
        == NULL
        || (options->normalisation == JC_ECO_MIN_MAX
            && cJSON_AddNumberToObject(object, "epsilon", options->epsilon) == NULL)
        || cJSON_AddBoolToObject(object, "exclude_self", options->exclude_self) == NULL
        || cJSON_AddNumberToObject(object, "draws", (double) rank->ranking.draws) == NULL
        || cJSON_AddRawToObject(object, "seed", seed) == NULL;
}

static int
add_peers(cJSON *object, const struct rank *rank, size_t unit)
{
    const size_t n = rank->ranking.n;
    const double *lambda = &rank->ranking.eco.lambda[unit * n];
    cJSON *peers = cJSON_AddObjectToObject(object, "peers");
    size_t j;
    bool failed = peers == NULL;

    for (j = 0; !failed && j < n; j++) {
        failed = lambda[j] > JC_ECO_PEER
            && cJSON_AddNumberToObject(peers, rank->units.mean.name[j], lambda[j]) == NULL;
    }
    return failed;
}

static int
add_ranks(cJSON *object, const struct jc_ranking *ranking, size_t unit)
{
    cJSON *ranks = cJSON_AddObjectToObject(object, "ranks");
    cJSON *shares;
    size_t j;
    bool failed = ranks == NULL
        || cJSON_AddNumberToObject(ranks, "mean", jc_ranking_mean(ranking, unit)) == NULL
        || cJSON_AddNumberToObject(ranks, "p05", (double) jc_ranking_quantile(ranking, unit, 0.05))
            == NULL
        || cJSON_AddNumberToObject(ranks, "median",
               (double) jc_ranking_quantile(ranking, unit, 0.5))
            == NULL
        || cJSON_AddNumberToObject(ranks, "p95", (double) jc_ranking_quantile(ranking, unit, 0.95))
            == NULL
        || cJSON_AddNumberToObject(ranks, "first", jc_ranking_share(ranking, unit, 1)) == NULL;

    shares = failed ? NULL : cJSON_AddArrayToObject(ranks, "shares");
    failed = shares == NULL;
    for (j = 1; !failed && j <= ranking->n; j++) {
        failed =
            !cJSON_AddItemToArray(shares, cJSON_CreateNumber(jc_ranking_share(ranking, unit, j)));
    }
    return failed;
}

static int
add_unit(cJSON *units, const struct rank *rank, size_t unit)
{
    const struct jc_eco_units *mean = &rank->units.mean;
    const struct jc_eco_result *eco = &rank->ranking.eco;
    const size_t m = mean->n_inputs;
    const size_t s = mean->n_outputs;
    cJSON *object = cJSON_AddObjectToObject(units, mean->name[unit]);

    return object == NULL
        || cJSON_AddStringToObject(object, "label", rank->units.label[unit]) == NULL
        || cJSON_AddNumberToObject(object, "rank", (double) rank->ranking.rank[unit]) == NULL
        || cJSON_AddNumberToObject(object, "score", eco->score[unit]) == NULL
        || cJSON_AddNumberToObject(object, "efficiency", eco->efficiency[unit]) == NULL
        || add_peers(object, rank, unit)
        || (rank->ranking.draws > 0 && add_ranks(object, &rank->ranking, unit))
        || add_numbers(object, "inputs", mean->input_name, &mean->input[unit * m], m)
        || add_numbers(object, "outputs", mean->output_name, &mean->output[unit * s], s)
        || add_numbers(object, "input_weights", mean->input_name, &eco->input_weight[unit * m], m)
        || add_numbers(object, "output_weights", mean->output_name, &eco->output_weight[unit * s],
            s)
        || cJSON_AddNumberToObject(object, "duality_gap", eco->gap[unit]) == NULL;
}

static int
add_matrix(cJSON *document, const struct rank *rank)
{
    const size_t n = rank->ranking.n;
    cJSON *matrix = cJSON_AddObjectToObject(document, "cross_efficiency");
    size_t j;
    bool failed = matrix == NULL;

    for (j = 0; !failed && j < n; j++) {
        failed = add_numbers(matrix, rank->units.mean.name[j], rank->units.mean.name,
            &rank->ranking.eco.cross[j * n], n);
    }
    return failed;
}

static int
print_json(const struct rank *rank, struct jc_error *error)
{
    cJSON *document = cJSON_CreateObject();
    cJSON *units;
    size_t j;
    bool failed = document == NULL
        || cJSON_AddStringToObject(document, "format", "joulecast-rank") == NULL
        || cJSON_AddNumberToObject(document, "version", 1) == NULL
        || cJSON_AddStringToObject(document, "file", rank->source.file) == NULL
        || add_names(document, "inputs", rank->input, rank->source.n_inputs)
        || add_names(document, "outputs", rank->output, rank->source.n_outputs)
        || add_options(document, rank);

    units = failed ? NULL : cJSON_AddObjectToObject(document, "units");
    failed = units == NULL;
    for (j = 0; !failed && j < rank->ranking.n; j++) {
        failed = add_unit(units, rank, rank->order[j]);
    }
    return jc_cli_print_document(document, failed || add_matrix(document, rank), error);
}

static int
function(const struct jc_cli_options *options, struct jc_error *error)
{
    struct jc_error inner = { "" };
    struct rank rank = { 0 };
    int ret = parse(&rank, options, error);

    ret = ret != 0 ? ret : jc_rank_units_read(&rank.units, &rank.source, error);
    if (ret == 0) {
        rank.seed = options->rank.seed != NULL ? rank.seed : rank.units.seed;
        ret = jc_ranking_make(&rank.ranking, &rank.units, &rank.options, rank.draws, rank.seed,
            &inner);
        if (ret != 0) {
            (void) jc_fail(error, ret, "%s: %.900s", options->file, inner.message);
        }
    }
    ret = ret != 0 ? ret : order_units(&rank, error);
    if (ret == 0 && options->json) {
        ret = print_json(&rank, error);
    } else if (ret == 0) {
        print_table(&rank);
    }
    free(rank.order);
    jc_ranking_free(&rank.ranking);
    jc_rank_units_free(&rank.units);
    free_words(rank.input, rank.source.n_inputs);
    free_words(rank.output, rank.source.n_outputs);
    return ret;
}

const struct jc_cli_verb jc_cli_rank = {
    .name = "rank",
    .purpose = "rank models by what they give for what they use, and tell how sure that is",
    .operand = "FILE or TABLE",
    .accepts = JC_CLI_RANK | JC_CLI_JSON,
    .example = "joulecast rank energy.h5 --inputs energy,pue --outputs-table ai_index.csv",
    .details = "FILE is a result file, whose cases are ranked by the means of recorded quantities, "
               "TABLE a\n"
               "CSV table whose first column names the units; so does that of --outputs-table. A "
               "column NAME_sd\n"
               "beside NAME makes lognormal draws with that mean and standard deviation. For a "
               "result file, a\n"
               "draw takes every quantity of a case from its own distribution, as if they did not "
               "go together.\n"
               "The score is the cross-efficiency of data envelopment analysis (Doyle and Green "
               "1994); 'first'\n"
               "is the share of draws in which a unit ranks first.",
    .function = function,
};
