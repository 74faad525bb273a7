"""The studies jegham2025-* against the paper (arXiv:2505.09598): what is calibrated, and what is predicted.

Calibrated: mean energy within 1 %, standard deviation within 5 %, of every model and prompt. Predicted, not
fitted: water and carbon per query, GPT-4o from its published rate quantiles, batch sizes 4, 8 and 16, and the
ends of the range of utilisation, each beside the published figure.

What it prints are the tables of scenarios/jegham2025.md.
"""
import csv
import json
import os
import subprocess
import sys
import tempfile

import xarray

joulecast, source = (os.path.abspath(path) for path in sys.argv[1:3])
N = "200000"
HOSTS = {}
with open(os.path.join(source, "models/data/hosts.csv"), newline="") as file:
    HOSTS = {row["host"]: row for row in csv.DictReader(file)}


def study(name):
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([joulecast, "run", f"{source}/scenarios/{name}.yaml", "-n", N, "--json", "--quiet",
                               "--summary-only", "-o", folder + "/r.h5"], check=True, capture_output=True)
    return json.loads(done.stdout)["cases"]


def slug(text):
    kept = "".join(c if c.isalnum() or c == "." else "-" for c in text.lower().replace("'", ""))
    return "-".join(part for part in kept.split("-") if part)


def check_version(version, rows):
    cases = study(f"jegham2025-{version}")
    worst_mean = worst_sd = 0
    print(f"\n### {version}: mean +- sd of energy in Wh, published and ours; water [mL] and carbon [g] ours\n")
    print("| model | prompt | published | ours | water | carbon |\n|---|---|---|---|---|---|")
    assert len(cases) == len(rows)
    for row in rows:
        case = cases[f"{slug(row['model'])}-{row['prompt']}"]
        energy, host = case["energy"], HOSTS[row["host"]]
        mean, sd = float(row["energy_wh"]), float(row["energy_sd_wh"] or 0)
        worst_mean = max(worst_mean, abs(energy["mean"] / mean - 1))
        worst_sd = max(worst_sd, abs(energy["sd"] / sd - 1) if sd else energy["sd"])
        water = mean * (float(host["wue_site_l_per_kwh"]) / float(host["pue"]) + float(host["wue_source_l_per_kwh"]))
        assert abs(case["water"]["mean"] / water - 1) < 0.01, row
        assert abs(case["carbon"]["mean"] / (mean * float(host["carbon_kg_per_kwh"])) - 1) < 0.01, row
        print(f"| {row['model']} | {row['prompt']} | {mean:.3f} +- {row['energy_sd_wh'] or '?'} | {energy['mean']:.3f} +- "
              f"{energy['sd']:.3f} | {case['water']['mean']:.3g} | {case['carbon']['mean']:.3g} |")
    print(f"\n{version}: {len(rows)} rows; largest difference of a mean {100 * worst_mean:.2f} %, of a standard deviation "
          f"{100 * worst_sd:.2f} %")
    assert worst_mean < 0.01 and worst_sd < 0.05


# Published mean energies of batch size 8 (v4, table) and of 4 and 16 (v4, figure 5, digitised to +- 0.005 Wh).
BATCH_8 = {"short": 0.421, "medium": 1.214, "long": 1.788}
FIGURE_5 = {"short-batch-4": 0.77, "medium-batch-4": 2.24, "long-batch-4": 3.29, "short-batch-16": 0.24,
            "medium-batch-16": 0.68, "long-batch-16": 1.03}
STATED = 0.032  # the prediction is stated to hold within 3 %, of rates that are digitised to +- 1 tokens/s


def check_gpt_4o():
    cases = study("jegham2025-gpt-4o")
    energy = {name: case["energy"]["mean"] for name, case in cases.items()}
    print("\n### GPT-4o predicted from its published rate quantiles, Wh\n")
    print("| case | published | predicted | difference |\n|---|---|---|---|")
    for name, published in {**BATCH_8, **FIGURE_5}.items():
        ours = energy[name]
        print(f"| {name} | {published} | {ours:.3f} | {100 * (ours / published - 1):+.1f} % |")
    for name, published in BATCH_8.items():
        assert abs(energy[name] / published - 1) < STATED, (name, energy[name])
    for name, published in FIGURE_5.items():  # batch sizes: the ratio to 8, whatever the latency
        prompt = name.split("-")[0]
        ratio = energy[name] / energy[prompt] / (published / BATCH_8[prompt])
        assert abs(ratio - 1) < STATED + 0.005 / published, (name, ratio)


def check_ends(path):
    """Highest over lowest energy, as the class predicts it, against the box plots of v4: of each H100 class with
    two or more models the two whose quartiles lie closest, as those of steady models are the ends."""
    with open(os.path.join(source, "models/data/service_classes.csv"), newline="") as file:
        classes = {row["class"]: row for row in csv.DictReader(file)}
    with open(path, newline="") as file:
        boxes = {row["model"]: float(row["q3_over_q1"]) for row in csv.DictReader(file) if row["prompt"] == "medium"}
    print("\n### Highest over lowest energy: box plots of v4 (digitised) and the classes\n")
    print("| model | class | published | predicted | difference |\n|---|---|---|---|---|")
    members = {}
    for entry in table:
        if entry["version"] == "v4" and entry["prompt"] == "medium" and entry["class"].endswith("-h100"):
            members.setdefault(entry["class"], []).append((boxes[entry["model"]], entry["model"]))
    steady = [(model, name) for name, models in members.items() if len(models) > 1 for _, model in sorted(models)[:2]]
    assert len(steady) == 8
    for model, name in steady:
        row = {key: float(value) for key, value in classes[name].items() if key not in ("class", "source")}
        high, low = (row[f"gpu_share_{end}"] * row["gpu_power_kw"] + row["other_share"] * row["other_power_kw"]
                     for end in ("high", "low"))
        print(f"| {model} | {name} | {boxes[model]:.3f} | {high / low:.3f} | {100 * (high / low / boxes[model] - 1):+.1f} % |")
        assert abs(high / low / boxes[model] - 1) < STATED, model


# The case study: lowest and highest total of 2025, and what the paper says it is as much as.
YEAR = {"energy": (391509, 463269), "water": (1334991, 1579680), "carbon": (138125, 163441)}
AS_MUCH_AS = {"US households for a year": 35000, "US universities for a year": 325, "US hospitals for a year": 50,
              "people's drinking water for a year": 1.2e6, "Olympic pools": 500, "gasoline cars for a year": 30000,
              "acres of forest for a year": 138000}
QUERIES = 772e9


def check_year():
    with tempfile.TemporaryDirectory() as folder:
        path = folder + "/r.h5"
        run = subprocess.run([joulecast, "run", f"{source}/scenarios/jegham2025-gpt-4o-year.yaml", "--json", "--quiet",
                              "-o", path], check=True, capture_output=True)
        kept = subprocess.run([joulecast, "summary", path, "--json"], check=True, capture_output=True)
        dataset = xarray.open_dataset(path, group="fleet")
        energy_units, names = dataset.energy.units, list(dataset.scenario.values)
    assert run.stdout == kept.stdout
    assert energy_units == "MW h" and names == ["year", "year-low", "year-high"]
    summary = json.loads(run.stdout)
    low, middle, high = (summary["fleet"][name] for name in ("year-low", "year", "year-high"))
    print(f"\n### GPT-4o in 2025: {middle['queries']:.4g} queries (published {QUERIES:.4g}, the growth a stand-in)\n")
    print("| total | published, lowest and highest share | ours | difference |\n|---|---|---|---|")
    for quantity, ends in YEAR.items():
        ours = [fleet[quantity]["total"] for fleet in (low, high)]
        print(f"| {quantity} [{low[quantity]['unit']}] | {ends[0]:,} to {ends[1]:,} | {ours[0]:,.0f} to {ours[1]:,.0f} | "
              f"{100 * (ours[0] / ends[0] - 1):+.1f} and {100 * (ours[1] / ends[1] - 1):+.1f} % |")
    print("\n| as much as | published, of the lowest | ours, of the lowest |\n|---|---|---|")
    for name, number in AS_MUCH_AS.items():
        print(f"| {name} | {number:,.0f} | {low['equivalences'][name]:,.0f} |")
    assert middle["days"] == 365 and abs(middle["queries"] / QUERIES - 1) < 0.005  # calendar months
    per_query = sum(share * summary["cases"][case]["energy"]["mean"] for case, share in (("short", 0.8), ("medium", 0.2)))
    assert abs(middle["energy"]["total"] / (middle["queries"] * per_query / 1e6) - 1) < 1e-12
    assert low["energy"]["total"] < middle["energy"]["total"] < high["energy"]["total"]
    for quantity in ("water", "carbon"):  # per energy, to the digits of the published totals
        for k, fleet in enumerate((low, high)):
            published = YEAR[quantity][k] / YEAR["energy"][k]
            assert abs(fleet[quantity]["total"] / fleet["energy"]["total"] / published - 1) < 1e-5, quantity


with open(os.path.join(source, "models/data/api_models.csv"), newline="") as file:
    table = list(csv.DictReader(file))
for name in ("v6", "v4"):
    check_version(name, [row for row in table if row["version"] == name])
check_gpt_4o()
check_year()
boxes = os.path.join(source, "../shared/data/hungry_boxplots_v4.csv")
if os.path.exists(boxes):
    check_ends(boxes)
else:
    print("the box plots are left out:", boxes, "is not there")
