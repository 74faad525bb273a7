"""What goes wrong in earnest: full disks, folders that cannot be written to or are gone, files that are locked, two runs of one
output, outputs that are no files, limits of the shell, a standard output that takes nothing.

Always a message, exit code 4 (1 for memory), and at the output path what was there before, or a whole result. What needs
rights that there are none of is left out with a word: mounting needs root or user namespaces, another user needs root."""
import fcntl
import json
import os
import random
import re
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time

import h5py

joulecast, source = (os.path.abspath(path) for path in sys.argv[1:3])
LONG = "JOULECAST_LONG" in os.environ
SHORT = "JOULECAST_SHORT" in os.environ  # under sanitizers
STUDY = source + "/scenarios/oviedo2026-traditional.yaml"
ONE_CASE = source + "/scenarios/reference-workload.yaml"
SWEEP = f"""\
joulecast: 1
extends: {source}/scenarios/reference-workload.yaml
name: sweep
sweep:
  queries: 1000
  parameters: {{overhead: {{key: cases.llama-3.1-405b.hosting.pue, linear: {{from: 1.1, to: 1.5, n: 20}}}}}}
"""
NAMESPACES = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
tried = 0


def call(*words, code=0, says=None, **options):
    global tried
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "timeout": 120, **options}
    done = subprocess.run([joulecast, *map(str, words)], text=True, **options)
    assert done.returncode == code, (words, done.returncode, done.stderr)
    if code != 0:
        tried += 1
        assert re.search(r"(?m)^joulecast: .{10,}", done.stderr) and re.search(says or "", done.stderr), (words, done.stderr)
    return done


def digests(path):
    return json.loads(call("verify", path, "--json").stdout)["sha256"]


def can_mount():
    done = subprocess.run([*NAMESPACES, "sh", "-c", "mount -t tmpfs -o size=64k tmpfs /mnt"], capture_output=True, text=True)
    if done.returncode != 0:
        print("left out: what needs a mount:", done.stderr.strip().split("\n")[0])
    return done.returncode == 0


def on_small_disk(folder, size, script):
    """Runs a script in a folder that is a file system of so many bytes; $J is the program. Returns what it prints."""
    done = subprocess.run([*NAMESPACES, "sh", "-ec", f"mount -t tmpfs -o size={size} tmpfs {folder} && cd {folder} && {script}"],
                          capture_output=True, text=True, timeout=300,
                          env=dict(os.environ, J=joulecast, STUDY=STUDY, SWEEP=os.path.dirname(folder) + "/sweep.yaml"))
    assert done.returncode == 0, (size, script, done)
    return done


def check_full_disk(folder):
    global tried
    place = folder + "/small"
    os.mkdir(place)
    for size in range(65536, 1 << 20, 32768 if LONG else 262144):
        done = on_small_disk(place, size, "$J run $STUDY -n 300000 -o o.h5 --quiet || echo $?; ls -A")
        assert done.stdout == "4\n" and re.search(r"o\.h5.*No space left on device", done.stderr), (size, done)
        done = on_small_disk(place, size, "$J run $STUDY -n 20 -o o.h5 --quiet > /dev/null || echo $?; ls -A")
        assert done.stdout in ("4\n", "o.h5\n"), (size, done)
        tried += 2
    # An old result, a sweep, a checkpoint and a distribution on a disk that fills up.
    done = on_small_disk(place, "1m", """
$J run $STUDY -n 20 -o o.h5 --quiet > /dev/null; sha256sum o.h5
$J run $STUDY -n 300000 -o o.h5 --force --quiet || echo $?
$J run $STUDY -n 300000 -o o.h5 --resume --quiet || echo $?
sha256sum o.h5; rm o.h5; ls -A""")
    before, first, second, after = done.stdout.split("\n")[:4]
    assert (first, second) == ("4", "4") and before == after and done.stdout.endswith(after + "\n"), done
    done = on_small_disk(place, "512k", """
head -c 524288 /dev/zero > filler || true
$J sweep $SWEEP -o o.h5 --quiet || echo $?
$J run $STUDY -n 2e6 --summary-only --max-time 1e-9 -o c.h5 --quiet || echo $?
rm filler; $J sweep $SWEEP -o o.h5 --quiet --resume > table; ls -A""")
    assert done.stdout == "4\n4\no.h5\ntable\n" and done.stderr.count("No space left on device") == 2, done
    tried += 5
    print("full disks: nothing left, nothing lost")


def check_read_only(folder):
    global tried
    place = folder + "/readonly"
    os.mkdir(place)
    call("run", STUDY, "-n", 20, "-o", place + "/old.h5", "--quiet")
    words = [joulecast, "run", STUDY, "-n", "20", "-o", place + "/o.h5", "--quiet"]
    os.chmod(place, 0o555)
    if os.geteuid() == 0:
        words = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--", *words]
    if shutil.which("setpriv") and os.access(joulecast, os.X_OK) and is_open_to_all(folder):
        for words in (words, words[:-2] + [place + "/old.h5", "--quiet", "--force"]):
            done = subprocess.run(words, capture_output=True, text=True)
            assert done.returncode == 4 and "Permission denied" in done.stderr, done
            tried += 1
    else:
        print("left out: a folder of somebody else")
    os.chmod(place, 0o755)
    if mounts:
        done = subprocess.run([*NAMESPACES, "sh", "-c", f"mount --bind {place} {place} && mount -o remount,ro,bind {place} && "
                               f"{joulecast} run {STUDY} -n 20 -o {place}/old.h5 --force --quiet; echo $?; "
                               f"{joulecast} sweep {folder}/sweep.yaml -o {place}/s.h5 --quiet; echo $?"],
                              capture_output=True, text=True)
        assert done.stdout == "4\n4\n" and done.stderr.count("Read-only file system") == 2, done
        tried += 2
    digests(place + "/old.h5")
    assert os.listdir(place) == ["old.h5"]
    print("folders that cannot be written to: told")


def is_open_to_all(folder):
    paths = [folder, os.path.dirname(joulecast), source]
    while any(len(path) > 1 for path in paths):
        if not all(os.stat(path).st_mode & stat.S_IXOTH for path in paths):
            return False
        paths = [os.path.dirname(path) for path in paths]
    return True


def check_locked(folder):
    """Somebody else is writing what is to be written, or to be read."""
    path = folder + "/locked.h5"
    call("run", STUDY, "-n", 20, "-o", path, "--quiet")
    call("run", STUDY, "-n", 3e5, "-o", folder + "/shared.h5", "--task", "1/1", "--quiet")
    call("merge", folder + "/shared.task-1-of-1.h5", "-o", folder + "/virtual.h5", "--virtual", "--quiet")
    with open(path + ".partial", "w") as file:
        file.write("another run's")
        file.flush()
        fcntl.flock(file, fcntl.LOCK_EX)
        call("run", STUDY, "-o", path, "--force", code=4, says="locked.h5.partial: another run is writing it")
        assert os.stat(path + ".partial").st_size == 13
    os.unlink(path + ".partial")
    with open(folder + "/s.h5.journal", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        call("sweep", folder + "/sweep.yaml", "-o", folder + "/s.h5", code=4, says="journal: another sweep is writing it")
    os.unlink(folder + "/s.h5.journal")
    os.environ["HDF5_USE_FILE_LOCKING"] = "TRUE"  # whatever others have set it to
    call("run", STUDY, "-n", 20, "-o", path, "--force", "--quiet")
    del os.environ["HDF5_USE_FILE_LOCKING"]
    before = digests(path)
    with h5py.File(path, "r+"), h5py.File(folder + "/shared.task-1-of-1.h5", "r+"):
        for words in (["summary", path], ["verify", path], ["info", path], ["run", STUDY, "-o", path, "--resume"],
                      ["merge", "-o", folder + "/shared.h5"], ["summary", folder + "/virtual.h5"]):
            call(*words, code=4, says="another program has it open to write to it")
        call("run", STUDY, "-n", 20, "-o", path, "--force", "--quiet")  # which gives the name to another file
    assert digests(path) == before
    print("locked files: told")


def start(path, *words):
    """A run that has begun to write its file, and is stopped there."""
    process = subprocess.Popen([joulecast, *map(str, words), "-o", path, "--quiet", "--threads", "2"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=os.path.dirname(path))
    while not os.path.exists(path + ".partial") or os.stat(path + ".partial").st_size == 0:
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.002)
    process.send_signal(signal.SIGSTOP)
    return process


def end(process, code, says=""):
    global tried
    process.send_signal(signal.SIGCONT)
    _, message = process.communicate(timeout=120)
    assert process.returncode == code and re.search(says, message), (process.returncode, message)
    tried += code != 0


def check_vanishing(folder):
    """The folder, or the file that is being written, is removed, moved or replaced meanwhile."""
    place = folder + "/place"
    long_run = ("run", ONE_CASE, "-n", 1e7 if SHORT else 5e7, "--summary-only")
    for disturb, says in (
            (lambda: shutil.rmtree(place), "is gone: it was moved or removed|No such file"),
            (lambda: os.rename(place, folder + "/moved"), "is gone: it was moved or removed|No such file"),
            (lambda: (os.rename(place, folder + "/moved"), os.mkdir(place)), "is gone: it was moved or removed"),
            (lambda: os.unlink(place + "/o.h5.partial"), "is gone: it was moved or removed"),
            (lambda: os.mkdir(place + "/o.h5"), "cannot get its name: "),
            (lambda: shutil.copy(folder + "/sweep.yaml", place + "/o.h5"), "cannot get its name: File exists")):
        os.mkdir(place)
        process = start(place + "/o.h5", *long_run)
        disturb()
        end(process, 4, says)
        if os.path.exists(place):
            assert os.listdir(place) in ([], ["o.h5"]), os.listdir(place)
        shutil.rmtree(place, ignore_errors=True)
        shutil.rmtree(folder + "/moved", ignore_errors=True)
    os.mkdir(place)
    process = start(place + "/o.h5", *long_run)  # another one has begun since its file was removed
    os.unlink(place + "/o.h5.partial")
    other = start(place + "/o.h5", *long_run, "--seed", 7)
    end(process, 4, "is gone: it was moved or removed")
    end(other, 0)
    digests(place + "/o.h5")
    assert os.listdir(place) == ["o.h5"]
    print("paths that vanish: told")


def race(folder, words, trials, force):
    """Two runs that begin at about the same time; what is left is the whole result of one that says so."""
    global tried
    path = folder + "/race.h5"
    options = [] if not force else ["--force"]
    wanted = []
    for seed in (1, 2):
        call(*words, "--seed", seed, "-o", path, "--force", "--quiet")
        wanted.append(digests(path))
    assert wanted[0] != wanted[1]
    ends = set()
    for trial in range(trials):
        for name in os.listdir(folder):
            if name.startswith("race.h5"):
                os.unlink(os.path.join(folder, name))
        runs = []
        for seed in (1, 2):
            runs.append(subprocess.Popen([joulecast, *map(str, words), "--seed", str(seed), "-o", path, "--quiet", *options],
                                         stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True))
            time.sleep(random.uniform(0, 0.04) * (trial % 3))
        messages = [run.communicate(timeout=120)[1] for run in runs]
        codes = [run.returncode for run in runs]
        assert set(codes) <= {0, 4} and 0 in codes and (force or 4 in codes), (codes, messages)
        for code, message in zip(codes, messages):
            assert code == 0 or re.search("is writing it|exists already|File exists|has left it", message), message
        assert digests(path) in [wanted[j] for j in range(2) if codes[j] == 0], codes
        assert not [name for name in os.listdir(folder) if name.startswith("race.h5.")], os.listdir(folder)
        ends.add(tuple(codes))
        tried += 1
    return ends


def check_two_at_once(folder):
    random.seed(7)
    place = folder + "/two"
    os.mkdir(place)
    process = start(place + "/o.h5", "run", ONE_CASE, "-n", 2e6)
    call("run", ONE_CASE, "-n", 2e6, "-o", place + "/o.h5", "--seed", 7, code=4, says="another run is writing it")
    call("run", ONE_CASE, "-n", 2e6, "-o", place + "/o.h5", "--force", code=4, says="another run is writing it")
    end(process, 0)
    call("run", ONE_CASE, "-n", 2e6, "-o", place + "/fresh.h5", "--quiet")
    assert digests(place + "/o.h5") == digests(place + "/fresh.h5")
    trials = 60 if LONG else 4
    for words in (("run", ONE_CASE, "-n", 1000), ("sweep", folder + "/sweep.yaml", "--threads", 1)):
        for force in (False, True):
            ends = race(place, words, trials, force)
            print(f"two at once: {words[0]}{' --force' if force else ''}: {trials} trials, exit codes", *sorted(ends))


def check_outputs(folder):
    """What is no file that could be replaced stays as it is."""
    os.mkdir(folder + "/directory")
    os.mkdir(folder + "/p.h5.partial")
    os.mkfifo(folder + "/fifo")
    os.mkfifo(folder + "/q.h5.partial")
    os.symlink("nowhere", folder + "/r.h5.partial")
    for path, says in ((folder + "/directory", "is a directory"), (folder + "/fifo", "is not a regular file"),
                       ("/dev/null", "is not a regular file"), ("/dev/full", "is not a regular file"),
                       ("", "the path of the result file is empty"), (folder + "/" + 300 * "x", "File name too long"),
                       (folder + "/" + 250 * "x", "File name too long"), (folder + "/no/o.h5", "No such file"),
                       (folder + "/sweep.yaml/o.h5", "Not a directory"), (folder + "/p.h5", "Is a directory"),
                       (folder + "/q.h5", "is not a regular file"), (folder + "/r.h5", "cannot create")):
        call("run", STUDY, "-n", 20, "-o", path, "--force", code=4, says=says)
        call("sweep", folder + "/sweep.yaml", "-o", path, "--force", code=4)
    for path in ("/dev/null", "/dev/full", folder + "/fifo"):
        assert not stat.S_ISREG(os.stat(path).st_mode), path
    assert not os.path.exists(folder + "/nowhere")
    print("outputs that are no files: left alone")


def check_streams(folder):
    """What is printed arrives, or the exit code tells; and nothing printed ends up in a file."""
    path = folder + "/streams.h5"
    call("run", STUDY, "-n", 20, "-o", path, "--quiet")
    wanted = digests(path)
    for words in (["--version"], ["--help"], ["help"], ["run", "--help"], ["check", STUDY], ["summary", path],
                  ["summary", path, "--json"], ["info", path], ["verify", path], ["sensitivity", path]):
        with open("/dev/full", "w") as full:
            call(*words, code=4, says="cannot write to the standard output", stdout=full)
        call(*words, code=4, says="cannot write to the standard output", stdout=None, preexec_fn=lambda: os.close(1))
    for closed in ((0,), (1,), (2,), (0, 1), (1, 2), (0, 1, 2)):
        done = subprocess.run([joulecast, "run", STUDY, "-n", "20", "-o", path, "--force"], capture_output=True,
                              preexec_fn=lambda: [os.close(descriptor) for descriptor in closed])
        assert done.returncode == (4 if 1 in closed else 0), (closed, done)
        assert digests(path) == wanted, closed
    print("standard output: full and closed ones are told")


def check_limits(folder):
    """Limits of the shell: the size of files, how many are open, memory."""
    path = folder + "/limits.h5"
    call("run", STUDY, "-n", 3e5, "-o", path, code=4, says="File too large",
         preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20)))
    call("run", STUDY, "-n", 20, "-o", path, code=4, says="Too many open files",
         preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (4, 4)))
    assert not os.path.exists(path) and not os.path.exists(path + ".partial")
    if not SHORT:  # sanitizers need terabytes of addresses
        codes = {}
        for megabytes in range(24, 400, 4 if LONG else 24):
            done = subprocess.run([joulecast, "run", STUDY, "-n", "3e5", "-o", path, "--quiet", "--force", "--threads", "2"],
                                  capture_output=True, text=True, timeout=120,
                                  preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, 2 * (megabytes << 20,)))
            codes[megabytes] = done.returncode
            # OpenMP itself ends the program where there is no room for a thread, the loader where there is none for libraries.
            assert done.returncode == 0 or re.search("[Mm]emory|unable to allocate|shared lib", done.stderr), (megabytes, done)
            assert not os.path.exists(path) or digests(path)
        print("memory:", ", ".join(f"{megabytes} MB: {code}" for megabytes, code in codes.items()))
    print("limits: told")


with tempfile.TemporaryDirectory() as temporary:
    os.chmod(temporary, 0o755)
    with open(temporary + "/sweep.yaml", "w") as text:
        text.write(SWEEP)
    mounts = can_mount()
    if mounts:
        check_full_disk(temporary)
    check_read_only(temporary)
    check_locked(temporary)
    check_vanishing(temporary)
    check_two_at_once(temporary)
    check_outputs(temporary)
    check_streams(temporary)
    check_limits(temporary)
print("proof:", json.dumps({"situations tried": tried, "situations survived": tried}))
