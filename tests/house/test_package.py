"""What `pip install .` brings: the command, the dashboard and the samples, working from any folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from ivig_core.__main__ import main
from tests.paths import DOCS, ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """A folder with the contents of the wheel, as site-packages has them."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "site")
    return folder / "site"


def listed(*places: str) -> list[str]:
    """Files of the repository in these places, those that are about to be added too."""
    words = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *places]
    told = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    return [name for name in told if (ROOT / name).is_file()]


def ivig(installed: Path, *arguments: str) -> str:
    """Standard output of the installed command, run far from the checkout."""
    code = "import sys; from ivig_core.__main__ import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, *arguments], cwd=installed.parent, check=True, capture_output=True,
        text=True, env={**os.environ, "PYTHONPATH": str(installed)},
    )  # fmt: skip
    return done.stdout


def test_everything_is_inside(installed):
    inside = {path.relative_to(installed).as_posix() for path in installed.rglob("*") if path.is_file()}
    shown = ("app.py", "pages", "sample_data", ".streamlit")
    wanted = {*listed("ivig_core"), *(f"ivig_core/dashboard/{name}" for name in listed(*shown))}
    assert wanted <= inside
    # Nothing else: no cache, no file that is not in the repository, no name that is anybody's.
    assert all(name in wanted or name.startswith("ivig_infections-") for name in inside)


def test_the_command_is_declared(installed):
    assert PROJECT["scripts"] == {"ivig": "ivig_core.__main__:main"}
    (entry,) = installed.glob("ivig_infections-*/entry_points.txt")
    assert "ivig = ivig_core.__main__:main" in entry.read_text()


def test_samples_travel_along(installed, capsys):
    away = ivig(installed, "published", "crossover_2021", "--json")
    assert main(["published", "crossover_2021", "--json"]) == 0
    assert capsys.readouterr().out == away


def test_the_dashboard_is_the_installed_one(installed):
    where = subprocess.run(
        [sys.executable, "-P", "-c", "from ivig_core.home import HOME; print(HOME)"], cwd=installed.parent,
        check=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(installed)},
    )  # fmt: skip
    assert Path(where.stdout.strip()) == installed / "ivig_core" / "dashboard"


def test_documents_agree_on_python():
    (lowest,) = re.findall(r">=(\d\.\d+)", PROJECT["requires-python"])
    for name in ("README.md", "CONTRIBUTING.md"):
        assert f"Python {lowest} or newer" in (ROOT / name).read_text(encoding="utf-8"), name


def test_the_engine_that_users_install_is_the_one_that_is_tested(installed):
    (about,) = installed.glob("ivig_infections-*/METADATA")
    assert "Provides-Extra: spark" in about.read_text()
    tested = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8").splitlines()
    assert set(PROJECT["optional-dependencies"]["spark"]) <= set(tested)


def test_every_dependency_has_its_licence_named():
    told = (DOCS / "decisions" / "licences.md").read_text(encoding="utf-8")
    pinned = [
        line.split("==")[0]
        for name in ("requirements.txt", "requirements-dev.txt")
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines()
        if "==" in line
    ]
    assert len(pinned) > 40
    assert [name for name in pinned if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", told)] == []
