"""The forest of published ratios: marks of both, groups and what was read, words that follow what is shown."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from ivig_core.evidence.beside import Own
from ivig_core.evidence.measured import RATIO, Measured
from ivig_core.evidence.sources import GROUPS, SOURCES
from ivig_core.evidence.statement import AROUND, GIVEN, IVIG, SEVERE
from ivig_core.evidence.statements import statements
from ivig_core.figures.evidence.forest import OWN_NAME, published_forest
from ivig_core.figures.evidence.tables import for_slides, in_full, in_words, sources_table
from ivig_core.figures.evidence.words import NO_INTERVAL, NOTHING, excludes, finding
from ivig_core.figures.theme import alt_text, stamp
from tests.core.figures.studies import trace

SHOWN = statements(IVIG)


def beside(*numbers: tuple[float, float, float]) -> dict[str, Own]:
    """Estimates of a cohort for the first ratios, a reason for all others."""
    found = {item.key: Own(None, "not recorded") for item in SHOWN}
    made = {item.key: Own(Measured(*row, RATIO)) for item, row in zip(SHOWN, numbers, strict=False)}
    return found | made


def labels(figure) -> list[str]:
    return list(trace(figure, "label").text)


def test_groups_and_studies_with_what_was_read_of_them():
    text = "\n".join(labels(published_forest(SHOWN)))
    assert [text.index(group) for group in GROUPS] == sorted(text.index(group) for group in GROUPS)
    for item in SHOWN:
        assert f"{item.source.name} · {item.kind} · {int(item.result.n):,} patients" in text
    assert "odds ratio" in text
    assert "hazard ratio" in text


def test_the_second_mark_is_the_cohort_and_only_where_it_has_an_estimate():
    figure = published_forest(SHOWN, beside((0.64, 0.44, 0.93), (0.5, 0.2, 0.9)))
    mine = trace(figure, OWN_NAME)
    assert list(mine.x) == [0.64, 0.5]
    assert [text for text in trace(figure, "beside").text if "0.64 (0.44–0.93)" in text]
    assert figure.layout.meta["detail"].startswith("this cohort (green) beside 16 published ratios of 6 studies")
    assert "Beside 2 of them" in alt_text(figure)
    published = trace(figure, "rate ratio")
    assert mine.y[0] > published.y[0]  # never one over the other


def test_without_the_cohort_nothing_speaks_of_it_and_nothing_is_called_synthetic():
    for owns in (None, beside()):
        figure = published_forest(SHOWN, owns)
        assert OWN_NAME not in [item.name for item in figure.data]
        assert "beside" not in [item.name for item in figure.data]
        assert "cohort" not in figure.layout.meta["detail"] + alt_text(figure)
        assert "SYNTHETIC" not in stamp(figure).layout.title.subtitle.text
    assert "SYNTHETIC" in stamp(published_forest(SHOWN, beside((0.6, 0.4, 0.9)))).layout.title.subtitle.text


@pytest.mark.parametrize(
    ("numbers", "text"),
    [((0.0, 0.0, 3.0), "0.00 (0.00–3.00)"), ((math.inf, 0.5, math.inf), "∞ (0.50–∞)"), ((1e6, 0.2, 1e12), "1×10⁶")],
)
def test_a_ratio_beyond_the_axis_is_a_line_with_an_arrow(numbers, text):
    figure = published_forest(SHOWN, beside(numbers))
    low, high = (10**end for end in figure.layout.xaxis.range)
    drawn = trace(figure, "own intervals").x
    assert low * (1 - 1e-9) <= drawn[0] < drawn[1] <= high * (1 + 1e-9)
    assert "own intervals go on" in [item.name for item in figure.data]
    assert any(text in cell for cell in trace(figure, "beside").text)
    assert low <= min(item.numbers[1] for item in SHOWN if item.numbers)


@pytest.mark.parametrize("presentation", [False, True])
@pytest.mark.parametrize("question", [IVIG, AROUND, GIVEN])
def test_every_interval_is_on_the_axis(question, presentation):
    shown = statements(question)
    figure = published_forest(shown, presentation=presentation)
    low, high = (10**end for end in figure.layout.xaxis.range)
    assert all(low < item.numbers[1] <= item.numbers[2] < high for item in shown if item.numbers)
    assert not [item.name for item in figure.data if "go on" in item.name]


def test_findings_follow_what_is_shown():
    by_name = {item.source.name: item for item in SHOWN if item.main and item.numbers}
    assert finding(SHOWN) == (
        "In all 6 studies that print one, the ratio on IVIG is below 1 (0.086 to 0.92); an interval includes 1 in "
        "Lancman 2021 and MRDR 2024"
    )
    severe = [item for item in SHOWN if item.endpoint == SEVERE]
    assert finding(severe).endswith("(0.086 to 0.45); every interval excludes 1")
    one = [by_name["Frerichs 2024"]]
    assert finding(one) == "Frerichs 2024 prints a ratio below 1 on IVIG, 0.086; its interval excludes 1"
    above = replace(by_name["MRDR 2024"], result=replace(by_name["MRDR 2024"].result, estimate="1.04"))
    assert "both sides of 1, 0.086 to 1.04" in finding([*one, above])
    assert finding([]) == NOTHING
    assert finding([item for item in SHOWN if not item.numbers]) == NO_INTERVAL
    assert "below 1" in finding([item for item in SHOWN if not item.main])  # other models alone
    assert finding(statements(AROUND)).startswith("Lancman 2026 prints ratios above 1, 1.51 to 3.07")
    assert finding(statements(GIVEN)).startswith("IVIG came sooner with 4+ infections in the year before (6.31)")


def test_an_interval_that_ends_at_1_does_not_exclude_it():
    (ends,) = [item for item in SHOWN if item.result.ci_high == "1.00"]
    assert not excludes(ends)


def test_on_a_slide_a_ratio_is_one_line_with_its_study_and_what_was_read():
    shown = [item for item in SHOWN if item.main and item.numbers]
    figure = published_forest(shown, presentation=True, compact=True)
    assert sum("Lancman 2021: " in text for text in labels(figure)) == 3
    assert not any(" · " in text for text in labels(figure))
    assert list(trace(figure, "read").text[1:]) == [item.kind for item in shown]
    assert figure.layout.height < published_forest(shown, presentation=True).layout.height


def test_nothing_to_show_is_a_sentence():
    assert published_forest(()).layout.meta["finding"] == NOTHING


def test_tables_are_texts_and_full_has_numbers_and_reasons():
    owns = beside((0.64, 0.44, 0.93))
    shown = in_words(SHOWN, owns)
    assert all(isinstance(cell, str) for name in shown for cell in shown[name])
    assert "This cohort (95 %)" not in in_words(SHOWN)
    assert list(for_slides(SHOWN, owns)["This cohort (95 %)"][:2]) == ["0.64 (0.44–0.93)", "–"]
    full = in_full(SHOWN, owns)
    assert full["own"][0] == 0.64
    assert full["own_reason"][1] == "not recorded"
    assert list(full["inverted"]).count(True) == 1


def test_every_source_is_listed_with_what_was_read():
    table = sources_table(SOURCES).set_index("Study")
    assert table.loc["Cheruvalath 2024", "Read"] == "news report, abstract"
    assert table.loc["Frerichs 2024", "Read"] == "secondary source, abstract"
