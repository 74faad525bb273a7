"""The source itself: clang-format, headers that compile alone, arrows that point down, short files, no call that
cannot fail safely."""
import os
import re
import shutil
import subprocess
import sys

root, compiler = sys.argv[1], sys.argv[2:]

# Which folders a folder may include from (DESIGN: arrows point one way).
MAY_INCLUDE = {
    "base": {"base"},
    "samplers": {"base", "samplers"},
    "models": {"base", "samplers", "models"},
    "scenarios": {"base", "samplers", "models", "scenarios"},
    "results": {"base", "models", "results"},
    "engine": {"base", "samplers", "models", "scenarios", "results", "engine"},
}
LONGEST = 500
# Calls that write past their room, cannot say that they failed, or share what threads should not.
BANNED = re.compile(r"\b(str(?:n?cpy|n?cat|tok)|stp(?:n?cpy)|v?sprintf|gets|ato(?:i|l|ll|f)|[vf]?s?scanf|alloca|system|popen|"
                    r"mktemp|tempnam|tmpnam|rand|srand|asctime|ctime|gmtime|localtime)\s*\(")


def sources():
    for folder in [*MAY_INCLUDE, "tests", "install", "examples"]:
        for place, _, names in os.walk(os.path.join(root, folder)):
            for name in sorted(names):
                if name.endswith((".c", ".h")):
                    yield os.path.relpath(os.path.join(place, name), root)


def check_layers(path, text):
    allowed = MAY_INCLUDE.get(path.split("/")[0])
    for folder in re.findall(r'#include "(\w+)/', text) if allowed else []:
        if folder not in allowed:
            yield f"{path}: includes from {folder}/"


def check_calls(path, text):
    for line, content in enumerate(text.splitlines(), 1):
        for found in BANNED.findall(content) if not path.startswith("tests/") else []:
            yield f"{path}:{line}: {found} cannot fail safely"


def check_header(path):
    done = subprocess.run([*compiler, "-std=gnu11", "-D_GNU_SOURCE", '-DJC_SOURCE_ROOT="."', "-Wall", "-Wextra", "-Werror", "-Wno-unused", "-fopenmp-simd", "-I", root,
                           *libraries, "-fsyntax-only", "-x", "c", os.path.join(root, path)],
                          capture_output=True, text=True)
    if done.returncode != 0:
        yield f"{path}: does not compile alone: {done.stderr.splitlines()[0]}"


libraries = subprocess.run(["pkg-config", "--cflags", "hdf5-serial", "libcjson"], capture_output=True, text=True).stdout.split()
complaints = []
files = list(sources())
assert len(files) > 80, "the sources were not found"
for path in files:
    with open(os.path.join(root, path)) as file:
        text = file.read()
    complaints += check_layers(path, text)
    complaints += check_calls(path, text)
    if text.count("\n") > LONGEST:
        complaints.append(f"{path}: longer than {LONGEST} lines")
    if path.endswith(".h"):
        complaints += check_header(path)
if shutil.which("clang-format"):
    done = subprocess.run(["clang-format", "--dry-run", "-Werror", *files], cwd=root, capture_output=True, text=True)
    complaints += [line for line in done.stderr.splitlines() if "error:" in line]
else:
    print("clang-format is not installed: the format is not checked")
print("\n".join(complaints) or f"{len(files)} files in order")
sys.exit(1 if complaints else 0)
