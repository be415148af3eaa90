"""`--spec` takes a protocol: its primary analysis, notes that say what differs, and the same JSON as ever."""

from __future__ import annotations

import json

import pytest

from ivig_core.__main__ import main
from tests.paths import SAMPLES

COHORT = str(SAMPLES / "daratumumab.csv")
TOLD = {"date": "2026-03-01", "title": "DRKS 1", "primary": {"min_grade": 2}, "subgroups": ["sex", "iss"],
        "sensitivity": ["gee"]}  # fmt: skip


def analyze(capsys, tmp_path, told: object, *more: str) -> tuple[int, dict, str]:
    path = tmp_path / "protocol.json"
    path.write_text(json.dumps({"protocol": told}), encoding="utf-8")
    status = main(["analyze", COHORT, "--spec", str(path), "--only", "rates", "--json", *more])
    out, err = capsys.readouterr()
    return status, json.loads(out) if out else {}, err


def test_the_primary_analysis_and_what_differs(capsys, tmp_path):
    status, found, _ = analyze(capsys, tmp_path, TOLD)
    assert status == 0
    assert found["spec"]["min_grade"] == 2
    *_, stands, named, rows = found["notes"]
    assert stands.startswith("As in the protocol of 2026-03-01 (“DRKS 1”). The protocol is dated by its author")
    assert named == "Prespecified subgroups: sex, iss; all others are exploratory."
    assert rows == "Prespecified rows of the sensitivity table: gee."
    status, changed, _ = analyze(capsys, tmp_path, TOLD, "--set", "window_days=45")
    assert status == 0
    assert (
        "Differs from the protocol of 2026-03-01 (“DRKS 1”) in Days a dose counts: 45 instead of 30."
        in (changed["notes"][-3])
    )
    assert changed["spec"] == {**found["spec"], "window_days": 45}
    main(["analyze", COHORT, "--set", "min_grade=2", "--only", "rates", "--json"])
    plain = json.loads(capsys.readouterr().out)
    assert {**found, "notes": found["notes"][:-3]} == plain, "nothing but notes is more"


def test_what_a_filter_leaves_alike_is_not_told_where_small_numbers_are_hidden(capsys, tmp_path):
    only = ("--set", "where=sex=female")
    _, exact, _ = analyze(capsys, tmp_path, TOLD, *only)
    assert "Subgroups of the protocol without two levels under these settings: sex." in exact["notes"]
    _, hidden, _ = analyze(capsys, tmp_path, TOLD, *only, "--share")
    assert not any("without two levels" in note for note in hidden["notes"])
    assert "Prespecified subgroups: iss, sex; all others are exploratory." in hidden["notes"]


@pytest.mark.parametrize(
    ("more", "said"),
    [({"subgroups": ["sex", "wardrobe"]}, "protocol.subgroups = 'wardrobe' is not allowed: a subgroup of this cohort"),
     ({"sensitivity": ["magic"]}, "protocol.sensitivity = 'magic' is not allowed: any of crude"),
     ({"date": "soon"}, "protocol.date = 'soon' is not allowed: a day such as 2026-03-01")],
)  # fmt: skip
def test_what_it_cannot_name_ends_with_2(capsys, tmp_path, more, said):
    status, found, err = analyze(capsys, tmp_path, {**TOLD, **more})
    assert (status, found) == (2, {})
    assert said in err
