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
    [JC_LATENCY] = { "latency", "s", "s", "time to the first token",
        "From the request to the first token of the answer.", false, "throughput.latency" },
    [JC_RATE] = { "rate", "tokens/s", "s-1", "output tokens per second of one request",
        "How fast the answer comes after its first token.", false, "throughput.rate" },
    [JC_DURATION] = { "duration", "s", "s", "duration of the query",
        "From the request to the last token of the answer.", false, "throughput.duration" },
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
    [JC_NODE_TIME] = { "node_time", "s", "s", "time of a whole node that the query takes",
        "Tokens that the query is timed by, divided by the throughput of the node.", false, NULL },
    [JC_ENERGY] = { "energy", "Wh", "W h", "energy per query",
        "Energy that the facility uses to serve the query.", false, NULL },
    [JC_WUE_SITE] = { "wue_site", "L/kWh", "L kW-1 h-1", "water usage effectiveness on site",
        "Water that cooling takes on site, per energy of the IT equipment.", false,
        "hosting.wue_site" },
    [JC_WUE_SOURCE] = { "wue_source", "L/kWh", "L kW-1 h-1", "water of the electricity",
        "Water that making the electricity takes, per energy of the facility.", false,
        "hosting.wue_source" },
    [JC_CARBON_INTENSITY] = { "carbon_intensity", "kg/kWh", "kg kW-1 h-1",
        "carbon intensity of the electricity",
        "Carbon dioxide equivalents that making the electricity emits.", false,
        "hosting.carbon_intensity" },
    [JC_ELECTRICITY_PRICE] = { "electricity_price", "1/kWh", "kW-1 h-1", "price of the electricity",
        "In the currency of the scenario.", false, "hosting.electricity_price" },
    [JC_WATER] = { "water", "mL", "mL", "water per query",
        "Water that cooling and electricity take, on site and at the source.", false, NULL },
    [JC_CARBON] = { "carbon", "g", "g", "carbon dioxide equivalents per query",
        "Emissions of making the electricity.", false, NULL },
    [JC_COST] = { "cost", "1", "1", "cost of electricity per query",
        "In the currency of the price.", false, NULL },
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
