#include "models/quantities.h"

#include <stddef.h>
#include <string.h>

static const struct jc_quantity_info table[JC_QUANTITIES] = {
    [JC_INPUT_TOKENS] = { "input_tokens", "tokens", "1", "input tokens per query",
        "Length of the prompt.", true, "workload.input_tokens" },
    [JC_OUTPUT_TOKENS] = { "output_tokens", "tokens", "1", "output tokens per query",
        "Length of the answer, reasoning included.", true, "workload.output_tokens" },
    [JC_BATCH_SIZE] = { "batch_size", "requests", "1", "batch size",
        "Requests that the node serves at once, as a mean over time.", false,
        "workload.batch_size" },
    [JC_NODE_POWER] = { "node_power", "kW", "kW", "rated power of the serving node",
        "Power of the whole node at full load, as rated.", false, "node.power" },
    [JC_POWER_UTILIZATION] = { "power_utilization", "1", "1", "power utilisation of the node",
        "Fraction of its rated power that the node draws while serving.", false,
        "node.power_utilization" },
    [JC_PUE] = { "pue", "1", "1", "power usage effectiveness",
        "Energy of the facility divided by energy of its IT equipment.", false, "hosting.pue" },
    [JC_THROUGHPUT] = { "throughput", "tokens/s", "s-1", "output tokens per second of the node",
        "Output tokens that the whole node generates per second, all requests together.", false,
        "throughput.tokens_per_s" },
    [JC_ENERGY] = { "energy", "Wh", "W h", "energy per query",
        "Energy that the facility uses to serve the query.", false, NULL },
};

const struct jc_quantity_info *
jc_quantity_info(enum jc_quantity quantity)
{
    return &table[quantity];
}

enum jc_quantity
jc_quantity_by_name(const char *name)
{
    int quantity = 0;

    while (quantity < JC_QUANTITIES && strcmp(table[quantity].name, name) != 0) {
        quantity++;
    }
    return (enum jc_quantity) quantity;
}
