"""What a page and a document have in common: everything of a report in order, as headings, tables and paragraphs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

from ivig_core.figures.theme import finding
from ivig_core.report.content import Exhibit, Report
from ivig_core.report.html.markup import NOTHING, Markup, element, lines, text
from ivig_core.report.html.table import table

SYNTHETIC_WORDS = "SYNTHETIC data: simulated patients. They confirm no published result."
AGAIN = "Saved as settings.json, these settings repeat the analysis of the same cohort file:"
CHECKLIST = "What a paper on this cohort has to report, and where this report has it"
COMMAND = "ivig analyze COHORT --spec settings.json"


@dataclass(frozen=True)
class Part:
    """A part of a page with its place in the contents: its address inside the page, its heading, what stands in it."""

    key: str
    heading: str
    inside: Markup
    within: tuple[tuple[str, str], ...] = ()


Drawn = Callable[[str, Exhibit], Markup]
"""Makes the picture of an exhibit, given the address that its element is to have."""


def body(report: Report, drawn: Drawn) -> Markup:
    """Head, contents, results, exhibits, methods, settings and foot; `drawn` makes the picture of an exhibit."""
    words = report.words
    parts = [
        *_written("results", "Results", words.results),
        *_exhibits(report, drawn),
        *_written("methods", "Methods", words.methods),
        *_references(words.references),
        *_checklist(report),
        *_written("notes", "Notes", report.notes),
        _settings(report),
    ]
    return lines(
        element("header", _head(report)),
        element("nav", _contents(parts), aria_label="Contents"),
        element("main", lines(*map(_part, parts))),
        element("footer", element("p", text(report.foot))),
    )


def title_of(report: Report) -> str:
    """The title of a report, or whose it is where it has none."""
    return report.title or report.cohort


def paragraphs(written: str) -> Markup:
    """A text whose paragraphs are apart by an empty line."""
    return lines(*(element("p", text(part.strip())) for part in written.split("\n\n") if part.strip()))


def _head(report: Report) -> Markup:
    whose = " · ".join(part for part in (report.hospital, report.cohort, f"{report.day:%Y-%m-%d}") if part)
    return lines(
        element("p", text(SYNTHETIC_WORDS), class_="stamp") if report.synthetic else NOTHING,
        element("h1", text(title_of(report))),
        element("p", text(whose)),
        element("p", text(report.settings)),
        element("p", text(report.shared)) if report.shared else NOTHING,
    )


def _contents(parts: list[Part]) -> Markup:
    return lines(
        element("h2", text("Contents")),
        element("ol", *(_entry(part.key, part.heading, part.within) for part in parts)),
    )


def _entry(key: str, heading: str, within: tuple[tuple[str, str], ...] = ()) -> Markup:
    below = element("ol", *(_entry(*item) for item in within)) if within else NOTHING
    return element("li", element("a", text(heading), href=f"#{key}"), below)


def _part(part: Part) -> Markup:
    heading = element("h2", text(part.heading), id=f"{part.key}-heading")
    return element("section", lines(heading, part.inside), id=part.key, aria_labelledby=f"{part.key}-heading")


def _exhibits(report: Report, drawn: Drawn) -> Iterator[Part]:
    """Every exhibit in its order, which is the writer's: the page that it is from stands above it."""
    keyed = [(f"exhibit-{at}", item) for at, item in enumerate(report.exhibits, start=1)]
    pictures, tables = count(1), count(1)
    if keyed:
        yield Part(
            "exhibits",
            "Figures and tables",
            lines(*(_exhibit(key, item, drawn, pictures, tables) for key, item in keyed)),
            tuple((key, item.title) for key, item in keyed),
        )


def _exhibit(key: str, item: Exhibit, drawn: Drawn, pictures: Iterator[int], tables: Iterator[int]) -> Markup:
    heading = f"{key}-heading"
    inside = [element("p", text(item.section), class_="section")] if item.section else []
    # A figure has its finding as its title: said once for the eye, and as a heading for whoever goes by headings.
    said = item.figure is not None and finding(item.figure) == item.title
    inside.append(element("h3", text(item.title), id=heading, **({"class_": "unseen"} if said else {})))
    whose = ""
    if item.figure is not None:
        whose = f"Figure {next(pictures)}"
        inside.append(element("figure", drawn(f"{key}-figure", item), element("figcaption", text(whose))))
    if item.table is not None:
        caption = f"Table {next(tables)}" + (f", the numbers of {whose}" if whose else "")
        shown = table(item.table, caption, heading)
        inside.append(element("div", shown, class_="rows", role="region", tabindex="0", aria_label=caption))
    inside.extend(element("p", text(remark), class_="remark") for remark in item.remarks)
    return element("article", lines(*inside), id=key, aria_labelledby=heading)


def _written(key: str, heading: str, words: str) -> Iterator[Part]:
    if words.strip():
        yield Part(key, heading, paragraphs(words))


def _checklist(report: Report) -> Iterator[Part]:
    if report.checklist is not None:
        asked = table(report.checklist, CHECKLIST, "checklist-heading")
        yield Part("checklist", "Checklist", element("div", asked, class_="rows"))


def _references(references: tuple[str, ...]) -> Iterator[Part]:
    """Numbered in their order: these are the numbers that the paragraphs name."""
    if references:
        yield Part("references", "References", element("ol", *(element("li", text(one)) for one in references)))


def _settings(report: Report) -> Part:
    written = json.dumps(report.spec.to_dict(), indent=2, ensure_ascii=False)
    return Part(
        "settings",
        "Settings",
        lines(
            element("p", text(report.settings)),
            element("p", text(f"{AGAIN} "), element("code", text(COMMAND))),
            element("pre", element("code", text(written)), tabindex="0", aria_label="Settings"),
        ),
    )
