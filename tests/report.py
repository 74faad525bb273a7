"""Reports: pages that stand alone, whose numbers are those of the file, and in which no text is markup."""
import html.parser
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

joulecast, source = (os.path.abspath(path) for path in sys.argv[1:3])
PICTURES = shutil.which("gnuplot") is not None
VOID = {"meta", "br", "link", "img", "hr", "input", "col"}
SHOWN = ["0.05", "0.25", "0.5", "0.75", "0.95"]

# Names that would be markup, script or an address if they were let; YAML texts.
SCRIPT = "<script>alert(1)</script>"
HOSTILE = '</title></style>{}<img src=x onerror="alert(2)"> \'quoted\' & &amp; \\u202e $(rm) %s %n'.format(SCRIPT)
CITED = "javascript:alert(3) https://example.org/a\\\"onclick=alert(4) and http://example.org/b?c=1&d=2). arXiv:2509.20241v2"

STUDY = f"""\
joulecast: 1
name: strange
title: "{HOSTILE.replace('"', chr(92) + '"')}"
description: "What <b>bold</b> queries take, & why"
source: "{CITED}"
seed: 7
queries: 20000
store: [energy, water, carbon, output_tokens]
bands: {{draws: 40, queries: 200}}
defaults:
  workload: {{input_tokens: 500, output_tokens: {{exponential: {{median: 300}}, integer: true}}}}
  throughput: {{form: constant, tokens_per_s: {{lognormal: {{p05: 800, p95: 2400}}, varies: fleet}}}}
  node: {{power: 10.2 kW, power_utilization: {{lognormal: {{p05: 0.4, p95: 0.9}}}}}}
  hosting: {{pue: {{lognormal: {{p05: 1.05, p95: 1.6}}, varies: fleet}}, wue_site: 0.3, wue_source: 3, carbon_intensity: 0.4}}
cases:
  one: {{label: "a <i>case</i> & 'another'"}}
  two: {{node: {{power: 12.8 kW}}}}
pathways:
  better: {{label: "<u>better</u>", divide_by: {{lognormal: {{p05: 1.5, p95: 3.5}}}}}}
blends:
  both: {{cases: {{one: 0.3, two: 0.7}}, pathways: [better]}}
fleet:
  now: {{label: "<s>now</s>", mix: {{all: {{share: 1, cases: {{one: 0.5, two: 0.5}}}}}}, demand: {{queries_per_day: 1e9}}}}
  then:
    like: now
    overheads: {{network: {{factor: 1.1, source: "{CITED}"}}}}
references:
  plant: {{label: "<q>plant</q>", power: 30 MW, load: 80 %, source: "{CITED}"}}
waterfall:
  steps: {{label: "<em>steps</em>", steps: [now, then]}}
"""


class Page(html.parser.HTMLParser):
    """Checks that elements nest, and keeps what is looked at."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.ids, self.links, self.tables, self.text, self.classes = [], [], [], [], {}, []
        self.cell = None
        self.feed(text)
        self.close()
        assert self.open == [], self.open

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        assert len(values) == len(attributes), (tag, attributes)
        assert tag not in ("script", "iframe", "object", "embed", "link", "img", "form", "base"), tag
        assert not any(name.startswith("on") or name in ("src", "srcset", "style" if tag != "svg" else "") and "svg" not in self.open
                       for name in values), (tag, values)
        self.ids += [values["id"]] if "id" in values else []
        for name in ("href", "xlink:href"):
            if name in values:
                self.links.append((tag, values[name], values.get("rel")))
        if tag == "table":
            self.tables.append((values["class"], []))
        elif tag == "tr":
            self.tables[-1][1].append([])
        elif tag in ("td", "th"):
            self.cell = {"text": "", "values": []}
            self.tables[-1][1][-1].append(self.cell)
        elif tag == "data":
            self.cell is not None and self.cell["values"].append([float(values["value"]), ""])
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, (tag, self.open)
        self.open.pop()
        self.cell = None if tag in ("td", "th") else self.cell

    def handle_data(self, text):
        for tag in set(self.open) if "svg" not in self.open else ():
            self.text[tag] = self.text.get(tag, "") + text
        if self.cell is not None:
            self.cell["text"] += text
            if "data" in self.open:
                self.cell["values"][-1][1] += text

    def rows(self, kind, which=0):
        found = [rows for name, rows in self.tables if name == kind]
        return found[which][1:] if found[which][0] and not found[which][0][0]["values"] else found[which]


def run(*words, code=0, folder=None, path=None):
    environment = {**os.environ, "PATH": path} if path is not None else None
    done = subprocess.run([joulecast, *words], cwd=folder, capture_output=True, text=True, env=environment)
    assert done.returncode == code, (words, done.returncode, done.stderr)
    return done.stdout if code == 0 else done.stderr


def shown_value(text):
    """The number that a person reads."""
    text = text.replace("\u2212", "-").replace("\u202f", "").replace("\u2009", "")
    text, times, power = text.rstrip("%").partition("\u00d710")
    return float(text) * (10 ** int(power) if times else 1), len(re.sub(r"\D", "", text).lstrip("0")) or 1


def check_digits(page):
    """What is shown is the value, rounded to the digits that are shown, of which there are never more than six or so."""
    n = 0
    for _, rows in page.tables:
        for cell in (cell for row in rows for cell in row):
            for value, text in cell["values"]:
                scale = 100 if "%" in text else 1
                shown, digits = shown_value(text)
                assert digits <= 7 or value == int(value), (value, text)
                decimals = len(text.split(".")[1].rstrip("%\u202f").split("\u2009")[0]) if "." in text else 0
                size = 10 ** math.floor(math.log10(abs(value))) if value and "\u00d7" in text else 1
                assert abs(shown - scale * value) <= 0.5001 * size * 10 ** -decimals * (1 + 1e-9), (value, text)
                n += 1
    return n


def read(path):
    with open(path, "rb") as file:
        text = file.read().decode("utf-8")
    assert text.startswith("<!DOCTYPE html>\n<html lang=\"en\">") and text.endswith("</html>\n")
    assert '<meta charset="utf-8">' in text and 'name="viewport" content="width=device-width, initial-scale=1"' in text
    page = Page(text)
    assert len(set(page.ids)) == len(page.ids), "an id is there twice"
    for tag, target, rel in page.links:
        if target.startswith("#"):
            assert target[1:] in page.ids, target
        else:
            assert tag == "a" and rel == "noreferrer" and re.match(r"https?://", target), (tag, target)
    style = page.text["style"]
    assert "url(" not in style and "@import" not in style and "@media print" in style and "prefers-color-scheme:dark" in style
    for svg in re.findall(r"<svg .*?</svg>", text, re.S):
        xml.etree.ElementTree.fromstring(svg.replace("&nbsp;", " "))
        assert not re.search(r"(?:href|src)=\"(?!#)", svg), "a picture refers to something outside"
    assert check_digits(page) > 20
    return page, text


def close(value, expected):
    assert math.isclose(value, expected, rel_tol=1e-12, abs_tol=1e-300), (value, expected)


def half(statistics, name):
    lower, upper = statistics["mean_interval"] if name == "mean" else statistics["intervals"][name]
    return None if lower is None or upper is None else (upper - lower) / 2


def check_summary(page, document, quantity, which, subjects):
    rows = page.rows("summary", which)
    assert len(rows) == len(subjects), (quantity, len(rows))
    for row, statistics in zip(rows, subjects):
        for cell, name in zip(row[1:7], SHOWN + ["mean"]):
            value = statistics["mean"] if name == "mean" else statistics["quantiles"][name]
            close(cell["values"][0][0], value)
            width = half(statistics, name)
            if width is None:
                assert "too few" in cell["text"]
            elif value != 0 and width > 1e-5 * value:
                assert abs(cell["values"][1][0] - 100 * width / value) < 0.15 * 100 * width / value, (cell, width)


def answer(text):
    """The numbers of the answer."""
    sentence = re.search(r'<p class="answer">(.*?)</p>\n', text, re.S)[1]
    assert re.sub(r"<[^>]*>", "", sentence).count(". ") == 0, "the answer is not one sentence"
    return [float(value) for value in re.findall(r'<data value="([^"]*)">', sentence)]


def check_queries(page, folder, path):
    document = json.loads(run("summary", path, "--json", "--quantiles", ",".join(SHOWN), folder=folder))
    cases, blends = list(document["cases"].values()), document["blends"]
    energy = [case["energy"] for case in cases]
    for name, blend in blends.items():
        energy += [blend["energy"]] + [one["energy"] for one in document["pathways"].get(name, {}).values()]
    check_summary(page, document, "energy", 0, energy)
    for which, quantity in enumerate(("water", "carbon"), 1):
        if quantity in cases[0]:
            check_summary(page, document, quantity, which, [one[quantity] for one in [*cases, *blends.values()]])
    stored = json.loads(run("summary", path, "--json", folder=folder))
    first = next(iter(stored["cases"].values()))["energy"]
    row = page.rows("quantiles")[0]
    for cell, (name, value) in zip(row[1:], first["quantiles"].items()):
        close(cell["values"][0][0], value)
        for (bound, _), expected in zip(cell["values"][1:], first["intervals"][name]):
            close(bound, expected)


def check_bands(page, folder, path):
    document = json.loads(run("bands", path, "--json", folder=folder))
    rows = iter(page.rows("bands"))
    for subject in [*document["cases"].values(), *document["blends"].values()]:
        for band in [subject["energy"]["mean"], *subject["energy"]["quantiles"].values()]:
            for cell, numbers in zip(next(rows)[2:], band.values()):
                for (value, _), expected in zip(cell["values"], numbers):
                    close(value, expected)
    assert next(rows, None) is None


def check_fleets(page, folder, path):
    document = json.loads(run("fleet", path, "--json", folder=folder))
    for which, fleet in enumerate(document["fleets"].values()):
        rows = page.rows("fleet", which)
        assert len(rows) == len(fleet["figures"])
        for row, figure in zip(rows, fleet["figures"].values()):
            close(row[1]["values"][0][0], figure["value"])
            assert figure["unit"] in ("1", row[2]["text"]), (row, figure["unit"])
            close(row[3]["values"][0][0], figure["standard_error"])
            for cell, rank in zip(row[5:], ("0.05", "0.5", "0.95")):
                close(cell["values"][0][0], figure["band"][rank][0])
    return next(iter(document["fleets"].values()))["figures"]["energy_per_day"]


def check_strange(folder):
    """All of a study with bands, fleets, pathways and hostile names."""
    with open(os.path.join(folder, "s.yaml"), "w") as file:
        file.write(STUDY)
    run("run", "s.yaml", "--summary-only", "-o", "s.h5", "--quiet", folder=folder)
    told = run("report", "s.h5", "-o", "s.html", *([] if PICTURES else ["--no-pictures"]), folder=folder)
    assert told == "report: s.html\n"
    page, text = read(folder + "/s.html")
    check_queries(page, folder, "s.h5")
    check_bands(page, folder, "s.h5")
    energy = check_fleets(page, folder, "s.h5")
    for value, rank in zip(answer(text), ("0.5", "0.05", "0.95")):
        close(value, energy["band"][rank][0])
    title = HOSTILE.replace("\\u202e", "\ufffd")
    assert page.text["title"] == title and page.text["h1"] == title, (page.text["title"], title)
    for label in ("a <i>case</i> & 'another'", "<u>better</u>", "<s>now</s>", "<q>plant</q>", "<em>steps</em>"):
        assert label in page.text["main"], label
    assert "What <b>bold</b> queries take, & why" in page.text["header"]
    targets = {target for _, target, _ in page.links if not target.startswith("#")}
    assert targets == {"https://example.org/a", "http://example.org/b?c=1&d=2", "https://arxiv.org/abs/2509.20241v2"}, targets
    assert ("<figure>" in text) == PICTURES and "draws of what is unknown" in page.text["p"]
    check_assumptions(page)
    check_files(folder)


def check_assumptions(page):
    rows = page.rows("assumptions")
    told = [[cell["text"] for cell in row] for row in rows]
    pue = next(row for row in told if row[0] == "power usage effectiveness")
    assert pue[1:] == ["all", "lognormal", "1.05", "1.296", "1.6", "one value, not known"], pue
    power = [row for row in told if row[4] in ("10.2", "12.8")]
    assert [row[0] for row in power] == ["rated power of the serving node [kW]", ""] and power[0][6] == "taken as known"
    assert any(row[0].startswith("output tokens") and row[6] == "varies from query to query" for row in told)
    assert "network" in page.text["li"] and "SHA-256" in page.text["th"]


def check_files(folder):
    """The same bytes again, nothing replaced without being asked, nothing left of what failed."""
    before = set(os.listdir(folder))
    with open(folder + "/s.html", "rb") as file:
        first = file.read()
    assert "exists already; --force" in run("report", "s.h5", "-o", "s.html", "--no-pictures", code=4, folder=folder)
    run("report", "s.h5", "--force", *([] if PICTURES else ["--no-pictures"]), folder=folder)
    with open(folder + "/s.html", "rb") as file:
        assert file.read() == first, "two reports of one file differ"
    assert "absent.h5: cannot open" in run("report", "absent.h5", code=4, folder=folder)
    assert "cannot create" in run("report", "s.h5", "-o", "absent/s.html", "--no-pictures", code=4, folder=folder)
    assert "there is no option" in run("report", "s.h5", "--json", code=2, folder=folder)
    assert "--no-pictures does without" in run("report", "s.h5", "-o", "x.html", code=4, folder=folder, path="/")
    with open(folder + "/s.h5", "rb") as file:
        content = bytearray(file.read())
    with open(folder + "/short.h5", "wb") as file:
        file.write(content[:len(content) // 2])
    content[len(content) // 2] ^= 4
    with open(folder + "/flipped.h5", "wb") as file:
        file.write(content)
    for name in ("short.h5", "flipped.h5"):
        run("report", name, "-o", "x.html", code=5, folder=folder)
        os.remove(os.path.join(folder, name))
    assert set(os.listdir(folder)) == before


def check_sensitivity(folder):
    run("sensitivity", "s.yaml", "-n", "2000", "--case", "one", "-o", "m.h5", "--quiet", folder=folder)
    run("report", "m.h5", "--no-pictures", folder=folder)
    page, _ = read(folder + "/m.html")
    inputs = json.loads(run("sensitivity", "m.h5", "--json", folder=folder))["responses"]["one"]["inputs"]
    rows = page.rows("sensitivity")
    assert {row[0]["text"] for row in rows} == set(inputs)
    for row in rows:
        one = inputs[row[0]["text"]]
        for cell, index in zip(row[1:3], (one["total"], one["first_order"])):
            for (value, _), name in zip(cell["values"], ("value", "lower", "upper")):
                close(value, index[name])
        close(row[4]["values"][0][0], one["at_p05"])
        close(row[5]["values"][0][0], one["at_p95"])


def check_sweep(folder):
    with open(os.path.join(folder, "w.yaml"), "w") as file:
        file.write(STUDY[:STUDY.index("fleet:")].replace("bands:", "sweep: {parameters: {pue: {key: defaults.hosting.pue, values: [1.1, 1.5]}}}\n# "))
    run("sweep", "w.yaml", "-n", "500", "-o", "w.h5", "--quiet", folder=folder)
    run("report", "w.h5", "--no-pictures", folder=folder)
    page, _ = read(folder + "/w.html")
    points = json.loads(run("sweep", "w.h5", "--json", folder=folder))["points"]
    rows = page.rows("points")
    assert len(rows) == len(points) == 2
    for row, point in zip(rows, points):
        close(row[0]["values"][0][0], point["parameters"]["pue"])
        subjects = [*point["cases"].values(), *point["blends"].values()]
        assert len(row) == 1 + len(subjects)
        for cell, one in zip(row[1:], subjects):
            close(cell["values"][0][0], one["energy"]["mean"])
    least, most = page.rows("extremes")[:2]
    assert least[1]["text"] == "least" and "pue 1.1" in least[3]["text"] and "pue 1.5" in most[3]["text"]
    close(least[2]["values"][0][0], points[0]["cases"]["one"]["energy"]["mean"])
    assert "the sweep has other values of defaults.hosting.pue." in page.text["p"]


def check_shipped(folder):
    """Studies of other kinds have reports, too: measured throughput, joint draws, classes, files of files."""
    for name in ("production-conversation", "fernandez2025-azure-code", "jegham2025-gpt-4o"):
        run("run", f"{source}/scenarios/{name}.yaml", "-n", "2000", "--summary-only", "-o", name + ".h5", "--quiet", folder=folder)
        run("report", name + ".h5", "--no-pictures", folder=folder)
        page, text = read(f"{folder}/{name}.html")
        check_queries(page, folder, name + ".h5")
        cases = json.loads(run("summary", name + ".h5", "--json", folder=folder))["cases"].values()
        medians = [case["energy"]["quantiles"]["0.5"] for case in cases]
        close(answer(text)[0], min(medians))
        close(answer(text)[2], max(medians))
        assert "Sources" in page.text["h3"] and len(page.rows("assumptions")) > 5
    with open(os.path.join(folder, "f.yaml"), "w") as file:
        file.write("joulecast: 1\nresults: {one: s.h5}\nfleet:\n  all: {mix: {x: {share: 1, cases: [one/two]}}, "
                   "demand: {queries_per_day: 1e6}}\n")
    run("fleet", "f.yaml", "-o", "f.h5", folder=folder)
    run("report", "f.h5", "--no-pictures", folder=folder)
    page, text = read(folder + "/f.html")
    close(answer(text)[0], check_fleets(page, folder, "f.h5")["band"]["0.5"][0])


with tempfile.TemporaryDirectory() as temporary:
    check_strange(temporary)
    check_sensitivity(temporary)
    check_sweep(temporary)
    check_shipped(temporary)
print("reports stand alone and say what their files hold" + ("" if PICTURES else "; without gnuplot: no pictures"))
