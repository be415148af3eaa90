"""Lines of the forest of published ratios: groups of patients, their studies, and a ratio a line."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from ivig_core.evidence.beside import Own
from ivig_core.evidence.measured import Measured
from ivig_core.evidence.pooling import Alike
from ivig_core.evidence.statement import GIVEN, RATE, Statement
from ivig_core.figures.evidence.tables import own_text, places
from ivig_core.figures.words import counted, escape, interval, lower, ratio

GROUP, STUDY, LEVEL, SUMMARY = "group", "study", "level", "summary"
TURNED, WITHOUT = "¹", "²"
"""Marks of a ratio that is turned round, and of one printed without an interval."""
Span = tuple[float, float, float]
"""Ratio and its 95 % limits; 0 and infinite where there is none."""


@dataclass(frozen=True)
class Line:
    """A line of the plot. Texts are escaped. `published`, `own`: what is drawn, None where nothing is; `predicted`: the
    prediction interval of a summary. `read`: what was read, where no line of the study says it. `aside`: another model
    of patients whose result stands above."""

    kind: str
    label: str
    ratio: str = ""
    beside: str = ""
    read: str = ""
    shape: str = RATE
    aside: bool = False
    published: Span | None = None
    own: Span | None = None
    predicted: tuple[float, float] | None = None
    hover: str = ""

    @property
    def reason(self) -> str:
        """Nothing stands in place of a mark."""
        return ""


def lines(
    shown: Sequence[Statement], owns: Mapping[str, Own], sets: Sequence[Alike] = (), compact: bool = False
) -> list[Line]:
    """Groups, studies and ratios in the order given, summaries last; hazard ratios of a first IVIG by where they
    stand. `compact`: the study in the line of each ratio."""
    found = []
    for group, of_group in groupby(shown, key=lambda item: item.source.group):
        found.append(Line(GROUP, escape(group)))
        for head, of_study in groupby(of_group, key=_head):
            if not compact:
                found.append(Line(STUDY, escape(head)))
            found += [_line(item, owns.get(item.key), compact) for item in of_study]
    return found + [_summary(item) for item in sets if item.together]


def _head(item: Statement) -> str:
    """The study, what of it was read, and how many patients; for a first IVIG also the model."""
    row = item.result
    patients = f"{int(row.n):,} patients" if row.n else ""
    model = f"{item.model}, {row.source_location}" if item.question == GIVEN else ""
    return " · ".join(part for part in (item.source.name, item.kind, patients, model) if part)


def _line(item: Statement, own: Own | None, compact: bool) -> Line:
    label = item.label if item.ratio_kind == RATE or item.question == GIVEN else f"{item.label}, {item.ratio_kind}"
    if not item.main:
        label = f"– {label.partition(', ')[2]}"
    if compact:
        label = f"{item.source.name}: {lower(label)}"
    mark = f" {TURNED}" if item.inverted else "" if item.numbers else f" {WITHOUT}"
    return Line(
        LEVEL,
        escape(label),
        f"{escape(item.text)}{mark}",
        escape(own_text(own)) if own else "",
        escape(item.kind) if compact else "",
        item.ratio_kind,
        not item.main,
        item.numbers,
        _span(own.measured) if own and own.measured else None,
        hover=_hover(item, own),
    )


def _span(measured: Measured) -> Span:
    low = 0.0 if measured.low is None else measured.low
    high = math.inf if measured.high is None else measured.high
    return measured.estimate, low, high


def _hover(item: Statement, own: Own | None) -> str:
    tested = f", p: {item.result.p_value}" if item.result.p_value else ""
    parts = [
        f"<b>{escape(item.source.name)}</b> · {escape(item.kind)}", escape(item.label),
        f"{escape(item.ratio_kind)} {escape(item.text)}{escape(tested)}", escape(item.remark), escape(item.compared),
        f"model: {escape(item.model)}", escape(places(item)),
    ]  # fmt: skip
    if own:
        parts.append(f"this cohort {escape(own_text(own))}" if own.measured else escape(f"this cohort: {own.reason}"))
        parts.append(escape(own.note))
    return "<br>".join(part for part in parts if part)


def _summary(item: Alike) -> Line:
    found = item.together
    assert found is not None
    name = f"Summary, {item.endpoint}, {counted(found.studies, 'study').replace('studys', 'studies')}"
    predicted = f"a further study: {ratio(found.predicted_low)} to {ratio(found.predicted_high)}"
    return Line(
        SUMMARY, escape(name), escape(f"{ratio(found.ratio)} {interval(found.ci_low, found.ci_high)}"), "", "",
        item.ratio_kind, False, (found.ratio, found.ci_low, found.ci_high), None,
        (found.predicted_low, found.predicted_high),
        hover=f"<b>{escape(name)}</b><br>{escape(item.compared)}<br>{escape(predicted)}",
    )  # fmt: skip
