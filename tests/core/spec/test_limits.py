"""A setting is a stranger's text too: address, settings file and command line have limits, each with a sentence."""

from __future__ import annotations

import json

import pytest

from ivig_core.__main__ import main
from ivig_core.cohort.read import read_cohort
from ivig_core.errors import SpecError
from ivig_core.spec import AnalysisSpec
from ivig_core.spec.analysis_spec import MOST_SETTINGS
from ivig_core.spec.conditions import MOST_CONDITIONS, MOST_FILTERS, MOST_VALUES
from ivig_core.spec.settings_text import MOST_BYTES
from ivig_core.study.study import Study
from ivig_core.terms import ON
from tests.paths import REFERENCE, SAMPLES

SIM43 = str(REFERENCE / "sim43.csv")
HUGE = "9" * 5_000
TOO_MUCH = {
    "cuts": ("window_cuts", ",".join(map(str, range(1, 30))), "at most 20 whole numbers"),
    "cuts that a byte cannot count": ("window_cuts", list(range(1, 125)), "at most 20 whole numbers"),
    "IgG cuts that a byte cannot count": ("igg_cuts", list(range(1, 128)), "at most 10 whole numbers"),
    "a thousand cuts": ("window_cuts", list(range(1, 1001)), "at most 20 whole numbers"),
    "IgG cuts": ("igg_cuts", list(range(1, 500)), "at most 10 whole numbers"),
    "conditions": ("where", ";".join(f"age>={n}" for n in range(MOST_CONDITIONS + 1)), f"at most {MOST_CONDITIONS}"),
    "listed conditions": ("where", ["age>=1"] * 5_000, f"at most {MOST_CONDITIONS}"),
    "values": ("where", "iss=" + "|".join(map(str, range(MOST_VALUES + 1))), f"at most {MOST_VALUES} values"),
    "a long text": ("where", "iss=" + "I" * 100_000, "5,000 characters at most"),
    "filters": ("within", ";".join(["phase:progressive"] * (MOST_FILTERS + 1)), f"at most {MOST_FILTERS}"),
    "digits": ("within", f"igg:<{HUGE}", "phase:nonprogressive"),
    "digits of another script": ("within", "igg:<٧٠٠", "phase:nonprogressive"),
    "a huge number": ("window_days", HUGE, "a whole number"),
    "a huge number in a filter": ("where", f"age>={HUGE}"[:4000], "a number after >="),
    "not a number": ("where", "age>=nan", "a number after >="),
    "infinite": ("where", "age<1e400", "a number after <"),
    "true": ("where", True, "conditions"),
    "true days": ("within", True, "phase:nonprogressive"),
    "a number": ("where", 5, "conditions"),
    "a group": ("survival_group", "x" * 100_000, "baseline column"),
}


@pytest.mark.parametrize(("name", "value", "allowed"), TOO_MUCH.values(), ids=TOO_MUCH)
def test_too_much_is_refused_with_a_short_sentence(name, value, allowed):
    with pytest.raises(SpecError) as caught:
        AnalysisSpec().change(**{name: value})
    assert caught.value.field == name
    assert allowed in str(caught.value)
    assert len(str(caught.value)) < 1_000


def test_as_much_as_is_allowed_is_taken():
    spec = AnalysisSpec().change(
        window_cuts=list(range(1, 21)), igg_cuts=list(range(100, 1100, 100)),
        where=";".join(f"age>={n}" for n in range(MOST_CONDITIONS)), within="igg:<100",
    )  # fmt: skip
    assert len(spec.selection.where) == MOST_CONDITIONS


def test_as_much_as_is_allowed_is_counted_right():
    """States and levels are counted in a byte each: with the most cuts the days are those of no cuts."""
    study = Study(read_cohort(SAMPLES / "crossover_2021.csv").cohort)
    plain = AnalysisSpec()
    most = plain.change(window_cuts=list(range(1, 21)), igg_cuts=list(range(100, 1100, 100)))
    cut, whole = (study.time(spec, ("igg",)).table for spec in (most, plain))
    assert cut["days"].sum() == whole["days"].sum()
    on = [table.loc[table["state"].astype("str").str.startswith(ON), "days"].sum() for table in (cut, whole)]
    assert on[0] == on[1] > 0
    assert cut["state"].nunique() == whole["state"].nunique() + 20
    assert cut["igg"].nunique() > whole["igg"].nunique()


@pytest.mark.parametrize("name", ["self", "cls", "settings", "name", "x" * 10_000])
def test_a_name_that_is_no_setting_is_an_error_and_no_more(name):
    read, (error,) = AnalysisSpec.collect({name: "1"})
    assert read == AnalysisSpec()
    assert error.field == "setting"
    assert len(str(error)) < 1_500


def test_many_names_are_one_error():
    read, (error,) = AnalysisSpec.collect({f"setting {n}": "1" for n in range(100_000)})
    assert read == AnalysisSpec()
    assert f"at most {MOST_SETTINGS}" in str(error)


@pytest.mark.parametrize("value", [[[1]], {"a": 1}, [{"a": 1}], (["x"],)], ids=str)
def test_lists_in_lists_are_no_setting(value):
    _, (error,) = AnalysisSpec.collect({"window_cuts": value})
    assert "a list of them" in str(error)


SETTINGS_FILES = {
    "nested": ("[" * 100_000 + "]" * 100_000, "--spec"),
    "nested inside": ('{"where": ' + "[" * 500 + "]" * 500 + "}", "where"),
    "too large": ('{"where": "' + "x" * MOST_BYTES + '"}', "at most 1,000,000 bytes"),
    "a number of many digits": ('{"window_days": ' + HUGE + "}", "--spec"),
    "many keys": (json.dumps({f"k{n}": 1 for n in range(50_000)}), f"at most {MOST_SETTINGS}"),
    "true": ('{"where": true, "within": true}', "within"),
    "no object": ("[1]", "a JSON object"),
    "no JSON": ("window_days = 3", "a readable JSON file"),
}


@pytest.mark.parametrize(("text", "said"), SETTINGS_FILES.values(), ids=SETTINGS_FILES)
def test_a_settings_file_is_refused_with_a_sentence(text, said, tmp_path, capsys):
    path = tmp_path / "spec.json"
    path.write_text(text)
    assert main(["analyze", SIM43, "--spec", str(path), "--json"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err
    assert "Traceback" not in told.err
    assert len(told.err) < 2_000


@pytest.mark.parametrize("change", ["self=1", "where=age>=nan", f"within=igg:<{HUGE}", "=", "window_days"])
def test_the_command_line_says_it_too(change, capsys):
    assert main(["analyze", SIM43, "--set", change]) == 2
    assert 0 < len(capsys.readouterr().err) < 2_000
