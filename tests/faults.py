"""Every call that can fail is made to fail: writes, fsyncs, renames, opens, allocations.

faults/shim.c, preloaded, counts the calls of a run and has the K-th one fail. Whatever fails, a run ends by itself, and
either

  - it did not matter: exit code 0, and the result is that of a run without faults; or
  - it is told: exit code 4, or 1 for memory, and a line on stderr that says what was wrong; there is no file at the
    output path, or with --force the one from before, as it was; no temporary file is left, unless removing it was what
    failed; and the same command, with --resume where something is kept, then comes to the result of a run without faults; or
  - it is told after the file had got its name: the folder could not be made durable, the table could not be printed, or a
    checkpoint could not be removed. The file is whole then, and the message is about the rest.

Memory that HDF5 or the OpenMP library ask for themselves is another matter. HDF5 1.10 ends the program (exit(-1) in
H5I_register), follows null pointers or frees twice when some of its own allocations fail, and the libraries of OpenMP end
the program; nothing outside of them can help that. Such a run may die, but may not leave a file that looks complete, and
may not hang. These are counted apart. They may leave PATH.partial, which the next run writes over.

The short version takes a spread of K; JOULECAST_LONG=1 takes every K through a stored run and a sweep and many through the
others, in an hour or so of a core. Where there is valgrind, some runs in which an allocation fails are watched by it, for
leaks and for what is read or freed amiss. Usage:

    [JOULECAST_LONG=1] faults.py build/joulecast SOURCE_ROOT build/tests/libfaults.so [JOB]...
"""
import concurrent.futures
import errno
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time

joulecast, source, shim = (os.path.abspath(path) for path in sys.argv[1:4])
LONG = "JOULECAST_LONG" in os.environ
STATE = struct.Struct("<QQ32s152s64s")
SECONDS = 60  # no run takes one; machines may be busy
CALLS = "write,read,sync,truncate,rename,open,close,unlink,lock"
SHORT_TRANSFER, ONCE, LASTING = 0, 0, 1
KINDS = [(CALLS, errno.EIO, ONCE), (CALLS, errno.EIO, LASTING), ("write,truncate,rename", errno.ENOSPC, LASTING),
         ("write,sync,truncate", errno.EDQUOT, ONCE), ("write,read", SHORT_TRANSFER, ONCE)]
# Of their own memory: see above.
LIBRARIES = re.compile(r"libhdf5|libomp|libgomp|libiomp")
# Some descriptors are closed after all is done, a lock is not needed, and what kind of file something is shows later.
MAY_NOT_MATTER = ("open", "close", "flock", "unlink", "read")
# What libraries leak themselves when they fail is not looked at.
SUPPRESSIONS = "".join(f"{{\n   {name}\n   Memcheck:Leak\n   ...\n   obj:*{name}*\n}}\n" for name in
                       ("libhdf5", "libomp", "libgomp"))
AMISS = 99  # the exit code of valgrind

CASE = """\
joulecast: 1
name: small
queries: 1000
store: [output_tokens, energy]
cases:
  a:
    workload: {input_tokens: 500, output_tokens: {exponential: {mean: 300}, integer: true}}
    throughput: {form: constant, tokens_per_s: 1000}
    node: {power: 10 kW, power_utilization: 0.5}
    hosting: {pue: {uniform: {low: 1.05, high: 1.2}}}
"""
BANDS = CASE.replace("high: 1.2}", "high: 1.2}, varies: fleet") + "bands: {draws: 4, queries: 100}\n"
SWEEP = CASE + "sweep:\n  parameters: {power: {key: cases.a.node.power, values: [8 kW, 9 kW, 10 kW]}}\n"
TRACE = "input_tokens,output_tokens\n" + "".join(f"{100 + 7 * j % 50},{10 + j * j % 300}\n" for j in range(200))
UNITS = "model,energy,pue,ai_index\na,2.4,1.12,63\nb,5.0,1.2,70\nc,0.8,1.12,53\n"


class Job:
    """Words of the program in a folder with some files; `makes` is what it writes, `keeps` what it may leave."""

    def __init__(self, name, words, makes=None, before=(), keeps="", again=(), theirs_every=50):
        self.name, self.words, self.makes, self.before = name, words.split(), makes, before
        self.keeps, self.again = keeps, list(again)
        self.can_repeat = bool({"--force", "--resume"} & set(self.words))  # where the result is there
        self.theirs_every = theirs_every  # of the allocations of HDF5 and OpenMP, in the long version

    def prepare(self, root):
        self.folder = os.path.join(root, re.sub(r"\W+", "-", self.name))
        os.mkdir(self.folder)
        for name, text in (("case.yaml", CASE), ("bands.yaml", BANDS), ("sweep.yaml", SWEEP), ("trace.csv", TRACE),
                           ("units.csv", UNITS)):
            with open(os.path.join(self.folder, name), "w") as file:
                file.write(text)
        for words, code in self.before:
            done = run(words.split(), self.folder)
            assert done.returncode == code, (words, done)
        self.old = self.read(self.folder) if self.makes else None
        with tempfile.TemporaryDirectory(dir=root) as folder:
            folder = shutil.copytree(self.folder, folder + "/copy")
            done = run(self.words, folder)
            assert done.returncode == 0, (self.words, done)
            self.output, self.result = done.stdout, self.content(folder)
            self.files = sorted(os.listdir(folder))

    def read(self, folder):
        try:
            with open(os.path.join(folder, self.makes), "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def content(self, folder):
        """What the file holds, for what there is of one; it must be whole."""
        if self.makes is None:
            return None
        if not self.makes.endswith(".h5"):
            return self.read(folder)
        done = run(["verify", self.makes, "--json"], folder)
        assert done.returncode == 0, (self.name, "the file at the output path is not whole", done.stderr)
        return json.loads(done.stdout)["sha256"]


JOBS = [
    Job("run", "run case.yaml -o o.h5 --threads 1", "o.h5", theirs_every=1),
    Job("run --force", "run case.yaml -o o.h5 --threads 1 --force", "o.h5",
        before=[("run case.yaml -o o.h5 --seed 9 --quiet", 0)]),
    Job("sweep", "sweep sweep.yaml -o o.h5 --threads 1", "o.h5", keeps=r"o\.h5\.journal", again=["--resume"],
        theirs_every=1),
    Job("bands", "bands bands.yaml -o o.h5 --threads 1", "o.h5"),
    Job("merge", "merge -o o.h5 --threads 1", "o.h5",
        before=[("run case.yaml -n 600000 -o o.h5 --task 1/2 --quiet", 0),
                ("run case.yaml -n 600000 -o o.h5 --task 2/2 --quiet", 0)]),
    Job("resume", "run case.yaml -n 600000 -o o.h5 --threads 1 --resume", "o.h5", keeps=r"o\.checkpoint-\d\.h5",
        before=[("run case.yaml -n 600000 -o o.h5 --threads 1 --max-time 1e-9 --quiet", 6)]),
    Job("fit", "fit trace.csv --source hand -o o.yaml", "o.yaml"),
    Job("sensitivity", "sensitivity case.yaml -n 2000 -o o.h5 --threads 1", "o.h5"),
    Job("rank", "rank units.csv --inputs energy,pue"),
    Job("summary", "summary o.h5 --json", before=[("run case.yaml -o o.h5 --quiet", 0)]),
    Job("verify", "verify o.h5", before=[("run case.yaml -o o.h5 --quiet", 0)]),
    Job("info", "info o.h5", before=[("run case.yaml -o o.h5 --quiet", 0)]),
]


class Fault:
    def __init__(self, calls, number, code, lasts=ONCE):
        self.calls, self.number, self.code, self.lasts = calls, number, code, lasts
        self.is_memory = calls == "malloc"
        self.hinders_removal = "unlink" in calls
        self.is_watched = False

    def __repr__(self):
        what = "a short transfer" if self.code == SHORT_TRANSFER else errno.errorcode[self.code]
        return (f"call {self.number} of '{self.calls}': {what}" + (", and all after it" if self.lasts else "")
                + (", under valgrind" if self.is_watched else ""))


def run(words, folder, fault=None, state=None, room=0):
    environment = dict(os.environ, OMP_NUM_THREADS="1")
    if fault is not None:
        with open(state, "wb") as file:
            file.write(bytes(STATE.size + 8 * room))
        environment.update(
            LD_PRELOAD=shim, JOULECAST_FAULT_STATE=state, JOULECAST_FAULT_CALLS=fault.calls,
            JOULECAST_FAULT_AT=str(fault.number), JOULECAST_FAULT_ERRNO=str(fault.code),
            JOULECAST_FAULT_LASTS=str(fault.lasts))
        if fault.lasts:  # without any memory LLVM's library of OpenMP waits for itself while it begins
            environment["JOULECAST_FAULT_SPARE"] = "libomp"
    watch = ["valgrind", "-q", "--leak-check=full", "--show-leak-kinds=definite", "--errors-for-leak-kinds=definite",
             f"--error-exitcode={AMISS}", f"--suppressions={suppressions}",
             "--soname-synonyms=somalloc=nouserintercepts"] if fault and fault.is_watched else []
    return subprocess.run([*watch, joulecast, *words], cwd=folder, env=environment, timeout=SECONDS, capture_output=True, text=True)


def state_of(path):
    with open(path, "rb") as file:
        calls, failed, *texts = STATE.unpack(file.read(STATE.size))
    return calls, failed, *(text.rstrip(b"\0").decode() for text in texts)


def is_ours(fault, where):
    """Whether the program can be asked to bear it: see above. What comes after the first one may be anybody's."""
    return not fault.is_memory or not (LIBRARIES.match(where[4]) or fault.lasts)


def judge(job, fault, done, where, folder):
    """What became of a run; asserts that it was one of what is allowed."""
    call = where[2]
    is_library = not is_ours(fault, where)
    new = sorted(set(os.listdir(folder)) - set(os.listdir(job.folder)))
    left = [name for name in new if name != job.makes and not re.fullmatch(job.keeps or "-", name)]
    is_removable = not (call == "unlink" or (fault.lasts and fault.hinders_removal))
    there = job.read(folder) if job.makes else None
    is_complete = there != job.old and job.content(folder) == job.result

    assert done.returncode != AMISS, "memory has leaked, or was used amiss"
    assert there == job.old or is_complete, "the file at the output path is not the result"
    if done.returncode == 0:
        assert fault.code == SHORT_TRANSFER or fault.is_memory or call in MAY_NOT_MATTER, "an error was overlooked"
        assert job.makes is None or is_complete, "there is no result"
        assert job.output == done.stdout, "the output is another one"
        assert not left or not is_removable, left
        return "did not matter"
    if is_library and done.returncode not in (1, 4):
        assert done.returncode < 0, "an exit code that is not the library's"
        return "ended in a library"
    if fault.is_memory:
        # The C library needs some to open a file, and says so.
        assert done.returncode == 1 or is_library or "Cannot allocate memory" in done.stderr, "not the exit code of memory"
        assert "memory" in done.stderr or is_library, "a message that does not tell of memory"
    else:
        assert done.returncode == 4, "not the exit code of input and output"
    assert is_library or re.search(r"(?m)^joulecast: .{10,}", done.stderr), "no message"
    assert not left or not is_removable or is_library, ("left behind", left)
    if is_complete:
        assert fault.is_memory or fault.lasts or call in ("write", "open", "fsync", "unlink"), "an error after the end"
        return "told, after the file was complete"
    return "told"


def try_fault(job, fault, root):
    with tempfile.TemporaryDirectory(dir=root) as outer:
        folder = shutil.copytree(job.folder, outer + "/run")
        try:
            done = run(job.words, folder, fault, outer + "/state")
            where = state_of(outer + "/state")
            if where[1] == 0:  # fewer calls than in the run that was counted
                return "did not happen"
            try:
                outcome = judge(job, fault, done, where, folder)
                is_same = job.read(folder) == job.old if job.makes else False
                # Of the many allocations of HDF5, some will do.
                is_tried_again = (is_same or job.can_repeat) and (is_ours(fault, where) or fault.number % 16 == 0)
                if outcome != "did not matter" and is_tried_again:
                    again = run(job.words + job.again, folder)
                    assert again.returncode == 0 and job.content(folder) == job.result, ("and then", again)
            except AssertionError as error:
                raise AssertionError(f"{job.name}: {fault}: {where[2:]}: {error}: exit code {done.returncode}, "
                                     f"stderr {done.stderr[-2000:]!r}, files {sorted(os.listdir(folder))}") from None
        except subprocess.TimeoutExpired:
            # While it begins, LLVM's OpenMP waits for a lock of its own when one of its allocations has failed.
            where = state_of(outer + "/state")
            if fault.is_memory and where[4].startswith("libomp") and (not job.makes or job.read(folder) == job.old):
                return "ended in a library"
            raise AssertionError(f"{job.name}: {fault}: {where[2:]}: hangs") from None
    return outcome


def count(job, calls, root, room=0):
    """How many calls a run makes, and, if there is room, who made them: 8 bytes for each."""
    with tempfile.TemporaryDirectory(dir=root) as outer:
        folder = shutil.copytree(job.folder, outer + "/run")
        done = run(job.words, folder, Fault(calls, 0, 0), outer + "/state", room)
        assert done.returncode == 0, (job.name, done)
        assert job.output == done.stdout and job.content(folder) == job.result, job.name
        with open(outer + "/state", "rb") as file:
            callers = file.read()[STATE.size:]
        return state_of(outer + "/state")[0], [callers[8 * k:8 * k + 8].decode() for k in range(room)]


def memory_of(job, root):
    """The numbers of the allocations that are the program's, or of libraries that behave; and of the others."""
    n, _ = count(job, "malloc", root)
    _, callers = count(job, "malloc", root, n)
    theirs = [k for k in range(1, n + 1) if LIBRARIES.match(callers[k - 1])]
    return sorted(set(range(1, n + 1)) - set(theirs)), theirs


def spread(numbers, most):
    """So many of them, from the first to the last; none twice."""
    return sorted({numbers[j * (len(numbers) - 1) // max(most - 1, 1)] for j in range(most)}) if numbers else []


def faults_of(job, root):
    everything = {calls: list(range(1, count(job, calls, root)[0] + 1)) for calls, _, _ in KINDS}
    ours, theirs = memory_of(job, root)
    faults = [Fault(calls, k, code, lasts) for calls, code, lasts in KINDS
              for k in (everything[calls] if LONG else spread(everything[calls], 4))]
    faults += [Fault("malloc", k, errno.ENOMEM) for k in (ours if LONG else spread(ours, 5))]
    faults += [Fault("malloc", k, errno.ENOMEM) for k in (theirs[::job.theirs_every] if LONG else spread(theirs, 2))]
    faults += [Fault("malloc", k, errno.ENOMEM, LASTING) for k in spread(ours, 100 if LONG else 2)]
    return faults + watched(job, ours)


def watched(job, ours):
    """Allocations whose failure is watched: not the first ones, as valgrind's own beginning makes some, too."""
    if shutil.which("valgrind") is None:
        return []
    ours = [k for k in ours if k > 200]
    faults = [Fault("malloc", k, errno.ENOMEM)
              for k in (spread(ours, 40) if LONG else ours[len(ours) // 2:][:1] if job.name in ("run", "sweep", "fit") else [])]
    for fault in faults:
        fault.is_watched = True
    return faults


def main(root):
    totals, failures = {}, []
    with concurrent.futures.ThreadPoolExecutor(min(4, os.cpu_count())) as pool:
        for job in [job for job in JOBS if not sys.argv[4:] or job.name in sys.argv[4:]]:
            job.prepare(root)
            faults = faults_of(job, root)
            outcomes = {}
            began = time.monotonic()
            for future in [pool.submit(try_fault, job, fault, root) for fault in faults]:
                try:
                    outcome = future.result()
                except AssertionError as error:
                    outcome = "not survived"
                    failures.append(str(error))
                    print("NOT SURVIVED:", error, flush=True)
                outcomes[outcome] = outcomes.get(outcome, 0) + 1
            print(f"{job.name}: {len(faults)} faults in {time.monotonic() - began:.0f} s:", ", ".join(f"{n} {name}" for name, n in sorted(outcomes.items())),
                  flush=True)
            for name, n in outcomes.items():
                totals[name] = totals.get(name, 0) + n
    happened = sum(totals.values()) - totals.get("did not happen", 0)
    assert happened > 0 and totals.get("told", 0) > 0
    print("proof:", json.dumps({
        "faults tried": happened, "faults survived": happened - totals.get("not survived", 0),
        "did not matter": totals.get("did not matter", 0),
        "died of memory inside HDF5 or OpenMP, nothing left that looks complete": totals.get("ended in a library", 0)}))
    assert not failures, f"{len(failures)} of {happened} faults were not survived"


with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as temporary:
    suppressions = temporary + "/suppressions"
    with open(suppressions, "w") as text:
        text.write(SUPPRESSIONS)
    main(temporary)
