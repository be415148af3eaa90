"""What changed between two versions of a cohort, as lines and as plain values."""

from __future__ import annotations

from ivig_core.cohort.changes.changes import Changes, sentence
from ivig_core.cohort.problems import printable

FIRST = 20
"""Differences that are listed where not all are asked for."""


def change_lines(found: Changes, name: str, every: bool) -> list[str]:
    """The sentence, then one line a difference: the first `FIRST`, or `every` one."""
    listed = found.facts if every else found.facts.head(FIRST)
    lines = [f"Against {name}: {sentence(found)}", *found.notes]
    for row in listed.itertuples(index=False):
        where = " ".join(filter(None, [row.patient_id, row.record, row.start]))
        values = f"{row.column} {row.before or '(blank)'} → {row.after or '(blank)'}".strip() if row.column else ""
        lines.append(
            f"  {where}: {row.what}{f', {values or row.before or row.after}' if row.before or row.after else ''}"
        )
    left = len(found.facts) - len(listed)
    if left:
        lines.append(f"  … and {left:,} more (--all lists them).")
    return [printable(line) for line in lines]


def changes_json(found: Changes) -> dict[str, object]:
    """Numbers by kind and every difference."""
    return {
        "patients_in_both": found.shared,
        "kinds": found.kinds.to_dict("records"),
        "facts": found.facts.to_dict("records"),
        "columns_added": list(found.columns_added),
        "columns_gone": list(found.columns_gone),
        "notes": list(found.notes),
    }
