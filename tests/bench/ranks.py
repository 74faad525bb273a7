"""How much faster two ranks of one thread are than one: wall time, interleaved, medians.

    /usr/bin/python3 tests/bench/ranks.py build/joulecast-mpi [--repeat 5] [--scale 1] [--folder .] [NAME...]

On a machine with two idle cores, and room for 12 GB in the folder. Each run takes 20 to 30 s on one rank, so that the
half second in which MPI starts and ends weighs little; --scale 0.1 makes them shorter and the ratios worse. NAMEs are
summary, virtual, flat and sweep; default: all of them.
"""
import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
import time

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
REFERENCE = SOURCE + "/scenarios/reference-workload.yaml"
STUDY = SOURCE + "/scenarios/oviedo2026-traditional.yaml"
# What is run, with how many queries, or of a sweep points of a million queries each.
WORKLOADS = {
    "summary": (["run", REFERENCE, "--summary-only"], 4.8e9),
    "virtual": (["run", STUDY, "--virtual"], 1e8),
    "flat": (["run", STUDY], 1e8),
    "sweep": (["sweep", STUDY, "-n", "1e6"], 900),
}


def words_of(name, scale):
    words, n = WORKLOADS[name]
    if name == "sweep":
        return [*words, "--set", "sweep={parameters: {overhead: {key: defaults.hosting.pue, linear: "
                f"{{from: 1.1, to: 2, n: {max(2, round(n * scale))}}}}}}}}}"]
    return [*words, "-n", f"{n * scale:.0f}"]


def run(launcher, program, ranks, words, folder):
    """Seconds, and seconds of processor time outside the kernel and within, of all processes."""
    environment = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
    environment.setdefault("JOULECAST_DATA", f"{SOURCE}/models/data:{SOURCE}/samplers/data")
    before, began = os.times(), time.monotonic()
    subprocess.run([launcher, "-n", str(ranks), program, *words, "--threads", "1", "--quiet", "-o", folder + "/out.h5"],
                   check=True, stdout=subprocess.DEVNULL, env=environment)
    seconds, after = time.monotonic() - began, os.times()
    for name in os.listdir(folder):
        os.remove(folder + "/" + name)
    return seconds, after.children_user - before.children_user, after.children_system - before.children_system


def measure(name, arguments, folder):
    words = words_of(name, arguments.scale)
    took = {1: [], 2: []}
    for _ in range(arguments.repeat):
        for ranks in took:
            took[ranks].append(run(arguments.launcher, os.path.abspath(arguments.program), ranks, words, folder))
    wall, user, system = ({ranks: statistics.median(column) for ranks, column in
                           ((ranks, [row[k] for row in rows]) for ranks, rows in took.items())} for k in range(3))
    pairs = [one[0] / two[0] for one, two in zip(took[1], took[2])]
    print(f"{name:8} {wall[1]:8.2f} {wall[2]:8.2f} {wall[1] / wall[2]:6.2f}   {min(pairs):.2f}-{max(pairs):.2f}   "
          f"{user[1]:7.2f} {user[2]:7.2f} {system[1]:7.2f} {system[2]:7.2f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("names", nargs="*", choices=[[], *WORKLOADS], metavar="NAME")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--folder", default=".")
    parser.add_argument("--launcher", default="mpirun")
    arguments = parser.parse_intermixed_args()
    print("             wall [s]           pairs        user [s]        system [s]\n"
          "          1 rank  2 ranks  ratio              1 rank 2 ranks  1 rank 2 ranks")
    folder = tempfile.mkdtemp(dir=arguments.folder)
    try:
        for name in arguments.names or WORKLOADS:
            measure(name, arguments, folder)
    finally:
        shutil.rmtree(folder)


main()
