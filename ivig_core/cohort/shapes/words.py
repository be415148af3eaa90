"""Words and signs by which the shape of a table is told: of ids, dates, kinds of record, REDCap, medication records."""

from __future__ import annotations

import re

from ivig_core.cohort.reading.headers import plain

_MONTHS = r"(?:jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-zä]*\.?"
_DAY = (
    r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})"
    rf"|\d{{1,2}}[-/. ]?{_MONTHS}[-/. ]?\d{{2,4}})"
)
_TIME = r"(?:[T ]+\d{1,2}:?\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AaPp][Mm])?Z?)?"
_LONGEST_NAME = 2_000
_DATE = re.compile(_DAY + _TIME, re.IGNORECASE)
_DATE_INSIDE = re.compile(rf"(?<!\d)(?:{_DAY}|{_MONTHS} \d{{4}})(?!\d)", re.IGNORECASE)
_NUMBER = re.compile(r"[<>≤≥]?\s*[+-]?\d+(?:[.,]\d+)*\s*[%*]?")
_WORD = re.compile(r"[^\W\d_]{3,}")
_BRACKETS = re.compile(r"[(\[{].{1,40}[)\]}]")

DATE_WORDS = frozenset(
    {"date", "datum", "fecha", "day", "dt", "tag", "start", "end", "stop", "beginn", "ende", "begin", "dtc", "sdt"}
)
_ID_WORDS = frozenset({"id", "nr", "no", "number", "nummer", "num", "code", "identifier", "kennung", "key"})
_PERSON_WORDS = frozenset(
    {"patient", "patients", "patienten", "pat", "pt", "study", "subject", "record", "case", "participant", "person",
     "proband", "paciente", "paziente", "studien"}
)  # fmt: skip
_ID_NAMES = frozenset(
    {"id", "patient", "pt", "pat", "subject", "subjid", "usubjid", "pid", "mrn", "patid", "patientid", "studyid",
     "recordid", "person_id", "pat_mrn", "patient_mrn", "studyno", "participant", "case"}
)  # fmt: skip

UNITS = frozenset(
    {"g", "kg", "g/kg", "mg", "mg/dl", "g/dl", "g/l", "%", "years", "year", "yrs", "y", "j", "jahre", "days", "d",
     "weeks", "wk", "wo", "months", "yyyy-mm-dd", "dd.mm.yyyy", "dd/mm/yyyy", "mm/dd/yyyy", "tt.mm.jjjj", "date",
     "text", "number", "m/f", "m/w", "f/m", "y/n", "yes/no", "0/1", "1/0", "ctcae", "ctcae grade", "10^9/l",
     "10^3/ul", "x10^9/l", "study no", "type", "string", "integer", "numeric", "category", "mmol/l"}
)  # fmt: skip
_TOTALS = re.compile(
    r"(?:grand |sub)?total\b.*|gesamt\b.*|insgesamt\b.*|summe\b.*|sum|somme|totale|mean|average|n ?=.*"
)

RECORD_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ivig", ("ivig", "ig_", "immunoglob", "infusion", "scig", "igrt", "dose", "gamma", "immunglob")),
    ("infection", ("infect", "infekt", "inf", "sepsis", "pneumon", "infez", "infecc")),
    (
        "patient",
        ("patient", "baseline", "basis", "demograph", "enrol", "stammdaten", "inclusion", "basal", "screening"),
    ),
    ("lab", ("lab", "igg", "blood", "analys")),
    ("phase", ("phase", "progress", "relapse", "remission", "rezidiv", "response")),
    ("therapy", ("therap", "treatment", "medic", "drug", "line", "prophyl", "chemo")),
)
"""Beginnings of words by which a hospital names the kind of a row."""

REDCAP_NAMES = ("redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance", "redcap_data_access_group")
REDCAP_LABELS = ("repeat_instrument", "repeat_instance", "data_access_group", "event_name")
CHOICE, BOX = "(choice=", re.compile(r".*___\d+")

MEDICATION_NAMES = frozenset(
    {"medication_name", "medication", "admin_action", "mar_action", "taken_time", "order_status", "dose_unit",
     "administration_time", "administered", "admin_time", "admin_date", "infusion_rate", "order_id", "scheduled_time",
     "medikament", "applikation", "verabreichung", "verabreicht_am", "dosiseinheit", "action", "route", "rate",
     "drug_name", "admin_dose", "display_name", "ordered_dose", "generic_name", "mar_time", "med_name", "given_time"}
)  # fmt: skip
MEDICATION_ACTIONS = frozenset(
    {"given", "held", "rate change", "new bag", "stopped", "restarted", "not given", "missed", "refused", "started",
     "rate verify", "infusing", "completed", "discontinued", "verabreicht", "gegeben", "nicht gegeben", "due"}
)  # fmt: skip
VISIT_WORDS = frozenset({"visit", "visits", "encounter", "besuch", "termin", "vorstellung", "konsultation", "consult",
                         "appointment", "visita", "visite"})  # fmt: skip
CDISC = frozenset({"usubjid", "studyid", "paramcd", "aval", "trtsdt", "trtedt", "aeterm", "aedecod", "astdt", "adt",
                   "aendt", "exstdtc", "domain", "trt01p", "lbtestcd", "aestdtc"})  # fmt: skip
OMOP = re.compile(r".*_concept_id|person_id|.*_source_value|visit_occurrence_id|year_of_birth")

INFECTION_WORDS = ("infect", "infekt", "grade", "grad", "ctcae", "pathogen", "organism", "erreger", "keim", "severity")
DOSE_WORDS = ("ivig", "dose", "dosis", "infusion", "g_per_kg", "g_kg", "immunglob", "immunoglob")
LAB_WORDS = ("igg", "value", "result", "wert", "unit", "einheit", "analyte", "test")
COUNT_WORDS = ("infect", "infekt", "months", "monate", "count", "number", "anzahl", "episodes", "sum", "rate", "years")
ORDINALS = {"first": "1", "second": "2", "third": "3", "fourth": "4", "1st": "1", "2nd": "2", "3rd": "3", "4th": "4",
            "erste": "1", "erster": "1", "zweite": "2", "zweiter": "2", "dritte": "3", "dritter": "3"}  # fmt: skip

OUR_NAMES: dict[str, tuple[str, ...]] = {
    "start": ("date", "datum", "event_date", "start_date", "from", "von", "beginn", "onset", "onset_date", "fecha"),
    "end": ("stop_date", "end_date", "to", "bis", "ende", "stop", "enddatum", "last_day"),
    "sex": ("gender", "geschlecht", "sexe", "sexo"),
    "grade": ("ctcae", "ctcae_grade", "severity", "grad", "schweregrad"),
    "pathogen": ("pathogen_type", "erregerart", "keimart"),
    "organism": ("erreger", "keim", "bug", "germ", "microorganism"),
    "hospitalized": ("admitted", "hospitalised", "hospitalisiert", "admission", "stationar", "stationär", "inpatient"),
    "dose_g": ("dose", "dosis", "g", "dose_gram", "grams"),
    "dose_g_per_kg": ("g_kg", "dose_g_kg", "dosis_g_kg"),
    "weight_kg": ("weight", "gewicht", "kg"),
    "age": ("alter", "alter_j", "age_years", "edad"),
    "site": ("location", "focus", "fokus", "ort", "lokalisation"),
    "iss": ("iss_stage",),
    "value": ("result", "wert", "ergebnis"),
    "unit": ("units", "einheit"),
}
"""Names that hospitals give to columns of ours, plain."""


def is_date(cell: str) -> bool:
    """Whether a cell is a date in any order, alone or with a time of day."""
    return bool(_DATE.fullmatch(cell))


def is_number(cell: str) -> bool:
    """Whether a cell is a number, also one such as <40 or 510*."""
    return bool(_NUMBER.fullmatch(cell))


def has_dated_text(cell: str) -> bool:
    """Whether a cell holds a date among words, or two dates."""
    if is_date(cell):
        return False
    found = _DATE_INSIDE.findall(cell)
    return len(found) > 1 or (len(found) == 1 and bool(_WORD.search(_DATE_INSIDE.sub(" ", cell))))


def is_id_name(header: str) -> bool:
    """Whether a header names the column of patients."""
    name = plain(header)
    words = set(name.split("_"))
    return name in _ID_NAMES or bool(words & _ID_WORDS and words & _PERSON_WORDS) or "mrn" in words


def is_description(cell: str) -> bool:
    """Whether a cell says in what a column is written, such as (g), [mg/dL] or YYYY-MM-DD."""
    return bool(_BRACKETS.fullmatch(cell)) or cell.strip().lower().replace("µ", "u") in UNITS


def is_total(cell: str) -> bool:
    """Whether a cell begins a row of totals."""
    return bool(_TOTALS.fullmatch(cell.strip().rstrip(":").lower()))


def record_of(cell: str) -> str | None:
    """Which kind of record of ours a word for the kind of a row means."""
    word = plain(cell)
    return next((kind for kind, begins in RECORD_WORDS if word.startswith(begins)), None)


def our_name(header: str) -> str | None:
    """The column of ours that a header likely means; None where it is not certain enough to be suggested."""
    bare = plain(re.sub(r"[(\[].*?[)\]]", "", header[:_LONGEST_NAME]))
    return next((ours for ours, names in OUR_NAMES.items() if plain(header) in names or bare in (ours, *names)), None)
