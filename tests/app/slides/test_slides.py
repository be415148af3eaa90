"""The page Slides: from open page to a file in two presses, what goes out, and files that are never out of date."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivig_core.errors import IvigError
from ivig_core.report.content import Report
from pages.shell.session import MADE
from pages.slides import downloads, files, listing
from pages.slides.content import HOSPITAL, TITLE
from tests.app.conftest import App
from tests.app.slides.test_shelf import SLIDES_PAGE, press, shelved
from tests.app.walk.shown import RATES

ODD = "Zoë <b>| [x](http://h/y)"


@pytest.fixture
def given(monkeypatch) -> list[Report]:
    """The reports that writers are given; nothing is written of them."""
    seen: list[Report] = []

    def write(report, _template, tick) -> bytes:
        seen.append(report)
        tick(1, 2)
        return b"file"

    kinds = {name: replace(kind, make=write) for name, kind in files.KINDS.items()}
    monkeypatch.setattr(downloads, "KINDS", kinds)
    monkeypatch.setattr(downloads, "available", lambda: "")
    return seen


def labels(app: App) -> list[str]:
    return [item.label for kind in ("button", "download_button") for item in app.test.get(kind)]


def make(app: App, kind: str = "pptx") -> App:
    app.test.button(key=f"slides_make_{kind}").click().run()
    return app.sound()


def test_from_the_shelf_to_a_file_and_no_file_that_is_out_of_date(start, given):
    app = start({"min_grade": "3"}).page(RATES)
    app = press(press(app, "figure", "subgroups"), "figure", "rates").page(SLIDES_PAGE)
    app.test.text_input(key=TITLE).input(ODD).run()
    app.test.text_input(key=HOSPITAL).input("Klinik für Hämatologie").run()
    app.test.button(key="slides_down").click().run()
    one, two = shelved(app.sound())
    assert [one.key, two.key] == ["rates", "subgroups"]
    app.test.text_input(key=f"slides_title_of_{two.number}").input(f"{ODD} too").run()
    make(app)
    assert "Download PowerPoint" in labels(app)
    (report,) = given
    assert (report.title, report.hospital) == (ODD, "Klinik für Hämatologie")
    assert [item.title for item in report.exhibits] == [one.title, f"{ODD} too"]
    assert report.exhibits[0].figure.layout.template.layout.font.size > 14
    app.test.button(key="slides_take_off").click().run()
    assert "PowerPoint" in labels(app.sound())
    assert "Download PowerPoint" not in labels(app)
    assert app.test.session_state[MADE] == []
    # In share mode an item with exact counts neither goes out nor is seen.
    app.test.session_state["share"] = True
    make(app.run())
    assert "1 item: with exact counts, left out in share mode." in app.said
    assert one.title not in app.said
    assert f"{one.key}-{one.number}" not in {item.key for item in given[1].exhibits}
    assert given[1].shared.startswith("Small numbers are hidden")
    app.test.session_state["share"] = False
    # Without any the default set goes out, which can be taken over.
    app.run().test.button(key="slides_clear_all").click().run()
    assert listing.EMPTY in app.sound().said
    titles = [item.title for item in make(app) and given[2].exhibits]
    assert len(titles) > 8
    app.test.button(key="slides_take_over").click().run()
    assert [item.title for item in shelved(app.sound())] == titles
    make(app)
    assert [item.title for item in given[3].exhibits] == titles
    assert not any(text.startswith("Made under") for item in given[3].exhibits for text in item.remarks)
    # And the words are those of the same analysis.
    app.test.session_state["views_slides"] = "Words"
    methods, results, references = (item.value for item in app.run().test.code)
    assert "grade 3 or higher" in methods
    assert "rate ratio" in results.lower()
    assert references.startswith("1. ")
    assert len(app.test.dataframe[0].value)
    assert "Settings file (JSON)" in labels(app)


def test_what_cannot_be_made_says_why_and_the_rest_still_works(start, given, monkeypatch):
    def fail(*_) -> bytes:
        raise IvigError("the browser is gone")

    monkeypatch.setitem(downloads.KINDS, "pdf", replace(downloads.KINDS["pdf"], make=fail))
    monkeypatch.setattr(downloads, "report", lambda *_: None)
    app = make(start().page(SLIDES_PAGE), "pdf")
    assert "The browser is gone." in app.said
    monkeypatch.setattr(downloads, "available", lambda: "No Chromium here.")
    app.run()
    assert "No Chromium here." in app.said
    off = {item.key.removeprefix("slides_make_") for item in app.test.button if item.disabled}
    assert off == {name for name, kind in files.KINDS.items() if kind.browser}
    make(app, "html")
    assert "Download Web page" in labels(app)
