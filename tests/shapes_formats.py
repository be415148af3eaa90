"""A cohort written in the shapes of other systems: workbook, ZIP, CDISC ADaM, OMOP. What a shape cannot carry is left
out by `carried_by_adam` and `carried_by_omop`, so that what is read back can be compared with it."""

from __future__ import annotations

import datetime
import io
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyreadstat

from ivig_core.cohort.formats.omop_concepts import Concept, concept_sets
from ivig_core.cohort.writing import long_frame, record_frames

_DAYS = ("start", "end", "died_on", "last_contact", "progressed_on")


def workbook(cohort, *, long=False):
    """An Excel workbook: a sheet per kind of fact, or one sheet in the long shape; days and numbers typed."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, frame in ({"cohort": long_frame(cohort)} if long else _filled(cohort)).items():
        sheet = book.create_sheet(name)
        sheet.append(list(frame.columns))
        for row in _typed(frame):
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zip_of_csvs(cohort):
    """A ZIP with a CSV per kind of fact."""
    return zipped({f"{kind}.csv": _csv(frame) for kind, frame in _filled(cohort).items()})


def adam_zip(cohort):
    """A ZIP of SAS transport files as CDISC ADaM names them; what the standard lacks has our name as label."""
    return zipped({f"{name}.xpt": _xpt(name, *table) for name, table in _adam(cohort).items()})


def omop_files(cohort):
    """The tables of an OMOP common data model as CSV, by file name."""
    return {f"{name}.csv": _csv(frame) for name, frame in _omop(cohort).items()}


def carried_by_adam(cohort):
    """The cohort without what the ADaM shape cannot say: the dose both in grams and per weight."""
    return replace(cohort, ivig=cohort.ivig.assign(dose_g_per_kg=np.nan))


def carried_by_omop(cohort):
    """The cohort without what OMOP cannot say: grades, baseline but age and sex, progression, phase, troughs, dose per
    weight, counts at infection, courses (each dose is a row); organism and category only as concepts say them."""
    patients = cohort.patients.copy()
    patients["patient_id"] = [str(_FIRST_PERSON + at) for at in range(len(patients))]
    for name in patients.columns.difference(["patient_id", "days", "day0", "died_day", "age", "sex"]):
        patients[name] = _nothing(patients[name])
    infection = cohort.infection.assign(grade=np.nan, anc=np.nan, alc=np.nan)
    infection["organism"] = _words(infection)
    infection["hospitalized"] = infection["hospitalized"].astype(object).where(infection["hospitalized"].notna(), None)
    infection["hospital_days"] = infection["hospital_days"].fillna(0).where(infection["hospitalized"] == "yes")
    for name, known in (("site", _SITE_WORDS), ("pathogen", _KIND_WORDS)):
        infection[name] = infection[name].where(infection[name].isin(list(known)), None)
    text = {name: cohort.infection[name].dtype for name in ("organism", "hospitalized", "site", "pathogen")}
    sets = concept_sets()
    category = cohort.therapy["drug"].map(lambda drug: sets.meaning("therapy", Concept(source=drug)))
    therapy = cohort.therapy.assign(category=category.astype(cohort.therapy["category"].dtype))
    return replace(
        cohort, patients=patients, infection=infection.astype(text), ivig=_expanded(cohort),
        lab=cohort.lab.assign(trough=_nothing(cohort.lab["trough"])), phase=cohort.phase.iloc[:0],
        therapy=therapy[category != ""].reset_index(drop=True), records_phase=False,
    )  # fmt: skip


def _nothing(column):
    missing = [np.nan if column.dtype.kind == "f" else None] * len(column)
    return pd.Series(missing, index=column.index, dtype=column.dtype)


def _expanded(cohort):
    """Every dose of a course on a row of its own."""
    ivig = cohort.ivig
    last = ivig["end"].fillna(pd.Series(cohort.days[ivig["patient"]] - 1.0, index=ivig.index))
    days = [
        [day] if np.isnan(every) else list(range(day, int(end) + 1, int(every)))
        for day, end, every in zip(ivig["day"], last, ivig["interval_days"], strict=True)
    ]
    doses = ivig.assign(day=days, end=np.nan, interval_days=np.nan, dose_g_per_kg=np.nan).explode("day")
    doses["day"] = doses["day"].astype(ivig["day"].dtype)
    return doses.sort_values(["patient", "day"], kind="stable").reset_index(drop=True)


def zipped(files):
    """A ZIP of files by name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def _filled(cohort):
    return {kind: frame for kind, frame in record_frames(cohort).items() if len(frame)}


def _csv(frame):
    return frame.to_csv(index=False).encode()


def _typed(frame):
    columns = [[_cell(name, value) for value in frame[name]] for name in frame.columns]
    return zip(*columns, strict=True)


def _cell(name, value):
    if value is None or value == "" or pd.isna(value):
        return None
    if name in _DAYS:
        return datetime.date.fromisoformat(value)
    if isinstance(value, np.generic):
        return value.item()
    try:
        return float(value) if name not in ("patient_id", "organism", "drug") else value
    except (TypeError, ValueError):
        return value


def _xpt(name, frame, labels):
    frame = frame.copy()
    for column in frame.columns:
        if column.endswith("DT"):
            frame[column] = (pd.to_datetime(frame[column]) - pd.Timestamp("1960-01-01")) / pd.Timedelta(days=1)
        elif not pd.api.types.is_numeric_dtype(frame[column]):
            frame[column] = frame[column].astype(object).where(frame[column].notna(), "")
        else:
            frame[column] = frame[column].astype(float)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xpt"
        pyreadstat.write_xport(
            frame, str(path), table_name=name.upper(), file_format_version=5,
            column_labels=[labels.get(column, "") for column in frame.columns],
            variable_format={column: "DATE9" for column in frame.columns if column.endswith("DT")},
        )  # fmt: skip
        return path.read_bytes()


def _adam(cohort):
    frames = record_frames(cohort)
    patients = frames["patient"]
    known = {"patient_id": "USUBJID", "start": "TRTSDT", "end": "EOSDT", "died_on": "DTHDT", "age": "AGE", "sex": "SEX",
             "weight_kg": "WEIGHTBL", "death_cause": "DTHCAUS"}  # fmt: skip
    adsl = patients.drop(columns=["last_contact", "progressed_on"]).rename(columns=known)
    adsl["SEX"] = adsl["SEX"].map({"female": "F", "male": "M"})
    tables = {"adsl": _short(adsl)}
    times = [
        patients[["patient_id"]].assign(PARAMCD=code, CNSR=censored, EVNTDESC=words, ADT=patients[day])
        for code, censored, words, day in (
            ("OS", 1, "Last known alive", "last_contact"),
            ("PFS", 0, "Disease progression", "progressed_on"),
        )
    ]
    adtte = pd.concat(times, ignore_index=True).dropna(subset="ADT")
    if len(adtte):
        tables["adtte"] = _short(adtte.rename(columns={"patient_id": "USUBJID"}))
    days = {"patient_id": "USUBJID", "start": "ASTDT", "end": "AENDT"}
    adex = frames["ivig"].drop(columns="dose_g_per_kg").rename(columns=days | {"dose_g": "EXDOSE", "route": "EXROUTE"})
    adex["EXROUTE"] = adex["EXROUTE"].map({"iv": "INTRAVENOUS", "sc": "SUBCUTANEOUS"})
    adex["EXDOSFRQ"] = ["ONCE" if pd.isna(every) else f"Q{every:.0f}D" for every in adex.pop("interval_days")]
    adex = adex.assign(EXTRT="IMMUNE GLOBULIN INTRAVENOUS (HUMAN)", EXDOSU="g")
    tables["adex"] = _short(pd.concat([adex, adex.head(1).assign(EXTRT="DARATUMUMAB")]))
    adae = frames["infection"].rename(columns=days | {"grade": "ATOXGR", "hospitalized": "AESHOSP"})
    adae["AESHOSP"] = adae["AESHOSP"].map({"yes": "Y", "no": "N"})
    adae = adae.assign(AEBODSYS="Infections and infestations", AEDECOD="Infection")
    tables["adae"] = _short(
        pd.concat([adae, adae.head(2).assign(AEBODSYS="Cardiac disorders", AEDECOD="Palpitations")])
    )
    adlb = frames["lab"].rename(columns={"patient_id": "USUBJID", "start": "ADT", "value": "AVAL", "unit": "AVALU"})
    adlb["PARAMCD"] = adlb.pop("analyte").map({"igg": "IGG", "m_spike": "MSPIKE", "anc": "NEUT", "alc": "LYM"})
    tables["adlb"] = _short(adlb)
    if len(frames["therapy"]):
        tables["adcm"] = _short(frames["therapy"].rename(columns=days | {"drug": "CMDECOD", "category": "CMCAT"}))
    if len(frames["phase"]):
        tables["adph"] = _short(frames["phase"].rename(columns=days | {"phase": "AVALC"}).assign(PARAMCD="PHASE"))
    return tables


def _short(frame):
    """Names of at most eight signs, and the long ones as labels."""
    names = {name: f"SPV{at:05d}" for at, name in enumerate(frame.columns) if name != name.upper()}
    return frame.rename(columns=names).reset_index(drop=True), {short: name for name, short in names.items()}


# Concepts of our own numbering: their names and codes are what the sets know.
_CONCEPTS = {
    "igg": (2_000_001, "IgG [Mass/volume] in Serum or Plasma", "LOINC", "2465-3"),
    "m_spike": (2_000_002, "M spike", "LOINC", "33358-3"),
    "anc": (2_000_003, "Neutrophils [#/volume] in Blood", "LOINC", "26499-4"),
    "alc": (2_000_004, "Lymphocytes [#/volume] in Blood", "LOINC", "26474-7"),
    "ivig": (2_000_005, "immunoglobulin G, human 100 MG/ML Injection [Privigen]", "RxNorm", "1"),
    "hypertension": (316_866, "Hypertensive disorder", "SNOMED", "38341003"),
    "glucose": (3_004_501, "Glucose [Mass/volume] in Serum or Plasma", "LOINC", "2345-7"),
    "inpatient": (9201, "Inpatient Visit", "Visit", "IP"),
    "outpatient": (9202, "Outpatient Visit", "Visit", "OP"),
}
_UNITS = {"mg/dL": 8840, "g/L": 8636, "g/dL": 8713, "10^3/uL": 8848}


def _omop(cohort):
    frames = record_frames(replace(cohort, ivig=_expanded(cohort)))
    number = {name: _FIRST_PERSON + at for at, name in enumerate(frames["patient"]["patient_id"])}

    def person(frame):
        return frame["patient_id"].map(number)

    patients = frames["patient"]
    start = pd.to_datetime(patients["start"])
    tables = {
        "person": pd.DataFrame({
            "person_id": person(patients), "gender_concept_id": patients["sex"].map({"female": 8532, "male": 8507}),
            "year_of_birth": start.dt.year - patients["age"], "month_of_birth": start.dt.month, "day_of_birth": 1,
        }).astype({"year_of_birth": "Int64", "gender_concept_id": "Int64"}),
        "observation_period": pd.DataFrame({
            "person_id": person(patients), "observation_period_start_date": patients["start"],
            "observation_period_end_date": patients["end"],
        }),
        "death": pd.DataFrame({"person_id": person(patients), "death_date": patients["died_on"]}).dropna(),
    }  # fmt: skip
    ivig, therapy = frames["ivig"], frames["therapy"]
    doses = pd.DataFrame({
        "person_id": person(ivig), "drug_concept_id": _CONCEPTS["ivig"][0], "drug_exposure_start_date": ivig["start"],
        "drug_exposure_end_date": ivig["start"], "quantity": ivig["dose_g"], "dose_unit_source_value": "g",
        "route_concept_id": ivig["route"].map({"iv": 4171047, "sc": 4142048}), "drug_source_value": None,
    })  # fmt: skip
    drugs = pd.DataFrame({
        "person_id": person(therapy), "drug_concept_id": 0, "drug_exposure_start_date": therapy["start"],
        "drug_exposure_end_date": therapy["end"], "drug_source_value": therapy["drug"],
    })  # fmt: skip
    other = doses.head(1).assign(drug_source_value="paracetamol", drug_concept_id=0)
    tables["drug_exposure"] = pd.concat([part for part in (doses, drugs, other) if len(part)], ignore_index=True)
    tables |= _conditions(frames["infection"], person)
    lab = frames["lab"]
    values = pd.DataFrame({
        "person_id": person(lab), "measurement_concept_id": lab["analyte"].map(lambda name: _CONCEPTS[name][0]),
        "measurement_date": lab["start"], "value_as_number": lab["value"], "unit_concept_id": lab["unit"].map(_UNITS),
    })  # fmt: skip
    sugar = values.head(3).assign(measurement_concept_id=_CONCEPTS["glucose"][0])
    tables["measurement"] = pd.concat([values, sugar, values.head(1).assign(value_as_number=None)], ignore_index=True)
    named = ["concept_id", "concept_name", "vocabulary_id", "concept_code"]
    tables["concept"] = pd.DataFrame(_CONCEPTS.values(), columns=named)
    return tables


def _conditions(infection, person):
    visits = pd.DataFrame({
        "visit_occurrence_id": np.arange(len(infection)) + 1,
        "visit_concept_id": infection["hospitalized"].map({"yes": 9201, "no": 9202}).astype("Int64"),
        "visit_start_date": infection["start"],
    })  # fmt: skip
    nights = pd.to_timedelta(infection["hospital_days"].fillna(0), unit="D")
    visits["visit_end_date"] = (pd.to_datetime(infection["start"]) + nights).dt.strftime("%Y-%m-%d")
    conditions = pd.DataFrame({
        "person_id": person(infection), "condition_concept_id": 0, "condition_start_date": infection["start"],
        "condition_end_date": infection["end"], "condition_source_value": _words(infection),
        "visit_occurrence_id": visits["visit_occurrence_id"],
    })  # fmt: skip
    other = conditions.head(2).assign(condition_source_value=None, condition_concept_id=_CONCEPTS["hypertension"][0])
    return {"visit_occurrence": visits, "condition_occurrence": pd.concat([conditions, other], ignore_index=True)}


def _words(infection):
    return [
        " ".join(filter(None, ("infection", _SITE_WORDS.get(site), _KIND_WORDS.get(kind))))
        for site, kind in zip(infection["site"], infection["pathogen"], strict=True)
    ]


_FIRST_PERSON = 100_001
_SITE_WORDS = {"upper_respiratory": "sinusitis", "lower_respiratory": "pneumonia", "urinary": "cystitis",
               "bloodstream": "sepsis", "gastrointestinal": "gastroenteritis", "skin": "cellulitis"}  # fmt: skip
_KIND_WORDS = {"viral": "viral", "bacterial": "bacterial", "fungal": "fungal"}
