"""The command line: exit codes, one clear line per error, nothing left behind, help with examples."""
import json
import os
import pty
import re
import subprocess
import sys
import tempfile

joulecast, source = (os.path.abspath(path) for path in sys.argv[1:3])
STUDY = source + "/scenarios/oviedo2026-traditional.yaml"

GOOD = """\
joulecast: 1
queries: 1000
cases:
  one:
    workload: {input_tokens: 500, output_tokens: {exponential: {median: 300}, integer: true}}
    throughput: {form: log_linear, table: throughput_h100, model: Llama 3.1 405B, precision: FP8}
    node: {power: 10.2 kW, power_utilization: {lognormal: {p05: 0.4, p95: 0.9}}}
    hosting: {pue: {lognormal: {p05: 1.05, p95: 1.60}}}
"""

# What replaces what in GOOD; the exit code; what the one line must say after "joulecast: ".
BAD_SCENARIOS = [
    ("queries: 1000", "querys: 1000", 2, r"bad.yaml:2:1: querys: .*queries"),
    ("10.2 kW", "10.2 kg", 2, r"bad.yaml:7:19: cases.one.node.power: .*kg.*kW"),
    ("10.2 kW", "[10]", 2, r"bad.yaml:7:19: cases.one.node.power: "),
    ("p95: 1.60", "p95: 1.00", 2, r"bad.yaml:8:\d+: cases.one.hosting.pue: p95 \(1(\.00)?\) must be greater than p05"),
    ("input_tokens: 500", "input_tokens: -5", 2, r"bad.yaml:5:30: cases.one.workload.input_tokens: .*-5"),
    ("    throughput: {form: log_linear, table: throughput_h100, model: Llama 3.1 405B, precision: FP8}\n", "", 2,
     r"bad.yaml:4:3: cases.one: throughput.form is missing, for example"),
    ("Llama 3.1 405B", "Llama 9", 2, r"bad.yaml:6:\d+: cases.one.throughput.model: .*Llama 9.*throughput_h100"),
    ("throughput_h100", "missing_column.csv", 3, r".*missing_column.csv:1: column 'output_tokens' is missing"),
    ("throughput_h100", "not_a_number.csv", 3, r".*not_a_number.csv:3: throughput_tokens_per_s: 'nan'"),
    ("queries: 1000", "queries: 0", 2, r"bad.yaml:2:10: queries: "),
    ("input_tokens: 500", "input_tokens: 500\n     x: {", 2, r"bad.yaml:\d+:\d+: "),
    ("cases:", "blends: {b: {cases: [one], trim: [[0.5, 0.5001], [0, 1e-6]]}}\ncases:", 2,
     r"blend b: trim leaves less than 1e-09 of the queries"),
    ("joulecast: 1", "joulecast: 2", 2, r"bad.yaml:1:12: joulecast: "),
]

MISSING_COLUMN = "model,precision,input_tokens,throughput_tokens_per_s,source\nLlama 3.1 405B,FP8,1,2,x\n"
NOT_A_NUMBER = ("model,precision,input_tokens,output_tokens,throughput_tokens_per_s,source\n"
                "Llama 3.1 405B,FP8,100,100,2000,x\nLlama 3.1 405B,FP8,100,200,nan,x\n")

# A trim that is fine for many queries misses all of a few.
FEW = GOOD + """pathways: {same: {divide_by: 1}}
blends: {b: {cases: [one], trim: [[0.5, 0.5001]], pathways: [same]}}
"""

# Words after "joulecast"; {good} is a scenario, {result} a result file of it, {folder} a folder.
BAD_WORDS = [
    ([], 2, None),
    (["frobnicate"], 2, r"'frobnicate' is not a verb"),
    (["help", "frobnicate"], 2, r"help: 'frobnicate' is not one verb"),
    (["help", "--man", "run", "check"], 2, r"help: 'check' is not one verb"),
    (["run"], 2, r"run: a file is missing"),
    (["run", "{good}", "{good}"], 2, r"run: one file at a time"),
    (["run", "--colour", "{good}"], 2, r"run: there is no option '--colour'"),
    (["run", "{good}", "-n"], 2, r"run: a value is missing after '-n'"),
    (["run", "{good}", "-n", "0"], 2, r"--set queries=0: queries: "),
    (["run", "{good}", "-n", "many"], 2, r"--set queries=many: queries: .*'many'"),
    (["run", "{good}", "--seed", "-1"], 2, r"--set seed=-1: seed: "),
    (["run", "{good}", "--threads", "0"], 2, r"--threads: '0' is not"),
    (["run", "{good}", "--simd", "mmx"], 2, r"--simd: 'mmx' is not"),
    (["run", "{good}", "--compress", "0"], 2, r"--compress: '0' is not a level from 1 to 9"),
    (["run", "{good}", "--set", "cases.one.hosting.puo=1"], 2, r"--set cases.one.hosting.puo=1: .*pue"),
    (["run", "{folder}/absent.yaml"], 4, r"{folder}/absent.yaml: .*No such file"),
    (["run", "{good}", "-o", "{folder}/absent/x.h5"], 4, r"{folder}/absent/x.h5.partial: cannot create: No such"),
    (["run", "{good}", "-o", "{good}/x.h5"], 4, r"{good}/x.h5.partial: cannot create: Not a directory"),
    (["run", "{good}", "-o", "{folder}"], 4, r"{folder}: is a directory"),
    (["run", "{folder}/few.yaml", "-n", "10", "-o", "{folder}/x.h5"], 2,
     r"pathway same: the blend's trim leaves none of the queries of case one; more queries"),
    (["run", "{good}", "-o", ""], 4, r"the path of the result file is empty"),
    (["run", "{good}", "-o", "/dev/null", "--force"], 4, r"/dev/null: is not a regular file"),
    (["run", "{good}", "-o", "{result}"], 4, r"{result}: exists already; --force replaces it, and of a run --resume makes it longer"),
    (["run", "{good}", "-o", "{folder}/x.h5", "--set", "cases.one.node.power=1e9", "--set",
      "cases.one.throughput.form=constant", "--set", "cases.one.throughput.tokens_per_s=1e-30"], 2,
     r"case one: energy of query 0 is inf, one of 996 such values in queries 0 to 999; a finite number"),
    (["summary", "{folder}/absent.h5"], 4, r"{folder}/absent.h5: cannot open: No such"),
    (["summary", "{good}"], 5, r"{good}: not an HDF5 file"),
    (["summary", "{result}", "--quantiles", "0.5,2"], 2, r"--quantiles: '0.5,2' is not"),
    (["verify", "{good}"], 5, r"{good}: not an HDF5 file"),
    (["info", "{good}"], 5, r"{good}: not an HDF5 file"),
]


def call(words, folder):
    return subprocess.run([joulecast, *words], cwd=folder, capture_output=True, text=True)


def expect_failure(words, folder, code, pattern):
    before = {name: os.stat(os.path.join(folder, name)).st_mtime_ns for name in os.listdir(folder)}
    done = call(words, folder)
    assert done.returncode == code, (words, done.returncode, done.stderr)
    if pattern is not None:
        lines = done.stderr.splitlines()
        assert len(lines) == 1 and done.stdout == "", (words, done.stdout, done.stderr)
        assert re.match("joulecast: " + pattern, lines[0]), (words, lines[0], pattern)
    after = {name: os.stat(os.path.join(folder, name)).st_mtime_ns for name in os.listdir(folder)}
    assert after == before, (words, set(after) ^ set(before))


def write(folder, name, text):
    with open(os.path.join(folder, name), "w") as file:
        file.write(text)


def check_errors(folder):
    for old, new, code, pattern in BAD_SCENARIOS:
        assert old in GOOD
        write(folder, "bad.yaml", GOOD.replace(old, new, 1))
        expect_failure(["run", "bad.yaml", "-o", "never.h5"], folder, code, pattern)
        expect_failure(["check", "bad.yaml"], folder, code, pattern)
    names = {"good": folder + "/good.yaml", "result": folder + "/good.h5", "folder": folder}
    for words, code, pattern in BAD_WORDS:
        expect_failure([word.format(**names) for word in words], folder, code,
                       pattern and re.sub(r"\{(\w+)\}", lambda match: re.escape(names[match[1]]), pattern))


def check_run(folder):
    """The default name, the last lines, --force, --json, --quantiles, --summary-only."""
    done = call(["run", "good.yaml"], folder)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    assert "result file: good.h5" in done.stdout
    assert 'xarray.open_dataset("good.h5", group="cases/one").to_dataframe()' in done.stdout
    assert call(["run", "good.yaml", "--force"], folder).stdout == done.stdout
    table = call(["summary", "good.h5"], folder).stdout
    assert table and done.stdout.startswith(table)

    as_json = call(["run", "good.yaml", "--force", "--json"], folder).stdout
    assert as_json == call(["summary", "good.h5", "--json"], folder).stdout
    document = json.loads(call(["summary", "good.h5", "--json", "--quantiles", "0.001,0.5"], folder).stdout)
    energy = document["cases"]["one"]["energy"]
    assert list(energy["quantiles"]) == ["0.001", "0.5"] and energy["unit"] == "Wh"
    assert sorted(energy) == ["intervals", "max", "mean", "mean_error", "mean_interval", "min", "n", "quantiles", "sd", "unit"]
    assert document["blends"] == document["pathways"] == document["fleet"] == {}

    # Of the queries of a fleet there are the stored quantiles, and no others.
    with open(os.path.join(folder, "fleet.yaml"), "w") as file:
        file.write(GOOD + "fleet: {all: {mix: {one: {cases: [one]}}, demand: {queries_per_day: 1e6}}}\n")
    assert call(["run", "fleet.yaml"], folder).returncode == 0
    stored, chosen = (json.loads(call(["summary", "fleet.h5", "--json", *words], folder).stdout)["fleet"]["all"]
                      ["energy_per_query"]["quantiles"] for words in ([], ["--quantiles", "0.001,0.5,0.6"]))
    assert chosen == {"0.001": None, "0.5": stored["0.5"], "0.6": None}, (stored, chosen)
    os.remove(os.path.join(folder, "fleet.yaml"))
    os.remove(os.path.join(folder, "fleet.h5"))

    small = call(["run", "good.yaml", "--summary-only", "-o", "small.h5"], folder)
    assert 'group="summary/cases")' in small.stdout
    assert call(["summary", "small.h5", "--json"], folder).stdout == as_json
    check = json.loads(call(["check", "good.yaml", "--json", "-n", "1e9"], folder).stdout)
    assert check["queries"] == 1e9 and check["file_bytes"] > 4e9 and check["seconds"] > 0
    assert abs(check["throughput_fits"]["one"]["b0"] - 9.761963) < 1e-6
    assert "input" in call(["info", "good.h5"], folder).stdout
    os.remove(os.path.join(folder, "small.h5"))
    for queries in ("1", "2", "17"):  # of a study with trims and pathways
        done = call(["run", STUDY, "-n", queries, "--force", "-o", "few.h5"], folder)
        assert done.returncode == 0 and call(["verify", "few.h5"], folder).returncode == 0, done.stderr
    os.remove(os.path.join(folder, "few.h5"))


def check_fleet_value(folder):
    """An epistemic input has one value per run, which is told, and another one for another seed."""
    told = set()
    for seed in ("1", "2"):
        done = call(["run", "good.yaml", "--summary-only", "--force", "-o", "fleet.h5", "--seed", seed, "--set",
                     "cases.one.hosting.pue={uniform: {low: 1.1, high: 1.4}, varies: fleet}", "--set",
                     "store=[pue]"], folder)
        match = re.fullmatch(r"hosting.pue: one value for the whole fleet in this run, ([\d.]+) \(case one\)\n",
                             done.stderr)
        pue = json.loads(call(["summary", "fleet.h5", "--json"], folder).stdout)["cases"]["one"]["pue"]
        assert match and pue["min"] == pue["max"] and abs(pue["min"] - float(match[1])) < 1e-5
        assert 1.1 <= pue["min"] <= 1.4
        told.add(match[1])
    assert len(told) == 2
    os.remove(os.path.join(folder, "fleet.h5"))


def check_disk_full(folder):
    """A file that cannot grow: one line, exit 4, nothing left; for samples, and for the end of a file."""
    for queries, kilobytes in (("2e6", 2000), ("1e3", 20)):
        before = sorted(os.listdir(folder))
        done = subprocess.run(["sh", "-c", f"trap '' XFSZ; ulimit -f {2 * kilobytes}; exec \"$0\" \"$@\"", joulecast, "run",
                               "good.yaml", "-n", queries, "-o", "full.h5"], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 4, (queries, done.returncode, done.stderr)
        lines = done.stderr.splitlines()
        assert len(lines) == 1 and "File too large" in lines[0], lines
        assert sorted(os.listdir(folder)) == before


def check_trimmed_atoms(folder):
    """A pathway that changes nothing leaves what the trim leaves, also of values that repeat."""
    with open(os.path.join(folder, "atoms.yaml"), "w") as file:
        file.write(GOOD.replace("{exponential: {median: 300}, integer: true}",
                                "{discrete: {values: [0, 100, 200], weights: [6, 3, 1]}}")
                   + "pathways: {same: {divide_by: 1}}\n"
                   + "blends: {b: {cases: [one], trim: [[0.1, 0.9]], pathways: [same]}}\n")
    done = call(["run", "atoms.yaml", "-n", "1e6", "--summary-only", "--json", "-o", "atoms.h5"], folder)
    document = json.loads(done.stdout)
    blend, same = document["blends"]["b"]["energy"], document["pathways"]["b"]["same"]["energy"]
    assert blend["n"] == 800000 and abs(same["n"] - blend["n"]) < 800  # 1 in a thousand: what is left over
    assert blend["quantiles"]["0.5"] == same["quantiles"]["0.5"] == 0  # 5 of 8 are zeros
    assert abs(same["mean"] / blend["mean"] - 1) < 0.002
    assert abs(same["quantiles"]["0.75"] / blend["quantiles"]["0.75"] - 1) < 0.002
    os.remove(os.path.join(folder, "atoms.h5"))


def check_help(folder):
    general = call(["--help"], folder).stdout
    for verb in ("run", "check", "fit", "summary", "info", "verify", "bench", "rank", "sensitivity"):
        assert verb in general
        text = call([verb, "--help"], folder).stdout
        assert "example:\n  joulecast " + verb in text, text
        assert call(["help", verb], folder).stdout == text
    assert call(["help"], folder).stdout == general
    version = call(["--version"], folder).stdout
    assert re.match(r"joulecast \d+\.\d+\.\d+ \(", version)


def check_progress(folder):
    """A bar with rate and time left on a terminal; nothing with --quiet, and nothing in a short log."""
    words = [joulecast, "run", "good.yaml", "-n", "1e8", "--summary-only", "--force", "-o", "big.h5"]
    for extra in ([], ["--quiet"]):
        try:
            leader, follower = pty.openpty()
        except OSError as error:
            print("skipped: the progress bar:", error)
            return
        with subprocess.Popen(words + extra, cwd=folder, stdout=subprocess.DEVNULL, stderr=follower) as process:
            os.close(follower)
            shown = b""
            try:
                while piece := os.read(leader, 65536):
                    shown += piece
            except OSError:  # the other end is closed
                pass
        os.close(leader)
        assert process.returncode == 0
        pattern = rb"\r\[#* *\]  *\d+ %  [\d.e+]+ million queries/s  \d+ s left"
        assert bool(re.search(pattern, shown)) == (not extra), (extra, shown[:200])
    os.remove(os.path.join(folder, "big.h5"))


def check_full_device():
    with open("/dev/full", "w") as full:
        done = subprocess.run([joulecast, "--help"], stdout=full, stderr=subprocess.PIPE)
        assert done.returncode in (0, 4)
        done = subprocess.run([joulecast, "check", STUDY], stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 4 and "cannot write to the standard output" in done.stderr


with tempfile.TemporaryDirectory() as temporary:
    write(temporary, "good.yaml", GOOD)
    write(temporary, "few.yaml", FEW)
    write(temporary, "missing_column.csv", MISSING_COLUMN)
    write(temporary, "not_a_number.csv", NOT_A_NUMBER)
    write(temporary, "bad.yaml", "")
    check_run(temporary)
    check_errors(temporary)
    check_fleet_value(temporary)
    check_disk_full(temporary)
    check_trimmed_atoms(temporary)
    check_help(temporary)
    check_progress(temporary)
check_full_device()
print("the command line answers as documented")
