"""How single counts are hidden, and what stands for them wherever they go."""

from __future__ import annotations

import copy
import json
import math
import pickle

import pandas as pd
import pytest

from ivig_core.disclosure import Rule, said
from ivig_core.disclosure.parts import tells_a_part
from ivig_core.errors import SpecError
from ivig_core.export import rows_of, safe_csv, written
from ivig_core.figures.words import count, counted, total
from ivig_core.numbers import Withheld
from tests.core.disclosure.attacker import left_possible


@pytest.mark.parametrize("rule", [Rule(threshold, rounding) for threshold in (1, 3, 7, 12) for rounding in (3, 5, 10)])
def test_what_a_number_can_stand_for_is_what_is_shared_as_it(rule):
    shared = {number: rule.count(number) for number in range(200)}
    for number, shown in list(shared.items())[:150]:
        alike = [
            other for other, mine in shared.items() if (number > rule.threshold) == (other > rule.threshold)
            and (isinstance(shown, Withheld) or mine == shown)
        ]  # fmt: skip
        assert rule.possible(number) == (min(alike), max(alike))
        assert isinstance(shown, Withheld) == (number <= rule.threshold)
        assert isinstance(shown, Withheld) or (shown > rule.threshold and shown % rule.rounding == 0)


@pytest.mark.parametrize(("threshold", "rounding"), [(0, 5), (101, 5), (7, 2), (7, 101), (-1, 5)])
def test_a_rule_that_hides_too_little_is_none(threshold, rounding):
    with pytest.raises(SpecError):
        Rule(threshold, rounding)


def test_the_sentence_has_the_numbers_of_the_rule():
    assert "≤ 4" in said(Rule(4, 10))
    assert "rounded to 10" in said(Rule(4, 10))


def test_what_is_withheld_keeps_its_words_and_is_no_number():
    hidden = Rule().count(3)
    for one in (hidden, copy.deepcopy(hidden), pickle.loads(pickle.dumps(hidden))):
        assert f"{one:,.0f} {one} {count(one)} {counted(one, 'patient')}" == "≤ 7 ≤ 7 ≤ 7 ≤ 7 patients"
        assert math.isnan(one)
        assert math.isnan(one + 1)
        assert json.dumps([float(one)]) == "[NaN]"
    frame = pd.DataFrame({"patients": pd.Series([10, hidden], dtype=object)})
    assert safe_csv(frame).decode("utf-8-sig").split() == ["patients", "10", "≤", "7"]
    assert [str(row["patients"]) for row in rows_of(frame)] == ["10", "≤ 7"]
    assert written(frame)["patients"].tolist() == [10, "≤ 7"]
    assert (total(frame["patients"]), str(total([hidden]))) == (10, "≤ 7")


def test_parts_that_together_tell_one_are_found():
    """Over all triples: where parts and sum leave one value of a small part, the parts tell it."""
    rule, found = Rule(), 0
    for one in range(1, 8):
        for two in range(8, 40):
            for three in (0, 5, 9, 13, 20):
                parts = [one, two, three]
                whole, shown = rule.count(sum(parts)), [rule.count(part) for part in parts]
                if left_possible(rule, whole, shown, 0) < 3:
                    found += 1
                    assert tells_a_part(rule, parts), parts
    assert found > 5
    assert tells_a_part(rule, [12, 7])
    assert not tells_a_part(rule, [40, 7])
