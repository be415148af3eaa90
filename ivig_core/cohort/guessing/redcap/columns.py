"""What the columns of a REDCap export mean: our own field names first, then their words, then the data dictionary."""

from __future__ import annotations

from dataclasses import replace

from ivig_core.cohort.columns import BY_NAME
from ivig_core.cohort.guessing.draft import Draft
from ivig_core.cohort.guessing.names import Meaning, meaning
from ivig_core.cohort.guessing.redcap.dictionary import Entry, box_code
from ivig_core.cohort.guessing.redcap.layout import Layout, asked
from ivig_core.cohort.mapping.cells import is_missing, missing_words
from ivig_core.cohort.mapping.mapping import Field
from ivig_core.cohort.templates.redcap import known_codes, known_headers

_KNOWN, _CODES = known_headers(), known_codes()
_MISSING = missing_words(())
_UNITS = {"mgdl": "mg/dL", "gl": "g/L", "gdl": "g/dL", "mgkg": "mg/kg"}
_OF_DAYS = {"", "day", "start", "end"}


def identity(draft: Draft, layout: Layout, dictionary: dict[str, Entry]) -> Field | None:
    """The study id: the record id, which a REDCap export has first. New ids take its place where it names people."""
    name = layout.record
    if name in draft.head.left:
        return None
    entry = dictionary.get(name.casefold())
    if name in draft.head.replaced or (entry is not None and entry.identifier):
        draft.guess(name, "patient_id", "it names people: replaced by new study ids P0001, P0002, … in file order")
        return Field(column=name, new_ids=True)
    exact = name in ("patient_id", "Study id")
    draft.guess(name, "patient_id", "our own name" if exact else "the record id of a REDCap export is its first column",
                "exact" if exact else "likely")  # fmt: skip
    return draft.field(name, "patient_id")


def say_labels(draft: Draft, dictionary: dict[str, Entry]) -> dict[str, str]:
    """Give the draft what codes say: by our own data dictionary for its field names, else by that of the project.

    What the latter says is returned in words, by the column (of boxes the first).
    """
    by_dictionary: dict[str, str] = {}
    further: set[str] = set()
    for name in draft.head.names:
        field = asked(name)
        entry = dictionary.get(field.casefold())
        codes = _CODES.get(field, {}) if entry is None else entry.choices
        if not codes:
            continue
        if name in draft.boxes:
            said = {box_code(code): label for code, label in codes.items()} | codes
            draft.boxes[name] = {box: said.get(text, text) for box, text in draft.boxes[name].items()}
            further |= draft.boxes[name].keys() - {name}
        else:
            draft.labels[name] = codes
        if entry is not None and name not in further:
            by_dictionary[name] = _shown(codes)
    return by_dictionary


def _shown(codes: dict[str, str]) -> str:
    given = [f"{code} is {label}" for code, label in codes.items()]
    return ", ".join(given[:6]) + (f" and {len(given) - 6} more" if len(given) > 6 else "")


def meanings(draft: Draft, layout: Layout, dictionary: dict[str, Entry]) -> dict[str, Meaning]:
    """What each column of data means; a group of boxes is called after its first. What names people means nothing."""
    named, certain = {}, set()
    away = layout.apart | layout.further_boxes | draft.head.left | draft.head.replaced | {layout.record}
    for name in draft.head.names:
        field = asked(name)
        entry = dictionary.get(field.casefold())
        if name in away or (entry is not None and entry.identifier):
            draft.used |= {name} if entry is not None and entry.identifier else set()
            continue
        if field in _KNOWN:
            named[name] = Meaning(*_KNOWN[field], unit=_unit(*_KNOWN[field]))
            certain.add(name)
        elif (what := _meaning(draft, name, field, entry)) is not None:
            named[name] = what
    draft.certain = frozenset(certain)
    return named


def _unit(kind: str, target: str) -> str:
    return {"interval_days": "days"}.get(target, "")


def _meaning(draft: Draft, name: str, field: str, entry: Entry | None) -> Meaning | None:
    own = BY_NAME.get(field.casefold())
    if own is not None and len(own.records) == 1 and field.casefold() != "unit":
        return Meaning(own.records[0], own.name)
    what = meaning(field)
    if entry is not None and entry.label:
        said = meaning(entry.label)
        noted = meaning(f"{field} ({entry.note})") if entry.note else None
        unit = next((m.unit for m in (what, said, noted) if m is not None and m.unit), "")
        what = what if what is not None and (what.kind or said is None) else said
        what = replace(what, unit=unit) if what is not None else None
    if what is not None and not what.unit:
        # A field name has no slash: igg_mgdl.
        what = replace(what, unit=_UNITS.get(field.casefold().rpartition("_")[2], ""))
    if what is not None and what.kind != "patient" and what.attribute not in _OF_DAYS and draft.is_dated(name):
        # “Date of dose” is a day; “date of admission” is none of ours.
        return replace(what, attribute="day") if what.attribute == "dose" else None
    if what is None or what.kind != "lab" or what.attribute not in ("start", "end", "day"):
        return what
    # “igg_baseline” holds the value of a day, not a day.
    texts = [text for text in draft.head.texts(name) if not is_missing(text, _MISSING)]
    value = bool(texts) and draft.is_numeric(name) and not draft.is_dated(name)
    return replace(what, attribute="value", number=0) if value else what
