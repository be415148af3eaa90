"""A hospital's own file on the page: what is asked, what is shown of it, and what it becomes."""

from __future__ import annotations

import gc
import io
import json
import weakref

import pytest
from openpyxl import Workbook

from ivig_core.cohort.mapping.mapping_json import as_json
from tests.app import files

GERMAN = [
    ["Immunglobulin bei Myelom", "Stand 2024"],
    [],
    ["Pat.-Nr.", "Geschlecht (m/w)", "Beobachtung von", "Beobachtung bis", "IVIG von", "IVIG bis", "Intervall (Wo.)",
     "Infekt 1 Datum", "Infekt 1 Grad", "IgG bei Beginn (g/l)"],
    ["M1", "m", "01.02.2021", "31.12.2023", "10.03.2022", "20.06.2023", "3-4", "15.04.2021", "Grad 3", "4,2"],
    ["M2", "w", "05.03.2021", "30.11.2023", "", "", "", "02.07.2022", "Grad 2", "6,1"],
    ["Summe", "", "", "", "", "", "", "", "", ""],
]  # fmt: skip
PAYLOADS = ("<img src=x onerror=alert(1)>", "[click](javascript:alert(1))", "**bold** $x^2$ :red[r]")


def workbook() -> bytes:
    """The German table as a workbook."""
    book, held = Workbook(), io.BytesIO()
    for row in GERMAN:
        book.active.append(row)
    book.save(held)
    return held.getvalue()


def _press(app, words):
    next(item for item in app.test.button if words in item.label).click().run()
    return app.sound()


def _columns(app):
    return next(item.value for item in app.test.dataframe if "In your file" in item.value).set_index("In your file")


def test_a_german_workbook_is_asked_about_and_becomes_a_cohort(start):
    app = start().upload(workbook(), "klinik.xlsx")
    assert "To settle first: 1 point" in app.said
    assert "“3-4” is not one number" in app.said
    assert app.test.button(key="map_use").disabled
    assert _columns(app).loc["IgG bei Beginn (g/l)", "For example"] == "4,2 · 6,1"
    answer = next(item for item in app.test.text_input if item.key.startswith("value_"))
    answer.input("often")
    _press(app, "Use these")
    assert "“often” is no number from 1 to 3650" in app.said
    next(item for item in app.test.text_input if item.key.startswith("value_")).input("25")
    _press(app, "Use these")
    assert "To settle first" not in app.said
    assert "2 patients, 2 infections, 1 IVIG row, 2 laboratory values." in app.said
    assert "1 totals" in app.said
    before = app.test.session_state["waiting_file"]
    assert not any(isinstance(value, bytes) for value in vars(before).values())
    app.test.button(key="map_use").click().run()
    app.sound()
    assert "waiting_file" not in app.test.session_state
    held = app.test.session_state["shelf"][app.test.session_state["current_cohort"]]
    assert held.cohort.ivig["interval_days"].tolist() == [25]
    assert held.cohort.lab["value"].tolist() == [420, 610]
    # What was settled comes again with the same columns, whatever the file and its sheet are called.
    assert "klinik.xlsx was loaded" in app.said
    text = "\n".join(";".join(row) for row in GERMAN[2:])
    app.upload(text.replace("M1", "M9"), "naechste.csv")
    assert "The columns are those of klinik.xlsx" in app.said
    assert not app.test.button(key="map_use").disabled
    app.test.button(key="map_discard").click().run()
    assert "waiting_file" not in app.sound().test.session_state


def test_a_mapping_is_loaded_from_its_file_or_refused_in_a_sentence(start):
    text = "who,from,until,sick on,bad\nA,2021-01-01,2022-01-01,2021-05-01,3\nB,2021-01-01,2022-01-01,,\n"
    app = start().upload(text, "own.csv")
    waits = app.test.session_state["waiting_file"]
    field = {"patient_id": "who", "start": "from", "end": "until"}
    infection = {"patient_id": "who", "start": "sick on", "grade": "bad"}
    given = {"ivig_mapping": 1, "sheets": [{"sheet": "other", "header_row": 1, "blocks": [
        {"record": "patient", "fields": field}, {"record": "infection", "fields": infection}]}]}  # fmt: skip
    other = json.loads(json.dumps(given).replace('"bad"', '"worse"'))
    for data, said in (
        (b"PK\x03\x04", "The mapping is not JSON"),
        (json.dumps(other).encode(), "it uses columns that own.csv does not have (worse)"),
    ):
        app.test.file_uploader[1].upload("m.json", data, "application/json").run()
        assert said in app.sound().said
        assert app.test.session_state["waiting_file"].mapping == waits.mapping
    app.test.file_uploader[1].upload("m.json", json.dumps(given).encode(), "application/json").run()
    assert "The columns are those of m.json" in app.sound().said
    assert "2 patients, 1 infection, 0 IVIG rows" in app.said
    assert "No IVIG was found" in app.said
    # It is saved as it was loaded, for the sheet of this file.
    saved = json.loads(as_json(app.test.session_state["waiting_file"].mapping))
    assert saved["sheets"][0]["sheet"] != "other"
    assert [block["fields"].keys() for block in saved["sheets"][0]["blocks"]] == [field.keys(), infection.keys()]


def test_nothing_of_a_hostile_file_is_read_as_markdown(start):
    header = ["patient id", "first day at risk", "last day at risk", "infection date", "infection grade", *PAYLOADS]
    rows = [["A1", "2021-01-01", "2022-01-01", "2021-06-01", PAYLOADS[0], *PAYLOADS],
            ["A2", "2021-01-01", "2022-01-01", "2021-07-01", PAYLOADS[1], *PAYLOADS]]  # fmt: skip
    app = start().upload("\n".join("\t".join(row) for row in (header, *rows)), "hostile.tsv")
    test = app.test
    assert "waiting_file" in test.session_state
    assert any(PAYLOADS[0] in name for name in _columns(app).index)
    read = [item.value for kind in (test.markdown, test.caption, test.info, test.warning, test.error) for item in kind]
    read += [item.label for kind in (test.button, test.selectbox, test.text_input) for item in kind]
    read += [option for item in test.selectbox for option in item.options]
    told = [text for text in read if "onerror" in text or "javascript" in text]
    assert told
    for text in read:
        assert "<img" not in text.replace("\\<img", "")
        assert "[click](" not in text
        assert "**bold**" not in text


def test_identifiers_stop_before_anything_is_shown_and_numbers_can_be_replaced(start):
    text = (
        "MRN,Medication Name,Admin Action,Taken Time,Dose,Dose Unit\n"
        "88112233,Gamunex-C,Given,03/15/2023 1042,30,g\n88112233,Gamunex-C,Held,04/15/2023 1042,30,g\n"
    )
    app = start().upload(text, "mar.csv")
    assert "MRN" in app.said
    assert "waiting_file" not in app.test.session_state
    shown = app.said + str([item.value for item in app.test.dataframe])
    assert "88112233" not in shown
    _press(app, "Replace the numbers by new study ids")
    state = app.test.session_state
    assert "upload_attempt" not in state
    assert _columns(app).loc["MRN", "For example"] == "(not shown)"
    chosen = next(item for item in app.test.selectbox if item.key.startswith("patients_"))
    assert "MRN" not in chosen.options
    frames = [item.value.to_string() for item in app.test.dataframe]
    assert "88112233" not in app.said + "".join(frames)
    (shown,) = state["waiting_file"].previews.values()
    assert "88112233" not in shown.ledger.left_out.to_string()


def test_the_de_identified_copy_and_its_key_are_made_together_and_forgotten(start):
    app = start().upload(files.ordinary(), "north.csv")
    _press(app, "Make a de-identified copy")
    made = app.test.session_state["deidentified_copy"]
    assert made.notes[0] in app.said
    key, data = made.take_key(), made.take_data()
    ids = {line.split(b",")[0] for line in key.splitlines()[1:]}
    assert ids == {line.split(b",")[0] for line in data.splitlines()[1:]}
    # The key is given away once; the copy as often as wanted, until its time is over.
    assert made.key is None
    with pytest.raises(LookupError, match="not in memory any more"):
        made.take_key()
    assert made.take_data() == data
    made.let_go()
    app.run()
    assert "deidentified_copy" not in app.test.session_state
    _press(app, "Make a de-identified copy")
    kept = weakref.ref(app.test.session_state["deidentified_copy"])
    app.page("pages/1_overview.py")
    assert "deidentified_copy" not in app.test.session_state
    del made
    gc.collect()
    assert kept() is None
    app.page("pages/9_data.py")
    _press(app, "Make a de-identified copy")
    _press(app, "Done")
    assert "deidentified_copy" not in app.test.session_state
    _press(app, "Make a de-identified copy")
    _press(app, "Remove this cohort")
    assert "deidentified_copy" not in app.test.session_state


def test_a_file_that_waits_counts_among_the_files_in_memory(start, monkeypatch):
    text = "\n".join(";".join(row) for row in GERMAN[2:])
    monkeypatch.setattr("pages.data.upload.SESSION_BYTES", 2 * len(text.encode()) - 1)
    app = start().upload(text, "waiting.csv")
    app.upload(text, "second.csv")
    assert "second.csv was not read" in app.said
    # The same one again takes the place of the first.
    app.upload(text, "waiting.csv")
    assert "was not read" not in app.said
