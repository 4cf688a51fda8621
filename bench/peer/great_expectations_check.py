"""Holds a CSV to a table schema with Great Expectations, all failing rows named; reads and writes with pandas."""
import sys

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd
from table_in_pandas import asked, oldest_days, read, seconds, tell, write_good


def expected_of(rule: dict, oldest: list) -> list:
    name = rule["name"]
    as_bound = (lambda day: pd.Timestamp(day).to_pydatetime()) if rule["type"] == "date" else (lambda value: value)
    expected = [gxe.ExpectColumnValuesToBeBetween(column=name, min_value=day.to_pydatetime()) for day in oldest]
    if not rule["nullable"]:
        expected.append(gxe.ExpectColumnValuesToNotBeNull(column=name))
    bounds = {f"{end}_value": as_bound(rule[end]) for end in ("min", "max") if end in rule}
    if bounds:
        expected.append(gxe.ExpectColumnValuesToBeBetween(column=name, **bounds))
    if "categories" in rule:
        expected.append(gxe.ExpectColumnValuesToBeInSet(column=name, value_set=rule["categories"]))
    if "pattern" in rule:
        expected.append(gxe.ExpectColumnValuesToMatchRegex(column=name, regex=f"^(?:{rule['pattern']})$"))
    if rule.get("unique"):
        expected.append(gxe.ExpectColumnValuesToBeUnique(column=name))
    return expected


def ordered(check: str):
    low, high = check.split(" <= ")
    return gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A=high, column_B=low, or_equal=True, ignore_row_if="either_value_is_missing"
    )


table, rules_file, part = sys.argv[1:]
rules, now = asked(rules_file)
context = gx.get_context(mode="ephemeral")
context.variables.progress_bars = {"globally": False}
source = context.data_sources.add_pandas("pandas").add_dataframe_asset("table")
whole = source.add_batch_definition_whole_dataframe("whole")
before = seconds()
frame, wrongs = read(table, rules)
expected = [gxe.ExpectColumnValuesToBeInSet(column=name, value_set=[False]) for name in wrongs]
for rule in rules["columns"]:
    expected += expected_of(rule, oldest_days(rules, now, rule["name"]))
expected += [ordered(rule["check"]) for rule in rules["rules"] if "check" in rule]
suite = gx.ExpectationSuite(name="rules", expectations=expected)
told = whole.get_batch({"dataframe": frame}).validate(suite, result_format={"result_format": "COMPLETE"})
bad = set()
for one in told.results:
    if one.exception_info.get("raised_exception"):
        raise RuntimeError(str(one.exception_info))
    listed = one.result.get("unexpected_index_list") or []
    if one.expectation_config.type == "expect_column_values_to_be_unique":
        # It names the first of equal values, too, which stays.
        repeats = frame[one.expectation_config.kwargs["column"]].duplicated()
        listed = [row for row in listed if repeats[row]]
    bad.update(listed)
accepted = write_good(frame, rules, sorted(bad), part)
tell(gx.__version__, before, accepted, {})
