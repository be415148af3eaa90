"""Tables that no mapping can make facts of, and columns that hold several facts as text: said, with what is needed."""

from __future__ import annotations

import re

from ivig_core.cohort.guessing.draft import Draft
from ivig_core.cohort.guessing.names import Meaning, meaning

_DATE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d{2}|(?i:since|seit|depuis|desde)\b.*\d{4}")
_KINDS = ("ivig", "infection", "therapy", "phase")
_EXAMPLES = {
    "ivig": "P1,ivig,2022-06-10,2023-02-10 with interval_days 28",
    "infection": "P1,infection,2022-04-02 with grade 3",
    "therapy": "P1,therapy,2022-04-02 with drug",
    "phase": "P1,phase,2022-04-02 with phase progressive",
}


def counted(draft: Draft, named: dict[str, Meaning]) -> list[str]:
    """Columns that count infections or months of treatment."""
    return [
        name for name, what in named.items()
        if what.kind in ("ivig", "infection") and not what.attribute and draft.is_numeric(name)
    ]  # fmt: skip


def infections_are_there(drafts: list[Draft]) -> None:
    """A file in which no infections were recognised is hardly one without infections: asked, and columns that only
    count them are named."""
    records = {block.record for draft in drafts for block in draft.blocks}
    draft = next((draft for draft in drafts if any(block.record == "patient" for block in draft.blocks)), None)
    asked = any(question.record == "infection" for draft in drafts for question in draft.questions)
    if draft is None or asked or "infection" in records or any(draft.questions and draft.told for draft in drafts):
        return
    names = (name for name in draft.head.names if name not in draft.head.left | draft.head.replaced)
    named = {name: what for name in names if (what := meaning(name)) is not None}
    counts = counted(draft, named)
    because = f" {', '.join(counts[:3])} only count them: that does not say on which day." if counts else ""
    draft.ask("", f"No infections were recognised in the file.{because}",
              "Name the columns of their day and grade in the mapping, or add one row for each infection.",
              "infection")  # fmt: skip


def counts_only(draft: Draft, named: dict[str, Meaning]) -> bool:
    """Whether a table counts infections or months and has no day of anything; then this is asked as the one thing."""
    counts = counted(draft, named)
    days = [name for name, what in named.items() if what.attribute in ("day", "start", "end") and name not in counts]
    if not counts or any(draft.head.filled(name) for name in days):
        return False
    if any(draft.is_dated(name) for name in draft.head.names):
        return False
    draft.shape, draft.hopeless = "counts per patient", True
    draft.ask(
        "",
        f"This table counts per patient ({', '.join(counts[:3])}) and has no day of any infection, dose or follow-up: "
        "it cannot be used.",
        "Give each patient's first and last day at risk and one row for each infection and dose with its day, "
        "as `template` shows.",
    )
    return True


def facts_as_text(draft: Draft, named: dict[str, Meaning]) -> list[str]:
    """Columns whose cells tell days and more in words (“10/06/2022 - 10/02/2023, 0.4 g/kg q4w”), each asked for."""
    found = [name for name, what in named.items() if what.kind in _KINDS and _is_told(draft, name)]
    for name in found:
        kind = named[name].kind
        draft.used.add(name)
        draft.ask(
            name,
            f"Its cells tell {kind} facts in words: several things in one cell cannot be read.",
            f"Split them: one row for each fact, as in {_EXAMPLES[kind]}; or a column each for day and the rest.",
        )
    return found


def _is_told(draft: Draft, name: str) -> bool:
    texts = draft.head.texts(name)
    told = [text for text in texts if len(text) > 12 and _DATE.search(text) and len(re.findall(r"\w+", text)) > 3]
    return len(told) >= 0.3 * len(texts) and bool(told) and not draft.is_dated(name)
