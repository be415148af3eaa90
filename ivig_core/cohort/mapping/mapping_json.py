"""A mapping as one JSON file, to be read, changed, kept and used again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args

from ivig_core.cohort.column_type import KINDS
from ivig_core.cohort.columns import BY_NAME, RESERVED
from ivig_core.cohort.mapping.mapping import (
    VERSION,
    Block,
    Bound,
    CohortMapping,
    Field,
    Guess,
    Question,
    SheetMapping,
    Sure,
)
from ivig_core.cohort.reading.dates import DateOrder
from ivig_core.errors import CohortError

LARGEST = 5_000_000
_MOST_DIGITS = 5
_MOST_BLOCKS = 3_000
_LAST_ROW = 10_000_000


def as_json(mapping: CohortMapping) -> str:
    """The mapping as text; what has its default is left out."""
    return json.dumps({"ivig_mapping": VERSION, **_plain(mapping)}, indent=1, ensure_ascii=False) + "\n"


def read_mapping(text: str | bytes) -> CohortMapping:
    """A mapping from its text; `CohortError` says what in it cannot be used and where."""
    if len(text) > LARGEST:
        raise CohortError("The mapping is larger than 5 MB. It is probably another file.")
    try:
        plain = text.decode("utf-8") if isinstance(text, bytes) else text
        given = json.loads(plain)
        # Half of a pair of characters, as JSON can hold it, is no text that could be printed or written.
        json.dumps(given, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise CohortError("The mapping is not JSON. Make one with `map FILE -o M.json`.") from None
    if not isinstance(given, dict) or given.get("ivig_mapping") != VERSION:
        raise CohortError(f'The mapping does not say "ivig_mapping": {VERSION}. Make one with `map FILE -o M.json`.')
    return _mapping({name: value for name, value in given.items() if name != "ivig_mapping"})


def read_mapping_file(path: str | Path) -> CohortMapping:
    """A mapping from its file; `CohortError` where it cannot be read."""
    try:
        return read_mapping(Path(path).read_bytes())
    except OSError as error:
        raise CohortError(f"{path} cannot be read: {error.strerror}. Check the path.") from None


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        kept = {item.name: getattr(value, item.name) for item in fields(value)}
        default = {
            item.name: item.default_factory() if callable(item.default_factory) else item.default
            for item in fields(value)
        }
        return {name: _plain(item) for name, item in kept.items() if item != default[name]}
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _mapping(given: dict[str, Any]) -> CohortMapping:
    _known(given, CohortMapping, "the mapping")
    sheets = tuple(_sheet(item, f"sheets[{at}]") for at, item in enumerate(_list(given.get("sheets", []), "sheets")))
    if not sheets:
        raise CohortError("The mapping names no sheet. Make one with `map FILE -o M.json`.")
    if len({sheet.sheet for sheet in sheets}) < len(sheets):
        raise CohortError("The mapping names a sheet twice. Put its blocks together under one entry.")
    if sum(len(sheet.blocks) for sheet in sheets) > _MOST_BLOCKS:
        raise CohortError(f"The mapping has more than {_MOST_BLOCKS:,} blocks. It is probably another file.")
    headers = given.get("headers", {})
    return CohortMapping(
        sheets,
        {name: _texts(cells, f"headers.{name[:60]}") for name, cells in _dict(headers, "headers").items()},
        _text(given.get("shape", ""), "shape"),
        _texts(given.get("missing", []), "missing"),
        tuple(_said(Guess, item, "guesses") for item in _list(given.get("guesses", []), "guesses")),
        tuple(_said(Question, item, "questions") for item in _list(given.get("questions", []), "questions")),
    )


def _sheet(given: Any, where: str) -> SheetMapping:
    found = _dict(given, where)
    _known(found, SheetMapping, where)
    row = found.get("header_row")
    if not isinstance(row, int) or isinstance(row, bool) or not 1 <= row <= _LAST_ROW:
        raise CohortError(f"{where}.header_row is {_shown(row)}: give the number of the row that names the columns.")
    blocks = _list(found.get("blocks", []), f"{where}.blocks")
    return SheetMapping(
        _text(found.get("sheet"), f"{where}.sheet"),
        row,
        tuple(_block(item, f"{where}.blocks[{at}]") for at, item in enumerate(blocks)),
        _texts(found.get("ignored", []), f"{where}.ignored"),
    )


def _block(given: Any, where: str) -> Block:
    found = _dict(given, where)
    _known(found, Block, where)
    record = found.get("record")
    if not isinstance(record, str) or record not in KINDS:
        raise CohortError(f"{where}.record is {_shown(record)}: give one of {', '.join(KINDS)}.")
    items = _dict(found.get("fields", {}), f"{where}.fields")
    if "patient_id" not in items:
        raise CohortError(f"{where}.fields has no patient_id. Name the column of the patient's study id.")
    for target in items:
        column = BY_NAME.get(target)
        known = record in column.records and target != "record" if column else record == "patient" and _is_own(target)
        if not known:
            raise CohortError(f"{where}.fields: {_shown(target)} is no column of {record} rows.")
    return Block(
        record,
        {target: _field(item, f"{where}.fields.{target[:60]}") for target, item in items.items()},
        {
            name: _texts(texts, f"{where}.when.{name[:60]}")
            for name, texts in _dict(found.get("when", {}), where).items()
        },
        _texts(found.get("needs", ["start"]), f"{where}.needs"),
        _bool(found.get("once", False), f"{where}.once"),
        _bool(found.get("same_day", False), f"{where}.same_day"),
    )


def _field(given: Any, where: str) -> Field:
    found = _dict({"column": given} if isinstance(given, str) else given, where)
    _known(found, Field, where)
    pairs = {
        name: {
            key: _text(value, f"{where}.{name}.{key[:60]}") for key, value in _dict(found.get(name, {}), where).items()
        }
        for name in ("boxes", "values", "later")
    }
    times, dates, limits = found.get("times"), found.get("dates"), found.get("limits")
    if times is not None and (isinstance(times, bool) or not isinstance(times, int | float) or not 0 < times < 1e6):
        raise CohortError(f"{where}.times is {_shown(times)}: give a number above 0.")
    if dates is not None and dates not in get_args(DateOrder):
        raise CohortError(f"{where}.dates is {_shown(dates)}: give dmy or mdy.")
    if limits is not None and limits not in get_args(Bound):
        raise CohortError(f"{where}.limits is {_shown(limits)}: give bound or blank.")
    if any(not days.isdecimal() or len(days) > _MOST_DIGITS for days in pairs["later"].values()):
        raise CohortError(f"{where}.later: give whole numbers of days as texts, such as 140.")
    named = ("column", "constant", "years_until", "later_by")
    texts = {name: _optional(found.get(name), f"{where}.{name}") for name in named}
    switches = {name: _bool(found.get(name, False), f"{where}.{name}") for name in ("fill_down", "new_ids")}
    return Field(**texts, **pairs, dates=dates, times=times, limits=limits, **switches)  # type: ignore[arg-type]


def _said(kind: type[Any], given: Any, where: str) -> Any:
    found = _dict(given, where)
    _known(found, kind, where)
    texts: dict[str, Any] = {
        item.name: _text(found.get(item.name, ""), f"{where}.{item.name}")
        for item in fields(kind)
        if item.name != "texts"
    }
    if kind is Question:
        texts["texts"] = _texts(found.get("texts", []), f"{where}.texts")
    if kind is Guess and texts["sure"] not in get_args(Sure):
        raise CohortError(f"{where}.sure is {_shown(texts['sure'])}: give one of {', '.join(get_args(Sure))}.")
    return kind(**texts)


def _known(given: dict[str, Any], kind: type[Any], where: str) -> None:
    names = [item.name for item in fields(kind)]
    for name in given:
        if name not in names:
            raise CohortError(f"{where} has no entry {_shown(name)}; there are {', '.join(names)}.")


def _is_own(name: str) -> bool:
    """Whether a name can be that of a variable of the user's own: as headers are, without white space around it."""
    return bool(name) and name == " ".join(name.split()) and name not in RESERVED


def _shown(value: Any) -> str:
    """A value of the mapping as a message repeats it: short, whatever it is."""
    text = value if isinstance(value, str) else type(value).__name__ if isinstance(value, list | dict) else repr(value)
    return f"“{text[:60]}”"


def _dict(given: Any, where: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise CohortError(f"{where} must be an object of JSON.")
    return given


def _list(given: Any, where: str) -> list[Any]:
    if not isinstance(given, list):
        raise CohortError(f"{where} must be a list.")
    return given


def _texts(given: Any, where: str) -> tuple[str, ...]:
    return tuple(_text(item, where) for item in _list(given, where))


def _text(given: Any, where: str) -> str:
    if not isinstance(given, str):
        raise CohortError(f"{where} must be a text.")
    return given


def _optional(given: Any, where: str) -> str | None:
    return None if given is None else _text(given, where)


def _bool(given: Any, where: str) -> bool:
    if not isinstance(given, bool):
        raise CohortError(f"{where} must be true or false.")
    return given
