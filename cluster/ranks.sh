#!/bin/bash
# A study shared by MPI's ranks while they run, as many on as many machines as the job has:
#
#   sbatch --ntasks=64 --cpus-per-task=4 cluster/ranks.sh STUDY -n 1e11 -o energy.h5
#
# Options of sbatch before the name of this file take the place of those below. The first word after it may be
# another verb: `bands` or `sweep`.
#SBATCH --job-name=joulecast-ranks
#SBATCH --ntasks=2
#SBATCH --cpus-per-task=1
#SBATCH --time=1:00:00
set -eu

verb=run
case $1 in
    bands | sweep)
        verb=$1
        shift
        ;;
esac
# mpirun of OpenMPI and of MPICH know the machines of the job; where srun starts ranks itself, LAUNCHER="srun
# --mpi=pmix" does without them.
exec ${LAUNCHER:-mpirun -n "$SLURM_NTASKS"} "${JOULECAST_MPI:-joulecast-mpi}" "$verb" "$@" --resume --quiet \
    --threads "${SLURM_CPUS_PER_TASK:-1}"
