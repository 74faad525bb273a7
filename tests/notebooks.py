"""The notebooks run from top to bottom, each in a fresh folder, and say what they are committed with.

    /usr/bin/python3 tests/notebooks.py build/joulecast . [--update] [NOTEBOOK...]

Their `assert` statements hold, nothing is written to stderr, and all text of their outputs is that of the committed
file: numbers do not depend on the machine. Pictures are only looked for. With --update the outputs are written
into the files.
"""
import base64
import io
import os
import subprocess
import sys
import tempfile

try:
    import ipykernel  # noqa: F401
    import matplotlib  # noqa: F401
    import nbclient
    import nbformat
    import PIL.Image
    import xarray  # noqa: F401
except ImportError as missing:
    print(f"{missing.name} is missing")
    sys.exit(77)

joulecast, source = (os.path.abspath(path) for path in sys.argv[1:3])
update = "--update" in sys.argv[3:]
chosen = [name for name in sys.argv[3:] if name != "--update"]
FOLDER = os.path.join(source, "results/notebooks")
LARGEST_PICTURE = 30000
LARGEST_NOTEBOOK = 120000
KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}


def prepare(scratch):
    """A folder that looks like a clone, with the program under test in the place of script/run."""
    place = os.path.join(scratch, "results/notebooks")
    os.makedirs(place)
    os.makedirs(os.path.join(scratch, "script"))
    os.symlink(joulecast, os.path.join(scratch, "script/run"))
    os.symlink(os.path.join(source, "scenarios"), os.path.join(scratch, "scenarios"))
    return place


def small(picture):
    """A PNG with a palette of 128 colours, which is half the size."""
    image = PIL.Image.open(io.BytesIO(base64.b64decode(picture))).convert("RGB").quantize(128)
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return base64.b64encode(file.getvalue()).decode()


def tidy(outputs):
    """Consecutive pieces of a stream joined; of a picture only the picture, small."""
    kept = []
    for output in outputs:
        if output.output_type == "stream" and kept and kept[-1].get("name") == output.name:
            kept[-1].text += output.text
            continue
        if "image/png" in output.get("data", {}):
            output.data = nbformat.from_dict({"image/png": small(output.data["image/png"])})
            output.metadata = nbformat.from_dict({})
        kept.append(output)
    return kept


def said(cell):
    """What the outputs of a cell say, pictures by their name alone."""
    words = []
    for output in cell.outputs:
        if output.output_type == "stream":
            words.append((output.name, output.text))
        for kind in ("text/plain", "text/markdown", "image/png"):
            if kind in output.get("data", {}):
                words.append((kind, "" if kind == "image/png" else output.data[kind]))
    return words


def check_limits(name, path, book):
    assert book.metadata == nbformat.from_dict(KERNEL), (name, "metadata", book.metadata)
    assert os.path.getsize(path) <= LARGEST_NOTEBOOK, (name, os.path.getsize(path))
    pictures = [output.data["image/png"] for cell in book.cells if cell.cell_type == "code"
                for output in cell.outputs if "image/png" in output.get("data", {})]
    assert pictures, (name, "no picture")
    for picture in pictures:
        assert len(base64.b64decode(picture)) <= LARGEST_PICTURE, (name, "picture", len(picture))
    code = "".join(cell.source for cell in book.cells if cell.cell_type == "code")
    assert "assert " in code, (name, "asserts nothing")


def run(name):
    path = os.path.join(FOLDER, name)
    book = nbformat.read(path, as_version=4)
    committed = [said(cell) for cell in book.cells if cell.cell_type == "code"]
    with tempfile.TemporaryDirectory() as scratch:
        client = nbclient.NotebookClient(book, timeout=120, kernel_name="python3", record_timing=False,
                                         resources={"metadata": {"path": prepare(scratch)}})
        try:
            client.execute()
        except nbclient.exceptions.CellExecutionError:
            print(name, *(output.text for cell in book.cells for output in cell.get("outputs", [])
                          if output.get("name") == "stderr"))
            raise
    cells = [cell for cell in book.cells if cell.cell_type == "code"]
    for cell in cells:
        cell.outputs = tidy(cell.outputs)
        cell.metadata = nbformat.from_dict({})
    book.metadata = nbformat.from_dict(KERNEL)
    if update:
        nbformat.write(book, path)
    else:
        for cell, before in zip(cells, committed):
            assert said(cell) == before, (name, cell.source, said(cell), "committed:", before)
    for cell in cells:
        assert not any(output.get("name") == "stderr" for output in cell.outputs), (name, cell.outputs)
    check_limits(name, path, nbformat.read(path, as_version=4))
    print(f"{name}: {len(cells)} cells ran")


os.environ["LC_ALL"] = "C.UTF-8"
os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"       # the kernel's debugger has something to say otherwise
names = sorted(name for name in os.listdir(FOLDER) if name.endswith(".ipynb"))
assert len(names) >= 5, "the notebooks were not found"
with tempfile.TemporaryDirectory() as home:
    for variable in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "MPLCONFIGDIR"):
        os.environ[variable] = os.path.join(home, variable)
    # Makes the list of fonts, of which the first notebook would complain.
    subprocess.run([sys.executable, "-c", "import matplotlib.font_manager"], check=True)
    for each in chosen or names:
        run(each)
