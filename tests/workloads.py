"""Real workloads, run: joint draws, shipped distributions, binning, measured batch sizes, correlations.

Draws are compared with what they are drawn from: quantiles must lie between the trace's own at
p +- 4.42 sqrt(p (1 - p) / n), counts within 4.42 standard errors (a false alarm in 1e5 per number on another
seed). Parts that read ../shared/data are left out, and say so, where it is absent.
"""
import json
import math
import os
import subprocess
import sys
import tempfile

import h5py
import numpy
import pandas

joulecast, source = (os.path.abspath(path) for path in sys.argv[1:3])
DATA = os.path.join(source, "../shared/data")
N = 1_000_000
Z = 4.42
POINTS = 0.006  # probability that compaction may move: a group of values has at most 0.5 %, half to each side

# P5 / P50 / P95 / mean of input and output, as the sources of the traces are summarised.
SHIPPED = {
    "azure2023-code": ((75, 1469, 7303, 2048), (6, 13, 90, 27.9)),
    "azure2023-conversation": ((181, 1020, 4083, 1155), (41, 129, 451, 211)),
    "deepseek-r1-reasoning": ((13, 208, 6714, 1268), (225, 792, 5701, 1527)),
}
# Trace, kept share and inflation of the input that binning causes; vLLM's saving over PyTorch.
AZURE = {"code": ("azure2023_code.csv", 0.997, 0.3758), "conversation": ("azure2023_conv.csv", 0.971, 0.7218)}


def scenario(workload, throughput="{form: constant, tokens_per_s: 1000}", utilization="0.5", more=""):
    return f"""joulecast: 1
store: [input_tokens, output_tokens, pue, energy{", batch_size" if "batch_size" in workload else ""}]
cases:
  a:
    workload: {workload}
    throughput: {throughput}
    node: {{power: 10 kW, power_utilization: {utilization}}}
    hosting: {{pue: {{uniform: {{low: 1, high: 2}}}}}}
{more}
"""


def run(text, *options, expect=0):
    with open("s.yaml", "w") as file:
        file.write(text)
    done = subprocess.run([joulecast, "run", "s.yaml", "-n", str(N), "--quiet", "--force", "-o", "r.h5", *options],
                          capture_output=True, text=True)
    assert done.returncode == expect, done.stderr
    return done.stdout if expect == 0 else done.stderr


def columns():
    with h5py.File("r.h5") as file:
        return {name: data[()] for name, data in file["cases/a"].items() if name != "query"}


def study(name, *options):
    done = subprocess.run([joulecast, "run", f"{source}/scenarios/{name}.yaml", "-n", "300000", "--json", "--quiet",
                           "--summary-only", "--force", "-o", "r.h5", *options], check=True, capture_output=True)
    return json.loads(done.stdout)["cases"]


def check_near(drawn, values, weights, what, blur=0.0):
    """The quantiles of draws are those of weighted values, ranks moved by at most `blur`."""
    order = numpy.argsort(values)
    ranks = numpy.cumsum(numpy.asarray(weights, float)[order])
    ranks /= ranks[-1]
    values = numpy.asarray(values, float)[order]
    for p in (0.05, 0.25, 0.5, 0.75, 0.95):
        spread = Z * math.sqrt(p * (1 - p) / N) + blur
        low, high = (values[min(numpy.searchsorted(ranks, rank), len(values) - 1)] for rank in (p - spread, p + spread))
        got = numpy.quantile(drawn, p)
        assert low <= got <= high, (what, p, got, low, high)


def check_joint():
    """Every pair of a small table as often as it should be; nothing else."""
    with open("pairs.csv", "w") as file:
        file.write("input_tokens,output_tokens\n" + "5,7\n" * 6 + "5,9\n" * 3 + "80,7\n" + "80,400\n" * 2)
    subprocess.run([joulecast, "fit", "pairs.csv", "--source", "made here", "-o", "pairs.yaml"], check=True,
                   capture_output=True)
    run(scenario("{empirical: pairs.yaml}"))
    drawn = columns()
    pairs = pandas.Series(1, index=pandas.MultiIndex.from_arrays([drawn["input_tokens"], drawn["output_tokens"]]))
    counts = pairs.groupby(level=[0, 1]).sum().to_dict()
    expected = {(5, 7): 6 / 12, (5, 9): 3 / 12, (80, 7): 1 / 12, (80, 400): 2 / 12}
    assert counts.keys() == expected.keys(), counts
    for pair, p in expected.items():
        assert abs(counts[pair] - N * p) <= Z * math.sqrt(N * p * (1 - p)), (pair, counts[pair])


def check_traces():
    """The shipped distributions, and exact ones of the traces themselves, draw what the traces have."""
    files = {"azure2023-code": ["azure2023_code.csv"] * 2, "azure2023-conversation": ["azure2023_conv.csv"] * 2,
             "deepseek-r1-reasoning": [f"servegen_deepseek-r1_{end}_pmf.csv" for end in ("input", "output")]}
    for name, published in SHIPPED.items():
        run(scenario(f"{{empirical: {name}}}"))
        shipped = columns()
        for key, path, column, figures in zip(("input_tokens", "output_tokens"), files[name],
                                              ("ContextTokens", "GeneratedTokens"), published):
            table = pandas.read_csv(f"{DATA}/{path}")
            values, weights = (table.tokens, table.prob) if "prob" in table else (table[column], numpy.ones(len(table)))
            check_near(shipped[key], values, weights, (name, key), POINTS)
            mean = shipped[key].mean()
            assert abs(mean / numpy.average(values, weights=weights) - 1) < 0.01, (name, key, mean)
            for p, figure in zip((0.05, 0.5, 0.95), figures):
                got = numpy.quantile(shipped[key], p)
                print(f"{name} {key} P{100 * p:g}: {got:g}, published {figure}")
            print(f"{name} {key} mean: {mean:.4g}, published {figures[3]}")


def check_exact(name, trace):
    """All pairs of a trace: quantiles of both, and counts of both together by quintiles."""
    table = pandas.read_csv(f"{DATA}/{trace}")
    subprocess.run([joulecast, "fit", f"{DATA}/{trace}", "--source", "a test", "--force", "-o", "exact.yaml"], check=True,
                   capture_output=True)
    run(scenario("{empirical: exact.yaml}"))
    drawn = columns()
    edges = {}
    for key, column in (("input_tokens", "ContextTokens"), ("output_tokens", "GeneratedTokens")):
        check_near(drawn[key], table[column], numpy.ones(len(table)), (name, key))
        edges[key] = numpy.unique(numpy.quantile(table[column], [0.2, 0.4, 0.6, 0.8]))
    cells = [numpy.histogram2d(numpy.searchsorted(edges["input_tokens"], inputs), numpy.searchsorted(
        edges["output_tokens"], outputs), bins=5, range=[[0, 5], [0, 5]])[0] for inputs, outputs in
        ((table.ContextTokens, table.GeneratedTokens), (drawn["input_tokens"], drawn["output_tokens"]))]
    p = cells[0] / len(table)
    worst = numpy.max(numpy.abs(cells[1] - N * p) / numpy.sqrt(N * p * (1 - p) + 1e-9))
    assert worst <= Z, (name, worst)
    run(scenario("{empirical: {file: exact.yaml, together: false}}"))
    apart = columns()
    away = numpy.corrcoef(apart["input_tokens"], apart["output_tokens"])[0, 1]
    assert abs(away) <= Z / math.sqrt(N), away


def check_binning(name, trace, kept, saving):
    """Ceiling bins: what they keep, how much they inflate, and the energies of section 2."""
    table = pandas.read_csv(f"{DATA}/{trace}")
    subprocess.run([joulecast, "fit", f"{DATA}/{trace}", "--source", "a test", "--force", "-o", "exact.yaml"], check=True,
                   capture_output=True)
    fits = (table.ContextTokens <= 8192) & (table.GeneratedTokens <= 512)
    cases = study(f"fernandez2025-azure-{name}", "--set", f"defaults.workload.empirical={os.path.abspath('exact.yaml')}")
    with h5py.File("r.h5") as file:
        excluded = dict(zip(file["models/case"].asstr()[()], file["models/excluded"][()]))["ideal-binned"]
    assert abs(excluded - (1 - fits.mean())) < 1e-9 and abs(1 - excluded - kept) < 0.0006, (name, excluded)
    inflation = cases["ideal-binned"]["input_tokens"]["mean"] / table.ContextTokens[fits].mean()
    assert 1.35 < inflation < 1.45, (name, inflation)
    energy = {case: cases[case]["energy"]["mean"] for case in cases}
    assert abs(1 - energy["vllm"] / energy["pytorch"] - saving) < 1e-4
    assert energy["ideal"] < energy["ideal-binned"] < energy["pytorch"]
    flops = 2 * 8.03e9 * (table.ContextTokens + table.GeneratedTokens) \
        + 2 * 32 * 4096 * (table.ContextTokens + table.GeneratedTokens) ** 2
    ideal = 300 / 309.7e12 * flops.mean() / 3600
    assert abs(energy["ideal"] / ideal - 1) < 0.02, (name, energy["ideal"], ideal)
    print(f"{name}: kept {100 * fits.mean():.1f} %, input x {inflation:.2f}; Wh " + ", ".join(
        f"{case} {value:.4g}" for case, value in energy.items()))


LLAMA = "{form: measured, model: Llama 3.1 405B, precision: fp8, gpu: H100, task: chat%s}"


def check_measured():
    """Batch size moves throughput and power together: 1.42 and 0.21 Wh. Beyond the table nothing is silent."""
    for batch, energy in ((7.98101, 1.419), (255.208, 0.210)):
        text = scenario(f"{{input_tokens: 100, output_tokens: 367, batch_size: {batch}}}", LLAMA % "",
                        "{from_batch: {other_power: 0}}").replace("{uniform: {low: 1, high: 2}}", "1")
        run(text)
        assert abs(columns()["energy"][0] / energy - 1) < 0.01, (batch, columns()["energy"][0])
    wide = "{input_tokens: 100, output_tokens: 367, batch_size: {uniform: {low: 4, high: 300}}}"
    told = run(scenario(wide, LLAMA % ""), expect=2)
    assert "workload.batch_size goes from 4 to 300, the measured configurations from 7.98" in told, told
    table = run(scenario(wide, LLAMA % ", outside: clamp"))
    batch = columns()["batch_size"]
    outside = int(numpy.sum((batch < numpy.float32(7.98101)) | (batch > numpy.float32(255.208))))
    assert f"a: {outside} batch sizes moved to the nearest possible" in table, table
    with h5py.File("r.h5") as file:
        assert file["models/outside"][0] == outside > 0
    run(scenario(wide, LLAMA % ", outside: clamp", more="    interventions: [speculative-decoding, {name: x, "
                 "batch_sizes: [2, 400], factors: [1, 1]}]"))
    batch = columns()["batch_size"]
    outside = int(numpy.sum((batch < numpy.float32(7.98101)) | (batch > 128)))  # what all have in common; once each
    with h5py.File("r.h5") as file:
        assert file["models/outside"][0] == outside > 0


def check_largest_fit():
    fit = "{largest_fit: {architecture: Llama 3.1 8B, accelerator: RTX A6000, reserve: 10 %, most: 200}}"
    run(scenario(f"{{input_tokens: {{uniform: {{low: 1, high: 30000}}, integer: true}}, output_tokens: 100, batch_size: {fit}}}",
                 "{form: roofline, architecture: Llama 3.1 8B, accelerator: RTX A6000}"))
    drawn = columns()
    room = (0.9 * 48e9 - 2 * 8.03e9) / 131072
    expected = numpy.clip(numpy.floor(room / (drawn["input_tokens"].astype(float) + 100)), 1, 200)
    told = run(scenario(f"{{input_tokens: 1e6, output_tokens: 100, batch_size: {fit}}}",
                        "{form: roofline, architecture: Llama 3.1 8B, accelerator: RTX A6000}"), expect=2)
    assert "takes 131 GB, and 27.1 GB are free" in told, told
    assert numpy.abs(drawn["batch_size"] - expected).max() <= 1 and (drawn["batch_size"] != expected).mean() < 1e-4


def check_correlations():
    """Ranks as asked for, ties included; each variable as it was."""
    more = "    correlations: [{between: [workload.output_tokens, hosting.pue], rank: -0.6}]"
    tokens = "{input_tokens: 5, output_tokens: {discrete: {values: [1, 2, 50], weights: [5, 3, 2]}}}"
    run(scenario(tokens))
    before = columns()
    run(scenario(tokens, more=more))
    after = columns()
    rank = pandas.Series(after["output_tokens"]).rank().corr(pandas.Series(after["pue"]).rank())
    assert abs(rank + 0.6) <= Z / math.sqrt(N), rank
    assert numpy.array_equal(before["output_tokens"], after["output_tokens"])
    check_near(after["pue"], numpy.linspace(1, 2, 100001), numpy.ones(100001), "pue")
    told = run(scenario(tokens.replace("{discrete: {values: [1, 2, 50], weights: [5, 3, 2]}}", "9"), more=more), expect=2)
    assert "correlations: workload.output_tokens is not drawn for every query" in told, told
    told = run(scenario(tokens, more=more.replace("-0.6", "-0.99")), expect=2)
    assert "out of reach" in told, told


with tempfile.TemporaryDirectory() as temporary:
    os.chdir(temporary)
    check_joint()
    check_measured()
    check_largest_fit()
    check_correlations()
    if os.path.isdir(DATA):
        check_traces()
        for azure, (trace, kept, saving) in AZURE.items():
            check_exact(azure, trace)
            check_binning(azure, trace, kept, saving)
    else:
        print("the parts that read", DATA, "are left out: it is not there")
