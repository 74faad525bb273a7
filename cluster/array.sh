#!/bin/bash
# A study as an array of tasks, each a process of its own, and one job that joins what they leave:
#
#   tasks=$(sbatch --parsable --array=1-7 cluster/array.sh STUDY -n 1e9 -o energy.h5)
#   sbatch --dependency=afterok:$tasks --wrap='joulecast merge -o energy.h5'
#
# A task that failed is submitted again alone, `--array=3`, with the words `--task 3/7` after the others.
# Options of sbatch before the name of this file take the place of those below.
#SBATCH --job-name=joulecast-array
#SBATCH --array=1-7
#SBATCH --cpus-per-task=1
#SBATCH --time=1:00:00
#SBATCH --signal=USR1@120
set -eu

task="--task auto"
case " $* " in
    *" --task "*) task= ;;
esac
# Ended by the time limit, a task leaves a checkpoint, and goes on from it when it is submitted again.
exec srun --ntasks=1 "${JOULECAST:-joulecast}" run "$@" $task --resume --quiet \
    --threads "${SLURM_CPUS_PER_TASK:-1}"
