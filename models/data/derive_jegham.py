"""Makes the tables and the studies of Jegham et al. (arXiv:2505.09598) from their published figures.

    python3 derive_jegham.py FOLDER

FOLDER has the reference files hungry_models.csv, hungry_energy_v4.csv, hungry_energy_v6.csv,
hungry_utilisation.csv and hungry_batch_gpt4o.csv. Run by hand; what it writes is kept:
service_classes.csv and api_models.csv here, jegham2025-v4.yaml and jegham2025-v6.yaml in scenarios/.

Latency and rate of the models are not published. The duration of a query is calibrated: a gamma
distribution whose mean gives the published mean energy at the class's power and the host's PUE, with the
published relative standard deviation.
"""
import csv
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SCENARIOS = os.path.join(HERE, "../../scenarios")
PAPER = "Jegham et al., arXiv:2505.09598"
PROMPTS = (("short", 100, 300, "short_100in_300out_mean_wh", "short_std_wh"),
           ("medium", 1000, 1000, "medium_1k_1k_mean_wh", "medium_std_wh"),
           ("long", 10000, 1500, "long_10k_1500_mean_wh", "long_std_wh"))
PUE = {"azure": 1.12, "aws": 1.14, "deepseek": 1.27}
POWER = {"H100": (5.6, 4.6), "A100": (3.2, 3.3)}
SPLIT = "power split 8 x TDP + remainder of the published node power (inferred)"


def read(folder, name):
    with open(os.path.join(folder, name), newline="") as file:
        return list(csv.DictReader(file))


def slug(text):
    return re.sub(r"[^a-z0-9.]+", "-", text.lower().replace("'", "")).strip("-")


def host_of(name):
    return "azure" if "Azure" in name else "aws" if name == "AWS" else "deepseek"


def share(percent):
    return f"{float(percent) / 100:.6g}"


def classes(folder):
    rows = {}
    for row in read(folder, "hungry_utilisation.csv"):
        for gpu, (gpu_kw, other_kw) in POWER.items():
            low, high = (row[f"u_gpu_total_{gpu.lower()}_{end}_pct"] for end in ("min", "max"))
            if low:
                rows[f"{row['class'].lower()}-{gpu.lower()}"] = (
                    share(low), share(high), share(row["u_nongpu_total_pct"]), gpu_kw, other_kw,
                    f"{PAPER}, table of utilisation, batch size 8; {SPLIT}")
    for row in read(folder, "hungry_batch_gpt4o.csv"):
        if row["batch"] != "8":
            rows[f"large-h100-batch-{row['batch']}"] = (
                share(row["u_gpu_min_pct"]), share(row["u_gpu_max_pct"]), share(row["u_nongpu_pct"]), 5.6, 4.6,
                f"{PAPER} v4, figure 5, batch size {row['batch']}; {SPLIT}")
    return rows


def models(folder, version, shares):
    facts = {row["model"]: row for row in read(folder, "hungry_models.csv")}
    for row in read(folder, f"hungry_energy_{version}.csv"):
        fact = facts.get(row["model"]) or facts[row["model"] + " (DS)"]
        service = f"{fact['class'].lower()}-{fact['power_model_gpu'].lower()}"
        low, high, other, gpu_kw, other_kw, _ = shares[service]
        mean_kw = (float(low) + float(high)) / 2 * gpu_kw + float(other) * other_kw
        host = host_of(row["host"])
        source = "digitised from figure 2" if "DIGITISED" in row["status"] else "table of energies"
        for prompt, n_in, n_out, mean, sd in PROMPTS:
            if row[mean]:
                yield {"version": version, "model": row["model"], "host": f"{host}-{version}", "class": service,
                       "node_power_kw": fact["critical_power_kw"], "prompt": prompt, "input_tokens": n_in,
                       "output_tokens": n_out, "energy_wh": row[mean], "energy_sd_wh": row[sd],
                       "duration_s": f"{float(row[mean]) * 3.6 / (mean_kw * PUE[host]):.6g}",
                       "source": f"{PAPER} {version}, {source}; class: {fact['class_basis']}; "
                                 f"duration calibrated to the energy"}


def case(row):
    mean, sd = row["duration_s"], row["energy_sd_wh"]
    duration = mean
    if sd:
        duration = f"{{gamma: {{shape: {(float(row['energy_wh']) / float(sd)) ** 2:.6g}, mean: {mean}}}}}"
    return f"""  {slug(row['model'])}-{row['prompt']}:
    label: "{row['model']}, {row['prompt']}"
    workload: {{input_tokens: {row['input_tokens']}, output_tokens: {row['output_tokens']}}}
    throughput: {{duration: {duration}}}
    node: {{power: {row['node_power_kw']} kW, power_utilization: {{from_class: {{class: {row['class']}}}}}}}
    hosting: {{host: {row['host']}}}
"""


def write_study(version, rows):
    with open(os.path.join(SCENARIOS, f"jegham2025-{version}.yaml"), "w") as file:
        file.write(f"""# Thirty models from measurements of their public interfaces, three prompts each: Jegham et al.,
# arXiv:2505.09598 {version}. Made by models/data/derive_jegham.py of models/data/api_models.csv.
#
# The measured latencies and rates are not published. Durations are CALIBRATED: gamma distributions that give the
# published mean energy and its relative standard deviation at the power of the model's class and the PUE of its
# host. These energies are therefore the paper's, not a prediction; water, carbon and what is changed here are.
# Without a published standard deviation the duration is a number.
joulecast: 1
title: Thirty models from API measurements, durations calibrated to published energies (Jegham et al. 2025, {version})
source: {PAPER} {version}; durations calibrated
seed: 20255
queries: 1e5
store: [duration, energy, water, carbon]
defaults:
  throughput: {{form: api}}
cases:
""")
        file.writelines(case(row) for row in rows)


folder = sys.argv[1]
shares = classes(folder)
with open(os.path.join(HERE, "service_classes.csv"), "w", newline="") as file:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["class", "gpu_share_low", "gpu_share_high", "other_share", "gpu_power_kw", "other_power_kw",
                     "source"])
    writer.writerows([name, *row] for name, row in shares.items())
tables = {version: list(models(folder, version, shares)) for version in ("v4", "v6")}
with open(os.path.join(HERE, "api_models.csv"), "w", newline="") as file:
    writer = csv.DictWriter(file, tables["v6"][0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(tables["v4"] + tables["v6"])
for version, rows in tables.items():
    write_study(version, rows)
