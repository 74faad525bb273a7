"""Pictures: each kind from a real run; the numbers drawn are those of the file; texts of a file stay texts; every refusal."""
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

import h5py

joulecast, source = (os.path.abspath(path) for path in sys.argv[1:3])
SVG = "{http://www.w3.org/2000/svg}"

STUDY = """\
joulecast: 1
title: Two models
seed: 11
queries: 4000
bands: {draws: 60, queries: 500}
defaults:
  workload: {input_tokens: 10, output_tokens: {exponential: {mean: 300}}}
  node: {power: 5 kW, power_utilization: {uniform: {low: 0.4, high: 0.6}}}
  hosting: {pue: {uniform: {low: 1.1, high: 1.5}, varies: fleet}}
cases:
  small: {label: Small model, throughput: {form: constant, tokens_per_s: 2000}}
  large: {label: Large model, throughput: {form: constant, tokens_per_s: 400}}
blends:
  both: {label: Both together, cases: [small, large], trim: [[0.05, 0.95]], pathways: [better]}
pathways:
  better: {label: Better software, divide_by: {uniform: {low: 1.5, high: 2.5}}}
fleet:
  now: {label: As it is, mix: {all: {cases: [small, large]}}, demand: {queries_per_day: 1e9}}
  more: {label: Large alone, like: now, mix: {all: {cases: [large]}}}
  less: {label: Small alone, like: now, mix: {all: {cases: [small]}}}
references:
  town: {label: A town, power: 20 MW, load: 80 %}
waterfall:
  steps: {label: Steps, steps: [now, more, less]}
"""
SWEEP = STUDY.split("bands:")[0] + "defaults:" + STUDY.split("defaults:")[1].split("blends:")[0] + """\
sweep:
  queries: 500
  parameters:
    power: {key: defaults.node.power, values: [2 kW, 4 kW, 6 kW]}
"""
MAP = SWEEP + "    load: {key: defaults.node.power_utilization, values: [0.25, 0.5]}\n"

# Everything that has a meaning for a shell, gnuplot or XML.
HOSTILE = ["';system('touch pwned1');'", "'.system(\"touch pwned2\").'", "`touch pwned3`", "a\n!touch pwned4\nquit\n",
           "@x $HOME #{/=90 X}^_~\\", "\"; set output 'pwned5' #", "%d %s %n 100 %", "<b>&amp;</b> ]]> <!-- &foo; -->",
           "''", "'", "\\", "\\'", "'''\\\n\\", "\u65e5\u672c \U0001f600 \u0416 \u00e9", "x" * 400, "- ' ' -"]


def run(*words, **more):
    return subprocess.run([joulecast, *map(str, words)], capture_output=True, text=True, timeout=60, **more)


def succeed(*words, **more):
    done = run(*words, **more)
    assert done.returncode == 0, (words, done.stderr)
    return done.stdout


def refuse(code, message, *words, **more):
    done = run(*words, **more)
    assert done.returncode == code and re.match("joulecast: " + message, done.stderr) \
        and done.stderr.count("\n") == 1, (words, done.returncode, done.stderr)


def write(name, text):
    with open(name, "w") as file:
        file.write(text)


def read(name):
    with open(name, "rb") as file:
        return file.read()


def quote(text):
    """A text as YAML has it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\x7f")


def close(a, b, relative=1e-4):
    return math.isclose(a, b, rel_tol=relative, abs_tol=1e-12)


def blocks(file, *words):
    """The blocks of data among gnuplot's commands: name, rows of numbers."""
    script = succeed("plot", file, "--script", *words)
    found = re.findall(r"^\$(\w+) << EOD\n(.*?)^EOD$", script, re.M | re.S)
    return {name: [[float(x) for x in line.split()] for line in lines.splitlines()] for name, lines in found}


def make_files():
    write("study.yaml", STUDY)
    write("sweep.yaml", SWEEP)
    write("map.yaml", MAP)
    succeed("run", "study.yaml", "--summary-only", "--quiet", "-o", "study.h5")
    succeed("sensitivity", "study.yaml", "--case", "large", "--quiet", "-o", "inputs.h5")
    succeed("sensitivity", "study.yaml", "--of", "mean", "--case", "both", "--draws", "64", "--quiet", "-o", "unknowns.h5")
    succeed("sweep", "sweep.yaml", "--quiet", "-o", "sweep.h5")
    succeed("sweep", "map.yaml", "--quiet", "-o", "map.h5")
    shutil.copy(source + "/scenarios/workloads/example-trace.csv", "trace.csv")


# File and kind, texts that must be in the picture.
PICTURES = [
    ("study.h5", "distributions", ["Two models", "Small model", "Both together", "energy per query [Wh]", "seed 11",
                                   "joulecast"]),
    ("study.h5", "pathways", ["Both together", "Better software", "energy per query [Wh]"]),
    ("study.h5", "exceedance", ["Small model", "Large model", "1 in 100", "energy per query [Wh]"]),
    ("study.h5", "fleet", ["As it is", "Large alone", "A town", "energy of the fleet [GWh/day]"]),
    ("study.h5", "bands", ["Both together", "energy per query [Wh]", "percentile of the queries", "mean"]),
    ("inputs.h5", "tornado", ["Large model: which input matters?", "workload.output_tokens", "energy [Wh]",
                              "share of the variance"]),
    ("unknowns.h5", "tornado", ["hosting.pue", "mean of energy [Wh]", "64 draws"]),
    ("sweep.h5", "sweep", ["power [kW]", "Small model", "energy per query [Wh]", "500 queries per case and point"]),
    ("map.h5", "map", ["power [kW]", "load", "Large model", "median of the energy per query [Wh]"]),
    ("trace.csv", "lengths", ["lognormal", "input tokens per query [tokens]", "output tokens per query [tokens]", "40 rows"]),
]


# What the one line must say, and what is asked for.
BAD_WORDS = [
    ("--kind pie: expected one of fleet, map", "study.h5", "--kind", "pie"),
    ("study.h5: it has nothing for a picture of kind tornado; there can be fleet, bands", "study.h5", "--kind", "tornado"),
    ("trace.csv: a picture of kind map needs a result file", "trace.csv", "--kind", "map"),
    ("there is no case or blend 'no'; there are: small, large, both", "study.h5", "--kind", "exceedance", "--case", "no"),
    ("there is no blend 'small'; there are: both", "study.h5", "--kind", "pathways", "--case", "small"),
    ("there is no waterfall 'no'", "study.h5", "--kind", "fleet", "--case", "no"),
    ("there is no sensitivity of no", "inputs.h5", "--case", "no"),
    ("there are no bands of energy of no", "study.h5", "--kind", "bands", "--case", "no"),
    ("the sweep has no energy of no", "sweep.h5", "--case", "no"),
    ("water is not in the file; there are: .*energy", "study.h5", "--kind", "exceedance", "--quantity", "water"),
    ("--quantity joy: there is no such quantity", "study.h5", "--quantity", "joy"),
    ("a picture of kind fleet has no quantity to choose", "study.h5", "--quantity", "energy"),
    ("a picture of kind bands has no statistic to choose", "study.h5", "--kind", "bands", "--statistic", "mean"),
    ("a picture of kind tornado has no room for more", "inputs.h5", "--case", "large", "--case", "large"),
    ("a picture of kind lengths has no case to choose", "trace.csv", "--case", "no"),
    ("--statistic p42: mean, median, sd or a quantile", "sweep.h5", "--statistic", "p42"),
]


def texts_of(path):
    root = xml.etree.ElementTree.parse(path).getroot()
    return [text.text or "" for text in root.iter(SVG + "text")]


def check_pictures():
    for file, kind, wanted in PICTURES:
        succeed("plot", file, "--kind", kind, "-o", "a.svg")
        succeed("plot", file, "--kind", kind, "-o", "b.svg", env={**os.environ, "DISPLAY": ":77", "HOME": os.getcwd()})
        assert read("a.svg") == read("b.svg"), (file, kind)
        texts = texts_of("a.svg")
        for text in wanted:
            assert any(text in there for there in texts), (file, kind, text, texts)
        # Nothing is outside of the picture, as far as its width is known.
        for x in re.findall(r"translate\((-?[\d.]+),", read("a.svg").decode()):
            assert 0 <= float(x) <= 680, (file, kind, x)
        ids = re.findall(r" id=['\"]([^'\"]*)", read("a.svg").decode())
        assert len(ids) == len(set(ids)), (file, kind)
        os.remove("a.svg")
        os.remove("b.svg")
    for name, start in (("a.png", b"\x89PNG\r\n"), ("a.pdf", b"%PDF-")):
        succeed("plot", "study.h5", "-o", name)
        assert read(name).startswith(start)
    assert succeed("plot", "map.h5") == "picture: map-map.svg\n" and os.path.exists("map-map.svg")
    assert succeed("plot", "study.h5") == "picture: study-fleet.svg\n"
    assert not [name for name in os.listdir() if name.endswith(".partial")]


def check_place():
    """The median is drawn where the axis says that it is."""
    succeed("plot", "study.h5", "--kind", "distributions", "--case", "large", "-o", "place.svg")
    svg = read("place.svg").decode()
    tic = {float(text): float(x) for x, text in re.findall(
        r'translate\(([\d.]+),[\d.]+\)"[^>]*text-anchor="middle">\s*<text>([\d.]+)</text>', svg)}
    (low, at_low), (high, at_high) = min(tic.items()), max(tic.items())
    drawn = float(re.search(r"stroke='rgb\(255, 255, 255\)'  d='M([\d.]+),", svg)[1])
    value = low * math.exp((drawn - at_low) / (at_high - at_low) * math.log(high / low))
    median = json.loads(succeed("summary", "study.h5", "--json"))["cases"]["large"]["energy"]["quantiles"]["0.5"]
    assert close(value, median, 0.01), (value, median, tic)


def check_distributions(summary):
    names = ["small", "large", "both"]
    found = {**summary["cases"], **summary["blends"]}
    ranks = blocks("study.h5", "--kind", "distributions")["ranks"]
    assert len(ranks) == 3
    for row, name in zip(ranks, names):
        wanted = [found[name]["energy"]["quantiles"][p] for p in ("0.05", "0.25", "0.5", "0.75", "0.95")]
        assert all(map(close, row[2:], wanted)), (name, row, wanted)
    ranks = blocks("study.h5", "--kind", "distributions", "--case", "both", "--case", "small")["ranks"]
    assert [close(row[4], found[name]["energy"]["quantiles"]["0.5"]) for row, name in zip(ranks, ["both", "small"])] == [True] * 2
    # The exponential distribution of 300 tokens by its logarithm is highest at its mean.
    curve = blocks("study.h5", "--kind", "distributions", "--case", "large")["all0"]
    top = min(curve, key=lambda point: point[1])[0]
    assert close(top, summary["cases"]["large"]["energy"]["mean"], 0.35), top
    pathway = blocks("study.h5", "--kind", "pathways")["ranks"]
    wanted = summary["pathways"]["both"]["better"]["energy"]["quantiles"]["0.5"]
    assert close(pathway[1][4], wanted), (pathway, wanted)


def check_exceedance(summary):
    data = blocks("study.h5", "--kind", "exceedance", "--case", "large")["curve0"]
    shares = sorted({1 - share for _, share in data})
    exact = json.loads(succeed("summary", "study.h5", "--json", "--quantiles", ",".join(f"{p:.12g}" for p in shares[1:])))
    quantiles = exact["cases"]["large"]["energy"]["quantiles"]
    for value, share in data[1:]:
        wanted = next(x for p, x in quantiles.items() if close(1 - float(p), share, 1e-5))
        assert close(value, wanted, 2e-3), (value, share, wanted)
    assert close(data[-1][1], 30 / 4000), data[-1]


def check_bands():
    data = blocks("study.h5", "--kind", "bands")
    with h5py.File("study.h5") as file:
        group = file["bands/blends"]
        band, mean = group["energy_band"][0], group["energy_mean_band"][0]
    for row, wanted in zip(data["quantiles"], band):
        assert all(map(close, row[2:], wanted)), (row, wanted)
    assert len(data["quantiles"]) == len(band) and all(map(close, data["mean"][0][1:], mean))


def check_tornado():
    for name, case in (("inputs.h5", "large"), ("unknowns.h5", "both")):
        with h5py.File(name) as file:
            group = file["sensitivity/" + case]
            total, first = group["total"][:], group["first_order"][:]
            bounds = group["total_bounds"][:]
        rows = blocks(name)["inputs"]
        order = sorted(range(len(total)), key=lambda j: -total[j])
        for row, j in zip(rows, order):
            assert close(row[1], first[j]) and close(row[4], total[j]), (name, row)
            assert close(row[5], bounds[j][0]) and close(row[6], bounds[j][1]), (name, row)


def check_sweeps():
    with h5py.File("sweep.h5") as file:
        energy, mean, quantile = (file["sweep/" + name][:] for name in ("energy", "energy_mean", "quantile"))
        power = file["sweep/power"][:]
    middle, low = list(quantile).index(0.5), list(quantile).index(0.25)
    for case in (0, 1):
        for point, row in enumerate(blocks("sweep.h5")[f"curve{case}"]):
            assert close(row[0], power[point]) and close(row[1], energy[point, case, middle]) \
                and close(row[2], energy[point, case, low]), row
    row = blocks("sweep.h5", "--statistic", "mean", "--case", "large")["curve0"][1]
    assert close(row[1], mean[1, 1]), row
    with h5py.File("map.h5") as file:
        energy = file["sweep/energy"][:]
    for case in (0, 1):
        for x, y, value, _ in blocks("map.h5")[f"cells{case}"]:
            assert close(value, energy[int(x), int(y), case, middle]), (x, y, value)
    # One case and two parameters: a curve for each value of the second.
    data = blocks("map.h5", "--kind", "sweep", "--case", "large")
    assert close(data["curve1"][2][1], energy[2, 1, 1, middle]), data


def check_fleet():
    fleets = json.loads(succeed("fleet", "study.h5", "--json"))["fleets"]
    day = {name: fleet["figures"]["energy_per_day"]["value"] for name, fleet in fleets.items()}
    rows = blocks("study.h5", "--kind", "fleet")["rows"]
    wanted = [(0, day["now"], 0), (day["now"], day["more"], 1), (day["more"], day["less"], 2), (0, day["less"], 0)]
    assert len(rows) == 4
    for row, (start, end, kind) in zip(rows, wanted):
        assert close(row[1], start) and close(row[2], end) and row[5] == kind, (row, start, end, kind)
    assert day["less"] < day["now"] < day["more"]


def check_lengths():
    fit = json.loads(succeed("fit", "trace.csv", "--json"))["variables"]
    data = blocks("trace.csv")
    with open("trace.csv") as file:
        lengths = [int(line.split(",")[-2]) for line in file.read().split("\n")[1:] if line]
    for v, name in enumerate(("input_tokens", "output_tokens")):
        shares = [row[3] * math.log(row[1] / row[0]) for row in data[f"bins{v}"]]
        assert close(sum(shares), 1, 1e-3), (name, sum(shares))
        # The lognormal family, third: the probability of all bins together.
        mu, sigma = (float(x) for x in re.findall(r"[\d.]+", fit[name]["families"]["lognormal"]["distribution"]))
        ends = data[f"bins{v}"][0][0], data[f"bins{v}"][-1][1]
        inside = [0.5 * math.erf((math.log(x) - mu) / sigma / math.sqrt(2)) for x in ends]
        lognormal = sum(row[6] * math.log(row[1] / row[0]) for row in data[f"bins{v}"])
        assert close(lognormal, inside[1] - inside[0], 1e-3), (name, lognormal)
    script = succeed("plot", "trace.csv", "--script")
    assert f"'{fit['input_tokens']['families']['lognormal']['ks']:.3f}'" in script
    assert len(lengths) == 40
    succeed("fit", "trace.csv", "--source", "here", "-o", "lengths.yaml")
    assert blocks("lengths.yaml") == data


def check_hostile():
    """No text of a file becomes a command, and none spoils the picture."""
    cases = "".join(f"  c{j}: {{label: {quote(text)}, throughput: {{form: constant, tokens_per_s: {1000 + 10 * j}}}}}\n"
                    for j, text in enumerate(HOSTILE))
    write("hostile.yaml", STUDY.split("cases:")[0].replace("title: Two models", "title: " + quote("".join(HOSTILE[:9])))
          + "cases:\n" + cases + "blends:\n  all: {label: \"'`touch pwned6`\", cases: [c0, c1]}\n")
    before = set(os.listdir()) | {"hostile.h5", "hostile.svg", "hostile.png"}
    succeed("run", "hostile.yaml", "--summary-only", "--quiet", "-n", "500", "-o", "hostile.h5")
    for kind in ("distributions", "exceedance"):
        succeed("plot", "hostile.h5", "--kind", kind, "--force", "-o", "hostile.svg")
        succeed("plot", "hostile.h5", "--kind", kind, "--force", "-o", "hostile.png")
        assert set(os.listdir()) == before, set(os.listdir()) - before
        texts = texts_of("hostile.svg")
        for text in ("`touch pwned3`", "%d %s %n 100 %", "'", "''", "\\'", "- ' ' -"):
            assert kind == "exceedance" or text in texts, (text, texts)
    odd = "'; system('touch pwned7') #\n.svg"
    succeed("plot", "hostile.h5", "--case", "c0", "-o", odd)
    os.remove(odd)
    assert set(os.listdir()) == before
    # So is the name of a trace.
    shutil.copy("trace.csv", "tr'ace`touch pwned8`.csv")
    succeed("plot", "tr'ace`touch pwned8`.csv", "-o", "odd.svg")
    assert "tr'ace`touch pwned8`.csv" in texts_of("odd.svg") and not os.path.exists("pwned8")


def check_published():
    """The picture in the repository is what the program draws."""
    succeed("run", source + "/scenarios/oviedo2026-traditional.yaml", "--summary-only", "--quiet", "-o", "oviedo2026-traditional.h5")
    succeed("plot", "oviedo2026-traditional.h5", "-o", "oviedo2026.svg")
    drawn, published = read("oviedo2026.svg").decode(), read(source + "/results/plots/oviedo2026.svg").decode()
    gnuplot = r"Produced by GNUPLOT (\S+)"
    if re.search(gnuplot, drawn)[1] != re.search(gnuplot, published)[1]:
        print("another version of gnuplot: the picture in the repository was not compared")
        return
    drawn, published = (re.sub(r"joulecast [\d.]+<|patchlevel \d+", "", svg) for svg in (drawn, published))
    assert drawn == published, "script/run plot oviedo2026-traditional.h5 -o results/plots/oviedo2026.svg --force"
    assert len(published) < 60000


def check_refusals():
    succeed("plot", "study.h5", "-o", "there.svg")
    before = read("there.svg")
    refuse(4, "there.svg: exists already; --force", "plot", "study.h5", "-o", "there.svg")
    refuse(4, "none/there.svg.partial: cannot create", "plot", "study.h5", "-o", "none/there.svg")
    refuse(2, "there.jpg: a picture ends with .svg, .png or .pdf", "plot", "study.h5", "-o", "there.jpg")
    for message, *words in BAD_WORDS:
        refuse(2, message, "plot", "--script", *words)
    refuse(4, "none.h5: cannot open", "plot", "none.h5")
    whole = read("study.h5")
    with open("cut.h5", "wb") as file:
        file.write(whole[:len(whole) // 2])
    refuse(5, "cut.h5: ", "plot", "cut.h5")
    with open("flipped.h5", "wb") as file:
        middle = whole.index(b"Two models") + 3
        file.write(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1:])
    refuse(5, "flipped.h5: ", "plot", "flipped.h5")
    write("empty.csv", "input_tokens,output_tokens\n")
    refuse(3, "empty.csv", "plot", "empty.csv")
    assert read("there.svg") == before and not [name for name in os.listdir() if name.endswith(".partial")]


def check_gnuplot():
    """What happens without it, and when it fails."""
    os.mkdir("bin")
    for path in ("", os.getcwd() + "/bin"):
        refuse(4, "gnuplot.* is not installed.*gnuplot-nox", "plot", "study.h5", "-o", "x.svg", env={**os.environ, "PATH": path})
    for body, message in (("echo ' ^' >&2; echo ' line 3: no ink' >&2; exit 1", "gnuplot failed: line 3: no ink"),
                          ("kill -9 $$", "gnuplot was ended by signal 9"), ("exit 0", "gnuplot failed: it did not say why")):
        write("bin/gnuplot", "#!/bin/sh\n" + body + "\n")
        os.chmod("bin/gnuplot", 0o755)
        path = os.getcwd() + "/bin:" + os.environ["PATH"]
        refuse(4, message, "plot", "study.h5", "-o", "x.svg", env={**os.environ, "PATH": path})
    assert not os.path.exists("x.svg") and not os.path.exists("x.svg.partial")


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    make_files()
    summary = json.loads(succeed("summary", "study.h5", "--json"))
    check_distributions(summary)
    check_exceedance(summary)
    check_bands()
    check_tornado()
    check_sweeps()
    check_fleet()
    check_lengths()
    check_gnuplot()
    help_text = succeed("plot", "--help")
    assert all(kind in help_text for _, kind, _ in PICTURES) and "gnuplot-nox" in help_text
    if shutil.which("gnuplot") is None:
        print("gnuplot is not installed: no picture was drawn")
        sys.exit(77)
    write(".gnuplot", "set terminal nothing\nthis is no command\n")
    check_pictures()
    check_place()
    check_hostile()
    check_refusals()
    check_published()
print(f"{len(PICTURES)} pictures, their numbers, {len(HOSTILE)} hostile texts")
