"""Every study that is shipped runs as it is, tails included, and says beforehand that it will."""
import glob
import os
import subprocess
import sys
import tempfile

joulecast, source = (os.path.abspath(path) for path in sys.argv[1:3])
studies = sorted(glob.glob(source + "/scenarios/*.yaml"))
assert len(studies) > 20
with tempfile.TemporaryDirectory() as folder:
    for study in studies:
        for words in (["check", study], ["run", study, "-n", "100000", "--summary-only", "--force", "-o", folder + "/study.h5"]):
            done = subprocess.run([joulecast, *words], capture_output=True, text=True)
            assert done.returncode == 0 and done.stdout, (words, done.stderr)
print(len(studies), "studies run")
