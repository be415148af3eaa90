"""No serious fault of ours that axe knows of, every text can be read and every figure is told in words: one walk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from tests.app import files
from tests.browser import axe
from tests.browser.contrast import too_faint
from tests.browser.test_journeys import TITLES, WITHOUT_FIGURE

pytestmark = pytest.mark.browser

STREAMLITS_OWN = {
    # The list of pages in the sidebar: Streamlit 1.67 puts the groups ("Look", "Use") as div between ul and li.
    ("list", "[data-testid=stSidebarNavItems]"): "Streamlit's list of pages",
    ("listitem", "[data-testid=stSidebarNavItems]"): "Streamlit's list of pages",
}
"""(rule, where): what is not ours to mend. Nothing else is left out."""

CHECK = """async (known) => {
  const found = await axe.run(document, {resultTypes: ['violations'], elementRef: true});
  return found.violations.filter(({impact}) => ['serious', 'critical'].includes(impact)).flatMap(({id, nodes}) => nodes
    .filter(({element}) => !known.some(([rule, where]) => rule === id && element.closest(where)))
    .map(({html, failureSummary}) => `${id}: ${html.slice(0, 120)} ${failureSummary.replaceAll('\\n', ' ')}`));
}"""


def serious(page, source: str) -> list[str]:
    """Violations of axe's rules that are serious or critical, one line each."""
    page.evaluate(source)
    return page.evaluate(CHECK, [list(item) for item in STREAMLITS_OWN])


@dataclass
class Walk:
    """What was found on every page, by its title."""

    violations: dict[str, list[str]] = field(default_factory=dict)
    faint: dict[str, list[str]] = field(default_factory=dict)
    named: dict[str, list[list[str]]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def walk(stay: Callable) -> Walk:
    """Once through all pages, with settings changed: their marks are on every page too."""
    person, source, found = stay().open("/?window_days=45&where=sex%3Dfemale"), _source(), Walk()
    for title in TITLES:
        page = (person.go(title) if title in WITHOUT_FIGURE else person.go(title).drawn()).page
        found.faint[title] = too_faint(page)
        figures = page.get_by_test_id("stPlotlyChart").all()
        found.named[title] = [
            at.evaluate(
                "(at) => [at, ...at.querySelectorAll('[aria-label]')].map((e) => e.getAttribute('aria-label') || '')"
            )
            for at in figures
        ]
        found.violations[title] = serious(page, source) if source else []
    return found


def _source() -> str:
    """The source of axe, or nothing: the tests that need it say why there is none, the others run without it."""
    try:
        return axe.axe_source()
    except (pytest.skip.Exception, pytest.fail.Exception):
        return ""


def test_every_text_stands_out_from_what_is_behind_it(walk):
    assert list(walk.faint) == list(TITLES)
    assert not any(walk.faint.values()), walk.faint


def test_every_figure_has_a_text_alternative(walk):
    for title in (name for name in TITLES if name not in WITHOUT_FIGURE):
        assert walk.named[title], title
        for named in walk.named[title]:
            assert max(map(len, named)) > 60, (title, named)


def test_no_serious_violation_on_any_page(visit, walk):
    source, person, found = axe.axe_source(), visit().open(), dict(walk.violations)
    assert list(found) == list(TITLES)
    person.page.get_by_test_id("stSidebar").get_by_text("More settings").click()
    found["more settings"] = serious(person.settled().page, source)
    found["warned"] = serious(person.open("/infection_free_survival?landmark_day=0").drawn().page, source)
    assert not any(found.values()), found


def test_no_serious_violation_where_a_file_has_problems(visit):
    source, person = axe.axe_source(), visit().open("/data")
    bad = files.ordinary().replace("infection", "infectoin")
    person.page.locator("input[type=file]").set_input_files(
        {"name": "bad.csv", "mimeType": "text/csv", "buffer": bad.encode()}
    )
    person.page.get_by_text("could not be loaded").wait_for()
    assert serious(person.settled().page, source) == []


def test_what_is_wrong_would_be_found(new_page):
    page = new_page()
    page.set_content("<html lang=en><title>t</title><main><button></button><p style='color: #ccc'>faint</p></main>")
    assert {line.split(":")[0] for line in serious(page, axe.axe_source())} == {"button-name", "color-contrast"}


def test_another_package_than_the_pinned_one_is_never_used(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("REQUIRE_BROWSER", "0")
    monkeypatch.setattr(axe, "by_npm", lambda: b"not axe")
    monkeypatch.setattr(axe, "by_address", _unreachable)
    with pytest.raises(pytest.skip.Exception, match=r"NO AXE.*another checksum.*no way out"):
        axe.axe_source()
    monkeypatch.setenv("REQUIRE_BROWSER", "1")
    with pytest.raises(pytest.fail.Exception, match="NO AXE"):
        axe.axe_source()
    assert not list(tmp_path.rglob("*.tgz"))


def test_without_npm_it_is_downloaded(monkeypatch, tmp_path):
    source = axe.axe_source()
    monkeypatch.setattr(axe, "ADDRESS", axe.kept().as_uri())
    monkeypatch.setattr(axe.shutil, "which", lambda name: None)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert axe.axe_source() == source
    assert axe.kept().is_relative_to(tmp_path)


def _unreachable() -> bytes:
    raise OSError("no way out")
