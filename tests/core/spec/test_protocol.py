"""The user's protocol: the same after a round trip, refused where it is none, and old settings files as before."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivig_core.errors import SpecError, SpecListError
from ivig_core.spec import AnalysisSpec
from ivig_core.spec.protocol import MOST_SUBGROUPS, Protocol
from ivig_core.spec.protocol_words import MOST_TOLD, standing
from ivig_core.spec.settings_text import MOST_BYTES, from_text, protocol_text, to_text
from tests.core.persontime.strategies import specs

DAY = date(2026, 3, 1)
NAMES = st.text(st.characters(min_codepoint=33, max_codepoint=0x24F), min_size=1, max_size=20).filter(
    lambda text: text.isprintable() and text == text.strip()
)


@settings(max_examples=8, deadline=None)
@given(specs(), st.lists(NAMES, max_size=MOST_SUBGROUPS, unique=True), st.text(max_size=200), st.dates(
    date(1980, 1, 1), DAY))  # fmt: skip
def test_the_same_after_a_round_trip(spec, names, title, day):
    protocol = Protocol(day=day, primary=spec, subgroups=tuple(names), sensitivity=("gee",), title=title)
    assert protocol.title.isprintable()
    assert Protocol.from_dict(json.loads(json.dumps(protocol.to_dict()))) == protocol
    assert from_text(protocol_text(protocol)) == (spec, protocol)
    changed = spec.change(window_days=spec.exposure.window_days + 1)
    assert from_text(to_text(changed, protocol)) == (changed, protocol)
    assert protocol.differing(changed) == ("window_days",)
    assert not protocol.differing(spec)


def test_settings_beside_a_protocol_change_its_primary_analysis():
    told = {"min_grade": 2, "protocol": {"date": "2026-03-01", "primary": {"window_days": 45, "min_grade": 3}}}
    spec, protocol = from_text(json.dumps(told).encode())
    assert spec == AnalysisSpec().change(window_days=45, min_grade=2)
    assert protocol is not None
    assert protocol.primary == AnalysisSpec().change(window_days=45, min_grade=3)
    assert protocol.differing(spec) == ("min_grade",)


def test_a_settings_file_of_before_has_no_protocol():
    spec = AnalysisSpec().change(window_days=21, where="age>=60")
    assert from_text(json.dumps(spec.to_dict()).encode()) == (spec, None)
    assert from_text(b"{}") == (AnalysisSpec(), None)
    assert from_text(b"\xef\xbb\xbf{}") == (AnalysisSpec(), None)


REFUSED = {
    "no date": ({}, "protocol.date", "write the day"),
    "ahead": ({"date": (date.today() + timedelta(days=3)).isoformat()}, "protocol.date", "not dated ahead"),
    "long ago": ({"date": "1066-10-14"}, "protocol.date", "from 1980-01-01"),
    "no such day": ({"date": "2026-02-30"}, "protocol.date", "no such day"),
    "a week": ({"date": "2026-W09"}, "protocol.date", "such as 2026-03-01"),
    "a number": ({"date": 20260301}, "protocol.date", "such as 2026-03-01"),
    "twice": ({"subgroups": ["sex", " sex"]}, "protocol.subgroups", "each name once"),
    "too many": ({"subgroups": [f"v{n}" for n in range(99)]}, "protocol.subgroups", "at most 20"),
    "no list": ({"subgroups": "sex"}, "protocol.subgroups", "a list of names"),
    "a list in a list": ({"subgroups": [["sex"]]}, "protocol.subgroups", "names as text"),
    "a huge name": ({"subgroups": ["x" * 100_000]}, "protocol.subgroups", "200 characters"),
    "lines": ({"sensitivity": ["gee\nPATIENT"]}, "protocol.sensitivity", "on one line"),
    "a huge title": ({"title": "x" * 100_000}, "protocol.title", "200 characters"),
    "a title in parts": ({"title": ["x"]}, "protocol.title", "200 characters"),
    "a bad setting": ({"primary": {"window_days": -1}}, "protocol.primary.window_days", "a whole number"),
    "an unknown setting": ({"primary": {"self": 1}}, "protocol.primary", "the settings are"),
    "no settings": ({"primary": [1]}, "protocol.primary", "an object of settings"),
    "an unknown key": ({"author": "me"}, "protocol", "the keys date"),
}


@pytest.mark.parametrize(("more", "key", "allowed"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_protocol_is_refused_by_key_value_and_remedy(more, key, allowed):
    told = {**({} if more == {} else {"date": "2026-03-01"}), **more}
    with pytest.raises(SpecListError) as caught:
        from_text(json.dumps({"protocol": told}).encode())
    (error,) = caught.value.errors
    assert error.field == key
    assert allowed in error.allowed
    assert len(str(error)) < 1_000


@pytest.mark.parametrize(
    "data",
    [b"", b"[1]", b"{", b"\xff\xfe", b"[" * 100_000, b'{"where": "\\ud800"}', b"9" * 10_000, b" " * (MOST_BYTES + 1),
     b'{"protocol": null}', b'{"protocol": "x"}'],
)  # fmt: skip
def test_another_file_is_refused_in_a_sentence(data):
    with pytest.raises(SpecListError) as caught:
        from_text(data)
    assert len(str(caught.value)) < 400


def test_every_fault_is_told_at_once():
    told = {"window_days": -1, "protocol": {"date": "x", "subgroups": [""], "primary": {"min_grade": 9}}}
    with pytest.raises(SpecListError) as caught:
        from_text(json.dumps(told).encode())
    fields = {error.field for error in caught.value.errors}
    assert fields == {"protocol.date", "protocol.subgroups", "protocol.primary.min_grade", "window_days"}


def test_a_protocol_made_in_code_is_checked_as_well():
    with pytest.raises(SpecError, match="each name once"):
        Protocol(day=DAY, subgroups=("sex", "sex"))
    with pytest.raises(SpecError, match="not dated ahead"):
        Protocol(day=date.today() + timedelta(days=2))
    assert Protocol(day=DAY, title=" a\n\u202eb ").title == "a b"


def test_as_in_the_protocol_or_what_differs():
    protocol = Protocol(day=DAY, title="DRKS 1")
    spec = AnalysisSpec()
    assert standing(spec, protocol) == "As in the protocol of 2026-03-01 (“DRKS 1”)."
    assert standing(spec.change(window_days=45), protocol) == (
        "Differs from the protocol of 2026-03-01 (“DRKS 1”) in Days a dose counts: 45 instead of 30."
    )
    many = spec.change(
        window_days=45, min_grade=3, pathogens="viral", adjust_for="season", where="age>=60", landmark_day=60,
        washout_days=14, hospitalized="yes",
    )  # fmt: skip
    assert len(protocol.differing(many)) == MOST_TOLD + 2
    assert standing(many, protocol).endswith("; and 2 more.")
