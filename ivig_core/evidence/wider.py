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
            "IgG to fall below some value. Their reasons: the risk of infection stays for as long as therapy does, "
            "IgG is hard to interpret in myeloma, any threshold is arbitrary, and one rule for all is simpler and "
            "safer. They also discuss how to keep the cost down, under the skin as well as into the vein.",
            "On daratumumab, the study of 2026 gave IVIG to 43 of 1,076 patients and concludes that a selected "
            "minority needs it. These are other drugs with another depth of immune deficiency: no contradiction in "
            "the numbers, and no study shown here compares the two policies with patients drawn by lot.",
        ),
        "Banerjee R, Mohan M, Rejeski K, et al. Blood Adv 2025. doi:10.1182/bloodadvances.2025016490",
    ),
    Position(
        "IVIG in other diseases",
        "list of evidence on a website, updated in July 2018",
        (
            "The list has no item on myeloma. Nearest to it is chronic lymphocytic leukaemia: chosen patients at risk "
            "are said to be protected from bacterial infections, without numbers. Most of the rest are single cases "
            "and small series in immune diseases, where IVIG is meant to act otherwise than by replacing antibodies; "
            "for viral myocarditis and recurrent pregnancy loss it is not recommended or not proven.",
            "Nothing of it can be carried over to infections in myeloma.",
        ),
        "Katz J. Medscape, July 5, 2018 (no doi)",
    ),
)  # fmt: skip
