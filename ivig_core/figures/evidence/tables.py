"""Published ratios with the cohort's own beside them as tables: in words, and with every number for other programs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from ivig_core.evidence.beside import Own
from ivig_core.evidence.immortal import pairs
from ivig_core.evidence.measured import Measured
from ivig_core.evidence.sources import Source, kind_of
from ivig_core.evidence.statement import RATE, Statement
from ivig_core.evidence.table import everything
from ivig_core.numbers import ABSENT, interval, ratio

OWN = "This cohort (95 %)"
Owns = Mapping[str, Own]


def in_words(shown: Sequence[Statement], owns: Owns | None = None) -> pd.DataFrame:
    """One row for each ratio, every cell text; a column of the cohort where it has an estimate of any."""
    rows = [
        {
            "Study": item.source.name, "Read in": item.kind, "Ratio of": item.label, "Published (95 %)": item.text,
            OWN: _own(item, owns), "p, published": item.result.p_value,
            "Kind": item.ratio_kind, "Model": item.model, "Patients, published": item.result.n,
            "Compared": item.compared, "Where": places(item),
        }
        for item in shown
    ]  # fmt: skip
    return _with_own(pd.DataFrame(rows), owns)


def in_full(shown: Sequence[Statement], owns: Owns | None = None) -> pd.DataFrame:
    """The same with numbers: `printed…` as text of the source, `ratio`, `ci_low`, `ci_high` on IVIG over off, `own…` of
    the cohort (infinite: no upper limit), `own_reason` where it has none, `own_note` how it was made."""
    return pd.DataFrame([_record(item, (owns or {}).get(item.key)) for item in shown])


def for_slides(shown: Sequence[Statement], owns: Owns | None = None) -> pd.DataFrame:
    """The columns that a slide has room for."""
    rows = [
        {
            "Study": item.source.name,
            "Read in": item.kind,
            "Ratio of": item.label if item.ratio_kind == RATE else f"{item.label}, {item.ratio_kind}",
            "Published (95 %)": item.text,
            OWN: _own(item, owns),
        }
        for item in shown
    ]
    return _with_own(pd.DataFrame(rows), owns)


def immortal_table() -> pd.DataFrame:
    """The 2024 study with and without immortal time, as printed."""
    return pd.DataFrame(
        [(pair.about, *pair.texts) for pair in pairs()], columns=["As printed", "Primary IVIG", "No primary IVIG", "p"]
    )


def _own(item: Statement, owns: Owns | None) -> str:
    own = (owns or {}).get(item.key)
    return own_text(own) if own else ""


def _with_own(table: pd.DataFrame, owns: Owns | None) -> pd.DataFrame:
    some = any(own.measured for own in (owns or {}).values())
    return table if some else table.drop(columns=OWN, errors="ignore")


def own_text(own: Own) -> str:
    """`0.64 (0.44–0.93)`, or a dash."""
    return measured_text(own.measured) if own.measured else ABSENT


def measured_text(measured: Measured) -> str:
    """A ratio of the cohort with its interval, also where it is 0 or has no upper limit."""
    head = "∞" if math.isinf(measured.estimate) else ratio(measured.estimate)
    return f"{head} {interval(measured.low, measured.high)}".strip()


def places(item: Statement) -> str:
    """Where the result is printed, every place once."""
    found = dict.fromkeys(row.source_location for row in (item.result, *item.repeats))
    return "; ".join(found)


def _record(item: Statement, own: Own | None) -> dict[str, object]:
    row, measured = item.result, own.measured if own else None
    estimate, low, high = item.numbers or (None, None, None)
    return {
        "study_id": row.study_id, "source": item.source.reference, "read_in": item.kind, "question": item.question,
        "endpoint": item.endpoint, "ratio_of": item.label, "kind": item.ratio_kind, "model": item.model,
        "compared": item.compared, "patients": row.n, "printed": row.estimate, "printed_low": row.ci_low,
        "printed_high": row.ci_high, "printed_unit": row.unit, "p_value": row.p_value, "inverted": item.inverted,
        "ratio": estimate, "ci_low": low, "ci_high": high,
        "own": measured.estimate if measured else None, "own_low": measured.low if measured else None,
        "own_high": measured.high if measured else None, "own_reason": own.reason if own else "",
        "own_note": own.note if own else "", "source_location": places(item), "note": row.note,
    }  # fmt: skip


def sources_table(sources: Sequence[Source]) -> pd.DataFrame:
    """Every study: what of it was read, its design and reference."""
    return pd.DataFrame(
        [
            {
                "Study": source.name, "Therapy": source.group, "Read": read_of(source),
                "Patients and design": source.design, "Reference": source.reference,
            }
            for source in sources
        ]
    )  # fmt: skip


def read_of(source: Source) -> str:
    """What was read of a study: `news report, abstract`."""
    return ", ".join(dict.fromkeys(kind_of(row) for row in everything() if row.study_id == source.study_id))
