"""`python -m ivig_core simulate`: files, the line it prints, exit statuses, what it loads."""

import json
import subprocess
import sys

import pytest

from ivig_core.__main__ import main
from ivig_core.simulate.presets import get_preset


def test_writes_cohort_and_truth_and_says_so(tmp_path, capsys):
    path = tmp_path / "cohort.csv"
    assert main(["simulate", "--preset", "known_truth", "--patients", "12", "--seed", "9", "-o", str(path)]) == 0
    lines = path.read_text(encoding="utf-8").splitlines()
    truth = json.loads((tmp_path / "cohort.truth.json").read_text(encoding="utf-8"))
    assert lines[0].startswith("patient_id,record,start,end,")
    assert sum(",patient," in line for line in lines) == 12 == truth["realised"]["patients"]
    assert len(lines) - 1 == sum(truth["realised"]["rows"].values())
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    assert "synthetic, 12 patients" in said
    assert sorted(file.name for file in tmp_path.iterdir()) == ["cohort.csv", "cohort.truth.json"]


def test_size_and_seed_default_to_the_preset(tmp_path):
    assert main(["simulate", "-o", str(tmp_path / "c.csv")]) == 0
    truth = json.loads((tmp_path / "c.truth.json").read_text(encoding="utf-8"))
    preset = get_preset("known_truth")
    assert (truth["preset"], truth["patients"], truth["seed"]) == ("known_truth", preset.patients, preset.seed)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--preset", "nobody", "-o", "c.csv"], "known_truth"),
        (["--patients", "0", "-o", "c.csv"], "patients = 0"),
        (["--seed", "-1", "-o", "c.csv"], "seed = -1"),
        (["-o", "c.xlsx"], ".csv"),
        (["-o", "missing/c.csv"], "missing/c.csv"),
    ],
)
def test_bad_arguments_give_status_2_one_line_and_no_file(arguments, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["simulate", *arguments]) == 2
    message = capsys.readouterr().err
    assert said in message
    assert message.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_loads_neither_scipy_nor_statsmodels(tmp_path):
    code = (
        "import sys; from ivig_core.__main__ import main;"
        f"main(['simulate', '--patients', '3', '-o', {str(tmp_path / 'c.csv')!r}]);"
        "sys.exit(bool({'scipy', 'statsmodels', 'plotly', 'streamlit'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).returncode == 0
