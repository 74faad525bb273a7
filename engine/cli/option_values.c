#include "engine/cli/option_values.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MAX_THREADS 4096
#define LONGEST_NAME 200 /* bytes; names beside an output have 50 more, file systems take 255 */

int
jc_cli_parse_threads(const char *text, int *threads, struct jc_error *error)
{
    char *end;
    long value;

    errno = 0;
    value = strtol(text, &end, 10);
    if (errno != 0 || *end != '\0' || end == text || value < 1 || value > MAX_THREADS) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "--threads: '%s' is not a whole number from 1 to %d", text, MAX_THREADS);
    }
    *threads = (int) value;
    return 0;
}

int
jc_cli_parse_output(const char *text, const char **path, struct jc_error *error)
{
    const char *slash = strrchr(text, '/');
    const char *name = slash != NULL ? slash + 1 : text;
    const char *checkpoint = strstr(name, ".checkpoint-");
    const size_t length = strlen(name);

    if (length > LONGEST_NAME) {
        return jc_fail(error, JC_ERROR_IO,
            "--output: '%.40s...': File name too long, %zu bytes; %d are the most, as checkpoints "
            "have longer ones",
            name, length, LONGEST_NAME);
    }
    if ((checkpoint != NULL && strspn(checkpoint + 12, "0123456789") > 0)
        || (length > 8 && strcmp(name + length - 8, ".partial") == 0)) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "--output: '%s' is how a file is called that another output needs for a time", name);
    }
    *path = text;
    return 0;
}

int
jc_cli_parse_level(const char *text, int *level, struct jc_error *error)
{
    if (text[0] < '1' || text[0] > '9' || text[1] != '\0') {
        return jc_fail(error, JC_ERROR_SCENARIO, "--compress: '%s' is not a level from 1 to 9",
            text);
    }
    *level = text[0] - '0';
    return 0;
}

int
jc_cli_parse_count(const char *name, const char *text, size_t largest, size_t *count,
    struct jc_error *error)
{
    char *end;
    unsigned long value;

    errno = 0;
    value = strtoul(text, &end, 10);
    if (errno != 0 || *end != '\0' || text[0] < '0' || text[0] > '9' || value < 1
        || value > largest) {
        return jc_fail(error, JC_ERROR_SCENARIO, "--%s: '%s' is not a whole number from 1 to %zu",
            name, text, largest);
    }
    *count = value;
    return 0;
}

int
jc_cli_parse_most_queries(const char *text, uint64_t *queries, struct jc_error *error)
{
    char *end;
    double value = strtod(text, &end);

    if (end == text || *end != '\0' || !(value >= 1 && value <= 0x1p53)
        || value != (double) (uint64_t) value) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "--max-n: '%s' is not a whole number from 1 to 2^53, such as 1e9", text);
    }
    *queries = (uint64_t) value;
    return 0;
}

int
jc_cli_parse_simd(const char *text, enum jc_simd *simd, struct jc_error *error)
{
    *simd = jc_simd_by_name(text);
    if (*simd == JC_SIMD_COUNT) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "--simd: '%s' is not a variant of the inner loops; they are scalar, %s, avx2, avx512",
            text, jc_simd_name(JC_SIMD_BASELINE));
    }
    if (!jc_simd_available(*simd)) {
        return jc_fail(error, JC_ERROR_SCENARIO, "--simd: this processor does not run %s", text);
    }
    return 0;
}

int
jc_cli_parse_quantiles(const char *text, struct jc_cli_options *options, struct jc_error *error)
{
    size_t room = 1;
    const char *at;
    char *end;

    for (at = text; *at != '\0'; at++) {
        room += *at == ',';
    }
    free(options->quantile);
    options->n_quantiles = 0;
    options->quantile = calloc(room, sizeof(double));
    if (options->quantile == NULL) {
        return jc_fail_memory(error);
    }
    for (at = text;; at = end + 1) {
        double value = strtod(at, &end);

        if (end == at || (*end != ',' && *end != '\0') || !(value > 0 && value < 1)) {
            return jc_fail(error, JC_ERROR_SCENARIO,
                "--quantiles: '%s' is not a list of probabilities between 0 and 1, such as "
                "0.05,0.5",
                text);
        }
        options->quantile[options->n_quantiles++] = value;
        if (*end == '\0') {
            return 0;
        }
    }
}
