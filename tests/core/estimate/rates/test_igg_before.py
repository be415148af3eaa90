"""IgG before the first dose: whose value it is, by hand, and patients of whom it is not known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ivig_core.estimate.rates.splits import by_igg_before
from ivig_core.persontime.block import Block
from ivig_core.persontime.doses import first_dose_day
from ivig_core.persontime.igg import igg_before_ivig
from ivig_core.persontime.split import person_time
from ivig_core.spec import AnalysisSpec, ExposureSpec
from ivig_core.study.rates.forest import forest as study_forest
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort

EXPOSURE = ExposureSpec()


def before(*igg: tuple[int, float], doses: tuple[int, ...] = (200,), infections: tuple[int, ...] = ()) -> Patient:
    return Patient(
        days=400, doses=list(doses), infections=list(infections), igg=list(igg), baseline={"heavy_chain": "IgA"}
    )


def test_igg_before_the_first_dose_is_that_at_the_start_else_the_last_before_the_dose():
    people = {
        "nearest day 0, not the last": before((0, 150), (190, 900)),
        "never on IVIG, at the start": before((10, 300), (100, 900), doses=()),
        "last before the dose": before((11, 900), (150, 650), (199, 500)),
        "the day of the dose is too late": before((80, 250), (200, 900)),
        "as old as a value holds": before((-100, 900), (80, 800)),
        "older": before((79, 150)),
        "never on IVIG, later": before((11, 150), doses=()),
        "dose before follow-up": before((-130, 150), (-20, 900), doses=(-30, 200)),
        "nothing before a dose before follow-up": before((0, 150), doses=(-200,)),
    }
    made = cohort(*people.values())
    got = igg_before_ivig(Block(made, 0, len(made)), EXPOSURE, first_dose_day(made))
    np.testing.assert_array_equal(got, [150, 300, 500, 250, 800, np.nan, np.nan, 150, np.nan])
    split = by_igg_before("igg_before", person_time(made, EXPOSURE), got, (200, 700))
    assert split.levels == ("igg_lt_200", "igg_200_699", "igg_ge_700", "igg_unknown")
    nobody = by_igg_before("igg_before", person_time(made, EXPOSURE), np.full(len(made), np.nan), (200, 700))
    assert nobody.levels == ()


@pytest.mark.parametrize("adjust_for", ["", "season"])
def test_patients_of_unknown_igg_have_a_row_of_their_own_and_no_part_in_the_test(adjust_for):
    """Without adjusters they change nothing of the others; a cohort of them alone has no row."""
    known = [
        before((0, value), infections=(*range(5, 200, step), 210, 300))
        for value, step in ((150, 40), (300, 70), (450, 25), (900, 35), (800, 90))
    ]
    unknown = [before(infections=(20, 90, 205, 330)), before(infections=(100, 210, 215))]
    spec = AnalysisSpec().change(adjust_for=adjust_for)
    rows = study_forest(Study(cohort(*known, *unknown)), spec, "igg_before").set_index("level")
    assert list(rows.index) == ["igg_lt_200", "igg_200_399", "igg_400_699", "igg_ge_700", "igg_unknown"]
    assert np.isnan(rows.loc["igg_unknown", "p_interaction"])
    assert rows["p_interaction"].iloc[:-1].notna().all()
    assert study_forest(Study(cohort(*unknown)), spec, "igg_before").empty
    if not adjust_for:
        alone = study_forest(Study(cohort(*known)), spec, "igg_before").set_index("level")
        pd.testing.assert_frame_equal(rows.iloc[:-1], alone, rtol=1e-8)
        everybody = study_forest(Study(cohort(*unknown)), spec, "overall")
        assert rows.loc["igg_unknown", "irr"] == pytest.approx(everybody["irr"][0])
