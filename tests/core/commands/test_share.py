"""`analyze --share`: the same contract without small numbers."""

from __future__ import annotations

import json

import pytest

from ivig_core.__main__ import main
from ivig_core.disclosure import Rule, said
from ivig_core.disclosure.notes import shared_doubts
from tests.core.disclosure.attacker import small_counts, small_words
from tests.paths import REFERENCE

SIM43 = str(REFERENCE / "sim43.csv")


def printed(capsys, *arguments: str, status: int = 0) -> str:
    assert main(["analyze", SIM43, *arguments]) == status
    return "".join(capsys.readouterr())


def test_the_contract_stays_and_small_numbers_are_null(capsys):
    exact, told = (json.loads(printed(capsys, "--json", *more)) for more in ((), ("--share",)))
    assert list(told) == [*exact, "share"]
    assert told["share"] == {"threshold": 7, "rounding": 5}
    assert told["notes"][0] == said(Rule())
    assert {name: set(told["survival"][name][0]) for name in ("curves", "medians", "cox")} == {
        name: set(exact["survival"][name][0]) for name in ("curves", "medians", "cox")
    }
    assert len(small_counts(exact, Rule(), but=["spec"])) > 50
    assert small_counts(told, Rule(), but=["spec", "share"]) == []
    assert [row["infections"] for row in told["rates"]] == [40, 110, None]
    assert {row["status"] for row in told["forest"]} >= {"ok", "withheld"}


def test_ratios_alone_are_judged_by_rates_that_are_not_printed(capsys):
    got = json.loads(printed(capsys, "--json", "--share", "--only", "sccs"))
    assert "rates" not in got
    assert got["irr"][0]["status"] == "ok"


def test_text_has_the_words_of_what_is_withheld(capsys):
    text = printed(capsys, "--share")
    assert "≤ 7" in text
    assert "Note: Small numbers are hidden" in text
    assert small_words(text, Rule()) == []


@pytest.mark.parametrize(
    ("options", "said_of"),
    [
        (("--share", "--share-threshold", "0"), "from 1 to 100"),
        (("--share", "--share-rounding", "1"), "from 3 to 100"),
        (("--share-threshold", "9"), "only together with --share"),
    ],
)
def test_a_rule_that_is_not_allowed_is_an_error(capsys, options, said_of):
    assert said_of in printed(capsys, *options, status=2)


def test_another_rule_hides_more(capsys):
    got = json.loads(printed(capsys, "--json", "--share", "--share-threshold", "20", "--share-rounding", "10"))
    assert small_counts(got, Rule(20, 10), but=["spec", "share"]) == []


def test_every_doubt_has_words_without_its_numbers():
    """All that the checks of the program say; that much is one patient's is the one that is not shared."""
    doubts = (
        "No patient has an infection and days both on and off IVIG.",
        "Only 1 patient has an infection and days both on and off IVIG.",
        "Only 12 patients have an infection and days both on and off IVIG.",
        "Only 6 infections.",
        "IgG is adjusted for: IVIG works through it, so part of its effect is taken away.",
        "Infections were 2.4 times as frequent in the 60 days before the first dose: they may be why IVIG was started.",
        "Adjusted for disease phase, season, time and prophylaxis the ratio is 0.5 (0.2–0.9).",
        "Confirmed infections only: testing may differ on IVIG.",
        "3 patients died within 30 days of an infection: follow-up that ends this way can mislead.",
        "One infection coded twice counts twice: joined within 14 days the ratio is 0.61 (0.40–0.92).",
        "24 doses seem to be missing: if given elsewhere, their days wrongly count as off IVIG.",
    )
    told = shared_doubts([*doubts, "One patient has 5 of the 12 infections.", "A new one: 3 patients."])
    assert len(told) == len(doubts)
    assert not any(character.isdigit() for text in told for character in text)
