"""No byte is read that was not written or not there, and nothing that was opened or allocated is left: the verbs, and the
ways they fail, under valgrind's memcheck. A program built with sanitizers (JOULECAST_SHORT=1), which see it themselves and
are quicker, takes every verb in more of its forms; so does JOULECAST_LONG=1, which takes every C test of the build as well."""
import concurrent.futures
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

joulecast, source = (os.path.abspath(path) for path in sys.argv[1:3])
LONG = "JOULECAST_LONG" in os.environ
SANITIZED = "JOULECAST_SHORT" in os.environ
STUDY = source + "/scenarios/oviedo2026-traditional.yaml"
TRAFFIC = source + "/scenarios/production-conversation.yaml"
HONEST = source + "/scenarios/oviedo2026-honest.yaml"
FLEET = source + "/scenarios/oviedo2026-fleet.yaml"
TRACE = source + "/scenarios/workloads/example-trace.csv"
# What meson adds makes memory other than zero, which memcheck knows how to tell by itself.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "MALLOC_PERTURB_"}
VALGRIND = ["valgrind", "-q", "--leak-check=full", "--show-leak-kinds=definite,indirect,possible", "--error-exitcode=99",
            "--errors-for-leak-kinds=definite,indirect,possible", "--track-fds=yes", "--num-callers=30",
            f"--suppressions={source}/tests/memory_errors.supp"]
# Statistics of millions of draws, whose memory is used in the same way by the tests of fewer.
LONG_ALREADY = {"test_sampler", "test_copula", "test_joint", "test_normal_words", "test_store_flips", "test_store_damage"}
# Tests that compare with long double, which valgrind has in double precision only: their own verdict does not count.
ROUNDED = {"test_mixture_trims", "test_moments", "test_record", "test_stable_math", "test_throughput"}

RANK = "model,energy,energy_sd,pue,ai_index\na,2.4,0.9,1.12,63\nb,5.0,2.7,1.12,70\nc,0.8,0.4,1.2,53\n"
SWEEP = f"""\
joulecast: 1
extends: {STUDY}
name: sweep
sweep: {{parameters: {{overhead: {{key: defaults.hosting.pue, values: [0, 1.1, 1.2]}}}}}}
"""
BAD = "joulecast: 1\ncases:\n  one:\n    workload: {input_tokens: 500, output_tokens: {exponential: {median: 300}}}\n"


def check(what, words, codes):
    done = subprocess.run([*([] if SANITIZED else VALGRIND), *map(str, words)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                          env=ENVIRONMENT, timeout=1800)
    told = "\n".join(line for line in done.stderr.splitlines() if line.startswith("=="))
    # Whatever is open at the end and was not when it began has a trace of where it was opened.
    left = re.findall(r"Open (?:file descriptor|AF_\w+ socket) \d+:[^\n]*\n==\d+== +at 0x", told)
    assert done.returncode in codes and not left, (what, words, done.returncode, done.stderr[-6000:])


def check_test(path):
    check("a test", [path], range(99) if os.path.basename(path) in ROUNDED else [0])


def verbs(*lists):
    """Of one list, in order; of the others at the same time."""
    def one(words):
        for code, *rest in words:
            check("joulecast", [joulecast, *rest], [code])
        return len(words)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return sum(pool.map(one, lists))


def write(name, text):
    with open(name, "w") as file:
        file.write(text)


if not SANITIZED and not shutil.which("valgrind"):
    print("valgrind is missing")
    sys.exit(77)
with tempfile.TemporaryDirectory() as temporary:
    os.chdir(temporary)
    write("rank.csv", RANK)
    write("sweep.yaml", SWEEP)
    write("bad.yaml", BAD + "    throughput: {form: constant, tokens_per_s: -1}\n")
    write("tree.yaml", BAD + "    throughput: {form: [\n")
    write("table.csv", "model,precision,input_tokens,output_tokens,throughput_tokens_per_s,source\nx,FP8,1,2,nan,x\n")
    write("trace.jsonl", '{"input_tokens": 5, "output_tokens": "x"}\n')
    with open("damaged.h5", "wb") as damaged:
        damaged.write(b"\x89HDF\r\n\x1a\n" + bytes(2000))
    quiet = "--quiet", "--threads", 2
    first = [
        (0, "run", STUDY, "-n", 3000, "-o", "r.h5", *quiet),
        (0, "run", STUDY, "-n", 3000, "-o", "r.h5", "--resume", *quiet),
        (0, "summary", "r.h5", "--json"),
        (0, "verify", "r.h5"),
        (4, "run", STUDY, "-n", 10, "-o", "r.h5", *quiet),
    ]
    second = [
        (0, "sweep", "sweep.yaml", "-n", 200, "-o", "s.h5", *quiet),
        (2, "run", "bad.yaml", "-o", "never.h5"),
        (2, "run", "tree.yaml", "-o", "never.h5"),
        (3, "run", STUDY, "--set", "defaults.throughput.table=table.csv", "-o", "never.h5"),
        (5, "verify", "damaged.h5"),
        (4, "run", STUDY, "-n", 10, "-o", "absent/never.h5"),
        (2, "run", STUDY, "-n", 1000, "-o", "never.h5", "--set", "cases.llama-3.1-70b.throughput={form: constant, "
            "tokens_per_s: {lognormal: {p05: 1e-36, p95: 1e-33}}}"),
    ]
    more = [[
        (0, "run", STUDY, "-n", 3000, "-o", "whole.h5", *quiet),
        (0, "run", STUDY, "-n", 9000, "-o", "whole.h5", "--resume", *quiet),
        (0, "info", "whole.h5"),
        (0, "sensitivity", "whole.h5"),
        *((0, "run", STUDY, "-n", 9000, "-o", "t.h5", "--task", f"{task}/2", *quiet) for task in (1, 2)),
        (2, "merge", "-o", "whole.h5"),
        (0, "merge", "-o", "t.h5", *quiet),
        (2, "merge", "t.task-1-of-2.h5", "-o", "u.h5"),
        (0, "merge", "t.task-1-of-2.h5", "t.task-2-of-2.h5", "-o", "v.h5", "--virtual"),
        (0, "verify", "v.h5"),
        (7, "run", STUDY, "-n", 1000, "--until", "mean rel 0.01 %", "--max-n", 2000, "-o", "until.h5", *quiet),
    ], [
        (0, "run", TRAFFIC, "-n", 16384, "-o", "traffic.h5", "--set", "points=sobol", "--compress", 1, *quiet),
        (0, "run", TRAFFIC, "-n", 16384, "-o", "latin.h5", "--set", "points=latin-hypercube", "--summary-only", *quiet),
        (0, "check", TRAFFIC, "--threads", 2),
        (0, "bands", HONEST, "--draws", 8, "-n", 200, "-o", "b.h5", *quiet),
        (0, "bands", "b.h5"),
        (0, "sensitivity", HONEST, "--of", "mean", "--draws", 64, "-n", 50, *quiet),
        (0, "sensitivity", STUDY, "--case", "llama-3.1-405b", "-n", 1000, "-o", "matters.h5", *quiet),
        (0, "fleet", FLEET, "-n", 500, "-o", "f.h5", *quiet),
        (0, "fleet", "f.h5", "--json"),
        (0, "sweep", "s.h5", "--json"),
        *((0, "sweep", "sweep.yaml", "-n", 50, "-o", "w.h5", "--task", f"{task}/2", *quiet) for task in (1, 2)),
        (0, "merge", "-o", "w.h5", *quiet),
        (0, "rank", "rank.csv", "--inputs", "energy,pue", "--draws", 20),
        (0, "fit", TRACE, "--source", "made by hand", "-o", "mine.yaml"),
        (3, "fit", "trace.jsonl"),
        (3, "rank", "rank.csv", "--inputs", "water"),
        (0, "--version"),
        (0, "--help"),
    ]]
    count = verbs(first, second) + (verbs(*more) if LONG or SANITIZED else 0)
    tests = 0
    if LONG:
        programs = [path for path in sorted(glob.glob(os.path.dirname(joulecast) + "/tests/test_*"))
                    if os.access(path, os.X_OK) and os.path.isfile(path) and os.path.basename(path) not in LONG_ALREADY]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for _ in pool.map(check_test, programs):
                tests += 1
print(f"{count} runs of the program and {tests} of C tests, clean")
print("proof:", json.dumps({"runs under memcheck": count + tests, "memory errors": 0}))
