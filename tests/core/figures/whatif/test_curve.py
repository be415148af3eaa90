"""The specification curve: every definition a column in its place, its words counted, marks where they belong."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.evidence.specifications import SPECIFICATIONS
from ivig_core.figures.theme import alt_text, finding
from ivig_core.figures.whatif.curve import curve as draw
from ivig_core.figures.whatif.curve_words import View, matrix, row_words, small_print
from ivig_core.figures.words import percent, ratio
from ivig_core.study.rates.models import sccs
from ivig_core.study.whatif.curve.against import against
from ivig_core.study.whatif.curve.choices import Choices
from ivig_core.study.whatif.curve.curve import curve
from ivig_core.study.whatif.curve.sentences import shares
from tests.core.figures.studies import SPEC, names, reference_study, study, trace
from tests.core.make import Patient

FEW = Choices(window_days=(14, 30), dose_day=("on", "off"), episode_gap_days=(0, 14))
ADJUSTED = SPEC.change(min_grade=3, adjust_for=("season",))


@pytest.fixture(scope="module")
def view() -> View:
    of = reference_study("sim43")
    made = curve(of, SPEC, FEW)
    return View(made, ADJUSTED, against(of, SPEC, made))


def test_columns_rise_and_say_what_they_are(view):
    figure = draw(view)
    columns, table = trace(figure, "definitions"), view.curve.table
    assert (np.diff(columns.y) >= 0).all()
    assert sorted(columns.customdata) == list(range(len(table)))
    for place in (0, 17, len(table) - 1):
        row = columns.customdata[place]
        assert columns.y[place] == table["irr"].iloc[row]
        told = columns.hovertext[place].replace("<br>", "; ")
        assert all(text in told for text in row_words(view, row).replace("≥", "&ge;").split("; "))
        assert ratio(table["irr"].iloc[row]) in told


def test_the_matrix_has_every_choice_of_every_row(view):
    labels, has = matrix(view)
    table = view.curve.table
    assert list(draw(view).layout.yaxis2.ticktext) == labels
    at = {label.split("</b>")[-1].strip(): lines for label, lines in zip(labels, has, strict=True)}
    assert np.array_equal(at["14 days"], (table["window_days"] == 14).to_numpy())
    assert np.array_equal(at["only days from it on"], table["from_first_dose"].to_numpy())
    assert np.array_equal(at["season"], np.array(["season" in found for found in table["adjust_for"]]))
    assert not [label for label in labels if "prophylaxis" in label or "IgG" in label]


def test_the_finding_counts_what_is_drawn(view):
    figure, found = draw(view), shares(view.curve)
    low, high = view.curve.table["irr"].min(), view.curve.table["irr"].max()
    assert finding(figure) == (
        f"Rate ratio {ratio(low)} to {ratio(high)} under {found.rows} definitions: below 1 in "
        f"{percent(found.below / found.rows)}, the interval below 1 in {percent(found.clear / found.rows)}"
    )
    rest = shares(view.curve, ~view.pale)
    assert f"{view.pale.sum()} pale, because a check speaks against them" in figure.layout.meta["detail"]
    assert f"of the other {rest.rows}, {percent(rest.below / rest.rows)} below 1" in figure.layout.meta["detail"]
    assert finding(figure) in alt_text(figure)
    drawn = sum(len(item.x) for item in figure.data if item.name.startswith("Interval"))
    assert drawn == found.rows


def test_marks_are_at_the_settings_in_force_and_at_the_analyses_of_the_paper(view):
    figure = draw(view)
    mine = trace(figure, "Settings in force")
    want = sccs(reference_study("sim43"), ADJUSTED)["irr"].iloc[0]
    assert mine.y[0] == pytest.approx(want, rel=1e-9)
    stars = trace(figure, "Lancman 2026")
    ratios = [sccs(reference_study("sim43"), item.spec("auto"))["irr"].iloc[0] for item in SPECIFICATIONS]
    assert sorted(stars.y) == pytest.approx(sorted(ratios), rel=1e-9)
    hovers = dict(zip(trace(figure, "definitions").customdata, trace(figure, "definitions").hovertext, strict=True))
    assert "settings in force" in hovers[view.in_force]
    assert "printed 0.57 (0.40–0.83)" in hovers[view.curve.row_of(SPEC)]


def test_only_rows_that_a_check_speaks_against_are_pale(view):
    bold = View(view.curve, view.spec)
    assert not bold.pale.any()
    assert "pale" not in draw(bold).layout.meta["detail"]
    level = np.array(trace(draw(view), "choices").z, float)
    assert np.array_equal((level == 2).any(axis=0), view.pale[view.order])


def test_shares_are_no_test_and_where_the_share_without_effect_is_told_is_said():
    assert "not independent" in small_print()
    assert "If IVIG did nothing" in small_print()


def test_without_any_estimate_there_is_a_sentence_and_0_and_infinity_have_their_place():
    of = study(Patient(days=300, infections=[50]))
    figure = draw(View(curve(of, SPEC, FEW), SPEC))
    assert finding(figure).startswith("No rate ratio under any of")
    assert not names(figure)
    of = study(Patient(days=300, doses=[50], infections=[60]), Patient(days=300, doses=[90], infections=[100, 115]))
    figure = draw(View(curve(of, SPEC, FEW), SPEC))
    assert "∞" in finding(figure)
    symbols = {symbol for item in figure.data if item.name.startswith("Interval") for symbol in item.marker.symbol}
    assert "triangle-up" in symbols


def test_a_click_among_the_choices_names_the_definition_of_its_column(view):
    figure = draw(view)
    among, below = trace(figure, "definitions"), trace(figure, "columns of choices")
    assert list(below.x) == list(among.x)
    assert list(below.customdata) == list(among.customdata)
    low, high = sorted(figure.layout.yaxis2.range)
    assert all(low < place < high for place in below.y)
    assert below.yaxis == "y2"
