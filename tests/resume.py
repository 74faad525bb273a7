"""Longer and surer: a file that is extended is the file of a fresh run, to the bit; --until ends where it says."""
import hashlib
import json
import os
import random
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

import h5py
import numpy

joulecast, source = (os.path.abspath(path) for path in sys.argv[1:3])
STUDY = source + "/scenarios/oviedo2026-traditional.yaml"
BLOCK = 1 << 18
SHORT = "JOULECAST_SHORT" in os.environ  # under sanitizers, which are slow

# What the study does not have: constants, batch sizes that are moved, other quantities, no blend.
TRAFFIC = f"""joulecast: 1
extends: {source}/scenarios/production-conversation.yaml
name: traffic
defaults:
  workload: {{batch_size: {{lognormal: {{p05: 4, p95: 400}}}}}}
  throughput: {{outside: clamp}}
  hosting: {{pue: 1.2, wue_site: 0.3, wue_source: 3, carbon_intensity: 0.4}}
store: [batch_size, pue, energy, water]
"""

# Queries before and after: within the first block, over its end, from whole blocks, to whole blocks.
PAIRS = [(1000, 5000), (1000, BLOCK + 1), (BLOCK, BLOCK + 1), (300000, 600001), (2 * BLOCK, 530000),
         (300001, 2 * BLOCK)]


def call(*words, code=0):
    done = subprocess.run([joulecast, *map(str, words)], capture_output=True, text=True)
    assert done.returncode == code, (words, done.returncode, done.stderr)
    return done


def content(path):
    return (json.loads(call("verify", path, "--json").stdout)["sha256"], call("summary", path, "--json").stdout)


def expect_same(one, other, what):
    (digests, summary), (other_digests, other_summary) = content(one), content(other)
    assert digests == other_digests, (what, sorted(
        name for name in {**digests, **other_digests} if digests.get(name) != other_digests.get(name)))
    assert summary == other_summary, what
    return len(digests)


def check_extension(folder, scenario, pairs, *options):
    path, fresh = folder + "/extended.h5", folder + "/fresh.h5"
    for j, (before, after) in enumerate(pairs):
        call("run", scenario, "-n", before, "-o", path, "--force", "--quiet", *options, "--threads", 1 + j % 3)
        call("run", scenario, "-n", after, "-o", path, "--resume", "--quiet", *options, "--threads", 3 - j % 3)
        call("run", scenario, "-n", after, "-o", fresh, "--force", "--quiet", *options)
        n = expect_same(path, fresh, (scenario, before, after, options))
        print(f"extended: {os.path.basename(scenario)} {before} -> {after}", *options, f"({n} datasets)")
    with h5py.File(path) as file:
        assert file.attrs["format_minor"] == 3 and "whole_blocks" not in file  # after whole blocks
    assert os.listdir(folder).count("extended.h5.partial") == 0


def check_many_steps(folder):
    """Extended again and again, the file is still that of one run."""
    path, fresh = folder + "/steps.h5", folder + "/fresh.h5"
    for queries in (7, 262145, 262146, 600000):
        call("run", STUDY, "-n", queries, "-o", path, "--resume", "--quiet")
    call("run", STUDY, "-n", 600000, "-o", fresh, "--force", "--quiet")
    expect_same(path, fresh, "many steps")


def check_refusals(folder):
    path = folder + "/refused.h5"
    call("run", STUDY, "-n", 300000, "-o", path, "--quiet")
    before = content(path)
    for words, code, pattern in [
        (["-n", 4e5, "--seed", 7], 2, r"refused.h5: holds another scenario, from line 5 of its resolved text on: "
                                      r"'seed: 20260' there, 'seed: 7' here"),
        (["-n", 4e5, "--set", "store=[energy]"], 2, r"from line 8 .*'store: \[energy\]' here"),
        (["-n", 4e5, "--set", "cases.llama-3.1-70b.hosting.pue=1.3"], 2, r"'      pue: \{.*' there, '      pue: 1.3' here"),
        (["-n", 4e5, "--summary-only"], 2, r"refused.h5: has samples, which --summary-only would leave out"),
        (["-n", 4e5, "--compress", 1], 2, r"compressed at level 0 \(0: not at all\), not 1"),
        (["-n", 4e5, "--max-n", 5e5], 2, r"--max-n: it is for --until"),
        (["--until", "p95 rel 1%", "--max-n", "1.5"], 2, r"--max-n: '1.5' is not a whole number"),
        (["--until", "p95 1%"], 2, r"--until 'p95 1%': found '1%', expected rel or abs; the form is"),
        (["--until", "water mean rel 1%"], 2, r"no case keeps water"),
    ]:
        done = call("run", STUDY, "-o", path, "--resume", "--quiet", *words, code=code)
        assert re.search(pattern, done.stderr) and done.stderr.count("\n") == 1, (words, done.stderr)
    for queries in (300000, 1000):  # nothing to do, said so
        done = call("run", STUDY, "-n", queries, "-o", path, "--resume", "--json")
        assert "has 300000 queries per case already: nothing to do" in done.stderr
        assert done.stdout == before[1]
    assert content(path) == before

    with h5py.File(path) as file:  # a bit of a sample that would be taken over
        at = file["cases/llama-3.1-70b/energy"].id.get_chunk_info(0).byte_offset
    with open(path, "r+b") as file:
        file.seek(at + 4001)
        byte = file.read(1)[0]
        file.seek(at + 4001)
        file.write(bytes([byte ^ 4]))
    done = call("run", STUDY, "-n", 4e5, "-o", path, "--resume", "--quiet", code=5)
    assert "samples /cases/llama-3.1-70b/energy are missing or damaged" in done.stderr
    assert os.path.exists(path) and not os.path.exists(path + ".partial")

    small = folder + "/small.h5"
    call("run", STUDY, "-n", 1000, "-o", small, "--summary-only", "--quiet")
    done = call("run", STUDY, "-n", 2000, "-o", small, "--resume", "--quiet", code=2)
    assert "has no samples; --summary-only resumes it" in done.stderr


def rewrite(path, change):
    """Has h5py change a file without samples, which loses its seal, and seals it anew, see results/README.md."""
    with open(path, "rb") as file:
        tail = file.read()[-72:]
    with h5py.File(path, "r+") as file:
        change(file)
    with open(path, "rb") as file:
        data = file.read()
    data += struct.pack("<QQ", 0, len(data) + 72) + tail[16:40]
    with open(path, "wb") as file:
        file.write(data + hashlib.sha256(data).digest())


def check_origin(folder):
    """Neither what another program has made nor what was made from other tables is gone on with."""
    table, path = folder + "/table.csv", folder + "/origin.h5"
    shutil.copy(source + "/models/data/throughput_h100.csv", table)
    words = ["run", STUDY, "--set", "defaults.throughput.table=" + table, "--summary-only", "--quiet", "-o", path, "-n"]
    call(*words, 1000)
    with open(table, "a") as file:
        file.write("\n")
    assert "origin.h5: cannot go on from it: " + table + " was another when it was made" in \
        call(*words, 2000, "--resume", code=2).stderr
    call(*words, 1000, "--force")
    rewrite(path, lambda file: file["provenance"].attrs.modify("commit", numpy.bytes_("0" * 12)))
    done = call(*words, 2000, "--resume", code=5)
    assert re.search(r"cannot go on from it: it was made by joulecast \S+ \(0+\), this is joulecast", done.stderr), done.stderr
    call(*words, 2000, "--force", "--max-time", "1e-9", code=6)  # what replaces it may be gone on with
    call(*words, 2000, "--force", "--resume")
    assert queries_of(path) == 2000


def check_names(folder):
    """Two outputs never share a checkpoint, and none is called like one; what is no run is not gone on from."""
    for name in ("two", "two.h5"):
        call("run", STUDY, "-n", 1000, "--summary-only", "-o", folder + "/" + name, "--max-time", "1e-9", code=6)
    assert sorted(os.listdir(folder)).count("two.checkpoint-1") == 1 and os.path.exists(folder + "/two.checkpoint-1.h5")
    for name, code in (("two.h5.partial", 2), ("two.checkpoint-3.h5", 2), ("n" * 201, 4)):
        done = call("run", STUDY, "-n", 10, "-o", folder + "/" + name, code=code)
        assert done.stderr.startswith("joulecast: --output: "), done.stderr
    mine = folder + "/mine.yaml"
    shutil.copy(STUDY, mine)
    assert "is what is read" in call("run", mine, "-n", 10, "-o", mine, "--force", code=2).stderr
    analysis = folder + "/analysis.h5"
    call("sensitivity", STUDY, "-n", 500, "-o", analysis, "--quiet")
    assert "it is not of a run" in call("run", STUDY, "-n", 500, "-o", analysis, "--resume", code=2).stderr


def check_killed(folder):
    """Killed while it is extended, the file is as it was, and can be extended again."""
    path, fresh = folder + "/killed.h5", folder + "/fresh.h5"
    call("run", STUDY, "-n", 300000, "-o", path, "--quiet")
    before = content(path)
    with subprocess.Popen([joulecast, "run", STUDY, "-n", "2e8", "-o", path, "--resume", "--quiet"],
                          stdout=subprocess.DEVNULL) as process:
        while not os.path.exists(path + ".partial") or os.stat(path + ".partial").st_size < 1 << 24:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL and content(path) == before
    call("run", STUDY, "-n", 600001, "-o", path, "--resume", "--quiet")
    call("run", STUDY, "-n", 600001, "-o", fresh, "--force", "--quiet")
    expect_same(path, fresh, "killed")
    assert not os.path.exists(path + ".partial")


def half_width(quantity, statistic, relative):
    interval = quantity["mean_interval"] if statistic == "mean" else quantity["intervals"][statistic]
    value = quantity["mean"] if statistic == "mean" else quantity["quantiles"][statistic]
    return (interval[1] - interval[0]) / 2 / (value if relative else 1)


def widest(summary, quantity, statistic, relative):
    return max(half_width(member[quantity], statistic, relative)
               for kind in ("cases", "blends") for member in summary[kind].values() if quantity in member)


def queries_of(path):
    with h5py.File(path) as file:
        return int(file.attrs["queries"])


def check_until(folder):
    """It ends where all intervals are that narrow, at the same n for any threads, in the file of that n."""
    targets = ["--until", "p95 rel 0.7%", "--until", "mean abs 0.004 Wh", "--until", "output_tokens p50 rel 0.8 %"]
    ends = set()
    for threads, options in ((3, ["--summary-only"]), (1, [])):
        path, fresh = folder + "/until.h5", folder + "/fresh.h5"
        call("run", STUDY, "-n", 1000, *targets, "-o", path, "--force", "--quiet", "--threads", threads, *options)
        summary = json.loads(call("summary", path, "--json").stdout)
        assert widest(summary, "energy", "0.95", True) <= 0.007
        assert widest(summary, "energy", "mean", False) <= 0.004
        assert widest(summary, "output_tokens", "0.5", True) <= 0.008
        ends.add(queries_of(path))
        call("run", STUDY, "-n", queries_of(path), "-o", fresh, "--force", "--quiet", *options)
        expect_same(path, fresh, ("until", threads, options))
    assert len(ends) == 1 and (end := ends.pop()) % BLOCK == 0 and 5e5 < end < 3e6, ends
    print(f"--until: reached with {end} queries")

    shorter = folder + "/shorter.h5"  # not reached: exit 7, written all the same; then on from there
    done = call("run", STUDY, "-n", 1000, *targets, "--max-n", 400000, "-o", shorter, code=7)
    match = re.fullmatch(r"joulecast: --until 'p95 rel 0.7%': \+-(\S+) % \(>200B, trimmed as published\) with 400000 "
                         r"queries per case, the most allowed; about (\S+) would be needed\n", done.stderr)
    assert match, done.stderr
    assert queries_of(shorter) == 400000 and "result file" in done.stdout
    width = widest(json.loads(call("summary", shorter, "--json").stdout), "energy", "0.95", True)
    assert abs(float(match[1]) / (100 * width) - 1) < 0.01
    assert abs(float(match[2]) / (400000 * (width / 0.007) ** 2) - 1) < 0.01
    before = content(shorter)
    call("run", STUDY, *targets, "--max-n", 300000, "--resume", "-o", shorter, "--quiet", code=7)
    assert content(shorter) == before
    done = call("run", STUDY, *targets, "--resume", "-o", shorter)
    assert re.search(r"(?m)^--until 'p95 rel 0.7%': \+-0.6\d* % .* with \d+ queries per case\n", done.stderr), done.stderr
    extended = queries_of(shorter)
    assert extended > 400000 and extended % BLOCK == 0
    call("run", STUDY, "-n", extended, "-o", folder + "/fresh.h5", "--force", "--quiet")
    expect_same(shorter, folder + "/fresh.h5", "until, resumed")
    stamp = os.stat(shorter).st_mtime_ns  # reached already: the file stays
    call("run", STUDY, *targets, "--resume", "-o", shorter)
    assert os.stat(shorter).st_mtime_ns == stamp


def check_until_small(folder):
    """Too few values to tell are not reached, whatever they look like; constants always are."""
    words = ["run", STUDY, "-n", 1, "--summary-only", "--quiet", "--force", "-o", folder + "/few.h5"]
    for target in ("mean rel 1%", "p50 rel 1%", "p0.1 abs 1 Wh"):
        done = call(*words, "--until", target, "--max-n", 1, code=7)
        assert "too few values to tell" in done.stderr and "it cannot be said how many" in done.stderr, done.stderr
    call("run", folder + "/traffic.yaml", "-n", 5, "--summary-only", "--quiet", "-o", folder + "/constant.h5",
         "--until", "pue mean abs 1e-9", "--max-n", 5)
    words[words.index(1)] = 50
    energy = json.loads(call(*words, "--json").stdout)["cases"]["llama-3.1-70b"]["energy"]
    assert energy["intervals"]["0.05"][0] is None and energy["intervals"]["0.95"][1] is None
    assert None not in energy["intervals"]["0.5"] and None not in energy["mean_interval"]


SAMPLES, SUMMARIES = (3e5, 6e5) if SHORT else (1e6, 4e6)  # queries of runs of more than one block
LONG_RUN = ["run", STUDY, "-n", 3e7 if SHORT else 4e8, "--summary-only", "--quiet", "--threads", 2]


def listens(process):
    """Whether a run has its own answer to signals by now."""
    with open(f"/proc/{process.pid}/status") as file:
        return int(re.search(r"SigCgt:\s*(\w+)", file.read())[1], 16) >> (signal.SIGUSR1 - 1) & 1 == 1


def begin(*words, until=None):
    """A run, when it listens and a file is there, if one is named."""
    process = subprocess.Popen([joulecast, *map(str, words)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    while until is not None and not (listens(process) and os.path.exists(until)):
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.002)
    return process


def end(process, *numbers):
    """The exit code after signals that arrive together, how long it took, and what was said."""
    if len(numbers) > 1:  # none is taken before all have been sent
        process.send_signal(signal.SIGSTOP)
    sent = time.monotonic()
    for number in numbers:
        process.send_signal(number)
    if len(numbers) > 1:
        process.send_signal(signal.SIGCONT)
    _, message = process.communicate(timeout=60)
    return process.returncode, time.monotonic() - sent, message


def check_second_signal(folder):
    """The first one stops a run, which keeps what it has; two end it at once, and the checkpoint before them counts."""
    path, kept = folder + "/second.h5", folder + "/second.checkpoint-1.h5"
    words = [*LONG_RUN, "-o", path, "--resume", "--checkpoint-every", "0.1s"]
    pairs = [(signal.SIGTERM, signal.SIGINT), (signal.SIGUSR1, signal.SIGTERM), (signal.SIGINT, signal.SIGUSR1)]
    for pair in pairs:
        process = begin(*words, until=kept)
        code, seconds, message = end(process, *pair)
        assert code in [-number for number in pair] and seconds < 1 and not message, (pair, code, seconds, message)
        assert not os.path.exists(path) and os.path.exists(path + ".partial") and os.path.exists(kept)
    code, seconds, message = end(begin(*words, until=kept), signal.SIGTERM)
    assert code == 6 and seconds < 2 and message.startswith("joulecast: stopped;"), (code, seconds, message)
    assert not os.path.exists(path + ".partial")
    assert "is left of a run that was stopped" in call(*LONG_RUN, "-o", path, code=4).stderr
    os.remove(kept)
    print("second signal: ends a run at once; the first one as promised")


def check_max_time(folder):
    """A run in slices of time, each longer than the one before, is that of one piece. (To join samples has to fit in one.)"""
    path, fresh = folder + "/slices.h5", folder + "/fresh.h5"
    for words in (["run", STUDY, "-n", SAMPLES], ["run", STUDY, "-n", SUMMARIES, "--summary-only"],
                  ["bands", source + "/scenarios/oviedo2026-honest.yaml", "--draws", 15 if SHORT else 60]):
        slices, code = 0, 6
        while code == 6 and slices < 24:
            began = time.monotonic()
            done = subprocess.run([joulecast, *map(str, words), "-o", path, "--quiet", "--resume", "--max-time",
                                   str(0.02 * 1.5 ** slices)],
                                  capture_output=True, text=True)
            code, slices = done.returncode, slices + 1
            assert code in (0, 6), done.stderr
            assert code == 0 or time.monotonic() - began < 2 + 0.02 * 1.5 ** slices, "too late even for a busy machine"
        assert code == 0 and (slices > 1 or SHORT), (words, slices)
        call(*words, "-o", fresh, "--quiet", "--force")
        expect_same(path, fresh, (words, slices))
        assert not [name for name in os.listdir(folder) if re.match(r"slices\.(checkpoint|h5\.)", name)]
        os.remove(path)
        print(f"--max-time: {words[0]} in {slices} slices is that of one piece")


def check_phases(folder):
    """A signal while a run reads, draws, computes pathways, closes its file, or shards are merged."""
    path, chance = folder + "/phase.h5", random.Random(1)
    samples = ["run", STUDY, "-n", SAMPLES, "-o", path, "--quiet", "--force"]
    summary = ["run", STUDY, "-n", SUMMARIES, "-o", path, "--quiet", "--force", "--summary-only"]
    merge = ["merge", "-o", folder + "/shared.h5", "--quiet", "--force"]
    for task in (1, 2):
        call(*summary[:4], "-o", folder + "/shared.h5", "--quiet", "--summary-only", "--task", f"{task}/2")
    slowest, codes = 0, {}
    for phase, words, low, high in (("reading", samples, 0, 0.1), ("drawing", samples, 0.1, 0.7), ("closing", samples, 0.7, 1),
                                    ("pathways", summary, 0.3, 1), ("merge", merge, 0, 1)):
        began = time.monotonic()
        call(*words)
        took = time.monotonic() - began
        for _ in range(1 if SHORT else 5):
            process = begin(*words)
            time.sleep(took * chance.uniform(low, high))
            code, seconds, message = end(process, signal.SIGTERM)
            assert code in (0, 6, -signal.SIGTERM), (phase, code, message)  # the last: before it listens, or after all is done
            assert code != 6 or message.startswith("joulecast: stopped;"), (phase, message)
            slowest = max(slowest, seconds)
            codes.setdefault(phase, []).append(code)
            call("verify", words[words.index("-o") + 1])  # that of before, or a whole one
    assert slowest < 2, slowest  # of a busy machine; one second is what is promised
    print(f"signals in every phase: at most {slowest:.2f} s;", codes)


with tempfile.TemporaryDirectory() as temporary:
    traffic = temporary + "/traffic.yaml"
    with open(traffic, "w") as yaml:
        yaml.write(TRAFFIC)
    check_extension(temporary, STUDY, PAIRS[3::2] if SHORT else PAIRS)
    if not SHORT:
        check_extension(temporary, STUDY, PAIRS[3::2], "--summary-only")
        check_extension(temporary, traffic, PAIRS[3::2])
        check_extension(temporary, traffic, PAIRS[5:], "--compress", 1, "--set", "store=[energy]")
    check_extension(temporary, traffic, PAIRS[5:] if SHORT else PAIRS[3::2], "--summary-only")
    check_many_steps(temporary)
    check_refusals(temporary)
    check_origin(temporary)
    check_names(temporary)
    check_killed(temporary)
    check_until(temporary)
    check_until_small(temporary)
    check_second_signal(temporary)
    check_max_time(temporary)
    check_phases(temporary)
print("precision as asked for")
