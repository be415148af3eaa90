"""What a cohort does not have where a factor splits nothing."""

from __future__ import annotations

from ivig_core.cohort.columns import BY_NAME
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study

IGG_FACTORS = ("igg", "hgg_days", "nonprogressive_hgg_days", "baseline_igg", "baseline_igg_below", "igg_before")
_NEEDS = {
    "phase": "no row with record = phase",
    "season": "no dates and no index_month",
    "prophylaxis": "no row with record = therapy whose category is a prophylaxis",
}


def not_recorded(study: Study, spec: AnalysisSpec, factor: str) -> str:
    """Which column or rows of the file a factor lacks, in words for the person who fills it in; empty if none is.

    Functional IgG needs IgG, the heavy chain (unless blank ones are taken as total IgG) and, of IgG myeloma, the
    M-spike: the first of these that is missing in all patients who have the others is named.
    """
    if factor in IGG_FACTORS:
        return _of_igg(study, spec)
    if factor in ("grade", "pathogen", "site"):
        return f"{factor} is blank on all infection rows"
    if factor in _NEEDS:
        return _NEEDS[factor]
    return f"{factor} is blank on all patient rows" if factor in BY_NAME else ""


def _of_igg(study: Study, spec: AnalysisSpec) -> str:
    cohort = study.cohort(spec)
    measured = cohort.lab.loc[cohort.lab["analyte"].to_numpy(object) == "igg", "patient"].unique()
    if not len(measured):
        return "no lab row with analyte = igg"
    chain = cohort.patients["heavy_chain"].iloc[measured]
    if chain.isna().all() and spec.exposure.igg_blank_heavy_chain == "unknown":
        return "heavy_chain is blank on all patient rows: fill it in, or set blank heavy chains to total IgG"
    all_igg = chain.notna().any() and (chain.dropna() == "IgG").all()
    if all_igg and not (cohort.lab["analyte"].to_numpy(object) == "m_spike").any():
        return "all are IgG myeloma, which needs m_spike beside igg; there is no lab row with analyte = m_spike"
    return ""
