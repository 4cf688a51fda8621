"""Runs cleanvision over a folder and prints what it found and the processor seconds it took."""
import contextlib
import importlib.metadata
import io
import json
import os
import resource
import sys
import time


def seconds() -> float:
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


from cleanvision import Imagelab

folder = sys.argv[1]
cpu, wall = seconds(), time.perf_counter()
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    lab = Imagelab(data_path=folder)
    lab.find_issues(n_jobs=1)
cpu, wall = seconds() - cpu, time.perf_counter() - wall
names = [column for column in lab.issues.columns if column.startswith("is_") and column.endswith("_issue")]
found = {
    os.path.relpath(str(path), folder): [name[3:-6] for name in names if row[name]] for path, row in lab.issues.iterrows()
}
sets = {
    kind: [[os.path.relpath(str(path), folder) for path in paths] for paths in lab.info[f"{kind}_duplicates"]["sets"]]
    for kind in ("exact", "near")
}
version = importlib.metadata.version("cleanvision")
print(json.dumps({"version": version, "cpu": cpu, "wall": wall, "found": found, "sets": sets}))
