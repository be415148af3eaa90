"""The user's protocol in the dashboard: made, told, kept over a reload, forgotten, never in the address."""

from __future__ import annotations

import json
from datetime import date

import pytest

from ivig_core.spec import AnalysisSpec
from ivig_core.spec.protocol import Protocol
from ivig_core.spec.settings_text import from_text, protocol_text, to_text
from pages.keep.store import KEPT
from pages.protocol.held import FORGOTTEN, PROTOCOL
from tests.app import files
from tests.app.conftest import App

DAY = date(2026, 3, 1)
OVERVIEW, RATES, DATA = "pages/1_overview.py", "pages/3_infection_rates.py", "pages/9_data.py"
KEY = "A" * 43


@pytest.fixture(autouse=True)
def _empty():
    yield
    KEPT._entries.clear()
    KEPT._browsers.clear()


def opened(app: App) -> App:
    app.test.session_state["protocol_box"] = True
    return app.run()


def load(app: App, data: bytes) -> App:
    next(item for item in app.test.file_uploader if item.key == "protocol_file").upload(
        "protocol.json", data, "application/json"
    ).run()
    return app.sound()


def held(app: App) -> Protocol | None:
    return app.test.session_state[PROTOCOL] if PROTOCOL in app.test.session_state else None  # noqa: SIM401


def test_made_of_the_settings_in_force_then_told_on_every_page(start):
    app = opened(start({"min_grade": "2"}).upload(files.ordinary(), "mine.csv").page(OVERVIEW))
    app.test.date_input(key="protocol_day").set_value(DAY)
    app.test.text_input(key="protocol_title").input("DRKS <b>1</b>")
    app.test.multiselect(key="protocol_subgroups").set_value(["sex", "phase"])
    app.test.multiselect(key="protocol_rows").set_value(["crude"])
    app.test.button(key="protocol_make").click().run()
    spec = AnalysisSpec().change(min_grade=2)
    assert held(app.sound()) == Protocol(DAY, spec, ("sex", "phase"), ("crude",), "DRKS <b>1</b>")
    assert "Settings: as in the protocol of 2026-03-01" in app.said
    assert "As in the protocol of 2026-03-01 (“DRKS <b>1</b>”). The protocol is dated by its author" in app.said
    app.test.number_input(key="setting_window_days").set_value(45).run()
    assert "Differs from the protocol of 2026-03-01" in app.sound().said
    assert "Days a dose counts: 45 instead of 30." in app.said
    app.page(RATES)
    heads = [text for trace in app.figures[0].data if trace.name == "label" for text in trace.text]
    assert heads.index("<b>Prespecified in the protocol</b>") < heads.index("<b>Sex</b>") < heads.index(
        "<b>Exploratory</b>"
    )  # fmt: skip
    assert "the 2 prespecified tests by themselves; those of other subgroups are not adjusted here" in app.said
    app.test.session_state["tabs_rates_page"] = "All subgroups"
    assert "other tests in the list of all subgroups, drawn or not" in app.run().said
    assert app.test.pills(key="changed_settings").options == ["Days a dose counts: 45 instead of 30 ✕"]
    app.test.pills(key="changed_settings").set_value("window_days").run()
    assert app.sound().spec == spec
    app.test.selectbox(key="setting_min_grade").select(3).run()
    next(item for item in app.test.button if item.label == "Back to the protocol").click().run()
    assert app.sound().spec == spec
    assert dict(app.test.query_params) == {"min_grade": "2"}
    opened(app).test.button(key="protocol_forget").click().run()
    assert held(app.sound()) is None
    assert app.spec == spec, "the settings stay"


def test_a_file_is_loaded_refused_or_says_what_the_cohort_does_not_have(start):
    app = opened(start())
    told = {"protocol": {"date": "soon", "primary": {"window_days": -1}}}
    load(app, json.dumps(told).encode())
    assert held(app) is None
    assert "protocol.date = soon is not allowed" in app.said
    assert "protocol.primary.window_days = -1 is not allowed" in app.said
    primary = AnalysisSpec().change(window_days=21, where="wardrobe=big")
    protocol = Protocol(DAY, primary, ("sex", "wardrobe"), ("firth", "wizard"))
    load(app, protocol_text(protocol))
    assert held(app) == protocol
    assert app.spec == AnalysisSpec().change(window_days=21)
    assert "The protocol names wardrobe, which this cohort does not have" in app.said
    assert "There is no sensitivity analysis called wizard." in app.said
    assert "Differs from the protocol of 2026-03-01 in Patients: all patients instead of wardrobe is big." in app.said
    # Settings alone leave the protocol; what differs is told.
    load(app, to_text(AnalysisSpec().change(window_days=10)))
    assert (held(app), app.spec) == (protocol, AnalysisSpec().change(window_days=10))


def test_it_goes_with_the_cohort_and_stays_for_another_that_has_what_it_names(start):
    app = start().upload(files.ordinary(7), "one.csv")
    app.test.session_state[PROTOCOL] = Protocol(DAY, subgroups=("ward",))
    app.upload(files.ordinary(8), "two.csv")
    app.page(DATA).test.button(key="forget").click().run()
    assert held(app.sound()) is not None, "the other file has the column too"
    next(item for item in app.test.selectbox if item.key == "cohort_choice").select(
        next(key for key, item in app.test.session_state["shelf"].items() if not item.sample)
    ).run()
    app.page(DATA).test.button(key="forget").click().run()
    assert held(app.sound()) is None
    assert FORGOTTEN in app.said


class Person(App):
    """Somebody whose browser has a key; `window` is what the window answers when asked."""

    def __init__(self, window: str = "") -> None:
        KEPT._browsers.clear()
        KEPT.introduce("test session id", KEY)
        self._answer = window
        super().__init__()

    def first_run(self) -> None:
        self.test.session_state["window_answer"] = self._answer
        super().first_run()


def test_a_reload_finds_it_also_beside_a_sample():
    person = Person()
    person.test.session_state[PROTOCOL] = protocol = Protocol(DAY, subgroups=("sex",))
    person.run()
    again = Person(person.test.session_state["own_window"])
    assert held(again) == protocol
    assert "As in the protocol of 2026-03-01" in again.said
    assert not dict(again.test.query_params)
    again.test.session_state[PROTOCOL] = None
    again.run()
    assert held(Person(again.test.session_state["own_window"])) is None


def test_the_settings_file_of_slides_has_it(start):
    app = start({"window_days": "45"}).upload(files.ordinary(), "mine.csv")
    app.test.session_state[PROTOCOL] = protocol = Protocol(DAY, subgroups=("sex",))
    app.test.session_state["views_slides"] = "Words"
    app.page("pages/8_slides.py")
    assert "differs from the protocol of 2026-03-01 in Days a dose counts: 45 instead of 30" in "".join(
        item.value for item in app.test.code
    )
    assert from_text(to_text(app.spec, protocol)) == (app.spec, protocol)
