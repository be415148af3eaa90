"""What REDCap itself adds to an export: columns of events and instruments, statuses of forms, boxes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np

from ivig_core.cohort.guessing.boxes import ticks
from ivig_core.cohort.guessing.draft import Draft
from ivig_core.cohort.guessing.header import Head
from ivig_core.cohort.guessing.names import LONGEST_NAME

_ADDED = {
    "redcap_event_name": "event", "event name": "event",
    "redcap_repeat_instrument": "instrument", "repeat instrument": "instrument",
    "redcap_repeat_instance": "instance", "repeat instance": "instance",
    "redcap_data_access_group": "group", "data access group": "group",
    "redcap_survey_identifier": "survey", "survey identifier": "survey",
}  # fmt: skip
_AGAIN = re.compile(r" \(\d+\)$")
_STATUS = {"", "0", "1", "2", "incomplete", "unverified", "complete"}
_BOX = re.compile(r"(.+?)___(\w+)")
_LABELLED_BOX = re.compile(r"(.+?)\s*\(choice=(.*)\)", re.DOTALL)
_FILE = re.compile(r"(?i)\[document\]|\[file\]|.+\.(pdf|docx?|xlsx?|jpe?g|png|gif|tiff?|dcm|zip|txt)")


@dataclass(frozen=True)
class Layout:
    """Which columns of an export are REDCap's own.

    `record` is the id (always the first column); `event` and `instrument` are None where the project has none;
    `apart` has every column that holds no data of a patient; `boxes`, by its first box, what each box of a group is
    called: its code (raw) or its label.
    """

    record: str
    event: str | None
    instrument: str | None
    apart: frozenset[str]
    boxes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def further_boxes(self) -> frozenset[str]:
        """Every box but the first of each group, after which the group is called."""
        return frozenset(box for group in self.boxes.values() for box in group) - self.boxes.keys()


def layout_of(head: Head) -> Layout | None:
    """The layout of a sheet that REDCap exported, None where nothing tells that it did."""
    added = {name: part for name in head.names if (part := _ADDED.get(name.casefold()))}
    statuses = [name for name in head.names if _is_status(head, name)]
    boxes = _boxes(head)
    raw = any(name.casefold().startswith("redcap_") for name in added)
    if not (raw or len(added) > 1 or boxes or (added and statuses) or (statuses and head.names[0] == "record_id")):
        return None
    by_part = {part: name for name, part in reversed(added.items())}
    instrument = by_part.get("instrument")
    apart = {name for name in head.names if name.casefold().startswith("redcap_") or _is_apart(head, name)}
    return Layout(
        head.names[0],
        by_part.get("event"),
        instrument if instrument and head.filled(instrument) else None,
        frozenset(apart | set(added) | set(statuses)) - {head.names[0]},
        boxes,
    )


def asked(name: str) -> str:
    """What a column is called in the project: without the mark of a second column alike, and without its box."""
    plain = _AGAIN.sub("", name)
    match = _box(plain)
    return match[1] if match else plain


def filled(draft: Draft, layout: Layout, name: str, lines: np.ndarray) -> np.ndarray:
    """Which of some lines have something in a column (bool): of boxes only a ticked one is something."""
    if name in layout.boxes:
        return np.any([ticks(draft, box, lines) for box in layout.boxes[name]], axis=0)
    return draft.head.column(name).filled()[lines]


def _box(plain: str) -> re.Match[str] | None:
    if len(plain) > LONGEST_NAME:
        return None
    return _LABELLED_BOX.fullmatch(plain) or _BOX.fullmatch(plain)


def _is_status(head: Head, name: str) -> bool:
    """Whether a column says how far a form is filled in."""
    plain = _AGAIN.sub("", name).casefold()
    texts = {text.casefold() for text in head.texts(name)}
    return (plain == "complete?" or plain.endswith("_complete")) and texts <= _STATUS


def _is_apart(head: Head, name: str) -> bool:
    """Whether a column holds the time of a survey or the names of files."""
    plain = _AGAIN.sub("", name).casefold()
    if plain.endswith("_timestamp") or plain == "survey timestamp":
        return True
    texts = head.texts(name)
    return bool(texts) and all(_FILE.fullmatch(text) for text in texts)


def _boxes(head: Head) -> dict[str, dict[str, str]]:
    """The groups of boxes, each by its first box. Boxes with one label in two forms follow each other in the file."""
    groups: dict[str, dict[str, str]] = {}
    first: dict[str, str] = {}
    for name in head.names:
        plain = _AGAIN.sub("", name)
        match = _box(plain)
        if match is None:
            continue
        group, choice = match[1], match[2].strip()
        # The same choice again is the same question of another form.
        if group not in first or choice in groups[first[group]].values():
            first[group] = name
        groups.setdefault(first[group], {})[name] = choice
    return groups
