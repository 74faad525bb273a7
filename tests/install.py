"""What is installed works where it was put, and knows nothing of the sources.

The build is installed below a temporary folder, as a package would be made. The program runs there, finds its data
and studies, its manual pages are clean and say what its help says, and so does the completion of bash; headers
compile alone, and the example of the library is built through pkg-config and says what the program says.
"""
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

source, build, compiler = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), sys.argv[3:]
STUDY = "oviedo2026-traditional.yaml"
QUERIES = "100000"  # those of examples/energy.c

if shutil.which("pkg-config") is None:
    print("skipped: pkg-config is not installed")
    sys.exit(77)


def call(words, **more):
    done = subprocess.run(words, capture_output=True, text=True, **more)
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout


def find(top, pattern):
    found = glob.glob(os.path.join(top, "**", pattern), recursive=True)
    assert len(found) == 1, (pattern, found)
    return found[0]


def check_files(share):
    """All shipped studies and tables are there, with their bytes."""
    studies = [os.path.relpath(path, source + "/scenarios")
               for path in glob.glob(source + "/scenarios/*.yaml") + glob.glob(source + "/scenarios/workloads/*")]
    tables = [path for folder in ("models", "samplers") for ending in ("csv", "yaml")
              for path in glob.glob(f"{source}/{folder}/data/*.{ending}")]
    assert len(studies) > 20 and len(tables) > 10
    pairs = [(f"{source}/scenarios/{name}", f"{share}/scenarios/{name}") for name in studies]
    for ours, installed in pairs + [(path, f"{share}/{os.path.basename(path)}") for path in tables]:
        with open(ours, "rb") as a, open(installed, "rb") as b:
            assert a.read() == b.read(), installed


def check_program(program, share, folder):
    """It runs from there, as if there were no sources, with tables and distributions that studies name."""
    clean = {name: value for name, value in os.environ.items() if name != "JOULECAST_DATA"}
    version = call([program, "--version"], env=clean)
    assert re.match(r"joulecast \d+\.\d+\.\d+ \(\w+(-dirty)?\)\ncompiler: \w+ [\d.]+\nflags: ", version), version
    for pattern in (r"^inner loops: scalar( \w+)* \(default: \w+\)$", r"^libraries: HDF5 [\d.]+, GSL [\d.]+, libyaml [\d.]+, ",
                    r"^MPI: none$", f"^data: {re.escape(share)}$"):
        assert re.search(pattern, version, re.M), (pattern, version)
    for name in ("production-conversation", "fernandez2025-azure-code", "jegham2025-v6", "oviedo2026-fleet"):
        call([program, "check", f"{share}/scenarios/{name}.yaml", "--json"], cwd=folder, env=clean)
    call([program, "run", f"{share}/scenarios/{STUDY}", "-n", QUERIES, "--summary-only", "-o", "energy.h5", "--quiet"],
         cwd=folder, env=clean)
    return json.loads(call([program, "summary", "energy.h5", "--json"], cwd=folder, env=clean))


def check_library(prefix, pages, summary, folder):
    """Headers compile alone; the example finds the library, its data, and the medians of the program."""
    include = prefix + "/include/joulecast"
    environment = {name: value for name, value in os.environ.items() if name != "JOULECAST_DATA"}
    environment["PKG_CONFIG_PATH"] = pages
    flags = call(["pkg-config", "--cflags", "joulecast"], env=environment).split()
    assert "-I" + include in [os.path.normpath(flag) for flag in flags], flags
    headers = [os.path.relpath(path, include) for path in glob.glob(include + "/**/*.h", recursive=True)]
    assert len(headers) > 40
    with open(folder + "/all.c", "w") as file:
        file.writelines(f'#include <{name}>\n' for name in sorted(headers))
    call([*compiler, *flags, "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "all.c"], cwd=folder)
    environment["LD_LIBRARY_PATH"] = os.path.dirname(pages)
    with open(source + "/manual/installing.md") as file:
        commands = re.search(r"```console\n(cc .*?)```", file.read(), re.S)[1]
    commands = commands.replace("cc examples/energy.c", f"{' '.join(compiler)} -Wall -Wextra -Werror "
                                + find(prefix + "/share/doc", "energy.c"))
    lines = call(["sh", "-euc", commands], cwd=folder, env=environment).splitlines()
    medians = [case["energy"]["quantiles"]["0.5"] for case in summary["cases"].values()]
    assert len(lines) == len(medians) == 5
    for line, median in zip(lines, medians):
        value, lower, upper = map(float, re.search(r": ([\d.]+) Wh \(([\d.]+) to ([\d.]+)\)$", line).groups())
        assert value == round(median, 4) and lower <= value <= upper and upper - lower < 0.05 * value, (line, median)
    done = subprocess.run(["./energy", "absent.yaml"], cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 4 and done.stderr.startswith("energy: absent.yaml: "), done.stderr


def options_of(program, verb):
    """{name: (letter, argument, help)} as the help of a verb has them."""
    text = call([program, verb, "--help"])
    return {name: (letter, argument, meaning) for letter, name, argument, meaning in
            re.findall(r"^  (?:-(\w),|   ) --([\w-]+)(?: (\S+))?  *(.+)$", text, re.M)}


def formatted(page):
    """The words of a manual page; groff has nothing to say against it."""
    done = subprocess.run(["groff", "-man", "-ww", "-Tascii", "-P-cbou", "-rLL=1000n", page], capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr == "", (page, done.stderr)
    return " ".join(done.stdout.split())


def check_pages(program, verbs, pages):
    """There is a page for each verb, and its words are those of the help."""
    assert sorted(os.listdir(pages)) == sorted(["joulecast.1"] + [f"joulecast-{verb}.1" for verb in verbs])
    if not shutil.which("groff"):
        print("groff is not installed: manual pages were not formatted")
        return
    words = formatted(pages + "/joulecast.1")
    for verb in verbs:
        assert f"joulecast-{verb}(1)" in words, verb
    for verb in verbs:
        words = formatted(f"{pages}/joulecast-{verb}.1")
        for name, (letter, argument, meaning) in options_of(program, verb).items():
            option = (f"-{letter}, " if letter else "") + f"--{name}" + (f" {argument}" if argument else "")
            assert f"{option} {' '.join(meaning.split())}" in words, (verb, option, words)
        for section in ("SYNOPSIS", "EXIT STATUS", "EXAMPLES", "SEE ALSO"):
            assert section in words, (verb, section)


def complete(script, words, folder):
    """What bash offers for the last word."""
    quoted = " ".join("'" + word + "'" for word in words)
    lines = f'source "{script}"; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _joulecast; printf "%s\\n" "${{COMPREPLY[@]}}"'
    return set(call(["bash", "-c", lines], cwd=folder).split("\n")) - {""}


def check_completion(program, verbs, script, folder):
    if shutil.which("bash") is None:
        print("bash is not installed: its completion was not tried")
        return
    scratch, folder = folder, folder + "/words"
    os.mkdir(folder)
    for name in ("a b.yaml", "c.h5", "d.csv", "e.txt", "f.yml"):
        open(os.path.join(folder, name), "w").close()
    os.mkdir(folder + "/inner")
    assert complete(script, ["joulecast", ""], folder) == {*verbs, "help", "--help", "--version"}
    assert complete(script, ["joulecast", "su"], folder) == {"summary"}
    assert complete(script, ["joulecast", "help", "sw"], folder) == {"sweep"}
    for verb in verbs:
        options = options_of(program, verb)
        words = {"--" + name for name in options} | {"-" + letter for letter, _, _ in options.values() if letter}
        assert complete(script, ["joulecast", verb, "-"], folder) == words, verb
    for verb, files in (("run", {"a b.yaml", "f.yml"}), ("summary", {"c.h5"}), ("rank", {"c.h5", "d.csv"}),
                        ("bands", {"a b.yaml", "f.yml", "c.h5"}), ("fit", {"a b.yaml", "c.h5", "d.csv", "e.txt", "f.yml"})):
        assert complete(script, ["joulecast", verb, ""], folder) == files | {"inner"}, verb
    assert complete(script, ["joulecast", "run", "-o", "c"], folder) == {"c.h5"}
    assert complete(script, ["joulecast", "bench", "--folder", ""], folder) == {"inner"}
    assert complete(script, ["joulecast", "run", "--simd", "=", "s"], folder) == {"scalar", "sse2"}
    assert complete(script, ["joulecast", "run", "--seed", ""], folder) == set()
    check_values(program, script, scratch)
    check_kinds(program, script, scratch)


def check_kinds(program, script, folder):
    """The kinds of pictures that are offered are those that there are."""
    kinds = complete(script, ["joulecast", "plot", "--kind", ""], folder)
    done = subprocess.run([program, "plot", "energy.h5", "--kind", "x"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 2 and set(done.stderr.split(" one of ")[1].strip().split(", ")) == kinds, (done.stderr, kinds)


def check_values(program, script, folder):
    """The program takes every value that is offered, and refuses another."""
    with open(os.path.join(folder, "models.csv"), "w") as file:
        file.write("model,energy,ai_index\na,1,50\nb,2,60\nc,4,70\n")
    words = [program, "rank", "models.csv", "--draws", "0"]
    for option in ("--orientation", "--goal", "--normalise"):
        values = complete(script, ["joulecast", "rank", option, ""], folder)
        assert len(values) >= 2, option
        for value in values:
            call([*words, option, value], cwd=folder)
        assert subprocess.run([*words, option, "x"], cwd=folder, capture_output=True).returncode == 2


def install(folder):
    call(["meson", "install", "-C", build, "--no-rebuild"], env={**os.environ, "DESTDIR": folder})
    prefix = os.path.dirname(os.path.dirname(find(folder, "bin/joulecast")))
    page = find(prefix, "joulecast.pc")
    with open(page) as file:
        text = file.read()
    with open(page, "w") as file:  # it was made for the place that the build is meant for
        file.write(re.sub(r"^prefix=.*$", f"prefix={prefix}", text, count=1, flags=re.M))
    return prefix


def main(folder):
    prefix = install(folder + "/root")
    scratch = folder + "/scratch"
    os.mkdir(scratch)
    share, program = prefix + "/share/joulecast", prefix + "/bin/joulecast"
    verbs = re.findall(r"^  (\w+) ", call([program, "--help"]), re.M)
    assert len(verbs) >= 13
    check_files(share)
    summary = check_program(program, share, scratch)
    check_library(prefix, os.path.dirname(find(prefix, "joulecast.pc")), summary, scratch)
    check_pages(program, verbs, prefix + "/share/man/man1")
    check_completion(program, verbs, prefix + "/share/bash-completion/completions/joulecast", scratch)
    print(f"{len(verbs)} verbs, installed")


with tempfile.TemporaryDirectory() as temporary:
    main(os.path.realpath(temporary))
