"""Dated facts of ADaM: exposure, concomitant medication, adverse events, laboratory values, times to event."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product

from ivig_core.cohort.columns import BY_NAME
from ivig_core.cohort.guessing.adam.names import Adam, constant, sponsor_fields
from ivig_core.cohort.guessing.names import unit_of
from ivig_core.cohort.guessing.values import translated
from ivig_core.cohort.mapping.mapping import Block, Field

_IVIG = re.compile(
    r"(?i)immun(e|o) ?globulin|\bIVIG\b|\bSCIG\b|\bIGIV\b|gammagard|gamunex|privigen|octagam|flebogamma|kiovig|"
    r"hizentra|cuvitru|hyqvia|bivigam|panzyga"
)
_NOT_IVIG = re.compile(r"(?i)hepatitis|rabies|tetanus|\brho|anti-?d\b|varicella|zoster|cytomegalo|thymocyte|botulin")
_ONCE = frozenset({"", "once", "single", "1 time", "prn", "unknown"})
_EVERY = re.compile(r"(?i)^(?:q|every )\s*(\d{1,2})?\s*(d|days?|w|wk|weeks?)$")
_INFECTIONS = "infections and infestations"
_ANALYTES = {
    "IGG": "igg", "IGGS": "igg", "MSPIKE": "m_spike", "MPROT": "m_spike", "MPROTEIN": "m_spike", "MSPIKES": "m_spike",
    "ANC": "anc", "NEUT": "anc", "NEUTS": "anc", "ALC": "alc", "LYM": "alc", "LYMPH": "alc",
}  # fmt: skip
_DOSES = {
    "g/kg": ("dose_g_per_kg", ""),
    "mg/kg": ("dose_g_per_kg", "mg/kg"),
    "g": ("dose_g", ""),
    "mg": ("dose_g", "mg"),
}
_START, _END = (
    ("ASTDT", "ASTDTM", "AESTDTC", "EXSTDTC", "CMSTDTC"),
    ("AENDT", "AENDTM", "AEENDTC", "EXENDTC", "CMENDTC"),
)
_ROUTE = {"SUBCUTANEOUS": "sc", "INTRAVENOUS": "iv", "INTRAVENOUS DRIP": "iv", "INTRAVENOUS BOLUS": "iv"}


def is_ivig(text: str) -> bool:
    """Whether a treatment is a normal human immunoglobulin by its name."""
    return bool(_IVIG.search(text)) and not _NOT_IVIG.search(text)


def exposure(adam: Adam) -> None:
    """Doses of immunoglobulin; other study drugs are left out by name."""
    _doses(adam, "EXTRT", "EX")


def medication(adam: Adam) -> None:
    """Concomitant medication: doses of immunoglobulin, and everything else as therapy."""
    name = "CMDECOD" if adam.has("CMDECOD") else "CMTRT"
    if not adam.has(name):
        return
    _doses(adam, name, "CM")
    others = tuple(text for text in adam.texts(name) if not is_ivig(text))
    if not others:
        return
    fields = adam.subject() | adam.days("therapy", _START, _END)
    fields["drug"] = adam.field(name, "drug", "the medication")
    if adam.has("CMCAT") and not translated(BY_NAME["category"], adam.texts("CMCAT"))[1]:
        fields["category"] = adam.field("CMCAT", "category", "the category of medication")
    adam.draft.blocks.append(Block("therapy", fields, {adam.name(name): others}))


def _doses(adam: Adam, name: str, prefix: str) -> None:
    """A block for each unit and frequency of immunoglobulin: only a repeated dose has an end and an interval."""
    treatments = tuple(text for text in adam.texts(name) if is_ivig(text)) if adam.has(name) else ()
    if not treatments:
        return
    adam.draft.guess(adam.name(name), "ivig", "of it, " + ", ".join(treatments)[:200])
    unit_name, often_name = f"{prefix}DOSU", f"{prefix}DOSFRQ"
    units = ["", *adam.texts(unit_name)] if adam.has(unit_name) else [None]
    often = ["", *adam.texts(often_name)] if adam.has(often_name) else [None]
    for unit, frequency in product(units, often):
        fields = adam.subject() | adam.days("ivig", _START)
        when = {adam.name(name): treatments}
        if unit is not None:
            when[adam.name(unit_name)] = (unit,)
            fields |= _dose(adam, f"{prefix}DOSE", adam.name(unit_name), unit)
        if frequency is not None:
            when[adam.name(often_name)] = (frequency,)
            fields |= _course(adam, adam.name(often_name), frequency)
        if adam.has(f"{prefix}ROUTE"):
            fields["route"] = _route(adam, f"{prefix}ROUTE")
        fields |= sponsor_fields(adam, "ivig", fields)
        adam.draft.blocks.append(Block("ivig", fields, when))


def _dose(adam: Adam, name: str, unit_name: str, unit: str) -> dict[str, Field]:
    if not unit or not adam.has(name):
        return {}
    known = _DOSES.get(unit.strip().lower().replace(" ", ""))
    if known is None:
        adam.draft.ask(unit_name, f"“{unit[:40]}”: how many grams is a dose in this unit?",
                       f"Name {name} in the mapping as dose_g of the rows with this unit, with what it is multiplied "
                       "by under times; or leave the dose out there.",
                       "ivig", "dose_g", (unit,), adam.name(name))  # fmt: skip
        return {}
    target, factor = known
    return {target: adam.field(name, target, f"the dose, where its unit is {unit}", unit=factor)}


def _course(adam: Adam, name: str, frequency: str) -> dict[str, Field]:
    """End and interval of a repeated dose."""
    if frequency.strip().lower() in _ONCE:
        return {}
    match = _EVERY.match(frequency.strip())
    end = adam.first(_END)
    if match is None:
        adam.draft.ask(name, f"“{frequency[:40]}”: how many days lie between two doses?",
                       "Say it in the mapping as constant of interval_days for these rows; without it each is one dose "
                       "on its first day.", "ivig", "interval_days", (frequency,), end or "")  # fmt: skip
        return {}
    days = int(match[1] or 1) * (7 if match[2].lower().startswith("w") else 1)
    adam.draft.guess(name, "ivig: interval_days", f"{frequency} is a dose every {days} days")
    fields = {"interval_days": constant(str(days))}
    return fields | ({"end": adam.field(end, "end", "the last day of repeated doses")} if end else {})


def _route(adam: Adam, name: str) -> Field:
    known = {text: _ROUTE[text.upper()] for text in adam.texts(name) if text.upper() in _ROUTE}
    return replace(adam.field(name, "route", "the route of administration"), values=known)


def adverse_events(adam: Adam) -> None:
    """Adverse events of the system organ class of infections; others are left out by name."""
    organ = next((name for name in ("AEBODSYS", "AESOC") if adam.has(name)), None)
    if organ is None:
        adam.draft.ask("", "No variable says the system organ class, so infections cannot be told apart.",
                       "Add AEBODSYS or AESOC to the data set of adverse events.", "infection", "record")  # fmt: skip
        return
    if not any(text.casefold() == _INFECTIONS for text in adam.texts(organ)):
        return
    adam.draft.guess(adam.name(organ), "infection", "where it is “Infections and infestations”")
    infections(adam, adam.name(organ), (_INFECTIONS,))


def infections(adam: Adam, column: str, texts: tuple[str, ...]) -> None:
    """Infections: the adverse events where a column has one of some texts."""
    fields = adam.subject() | adam.days("infection", _START, _END)
    grade = adam.first(("ATOXGR", "AETOXGR", "ATOXGRN", "AETOXGRN"))
    if grade:
        fields["grade"] = adam.field(grade, "grade", "the CTCAE grade")
    else:
        adam.draft.ask("", "No variable has the CTCAE grade of adverse events; severity in words is not one.",
                       'Name it in the mapping as grade, or set the constant "unknown".',
                       "infection", "grade")  # fmt: skip
    if adam.has("AESHOSP"):
        fields["hospitalized"] = adam.field(
            "AESHOSP", "hospitalized", "whether a hospital stay was needed or prolonged"
        )
    fields |= sponsor_fields(adam, "infection", fields)
    _by_term(adam, fields)
    adam.draft.blocks.append(Block("infection", fields, {column: texts}))


def _by_term(adam: Adam, fields: dict[str, Field]) -> None:
    """What the coded term says of organism, site and kind of pathogen, where no variable says it better."""
    term = adam.first(("AEDECOD", "AETERM"))
    if term is None:
        return
    if "organism" not in fields:
        fields["organism"] = adam.field(term, "organism", "the coded term, as text")
    for target in ("site", "pathogen"):
        if target in fields:
            continue
        texts = adam.texts(term)
        found, open_ = translated(BY_NAME[target], texts)
        if len(open_) < len(texts):
            adam.draft.guess(
                term, f"infection: {target}", f"where the term says it: {len(texts) - len(open_)} of {len(texts)}"
            )
            known = {text: found.get(text, text) for text in texts if text not in open_}
            fields[target] = Field(column=term, values={text: "" for text in open_} | known)


def laboratory(adam: Adam) -> None:
    """IgG, M-spike and counts; derived records (imputed, averaged) are left out."""
    codes = {text: _ANALYTES[text.upper()] for text in adam.texts("PARAMCD") if text.upper() in _ANALYTES}
    if not codes or not adam.has("AVAL"):
        return
    for code, analyte in codes.items():
        when = {adam.name("PARAMCD"): (code,)}
        if "DTYPE" in {name.upper() for name in adam.draft.head.names}:
            when[adam.name("DTYPE")] = ("",)
        fields = adam.subject() | adam.days("lab", ("ADT", "ADTM", "LBDTC"))
        fields |= {"analyte": constant(analyte), "value": adam.field("AVAL", "value", "the analysis value")}
        unit = _unit(adam, code)
        if unit is not None:
            fields["unit"] = unit
        fields |= sponsor_fields(adam, "lab", fields)
        adam.draft.guess(adam.name("PARAMCD"), f"lab: {analyte}", f"where it is {code}")
        adam.draft.blocks.append(Block("lab", fields, when, needs=("value",)))


def _unit(adam: Adam, code: str) -> Field | None:
    """The unit of one parameter: a variable of units, else the name of the parameter in words."""
    for name in ("AVALU", "LBSTRESU"):
        if adam.has(name):
            return adam.field(name, "unit", "the unit of the value")
    named = [unit_of(text) for text in adam.texts("PARAM")] if adam.has("PARAM") else []
    of_code = {unit for unit, text in zip(named, adam.texts("PARAM") if named else (), strict=True)
               if unit in BY_NAME["unit"].allowed and _of_code(adam, code, text)}  # fmt: skip
    if len(of_code) == 1:
        return constant(of_code.pop())
    adam.draft.ask(adam.name("PARAMCD"), f"The unit of {code} is not known.",
                   "Add AVALU, or say it in the mapping as constant of unit.",
                   "lab", "unit", (code,), adam.name("AVAL"))  # fmt: skip
    return None


def _of_code(adam: Adam, code: str, text: str) -> bool:
    """Whether a row has this code and this name of a parameter."""
    grid, names = adam.draft.head.grid, adam.draft.head.names
    codes, words = (grid.columns[names.index(adam.name(name))] for name in ("PARAMCD", "PARAM"))
    return bool(
        ((codes.codes == codes.stripped.index(code)) & (words.codes == words.stripped.index(text)))[
            adam.draft.head.data
        ].any()
    )


def phases(adam: Adam) -> None:
    """Disease phase, where a sponsor records it as a parameter with its words in AVALC."""
    codes = tuple(text for text in adam.texts("PARAMCD") if text.upper() in ("PHASE", "DISPHASE"))
    if not codes or not adam.has("AVALC"):
        return
    fields = adam.subject() | adam.days("phase", ("ASTDT", "ADT"), ("AENDT",))
    fields["phase"] = adam.field("AVALC", "phase", "the disease phase")
    adam.draft.blocks.append(Block("phase", fields, {adam.name("PARAMCD"): codes}))


def times_to_event(adam: Adam, *, died: bool) -> None:
    """Last contact and death from overall survival, progression from progression-free survival or time to it."""
    codes = {text.upper(): text for text in adam.texts("PARAMCD")}
    if not adam.has("ADT"):
        return
    if "OS" in codes:
        _event(adam, codes["OS"], "1", "last_contact", "censored overall survival: last known alive")
        if not died:
            _event(adam, codes["OS"], "0", "died_on", "an event of overall survival")
    if "TTP" in codes:
        _event(adam, codes["TTP"], "0", "progressed_on", "an event of time to progression")
    elif "PFS" in codes:
        words = adam.texts("EVNTDESC") if adam.has("EVNTDESC") else []
        progressions = tuple(text for text in words if "progress" in text.lower() and "death" not in text.lower())
        if not words:
            adam.draft.ask("", "An event of PFS can be a progression or a death; nothing says which.",
                           "Add EVNTDESC; without it no progression is known.", "patient")  # fmt: skip
        elif progressions:
            when = {adam.name("EVNTDESC"): progressions}
            _event(adam, codes["PFS"], "0", "progressed_on", "an event of PFS that is a progression", when)


def _event(
    adam: Adam, code: str, censored: str, target: str, why: str, further: dict[str, tuple[str, ...]] | None = None
) -> None:
    fields = {**adam.subject(), target: adam.field("ADT", target, why)}
    when = {adam.name("PARAMCD"): (code,), adam.name("CNSR"): (censored,), **(further or {})}
    adam.draft.blocks.append(Block("patient", fields, when, needs=(target,), once=True))
