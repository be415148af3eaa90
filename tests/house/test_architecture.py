"""The house: imports point one way, the core knows no user interface, commands load only what they need."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import ROOT

CORE = sorted((ROOT / "ivig_core").rglob("*.py"))
APP = [ROOT / "app.py", *sorted((ROOT / "pages").rglob("*.py"))]
BENCH = sorted((ROOT / "bench").glob("*.py"))

# A package may import from itself and from what stands to the left of it.
LAYERS = (
    "errors",
    "runs",
    "export",
    "spec",
    "terms",
    "cohort",
    "persontime",
    "estimate",
    "study",
    "evidence",
    "figures",
)
SIDE = {"simulate": {"errors", "cohort", "simulate"}}


def imported(path: Path) -> set[str]:
    """Full names of the modules that a file imports anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def rooms(path: Path) -> set[str]:
    """Second part of every `ivig_core.<room>` that a file imports."""
    return {name.split(".")[1] for name in imported(path) if name.startswith("ivig_core.")}


def room_of(path: Path) -> str:
    part = path.relative_to(ROOT / "ivig_core").parts[0]
    return part.removesuffix(".py")


@pytest.mark.parametrize("path", CORE, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path):
    room = room_of(path)
    if room in ("commands", "__main__", "__init__"):
        return
    allowed = SIDE.get(room, set(LAYERS[: LAYERS.index(room) + 1]) if room in LAYERS else None)
    assert allowed is not None, f"{room} has no place in the order of imports"
    known = {*LAYERS, *SIDE, "commands"}
    assert rooms(path) & known <= allowed, rooms(path) - allowed


@pytest.mark.parametrize("path", CORE, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_core_knows_no_user_interface(path):
    assert not {name for name in imported(path) if name.split(".")[0] in ("streamlit", "pages")}


@pytest.mark.parametrize("path", [path for path in CORE if room_of(path) not in ("figures", "commands")], ids=str)
def test_only_figures_draw(path):
    assert not {name for name in imported(path) if name.split(".")[0] == "plotly"}


@pytest.mark.parametrize("path", APP, ids=lambda path: str(path.relative_to(ROOT)))
def test_pages_hold_no_statistics(path):
    forbidden = {"scipy", "statsmodels"}
    assert not {name for name in imported(path) if name.split(".")[0] in forbidden}
    assert "estimate" not in rooms(path), "a page asks a Study, it does not estimate"


@pytest.mark.parametrize("path", [*CORE, *APP], ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_rests_on_the_measuring_of_speed(path):
    assert not {name for name in imported(path) if name.split(".")[0] == "bench"}


HEAVY = {"scipy", "statsmodels", "plotly", "streamlit"}


def loaded_after(*arguments: str) -> set[str]:
    """Heavy packages in `sys.modules` after a command has run in a fresh interpreter."""
    code = (
        "import sys; from ivig_core.__main__ import main; status = main(sys.argv[1:]);"
        f"print('LOADED', *sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr); sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.rsplit("LOADED", 1)[1].split())


@pytest.mark.parametrize("command", ["validate", "template", "simulate"])
def test_light_commands_load_nothing_heavy(command, tmp_path):
    arguments = {
        "validate": ["validate", "tests/reference/sim43.csv"],
        "template": ["template", "-o", str(tmp_path / "template.csv")],
        "simulate": ["simulate", "--preset", "known_truth", "--patients", "3", "-o", str(tmp_path / "cohort.csv")],
    }[command]
    assert loaded_after(*arguments) == set()


def test_rates_and_ratios_load_no_statsmodels():
    assert loaded_after("analyze", "tests/reference/sim43.csv", "--only", "rates,sccs", "--json") == {"scipy"}


def test_no_module_level_state_that_users_could_share():
    """A mutable value at module level would be one value for every user of a server."""
    found = []
    for path in (*CORE, *APP):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            names = [t.id for t in getattr(node, "targets", []) if isinstance(t, ast.Name)]
            if isinstance(node, ast.Assign) and any(not name.isupper() and name != "__all__" for name in names):
                kinds = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
                if isinstance(node.value, kinds):
                    found.append(f"{path.name}: {names}")
    assert found == []


def test_no_value_is_cached_for_all_users():
    for path in APP:
        text = path.read_text(encoding="utf-8")
        assert "cache_resource" not in text, path.name
        assert "cache_data" not in text or 'scope="session"' in text, path.name


def test_files_are_of_a_size_that_a_reader_takes_in():
    long = {path.name: n for path in (*CORE, *APP) if (n := len(path.read_text(encoding="utf-8").splitlines())) > 300}
    assert long == {}


def test_files_that_measure_speed_are_short():
    assert {path.name: n for path in BENCH if (n := len(path.read_text(encoding="utf-8").splitlines())) > 150} == {}
