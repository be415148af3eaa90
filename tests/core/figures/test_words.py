"""Numbers and findings: what is printed is never rounder than true, and claims no direction without an interval."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivig_core.figures import words
from ivig_core.figures.words import shorten_apart


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.6041, "0.60"),
        (1.0, "1.00"),
        (0.998, "0.998"),
        (1.004, "1.004"),
        (0.0, "0.00"),
        (1093.26, "1,093"),
        (None, "–"),
    ],
)
def test_ratio_has_two_decimals_and_never_hides_on_which_side_of_one_it_lies(value, text):
    assert words.ratio(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "<0.001"), (0.00099, "<0.001"), (0.0123, "0.012"), (0.0501, "0.0501"), (0.0496, "0.0496"), (1.0, "1.000")],
)
def test_p_is_never_zero_and_never_rounded_onto_the_threshold(value, text):
    assert words.p_value(value) == text


@pytest.mark.parametrize(
    ("share", "text"), [(0.001, "<1 %"), (0.9999, ">99 %"), (0.0, "0 %"), (1.0, "100 %"), (1 - 2e-16, "100 %")]
)
def test_percent_keeps_none_and_all_for_none_and_all(share, text):
    assert words.percent(share) == text


LARGEST = [
    (0.0074, "0.007"), (0.0096, "0.01"), (0.0004, "4×10⁻⁴"), (6.6e-7, "7×10⁻⁷"), (99.99, "99.99"), (999.4, "999"),
    (999.6, "1,000"), (9999.4, "9,999"), (9999.6, "1×10⁴"), (7_616_474.0, "8×10⁶"),
    (1.2e33, "1×10³³"), (1e-12, "1×10⁻¹²"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "text"), LARGEST)
def test_numbers_too_large_or_small_for_their_digits_are_told_by_magnitude(value, text):
    assert words.ratio(value) == text
    assert len(words.ratio(value)) <= 7


def test_a_rate_has_two_decimals_up_to_a_thousand():
    shown = [words.rate(value) for value in (0.0, 0.0074, 0.01, 1.266, 123.456, 1234.5, 7.6e6, np.nan)]
    assert shown == ["0.00", "0.007", "0.01", "1.27", "123.46", "1,234", "8×10⁶", "–"]


@pytest.mark.parametrize("low", [10.0**power for power in range(-40, 40, 3)])
@pytest.mark.parametrize("high", [1.0, 0.6, 7_616_474.0, 1e33, np.inf])
def test_no_interval_is_longer_than_its_column(low, high):
    """20 characters, superscripts as half of one: what `12.34 (12.34–12.34)` takes and one more. The faulty file of
    six patients gave 4.92 (0.00–7,616,474), another one 33 digits.
    """
    text = words.estimate("ok", 4.92, low, high)
    assert len(text) - sum(letter in "⁻⁰¹²³⁴⁵⁶⁷⁸⁹" for letter in text) / 2 <= 20


def test_escape_leaves_nothing_that_plotly_reads_as_markup_or_formula():
    assert words.escape("<a href='x'>b</a>\n& $E=mc^2$") == "&lt;a href='x'&gt;b&lt;/a&gt; &amp; &#36;E=mc^2&#36;"


@pytest.mark.parametrize(
    ("row", "head"),
    [
        (("ok", 0.6, 0.42, 0.88), "Fewer infections on IVIG: rate ratio 0.60 (0.42–0.88)"),
        (("ok", 0.6, 0.42, 1.0), "No clear difference: rate ratio 0.60 (0.42–1.00)"),
        (("ok", 0.6, 0.42, 0.999), "Fewer infections on IVIG: rate ratio 0.60 (0.42–0.999)"),
        (("ok", 1.9, 1.2, 3.0), "More infections on IVIG: rate ratio 1.90 (1.20–3.00)"),
        (("no_events_exposed", 0.0, 0.0, 0.7), "Fewer infections on IVIG: rate ratio 0.00 (0.00–0.70)"),
        (("no_events_exposed", 0.0, 0.0, 3.2), "No clear difference: rate ratio 0.00 (0.00–3.20)"),
        (("no_events_reference", np.nan, 1.3, np.nan), "More infections on IVIG: rate ratio ∞ (1.30–∞)"),
        (("no_events_reference", np.nan, 0.3, np.nan), "No clear difference: rate ratio ∞ (0.30–∞)"),
    ],
)
def test_direction_only_where_the_interval_excludes_one(row, head):
    assert words.ratio_finding(*row) == head


def test_no_infection_at_all_is_said_only_where_there_is_none():
    row = ("no_events_exposed", 0.0, 0.0, 0.7)
    assert "no infection on IVIG at all" in words.ratio_finding(*row, on=0, off=9)
    assert "at all" not in words.ratio_finding(*row, on=2, off=9)


def test_without_an_estimate_the_reason_is_given():
    assert words.ratio_finding("no_contrast", np.nan, np.nan, np.nan) == (
        "No rate ratio: no infected patient has days both on and off IVIG"
    )
    assert words.ratio_finding("of another kind", None, None, None, "because") == "No rate ratio: because"


def test_counts():
    assert words.counted(1, "patient") == "1 patient"
    assert words.counted(1200, "patient") == "1,200 patients"
    assert words.counted("<5", "patient") == "<5 patients"
    assert words.count(np.nan) == "–"
    assert words.listed(["a", "b", "c"]) == "a, b and c"
    assert words.lower("Index therapy") == "index therapy"
    assert words.lower("IgG at the start") == "IgG at the start"


class TestShortenApart:
    def test_ids_and_regimens_that_differ_at_their_end(self):
        ids = [f"UKHD-MM-2021-{number:03d}" for number in range(1, 200)]
        assert len(set(shorten_apart(ids, 12))) == len(ids)
        regimen = "Daratumumab-bortezomib-lenalidomide-"
        both = shorten_apart([f"{regimen}prednisone", f"{regimen}dexamethasone"], 20)
        assert both == ["Daratumum…prednisone", "Daratumum…amethasone"]

    @settings(max_examples=200, derandomize=True, deadline=None)
    @given(st.text("ab", max_size=30), st.text("ab-", max_size=30), st.lists(st.text("ab ", max_size=40), max_size=8))
    def test_two_values_are_never_alike_nor_too_long(self, begin, end, middles):
        values = [f"{begin}{middle}{end}" for middle in middles]
        short = shorten_apart(values, 10)
        assert all(len(text) <= 10 for text in short)
        assert len(set(short)) == len({" ".join(value.split()) for value in values})
