"""Every page of every sample: a number that is shown in more than one place is the same in all, and the study's."""

from __future__ import annotations

import re

import pytest

from pages.shell.navigation import LOOK
from tests.app.conftest import PAGES, SAMPLE_FILES
from tests.app.walk.quantities import READERS, SOURCES, Views
from tests.app.walk.shown import VIEWS, study_of, walk

WALKED = [path for path in SAMPLE_FILES if path.stem != "known_truth"]
"""The largest sample has nothing that the others do not have, and takes as long as two of them."""
SAMPLES = [pytest.param(path, id=path.stem) for path in WALKED]
NOWHERE = (
    r"\bnan\b", r"\bNone\b(?! is)", r"\binf\b", r"p = 0\.000", r"p 0\.000", r"<NA>", r"--", r"\(–", r"–\)",
    r"(?<![\d.,])1 (?:patients|infections|doses|deaths|events|gaps|days|rows|checks)\b",
)  # fmt: skip
"""What no reader should meet: words of the program, p of 0, one of a plural."""
ALLOWED = r"day 1 days"
FINDINGS = {f"pages/{file}": title for file, title, _ in LOOK}
"""Pages whose title is their finding, with what they are called in the navigation, which is no finding."""


def readings(views: Views, quantity: str) -> list[tuple[int, str]]:
    """Every number that is shown for a quantity, with the number of its place in `READERS`."""
    return [(at, text) for at, read in enumerate(READERS[quantity]) for text in read(views)]


def differences(views: Views, quantity: str, wanted: str) -> list[tuple[int, str]]:
    """The places that show another number than the study's."""
    return [(at, text) for at, text in readings(views, quantity) if text != wanted]


@pytest.mark.parametrize("path", SAMPLES)
def test_a_number_is_the_same_wherever_it_is_shown(path):
    views, study = walk(path), study_of(path)
    wrong = {
        name: (wanted, found)
        for name, source in SOURCES.items()
        if (found := differences(views, name, wanted := source(study)))
    }
    assert not wrong


def test_every_place_shows_its_number_in_some_sample():
    """A page that says it in other words would otherwise no longer be compared."""
    shown = {(name, at) for path in WALKED for name in READERS for at, _ in readings(walk(path), name)}
    assert {(name, at) for name, places in READERS.items() for at in range(len(places))} - shown == set()
    assert READERS.keys() == SOURCES.keys()
    assert min(map(len, READERS.values())) > 1


@pytest.mark.parametrize("path", SAMPLES)
def test_tables_of_one_thing_are_alike_on_every_page(path):
    views = walk(path)
    steps = [views[name].table("Step", "Patient-years") for name in ("data", "sensitivity")]
    assert len(steps[0])
    assert steps[0].equals(steps[1])


@pytest.mark.parametrize("path", SAMPLES)
def test_every_view_is_stamped_and_says_nothing_of_the_program(path):
    views = walk(path)
    assert {page for _, page, _ in VIEWS} == set(PAGES)
    for name, page, _ in VIEWS:
        view = views[name]
        assert view.said[0] != FINDINGS.get(page), name
        assert "SYNTHETIC" in view.text, name
        assert view.text.count("gives no treatment advice") == 1, name
        found = [line for line in view.lines() for bad in NOWHERE if re.search(bad, line)]
        assert [line for line in found if not re.search(ALLOWED, line)] == [], name


def test_another_number_in_one_place_is_found():
    """The comparison fails where one page alone is wrong: what this file is for."""
    path = SAMPLE_FILES[0]
    views, study = dict(walk(path)), study_of(path)
    value, _ = views["overview"].metrics["Patients"]
    changed = type(views["overview"])(**vars(views["overview"]))
    changed.metrics = {**changed.metrics, "Patients": (f"{value}1", "")}
    views["overview"] = changed
    assert differences(views, "patients", SOURCES["patients"](study)) == [(0, f"{value}1")]
