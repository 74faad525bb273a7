"""The same bytes and the same text for any threads, any SIMD variant, any compiler, and when the
resolved scenario that a file holds is run again."""
import json
import os
import subprocess
import sys
import tempfile

import h5py

joulecast, source = (os.path.abspath(path) for path in sys.argv[1:3])
others = [os.path.abspath(path) for path in sys.argv[3:]]  # the same program from other compilers

STUDY = source + "/scenarios/oviedo2026-long.yaml"
MANY = "600001"  # three blocks, the last one odd
FEW = "40001"    # for the scalar variant, which is a hundred times slower than AVX-512

# Everything that the first study does not have: joint draws, ranks that go together, interpolated values,
# batch sizes beyond what was measured, interventions, hardware, fits that are uncertain.
TRAFFIC = f"""joulecast: 1
extends: {source}/scenarios/production-conversation.yaml
name: traffic
seed: 5
defaults:
  workload: {{batch_size: {{lognormal: {{p05: 4, p95: 400}}}}}}
  throughput: {{outside: clamp}}
  hosting: {{pue: {{interpolated: {{values: [1.1, 1.2, 1.5], weights: [1, 2, 1]}}}}}}
  interventions: [speculative-decoding, tensor-parallel-2]
  correlations:
    - {{between: [workload.input_tokens, workload.batch_size], rank: -0.3}}
    - {{between: [workload.batch_size, hosting.pue], rank: 0.5}}
cases:
  llama-3.1-405b-batch-8: {{correlations: []}}
  llama-3.1-405b-batch-256: {{correlations: []}}
  roofline:
    throughput: {{form: roofline, architecture: gpt-oss-120b, accelerator: H200}}
    node: {{power: 1 kW, power_utilization: 0.7}}
  fit:
    like: roofline
    workload:
      binning: fernandez2025
      batch_size: {{largest_fit: {{architecture: gpt-oss-120b, accelerator: H200, most: 512}}}}
    correlations: []
  uncertain:
    like: roofline
    throughput: {{form: log_linear, table: throughput_h100, model: Llama 3.1 405B, precision: FP8,
                 coefficients: uncertain, residuals: query}}
  borrowed:
    like: uncertain
    throughput: {{model: DeepSeek-R1 671B, cap: none}}
"""


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


def compare(folder, study, queries, trials):
    digests, summary, path = run(joulecast, folder, study, queries, "--threads", "1")
    resolved = os.path.join(folder, "resolved.yaml")
    with h5py.File(path) as file, open(resolved, "wb") as text:
        text.write(file["provenance/scenario"][()])
    for program, *options in trials:
        expect_same(folder, program, study, queries, options, digests, summary)
    expect_same(folder, joulecast, resolved, queries, [], digests, summary)
    return digests


def expect_same(folder, program, scenario, queries, options, digests, summary):
    got_digests, got_summary, _ = run(program, folder, scenario, queries, *options)
    assert got_digests == digests, (program, scenario, options, sorted(
        name for name in digests if digests[name] != got_digests.get(name)))
    assert got_summary == summary, (program, scenario, options)
    print("same bytes:", os.path.relpath(program), os.path.basename(scenario), *options)


def tell(program, folder):
    """What the other verbs print and write, of small cases."""
    honest, fleet, sweep = (f"{source}/scenarios/{name}.yaml" for name in (
        "oviedo2026-honest", "oviedo2026-fleet-honest", "sweep-pue-batch"))
    trace, table = source + "/scenarios/workloads/example-trace.csv", source + "/models/data/ai_index.csv"
    path = os.path.join(folder, "told.h5")
    told = []
    for words in (["bands", honest, "-n", "300", "--draws", "40", "-o", path], ["fleet", fleet, "-n", "3000", "-o", path],
                  ["sweep", sweep, "-n", "300", "-o", path], ["sensitivity", STUDY, "-n", "3000"],
                  ["sensitivity", honest, "--of", "mean", "-n", "100", "--draws", "64"],
                  ["rank", table, "--inputs", "ai_index", "--outputs", "ai_index", "--draws", "0"], ["fit", trace]):
        options = ["--force", "--quiet"] if path in words else []
        told.append(subprocess.run([program, *words, *options, "--json"], check=True, capture_output=True).stdout)
        if path in words:
            told.append(subprocess.run([program, "verify", path, "--json"], check=True, capture_output=True).stdout)
    return told


with tempfile.TemporaryDirectory() as temporary:
    for other in others:
        assert tell(other, temporary) == tell(joulecast, temporary), other
        print("same figures of every verb:", os.path.relpath(other))
    traffic = os.path.join(temporary, "traffic.yaml")
    with open(traffic, "w") as file:
        file.write(TRAFFIC)
    simd = [(program, "--simd", name) for program in [joulecast, *others] for name in variants(joulecast)]
    for study in (STUDY, traffic):
        many = compare(temporary, study, MANY, [(joulecast, "--threads", n) for n in ("2", "3", "8")]
                       + [(program,) for program in others])
        assert len(many) > 60
        compare(temporary, study, FEW, simd)
        changed = run(joulecast, temporary, study, MANY, "--seed", "7")[0]
        assert changed["/cases/llama-3.1-405b/energy"] != many["/cases/llama-3.1-405b/energy"]
