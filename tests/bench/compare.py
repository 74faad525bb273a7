"""joulecast beside what people use today, on the reference workload, on one core.

    /usr/bin/python3 tests/bench/compare.py build/joulecast build-gcc/tests/gsl_loop

All are run in turn, five times; the table has medians and ratios to chunked NumPy. Each draws one
exponential and two lognormals per query, computes throughput and energy, and keeps moments and a
logarithmic histogram of the energy.
"""
import json
import math
import os
import platform
import random
import statistics
import subprocess
import sys
import time

import numpy

joulecast, gsl_loop = sys.argv[1:3]
source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
REPEATS = 5
SCALE = 300 / math.log(2)
Z = 2 * 1.6448536269514722
UTILIZATION = (math.log(math.sqrt(0.4 * 0.9)), math.log(0.9 / 0.4) / Z)
PUE = (math.log(math.sqrt(1.05 * 1.6)), math.log(1.6 / 1.05) / Z)


def with_joulecast(simd):
    def run():
        path = f"/dev/shm/joulecast-compare-{os.getpid()}.h5"
        subprocess.run([joulecast, "run", source + "/scenarios/reference-workload.yaml", "-n", "1e8",
                        "--set", "store=[energy]", "--summary-only", "--threads", "1", "--simd", simd, "--quiet",
                        "--force", "-o", path], check=True, stdout=subprocess.DEVNULL)
        summary = subprocess.run([joulecast, "summary", path, "--json"], check=True, capture_output=True).stdout
        info = subprocess.run([joulecast, "info", path], check=True, capture_output=True, text=True).stdout
        os.remove(path)
        seconds = next(float(line.split()[2]) for line in info.splitlines() if line.startswith("drawn in"))
        return 1e8 / seconds, json.loads(summary)["cases"]["llama-3.1-405b"]["energy"]["mean"]
    return run


def with_numpy(n=20_000_000, chunk=65536):
    rng = numpy.random.Generator(numpy.random.PCG64DXSM(1))
    counts = numpy.zeros(16384, dtype=numpy.int64)
    total = squares = 0.0
    began = time.perf_counter()
    for _ in range(0, n, chunk):
        output = numpy.rint(rng.exponential(SCALE, chunk))
        utilization = rng.lognormal(*UTILIZATION, chunk)
        pue = rng.lognormal(*PUE, chunk)
        rate = numpy.exp(9.761963 - 0.585439 * math.log(500)
                         + 0.226564 * numpy.log(numpy.maximum(output, 1e-6)))
        energy = pue * 10.2 * utilization * output / numpy.minimum(rate, 4572.23) / 3.6
        total += energy.sum()
        squares += (energy * energy).sum()
        bucket = (8192 + 512 * numpy.log2(numpy.maximum(energy, 1e-4))).astype(numpy.int64)
        counts += numpy.bincount(bucket, minlength=16384)
    done = -(-n // chunk) * chunk
    return done / (time.perf_counter() - began), total / done


def with_gsl():
    rate, mean = subprocess.run([gsl_loop, "1e7"], check=True, capture_output=True, text=True).stdout.split()
    return float(rate), float(mean)


def with_python(n=200_000):
    rng = random.Random(1)
    total = squares = 0.0
    counts = {}
    began = time.perf_counter()
    for _ in range(n):
        output = round(rng.expovariate(1 / SCALE))
        utilization = rng.lognormvariate(*UTILIZATION)
        pue = rng.lognormvariate(*PUE)
        rate = math.exp(9.761963 - 0.585439 * math.log(500) + 0.226564 * math.log(max(output, 1e-6)))
        energy = pue * 10.2 * utilization * output / min(rate, 4572.23) / 3.6
        total += energy
        squares += energy * energy
        bucket = int(512 * math.log2(max(energy, 1e-4)))
        counts[bucket] = counts.get(bucket, 0) + 1
    return n / (time.perf_counter() - began), total / n


def available(simd):
    return subprocess.run([joulecast, "check", source + "/scenarios/reference-workload.yaml", "-n", "1",
                           "--simd", simd], capture_output=True).returncode == 0


contenders = {"joulecast, " + name: with_joulecast(name) for name in ("avx512", "avx2") if available(name)}
contenders |= {"chunked NumPy, float64": with_numpy, "C loop on GSL samplers": with_gsl,
               "Python, one draw at a time": with_python}
rates = {name: [] for name in contenders}
means = {}
for _ in range(REPEATS):
    for name, contender in contenders.items():
        rate, means[name] = contender()
        rates[name].append(rate)
medians = {name: statistics.median(values) for name, values in rates.items()}
with open("/proc/cpuinfo") as cpus:
    model = next((line.split(":")[1].strip() for line in cpus if line.startswith("model name")), platform.machine())
print(f"one core of {model}, median of {REPEATS} interleaved runs; mean energy as a check\n")
print("| | million queries/s | ratio to NumPy | mean [Wh] |\n|---|---|---|---|")
for name, median in medians.items():
    print(f"| {name} | {median / 1e6:.3g} | {median / medians['chunked NumPy, float64']:.3g} | {means[name]:.4f} |")
