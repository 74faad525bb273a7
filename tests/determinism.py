"""The same bytes and the same text for any threads, any SIMD variant, any compiler, and when the
resolved scenario that a file holds is run again."""
import json
import os
import subprocess
import sys
import tempfile

import h5py

joulecast, source = sys.argv[1:3]
others = sys.argv[3:]  # the same program from other compilers

STUDY = source + "/scenarios/oviedo2026-long.yaml"
MANY = "600001"  # three blocks, the last one odd
FEW = "40001"    # for the scalar variant, which is a hundred times slower than AVX-512


def run(program, folder, scenario, queries, *options):
    path = os.path.join(folder, "result.h5")
    subprocess.run([program, "run", scenario, "-n", queries, "-o", path, "--force", "--quiet", *options],
                   check=True, stdout=subprocess.DEVNULL)
    digests = subprocess.run([program, "verify", path, "--json"], check=True, capture_output=True).stdout
    summary = subprocess.run([program, "summary", path, "--json"], check=True, capture_output=True).stdout
    return json.loads(digests)["sha256"], summary, path


def variants(program):
    for name in ("scalar", "sse2", "avx2", "avx512"):
        probe = subprocess.run([program, "check", STUDY, "-n", "1", "--simd", name], capture_output=True)
        if probe.returncode == 0:
            yield name
        else:
            assert b"does not run" in probe.stderr, probe.stderr
            print("skipped:", probe.stderr.decode().strip())


def compare(folder, queries, trials):
    digests, summary, path = run(joulecast, folder, STUDY, queries, "--threads", "1")
    resolved = os.path.join(folder, "resolved.yaml")
    with h5py.File(path) as file, open(resolved, "wb") as text:
        text.write(file["provenance/scenario"][()])
    for program, scenario, *options in trials + [(joulecast, resolved)]:
        got_digests, got_summary, _ = run(program, folder, scenario, queries, *options)
        assert got_digests == digests, (program, scenario, options, sorted(
            name for name in digests if digests[name] != got_digests.get(name)))
        assert got_summary == summary, (program, scenario, options)
        print("same bytes:", os.path.relpath(program), os.path.basename(scenario), *options)
    return digests


with tempfile.TemporaryDirectory() as temporary:
    many = compare(temporary, MANY, [(joulecast, STUDY, "--threads", n) for n in ("2", "3", "8")]
                   + [(program, STUDY) for program in others])
    assert len(many) > 60
    compare(temporary, FEW, [(program, STUDY, "--simd", name) for program in [joulecast, *others]
                             for name in variants(joulecast)])
    changed = run(joulecast, temporary, STUDY, MANY, "--seed", "7")[0]
    assert changed["/cases/llama-3.1-405b/energy"] != many["/cases/llama-3.1-405b/energy"]
