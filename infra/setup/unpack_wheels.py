"""Unpacks the parts of wheels that training needs: unpack_wheels.py WHEELS TARGET"""

import pathlib
import sys
import zipfile

HEADERS = ("tensorflow/c/", "tensorflow/core/platform/", "tsl/platform/", "xla/tsl/c/")


def is_needed(name: str) -> bool:
    """The C library with the headers of its C interface, CUDA's libraries and its compiler's files, and every licence."""
    if name.startswith("tensorflow/include/"):
        return name.removeprefix("tensorflow/include/").startswith(HEADERS)
    if name.startswith("tensorflow/"):
        return name.startswith("tensorflow/libtensorflow_") or name == "tensorflow/THIRD_PARTY_NOTICES.txt"
    return name.startswith("nvidia/") and "/include/" not in name or ".dist-info/" in name


wheels, target = map(pathlib.Path, sys.argv[1:])
for wheel in sorted(wheels.glob("*.whl")):
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.infolist():
            if not is_needed(entry.filename):
                continue
            path = pathlib.Path(archive.extract(entry, target))
            # zipfile does not restore file modes, but CUDA's assembler must be executable for XLA.
            if (entry.external_attr >> 16) & 0o111 and path.is_file():
                path.chmod(0o755)
    wheel.unlink()
