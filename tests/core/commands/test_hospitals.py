"""`share` and `pool`: from cohort files to one ratio, with no row in between."""

from __future__ import annotations

import json

import pytest

from ivig_core.__main__ import main
from tests.paths import REFERENCE

SIM43 = REFERENCE / "sim43.csv"


def run(capsys, *arguments, status=0):
    assert main([str(one) for one in arguments]) == status
    return capsys.readouterr()


@pytest.fixture(scope="module")
def halves(tmp_path_factory):
    """The 43 patients in two hospitals, as files."""
    folder = tmp_path_factory.mktemp("hospitals")
    lines = SIM43.read_text(encoding="utf-8").splitlines(keepends=True)
    ids = sorted({line.split(",")[0] for line in lines[1:]})
    paths = []
    for name, mine in (("north", set(ids[:26])), ("south", set(ids[26:]))):
        paths.append(folder / f"{name}.csv")
        kept = [line for line in lines[1:] if line.split(",")[0] in mine]
        paths[-1].write_text("".join([lines[0], *kept]), encoding="utf-8")
    return paths


def test_from_two_files_to_the_ratio_of_all(capsys, halves, tmp_path):
    sites = [tmp_path / f"{path.stem}.json" for path in halves]
    for path, site in zip(halves, sites, strict=True):
        assert "read it before you send it" in run(capsys, "share", path, "-o", site).err
    told = json.loads(run(capsys, "pool", *sites, "--json").out)
    whole = json.loads(run(capsys, "analyze", SIM43, "--only", "sccs", "--json").out)["irr"][0]
    rows = {row["model"]: row for row in told["irr"]}
    assert list(rows) == [
        "pooled_fixed", "pooled_random", "pooled_random_likelihood", "site:north", "site:south"
    ]  # fmt: skip
    for name in ("log_irr", "ci_low", "ci_high"):
        assert rows["pooled_fixed"][name] == pytest.approx(whole[name], abs=1e-6)
    assert set(rows["pooled_fixed"]) >= set(whole)
    assert rows["pooled_random"]["status"] == "too_few_hospitals"
    assert told["heterogeneity"][0]["df"] == 1
    assert "pooled_fixed" in run(capsys, "pool", *sites).out


def test_rounds_on_the_command_line(capsys, halves, tmp_path):
    question, settings = tmp_path / "pool.json", ["--set", "adjust_for=phase,season"]
    files = [tmp_path / f"{path.stem}.json" for path in halves]
    for path, file in zip(halves, files, strict=True):
        run(capsys, "share", path, "-o", file, *settings)
    run(capsys, "pool", *files, "-o", question)
    for number in range(1, 6):
        files = [tmp_path / f"{path.stem}-{number}.json" for path in halves]
        for path, file in zip(halves, files, strict=True):
            run(capsys, "share", path, "--at", question, "-o", file)
        told = json.loads(run(capsys, "pool", *files, "-o", question, "--json").out)
    assert (told["rounds"]["round"], told["rounds"]["converged"]) == (5, True)
    whole = run(capsys, "analyze", SIM43, "--only", "sccs", "--json", *settings, "ci_method=wald").out
    wanted = {row["term"]: row for row in json.loads(whole)["irr"] if row["status"] == "ok"}
    for row in told["irr"]:
        for name in ("log_irr", "ci_low", "ci_high"):
            assert row[name] == pytest.approx(wanted[row["term"]][name], abs=1e-8)
    mixed = run(capsys, "pool", files[0], tmp_path / "north.json", status=2).err
    assert "pool one kind of file at a time" in mixed
    other = run(capsys, "share", halves[0], "--at", question, "-o", files[0], "--set", "window_days=28", status=2).err
    assert "window_days" in other


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["share", SIM43, "-o", "{here}/a.json", "--threshold", "1"], "--threshold"),
        (["share", SIM43, "-o", "{here}/a.json", "--set", "ci_method=robust"], "ci_method"),
        (["share", SIM43, "-o", "{here}/a.json", "--name", " "], "--name"),
        (["share", SIM43, "-o", "{here}/no/a.json"], "cannot be written"),
        (["share", SIM43, "-o", "{here}/a.json", "--at", "{here}/none.json"], "cannot be read"),
        (["share", SIM43, "-o", "{here}/a.json", "--at", SIM43], "no JSON"),
        (["pool", "{here}/none.json"], "cannot be read"),
        (["pool", SIM43], "no JSON"),
        (["pool", SIM43, SIM43], "given twice"),
    ],
)
def test_what_is_wrong_is_said_with_status_2(capsys, tmp_path, arguments, said):
    got = run(capsys, *[str(one).replace("{here}", str(tmp_path)) for one in arguments], status=2)
    assert said in got.err
    assert "Traceback" not in got.err
