"""The house: imports point one way, the core knows no user interface, commands load only what they need."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from functools import cache
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest

from tests.paths import ROOT

CORE = sorted((ROOT / "ivig_core").rglob("*.py"))
APP = [ROOT / "app.py", *sorted((ROOT / "pages").rglob("*.py"))]
SOURCE = [*CORE, *APP]
BENCH = sorted((ROOT / "bench").glob("*.py"))

# A package may import from itself and from what stands to the left of it.
LAYERS = (
    "errors",
    "lazy",
    "one_thread",
    "home",
    "samples",
    "runs",
    "numbers",
    "export",
    "spec",
    "terms",
    "cohort",
    "persontime",
    "estimate",
    "study",
    "disclosure",
    "hospitals",
    "evidence",
    "figures",
    "report",
)
SIDE = {"simulate": {"errors", "lazy", "cohort", "simulate"}}
SUBJECTS = {
    "overview", "patients", "rates", "igg", "survival", "cox", "trust", "given", "quality", "whatif", "evidence",
    "slides", "missing", "protocol", "hospitals",
}  # fmt: skip
"""What the folders are called on every floor."""
OWN_ROOMS = {
    "estimate": set(),
    "study": set(),
    "figures": {"forest_parts"},
    "pages": {"shell", "data", "keep", "share"},
}
FULL = 20
"""Most modules of a folder."""


@cache
def tree(path: Path) -> ast.Module:
    """A file as Python reads it."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imported(path: Path) -> frozenset[str]:
    """Full names of the modules that a file imports anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return frozenset(names)


def that_import(paths: Iterable[Path], *packages: str) -> list[str]:
    """The files that import one of some packages."""
    return [str(path) for path in paths if {name.split(".")[0] for name in imported(path)} & set(packages)]


def rooms(path: Path) -> set[str]:
    """Second part of every `ivig_core.<room>` that a file imports."""
    return {name.split(".")[1] for name in imported(path) if name.startswith("ivig_core.")}


def room_of(path: Path) -> str:
    part = path.relative_to(ROOT / "ivig_core").parts[0]
    return part.removesuffix(".py")


def test_imports_point_one_way():
    known, wrong = {*LAYERS, *SIDE, "commands"}, {}
    for path in CORE:
        room = room_of(path)
        if room in ("commands", "__main__", "__init__"):
            continue
        assert room in SIDE or room in LAYERS, f"{room} has no place in the order of imports"
        allowed = SIDE.get(room) or set(LAYERS[: LAYERS.index(room) + 1])
        if backwards := rooms(path) & known - allowed:
            wrong[str(path)] = backwards
    assert wrong == {}


def test_no_circle_of_imports():
    names = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in SOURCE}
    arrows = {name: (imported(path) & names.keys()) - {name} for name, path in names.items()}
    TopologicalSorter(arrows).prepare()  # raises CycleError, which names the circle


def test_what_is_imported_stands_at_the_top_of_a_file():
    """So that a reader sees it. What has to wait goes through `ivig_core.lazy`."""
    hidden = {
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in SOURCE
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Import | ast.ImportFrom) and node.col_offset
    }
    assert hidden == set()


def test_floors_have_the_same_rooms():
    for floor, own in OWN_ROOMS.items():
        base = ROOT / "pages" if floor == "pages" else ROOT / "ivig_core" / floor
        rooms = {path.name for path in base.iterdir() if any(path.glob("*.py"))}
        assert rooms <= SUBJECTS | own, floor


def test_no_folder_is_too_full_to_be_read():
    every = [*SOURCE, *BENCH, *(ROOT / "tests").rglob("*.py")]
    count = Counter(path.parent.relative_to(ROOT).as_posix() for path in every if path.name != "__init__.py")
    assert {folder: number for folder, number in count.items() if number > FULL} == {}


@pytest.mark.parametrize("init", sorted((ROOT / "ivig_core").rglob("__init__.pyi")), ids=lambda path: path.parent.name)
def test_every_public_name_is_there(init):
    package = import_module(".".join(init.parent.relative_to(ROOT).parts))
    assert package.__all__
    for name in package.__all__:
        assert getattr(package, name) is not None
    with pytest.raises(AttributeError, match="no attribute"):
        package.nothing_of_that_name  # noqa: B018


def test_the_core_knows_no_user_interface():
    assert that_import(CORE, "streamlit", "pages") == []


def test_only_figures_draw():
    drawn = ("figures", "report", "commands")
    assert that_import((path for path in CORE if room_of(path) not in drawn), "plotly") == []


def test_pages_hold_no_statistics():
    assert that_import(APP, "scipy", "statsmodels") == []
    # A page asks a study, it does not estimate.
    assert [str(path) for path in APP if "estimate" in rooms(path)] == []


def test_nothing_rests_on_the_measuring_of_speed():
    assert that_import(SOURCE, "bench") == []


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


def test_rates_ratios_and_survival_load_no_statsmodels():
    assert loaded_after("analyze", "tests/reference/sim43.csv", "--only", "rates,sccs,survival", "--json") == {"scipy"}


def test_the_pages_are_named_before_anything_heavy_is_loaded():
    code = "import sys, app; print(*(name for name in sys.modules if name.split('.')[0] in ('ivig_core', 'pages')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert set(done.stdout.split()) == {
        "ivig_core", "ivig_core.lazy", "ivig_core.numbers", "ivig_core.one_thread", "pages", "pages.keep",
        "pages.keep.clock",
        "pages.keep.door", "pages.keep.memory", "pages.keep.store", "pages.shell", "pages.shell.escape",
        "pages.shell.loading", "pages.shell.navigation", "pages.shell.say", "pages.shell.warm",
    }  # fmt: skip


def test_no_module_level_state_that_users_could_share():
    """A mutable value at module level would be one value for every user of a server."""
    found = []
    for path in (*CORE, *APP):
        for node in tree(path).body:
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
