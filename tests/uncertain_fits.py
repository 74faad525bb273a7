"""Runs with fits that are uncertain: residuals of queries, the cap, the file, check, what a run tells."""
import json
import math
import os
import subprocess
import sys
import tempfile

import h5py
import numpy

joulecast, source = (os.path.abspath(path) for path in sys.argv[1:3])
QUERIES = 400000
STUDY = """\
joulecast: 1
queries: 400000
store: [throughput, energy]
defaults:
  workload: {input_tokens: 600, output_tokens: 300}
  throughput: {form: log_linear, table: throughput_h100, precision: FP8, model: Llama 3.1 405B, cap: none}
  node: {power: 10.2 kW, power_utilization: 0.5}
  hosting: {pue: 1.2}
cases:
  plain: {}
  residuals: {throughput: {residuals: query}}
  given: {throughput: {residuals: query, residual_sd: 0.05, degrees_of_freedom: 9}}
  capped: {throughput: {residuals: query, cap: observed}}
  uncertain: {throughput: {coefficients: uncertain}}
  both: {throughput: {coefficients: uncertain, residuals: query}}
  borrowed: {throughput: {model: DeepSeek-R1 671B, coefficients: uncertain}}
"""


def call(*words):
    done = subprocess.run([joulecast, *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done


def expect_normal(x, mean, sd):
    """Mean, standard deviation and the share beyond two of them, within 5 standard errors; the mean also within
    the error of single precision. 12 comparisons: a false alarm has a probability of 7e-6."""
    n = len(x)
    beyond = math.erfc(math.sqrt(2))
    assert abs(x.mean() - mean) < 5 * sd / math.sqrt(n) + 1e-5, (x.mean(), mean)
    assert abs(x.std() - sd) < 5 * sd / math.sqrt(2 * n), (x.std(), sd)
    share = (abs(x - mean) > 2 * sd).mean()
    assert abs(share - beyond) < 5 * math.sqrt(beyond / n), share


with tempfile.TemporaryDirectory() as folder:
    study, result = folder + "/study.yaml", folder + "/study.h5"
    with open(study, "w") as file:
        file.write(STUDY)
    told = call("run", study, "-o", result).stderr
    assert told.count("throughput: one draw of the coefficients for the whole fleet in this run") == 3, told
    with h5py.File(result) as file:
        logs = {name: numpy.log(case["throughput"][()].astype(float)) for name, case in file["cases"].items()}
        names = [name.decode() if isinstance(name, bytes) else name for name in file["models/case"][()]]
        models = {name: file["models"][name][()] for name in (
            "estimate", "residual_sd", "cap", "scatter_sd", "scatter_degrees_of_freedom", "scatter_borrowed")}
        labels = file["provenance"].attrs["stream_labels"]
    of = {name: {key: column[j] for key, column in models.items()} for j, name in enumerate(names)}
    sd = of["plain"]["residual_sd"]

    # The file: estimates as they were, and what was drawn from.
    assert (of["uncertain"]["estimate"] == of["plain"]["estimate"]).all()
    for name, expected in {"plain": (math.nan, math.nan, 0), "residuals": (sd, 4, 0), "given": (0.05, 9, 0),
                           "borrowed": (sd, 4, 1)}.items():
        found = [of[name]["scatter_sd"], of[name]["scatter_degrees_of_freedom"], of[name]["scatter_borrowed"]]
        assert numpy.allclose(found, expected, rtol=1e-15, equal_nan=True), (name, found)
    labels = [label.decode() if isinstance(label, bytes) else label for label in labels]
    assert labels == ["throughput.residual"] + [
        f"throughput/{model}/{k}" for model in ("Llama 3.1 405B", "DeepSeek-R1 671B") for k in range(4)], labels

    # Residuals of queries are normal around the fit; cases share them.
    b0, b1, b2 = of["plain"]["estimate"]
    fitted = b0 + b1 * math.log(600) + b2 * math.log(300)
    assert logs["plain"].std() < 1e-12 and abs(logs["plain"][0] - fitted) < 1e-5
    expect_normal(logs["residuals"], fitted, sd)
    expect_normal(logs["given"], fitted, 0.05)
    assert abs((logs["given"] - fitted) / 0.05 - (logs["residuals"] - fitted) / sd).max() < 2e-4

    # The cap holds for the residuals, and changes nothing below it.
    cap = math.log(of["capped"]["cap"])
    assert abs(numpy.minimum(logs["residuals"], cap) - logs["capped"]).max() < 1e-6
    assert 0 < (logs["residuals"] > cap).mean() < 0.5

    # Coefficients are the same for all queries, and for the cases of a model.
    assert logs["uncertain"].std() < 1e-12 and abs(logs["uncertain"][0] - fitted) > 1e-3
    expect_normal(logs["both"], logs["uncertain"][0], sd)
    lines = [line for line in told.splitlines() if "(case uncertain)" in line]
    drawn = [float(word.split()[1]) for word in lines[0].split("this run, ")[1].split(" (")[0].split(", ")]
    predicted = drawn[0] + drawn[1] * math.log(600) + drawn[2] * math.log(300)
    assert abs(predicted - logs["uncertain"][0]) < 1e-4

    # What check tells.
    fits = json.loads(call("check", study, "--json").stdout)["throughput_fits"]
    assert fits["plain"]["coefficients"] == "fixed" and "scatter_sd" not in fits["plain"]
    assert fits["borrowed"]["coefficients"] == "uncertain" and fits["borrowed"]["residuals"] == "none"
    assert fits["borrowed"]["scatter_borrowed"] is True and fits["borrowed"]["scatter_degrees_of_freedom"] == 4
    assert fits["capped"]["residuals"] == "query" and fits["capped"]["scatter_borrowed"] is False
    table = call("check", study).stdout
    for line in ("residuals per query: scatter 1.05x, 9 degrees of freedom, as given",
                 "uncertain coefficients and residuals per query: scatter 1.36x, 4 degrees of freedom, its own",
                 "uncertain coefficients: scatter 1.36x, 4 degrees of freedom, borrowed from the fits of the study"):
        assert "  " + line + "\n" in table, table

    # Another seed, other coefficients.
    again = call("run", study, "-o", result, "--force", "--seed", "2").stderr
    assert again != told

    done = subprocess.run([joulecast, "check", study, "--set", "cases={a: {throughput: {model: DeepSeek-R1 671B, "
                           "coefficients: uncertain}}}"], capture_output=True, text=True)
    assert done.returncode == 2 and "no fit of the study has degrees of freedom" in done.stderr, done.stderr
print("residuals, cap, coefficients, file and check agree")
