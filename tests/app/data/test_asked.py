"""Questions whose answer is about another column or about rows: each has a control, and its answer makes the facts."""

from __future__ import annotations

import io
import zipfile

from ivig_core.cohort.guessing.guess import guess
from pages.data.texts import called_boxes
from pages.data.waiting import Waiting
from tests.core.cohort.mapping.tables import text_book
from tests.core.cohort.mapping.test_asked import REDCAP, adam


def _press(app, words):
    next(item for item in app.test.button if words in item.label).click().run()
    return app.sound()


def _choose(app, label, choice):
    box = next(item for item in app.test.selectbox if label in item.label.replace("\\", ""))
    box.select(choice)


def _used(app):
    app.test.button(key="map_use").click().run()
    return app.sound().test.session_state["shelf"][app.test.session_state["current_cohort"]].cohort


def test_units_and_instruments_of_redcap_and_what_adam_leaves_open(start):
    app = start().upload(REDCAP, "redcap.csv")
    assert "To settle first: 4 points" in app.said
    _press(app, "infection")
    _choose(app, "“ml”", "mL of a 10 % solution")
    _choose(app, "“vial”", "vials of 5 g")
    _press(app, "Use these")
    _choose(app, "“(blank)”", "grams")
    _press(app, "Use these")
    cohort = _used(app)
    assert cohort.ivig["dose_g"].fillna(0).tolist() == [30, 30, 15, 25, 0]
    assert cohort.infection["grade"].tolist() == [2]

    lab = [["USUBJID", "PARAMCD", "ADT", "AVAL"], ["P1", "IGG", "2020-01-01", "5"]]
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as folder:
        for grid in adam("5,vials,QM", adlb=lab).grids:
            folder.writestr(f"{grid.name}.csv", "\n".join(",".join(row) for row in grid.head(9)))
    app.upload(held.getvalue(), "adam.zip")
    assert "To settle first: 4 points" in app.said
    _press(app, "g/L")
    _choose(app, "“vials”", "vials of 10 g")
    _press(app, "Use these")
    next(item for item in app.test.number_input if item.key.startswith("often_days")).set_value(30)
    _press(app, "Use this")
    _choose(app, "The column that says it", "AETYPE")
    app.run()
    app.test.multiselect[0].select("INFECTION").run()
    _press(app, "These rows are infections")
    cohort = _used(app)
    assert cohort.lab["value"].tolist() == [500]
    assert cohort.infection["grade"].tolist() == [3]
    assert cohort.ivig[["interval_days", "dose_g"]].to_numpy().tolist() == [[30, 50]]


def test_a_box_is_shown_with_its_header_beside_its_code():
    book = text_book(
        "record_id,fu_start,fu_end,inf_date,inf_grade,inf_path___1,inf_path___2\n"
        "1,2021-01-01,2022-01-01,2021-05-01,3,1,0\n2,2021-01-01,2022-01-01,2021-06-01,2,0,1\n"
    )
    mapping = guess(book)
    (question,) = (item for item in mapping.questions if item.target == "pathogen")
    assert called_boxes(Waiting("boxes.csv", book, mapping), question) == {"1": "inf_path___1", "2": "inf_path___2"}
