"""The job scripts of cluster/ under a real Slurm of one node, which this test starts for itself and ends.

It is private: own folder, ports, munge. Skipped where the programs are missing or cannot be started."""
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

joulecast, source = (os.path.abspath(path) for path in sys.argv[1:3])
joulecast_mpi, mpirun = (os.path.abspath(path) for path in sys.argv[3:5]) if len(sys.argv) > 4 else (None, None)
STUDY = source + "/scenarios/oviedo2026-traditional.yaml"
BLOCK = 1 << 18
PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "srun", "scancel", "scontrol", "sinfo")
LIMIT = 300  # s


def skip(why):
    print("skipped: " + why)
    sys.exit(77)


def find(name):
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Slurm:
    """A cluster of this machine, for as long as it is needed."""

    def __init__(self, folder):
        self.folder = folder
        self.host = socket.gethostname().split(".")[0]
        self.running = []
        self.environment = {**os.environ, "SLURM_CONF": folder + "/slurm.conf", "JOULECAST": joulecast,
                            "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
                            "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_plm": "isolated",
                            "OMPI_MCA_ras": "^slurm"}

    def configure(self):
        for name in ("state", "spool", "munge"):
            os.makedirs(f"{self.folder}/{name}", mode=0o755)
        with open(self.folder + "/munge/key", "wb") as file:
            file.write(os.urandom(128))
        os.chmod(self.folder + "/munge/key", 0o400)
        user = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
        with open(self.folder + "/slurm.conf", "w") as file:
            file.write(f"""ClusterName=joulecast
SlurmctldHost={self.host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
SlurmctldPort={free_port()}
SlurmdPort={free_port()}
AuthType=auth/munge
AuthInfo=socket={self.folder}/munge/socket
StateSaveLocation={self.folder}/state
SlurmdSpoolDir={self.folder}/spool
SlurmctldPidFile={self.folder}/slurmctld.pid
SlurmdPidFile={self.folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
ReturnToService=2
KillWait=5
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0,sched_interval=2,sched_min_interval=0
NodeName={self.host} NodeAddr=127.0.0.1 CPUs=4 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
""")

    def start(self, *words):
        with open(f"{self.folder}/{os.path.basename(words[0])}.log", "wb") as log:
            self.running.append(subprocess.Popen(words, stdout=log, stderr=log, env=self.environment))

    def begin(self):
        self.configure()
        place = self.folder + "/munge/"
        self.start(find("munged"), "--foreground", "--force", "--socket", place + "socket", "--key-file", place + "key",
                   "--pid-file", place + "pid", "--log-file", place + "log", "--seed-file", place + "seed")
        self.wait_for("munged", lambda: os.path.exists(place + "socket"))
        self.start(find("slurmctld"), "-D", "-i")
        self.start(find("slurmd"), "-D")
        self.wait_for("slurmd", lambda: "idle" in self.call("sinfo", "-h", "-o", "%T", check=False).stdout)

    def wait_for(self, what, is_there):
        limit = time.monotonic() + 30
        while not is_there():
            if time.monotonic() > limit or any(process.poll() is not None for process in self.running):
                skip(f"{what} does not start: " + self.last_words())
            time.sleep(0.2)

    def last_words(self):
        found = []
        for name in ("munged", "slurmctld", "slurmd"):
            if os.path.exists(f"{self.folder}/{name}.log"):
                with open(f"{self.folder}/{name}.log", errors="replace") as file:
                    found += [line.strip() for line in file if "error" in line.lower()][-2:]
        return "; ".join(found)

    def end(self):
        for process in reversed(self.running):
            process.terminate()
        for process in self.running:
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def call(self, *words, check=True, **environment):
        done = subprocess.run([find(words[0]), *map(str, words[1:])], capture_output=True, text=True,
                              cwd=self.folder, env={**self.environment, **environment}, timeout=60)
        assert not check or done.returncode == 0, (words, done.returncode, done.stderr)
        return done

    def submit(self, *words, **environment):
        return self.call("sbatch", "--parsable", "--output", self.folder + "/job-%A-%a.txt", *words,
                         **environment).stdout.strip()

    def wait_job(self, job, state="COMPLETED"):
        """Until the job, or all tasks of its array, are over; fails unless all have ended as they should."""
        limit = time.monotonic() + LIMIT
        while True:
            shown = self.call("scontrol", "show", "job", job).stdout
            states = [word.split("=")[1] for word in shown.split() if word.startswith("JobState=")]
            if all(found not in ("PENDING", "RUNNING", "COMPLETING", "CONFIGURING", "REQUEUED") for found in states):
                break
            assert time.monotonic() < limit, (shown, self.output())
            time.sleep(0.3)
        assert states and all(found == state for found in states), (shown, self.output())
        return shown

    def wait_until(self, is_so):
        limit = time.monotonic() + LIMIT
        while not is_so():
            assert time.monotonic() < limit, (self.call("scontrol", "show", "job").stdout, self.output())
            time.sleep(0.1)

    def output(self):
        found = ""
        for name in sorted(os.listdir(self.folder)):
            if name.startswith("job-"):
                with open(f"{self.folder}/{name}", errors="replace") as file:
                    found += f"{name}: {file.read()}\n"
        return found


def digests(path):
    done = subprocess.run([joulecast, "verify", path, "--json"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["sha256"]


def run_alone(path, *words):
    subprocess.run([joulecast, "run", *map(str, words), "-o", path, "--quiet"], check=True, stdout=subprocess.DEVNULL)
    return digests(path)


def check_array(slurm):
    words = [STUDY, "-n", 3 * BLOCK + 5]
    path = slurm.folder + "/array.h5"
    tasks = slurm.submit("--array=1-5", source + "/cluster/array.sh", *words, "-o", path)
    last = slurm.submit(f"--dependency=afterok:{tasks}", f"--wrap={joulecast} merge -o {path} --quiet")
    slurm.wait_job(tasks)
    slurm.wait_job(last)
    expected = run_alone(slurm.folder + "/alone.h5", *words)
    assert digests(path) == expected
    # One task's shard is lost, and made again as the script says.
    lost = slurm.folder + "/array.task-3-of-5.h5"
    os.remove(lost)
    os.remove(path)
    slurm.wait_job(slurm.submit("--array=3", source + "/cluster/array.sh", *words, "-o", path, "--task", "3/5"))
    slurm.wait_job(slurm.submit(f"--wrap={joulecast} merge -o {path} --quiet"))
    assert digests(path) == expected
    os.remove(slurm.folder + "/alone.h5")
    print("an array of five tasks and a merge, one task made again: the bytes of one run")


def check_ranks(slurm):
    for words, name in (([STUDY, "-n", 6 * BLOCK + 5], "ranks"),
                        ([STUDY, "-n", 20 * BLOCK, "--summary-only"], "summaries")):
        path = f"{slurm.folder}/{name}.h5"
        job = slurm.submit("--ntasks=3", source + "/cluster/ranks.sh", *words, "-o", path, JOULECAST_MPI=joulecast_mpi,
                           LAUNCHER=f"{mpirun} -n 3")
        slurm.wait_job(job)
        assert digests(path) == run_alone(slurm.folder + "/alone.h5", *words)
        os.remove(slurm.folder + "/alone.h5")
    print("a job of three ranks, with samples and without: the bytes of one run")


def is_running(path):
    """Whether joulecast, which knows its signals by then, works on this file."""
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{number}/cmdline", "rb") as file:
                words = file.read().split(b"\0")
            with open(f"/proc/{number}/status") as file:
                caught = int(file.read().split("SigCgt:")[1].split()[0], 16)
        except (OSError, IndexError):
            continue
        if words[0] == joulecast.encode() and path.encode() in words and caught >> (signal.SIGUSR1 - 1) & 1:
            return True
    return False


def check_timed(slurm):
    """scancel sends what Slurm sends some time before the limit, whose clock is as coarse as half a minute."""
    words = [STUDY, "-n", 400 * BLOCK, "--summary-only"]
    path = slurm.folder + "/timed.h5"
    job = slurm.submit(source + "/cluster/timed.sh", *words, "-o", path)
    slurm.wait_until(lambda: is_running(path))
    slurm.call("scancel", "--batch", "--signal=USR1", job)
    slurm.wait_until(lambda: "Restarts=1" in slurm.call("scontrol", "show", "job", job).stdout)
    assert os.path.exists(slurm.folder + "/timed.checkpoint-1.h5") and not os.path.exists(path)
    # A requeued job waits for two minutes; some seconds will do, until its old credential is of the past.
    slurm.wait_until(lambda: "JobState=PENDING" in slurm.call("scontrol", "show", "job", job).stdout)
    slurm.call("scontrol", "update", f"JobId={job}", "StartTime=now+4seconds")
    slurm.wait_job(job)
    assert digests(path) == run_alone(slurm.folder + "/alone.h5", *words)
    print("a job told that its time limit is near, and requeued: the bytes of one run")


def main():
    missing = [name for name in PROGRAMS if find(name) is None]
    if missing:
        skip("there is no " + ", ".join(missing))
    with tempfile.TemporaryDirectory(prefix="joulecast-slurm-") as folder:
        os.chmod(folder, 0o755)
        slurm = Slurm(folder)
        try:
            slurm.begin()
            check_array(slurm)
            if joulecast_mpi is not None:
                check_ranks(slurm)
            check_timed(slurm)
        finally:
            slurm.end()


main()
