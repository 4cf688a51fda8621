"""Holds a CSV to a table schema with pandera, all failure cases told; reads and writes with pandas."""
import sys

import pandas as pd
import pandera
import pandera.pandas as pa
from table_in_pandas import asked, oldest_days, read, seconds, tell, write_good


def failures(schema: pa.DataFrameSchema, frame: pd.DataFrame) -> pd.DataFrame:
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        return error.failure_cases
    return pd.DataFrame({"check": [], "index": []})


def column_of(rule: dict, oldest: list) -> pa.Column:
    checks = [pa.Check.ge(day, error="table.stale") for day in oldest]
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


def held(rows: pd.DataFrame, check: str) -> pd.Series:
    return rows.eval(check) | rows[check.split(" <= ")].isna().any(axis=1)


table, rules_file, part, told = sys.argv[1:]
rules, now = asked(rules_file)
before = seconds()
frame, wrongs = read(table, rules, lenient=told == "rows")
columns = {name: pa.Column(bool, pa.Check.eq(False, error="table.type")) for name in wrongs}
for rule in rules["columns"]:
    columns[rule["name"]] = column_of(rule, oldest_days(rules, now, rule["name"]))
orders = [rule["check"] for rule in rules["rules"] if "check" in rule]
across = [pa.Check(held, check=check, error="table.row-rule") for check in orders]
cases = failures(pa.DataFrameSchema(columns, checks=across), frame)
bad = cases["index"].dropna().astype("int64").unique()
accepted = write_good(frame, rules, bad, part)

found = {}
if told == "rows":
    # What is no value of its type is missing, too; the type is what is wrong with it.
    names = {"field_uniqueness": "table.unique", "not_nullable": "table.null"}
    for check, index in zip(cases["check"], cases["index"]):
        if pd.notna(index):
            found.setdefault(str(int(index) + 2), set()).add(names.get(check, check))
    found = {line: sorted(codes - ({"table.null"} if "table.type" in codes else set())) for line, codes in found.items()}
tell(pandera.__version__, before, accepted, found)
