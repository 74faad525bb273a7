"""One file of each kind that joulecast writes, for tests that look at all of them."""
import os
import subprocess

TINY = """\
joulecast: 1
name: tiny
queries: 3
store: [energy]
quantiles: [0.5]
cases:
  a:
    workload: {input_tokens: 500, output_tokens: 300}
    throughput: {form: constant, tokens_per_s: 5200}
    node: {power: 10.2 kW, power_utilization: {lognormal: {p05: 0.4, p95: 0.9}}}
    hosting: {pue: 1.2}
"""
STUDY = """\
joulecast: 1
name: study
seed: 3
queries: 1000
store: [energy, carbon]
bands: {draws: 20, queries: 200}
defaults:
  workload: {input_tokens: 500, output_tokens: {exponential: {median: 300}, integer: true}}
  throughput: {form: log_linear, table: throughput_h100, precision: FP8, model: Llama 3.1 70B}
  node: {power: 10.2 kW, gpus: 8, power_utilization: {lognormal: {p05: 0.4, p95: 0.9}}}
  hosting: {pue: {lognormal: {p05: 1.05, p95: 1.60}, varies: fleet}, carbon_intensity: 400 g/kWh}
  tags: {host: Azure}
cases:
  one: {}
  two: {like: one, hosting: {pue: {uniform: {low: 1.1, high: 1.2}, varies: fleet}}}
pathways: {less: {label: half, divide_by: 2}}
blends: {both: {cases: [one, two], pathways: [less]}}
fleet:
  all: {cases: {one: 0.5, two: 0.5}, demand: {start: 2026-01, queries_per_day: 1e9}, equivalences: [US households for a year]}
  less: {like: all, interventions: {half: {divide_by: 2}}}
references: {search: {label: Web searches, energy_per_query: 0.3 Wh, queries_per_day: 1e9, source: a guess}}
waterfall: {steps: {label: What half leaves, steps: [all, less]}}
"""
SWEEP = STUDY.split("bands:")[0] + "defaults:" + STUDY.split("defaults:")[1].split("pathways:")[0] + """\
sweep:
  queries: 100
  parameters:
    power: {key: defaults.node.power, values: [9 kW, 10 kW]}
    intensity: {key: defaults.hosting.carbon_intensity, values: [100 g/kWh, 400 g/kWh]}
"""
POINTED = SWEEP.split("sweep:")[0] + """\
blends: {both: {cases: [one, two]}}
sweep:
  queries: 100
  design: {sobol: {points: 4}}
  parameters: {power: {key: defaults.node.power, from: 9 kW, to: 10 kW}}
"""
FLEET = """\
joulecast: 1
title: fleets
results: {first: result.h5}
fleet: {all: {cases: {first/one: 0.5, first/two: 0.5}, demand: {start: 2026-01, queries_per_day: 1e9}}}
"""



def call(joulecast, *words, code=0):
    done = subprocess.run([joulecast, *map(str, words)], capture_output=True, text=True, timeout=300)
    assert done.returncode == code, (words, done.returncode, done.stderr)


def make(joulecast):
    """In the working directory, with the studies. Of each: the file, the one to read about it, and whether that is a
    result or a shard."""
    for name, text in (("tiny", TINY), ("study", STUDY), ("sweep", SWEEP), ("pointed", POINTED), ("fleets", FLEET)):
        with open(name + ".yaml", "w") as file:
            file.write(text)
    with open("index.csv", "w") as file:
        file.write("model,index\none,63\ntwo,70\n")
    call(joulecast, "run", "tiny.yaml", "-o", "tiny.h5", "--quiet")
    call(joulecast, "run", "study.yaml", "-o", "result.h5", "--quiet")
    call(joulecast, "run", "study.yaml", "-o", "packed.h5", "--quiet", "--compress", 6)
    call(joulecast, "fleet", "fleets.yaml", "-o", "fleet.h5", "--quiet")
    call(joulecast, "sensitivity", "study.yaml", "-n", 64, "-o", "sensitivity.h5", "--quiet")
    for study in "sweep", "pointed":
        call(joulecast, "sweep", study + ".yaml", "-o", study + ".h5", "--quiet")
    for verb, study in ("run", "study"), ("sweep", "sweep"):
        for task in 1, 2:
            call(joulecast, verb, study + ".yaml", "-o", f"{study}-part.h5", "--quiet", "--task", f"{task}/2")
    os.mkdir("parts")
    for task in 1, 2:
        call(joulecast, "run", "study.yaml", "-n", 300000, "-o", "parts/part.h5", "--quiet", "--task", f"{task}/2")
    call(joulecast, "merge", "parts/part.task-1-of-2.h5", "parts/part.task-2-of-2.h5", "-o", "master.h5", "--quiet", "--virtual")
    # Two billion queries take longer than that on any machine.
    call(joulecast, "run", "tiny.yaml", "-n", "2e9", "-o", "long.h5", "--quiet", "--summary-only", "--max-time", "0.3s", code=6)
    results = ["tiny.h5", "result.h5", "packed.h5", "fleet.h5", "sensitivity.h5", "sweep.h5", "pointed.h5", "master.h5"]
    shards = ["study-part.task-1-of-2.h5", "sweep-part.task-2-of-2.h5", "long.checkpoint-1.h5"]
    return ([(path, path, "result") for path in results] + [("parts/part.task-2-of-2.h5", "master.h5", "result")]
            + [(path, path, "shard") for path in shards])
