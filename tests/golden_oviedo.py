"""The shipped studies give the numbers of Oviedo et al., arXiv:2509.20241, at 4 million queries.

tests/golden/oviedo.csv holds two kinds of rows. Recomputed values are held to half a unit of their
last digit plus 4.42 standard errors of the difference of two runs of 4 million draws (a false alarm
in 1e5 per number on another seed, under 0.3 % for all). Our standard error is read from the
confidence bounds in the result file, which the run computes from order statistics. Published values
come from runs of unknown size: they are printed beside ours with the difference.
"""
import csv
import json
import math
import os
import subprocess
import sys
import tempfile

import h5py

Z = 4.42
QUERIES = "4e6"

joulecast, source = sys.argv[1:3]


def run(study, folder):
    output = os.path.join(folder, study + ".h5")
    scenario = os.path.join(source, "scenarios", study + ".yaml")
    subprocess.run([joulecast, "run", scenario, "-n", QUERIES, "--summary-only", "--quiet", "-o", output],
                   check=True, stdout=subprocess.DEVNULL)
    summary = subprocess.run([joulecast, "summary", output, "--json"], check=True, capture_output=True)
    return json.loads(summary.stdout), h5py.File(output, "r")


def find(summary, file, kind, member):
    """The JSON of a member, and its group and index in the file."""
    if kind == "case":
        return summary["cases"][member], file["summary/cases"], "case", member
    if kind == "blend":
        return summary["blends"][member], file["summary/blends"], "blend", member
    blend, pathway = member.split("/")
    return summary["pathways"][blend][pathway], file["summary/pathways/" + blend], "pathway", pathway


def standard_error(group, dimension, name, statistic):
    names = [text.decode() for text in group[dimension][()]]
    row = names.index(name)
    if statistic == "mean":
        moments = [text.decode() for text in group["moment"][()]]
        return group["energy_moments"][row, moments.index("mean_error")]
    column = [round(p, 10) for p in group["quantile"][()]].index(float(statistic))
    lower, upper = group["energy_bounds"][row, column]
    return (upper - lower) / (2 * 1.96)


def half_unit(text):
    return 0.5 * 10.0 ** -len(text.partition(".")[2])


def check(row, ours, error):
    value = float(row["energy_wh"])
    tolerance = half_unit(row["energy_wh"]) + Z * math.sqrt(2) * error
    difference = ours - value
    if row["source"].startswith("published"):
        verdict = "published"
    else:
        verdict = "ok" if abs(difference) <= tolerance else "WRONG"
    print(f"{verdict:9} {row['study']:34} {row['member']:28} {row['statistic']:>5} "
          f"{row['energy_wh']:>8} ours {ours:9.5f}  {difference:+.5f}, allowed {tolerance:.5f}")
    return verdict != "WRONG"


def main():
    with open(os.path.join(source, "tests/golden/oviedo.csv"), newline="") as file:
        rows = list(csv.DictReader(file))
    good = True
    for study in sorted({row["study"] for row in rows}):
        with tempfile.TemporaryDirectory() as folder:
            summary, file = run(study, folder)
            for row in (row for row in rows if row["study"] == study):
                quantities, group, dimension, name = find(summary, file, row["kind"], row["member"])
                energy = quantities["energy"]
                statistic = row["statistic"]
                ours = energy["mean"] if statistic == "mean" else energy["quantiles"][statistic]
                good &= check(row, ours, standard_error(group, dimension, name, statistic))
            file.close()
    return 0 if good else 1


sys.exit(main())
