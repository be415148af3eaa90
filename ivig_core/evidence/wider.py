"""What is said beyond the numbers: an opinion on when to begin, and IVIG in other diseases. In our words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Position:
    """A text without a number of ours: its `heading`, what it says in `sentences`, and the `reference`."""

    heading: str
    kind: str
    sentences: tuple[str, ...]
    reference: str


POSITIONS: tuple[Position, ...] = (
    Position(
        "For everybody from the start, or once IgG is low?",
        "opinion; the abstract was read, it holds no numbers",
        (
            "On bispecific antibodies, the authors want immunoglobulin begun in every patient, without waiting for "
            "IgG to fall below some value. Their reasons: the risk of infection does not fade, IgG is hard to measure "
            "well in myeloma, any threshold is arbitrary, and one rule for all is simpler and safer. They also discuss "
            "how to keep the cost down, under the skin as well as into the vein.",
            "On daratumumab, 43 of 1,076 patients of the study of 2026 had IVIG, and its authors hold that a selected "
            "minority needs it. These are other drugs, so that the numbers do not contradict each other. No study "
            "shown here compares the two policies by randomisation.",
        ),
        "Banerjee R, Mohan M, Rejeski K, et al. Blood Adv 2025. doi:10.1182/bloodadvances.2025016490",
    ),
    Position(
        "IVIG in other diseases",
        "list of evidence on a website, updated in July 2018",
        (
            "The list has no item on myeloma. Nearest to it is chronic lymphocytic leukaemia: chosen patients at risk "
            "are said to be protected from bacterial infections, without numbers. Most of the rest are single cases "
            "and small series in immune diseases; for viral myocarditis IVIG is not advised as routine, for repeated "
            "miscarriage it is not proven. Nothing of it can be carried over to infections in myeloma.",
        ),
        "Katz J. Medscape, July 5, 2018, without a doi",
    ),
)  # fmt: skip
