"""Work that is shared or stopped: tasks merged, runs interrupted and resumed give the file of one run, to the bit.

JOULECAST_KILL_TRIALS=N makes the trials with signals at random times N of each kind in place of a few."""
import functools
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import h5py

joulecast, source = (os.path.abspath(path) for path in sys.argv[1:3])
STUDY = source + "/scenarios/oviedo2026-traditional.yaml"
HONEST = source + "/scenarios/oviedo2026-honest.yaml"
BLOCK = 1 << 18
TRIALS = int(os.environ.get("JOULECAST_KILL_TRIALS", 3))
RANDOM = random.Random(20260)
proof = {"kill trials": 0, "kill losses": 0, "slowest stop, s": 0}  # a loss ends the test

# Constants, batch sizes that are moved, other quantities than energy.
TRAFFIC = f"""joulecast: 1
extends: {source}/scenarios/production-conversation.yaml
name: traffic
defaults:
  workload: {{batch_size: {{lognormal: {{p05: 4, p95: 400}}}}}}
  throughput: {{outside: clamp}}
  hosting: {{pue: 1.2, wue_site: 0.3, wue_source: 3, carbon_intensity: 0.4}}
store: [batch_size, pue, energy, water]
"""


def call(*words, code=0, env=None):
    done = subprocess.run([joulecast, *map(str, words)], capture_output=True, text=True,
                          env={**os.environ, **(env or {})})
    assert done.returncode == code, (words, done.returncode, done.stderr)
    return done


def digests(path):
    return json.loads(call("verify", path, "--json").stdout)["sha256"]


@functools.lru_cache(maxsize=8)
def content_of(path, identity):
    return digests(path), call("summary", path, "--json").stdout


def content(path):
    """What a file has; one that is compared with several others is read once."""
    status = os.stat(path)
    return content_of(path, (status.st_ino, status.st_mtime_ns, status.st_size))


def expect_same(one, other, what):
    (ours, summary), (theirs, other_summary) = content(one), content(other)
    assert ours == theirs, (what, sorted(name for name in {**ours, **theirs} if ours.get(name) != theirs.get(name)))
    assert summary == other_summary, what
    with h5py.File(one) as a, h5py.File(other) as b:
        for name in ("inputs", "stream_labels"):
            assert list(a["provenance"].attrs[name]) == list(b["provenance"].attrs[name]), (what, name)
        assert list(a["cases"]) == list(b["cases"])
    return len(ours)


def names(folder):
    return sorted(os.listdir(folder))


def clear(folder):
    for name in names(folder):
        os.remove(folder + "/" + name)


def check_merged(folder, what, *words, tasks=(1, 3, 7)):
    verb, *words = words
    whole, path = folder + "/whole.h5", folder + "/merged.h5"
    call(verb, *words, "-o", whole, "--quiet")
    for n in tasks:
        for task in RANDOM.sample(range(1, n + 1), n):
            done = call(verb, *words, "-o", path, "--quiet", "--task", f"{task}/{n}", "--threads", 1 + task % 3)
            assert done.stdout == f"shard: {folder}/merged.task-{task}-of-{n}.h5\n"
        merged = call("merge", "-o", path, "--quiet", "--threads", 1 + n % 2, "--json")
        assert merged.stdout == call("summary", whole, "--json").stdout
        count = expect_same(whole, path, (what, n))
        clear_shards(folder)
        os.remove(path)
    print(f"{what}: arrays of {', '.join(map(str, tasks))} tasks are one run ({count} datasets)")
    clear(folder)


def clear_shards(folder):
    for name in names(folder):
        if ".task-" in name:
            os.remove(folder + "/" + name)


def check_arrays(folder, traffic):
    check_merged(folder, "blends, trimmed pathways, samples", "run", STUDY, "-n", BLOCK + 1000)
    check_merged(folder, "the same without samples", "run", STUDY, "-n", 2 * BLOCK, "--summary-only")
    check_merged(folder, "less than a block", "run", STUDY, "-n", 1000, tasks=(1, 7))
    check_merged(folder, "compressed", "run", traffic, "-n", BLOCK + 1, "--compress", 1, "--set", "store=[energy]",
                 tasks=(3,))
    check_merged(folder, "constants, moved batch sizes", "run", traffic, "-n", 300001, "--summary-only", tasks=(3, 7))
    for points in ("sobol", "latin-hypercube"):
        check_merged(folder, points, "run", STUDY, "-n", BLOCK + 5, "--set", f"points={points}", tasks=(3,))
    check_merged(folder, "bands", "bands", HONEST, "--draws", 23, "-n", 300)
    check_merged(folder, "a year of a fleet", "run", source + "/scenarios/jegham2025-gpt-4o-year.yaml", "-n", BLOCK + 1,
                 "--summary-only", tasks=(3,))


def check_slurm(folder):
    """--task auto takes what Slurm says of an array; one with holes is refused."""
    def env(task, first, last, count, step=1):
        return {"SLURM_ARRAY_TASK_ID": str(task), "SLURM_ARRAY_TASK_MIN": str(first), "SLURM_ARRAY_TASK_MAX": str(last),
                "SLURM_ARRAY_TASK_COUNT": str(count), "SLURM_ARRAY_TASK_STEP": str(step)}

    run = ["run", STUDY, "-n", 5, "--summary-only", "-o", folder + "/a.h5", "--quiet", "--task", "auto"]
    for environment, name in ((env(0, 0, 2, 3), "1-of-3"), (env(7, 3, 7, 3, 2), "3-of-3")):
        assert call(*run, env=environment).stdout == f"shard: {folder}/a.task-{name}.h5\n"
    assert "the array has holes" in call(*run, env=env(5, 3, 7, 3), code=2).stderr
    assert "no task of a Slurm array" in call(*run, code=2).stderr
    for text in ("0/3", "4/3", "1", "1/", "/3", "-1/3", "1/3x", "1/1000001"):
        assert "is not I/N with I from 1 to N" in call(*run[:-1], text, code=2).stderr, text
    assert "--until runs depends on all queries" in call(*run[:-1], "1/3", "--until", "mean rel 1%", code=2).stderr
    for text in ("0", "-5", "x", "5 years", "inf"):
        assert f"--max-time: '{text}' is not a time" in call(*run[:-2], "--max-time", text, code=2).stderr
    clear(folder)


def flip(path, at, bit=4):
    with open(path, "r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ bit]))


def refuse(folder, shards, code, pattern):
    path = folder + "/refused.h5"
    before = names(folder)
    done = call("merge", "-o", path, "--quiet", *shards, code=code)
    assert re.search(pattern, done.stderr) and done.stderr.count("\n") == 1, (pattern, done.stderr)
    assert done.stdout == "" and names(folder) == before, (pattern, names(folder))


def check_refusals(folder):
    run = ["run", STUDY, "-n", 40000, "--quiet", "-o"]
    for task in (1, 2, 3):
        call(*run, folder + "/refused.h5", "--task", f"{task}/3")
    shards = [f"{folder}/refused.task-{task}-of-3.h5" for task in (1, 2, 3)]

    refuse(folder, shards[:2], 2, r"task 3 of 3 is missing\n")
    refuse(folder, shards[1:2], 2, r"task 1 of 3 is missing, and 1 more\n")
    refuse(folder, shards + shards[1:2], 2, r"refused.task-2-of-3.h5: is task 2 of 3, and so is .*task-2-of-3.h5")
    os.rename(shards[1], folder + "/aside")
    refuse(folder, [], 2, r"task 2 of 3 is missing")
    refuse(folder, shards, 4, r"task-2-of-3.h5: cannot open: No such file")
    for words, pattern in [(["--seed", 5], "its seed is 5, not 20260"), (["-n", 40001], "its number of queries is 40001, not 40000"),
                           (["--set", "store=[energy]"], r"it is of another scenario, or other inputs \("),
                           (["--summary-only"], "it has no samples"), (["--compress", 3], "its level of compression is 3")]:
        call(*run, folder + "/foreign.h5", "--task", "2/3", *words)
        foreign = folder + "/foreign.task-2-of-3.h5"
        refuse(folder, [shards[0], foreign, shards[2]], 2, "foreign.task-2-of-3.h5: does not belong to the others: " + pattern)
        os.remove(foreign)
    call(*run, folder + "/foreign.h5", "--task", "2/4")
    refuse(folder, [shards[0], folder + "/foreign.task-2-of-4.h5", shards[2]], 2, "its number of tasks is 4, not 3")
    call(*run, folder + "/foreign.h5")
    refuse(folder, [shards[0], folder + "/foreign.h5", shards[2]], 5, "not a shard of joulecast.*: a whole result")
    for verb in ("summary", "info", "verify", "bands"):
        assert "a part of one; 'joulecast merge' joins parts" in call(verb, shards[0], code=5).stderr
    os.rename(folder + "/aside", shards[1])
    call(*run, folder + "/refused.h5", "--task", "2/4")
    refuse(folder, [], 2, "are of different numbers of tasks")
    os.remove(folder + "/refused.task-2-of-4.h5")

    whole = open(shards[1], "rb").read()
    for part in (0, 8, 0.5, 0.9, 0.9999):
        open(shards[1], "wb").write(whole[:int(part if part > 1 else len(whole) * part)])
        refuse(folder, [], 5, r"refused.task-2-of-3.h5: (not an HDF5 file|cut short|does not end with a seal)")
    open(shards[1], "wb").write(whole)
    with h5py.File(shards[1]) as file:
        places = {name: file[name].id.get_offset() + 9 for name in ("moments/mean", "buckets/count", "pieces/first")}
        samples = file["cases/llama-3.1-405b/energy"]
        places["samples"] = samples.id.get_chunk_info(0).byte_offset + 4001
    for name, at in places.items():
        flip(shards[1], at)
        refuse(folder, [], 5, r"refused.task-2-of-3.h5: (damaged|samples /cases/llama-3.1-405b/\w+ are missing or damaged)")
        flip(shards[1], at)
    for _ in range(20):
        at = RANDOM.randrange(len(whole))
        flip(shards[1], at)
        refuse(folder, shards, 5, "refused.task-2-of-3.h5: ")
        flip(shards[1], at)
    call("merge", "-o", folder + "/refused.h5", "--quiet")
    expect_same(folder + "/refused.h5", folder + "/foreign.h5", "after refusals")
    assert "exists already" in call("merge", "-o", folder + "/refused.h5", code=4).stderr
    print("refusals: each of its kind; 20 of 20 flipped bits refused")
    clear(folder)


def signalled(words, number, seconds):
    """Its exit code, and how long it took after the signal."""
    with subprocess.Popen([joulecast, *map(str, words)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            pass
        sent = time.monotonic()
        process.send_signal(number)
        error = process.stderr.read()
        return process.wait(), time.monotonic() - sent, error


def check_virtual(folder):
    """A file whose samples stay in the shards: the same numbers, and never a fill value for what is not there."""
    whole, master = folder + "/whole.h5", folder + "/master.h5"
    shards = [f"{folder}/parts/s.task-{task}-of-3.h5" for task in (1, 2, 3)]
    run = ["run", STUDY, "-n", BLOCK + 1000, "--quiet", "-o"]
    os.mkdir(folder + "/parts")
    call(*run, whole)
    for task in (1, 2, 3):
        call(*run, folder + "/parts/s.h5", "--task", f"{task}/3")
    call("merge", *shards, "-o", master, "--virtual", "--quiet")
    expect_same(whole, master, "virtual")
    assert os.path.getsize(master) < os.path.getsize(whole) / 10
    with h5py.File(master) as file, h5py.File(whole) as other:
        assert list(file.attrs["shards"]) == [f"parts/s.task-{task}-of-3.h5" for task in (1, 2, 3)]
        name = "cases/llama-3.1-405b/energy"
        assert file[name].is_virtual and (file[name][:] == other[name][:]).all()
    os.environ["HDF5_VDS_PREFIX"] = "/nowhere"  # the shards that were checked are those that are read
    expect_same(whole, master, "virtual, with HDF5_VDS_PREFIX")
    del os.environ["HDF5_VDS_PREFIX"]
    assert "is one of the shards" in call("merge", *shards, "-o", shards[0], "--virtual", "--force", code=2).stderr
    odd = folder + "/100%% of %b.h5"
    for task in (1, 2):
        call(*run, odd, "--task", f"{task}/2")
    call("merge", "-o", odd, "--virtual", "--quiet")
    expect_same(whole, odd, "virtual, with odd characters")
    os.rename(folder, folder + "-moved")  # as a whole
    expect_same(folder + "-moved/whole.h5", folder + "-moved/master.h5", "moved")
    os.rename(folder + "-moved", folder)
    assert "its samples are in shards" in call(*run, master, "--resume", "-n", 9 * BLOCK, code=5).stderr
    assert "nothing to do" in call(*run, master, "--resume").stderr
    call(*run, folder + "/kept.h5", "--virtual", "--threads", 1, "--checkpoint-every", "0.001s")
    assert os.path.exists(folder + "/kept.part-2.h5")
    expect_same(whole, folder + "/kept.h5", "checkpoints that stay")
    call(*run, master, "--resume", "--until", "mean rel 90%")  # it is as sure already, and stays
    expect_same(whole, master, "sure enough")

    def refused(pattern, verbs=("verify", "summary", "info")):
        for verb in verbs:
            done = call(verb, master, code=5)
            assert re.search(pattern, done.stderr) and not done.stdout, (verb, done.stderr)

    os.rename(shards[1], folder + "/aside")
    refused("master.h5: its samples are in shards, and one is amiss: .*task-2-of-3.h5: cannot open: No such file")
    shutil.copy(shards[0], shards[1])
    refused("task-2-of-3.h5: is not the shard that was merged")
    call(*run, shards[1], "--force")
    refused("not a shard of joulecast")
    shutil.copy(folder + "/aside", shards[1])
    os.truncate(shards[1], os.path.getsize(shards[1]) - 1)
    refused("task-2-of-3.h5: does not end with a seal: cut short or damaged")
    shutil.copy(folder + "/aside", shards[1])
    with h5py.File(shards[1]) as file:
        number, sample = file["moments/mean"].id.get_offset(), file[name].id.get_chunk_info(0).byte_offset
    flip(shards[1], number + 1)
    refused("task-2-of-3.h5: damaged")
    flip(shards[1], number + 1)
    flip(shards[1], sample + 4001)
    refused("dataset /cases/llama-3.1-405b/energy is damaged", ["verify"])
    flip(shards[1], sample + 4001)
    expect_same(whole, master, "whole again")
    call("merge", *shards, "-o", folder + "/flat.h5", "--quiet")
    expect_same(whole, folder + "/flat.h5", "flat")
    shutil.rmtree(folder + "/parts")
    clear(folder)
    print("virtual: the same numbers; a shard that is missing, other, cut or damaged is told by every reader")


def check_interrupted(folder, what, words, stops, quickest=0.02):
    """Stopped again and again, at random times, until it is whole."""
    whole, path = folder + "/whole.h5", folder + "/stopped.h5"
    began = time.monotonic()
    call(*words, "-o", whole, "--quiet")
    took = time.monotonic() - began
    trials = stopped = 0
    slowest = 0
    while trials < TRIALS:
        code = 6
        goes = 0
        while code != 0:
            number = RANDOM.choice(stops)
            code, seconds, error = signalled([*words, "-o", path, "--quiet", "--resume", "--threads", RANDOM.choice((1, 2, 3)),
                                              "--checkpoint-every", RANDOM.choice(("0.05s", "1h"))],
                                             number, RANDOM.uniform(quickest, 0.6 * took + 0.3 * goes))
            goes += 1
            trials += 1
            if number != signal.SIGKILL:
                assert code in (0, 6, -number), (what, code, error)  # -number: before the handlers were there
                assert code != 6 or (error.startswith("joulecast: stopped;") and error.count("\n") == 1), error
                slowest = max(slowest, seconds) if code == 6 else slowest
                stopped += code == 6
            else:
                assert code in (0, -number), (what, code, error)
        expect_same(whole, path, (what, "stopped"))
        left = [name for name in names(folder) if name not in ("whole.h5", "stopped.h5")]
        assert not left, (what, left)
        os.remove(path)
    print(f"{what}: {trials} signals, {stopped} runs stopped, at most {slowest:.2f} s after the signal; nothing lost")
    proof["kill trials"] += trials
    proof["slowest stop, s"] = max(proof["slowest stop, s"], round(slowest, 2))
    assert slowest < (2 if TRIALS == 3 else 10)  # of a busy machine; one second is what is promised
    clear(folder)


def check_stops(folder, traffic):
    soft = (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1)
    check_interrupted(folder, "samples and pathways", ["run", STUDY, "-n", 3 * BLOCK + 77], soft)
    check_interrupted(folder, "summary only", ["run", STUDY, "-n", 20 * BLOCK + 77, "--summary-only"], soft)
    check_interrupted(folder, "bands", ["bands", HONEST, "--draws", 100, "-n", 1000], soft)
    check_interrupted(folder, "sobol", ["run", traffic, "-n", 3 * BLOCK, "--set", "points=sobol"], soft)
    check_interrupted(folder, "killed, samples", ["run", STUDY, "-n", 3 * BLOCK + 77], (signal.SIGKILL,))
    check_interrupted(folder, "killed, summary only", ["run", STUDY, "-n", 20 * BLOCK, "--summary-only"], (signal.SIGKILL,))


def check_killed_tasks(folder):
    """A task that is killed loses no other's work, and run again completes the set."""
    words = ["run", STUDY, "-n", 2 * BLOCK + 5]
    call(*words, "-o", folder + "/whole.h5", "--quiet")
    for trial in range(max(1, TRIALS // 3)):
        path = folder + "/tasks.h5"
        for task in (1, 2, 3):
            code = 1
            while code != 0:
                code, _, error = signalled([*words, "-o", path, "--quiet", "--resume", "--task", f"{task}/3", "--checkpoint-every",
                                            "0.05s"], RANDOM.choice((signal.SIGKILL, signal.SIGTERM)), RANDOM.uniform(0.02, 0.8))
                assert code in (0, 6, -signal.SIGKILL, -signal.SIGTERM), error
                proof["kill trials"] += 1
            again = call(*words, "-o", path, "--quiet", "--resume", "--task", f"{task}/3")
            assert "is whole already: nothing to do" in again.stderr
        call("merge", "-o", path, "--quiet")
        expect_same(folder + "/whole.h5", path, ("killed tasks", trial))
        assert len(names(folder)) == 5, names(folder)
        os.remove(path)
        clear_shards(folder)
    print("tasks: killed and run again, the set is whole")
    clear(folder)


def check_checkpoints(folder):
    """What is left of a stopped run is gone on from when asked for, and never mistaken."""
    path, kept = folder + "/kept.h5", folder + "/kept.checkpoint-1.h5"
    long = ["run", STUDY, "-n", "4e8", "--summary-only", "--quiet", "-o", path]
    began = time.monotonic()
    done = call(*long, "--max-time", "0.4s", code=6)
    assert 0.4 < time.monotonic() - began < 5
    assert done.stderr == f"joulecast: stopped; {kept} has what was done: --resume goes on from there\n", done.stderr
    assert names(folder) == ["kept.checkpoint-1.h5"]
    assert "is left of a run that was stopped; --resume goes on from it, --force begins afresh" in call(*long, code=4).stderr
    for words, pattern in [(["--seed", 7], "cannot go on from it: its seed is 20260, not 7"),
                           (["-n", "3e8"], "its number of queries is 400000000, not 300000000"),
                           (["--set", "store=[energy]"], "it is of another scenario, or other inputs")]:
        assert f"{kept}: " in (told := call(*long, *words, "--resume", code=2).stderr) and pattern in told, told
    with open(folder + "/copy.yaml", "w") as copy:  # the same study by another file
        copy.write(f"joulecast: 1\nextends: {STUDY}\nname: oviedo2026-traditional\n")
    assert "of another scenario, or other inputs" in call("run", folder + "/copy.yaml", *long[2:], "--resume", code=2).stderr
    os.remove(folder + "/copy.yaml")
    at = os.path.getsize(kept) // 2
    flip(kept, at)
    assert "kept.checkpoint-1.h5: " in call(*long, "--resume", "--max-time", "0.2s", code=5).stderr
    flip(kept, at)
    call("run", STUDY, "-n", "1e6", "--summary-only", "--quiet", "-o", path, "--force")
    assert "kept.checkpoint-1.h5" not in names(folder)
    assert names(folder) == ["kept.h5"]
    clear(folder)

    process = subprocess.Popen([joulecast, *map(str, long), "--max-time", "1h"], stderr=subprocess.PIPE, text=True,
                               stdout=subprocess.DEVNULL)
    time.sleep(0.3)
    process.send_signal(signal.SIGTERM)  # and at once another one
    process.send_signal(signal.SIGTERM)
    assert process.wait(5) in (6, -signal.SIGTERM)
    process.stderr.close()
    clear(folder)
    print("checkpoints: refused when they are of another study, or damaged")


with tempfile.TemporaryDirectory() as temporary:
    work = temporary + "/work"
    os.mkdir(work)
    traffic_path = temporary + "/traffic.yaml"
    with open(traffic_path, "w") as text:
        text.write(TRAFFIC)
    check_arrays(work, traffic_path)
    check_slurm(work)
    check_refusals(work)
    check_virtual(work)
    check_checkpoints(work)
    check_killed_tasks(work)
    check_stops(work, traffic_path)
print("proof:", json.dumps(proof))
