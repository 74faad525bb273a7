"""The reference of the scenario language has every key that the reader takes, and no other.

The table "Every key" of scenarios/README.md is compared with what the program lists when it meets an unknown key at that
place, and with every list of keys in the sources; parameters of distributions, units, and defaults likewise. Each
key is also explained on the page: it stands in code somewhere outside its own column.
"""
import glob
import os
import re
import subprocess
import sys
import tempfile

import yaml

joulecast, source = (os.path.abspath(path) for path in sys.argv[1:3])
WRONG = "zqzqzqzqzq"
# One of each, so that a place for a wrong key exists.
STUDY = """\
joulecast: 1
cases:
  a:
    workload: {input_tokens: 500, output_tokens: {exponential: {median: 300}}, batch_size: 8}
    throughput: {form: constant, tokens_per_s: 1000}
    node: {power: 10 kW, power_utilization: 0.5}
    hosting: {pue: 1.2}
"""
# What is set so that the reader comes to a place that is not a plain path; X is the wrong key, W a mapping with it.
PLACES = {
    "the file": [WRONG + "=1"],
    "cases.NAME.workload.binning": ["cases.a.workload.empirical=azure2023-code", "cases.a.workload.binning=W"],
    "cases.NAME.throughput.measurements[]": ["cases.a.throughput={form: maximum, measurements: [W]}"],
    "cases.NAME.throughput.configurations[]": ["cases.a.throughput={form: measured, configurations: [W]}"],
    "cases.NAME.throughput.architecture": ["cases.a.throughput={form: ideal, architecture: W}"],
    "cases.NAME.throughput.accelerator": ["cases.a.throughput={form: ideal, architecture: Llama 3.1 8B, accelerator: W}"],
    "VALUE": ["cases.a.hosting.pue=W"],
    "VALUE.discrete": ["cases.a.hosting.pue={discrete: W}"],
    "VALUE.empirical": ["cases.a.hosting.pue={empirical: W}"],
    "fleet.NAME.mix.NAME": ["fleet.f={mix: {r: W}}"],
    "fleet.NAME.demand": ["fleet.f={cases: {a: 100 %}, demand: W}"],
    "fleet.NAME.overheads.NAME": ["fleet.f={cases: {a: 100 %}, demand: {queries_per_day: 1}, overheads: {o: W}}"],
    "fleet.NAME.interventions.NAME": ["fleet.f={cases: {a: 100 %}, demand: {queries_per_day: 1}, interventions: {o: W}}"],
    "fleet.NAME.equivalences[]": ["fleet.f={cases: {a: 100 %}, demand: {queries_per_day: 1}, equivalences: [W]}"],
    "sweep.design.sobol": ["sweep={parameters: {p: {key: seed, from: 1, to: 9}}, design: {sobol: W}}"],
    "sweep.parameters.NAME, crossed or zipped": ["sweep={parameters: {p: {key: seed, X}}}"],
    "sweep.parameters.NAME, over ranges": ["sweep={parameters: {p: {key: seed, X}}, design: {sobol: {points: 4}}}"],
    "sweep.parameters.NAME, of a table": ["sweep={parameters: {p: {key: seed, X}}, design: {csv: points.csv}}"],
    "sweep.parameters.NAME.linear": ["sweep={parameters: {p: {key: seed, linear: W}}}"],
}
# Files of other kinds with a wrong key, and who reads them.
FILES = {
    "a fleet of stored files": ("fleet", "joulecast: 1\nresults: {a: none.h5}\nW: 1\n"),
    "a distribution file": ("check", "joulecast_distribution: 1\nW: 1\n"),
    "a variable of one": ("check", "joulecast_distribution: 1\nvariables: {input_tokens: {W: 1}}\n"),
    "joint of one": ("check", "joulecast_distribution: 1\nvariables: {input_tokens: {values: [1], weights: [1]}, "
                     "output_tokens: {values: [1], weights: [1]}}\njoint: {W: 1}\n"),
}
# Where one of some keys stands for a number or a distribution.
FORMS = {"cases.NAME.workload.batch_size", "cases.NAME.node.power_utilization"}

# What a key of the section throughput needs beside it.
FIT = "form: log_linear, table: throughput_h100, model: Llama 3.1 405B, precision: FP8"
BESIDE = {"cap": FIT, "residual_sd": FIT + ", residuals: query, degrees_of_freedom: 4",
          "degrees_of_freedom": FIT + ", residuals: query, residual_sd: 0.3", "tokens_per_s": "form: constant",
          "latency": "form: api, rate: 10", "rate": "form: api, latency: 1", "duration": "form: api",
          "accelerators": "form: ideal, architecture: Llama 3.1 8B, accelerator: RTX A6000",
          "prefill_speedup": "form: constant, tokens_per_s: 1000"}


def words(text):
    return re.findall(r"`([^`]+)`", text)


def table(page, heading):
    """The rows of the first table under a heading, as lists of cells."""
    text = page.split(f"\n## {heading}\n", 1)[1]
    lines = re.search(r"(?:^\|.*\n)+", text, re.M)[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def complaint(verb, file, settings=()):
    done = subprocess.run([joulecast, verb, file, *(word for setting in settings for word in ("--set", setting))],
                          capture_output=True, text=True, cwd=os.path.dirname(file))
    assert done.returncode in (2, 3), (file, settings, done)
    return done.stderr


def nested(path):
    """The setting that puts W there: below a section as a mapping, as what is there now may be a number."""
    keys, value = (path[:-2], "[W]") if path.endswith("[]") else (path, "W")
    keys = keys.split(".")
    for key in reversed(keys[4:]):
        value = f"{{{key}: {value}}}"
    return ".".join(keys[:4]) + "=" + value


def listed(place, folder):
    """The keys that the program expects at a place, as it says itself."""
    if place in FILES:
        verb, text = FILES[place]
        with open(folder + "/other.yaml", "w") as file:
            file.write(text.replace("W", WRONG))
        said = complaint(verb, folder + "/other.yaml") if verb == "fleet" else \
            complaint(verb, folder + "/study.yaml", ["cases.a.workload={empirical: other.yaml}"])
    else:
        path = re.sub(r"(\w+)\.NAME", lambda match: match[1] + ".a", place)
        settings = PLACES.get(place, [nested(path)])
        settings = [re.sub(r"\bX\b", WRONG + ": 1", re.sub(r"\bW\b", "{X}", setting)) for setting in settings]
        said = complaint("check", folder + "/study.yaml", settings)
    found = re.search(WRONG + r".*?expected one of: (.*)", said)
    assert found, (place, said)
    return set(found[1].split(", "))


def forms(place, keys, folder):
    """Those of the keys that the reader looks into, where there may also be a number or a distribution."""
    path = place.replace("NAME", "a")
    return {key for key in keys if f"{key}.{WRONG}: unknown key" in
            complaint("check", folder + "/study.yaml", [f"{path}={{{key}: {{{WRONG}: 1}}}}"])}


def lists_of_sources():
    """Every list of keys that a section is checked with."""
    for path in sorted(glob.glob(source + "/scenarios/*.c")):
        with open(path) as file:
            text = file.read()
        for found in re.finditer(r"static const char \*const (\w+)\[\] = \{(.*?)\};", text, re.S):
            name, keys = found[1], set(re.findall(r'"([^"]*)"', found[2]))
            rest = text[found.end():]
            if name == "names":
                rest = rest[:rest.index("\n}")]
            if re.search(r"(jc_field|check)_section\([^;]*\b" + name + r"\b", rest):
                yield os.path.basename(path), keys


def check_keys(page, folder):
    rows = {}
    for where, keys, about in table(page, "Every key"):
        rows[where.replace("`", "")] = set(words(keys)), about
    for place, (keys, _) in rows.items():
        expected = forms(place, keys, folder) if place in FORMS else listed(place, folder)
        assert expected == keys, (place, "read:", expected, "documented:", keys)
    documented = [keys for keys, _ in rows.values()]
    count = 0
    for path, keys in lists_of_sources():
        count += 1
        assert keys in documented, (path, keys, "is not in the table")
    assert count > 40, "the lists were not found"
    index = page.split("\n## Every key\n", 1)[1]
    text = page.replace(index, "")
    fenced = re.findall(r"```.*?```", text, re.S)
    inline = re.findall(r"`[^`]+`", re.sub(r"```.*?```", "", text, flags=re.S))
    told = set(re.findall(r"[\w-]+", " ".join(fenced + inline)))
    told |= {word for _, about in rows.values() for word in words(about)}
    for place, (keys, _) in rows.items():
        assert keys <= told, (place, "not explained:", keys - told)
    return len(rows), sum(len(keys) for keys in documented)


def check_distributions(page, folder):
    for kind, parameters in table(page, "Distributions"):
        kind = words(kind)[0]
        said = complaint("check", folder + "/study.yaml", [f"cases.a.hosting.pue={{{kind}: {{{WRONG}: 1}}}}"])
        found = re.search(WRONG + r": unknown key; " + kind + r" takes (.*)", said)
        if found:
            expected = set(re.findall(r"\w+", found[1])) - {"and", "or"}
            assert expected == set(words(parameters)), (kind, expected, parameters)


def check_ranges(page, folder):
    """The ranges and units of the keys of cases: what is at the end of one, or has no such unit, is refused."""
    section, count = "", 0
    study = folder + "/study.yaml"

    def refused(key, value):
        setting = f"cases.a.{section}.{key}={value}" if key not in BESIDE else \
            f"cases.a.{section}={{{BESIDE[key]}, {key}: {value}}}"
        done = subprocess.run([joulecast, "check", study, "--set", setting], capture_output=True, text=True)
        assert done.returncode == 0 or key in done.stderr, (setting, done.stderr)
        return done.returncode != 0

    for line in re.search(r"\| section \|.*\n(?:\|.*\n)+", page)[0].splitlines()[2:]:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        section = words(cells[0])[0] if cells[0] else section
        keys = words(cells[1])
        units, ranges = cells[3].split(";"), cells[4].split(";")
        for i, key in enumerate(keys if section not in ("tags", "interventions", "correlations") else []):
            unit = [name.strip() for name in units[min(i, len(units) - 1)].split(",")]
            limits = ranges[min(i, len(ranges) - 1)].strip() if len(keys) > 1 else ranges[0]
            good = {"0 to below 1": 0.5, "0 or more": 0}.get(limits, 1)
            bad = {"above 0": [0], "0 or more": [-1], "1 or more": [0], "whole, 1 or more": [0, 1.5],
                   "0 to below 1": [-0.1, 1], "above 0, at most 20": [0, 20.1]}.get(limits)
            if bad is None:
                assert limits in ("", "ascending"), (key, limits)
                continue
            count += 1
            assert not refused(key, good) and all(refused(key, value) for value in bad), (key, limits)
            for name in unit:
                assert name in ("", "1") or not refused(key, f"'{good} {name}'"), (key, name)
            assert refused(key, f"{good} parsec"), key
    assert count >= 15, count
    return count


def check_units(page):
    with open(source + "/scenarios/units.c") as file:
        text = file.read()
    text = text.split("dimensions[] = {", 1)[1].split("};", 1)[0]
    units = set(re.findall(r'\{ "([^"]+)", -?\d+ \}', text)) - {"token"}
    assert len(units) > 10, "the units were not found"
    told = set(re.split(r"[|,;`]\s*|\s", page))
    assert units <= told, ("units that the page does not have:", units - told)


def check_defaults(page, folder):
    """What the page says is there without being said, is in the resolved scenario."""
    said = {words(row[0])[0]: row[2] for row in table(page, "The file") if words(row[0])}
    subprocess.run([joulecast, "run", folder + "/study.yaml", "--quiet", "-o", folder + "/r.h5"], check=True,
                   capture_output=True)
    told = subprocess.run([joulecast, "info", folder + "/r.h5"], check=True, capture_output=True, text=True).stdout
    resolved = yaml.safe_load(told[told.index("\njoulecast: 1"):])
    assert float(said["seed"]) == resolved["seed"] and float(said["queries"]) == resolved["queries"]
    assert said["points"] == f"`{resolved['points']}`" and said["store"] == f"`[{resolved['store'][0]}]`"
    percent = [float(p) / 100 for p in re.findall(r"(\d+) %", said["quantiles"])]
    assert percent == resolved["quantiles"], (percent, resolved["quantiles"])
    assert resolved["name"] == resolved["title"] == "study"


with open(source + "/scenarios/README.md") as file:
    reference = file.read()
with tempfile.TemporaryDirectory() as temporary:
    with open(temporary + "/study.yaml", "w") as file:
        file.write(STUDY)
    with open(temporary + "/points.csv", "w") as file:
        file.write("p\n1\n")
    check_defaults(reference, temporary)
    check_distributions(reference, temporary)
    check_units(reference)
    print(check_ranges(reference, temporary), "ranges in order")
    print("{} places, {} keys in order".format(*check_keys(reference, temporary)))
