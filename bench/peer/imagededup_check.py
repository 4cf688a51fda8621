"""Names every picture of a folder by imagededup's hashes and prints the near ones of each group, and the processor seconds it took."""
import importlib.metadata
import importlib.util
import json
import os
import resource
import sys
import types
import warnings

# Its networks need torch, which its hashes do not: these packages are opened without what they import by themselves.
root = os.path.dirname(importlib.util.find_spec("imagededup").origin)
for name in ("methods", "utils"):
    package = types.ModuleType(f"imagededup.{name}")
    package.__path__ = [os.path.join(root, name)]
    sys.modules[f"imagededup.{name}"] = package
from imagededup.methods.hashing import DHash, PHash

warnings.simplefilter("ignore")


def seconds() -> float:
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


folder, groups = sys.argv[1], json.load(open(sys.argv[2]))
answer = {"version": importlib.metadata.version("imagededup"), "found": {}, "cpu": {}}
for method in (PHash, DHash):
    hasher = method(verbose=False)
    start = seconds()
    hashes = hasher.encode_images(image_dir=folder, num_enc_workers=0)
    named = seconds()
    hasher.find_duplicates(encoding_map=hashes, num_dist_workers=0)
    answer["cpu"][method.__name__] = {"naming": named - start, "finding": seconds() - named}
    answer["found"][method.__name__] = {
        group: [
            [name, other]
            for name, others in hasher.find_duplicates(
                encoding_map={name: hashes[name] for name in names}, num_dist_workers=0
            ).items()
            for other in others
            if name < other
        ]
        for group, names in groups.items()
    }
print(json.dumps(answer))
