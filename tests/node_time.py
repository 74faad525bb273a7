"""The time of a node that a query takes: what energy is made of, in every form of throughput but `api`.

energy [Wh] = PUE x power [kW] x utilisation x node time [s] / 3.6, before interventions, query by query; where tokens
and throughput are numbers, it is theirs. Energy keeps its bits when the time is stored, and the time those of any
variant of the inner loops.
"""
import os
import subprocess
import sys
import tempfile

import h5py
import numpy

joulecast, source = (os.path.abspath(path) for path in sys.argv[1:3])
ROUNDING = 8 * 2.0**-24  # of the products of single precision
STUDY = """\
joulecast: 1
queries: 300001
defaults:
  workload:
    input_tokens: {lognormal: {median: 900, sigma: 1}, integer: true, max: 1e5}
    output_tokens: {exponential: {median: 200}, integer: true}
    batch_size: {uniform: {low: 8, high: 250}}
  node: {power: {uniform: {low: 9, high: 11}}, power_utilization: {uniform: {low: 0.3, high: 0.9}}}
  hosting: {pue: {uniform: {low: 1.1, high: 1.4}}}
cases:
  constant: {throughput: {form: constant, tokens_per_s: {uniform: {low: 3000, high: 6000}}}}
  prefill: {throughput: {form: constant, tokens_per_s: 5200, prefill_speedup: 8}}
  maximum: {throughput: {form: maximum, table: throughput_h100, precision: FP8, model: Llama 3.1 405B}}
  log-linear: {throughput: {form: log_linear, table: throughput_h100, precision: FP8, model: Llama 3.1 405B}}
  residuals:
    like: log-linear
    throughput: {residuals: query, coefficients: uncertain, prefill_speedup: 10}
  measured:
    throughput: {form: measured, model: Llama 3.1 405B, precision: fp8, gpu: H100, task: chat, outside: clamp}
  roofline: {throughput: {form: roofline, architecture: Llama 3.1 8B, accelerator: RTX A6000}}
  ideal: {throughput: {form: ideal, architecture: Llama 3.1 8B, accelerator: RTX A6000}}
  intervened: {like: constant, interventions: [{name: x, factor: 0.25}]}
  by-hand:
    workload: {input_tokens: 100, output_tokens: 300}
    throughput: {form: constant, tokens_per_s: 3000}
    node: {power: 10.2 kW, power_utilization: 0.5}
    hosting: {pue: 1.2}
"""
STORED = "[input_tokens, output_tokens, node_power, power_utilization, pue, throughput, node_time, energy]"
API = "cases.constant.throughput={form: api, latency: 1, rate: 50}"
EITHER = "cases.constant.throughput={alternatives: [{form: constant, tokens_per_s: 9, weight: 1e9}, " \
         "{form: api, latency: 1, rate: 50}]}"
REFUSED = "case constant: store asks for node_time, which it does not have"


def run(study, result, *words):
    return subprocess.run([joulecast, "run", study, "--quiet", "-o", result, *words], capture_output=True, text=True)


def samples(study, result, *words):
    done = run(study, result, *words)
    assert done.returncode == 0, done.stderr
    with h5py.File(result) as file:
        units = {case["node_time"].attrs["units"] for case in file["cases"].values() if "node_time" in case}
        return units, {name: {key: case[key][()] for key in case if key != "query"}
                       for name, case in file["cases"].items()}


def near(x, y):
    return (abs(x - y) <= ROUNDING * abs(y)).all()


with tempfile.TemporaryDirectory() as folder:
    study = folder + "/study.yaml"
    with open(study, "w") as file:
        file.write(STUDY)
    units, cases = samples(study, folder + "/all.h5", "--set", "store=" + STORED)
    assert units <= {b"s", "s"} and len(cases) == 10, units
    for name, case in cases.items():
        x = {key: column.astype(float) for key, column in case.items()}
        factor = 0.25 if name == "intervened" else 1
        assert near(x["energy"], factor * x["pue"] * x["node_power"] * x["power_utilization"] * x["node_time"] / 3.6), name
        tokens = x["output_tokens"]
        if name in ("prefill", "residuals"):
            tokens = tokens + x["input_tokens"] / (8 if name == "prefill" else 10)
        elif name in ("roofline", "ideal"):
            assert (tokens == 0).any()
            tokens = numpy.maximum(tokens, 1)
        assert near(x["node_time"], tokens / x["throughput"]), name
    assert (cases["constant"]["node_time"] == cases["intervened"]["node_time"]).all()
    assert (cases["by-hand"]["node_time"] == numpy.float32(0.1)).all()

    _, alone = samples(study, folder + "/alone.h5", "--set", "store=[energy]")
    _, times = samples(study, folder + "/times.h5", "--set", "store=[node_time]")
    for name, case in cases.items():
        assert alone[name].keys() == {"energy"} and times[name].keys() == {"node_time"}
        assert (alone[name]["energy"] == case["energy"]).all(), name
        assert (times[name]["node_time"] == case["node_time"]).all(), name
    variants = 0
    for variant in ("scalar", "sse2", "avx2", "avx512"):
        done = run(study, folder + f"/{variant}.h5", "--set", "store=[node_time]", "--simd", variant, "-n", "20001")
        variants += done.returncode == 0
        if done.returncode == 0:
            with h5py.File(folder + f"/{variant}.h5") as file:
                assert all((file["cases"][name]["node_time"][()] == case["node_time"][:20001]).all()
                           for name, case in times.items())
    assert variants >= 2, variants

    for setting in (API, EITHER):
        done = run(study, folder + "/refused.h5", "--set", "store=[node_time]", "--set", setting)
        assert done.returncode != 0 and REFUSED in done.stderr, done.stderr
print(f"node times of {len(cases)} cases are those of their energies, in {variants} variants")
