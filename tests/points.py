"""Studies with points that are not random: the same bytes for any threads and SIMD variant, in the place they are
promised, more precise than random ones, and as sure of themselves as they say."""
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile

import h5py
import numpy
import xarray

joulecast, source = (os.path.abspath(path) for path in sys.argv[1:3])

STRIP = 1024
KINDS = "sobol", "latin-hypercube"
SEEDS = 60
SHORT = "JOULECAST_SHORT" in os.environ  # under sanitizers, which are slow

# Joint draws, ranks that go together, a mixture, an unknown of the fleet, pathways of a trimmed blend.
MANY_SIDED = f"""joulecast: 1
extends: {source}/scenarios/production-conversation.yaml
name: many-sided
seed: 5
defaults:
  throughput: {{outside: clamp}}
  node: {{power: {{uniform: {{low: 9, high: 11}}, varies: fleet}}}}
  workload: {{batch_size: {{lognormal: {{p05: 4, p95: 400}}}}}}
  hosting: {{pue: {{mixture: [{{weight: 1, constant: 1.2}}, {{weight: 2, uniform: {{low: 1.1, high: 1.5}}}}]}}}}
  correlations:
    - {{between: [workload.input_tokens, workload.batch_size], rank: -0.3}}
cases:
  llama-3.1-405b-batch-8: {{correlations: []}}
  llama-3.1-405b-batch-256: {{correlations: []}}
pathways:
  a: {{divide_by: {{uniform: {{low: 1, high: 3}}}}}}
  b: {{divide_by: {{mixture: [{{weight: 1, constant: 2}}, {{weight: 1, uniform: {{low: 1, high: 2}}}}]}}}}
  both: {{combine: [a, b]}}
blends:
  all: {{cases: {{llama-3.1-405b: 1, llama-3.1-70b: 2}}, trim: [[5 %, 95 %]], pathways: [a, b, both]}}
"""

# A product of lognormals: its mean and quantiles are known.
SIGMAS = 0.4, 0.3
PRODUCT = f"""joulecast: 1
store: [energy]
cases:
  product:
    workload: {{input_tokens: 100, output_tokens: 3600}}
    throughput: {{form: constant, tokens_per_s: 1000}}
    node: {{power: 1 kW, power_utilization: {{lognormal: {{median: 1, sigma: {SIGMAS[0]}}}}}}}
    hosting: {{pue: {{lognormal: {{median: 1, sigma: {SIGMAS[1]}}}}}}}
"""


def call(*arguments, status=0):
    done = subprocess.run([joulecast, *arguments], capture_output=True, text=True)
    assert done.returncode == status, (arguments, done.stderr)
    return done


def run(scenario, queries, points, *options, output="r.h5"):
    return call("run", scenario, "-n", str(queries), "-o", output, "--force", "--set", f"points={points}", *options)


def digests(path):
    return json.loads(call("verify", path, "--json").stdout)["sha256"]


def check_determinism(points):
    run("many-sided.yaml", 300001, points, "--threads", "1")
    expected = digests("r.h5"), call("summary", "r.h5", "--json").stdout
    for threads in "2", "5":
        printed = run("many-sided.yaml", 300001, points, "--threads", threads, "--json").stdout
        assert (digests("r.h5"), printed) == expected, threads
    with h5py.File("r.h5") as file, open("resolved.yaml", "wb") as text:
        text.write(file["provenance/scenario"][()])
    call("run", "resolved.yaml", "-o", "r.h5", "--force")
    assert (digests("r.h5"), call("summary", "r.h5", "--json").stdout) == expected
    seen = []
    for simd in "scalar", "sse2", "avx2", "avx512":
        if subprocess.run([joulecast, "check", "product.yaml", "--simd", simd], capture_output=True).returncode == 0:
            run("many-sided.yaml", 20001, points, "--simd", simd)
            seen.append(digests("r.h5"))
    assert len(seen) >= 2 and all(one == seen[0] for one in seen), len(seen)
    run("many-sided.yaml", 20001, points, "--seed", "6")
    assert digests("r.h5") != seen[0]
    print("same bytes:", points)


def stored(queries, points, quantity, *options):
    run("product.yaml", queries, points, "--set", f"store=[{quantity}]", *options)
    with h5py.File("r.h5") as file:
        return file[f"cases/product/{quantity}"][:].astype(float)


def check_places(points):
    """Each replicate has its own strips and, in them, one value in each of as many equal parts."""
    replicates, n = 8, 4096
    spread = "cases.product.hosting.pue={uniform: {low: 1, high: 2}}"
    pue = stored(replicates * n, f"{{kind: {points}, replicates: {replicates}}}", "pue", "--set", spread) - 1
    of_replicates = pue.reshape(-1, replicates, STRIP).transpose(1, 0, 2).reshape(replicates, n)
    parts = (numpy.sort(of_replicates) * n - numpy.arange(n))
    assert parts.min() >= -1e-3 and parts.max() <= 1 + 1e-3, (parts.min(), parts.max())  # rounding to floats
    assert len(numpy.unique(of_replicates[:, 0])) == replicates
    random = numpy.sort(stored(n, "random", "pue", "--set", spread) - 1) * n - numpy.arange(n)
    assert random.max() > 2 or random.min() < -1


def check_more_queries():
    few, many = (stored(n, "sobol", "energy") for n in (40000, 131072))
    assert (many[:40000] == few).all()


def check_fleet_values():
    unknown = "cases.product.hosting.pue={uniform: {low: 1, high: 2}, varies: fleet}"
    values = [run("product.yaml", 16384, points, "--set", unknown).stderr.split("in this run, ")[1].split()[0]
              for points in ("random", *KINDS)]
    assert len(set(values)) == 1, values


def check_coverage(points):
    """Of 60 seeds, intervals for 95 % cover the truth 49 times or more: five binomial errors."""
    sigma = math.hypot(*SIGMAS)
    truth = {q: math.exp(sigma * statistics.NormalDist().inv_cdf(q)) for q in (0.05, 0.5, 0.95)}
    mean = math.exp(sigma ** 2 / 2)
    student = 1.959964 if points == "random" else 2.131450  # of 15 degrees of freedom
    covered = dict.fromkeys(["mean", *truth], 0)
    squares, stated = 0, 0
    for seed in range(SEEDS):
        run("product.yaml", 32768, points, "--seed", str(seed), "--summary-only")
        with xarray.open_dataset("r.h5", group="summary/cases") as cases:
            moments = cases.energy_moments.sel(case="product")
            error = moments.sel(moment="mean").item() - mean
            covered["mean"] += abs(error) <= student * moments.sel(moment="mean_error").item()
            squares += error ** 2 / SEEDS
            stated += moments.sel(moment="mean_error").item() ** 2 / SEEDS
            for q in truth:
                low, high = cases.energy_bounds.sel(case="product", quantile=q).values
                covered[q] += low <= truth[q] <= high
    print(f"{points}: covered of {SEEDS}: {covered}; error of the mean {math.sqrt(squares):.2e}, "
          f"stated {math.sqrt(stated):.2e}")
    assert all(count >= 49 for count in covered.values())
    return math.sqrt(squares)


def check_file():
    run("many-sided.yaml", 65536, "sobol")
    with xarray.open_dataset("r.h5", group="records") as records:
        drawn = records.replicates > 0
        assert set(records.replicates.values) <= {0, 16} and drawn.any()
        assert records.cdf_error.dims == ("record", "rank") and "rank" in records.coords
        assert (records.mean_error[drawn] >= 0).all() and numpy.isnan(records.mean_error[~drawn]).all()
        assert (records.cdf_error[drawn] > 0).any()
    run("many-sided.yaml", 65536, "random")
    with xarray.open_dataset("r.h5", group="records") as records:
        assert "replicates" not in records


def check_messages():
    for verb in "check", "run":
        for queries, points, warned in (("100000", "sobol", True), ("131072", "sobol", False),
                                        ("100000", "latin-hypercube", False), ("100000", "random", False),
                                        ("65536", "{kind: sobol, replicates: 12}", True)):
            output = ["-o", "r.h5", "--force"] if verb == "run" else []
            done = call(verb, "product.yaml", "-n", queries, "--set", f"points={points}", *output)
            assert ("power of two" in done.stderr) == warned, (verb, points, done.stderr)
    assert "-n 131072 does" in call("check", "product.yaml", "-n", "100000", "--set", "points=sobol").stderr
    checked = call("check", "product.yaml", "-n", "131072", "--set", "points=sobol").stdout
    assert "points    sobol, 16 replicates of 8192\n" in checked, checked
    few = call("run", "product.yaml", "-n", "16383", "--set", "points=sobol", status=2).stderr
    assert "needs at least 16384 queries" in few, few
    many = call("check", "product.yaml", "-n", "1e12", "--set", "points=sobol", status=2).stderr
    assert "at most 4294967296 points" in many, many
    dividers = ", ".join(f"p{k}: {{divide_by: {{uniform: {{low: 1, high: 2}}}}}}" for k in range(255))
    crowded = "check", "product.yaml", "--set", f"pathways={{{dividers}}}", "--set"
    assert "more than 256 variables" in call(*crowded, "points=sobol", status=2).stderr
    call(*crowded, "points=latin-hypercube")


with tempfile.TemporaryDirectory() as temporary:
    os.chdir(temporary)
    for name, text in (("many-sided", MANY_SIDED), ("product", PRODUCT)):
        with open(name + ".yaml", "w") as file:
            file.write(text)
    for kind in KINDS:
        check_determinism(kind)
        check_places(kind)
    check_more_queries()
    check_fleet_values()
    check_file()
    check_messages()
    if not SHORT:
        errors = {kind: check_coverage(kind) for kind in ("random", *KINDS)}
        assert errors["latin-hypercube"] < errors["random"] / 2
        assert errors["sobol"] < errors["random"] / 20
