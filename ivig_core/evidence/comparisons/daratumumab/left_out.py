"""Numbers of the 2026 study that are not compared, and why."""

from __future__ import annotations

from ivig_core.evidence.comparisons.daratumumab.where import (
    IGG_TEXT,
    INFECTIONS_TEXT,
    PATIENTS_TEXT,
    STUDY_ID,
    TABLE_1,
    TABLE_2,
)
from ivig_core.evidence.quantity import LeftOut
from ivig_core.evidence.table import Lookup

TABLE = "baseline_characteristic"


def _rows(**fields: str) -> Lookup:
    return Lookup(STUDY_ID, **fields)


LEFT_OUT: tuple[LeftOut, ...] = (
    LeftOut("Response rate, months to response", (_rows(endpoint="response"),), "responses are not in a cohort file"),
    LeftOut(
        "Hazard ratios of starting IVIG",
        (_rows(measure="hr"),),
        "on the page of published evidence; text, Table 1 and the supplement print different numbers",
    ),
    LeftOut(
        "Median survival from the start", (_rows(endpoint="overall_survival", subgroup="From first*"),), "not reached"
    ),
    LeftOut(
        "Years of survival from diagnosis, median",
        (_rows(endpoint="overall_survival", subgroup="From MM diagnosis"),),
        "follow-up begins at therapy; survival from diagnosis would need delayed entry",
    ),
    LeftOut(
        "Patients on daratumumab, share with IVIG",
        (
            _rows(endpoint="study_size", exposed="all_patients"),
            _rows(endpoint="study_size", measure="percent"),
        ),
        "100 of those without IVIG were drawn at random: the cohort is not everybody",
    ),
    LeftOut(
        "Prior transplant, relapsed setting, bispecific antibodies",
        (
            _rows(subgroup="Prior autologous transplant"),
            _rows(subgroup="Not treated in the relapsed setting"),
            _rows(subgroup="Daratumumab with bispecific antibodies"),
        ),
        "therapy before the start and the setting are not in a cohort file; nobody may have a bispecific by design",
    ),
    LeftOut("Dose per weight", (_rows(subgroup="IVIG dose"),), "printed as a range, 0.4–0.5 g/kg every 4 weeks"),
    LeftOut(
        "ALC at infection, median, Table 2",
        (_rows(endpoint="alc", measure="median", source_location=TABLE_2),),
        "outside its printed range 0–4.2; the text's 1.0 is compared",
    ),
    LeftOut(
        "Percentages lower on IVIG, any grade and grade 3–4",
        (
            _rows(endpoint="all_grade_infection", measure="percent_reduction"),
            _rows(endpoint="grade_3_plus_infection", measure="percent_reduction"),
        ),
        "1 − IRR in other words",
    ),
    LeftOut(
        "Numbers beside the percentages of Table 1",
        (_rows(endpoint=TABLE, measure="count", source_location=TABLE_1),),
        "compared as percentages, because patients without a value differ",
    ),
    LeftOut(
        "The other level of two in Table 1",
        tuple(
            _rows(endpoint=TABLE, measure="percent", subgroup=subgroup)
            for subgroup in (
                "Sex: Male",
                "High-risk cytogenetics: No",
                "HGG at baseline (IgG<700): No",
                "Severe HGG (IgG<400): No",
            )
        ),
        "100 % minus the level that is compared",
    ),
    LeftOut(
        "Repeated in Results",
        (
            _rows(endpoint=TABLE, source_location=PATIENTS_TEXT),
            _rows(endpoint=TABLE, source_location="Results, Risk factors for IVIG usage"),
            _rows(endpoint="study_size", source_location="Results*", measure="count"),
            _rows(endpoint="treatment_exposure", subgroup="Months on daratumumab"),
            _rows(endpoint="time_to_first_infection", source_location=INFECTIONS_TEXT),
            _rows(endpoint="anc", source_location=TABLE_2, measure="median"),
            _rows(subgroup="Grade 4 neutropenia*"),
            _rows(subgroup="Grade 3 lymphopenia*"),
            _rows(endpoint="igg", source_location=IGG_TEXT),
            _rows(subgroup="Proportion of days on daratumumab spent on IVIG"),
            _rows(endpoint="hgg", subgroup="Time with HGG"),
        ),
        "Table 1, Table 2 or another place of Results is compared",
    ),
    LeftOut(
        "Percentages beside numbers of patients",
        (
            _rows(endpoint="infection", measure="percent", subgroup=""),
            _rows(endpoint="grade_3_plus_infection", measure="percent"),
            _rows(endpoint="hgg", measure="percent", source_location=TABLE_2),
            _rows(endpoint="hgg", measure="percent", source_location="Results*"),
        ),
        "compared as numbers of patients",
    ),
    LeftOut(
        "Numbers of patients on prophylaxis",
        (_rows(endpoint="treatment_exposure", measure="count", source_location=PATIENTS_TEXT),),
        "compared as percentages",
    ),
    LeftOut(
        "Repeated in Abstract, Discussion, Figure 1",
        tuple(_rows(source_location=place) for place in ("Abstract", "Discussion*", "Figure 1 legend")),
        "Results, Table 1 and Table 2 are compared; HGG is all patients and 81 % here, 98 % and 79 % there",
    ),
)
