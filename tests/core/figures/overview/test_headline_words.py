"""Title and sentences of the headline: no title denies itself, the range stands first, and no p of one rule alone."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations_with_replacement, product

import pytest

from ivig_core.figures.overview.headline_words import MISSING, NO_RATIO, TOO_FEW, answer_lines, answer_title
from ivig_core.study.overview.headline import Headline, direction
from tests.core.study.overview.test_headline import ABSENT, FEWER, INFINITE, MORE, UNBOUNDED, WIDE, ZERO, made

RATIOS = {-1: FEWER, 0: WIDE, 1: MORE}
CLEAR = "No clear difference on and off IVIG"
TITLES = {
    (-1, frozenset({-1})): "Fewer infections on IVIG",
    (-1, frozenset({-1, 0})): "Fewer infections on IVIG, but not under every rule",
    (0, frozenset({0})): CLEAR,
    (0, frozenset({-1, 0})): "Fewer infections on IVIG under some rules only",
    (0, frozenset({0, 1})): "More infections on IVIG under some rules only",
    (1, frozenset({1})): "More infections on IVIG",
    (1, frozenset({0, 1})): "More infections on IVIG, but not under every rule",
}
OPPOSITE = "Fewer or more infections on IVIG, depending on the rule"
EVERY = list(product((-1, 0, 1), combinations_with_replacement((-1, 0, 1, None), 4)))


def answer(main: int, rules: tuple[int | None, ...]) -> Headline:
    return made(RATIOS[main], *(ABSENT if way is None else RATIOS[way] for way in rules))


def test_every_combination_of_directions_has_a_title_that_is_true():
    for main, rules in EVERY:
        said, ways = answer_title(answer(main, rules)), frozenset({main, *rules} - {None})
        assert said == (OPPOSITE if {-1, 1} <= ways else TITLES[main, ways]), (main, rules)
        # Nothing is denied and claimed at once.
        assert not (CLEAR in said and said != CLEAR)
        assert ("Fewer" in said) == (-1 in ways)
        assert ("More" in said or "more" in said) == (1 in ways)


def test_titles_of_every_kind_are_among_the_combinations():
    found = {answer_title(answer(*item)) for item in EVERY}
    assert found == {*TITLES.values(), OPPOSITE}


@pytest.mark.parametrize(
    ("ratio", "on", "off", "title"),
    [
        (ZERO, 0, 9, "No infection on IVIG"),
        (ZERO, 2, 9, "No infection on IVIG in patients with days off it"),
        (INFINITE, 5, 0, "No infection off IVIG"),
        (INFINITE, 5, 1, "No infection off IVIG in patients with days on it"),
        (ABSENT, 5, 9, "No rate ratio under these settings"),
    ],
)
@pytest.mark.parametrize("rules", [(), (FEWER,), (FEWER, MORE)], ids=len)
def test_without_a_finite_ratio_the_title_says_what_there_is_none_of(ratio, on, off, title, rules):
    found = made(ratio, *rules)
    found.main["infections_on"], found.main["infections_off"] = on, off
    assert answer_title(found) == title


@pytest.mark.parametrize("missing", MISSING)
def test_what_there_is_none_of_is_all_that_is_said(missing):
    found = replace(made(ABSENT), missing=missing)
    assert answer_title(found) == NO_RATIO[missing]
    assert answer_lines(found) == [MISSING[missing]]


def test_the_range_is_first_then_all_days_then_without_60_days():
    found = made(FEWER, FEWER, ("ok", 0.6, 0.35, 0.95), WIDE, ("ok", 0.55, 0.2, 1.1))
    assert answer_lines(found) == [
        "Rate ratio 0.50 to 0.80 (intervals 0.20–1.30), within patients, under four rules about the first dose.",
        "All days 0.50 (0.30–0.90); without the 60 days before the first dose 0.80 (0.50–1.30), chance not excluded.",
        "Without 30 days 0.60 (0.35–0.95); from the first dose on 0.55 (0.20–1.10), chance not excluded. Infections "
        "are often why IVIG is started.",
    ]


def test_settings_that_are_none_of_the_rules_are_said_before_them():
    lines = answer_lines(made(("ok", 0.7, 0.5, 0.98), FEWER, WIDE, WIDE))
    assert lines[1].startswith("As set 0.70 (0.50–0.98); all days 0.50 (0.30–0.90); without the 60 days")
    assert lines[2].startswith("Without 30 days 0.80")


def test_without_60_days_the_30_days_are_named_in_full():
    assert answer_lines(made(FEWER, FEWER, WIDE))[2].startswith("Without the 30 days before the first dose 0.80")


def test_where_no_rule_excludes_chance_the_first_line_says_so():
    lines = answer_lines(made(WIDE, WIDE, WIDE, WIDE, WIDE))
    assert lines[0] == (
        "Rate ratio 0.80 (intervals 0.50–1.30), within patients, under four rules about the first dose; chance not "
        "excluded."
    )
    assert "chance" not in " ".join(lines[1:])


@pytest.mark.parametrize(
    ("found", "lines"),
    [
        (
            made(FEWER, FEWER),
            ["Rate ratio 0.50 (0.30–0.90), within patients, under one rule only (all days).", TOO_FEW],
        ),
        (made(WIDE), ["Rate ratio 0.80 (0.50–1.30), within patients; chance not excluded.", TOO_FEW]),
        (
            made(FEWER, FEWER, INFINITE),
            [
                "Rate ratio 0.50 to ∞ (intervals 0.30–∞), within patients, under two rules about the first dose.",
                "All days 0.50 (0.30–0.90).",
                "Without the 30 days before the first dose ∞ (1.40–∞). Infections are often why IVIG is started.",
            ],
        ),
        (
            made(FEWER, FEWER, UNBOUNDED),
            ["Rate ratio 0.50 (0.30–0.90), within patients, under one rule only (all days).", TOO_FEW],
        ),
    ],
    ids=["one rule", "no rule", "infinite", "infinite without a limit"],
)
def test_few_or_open_ratios(found, lines):
    assert answer_lines(found) == lines


def test_a_ratio_of_0_or_infinity_has_its_counts_first():
    zero = made(ZERO, ZERO, ZERO)
    zero.main["infections_on"] = 0
    assert answer_lines(zero)[0] == (
        "0 infections on and 9 off IVIG in treated patients; rate ratio 0.00 (intervals 0.00–1.20), within patients, "
        "under two rules about the first dose; chance not excluded."
    )
    infinite = made(INFINITE, INFINITE, INFINITE)
    infinite.main["infections_off"] = 0
    assert answer_lines(infinite)[0] == (
        "5 infections on and 0 off IVIG in treated patients; rate ratio ∞ (intervals 1.40–∞), within patients, "
        "under two rules about the first dose."
    )
    alone = made(UNBOUNDED)
    alone.main["infections_off"] = 0
    assert answer_lines(alone) == [
        "5 infections on and 0 off IVIG in treated patients; rate ratio ∞, within patients.", TOO_FEW,
    ]  # fmt: skip


def test_without_a_ratio_under_the_settings_those_of_the_rules_are_said():
    assert answer_lines(made(ABSENT)) == [
        "5 infections on and 9 off IVIG in treated patients.",
        "The ratio cannot be estimated from these data.",
    ]
    assert answer_lines(made(ABSENT, FEWER, WIDE))[2] == (
        "Rate ratio 0.50 to 0.80 (intervals 0.30–1.30), within patients, under two other rules about the first dose."
    )


def test_no_line_has_a_p_value():
    for main, rules in EVERY:
        said = " ".join(answer_lines(answer(main, rules)))
        assert not any(text in said for text in ("p =", "p <", "0.018"))
        assert said.count("chance not excluded") <= sum(way == 0 for way in (main, *rules)), (main, rules)
        assert direction(answer(main, rules).main) == main
