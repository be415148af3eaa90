"""Medication administration records: one row per action on a dose (given, held, rate change), many rows a day."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from ivig_core.cohort.guessing.courses import routes_of_texts
from ivig_core.cohort.guessing.draft import Draft, quoted
from ivig_core.cohort.guessing.fields import dose as add_dose
from ivig_core.cohort.guessing.names import Meaning, words_of
from ivig_core.cohort.mapping.mapping import Block, Field

_PRODUCT = re.compile(
    r"(?i)immun[eo]\W*globulin|inmunoglobulin|immunglobulin|\big\s?vena\b|\bivig\b|\bigiv\b|\bscig\b|\bigsc\b|gamunex|privigen|"
    r"octagam|gammagard|gammaked|gammaplex|bivigam|flebogamma|kiovig|intratect|panzyga|asceniv|yimmugo|alyglo|iqymune|"
    r"gamimune|hizentra|cuvitru|xembify|cutaquig|hyqvia|gammanorm|subcuvia|evogam|subgam|nanogam|tegeline|clairyg"
)
# Immune globulins against one agent, and globulins that are no replacement of IgG.
_OTHER_GLOBULIN = re.compile(
    r"(?i)hepatitis|\bhbig\b|\brh?o?\W?\(?d\)?\b|rhogam|anti-?d\b|tetan|rabi|varicell|zoster|cytomegal|\bcmv\b|botul|"
    r"thymocyte|lymphocyte|vaccin|venom|palivizumab|pentaglobin"
)


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_NAMES = _words(
    "medication medicationname drug drugname product productname ordername displayname medicationdisplay "
    "medikament praparat arzneimittel wirkstoff handelsname medicament medicamento specialite producto farmaco "
    "substance medicationdescription item drugdesc mednamedisplay medname genericname brandname "
    "orderdescription"
)
_ACTIONS = _words(
    "adminaction action maraction marresult adminstatus administrationstatus result administrationaction "
    "eventstatus mareventtype status aktion gabestatus durchfuhrung estado statut accion marstatus "
    "administrationresult eventtype admineventtype"
)
_GIVEN = _words(
    "given newbag newbaggiven administered infused bolus started newsyringe verabreicht gegeben appliziert "
    "administre administrado administrada dado dada done charted givenbyother performed documented"
)
_NOT_GIVEN = _words(
    "held ratechange rateverify ratechanged stopped stop paused missed refused canceled cancelled notgiven due "
    "pending restarted restart handoff handedoff returned seealternative verified wasted discontinued hold "
    "automaticallyheld notadministered patientrefused infusionended ended completedinfusion gestoppt pausiert "
    "verweigert abgelehnt nichtgegeben nichtverabreicht refuse suspendu suspendido omitido omitted scheduled "
    "ratedosechange beginbag infuse"
)
_WHEN = ("taken", "given", "admin", "administration", "administered", "applied", "gabe", "verabreicht", "performed")
_FACTORS = {"g": "g", "gm": "g", "gram": "g", "grams": "g", "gramm": "g", "mg": "mg", "milligram": "mg",
            "milligrams": "mg", "g/kg": "g/kg", "mg/kg": "mg/kg"}  # fmt: skip


def medication(draft: Draft, who: Field, named: dict[str, Meaning]) -> bool:
    """Blocks of a medication record: each day on which a product was given is one dose. False if the sheet is none."""
    product = _column(draft, _NAMES, lambda name: any(_is_ivig(text) for text in draft.head.texts(name)))
    if product is None:
        return False
    action = _column(draft, _ACTIONS, lambda name: bool(_given(draft, name)[0]))
    day = _day(draft)
    if day is None or (action is None and not _dose_columns(draft, named)[0]):
        return False
    draft.shape = "medication record"
    when = {product: tuple(text for text in draft.head.texts(product) if _is_ivig(text))}
    draft.guess(product, "ivig", f"only rows of immune globulin count: {quoted(when[product])}")
    if action is not None:
        given, open_ = _given(draft, action)
        when[action] = given
        draft.guess(action, "ivig", f"only rows count where it says {quoted(given)}")
        if open_:
            draft.ask(action, f"{quoted(open_)}: was a dose given?",
                      f"Add what means given to the mapping under when of {action}; the rest is left out.",
                      "ivig", "record", open_)  # fmt: skip
    lines = draft.head.data
    for name, texts in when.items():
        lines = np.intersect1d(lines, draft.head.lines_with(name, texts), assume_unique=True)
    fields = {"patient_id": who, "start": draft.field(day, "start", record="ivig", lines=lines)}
    draft.guess(day, "ivig: start", "the day on which it was given; several rows of a day are one dose, grams added up")
    route = next((name for name, what in named.items() if what.attribute == "route"), None)
    if route is not None:
        fields["route"] = draft.field(route, "route", record="ivig", lines=lines)
        draft.guess(route, "ivig: route", "by its name and what it holds")
    routes_of_texts(draft, fields, product, when[product])
    draft.blocks += [
        Block("ivig", fields | dose, when | only, same_day=True) for dose, only in _doses(draft, named, lines)
    ]
    return True


def _column(draft: Draft, names: frozenset[str], fits: Callable[[str], bool]) -> str | None:
    """The first column with one of some names that fits."""
    for name in draft.head.names:
        free = name not in draft.head.left and name not in draft.head.replaced
        if free and "".join(words_of(name)) in names and fits(name):
            return name
    return None


def _is_ivig(text: str) -> bool:
    return bool(_PRODUCT.search(text)) and not _OTHER_GLOBULIN.search(text)


def _given(draft: Draft, name: str) -> tuple[tuple[str, ...], list[str]]:
    """The texts of a column of actions that mean that a dose was given, and those that are not known."""
    said = {text: "".join(words_of(text)) for text in draft.head.texts(name)}
    given = tuple(text for text, word in said.items() if word in _GIVEN)
    return given, [text for text, word in said.items() if word not in _GIVEN | _NOT_GIVEN]


def _day(draft: Draft) -> str | None:
    """The column of the time of administration: of several dated ones the one whose name says so."""
    dated = [
        name for name in draft.head.names
        if name not in draft.head.left and name not in draft.head.replaced and draft.is_dated(name)
    ]  # fmt: skip
    said = [name for name in dated if set(words_of(name)) & set(_WHEN)]
    return next(iter(said), dated[0] if len(dated) == 1 else None)


def _dose_columns(draft: Draft, named: dict[str, Meaning]) -> tuple[str | None, str | None]:
    dose = next((name for name, what in named.items() if what.attribute == "dose"), None)
    unit = next((name for name, what in named.items() if what.attribute == "unit"), None)
    return dose, unit


def _doses(
    draft: Draft, named: dict[str, Meaning], lines: np.ndarray
) -> list[tuple[dict[str, Field], dict[str, tuple[str, ...]]]]:
    """The field of the dose for each unit of the file, and which rows have that unit. A dose in no unit of mass (mL,
    or blank) is a dose whose grams are not known."""
    dose, unit = _dose_columns(draft, named)
    if dose is None:
        return [({}, {})]
    if unit is None:
        fields: dict[str, Field] = {}
        add_dose(draft, fields, dose, named[dose].unit, lines)
        return [(fields, {})]
    draft.used.add(unit)
    by_unit: dict[str, list[str]] = {}
    for text in draft.head.texts(unit, lines):
        by_unit.setdefault(_FACTORS.get(text.lower().replace(" ", ""), ""), []).append(text)
    found: list[tuple[dict[str, Field], dict[str, tuple[str, ...]]]] = []
    for name, texts in by_unit.items():
        if name:
            target = "dose_g_per_kg" if name.endswith("/kg") else "dose_g"
            here = np.intersect1d(lines, draft.head.lines_with(unit, texts), assume_unique=True)
            found.append((
                {target: draft.field(dose, target, unit=name, record="ivig", lines=here)}, {unit: tuple(texts)},
            ))  # fmt: skip
            draft.guess(dose, f"ivig: {target}", f"in {name}, as {unit} says")
    other = by_unit.get("", [])
    if other:
        draft.guess(unit, "ivig", f"{quoted(other)} is no unit of mass: the grams of these doses are not known")
    return [*found, ({}, {unit: (*other, "")})]
