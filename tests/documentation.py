"""Every command and every snippet of the documentation runs, and prints what the page shows; every link leads somewhere.

In a page, ```sh, ```python and ```r blocks are run in order, in one scratch folder that sees the repository's scenarios;
`script/run` and `joulecast` are the program under test. The lines of a block without a language that follows one of
these, with nothing between, are lines that it printed, in this order, others left out. ```yaml blocks are YAML. Pages
have output files of their own. Links inside the repository lead to files and headings that are there, also those of
notebooks. Where R or a package of it is missing, its snippets are left out. What is submitted to clusters is only held
to scripts and options that there are; lines that are indented (such as those for traces that are not here) are not run.
"""
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse

import yaml

joulecast, source = (os.path.abspath(path) for path in sys.argv[1:3])
chosen = sys.argv[3:]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.S | re.M)
RUN = """#!/bin/sh
[ $# -gt 0 ] || set -- run scenarios/oviedo2026-traditional.yaml --force
exec "$JOULECAST_PROGRAM" "$@"
"""


def pages():
    """All Markdown files of the repository."""
    listed = subprocess.run(["git", "-C", source, "ls-files", "--cached", "--others", "--exclude-standard",
                             "*.md", "*.ipynb"], capture_output=True, text=True)
    if listed.returncode == 0:
        return sorted(path for path in listed.stdout.split() if os.path.exists(os.path.join(source, path)))
    found = []
    for place, folders, names in os.walk(source):
        folders[:] = [folder for folder in folders if not folder.startswith((".", "build"))]
        found += [os.path.relpath(os.path.join(place, name), source) for name in names
                  if name.endswith((".md", ".ipynb"))]
    return sorted(found)


def read(page):
    with open(os.path.join(source, page)) as file:
        text = file.read()
    if page.endswith(".ipynb"):
        return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"]
                         if cell["cell_type"] == "markdown")
    return text


def prepare(folder):
    os.symlink(os.path.join(source, "scenarios"), os.path.join(folder, "scenarios"))
    os.mkdir(os.path.join(folder, "bin"))
    os.symlink(joulecast, os.path.join(folder, "bin/joulecast"))
    os.mkdir(os.path.join(folder, "script"))
    with open(os.path.join(folder, "script/run"), "w") as file:
        file.write(RUN)
    os.chmod(os.path.join(folder, "script/run"), 0o755)


def has_packages(snippet):
    """Whether there is R, with what the snippet needs of it."""
    names = re.findall(r"^library\((\w+)\)", snippet, re.M)
    test = "quit(status = !all(sapply(commandArgs(TRUE), requireNamespace, quietly = TRUE)))"
    return shutil.which("Rscript") is not None and \
        subprocess.run(["Rscript", "-e", test, *names], capture_output=True).returncode == 0


def run(page, kind, text, folder):
    """What the block printed, or None if it cannot be run here."""
    if kind == "r" and not has_packages(text):
        print(f"{page}: R or a package of it is not installed, a snippet is left out")
        return None
    words = {"sh": ["bash", "-euo", "pipefail", "-c", text], "python": ["/usr/bin/python3", "-c", text],
             "r": ["Rscript", "-e", text]}[kind]
    environment = dict(os.environ, JOULECAST_PROGRAM=joulecast, LC_ALL="C.UTF-8",
                       PATH=os.path.join(folder, "bin") + ":" + os.environ["PATH"])
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, f"{page}:\n{text}\n{done.stderr}"
    return done.stdout


def check_shown(page, text, shown, printed):
    """The lines shown are among those printed, in order."""
    lines = iter(line.rstrip() for line in printed.splitlines())
    for line in shown.splitlines():
        line = line.rstrip()
        assert line in ("", "...") or any(line == other for other in lines), \
            f"{page}: not printed by\n{text}\n  shown: {line}\nprinted:\n{printed}"


def check_blocks(page, text):
    """Runs a page from top to bottom; how many blocks there were."""
    count, last, end = 0, None, 0
    with tempfile.TemporaryDirectory() as folder:
        prepare(folder)
        for block in BLOCK.finditer(text):
            kind, body = block.groups()
            if kind in ("sh", "python", "r"):
                last = body, run(page, kind, body, folder)
                count += last[1] is not None
            elif kind == "yaml":
                yaml.safe_load(body)
            elif kind == "" and last and text[end:block.start()].strip() == "":
                if last[1] is not None:
                    check_shown(page, last[0], body, last[1])
            else:
                assert not re.search(r"^script/run", body, re.M), f"{page}: is not run:\n{body}"
            if kind not in ("", "sh", "python", "r"):
                last = None
            end = block.end()
    return count


def check_jobs(page, text):
    """What is submitted to machines that are not here: scripts that exist, options that the verbs take."""
    helps = subprocess.run([joulecast, "run", "--help"], capture_output=True, text=True).stdout
    for line in re.findall(r"^(?:mpirun|\w*=?\$?\(?sbatch) .*", "".join(body for _, body in BLOCK.findall(text)), re.M):
        script = re.search(r"(cluster/\w+\.sh|joulecast-mpi run|joulecast merge)(.*)", line)
        assert script, f"{page}: {line}"
        if script[1].startswith("cluster/"):
            assert os.path.exists(os.path.join(source, script[1])), f"{page}: no {script[1]}"
        for option in re.findall(r" (--?[a-z][\w-]*)", script[2]):
            assert re.search(re.escape(option) + r"\b", helps), f"{page}: {line}: no option {option}"


def anchors(text):
    """The names that forges give to the headings of a page."""
    names = set()
    for heading in re.findall(r"^#+ +(.*?) *$", BLOCK.sub("", text), re.M):
        heading = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        name, again = slug, 0
        while name in names:
            again += 1
            name = f"{slug}-{again}"
        names.add(name)
    return names


def check_links(page, text):
    count = 0
    for target in re.findall(r"\]\(([^)\s]+)\)", BLOCK.sub("", text)):
        if re.match(r"[\w+.-]+:", target):
            continue
        path, _, anchor = urllib.parse.unquote(target).partition("#")
        path = os.path.normpath(os.path.join(os.path.dirname(page), path)) if path else page
        assert os.path.exists(os.path.join(source, path)) and not path.startswith(".."), f"{page}: no {target}"
        if anchor:
            assert path.endswith(".md") and anchor in anchors(read(path)), f"{page}: no heading {target}"
        count += 1
    return count


def check_outputs(texts):
    """No two pages write the same file, so that they can be followed one after the other."""
    owner = {}
    for page, text in texts.items():
        blocks = "".join(body for kind, body in BLOCK.findall(text) if kind == "sh")
        for name in set(re.findall(r" -o (\S+)", blocks)):
            assert owner.setdefault(name, page) == page, f"{name} is written in {owner[name]} and {page}"


def check_page(page):
    links = check_links(page, texts[page])
    check_jobs(page, texts[page])
    commands = check_blocks(page, texts[page]) if page.endswith(".md") else 0
    return f"{page}: {commands} snippets ran, {links} links lead somewhere"


def check_citation():
    with open(os.path.join(source, "CITATION.cff")) as file:
        citation = yaml.safe_load(file)
    with open(os.path.join(source, "meson.build")) as file:
        project = file.read()
    for key in ("version", "license"):
        assert f"{key}: '{citation[key]}'" in project, (key, citation[key])
    assert citation["cff-version"] == "1.2.0" and citation["message"] and citation["title"] and citation["authors"]


def check_verbs():
    """The README knows every verb."""
    told = subprocess.run([joulecast, "--help"], capture_output=True, text=True).stdout
    verbs = re.findall(r"^  (\w+) +\w", told, re.M)
    assert len(verbs) > 10
    for verb in verbs:
        assert re.search(r"`[^`\n]*\b" + verb + r"\b[^`\n]*`", texts["README.md"]), f"README.md: no {verb}"


def check_studies():
    """The manual lists every study that is shipped, and no other."""
    shipped = {name[:-5] for name in os.listdir(os.path.join(source, "scenarios")) if name.endswith(".yaml")}
    told = {name for row in re.findall(r"^\| (`.*?) \|", texts["manual/studies.md"], re.M)
            for name in re.findall(r"`([^`]+)`", row)}
    assert told == shipped, ("manual/studies.md", told ^ shipped)


texts = {page: read(page) for page in pages()}
assert len(texts) > 10 and "README.md" in texts, "the pages were not found"
check_outputs(texts)
check_citation()
check_verbs()
check_studies()
assert texts["README.md"].count("\n") <= 250, "README.md is to be read in one sitting"
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    for line in pool.map(check_page, chosen or texts):
        print(line)
