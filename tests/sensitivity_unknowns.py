"""Which unknown a band comes from, end to end: a product of lognormal unknowns, whose indices and swings are known;
the same draws as the bands; groups, forms and mixtures; the file in xarray; the same bytes from any threads."""
import json
import math
import os
import re
import statistics
import subprocess
import sys
import tempfile

import numpy
import xarray

joulecast, source = (os.path.abspath(path) for path in sys.argv[1:3])

# The energy of a query is PUE x power x tokens / throughput; the tokens alone vary between queries.
SIGMA = {"throughput.tokens_per_s": 0.4, "node.power": 0.1, "hosting.pue": 0.25}
MEDIAN = 1.2 * 10 * 0.5 / 1000 / 3.6
STUDY = """\
joulecast: 1
name: study
seed: 11
queries: 100000
quantiles: [0.95]
cases:
  product:
    workload: {input_tokens: 10, output_tokens: {exponential: {median: 100000}}}
    throughput: {form: constant, tokens_per_s: {lognormal: {median: 1000, sigma: 0.4}, varies: fleet}}
    node: {power: {lognormal: {median: 10, sigma: 0.1}, varies: fleet}, power_utilization: 0.5}
    hosting:
      pue: {lognormal: {median: 1.2, sigma: 0.25}, varies: fleet}
      carbon_intensity: {uniform: {low: 0.2, high: 0.6}, varies: fleet}
  larger: {like: product, node: {power_utilization: 0.8}}
  known:
    workload: {input_tokens: 10, output_tokens: 100}
    throughput: {form: constant, tokens_per_s: 1000}
    node: {power: 10, power_utilization: 0.5}
    hosting: {pue: 1.2, carbon_intensity: 0.4}
blends:
  both: {label: Both, cases: {product: 1, larger: 3}}
  product: {label: Called like a case, cases: [product, larger]}
"""
# One unknown alone: a number, a mixture, a choice of forms.
SINGLE = """\
joulecast: 1
cases:
  one:
    workload: {input_tokens: 10, output_tokens: 3600}
    throughput: {form: constant, tokens_per_s: 1000}
    node: {power: 1, power_utilization: 1}
    hosting: {pue: {lognormal: {median: 1.2, sigma: 0.25}, varies: fleet}}
"""
MIXTURE = "cases.one.hosting.pue={mixture: [{weight: 1, uniform: {low: 1, high: 1.1}}, {weight: 1, constant: 2}], varies: fleet}"
FORMS = ["cases.one.hosting.pue=1", "cases.one.throughput={tokens_per_s: 1000, alternatives: [{form: constant, weight: 9}, "
         "{form: constant, tokens_per_s: 500}]}"]


def run(verb, *words, code=0):
    done = subprocess.run([joulecast, verb, *words], capture_output=True, text=True)
    assert done.returncode == code, (verb, words, done.returncode, done.stderr)
    return done.stdout if code == 0 else done.stderr


def responses(*words):
    document = json.loads(run("sensitivity", *words, "--json", "--quiet"))
    assert document["format"] == "joulecast-sensitivity"
    return document["responses"]


def same(left, right):
    """But for the digits of JSON."""
    return math.isclose(float(left), float(right), rel_tol=1e-14)


def known(variances):
    """First-order and total indices of factors with these squared coefficients of variation."""
    whole = math.prod(1 + c for c in variances.values())
    return {name: (c / (whole - 1), c / (1 + c) * whole / (whole - 1)) for name, c in variances.items()}


def expect_close(estimate, truth):
    """Within twice the interval of 95 %: a false alarm in 10^4."""
    assert abs(estimate["value"] - truth) <= estimate["upper"] - estimate["lower"] + 1e-12, (estimate, truth)
    assert estimate["upper"] - estimate["lower"] < 0.1


def check_product():
    variances = {name: math.expm1(sigma**2) for name, sigma in SIGMA.items()}
    deviation = math.sqrt(sum(sigma**2 for sigma in SIGMA.values()))
    everything = responses("study.yaml", "--of", "mean", "--draws", "4096", "-n", "500")
    assert list(everything) == ["product", "larger", "both", "blend:product"]  # all that has something unknown
    for name, response in everything.items():
        assert (response["row"], response["rows"], response["queries"]) == ("draw", 4096, 500)
        assert (response["statistic"], response["method"]) == ("mean", "pick-freeze")
        found = response["inputs"]
        for unknown, (first, total) in known(variances).items():
            expect_close(found[unknown]["first_order"], first)
            expect_close(found[unknown]["total"], total)
            # A product of numbers whose P5 and P95 are known: the swing is exact but for float32 and the grid.
            sign = -1 if unknown.startswith("throughput") else 1
            for at, z in ("at_p05", -1.6448536269514722), ("at_p95", 1.6448536269514722):
                expected = response["at_medians"] * math.exp(z * SIGMA[unknown])
                assert abs(found[unknown][at] / expected - 1) < 1e-5, (name, unknown, at)
            assert abs(found[unknown]["rank_coefficient"] - sign * SIGMA[unknown] / deviation) < 0.03
        idle = found["hosting.carbon_intensity"]  # has no part in the energy: exactly nothing
        assert all(idle[index] == {"value": 0, "lower": 0, "upper": 0} for index in ("first_order", "total"))
        assert idle["at_p05"] == idle["at_p95"] == response["at_medians"]
        assert abs(response["sd"] / response["mean"] / math.sqrt(math.expm1(deviation**2)) - 1) < 0.08
    assert abs(everything["larger"]["mean"] / everything["product"]["mean"] - 1.6) < 1e-5
    assert everything["blend:product"]["mean"] < everything["both"]["mean"]
    carbon = responses("study.yaml", "--of", "p95", "--case", "product", "--quantity", "carbon", "--draws", "64", "-n", "64")
    assert set(carbon) == {"product", "blend:product"}
    assert carbon["product"]["inputs"]["hosting.carbon_intensity"]["total"]["value"] > 0.1

    found = responses("study.yaml", "--of", "p95", "--groups", "--case", "both", "--draws", "4096", "-n", "500")["both"]["inputs"]
    facility = (1 + variances["node.power"]) * (1 + variances["hosting.pue"]) - 1
    for group, (first, total) in known({"serving": variances["throughput.tokens_per_s"], "facility": facility}).items():
        expect_close(found[group]["first_order"], first)
        expect_close(found[group]["total"], total)
    assert set(found) == {"serving", "facility"} and found["facility"]["rank_coefficient"] is None
    assert found["serving"]["rank_coefficient"] < 0


def check_bands():
    """Set A has the draws of the bands, also where they are more than are computed at once."""
    draws = ["--draws", "2112", "-n", "64", "--quiet"]
    run("bands", "study.yaml", *draws, "-o", "bands.h5")
    new = responses("study.yaml", "--of", "p95", *draws)
    for group, names in ("cases", ["product", "larger"]), ("blends", ["both"]):
        stored = xarray.open_dataset("bands.h5", group=f"bands/{group}")
        for name in names:
            each = stored.energy_quantile.sel({group[:-1]: name, "quantile": 0.95}).values
            band = stored.energy_band.sel({group[:-1]: name, "quantile": 0.95})
            assert same(new[name]["p05"], band.sel(band=0.05)) and same(new[name]["p95"], band.sel(band=0.95))
            # The mean of both sets: set B is as large and another.
            mean, error = each.mean(), each.std() / math.sqrt(len(each))
            assert 1e-6 < abs(new[name]["mean"] - mean) / error < 4

    # Without new runs: the same first-order indices but for noise, the same coefficients from the same rows.
    old = responses("bands.h5", "--of", "p95")
    assert list(old) == list(new)
    for name, response in old.items():
        assert (response["method"], response["rows"], response["queries"]) == ("given-data", 2112, 64)
        assert same(response["p05"], new[name]["p05"]) and same(response["p95"], new[name]["p95"])
        for unknown, numbers in response["inputs"].items():
            theirs = new[name]["inputs"][unknown]
            first = numbers["first_order"]
            assert first["lower"] < theirs["first_order"]["upper"] and theirs["first_order"]["lower"] < first["upper"]
            assert abs(numbers["rank_coefficient"] - theirs["rank_coefficient"]) < 1e-9
            assert numbers["total"]["value"] is None and numbers["at_p05"] is None
    lines = run("sensitivity", "bands.h5", "--of", "mean", "--case", "both").split("\n\n")[1].splitlines()
    assert [line.split()[0] for line in lines[2:4]] == ["throughput.tokens_per_s", "hosting.pue"], lines
    # Without --of, its samples are looked for.
    assert "there are no samples of energy" in run("sensitivity", "bands.h5", code=3)


def check_single():
    """The only unknown explains all, and its swing is the band itself."""
    def one(*words):
        response = responses("single.yaml", "--of", "p50", "-n", "64", "--draws", "1024", *words)["one"]
        (name, numbers), = response["inputs"].items()
        assert numbers["first_order"]["value"] == numbers["total"]["value"] == 1
        return name, numbers, response

    name, numbers, response = one()
    normal = statistics.NormalDist(math.log(1.2), 0.25)
    assert name == "hosting.pue" and abs(response["at_medians"] / 1.2 - 1) < 1e-3 and response["r_squared"] == 1
    for at, probability in ("at_p05", 0.05), ("at_p95", 0.95):
        assert abs(math.log(numbers[at]) - normal.inv_cdf(probability)) < 1e-3  # of a sketch
        assert abs(math.log(numbers[at] / response[at[3:]])) < 4 * 0.25 * 2.1 / math.sqrt(1024)  # of random draws
    # Of several words, the draws are those of the band; its P95 is on the plateau of the constant.
    name, numbers, response = one("--set", MIXTURE)
    assert name == "hosting.pue" and numbers["rank_coefficient"] is None
    assert numbers["at_p95"] == response["p95"] and abs(numbers["at_p95"] - 2) < 2e-3
    assert abs(numbers["at_p05"] - response["p05"]) < 1e-3 and 1 < numbers["at_p05"] < 1.03
    # The slower form weighs one in ten: above P90.
    name, numbers, response = one(*(word for setting in FORMS for word in ("--set", setting)))
    assert name == "throughput.form" and numbers["at_p05"] == response["at_medians"] and numbers["rank_coefficient"] > 0
    assert abs(numbers["at_p95"] / numbers["at_p05"] - 2) < 2e-3


def check_coefficients():
    """All words of a fit are one unknown, of the serving; from a file they are told one by one."""
    study = f"{source}/scenarios/oviedo2026-honest.yaml"
    few = ["--draws", "128", "-n", "200", "--quiet"]
    found = responses(study, "--of", "mean", "--case", "llama-3.1-405b", *few)["llama-3.1-405b"]["inputs"]
    assert set(found) == {"node.power_utilization", "hosting.pue", "throughput/Llama 3.1 405B"}
    fit = found["throughput/Llama 3.1 405B"]
    assert fit["total"]["value"] > 0.1 and fit["rank_coefficient"] is None and fit["at_p95"] > 1.3 * fit["at_p05"]
    grouped = responses(study, "--of", "mean", "--case", "llama-3.1-405b", "--groups", *few)["llama-3.1-405b"]["inputs"]
    assert grouped["serving"]["total"] == fit["total"] and grouped["serving"]["at_p95"] == fit["at_p95"]
    run("bands", study, *few, "-o", "fits.h5")
    old = responses("fits.h5", "--of", "mean", "--case", "llama-3.1-405b")["llama-3.1-405b"]["inputs"]
    assert set(old) == {"node.power_utilization", "hosting.pue", *(f"throughput/Llama 3.1 405B/{k}" for k in range(4))}


def check_file():
    printed = run("sensitivity", "study.yaml", "--of", "mean", "--draws", "128", "-n", "64", "-o", "s.h5", "--quiet")
    again = run("sensitivity", "s.h5")
    assert printed.startswith(again) and "What the band of the mean comes from" in again
    assert "product: mean of energy on 4 unknowns, pick-freeze, 128 draws\n" in run("info", "s.h5")
    assert json.loads(run("sensitivity", "s.h5", "--json"))["responses"] == responses(
        "study.yaml", "--of", "mean", "--draws", "128", "-n", "64")
    found = responses("s.h5")
    for engine in ("h5netcdf", "netcdf4"):
        for name in ("both", "blend:product"):
            opened = xarray.open_dataset("s.h5", group=f"sensitivity/{name}", engine=engine)
            assert set(opened.sizes) == set(opened.coords) == {"input", "bound", "quantile"}
            attributes = opened.attrs
            assert (attributes["row"], attributes["statistic"], attributes["queries"]) == ("draw", "mean", 64)
            assert same(attributes["p05"], found[name]["p05"]) and "alone" in opened.response_at.attrs["long_name"]
            at = opened.response_at.sel(input="hosting.pue", quantile=0.05).item()
            assert same(at, found[name]["inputs"]["hosting.pue"]["at_p05"])
            assert numpy.isfinite(opened.total).all()


def check_threads():
    def digests(*options):
        run("sensitivity", "study.yaml", "--of", "p95", "--draws", "1088", "-n", "70", "--quiet", "--force", "-o", "t.h5", *options)
        return {name: digest for name, digest in json.loads(run("verify", "t.h5", "--json"))["sha256"].items()
                if name.startswith("/sensitivity/")}

    expected = digests("--threads", "1")
    assert len(expected) == 4 * 9
    for options in (["--threads", "2"], ["--threads", "5"], ["--simd", "sse2"]):
        assert digests(*options) == expected, options
    assert digests("--seed", "9")["/sensitivity/both/total"] != expected["/sensitivity/both/total"]


CONSTANTS = ["--set", "cases.one.hosting.pue=1"]
BAD_WORDS = [
    (["single.yaml", "--of", "mean", *CONSTANTS], 2, "nothing is unknown: no input says 'varies: fleet', no fit"),
    (["study.yaml", "--of", "mean", "--case", "known"], 2, "case known: nothing of it is unknown"),
    (["study.yaml", "--of", "mean", "--case", "absent"], 2, "--case: study has no case or blend 'absent'"),
    (["study.yaml", "--case", "both"], 2, "--case: study has no case 'both'"),
    (["study.yaml", "--of", "mean", "--quantity", "water"], 2, "no case has water and something unknown"),
    (["study.yaml", "--of", "mean", "--quantity", "water", "--case", "both"], 2, "blend both: there is no water"),
    (["study.yaml", "--of", "p100"], 2, "--of: 'p100' is not a statistic, such as mean, p50 or p99.9"),
    (["study.yaml", "--of", "median"], 2, "--of: 'median' is not a statistic"),
    (["study.yaml", "--of", "p1.2.3"], 2, "--of: 'p1.2.3' is not a statistic"),
    (["study.yaml", "--of", "mean", "--draws", "100"], 2, "--draws: '100' is not a multiple of 64"),
    (["study.yaml", "--of", "mean", "-n", "1"], 2, "-n: a draw needs 2 queries or more"),
    (["study.yaml", "--draws", "64"], 2, "sensitivity: --draws are those of the unknowns, which only --of asks for"),
    (["study.yaml", "--of", "mean", "--draws", "64", "-n", "64", "-o", "s.h5"], 4, "s.h5: exists already"),
    (["bands.h5", "--of", "p33"], 3, "bands.h5: product: there are no bands of p33; run it with 0.33 in quantiles:"),
    (["bands.h5", "--of", "mean", "--quantity", "carbon"], 3, "bands.h5: product: there are no bands of carbon"),
    (["bands.h5", "--of", "mean", "--groups"], 2, "sensitivity: --groups needs a scenario"),
    (["bands.h5", "--of", "mean", "--draws", "64"], 2, "sensitivity: --draws needs a scenario"),
    (["plain.h5", "--of", "mean"], 3, "plain.h5: it has no bands; 'joulecast bands SCENARIO' makes them"),
    (["s.h5", "--of", "mean"], 2, "sensitivity: --case, --quantity and --of need a scenario, samples or bands; s.h5"),
]


def check_errors():
    run("run", "study.yaml", "-n", "100", "--quiet", "-o", "plain.h5")
    for words, code, pattern in BAD_WORDS:
        before = sorted(os.listdir())
        lines = run("sensitivity", *words, code=code).splitlines()
        assert len(lines) == 1 and re.match("joulecast: " + pattern, lines[0]), (words, lines)
        assert sorted(os.listdir()) == before


with tempfile.TemporaryDirectory() as temporary:
    os.chdir(temporary)
    for file_name, text in ("study.yaml", STUDY), ("single.yaml", SINGLE):
        with open(file_name, "w") as file:
            file.write(text)
    check_product()
    check_bands()
    check_single()
    check_coefficients()
    check_file()
    check_threads()
    check_errors()
    os.chdir("/")
print("unknowns matter as much as the closed forms say")
