"""Damaged files: whatever happens to the bytes of a result, a shard or a checkpoint, every reader refuses it with exit
code 5 and one line; forged ones, whose checksums are right, are taken or refused, and nothing else.

JOULECAST_LONG=1: all bits of a small file, and many more places of the others."""
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

import h5py

import file_kinds

joulecast, source, damage_tool, forge_tool = (os.path.abspath(path) for path in sys.argv[1:5])
LONG = os.environ.get("JOULECAST_LONG") == "1"
SHORT = "JOULECAST_SHORT" in os.environ
RANDOM = random.Random(9)
PROOF = {name: 0 for name in ("bits flipped", "bytes changed", "sectors lost", "truncations", "tails", "detected",
                              "refused by verbs", "forgeries", "forgeries refused", "crashes")}

def damage(victim, checked, kind, what, n):
    """n places, or with 0 all places."""
    seed = RANDOM.randrange(1 << 32)
    done = subprocess.run([damage_tool, victim, checked, kind, what, str(n), str(seed)], capture_output=True, text=True)
    PROOF["crashes"] += done.returncode not in (0, 1)
    assert done.returncode == 0, (victim, checked, what, n, seed, done.returncode, done.stderr[-2000:])
    counts = json.loads(done.stdout)
    name = {"bits": "bits flipped", "bytes": "bytes changed", "sectors": "sectors lost", "cuts": "truncations",
            "tails": "tails"}[what]
    PROOF[name] += counts["trials"]
    PROOF["detected"] += counts["detected"]


def check_all_places():
    """A small file in every byte, at every length; with JOULECAST_LONG in every bit."""
    for what, n in ("bytes", 2000 if SHORT else 0), ("cuts", 2000 if SHORT else 0), ("sectors", 0), ("tails", 0), ("bits", 0 if LONG else 4000):
        damage("tiny.h5", "tiny.h5", "result", what, n)


def check_places(files):
    scale = 40 if LONG else 0.2 if SHORT else 1
    for victim, checked, kind in files:
        share = 0.1 if checked == "master.h5" else 1  # megabytes, which are read each time
        for what, n in ("bits", 100), ("bytes", 60), ("cuts", 40), ("sectors", 40), ("tails", 4):
            damage(victim, checked, kind, what, int(n * scale * share) + 1)


# Who reads what; {} is the file that is damaged.
READERS = [
    ("result.h5", [["summary", "{}"], ["info", "{}"], ["verify", "{}"], ["bands", "{}"], ["fleet", "{}"], ["sensitivity", "{}"],
                   ["sensitivity", "{}", "--of", "mean"], ["fleet", "fleets.yaml"], ["rank", "{}", "--inputs", "energy,carbon", "--outputs-table", "index.csv"],
                   ["run", "study.yaml", "-o", "{}", "--resume", "-n", "2000", "--quiet"],
                   ["fleet", "study.yaml", "-o", "{}", "--quiet"],
                   ["run", "study.yaml", "-o", "{}", "--resume", "--until", "mean rel 0.1%", "--quiet"]]),
    ("fleet.h5", [["fleet", "{}"], ["verify", "{}"]]),
    ("sensitivity.h5", [["info", "{}"], ["verify", "{}"], ["summary", "{}"]]),
    ("sweep.h5", [["sweep", "{}"], ["info", "{}"], ["verify", "{}"], ["sweep", "sweep.yaml", "-o", "{}", "--resume", "--quiet"]]),
    ("study-part.task-1-of-2.h5", [["merge", "{}", "study-part.task-2-of-2.h5", "-o", "merged.h5", "--quiet"],
                                   ["merge", "-o", "study-part.h5", "--quiet"],
                                   ["run", "study.yaml", "-o", "study-part.h5", "--task", "1/2", "--resume", "--quiet"]]),
    ("sweep-part.task-2-of-2.h5", [["merge", "{}", "sweep-part.task-1-of-2.h5", "-o", "merged.h5", "--quiet"],
                                   ["sweep", "sweep.yaml", "-o", "sweep-part.h5", "--task", "2/2", "--resume", "--quiet"]]),
    ("long.checkpoint-1.h5", [["run", "tiny.yaml", "-n", "2e9", "-o", "long.h5", "--quiet", "--summary-only", "--resume",
                               "--max-time", "0.3s"]]),
    ("master.h5", [["summary", "{}"], ["info", "{}"], ["verify", "{}"]]),
]


def end_of_data(path):
    """How much of a file is HDF5's own; the seal is behind it."""
    with open(path, "rb") as file:
        return int.from_bytes(file.read(36)[28:], "little")


def damages(path, whole):
    """Names, bytes and what is to be read about them."""
    end = end_of_data(path)
    with h5py.File(path) as file:
        chunks = [(chunk.byte_offset, chunk.size) for case in file.get("cases", {}).values() for data in case.values()
                  if data.chunks and data.fletcher32 and not data.is_virtual
                  for chunk in (data.id.get_chunk_info(k) for k in range(data.id.get_num_chunks()))]
    place = next(at for at in iter(lambda: RANDOM.randrange(end), None)
                 if not any(first <= at < first + size for first, size in chunks))
    yield "flip", whole[:place] + bytes([whole[place] ^ 1 << RANDOM.randrange(8)]) + whole[place + 1:], ": "
    yield "cut", whole[:end // 2], ": cut short: "
    yield "no end", whole[:-1], ": does not end with a seal: cut short or damaged\n"
    yield "no seal", whole[:end], ": has no seal: another program has written it anew (such as h5repack), or joulecast before format 1.3\n"
    yield "newer seal", whole[:-56] + b"\2" + whole[-55:], ": its seal is of version 2, this program knows 1: newer, or damaged\n"
    yield "empty", b"", ": not an HDF5 file, or a damaged or unfinished one\n"
    yield "text", b"no HDF5 " * 100, ": not an HDF5 file, or a damaged or unfinished one\n"


def check_readers():
    """Every verb that opens a file: exit code 5, one line with the path, nothing printed and nothing written."""
    for path, readers in READERS:
        with open(path, "rb") as file:
            whole = file.read()
        for what, content, told in damages(path, whole):
            with open(path, "wb") as file:
                file.write(content)
            before = sorted(os.listdir("."))
            for words in readers if LONG else RANDOM.sample(readers, min(1 if SHORT else 3, len(readers))):
                done = subprocess.run([joulecast, *(path if word == "{}" else word for word in words)], capture_output=True,
                                      text=True, timeout=60)
                assert done.returncode == 5, (what, words, done.returncode, done.stderr)
                assert path + told in done.stderr and done.stderr.count("\n") == 1, (what, words, done.stderr)
                assert done.stdout == "" and sorted(os.listdir(".")) == before, (what, words, done.stdout)
                PROOF["refused by verbs"] += 1
        with open(path, "wb") as file:
            file.write(whole)
    os.mkdir("folder.h5")
    for path in "none.h5", "folder.h5":
        for verb in "summary", "info", "verify", "bands", "fleet", "sweep":
            done = subprocess.run([joulecast, verb, path], capture_output=True, text=True)
            assert done.returncode == 4 and done.stderr.count("\n") == 1, (verb, path, done)


def forge(path, kind, first, step):
    done = subprocess.run([forge_tool, path, kind, str(first), str(step)], capture_output=True, text=True)
    PROOF["crashes"] += done.returncode not in (0, 1, 2)
    assert done.returncode == 0, (path, first, step, done.returncode, done.stderr[-2000:])
    return json.loads(done.stdout)


def check_forged(files):
    """What no checksum tells: what is missing, of another type or shape, or a number that cannot be."""
    step = 7 if LONG else 809 if SHORT else 401
    for victim, checked, kind in files:
        if victim != checked or victim == "master.h5":
            continue
        counts = forge(victim, kind, RANDOM.randrange(step), step)
        PROOF["forgeries"] += counts["trials"]
        PROOF["forgeries refused"] += counts["refused"]
        readers = next((readers for path, readers in READERS if path == victim), [])
        for number in RANDOM.sample(range(counts["possible"]), 200 if LONG else 1) if readers else []:
            what = forge(victim, kind, number, 0)["what"]
            shutil.copy(victim, "aside")
            os.replace(victim + ".forged", victim)
            for words in readers:
                words = [victim if word == "{}" else word for word in words]
                if "--resume" not in words and "-o" not in words:
                    done = subprocess.run([joulecast, *words], capture_output=True, text=True, timeout=60)
                    assert done.returncode in (0, 2, 3, 5), (what, words, done.returncode, done.stderr[-2000:])
                    assert done.returncode == 0 or done.stderr.count("\n") == 1, (what, words, done.stderr)
            os.replace("aside", victim)


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    begin = time.time()
    kinds = file_kinds.make(joulecast)
    print(f"{len(kinds)} files: {time.time() - begin:.1f} s")
    for test, arguments in ((check_all_places, ()), (check_places, (kinds,)), (check_readers, ()), (check_forged, (kinds,))):
        begin = time.time()
        test(*arguments)
        print(f"{test.__name__}: {time.time() - begin:.1f} s")
print("proof: " + json.dumps(PROOF))
