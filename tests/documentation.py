"""Every command and every Python snippet of the documentation runs; every link inside leads somewhere.

In a page, ```sh blocks are run line by line, in order, in one scratch folder that sees the
repository's scenarios; `script/run` stands for the program under test. ```python blocks run there too.
"""
import os
import re
import shlex
import subprocess
import sys
import tempfile

joulecast, source = (os.path.abspath(path) for path in sys.argv[1:3])
PAGES = ["README.md", "scenarios/README.md", "results/README.md", "samplers/README.md",
         "cluster/README.md", "results/plots/README.md"]


def run_shell(line, folder):
    words = shlex.split(line, comments=True)
    if words[0] == "script/run":
        words = [joulecast] + (words[1:] or ["run", "scenarios/oviedo2026-traditional.yaml", "--force"])
    elif words[0] in ("joulecast", "build/joulecast"):
        words[0] = joulecast
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, (line, done.stderr)


def run_block(kind, text, folder):
    if kind == "python":
        done = subprocess.run(["/usr/bin/python3", "-c", text], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, (text, done.stderr)
        return 1
    lines = [line for line in text.replace("\\\n", " ").splitlines() if line.strip()]
    for line in lines:
        run_shell(line, folder)
    return len(lines)


def check_links(page, text):
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        if not re.match(r"\w+:", target):
            path = os.path.join(source, os.path.dirname(page), target)
            assert os.path.exists(path), (page, target)


for page in PAGES:
    with open(os.path.join(source, page)) as file:
        content = file.read()
    check_links(page, content)
    with tempfile.TemporaryDirectory() as scratch:
        os.symlink(os.path.join(source, "scenarios"), os.path.join(scratch, "scenarios"))
        count = sum(run_block(kind, text, scratch)
                    for kind, text in re.findall(r"```(sh|python)\n(.*?)```", content, re.S))
    print(f"{page}: {count} commands ran")
