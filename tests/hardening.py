"""The program is hardened: what the flags promise is there in what was linked, and the facts of the build name them."""
import re
import shutil
import subprocess
import sys

if not shutil.which("readelf"):
    print("readelf is missing")
    sys.exit(77)
program = sys.argv[1]
facts = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
told = subprocess.run(["readelf", "-hldW", "--dyn-syms", program], capture_output=True, text=True, check=True).stdout
complaints = [what for what, is_there in {
    "not position-independent": re.search(r"Flags:.* PIE", told) and re.search(r"Type: +DYN", told),
    "the table of functions can be written": "GNU_RELRO" in told and "BIND_NOW" in told,
    "the stack can be executed": re.search(r"GNU_STACK .* RW +0x", told),
    "memory that can be both written and executed": not re.search(r"LOAD .* RWE +0x", told),
    "no protection of the stack": "__stack_chk_fail" in told,
    "no fortified calls": re.search(r"__\w+printf_chk", told),
}.items() if not is_there]
for flag in ("-fstack-protector-strong", "-D_FORTIFY_SOURCE=", "-Wl,-z,now"):
    if flag not in facts:
        complaints.append(f"--version does not tell {flag}")
assert not complaints, (program, complaints)
print(f"{program}: position-independent, relocations read-only, stack protected, calls fortified")
