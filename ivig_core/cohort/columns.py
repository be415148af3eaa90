"""The columns of a cohort file, written once: reader, checks, template and data dictionary are driven by this table."""

from __future__ import annotations

from ivig_core.cohort.baseline_columns import BASELINE
from ivig_core.cohort.column_type import KINDS, Analyte, Column

_YES_NO = ("yes", "no")
_COUNT_UNIT = "10^3/µL"

COLUMNS: tuple[Column, ...] = (
    Column(
        "patient_id", "id", KINDS, "De-identified study id. Leading zeros are kept.", required=KINDS, label="Study id"
    ),
    Column("record", "record", KINDS, "Kind of fact the row is.", required=KINDS, allowed=KINDS, label="Kind of fact"),
    Column(
        "start",
        "day",
        KINDS,
        "First day of the fact. On `patient`: first day at risk.",
        required=KINDS,
        label="First day",
    ),
    Column(
        "end",
        "day",
        ("patient", "ivig", "infection", "phase", "therapy"),
        "Last day of the fact, inclusive. On `patient`: last day at risk. "
        "Blank on `phase`, `therapy` or an `ivig` course: still going on at the end of follow-up.",
        required=("patient",),
        label="Last day",
    ),
    *BASELINE,
    Column(
        "last_contact",
        "day",
        ("patient",),
        "Last day known alive, for overall and progression-free survival. Blank = `end`.",
        label="Last contact",
    ),
    Column("died_on", "day", ("patient",), "Day of death; blank = not known to have died.", label="Died on"),
    Column(
        "death_cause",
        "category",
        ("patient",),
        "Cause of death.",
        allowed=("infection", "myeloma", "other", "unknown"),
        label="Cause of death",
    ),
    Column(
        "progressed_on", "day", ("patient",), "Day of progression, for progression-free survival.", label="Progressed"
    ),
    Column(
        "index_month",
        "integer",
        ("patient",),
        "Only for files in study days: calendar month of study day 0, taken as its 15th; gives the season.",
        low=1,
        high=12,
        label="Month of study day 0",
        examples=("11",),
    ),
    Column(
        "interval_days",
        "integer",
        ("ivig",),
        "Makes the row a course: a dose every so many days from `start` to `end`. Blank: one infusion.",
        low=1,
        high=3650,
        unit="days",
        label="Days between doses",
        examples=("28",),
    ),
    Column(
        "dose_g_per_kg",
        "number",
        ("ivig",),
        "Dose per body weight.",
        low=0,
        high=20,
        unit="g/kg",
        label="Dose per weight",
        examples=("0.4",),
    ),
    Column("dose_g", "number", ("ivig",), "Dose.", low=0, high=1000, unit="g", label="Dose", examples=("30",)),
    Column(
        "route", "category", ("ivig",), "Intravenous or subcutaneous; blank = iv.", allowed=("iv", "sc"), label="Route"
    ),
    Column(
        "grade",
        "grade",
        ("infection",),
        "CTCAE grade 1–5, or `unknown`: counted in all-grade analyses only.",
        required=("infection",),
        allowed=("1", "2", "3", "4", "5", "unknown"),
        label="Grade",
    ),
    Column(
        "pathogen",
        "category",
        ("infection",),
        "Kind of pathogen; `negative` = tested and nothing found; blank = not tested or not known.",
        allowed=("bacterial", "viral", "fungal", "mixed", "negative"),
        label="Pathogen",
    ),
    Column(
        "organism",
        "text",
        ("infection",),
        "Organism, in your own words.",
        label="Organism",
        examples=("S. pneumoniae",),
    ),
    Column(
        "site",
        "category",
        ("infection",),
        "Site of the infection.",
        allowed=(
            "upper_respiratory",
            "lower_respiratory",
            "urinary",
            "bloodstream",
            "gastrointestinal",
            "skin",
            "other",
        ),
        label="Site",
    ),
    Column("hospitalized", "category", ("infection",), "Admitted for it.", allowed=_YES_NO, label="Hospitalized"),
    Column(
        "hospital_days",
        "number",
        ("infection",),
        "Days in hospital.",
        low=0,
        high=3650,
        unit="days",
        label="Days in hospital",
        examples=("6",),
    ),
    Column(
        "anc",
        "number",
        ("infection",),
        "Absolute neutrophil count at infection.",
        low=0,
        high=1000,
        unit=_COUNT_UNIT,
        label="Neutrophils",
        examples=("2.1",),
    ),
    Column(
        "alc",
        "number",
        ("infection",),
        "Absolute lymphocyte count at infection.",
        low=0,
        high=1000,
        unit=_COUNT_UNIT,
        label="Lymphocytes",
        examples=("0.7",),
    ),
    Column(
        "analyte",
        "category",
        ("lab",),
        "What was measured.",
        required=("lab",),
        allowed=("igg", "m_spike", "anc", "alc"),
        label="Analyte",
    ),
    Column(
        "value",
        "number",
        ("lab",),
        "The result, in `unit`. Of several of one day that differ, the lowest igg and the highest m_spike are used.",
        required=("lab",),
        label="Value",
        examples=("430",),
    ),
    Column(
        "unit",
        "unit",
        ("lab",),
        "Unit of `value`. igg: mg/dL or g/L; m_spike: g/dL or g/L; anc and alc: 10^3/uL or 10^9/L.",
        required=("lab",),
        allowed=("mg/dL", "g/dL", "g/L", "10^3/uL", "10^9/L"),
        label="Unit",
    ),
    Column("trough", "category", ("lab",), "Taken just before a dose.", allowed=_YES_NO, label="Trough"),
    Column(
        "phase",
        "category",
        ("phase",),
        "Disease phase. A file with any `phase` row records it: days it does not cover are nonprogressive.",
        required=("phase",),
        allowed=("progressive", "nonprogressive"),
        label="Disease phase",
    ),
    Column("drug", "text", ("therapy",), "Drug.", required=("therapy",), label="Drug", examples=("aciclovir",)),
    Column(
        "category",
        "category",
        ("therapy",),
        "What the drug was given for.",
        allowed=(
            "anti_myeloma",
            "transplant",
            "car_t",
            "antiviral_prophylaxis",
            "antibacterial_prophylaxis",
            "antifungal_prophylaxis",
            "vaccine",
            "treatment_of_infection",
            "other",
        ),
        label="Category",
    ),
)

BY_NAME: dict[str, Column] = {column.name: column for column in COLUMNS}

REQUIRED_HEADERS = ("patient_id", "record", "start", "end")

# Names that the program uses itself, in frames or as factors and groups: a user's own column cannot have one of them.
RESERVED = (
    "patient", "days", "day0", "died_day", "last_contact_day", "progressed_day", "day",
    "overall", "named_by_studies", "season", "igg", "time", "prophylaxis", "hgg_days", "nonprogressive_hgg_days",
    "baseline_igg", "baseline_igg_below", "igg_before", "ivig", "on_ivig", "ever_ivig",
    "none", "ivig_by_landmark", "ivig_ever", "ivig_strategy",
)  # fmt: skip


def columns_of(kind: str) -> tuple[Column, ...]:
    """The columns that rows of a record kind use, in file order."""
    return tuple(column for column in COLUMNS if kind in column.records)


ANALYTES: tuple[Analyte, ...] = (
    Analyte("igg", "mg/dL", (("mg/dL", 1, 1), ("g/L", 100, 1)), 0, 10_000),
    Analyte("m_spike", "g/dL", (("g/dL", 1, 1), ("g/L", 1, 10)), 0, 20),
    Analyte("anc", "10^3/uL", (("10^3/uL", 1, 1), ("10^9/L", 1, 1)), 0, 1000),
    Analyte("alc", "10^3/uL", (("10^3/uL", 1, 1), ("10^9/L", 1, 1)), 0, 1000),
)
