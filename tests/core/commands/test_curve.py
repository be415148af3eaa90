"""`curve`: a list of analyses with their complete settings, as `docs/json.md` has it."""

from __future__ import annotations

import json

import pytest

from ivig_core.__main__ import main
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.models import sccs
from ivig_core.study.study import Study
from ivig_core.terms import ON
from tests.core.commands.test_json_text import rows
from tests.core.reference import reference_cohort
from tests.paths import REFERENCE

SIM43 = str(REFERENCE / "sim43.csv")


def test_rows_have_complete_settings_and_the_ratio_of_analyze(capsys):
    assert main(["curve", SIM43, "--json", "--set", "landmark_day=60", "window_days=35", "window_cuts=7"]) == 0
    out, err = capsys.readouterr()
    got = json.loads(out)
    assert len(got) >= 500
    assert set(rows("curve")) == {f"[].{name}" for name in got[0]}
    assert len({json.dumps(row["spec"]) for row in got}) == len(got)
    for row in got[:: len(got) // 2]:
        spec = AnalysisSpec.from_dict(row["spec"])
        assert spec.to_dict() == row["spec"]
        assert spec.survival.landmark_day == 60
        alone = sccs(Study(reference_cohort("sim43")), spec).set_index("term").loc[ON]
        assert (row["status"], row["note"]) == (alone["status"], alone["note"])
        assert [row[name] for name in ("irr", "ci_low", "ci_high", "p_value")] == pytest.approx(
            [alone[name] for name in ("irr", "ci_low", "ci_high", "p_value")], rel=1e-9
        )
    assert "Note: Not adjusted for prophylaxis" in err


def test_faults_are_said(capsys):
    assert main(["curve", SIM43, "--set", "window_days=-1"]) == 2
    assert "window_days" in capsys.readouterr().err
    assert main(["curve", SIM43, "--set", "where=age>200"]) == 0
    assert "no_contrast" in capsys.readouterr().out
