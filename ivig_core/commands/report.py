"""`report COHORT -o FILE`: figures, tables and words of an analysis as slides, as one page, or as a document."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from ivig_core.cohort.cohort import Cohort
from ivig_core.commands.options.load import Loaded, add_reading_options, load
from ivig_core.commands.options.settings import add_settings_options, read_asked
from ivig_core.commands.options.share import add_share_options, share_rule
from ivig_core.disclosure import said, shared
from ivig_core.errors import SpecError
from ivig_core.report import pictures
from ivig_core.report.content import Report
from ivig_core.report.default import default_exhibits, make_report
from ivig_core.report.exhibits.evidence import evidence_exhibits
from ivig_core.report.html.page import to_html
from ivig_core.report.pdf import to_pdf
from ivig_core.report.pptx import TemplateError, write_pptx
from ivig_core.report.words.settings_file import settings_file
from ivig_core.samples import samples
from ivig_core.spec import AnalysisSpec
from ivig_core.study.protocol.fit import check
from ivig_core.study.results import results
from ivig_core.study.study import Study

PPTX, HTML, PDF = ".pptx", ".html", ".pdf"
ENDINGS = (PPTX, HTML, PDF)
NEED_PICTURES = (PPTX, PDF)
LARGEST_TEMPLATE = 50_000_000
LONGEST_TEXT = 300
SIMULATED = "SYN"
"""How the ids of `ivig simulate` begin: a report of them is stamped, wherever the file comes from."""
WITHOUT = "The same report as a page needs none: choose a file name that ends in .html."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("cohort", metavar="COHORT", help="cohort file")
    parser.add_argument("-o", "--output", required=True, metavar="FILE", help=f"a name that ends in {_either(ENDINGS)}")
    parser.add_argument("--template", metavar="T.pptx", help="your own PowerPoint template, for slides")
    parser.add_argument("--title", default="", help="title of the report (default: the answer)")
    parser.add_argument("--hospital", default="", help="name that stands at the foot")
    parser.add_argument("--notes", default="", help="notes for whoever speaks")
    parser.add_argument("--day", type=_day, metavar="YYYY-MM-DD", help="day of the report (default: today)")
    parser.add_argument("--save-settings", metavar="SPEC.json", help="also write the settings, as --spec reads them")
    add_share_options(parser)
    add_settings_options(parser)
    add_reading_options(parser)


def run(args: argparse.Namespace) -> int:
    """0 done; 2 where file, settings, template or place are at fault; 3 where no browser can draw the figures."""
    target, (spec, protocol) = checked_target(args.output), read_asked(args.spec, args.set)
    rule = share_rule(args)
    if args.save_settings:
        in_a_folder(Path(args.save_settings), "--save-settings")
    ending = target.suffix.lower()
    template = read_template(args.template, ending)
    for name in ("title", "hospital"):
        if len(getattr(args, name)) > LONGEST_TEXT:
            raise SpecError(f"--{name}", getattr(args, name), f"at most {LONGEST_TEXT} characters")
    if ending in NEED_PICTURES and (reason := pictures.available()):
        return _no_pictures(reason)
    loaded = load(args, args.cohort)
    if loaded.cohort is None:
        return 2
    study, slides = Study(_stamped(loaded.cohort, args.cohort)), ending == PPTX
    check(study, spec, protocol)
    made = results(study, spec, protocol)
    made = shared(made, rule) if rule else made
    published = evidence_exhibits(None if rule else study, spec, presentation=slides)
    report = make_report(
        made,
        exhibits=(*default_exhibits(made, presentation=slides), *published),
        day=args.day or date.today(),
        title=args.title,
        hospital=args.hospital,
        notes=args.notes,
        shared=said(rule) if rule else "",
    )
    try:
        data = WRITERS[ending](report, template)
    except TemplateError as error:
        print(f"error: --template: {error}", file=sys.stderr)
        return 2
    except pictures.PicturesError as error:
        return _no_pictures(str(error))
    write_whole(target, data)
    _told(args, spec, target, report, loaded)
    return 0


WRITERS: dict[str, Callable[[Report, bytes | None], bytes]] = {
    PPTX: lambda report, template: write_pptx(report, template),
    HTML: lambda report, _: to_html(report),
    PDF: lambda report, _: to_pdf(report),
}


def checked_target(output: str) -> Path:
    """Where the report goes; `SpecError` for another kind of file, and for a folder that is not there."""
    target = Path(output)
    if target.suffix.lower() not in ENDINGS:
        raise SpecError("-o", output, f"a file name that ends in {_either(ENDINGS)}")
    in_a_folder(target, "-o")
    return target


def in_a_folder(target: Path, option: str) -> None:
    """`SpecError` for a file whose folder is not there, and for a folder."""
    if not target.parent.is_dir():
        raise SpecError(option, str(target), f"a file in a folder that exists; {target.parent} does not")
    if target.is_dir():
        raise SpecError(option, str(target), "the name of a file; this is a folder")


def read_template(path: str | None, ending: str) -> bytes | None:
    """The bytes of a template; `SpecError` where it cannot be read, or the report is no presentation."""
    if path is None:
        return None
    if ending != PPTX:
        raise SpecError("--template", path, f"only together with a report that ends in {PPTX}")
    try:
        if (size := Path(path).stat().st_size) > LARGEST_TEMPLATE:
            raise SpecError("--template", path, f"a file of at most {LARGEST_TEMPLATE:,} bytes; this one has {size:,}")
        return Path(path).read_bytes()
    except OSError as error:
        raise SpecError("--template", path, f"a file that can be read ({error.strerror})") from error


def write_whole(target: Path, data: bytes, option: str = "-o") -> None:
    """Writes a file that is there whole or not at all; `SpecError` where it cannot be written."""
    try:
        handle, part = tempfile.mkstemp(dir=target.parent, prefix=f".{target.stem[:40]}.", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.chmod(part, 0o666 & ~_umask())
            os.replace(part, target)
        finally:
            Path(part).unlink(missing_ok=True)
    except OSError as error:
        raise SpecError(option, str(target), f"a file that can be written ({error.strerror})") from error


def _umask() -> int:
    """What the machine takes from the rights of new files: they are those of any file the user writes."""
    current = os.umask(0)
    os.umask(current)
    return current


def _told(args: argparse.Namespace, spec: AnalysisSpec, target: Path, report: Report, loaded: Loaded) -> None:
    figures = sum(exhibit.figure is not None for exhibit in report.exhibits)
    tables = sum(exhibit.table is not None for exhibit in report.exhibits)
    print(f"Wrote {target}: {figures} figures, {tables} tables, methods and results.")
    if args.save_settings:
        write_whole(Path(args.save_settings), settings_file(spec, report.protocol), "--save-settings")
        print(f"Wrote {args.save_settings}: the settings.")
    for remark in (*loaded.remarks, *([report.shared] if report.shared else [])):
        print(f"Note: {remark}", file=sys.stderr)


def _stamped(cohort: Cohort, path: str) -> Cohort:
    """The cohort as synthetic where it is a sample that is, or every id is one of `ivig simulate`."""
    known = Path(path).resolve()
    for sample in samples():
        if sample.path.resolve() == known:
            return replace(cohort, name=sample.title, synthetic=sample.synthetic)
    ids = cohort.patients["patient_id"].astype(str)
    return replace(cohort, synthetic=True) if len(ids) and ids.str.match(rf"{SIMULATED}\d+$").all() else cohort


def _no_pictures(reason: str) -> int:
    print(f"error: {reason} {WITHOUT}", file=sys.stderr)
    return 3


def _either(names: tuple[str, ...]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day such as 2026-05-28") from error
