"""Ranks: a study that MPI's processes share, on any number of them and of threads, gives the file of one process.

Under OpenMPI or MPICH, whichever joulecast-mpi was built with."""
import json
import os
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
# More ranks than cores, by any user; MPICH knows none of these words and needs none of them.
ENVIRONMENT = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
               "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_orte_abort_print_stack": "0"}


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
    """The same file, and the same words on the standard output, for each number of ranks and of threads."""
    whole, path = folder + "/whole.h5", folder + "/shared.h5"
    alone = call(*words, "-o", whole, "--quiet", "--json").stdout
    expected = digests(whole)
    for ranks, threads in ways:
        done = call(*words, "-o", path, "--quiet", "--json", "--threads", threads, ranks=ranks)
        assert done.stdout == alone, (what, ranks, threads)
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
    check_same(folder, "blends, trimmed pathways, samples", "run", STUDY, "-n", 5 * BLOCK + 1000, ways=every)
    check_same(folder, "the same without samples", "run", STUDY, "-n", 9 * BLOCK + 1, "--summary-only", ways=every)
    check_same(folder, "bands", "bands", HONEST, "--draws", 41, "-n", 500, ways=every)
    check_same(folder, "less than a block", "run", STUDY, "-n", 1000, ways=((4, 1),))
    check_same(folder, "compressed", "run", STUDY, "-n", BLOCK + 1, "--compress", 1, ways=((3, 1),))
    check_same(folder, "sobol", "run", STUDY, "-n", 3 * BLOCK + 5, "--set", "points=sobol", ways=((3, 1),))
    check_same(folder, "a year of a fleet", "run", source + "/scenarios/jegham2025-gpt-4o-year.yaml", "-n", 2 * BLOCK,
               "--summary-only")


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


def check_stops(folder, what, *words):
    """Stopped by a signal or by the time, gone on from with other numbers of ranks, and with none."""
    whole, path = folder + "/whole.h5", folder + "/shared.h5"
    call(*words, "-o", whole, "--quiet")
    for ways in ((2, 3, 0), (3, 0, 2), (0, 2, 4)):
        stops = 0
        for ranks in ways[:-1]:
            command = [*words, "-o", path, "--quiet", "--resume", "--threads", "1", "--max-time", "0.15"]
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
    words = ["run", STUDY, "-n", str(24 * BLOCK), "--quiet"]
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

    running = subprocess.Popen([launcher, "-n", "2", joulecast_mpi, *words, "-o", path, "--checkpoint-every", "0.3"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
    wait_for(folder, "checkpoint-3.h5")
    for process in ranks_of(running.pid):
        os.kill(process, signal.SIGKILL)
        break
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
    with tempfile.TemporaryDirectory() as folder:
        check_bytes(folder)
        check_tasks(folder)
        check_errors(folder)
        check_stops(folder, "samples", "run", STUDY, "-n", 16 * BLOCK)
        check_stops(folder, "no samples", "run", STUDY, "-n", 60 * BLOCK, "--summary-only")
        check_stops(folder, "bands", "bands", HONEST, "--draws", 300, "-n", 5000)
        check_signal(folder)
    return 0


sys.exit(main())
