"""What a paper on this cohort has to report: what is answered here, and what its authors must add.

The items are those of STROBE (von Elm et al., Lancet 2007;370:1453–1457) and their extension to routinely collected
data, RECORD (Benchimol et al., PLoS Med 2015;12:e1001885); the words are ours.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from ivig_core.export import rows_of
from ivig_core.figures.groups import variable_name
from ivig_core.figures.overview.headline_words import answer_title
from ivig_core.figures.survival.words import NOUNS
from ivig_core.figures.trust.words import ALWAYS
from ivig_core.figures.words import count, counted, is_number, listed, lower
from ivig_core.numbers import as_sentence
from ivig_core.report.words import cohort_methods, rate_results
from ivig_core.spec.protocol_words import DATED, NO_PROTOCOL, standing
from ivig_core.study.describe import sentence
from ivig_core.study.given.baseline_table import MISSING
from ivig_core.study.overview.headline import HAS_BOUND
from ivig_core.study.results import Results
from ivig_core.terms import MODELS

COLUMNS = ("Item", "Topic", "This cohort and analysis", "For the authors to add")
NOT_KNOWN = "Not in the file."
TABLE_1 = "See the table of patients with and without IVIG."
MOST_NAMED = 8
Answer = str | Callable[[Results], str]


def checklist(results: Results) -> pd.DataFrame:
    """One row per item in the columns `COLUMNS`, all text: what these results answer, and what they cannot."""
    rows = [(item, topic, answer(results) if callable(answer) else answer, add) for item, topic, answer, add in ITEMS]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _finding(results: Results) -> str:
    return as_sentence(answer_title(results.headline))


def _patients(results: Results) -> str:
    texts = [said.text for said in cohort_methods.patients(results.analysis.spec, results.synthetic)]
    return " ".join(texts)


def _variables(results: Results) -> str:
    spec = results.analysis.spec
    said = [*cohort_methods.exposure(spec), *cohort_methods.outcome(spec.endpoint), cohort_methods.igg(spec.exposure)]
    return " ".join(part.text for part in said)


def _bias(results: Results) -> str:
    ratio = (
        "Comparison within patients accounts for what does not change in a patient; the time before the first dose is "
        "left out in two rules and follow-up begins with it in a third."
    )
    return " ".join([ratio, _immortal(results), *results.doubts])


def _immortal(results: Results) -> str:
    part = results.analysis.spec.survival
    if results.analysis.survival is None:
        return "There is no survival comparison."
    if part.survival_group == "ivig_by_landmark" and part.landmark_day:
        return f"Survival groups are fixed at day {part.landmark_day}, so that no time is immortal."
    if part.survival_group.startswith("ivig_"):
        return "Survival groups use later doses: biased by immortal time."
    return "Survival groups are known at the start."


def _fixed(results: Results) -> str:
    protocol = results.protocol
    return NO_PROTOCOL if protocol is None else f"{standing(results.analysis.spec, protocol)} {DATED}"


def _planned(results: Results) -> str:
    names = [lower(variable_name(name)) for name in results.prespecified.known]
    which = f"Subgroups by {listed(names)} were prespecified; others are exploratory." if names else ""
    return " ".join(filter(None, [_adjusted(results), which]))


def _size(results: Results) -> str:
    last = results.analysis.attrition.iloc[-1]
    return f"{counted(last['patients'], 'patient')} inform the within-patient ratio; the number was not planned here."


def _adjusted(results: Results) -> str:
    models = results.analysis.irr
    names = [lower(MODELS[name].label) for name in dict.fromkeys(models["model"])] if models is not None else []
    used = f" Models of the ratio: {listed(names)}." if names else ""
    return f"{sentence(results.analysis.spec)}{used} The methods paragraph says the rest."


def _flow(results: Results) -> str:
    steps = rows_of(results.analysis.attrition)
    return as_sentence("; ".join(f"{step['step']}: {count(step['patients'])}" for step in steps))


def _missing(results: Results) -> str:
    rows = results.baseline
    lacking = rows[(rows["kind"] == MISSING).to_numpy(bool)]
    names = [lower(variable_name(name)) for name in dict.fromkeys(lacking["variable"])]
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    said = f"Not recorded in some patients: {', '.join(names[:MOST_NAMED])}{more}." if names else ""
    first = TABLE_1 if len(rows) else "Nothing is recorded of the patients at the start."
    return " ".join(filter(None, [first, said, _igg(results), _followed(results)]))


def _igg(results: Results) -> str:
    forest = results.named
    known = forest[forest["level"].astype(str).str.startswith("igg_lt").to_numpy(bool)]
    without = len(known) and (known["status"] == "not_recorded").all()
    return "The cohort has no IgG: nothing can be said by IgG." if without else ""


def _followed(results: Results) -> str:
    tables = results.analysis.survival
    if tables is None or tables.km.curves.empty:
        return ""
    return "Median follow-up is in the table of survival numbers."


def _outcome(results: Results) -> str:
    return " ".join(said.text for said in [*rate_results.cohort(results), *rate_results.rates(results)])


def _main(results: Results) -> str:
    return " ".join(said.text for said in rate_results.ratio(results))


def _others(results: Results) -> str:
    said = [*rate_results.sensitivity(results), *rate_results.subgroups(results)]
    noun = NOUNS[results.analysis.spec.survival.survival_event]
    survival = f"{noun[0].upper()}{noun[1:]} is analysed beside it." if results.analysis.survival is not None else ""
    return " ".join([*(part.text for part in said), survival]).strip() or "No other analysis has an estimate."


def _limits(results: Results) -> str:
    first = list(results.doubts) or ["No check found a reason why the ratio could be wrong."]
    if results.headline.main["status"] not in HAS_BOUND:
        first = ["There is no ratio to be doubted."]
    return " ".join([*first, ALWAYS])


def _real(results: Results) -> str:
    return "The cohort is simulated: it can be generalised to nobody." if results.synthetic else NOT_KNOWN


def _cleaning(results: Results) -> str:
    notes = [note for note in results.analysis.notes if note]
    first = results.analysis.attrition["patients"].iloc[0]
    who = f"{counted(first, 'patient')} of the file met its checks." if is_number(first) else ""
    return " ".join([who, *notes]).strip() or "See the remarks on reading the file."


ITEMS: tuple[tuple[str, str, Answer, str], ...] = (
    ("1", "Title and abstract", _finding, "Name the design in the title; a balanced summary."),
    ("RECORD 1", "Kind of data in title and abstract", NOT_KNOWN, "Kind and name of the data, place, years, linkage."),
    ("2", "Background", NOT_KNOWN, "What was known, and why this cohort was studied."),
    ("3", "Objectives", _fixed, "Questions and hypotheses, and which were fixed before the data were seen."),
    ("4", "Design", "Retrospective cohort; case series controlled by the patients themselves.", "When it was planned."),
    ("5", "Setting", NOT_KNOWN, "Hospitals, places, dates of recruitment, treatment and data collection."),
    ("6", "Who was eligible", _patients, "Criteria of entry into the file, and how patients were found."),
    ("RECORD 6", "Codes that select patients", NOT_KNOWN, "Codes or rules of selection, their validation, linkage."),
    ("7", "Variables", _variables, "How IVIG was indicated and dosed; who judged infections and their grade."),
    ("RECORD 7", "Codes of variables", NOT_KNOWN, "List of codes for exposure, outcome and confounders."),
    ("8", "Sources and measurement", NOT_KNOWN, "Where each variable is from, and whether it is so on and off IVIG."),
    ("9", "Bias", _bias, "What else was done about it, as in whom infections are looked for."),
    ("10", "Study size", _size, "How the number of patients came about."),
    ("11", "Quantitative variables", "IgG and age in bands as in the tables; numbers of Cox models are linear.",
     "Why these bands."),
    ("12", "Statistical methods", _planned, "Which analyses were planned; how missing values came about."),
    ("RECORD 12", "Access, cleaning, linkage", _cleaning, "Who had access; how data were cleaned and linked."),
    ("13", "Numbers at each stage", _flow, "Those screened before the file was made, and why they are not in it."),
    ("RECORD 13", "Selection from the data", NOT_KNOWN, "Selection by quality and linkage, as a diagram."),
    ("14", "Description and missing values", _missing, "What is not in the file: performance status, comorbidity."),
    ("15", "Outcomes", _outcome, "Infections that may be missing, as those treated elsewhere."),
    ("16", "Main result", _main, "Confounders considered, and why."),
    ("17", "Other analyses", _others, "All others that were made, also those without a difference."),
    ("18", "Key results", _finding, "The answer to each objective."),
    ("19", "Limitations", _limits, "Direction and size of possible bias."),
    ("RECORD 19", "Data made for another purpose", NOT_KNOWN, "Misclassification, missing variables, drift."),
    ("20", "Interpretation", "An association in this cohort, not proof.", "A cautious reading beside other studies."),
    ("21", "Generalisability", _real, "To which patients the result may apply."),
    ("22", "Funding and role of funders", NOT_KNOWN, "Sources of funding and their role."),
    ("RECORD 22", "Access to protocol, data and code",
     "The settings file gives these tables again from the same cohort file.", "Where protocol and data can be had."),
)  # fmt: skip
"""Number, topic, what is answered here, what is left."""
