"""Trains a generator of tables on a CSV and draws rows from it. The only argument names a JSON file: peer, train, rows, seconds,
out, numbers (columns that hold numbers). Prints {version, cpuSeconds, epochs} as its last line."""

import json
import resource
import sys
import warnings

warnings.filterwarnings("ignore")
import pandas as pd  # noqa: E402
import torch  # noqa: E402


WALL_FACTOR = 4


def cpu_seconds() -> float:
    """Of all threads of this process and of the processes that it started and waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def with_sdv(peer: str, frame: pd.DataFrame, numbers: list, rows: int, seconds: float):
    """SDV's synthesizers stop after a number of epochs: their loops over epochs are given an iterator that ends with the time."""
    import ctgan.synthesizers.ctgan
    import ctgan.synthesizers.tvae
    import sdv
    from sdv.metadata import Metadata
    from sdv.single_table import CTGANSynthesizer, TVAESynthesizer

    done = [0]

    def until_spent(epochs, **_):
        before = cpu_seconds()
        for epoch in epochs:
            if epoch > 0 and cpu_seconds() - before >= seconds:
                return
            done[0] = epoch + 1
            yield epoch

    for module in (ctgan.synthesizers.ctgan, ctgan.synthesizers.tvae):
        module.tqdm = until_spent
    metadata = Metadata.detect_from_dataframes({"t": frame}, infer_keys=None)
    for name in frame.columns:
        metadata.update_column(name, table_name="t", sdtype="numerical" if name in numbers else "categorical")
    before = cpu_seconds()
    model = {"tvae": TVAESynthesizer, "ctgan": CTGANSynthesizer}[peer](metadata, epochs=1_000_000)
    model.fit({"t": frame})
    spent = cpu_seconds() - before
    drawn = model.sample(rows)
    return (drawn["t"] if isinstance(drawn, dict) else drawn), spent, sdv.__version__, done[0]


def with_mostly(frame: pd.DataFrame, rows: int, seconds: float):
    import importlib.metadata

    from mostlyai.engine import TabularARGN

    before = cpu_seconds()
    # Its limit is one of wall time, which on a busy machine is less CPU time: it gets several times as much and stops by itself.
    limit = WALL_FACTOR * seconds / 60 / torch.get_num_threads()
    model = TabularARGN(max_training_time=limit, device="cpu", verbose=0)
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
