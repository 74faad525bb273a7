"""The harness of result files on files of every kind, which are made here: whole, cut short and empty."""
import os
import subprocess
import sys
import tempfile

joulecast, source, harness = (os.path.abspath(path) for path in sys.argv[1:4])
SCENARIOS = source + "/tests/fuzz/corpus/scenario/"
MAKE = {
    "run.h5": ["run", SCENARIOS + "minimal.yaml", "-n", "20"],
    "fleet.h5": ["run", SCENARIOS + "fleet.yaml", "-n", "20", "--summary-only"],
    "bands.h5": ["bands", SCENARIOS + "serving.yaml", "--set", "points=random", "--draws", "4", "-n", "20"],
    "sweep.h5": ["sweep", SCENARIOS + "sweep.yaml", "-n", "20"],
}

# With a folder to keep the files in, nothing more is done: script/fuzz starts from them.
folder = sys.argv[4] if len(sys.argv) > 4 else tempfile.mkdtemp()
for name, words in MAKE.items():
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        subprocess.run([joulecast, *words, "--quiet", "-o", path], check=True, stdout=subprocess.DEVNULL)
if len(sys.argv) > 4:
    sys.exit(0)
for name in MAKE:
    with open(os.path.join(folder, name), "rb") as file:
        whole = file.read()
    for part in (0, 1, 8, 100, len(whole) // 2, len(whole) - 1):
        with open(os.path.join(folder, f"{name}.{part}"), "wb") as file:
            file.write(whole[:part])
done = subprocess.run([harness, folder], capture_output=True, text=True)
for name in os.listdir(folder):
    os.remove(os.path.join(folder, name))
os.rmdir(folder)
print(done.stdout, done.stderr)
sys.exit(done.returncode)
