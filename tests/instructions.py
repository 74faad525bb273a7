"""Instructions per query of the reference workload, counted by callgrind, do not grow.

The count of one block more is what a query costs: start-up and the end cancel. AVX2, as callgrind
does not know AVX-512. tests/bench/instructions.json has what was recorded, per compiler; an
intended change updates it.
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


def count(queries, folder):
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", joulecast, "run",
         source + "/scenarios/reference-workload.yaml", "--set", "store=[energy]", "-n", str(queries),
         "--summary-only", "--threads", "1", "--simd", "avx2", "--quiet", "--force", "-o", folder + "/r.h5"],
        capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return int(re.search(r"Collected : (\d+)", done.stderr)[1])


if not shutil.which("valgrind") or "avx2" not in open("/proc/cpuinfo").read():
    print("valgrind or AVX2 is missing")
    sys.exit(77)
with open(os.path.join(source, "tests/bench/instructions.json")) as file:
    recorded = json.load(file)[compiler]
with tempfile.TemporaryDirectory() as temporary:
    per_query = (count(2 * BLOCK, temporary) - count(BLOCK, temporary)) / BLOCK
print(f"{per_query:.2f} instructions per query, recorded {recorded}")
sys.exit(0 if per_query <= ALLOWED * recorded else 1)
