"""An OMOP common data model, already filtered to what a cohort is made of (`formats/omop_tables.py`) → its mapping."""

from __future__ import annotations

from ivig_core.cohort.formats.grid import Book
from ivig_core.cohort.guessing.draft import Draft
from ivig_core.cohort.guessing.header import Head
from ivig_core.cohort.mapping.mapping import Block, Field

SHAPE = "OMOP common data model"
_BY_CONCEPT = "by the sets of concepts"
_PATIENT = {
    "person": ("age", "sex"),
    "observation_period": ("start", "end"),
    "death": ("died_on",),
}
_INFECTION = ("start", "end", "pathogen", "organism", "site", "hospitalized", "hospital_days")


def recognise_omop(book: Book, heads: list[Head]) -> list[Draft] | None:
    """Drafts of the tables of an OMOP data set; None where the file is none."""
    by_name = {head.grid.name: head for head in heads}
    period = by_name.get("observation_period")
    if period is None or not {"patient_id", "start", "end"} <= set(period.names) or "person" not in by_name:
        return None
    drafts = []
    for name, head in by_name.items():
        draft = Draft(head, shape=SHAPE)
        if name in _PATIENT:
            _block(draft, "patient", _PATIENT[name], "by the name that OMOP gives it", once=True)
        elif name == "drug_exposure":
            _block(draft, "ivig", ("start", "dose_g", "route"), _BY_CONCEPT, kind="ivig", same_day=True)
            _block(draft, "therapy", ("start", "end", "drug", "category"), _BY_CONCEPT, kind="therapy")
            if any(text.endswith("prophylaxis") for text in head.texts("category")):
                draft.guess("category", "therapy: prophylaxis",
                            "why it was given is not said: courses that treat count as prophylaxis")  # fmt: skip
        elif name == "condition_occurrence":
            _block(draft, "infection", _INFECTION, _BY_CONCEPT)
            draft.guess("organism", "infection: grade unknown",
                        "OMOP has no CTCAE grade: these infections count in analyses of all grades only")  # fmt: skip
        elif name == "measurement":
            _block(draft, "lab", ("start", "analyte", "value", "unit"), _BY_CONCEPT)
        drafts.append(draft)
    return drafts


def _block(
    draft: Draft,
    record: str,
    targets: tuple[str, ...],
    why: str,
    *,
    kind: str = "",
    once: bool = False,
    same_day: bool = False,
) -> None:
    """One kind of fact of a table: its columns are called as ours."""
    fields: dict[str, Field] = {"patient_id": draft.field("patient_id", "patient_id")}
    when = {"kind": (kind,)} if kind else {}
    if not draft.head.texts("patient_id") or (kind and kind not in draft.head.texts("kind")):
        return
    for target in targets:
        fields[target] = draft.field(target, target)
        draft.guess(target, f"{record}: {target}", why)
    if record == "infection":
        fields["grade"] = Field(constant="unknown")
    draft.used.update(("patient_id", *when))
    draft.blocks.append(Block(record, fields, when, needs=("patient_id",), once=once, same_day=same_day))
