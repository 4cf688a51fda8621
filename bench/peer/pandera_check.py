"""Holds a CSV to a table schema with pandera: reads, types, validates, profiles, drops repeats, writes Parquet."""
import json
import resource
import sys
import time

import pandas as pd
import pandera
import pandera.pandas as pa


def seconds() -> float:
    return sum(resource.getrusage(resource.RUSAGE_SELF)[:2])


def failures(schema: pa.DataFrameSchema, frame: pd.DataFrame) -> pd.DataFrame:
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        return error.failure_cases
    return pd.DataFrame({"check": [], "index": []})


def column_of(rule: dict, stale: list) -> pa.Column:
    checks = list(stale)
    as_bound = pd.Timestamp if rule["type"] == "date" else lambda value: value
    if "min" in rule:
        checks.append(pa.Check.ge(as_bound(rule["min"]), error="table.range"))
    if "max" in rule:
        checks.append(pa.Check.le(as_bound(rule["max"]), error="table.range"))
    if "categories" in rule:
        checks.append(pa.Check.isin(rule["categories"], error="table.category"))
    if "pattern" in rule:
        checks.append(pa.Check.str_matches(f"^(?:{rule['pattern']})$", error="table.pattern"))
    unique = rule.get("unique", False)
    return pa.Column(
        None, checks, nullable=rule["nullable"], unique=unique, report_duplicates="exclude_first" if unique else "all"
    )


table, rules_file, part, told = sys.argv[1:]
with open(rules_file) as file:
    asked = json.load(file)
rules, now = asked["schema"], pd.Timestamp(asked["now"]).tz_localize(None)
cpu, wall = seconds(), time.perf_counter()
# Ragged lines end the fast reader; the slow one cuts them.
lenient = {"engine": "python", "on_bad_lines": lambda cells: cells[: len(rules["columns"])]} if told == "rows" else {}
frame = pd.read_csv(table, keep_default_na=False, na_values=["", *rules["nulls"]], **lenient)
ages = [rule for rule in rules["rules"] if "maxAgeDays" in rule]
orders = [rule["check"] for rule in rules["rules"] if "check" in rule]
columns = {}
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
            columns[f"{name}__wrong"] = pa.Column(bool, pa.Check.eq(False, error="table.type"))
    oldest = [now - pd.Timedelta(days=age["maxAgeDays"]) for age in ages if age["column"] == name]
    columns[name] = column_of(rule, [pa.Check.ge(day, error="table.stale") for day in oldest])


def held(rows: pd.DataFrame, check: str) -> pd.Series:
    return rows.eval(check) | rows[check.split(" <= ")].isna().any(axis=1)


across = [pa.Check(held, check=check, error="table.row-rule") for check in orders]
cases = failures(pa.DataFrameSchema(columns, checks=across), frame)
bad = cases["index"].dropna().astype("int64")
good = frame.drop(index=bad.unique())[[rule["name"] for rule in rules["columns"]]]
good.describe(include="all")
good = good.assign(repeated=good.duplicated())
good.to_parquet(part, compression="snappy")
cpu, wall = seconds() - cpu, time.perf_counter() - wall

found = {}
if told == "rows":
    # What is no value of its type is missing, too; the type is what is wrong with it.
    names = {"field_uniqueness": "table.unique", "not_nullable": "table.null"}
    for check, index in zip(cases["check"], cases["index"]):
        if pd.notna(index):
            found.setdefault(str(int(index) + 2), set()).add(names.get(check, check))
    found = {line: sorted(codes - ({"table.null"} if "table.type" in codes else set())) for line, codes in found.items()}
answer = {
    "version": pandera.__version__,
    "cpu": cpu,
    "wall": wall,
    "memoryMiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    "accepted": len(good),
    "found": found,
}
print("\n" + json.dumps(answer))
