"""Where the published numbers come from: each study, what of it was read, and on whom it was made."""

from __future__ import annotations

from dataclasses import dataclass

from ivig_core.evidence.table import Result

DARATUMUMAB, BISPECIFIC, ANY = "Daratumumab", "BCMA bispecific antibodies", "Myeloma, any therapy"
GROUPS = (DARATUMUMAB, BISPECIFIC, ANY)
"""What the patients of a study were treated with, in the order in which they are shown."""
PAPER, ABSTRACT, NEWS, SECOND_HAND, OTHER = "full paper", "abstract", "news report", "secondary source", "web page"
KINDS = (PAPER, ABSTRACT, NEWS, SECOND_HAND)
"""What was read of a study, the most complete first."""


@dataclass(frozen=True)
class Source:
    """A study: its short `name`, the `group` of patients, the reference, and the design in our words."""

    study_id: str
    name: str
    group: str
    reference: str
    design: str


SOURCES: tuple[Source, ...] = (
    Source(
        "lancman2026", "Lancman 2026", DARATUMUMAB,
        "Lancman G, Sastow D, Aslanova M, et al. Haematologica 2026. doi:10.3324/haematol.2025.289215",
        "one centre, retrospective; 43 treated patients as their own controls, 100 never treated",
    ),
    Source(
        "lancman2023", "Lancman 2023", BISPECIFIC,
        "Lancman G, Parsa K, Kotlarz K, et al. Blood Cancer Discov 2023;4:440",
        "37 patients, times on and off IVIG within and between patients",
    ),
    Source(
        "frerichs2024", "Frerichs 2024", BISPECIFIC,
        "Frerichs KA, Verkleij CPM, Mateos MV, et al. Blood Adv 2024;8:194",
        "one centre of a trial of teclistamab; 20 patients with IVIG from the start, 32 observed, not randomised",
    ),
    Source(
        "cheruvalath2024", "Cheruvalath 2024", BISPECIFIC,
        "Cheruvalath H, et al. Abstract and news report of the ASH meeting 2024",
        "225 patients one after the other, 92 with primary IVIG, not randomised",
    ),
    Source(
        "lancman2021", "Lancman 2021", ANY,
        "Lancman G, Lozada K, Athar N, et al. Clin Lymphoma Myeloma Leuk 2021;21:e470. doi:10.1016/j.clml.2020.12.026",
        "one centre, retrospective; 68 treated patients as their own controls",
    ),
    Source(
        "massgeneral2025", "Mass General 2025", ANY,
        "Study of Mass General Brigham. Blood Adv 2025. doi:10.1182/bloodadvances.2024015477",
        "one health system, 471 treated of 6,062 patients, before against after the start",
    ),
    Source(
        "mrdr2024", "MRDR 2024", ANY,
        "Myeloma registry of Australia, New Zealand and Asia-Pacific 2024. PMC11327709",
        "registry, 2,374 patients by treatment in the first 24 months, not randomised",
    ),
)  # fmt: skip
BY_ID = {source.study_id: source for source in SOURCES}

_KINDS = (
    (NEWS, ("Study summary", "Meeting report", "news report")),
    (SECOND_HAND, ("secondary source", "Lancman 2026, reference")),
    (ABSTRACT, ("abstract", "meeting abstract")),
    (OTHER, ("Evidence list", "Blog text")),
)


def kind_of(result: Result) -> str:
    """What a number was read in, from its place: a full paper, an abstract, a news report, a source that quotes it."""
    for kind, beginnings in _KINDS:
        if result.source_location.startswith(beginnings):
            return kind
    return PAPER
