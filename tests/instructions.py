"""The instructions of the reference workload, per query and of a start, do not grow (callgrind).

The count of one block more is what a query costs: start-up and the end cancel. A start is a run of 10,000
queries of the five-model study. AVX2, as callgrind does not know AVX-512. tests/bench/instructions.json
has what was recorded, per compiler; an intended change updates it.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

joulecast, source, compiler = sys.argv[1:4]
ALLOWED = 1.05
BLOCK = 1 << 18
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "MALLOC_PERTURB_"}  # meson's


def count(study, queries, folder, *options):
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", joulecast, "run",
         f"{source}/scenarios/{study}.yaml", "-n", str(queries), "--threads", "1", "--simd", "avx2",
         "--quiet", "--force", "-o", folder + "/r.h5", *options],
        capture_output=True, text=True, env=ENVIRONMENT)
    assert done.returncode == 0, done.stderr
    return int(re.search(r"Collected : (\d+)", done.stderr)[1])


if not shutil.which("valgrind") or "avx2" not in open("/proc/cpuinfo").read():
    print("valgrind or AVX2 is missing")
    sys.exit(77)
with open(os.path.join(source, "tests/bench/instructions.json")) as file:
    recorded = json.load(file)[compiler]
reference = "reference-workload", ("--set", "store=[energy]", "--summary-only")
with tempfile.TemporaryDirectory() as temporary:
    one, two = (count(reference[0], n * BLOCK, temporary, *reference[1]) for n in (1, 2))
    measured = {"per_query": (two - one) / BLOCK,
                "start_up": count("oviedo2026-traditional", 10000, temporary)}
for name, value in measured.items():
    print(f"{name}: {value:.2f} instructions, recorded {recorded[name]}")
sys.exit(0 if all(value <= ALLOWED * recorded[name] for name, value in measured.items()) else 1)
