"""Memory does not grow with the number of queries, and stays below 200 MB in summary mode."""
import os
import sys
import tempfile

joulecast, source = sys.argv[1:3]
MOST = 200e6


def peak_bytes(verb, queries, *options):
    """Of a process of its own: the peak resident set size."""
    with tempfile.TemporaryDirectory() as folder:
        pid = os.posix_spawn(joulecast, [
            joulecast, verb, source + "/scenarios/reference-workload.yaml", "-n", str(queries), "--threads",
            "2", "--quiet", "-o", folder + "/r.h5", *options], os.environ,
            file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
        _, status, usage = os.wait4(pid, 0)
    assert status == 0, status
    return 1024 * usage.ru_maxrss


for name, verb, *options in (("summary mode", "run", "--summary-only"), ("stored", "run"), ("sensitivity", "sensitivity")):
    few, many = peak_bytes(verb, 1 << 22, *options), peak_bytes(verb, 1 << 24, *options)
    print(f"{name}: {few / 1e6:.1f} MB for 4 million queries, {many / 1e6:.1f} MB for 17 million")
    assert many < 1.1 * few, name
    assert many < MOST, name
