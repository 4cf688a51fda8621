"""What any check on pandas needs around it: reads and types a CSV, then profiles, marks repeats and writes Parquet."""
import json
import resource
import time

import pandas as pd


def seconds() -> tuple[float, float]:
    """Processor time and the clock."""
    return sum(resource.getrusage(resource.RUSAGE_SELF)[:2]), time.perf_counter()


def asked(rules_file: str) -> tuple[dict, pd.Timestamp]:
    with open(rules_file) as file:
        wanted = json.load(file)
    return wanted["schema"], pd.Timestamp(wanted["now"]).tz_localize(None)


def read(table: str, rules: dict, lenient: bool = False) -> tuple[pd.DataFrame, list[str]]:
    """The frame, and its columns `name__wrong`: where a cell of the column is no value of its type."""
    # Ragged lines end the fast reader; the slow one cuts them.
    cut = {"engine": "python", "on_bad_lines": lambda cells: cells[: len(rules["columns"])]} if lenient else {}
    frame = pd.read_csv(table, keep_default_na=False, na_values=["", *rules["nulls"]], **cut)
    wrongs = []
    for rule in rules["columns"]:
        name, texts = rule["name"], frame[rule["name"]]
        if rule["type"] in ("integer", "number") and not pd.api.types.is_numeric_dtype(texts):
            frame[name] = pd.to_numeric(texts, errors="coerce")
        elif rule["type"] == "date":
            frame[name] = pd.to_datetime(texts, format="%Y-%m-%d", errors="coerce")
        if frame[name] is not texts and rule["type"] in ("integer", "number", "date"):
            wrong = frame[name].isna() & texts.notna()
            if wrong.any():
                frame[f"{name}__wrong"] = wrong
                wrongs.append(f"{name}__wrong")
    return frame, wrongs


def oldest_days(rules: dict, now: pd.Timestamp, column: str) -> list[pd.Timestamp]:
    ages = [rule for rule in rules["rules"] if "maxAgeDays" in rule]
    return [now - pd.Timedelta(days=age["maxAgeDays"]) for age in ages if age["column"] == column]


def write_good(frame: pd.DataFrame, rules: dict, bad: list[int], part: str) -> int:
    good = frame.drop(index=bad)[[rule["name"] for rule in rules["columns"]]]
    good.describe(include="all")
    good = good.assign(repeated=good.duplicated())
    good.to_parquet(part, compression="snappy")
    return len(good)


def tell(version: str, before: tuple[float, float], accepted: int, found: dict) -> None:
    cpu, wall = (now - then for now, then in zip(seconds(), before))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answer = {"version": version, "cpu": cpu, "wall": wall, "memoryMiB": memory, "accepted": accepted, "found": found}
    print("\n" + json.dumps(answer))
