"""`strategy`: what is assumed reaches the simulation, faults are named, and a terminal gets a table."""

from __future__ import annotations

import json

import pytest

from ivig_core.__main__ import main
from ivig_core.evidence.effects import effect_of
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.whatif.assumptions import Assumptions
from ivig_core.study.whatif.strategies import strategies
from ivig_core.study.whatif.strategy_result import QUANTITIES
from tests.core.reference import reference_cohort
from tests.paths import REFERENCE

SIM43 = str(REFERENCE / "sim43.csv")


def test_json_is_what_the_study_gives(capsys):
    given = ["min_grade=2", "--assume", "primary_day=20", "draws=50", "effect=published:2026", "--json"]
    assert main(["strategy", SIM43, "--set", *given]) == 0
    got = json.loads(capsys.readouterr().out)
    spec = AnalysisSpec().change(min_grade=2)
    assumed = Assumptions(primary_day=20, draws=50, effect="published:2026")
    study = Study(reference_cohort("sim43"))
    table = strategies(study, spec, assumed, effect_of(study, spec, assumed)).table
    assert got["assumptions"]["primary_day"] == 20
    for row, record in zip(got["strategies"], table.to_dict("records"), strict=True):
        assert row["strategy"] == record["strategy"]
        for name in QUANTITIES:
            value = row[name]["value"]
            assert value == pytest.approx(record[name]) if value is not None else record[name] != record[name]
    assert got["strategies"][1]["ivig_years_per_averted"]["status"] == "no_ivig"
    assert got["strategies"][3]["status"] == "not_possible"


@pytest.mark.parametrize(
    ("assume", "said"),
    [
        (["moon=1", "igg_start=9999"], ["moon = '1' is not allowed: one of effect", "igg_start = '9999'"]),
        (["primary_day"], ["--assume = 'primary_day' is not allowed: key=value"]),
        (["effect=none"], ["effect = 'none' is not allowed: one of as_set"]),
        (["igg_stop=300"], ["at least igg_start (400)"]),
    ],
)
def test_what_cannot_be_assumed_is_named(capsys, assume, said):
    assert main(["strategy", SIM43, "--assume", *assume]) == 2
    error = capsys.readouterr().err
    assert [text for text in said if text not in error] == []


def test_a_terminal_gets_a_table_or_the_reason(capsys):
    assert main(["strategy", SIM43, "--assume", "draws=50"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("43 patients, 88.6 patient-years, 157 infections; 50 draws. Effect: This cohort")
    assert "infection_guided" in text
    assert "igg_guided: IgG that no dose reaches" in text
    assert main(["strategy", SIM43, "--set", "min_grade=5"]) == 0
    assert capsys.readouterr().out.startswith("Too few data for ways to give IVIG: 43 patients")
