"""`docs/json.md` and what the commands print: the same fields, types and defaults, in both directions."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ivig_core.__main__ import main
from ivig_core.spec import AnalysisSpec
from ivig_core.study.whatif.assumptions import Assumptions
from tests.paths import DOCS, REFERENCE, ROOT

TEXT = (DOCS / "json.md").read_text(encoding="utf-8")
SECTIONS = re.split(r"^## ", TEXT, flags=re.MULTILINE)[1:]
COMMANDS = {re.match(r"`ivig (\w+)", section)[1]: section for section in SECTIONS}
TYPES = {int: "number", float: "number", str: "text", bool: "true, false", type(None): "null"}
SIM43 = str(REFERENCE / "sim43.csv")


def rows(command: str) -> dict[str, list[str]]:
    """Cells after the first of each row of the tables of a command, by field."""
    lines = re.findall(r"^\| `([^`]+)` \|(.*)\|$", COMMANDS[command], re.MULTILINE)
    return {field: [cell.strip() for cell in cells.split("|")] for field, cells in lines}


def fields(value: object, path: str = "") -> list[tuple[str, object]]:
    """Every leaf of a JSON value with its path; all items of a list have one path."""
    if isinstance(value, dict):
        return [item for name, inner in value.items() for item in fields(inner, f"{path}.{name}".removeprefix("."))]
    if isinstance(value, list) and not path.startswith("spec."):
        return [item for inner in value for item in fields(inner, f"{path}[]")]
    return [(path, value)]


def check(command: str, *results: dict, sometimes_null: tuple[str, ...] = ()) -> None:
    told, seen = rows(command), {}
    for path, value in (item for result in results for item in fields(result)):
        seen.setdefault(path, []).append(value)
    for path in sometimes_null:
        assert None in seen.pop(path)
    assert seen.keys() == told.keys()
    for path, values in seen.items():
        kind = told[path][0].replace("true or false", "true, false")
        for value in values:
            want = f"list of {'texts' if path in LISTS_OF_TEXT else 'numbers'}" if isinstance(value, list) else (
                TYPES[type(value)]
            )  # fmt: skip
            assert want in kind, (path, value)


LISTS_OF_TEXT = {"spec.pathogens", "spec.sites", "spec.adjust_for"}


def printed(capsys, *arguments: str) -> dict:
    main([*arguments, "--json"])
    return json.loads(capsys.readouterr().out)


def test_analyze(capsys):
    # The second has hardly an infection: numbers that do not exist.
    check("analyze", printed(capsys, "analyze", SIM43), printed(capsys, "analyze", SIM43, "--set", "min_grade=5"))


def test_validate(capsys, tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text("patient_id;record;start;end;grade;odd\nP1;patient;0;365;;\nP1;infection;40;;9;\nP9;ivig;3;;;1\n")
    wide = tmp_path / "wide.csv"
    wide.write_text(
        "Study ID,Follow-up start,Follow-up end,IVIG 1 date,Infection 1 date,Infection 1 grade,IgG (g/L),"
        "Therapy 1 drug,Therapy 1 start,Phase 1 phase,Phase 1 start\n"
        "P1,2020-01-01,2020-12-31,2020-02-01,2020-03-01,2,4.1,bortezomib,2020-01-05,progressive,2020-05-01\n"
    )
    check(
        "validate",
        printed(capsys, "validate", SIM43),
        printed(capsys, "validate", str(bad)),
        printed(capsys, "validate", str(wide)),
        printed(capsys, "validate", str(wide), "--guess"),
        sometimes_null=("ledger",),
    )


def test_published(capsys):
    check("published", printed(capsys, "published", "daratumumab"), printed(capsys, "published", "bispecific"))


def test_power(capsys):
    few = ("--studies", "2")
    results = [
        printed(capsys, "power", SIM43, *few),
        printed(capsys, "power", SIM43, "--ratio", "1", *few),
        # So strong an effect needs so few patients that some studies have no ratio.
        printed(capsys, "power", SIM43, "--ratio", "40", "--doses", "1", "--rate", "0.5", *few),
    ]
    check("power", *({name: value for name, value in result.items() if name != "spec"} for result in results))
    assert printed(capsys, "power", SIM43, "--studies", "0")["simulation"] is None


def test_strategy(capsys):
    """One with numbers, also those that have to be asked for, and one of a cohort that allows none."""
    asked = ("--assume", "price_per_gram=50", "grams=30", "thrombosis=venous", "effect=published:2026", "draws=50")
    found = [printed(capsys, "strategy", SIM43, *more) for more in (asked, ("--set", "min_grade=5"))]
    assert [result.pop("spec")["min_grade"] for result in found] == [1, 5]
    check("strategy", *found, sometimes_null=("most_averted", "least_ivig"))


def test_defaults_of_what_strategies_assume():
    told = {name.removeprefix("assumptions.").removesuffix("[]"): json.loads(cells[1].strip("`"))
            for name, cells in rows("strategy").items() if name.startswith("assumptions.")}  # fmt: skip
    assert told == Assumptions().to_dict()


def test_null(capsys):
    # The second has too few infections: no number but a reason.
    sample = str(ROOT / "sample_data" / "daratumumab.csv")
    check("null", printed(capsys, "null", sample), printed(capsys, "null", sample, "--set", "min_grade=5"))


def test_share_and_pool(capsys, tmp_path):
    """Hospitals of which one has nothing to say, and the first round of a model with an adjuster."""
    lines = Path(SIM43).read_text(encoding="utf-8").splitlines(keepends=True)
    ids = sorted({line.split(",")[0] for line in lines[1:]})
    files, answers, question = [], [], tmp_path / "pool.json"
    for number, mine in enumerate((ids[:14], ids[14:28], ids[28:40], ids[40:])):
        cohort, file = tmp_path / f"{number}.csv", tmp_path / f"{number}.json"
        cohort.write_text("".join([lines[0], *(line for line in lines[1:] if line.split(",")[0] in mine)]))
        main(["share", str(cohort), "-o", str(file), "--set", "adjust_for=season"])
        files.append(file)
    main(["pool", *map(str, files), "-o", str(question)])
    for number in range(4):
        answers.append(tmp_path / f"{number}-1.json")
        main(["share", str(tmp_path / f"{number}.csv"), "--at", str(question), "-o", str(answers[-1])])
    told = [json.loads(file.read_text(encoding="utf-8")) for file in (*files, *answers)]
    for one in told:
        del one["definitions"]["settings"]
        one.pop("request", None)
    nothing = "models[].terms[].infections_to_5", "models[].terms[].profile"
    check("share", *told, sometimes_null=nothing)
    capsys.readouterr()
    results = [printed(capsys, "pool", *map(str, some)) for some in (files, files[:2], answers)]
    for result in results:
        del result["spec"]
    check("pool", *results, sometimes_null=("rounds",))


def test_defaults_of_settings():
    told = {name.removeprefix("spec."): json.loads(cells[1].strip("`"))
            for name, cells in rows("analyze").items() if name.startswith("spec.")}  # fmt: skip
    assert told == AnalysisSpec().to_dict()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_row_says_its_type(command):
    assert all(re.match(r"number|text|true|list of|object", cells[0]) for cells in rows(command).values())
