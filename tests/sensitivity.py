"""Sensitivity from end to end: a product of lognormal numbers, whose indices are known; groups and inputs that go
together; result files with and without cases; the same bytes from any threads; every refusal."""
import json
import math
import os
import re
import subprocess
import sys
import tempfile

import xarray

joulecast, source = (os.path.abspath(path) for path in sys.argv[1:3])

# Energy is PUE x power x utilisation x tokens / throughput: lognormal factors with these sigmas.
SIGMA = {"workload.output_tokens": 0.5, "throughput.tokens_per_s": 0.4, "node.power": 0.1,
         "node.power_utilization": 0.3, "hosting.pue": 0.2}
GROUPS = {"workload": ["workload.output_tokens"], "serving": ["throughput.tokens_per_s"],
          "facility": ["node.power", "node.power_utilization", "hosting.pue", "hosting.wue_site"]}
STUDY = """\
joulecast: 1
queries: 300000
store: [output_tokens, node_power, power_utilization, pue, throughput, energy]
cases:
  product:
    workload: {input_tokens: 10, output_tokens: {lognormal: {median: 100000, sigma: 0.5}}}
    throughput: {form: constant, tokens_per_s: {lognormal: {median: 1000, sigma: 0.4}}}
    node:
      power: {lognormal: {median: 10, sigma: 0.1}, varies: fleet}
      power_utilization: {lognormal: {median: 0.5, sigma: 0.3}}
    hosting:
      pue: {lognormal: {median: 1.2, sigma: 0.2}}
      wue_site: {uniform: {low: 0, high: 1}}
      wue_source: 3
  other: {like: product}
"""
# Ranks that go together: of batch size and PUE, which are of different groups.
TOGETHER = f"""\
joulecast: 1
extends: {source}/scenarios/production-conversation.yaml
queries: 20000
defaults:
  throughput: {{outside: clamp}}
  correlations:
    - {{between: [workload.batch_size, hosting.pue], rank: 0.5}}
cases:
  llama-3.1-405b-batch-8: {{correlations: []}}
  llama-3.1-405b-batch-256: {{correlations: []}}
"""

CONSTANT = """\
joulecast: 1
cases:
  one:
    workload: {input_tokens: 5, output_tokens: 5}
    throughput: {form: constant, tokens_per_s: 100}
    node: {power: 10, power_utilization: 0.5}
    hosting: {pue: 1}
"""


def call(*words, code=0):
    done = subprocess.run([joulecast, "sensitivity", *words], capture_output=True, text=True)
    assert done.returncode == code, (words, done.returncode, done.stderr)
    return done


def inputs_of(*words, case="product"):
    document = json.loads(call(*words, "--json").stdout)
    assert document["format"] == "joulecast-sensitivity" and document["version"] == 1
    return document["responses"][case]["inputs"]


def known(variances):
    """First-order and total indices of factors with these squared coefficients of variation."""
    whole = math.prod(1 + c for c in variances.values())
    return {name: (c / (whole - 1), c / (1 + c) * whole / (whole - 1)) for name, c in variances.items()}


def expect_close(estimate, truth):
    """Within twice the interval of 95 %: a false alarm in 10^4."""
    assert abs(estimate["value"] - truth) <= estimate["upper"] - estimate["lower"] + 1e-12, (estimate, truth)
    assert estimate["upper"] - estimate["lower"] < 0.03


def check_product():
    variances = {name: math.expm1(sigma**2) for name, sigma in SIGMA.items()}
    found = inputs_of("study.yaml", "--case", "product")
    for name, (first, total) in known(variances).items():
        expect_close(found[name]["first_order"], first)
        expect_close(found[name]["total"], total)
    assert set(found) == {*SIGMA, "hosting.wue_site"}
    idle = found["hosting.wue_site"]  # changes water, not energy: exactly nothing
    assert all(idle[index] == {"value": 0, "lower": 0, "upper": 0} for index in ("first_order", "total"))
    assert idle["at_p05"] == idle["at_p95"]

    response = json.loads(call("study.yaml", "--json").stdout)["responses"]["product"]
    median = 1.2 * 10 * 0.5 * 100000 / 1000 / 3.6
    assert abs(response["at_medians"] / median - 1) < 1e-6
    variance = sum(sigma**2 for sigma in SIGMA.values())
    assert abs(response["mean"] / (median * math.exp(variance / 2)) - 1) < 0.01
    assert abs(response["sd"] / response["mean"] / math.sqrt(math.expm1(variance)) - 1) < 0.02
    for name, sigma in SIGMA.items():
        sign = -1 if name.startswith("throughput") else 1
        swing = math.exp(sign * 1.6448536 * sigma)
        assert abs(found[name]["at_p05"] * swing / median - 1) < 1e-5, name
        assert abs(found[name]["at_p95"] / swing / median - 1) < 1e-5, name
        # ranks of a sum of normal numbers: nearly its coefficients
        assert abs(found[name]["rank_coefficient"] - sign * sigma / math.sqrt(variance)) < 0.03, name
    water = inputs_of("study.yaml", "--case", "product", "--quantity", "water")
    assert water["hosting.wue_site"]["total"]["value"] > 0.001
    time = inputs_of("study.yaml", "--case", "product", "--quantity", "node_time")
    parts = {name: variances[name] for name in ("workload.output_tokens", "throughput.tokens_per_s")}
    for name, (first, total) in known(parts).items():
        expect_close(time[name]["first_order"], first)
        expect_close(time[name]["total"], total)

    found = inputs_of("study.yaml", "--groups")
    of_groups = {name: math.prod(1 + variances.get(part, 0) for part in parts) - 1 for name, parts in GROUPS.items()}
    for name, (first, total) in known(of_groups).items():
        expect_close(found[name]["first_order"], first)
        expect_close(found[name]["total"], total)
    assert set(found) == set(GROUPS) and found["facility"]["rank_coefficient"] is None


def check_together():
    """Inputs that are correlated or drawn jointly are one; groups that share them are, too."""
    together, tokens = "workload.batch_size+hosting.pue", "workload.input_tokens+workload.output_tokens"
    words = ["together.yaml", "--case", "llama-3.1-8b"]
    found = inputs_of(*words, case="llama-3.1-8b")
    assert set(found) == {together, tokens} and found[tokens]["rank_coefficient"] is None
    found = inputs_of(*words, "--groups", case="llama-3.1-8b")
    assert set(found) == {"workload+facility"}
    whole = found["workload+facility"]  # all there is
    assert whole["first_order"]["value"] == whole["total"]["value"] == 1
    words += ["--set", "defaults.workload.empirical={file: azure2023-conversation, together: false}", "--set",
              "defaults.correlations=[]"]
    found = inputs_of(*words, case="llama-3.1-8b")
    assert set(found) == {"workload.input_tokens", "workload.output_tokens", "workload.batch_size", "hosting.pue"}
    assert found["workload.input_tokens"]["total"]["value"] == 0  # drawn apart, the prompt does not act on energy


def check_file():
    """A file of sensitivities alone: written, checked, told of, printed again, opened in xarray."""
    printed = call("study.yaml", "-o", "s.h5").stdout
    assert 'xarray.open_dataset("s.h5", group="sensitivity/product")' in printed
    again = call("s.h5").stdout
    assert again and printed.startswith(again)
    assert call("s.h5", "--json").stdout == call("study.yaml", "--json").stdout
    words = [line.split()[0] for line in again.split("\n\n")[1].splitlines()[2:-1]]
    assert words[:2] == ["workload.output_tokens", "throughput.tokens_per_s"] and words[-1] == "hosting.wue_site"
    for verb, expected in (("verify", "/sensitivity/other/total\n"),
                           ("info", "product: energy on 6 inputs, pick-freeze, 300000 rows\n")):
        done = subprocess.run([joulecast, verb, "s.h5"], check=True, capture_output=True, text=True)
        assert expected in done.stdout, done.stdout
    for verb in (["summary"], ["rank", "--outputs-table", "s.csv"]):
        done = subprocess.run([joulecast, *verb, "s.h5"], capture_output=True, text=True)
        assert done.returncode == 3 and "s.h5: has no cases; " in done.stderr, done.stderr
    found = inputs_of("s.h5")
    for engine in ("h5netcdf", "netcdf4"):
        opened = xarray.open_dataset("s.h5", group="sensitivity/product", engine=engine)
        assert set(opened.sizes) == set(opened.coords) == {"input", "bound", "quantile"}
        assert opened.attrs["response"] == "energy" and opened.attrs["method"] == "pick-freeze"
        assert opened.response_at.attrs["units"] == "W h"
        assert all(variable.attrs["long_name"] for variable in opened.variables.values())
        for name, numbers in found.items():
            row = opened.sel(input=name)
            for variable, number in ((row.first_order, numbers["first_order"]["value"]),
                                     (row.total_bounds.sel(bound="upper"), numbers["total"]["upper"]),
                                     (row.rank_coefficient, numbers["rank_coefficient"]),
                                     (row.response_at.sel(quantile=0.05), numbers["at_p05"])):
                assert math.isclose(float(variable), number, rel_tol=1e-14), (name, variable)


def check_samples():
    """What a result file has: the same coefficients from the same rows, the same indices but for noise."""
    subprocess.run([joulecast, "run", "study.yaml", "-n", "300000", "--quiet", "-o", "run.h5"], check=True,
                   capture_output=True)
    fleet = {"node.power": 0}  # one value in the run
    variances = {name: math.expm1(fleet.get(name, sigma) ** 2) for name, sigma in SIGMA.items()}
    document = json.loads(call("run.h5", "--json").stdout)["responses"]["product"]
    assert document["method"] == "given-data" and document["rows"] == 60000 and document["at_medians"] is None
    found = document["inputs"]
    assert set(found) == set(SIGMA) - {"node.power"}
    for name, (first, _) in known(variances).items():
        if name in found:
            estimate = found[name]["first_order"]
            assert abs(estimate["value"] - first) < estimate["upper"] - estimate["lower"] + 0.002, name
            assert found[name]["total"]["value"] is None and found[name]["at_p05"] is None
    assert "node.power " not in call("run.h5", "--case", "other").stdout

    settings = ["-n", "50000", "--set", "cases.product.node.power=10"]
    subprocess.run([joulecast, "run", "study.yaml", "--quiet", "-o", "few.h5", *settings], check=True,
                   capture_output=True)
    new, old = inputs_of("study.yaml", *settings), inputs_of("few.h5")
    for name in old:  # water is not stored: its input is missing, without weight
        assert abs(new[name]["rank_coefficient"] - old[name]["rank_coefficient"]) < 1e-4


def check_threads():
    """The same bytes from any threads and loops."""
    def digests(*options):
        call("study.yaml", "-n", "600001", "--case", "product", "--quiet", "--force", "-o", "t.h5", *options)
        done = subprocess.run([joulecast, "verify", "t.h5", "--json"], check=True, capture_output=True)
        return {name: digest for name, digest in json.loads(done.stdout)["sha256"].items()
                if name.startswith("/sensitivity/product/")}

    expected = digests("--threads", "1")
    assert len(expected) == 9
    for options in (["--threads", "2"], ["--threads", "5"], ["--simd", "sse2"]):
        assert digests(*options) == expected, options
    changed = digests("--seed", "9")
    same = {name for name in expected if changed[name] == expected[name]}
    assert same == {"/sensitivity/product/" + name for name in ("input", "bound", "quantile", "response_at")}


BAD_WORDS = [
    (["study.yaml", "--case", "absent"], 2, "--case: study has no case 'absent'"),
    (["study.yaml", "--quantity", "joy"], 2, "--quantity: 'joy' is not a quantity"),
    (["study.yaml", "--quantity", "carbon"], 2, "case product: there is no carbon"),
    (["study.yaml", "-n", "0"], 2, "--set queries=0: "),
    (["study.yaml", "-o", "s.h5"], 4, "s.h5: exists already; --force replaces it"),
    (["constant.yaml"], 2, "case one: no input is a distribution: there is nothing to be sensitive to"),
    (["study.yaml", "--set", "cases.product.throughput.tokens_per_s={uniform: {low: 1e-30, high: 1e-29}}", "--set",
      "cases.product.node.power=1e9"], 2, "case product: energy is inf for inputs that can be drawn"),
    (["absent.yaml"], 4, "absent.yaml: "),
    (["run.h5", "--groups"], 2, "sensitivity: --groups needs a scenario; run.h5 is a result file"),
    (["run.h5", "-n", "10"], 2, "sensitivity: -n, --seed and --set needs? a scenario"),
    (["run.h5", "-o", "x.h5"], 2, "sensitivity: -o needs a scenario"),
    (["run.h5", "--quantity", "water"], 3, r"run.h5: case product: there are no samples of water; .*store: \[water"),
    (["s.h5", "--case", "product"], 2, "sensitivity: --case, --quantity and --of need a scenario, samples or bands; s.h5"),
    (["energy.h5"], 3, "energy.h5: case product: there are no samples of any input"),
    (["bare.h5"], 3, "bare.h5: case product: there are no samples of energy"),
    (["damaged.h5"], 5, "damaged.h5: "),
]


def check_errors():
    for name, options in (("energy.h5", ["--set", "store=[energy]"]), ("bare.h5", ["--summary-only"])):
        subprocess.run([joulecast, "run", "study.yaml", "-n", "1000", "--quiet", "-o", name, *options], check=True,
                       capture_output=True)
    with open("s.h5", "rb") as whole, open("damaged.h5", "wb") as part:
        part.write(whole.read()[:-100])
    for words, code, pattern in BAD_WORDS:
        before = sorted(os.listdir())
        done = call(*words, code=code)
        lines = done.stderr.splitlines()
        assert len(lines) == 1 and done.stdout == "" and re.match("joulecast: " + pattern, lines[0]), (words, done)
        assert sorted(os.listdir()) == before


with tempfile.TemporaryDirectory() as temporary:
    os.chdir(temporary)
    for file_name, text in (("study.yaml", STUDY), ("together.yaml", TOGETHER), ("constant.yaml", CONSTANT),
                            ("s.csv", "model,ai_index\na,1\n")):
        with open(file_name, "w") as file:
            file.write(text)
    check_product()
    check_together()
    check_file()
    check_samples()
    check_threads()
    check_errors()
    os.chdir("/")
print("sensitivities are those of the closed forms")
