#!/bin/bash
# A study longer than a job may be: some time before the limit Slurm signals, joulecast keeps a checkpoint and exits
# with 6, the job puts itself into the queue again, and goes on when its turn comes:
#
#   sbatch --time=4:00:00 cluster/timed.sh STUDY -n 1e12 --summary-only -o energy.h5
#
# Options of sbatch before the name of this file take the place of those below. JOULECAST="mpirun joulecast-mpi" does
# it with ranks.
#SBATCH --job-name=joulecast-timed
#SBATCH --cpus-per-task=1
#SBATCH --time=1:00:00
#SBATCH --signal=B:USR1@120
#SBATCH --requeue
#SBATCH --open-mode=append
set -u

pid=
trap '[ -z "$pid" ] || kill -USR1 "$pid"' USR1 TERM
${JOULECAST:-joulecast} run "$@" --resume --quiet --threads "${SLURM_CPUS_PER_TASK:-1}" &
pid=$!
wait "$pid"
code=$?
# A signal ends the waiting, not what is waited for.
while kill -0 "$pid" 2>/dev/null; do
    wait "$pid"
    code=$?
done
pid=
if [ "$code" = 6 ]; then
    scontrol requeue "$SLURM_JOB_ID"
    # Slurm ends the job now; until then it is not over.
    sleep 60
fi
exit "$code"
