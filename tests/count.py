"""Adds up meson's logs: the last line of script/test, and its exit code."""
import json
import sys

passed = failed = skipped = 0
for path in sys.argv[2:]:
    with open(path) as log:
        for line in log:
            result = json.loads(line)["result"]
            passed += result in ("OK", "EXPECTEDFAIL")
            skipped += result == "SKIP"
            failed += result not in ("OK", "EXPECTEDFAIL", "SKIP")
if sys.argv[1] != "0" and failed == 0:
    failed = 1  # something did not even build
print(f"{passed} passed, {failed} failed, {skipped} skipped")
sys.exit(1 if failed or not passed else 0)
