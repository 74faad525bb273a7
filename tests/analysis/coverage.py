"""Lines that ran, by folder, of what gcovr counted; those that did not, listed in a file."""
import collections
import json
import sys

GOAL = 95
FOLDERS = ["base", "samplers", "models", "scenarios", "results", "engine"]
with open(sys.argv[1]) as file:
    counted = json.load(file)["files"]

lines = collections.Counter()
ran = collections.Counter()
with open(sys.argv[2], "w") as missed:
    for entry in sorted(counted, key=lambda entry: entry["file"]):
        path = entry["file"]
        folder = "engine/cli" if path.startswith("engine/cli/") else path.split("/")[0]
        counts = {line["line_number"]: line["count"] for line in entry["lines"] if not line.get("gcovr/noncode")}
        lines[folder] += len(counts)
        ran[folder] += sum(count > 0 for count in counts.values())
        with open(path) as source:
            text = source.read().splitlines()
        for number, count in sorted(counts.items()):
            if count == 0:
                missed.write(f"{path}:{number}: {text[number - 1].strip()}\n")

proof = {}
for folder in [*FOLDERS, "engine/cli"]:
    proof[f"lines of {folder} that ran, %"] = round(100 * ran[folder] / lines[folder], 1)
    print(f"{folder:10} {ran[folder]:6} of {lines[folder]:6} lines, {100 * ran[folder] / lines[folder]:5.1f} %")
library = 100 * sum(ran[folder] for folder in FOLDERS) / sum(lines[folder] for folder in FOLDERS)
proof["lines of the library that ran, %"] = round(library, 1)
print(f"library    {library:.1f} %, goal {GOAL} %; what did not run: {sys.argv[2]}")
print("proof:", json.dumps(proof))
sys.exit(0 if library >= GOAL else 1)
