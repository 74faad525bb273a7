/*
 * A scenario: one study, read from YAML, validated, with every default filled in.
 *
 * The language is described in scenarios/README.md. Reading is strict: an unknown key, a wrong unit or
 * a value out of range is an error `file:line:column: key: what was found, what is expected`.
 */
#ifndef JC_SCENARIOS_SCENARIO_H
#define JC_SCENARIOS_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/sha256.h"
#include "base/tags.h"
#include "base/text.h"
#include "models/measurements.h"
#include "models/quantities.h"
#include "models/service_classes.h"
#include "models/accelerators.h"
#include "models/architectures.h"
#include "models/configurations.h"
#include "models/hosts.h"
#include "models/interventions.h"
#include "samplers/design.h"
#include "samplers/distribution.h"
#include "samplers/empirical.h"
#include "scenarios/fleets.h"
#include "scenarios/sweep.h"

/* The version of the language that this program reads: the value of the key `joulecast`. */
#define JC_SCENARIO_LANGUAGE 1

enum jc_throughput_form {
    JC_THROUGHPUT_LOG_LINEAR, /* fitted by least squares, capped at the largest observed value */
    JC_THROUGHPUT_MAXIMUM,    /* the largest observed value */
    JC_THROUGHPUT_CONSTANT,   /* a given number or distribution */
    JC_THROUGHPUT_MEASURED,   /* measured configurations, interpolated over the batch size */
    JC_THROUGHPUT_ROOFLINE,   /* what arithmetic and memory allow, by batch size */
    JC_THROUGHPUT_IDEAL,      /* what arithmetic alone allows */
    JC_THROUGHPUT_API,        /* how long a request takes, seen from outside */
};

/* What deviations of measurements from the fit are taken to be. */
enum jc_scatter_choice {
    JC_SCATTER_OWN,    /* those of this fit; of all fits if it leaves no degrees of freedom */
    JC_SCATTER_POOLED, /* those of all fits of the study */
    JC_SCATTER_GIVEN,
};

struct jc_throughput_spec {
    enum jc_throughput_form form;
    char *table;                         /* as written; NULL when the rows are in the scenario */
    char *model;                         /* rows selected; NULL: any */
    char *precision;                     /* rows selected; NULL: any */
    struct jc_measurements measurements; /* the selected rows: [>= 1], empty if constant */
    struct jc_distribution tokens_per_s; /* constant: of the whole node, tokens/s */
    double cap_tokens_per_s;     /* log-linear: NAN is the largest observed, INFINITY none */
    bool coefficients_uncertain; /* log-linear: drawn from their sampling distribution, once for the
                                    whole fleet */
    bool residuals;              /* log-linear: every query deviates from the fit */
    enum jc_scatter_choice scatter;
    double residual_sd;        /* given: of ln TPS, > 0 */
    double degrees_of_freedom; /* given: >= 1 */
    double prefill_speedup;    /* input tokens per output token of equal work; INFINITY:
                                input tokens cost nothing beyond their throughput */
    char *gpu;                 /* measured: rows selected; NULL: any */
    char *parallelism;
    char *task;
    double gpus;                             /* 0: any */
    struct jc_configurations configurations; /* measured: the selected rows, one series */
    bool clamp; /* batch sizes beyond what was measured get the nearest; else: an error */
    struct jc_architecture architecture; /* roofline, ideal */
    struct jc_accelerator accelerator;
    double accelerators; /* how many of them */
    bool has_duration;   /* api: the duration is an input; else latency and rate are */
    struct jc_distribution duration_s; /* s, >= 0 */
    struct jc_distribution latency_s;  /* to the first token, s, >= 0 */
    struct jc_distribution rate;       /* of one request, tokens/s, > 0 */
};

enum jc_power_form {
    JC_POWER_INDEPENDENT,     /* utilisation is an input of its own */
    JC_POWER_FROM_THROUGHPUT, /* utilisation = intercept + slope * throughput / largest throughput */
    JC_POWER_FROM_BATCH, /* utilisation = (measured GPU power at the batch size + the rest) / rated */
    JC_POWER_FROM_CLASS, /* utilisation = share of the node that a request of the class takes */
};

struct jc_power_spec {
    enum jc_power_form form;
    struct jc_distribution utilization; /* independent: fraction of rated power, 1; from class: 0 is
                                           the low end of the GPUs' share, 1 the high one */
    struct jc_service_class service_class; /* from class */
    double intercept;                      /* from throughput: fraction of rated power, 0 to 1 */
    double slope;
    double other_power_kw; /* from batch: of everything in the node but the GPUs, kW, >= 0 */
};

enum jc_batch_form {
    JC_BATCH_NONE,        /* not part of the model */
    JC_BATCH_DRAWN,       /* a number or distribution */
    JC_BATCH_LARGEST_FIT, /* the most requests of a query's length whose keys and values fit */
};

struct jc_batch_spec {
    enum jc_batch_form form;
    struct jc_distribution size;         /* drawn: requests, > 0 */
    struct jc_architecture architecture; /* largest fit */
    struct jc_accelerator accelerator;
    double accelerators;
    double
        reserve; /* share of the memory that is for neither weights nor keys and values, 0 to 1 */
    double most; /* requests, >= 1 */
};

/* Two inputs of a case whose ranks go together. */
struct jc_correlation {
    enum jc_quantity of[2];
    bool
        normal; /* of the normal numbers behind them (Gaussian copula); else of the ranks (Spearman) */
    double value; /* between -1 and 1 */
};

/* What the electricity of a host takes and emits. */
enum jc_footprint_input {
    JC_FOOTPRINT_WUE_SITE,   /* L/kWh of IT energy, >= 0 */
    JC_FOOTPRINT_WUE_SOURCE, /* L/kWh of facility energy, >= 0 */
    JC_FOOTPRINT_CARBON,     /* kg/kWh, >= 0 */
    JC_FOOTPRINT_PRICE,      /* per kWh, >= 0 */
    JC_FOOTPRINT_INPUTS
};

struct jc_footprint_spec {
    bool known[JC_FOOTPRINT_INPUTS];
    struct jc_distribution value[JC_FOOTPRINT_INPUTS];
};

/* One of the forms that a throughput may have, nobody knows which. */
struct jc_alternative {
    double weight; /* > 0; they are normalised where they are used */
    struct jc_throughput_spec throughput;
};

/* One model served on one kind of node, with its traffic. */
struct jc_case {
    char *name;  /* key: letters, digits and . _ + - ; names the group in the result file */
    char *label; /* for people */
    size_t n_tags;
    struct jc_tag *tags;                  /* what it stands for; keys are names as `name` is */
    struct jc_distribution input_tokens;  /* tokens per query, >= 0 */
    struct jc_distribution output_tokens; /* tokens per query, >= 0 */
    struct jc_empirical joint; /* of both tokens, drawn together; without marginals: apart */
    double excluded;           /* share of the requests that binning left out, 0 to 1 */
    struct jc_batch_spec batch;
    struct jc_throughput_spec throughput; /* of nothing if there are alternatives */
    size_t n_alternatives;                /* 0, or 2 and more */
    struct jc_alternative *alternatives;
    struct jc_distribution node_power_kw; /* rated power of the node, kW, > 0 */
    struct jc_power_spec power;
    double gpus;                /* accelerators of a node, a whole number; NAN: not known */
    struct jc_distribution pue; /* facility energy / node energy, 1, > 0 */
    struct jc_footprint_spec footprint;
    size_t n_interventions;
    struct jc_intervention *interventions; /* factors of energy, all of them apply */
    size_t n_correlations;
    struct jc_correlation *correlations;
};

/* Keep the ranks from `low` to `high` (probabilities) of what the stage before has left. */
struct jc_trim {
    double low;
    double high;
};

struct jc_trims {
    size_t n_stages; /* 0: nothing is trimmed */
    struct jc_trim *stage;
};

/* A mixture of cases: each is trimmed to itself, then they are joined by weight. */
struct jc_blend {
    char *name;
    char *label;
    size_t n_cases;
    size_t *case_index; /* [n_cases] into jc_scenario.cases */
    double *weight;     /* [n_cases] > 0; they are normalised where they are used */
    struct jc_trims trim;
    size_t n_pathways;
    size_t *pathway_index;         /* [n_pathways] into jc_scenario.pathways */
    struct jc_trims trim_pathways; /* of what a pathway has made of the blend */
};

/* An efficiency pathway: energy per query is divided by a draw, or by the product of the draws of
 * other pathways. */
struct jc_pathway {
    char *name;
    char *label;
    struct jc_distribution divide_by; /* > 0; when n_combined is 0 */
    size_t n_combined;
    size_t *combined_index; /* [n_combined] into jc_scenario.pathways, each a divider of its own */
};

/* Two layers: draws of what the whole fleet does not know, and queries of each case for every one. */
#define JC_BANDS_DRAWS 1000 /* where a study does not say how many */
#define JC_BANDS_QUERIES 10000
struct jc_bands_spec {
    uint64_t draws;             /* 0: no bands are asked for; else 2 or more */
    uint64_t queries;           /* of each case and draw, 2 or more */
    enum jc_points_kind points; /* of the draws */
};

/* A file that the scenario was made from. */
struct jc_input {
    char *path; /* as named in the scenario or by the caller */
    char sha256[JC_SHA256_HEX];
    bool is_scenario; /* its content is in the resolved text */
};

struct jc_scenario {
    char *name;                /* default: the file's name without .yaml */
    char *title;               /* default: the name */
    char *description;         /* NULL: none */
    char *source;              /* NULL: none */
    uint64_t seed;             /* default 1 */
    uint64_t queries;          /* of each case; default 1e6 */
    bool store[JC_QUANTITIES]; /* whose samples are kept */
    size_t n_quantiles;
    double *quantile; /* [n_quantiles] probabilities of the summary, ascending */
    /* Points of the queries: random, which are one replicate, or others in 2 to JC_DESIGN_REPLICATES. */
    enum jc_points_kind points;
    size_t replicates;
    struct jc_bands_spec bands;
    size_t n_cases;
    struct jc_case *cases;
    size_t n_blends;
    struct jc_blend *blends;
    size_t n_pathways;
    struct jc_pathway *pathways;
    size_t n_fleets;
    struct jc_fleet *fleets;
    size_t n_references;
    struct jc_reference *references;
    size_t n_waterfalls;
    struct jc_waterfall *waterfalls;
    size_t n_sources; /* of a study: 0; else it has the cases of these files, by name alone */
    struct jc_fleet_source *sources;
    struct jc_sweep sweep; /* of the study that this is one scenario of; n_points 0: none */
    size_t n_inputs;
    struct jc_input *inputs; /* the scenario file first */
};

/* Changes that the command line makes. */
struct jc_overrides {
    size_t n_settings;
    const char *const *setting; /* [n_settings] "key.path=YAML value" */
};

/* Reads, overrides and validates a scenario file. Tables and distributions that it names are looked for
 * beside it, then in the folders of `data_directory`, which have colons between them (there also with
 * .csv and .yaml). Errors: JC_ERROR_SCENARIO, JC_ERROR_INPUT (a table, a distribution), JC_ERROR_IO,
 * JC_ERROR_INTERNAL; then there is nothing to free. */
int jc_scenario_load(struct jc_scenario *self, const char *path,
    const struct jc_overrides *overrides, const char *data_directory, struct jc_error *error);
/* The same from a text that names no files and extends none, as jc_scenario_write makes it; `name` stands for it in
 * errors. */
int jc_scenario_parse(struct jc_scenario *self, const char *name, const char *text,
    struct jc_error *error);
void jc_scenario_free(struct jc_scenario *self);

/* Appends the scenario as YAML with every default written out and the measurements it selected in
 * it, so that it runs again, as it is and anywhere, to the same bits. Its sweep is left out: the keys
 * of a study, such as those below `defaults`, are no longer there (scenarios/study.h writes them).
 * Errors: JC_ERROR_INTERNAL. */
int jc_scenario_write(const struct jc_scenario *self, struct jc_text *text, struct jc_error *error);

#endif
