"""Ranks: a study or sweep that MPI's processes share, on any number of them and of threads, gives the file of one process.

Under OpenMPI or MPICH, whichever joulecast-mpi was built with."""
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

if len(sys.argv) < 5:
    print("skipped: there is no MPI; script/bootstrap --cluster installs it")
    sys.exit(77)
joulecast, source, joulecast_mpi, launcher = (os.path.abspath(path) for path in sys.argv[1:5])
STUDY = source + "/scenarios/oviedo2026-traditional.yaml"
HONEST = source + "/scenarios/oviedo2026-honest.yaml"
BLOCK = 1 << 18
# The PUE 0 is refused before a point is computed; at 1e-37 tokens/s the energy is more than a number can be.
SWEEP = """\
joulecast: 1
name: shared
queries: 3000
store: [energy, water]
defaults:
  workload: {input_tokens: 500, output_tokens: {exponential: {median: 300}}}
  throughput: {form: constant, tokens_per_s: 5200}
  node: {power: 10.2 kW, power_utilization: {lognormal: {p05: 0.4, p95: 0.9}}}
  hosting: {pue: 1.2, wue_site: 0.3, wue_source: 3}
cases:
  a: {}
  b: {throughput: {tokens_per_s: {uniform: {low: 2000, high: 3000}}}}
blends: {both: {cases: {a: 3, b: 1}}}
sweep:
  parameters:
    overhead: {key: defaults.hosting.pue, values: [0, 1.1, 1.25, 1.4]}
    tokens: {key: cases.b.throughput.tokens_per_s, values: {slow: 1000, fast: 9000, never: 1e-37}}
"""
# More ranks than cores, by any user, without a look for networks, nor seconds of waiting for those that have failed;
# MPICH knows none of these words and needs none of them.
ENVIRONMENT = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
               "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_orte_abort_print_stack": "0",
               "OMPI_MCA_pml": "ob1", "OMPI_MCA_odls_base_sigkill_timeout": "0"}


def call(*words, code=0, ranks=0):
    program = [launcher, "-n", str(ranks), joulecast_mpi] if ranks > 0 else [joulecast]
    done = subprocess.run([*program, *map(str, words)], capture_output=True, text=True, env=ENVIRONMENT, timeout=300)
    assert done.returncode == code, (words, ranks, done.returncode, done.stderr)
    return done


def messages(stderr):
    return [line for line in stderr.splitlines() if line.startswith("joulecast: ")]


def digests(path):
    return json.loads(call("verify", path, "--json").stdout)["sha256"]


def names(folder):
    return sorted(os.listdir(folder))


def clear(folder):
    for name in names(folder):
        os.remove(folder + "/" + name)


def check_same(folder, what, *words, ways=((2, 1), (3, 1))):
    """The same file, and the same words for people, for each number of ranks and of threads."""
    whole, path = folder + "/whole.h5", folder + "/shared.h5"
    alone = call(*words, "-o", whole, "--quiet", "--json")
    expected = digests(whole)
    for ranks, threads in ways:
        done = call(*words, "-o", path, "--quiet", "--json", "--threads", threads, ranks=ranks)
        assert done.stdout == alone.stdout and done.stderr == alone.stderr, (what, ranks, threads, done.stderr)
        assert names(folder) == ["shared.h5", "whole.h5"], names(folder)
        ours = digests(path)
        assert ours == expected, (what, ranks, threads,
                                  sorted(name for name in {**ours, **expected} if ours.get(name) != expected.get(name)))
        os.remove(path)
    clear(folder)
    print(f"{what}: {', '.join(f'{ranks} x {threads}' for ranks, threads in ways)} ranks x threads give the file of one "
          f"process ({len(expected)} datasets)")


def check_bytes(folder):
    every = ((1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (4, 1), (4, 2))
    check_same(folder, "blends, trimmed pathways, samples", "run", STUDY, "-n", 3 * BLOCK + 1000, ways=every)
    check_same(folder, "the same without samples", "run", STUDY, "-n", 6 * BLOCK + 1, "--summary-only", ways=every)
    check_same(folder, "bands", "bands", HONEST, "--draws", 41, "-n", 500, ways=every)
    check_same(folder, "less than a block", "run", STUDY, "-n", 1000, ways=((4, 1),))
    check_same(folder, "compressed", "run", STUDY, "-n", BLOCK + 1, "--compress", 1, ways=((3, 1),))
    check_same(folder, "sobol", "run", STUDY, "-n", 3 * BLOCK + 5, "--set", "points=sobol", ways=((3, 1),))
    check_same(folder, "a year of a fleet", "run", source + "/scenarios/jegham2025-gpt-4o-year.yaml", "-n", 2 * BLOCK,
               "--summary-only")


def check_sweeps(folder, study):
    """Whole points, points whose blocks are shared, points that fail before and while they are computed."""
    big = "sweep={queries: %d, parameters: {tokens: {key: cases.b.throughput.tokens_per_s, values: [%s]}}}"
    check_same(folder, "sweep of 12 points, 6 of which fail", "sweep", study,
               ways=((1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (4, 1), (4, 2)))
    check_same(folder, "sweep of big points, the third of which fails", "sweep", study, "--set",
               big % (9 * BLOCK, "1000, 9000, 1e-37"), ways=((2, 1), (2, 2), (3, 1)))
    check_same(folder, "sweep of one big point", "sweep", study, "--set", big % (9 * BLOCK, "1000"), ways=((3, 2), (4, 1)))
    check_same(folder, "sweep of fewer blocks than are worth sharing", "sweep", study, "--set", big % (BLOCK, "1, 2, 1e-37"),
               ways=((4, 1),))
    words = ["sweep", study, "--quiet"]
    call(*words, "-o", folder + "/whole.h5")
    for task, ranks in ((1, 2), (2, 0)):
        call(*words, "-o", folder + "/shared.h5", "--task", f"{task}/2", ranks=ranks)
    call("merge", "-o", folder + "/shared.h5", "--quiet")
    assert digests(folder + "/shared.h5") == digests(folder + "/whole.h5")
    before = os.stat(folder + "/shared.h5").st_mtime_ns
    assert "nothing to do" in call(*words, "-o", folder + "/shared.h5", "--resume", ranks=2).stderr
    assert os.stat(folder + "/shared.h5").st_mtime_ns == before
    call(*words, "-o", folder + "/shared.h5", "--force", "--seed", 5, ranks=2)
    assert digests(folder + "/shared.h5") != digests(folder + "/whole.h5")
    clear(folder)
    done = call(*words, "-o", folder + "/none.h5", "--set", "defaults.node.power=-1 kW", code=2, ranks=2)
    assert len(messages(done.stderr)) == 1 and "power" in done.stderr and names(folder) == [], done.stderr
    bad = "sweep={parameters: {overhead: {key: defaults.hosting.pue, values: [-1, 0, -2]}}}"
    done = call(*words, "-o", folder + "/none.h5", "--set", bad, code=2, ranks=2)
    assert "all 3 points failed; the first one: point 0 (overhead -1)" in messages(done.stderr)[0], done.stderr
    assert names(folder) == []


def points_of(folder):
    """Sizes of the journals of a sweep."""
    sizes = []
    for name in names(folder):
        if name.endswith(".journal"):
            with contextlib.suppress(FileNotFoundError):  # taken over by the first rank at this moment
                sizes.append(os.path.getsize(folder + "/" + name))
    return sizes


def check_sweep_ends(folder, study):
    """A rank that cannot write, one that is killed, one that is stopped: nothing is lost, nothing looks complete."""
    whole, path = folder + "/whole.h5", folder + "/shared.h5"
    many = "sweep={queries: 150000, parameters: {overhead: {key: defaults.hosting.pue, linear: {from: 1.1, to: 2, n: 300}}}}"
    words = ["sweep", study, "--quiet", "--threads", "1", "--set", many]
    call(*words, "-o", whole)
    expected = digests(whole)
    os.mkdir(folder + "/shared.rank-3.h5.journal")  # the third rank cannot have its own
    done = call(*words, "-o", path, code=4, ranks=3)
    assert len(messages(done.stderr)) == 1 and "shared.rank-3.h5.journal: cannot create" in messages(done.stderr)[0], done.stderr
    assert not os.path.exists(path)
    os.rmdir(folder + "/shared.rank-3.h5.journal")

    def begin(*more):
        running = subprocess.Popen([launcher, "-n", "3", joulecast_mpi, *words, "-o", path, *more], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, text=True, env=ENVIRONMENT)
        limit = time.monotonic() + 60
        before = points_of(folder)
        while len(points_of(folder)) < 3 or max(points_of(folder)) <= max([*before, 200]):
            assert time.monotonic() < limit and running.poll() is None, (names(folder), running.communicate())
            time.sleep(0.002)
        return running

    running = begin("--resume")
    os.kill(ranks_of(running.pid)[-1], signal.SIGKILL)
    running.communicate(timeout=120)
    assert running.returncode != 0 and not os.path.exists(path) and len(points_of(folder)) == 3
    for code, program in ((4, 0), (4, 2)):  # both see that there is something to go on from
        assert "--resume goes on from there" in call(*words, "-o", path, code=code, ranks=program).stderr
    running = begin("--resume")
    running.send_signal(signal.SIGUSR1)
    stderr = running.communicate(timeout=120)[1]
    assert running.returncode == 6 and messages(stderr) == [f"joulecast: stopped; {path}.journal has the points that were "
                                                            "computed: --resume goes on from there"], stderr
    kept = shutil.copytree(folder, folder + "-kept")
    for ranks in (0, 2, 4):
        done = call(*words, "-o", path, "--resume", ranks=ranks)
        known = next(line for line in done.stderr.splitlines() if "points were there already" in line)
        assert 2 <= int(known.split()[0]) < 300, known
        assert digests(path) == expected and names(folder) == ["shared.h5", "whole.h5"], (ranks, names(folder))
        shutil.rmtree(folder)
        shutil.copytree(kept, folder)
    call(*words, "-o", path, "--force", ranks=2)
    assert digests(path) == expected and names(folder) == ["shared.h5", "whole.h5"], names(folder)
    shutil.rmtree(kept)
    clear(folder)
    print("sweeps: ranks that fail, are killed or stopped leave their points, from which 0, 2 and 4 ranks go on")


def check_virtual(folder):
    """Samples that stay in the files of ranks: the same numbers; and these files are merged to one, if wanted."""
    whole, path = folder + "/whole.h5", folder + "/shared.h5"
    words = ["run", STUDY, "-n", 4 * BLOCK + 7, "--quiet"]
    alone = call(*words, "-o", whole, "--json").stdout
    expected = digests(whole)
    for ranks, more in ((2, []), (3, ["--force", "--threads", 2]), (2, ["--force", "--compress", 1])):
        assert call(*words, "-o", path, "--virtual", "--json", *more, ranks=ranks).stdout == alone
        parts = [f"shared.part-{j + 1}.h5" for j in range(ranks)]
        assert names(folder) == ["shared.h5", *parts, "whole.h5"], names(folder)
        assert digests(path) == expected, (ranks, more)
    call("merge", "-o", folder + "/flat.h5", "--quiet", *(folder + "/" + part for part in parts))
    assert digests(folder + "/flat.h5") == expected
    done = call("merge", "-o", folder + "/bad.h5", "--quiet", folder + "/" + parts[0], code=5)
    assert "is short" in done.stderr
    done = call("merge", "-o", folder + "/bad.h5", "--quiet", *([folder + "/" + parts[0]] * 2), folder + "/" + parts[1], code=5)
    assert "is there twice" in done.stderr, done.stderr
    os.rename(folder + "/" + parts[1], folder + "/aside")
    assert "shared.part-2.h5: cannot open" in call("verify", path, code=5).stderr
    os.remove(path)
    done = call(*words, "-o", path, "--virtual", code=4, ranks=2)
    assert "shared.part-1.h5: exists already; --force replaces it" in messages(done.stderr)[0], done.stderr
    done = call(*words, "-o", path, "--virtual", "--summary-only", code=2, ranks=2)
    assert "there are no samples" in messages(done.stderr)[0], done.stderr
    clear(folder)
    # Stopped, and gone on from: parts of all that took part, but none of second passes alone.
    call(*words, "-o", whole)
    call(*words, "-o", path, "--virtual", "--max-time", "0.001", code=6, ranks=2)
    call(*words, "-o", path, "--virtual", "--resume", ranks=3)
    assert digests(path) == expected and not any("checkpoint" in name for name in names(folder)), names(folder)
    clear(folder)
    print("virtual: samples stay with 2 and 3 ranks, and the file has the same numbers")


def check_tasks(folder):
    """A task of an array may itself be shared by ranks."""
    words = ["run", STUDY, "-n", 4 * BLOCK + 7, "--quiet"]
    call(*words, "-o", folder + "/whole.h5")
    for task, ranks in ((1, 2), (2, 0), (3, 3)):
        call(*words, "-o", folder + "/shared.h5", "--task", f"{task}/3", ranks=ranks)
    call("merge", "-o", folder + "/shared.h5", "--quiet")
    assert digests(folder + "/shared.h5") == digests(folder + "/whole.h5")
    clear(folder)
    print("tasks of an array, with 2, 0 and 3 ranks, are one run")


def check_errors(folder):
    """One message, by the first rank, and its exit code; nothing is left."""
    path = folder + "/refused.h5"
    run = ["run", STUDY, "-n", BLOCK, "-o", path, "--quiet"]
    for code, pattern, words in (
            (2, "pue", [*run, "--set", "cases.traditional.hosting.pue=-1"]),
            (4, "no-such.yaml", ["run", source + "/no-such.yaml", "-o", path]),
            (2, "--until: ranks cannot share", [*run, "--until", "mean rel 1%"]),
            (2, "summary: ranks can share no such work", ["summary", path]),
            (2, "sensitivity: ranks can share no such work", ["sensitivity", STUDY]),
            (2, "--nonsense", [*run, "--nonsense"]),
            (4, "no-such-folder", ["run", STUDY, "-n", BLOCK, "-o", folder + "/no-such-folder/a.h5", "--quiet"])):
        done = call(*words, code=code, ranks=3)
        assert len(messages(done.stderr)) == 1 and pattern in messages(done.stderr)[0], (words, done.stderr)
        assert done.stdout == "" and names(folder) == [], (words, done.stdout, names(folder))
    # A rank whose files cannot be written, whichever it is: here all of them, one after another having its turn.
    call(*run)
    before = digests(path)
    done = call(*run, code=4, ranks=2)
    assert "refused.h5" in messages(done.stderr)[0], done.stderr
    call("run", STUDY, "-n", 2 * BLOCK, "-o", path, "--quiet", "--resume", code=2, ranks=2)
    assert digests(path) == before and names(folder) == ["refused.h5"]
    clear(folder)
    print("errors: one message, the exit code, nothing half-written")


def check_stops(folder, what, *words, seconds, trials=((2, 3, 0), (3, 0, 2), (0, 2, 4))):
    """Stopped by a signal or by the time, gone on from with other numbers of ranks, and with none."""
    whole, path = folder + "/whole.h5", folder + "/shared.h5"
    call(*words, "-o", whole, "--quiet")
    for ways in trials:
        stops = 0
        for ranks in ways[:-1]:
            command = [*words, "-o", path, "--quiet", "--resume", "--threads", "1", "--max-time", seconds]
            program = [launcher, "-n", str(ranks), joulecast_mpi] if ranks > 0 else [joulecast]
            done = subprocess.run([*program, *map(str, command)], capture_output=True, text=True, env=ENVIRONMENT)
            assert done.returncode in (0, 6), (ranks, done.returncode, done.stderr)
            if done.returncode == 6:
                stops += 1
                assert len(messages(done.stderr)) == 1 and "stopped; " in done.stderr, done.stderr
                assert not any(name.endswith(".partial") for name in names(folder)), names(folder)
        assert stops > 0, "nothing was stopped"
        call(*words, "-o", path, "--quiet", "--resume", ranks=ways[-1])
        assert names(folder) == ["shared.h5", "whole.h5"], names(folder)
        assert digests(path) == digests(whole), (what, ways)
        os.remove(path)
    clear(folder)
    print(f"{what}: stopped and resumed with other numbers of ranks, it is one run")


def check_signal(folder):
    """SIGUSR1 to mpirun reaches the ranks; SIGKILL of one of them loses what came after the last checkpoint only."""
    whole, path = folder + "/whole.h5", folder + "/shared.h5"
    words = ["run", STUDY, "-n", str(12 * BLOCK), "--quiet"]
    call(*words, "-o", whole)
    running = subprocess.Popen([launcher, "-n", "2", joulecast_mpi, *words, "-o", path], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, env=ENVIRONMENT)
    wait_for(folder, ".partial")
    running.send_signal(signal.SIGUSR1)
    _, stderr = running.communicate(timeout=120)
    assert running.returncode == 6 and len(messages(stderr)) == 1, (running.returncode, stderr)
    call(*words, "-o", path, "--resume", ranks=2)
    assert digests(path) == digests(whole)
    os.remove(path)

    running = subprocess.Popen([launcher, "-n", "2", joulecast_mpi, *words, "-o", path, "--checkpoint-every", "0.05"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
    wait_for(folder, "checkpoint-1.h5")
    os.kill(ranks_of(running.pid)[0], signal.SIGKILL)
    running.wait(timeout=120)
    assert running.returncode != 0 and not os.path.exists(path)
    call(*words, "-o", path, "--resume", ranks=3)
    assert digests(path) == digests(whole)
    clear(folder)
    print("SIGUSR1 leaves checkpoints and exit code 6; after SIGKILL of a rank the study goes on from its checkpoints")


def wait_for(folder, ending):
    limit = time.monotonic() + 60
    while not any(name.endswith(ending) for name in names(folder)):
        assert time.monotonic() < limit, names(folder)
        time.sleep(0.01)


def ranks_of(launcher):
    """Processes of the program that descend from the launcher."""
    parents = {}
    found = []
    for entry in os.listdir("/proc"):
        try:
            with open(f"/proc/{entry}/stat") as file:
                parents[int(entry)] = int(file.read().rsplit(")", 1)[1].split()[1])
            if os.readlink(f"/proc/{entry}/exe") == joulecast_mpi:
                found.append(int(entry))
        except (OSError, ValueError):
            continue

    def descends(process):
        while process in parents and process != launcher:
            process = parents[process]
        return process == launcher
    return [process for process in found if descends(process)]


def main():
    with tempfile.TemporaryDirectory() as scratch:
        folder = scratch + "/work"
        os.mkdir(folder)
        study = scratch + "/sweep.yaml"
        with open(study, "w") as text:
            text.write(SWEEP)
        check_bytes(folder)
        check_sweeps(folder, study)
        check_sweep_ends(folder, study)
        check_virtual(folder)
        check_tasks(folder)
        check_errors(folder)
        check_stops(folder, "samples", "run", STUDY, "-n", 5 * BLOCK, seconds=0.04, trials=((2, 3, 0), (0, 2, 4)))
        check_stops(folder, "no samples", "run", STUDY, "-n", 30 * BLOCK, "--summary-only", seconds=0.08)
        check_stops(folder, "bands", "bands", HONEST, "--draws", 200, "-n", 2000, seconds=0.05, trials=((2, 3, 0), (3, 0, 2)))
        check_signal(folder)
    return 0


sys.exit(main())
