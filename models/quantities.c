#include "models/quantities.h"

#include <string.h>

static const struct jc_quantity_info table[JC_QUANTITIES] = {
    [JC_INPUT_TOKENS] = { "input_tokens", "tokens", "1", "input tokens per query",
        "Length of the prompt.", true },
    [JC_OUTPUT_TOKENS] = { "output_tokens", "tokens", "1", "output tokens per query",
        "Length of the answer, reasoning included.", true },
    [JC_NODE_POWER] = { "node_power", "kW", "kW", "rated power of the serving node",
        "Power of the whole node at full load, as rated.", false },
    [JC_POWER_UTILIZATION] = { "power_utilization", "1", "1", "power utilisation of the node",
        "Fraction of its rated power that the node draws while serving.", false },
    [JC_PUE] = { "pue", "1", "1", "power usage effectiveness",
        "Energy of the facility divided by energy of its IT equipment.", false },
    [JC_THROUGHPUT] = { "throughput", "tokens/s", "s-1", "output tokens per second of the node",
        "Output tokens that the whole node generates per second, all requests together.", false },
    [JC_ENERGY] = { "energy", "Wh", "W h", "energy per query",
        "Energy that the facility uses to serve the query.", false },
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
