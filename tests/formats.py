"""A result file opens in the tools that people use, with units, long names and named dimensions."""
import json
import subprocess
import sys
import tempfile
import warnings

import h5py
import netCDF4  # noqa: F401  Debian's build warns on import; what follows must not
import xarray

joulecast, source = sys.argv[1:3]
warnings.simplefilter("error")

CASE = "llama-3.1-405b"
SETTINGS = ["--set", "defaults.tags={regime: traditional}", "--set", "defaults.node.gpus=8",
            "--set", f"cases.'{CASE}'.tags.host=Azure"]
QUANTITIES = {"output_tokens": "uint32", "power_utilization": "float32", "pue": "float32",
              "throughput": "float32", "energy": "float32"}
GROUPS = ["cases/" + CASE, "summary/cases", "summary/blends", "summary/pathways/over-200b", "models",
          "records"]


def check_xarray(path, engine, summary):
    """Both engines, and the one line to a DataFrame that the README shows."""
    frame = xarray.open_dataset(path, group="cases/" + CASE, engine=engine).to_dataframe()
    assert list(frame.columns) == list(QUANTITIES), frame.columns
    assert {name: str(frame[name].dtype) for name in frame} == QUANTITIES
    expected = summary["cases"][CASE]["energy"]
    assert len(frame) == expected["n"] == 3000
    assert abs(frame.energy.astype("float64").mean() - expected["mean"]) < 1e-12

    cases = xarray.open_dataset(path, group="summary/cases", engine=engine)
    assert float(cases.energy.sel(case=CASE, quantile=0.5)) == expected["quantiles"]["0.5"]
    assert float(cases.energy_moments.sel(case=CASE, moment="sd")) == expected["sd"]
    models = xarray.open_dataset(path, group="models", engine=engine)
    assert set(models.tag_regime.values) == {"traditional"} and set(models.gpus.values) == {8}
    assert models.tag_host.sel(case=CASE) == "Azure" and set(models.tag_host.values) == {"", "Azure"}
    for group in GROUPS:
        dataset = xarray.open_dataset(path, group=group, engine=engine)
        assert dataset.sizes and not [d for d in dataset.dims if "phony" in d], group
        for variable in dataset.variables.values():
            assert variable.attrs["long_name"], (group, variable.name)


def check_h5py(path):
    """Every dataset has a dimension scale on every axis; numbers of a kind have units."""
    units = set()

    def visit(name, item):
        if not isinstance(item, h5py.Dataset):
            return
        if h5py.h5ds.is_scale(item.id):
            assert item.shape[0] > 0, name
            return
        for axis in item.dims:
            assert len(axis) == 1 and h5py.h5ds.is_scale(axis[0].id), name
        assert item.attrs["long_name"], name
        if name.startswith(("cases/", "summary/")):
            units.add(item.attrs["units"].decode() if isinstance(item.attrs["units"], bytes)
                      else item.attrs["units"])

    with h5py.File(path) as file:
        file.visititems(visit)
        energy = file["cases"][CASE]["energy"]
        assert energy.fletcher32 and energy.dims[0][0].name.endswith("/query")
        assert set(file["cases"]) >= {CASE, "deepseek-r1-671b"}
        attributes = dict(file.attrs)
        for name in ("Conventions", "title", "format", "format_major", "format_minor", "completion"):
            assert name in attributes, name
        for name in ("version", "commit", "compiler", "flags", "libraries", "inputs", "stream_labels"):
            assert name in file["provenance"].attrs, name
        assert "joulecast: 1" in file["provenance/scenario"][()].decode()
    return units


def check_compressed(path):
    """Compressed from the start, a file has the same values; written anew by HDF5's own tool, it is no longer ours."""
    packed = path + ".packed"
    subprocess.run(["h5repack", "-f", "SHUF", "-f", "GZIP=1", path, packed], check=True)
    done = subprocess.run([joulecast, "verify", packed], capture_output=True, text=True)
    assert done.returncode == 5 and done.stdout == "", done
    assert done.stderr == (f"joulecast: {packed}: has no seal: another program has written it anew (such as h5repack), "
                           "or joulecast before format 1.3\n"), done.stderr
    ours = path + ".compressed"
    subprocess.run([joulecast, "run", source + "/scenarios/oviedo2026-traditional.yaml", "-n", "3000", "--quiet",
                    "--compress", "1", "-o", ours, *SETTINGS], check=True, stdout=subprocess.DEVNULL)
    with h5py.File(ours) as file:
        energy = file["cases"][CASE]["energy"]
        assert energy.compression == "gzip" and energy.shuffle and energy.fletcher32
    digests = [subprocess.run([joulecast, "verify", name], check=True, capture_output=True).stdout
               for name in (path, ours)]
    assert digests[0] == digests[1]


def check_tools(path, units):
    dump = subprocess.run(["h5dump", "-H", path], check=True, capture_output=True, text=True).stdout
    assert dump.count("DATASET") > 40
    text = subprocess.run(["ncdump", "-h", path], check=True, capture_output=True, text=True).stdout
    assert "query = 3000 ;" in text and "phony" not in text
    for unit in units:
        subprocess.run(["udunits2", "-H", unit, "-W", ""], check=True, stdout=subprocess.DEVNULL)


with tempfile.TemporaryDirectory() as folder:
    result = folder + "/result.h5"
    subprocess.run([joulecast, "run", source + "/scenarios/oviedo2026-traditional.yaml", "-n", "3000",
                    "--quiet", "-o", result, *SETTINGS], check=True, stdout=subprocess.DEVNULL)
    document = json.loads(subprocess.run([joulecast, "summary", result, "--json"], check=True,
                                         capture_output=True).stdout)
    assert document["format"] == "joulecast-summary" and document["version"] == 1
    for reader in ("h5netcdf", "netcdf4"):
        check_xarray(result, reader, document)
    check_tools(result, check_h5py(result))
    check_compressed(result)
print("opens in xarray (h5netcdf, netCDF4), h5py, h5dump and ncdump")
