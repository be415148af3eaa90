"""Every published number is that of the transcription, wherever it is shown, and no sentence is a source's own."""

from __future__ import annotations

import csv
import re

import pytest

from ivig_core.evidence import wider
from ivig_core.evidence.disagreements import DISAGREEMENTS
from ivig_core.evidence.immortal import finding, pairs
from ivig_core.evidence.sources import BY_ID, KINDS, OTHER, SOURCES, kind_of
from ivig_core.evidence.statement import AROUND, GIVEN, IVIG, Statement, two_figures
from ivig_core.evidence.statements import statements
from ivig_core.evidence.table import FILE, MORE, everything
from ivig_core.figures.evidence.forest import published_forest
from ivig_core.figures.evidence.tables import for_slides, immortal_table, in_full, in_words
from tests.paths import ROOT, SHARED_EVIDENCE, SHARED_SEEDS

QUESTIONS = (IVIG, AROUND, GIVEN)
RATIOS = ("irr", "hr", "incidence_rate_ratio", "odds_ratio", "hazard_ratio")
EVERY = [item for question in QUESTIONS for item in statements(question)]
OURS = {"0.91", "139", "37", "0", "4.2"}
"""Numbers of a sentence that no source prints: our own arithmetic, and a range that the transcription has in words."""


@pytest.mark.parametrize("file", [FILE, MORE], ids=lambda path: path.stem)
def test_the_package_has_the_transcription_to_the_byte(file):
    original = SHARED_EVIDENCE / file.name
    if not original.exists():
        pytest.skip(f"NOT COMPARED: the transcription {file.name} is not on this machine")
    assert file.read_bytes() == original.read_bytes()


def test_every_printed_ratio_with_an_interval_is_shown_once():
    printed = [row for row in everything() if row.measure in RATIOS and row.interval]
    shown = [item.result for item in EVERY]
    assert len(shown) == len(set(shown)) == len(printed) + 2  # two percentages without an interval
    assert set(printed) < set(shown)
    repeats = [row for item in EVERY for row in item.repeats]
    assert len(repeats) == 7
    assert not set(repeats) & set(shown)
    assert len({item.key for item in EVERY}) == len(EVERY)


def test_a_repeat_is_the_same_result_in_other_words():
    for item in EVERY:
        for row in item.repeats:
            if row.measure == "percent_reduction":
                assert round(100 * (1 - item.result.number)) == row.number
            else:
                assert (row.measure, round(1 / item.result.number)) == ("fold", row.number)


@pytest.mark.parametrize("question", QUESTIONS)
def test_figure_and_tables_show_the_printed_text(question):
    """Read from the CSV again, not from what the figure is made of."""
    with FILE.open(encoding="utf-8", newline="") as one, MORE.open(encoding="utf-8", newline="") as two:
        rows = {tuple(row.values()): row for row in (*csv.DictReader(one), *csv.DictReader(two))}
    shown = statements(question)
    figure = published_forest(shown)
    texts = next(trace.text for trace in figure.data if trace.name == "ratio")[1:]
    tables = in_words(shown)["Published (95 %)"], for_slides(shown)["Published (95 %)"]
    full = in_full(shown).to_dict("records")
    assert len(texts) == len(shown)
    for at, item in enumerate(shown):
        row = rows[tuple(getattr(item.result, name) for name in next(iter(rows.values())))]
        wanted = _printed(item, row)
        for text in (texts[at], tables[0][at], tables[1][at]):
            assert re.sub(r"<[^>]*>", "", text).startswith(wanted)
        assert [full[at][name] for name in ("printed", "printed_low", "printed_high", "p_value")] == [
            row[name] for name in ("estimate", "ci_low", "ci_high", "p_value")
        ]


def _printed(item: Statement, row: dict[str, str]) -> str:
    if item.inverted:
        return re.search(r"inverted: (.*)\)$", row["note"])[1].replace("-", "–") + ")"
    if row["measure"] == "percent_reduction":
        return f"{row['estimate']} % lower"
    return f"{row['estimate']} ({row['ci_low']}–{row['ci_high']})"


def test_what_is_drawn_is_the_number():
    for question in QUESTIONS:
        shown = [item for item in statements(question) if item.numbers]
        drawn = [
            value for trace in published_forest(shown).data if trace.mode == "markers" and trace.showlegend is not False
            for value in trace.x
        ]  # fmt: skip
        assert sorted(drawn) == sorted(item.numbers[0] for item in shown)
        for item in shown:
            if not item.inverted:
                assert item.numbers == tuple(map(float, item.texts))
            assert item.numbers[1] <= item.numbers[0] <= item.numbers[2]


def test_only_frerichs_is_turned_round_and_says_so():
    turned = [item for item in EVERY if item.inverted]
    assert [item.result.study_id for item in turned] == ["frerichs2024"]
    assert "11.6 (2.70–50.0)" in turned[0].remark
    (foot,) = [item.text for item in published_forest(statements(IVIG)).layout.annotations if item.name == "note"]
    assert "printed as off over on, 11.6 (2.70–50.0)" in foot.replace("<br>", " ")
    assert [two_figures(value) for value in (0.0862, 0.02, 0.3704, 1.26, 12.4)] == [
        "0.086", "0.020", "0.37", "1.3", "12",
    ]  # fmt: skip


def test_kinds_of_sources():
    kinds = {(row.study_id, kind_of(row)) for row in everything()}
    assert {kind for study, kind in kinds if study in BY_ID} == set(KINDS)
    assert {kind for study, kind in kinds if study not in BY_ID} == {OTHER}
    assert {study for study, kind in kinds if kind == "full paper"} == {"lancman2026"}
    assert {source.study_id for source in SOURCES} == {study for study, kind in kinds if kind != OTHER}


def test_numbers_of_disagreements_are_printed_ones():
    texts = {text for row in everything() for text in (row.estimate, row.ci_low, row.ci_high, row.p_value, row.n)}
    for item in DISAGREEMENTS:
        assert item.where, item.about
        if item.lookups:
            names = [re.findall(r"\{(\d)", item.template)]
            assert set(names[0]) == set(map(str, range(len(item.lookups))))
        # Grades, limits of IgG and places are words of the sentence, not results.
        bare = re.sub(r"grade \d(?:–\d)?|Table \d|(?:[Bb]elow|and) \d00\b|mg/dL|below 700|43 and 100", "", item.text)
        for number in re.findall(r"\d+(?:\.\d+)?", bare):
            assert number in texts | OURS or number in ("60", "2026", "1", "2", "3"), (item.about, number)


def test_the_quotient_that_we_computed():
    (item,) = [item for item in DISAGREEMENTS if item.about == "the ratio of all patients"]
    on, off, _ = (result.number for result in item.results)
    assert f"{on / off:.2f}" == "0.91"


def test_the_2024_study_counted_twice():
    assert [pair.texts for pair in pairs()] == [
        ("7.7 (3.3–14)", "3 (2.6–4.5)", "0.021"),
        ("14 (8.8–not printed)", "7.5 (6.1–14)", "0.022"),
        ("56 % (40–78)", "60 % (48–76)", "0.72"),
        ("35 % (21–57)", "45 % (34–60)", "0.37"),
    ]
    assert immortal_table().shape == (4, 4)
    assert "7.7 against 3 months" in finding()
    assert "56 % against 60 %" in finding()


def _said() -> str:
    """Every word of ours about the sources: modules of evidence, its figures and pages."""
    folders = ("ivig_core/evidence", "ivig_core/figures/evidence", "pages/evidence")
    files = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    text = " ".join(path.read_text(encoding="utf-8") for path in files)
    return re.sub(r'"\s*f?"', "", re.sub(r'"\s+f?"', "", text))


def _runs(text: str, length: int) -> set[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9]+", text.lower())
    return {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}


def test_no_sentence_is_taken_from_a_source():
    texts = sorted(SHARED_SEEDS.glob("*.txt"))
    if not texts:
        pytest.skip("NOT COMPARED: the source texts are not on this machine")
    said = _said()
    for item in (*SOURCES, *wider.POSITIONS):
        assert item.reference in said
        said = said.replace(item.reference, " | ")  # the same words everywhere
    ours = _runs(said, 8)
    for path in texts:
        same = {" ".join(run) for run in ours & _runs(path.read_text(encoding="utf-8"), 8)}
        assert {run for run in same if not re.search(r"\bdoi\b", run)} == set(), path.name
    for text in (text for item in wider.POSITIONS for text in item.sentences):
        assert _runs(text, 8) <= ours
