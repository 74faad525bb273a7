/*
 * Ranks: processes that share one study while they run, on one machine or many.
 *
 * Each rank takes pieces of the work, a few blocks or draws at a time, from a counter that all of them share, so a
 * slow one holds nobody up. What they leave are checkpoints of the run (engine/parts.h), as a single process that is
 * stopped leaves them: with samples one of each rank, else one that rank 0 writes of the shards sent to it. The first
 * rank then goes on from these, finds all work done, and makes the result file. So a file has the same bytes for any
 * number of ranks, and a study that is stopped goes on with any number of ranks, or without any.
 */
#ifndef JC_ENGINE_CREW_H
#define JC_ENGINE_CREW_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "engine/run.h"

/* How ranks talk. Those marked (all) return when all ranks have called them. */
struct jc_crew {
    uint64_t rank; /* 0 to n - 1 */
    uint64_t n;    /* >= 2 */
    void *context;

    /* The counter: its value, to which `step` is added; and a new value (all). */
    uint64_t (*take)(void *context, uint64_t step);
    void (*set)(void *context, uint64_t value);

    /* Lets others get at the counter while this rank computes; by one thread at a time. */
    void (*poke)(void *context);

    /* (all) 0 if all ranks have that status; else the status and the message of the first rank with an error, one
     * that is stopped coming after all others. After an error, ranks have no more to say to each other, and it
     * returns at once. */
    int (*agree)(void *context, int status, struct jc_error *error);

    /* (all) The largest of the ranks' values, and the sum of those of the ranks before. */
    uint64_t (*most)(void *context, uint64_t value);
    uint64_t (*sum_before)(void *context, uint64_t value);

    /* Bytes from rank to rank; those that arrive are from malloc. */
    void (*send)(void *context, uint64_t to, const unsigned char *bytes, size_t n);
    unsigned char *(*receive)(void *context, uint64_t from, size_t *n);
};

/* jc_run by all ranks of options->crew, or by this process alone if that is NULL. Results are left with rank 0 only; those
 * of the others are empty. All ranks return the same. Errors: those of jc_run; JC_ERROR_SCENARIO if options->before
 * is given, or the ranks do not have the same study. */
int jc_run_crew(const struct jc_plan *plan, const struct jc_run_options *options,
    struct jc_results *results, struct jc_error *error);

#endif
