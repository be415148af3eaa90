"""What is put on slides: the figure and its remarks, never ids that nobody chose, within limits, with its cohort."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
import streamlit as st

from pages.shell.session import SLIDES
from pages.slides import offer, shelf
from tests.app import files
from tests.app.conftest import App
from tests.app.walk.shown import DATA, GIVEN, OVERVIEW, PATIENT, PATIENTS, RATES, SURVIVAL

PEOPLE = tuple(f"ZQ{number:03}X" for number in range(12))
SLIDES_PAGE = "pages/8_slides.py"


def cohort() -> str:
    """An ordinary cohort whose ids look like nothing else."""
    rows = files.ordinary(len(PEOPLE))
    for number, name in enumerate(PEOPLE):
        rows = rows.replace(f"P{number:03},", f"{name},")
    return rows


def press(app: App, kind: str, key: str) -> App:
    app.test.button(key=f"to_slides_{kind}_{key}").click().run()
    return app.sound()


def shelved(app: App) -> list[shelf.Item]:
    return app.test.session_state[SLIDES] if SLIDES in app.test.session_state else []  # noqa: SIM401


def everything(item: shelf.Item) -> str:
    frames = [frame.to_csv() for frame in (item.table, item.full) if frame is not None]
    return "\n".join([item.title, item.settings, item.figure, *item.remarks, *frames])


def test_nothing_that_can_be_put_on_slides_has_an_id_unless_it_is_chosen(start, monkeypatch):
    """Every figure and table of the pages about single patients, as it would be put on the shelf."""
    plain, chosen = dict[tuple[str, str], shelf.Item](), dict[tuple[str, str], shelf.Item]()

    def collected(of: offer.Offer) -> None:
        for made, named in ((plain, False), (chosen, True)):
            st.session_state[shelf.NAMED] = named
            made[of.kind, of.key] = offer.item_of(of)

    monkeypatch.setattr(offer, "_button", collected)
    app = start({"igg_blank_heavy_chain": "total"}).upload(cohort())
    app.test.session_state["views_rates_page"] = "IgG levels"
    app.test.session_state["lanes_as_table"] = True
    for page in (OVERVIEW, PATIENTS, PATIENT, RATES, DATA):
        app.page(page)
    with_ids = {key for key, item in chosen.items() if any(name in everything(item) for name in PEOPLE)}
    assert with_ids == {
        ("figure", "overview_swimmer"), ("figure", "patients"), ("table", "patients"), ("figure", "timeline"),
        ("figure", "igg_course"),
    }  # fmt: skip
    assert {key for key, item in chosen.items() if item.named} == with_ids
    assert [key for key, item in plain.items() if any(name in everything(item) for name in PEOPLE)] == []
    assert not any(item.named for item in plain.values())


def test_what_is_on_slides_says_so_and_can_be_taken_off(start):
    app = press(start().page(RATES), "figure", "subgroups")
    (item,) = shelved(app)
    assert (item.section, item.key) == ("Infection rates", "subgroups")
    assert item.title == app.figures[0].layout.meta["finding"]
    assert any(text.startswith("Levels on IVIG include donor IgG") for text in item.remarks)
    assert app.test.button(key="to_slides_figure_subgroups").label == "On slides"
    assert [toast.value for toast in app.test.toast] == ["Added to slides: 1 item."]
    # Under other settings it is another figure, and the first one stays with what it was made under.
    app.test.session_state["spec"] = app.spec.change(min_grade=3)
    assert app.run().test.button(key="to_slides_figure_subgroups").label == "Add to slides"
    both = shelved(press(app, "figure", "subgroups"))
    assert [item.exhibit(both[1].settings).remarks[0].startswith("Made under other settings") for item in both] == [
        True, False,
    ]  # fmt: skip
    assert [item.number for item in shelved(press(app, "figure", "subgroups"))] == [1]
    app.test.session_state[SLIDES] = both[:1] * shelf.MOST_ITEMS
    app = press(app.run(), "figure", "subgroups")
    assert len(shelved(app)) == shelf.MOST_ITEMS
    assert "the most it holds" in app.said


def test_a_warning_above_a_figure_goes_with_it_and_with_what_follows(start):
    app = start({"survival_group": "ivig_ever"}).page(SURVIVAL)
    app = press(press(app, "figure", "survival"), "table", "survival_medians")
    assert all(any(text.startswith("Immortal time") for text in item.remarks) for item in shelved(app))
    (given,) = shelved(press(start({"survival_group": "ivig_ever"}).page(GIVEN), "table", "baseline"))
    assert not any("Immortal" in text for text in given.remarks)


def test_items_go_with_their_cohort(start):
    app = press(start().upload(cohort()).page(RATES), "figure", "subgroups")
    own = app.test.session_state["current_cohort"]
    sample = next(name for name in app.test.selectbox(key="cohort_choice").options if name != "cohort")
    app.test.selectbox(key="cohort_choice").select(sample).run()
    assert "1 item: of another cohort, left out." in app.page(SLIDES_PAGE).said
    app.test.session_state["current_cohort"] = own
    app.page(DATA).test.button(key="forget").click().run()
    assert shelved(app.sound()) == []


@pytest.mark.parametrize(
    "part", [{"table": pd.DataFrame({"a": range(shelf.MOST_ROWS + 1)})}, {"figure": "x" * (shelf.LARGEST_FIGURE + 1)}]
)
def test_what_is_too_large_for_slides_is_refused(part):
    item = shelf.Item(0, "", "", "key", "section", "title", "settings")
    with pytest.raises(shelf.ShelfError):
        shelf.put(replace(item, **part))
    assert len(shelf.items()) == 0
