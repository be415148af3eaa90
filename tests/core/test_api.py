"""The public face: every name is there, and what `docs/api.md` shows runs as it stands."""

from __future__ import annotations

import re

import pytest

import ivig_core
from ivig_core import figures
from tests.paths import DOCS

TEXT = (DOCS / "api.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)


def test_the_blocks_run_one_after_the_other(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in BLOCKS:
        exec(compile(block, "docs/api.md", "exec"), names)
    assert (tmp_path / "forest.html").stat().st_size > 10_000
    printed = capsys.readouterr().out
    assert "on_ivig" in printed
    assert "9" in printed.split("remedy", 1)[1]
    assert "window_days = -1 is not allowed" in printed
    assert {"rates", "irr", "survival"} <= set(names["result"])


def test_the_first_block_is_ten_lines_from_file_to_forest_plot():
    lines = [line for line in BLOCKS[0].splitlines() if line.strip()]
    assert len(lines) <= 10
    assert "read_cohort" in BLOCKS[0]
    assert "figures.forest" in lines[-1]


@pytest.mark.parametrize("name", sorted(set(ivig_core.__all__)))
def test_every_name_is_in_the_text(name):
    assert re.search(rf"\b{name}\b", TEXT), f"docs/api.md does not say what {name} is"


def test_figures_of_the_text_exist():
    for name in set(re.findall(r"figures\.(\w+)", TEXT)):
        assert callable(getattr(figures, name))


def test_a_name_that_does_not_exist():
    with pytest.raises(AttributeError, match="nothing_like_it"):
        ivig_core.nothing_like_it  # noqa: B018
    assert {"Study", "read_cohort", "__version__"} <= set(dir(ivig_core))
