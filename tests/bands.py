"""Bands from end to end: the file in xarray, the table, and the same bits however they are computed."""
import json
import os
import subprocess
import sys
import tempfile

import h5py
import numpy
import xarray

joulecast, source = (os.path.abspath(path) for path in sys.argv[1:3])

STUDY = """\
joulecast: 1
name: two-layers
seed: 3
queries: 1000
store: [energy, carbon]
bands: {draws: 60, queries: 2000}
defaults:
  workload: {input_tokens: 500, output_tokens: {exponential: {median: 300}, integer: true}}
  node: {power: 10.2 kW, power_utilization: {lognormal: {p05: 0.4, p95: 0.9}}}
  hosting: {pue: {lognormal: {p05: 1.05, p95: 1.60}, varies: fleet}, carbon_intensity: 400 g/kWh}
cases:
  one:
    throughput:
      table: throughput_h100
      precision: FP8
      model: Llama 3.1 70B
      alternatives: [{form: log_linear, weight: 2}, {form: maximum}]
  two:
    like: one
    hosting: {pue: {uniform: {low: 1.1, high: 1.2}, varies: fleet}}
blends: {both: {cases: [one, two]}}
fleet: {all: {cases: {one: 0.5, two: 0.5}, demand: {start: 2026-01, queries_per_day: 1e9}}}
"""


def run(*words, code=0):
    done = subprocess.run([joulecast, *words], capture_output=True, text=True)
    assert done.returncode == code, (words, done.returncode, done.stderr)
    return done.stdout if code == 0 else done.stderr


def digests(path):
    return [line for line in run("verify", path).splitlines() if " /" in line and "/provenance" not in line]


def check_file(path):
    for engine in "h5netcdf", "netcdf4":
        cases = xarray.open_dataset(path, group="bands/cases", engine=engine)
        assert list(cases.case.values) == ["one", "two"]
        assert list(cases.band.values) == [0.05, 0.25, 0.5, 0.75, 0.95]
        assert dict(cases.sizes)["draw"] == 60
        assert cases.energy_quantile.dims == ("case", "draw", "quantile")
        assert (cases.energy_band_bounds.sel(bound="lower") <= cases.energy_band).all()
        assert (cases.energy_band_bounds.sel(bound="upper") >= cases.energy_band).all()
        # The band of a quantile is the quantile of the draws.
        draws = cases.energy_quantile.sel(case="one", quantile=0.5)
        numpy.testing.assert_allclose(cases.energy_band.sel(case="one", quantile=0.5),
                                      numpy.quantile(draws, cases.band), rtol=1e-12)
        numpy.testing.assert_allclose(cases.energy_variance_share.sum("layer"), 1, rtol=1e-12)
        numpy.testing.assert_allclose(cases.carbon_mean, 0.4 * cases.energy_mean, rtol=1e-5)
        fleets = xarray.open_dataset(path, group="fleet", engine=engine)
        mean = cases.energy_mean.mean("case") * 31e9 / 1e6
        numpy.testing.assert_allclose(fleets.energy_draw.sel(scenario="all"), mean, rtol=1e-12)
        numpy.testing.assert_allclose(fleets.energy.sel(scenario="all"), mean.mean(), rtol=1e-12)
        assert numpy.isnan(fleets.water_draw).all()
        blends = xarray.open_dataset(path, group="bands/blends", engine=engine)
        numpy.testing.assert_allclose(blends.energy_mean.sel(blend="both"),
                                      cases.energy_mean.mean("case"), rtol=1e-12)
        unknowns = xarray.open_dataset(path, group="bands/unknowns", engine=engine)
        assert list(unknowns.unknown.values) == ["throughput.form", "hosting.pue"]
        # The mean rises with the PUE within a form: its rank is that of the uniform number.
        form = unknowns.uniform.sel(unknown="throughput.form").values < 2 / 3
        pue = unknowns.uniform.sel(unknown="hosting.pue").values
        energy = cases.energy_mean.sel(case="one").values
        assert 20 < form.sum() < 55
        for some in form, ~form:
            assert (numpy.argsort(pue[some]) == numpy.argsort(energy[some])).all()


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    with open("study.yaml", "w") as file:
        file.write(STUDY)
    table = run("bands", "study.yaml", "-o", "a.h5", "--threads", "1", "--quiet")
    expected = digests("a.h5")
    check_file("a.h5")

    # The same bits for other threads and loops, from the stored scenario, and from `run`.
    run("bands", "study.yaml", "-o", "b.h5", "--threads", "5", "--simd", "scalar", "--quiet")
    assert digests("b.h5") == expected
    with open("resolved.yaml", "w") as file:
        with h5py.File("a.h5") as result:
            file.write(result["provenance/scenario"].asstr()[()])
    run("bands", "resolved.yaml", "-o", "c.h5", "--quiet")
    assert digests("c.h5") == expected
    run("run", "study.yaml", "--summary-only", "-o", "d.h5", "--quiet")
    assert digests("d.h5") == expected

    # A file prints what its run printed; --json says the same.
    assert run("bands", "a.h5") == table[:table.index("\nresult file: ")]
    document = json.loads(run("bands", "a.h5", "--json"))
    assert (document["format"], document["draws"], document["queries"]) == ("joulecast-bands", 60, 2000)
    value, lower, upper = document["cases"]["one"]["energy"]["mean"]["0.5"]
    cases = xarray.open_dataset("a.h5", group="bands/cases")
    assert value == cases.energy_mean_band.sel(case="one", band=0.5).item()
    assert lower <= value <= upper
    assert set(document["fleet"]["all"]) == {"energy", "carbon", "node_time"}

    # Options mean what they say.
    run("bands", "study.yaml", "--draws", "7", "-n", "50", "-o", "e.h5", "--quiet")
    some = xarray.open_dataset("e.h5", group="bands/cases")
    assert some.sizes["draw"] == 7 and xarray.open_dataset("e.h5", group="bands").attrs["queries"] == 50
    assert (some.energy_mean.shape) == (2, 7)

    # What many draws take is told beforehand.
    many = ["study.yaml", "--set", "bands={draws: 20000, queries: 2}"]
    told = json.loads(run("check", *many, "--set", "store=[energy]", "--json"))["file_bytes"]
    run("bands", *many, "--set", "store=[energy]", "-o", "many.h5", "--quiet")
    assert 0.5 < told / os.path.getsize("many.h5") < 2, told

    # Draws that fill the space: each of as many parts of equal probability has one.
    for points in "latin-hypercube", "sobol":
        for threads in "1", "3":
            run("bands", "study.yaml", "--draws", "64", "--set", "bands.points=" + points, "-n", "100",
                "-o", points + threads + ".h5", "--threads", threads, "--quiet")
        assert digests(points + "1.h5") == digests(points + "3.h5")
        unknowns = xarray.open_dataset(points + "1.h5", group="bands/unknowns")
        for words in unknowns.uniform.values:
            assert sorted((words * 64).astype(int)) == list(range(64))
    # Queries, too, and then draws still share them: without unknowns that matter all draws are alike.
    run("bands", "study.yaml", "--set", "points=sobol", "-n", "20000", "--set", "queries=16384", "-o", "q.h5",
        "--set", "defaults.hosting.pue={uniform: {low: 1.1, high: 1.1000001}, varies: fleet}",
        "--set", "cases.two.hosting.pue=1.1", "--set", "cases.one.throughput={form: constant, tokens_per_s: 1e4}",
        "--quiet", "--draws", "5")
    assert len(set(xarray.open_dataset("q.h5", group="bands/cases").energy_mean.sel(case="two").values)) == 1
    # They are even among the queries of a draw, be these more or fewer than those of the study.
    for points in "latin-hypercube", "sobol":
        for queries in 500, 20000, 100000:
            run("bands", "study.yaml", "--set", "points=" + points, "-n", str(queries), "--set", "queries=16384",
                "--set", "defaults.hosting.pue={uniform: {low: 1.1, high: 1.1000001}, varies: fleet}",
                "--set", "cases.one.node.power_utilization={uniform: {low: 0, high: 1}}",
                "--set", "cases.one.workload.output_tokens=300",
                "--set", "cases.one.throughput={form: constant, tokens_per_s: {uniform: {low: 1e4, high: 1.00001e4}, "
                "varies: fleet}}", "-o", "even.h5", "--force", "--quiet", "--draws", "2")
            even = xarray.open_dataset("even.h5", group="bands/cases").sel(case="one", draw=1)
            largest = 1.1 * 10.2 * 300 / 1e4 / 3.6
            assert abs(even.energy_mean / largest - 0.5) < 0.5 / queries, (points, queries)
            assert (abs(even.energy_quantile / largest - even["quantile"]) < 0.001 + 2 / queries).all()

    # What cannot be.
    known = ["--set", "cases.one.throughput={form: constant, tokens_per_s: 1e4}",
             "--set", "cases.two.hosting.pue=1.1", "--set", "cases.one.hosting={pue: 1.2, carbon_intensity: 1}"]
    assert "nothing is unknown" in run("bands", "study.yaml", *known, "-o", "f.h5", code=2)
    assert not os.path.exists("f.h5") and not os.path.exists("f.h5.partial")
    assert "--set bands.draws=1: bands.draws: 1 found" in run("bands", "study.yaml", "--draws", "1", code=2)
    for option in ["-n", "50"], ["--draws", "5"], ["--set", "title=x"], ["-o", "h.h5"]:
        assert "needs a scenario; e.h5 is a result file" in run("bands", "e.h5", *option, code=2)
    run("run", "study.yaml", "--set", "bands=null", "-o", "g.h5", "--quiet")
    assert "g.h5: it has no bands" in run("bands", "g.h5", code=2)
print("bands: ok")
