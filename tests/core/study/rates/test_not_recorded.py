"""Where a factor splits nothing, the column or the rows that are missing are named."""

from __future__ import annotations

import pytest

from ivig_core.cohort.read import read_cohort
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.forest import forest
from ivig_core.study.rates.not_recorded import not_recorded
from ivig_core.study.study import Study

HEADER = "patient_id,record,start,end,grade,heavy_chain,analyte,value,unit"


def study(chain: str = "", *labs: str) -> Study:
    rows = [f"A,patient,0,400,,{chain},,,", "A,ivig,100,,,,,,", "A,infection,20,,2,,,,", "A,infection,110,,2,,,,"]
    return Study(read_cohort("\n".join([HEADER, *rows, *labs]).encode()).checked())


IGG = "A,lab,0,,,,igg,400,mg/dL"


@pytest.mark.parametrize(
    ("chain", "labs", "factor", "missing"),
    [
        ("", [IGG], "igg", "heavy_chain is blank"),
        ("IgA", [], "igg", "no lab row with analyte = igg"),
        ("IgG", [IGG], "hgg_days", "no lab row with analyte = m_spike"),
        ("", [], "site", "site is blank"),
        ("", [], "phase", "record = phase"),
    ],
)
def test_what_is_missing_is_named(chain, labs, factor, missing):
    one = study(chain, *labs)
    assert missing in not_recorded(one, AnalysisSpec(), factor)
    assert forest(one, AnalysisSpec(), factor).empty


def test_where_nothing_is_missing_nothing_is_named():
    assert not_recorded(study("IgA", IGG), AnalysisSpec(), "igg") == ""
    assert not_recorded(study("", IGG), AnalysisSpec().change(igg_blank_heavy_chain="total"), "igg") == ""
