#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <omp.h>

#include "base/files.h"
#include "engine/cli/help.h"
#include "engine/cli/option_values.h"

#define MAX_POINTS 1000000
#define MAX_CLASSES 1000
#define CHECKPOINT_EVERY_SECONDS 600.0

enum {
    SEED = 256,
    THREADS,
    SET,
    FORCE,
    SUMMARY_ONLY,
    QUIET,
    JSON,
    SIMD,
    RESUME,
    TASK,
    MAX_TIME,
    CHECKPOINT_EVERY,
    VIRTUAL,
    UNTIL,
    MAX_N,
    QUANTILES,
    FOLDER,
    COMPRESS,
    COLUMNS,
    TITLE,
    SOURCE,
    LICENCE,
    POINTS,
    CLASSES,
    WITH,
    INPUTS,
    OUTPUTS,
    OUTPUTS_TABLE,
    ORIENTATION,
    GOAL,
    EXCLUDE_SELF,
    NORMALISE,
    EPSILON,
    DRAWS,
    RANK_SEED,
    CASE,
    QUANTITY,
    GROUPS,
    OF,
    KIND,
    STATISTIC,
    SCRIPT,
    NO_PICTURES
};

const struct jc_cli_option jc_cli_option_table[] = {
    { "queries", 'n', JC_CLI_BANDS, "N",
        "queries of each case and draw; --set bands.queries=N; default: 10000" },
    { "draws", DRAWS, JC_CLI_BANDS, "N",
        "draws of what is unknown; --set bands.draws=N; default: 1000" },
    { "queries", 'n', JC_CLI_SWEEP, "N",
        "queries of each case and point; --set sweep.queries=N; default: those of the study" },
    { "queries", 'n', JC_CLI_QUERIES, "N", "queries of each case, such as 1e9; --set queries=N" },
    { "seed", SEED, JC_CLI_SCENARIO, "N", "seed of all random streams; --set seed=N" },
    { "set", SET, JC_CLI_SCENARIO, "KEY=VALUE", "override a key of the scenario; may be repeated" },
    { "output", 'o', JC_CLI_OUTPUT, "PATH", "result file; default: the scenario's name and .h5" },
    { "output", 'o', JC_CLI_FIT, "PATH", "distribution file; default: none is written" },
    { "output", 'o', JC_CLI_SENSITIVITY, "PATH", "result file; default: none is written" },
    { "output", 'o', JC_CLI_SWEEP, "PATH",
        "result file; default: the scenario's name and -sweep.h5" },
    { "output", 'o', JC_CLI_MERGE, "PATH", "result file; required" },
    { "output", 'o', JC_CLI_PLOT, "PATH",
        "picture, .svg, .png or .pdf; default: the file's name, the kind and .svg, in this "
        "folder" },
    { "output", 'o', JC_CLI_REPORT, "PATH",
        "page; default: the file's name and .html, in this folder" },
    { "force", FORCE,
        JC_CLI_REPORT | JC_CLI_OUTPUT | JC_CLI_FIT | JC_CLI_SENSITIVITY | JC_CLI_SWEEP
            | JC_CLI_MERGE | JC_CLI_PLOT,
        NULL, "replace an existing file" },
    { "resume", RESUME, JC_CLI_STOP, NULL,
        "go on from a checkpoint, or from a result file to more queries; without one, a plain "
        "run" },
    { "resume", RESUME, JC_CLI_SWEEP, NULL,
        "only the points that an existing file, or a sweep that was killed, has not computed" },
    { "resume", RESUME, JC_CLI_RESUME, NULL,
        "go on from the checkpoint of a run that was stopped" },
    { "task", TASK, JC_CLI_STOP | JC_CLI_SWEEP, "I/N",
        "the I-th of N parts, from 1 on, to a shard that 'merge' takes; auto: of a Slurm array" },
    { "max-time", MAX_TIME, JC_CLI_STOP, "TIME",
        "such as 90s, 30m or 1.5h: stop then, keep a checkpoint, exit with 6" },
    { "max-time", MAX_TIME, JC_CLI_SWEEP, "TIME",
        "such as 90s, 30m or 1.5h: stop then, keep the points in a journal, exit with 6" },
    { "checkpoint-every", CHECKPOINT_EVERY, JC_CLI_STOP, "TIME", "default: 10m" },
    { "virtual", VIRTUAL, JC_CLI_MERGE, NULL,
        "leave the samples in the shards, to which the file refers" },
    { "virtual", VIRTUAL, JC_CLI_VIRTUAL, NULL,
        "leave the samples of several ranks in files of theirs, to which the result file refers" },
    { "until", UNTIL, JC_CLI_UNTIL, "TARGET",
        "such as 'p95 rel 0.1%': run on until numbers are that sure; may be repeated" },
    { "max-n", MAX_N, JC_CLI_UNTIL, "N",
        "most queries of each case with --until; default: 1e10, with samples 1e8" },
    { "compress", COMPRESS, JC_CLI_OUTPUT, "LEVEL",
        "1 to 9: samples shuffled and deflated, a third smaller, ten times slower" },
    { "summary-only", SUMMARY_ONLY, JC_CLI_COMPUTE, NULL, "keep sketches and moments, no samples" },
    { "threads", THREADS, JC_CLI_COMPUTE | JC_CLI_SENSITIVITY | JC_CLI_SWEEP | JC_CLI_MERGE, "N",
        "default: OMP_NUM_THREADS, or one per processor; results do not depend on it" },
    { "simd", SIMD, JC_CLI_COMPUTE | JC_CLI_SENSITIVITY | JC_CLI_SWEEP | JC_CLI_MERGE, "VARIANT",
        "scalar, sse2, avx2 or avx512; results do not depend on it" },
    { "quiet", QUIET, JC_CLI_OUTPUT | JC_CLI_SENSITIVITY | JC_CLI_SWEEP | JC_CLI_MERGE, NULL,
        "no progress" },
    { "of", OF, JC_CLI_SENSITIVITY, "STATISTIC",
        "mean, p95, ... of a draw: how it responds to what is unknown; default: queries do" },
    { "draws", DRAWS, JC_CLI_SENSITIVITY, "N", "of the unknowns, with --of; default: 1024" },
    { "case", CASE, JC_CLI_SENSITIVITY, "NAME",
        "one case, or with --of one blend; may be repeated; default: all of them" },
    { "quantity", QUANTITY, JC_CLI_SENSITIVITY, "NAME", "what responds; default: energy" },
    { "groups", GROUPS, JC_CLI_SENSITIVITY, NULL,
        "inputs as workload, serving and facility instead of one by one" },
    { "kind", KIND, JC_CLI_PLOT, "KIND", "what is drawn; default: the most telling kind" },
    { "case", CASE, JC_CLI_PLOT, "NAME",
        "a case or blend, a waterfall, or what a sensitivity is of; may be repeated; default: "
        "all" },
    { "quantity", QUANTITY, JC_CLI_PLOT, "NAME", "default: energy" },
    { "statistic", STATISTIC, JC_CLI_PLOT, "NAME",
        "of a sweep: mean, median, sd, p95, ...; default: median" },
    { "script", SCRIPT, JC_CLI_PLOT, NULL, "print the commands of gnuplot, which is not run" },
    { "folder", FOLDER, JC_CLI_FOLDER, "PATH", "where the disk is measured; default: here" },
    { "columns", COLUMNS, JC_CLI_FIT, "V=C,V=C...",
        "column of each variable, and of the weight; default: known names" },
    { "title", TITLE, JC_CLI_FIT, "TEXT", "title of the distribution; default: the trace's name" },
    { "source", SOURCE, JC_CLI_FIT, "TEXT", "where the trace comes from: a page, a paper" },
    { "licence", LICENCE, JC_CLI_FIT, "TEXT", "terms under which the trace was published" },
    { "points", POINTS, JC_CLI_FIT, "N",
        "join neighbouring values until they weigh 1/N; default: every value is kept" },
    { "classes", CLASSES, JC_CLI_FIT, "K",
        "join the joint distribution to K times K; default: 16 with --points" },
    { "with", WITH, JC_CLI_FIT, "FILE", "take over the variables of another distribution file" },
    { "inputs", INPUTS, JC_CLI_RANK, "NAME,NAME...",
        "what is used: quantities, or columns of a table; default: energy" },
    { "outputs", OUTPUTS, JC_CLI_RANK, "NAME,NAME...", "what is got; default: ai_index" },
    { "outputs-table", OUTPUTS_TABLE, JC_CLI_RANK, "CSV", "table that has the outputs" },
    { "orientation", ORIENTATION, JC_CLI_RANK, "SIDE", "input or output; default: input" },
    { "goal", GOAL, JC_CLI_RANK, "GOAL", "benevolent, aggressive or none; default: benevolent" },
    { "exclude-self", EXCLUDE_SELF, JC_CLI_RANK, NULL, "no unit judges itself" },
    { "normalise", NORMALISE, JC_CLI_RANK, "HOW",
        "none, or min-max: each input to what lies between epsilon and 1; default: none" },
    { "epsilon", EPSILON, JC_CLI_RANK, "X", "of min-max; default: 1e-3" },
    { "draws", DRAWS, JC_CLI_RANK, "N", "draws of what varies; default: 200; 0: means only" },
    { "seed", RANK_SEED, JC_CLI_RANK, "N", "seed of the draws; default: the result file's, or 1" },
    { "quantiles", QUANTILES, JC_CLI_QUANTILES, "P,P...",
        "probabilities instead of the stored ones" },
    { "json", JSON, JC_CLI_JSON, NULL, "JSON on the standard output" },
    { "no-pictures", NO_PICTURES, JC_CLI_REPORT, NULL, "tables alone, without gnuplot" },
    { "help", 'h', 0, NULL, "this text" },
};

#define N_OPTIONS (sizeof(jc_cli_option_table) / sizeof(jc_cli_option_table[0]))

const size_t jc_cli_n_options = N_OPTIONS;

bool
jc_cli_accepts_option(const struct jc_cli_verb *verb, const struct jc_cli_option *option)
{
    return option->accepted_by == 0 || (verb->accepts & option->accepted_by) != 0;
}

static int
add_target(struct jc_cli_options *options, const char *text, struct jc_error *error)
{
    const char **until = realloc(options->until, (options->n_until + 1) * sizeof(*until));

    if (until == NULL) {
        return jc_fail_memory(error);
    }
    options->until = until;
    options->until[options->n_until++] = text;
    return 0;
}

static int
add_setting(struct jc_cli_options *options, const char *key, const char *value,
    struct jc_error *error)
{
    const size_t n = options->overrides.n_settings;
    char **settings = realloc(options->settings, (n + 1) * sizeof(*settings));

    if (settings == NULL) {
        return jc_fail_memory(error);
    }
    options->settings = settings;
    options->overrides.setting = (const char *const *) settings;
    if (asprintf(&settings[n], "%s%s", key, value) < 0) {
        return jc_fail_memory(error);
    }
    options->overrides.n_settings = n + 1;
    return 0;
}

static int
add_case(struct jc_cli_options *options, const char *name, struct jc_error *error)
{
    struct jc_cli_sensitivity_options *sensitivity = &options->sensitivity;
    const char **cases = realloc(sensitivity->cases, (sensitivity->n_cases + 1) * sizeof(*cases));

    if (cases == NULL) {
        return jc_fail_memory(error);
    }
    sensitivity->cases = cases;
    sensitivity->cases[sensitivity->n_cases++] = name;
    return 0;
}

static int
take_option(const struct jc_cli_verb *verb, int code, const char *argument,
    struct jc_cli_options *options, struct jc_error *error)
{
    const bool bands = (verb->accepts & JC_CLI_BANDS) != 0;
    const bool sweep = (verb->accepts & JC_CLI_SWEEP) != 0;

    switch (code) {
        case 'n':
            return add_setting(options,
                bands       ? "bands.queries="
                    : sweep ? "sweep.queries="
                            : "queries=",
                argument, error);
        case SEED:
            return add_setting(options, "seed=", argument, error);
        case SET:
            return add_setting(options, "", argument, error);
        case THREADS:
            return jc_cli_parse_threads(argument, &options->threads, error);
        case SIMD:
            return jc_cli_parse_simd(argument, &options->simd, error);
        case RESUME:
            options->resume = true;
            break;
        case TASK:
            return jc_cli_parse_task(argument, &options->stop, error);
        case MAX_TIME:
            return jc_cli_parse_duration("max-time", argument, &options->stop.most_seconds, error);
        case CHECKPOINT_EVERY:
            return jc_cli_parse_duration("checkpoint-every", argument,
                &options->stop.checkpoint_every, error);
        case VIRTUAL:
            options->stop.virtual = true;
            break;
        case UNTIL:
            return add_target(options, argument, error);
        case MAX_N:
            return jc_cli_parse_most_queries(argument, &options->most_queries, error);
        case QUANTILES:
            return jc_cli_parse_quantiles(argument, options, error);
        case COMPRESS:
            return jc_cli_parse_level(argument, &options->deflate, error);
        case 'o':
            return jc_cli_parse_output(argument, &options->output, error);
        case COLUMNS:
            options->columns = argument;
            break;
        case TITLE:
            options->title = argument;
            break;
        case SOURCE:
            options->source = argument;
            break;
        case LICENCE:
            options->licence = argument;
            break;
        case POINTS:
            return jc_cli_parse_count("points", argument, MAX_POINTS, &options->points, error);
        case CLASSES:
            return jc_cli_parse_count("classes", argument, MAX_CLASSES, &options->classes, error);
        case WITH:
            options->with = argument;
            break;
        case INPUTS:
            options->rank.inputs = argument;
            break;
        case OUTPUTS:
            options->rank.outputs = argument;
            break;
        case OUTPUTS_TABLE:
            options->rank.outputs_table = argument;
            break;
        case ORIENTATION:
            options->rank.orientation = argument;
            break;
        case GOAL:
            options->rank.goal = argument;
            break;
        case EXCLUDE_SELF:
            options->rank.exclude_self = true;
            break;
        case NORMALISE:
            options->rank.normalise = argument;
            break;
        case EPSILON:
            options->rank.epsilon = argument;
            break;
        case DRAWS:
            if (bands) {
                return add_setting(options, "bands.draws=", argument, error);
            }
            options->rank.draws = options->sensitivity.draws = argument;
            break;
        case RANK_SEED:
            options->rank.seed = argument;
            break;
        case CASE:
            return add_case(options, argument, error);
        case QUANTITY:
            options->sensitivity.quantity = argument;
            break;
        case OF:
            options->sensitivity.of = argument;
            break;
        case GROUPS:
            options->sensitivity.groups = true;
            break;
        case KIND:
            options->plot.kind = argument;
            break;
        case STATISTIC:
            options->plot.statistic = argument;
            break;
        case SCRIPT:
            options->plot.script = true;
            break;
        case FOLDER:
            options->folder = argument;
            break;
        case NO_PICTURES:
            options->no_pictures = true;
            break;
        case FORCE:
            options->force = true;
            break;
        case SUMMARY_ONLY:
            options->summary_only = true;
            break;
        case QUIET:
            options->quiet = true;
            break;
        case JSON:
            options->json = true;
            break;
        default:
            break;
    }
    return 0;
}

static int
parse_words(const struct jc_cli_verb *verb, int argc, char **argv, struct jc_cli_options *options,
    struct jc_error *error)
{
    struct option known[N_OPTIONS + 1] = { 0 };
    char letters[2 * N_OPTIONS + 2] = ":";
    size_t n_letters = 1;
    size_t n_known = 0;
    size_t j;
    int code;
    int ret = 0;

    for (j = 0; j < N_OPTIONS; j++) {
        if (jc_cli_accepts_option(verb, &jc_cli_option_table[j])) {
            known[n_known].name = jc_cli_option_table[j].name;
            known[n_known].has_arg = jc_cli_option_table[j].argument != NULL;
            known[n_known].val = jc_cli_option_table[j].code;
            n_known++;
            if (jc_cli_option_table[j].code < 256) {
                letters[n_letters++] = (char) jc_cli_option_table[j].code;
                if (jc_cli_option_table[j].argument != NULL) {
                    letters[n_letters++] = ':';
                }
            }
        }
    }
    while (ret == 0 && (code = getopt_long(argc, argv, letters, known, NULL)) != -1) {
        if (code == 'h') {
            jc_cli_print_help(verb);
            return 1;
        }
        if (code == '?' || code == ':') {
            const char letter[] = { '-', (char) optopt, '\0' }; /* one of several of a word */
            const bool is_letter = code == '?' && optopt > 0 && optopt < 256;

            return jc_fail(error, JC_ERROR_SCENARIO, "%s: %s '%s'; 'joulecast %s --help' explains",
                verb->name, code == ':' ? "a value is missing after" : "there is no option",
                is_letter ? letter : argv[optind - 1], verb->name);
        }
        ret = take_option(verb, code, optarg, options, error);
    }
    return ret;
}

int
jc_cli_parse(const struct jc_cli_verb *verb, int argc, char **argv, struct jc_cli_options *options,
    struct jc_error *error)
{
    int ret;

    options->threads = omp_get_max_threads();
    options->simd = jc_simd_best();
    options->stop.most_seconds = INFINITY;
    options->stop.checkpoint_every = CHECKPOINT_EVERY_SECONDS;
    ret = parse_words(verb, argc, argv, options, error);
    if (ret != 0) {
        return ret;
    }
    options->files = argv + optind;
    options->n_files = (size_t) (argc - optind);
    if (argc - optind != 1 && (verb->accepts & JC_CLI_MERGE) == 0) {
        return jc_fail(error, JC_ERROR_SCENARIO, "%s: %s; 'joulecast %s --help' explains",
            verb->name, argc == optind ? "a file is missing" : "one file at a time", verb->name);
    }
    options->file = argc > optind ? argv[optind] : NULL;
    if ((verb->accepts & JC_CLI_MERGE) == 0 && options->output != NULL
        && jc_is_same_file(options->output, options->file)) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "--output: %s is what is read, and would be written over", options->output);
    }
    return 0;
}

void
jc_cli_options_free(struct jc_cli_options *options)
{
    size_t j;

    for (j = 0; j < options->overrides.n_settings; j++) {
        free(options->settings[j]);
    }
    free(options->settings);
    free(options->until);
    free(options->quantile);
    free(options->sensitivity.cases);
}
