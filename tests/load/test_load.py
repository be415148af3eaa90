"""That the load tool does what it says: two visitors of a server, few patients, two settings each."""

from __future__ import annotations

import pytest

from tests.load.__main__ import main, report
from tests.load.scene import Watched, Work, quantile
from tests.load.server import Server
from tests.load.visitor import VisitError, Visitor


@pytest.fixture(scope="module")
def server():
    with Server() as started:
        yield started


def test_each_visitor_is_shown_its_own_cohort_and_setting(server):
    header = "patient_id,record,start,end,grade\n"
    two = [Visitor(server.url), Visitor(server.url)]
    try:
        for number, visitor in enumerate(two, 1):
            rows = [
                f"p{i},patient,0,400,\np{i},ivig,90,,\np{i},infection,{10 * i + 100},,2\n" for i in range(2 + number)
            ]
            visitor.upload(f"of_{number}.csv", (header + "".join(rows)).encode())
            visitor.go("")
        assert [any(f"{2 + number} patients" in text for text in two[number - 1].said) for number in (1, 2)] == [
            True
        ] * 2
        for visitor in two:
            assert visitor.set_window(33) > 0
        assert server.cpu_seconds() > 0
        assert server.megabytes() > 50
        with pytest.raises(VisitError, match="does not show"):
            two[0].set_window(100_000)
    finally:
        for visitor in two:
            visitor.close()


@pytest.mark.parametrize("words", [["--users", "1000"], ["--seconds", "0"], ["--every", "-1"], ["--patients", "x"]])
def test_it_is_bounded(words, capsys):
    with pytest.raises(SystemExit):
        main(words)
    assert words[0] in capsys.readouterr().err


def test_the_report_counts_errors_and_shares(capsys):
    works = [Work("user", "", 0, times=[1.0] * 19 + [9.0]), Work("user", "", 0, errors=["VisitError: no"])]
    assert report(works, [Watched(0, 1, 100), Watched(10, 6, 120)]) == 1
    said = capsys.readouterr().out
    assert "user × 2: 20 redraws, p50 1.00 s, p95 1.00 s, most 9.00 s" in said
    assert "errors: 1\n  VisitError: no" in said
    assert "5.0 s of processor time, 0.25 s a redraw, 0.50 cores" in said
    assert quantile([3, 1, 2], 0.5) == 2
