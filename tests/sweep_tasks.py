"""Sweeps that are shared or stopped: the shards of tasks merged, and sweeps interrupted and resumed, give the file of one
sweep, to the bit; sets of shards that are not whole are refused. JOULECAST_KILL_TRIALS=N kills N at random times, too."""
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time

import h5py

joulecast, source = (os.path.abspath(path) for path in sys.argv[1:3])
RANDOM = random.Random(8)

STUDY = """\
joulecast: 1
name: study
queries: 2000
store: [energy, water]
quantiles: [0.5, 0.9]
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
# The PUE 0 is refused before a point is computed; at 1e-37 tokens/s the energy is more than a number can be.
CROSSED = STUDY + """\
sweep:
  parameters:
    pue: {key: defaults.hosting.pue, values: [0, 1.1, 1.4]}
    tokens: {key: cases.a.throughput.tokens_per_s, values: {slow: 1000, fast: 9000, never: 1e-37}}
"""
SOBOL = STUDY + """\
sweep:
  design: {sobol: {points: 19}}
  parameters:
    pue: {key: defaults.hosting.pue, from: -0.2, to: 1.6}
    power: {key: defaults.node.power, from: 8 kW, to: 12 kW}
"""
FAILING = STUDY + "sweep: {parameters: {pue: {key: defaults.hosting.pue, values: [-1, 0]}}}\n"
SLOW = STUDY + """\
sweep:
  queries: 2000000
  parameters: {pue: {key: defaults.hosting.pue, linear: {from: 1.1, to: 2, n: 24}}}
"""
# So many queries that all threads compute a point together.
BIG = STUDY + """\
sweep:
  queries: 60000000
  parameters: {pue: {key: defaults.hosting.pue, values: [1.1, 1.2]}}
"""


def call(*words, code=0):
    done = subprocess.run([joulecast, *map(str, words)], capture_output=True, text=True, timeout=300)
    assert done.returncode == code, (words, done.returncode, done.stdout[-300:], done.stderr)
    return done


def write(path, text):
    with open(path, "w") as file:
        file.write(text)
    return path


def expect_same(one, other):
    ours, theirs = (call("verify", path).stdout for path in (one, other))
    assert ours == theirs, set(ours.splitlines()) ^ set(theirs.splitlines())
    assert call("sweep", one, "--json").stdout == call("sweep", other, "--json").stdout
    with h5py.File(one) as a, h5py.File(other) as b:
        for name in ("inputs", "stream_labels"):
            assert list(a["provenance"].attrs[name]) == list(b["provenance"].attrs[name]), name
        for name in ("title", "scenario", "seed", "queries", "format", "format_minor"):
            assert a.attrs[name] == b.attrs[name], name
        assert list(a) == list(b)


def task(study, path, i, n, *words, code=0):
    return call("sweep", study, "-o", path, "--quiet", "--task", f"{i}/{n}", *words, code=code)


def check_merged(name, text, n_failed):
    study, whole, path = write(name + ".yaml", text), name + "-whole.h5", name + ".h5"
    told = call("sweep", study, "-o", whole, "--quiet")
    for n in (1, 7, 3):
        for shard in (file for file in os.listdir(".") if ".task-" in file):
            os.remove(shard)
        for i in RANDOM.sample(range(1, n + 1), n):
            done = task(study, path, i, n, "--threads", 1 + i % 3)
            assert done.stdout == f"shard: {name}.task-{i}-of-{n}.h5\n" and "warning" not in done.stderr, done
            assert not os.path.exists(f"{name}.task-{i}-of-{n}.h5.journal")
        merged = call("merge", "-o", path, "--quiet")
        assert merged.stdout == told.stdout.split("\nresult file")[0] + f"\nresult file: {path}\n"
        expect_same(whole, path)
        os.remove(path)
        assert call("merge", "-o", path, "--quiet", "--json").stdout == call("sweep", whole, "--json").stdout
        os.remove(path)
    points = json.loads(call("sweep", whole, "--json").stdout)["points"]
    assert sum(point["status"] == "failed" for point in points) == n_failed
    print(f"{name}: {len(points)} points, {n_failed} failed, of 1, 3 and 7 tasks are one sweep")


def arrays():
    check_merged("crossed", CROSSED, 5)
    check_merged("sobol", SOBOL, 2)
    # A shard has the points of its task: what is not its own is missing, and those that failed are there.
    task("crossed.yaml", "crossed.h5", 2, 3)
    with h5py.File("crossed.task-2-of-3.h5") as shard:
        assert (shard.attrs["task"], shard.attrs["tasks"]) == (2, 3)
        assert shard["sweep/status"][...].tolist() == [[2, 2, 2], [0, 0, 1], [2, 2, 2]]
        assert shard["points/value"].shape[0] == 2
    for verb in ("sweep", "summary", "info", "verify", "bands"):
        assert "a part of one; 'joulecast merge' joins parts" in call(verb, "crossed.task-2-of-3.h5", code=5).stderr
    # More tasks than points, and a task whose points fail, are none the less shards.
    study = write("failing.yaml", FAILING)
    for i in (1, 2, 3):
        task(study, "failing.h5", i, 3)
    for done in call("merge", "-o", "failing.h5", code=2), call("sweep", study, "-o", "failing.h5", "--quiet", code=2):
        assert "all 2 points failed; the first one: point 0 (pue -1)" in done.stderr
    assert not os.path.exists("failing.h5")
    assert "--task needs a scenario" in call("sweep", "crossed-whole.h5", "--task", "1/2", code=2).stderr


def refuse(code, pattern, *shards):
    before = sorted(os.listdir("."))
    done = call("merge", "-o", "refused.h5", "--quiet", *shards, code=code)
    assert re.search(pattern, done.stderr) and done.stderr.count("\n") == 1, (pattern, done.stderr)
    assert done.stdout == "" and sorted(os.listdir(".")) == before, pattern


def refusals():
    study = write("crossed.yaml", CROSSED)
    shards = [f"refused.task-{i}-of-3.h5" for i in (1, 2, 3)]
    for i in (1, 2, 3):
        task(study, "refused.h5", i, 3)
    refuse(2, r"task 3 of 3 is missing\n", *shards[:2])
    refuse(2, r"task 1 of 3 is missing, and 1 more\n", shards[1])
    refuse(2, r"refused.task-2-of-3.h5: is task 2 of 3, and so is .*task-2-of-3.h5", *shards, shards[1])
    other = write("other.yaml", CROSSED.replace("1.4", "1.5"))
    for words, pattern in [((study, "--seed", 5), "its seed is 5, not "), ((study, "-n", 7), "its number of queries is 7, not 2000"),
                           ((other,), r"it is of another scenario, or other inputs \(")]:
        task(words[0], "foreign.h5", 2, 3, *words[1:])
        refuse(2, "foreign.task-2-of-3.h5: does not belong to the others: " + pattern, shards[0], "foreign.task-2-of-3.h5", shards[2])
        os.remove("foreign.task-2-of-3.h5")
    task(study, "foreign.h5", 2, 4)
    refuse(2, "its number of tasks is 4, not 3", shards[0], "foreign.task-2-of-4.h5", shards[2])
    # Shards of a run of the study are of another kind, on either side.
    call("run", study, "-o", "run.h5", "--summary-only", "--quiet", "--task", "2/3")
    for order in ([shards[0], "run.task-2-of-3.h5", shards[2]], ["run.task-2-of-3.h5", shards[0], shards[2]]):
        refuse(2, "does not belong to the others: it is of another scenario", *order)
    call("sweep", study, "-o", "result.h5", "--quiet")
    refuse(5, "result.h5: not a shard of joulecast.*: a whole result", shards[0], "result.h5", shards[2])

    whole = open(shards[1], "rb").read()
    for part in (0, 8, 0.5, 0.9999):
        open(shards[1], "wb").write(whole[:int(part if part >= 1 else len(whole) * part)])
        refuse(5, r"refused.task-2-of-3.h5: (not an HDF5 file|cut short|does not end with a seal)", *shards)
    open(shards[1], "wb").write(whole)
    with h5py.File(shards[1]) as file:
        places = [file[name].id.get_offset() + 9 for name in ("points/value", "points/has")]
    for at in places:
        open(shards[1], "wb").write(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
        refuse(5, r"refused.task-2-of-3.h5: damaged", *shards)
    open(shards[1], "wb").write(whole)
    for _ in range(20):
        at = RANDOM.randrange(len(whole))
        open(shards[1], "wb").write(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1:])
        refuse(5, "refused.task-2-of-3.h5: ", *shards)
    open(shards[1], "wb").write(whole)
    call("merge", "-o", "refused.h5", "--quiet", *shards)
    expect_same("refused.h5", "result.h5")
    assert "exists already" in call("merge", "-o", "refused.h5", code=4).stderr
    # A task that is run again: with its shard there, with another one's.
    assert "exists already" in task(study, "refused.h5", 2, 3, code=4).stderr
    assert "nothing to do" in task(study, "refused.h5", 2, 3, "--resume").stderr and open(shards[1], "rb").read() == whole
    assert "refused.task-2-of-3.h5: " in task(other, "refused.h5", 2, 3, "--resume", code=2).stderr
    print("refusals: each of its kind; 20 of 20 flipped bits refused")


def start(*words):
    """A sweep that has computed some points, but not all."""
    process = subprocess.Popen([joulecast, "sweep", *words, "--quiet", "--threads", "2"], stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, text=True)
    journal = words[words.index("-o") + 1] + ".journal"
    if "--task" in words:
        journal = journal.replace(".h5", ".task-{}-of-{}.h5".format(*words[words.index("--task") + 1].split("/")))
    first = os.path.getsize(journal) if os.path.exists(journal) else 0
    deadline = time.time() + 60
    while time.time() < deadline and process.poll() is None and (
            not os.path.exists(journal) or os.path.getsize(journal) < first + 1500):
        time.sleep(0.002)
    assert process.poll() is None, process.communicate()
    return process


def kills():
    study = write("slow.yaml", SLOW)
    call("sweep", study, "-o", "slow-whole.h5", "--quiet")
    for words in ([], ["--resume"]):
        process = start(study, "-o", "slow.h5", "--task", "2/2", *words)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL and not os.path.exists("slow.task-2-of-2.h5")
    task(study, "slow.h5", 1, 2)
    assert "task 2 of 2 is missing" in call("merge", "-o", "slow.h5", code=2).stderr
    assert "--resume goes on" in task(study, "slow.h5", 2, 2, code=4).stderr
    found = re.search(r"(\d+) of 12 points were there already", task(study, "slow.h5", 2, 2, "--resume").stderr)
    assert found and 1 <= int(found[1]) < 12
    call("merge", "-o", "slow.h5", "--quiet")
    expect_same("slow.h5", "slow-whole.h5")


def random_kills(trials):
    """Whatever they are killed in, and however often, nothing of what was computed is lost or counted twice."""
    words = [joulecast, "sweep", "slow.yaml", "-o", "random.h5", "--quiet", "--resume", "--threads"]
    begin = time.time()
    call("sweep", "slow.yaml", "-o", "timed.h5", "--quiet")
    took = time.time() - begin
    killed = 0
    while killed < trials:
        code = 1
        while code != 0:
            with subprocess.Popen([*words, RANDOM.choice("123")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
                time.sleep(RANDOM.uniform(0.02, 0.6 * took))
                process.send_signal(RANDOM.choice((signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT)))
                code = process.wait()
            assert code in (0, 6, -signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT), code
            killed += 1
        expect_same("random.h5", "slow-whole.h5")
        os.remove("random.h5")
        assert not os.path.exists("random.h5.journal")
    print(f"{killed} sweeps killed or stopped at random times, nothing lost")
    print("proof:", json.dumps({"kill trials": killed, "kill losses": 0}))


def stops():
    study = "slow.yaml"
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1):
        process = start(study, "-o", "stopped.h5", *([] if number == signal.SIGTERM else ["--resume"]))
        process.send_signal(number)
        error = process.communicate(timeout=30)[1]
        assert process.returncode == 6 and not os.path.exists("stopped.h5"), (process.returncode, error)
        assert error == "joulecast: stopped; stopped.h5.journal has the points that were computed: --resume goes on from there\n", error
    done = call("sweep", study, "-o", "stopped.h5", "--quiet", "--resume")
    assert re.search(r"\d+ of 24 points were there already", done.stderr)
    expect_same("stopped.h5", "slow-whole.h5")
    # Time that is up stops within a point, when all threads compute it.
    big = write("big.yaml", BIG)
    begin = time.time()
    error = call("sweep", big, "-o", "big.h5", "--quiet", "--max-time", "0.2s", code=6).stderr
    assert "big.h5.journal has the points" in error and time.time() - begin < 2, error
    # The second signal ends it at once.
    process = subprocess.Popen([joulecast, "sweep", big, "-o", "big.h5", "--quiet", "--resume"], stdout=subprocess.DEVNULL)
    time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=10) in (6, -signal.SIGTERM, -signal.SIGINT)


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    tests = (arrays, refusals)
    for test in tests if "JOULECAST_SHORT" in os.environ else (*tests, kills, stops):
        begin = time.time()
        test()
        print(f"{test.__name__}: {time.time() - begin:.1f} s")
    trials = int(os.environ.get("JOULECAST_KILL_TRIALS", 0))
    if trials > 0:
        random_kills(trials)
