"""No data races: every verb that has threads, under ThreadSanitizer, which any report of makes fail.

The program is built by clang with -fsanitize=thread; Archer tells the sanitizer what OpenMP's own synchronisation
is, and libraries that are not instrumented (HDF5, GSL, GLPK) are left out. JOULECAST_LONG=1 takes more threads,
more queries and signals."""
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

joulecast, source, *tests = (os.path.abspath(path) for path in sys.argv[1:])
LONG = "JOULECAST_LONG" in os.environ
STUDY = source + "/scenarios/oviedo2026-traditional.yaml"
HONEST = source + "/scenarios/oviedo2026-honest.yaml"
TRAFFIC = source + "/scenarios/production-conversation.yaml"
FLEET = source + "/scenarios/oviedo2026-fleet.yaml"
BLOCK = 1 << 18
RANDOM = random.Random(20)

SWEEP = """\
joulecast: 1
name: study
queries: 2000
quantiles: [0.5, 0.9]
defaults:
  workload: {input_tokens: 500, output_tokens: {exponential: {median: 300}}}
  throughput: {form: log_linear, table: throughput_h100, model: Llama 3.1 405B, precision: FP8, coefficients: uncertain}
  node: {power: 10.2 kW, power_utilization: {lognormal: {p05: 0.4, p95: 0.9}, varies: fleet}}
  hosting: {pue: {uniform: {low: 1.1, high: 1.5}, varies: fleet}}
cases:
  a: {}
  b: {throughput: {form: constant, tokens_per_s: {uniform: {low: 2000, high: 3000}}}}
blends:
  both: {cases: {a: 3, b: 1}}
sweep:
  queries: %d
  parameters:
    pue: {key: defaults.hosting.pue, values: [0, 1.1, 1.4]}
    batch: {key: cases.b.throughput.tokens_per_s, values: [1000, 9000, 1e-37]}
"""


def archer():
    """Clang's own, which must be there: without it the sanitizer does not understand a barrier."""
    resources = subprocess.run(["clang", "-print-resource-dir"], capture_output=True, text=True).stdout.strip()
    place = os.path.normpath(resources + "/../../libarcher.so")
    if not os.path.exists(place):
        print("libarcher.so is missing (it comes with clang's OpenMP)")
        sys.exit(77)
    return place


ENVIRONMENT = {**os.environ, "OMP_TOOL_LIBRARIES": archer(), "ARCHER_OPTIONS": "verbose=1",
               "TSAN_OPTIONS": "ignore_noninstrumented_modules=1:exitcode=66:second_deadlock_stack=1:history_size=4"}
done_runs = 0


def judge(words, code, told, codes):
    global done_runs
    done_runs += 1
    assert "Archer detected OpenMP application with TSan" in told, "the sanitizer does not know of OpenMP"
    assert "ThreadSanitizer" not in told and code in codes, (words, code, told[:4000])


def call(*words, code=0, threads=4):
    run([joulecast, *map(str, words), "--threads", str(threads)], code)


def run(words, code=0):
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=ENVIRONMENT, timeout=600)
    judge(words, done.returncode, done.stdout, [code])


def stop(number, seconds, *words):
    words = [joulecast, *map(str, words), "--threads", "4"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env=ENVIRONMENT) as process:
        time.sleep(seconds)
        process.send_signal(number)
        told = process.stdout.read()
        judge(words, process.wait(), told, [0, 6])


def runs(threads, blocks):
    """Samples, blends, trims and pathways; the other points; files made longer; errors in one of the threads."""
    n = blocks * BLOCK + 77
    call("run", STUDY, "-n", n, "-o", "r.h5", threads=threads)
    call("run", STUDY, "-n", 2 * n, "-o", "r.h5", "--resume", threads=threads)
    call("run", STUDY, "-n", n, "-o", "packed.h5", "--compress", 1, "--set", "points=latin-hypercube", "--set",
         "store=[energy]", threads=threads)
    call("run", TRAFFIC, "-n", n, "--summary-only", "-o", "traffic.h5", "--set", "points=sobol", threads=threads)
    call("run", STUDY, "-n", 1000, "--until", "mean rel 0.4 %", "--summary-only", "-o", "until.h5", threads=threads)
    call("run", STUDY, "-n", n, "-o", "never.h5", "--set", "cases.llama-3.1-70b.throughput={form: constant, "
         "tokens_per_s: {lognormal: {p05: 1e-32, p95: 1e-27}}}", code=2, threads=threads)
    call("sensitivity", STUDY, "-n", 40000, "-o", "matters.h5", threads=threads)
    call("sensitivity", "r.h5", threads=threads)


def parts(threads):
    for task in (1, 2, 3):
        call("run", STUDY, "-n", 4 * BLOCK, "-o", "t.h5", "--task", f"{task}/3", threads=threads)
    call("merge", "-o", "t.h5", threads=threads)
    call("merge", *(f"t.task-{task}-of-3.h5" for task in (1, 2, 3)), "-o", "virtual.h5", "--virtual", threads=threads)


def unknowns(threads, draws):
    call("bands", HONEST, "--draws", draws, "-n", 2000, "-o", "bands.h5", threads=threads)
    call("sensitivity", HONEST, "--of", "mean", "--draws", draws, "-n", 200, "-o", "unknown.h5", threads=threads)
    call("sensitivity", "bands.h5", "--of", "mean", threads=threads)
    call("fleet", FLEET, "-n", 20000, "-o", "fleet.h5", threads=threads)


def sweeps(threads, queries):
    """Threads that take points, and threads that take the blocks of one; points that fail; what is made longer."""
    with open("few.yaml", "w") as few, open("many.yaml", "w") as many:
        few.write(SWEEP % queries)
        many.write(SWEEP.replace("[0, 1.1, 1.4]", "[1.2]").replace(", 9000, 1e-37", "") % 17000000)
    call("sweep", "few.yaml", "-o", "few.h5", threads=threads)
    for task in (1, 2):
        call("sweep", "few.yaml", "-o", "shared.h5", "--task", f"{task}/2", threads=threads)
    call("merge", "-o", "shared.h5", threads=threads)
    call("sweep", "many.yaml", "-o", "many.h5", threads=threads)


def stops(trials):
    """Signals, which any of the threads may take; what is left is gone on from."""
    for trial in range(trials):
        for name, *words in (("s.h5", "run", STUDY, "-n", 40 * BLOCK, "--summary-only", "--checkpoint-every", "0.1s"),
                             ("b.h5", "bands", HONEST, "--draws", 400, "-n", 2000, "--checkpoint-every", "0.1s"),
                             ("w.h5", "sweep", "many.yaml")):
            stop(RANDOM.choice((signal.SIGTERM, signal.SIGINT, signal.SIGUSR1)), RANDOM.uniform(0.4, 1.5), *words, "-o", name,
                 "--quiet", "--resume")


with tempfile.TemporaryDirectory() as temporary:
    os.chdir(temporary)
    for threads in (2, 4, 13) if LONG else (4,):
        runs(threads, 5 if LONG else 2)
        parts(threads)
        unknowns(threads, 256 if LONG else 64)
        sweeps(threads, 60000 if LONG else 3000)
        for name in os.listdir("."):
            if name.endswith(".h5"):
                os.remove(name)
    stops(20 if LONG else 1)
for test in tests:
    run([test])
print(f"{done_runs} runs with threads, and no race")
print("proof:", json.dumps({"runs under ThreadSanitizer": done_runs, "data races": 0}))
