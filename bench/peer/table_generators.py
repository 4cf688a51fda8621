"""Trains a generator of tables on a CSV and draws rows from it. The only argument names a JSON file: peer, train, rows, seconds,
out, numbers (columns that hold numbers). Prints {version, cpuSeconds, epochs} as its last line."""

import json
import resource
import sys
import warnings

warnings.filterwarnings("ignore")
import pandas as pd  # noqa: E402
import torch  # noqa: E402


def cpu_seconds() -> float:
    """Of all threads of this process and of the processes that it started and waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def with_sdv(peer: str, frame: pd.DataFrame, numbers: list, rows: int, seconds: float):
    """SDV's synthesizers have no limit of time: one and three epochs tell what an epoch costs."""
    import sdv
    from sdv.metadata import Metadata
    from sdv.single_table import CTGANSynthesizer, TVAESynthesizer

    kind = {"tvae": TVAESynthesizer, "ctgan": CTGANSynthesizer}[peer]
    metadata = Metadata.detect_from_dataframes({"t": frame}, infer_keys=None)
    for name in frame.columns:
        metadata.update_column(name, table_name="t", sdtype="numerical" if name in numbers else "categorical")

    def fit(epochs: int):
        before = cpu_seconds()
        model = kind(metadata, epochs=epochs)
        model.fit({"t": frame})
        return model, cpu_seconds() - before

    first, third = fit(1)[1], fit(3)[1]
    epoch = max((third - first) / 2, 1e-3)
    epochs = max(1, int((seconds - (first - epoch)) / epoch))
    model, spent = fit(epochs)
    drawn = model.sample(rows)
    return (drawn["t"] if isinstance(drawn, dict) else drawn), spent, sdv.__version__, epochs


def with_mostly(frame: pd.DataFrame, rows: int, seconds: float):
    import importlib.metadata

    from mostlyai.engine import TabularARGN

    before = cpu_seconds()
    model = TabularARGN(max_training_time=seconds / 60 / torch.get_num_threads(), device="cpu", verbose=0)
    model.fit(X=frame)
    spent = cpu_seconds() - before
    return model.sample(n_samples=rows), spent, importlib.metadata.version("mostlyai-engine"), 0


def main() -> None:
    with open(sys.argv[1], encoding="utf8") as file:
        asked = json.load(file)
    torch.set_num_threads(asked["threads"])
    torch.manual_seed(asked["seed"])
    numbers = asked["numbers"]
    frame = pd.read_csv(asked["train"], dtype={name: "str" for name in asked["texts"]}, keep_default_na=False, na_values=[""])
    if asked["peer"] == "argn":
        drawn, spent, version, epochs = with_mostly(frame, asked["rows"], asked["seconds"])
    else:
        drawn, spent, version, epochs = with_sdv(asked["peer"], frame, numbers, asked["rows"], asked["seconds"])
    drawn[list(frame.columns)].to_csv(asked["out"], index=False)
    print(json.dumps({"version": version, "cpuSeconds": spent, "epochs": epochs}))


main()
