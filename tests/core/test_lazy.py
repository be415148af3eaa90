"""What is imported late: at the first use, once, and the same thing as an early import."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ivig_core.lazy import attach, library
from tests.paths import ROOT


def test_a_library_is_loaded_by_its_first_name():
    code = (
        "import sys; from ivig_core.lazy import library; late = library('colorsys');"
        "assert 'colorsys' not in sys.modules; half = late.rgb_to_hls(0.5, 0.5, 0.5)[1];"
        "assert 'colorsys' in sys.modules and half == 0.5"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_a_library_gives_what_an_import_gives():
    late = library("json")
    import json

    assert late.loads is json.loads
    assert vars(late)["loads"] is json.loads
    with pytest.raises(AttributeError):
        late.no_such_name  # noqa: B018
    with pytest.raises(ModuleNotFoundError):
        library("no_such_library").anything  # noqa: B018


def test_names_of_a_package_come_from_its_stub(tmp_path, monkeypatch):
    (tmp_path / "__init__.pyi").write_text("from json import dumps as dumps\nfrom math import floor as down\n")
    get, names, public = attach("tests", str(tmp_path / "__init__.py"))
    assert public == ["down", "dumps"]
    assert {"down", "dumps"} <= set(names())
    with pytest.raises(AttributeError, match="no attribute 'loads'"):
        get("loads")


@pytest.mark.parametrize("entry", ["app", "ivig_core.__main__"])
def test_linear_algebra_has_one_thread_wherever_the_program_begins(entry):
    """The variable is read when numpy is loaded: it has to be there before."""
    code = f"import sys, {entry}; import os; print('numpy' in sys.modules, os.environ['OPENBLAS_NUM_THREADS'])"
    clean = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, env=clean, check=True)
    assert done.stdout.split() == ["False", "1"]
