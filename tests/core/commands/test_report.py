"""`report`: a whole file or none, faults named with their remedy, and a page that needs no browser."""

from __future__ import annotations

import json
from datetime import date

import pytest

from ivig_core.__main__ import main
from ivig_core.commands import report as command
from ivig_core.report.pictures import PicturesError
from ivig_core.report.pptx import TemplateError
from tests.core.report.made import of
from tests.paths import REFERENCE, ROOT

SIM43 = str(REFERENCE / "sim43.csv")
REASON = "No browser was found."


@pytest.fixture
def quick(monkeypatch):
    """The way around the analysis, which other tests have; what the report was made of."""
    seen = {}

    def writer(report, template):
        seen.update(report=report, template=template)
        return b"whole"

    monkeypatch.setattr(
        command, "results", lambda study, spec, protocol: seen.update(study=study, spec=spec) or of("one")
    )
    monkeypatch.setattr(command, "default_exhibits", lambda made, presentation: ())
    monkeypatch.setattr(command, "WRITERS", dict.fromkeys(command.ENDINGS, writer))
    monkeypatch.setattr(command.pictures, "available", lambda: "")
    return seen


def test_a_page_is_written_without_a_browser(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(command.pictures, "available", lambda: REASON)
    monkeypatch.setattr(command, "results", lambda study, spec, protocol: of("many"))
    target, settings = tmp_path / "Bericht.HTML", tmp_path / "settings.json"
    given = ["--title", "Köln <b>", "--hospital", "Haus|1", "--day", "2026-05-28", "--set", "window_days=28"]
    assert main(["report", SIM43, "-o", str(target), *given, "--save-settings", str(settings)]) == 0
    page = target.read_text(encoding="utf-8")
    assert "Köln &lt;b&gt;" in page
    assert "2026-05-28" in page
    assert "on IVIG to day 30" in page
    assert json.loads(settings.read_text(encoding="utf-8"))["window_days"] == 28
    said = capsys.readouterr()
    assert f"Wrote {target}: 7 figures" in said.out
    assert {path.name for path in tmp_path.iterdir()} == {"Bericht.HTML", "settings.json"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-o", "{}/r.docx"], "a file name that ends in .pptx, .html or .pdf"),
        (["-o", "{}/missing/r.html"], "a file in a folder that exists"),
        (["-o", "{}/r.html", "--template", "t.pptx"], "only together with a report that ends in .pptx"),
        (["-o", "{}/r.pptx", "--template", "{}/none.pptx"], "a file that can be read (No such file or directory)"),
        (["-o", "{}/r.html", "--set", "window_days=x"], "window_days = 'x'"),
        (["-o", "{}/r.html", "--save-settings", "{}/missing/s.json"], "--save-settings = "),
        (["-o", "{}/r.html", "--title", "t" * 301], "at most 300 characters"),
        (["-o", "{}/r.html", "--share-threshold", "5"], "only together with --share"),
    ],
)
def test_a_fault_is_named_before_anything_is_read(tmp_path, capsys, quick, arguments, said):
    assert main(["report", SIM43, *(text.format(tmp_path) for text in arguments)]) == 2
    assert said in capsys.readouterr().err
    assert quick == {}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", [".pptx", ".pdf"])
def test_without_a_browser_status_and_sentence_say_what_to_do(tmp_path, capsys, quick, monkeypatch, ending):
    monkeypatch.setattr(command.pictures, "available", lambda: REASON)
    assert main(["report", SIM43, "-o", str(tmp_path / f"r{ending}")]) == 3
    assert capsys.readouterr().err == f"error: {REASON} {command.WITHOUT}\n"
    assert quick == {}


@pytest.mark.parametrize(
    ("raised", "status"), [(PicturesError("It hangs."), 3), (TemplateError("It is damaged."), 2)], ids=["3", "2"]
)
def test_what_fails_leaves_the_file_that_was_there(tmp_path, capsys, quick, monkeypatch, raised, status):
    def fails(report, template):
        raise raised

    target = tmp_path / "r.pptx"
    target.write_bytes(b"old")
    monkeypatch.setitem(command.WRITERS, ".pptx", fails)
    assert main(["report", SIM43, "-o", str(target)]) == status
    assert str(raised) in capsys.readouterr().err
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_options_reach_the_report(tmp_path, capsys, quick):
    template = tmp_path / "own.pptx"
    template.write_bytes(b"template")
    given = ["--template", str(template), "--notes", "Say this.", "--hospital", "House", "--set", "where=sex=female"]
    assert main(["report", SIM43, "-o", str(tmp_path / "r.pptx"), *given]) == 0
    report = quick["report"]
    assert (report.notes, report.hospital, report.day) == ("Say this.", "House", date.today())
    assert quick["template"] == b"template"
    assert str(quick["spec"].selection.where[0]) == "sex=female"
    assert (tmp_path / "r.pptx").read_bytes() == b"whole"


def test_a_share_hides_small_counts_and_says_so(tmp_path, capsys, quick):
    assert main(["report", SIM43, "-o", str(tmp_path / "r.html"), "--share", "--share-threshold", "9"]) == 0
    report = quick["report"]
    assert "9" in report.shared
    assert report.shared in capsys.readouterr().err
    flow = report.checklist.set_index("Item").loc["13"].iloc[1]
    assert "follow-up: ≤ 9" in flow
    assert ": 1" not in flow


def test_a_sample_is_stamped_wherever_its_rows_come_from(tmp_path, quick):
    sample = ROOT / "sample_data" / "crossover_2021.csv"
    copy = tmp_path / "ours.csv"
    copy.write_bytes(sample.read_bytes())
    for path, synthetic in ((sample, True), (copy, True)):
        assert main(["report", str(path), "-o", str(tmp_path / "r.html")]) == 0
        assert quick["study"].full.synthetic == synthetic
    assert not quick["study"].full.name.startswith("IVIG")
