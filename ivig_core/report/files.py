"""Figures and tables of a report one by one, for a paper or a poster, and all of them in one archive."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence

from ivig_core.export import safe_csv
from ivig_core.report.content import Exhibit, Report
from ivig_core.report.html.body import title_of
from ivig_core.report.html.document import document
from ivig_core.report.html.images import Progress, drawn, image
from ivig_core.report.html.markup import Markup, element
from ivig_core.report.pictures import Picture, print_pdf
from ivig_core.report.words.settings_file import settings_file

CONTENTS, SETTINGS = "contents.txt", "settings.json"


def table_csv(exhibit: Exhibit) -> bytes:
    """The table of an exhibit with its numbers where it has them, else as it is read; empty without a table."""
    frame = exhibit.table if exhibit.full is None else exhibit.full
    return b"" if frame is None else safe_csv(frame)


def figure_files(exhibit: Exhibit, synthetic: bool) -> dict[str, bytes]:
    """The figure of an exhibit by the ending of its file: `svg`, `png`, `pdf`; empty without a figure.

    Raises `PicturesError` where nothing can be drawn here.
    """
    return next((_formats(item, picture) for item, picture in drawn([exhibit], synthetic)), {})


def archive(report: Report, *, pictures: bool = True, progress: Progress | None = None) -> bytes:
    """A ZIP of all of them, with the settings and a list of what is in it; the same report gives the same bytes.

    `pictures`: without, tables and settings alone, which need no browser. `progress` is told after each figure but the
    last, when its files are written.
    """
    files = io.BytesIO()
    with zipfile.ZipFile(files, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in _everything(report, _one_by_one(report, progress), pictures):
            packed.writestr(_entry(name, report), data)
    return files.getvalue()


def _one_by_one(report: Report, progress: Progress | None) -> Iterator[tuple[Exhibit, Picture]]:
    """Every figure, drawn when it is asked for."""
    figures = [item for item in report.exhibits if item.figure is not None]
    for number, item in enumerate(figures, 1):
        yield from drawn([item], report.synthetic)
        if progress is not None:
            progress(number, len(figures))


def names(exhibits: Sequence[Exhibit]) -> list[str]:
    """What the files of each exhibit are called: its key in letters that every system allows, no two alike."""
    taken: dict[str, int] = {}
    found = []
    for exhibit in exhibits:
        name = re.sub(r"[^a-z0-9_]+", "-", exhibit.key.lower()).strip("-") or "exhibit"
        taken[name] = taken.get(name, 0) + 1
        found.append(name if taken[name] == 1 else f"{name}--{taken[name]}")
    return found


def _everything(report: Report, made: Iterator[tuple[Exhibit, Picture]], pictures: bool) -> Iterator[tuple[str, bytes]]:
    listed = [title_of(report), report.cohort, report.settings, report.shared, report.foot, ""]
    for name, exhibit in zip(names(report.exhibits), report.exhibits, strict=True):
        listed.append(f"{name}: {exhibit.title}")
        if pictures and exhibit.figure is not None:
            for ending, data in _formats(*next(made)).items():
                yield f"{name}.{ending}", data
        if (data := table_csv(exhibit)) != b"":
            yield f"{name}.csv", data
    yield SETTINGS, settings_file(report.spec, report.protocol)
    yield CONTENTS, "\r\n".join(listed).encode()


def _formats(exhibit: Exhibit, picture: Picture) -> dict[str, bytes]:
    size = Markup(f"@page {{ size: {picture.width}px {picture.height}px; margin: 0; }}")
    whole = Markup("@media print { img { display: block; width: 100%; } body { margin: 0; } }")
    page = document(exhibit.title, element("main", image(picture, exhibit.alt)), style=Markup(size + whole))
    return {"svg": picture.svg, "png": picture.png, "pdf": print_pdf(page)}


def _entry(name: str, report: Report) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, (report.day.year, report.day.month, report.day.day, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
