"""The user's own template: looked at before it is unpacked, and without its slides; or ours, where there is none."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE as RT

from ivig_core.cohort.formats.zips import is_zip, open_zip, read_member
from ivig_core.cohort.reading.gate import Limits, RefusedError
from ivig_core.errors import IvigError
from ivig_core.report.pptx.own import own_template

LIMITS = Limits(max_bytes=50_000_000, max_unzipped=200_000_000, max_members=2_000)
_MAIN = "application/vnd.openxmlformats-officedocument.presentationml."
_SLIDES, _TEMPLATE = f"{_MAIN}presentation.main+xml", f"{_MAIN}template.main+xml"
_OLD = b"\xd0\xcf\x11\xe0"
_KEPT = {RT.SLIDE_MASTER, RT.THEME, RT.TABLE_STYLES, RT.FONT}
_REMEDY = "Save it in PowerPoint as a presentation (.pptx) or template (.potx) without macros and load that."


class TemplateError(IvigError):
    """The template cannot be used; the message says why and what to do."""


def opened(template: bytes | None) -> Any:
    """A presentation without slides, with the layouts and the theme of the template, or with ours.

    Raises `TemplateError` where the file is no presentation, is damaged, has macros or would fetch something.
    """
    if template is None:
        presentation = own_template()
        _emptied(presentation)
        return presentation
    data = _checked(template)
    with reading():
        presentation = Presentation(io.BytesIO(data))
        _emptied(presentation)
        if not any(len(master.slide_layouts) for master in presentation.slide_masters):
            raise TemplateError("The template has no slide layout. " + _REMEDY)
    return presentation


@contextmanager
def reading() -> Iterator[None]:
    """Whatever python-pptx and lxml make of a part that is broken or missing becomes a sentence."""
    try:
        yield
    except IvigError:
        raise
    except Exception as error:
        raise TemplateError(f"The template cannot be read: a part of it is damaged or missing. {_REMEDY}") from error


def _checked(template: bytes) -> bytes:
    """The template packed anew from members that are what they claim to be."""
    if len(template) > LIMITS.max_bytes:
        raise TemplateError(
            f"The template has {len(template) / 1e6:,.0f} MB; at most {LIMITS.max_bytes / 1e6:,.0f} MB are read. "
            "Remove its slides and large pictures, and load it again."
        )
    if template.startswith(_OLD):
        raise TemplateError(f"The template is an old .ppt or is protected by a password. {_REMEDY}")
    if not is_zip(template):
        raise TemplateError(f"The template is no PowerPoint file. {_REMEDY}")
    try:
        with open_zip(template, LIMITS) as archive:
            members = {member.filename: member for member in archive.infolist() if not member.is_dir()}
            _check_names(set(members))
            data = {name: read_member(archive, member) for name, member in members.items()}
    except RefusedError as error:
        said = error.problem.message.replace("Excel workbook or a ZIP archive", "PowerPoint file")
        raise TemplateError(f"The template cannot be used. {said} {_REMEDY}") from None
    _check_xml(data)
    data["[Content_Types].xml"] = data["[Content_Types].xml"].replace(_TEMPLATE.encode(), _SLIDES.encode())
    return _packed(data)


def _check_names(names: set[str]) -> None:
    if "[Content_Types].xml" not in names or "ppt/presentation.xml" not in names:
        raise TemplateError(f"The template is no PowerPoint file: it is an archive of something else. {_REMEDY}")
    if any(re.search(r"vbaproject|/activex/", name, re.IGNORECASE) for name in names):
        raise TemplateError(f"The template has macros or controls in it, which are not passed on. {_REMEDY}")


def _check_xml(data: dict[str, bytes]) -> None:
    types = data["[Content_Types].xml"]
    if b"macroEnabled" in types:
        raise TemplateError(f"The template has macros in it, which are not passed on. {_REMEDY}")
    if _SLIDES.encode() not in types and _TEMPLATE.encode() not in types:
        raise TemplateError(f"The template is no PowerPoint file: it is a file of another program. {_REMEDY}")
    for name, content in data.items():
        if not name.endswith((".xml", ".rels")):
            continue
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content or b"\0" in content[:200]:
            raise TemplateError(f"A part of the template is written as no PowerPoint file is. {_REMEDY}")
        if name.endswith(".rels") and re.search(r"^ppt/(_rels|slideMasters|slideLayouts|theme)/", name):
            _check_links(content)


def _check_links(content: bytes) -> None:
    """What is kept of a template may link to a page, but fetches nothing when a presentation is opened."""
    for link in etree.fromstring(content):
        if link.get("TargetMode") == "External" and not link.get("Type", "").endswith("/hyperlink"):
            raise TemplateError(
                "The template fetches a picture or another file from outside whenever it is opened. Embed it instead "
                "(in PowerPoint: File, Info, Edit links to files, Break link) and load the template again."
            )


def _emptied(presentation: Any) -> None:
    """Removes the slides, and what else names people or belongs to slides: comments, sections, properties."""
    element = presentation.part._element
    for child in list(element):
        if etree.QName(child).localname not in {"sldMasterIdLst", "sldIdLst", "sldSz", "notesSz", "defaultTextStyle",
                                                "embeddedFontLst"}:  # fmt: skip
            element.remove(child)
    for slide in list(presentation.slides._sldIdLst):
        presentation.slides._sldIdLst.remove(slide)
    for key, link in list(presentation.part.rels.items()):
        if link.reltype not in _KEPT:
            presentation.part.rels.pop(key)
    package = presentation.part.package
    for key, link in list(package._rels.items()):
        if link.reltype != RT.OFFICE_DOCUMENT:
            package._rels.pop(key)


def _packed(data: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in data.items():
            archive.writestr(name, content)
    return packed.getvalue()
