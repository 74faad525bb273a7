"""The compiler's commands of a build for some files, one a line, without what they would write."""
import json
import os
import re
import shlex
import sys

build, files = sys.argv[1], set(sys.argv[2:])
with open(os.path.join(build, "compile_commands.json")) as commands:
    for entry in json.load(commands):
        path = os.path.relpath(os.path.join(entry["directory"], entry["file"]))
        # Kernels are compiled once per variant: the plain one is enough.
        if path in files and not re.search(r"VARIANT=(?!baseline)", entry["command"]):
            words = shlex.split(entry["command"])
            kept = [word for j, word in enumerate(words)
                    if word not in ("-MD", "-o", "-MQ", "-MF") and words[j - 1] not in ("-o", "-MQ", "-MF")]
            print(shlex.join(kept))
