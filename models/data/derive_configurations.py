#!/usr/bin/python3
"""Makes configurations.csv from the data of the ML.ENERGY leaderboard, version 3 (Apache-2.0).

    derive_configurations.py REFERENCE > configurations.csv

REFERENCE is the leaderboard's table of serving configurations of language models. The models below
are taken over, each number with 6 significant digits, in the order of their batch sizes. Of a
measurement that was repeated with the same limit on the batch size, the first counts. The leaderboard's
mean power is that of all GPUs together, of nothing else: energy per token = mean power / (tokens/s).
"""
import csv
import sys

MODELS = {
    "meta-llama/Llama-3.1-8B-Instruct": "Llama 3.1 8B",
    "meta-llama/Llama-3.1-70B-Instruct": "Llama 3.1 70B",
    "meta-llama/Llama-3.3-70B-Instruct": "Llama 3.3 70B",
    "meta-llama/Llama-3.1-405B-Instruct": "Llama 3.1 405B",
    "meta-llama/Llama-3.1-405B-Instruct-FP8": "Llama 3.1 405B",
    "Qwen/Qwen3-235B-A22B-Instruct-2507": "Qwen3 235B A22B Instruct",
    "Qwen/Qwen3-235B-A22B-Instruct-2507-FP8": "Qwen3 235B A22B Instruct",
    "Qwen/Qwen3-235B-A22B-Thinking-2507": "Qwen3 235B A22B Thinking",
    "Qwen/Qwen3-235B-A22B-Thinking-2507-FP8": "Qwen3 235B A22B Thinking",
    "Qwen/Qwen3-Coder-30B-A3B-Instruct": "Qwen3 Coder 30B A3B",
    "Qwen/Qwen3-Coder-480B-A35B-Instruct": "Qwen3 Coder 480B A35B",
    "Qwen/Qwen3-Coder-480B-A35B-Instruct-FP8": "Qwen3 Coder 480B A35B",
    "deepseek-ai/DeepSeek-R1-0528": "DeepSeek-R1 671B",
    "deepseek-ai/DeepSeek-V3.1": "DeepSeek-V3.1 671B",
    "openai/gpt-oss-20b": "gpt-oss-20b",
    "openai/gpt-oss-120b": "gpt-oss-120b",
}
TASKS = {"lm-arena-chat": "chat", "gpqa": "reasoning", "sourcegraph-fim": "completion"}
COLUMNS = ["model", "precision", "gpu", "gpus", "parallelism", "task", "batch_size", "output_tokens",
           "tokens_per_s", "gpu_power_kw", "source"]


def parallelism(row):
    """The widest kind: data parallel attention goes with expert parallel layers as wide."""
    for kind, column in (("dp", "data_parallel"), ("ep", "expert_parallel")):
        if int(row[column]) > 1:
            return kind + row[column]
    return "tp" + row["tensor_parallel"]


def number(text, scale=1.0):
    return f"{float(text) * scale:.6g}"


def convert(row):
    return {
        "model": MODELS[row["model_id"]],
        "precision": row["weight_precision"],
        "gpu": row["gpu_model"],
        "gpus": row["num_gpus"],
        "parallelism": parallelism(row),
        "task": TASKS[row["task"]],
        "batch_size": number(row["avg_batch_size"]),
        "output_tokens": number(row["avg_output_len"]),
        "tokens_per_s": number(row["output_throughput_tokens_per_sec"]),
        "gpu_power_kw": number(row["avg_power_watts"], 1e-3),
        "source": f"ML.ENERGY leaderboard v3 data, {row['task']}, {row['model_id']}, "
                  f"{row['num_gpus']}x{row['gpu_model']}, {parallelism(row)}, "
                  f"max_num_seqs {row['max_num_seqs']}",
    }


def order(row):
    return (list(MODELS.values()).index(row["model"]), row["task"], row["precision"], row["gpu"],
            int(row["gpus"]), row["parallelism"], float(row["batch_size"]))


def derive(path):
    rows = {}
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            if row["model_id"] in MODELS and row["task"] in TASKS:
                converted = convert(row)
                rows.setdefault(converted["source"], converted)
    return sorted(rows.values(), key=order)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(derive(sys.argv[1]))
