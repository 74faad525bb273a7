"""The page of the format says what is in the files: everything that is there, and nothing that is not.

In the tables of results/README.md every name in backticks is a group, a variable with its dimensions, or an attribute;
capital letters stand for names."""
import hashlib
import os
import re
import sys
import tempfile

import h5py

import file_kinds

joulecast, source = (os.path.abspath(path) for path in sys.argv[1:3])
OF_SCALES = {"CLASS", "NAME", "REFERENCE_LIST", "DIMENSION_LIST"}
with open(source + "/results/README.md") as file:
    PAGE = file.read()


def names_after(text):
    """The names in backticks of the sentence or paragraph that begins so."""
    start = PAGE.index(text) + len(text)
    return re.findall(r"`(\w+)`", PAGE[start:start + re.search(r";|\.\s|\n\n", PAGE[start:]).start()])


LETTERS = {"Q": "|".join(names_after("`Q` is a quantity:")), "T": "|".join(names_after("`T` is a total of a fleet:")),
           "F": "|".join(names_after("`F` is a figure of a fleet:")), "P": "power|intensity"}
OF_VARIABLES = set(re.findall(r"`(\w+)`", PAGE[PAGE.index("Attributes of variables"):].split("Moments are")[0])) - {"row_size", "status"}


def pattern(name):
    """What a name of the page stands for, as a regular expression."""
    words = [re.escape(word) for word in name.split("_")]
    words = [f"(?:{LETTERS[word]})" if word in LETTERS else r"[^/]+" if word in ("KEY", "CASE", "BLEND", "NAME") else word
             for word in words]
    return "_".join(words)


def dimensions(text):
    parts = [part.strip() for part in text.split(",")] if text else []
    return ",".join(r"(?:point|(?:power|intensity)(?:,(?:power|intensity))*)" if part == "..." else pattern(part)
                    for part in parts)


class Group:
    """A row of a table, and which of its names were found in files."""

    def __init__(self, path, variables, attributes):
        self.path = path
        self.pattern = "/".join(pattern(part) for part in path.split("/"))
        self.variables = {}
        for name, inside in re.findall(r"`([A-Za-z_0-9]+)(\([^`]*\))?`", variables):
            self.variables[name + inside] = (pattern(name), None if not inside else dimensions(inside[1:-1]))
        self.attributes = set(re.findall(r"`(\w+)`", attributes))
        self.unseen = {*self.variables, *self.attributes, path}

    def see_variable(self, name, found):
        """`found`: the dimensions, or None of one without coordinate values."""
        kinds = [key for key, (name_pattern, wanted) in self.variables.items()
                 if re.fullmatch(name_pattern, name) and (found is None if wanted is None else
                                                          found is not None and re.fullmatch(wanted, ",".join(found)))]
        assert kinds, f"{self.path}: the page does not have {name}({', '.join(found or ['no values'])})"
        self.unseen -= set(kinds)

    def see_attributes(self, names):
        for name in names:
            assert name in self.attributes, f"{self.path}: the page does not have the attribute {name}"
        self.unseen -= set(names)


def read_tables():
    """The groups of a result, and those of a shard."""
    tables = []
    for line in PAGE.splitlines():
        if line.startswith("| group"):
            tables.append([])
        elif tables and line.startswith("| `/"):
            path, variables, attributes = line.split("|")[1:-1]
            tables[-1].append(Group(path.strip("` "), variables, attributes))
    assert [len(table) > 5 for table in tables] == [True, True]
    return tables


def find(groups, path):
    """Plain names come before those that stand for others."""
    found = sorted((group for group in groups if re.fullmatch(group.pattern, path)), key=lambda group: group.pattern)
    assert found, f"the page does not have the group {path}"
    found[0].unseen.discard(found[0].path)
    return found[0]


def length_of(dimension):
    return dimension.name.split("/")[-1]


def see_dataset(groups, path, dataset, seen):
    folder, name = path.rsplit("/", 1)
    group = find(groups, folder or "/")
    scale = h5py.h5ds.is_scale(dataset.id)
    if scale:
        bare = dataset.attrs["NAME"].decode().startswith("This is a netCDF dimension but not a netCDF variable")
        found = None if bare else [name]
    else:
        found = [length_of(dataset.dims[k][0]) for k in range(dataset.ndim)]
    group.see_variable(name, found)
    attributes = set(dataset.attrs) - OF_SCALES
    assert attributes <= OF_VARIABLES, (path, attributes - OF_VARIABLES)
    assert found is None or "long_name" in attributes, path
    seen |= attributes


def see_file(groups, path, seen):
    with h5py.File(path) as file:
        find(groups, "/").see_attributes(set(file.attrs))

        def visit(name, item):
            if isinstance(item, h5py.Group):
                find(groups, "/" + name).see_attributes(set(item.attrs))
            else:
                see_dataset(groups, "/" + name, item, seen)

        file.visititems(visit)


def see_format(path, name):
    with h5py.File(path) as file:
        said = f"`{file.attrs['format'].decode()}` {file.attrs['format_major']}.{file.attrs['format_minor']}"
    assert said in PAGE and said.startswith("`" + name), said


def see_seal(path):
    """The seal, byte by byte as the page has it."""
    with open(path, "rb") as file:
        content = file.read()
    n, length, version = (int.from_bytes(content[-72 + 8 * k:-64 + 8 * k], "little") for k in range(3))
    magic = re.search(r"\| 16 \| `([^`]+)` \|", PAGE)[1].encode().decode("unicode_escape").encode("latin1")
    assert length == len(content) and version == 1 and content[-48:-32] == magic and n > 0
    extents = [int.from_bytes(content[-72 - 16 * n + 8 * k:][:8], "little") for k in range(2 * n)]
    digest, at = hashlib.sha256(), 0
    for first, size in zip(extents[::2], extents[1::2]):
        assert first >= at and size > 0
        digest.update(content[at:first])
        at = first + size
    digest.update(content[at:-32])
    assert digest.digest() == content[-32:]


def more_kinds():
    """Files that have what others lack: points that are not random, draws of what is unknown, no carbon."""
    call = file_kinds.call
    call(joulecast, "run", "study.yaml", "-n", 20000, "--set", "points=sobol", "-o", "sobol.h5", "--summary-only", "--quiet")
    call(joulecast, "sensitivity", "study.yaml", "-n", 64, "--of", "mean", "--draws", 64, "-o", "unknowns.h5", "--quiet")
    call(joulecast, "run", "study.yaml", "-n", 300000, "-o", "blocks.h5", "--summary-only", "--quiet")
    for task in 1, 2:
        call(joulecast, "sweep", "pointed.yaml", "-o", "pointed-part.h5", "--task", f"{task}/2", "--quiet")
    return ["sobol.h5", "unknowns.h5", "blocks.h5"], ["pointed-part.task-1-of-2.h5"]


def main():
    results, shards = read_tables()
    kinds = file_kinds.make(joulecast)
    more_results, more_shards = more_kinds()
    of_results, of_shards = set(), set()
    for path in [path for path, read, kind in kinds if kind == "result" and path == read] + more_results:
        see_file(results, path, of_results)
        see_format(path, "joulecast-result")
    for path in [path for path, _, kind in kinds if kind == "shard"] + more_shards:
        see_file(shards, path, of_shards)
        see_format(path, "joulecast-shard")
    see_seal("result.h5")
    absent = [f"{what} {group.path}: {name}" for what, table in (("result", results), ("shard", shards)) for group in table
              for name in sorted(group.unseen)]
    assert not absent, "no file has what the page says: " + "; ".join(absent)
    assert of_results == OF_VARIABLES, of_results ^ OF_VARIABLES
    count = sum(len(group.variables) + len(group.attributes) for group in results + shards)
    print(f"{len(results) + len(shards)} groups, {count} variables and attributes: the page and the files agree")


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    main()
