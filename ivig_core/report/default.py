"""What a report holds where nobody chose: the exhibits in the order in which a tumor board asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from ivig_core.figures.overview.headline_words import answer_title
from ivig_core.report.content import Exhibit, Report
from ivig_core.report.exhibits import given, rates, survival, trust
from ivig_core.report.words.checklist import checklist
from ivig_core.report.words.paragraphs import paragraphs
from ivig_core.study.describe import sentence
from ivig_core.study.results import Results

ORDER: tuple[Callable[[Results, bool], Iterator[Exhibit]], ...] = (
    rates.rates,
    rates.subgroups,
    rates.all_subgroups,
    rates.first_dose_rules,
    survival.survival,
    survival.survival_numbers,
    survival.competing,
    survival.hazard_ratios,
    trust.around,
    trust.sensitivity,
    rates.rate_ratios,
    given.baseline,
    trust.doubts,
    trust.attrition,
)
"""Answer, in whom, the first dose, survival, death, how the ratio holds, who was given IVIG, doubts, who is left."""


def default_exhibits(results: Results, *, presentation: bool = True) -> tuple[Exhibit, ...]:
    """Every figure and table of the results, each a finding; large type where `presentation`.

    What cannot be made of these results says why in its remarks, or is left out where there is nothing to say of it.
    """
    return tuple(exhibit for make in ORDER for exhibit in make(results, presentation))


def make_report(
    results: Results,
    *,
    day: date,
    title: str = "",
    hospital: str = "",
    notes: str = "",
    exhibits: tuple[Exhibit, ...] | None = None,
    shared: str = "",
) -> Report:
    """The report of some results with `exhibits`, those of `default_exhibits` where none are given.

    `day`: the day of the report. `title`: the answer's where empty. `notes`: for whoever speaks. `shared`: the sentence
    on hidden counts, where `results` went through share mode.
    """
    spec = results.analysis.spec
    return Report(
        title=title.strip() or answer_title(results.headline),
        cohort=results.name,
        spec=spec,
        settings=sentence(spec),
        exhibits=default_exhibits(results) if exhibits is None else tuple(exhibits),
        words=paragraphs(results),
        day=day,
        hospital=hospital.strip(),
        notes=notes.strip(),
        synthetic=results.synthetic,
        shared=shared,
        checklist=checklist(results),
        protocol=results.protocol,
    )
