"""The page of hospitals: files put together, refused, made and explained; nothing of them in share mode."""

from __future__ import annotations

import json
import re
from functools import cache

import numpy as np
import pytest

from ivig_core.cohort.read import read_cohort
from ivig_core.disclosure.rule import Rule
from ivig_core.figures.hospitals.tables import in_words, parts_of
from ivig_core.figures.words import estimate
from ivig_core.hospitals.pool import pool
from ivig_core.hospitals.read import read_site
from ivig_core.hospitals.round_json import read_round
from ivig_core.hospitals.rounds import pool_rounds
from ivig_core.hospitals.site_json import site_json
from ivig_core.hospitals.summarise import summarise
from ivig_core.spec import AnalysisSpec
from ivig_core.study.describe import sentence
from ivig_core.study.rates.forest import forest
from ivig_core.study.study import Study
from pages.hospitals import make, rounds
from tests.app.walk.test_same_numbers import NOWHERE
from tests.paths import ROOT

PAGE = "pages/8_hospitals.py"
SAMPLE = {"sample": "known_truth"}
HOSTILE = "<img src=x onerror=alert(1)> **b** [l](http://a.b) $x^2$ :smile: 🏥"
SPEC = AnalysisSpec()
SEASON = AnalysisSpec().change(adjust_for=("season",))


@cache
def study(part: int | None = None) -> Study:
    """The sample, or one of five parts of it."""
    whole = read_cohort(ROOT / "sample_data" / "known_truth.csv").cohort
    return Study(whole if part is None else whole.subset(np.arange(len(whole)) % 5 == part))


@cache
def file_of(part: int | None, name: str = "", spec: AnalysisSpec = SPEC) -> bytes:
    return json.dumps(site_json(summarise(study(part), spec, Rule(), name or f"Hospital {part}"))).encode()


def changed(data: bytes, **fields: object) -> bytes:
    return json.dumps({**json.loads(data), **fields}).encode()


def load(app, *files: bytes, place: int = 0):
    """Upload files, called a.json, b.json and so on."""
    named = [(f"{chr(97 + at)}.json", data, "application/json") for at, data in enumerate(files)]
    app.test.file_uploader[place].set_value(named).run()
    return app.sound()


def title(app) -> str:
    return app.test.title[0].value.replace("\\", "")


def click(app, key: str):
    app.test.button(key=key).click().run()
    return app.sound()


def remove(app, at: int):
    pills = app.test.pills(key="hospital_pills")
    pills.set_value(app.test.session_state["hospital_files"][at].digest).run()
    return app.sound()


@pytest.fixture
def page(start):
    return start(SAMPLE).page(PAGE)


def test_five_files_give_the_ratio_of_all_patients_and_stay_until_they_are_forgotten(page):
    files = [file_of(part) for part in range(5)]
    app = load(page, *files)
    row = forest(study(), SPEC, "overall").iloc[0]
    text = estimate(row["status"], row["irr"], row["ci_low"], row["ci_high"])
    assert title(app) == f"Five hospitals together: {text.replace(' ', ' times as many infections on IVIG ')}"
    meta = app.figures[0].layout.meta
    assert meta["finding"] == title(app)
    assert not re.search("|".join(NOWHERE), app.said + meta["alt"])
    # The cohort that is shown is simulated; of these hospitals nobody said so.
    assert "SYNTHETIC" not in app.figures[0].layout.title.subtitle.text + app.test.title[0].value
    app.test.session_state["tabs_hospitals"] = "Table"
    app.run()
    pooled = pool([read_site(data, "x") for data in files])
    assert app.test.dataframe[0].value.equals(in_words(pooled, "", "on_ivig"))
    app = app.page("pages/9_data.py").page(PAGE)
    assert title(app).startswith("Five hospitals")
    app = remove(app, 4)
    assert title(app).startswith("Four hospitals")
    assert "Hospital 4" not in app.said
    app = click(app, "hospital_forget")
    assert title(app) == "Hospitals"
    gone = ("hospital_files", "hospital_shown", "hospital_made", "hospital_rounds_held")
    assert not [name for name in gone if name in app.test.session_state]


def test_a_file_that_does_not_fit_is_named_and_leaves_the_others(page):
    other = file_of(2, "Other", AnalysisSpec().change(window_days=45))
    damaged = file_of(3)[:-200]
    foreign = changed(file_of(3), version=99)
    # The odd one comes first: it is refused nevertheless, not the two that agree.
    app = load(page, other, file_of(0), damaged, file_of(1), file_of(0), foreign, b"\xff\x00[" * 9, b"[" * 100_000,
               changed(file_of(1), name="Twin"), changed(file_of(4), name="Hospital 0"))  # fmt: skip
    assert title(app).startswith("Two hospitals together")
    said = app.test.error[0].value.replace("\\", "").replace("\u2060", "").split("\n")
    assert len(said) == 8
    assert sum("Days a dose counts: here 45, in the 2 others 30." in line and "a.json" in line for line in said) == 1
    for name, words in (
        ("c.json", "no JSON"), ("e.json is the same file as b.json", "counts once"), ("f.json", "same version"),
        ("g.json", "no JSON"), ("h.json", "no JSON"), ("i.json", "same log-likelihood"),
        ("j.json", "Remove that one first"),
    ):  # fmt: skip
        assert sum(name in line and words in line for line in said) == 1, name
    # A later file that fits is added to them.
    app = load(app, file_of(3))
    assert title(app).startswith("Three hospitals")
    # On paper the page is about them, not about the cohort of this hospital.
    assert [item.value.partition(".")[0] for item in app.test.caption if "Printed 20" in item.value] == [
        "Files of 3 hospitals"
    ]
    assert not app.test.error
    # Nor does a room read of that cohort.
    app.test.session_state["present"] = True
    told = [item.value for item in app.run().test.caption if "Printed 20" not in item.value]
    assert told[0].startswith("Files of 3 hospitals. ")
    assert not [text for text in told if "All settings at their default" in text]


def test_names_of_strangers_are_text_everywhere(page):
    long = "Klinik " + "für Hämatologie " * 4
    app = load(page, changed(file_of(0), name=HOSTILE), changed(file_of(1), name=long.strip()),
               changed(file_of(2), name="x" * 200))  # fmt: skip
    assert title(app).startswith("Two hospitals")
    assert "c.json" in app.said  # 200 characters are no name
    listed = next(item.value for item in app.test.markdown if "onerror" in item.value)
    assert "\\<img" in listed
    assert "\\*\\*b" in listed
    assert "\\[l" in listed
    drawn = json.dumps(app.figures[0].to_plotly_json(), default=list)
    assert "<img" not in drawn
    assert "&lt;img" in drawn
    assert "$x" not in drawn
    app.test.session_state["hospital_parts"] = True
    app.test.session_state["hospital_parts_of"] = app.test.session_state["hospital_files"][0].digest
    cells = [str(cell) for item in app.run().test.table for name in item.value for cell in item.value[name]]
    assert [cell[:5] for cell in cells if "img" in cell] == ["\\<img"]


def test_the_file_of_this_hospital_is_that_of_the_command_and_can_be_put_to_the_others(page):
    app = load(page, file_of(0, "A"))
    app.test.text_input(key="hospital_name").set_value("Here").run()
    app = click(app, "hospital_make")
    found = app.test.session_state["hospital_made"]
    assert found.site.name == "SYNTHETIC Here"
    assert json.loads(found.data) == json.loads(file_of(None, "SYNTHETIC Here"))
    assert f"{len(found.data):,} bytes" in app.said
    app.test.session_state["hospital_parts"] = True
    app.test.session_state["hospital_parts_of"] = "the file made above"
    assert len(app.run().test.get("table"))
    assert parts_of(found.site)["In this file"].str.contains("483 numbers").any()
    # Simulated patients are never put together with others.
    app = click(app, "hospital_add")
    assert title(app).startswith("One hospital")
    assert "never put together with others" in app.said
    app = click(click(app, "hospital_forget"), "hospital_make")
    app = click(app, "hospital_add")
    assert title(app).startswith("One hospital: 0.54")
    assert "SYNTHETIC" in app.figures[0].layout.title.subtitle.text
    # Other settings: the file is not theirs any more, and what is put on slides has those of the files.
    app.test.session_state["spec"] = SPEC.change(window_days=45)
    assert f"{len(found.data):,} bytes" not in app.run().said
    app = click(app, "to_slides_figure_hospitals")
    assert app.test.session_state["slides_shelf"][-1].settings == sentence(SPEC)
    # Patients of another file: the name that said simulated is gone.
    app = app.upload((ROOT / "tests" / "reference" / "sim43.csv").read_bytes(), "own.csv").page(PAGE)
    assert app.test.text_input(key="hospital_name").value == "own"


def test_too_few_patients_are_said_to_the_hospital_alone(start):
    app = start({**SAMPLE, "where": "age<45"}).page(PAGE)
    app = click(app, "hospital_make")
    found = app.test.session_state["hospital_made"]
    assert "adds nothing to the ratio" in app.said
    for remark in found.site.remarks:
        assert remark.split(":")[0] in app.said
        assert remark.split(":")[0] not in found.data.decode()
    app = load(app, found.data)
    assert title(app) == "One hospital: no rate ratio, too few patients to share one"


def test_five_simulated_hospitals_are_shown_as_such_and_go_when_others_come(start):
    app = click(start().page(PAGE), "hospital_try")
    assert title(app).startswith("Five hospitals together")
    assert "SYNTHETIC" in app.figures[0].layout.title.subtitle.text
    app = load(app, file_of(0))
    assert title(app).startswith("One hospital")
    assert "simulated hospitals were taken away" in app.said


def test_share_mode_shows_no_single_hospital_and_makes_no_file(start):
    app = load(start({**SAMPLE, "share": "1"}).page(PAGE), *(file_of(part) for part in range(5)))
    assert title(app).startswith("Five hospitals together")
    drawn = json.dumps(app.figures[0].to_plotly_json(), default=list)
    assert "Hospital 1" not in drawn
    assert "All together" in drawn
    assert "about" not in "".join(item.value for item in app.test.markdown if "Hospital 1" in item.value)
    assert not [button for button in app.test.button if button.key == "hospital_make"]
    assert not app.test.dataframe
    app.test.session_state["hospital_parts"] = True
    app.test.session_state["hospital_rounds"] = True
    assert not app.run().test.get("table")
    for _ in range(3):
        app = remove(app, 0)
    assert title(app) == "Hospitals"
    assert not app.figures


def test_a_round_is_asked_answered_and_pooled(page):
    files = [file_of(part, "", SEASON) for part in range(2)]
    app = load(page, *files)
    app.test.session_state["hospital_rounds"] = True
    app.run()
    question = rounds.in_file(rounds.first_request([read_site(data, "x") for data in files]))
    app = load(app, question, place=1)
    assert "Question of round 1" in app.said
    app.test.selectbox(key="hospital_round_who").set_value("Hospital 1").run()
    app = click(app, "hospital_answer")
    mine = app.test.session_state["hospital_rounds_held"].answer
    assert mine.name == "Hospital 1"
    asked = mine.request
    answers = [rounds.in_file(rounds.answered(study(part), asked, Rule(), f"Hospital {part}")) for part in range(2)]
    app = load(app, *answers, place=1)
    shown = app.test.session_state["hospital_rounds_held"].pooled
    assert shown.irr.equals(pool_rounds([read_round(data, "x") for data in answers]).irr)
    assert "Round 1: not done yet" in app.said
    app = load(app, answers[0], place=1)
    assert "there is none of Hospital 1" in app.said
    assert app.test.session_state["hospital_rounds_held"].pooled is shown


def test_a_file_names_its_download():
    site = read_site(changed(file_of(0), name=HOSTILE), "x")
    assert make.Made("", SPEC, site, b"").file == "hospital-img-src-x-onerror-alert-1-b-l-http-a-b-x.json"
