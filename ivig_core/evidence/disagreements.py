"""Where the sources contradict themselves or each other, in our words; every number is that of the transcription."""

from __future__ import annotations

from dataclasses import dataclass

from ivig_core.evidence.sources import BY_ID, kind_of
from ivig_core.evidence.table import Lookup, Result, everything, find

READS, DETAILS = "What changes how a ratio is read", "In the descriptions"
HR, RATE_A_YEAR, PERCENT = "hr", "rate_per_patient_year", "percent"
TABLE = "baseline_characteristic"


@dataclass(frozen=True)
class Disagreement:
    """Numbers that do not fit together. `template` names the rows of the lookups, `{0.estimate}`, `{1.ci_high}`, ….

    `places`: where it stands, besides the places of the numbers.
    """

    study_id: str
    about: str
    template: str
    lookups: tuple[Lookup, ...] = ()
    places: str = ""
    block: str = READS

    @property
    def study(self) -> str:
        """Name of the study."""
        return BY_ID[self.study_id].name

    @property
    def results(self) -> tuple[Result, ...]:
        """The rows that the numbers are of."""
        rows = everything()
        return tuple(find(lookup, rows) for lookup in self.lookups)

    @property
    def text(self) -> str:
        """In words, with the numbers as printed."""
        return self.template.format(*self.results)

    @property
    def where(self) -> str:
        """Where it is printed: what was read, and the places."""
        found = dict.fromkeys(result.source_location for result in self.results)
        places = [*found, self.places] if self.places else list(found)
        kinds = dict.fromkeys(kind_of(result) for result in self.results)
        return f"{', '.join(kinds)}: {'; '.join(places)}" if kinds else "; ".join(places)


def _2026(endpoint: str | None = None, **fields: str) -> Lookup:
    return Lookup("lancman2026", endpoint, **fields)


def _2024(endpoint: str, exposed: str = "all_patients", **fields: str) -> Lookup:
    return Lookup("cheruvalath2024", endpoint, exposed=exposed, **fields)


def _hazard(subgroup: str, place: str, exposed: str | None = None) -> Lookup:
    return Lookup("lancman2026", "time_to_first_ivig", subgroup, exposed, measure=HR, source_location=place)


TEXT, TABLE_1, SUPPLEMENT = "Results, Risk factors*", "Table 1", "Supplementary Table 1"
PRIMARY, WITHOUT = "primary_ivig_prophylaxis", "no_ivig_prophylaxis"
ON_TEXT, PERIODS = "Results, Intravenous Immunoglobulin", "Results, Part one, Infections"
DISAGREEMENTS: tuple[Disagreement, ...] = (
    Disagreement(
        "cheruvalath2024", "overall survival, both orders",
        "The news report gives a median of {0.estimate} months with prophylaxis and {1.estimate} without; the "
        "abstract prints the two numbers the other way round. Neither is used here.",
        (_2024("overall_survival", PRIMARY, measure="median_months"),
         _2024("overall_survival", WITHOUT, measure="median_months")),
        "note to the meeting abstract",
    ),
    Disagreement(
        "lancman2021", "the ratio of all patients",
        "The two rates, {0.estimate} on and {1.estimate} off IVIG, divide to 0.91; the ratio printed beside them is "
        "{2.estimate}.",
        (Lookup("lancman2021", "infection", exposed="on_ivig", measure=RATE_A_YEAR),
         Lookup("lancman2021", "infection", exposed="observation", measure=RATE_A_YEAR),
         Lookup("lancman2021", "infection", measure="irr")),
    ),
    Disagreement(
        "lancman2021", "one set of numbers for two subgroups",
        "Low IgG and no progression are called two subgroups, and one set of ratios is given ({0.estimate} and, for "
        "grade 3 and higher, {1.estimate}): read here as days on which both hold. The paper of 2026 cites it for "
        "both, without its result in all patients.",
        (Lookup("lancman2021", "all_grade_infection", measure="irr"),
         Lookup("lancman2021", "grade_3_plus_infection", measure="irr")),
    ),
    Disagreement(
        "lancman2026", "“persisted” after 60 days before IVIG are set apart",
        "The effect is said to hold, yet the interval of the ratio {0.estimate} ends at {0.ci_high} (p = "
        "{0.p_value}). That the ratio of grade 3–4, {1.estimate}, belongs to the same model is our reading; the "
        "ratios of the days before IVIG name neither grade nor reference.",
        (_2026("all_grade_infection", measure="irr", model="sccs_pre60"),
         _2026("grade_3_plus_infection", measure="irr", model="sccs_pre60")),
    ),
    Disagreement(
        "lancman2026", "which rates are crude",
        "Rates by season, {0.estimate} and {1.estimate} a year, both lie below the rate on IVIG, {2.estimate}, and "
        "off it, {3.estimate}. Crude rates of the same days cannot: some of the four come from a model, and the text "
        "does not say which.",
        (_2026("infection", exposed="fall_winter", measure=RATE_A_YEAR),
         _2026("infection", exposed="spring_summer", measure=RATE_A_YEAR),
         _2026("all_grade_infection", exposed="on_ivig", measure=RATE_A_YEAR),
         _2026("all_grade_infection", exposed="observation", measure=RATE_A_YEAR)),
    ),
    Disagreement(
        "lancman2026", "what “severe” low IgG is",
        "Below 200 mg/dL in the methods, the text and Table 2 ({0.estimate} patients), below 400 mg/dL in Table 1 "
        "({1.estimate} patients); below 400 is “moderate” in the abstract.",
        (_2026("hgg", subgroup="IgG <200mg/dL during study period", measure="count"),
         _2026(TABLE, subgroup="Severe HGG (IgG<400): Yes", exposed="ivig_group", measure="count")),
        "Methods; Abstract",
    ),
    Disagreement(
        "lancman2026", "hazard ratios of a first IVIG",
        "Infections in the year before: {0.estimate} in the text, {1.estimate} in Table 1, {2.estimate} in the "
        "supplement. Three of them: {3.estimate} and {4.estimate}; four and more: {5.estimate} and {6.estimate}. "
        "Heavy chain IgG: {7.estimate}, {8.estimate} and {9.estimate}. The text names no model.",
        (_hazard("Infections in year prior", TEXT), _hazard("Infections in year prior", TABLE_1),
         _hazard("numinfections", SUPPLEMENT),
         _hazard("Prior infections (categorized)", TEXT, "3 prior infections"),
         _hazard("Prior infections (categorized): 3", TABLE_1),
         _hazard("Prior infections (categorized)", TEXT, "4+ prior infections"),
         _hazard("Prior infections (categorized): 4+", TABLE_1),
         _hazard("Heavy chain type", TEXT, "IgG"), _hazard("Heavy chain type: IgG", TABLE_1),
         _hazard("Heavy chain: IgG", SUPPLEMENT)),
    ),
    Disagreement(
        "lancman2026", "who counts as treated",
        "At least one dose in the methods, at least three in the results; the doses received begin at one.",
        (), "full paper: Methods; Results",
    ),
    Disagreement(
        "cheruvalath2024", "when to start, and on what",
        "“Within {0.estimate} days” is the advice, about {1.estimate} days was the practice. The headline names "
        "teclistamab; {2.estimate} % and {3.estimate} % of the two groups had another bispecific antibody.",
        (_2024("ivig_start", PRIMARY, note="recommendation*"), _2024("ivig_start", PRIMARY, note="'start IVIG about*"),
         _2024("treatment_exposure", PRIMARY), _2024("treatment_exposure", WITHOUT)),
    ),
    Disagreement(
        "cheruvalath2024", "how many had an infection",
        "{0.estimate} of {1.estimate} patients, and {2.estimate} % by 12 months, which fits where many were followed "
        "for less; the {3.estimate} % with grade 3 and higher has no time to it.",
        (_2024("infection", unit="patients with infection"), _2024("study_size"), _2024("all_grade_infection"),
         _2024("grade_3_plus_infection", measure=PERCENT)),
    ),
    Disagreement(
        "lancman2026", "how many had low IgG",
        "Below 700 mg/dL: “all” in the abstract, {0.estimate} % in Table 2. Below 400: {1.estimate} % in the "
        "abstract, {2.estimate} % in Table 2. Below 200: {3.estimate} % in the discussion, {4.estimate} % in Table 2.",
        (_2026("hgg", subgroup="IgG <700mg/dL during study period", measure=PERCENT),
         _2026("hgg", subgroup="IgG <400mg/dL (moderate HGG)", source_location="Abstract"),
         _2026("hgg", subgroup="IgG <400mg/dL during study period", measure=PERCENT),
         _2026("hgg", subgroup="IgG <200mg/dL (severe HGG)", source_location="Discussion*"),
         _2026("hgg", subgroup="IgG <200mg/dL during study period", measure=PERCENT)),
        block=DETAILS,
    ),
    Disagreement(
        "lancman2026", "lymphocytes at infection",
        "A median of {0.estimate} in the text; {1.estimate} in Table 2, outside the range of 0–4.2 that stands beside "
        "it.",
        (_2026("alc", exposed="ivig_group", measure="median", source_location="Results*"),
         _2026("alc", measure="median", source_location="Table 2")),
        block=DETAILS,
    ),
    Disagreement(
        "lancman2026", "grades do not add up",
        "The percentages of Table 2 imply 139 infections of grade 1–2 and 37 of grade 3–4, together more than the "
        "{0.estimate} infections of the text.",
        (_2026("infection", exposed="ivig_group", measure="count", unit="infections"),),
        "Table 2", DETAILS,
    ),
    Disagreement(
        "lancman2026", "years since diagnosis, treated patients",
        "{0.estimate} in the text, {1.estimate} in Table 1, which has the text's number for the others.",
        (_2026(TABLE, subgroup="Years from*", exposed="ivig_group", measure="median", source_location="Results*"),
         _2026(TABLE, subgroup="Years from*", exposed="ivig_group", measure="median", source_location="Table 1")),
        block=DETAILS,
    ),
    Disagreement(
        "lancman2026", "missing values and limits",
        "Several counts of Table 1 fall short of 43 and 100, without a word on missing values; limits of low blood "
        "counts are “≤” in the methods and “<” in the results.",
        (), "full paper: Table 1; Methods; Results; Table 2", DETAILS,
    ),
)  # fmt: skip
