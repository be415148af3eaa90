"""Subgroups of a protocol beside a cohort: there, without two levels under these settings, or nothing of it."""

from __future__ import annotations

from datetime import date

import pytest

from ivig_core.errors import SpecError
from ivig_core.spec import AnalysisSpec
from ivig_core.spec.protocol import Protocol
from ivig_core.study.protocol.fit import NO_FIT, check, fit
from tests.core.report.made import OWN, study

SPEC = AnalysisSpec()
DAY = date(2026, 3, 1)


def test_what_of_it_a_cohort_has():
    protocol = Protocol(day=DAY, subgroups=(OWN, "heavy_chain", "wardrobe", "phase", "age"))
    found = fit(study("many"), SPEC, protocol)
    assert found.known == (OWN, "phase", "age")
    assert found.untold == ("heavy_chain",), "the same in everybody"
    assert found.missing == ("wardrobe",)
    assert "age" in fit(study("many"), SPEC.change(where="age>=89"), protocol).untold
    assert fit(study("many"), SPEC, None) == NO_FIT


@pytest.mark.parametrize(
    ("more", "key", "value"),
    [({"subgroups": ("phase", "wardrobe")}, "protocol.subgroups", "wardrobe"),
     ({"sensitivity": ("gee", "crude", "magic")}, "protocol.sensitivity", "magic")],
)  # fmt: skip
def test_what_it_cannot_have_is_refused_by_name(more, key, value):
    with pytest.raises(SpecError) as caught:
        check(study("many"), SPEC, Protocol(day=DAY, **more))
    assert (caught.value.field, caught.value.value) == (key, value)
    assert "gee" in caught.value.allowed or "phase" in caught.value.allowed
