"""The shipped serving configurations are those of the ML.ENERGY leaderboard, and keep its identity.

Every row of models/data/configurations.csv is found in the reference table by what its source names, and
agrees with it to 6 digits. Energy per token is mean power of all GPUs / (tokens/s), and energy per
request that times the tokens of a request, in both tables. Reads ../shared/data, which a user's checkout
does not have; then it is skipped.
"""
import csv
import os
import subprocess
import sys

source = sys.argv[2]
TABLE = os.path.join(source, "models/data/configurations.csv")
DERIVE = os.path.join(source, "models/data/derive_configurations.py")
REFERENCE = os.path.join(source, "../shared/data/mlenergy_v3_llm_configs.csv")

# A column here, the column there, and what one unit of it is there.
NUMBERS = [("gpus", "num_gpus", 1), ("batch_size", "avg_batch_size", 1), ("output_tokens", "avg_output_len", 1),
           ("tokens_per_s", "output_throughput_tokens_per_sec", 1), ("gpu_power_kw", "avg_power_watts", 1000)]
TEXTS = [("precision", "weight_precision"), ("gpu", "gpu_model")]
ROUNDING = 5.1e-6  # 6 digits


def read(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def near(x, y, bound):
    return abs(x / y - 1) <= bound


def counterpart(row, reference):
    """The row that the source names; of a repeated measurement, the first."""
    _, task, model, _, _, limit = row["source"].split(", ")
    return next(there for there in reference
                if (there["task"], there["model_id"]) == (task, model)
                and limit == "max_num_seqs " + there["max_num_seqs"]
                and there["gpu_model"] == row["gpu"] and there["num_gpus"] == row["gpus"])


if not os.path.isfile(REFERENCE):
    print("skipped: there is no", REFERENCE)
    sys.exit(77)
rows, reference = read(TABLE), read(REFERENCE)
for there in reference:
    per_token = float(there["avg_power_watts"]) / float(there["output_throughput_tokens_per_sec"])
    assert near(per_token, float(there["energy_per_token_joules"]), 1e-12), there
for row in rows:
    there = counterpart(row, reference)
    for column, other, unit in NUMBERS:
        assert near(float(row[column]) * unit, float(there[other]), ROUNDING), (column, row, there)
    for column, other in TEXTS:
        assert row[column] == there[other], (column, row, there)
    joules = 1000 * float(row["gpu_power_kw"]) / float(row["tokens_per_s"])
    assert near(joules, float(there["energy_per_token_joules"]), 2 * ROUNDING), (row, there)
    joules *= float(row["output_tokens"])
    assert near(joules, float(there["energy_per_request_joules"]), 3 * ROUNDING), (row, there)
made = subprocess.run([sys.executable, DERIVE, REFERENCE], check=True, capture_output=True, text=True).stdout
with open(TABLE) as file:
    assert file.read() == made, "the table is not what derive_configurations.py makes"
print(f"{len(rows)} rows agree with {len(reference)} of the leaderboard")
