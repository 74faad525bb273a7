"""Sweeps from end to end: the array has the very numbers of separate runs, for every design; failed points; the same
bytes from any threads, and after a kill; longer designs; every refusal; memory."""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import numpy
import xarray

joulecast, source = (os.path.abspath(path) for path in sys.argv[1:3])

STUDY = """\
joulecast: 1
name: study
queries: 30000
store: [energy, water]
quantiles: [0.9]
defaults:
  workload: {input_tokens: 500, output_tokens: {exponential: {median: 300}}}
  throughput: {form: constant, tokens_per_s: 5200}
  node: {power: 10.2 kW, power_utilization: {lognormal: {p05: 0.4, p95: 0.9}}}
  hosting: {pue: 1.2, wue_site: 0.3, wue_source: 3}
cases:
  a: {}
  b.c: {throughput: {tokens_per_s: {uniform: {low: 2000, high: 3000}}}}
blends:
  both: {cases: {a: 3, b.c: 1}}
  middle: {cases: [a, b.c], trim: [[0.1, 0.9]]}
"""
CROSSED = STUDY + """\
sweep:
  parameters:
    pue: {key: defaults.hosting.pue, values: [1.1, 120 %, 1.4]}
    power: {key: cases.b.c.node.power, linear: {from: 9000 W, to: 11 kW, n: 3}}
    answers:
      key: defaults.workload.output_tokens
      values: {short: 100, long: {lognormal: {p05: 100, p95: "2000"}, integer: true}}
"""
POINTS = "pue,kilowatts,answers\n1.1,8 kW,100\n1.3,9 kW,{exponential: {mean: 50}}\n1.1,9.5 kW,200\n"
RANGES = """\
sweep:
  parameters:
    pue: {key: defaults.hosting.pue, from: 1.1, to: 1.6}
    power: {key: defaults.node.power, label: rated power, from: 8 kW, to: 12 kW}
    answer: {key: defaults.workload.output_tokens.exponential.median, from: 30, to: 3000, scale: log, integer: true}
"""
# So many queries that points take turns, block by block; and so few that threads take points.
BIG = """\
sweep:
  queries: 17000000
  parameters: {pue: {key: defaults.hosting.pue, values: [1.1, 1.2]}}
"""
SLOW = """\
sweep:
  queries: 2000000
  parameters: {pue: {key: defaults.hosting.pue, linear: {from: 1.1, to: 2, n: 40}}}
"""
ENGINES = ("h5netcdf", "netcdf4")
SHORT = "JOULECAST_SHORT" in os.environ  # under sanitizers, which are slow


def run(*arguments, code=0):
    done = subprocess.run([joulecast, *arguments], capture_output=True, text=True, timeout=600)
    assert done.returncode == code, (arguments, done.returncode, done.stdout[-300:], done.stderr)
    return done.stdout if code == 0 else done.stderr


def warned(*arguments):
    """What a command that succeeds says on stderr."""
    done = subprocess.run([joulecast, *arguments], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, (arguments, done.stderr)
    return done.stderr


def write(path, *texts):
    with open(path, "w") as file:
        file.write("".join(texts))
    return path


def sweep(path, engine="h5netcdf"):
    return xarray.open_dataset(path, group="sweep", engine=engine)


def digests(path):
    """Those of all datasets, apart from the study's own text."""
    return [line for line in run("verify", path).splitlines() if "/provenance/" not in line]


def check_agreement(data, study, point, settings, queries=30000):
    """A point of the sweep has what a run with its settings has, bit for bit."""
    run("run", study, "-n", str(queries), "--summary-only", "-o", "one.h5", "--force",
        *(word for setting in settings for word in ("--set", setting)))
    compared = 0
    for of, prefix in (("cases", ""), ("blends", "blend_")):
        one = xarray.open_dataset("one.h5", group="summary/" + of)
        for quantity in ("energy", "water"):
            assert numpy.array_equal(one[quantity], point[prefix + quantity], equal_nan=True)
            assert numpy.array_equal(one[quantity + "_bounds"], point[prefix + quantity + "_bounds"], equal_nan=True)
            for moment in ("n", "mean", "mean_error", "sd", "min", "max"):
                assert numpy.array_equal(one[quantity + "_moments"].sel(moment=moment),
                                         point[f"{prefix}{quantity}_{moment}"], equal_nan=True), (quantity, moment)
                compared += 1
            assert point[prefix + quantity].dims == (of[:-1], "quantile")
        one.close()
    assert compared == 24


def crossed():
    study = write("crossed.yaml", CROSSED)
    told = run("sweep", study, "-o", "crossed.h5")
    assert "18 points (crossed)" in told and 'group="sweep"' in told and not os.path.exists("crossed.h5.journal")
    for engine in ENGINES:
        data = sweep("crossed.h5", engine)
        assert data.energy.dims == ("pue", "power", "answers", "case", "quantile")
        assert data.blend_energy_mean.dims == ("pue", "power", "answers", "blend")
        assert data.pue.values.tolist() == [1.1, 1.2, 1.4] and data.power.values.tolist() == [9, 10, 11]
        assert data.answers.values.tolist() == ["short", "long"] and data.power.units == "kW" and data.pue.units == "1"
        assert data.energy.units == "W h" and data.energy_n.units == "1" and data.power.key == "cases.b.c.node.power"
        assert data.energy.sel(pue=1.2, power=10, answers="long", case="a", quantile=0.5).item() > 0
        assert (data.status == 0).all() and (data.message == "computed").all()
        assert len(set(data.digest.values.ravel().tolist())) == 18
    for pue, power, answers, text in ((1.1, 9, "short", "100"), (1.2, 11, "long", "{lognormal: {p05: 100, p95: 2000}, integer: true}")):
        check_agreement(data, study, data.sel(pue=pue, power=power, answers=answers),
                        [f"defaults.hosting.pue={pue}", f"cases.b.c.node.power={power} kW",
                         f"defaults.workload.output_tokens={text}"])
    # Common random numbers: energy is proportional to PUE, query by query.
    mean = data.energy_mean.sel(case="a", answers="long")
    assert numpy.allclose(mean.sel(pue=1.4) / mean.sel(pue=1.1), 1.4 / 1.1, rtol=1e-6)
    for threads in ("1", "2", "5"):
        run("sweep", study, "-o", "again.h5", "--force", "--threads", threads)
        assert digests("again.h5") == digests("crossed.h5"), threads
    # A plain run of the study does not know of the sweep, and its resolved scenario does neither.
    run("run", study, "-n", "1000", "--summary-only", "-o", "plain.h5")
    assert "sweep" not in xarray.open_dataset("plain.h5", group="provenance").scenario.item()


def stored():
    assert run("sweep", "crossed.h5") == run("sweep", "crossed.yaml", "-o", "print.h5").split("\nresult file")[0]
    document = json.loads(run("sweep", "crossed.h5", "--json"))
    data = sweep("crossed.h5")
    assert document["format"] == "joulecast-sweep" and len(document["points"]) == 18
    point = document["points"][7]
    assert point["parameters"] == {"pue": 1.2, "power": 9, "answers": "long"} and point["status"] == "computed"
    for name, array in (("cases", data.energy), ("blends", data.blend_energy)):
        for member, of in point[name].items():
            for p, value in of["energy"]["quantiles"].items():
                expected = array.sel(pue=1.2, power=9, answers="long", quantile=float(p)).sel({name[:-1]: member}).item()
                assert abs(value / expected - 1) < 1e-14
    assert "water" not in point["blends"]["middle"] and "water" in point["blends"]["both"]
    provenance = xarray.open_dataset("crossed.h5", group="provenance")
    write("stored.yaml", provenance.study.item())
    run("sweep", "stored.yaml", "-o", "stored.h5")
    assert digests("stored.h5") == digests("crossed.h5")
    assert "has no cases; 'joulecast sweep crossed.h5'" in run("summary", "crossed.h5", code=3)
    assert "--set needs a scenario" in run("sweep", "crossed.h5", "--set", "seed=2", code=2)
    assert "has a sweep and neither samples nor sensitivities" in run("sensitivity", "crossed.h5", code=3)
    assert "it has no bands" in run("bands", "crossed.h5", code=2)
    assert "it has no sweep" in run("sweep", "plain.h5", code=2)


def beside_fleets():
    """A fleet wants the time of nodes, which not all points need to have; the file keeps what `store` says."""
    fleets = "fleet: {f: {cases: {a: 1}, demand: {queries_per_day: 1}}}\n"
    forms = "throughput, values: {fast: {form: constant, tokens_per_s: 9000}, outside: {form: api, rate: 50, latency: 1}}"
    study = write("fleets.yaml", STUDY, fleets, "sweep: {parameters: {node_time: {key: cases.a.", forms, "}}}\n")
    run("sweep", study, "-o", "fleets.h5", "--quiet")
    data = sweep("fleets.h5")
    assert list(data.node_time.values) == ["fast", "outside"] and "node_time_mean" not in data
    run("run", write("outside.yaml", STUDY, fleets), "--set", "cases.a.throughput={form: api, rate: 50, latency: 1}", "-o", "outside.h5", "--quiet")
    mean = json.loads(run("summary", "outside.h5", "--json"))["cases"]["a"]["energy"]["mean"]
    assert data.energy_mean.sel(node_time="outside", case="a").item() == mean


def unstructured():
    write("points.csv", POINTS)
    lists = "sweep:\n  parameters:\n    pue: {key: defaults.hosting.pue, values: [1.1, 1.3, 1.1]}\n" \
            "    power: {key: defaults.node.power, values: [8 kW, 9 kW, 9.5 kW]}\n" \
            "    answers: {key: defaults.workload.output_tokens, values: ['100', '{exponential: {mean: 50}}', '200']}\n"
    columns = "sweep:\n  design: {csv: points.csv}\n  parameters:\n    pue: {key: defaults.hosting.pue}\n" \
              "    power: {key: defaults.node.power, column: kilowatts}\n    answers: {key: defaults.workload.output_tokens}\n"
    zipped = STUDY + lists.replace("'100'", "100").replace("'{exponential: {mean: 50}}'", "150").replace("'200'", "200") + "  design: zipped\n"
    run("sweep", write("zipped.yaml", zipped), "-o", "zipped.h5")
    run("sweep", write("csv.yaml", STUDY, columns), "-o", "csv.h5")
    for engine in ENGINES:
        data = sweep("zipped.h5", engine)
        assert data.energy.dims == ("point", "case", "quantile") and data.sizes["point"] == 3
        assert {"pue", "power", "answers"} < set(data.coords) and data.pue.dims == ("point",)
        assert data.pue.values.tolist() == [1.1, 1.3, 1.1] and data.answers.values.tolist() == [100, 150, 200]
        data = sweep("csv.h5", engine)
        assert data.power.values.tolist() == [8, 9, 9.5] and data.power.units == "kW"
        assert data.answers.values.tolist() == ["100", "{exponential: {mean: 50}}", "200"]
    check_agreement(data, "csv.yaml", data.sel(point=1),
                    ["defaults.hosting.pue=1.3", "defaults.node.power=9", "defaults.workload.output_tokens={exponential: {mean: 50}}"])
    same = sweep("zipped.h5").sel(point=2)
    assert numpy.array_equal(same.energy, data.energy.sel(point=2)) and data.energy.attrs["units"] == "W h"
    assert any(line.endswith("points.csv") for line in xarray.open_dataset("csv.h5", group="provenance").attrs["inputs"])


def designs():
    for kind, n in (("latin-hypercube", 50), ("sobol", 64)):
        study = write("design.yaml", STUDY, RANGES, f"  queries: 1000\n  design: {{{kind}: {{points: {n}}}}}\n")
        run("sweep", study, "-o", kind + ".h5")
        data = sweep(kind + ".h5")
        assert data.sizes["point"] == n and data.queries == 1000 and data.power.long_name == "rated power"
        # One point in each of n equal parts of every range, up to the digits that a number is rounded to.
        for name, share in (("pue", (data.pue - 1.1) / 0.5), ("power", (data.power - 8) / 4)):
            assert sorted((share.values * n).astype(int).tolist()) == list(range(n)), name
        assert (data.answer == data.answer.round()).all() and data.answer.min() < 40 and data.answer.max() > 2200
        last = data.isel(point=n - 1)
        check_agreement(data, study, last, [f"defaults.hosting.pue={last.pue.item()!r}", f"defaults.node.power={last.power.item()!r}",
                                            f"defaults.workload.output_tokens.exponential.median={last.answer.item()!r}"], 1000)
        labels = xarray.open_dataset(kind + ".h5", group="provenance").attrs["stream_labels"]
        assert {"sweep.pue", "sweep.power", "sweep.answer"} < set(labels)
    longer = write("design.yaml", STUDY, RANGES, "  queries: 1000\n  design: {sobol: {points: 100}}\n")
    assert "64 of 100 points were there already" in warned("sweep", longer, "-o", "sobol.h5", "--resume")
    run("sweep", longer, "-o", "fresh.h5")
    assert digests("sobol.h5") == digests("fresh.h5")
    steps = write("steps.yaml", STUDY, """\
sweep:
  queries: 100
  parameters:
    batch: {key: defaults.workload.batch_size, log: {from: 1, to: 256, n: 9}}
    pue: {key: defaults.hosting.pue, linear: {from: 1, to: 2, n: 11}}
    half: {key: seed, log: {from: 10, to: 1000, n: 4}, integer: true}
""")
    run("sweep", steps, "-o", "steps.h5")
    data = sweep("steps.h5")
    assert data.batch.values.tolist() == [2.0**k for k in range(9)] and data.half.values.tolist() == [10, 46, 215, 1000]
    assert data.pue.values.tolist() == [1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2]


def failures():
    # At 1e-40 tokens/s the energy is more than a number can be; the other one is refused before it is computed.
    study = write("failing.yaml", STUDY, """\
sweep:
  parameters:
    pue: {key: defaults.hosting.pue, values: [1.1, 0, 4]}
    tokens: {key: cases.a.throughput.tokens_per_s, values: [1000, 1e-37]}
""")
    told = warned("sweep", study, "-o", "failing.h5")
    assert "4 of 6 points failed" in told and "and 1 more" in told
    assert "point 2 (pue 0, tokens 1000): --set defaults.hosting.pue=0: " in told and "pue: 0 found, must be greater than 0" in told
    data = sweep("failing.h5")
    assert data.status.values.tolist() == [[0, 1], [1, 1], [0, 1]] and data.status.flag_meanings == "computed failed"
    assert data.message[0, 1].item().startswith("point 1 (pue 1.1, tokens 1e-37): case a: energy of query 0 is inf")
    assert numpy.isnan(data.energy.sel(pue=0)).all() and not numpy.isnan(data.energy[0, 0]).any()
    assert "failed" in run("sweep", "failing.h5")
    # A failed point is tried again, and the file stays as it is when it fails again.
    before = open("failing.h5", "rb").read()
    assert "nothing to do" in warned("sweep", study, "-o", "failing.h5", "--resume") and open("failing.h5", "rb").read() == before
    all_fail = write("all.yaml", STUDY, "sweep: {parameters: {pue: {key: defaults.hosting.pue, values: [-1, 0]}}}\n")
    error = run("sweep", all_fail, "-o", "all.h5", code=2)
    assert "all 2 points failed; the first one: point 0 (pue -1)" in error
    assert not os.path.exists("all.h5") and not os.path.exists("all.h5.journal")
    useless = write("useless.yaml", STUDY, "sweep: {parameters: {tps: {key: defaults.throughput.tokens_per_s, values: [1, 2]}}}\n")
    assert "warning" not in warned("sweep", useless, "-o", "useless.h5")
    useless = write("useless.yaml", open(useless).read().replace("  a: {}", "  a: {throughput: {tokens_per_s: 7}}"))
    assert "only 1 of 2 points differ" in warned("sweep", useless, "-o", "useless.h5", "--force")
    shape = write("shape.yaml", STUDY, "sweep: {parameters: {more: {key: cases.d.like, values: [a]}}}\n")
    assert "its cases and blends are not those of the study" in run("sweep", shape, "-o", "shape.h5", code=2)


def kill_and_resume():
    study = write("slow.yaml", STUDY, SLOW)
    run("sweep", study, "-o", "whole.h5", "--quiet")
    for n_killed in range(2):
        process = subprocess.Popen([joulecast, "sweep", study, "-o", "killed.h5", "--quiet", "--threads", "2",
                                    *(["--resume"] if n_killed else [])], stdout=subprocess.DEVNULL)
        first = os.path.getsize("killed.h5.journal") if n_killed else 0
        deadline = time.time() + 60
        while time.time() < deadline and process.poll() is None and (
                not os.path.exists("killed.h5.journal") or os.path.getsize("killed.h5.journal") < first + 2500):
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL and not os.path.exists("killed.h5")
    assert "an unfinished sweep has left it; --resume goes on" in run("sweep", study, "-o", "killed.h5", code=4)
    other = write("other.yaml", STUDY, SLOW.replace("2000000", "1000"))
    assert "the journal of another study" in run("sweep", other, "-o", "killed.h5", "--resume", code=2)
    # A torn record at the end, and a damaged one: it and what follows is computed again.
    shutil.copy(source + "/models/data/throughput_h100.csv", "table.csv")
    measured = write("measured.yaml", f"joulecast: 1\nextends: {source}/scenarios/oviedo2026-traditional.yaml\nsweep: {{"
                     "queries: 200, parameters: {overhead: {key: defaults.hosting.pue, values: [1.1, 1.2]}}}\n")
    for code in (6, 2):  # of another table
        done = run("sweep", measured, "--set", "defaults.throughput.table=table.csv", "-o", "table.h5", "--resume",
                   *(["--max-time", "1e-9"] if code == 6 else []), code=code)
        open("table.csv", "a").write("\n")
    assert "the journal of another study" in done
    bytes_ = open("killed.h5.journal", "rb").read()
    damaged = bytearray(bytes_[:-5])
    damaged[-1500] ^= 1
    open("killed.h5.journal", "wb").write(damaged)
    told = warned("sweep", study, "-o", "killed.h5", "--resume")
    found = re.search(r"(\d+) of 40 points were there already", told)
    assert found and 1 <= int(found[1]) < 40, told
    assert digests("killed.h5") == digests("whole.h5") and not os.path.exists("killed.h5.journal")
    assert "nothing to do" in warned("sweep", study, "-o", "killed.h5", "--resume")
    assert "holds another scenario" in run("sweep", other, "-o", "killed.h5", "--resume", code=2)
    assert "exists already" in run("sweep", study, "-o", "killed.h5", code=4)
    open("no.h5.journal", "w").write("joulecast sweep journal 2\n" + 100 * "x")
    assert "is not the journal of a sweep" in run("sweep", study, "-o", "no.h5", "--resume", code=5)
    # Nor is a short file of somebody else's written over.
    write("no.h5.journal", "my diary\n")
    for options in [], ["--resume"]:
        assert "is not the journal of a sweep" in run("sweep", study, "-o", "no.h5", *options, code=5)
    assert open("no.h5.journal").read() == "my diary\n" and not os.path.exists("no.h5")
    # Other names of the same points are no reason to compute, but to write.
    names = "sweep: {queries: 1000, parameters: {pue: {key: defaults.hosting.pue, values: {%s: 1.1, high: 1.4}}}}\n"
    for name, told in ("low", ""), ("little", "2 of 2 points were there already"), ("little", "nothing to do"):
        text = warned("sweep", write("names.yaml", STUDY, names % name), "-o", "names.h5", "--resume")
        assert told in text and list(sweep("names.h5").pue.values) == [name, "high"], text
    study = write("big.yaml", STUDY, BIG)
    for threads in ("1", "3"):
        run("sweep", study, "-o", f"big{threads}.h5", "--threads", threads)
    assert digests("big1.h5") == digests("big3.h5")


def refusals():
    cases = [
        ("sweep: {}", r"sweep: parameters is missing"),
        ("sweep: {parameters: {}}", r"sweep.parameters: 0 parameters, 1 to 16 are possible"),
        ("sweep: {points: 3}", r"sweep.points: unknown key"),
        ("sweep: {parameters: {p: {values: [1]}}}", r"17:\d+: sweep.parameters.p: key is missing"),
        ("sweep: {parameters: {p: {key: seed}}}", r"sweep.parameters.p: one of values, linear and log is needed"),
        ("sweep: {parameters: {p: {key: store, values: [energy]}}}", r"sweep.parameters.p.key: 'store' cannot be swept"),
        ("sweep: {parameters: {p: {key: fleet.x, values: [1]}}}", r"'fleet.x' cannot be swept"),
        ("sweep: {parameters: {energy: {key: seed, values: [1]}}}", r"the result file has variables of that name, of the quantity 'energy'"),
        ("sweep: {parameters: {blend_water_x: {key: seed, values: [1]}}}", r"of the quantity 'water'"),
        ("sweep: {parameters: {case: {key: seed, values: [1]}}}", r"the result file has a 'case' of its own"),
        ("sweep: {parameters: {case_label: {key: seed, values: [1]}}}", r"the result file has a 'case_label' of its own"),
        ("sweep: {parameters: {blend_label: {key: seed, values: [1]}}}", r"the result file has a 'blend_label' of its own"),
        ("sweep: {parameters: {a-b: {key: seed, values: [1]}}}", r"letters, digits and _"),
        ("sweep: {parameters: {1a: {key: seed, values: [1]}}}", r"letters, digits and _"),
        ("sweep: {parameters: {p: {key: seed, values: [1, 2, 1.0]}}}", r"the value 1 is there twice"),
        ("sweep: {parameters: {p: {key: seed, values: [a, b, a]}}}", r"the value 'a' is there twice"),
        ("sweep: {parameters: {p: {key: seed, values: []}}}", r"the list is empty"),
        ("sweep: {parameters: {p: {key: seed, values: [1, {a: 2}]}}}", r"values\[2\]: a mapping needs a label"),
        ("sweep: {parameters: {p: {key: seed, values: [1 kW, 2 s]}}}", r"units of different kinds"),
        ("sweep: {parameters: {p: {key: seed, linear: {from: 1, to: 2}}}}", r"linear: n is missing"),
        ("sweep: {parameters: {p: {key: seed, log: {from: 0, to: 2, n: 3}}}}", r"from: 0 found, must be greater than 0"),
        ("sweep: {parameters: {p: {key: seed, linear: {from: 2, to: 2, n: 3}}}}", r"from and to are the same"),
        ("sweep: {parameters: {p: {key: seed, linear: {from: 1, to: x, n: 3}}}}", r"to: 'x' is not a number"),
        ("sweep: {parameters: {p: {key: seed, linear: {from: 1, to: 3, n: 5}, integer: true}}}", r"the value 2 is there twice"),
        ("sweep: {parameters: {p: {key: seed, values: [1], integer: true}}}", r"integer: it is for linear and log"),
        ("sweep: {design: zipped, parameters: {p: {key: seed, values: [1, 2]}, q: {key: queries, values: [1]}}}", r"zipped: 'p' has 2 values and 'q' has 1"),
        ("sweep: {design: random, parameters: {p: {key: seed, values: [1]}}}", r"sweep.design: 'random'"),
        ("sweep: {design: {sobol: {}}, parameters: {p: {key: seed, from: 1, to: 2}}}", r"points is missing"),
        ("sweep: {design: {sobol: {points: 4}}, parameters: {p: {key: seed, values: [1]}}}", r"values: unknown key"),
        ("sweep: {design: {sobol: {points: 4}, csv: x}, parameters: {p: {key: seed}}}", r"one design is needed"),
        ("sweep: {design: {csv: no.csv}, parameters: {p: {key: seed}}}", r"table 'no.csv' not found"),
        ("sweep: {parameters: {p: {key: seed, linear: {from: 1, to: 2, n: 1001}}, q: {key: queries, linear: {from: 1, to: 2, n: 1000}}}}", r"more than 1000000 points"),
    ]
    for text, pattern in cases:
        error = run("sweep", write("wrong.yaml", STUDY, text, "\n"), code=2)
        assert re.search(pattern, error) and error.startswith("joulecast: wrong.yaml:"), (text, error)
    write("holes.csv", "p,q\n1,\n")
    error = run("sweep", write("wrong.yaml", STUDY, "sweep: {design: {csv: holes.csv}, parameters: {q: {key: seed}}}\n"), code=3)
    assert "holes.csv:2: q: a value is missing" in error, error
    error = run("sweep", write("wrong.yaml", STUDY, "sweep: {design: {csv: holes.csv}, parameters: {r: {key: seed}}}\n"), code=3)
    assert "column 'r' is missing" in error, error
    assert "the study has no sweep" in run("sweep", write("none.yaml", STUDY), code=2)


def memory():
    """2,000 points take no more than 200 do, but for their numbers."""
    peak = {}
    for n in (200, 2000):
        study = write("many.yaml", STUDY, RANGES, f"  queries: 100\n  design: {{latin-hypercube: {{points: {n}}}}}\n")
        process = subprocess.Popen([joulecast, "sweep", study, "-o", f"many{n}.h5", "--quiet"], stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        assert status == 0
        peak[n] = usage.ru_maxrss / 1024
    # A point has 2 quantities x 4 members x (6 + 3 x 6) numbers of 8 bytes, three times while the file is written.
    assert peak[2000] - peak[200] < 16, peak


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    tests = (crossed, stored, beside_fleets, unstructured, designs, failures, refusals)
    for test in tests if SHORT else (*tests, kill_and_resume, memory):
        start = time.time()
        test()
        print(f"{test.__name__}: {time.time() - start:.1f} s")
