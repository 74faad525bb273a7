"""Token lengths drawn from public traces have the quantiles and the mean of the trace.

Reads ../shared/data, which a user's checkout does not have; then it is skipped. At 1e6 draws a drawn
quantile must lie between the trace's own quantiles at p +- 4.42 sqrt(p (1 - p) / n) (a false alarm in
1e5 per number on another seed), the mean within 4.42 standard errors, and the published quantiles of
the traces must be the trace's own.
"""
import csv
import json
import math
import os
import subprocess
import sys
import tempfile

joulecast, source = sys.argv[1:3]
DATA = os.path.join(source, "../shared/data")
N = 1_000_000
Z = 4.42

# File, column, weights, and P5 / P50 / P95 as published.
TRACES = [
    ("azure2023_code.csv", "ContextTokens", False, (75, 1469, 7303)),
    ("azure2023_code.csv", "GeneratedTokens", False, (6, 13, 90)),
    ("azure2023_conv.csv", "ContextTokens", False, (181, 1020, 4083)),
    ("azure2023_conv.csv", "GeneratedTokens", False, (41, 129, 451)),
    ("servegen_deepseek-r1_input_pmf.csv", "tokens", True, (13, 208, 6714)),
    ("servegen_deepseek-r1_output_pmf.csv", "tokens", True, (225, 792, 5701)),
]


def read(path, column, weighted):
    with open(path, newline="") as file:
        rows = [(float(row[column]), float(row["prob"]) if weighted else 1.0) for row in csv.DictReader(file)]
    rows.sort()
    total = sum(weight for _, weight in rows)
    return [(value, weight / total) for value, weight in rows]


def quantile(rows, p):
    below = 0.0
    for value, weight in rows:
        below += weight
        if below >= p:
            return value
    return rows[-1][0]


def interpolated(rows, p):
    """The sample quantile as published: linear between neighbouring rows of equal weight."""
    place = p * (len(rows) - 1)
    low, high = rows[math.floor(place)][0], rows[math.ceil(place)][0]
    return low + (high - low) * (place - math.floor(place))


def draw(path, column, folder):
    scenario = os.path.join(folder, "s.yaml")
    with open(scenario, "w") as file:
        file.write(f"""joulecast: 1
store: [output_tokens]
cases:
  a:
    workload: {{input_tokens: 1, output_tokens: {{empirical: {{file: {path}, column: {column}}}}}}}
    throughput: {{form: constant, tokens_per_s: 1000}}
    node: {{power: 10, power_utilization: 0.5}}
    hosting: {{pue: 1.2}}
""")
    done = subprocess.run([joulecast, "run", scenario, "-n", str(N), "--summary-only", "--json", "--quiet",
                           "--force", "-o", os.path.join(folder, "r.h5")], check=True, capture_output=True)
    return json.loads(done.stdout)["cases"]["a"]["output_tokens"]


if not os.path.isdir(DATA):
    print("skipped: there is no", DATA)
    sys.exit(77)
with tempfile.TemporaryDirectory() as temporary:
    for name, column, weighted, published in TRACES:
        path = os.path.join(os.path.abspath(DATA), name)
        if weighted:  # in the words of this project: the column of weights is called weight
            renamed = os.path.join(temporary, name)
            with open(path) as before, open(renamed, "w") as after:
                after.write(before.read().replace("prob", "weight", 1))
            drawn = draw(renamed, column, temporary)
        else:
            drawn = draw(path, column, temporary)
        rows = read(path, column, weighted)
        for p, expected in zip((0.05, 0.5, 0.95), published):
            spread = Z * math.sqrt(p * (1 - p) / N)
            got = drawn["quantiles"][f"{p:g}"]
            own = quantile(rows, p) if weighted else interpolated(rows, p)
            assert abs(own - expected) <= 0.5, (name, column, p, own, expected)
            assert quantile(rows, p - spread) <= got <= quantile(rows, p + spread), (name, column, p, got)
        mean = sum(value * weight for value, weight in rows)
        sd = math.sqrt(sum((value - mean) ** 2 * weight for value, weight in rows))
        assert abs(drawn["mean"] - mean) <= Z * sd / math.sqrt(N), (name, column, drawn["mean"], mean)
        print(f"{name} {column}: mean {drawn['mean']:.1f} of {mean:.1f}, median {drawn['quantiles']['0.5']:g}")
