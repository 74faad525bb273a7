"""Input of strangers: bounded memory and time, one clear line, a documented exit code, and nothing left behind.

With JOULECAST_LONG=1 the large inputs are larger."""
import gzip
import os
import re
import resource
import subprocess
import sys
import tempfile
import zlib

joulecast, source = (os.path.abspath(path) for path in sys.argv[1:3])
LONG = os.environ.get("JOULECAST_LONG") == "1"
SANITIZED = os.environ.get("JOULECAST_SHORT") == "1"  # sanitizers map terabytes
MEMORY = 2 << 30
SECONDS = 120 if SANITIZED else 30
failures = []
n_tried = 0


def bound():
    if not SANITIZED:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def run(words):
    return subprocess.run([joulecast, *words], capture_output=True, timeout=SECONDS, preexec_fn=bound,
                          stdin=subprocess.DEVNULL)


def expect(name, words, code, pattern):
    """One line that matches, where there is an error; no file left but the result."""
    global n_tried
    n_tried += 1
    before = set(os.listdir("."))
    try:
        done = run(words)
    except subprocess.TimeoutExpired:
        failures.append(f"{name}: takes more than {SECONDS} s")
        return None
    error = done.stderr.decode(errors="backslashreplace")
    if done.returncode != code:
        failures.append(f"{name}: exit code {done.returncode}, expected {code}: {error[:300]!r}")
    elif code != 0 and (error.count("\n") != 1 or not error.endswith("\n") or not error.startswith("joulecast: ")
                        or re.search(r"[\x00-\x09\x0b-\x1f\x7f]", error)):
        failures.append(f"{name}: not one clean line: {error[:300]!r}")
    elif code != 0 and not re.match(f"joulecast: (?:{pattern})", error):
        failures.append(f"{name}: expected {pattern!r}, found {error[:300]!r}")
    left = set(os.listdir(".")) - before - ({"out.h5"} if code == 0 else set())
    if left:
        failures.append(f"{name}: leaves {sorted(left)}")
    for path in left | {"out.h5"}:
        if os.path.isfile(path):
            os.remove(path)
    return done


def case(top="", workload="{input_tokens: 500, output_tokens: 300}", throughput="{form: constant, tokens_per_s: 5200}",
         node="{power: 10.2 kW, power_utilization: 40 %}", hosting="{pue: 1.2}", name="a", more=""):
    return (f"joulecast: 1\n{top}cases:\n  {name}:\n    workload: {workload}\n    throughput: {throughput}\n"
            f"    node: {node}\n    hosting: {hosting}\n{more}")


def scenario(name, text, code, pattern="", verb="run", words=("-n", "10")):
    with open("s.yaml", "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    writes = ["--quiet", "-o", "out.h5"] if verb in ("run", "bands", "sweep") else []
    return expect(name, [verb, "s.yaml", *writes, *words], code, pattern)


def check_yaml():
    good = case()
    million = 1_000_000
    bomb = "joulecast: 1\na: &a [x,x,x,x,x,x,x,x,x]\n"
    for k in range(12):
        this, last = chr(98 + k), chr(97 + k)
        bomb += f"{this}: &{this} [{','.join(['*' + last] * 9)}]\n"
    maps = "joulecast: 1\nx0: &x0 {a: 1}\n" + "".join(f"x{k + 1}: &x{k + 1} {{a: *x{k}, b: *x{k}}}\n" for k in range(60))
    scenario("a bomb of lists", bomb, 2, r"s.yaml:\d+:\d+: the document is too large: more than 1000000 values")
    scenario("a bomb of mappings", maps, 2, r"s.yaml:\d+:\d+: the document is too large")
    deep = r"s.yaml:\d+:\d+: nested deeper than 64 levels"
    scenario("deep lists", "joulecast: 1\nx: " + "[" * 100000, 2, deep)
    scenario("deep mappings", "joulecast: 1\nx: " + "{a: " * 100000, 2, deep)
    scenario("deep dashes", "joulecast: 1\nx:\n " + "- " * 100000 + "a", 2, deep)
    scenario("deep blocks", "".join(" " * k + "a:\n" for k in range(3000)), 2, deep)
    scenario("a long line", "joulecast: 1\nname: " + "x" * (100 if LONG else 20) * million, 4, r"s.yaml: larger than 16777216 bytes")
    scenario("a comment of 15 MB", "#" + "x" * 15 * million + "\n" + good, 0)
    scenario("many keys", good + "".join(f"k{k}: 1\n" for k in range(400000)), 2, r"s.yaml:\d+:1: more than 10000 keys")
    scenario("a million cases", "joulecast: 1\ncases:\n" + "".join(f"  c{k}: {{}}\n" for k in range(million)), 2,
             r"s.yaml:10003:3: more than 10000 keys")
    scenario("NUL", good.replace("a:", "a\0:"), 2, r"s.yaml:3:\d+: YAML: control characters are not allowed")
    scenario("an escaped NUL", case(top='title: "a\\0b"\n'), 2, r"s.yaml:2:8: a NUL character in a text")
    for escape in ("\\e[2J", "\\x07", "\\x9b2J", "\\x7f", "\\r"):
        scenario("control " + escape, case(top=f'title: "a{escape}b"\n'), 2, r"s.yaml:2:8: title: a control character")
    scenario("no UTF-8", b"joulecast: 1\nname: \xff\xfe\n", 2, r"s.yaml:2:7: YAML: invalid leading UTF-8 octet")
    scenario("a surrogate", case(top='title: "\\ud800"\n'), 2, r"s.yaml:2:\d+: YAML: found invalid Unicode")
    scenario("a byte order mark", b"\xef\xbb\xbf" + good.encode(), 0)
    scenario("UTF-16", good.encode("utf-16"), 0)
    scenario("CRLF", good.replace("\n", "\r\n"), 0)
    scenario("a key twice", good + "joulecast: 1\n", 2, r"s.yaml:8:1: duplicate key: joulecast")
    scenario("a line end in a key", good + '"x\\ny\\e": 1\n', 2, r"s.yaml:8:1: x y : unknown key")
    scenario("a merge key", good.replace("{pue", "{<<: {pue: 1}, pue"), 2, r"s.yaml:7:15: cases.a.hosting.<<: unknown key")
    scenario("nothing", "", 2, r"s.yaml: the file is empty")


def check_numbers():
    places = {
        "input_tokens": lambda x: case(workload="{input_tokens: %s, output_tokens: 1}" % x),
        "power": lambda x: case(node="{power: %s, power_utilization: 40 %%}" % x),
        "tokens_per_s": lambda x: case(throughput="{form: constant, tokens_per_s: %s}" % x),
        "pue": lambda x: case(hosting="{pue: %s}" % x),
        "sigma": lambda x: case(hosting="{pue: {lognormal: {median: 1.2, sigma: %s}}}" % x),
        "prefill_speedup": lambda x: case(throughput="{form: constant, tokens_per_s: 5, prefill_speedup: %s}" % x),
    }
    for value in ("1e308", "-1e308", "1e309", "nan", ".nan", "inf", "-.inf", "5e-324", "1e38", "1e39",
                  "18446744073709551616", "1" + "0" * 99, "0x10", "1_000", "1e99999999999999999999"):
        for place, text in places.items():
            if place == "prefill_speedup" and value == "18446744073709551616":
                continue  # a sensible one
            scenario(f"{place}: {value[:24]}", text(value), 2, r"s.yaml:[4-7]:\d+: cases.a.")
    scenario("-0 tokens", places["input_tokens"]("-0"), 0)
    scenario("-0 kW", places["power"]("-0"), 2, r"s.yaml:6:19: cases.a.node.power: -0 found, must be greater than 0")
    scenario("denormal power", places["power"]("1e-44"), 0)
    scenario("denormal throughput", places["tokens_per_s"]("1e-44"), 2, r"case a: energy of query 0 is inf, one of 10 such values in queries 0 to 9; a finite")
    scenario("weights", case(hosting="{pue: {discrete: {values: [1, 2], weights: [1e308, 1e308]}}}"), 2, r"s.yaml:7:")


def check_counts():
    good = case()
    for value in ("1e19", "9.3e18", "9223372036854775808", "-1", "0", "0.5", "1e400"):
        scenario(f"-n {value}", good, 2, r"--set queries=.*: queries: ", "check", ["-n", value])
        scenario(f"queries: {value}", case(top=f"queries: {value}\n"), 2, r"s.yaml:2:10: queries: ", "check", [])
    for value in ("-1", "0.5", "18446744073709551616"):
        scenario(f"--seed {value}", good, 2, r"--set seed=.*: seed: ", words=["--seed", value])
    most = "9223372036854775807"
    done = scenario("the most queries", good, 0, verb="check", words=["-n", most, "--summary-only", "--json"])
    if done is not None and b'"queries":\t9.2233720368547758e+18' not in done.stdout.replace(b": ", b":\t"):
        failures.append(f"the most queries: {done.stdout[:300]!r}")
    varies = case(hosting="{pue: {uniform: {low: 1, high: 2}, varies: fleet}}")
    scenario("too many samples", varies, 2, r"case a: samples of 9000000000000000000 queries are more than a file", words=["-n", "9e18"])
    for draws in ("1e12", "9e18", "1", "1e30"):
        scenario(f"draws: {draws}", case(top="bands: {draws: %s, queries: 10}\n" % draws), 2, r"s.yaml:2:\d+: bands.draws: ")
    for queries, code in ((4611686018427387903, 0), (4611686018427387904, 2)):
        scenario(f"bands of {queries} queries", varies.replace("cases:", f"bands: {{draws: 2, queries: {queries}}}\ncases:", 1),
                 code, r"bands: more than 9223372036854775807 queries of all 1 cases", "check", [])
    scenario("most queries of two cases", case(more="  b: {like: a}\n"), 2, r"queries: more than 9223372036854775807 queries "
             "of all 2 cases together", "check", ["-n", "4611686018427387904"])
    scenario("replicates", case(top="points: {kind: sobol, replicates: 1e12}\n"), 2, r"s.yaml:2:\d+: points.replicates: ")
    quantiles = ",".join(str(k / 1e5) for k in range(1, 99999))
    scenario("quantiles", case(top=f"quantiles: [{quantiles}]\n"), 2, r"s.yaml:2:12: quantiles: 99998 quantiles, at most 1000")
    linear = "sweep:\n  parameters:\n    p: {key: cases.a.hosting.pue, linear: {from: 1, to: 2, n: %s}}\n"
    for n in ("1e12", "9223372036854775808", "0", "1"):
        scenario(f"a sweep of {n}", good + linear % n, 2, r"s.yaml:10:\d+: sweep.parameters.p.linear.n: ", "sweep")
    for n_parameters, n in ((2, 1001), (16, 40)):
        many = "".join("    p%d: {key: cases.a.node.power, linear: {from: 1, to: 2, n: %d}}\n" % (k, n)
                       for k in range(n_parameters))
        scenario(f"a sweep of {n}^{n_parameters}", good + "sweep:\n  parameters:\n" + many, 2,
                 r"s.yaml:10:5: sweep.parameters: more than 1000000 points", "sweep")
    scenario("a sweep of designed points", good + "sweep:\n  design: {sobol: {points: 1e12}}\n  parameters: {p: {key: "
             "cases.a.hosting.pue, from: 1, to: 2}}\n", 2, r"s.yaml:9:28: sweep.design.sobol.points: ", "sweep")
    scenario("threads", good, 2, r"--threads: '1e9' is not", words=["--threads", "1e9"])
    scenario("most queries", good, 2, r"--max-n: ", words=["--until", "mean rel 1%", "--max-n", "1e19"])


def check_names():
    os.mkfifo("pipe")
    os.mkdir("folder")
    places = {
        "table": lambda x: (case(throughput="{form: maximum, table: %s}" % x), r"s.yaml:5:40: .*not found"),
        "empirical": lambda x: (case(workload="{empirical: %s}" % x), r"s.yaml:4:27: .*not found"),
        "extends": lambda x: (f"joulecast: 1\nextends: {x}\n", r"s.yaml:2:10: extends: cannot open"),
        "results": lambda x: ("joulecast: 1\nresults: {one: %s}\nfleet: {f: {cases: {one/a: 100 %%}, demand: "
                              "{queries_per_day: 1}}}\n" % x, r".*(regular file|cannot open)"),
    }
    for name in ("/dev/zero", "/dev/full", "../" * 20 + "dev/zero", "pipe", "folder", "nowhere", '"a\\nb\\e[2J"', "x" * 500,
                 '"\'\\""', "'{}'", "'%s%n'"):
        for place, text in places.items():
            written, pattern = text(name)
            code = {"results": 4}.get(place, 2)
            scenario(f"{place}: {name[:20]}", written, code, pattern, "fleet" if place == "results" else "run", [])
    for verb in ("verify", "summary", "info", "fit"):
        for name in ("/dev/zero", "pipe", "folder", "x" * 300, "a\nb\x1b[2J", ""):
            expect(f"{verb} {name[:10]!r}", [verb, name], 4, ".*: ")
    for name in ("/dev/zero", "folder", "a\nb\x1b[2J", "", "/proc/self/mem"):
        expect(f"run {name[:10]!r}", ["run", name], 4, ".*: ")
    with open("s.yaml", "w") as file:
        file.write(case())
    for name in ("folder", "pipe", "/dev/full", "/dev/null", "nowhere/x.h5", "x" * 300 + ".h5", ""):
        expect(f"-o {name[:10]!r}", ["run", "s.yaml", "-n", "10", "--quiet", "-o", name], 4, ".*: |the path of the result")
    for name in ("../x", "/tmp/x", "a/b"):
        scenario(f"name {name}", case(top=f"name: {name}\n"), 2, r"s.yaml:2:7: name: a '/' in the name")
    for name in ('"/"', '"."', '".."', '"a/b"', '"\u00e9"', "x" * 65, '"a b"', '""', '"a\\nb"', "~"):
        scenario(f"case {name[:10]}", case(name=name), 2, r"s.yaml:3:3: cases.*: a name is 1 to 64 letters, digits")
    for name in ("x" * 64, "...", "-", "'1'", "null"):
        scenario(f"case {name[:10]}", case(name=name), 0)


def check_python_line():
    """What `run` prints for Python can be pasted, whatever the file is called."""
    with open("s.yaml", "w") as file:
        file.write(case())
    for name in ('a"b.h5', "a'b.h5", "a\\b.h5", "a\\", "a\nb.h5", "\u00e9 {}%s.h5"):
        done = run(["run", "s.yaml", "-n", "10", "--quiet", "-o", name])
        line = done.stdout.decode().splitlines()[-1]
        opened = []

        class xarray:
            @staticmethod
            def open_dataset(path, group):
                opened.append((path, group))
                return type("dataset", (), {"to_dataframe": lambda self: None})()

        try:
            exec(line.removeprefix("in Python:").strip(), {"xarray": xarray})
        except SyntaxError:
            pass
        if opened != [(name, "cases/a")] or not os.path.exists(name):
            failures.append(f"the line for Python of {name!r}: {line!r}")
        os.remove(name)


def trace(name, data, code, pattern="", words=()):
    with open("t.csv", "wb") as file:
        file.write(data if isinstance(data, bytes) else data.encode())
    return expect(name, ["fit", "t.csv", *words], code, pattern)


def packed(head, piece, n):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return packer.compress(head) + b"".join(packer.compress(piece) for _ in range(n)) + packer.flush()


def check_traces():
    head = "input_tokens,output_tokens\n"
    megabytes = 1024 if LONG else 80
    trace("an open quote", head + '1,2\n"3,4\n' + "5,6\n" * 100000, 3, r"t.csv:3: a quote is not closed")
    trace("a long field", head + "1," + "9" * 70_000_000, 3, r"t.csv:2: ")
    trace("a long line of JSON", '{"input_tokens": "' + "9" * 70_000_000 + '"}', 3, r"t.csv:1: a line of more than")
    trace("many columns", ",".join(f"c{k}" for k in range(200000)) + "\n1\n", 3, r"t.csv: more than 10000 columns")
    trace("deep JSON", '{"input_tokens": ' + "[" * 100000 + "]" * 100000 + "}\n", 3, r"t.csv:1: only 0 of 1 rows")
    trace("deep JSON objects", '{"a":' * 100000, 3, r"t.csv:1: only 0 of 1 rows")
    trace("a bomb: a field", packed(head.encode(), b"0" * (1 << 20), megabytes), 3, r"t.csv:2: ")
    trace("a bomb: rows", packed(head.encode(), b"1,2\n" * (1 << 18), megabytes // 4), 0)
    trace("a bomb: blank lines", packed(head.encode(), b"\n" * (1 << 20), megabytes // 4), 3, r"t.csv: a header without rows")
    trace("gzip cut off", gzip.compress(head.encode() + b"1,2\n" * 1000)[:-20], 3, r"t.csv: the gzip data ends too early")
    trace("NUL", head + "1,\0\n", 3, r"t.csv: a NUL byte")
    trace("UTF-16", (head + "1,2\n").encode("utf-16"), 3, r"t.csv: a NUL byte")
    trace("nothing", "", 3, r"t.csv: the file is empty")
    trace("a byte order mark alone", b"\xef\xbb\xbf", 3, r"t.csv: the file is empty")
    trace("control characters", 'a\x1b[2J,"b\nc"\n1,2\n', 3, r"t.csv: no column has a known name")
    trace("numbers", head + "1e308,1\nnan,2\ninf,3\n-0,4\n0x10,5\n" + "3,9\n" * 9, 0)
    trace("--points", head + "1,2\n", 2, r"--points: '1e19' is not", ["--points", "1e19"])


def check_tables():
    head = "model,precision,input_tokens,output_tokens,throughput_tokens_per_s,source\n"

    def table(name, text, code, pattern, throughput="{form: maximum, table: t.csv}", workload=None):
        with open("t.csv", "w") as file:
            file.write(text)
        more = {} if workload is None else {"workload": workload}
        scenario(name, case(throughput=throughput, **more), code, pattern)

    rows = "m,FP8,1000,200,5000,x\nm,FP8,100,2000,3000,x\n"
    for value in ("1e308", "1e39", "1e13", "-1", "0", "nan", "inf", "0x10", "1e", "--1"):
        table(f"throughput {value}", head + rows + f"m,FP8,100,200,{value},x\n", 3, r"t.csv:4: throughput_tokens_per_s: ")
    table("rows", head + "m,FP8,100,200,1,x\n" * 10001, 2, r"s.yaml:5:\d+: cases.a.throughput: 10001 measurements are selected")
    table("columns", ",".join(f"c{k}" for k in range(100000)) + "\n", 3, r"t.csv:1: 100000 columns, at most 1000")
    table("an open quote", head + 'm,"FP8,100\n', 3, r"t.csv:\d+: a quote is not closed")
    table("a long field", head + "m" * 70_000_000 + ",", 4, r"t.csv: larger than 67108864 bytes")
    fit = "{form: log_linear, table: t.csv, cap: none}"
    steep = head + "m,FP8,100,200,1e-9,x\nm,FP8,101,200,1e9,x\nm,FP8,100,201,1e9,x\n"
    table("a steep fit", steep, 3, r"case a: throughput: the fit, .* is too steep to compute with", fit)
    # Measured where it is fast, extrapolated to where nothing is.
    fast = head + "m,FP8,1,1,1e-3,x\nm,FP8,1000,1,1e12,x\nm,FP8,1,1000,1e12,x\n"
    table("an infinite throughput", fast, 2, r"case a: throughput of query \d+ is inf, one of \d+ such values in queries 0 to 9; .* Its inputs: 1e\+09 input",
          fit, "{input_tokens: 1e9, output_tokens: {uniform: {low: 9e8, high: 1e9}}}")


def check_results_are_numbers():
    """What overflows on the way to a result is told with its place."""
    eight = "".join(f"  p{k}: {{divide_by: 1e9}}\n" for k in range(8))
    scenario("a product of dividers", case(more="pathways:\n" + eight + "  c: {combine: [p0, p1, p2, p3, p4, p5, p6, p7]}\n"
             "blends: {b: {cases: [a], pathways: [c]}}\n"), 2, r"pathway c: the energy of query 0 of case a, .* divided by inf")
    scenario("a tiny divider", case(more="pathways: {p: {divide_by: 1e-44}}\nblends: {b: {cases: [a], pathways: [p]}}\n"), 2,
             r"pathway p: the energy of query 0 of case a, .* is inf")
    factors = ", ".join("{name: i%d, factor: 1e9}" % k for k in range(10))
    scenario("interventions", case(more=f"    interventions: [{factors}]\n"), 2, r"case a: interventions: their product is 1e\+90")
    scenario("tiny interventions", case(more=f"    interventions: [{factors.replace('1e9', '1e-9')}]\n"), 2,
             r"case a: interventions: their product is 1e-90")
    overheads = ", ".join("o%d: {factor: 1e9}" % k for k in range(20))
    scenario("overheads", case(more="fleet: {f: {cases: {a: 100 %%}, demand: {queries_per_day: 1}, overheads: {%s}}}\n"
             % overheads), 2, r"fleet f: its energy is .* MWh")
    scenario("queries of a day", case(more="fleet: {f: {cases: {a: 100 %}, demand: {queries_per_day: 1e308}}}\n"), 2,
             r"s.yaml:8:\d+: fleet.f.demand.queries_per_day: ")
    for name, text in (("no utilisation", case(node="{power: 10, power_utilization: 0}")),
                       ("no tokens", case(workload="{input_tokens: 0, output_tokens: 0}")),
                       ("no duration", case(throughput="{form: api, duration: 0}",
                                            node="{power: 10, power_utilization: {from_class: {class: large-h100}}}"))):
        scenario(name, text, 0)
    scenario("a stored throughput of no duration", case(top="store: [throughput]\n", throughput="{form: api, duration: 0}",
             node="{power: 10, power_utilization: {from_class: {class: large-h100}}}"), 2,
             r"case a: throughput of query 0 is inf, one of 10 such values in queries 0 to 9; a finite number >= 0")


def check_streams():
    """Names that make the same label of a stream in two ways."""
    share = "{uniform: {low: 10 %, high: 30 %}}"
    mix = f"r: {{share: {share}, cases: {{a.b: {share}, b: rest}}}}, r.a: {{share: rest, cases: {{b: {share}, a.b: rest}}}}"
    fleet = "  b: {like: a.b}\nfleet: {f: {mix: {%s}, demand: {queries_per_day: 1}}}\n"
    scenario("regimes", case(name="a.b", more=fleet % mix), 2,
             r"the share within regime r of case a.b and the share within regime r.a of case b would be drawn from the "
             r"same random stream, 'fleet.mix.r.a.b'; give", "check", [])
    apart = mix.replace("r.a:", "q.a:")
    scenario("regimes apart", case(name="a.b", more=fleet % apart), 0, verb="check", words=[])
    rows = ", ".join("{input_tokens: %d, output_tokens: %d, throughput: %d}" % row
                     for row in ((100, 100, 900), (200, 100, 700), (100, 300, 500), (300, 300, 100)))
    fit = "{form: log_linear, coefficients: uncertain, %smeasurements: [%s]}"
    model = "  b: {like: a, throughput: %s}\n" % (fit % ("model: a, ", rows))
    scenario("fits", case(throughput=fit % ("", rows), more=model), 2,
             r"the fit of case a and the fit of model a would be drawn from the same random stream, 'throughput/a/0'", "check", [])
    factors = "x: {divide_by: 2, adoption: %s}, x.adoption: {divide_by: %s}" % (
        share, "{uniform: {low: 1, high: 2}, varies: fleet}")
    scenario("factors", case(more="fleet: {f: {cases: {a: 100 %%}, demand: {queries_per_day: 1}, interventions: {%s}}}\n" % factors),
             2, r"the adoption of the intervention x and the intervention x.adoption would be drawn", "check", [])


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    for check in (check_yaml, check_numbers, check_counts, check_names, check_python_line, check_traces, check_tables,
                  check_results_are_numbers, check_streams):
        check()
    os.chdir("/")
print("\n".join(failures) or f"{n_tried} hostile inputs, each refused or understood")
sys.exit(1 if failures else 0)
