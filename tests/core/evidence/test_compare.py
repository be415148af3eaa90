"""Rows, Markdown, JSON and the command."""

from __future__ import annotations

import json

import pytest

from ivig_core.__main__ import main
from ivig_core.errors import EstimationError, SpecError
from ivig_core.evidence.compare import as_json, compare
from ivig_core.evidence.comparisons import COMPARISONS
from ivig_core.evidence.measured import Measured, by_design
from ivig_core.evidence.quantity import Comparison, LeftOut, Quantity
from ivig_core.evidence.table import Lookup
from ivig_core.evidence.text import markdown, replace_block, summary
from tests.core.evidence.hand import people
from tests.core.make import Patient
from tests.paths import REFERENCE

SIM43 = str(REFERENCE / "sim43.csv")
RATIO = Lookup("lancman2021", "infection", measure="irr")


def fails(groups):
    raise EstimationError("nothing is known")


def measured(*values, **more):
    return lambda groups: Measured(*values, **more)


STUDY = Comparison(
    "crossover_2021",
    "lancman2021",
    "a | source",
    (
        Quantity("Patients", Lookup("lancman2021", "study_size"), lambda groups: by_design(68)),
        Quantity("Ratio", RATIO, measured(0.954, 0.8, 1.1, "ratio", remark="said so"), "read so"),
        Quantity("Too low", RATIO, measured(0.5, 0.001, 0.91, "ratio")),
        Quantity("None | at all", RATIO, fails, "read so"),
        Quantity("Extra", None, measured(-5.0, -10.0, 0.0, "% lower")),
        Quantity("Median", None, measured(float("inf"), 10.0, float("inf"), "months")),
    ),
    (LeftOut("Counts", (Lookup("lancman2021", measure="count"),), "no time"),),
)
ROWS = compare(STUDY, people(Patient()))


def test_rows_say_what_is_inside_and_why_there_is_nothing():
    assert [row.inside for row in ROWS] == [True, True, False, None, None, None]
    assert [row.note for row in ROWS] == ["", "read so; said so", "", "read so; no estimate: nothing is known", "", ""]


def test_markdown():
    lines = markdown(STUDY, ROWS).splitlines()
    assert lines[0] == "Published: a | source."
    assert lines[4:10] == [
        "| Patients | 68 | 68 | by design | yes |  |",
        "| Ratio | 0.92 (0.76–1.10) | 0.95 | 0.80–1.10 | yes | read so; said so |",
        "| Too low | 0.92 (0.76–1.10) | 0.50 | 0.001–0.91 | no |  |",
        "| None \\| at all | 0.92 (0.76–1.10) | – | – | – | read so; no estimate: nothing is known |",
        "| Extra | – | −5.0 % lower | −10.0 to 0.0 | – |  |",
        "| Median | – | not reached | 10.0 to not reached | – |  |",
    ]
    assert lines[-1] == "| Counts | 2 numbers | no time |"
    assert "1 of 2 published numbers lie in" in summary(ROWS)
    assert "1 of 1 fixed by design agree. 1 have no estimate or no interval here." in summary(ROWS)


def test_json_is_strict_and_in_full_precision():
    made = as_json(STUDY, people(Patient()), ROWS)
    json.dumps(made, allow_nan=False)
    assert (made["rows"][1]["estimate"], made["rows"][1]["published_high"]) == (0.954, 1.1)
    assert (made["rows"][5]["estimate"], made["rows"][5]["ci_low"], made["rows"][5]["ci_high"]) == (None, 10.0, None)
    assert made["not_compared"] == [{"published": "Counts", "estimates": ["151", "446"], "reason": "no time"}]


ODD = {
    "one patient of whom nothing is known": [Patient(days=1, start=None)],
    "nobody treated": [Patient(infections=[3, 9]), Patient()],
    "everybody treated, no infection": [Patient(doses=[3]), Patient(doses=[-5, 60])],
    "one treated with everything": [
        Patient(
            doses=[50], infections=[(3, 5, "viral", "skin", "yes")], progressive=[(0, 9)], prophylaxis=[(0, 9)],
            igg=[(0, 100)], died=99, progressed=9, baseline={"heavy_chain": "IgA", "age": 60.0},
        )
    ],
}  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("comparison", COMPARISONS, ids=[item.study for item in COMPARISONS])
def test_odd_cohorts_have_a_row_for_everything(comparison, odd):
    cohort = people(*ODD[odd])
    rows = compare(comparison, cohort)
    assert len(rows) == len(comparison.quantities)
    assert all(row.note for row in rows if row.measured is None)
    json.dumps(as_json(comparison, cohort, rows), allow_nan=False)
    assert "nan" not in markdown(comparison, rows)


def test_a_block_is_replaced_between_its_own_markers():
    text = "a\n<!-- published:x -->\nold\n<!-- /published -->\n<!-- published:y -->\n<!-- /published -->\nz\n"
    once = replace_block(text, "x", "new")
    assert once == text.replace("old", "new")
    assert replace_block(once, "x", "new") == once
    assert "new\n<!-- /published -->\nz" in replace_block(text, "y", "new")


@pytest.mark.parametrize(
    "text",
    [
        "", "<!-- published:x -->\nold\n", "old\n<!-- /published -->",
        "<!-- published:x -->\n<!-- published:y -->\n<!-- /published -->",
        2 * "<!-- published:x -->\n<!-- /published -->\n",
    ],
)  # fmt: skip
def test_a_text_without_the_markers_is_refused(text):
    with pytest.raises(SpecError, match="<!-- published:x -->"):
        replace_block(text, "x", "new")


def test_command(capsys, tmp_path):
    assert main(["published", "crossover_2021", SIM43]) == 0
    table = capsys.readouterr().out
    assert "| Patients with IVIG | 68 | 37 | by design | no |" in table
    assert main(["published", "crossover_2021", SIM43, "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert (made["study"], made["cohort"], made["rows"][0]["estimate"]) == ("crossover_2021", "sim43", 37)
    path = tmp_path / "text.md"
    path.write_bytes("é\r\n<!-- published:crossover_2021 -->\n<!-- /published -->\r\n".encode())
    assert main(["published", "crossover_2021", SIM43, "--write", str(path)]) == 0
    assert path.read_bytes().decode() == (f"é\r\n<!-- published:crossover_2021 -->\n{table}<!-- /published -->\r\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.csv"], "nowhere.csv"),
        ([SIM43, "--write", "nowhere.md"], "nowhere.md"),
        ([SIM43, "--write", SIM43], "<!-- published:crossover_2021 -->"),
    ],
)
def test_what_is_at_fault_ends_with_2(capsys, arguments, said):
    assert main(["published", "crossover_2021", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_an_unknown_study_names_those_there_are(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["published", "nothing"])
    assert ended.value.code == 2
    assert "daratumumab" in capsys.readouterr().err
