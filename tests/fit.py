"""From traces to distribution files: broken traces, what is dropped and told, files that hold what was observed.

Ten million rows are read with JOULECAST_TEST_ROWS=1e7; without it, one million. The comparison with public
traces reads ../shared/data, which a user's checkout does not have; then that part is skipped.
"""
import csv
import gzip
import json
import math
import os
import re
import resource
import subprocess
import sys
import tempfile
import time

import yaml

joulecast, source = (os.path.abspath(path) for path in sys.argv[1:3])
DATA = os.path.join(source, "../shared/data")
ROWS = int(float(os.environ.get("JOULECAST_TEST_ROWS", "1e6")))
IN_OUT = "input_tokens,output_tokens\n"

# Bytes of a trace, further words, exit code, and the one line on stderr.
BROKEN = {
    "missing column": (b"a,b\n1,2\n", ["--columns", "input_tokens=c"], 3,
                       r"t: column 'c' is missing; there are: a, b"),
    "no known column": (b"a,b\n1,2\n", [], 3, r"t: no column has a known name .* of: a, b"),
    "not a quantity": (b"a,b\n1,2\n", ["--columns", "tokens=a"], 2, r"--columns: 'tokens' is not an input"),
    "text in numbers": (IN_OUT.encode() + b"1,x\n1,y\n3,4\n", [], 3,
                        r"t:2: only 1 of 3 rows can be used; 2 are dropped because of 'not a number', "
                        r"this line first \(output_tokens: x\)"),
    "negative": (IN_OUT.encode() + b"1,2\n-1,2\n-1,3\n", [], 3, r"t:3: only 1 of 3 .* 'negative'.*-1"),
    "empty": (b"", [], 3, r"t: the file is empty"),
    "header only": (IN_OUT.encode(), [], 3, r"t: a header without rows"),
    "truncated gzip": (gzip.compress(IN_OUT.encode() + b"1,2\n" * 1000)[:-9], [], 3,
                       r"t: the gzip data ends too early; the file is truncated"),
    "damaged gzip": (gzip.compress(IN_OUT.encode() + b"1,2\n" * 1000)[:-8] + b"damaged!", [], 3,
                     r"t: the gzip data is damaged"),
    "open quote": (IN_OUT.encode() + b'1,2\n"3,4\n5,6\n', [], 3, r"t:3: a quote is not closed"),
    "UTF-16": (IN_OUT.encode("utf-16"), [], 3, r"t: a NUL byte"),
    "JSON list": (b'[{"input_tokens": 1}]', [], 3, r"t: begins with '\['"),
    "probabilities": (b"tokens,prob\n1,0.5\n", [], 3, r"t: 'tokens' and 'prob' look like a table of prob"),
    "points": (IN_OUT.encode() + b"1,2\n", ["--points", "0"], 2, r"--points: '0' is not a whole number"),
    "with and nothing to write": (IN_OUT.encode() + b"1,2\n", ["--with", "x.yaml"], 2, r"fit: --with needs"),
}


def call(*words):
    return subprocess.run([joulecast, "fit", *words], capture_output=True, text=True)


def fit(*words):
    done = call(*words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def write(name, data):
    with open(name, "wb") as file:
        file.write(data if isinstance(data, bytes) else data.encode())


def check_broken():
    for name, (data, words, code, pattern) in BROKEN.items():
        write("t", data)
        done = call("t", *words, "-o", "never.yaml") if "--with" not in words else call("t", *words)
        assert done.returncode == code and done.stdout == "", (name, done.returncode, done.stdout)
        lines = done.stderr.splitlines()
        assert len(lines) == 1 and re.match("joulecast: " + pattern, lines[0]), (name, done.stderr)
        assert not os.path.exists("never.yaml"), name
    assert call("absent.csv").returncode == 4


def check_drops():
    """Line ends, byte order mark and gzip change nothing; what is dropped is told to people, programs and the file."""
    text = IN_OUT + "10,7\n3,x\n10,7\n-1,7\n500,\n500,0\n1,2,3\n10,0\n\n10,0\n9,y\n"
    expected = {"not a number": (2, 3, "output_tokens: x"), "negative": (1, 5, "input_tokens: -1"),
                "empty": (1, 6, "output_tokens: "), "wrong number of columns": (1, 8, "3, expected 2"),
                "blank line": (1, 10, "")}
    text += "7,7\n" * 4
    for name, data in {"lf": text, "crlf": text.replace("\n", "\r\n"), "bom": "\ufeff" + text,
                       "gz": gzip.compress(text.encode())}.items():
        write(name, data)
        found = fit(name, "-o", name + ".yaml", "--source", "nowhere", "--licence", "none", "--title", "a title")
        assert (found["rows_read"], found["rows_used"]) == (15, 9), found
        assert {key: (drop["rows"], drop["first_line"], drop["first"])
                for key, drop in found["dropped"].items()} == expected, found["dropped"]
        with open(name + ".yaml") as file:
            held = yaml.safe_load(file)
        assert held["dropped"] == {key: drop[0] for key, drop in expected.items()}
        assert (held["rows_read"], held["rows_used"], held["trace"]) == (15, 9, name)
        assert (held["title"], held["source"], held["licence"]) == ("a title", "nowhere", "none")
        assert held["variables"]["input_tokens"]["values"] == [7, 10, 500]
        assert held["variables"]["input_tokens"]["weights"] == [4, 4, 1]
        assert held["joint"]["cells"] == [[1, 2, 4], [2, 1, 2], [2, 2, 2], [3, 1, 1]]
    told = call("lf").stdout
    assert "15 rows read, 9 used" in told and "dropped 2: not a number, first in line 3 (output_tokens: x)" in told


def check_one_row():
    """What does not vary goes with nothing: that is said, and is no number."""
    write("t", IN_OUT.encode() + b"5,7\n")
    assert "\ninput_tokens and output_tokens: no correlation, as one of them does not vary\n" in call("t").stdout
    assert fit("t")["correlation"] == {"pearson": None, "spearman": None}


def check_file():
    """-o never overwrites without --force, and says when there is no source."""
    write("t", IN_OUT + "1,2\n" * 10 + "3,2\n" * 10)
    done = call("t", "-o", "t.yaml")
    assert done.returncode == 0 and done.stderr.startswith("no source"), done.stderr
    done = call("t", "-o", "t.yaml")
    assert done.returncode == 4 and "exists already" in done.stderr and done.stdout == ""
    done = call("t", "-o", "t.yaml", "--force", "--source", "here")
    assert done.returncode == 0 and done.stderr == "" and "t.yaml" in done.stdout
    assert "joulecast fit" in call("--help").stdout


def check_with():
    """Two tables of probabilities become one file, of which nothing is known together."""
    write("in", "tokens,prob\n10,0.25\n20,0.75\n")
    write("out", "value,count\n0,3\n5,1\n")
    fit("in", "--columns", "input_tokens=tokens", "--source", "first", "-o", "in.yaml")
    found = fit("out", "--columns", "output_tokens=value,weight=count", "--source", "second", "--with", "in.yaml",
                "-o", "both.yaml", "--title", "both")
    assert found["columns"] == {"output_tokens": "value", "weight": "count"}
    assert list(found["variables"]) == ["output_tokens"]
    assert found["variables"]["output_tokens"]["families"]["exponential"]["aic"] > 0
    with open("both.yaml") as file:
        held = yaml.safe_load(file)
    assert held["variables"] == {"output_tokens": {"values": [0, 5], "weights": [3, 1]},
                                 "input_tokens": {"values": [10, 20], "weights": [0.25, 0.75]}}
    assert "joint" not in held and held["source"] == "second; first" and held["title"] == "both"
    done = call("out", "--columns", "input_tokens=value", "--with", "in.yaml", "-o", "twice.yaml")
    assert done.returncode == 3 and "--with in.yaml: input_tokens is in both" in done.stderr, done.stderr
    assert "aic" not in fit("in", "--columns", "input_tokens=tokens")["variables"]["input_tokens"]["families"]["normal"]


def check_many_rows():
    """In seconds, and in memory that does not grow with the rows."""
    block = "".join(f"2023-11-16 18:17:03.9799600,{j * j % 7919},{j * 31 % 997}\n" for j in range(100_000))
    with open("many.csv", "w") as file:
        file.write("TIMESTAMP,ContextTokens,GeneratedTokens\n")
        for _ in range(ROWS // 100_000):
            file.write(block)
    began = time.monotonic()
    found = fit("many.csv")
    took = time.monotonic() - began
    assert found["rows_read"] == found["rows_used"] == ROWS // 100_000 * 100_000
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"{found['rows_read']} rows: {took:.1f} s, {peak} MB")
    assert os.environ.get("ASAN_OPTIONS") or peak < 200
    os.remove("many.csv")


def quantile(values, weights, p):
    total, below = math.fsum(weights), 0.0
    for value, weight in zip(values, weights):
        below += weight
        if below >= p * total * (1 - 1e-12):
            return value
    return values[-1]


# Published P5 / P50 / P95 / mean of inputs and outputs; rows; the distance of outputs to an exponential
# distribution of the same median; Pearson's correlation.
TRACES = {
    "azure2023_code.csv": ((75, 1469, 7303, 2048), (6, 13, 90, 27.9), 8819, 0.27, 0.00),
    "azure2023_conv.csv": ((181, 1020, 4083, 1155), (41, 129, 451, 211), 19366, 0.19, -0.11),
}


def check_public_trace(name, expected):
    inputs, outputs, n, distance, pearson = expected
    found = fit(os.path.join(DATA, name))
    assert found["rows_read"] == found["rows_used"] == n and found["dropped"] == {}
    with open(os.path.join(DATA, name), newline="") as file:
        rows = [(int(row["ContextTokens"]), int(row["GeneratedTokens"])) for row in csv.DictReader(file)]
    for k, (variable, published) in enumerate((("input_tokens", inputs), ("output_tokens", outputs))):
        column = sorted(row[k] for row in rows)
        fitted = found["variables"][variable]
        for p, value in zip((0.05, 0.5, 0.95), published):
            own = quantile(column, [1] * n, p)
            near = column[math.floor(p * (n - 1)):math.ceil(p * (n - 1)) + 1]  # the published ones are between
            assert fitted["quantiles"][f"{p:g}"] == own and near[0] - 0.5 <= value <= near[-1] + 0.5, (name, p, own)
        assert abs(fitted["mean"] / published[3] - 1) < 0.002
    families = found["variables"]["output_tokens"]["families"]
    assert abs(families["exponential, same median"]["ks"] - distance) < 0.005, families
    assert abs(found["correlation"]["pearson"] - pearson) < 0.005
    print(f"{name}: KS {families['exponential, same median']['ks']:.4f}, "
          f"Pearson {found['correlation']['pearson']:.3f}, Spearman {found['correlation']['spearman']:.3f}")
    check_compact(name, rows)


def check_compact(name, rows):
    """The small file's quantiles are within 10 %, its cells add up to the weights of its classes."""
    fit(os.path.join(DATA, name), "--points", "200", "-o", name + ".yaml", "--source", "Azure")
    with open(name + ".yaml") as file:
        held = yaml.safe_load(file)
    size = os.path.getsize(name + ".yaml")
    assert size < 20_000, size
    for k, variable in enumerate(("input_tokens", "output_tokens")):
        column = sorted(row[k] for row in rows)
        small = held["variables"][variable]
        assert sum(small["weights"]) == len(rows)
        for j in range(1, 100):
            own = column[math.ceil(j / 100 * len(rows)) - 1]
            ratio = quantile(small["values"], small["weights"], j / 100) / own
            assert 1 / 1.1 <= ratio <= 1.1, (name, variable, j, ratio)
        ends = held["joint"][("first_classes", "second_classes")[k]]
        for c, end in enumerate(ends):
            begin = ends[c - 1] if c > 0 else 0
            cells = sum(cell[2] for cell in held["joint"]["cells"] if cell[k] == c + 1)
            assert cells == sum(small["weights"][begin:end]), (name, variable, c)
        assert len(ends) <= 16


with tempfile.TemporaryDirectory() as temporary:
    os.chdir(temporary)
    check_broken()
    check_drops()
    check_one_row()
    check_file()
    check_with()
    check_many_rows()
    if os.path.isdir(DATA):
        for trace, figures in TRACES.items():
            check_public_trace(trace, figures)
    else:
        print("skipped: public traces, there is no", DATA)
    os.chdir("/")
print("traces are read as documented")
